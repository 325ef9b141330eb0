"""What the columns of a table say to rules: numbers, moments, classes of statuses; each is read once for all rules.

A column is read over its distinct texts, and every question is put to these; the rows are asked for last.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmclean.core.table import DATE_ROLES, Table
from crmclean.fields.text import encode_texts
from crmclean.fields.yes_no import is_yes
from crmclean.hygiene.statuses import LOST, OPEN, WON, read_statuses
from crmclean.segmenting.rule_cells import as_bools, read_moments, read_numbers
from crmclean.segmenting.rule_sources import Source

Bools = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.float64]
Moments = npt.NDArray[np.datetime64]
_Key = TypeVar("_Key", bound=Hashable)
_Value = TypeVar("_Value")

GROUPS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {"open": OPEN, "closed": WON | LOST, "won": WON, "lost": LOST}
)
"""Classes of statuses by the name of a group."""

# What systems write where they know no date.
_ZERO_DAYS: Final = ("1899-12-30", "1899-12-31", "1900-01-01", "1970-01-01", "0001-01-01")
_FIRST_DAY_OF_CRMS: Final = np.datetime64("1990-01-01", "us")
_NO_DATE: Final = np.datetime64("NaT", "us")
_SOMETHING: Final = r"[^\s\x{a0}\-–—_.,]"


class ColumnReader:
    """The columns of a table, by their labels in its frame.

    Attributes:
        table: the table.
    """

    def __init__(self, table: Table, statuses: Mapping[str, Sequence[str]]) -> None:
        self.table = table
        self._statuses = statuses
        self._distinct: dict[str, tuple[npt.NDArray[np.int64], pd.Series]] = {}
        self._numbers: dict[Source, Numbers] = {}
        self._moments: dict[Source, Moments] = {}
        self._days: dict[Source, Moments] = {}
        self._flags: dict[tuple[str, str], Bools] = {}

    def distinct(self, column: str) -> tuple[npt.NDArray[np.int64], pd.Series]:
        """Return the code of every cell, and the distinct cells that the codes point at."""
        return keep(self._distinct, column, lambda: self._read_distinct(column))

    def _read_distinct(self, column: str) -> tuple[npt.NDArray[np.int64], pd.Series]:
        codes, texts = encode_texts(self.table.frame[column])
        return codes, pd.Series(texts, dtype="str")

    def spread(self, column: str, hits: Bools) -> Bools:
        """Return for every row what was found of its distinct cell."""
        return hits[self.distinct(column)[0]]

    def numbers(self, source: Source) -> Numbers:
        """Return the first number of every row among the columns of a source, NaN where none is; 15% is 15."""
        return keep(self._numbers, source, lambda: self._read_numbers(source))

    def _read_numbers(self, source: Source) -> Numbers:
        found = [self._read_numbers_of(column) for column in source.columns]
        result = found[0] if found else np.full(len(self.table), np.nan)
        for numbers in found[1:]:
            result = np.where(np.isnan(result), numbers, result)
        return result

    def _read_numbers_of(self, column: str) -> Numbers:
        codes, cells = self.distinct(column)
        return read_numbers(cells)[codes]

    def moments(self, source: Source) -> Moments:
        """Return the latest moment of every row among the columns of a source, ``NaT`` where none is.

        Days that stand for no date, as 01.01.1970 does, are none.
        """
        return keep(self._moments, source, lambda: self._read_moments(source))

    def days(self, source: Source) -> Moments:
        """Return the days of ``moments``."""
        return keep(self._days, source, lambda: self.moments(source).astype("datetime64[D]"))

    def _read_moments(self, source: Source) -> Moments:
        found = [self._read_moments_of(column, source.role) for column in source.columns]
        result = found[0] if found else np.full(len(self.table), _NO_DATE)
        for moments in found[1:]:
            result = np.fmax(result, moments)
        return result

    def _read_moments_of(self, column: str, role: str) -> Moments:
        codes, cells = self.distinct(column)
        moments = read_moments(cells)
        for day in _ZERO_DAYS:
            moments[moments == np.datetime64(day, "us")] = _NO_DATE
        if role in DATE_ROLES and role != "birthday":
            moments[moments < _FIRST_DAY_OF_CRMS] = _NO_DATE
        return moments[codes]

    def is_filled(self, column: str) -> Bools:
        """Tell which cells hold more than spaces, dashes and dots."""
        return keep(self._flags, (column, ""), lambda: self._read_filled(column))

    def _read_filled(self, column: str) -> Bools:
        cells = pa.array(self.distinct(column)[1], pa.large_string())
        return self.spread(column, as_bools(pc.match_substring_regex(cells, _SOMETHING)))

    def is_of_class(self, column: str, name: str) -> Bools:
        """Tell which statuses are of a class or of a group."""
        return keep(self._flags, (column, name), lambda: self._read_class(column, name))

    def _read_class(self, column: str, name: str) -> Bools:
        classes = read_statuses(self.distinct(column)[1], self._statuses)
        return self.spread(column, classes.isin(GROUPS.get(name, {name})).to_numpy(dtype=np.bool_))

    def class_at(self, column: str, row: int) -> str:
        """Return the class of the status in one cell; ``""`` where it is not known."""
        return str(read_statuses(self.table.frame[column].iloc[row : row + 1], self._statuses).iloc[0])

    def says_yes(self, column: str) -> Bools:
        """Tell which cells say yes."""
        return keep(self._flags, (column, "yes"), lambda: self._read_yes(column))

    def _read_yes(self, column: str) -> Bools:
        return self.spread(column, is_yes(self.distinct(column)[1]).to_numpy(dtype=np.bool_))


def keep(kept: dict[_Key, _Value], key: _Key, read: Callable[[], _Value]) -> _Value:
    """Return what is kept under a key, reading it the first time."""
    if key not in kept:
        kept[key] = read()
    return kept[key]
