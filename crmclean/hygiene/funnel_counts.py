"""Counts, sums and shares by group, and how far a share of few records can be trusted."""

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmclean.fields.text import encode_texts

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_DEVIATIONS: Final = 1.959963984540054
"""So many standard deviations hold 95 % of a normal distribution."""


class Groups:
    """Rows by group: counts and sums of each, in the order of the groups."""

    def __init__(self, codes: Ints, size: int) -> None:
        self.codes = codes
        self.size = size

    def count(self, mask: Bools | None = None) -> Ints:
        """Return the rows of each group, of those that the mask leaves."""
        return np.bincount(self.codes if mask is None else self.codes[mask], minlength=self.size).astype(np.int64)

    def total(self, values: Floats, mask: Bools) -> Floats:
        """Return the sum of each group over the rows of the mask; NaN counts as nothing."""
        return np.bincount(self.codes[mask], np.nan_to_num(values[mask]), minlength=self.size).astype(np.float64)

    def median(self, values: Floats, mask: Bools | None = None) -> Floats:
        """Return the median of each group; NaN where nothing is known."""
        chosen = ~np.isnan(values) if mask is None else mask & ~np.isnan(values)
        found = pd.Series(values[chosen]).groupby(self.codes[chosen]).median()
        return np.asarray(found.reindex(np.arange(self.size)), dtype=np.float64)


def group_texts(cells: "pd.Series[str]") -> tuple[Groups, list[str]]:
    """Return the rows by their text, and the texts.

    >>> groups, texts = group_texts(pd.Series(["b", "a", "b"]))
    >>> groups.count().tolist(), texts
    ([2, 1], ['b', 'a'])
    """
    codes, texts = encode_texts(cells)
    return Groups(codes, len(texts)), texts.to_pylist()


def divide(parts: Ints | Floats, wholes: Ints | Floats) -> Floats:
    """Return parts of wholes; NaN where there is no whole.

    >>> divide(np.array([1, 0]), np.array([4, 0])).tolist()
    [0.25, nan]
    """
    whole = np.asarray(wholes, dtype=np.float64)
    shares = np.full(len(whole), np.nan)
    np.divide(np.asarray(parts, dtype=np.float64), whole, out=shares, where=whole != 0)
    return shares


def find_interval(parts: Ints, wholes: Ints) -> tuple[Floats, Floats]:
    """Return between which shares the true one lies, at 95 %, if the records are a fair sample.

    Source: E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927).

    >>> low, high = find_interval(np.array([1, 10]), np.array([10, 100]))
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.018, 0.055], [0.404, 0.174])
    """
    whole = np.asarray(wholes, dtype=np.float64)
    share = divide(parts, wholes)
    square = _DEVIATIONS**2
    scale = 1 + divide(np.full(len(whole), square), whole)
    middle = share + divide(np.full(len(whole), square / 2), whole)
    spread = _DEVIATIONS * np.sqrt(
        divide(share * (1 - share), whole) + divide(np.full(len(whole), square / 4), whole**2)
    )
    # At the ends the bound is the end itself; rounding must not miss it.
    low = np.where(parts == 0, share, (middle - spread) / scale)
    return low, np.where(parts == wholes, share, (middle + spread) / scale)


def divide_rest(parts: Ints, wholes: Ints) -> Floats:
    """Return the share in all other groups together; NaN where there are none.

    >>> divide_rest(np.array([1, 2]), np.array([10, 4])).tolist()
    [0.5, 0.1]
    """
    return divide(parts.sum() - parts, wholes.sum() - wholes)
