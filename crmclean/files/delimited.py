"""Delimited text to columns and back to its dialect: pyarrow where every row has its cells, Python's csv elsewhere."""

import codecs
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from crmclean.core.errors import FileError
from crmclean.core.finding import join_findings, make_findings, no_findings
from crmclean.core.i18n import _
from crmclean.core.table import Dialect
from crmclean.files.layout import SettledRows, put_rows_aside
from crmclean.files.lines import Lines, find_lines, has_blank_lines
from crmclean.files.quotes import (
    SwallowedLines,
    find_stray_quote,
    find_swallowed_rows,
    has_bare_quotes,
    holds_quotes,
    quotes_alternate,
    repair_quote,
)
from crmclean.files.sniffing import Layout, find_layout, read_records

HEAD_BYTES: Final = 262_144
"""So much of a file is looked at to find its layout."""

_BLOCK: Final = 8 * 1024 * 1024
_ROWS_AT_ONCE: Final = 20_000
_SAMPLE_ROWS: Final = 50


_MOST_REPAIRS: Final = 100
"""A file with more broken lines than this is damaged as a whole; each repair reads it again."""


@dataclass(frozen=True)
class DelimitedText:
    """A delimited text as read.

    Attributes:
        headers: the headings, an empty one for cells beyond them.
        cells: one column per heading, large_string, no nulls.
        heading: the lower row of a heading of two as the file has it, else empty.
        layout, dialect: all that is needed to write it the same way.
        findings: rows longer or shorter than the heading, quotes repaired.
        aside: lines below the heading that are no rows of the table: number of rows before each, and the line.
        skipped: line number and text of what stands above the heading or was put aside, and says something.
    """

    headers: tuple[str, ...]
    heading: tuple[str, ...]
    cells: pa.Table
    layout: Layout
    dialect: Dialect
    findings: pd.DataFrame
    aside: tuple[tuple[int, str], ...]
    skipped: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class _Rows:
    """The rows of a text below its heading: ``widths`` is None where all have the width of the heading."""

    cells: pa.Table
    widths: np.ndarray | None


def read_delimited(utf8: memoryview, path: str, delimiter: str, map: Sequence[tuple[str, str]]) -> DelimitedText:
    """Return the columns of a delimited text.

    Args:
        utf8: the text.
        path: named in errors.
        delimiter: the user's word on it, or ``""``.
        map: the user's pairs of role and heading.

    Raises:
        FileError: a quote swallows rows, and it is not certain how to repair that.
    """
    repairs: list[tuple[int, str]] = []
    while True:
        layout = find_layout(_head(utf8), delimiter, map)
        quoted = holds_quotes(utf8)
        found = find_stray_quote(utf8, layout.delimiter) if quoted else None
        if found is None:
            layout = _with_whole_heading(utf8, layout, delimiter, map)
            body = utf8[_byte_offset(utf8, layout.heading.end) :]
            rows = _read_rows(body, layout.delimiter, len(layout.headers))
            found = _find_swallowed(utf8, rows.cells, layout) if quoted else None
        if found is None:
            break
        utf8, cell = _repair(utf8, found, layout, path, len(repairs))
        repairs.append((found.first, cell))
    return _settle(utf8, body, rows, layout, repairs)


def _repair(utf8: memoryview, found: SwallowedLines, layout: Layout, path: str, repairs: int) -> tuple[memoryview, str]:
    below_heading = found.first > layout.heading.line
    width = len(layout.headers)
    repaired = repair_quote(utf8, found, width, layout.delimiter) if below_heading and repairs < _MOST_REPAIRS else None
    if repaired is None:
        raise _swallowed(found, path)
    return memoryview(repaired[0]), repaired[1]


def _settle(
    utf8: memoryview, body: memoryview, rows: _Rows, layout: Layout, repairs: Sequence[tuple[int, str]]
) -> DelimitedText:
    """Put aside what is no row, and find out how the file is written."""
    rows, settled, lines = _find_aside(body, rows, layout, need_lines=bool(repairs))
    headers = _widen_headers(layout, rows)
    dialect = _find_dialect(utf8, body, settled.cells, headers, layout)
    aside: tuple[tuple[int, str], ...] = ()
    skipped = layout.skipped
    findings = no_findings()
    if lines is not None:
        first_line = layout.heading.line + _lines_between(utf8, layout, _byte_offset(utf8, layout.heading.end))
        aside, below = _lines_aside(lines, settled, first_line)
        skipped += below
        findings = _repair_findings(repairs, lines, settled, first_line)
    if rows.widths is not None:
        findings = join_findings([findings, width_findings(rows.widths[settled.kept].tolist(), len(layout.headers))])
    cells = settled.cells
    if dialect.trailing_delimiter:
        headers, cells = headers[:-1], cells.select(range(len(headers) - 1))
    lower = (layout.heading.cells + ("",) * len(headers))[: len(headers)]
    heading = () if layout.headers == layout.heading.cells else lower
    return DelimitedText(headers, heading, cells, layout, dialect, findings, aside, skipped)


