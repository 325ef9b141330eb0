"""The members of clusters of two and more, and what becomes of the survivors' cells of one column.

Merging works on these members alone, column by column in Arrow: the other rows of a table pass through untouched.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crmclean.matching.arrays import Bools, Ints


@dataclass(frozen=True)
class Members:
    """The records of all clusters of two and more, cluster by cluster.

    Attributes:
        row: position in the table of each member; in each cluster the survivor first, then the others in the order in
            which their cells are taken.
        cluster: number of the cluster of each member, from 0 in the order of the survivors' rows.
        start: the member that is the survivor of each cluster.
    """

    row: Ints
    cluster: Ints
    start: Ints

    @classmethod
    def of(cls, row: Ints, survivor: Ints) -> Self:
        """Return the members of clusters.

        Args:
            row: positions in the table, ordered cluster by cluster, the survivor first.
            survivor: position of the survivor of each of them.
        """
        first = np.r_[True, survivor[1:] != survivor[:-1]] if len(survivor) else np.zeros(0, dtype=np.bool_)
        return cls(row, np.cumsum(first) - 1, np.flatnonzero(first))

    def __len__(self) -> int:
        return len(self.row)

    @property
    def merged(self) -> Bools:
        """Return which members go into another."""
        result = np.ones(len(self), dtype=np.bool_)
        result[self.start] = False
        return result

    def first_where(self, good: Bools) -> Ints:
        """Return, per cluster, the first good member, the survivor where there is none."""
        found = np.flatnonzero(good)
        cluster = self.cluster[found]
        first = np.r_[True, cluster[1:] != cluster[:-1]] if len(found) else np.zeros(0, dtype=np.bool_)
        result = self.start.copy()
        result[cluster[first]] = found[first]
        return result


@dataclass(frozen=True)
class Surviving:
    """What stands in the survivors' cells of one column.

    Attributes:
        choice: per cluster the member whose cell it is; from ``len(members)`` on, a place in ``texts``.
        texts: cells that no member has, large_string.
    """

    choice: Ints
    texts: pa.Array

    @classmethod
    def cells_of(cls, choice: Ints) -> Self:
        """Return the choice of cells that members have."""
        return cls(choice, pa.array([], pa.large_string()))

    def take(self, cells: pa.Array) -> pa.Array:
        """Return the survivors' cells after the merge, given those of the members."""
        pool = pa.concat_arrays([cells, self.texts]) if len(self.texts) else cells
        return pool.take(pa.array(self.choice))


def trim(cells: pa.Array) -> pa.Array:
    """Return cells without the white space around them."""
    return pc.utf8_trim_whitespace(cells)


def is_filled(cells: pa.Array) -> Bools:
    """Tell which cells hold a letter."""
    return as_bools(pc.not_equal(cells, ""))


def are_equal(one: pa.Array, other: pa.Array) -> Bools:
    """Tell which cells of two columns are the same."""
    return as_bools(pc.equal(one, other))


def as_bools(mask: pa.Array) -> Bools:
    """Return a mask of Arrow's as one of NumPy's."""
    result: Bools = mask.to_numpy(zero_copy_only=False)
    return result
