"""The cells of a table while a step rewrites them: the new values, and what has to be said of each."""

from typing import Final

import numpy as np
import pandas as pd

from crmclean.core.finding import join_findings, make_findings
from crmclean.core.table import Column, Table

SUGGESTION_COLUMNS: Final = ("row", "column", "before", "suggestion", "code")
CHANGE_COLUMNS: Final = ("row", "column", "before", "after", "code")


class Cells:
    """A table whose cells are rewritten column by column; the table itself stays as it was."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self._values: dict[str, pd.Series[str]] = {}
        self._codes: dict[str, pd.Series[str]] = {}
        self._suggestions: dict[str, pd.Series[str]] = {}

    def of(self, column: Column) -> "pd.Series[str]":
        """Return the cells of a column as they stand now."""
        return self._values.get(column.name, self.table.frame[column.name])

    def rewrite(self, column: Column, found: pd.DataFrame) -> None:
        """Take what was found for the cells of a column.

        Args:
            column: the column.
            found: a row a cell: ``value``, ``code`` (codes of the catalogue joined by spaces) and, where there are any,
                ``suggestion``.
        """
        codes = found["code"].reset_index(drop=True)
        earlier = self._codes.get(column.name)
        if earlier is not None:
            codes = (earlier + " " + codes).str.strip()
        self._values[column.name] = found["value"].reset_index(drop=True).astype("str")
        self._codes[column.name] = codes.astype("str")
        if "suggestion" in found.columns:
            self._suggestions[column.name] = found["suggestion"].reset_index(drop=True).astype("str")

    def frame(self) -> pd.DataFrame:
        """Return all cells as they stand now."""
        frame = self.table.frame.copy(deep=False)
        for name, values in self._values.items():
            frame[name] = values
        return frame

    def findings(self) -> pd.DataFrame:
        """Return what has to be said, one row a code of a cell; ``after`` is the cell at the end."""
        parts = []
        for column, rows, codes in self._coded():
            single = codes.str.split(" ").explode() if codes.str.contains(" ", regex=False).any() else codes
            rows = rows if single is codes else single.index.to_numpy()
            before, after = self.table.frame[column.name].take(rows), self._values[column.name].take(rows)
            parts.append(make_findings(rows + 1, column.header, single, before, after))
        return join_findings(parts)

    def changes(self) -> pd.DataFrame:
        """Return every cell that is another now: ``row, column, before, after, code``."""
        parts = []
        for column, rows, codes in self._coded():
            before, after = self.table.frame[column.name].take(rows), self._values[column.name].take(rows)
            changed = before.to_numpy() != after.to_numpy()
            parts.append(_listed(rows[changed], column.header, before[changed], after[changed], codes[changed]))
        return _join(parts, CHANGE_COLUMNS)

    def suggestions(self) -> pd.DataFrame:
        """Return what cells probably should be, but were not made: ``row, column, before, suggestion, code``."""
        parts = []
        for column in self.table.columns:
            if column.name in self._suggestions:
                suggested = self._suggestions[column.name]
                rows = np.flatnonzero(suggested.ne("").to_numpy())
                codes = self._codes[column.name].take(rows)
                parts.append(_listed(rows, column.header, self.of(column).take(rows), suggested.take(rows), codes))
        return _join(parts, SUGGESTION_COLUMNS)

    def _coded(self) -> "list[tuple[Column, np.ndarray[tuple[int], np.dtype[np.intp]], pd.Series[str]]]":
        """Return, of every column that was looked at, the 0-based rows of which something is to be said, and what."""
        found = []
        for column in self.table.columns:
            if column.name in self._codes:
                rows = np.flatnonzero(self._codes[column.name].ne("").to_numpy())
                found.append((column, rows, self._codes[column.name].take(rows)))
        return found


def _listed(
    rows: "np.ndarray[tuple[int], np.dtype[np.intp]]",
    header: str,
    before: "pd.Series[str]",
    after: "pd.Series[str]",
    codes: "pd.Series[str]",
) -> pd.DataFrame:
    texts = [pd.Series(cells.array, dtype="str") for cells in (before, after, codes)]
    columns = {"row": rows + 1, "column": pd.Series([header], dtype="str").repeat(len(rows)).array}
    return pd.DataFrame(columns | dict(enumerate(texts)))


def _join(parts: list[pd.DataFrame], names: tuple[str, ...]) -> pd.DataFrame:
    empty = _listed(np.empty(0, dtype=np.intp), "", *[pd.Series([], dtype="str")] * 3)
    joined = pd.concat([part for part in parts if len(part)] or [empty], ignore_index=True)
    return joined.set_axis(list(names), axis="columns").sort_values("row", kind="stable", ignore_index=True)