def _widen_headers(layout: Layout, rows: _Rows) -> tuple[str, ...]:
    missing: int = rows.cells.num_columns - len(layout.headers)
    return layout.headers + ("",) * missing


def _find_aside(
    body: memoryview, rows: _Rows, layout: Layout, *, need_lines: bool
) -> tuple[_Rows, SettledRows, Lines | None]:
    """Return the rows, which of them stay, and, where lines are to be kept or named, where the lines stand."""
    settled = put_rows_aside(rows.cells, _widen_headers(layout, rows))
    if not (settled.aside or need_lines or has_blank_lines(body)):
        return rows, settled, None
    lines = find_lines(body, layout.delimiter, bare=not quotes_alternate(body, layout.delimiter))
    if len(lines.starts) == len(settled.kept):
        return rows, settled, lines
    # The parsers part ways over quotes in the middle of a cell: take the one that also tells where its rows stand.
    rows = _read_ragged(body, layout.delimiter, len(layout.headers))
    lines = find_lines(body, layout.delimiter, bare=True)
    return rows, put_rows_aside(rows.cells, _widen_headers(layout, rows)), lines


def _lines_aside(
    lines: Lines, settled: SettledRows, first_line: int
) -> tuple[tuple[tuple[int, str], ...], tuple[tuple[int, str], ...]]:
    """Return blank lines and rows put aside, in their order, with the rows before each; and those with a text."""
    taken = np.flatnonzero(~settled.kept)
    found = [(before, 0) for before in lines.blank] + [(place, 1) for place in taken.tolist()]
    aside: list[tuple[int, str]] = []
    skipped: list[tuple[int, str]] = []
    for place, is_row in sorted(found):
        text = lines.text(place) if is_row else ""
        aside.append((place - int(np.searchsorted(taken, place)), text))
        if is_row:
            skipped.append((first_line + lines.number(place), text))
    return tuple(aside), tuple(skipped)


def _repair_findings(
    repairs: Sequence[tuple[int, str]], lines: Lines, settled: SettledRows, first_line: int
) -> pd.DataFrame:
    """Return a finding for every cell whose quote was taken for a letter."""
    parts = []
    for line, cell in repairs:
        place = lines.row_at(line - first_line)
        row = place - int((~settled.kept[:place]).sum()) + 1
        parts.append(make_findings([row], "", ["quote-repaired"], [cell], [cell]))
    return join_findings(parts)


