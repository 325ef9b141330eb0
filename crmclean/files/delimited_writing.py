"""A table as delimited text: in the dialect it was read in, and the lines no dialect would write as they stood.

A row that was longer or shorter than the heading, or held a lone quote, goes back as its line while its cells are those
that were read.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmclean.core.errors import CrmCleanError
from crmclean.core.executing import side_by_side
from crmclean.core.settings import ReadSettings
from crmclean.core.table import Dialect, Origin, Table
from crmclean.fields.text import one_array
from crmclean.files.dialects import join_cells, text_of, write_heading
from crmclean.files.reading import read_table
from crmclean.files.restoring import headings_as_read, split_at_aside

_ROWS_AT_ONCE: Final = 50_000
_STRING: Final = pa.large_string()
_MOST_LOOKED_UP: Final = 10_000
"""A set of more cells than this is not looked up in every block of rows: to build it would cost more than it spares."""


def render_delimited(table: Table) -> bytes:
    """Return the table as delimited text in UTF-8, without a BOM."""
    lines = {cells: line for cells, line in table.origin.verbatim.items() if len(cells) == len(table.columns)}
    if not lines:
        return _render(table, None)
    alone = {cells: line for cells, line in lines.items() if _stands_alone(cells, line, table.origin.dialect)}
    if len(alone) < len(lines):
        # A lone quote may swallow what follows it: such a line goes back only where the file is read as this table.
        text = _render(table, _Lines.of(lines))
        if _reads_back(text, table):
            return text
    return _render(table, _Lines.of(alone) if alone else None)


@dataclass(frozen=True)
class _Lines:
    """Lines that go back as they stood.

    Attributes:
        by_cells: each line by the cells of its row.
        values: place of a column and all cells that these rows have in it, to leave out other rows at once.
    """

    by_cells: Mapping[tuple[str, ...], str]
    values: tuple[tuple[int, pa.Array], ...]

    @classmethod
    def of(cls, by_cells: Mapping[tuple[str, ...], str]) -> "_Lines":
        distinct = sorted(
            ((place, set(cells)) for place, cells in enumerate(zip(*by_cells, strict=True))),
            key=lambda column: len(column[1]),
        )
        taken = [column for column in distinct if len(column[1]) <= _MOST_LOOKED_UP]
        return cls(by_cells, tuple((place, pa.array(sorted(cells), _STRING)) for place, cells in taken))

    def find(self, columns: Sequence[pa.Array]) -> tuple[np.ndarray, list[str]]:
        """Return which rows are such, and their lines in order."""
        suspects = np.ones(len(columns[0]), dtype=bool)
        for place, values in self.values:
            suspects &= pc.is_in(columns[place], value_set=values).to_numpy(zero_copy_only=False)
        places = np.flatnonzero(suspects)
        rows = zip(*(column.take(pa.array(places)).to_pylist() for column in columns), strict=True)
        found = [self.by_cells.get(row) for row in rows]
        mask = np.zeros(len(suspects), dtype=bool)
        mask[[place for place, line in zip(places.tolist(), found, strict=True) if line is not None]] = True
        return mask, [line for line in found if line is not None]


def _render(table: Table, lines: _Lines | None) -> bytes:
    origin = table.origin
    terminator = origin.dialect.line_terminator
    width = _width_of_rows(table)
    written = io.BytesIO()
    for line in _preamble(origin):
        written.write((line + terminator).encode("utf-8"))
    if origin.header_row:  # a file that came without a heading row goes without one
        written.write(_heading(table, width, lines).encode("utf-8"))
    for rows, aside in split_at_aside(table):
        pieces = [rows.iloc[start : start + _ROWS_AT_ONCE] for start in range(0, len(rows), _ROWS_AT_ONCE)]
        for text in side_by_side(lambda piece: _rows(piece, width, origin.dialect, lines), pieces):
            written.write(text)
        if aside is not None:
            written.write((aside + terminator).encode("utf-8"))
    if not origin.dialect.final_newline:
        written.seek(-len(terminator), io.SEEK_END)
        written.truncate()
    return written.getvalue()


def _width_of_rows(table: Table) -> int:
    """Return the cells of the heading where the columns beyond it came from rows that were too long, else of all."""
    width = table.origin.heading_width
    return width if 0 < width < len(table.columns) and not any(table.headers[width:]) else len(table.columns)


def _preamble(origin: Origin) -> list[str]:
    """Return the lines above the heading; those of a workbook or page are cells, joined by tabs."""
    if origin.format == "csv":
        return list(origin.preamble)
    delimiter = origin.dialect.delimiter
    return [delimiter.join(_quote(cell, delimiter) for cell in line.split("\t")) for line in origin.preamble]


def _quote(cell: str, delimiter: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if any(mark in cell for mark in (delimiter, '"', "\n", "\r")) else cell


def _heading(table: Table, width: int, lines: _Lines | None) -> str:
    dialect = table.origin.dialect
    headings = headings_as_read(table)
    as_read = lines.by_cells.get(tuple(headings)) if lines else None
    if as_read is not None:
        return as_read + dialect.line_terminator
    return write_heading(headings[:width], dialect) + dialect.line_terminator


def _rows(frame: pd.DataFrame, width: int, dialect: Dialect, lines: _Lines | None) -> memoryview:
    """Return rows as UTF-8, the rows ended by the line terminator.

    The joined rows lie one after another in Arrow's memory, so that their buffer is the text.

    Args:
        width: so many cells are written of rows that hold nothing beyond.
    """
    columns = [one_array(frame.iloc[:, place]) for place in range(frame.shape[1])]
    rows = join_cells(columns[:width], dialect, dialect.line_terminator)
    beyond = np.zeros(len(frame), dtype=bool)
    for column in columns[width:]:
        beyond |= pc.not_equal(column, "").to_numpy(zero_copy_only=False)
    if beyond.any():
        longer = pa.array(beyond)
        whole = join_cells([column.filter(longer) for column in columns], dialect, dialect.line_terminator)
        rows = pc.replace_with_mask(rows, longer, whole)
    if lines:
        found, texts = lines.find(columns)
        written = pa.array([text + dialect.line_terminator for text in texts], _STRING)
        rows = pc.replace_with_mask(rows, pa.array(found), written)
    return text_of(rows)


def _stands_alone(cells: Sequence[str], line: str, dialect: Dialect) -> bool:
    """Check that a line by itself is read as these cells, whatever stands around it."""
    try:
        records = list(csv.reader(io.StringIO(line, newline=""), delimiter=dialect.delimiter, strict=True))
    except csv.Error:
        return False
    if len(records) != 1:
        return False
    width = max(len(cells), len(records[0]))
    return [*records[0], *[""] * (width - len(records[0]))] == [*cells, *[""] * (width - len(cells))]


def _reads_back(text: bytes, table: Table) -> bool:
    """Check that delimited text is read as the rows of the table."""
    settings = ReadSettings(encoding="utf-8", delimiter=table.origin.dialect.delimiter)
    try:
        read = read_table(text, table.origin.path, settings).table.frame
    except CrmCleanError:
        return False
    return read.shape == table.frame.shape and bool((read.to_numpy() == table.frame.to_numpy()).all())
