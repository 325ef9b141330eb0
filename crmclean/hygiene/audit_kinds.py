"""The verdicts on the cells of a table, kind by kind, as the parts of an audit read them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmclean.core.finding import no_findings

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

CHECKED: Final = (
    "phone", "fax", "email", "inn", "kpp", "ogrn", "snils", "amount", "birthday", "created_at", "modified_at",
    "last_activity", "closed_at",
)  # fmt: skip
"""Roles of which it can be told whether a value is possible: those that ``inspect`` counts."""

STANDARD: Final = ("phone", "fax", "email", "name", "inn", "kpp", "ogrn", "snils", "city")
"""Kinds of which it can be told whether a value stands in the standard spelling."""

NAME_ROLES: Final = ("last_name", "first_name", "full_name")
"""What names a person; a patronymic alone names nobody."""


@dataclass
class KindCells:
    """The cells of one kind of value, row by row.

    Attributes:
        filled: how many cells of the row hold anything.
        doubtful: how many of them are in doubt.
        off_standard: a cell is written otherwise than the standard.
        present: a cell holds a value, possible or not, and no filler.
    """

    filled: Ints
    doubtful: Ints
    off_standard: Bools
    present: Bools

    @classmethod
    def empty(cls, rows: int) -> "KindCells":
        """Return the verdicts of cells that are all empty."""
        return cls(
            filled=np.zeros(rows, np.int64),
            doubtful=np.zeros(rows, np.int64),
            off_standard=np.zeros(rows, np.bool_),
            present=np.zeros(rows, np.bool_),
        )


@dataclass
class Values:
    """What is known of the cells of a table.

    Attributes:
        kinds: by role, and ``name`` for the names of people.
        numbers: columns ``row`` (0-based) and ``number`` (E.164): every phone that can be dialled, without faxes.
        addresses: columns ``row`` and ``address``: every mail address that is possible and no filler.
        inn: columns ``inn`` and ``kpp`` of every row, ``""`` where there is none.
        findings: every doubt.
    """

    rows: int
    inn: pd.DataFrame
    kinds: dict[str, KindCells] = field(default_factory=dict)
    numbers: pd.DataFrame = field(default_factory=lambda: pair_rows([], "number"))
    addresses: pd.DataFrame = field(default_factory=lambda: pair_rows([], "address"))
    findings: pd.DataFrame = field(default_factory=lambda: no_findings())

    def kind(self, name: str) -> KindCells:
        """Return the verdicts of a kind; of one that the table lacks, those of empty cells."""
        return self.kinds.get(name) or KindCells.empty(self.rows)

    def has_number(self) -> Bools:
        """Tell which rows have a phone that can be dialled."""
        return _marked(self.numbers["row"].to_numpy(), self.rows)

    def has_address(self) -> Bools:
        """Tell which rows have a possible mail address."""
        return _marked(self.addresses["row"].to_numpy(), self.rows)


def pair_rows(parts: Sequence[pd.DataFrame], name: str) -> pd.DataFrame:
    """Return the rows of several frames with columns ``row`` and ``name``, each pair once."""
    empty = pd.DataFrame({"row": np.empty(0, np.int64), name: pd.Series([], dtype="str")})
    return pd.concat([*parts, empty], ignore_index=True).drop_duplicates(ignore_index=True)


def _marked(rows: Ints, total: int) -> Bools:
    marks = np.zeros(total, dtype=np.bool_)
    marks[rows] = True
    return marks