def _head(utf8: memoryview, size: int = HEAD_BYTES) -> str:
    """Return the beginning of the text, without a letter that the cut left half."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    return decoder.decode(bytes(utf8[:size]), final=False)


def _byte_offset(utf8: memoryview, characters: int) -> int:
    return len(_head(utf8, characters * 4)[:characters].encode("utf-8"))


def _with_whole_heading(utf8: memoryview, layout: Layout, delimiter: str, map: Sequence[tuple[str, str]]) -> Layout:
    """Look again at all of the text where the heading reaches beyond the head."""
    reaches_end = layout.heading.end >= len(_head(utf8)) and len(utf8) > HEAD_BYTES
    return find_layout(_head(utf8, len(utf8)), delimiter, map) if reaches_end else layout


def _block_size(body: memoryview) -> int:
    """Return a size of block that parts no CR from its LF: pyarrow loses the LF of a cell where two blocks meet so."""
    size = _BLOCK
    while any(bytes(body[end - 1 : end + 1]) == b"\r\n" for end in range(size, len(body), size)):
        size += 1
    return size


def _read_regular(body: memoryview, delimiter: str, width: int) -> pa.Table | None:
    """Return the cells of a text whose rows all have ``width`` cells, or None."""
    names = [str(place) for place in range(width)]
    try:
        return pa_csv.read_csv(
            pa.BufferReader(pa.py_buffer(body)),
            read_options=pa_csv.ReadOptions(column_names=names, block_size=_block_size(body)),
            parse_options=pa_csv.ParseOptions(delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=True),
            convert_options=pa_csv.ConvertOptions(
                check_utf8=False,
                column_types=dict.fromkeys(names, pa.large_string()),
                strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid:
        return None


def _read_rows(body: memoryview, delimiter: str, width: int) -> _Rows:
    regular = _read_regular(body, delimiter, width)
    return _read_ragged(body, delimiter, width) if regular is None else _Rows(regular, None)


def _read_ragged(body: memoryview, delimiter: str, width: int) -> _Rows:
    """Return the cells of a text whose rows differ in width, and the widths.

    Where all rows have the same width, it is the heading that is short, and no row is at fault.
    """
    records = read_records(bytes(body).decode("utf-8"), delimiter)
    rows = (record.cells for record in records if record.cells)
    widths: list[int] = []
    chunks = [pa.table({str(place): pa.array([], pa.large_string()) for place in range(width)})]
    while block := list(islice(rows, _ROWS_AT_ONCE)):
        widths.extend(len(row) for row in block)
        chunks.append(_chunk(block, max(width, *(len(row) for row in block))))
    widest = max([width, *widths])
    cells = pa.concat_tables([_widen(chunk, widest) for chunk in chunks])
    if len(set(widths)) == 1 and widths[0] > width:
        return _Rows(cells, None)
    return _Rows(cells, np.array(widths, dtype=np.int64))


def _chunk(rows: list[tuple[str, ...]], width: int) -> pa.Table:
    padded = [row + ("",) * (width - len(row)) for row in rows]
    return pa.table(
        {str(place): pa.array(column, pa.large_string()) for place, column in enumerate(zip(*padded, strict=True))}
    )


def _widen(chunk: pa.Table, width: int) -> pa.Table:
    empty = pa.array([""] * chunk.num_rows, pa.large_string())
    for place in range(chunk.num_columns, width):
        chunk = chunk.append_column(str(place), empty)
    return chunk


def width_findings(widths: Sequence[int], width: int) -> pd.DataFrame:
    """Return a finding for every row whose number of cells is not ``width``; before and after hold that number."""
    parts = []
    for code, rows in (
        ("row-too-long", [row for row, cells in enumerate(widths, 1) if cells > width]),
        ("row-too-short", [row for row, cells in enumerate(widths, 1) if cells < width]),
    ):
        counted = [str(widths[row - 1]) for row in rows]
        parts.append(make_findings(rows, "", [code] * len(rows), counted, counted))
    return join_findings(parts)


def _find_swallowed(utf8: memoryview, cells: pa.Table, layout: Layout) -> SwallowedLines | None:
    for position in range(cells.num_columns):
        found = find_swallowed_rows(cells.column(position), position, len(layout.headers), layout.delimiter)
        if found:
            row, lines = found
            start = _byte_offset(utf8, layout.heading.end)
            rows = (record for record in _records_after(utf8, start, layout.delimiter) if record[1])
            line, _cells = next(islice(rows, row, None))
            before = sum(cell.count("\n") for cell in _cells[:position])
            first = layout.heading.line + _lines_between(utf8, layout, start) + line - 1 + before
            return SwallowedLines(first, first + lines, closed=True)
    return None


def _records_after(utf8: memoryview, start: int, delimiter: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    for record in read_records(bytes(utf8[start:]).decode("utf-8"), delimiter):
        yield record.line, record.cells


def _lines_between(utf8: memoryview, layout: Layout, end: int) -> int:
    heading = bytes(utf8[_byte_offset(utf8, layout.heading.start) : end])
    return len(heading.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")) - 1


def _swallowed(found: SwallowedLines, path: str) -> FileError:
    if found.closed:
        message = _("{path}: a quote opens a cell on line {first} and swallows the rows down to line {last}.")
    else:
        message = _("{path}: a quote opens a cell on line {first} and is never closed; lines up to {last} are inside.")
    return FileError(
        message.format(path=path, first=found.first, last=found.last),
        _(
            "Look at line {first}: remove the quote or write it twice inside a quoted cell, "
            "or export the base again as XLSX."
        ).format(first=found.first),
    )


def _find_dialect(
    utf8: memoryview, body: memoryview, cells: pa.Table, headers: Sequence[str], layout: Layout
) -> Dialect:
    last = cells.column(cells.num_columns - 1)
    trailing = len(headers) > 1 and not headers[-1] and not pc.any(pc.not_equal(last, "")).as_py()
    heading = _head(utf8, (layout.heading.end + 1) * 4)[layout.heading.start : layout.heading.end]
    if heading.endswith("\r\n"):
        terminator: Literal["\n", "\r\n", "\r"] = "\r\n"
    else:
        terminator = "\r" if heading.endswith("\r") else "\n"
    quoting: Literal["minimal", "all", "bare"] = "minimal"
    if _all_quoted(heading, body, layout.delimiter, trailing):
        quoting = "all"
    elif has_bare_quotes(utf8, layout.delimiter):
        quoting = "bare"
    end = bytes(utf8[-1:])
    return Dialect(
        delimiter=layout.delimiter,
        quoting=quoting,
        line_terminator=terminator,
        trailing_delimiter=trailing,
        final_newline=end in (b"\n", b"\r"),
    )


def _all_quoted(heading: str, body: memoryview, delimiter: str, trailing: bool) -> bool:
    """Check on the first records whether the file quotes every cell: written so, they come out the same."""
    text = heading + _head(body, 65_536)
    complete = [record for record in islice(read_records(text, delimiter), _SAMPLE_ROWS) if record.cells]
    if len(complete) > 1 and complete[-1].end == len(text) and len(body) > 65_536:
        complete.pop()
    return all(
        text[record.start : record.end].rstrip("\r\n") == _quote_all(record.cells, delimiter, trailing)
        for record in complete
    )


def _quote_all(cells: Sequence[str], delimiter: str, trailing: bool) -> str:
    written = ['"' + cell.replace('"', '""') + '"' for cell in (cells[:-1] if trailing else cells)]
    return delimiter.join(written) + (delimiter if trailing else "")
