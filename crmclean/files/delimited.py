"""Delimited text to a table: fast where its rows are regular, with care where they are not."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final, Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmclean.core.errors import FileError
from crmclean.core.finding import join_findings, make_findings, no_findings
from crmclean.core.i18n import _
from crmclean.core.table import Dialect
from crmclean.files.encoding import Text, check_letters
from crmclean.files.layout import SettledRows, put_rows_aside
from crmclean.files.lines import Lines, find_lines, has_blank_lines
from crmclean.files.pieces import read_in_pieces
from crmclean.files.quotes import (
    SwallowedLines,
    find_stray_quote,
    find_swallowed_rows,
    has_bare_quotes,
    holds_quotes,
    quotes_alternate,
    repair_quote,
)
from crmclean.files.rows import Rows, read_ragged_rows, read_rows, width_findings
from crmclean.files.sniffing import Layout, find_layout, read_records

HEAD_BYTES: Final = 262_144
"""So much of a file is looked at to find its layout."""

_SAMPLE_ROWS: Final = 50
_SAMPLE_BYTES: Final = 65_536
_WIDEST_LETTER: Final = 4
"""Bytes of UTF-8."""

_MOST_REPAIRS: Final = 100
"""A file with more broken lines than this is damaged as a whole; each repair reads it again."""


@dataclass(frozen=True)
class _Known:
    """What was found out while the rows were read; ``repairs`` are lines and the cells whose quote was repaired."""

    may_have_blank_lines: bool
    quotes_alternate: bool
    repairs: tuple[tuple[int, str], ...] = ()


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


def read_delimited(text: Text, path: str, delimiter: str, map: Sequence[tuple[str, str]]) -> DelimitedText:
    """Return the columns of a delimited text.

    Args:
        text: the text; not every byte of it need have been looked at.
        path: named in errors.
        delimiter: the user's word on it, or ``""``.
        map: the user's pairs of role and heading.

    Raises:
        NotInEncodingError: a byte is no letter of the encoding.
        FileError: a quote swallows rows, and it is not certain how to repair that.
    """
    return _read_regular(text, delimiter, map) or _read_with_care(text, path, delimiter, map)


def _read_regular(text: Text, delimiter: str, map: Sequence[tuple[str, str]]) -> DelimitedText | None:
    layout = _find_layout(text, delimiter, map)
    start = _byte_offset(text, layout.heading.end)
    if not quotes_alternate(text.data[:start], layout.delimiter):
        return None
    found = read_in_pieces(text.data[start:], text.codec, layout.delimiter, len(layout.headers))
    if found is None or (found.may_swallow_rows and _find_swallowed(text, found.cells, layout)):
        return None
    known = _Known(may_have_blank_lines=found.may_have_blank_lines, quotes_alternate=True)
    return _settle(text, Rows(found.cells, None), layout, known)


def _read_with_care(text: Text, path: str, delimiter: str, map: Sequence[tuple[str, str]]) -> DelimitedText:
    check_letters(text)
    repairs: list[tuple[int, str]] = []
    while True:
        layout = find_layout(text.head(HEAD_BYTES), delimiter, map)
        quoted = holds_quotes(text.data)
        found = find_stray_quote(text.data, layout.delimiter) if quoted else None
        if found is None:
            layout = _find_layout(text, delimiter, map)
            body = text.data[_byte_offset(text, layout.heading.end) :]
            rows = read_rows(body, text.codec, layout.delimiter, len(layout.headers))
            found = _find_swallowed(text, rows.cells, layout) if quoted else None
        if found is None:
            break
        repaired, cell = _repair(text, found, layout, path, len(repairs))
        text = replace(text, data=memoryview(repaired))
        repairs.append((found.first, cell))
    known = _Known(has_blank_lines(body), quotes_alternate(text.data, layout.delimiter), tuple(repairs))
    return _settle(text, rows, layout, known)


def _repair(text: Text, found: SwallowedLines, layout: Layout, path: str, repairs: int) -> tuple[bytes, str]:
    below_heading = found.first > layout.heading.line
    repaired = None
    if below_heading and repairs < _MOST_REPAIRS:
        repaired = repair_quote(text.data, found, len(layout.headers), layout.delimiter, text.codec)
    if repaired is None:
        raise _swallowed(found, path)
    return repaired


def _settle(text: Text, rows: Rows, layout: Layout, known: _Known) -> DelimitedText:
    """Put aside what is no row, and find out how the file is written."""
    body = text.data[_byte_offset(text, layout.heading.end) :]
    rows, settled, lines = _find_aside(body, text.codec, rows, layout, known)
    headers = _widen_headers(layout, rows)
    dialect = _find_dialect(text, settled.cells, headers, layout, known)
    aside: tuple[tuple[int, str], ...] = ()
    skipped = layout.skipped
    findings = no_findings()
    if lines is not None:
        first_line = layout.heading.line + _lines_between(text, layout, len(text.data) - len(body))
        aside, below = _lines_aside(lines, settled, first_line)
        skipped += below
        findings = _repair_findings(known.repairs, lines, settled, first_line)
    if rows.widths is not None:
        findings = join_findings([findings, width_findings(rows.widths[settled.kept].tolist(), len(layout.headers))])
    cells = settled.cells
    if dialect.trailing_delimiter:
        headers, cells = headers[:-1], cells.select(range(len(headers) - 1))
    lower = (layout.heading.cells + ("",) * len(headers))[: len(headers)]
    heading = () if layout.headers == layout.heading.cells else lower
    return DelimitedText(headers, heading, cells, layout, dialect, findings, aside, skipped)


def _widen_headers(layout: Layout, rows: Rows) -> tuple[str, ...]:
    missing: int = rows.cells.num_columns - len(layout.headers)
    return layout.headers + ("",) * missing


def _find_aside(
    body: memoryview, codec: str, rows: Rows, layout: Layout, known: _Known
) -> tuple[Rows, SettledRows, Lines | None]:
    """Return the rows, which of them stay, and, where lines are to be kept or named, where the lines stand."""
    settled = put_rows_aside(rows.cells, _widen_headers(layout, rows))
    if not (settled.aside or known.repairs or known.may_have_blank_lines):
        return rows, settled, None
    lines = find_lines(body, codec, layout.delimiter, bare=not known.quotes_alternate)
    if len(lines.starts) == len(settled.kept):
        return rows, settled, lines
    # The parsers part ways over quotes in the middle of a cell: take the one that also tells where its rows stand.
    rows = read_ragged_rows(body, codec, layout.delimiter, len(layout.headers))
    lines = find_lines(body, codec, layout.delimiter, bare=True)
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


def _byte_offset(text: Text, characters: int) -> int:
    return len(text.head(characters * _WIDEST_LETTER)[:characters].encode(text.codec))


def _find_layout(text: Text, delimiter: str, map: Sequence[tuple[str, str]]) -> Layout:
    """Look at the head of a text, and again at all of it where the heading reaches beyond the head."""
    head = text.head(HEAD_BYTES)
    layout = find_layout(head, delimiter, map)
    reaches_end = layout.heading.end >= len(head) and len(text.data) > HEAD_BYTES
    return find_layout(text.head(len(text.data)), delimiter, map) if reaches_end else layout


def _find_swallowed(text: Text, cells: pa.Table, layout: Layout) -> SwallowedLines | None:
    for position in range(cells.num_columns):
        found = find_swallowed_rows(cells.column(position), position, len(layout.headers), layout.delimiter)
        if found:
            row, lines = found
            start = _byte_offset(text, layout.heading.end)
            records = (record for record in read_records(str(text.data[start:], text.codec), layout.delimiter))
            record = next(islice((record for record in records if record.cells), row, None))
            before = sum(cell.count("\n") for cell in record.cells[:position])
            first = layout.heading.line + _lines_between(text, layout, start) + record.line - 1 + before
            return SwallowedLines(first, first + lines, closed=True)
    return None


def _lines_between(text: Text, layout: Layout, end: int) -> int:
    heading = bytes(text.data[_byte_offset(text, layout.heading.start) : end])
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


def _find_dialect(text: Text, cells: pa.Table, headers: Sequence[str], layout: Layout, known: _Known) -> Dialect:
    last = cells.column(cells.num_columns - 1)
    trailing = len(headers) > 1 and not headers[-1] and not pc.any(pc.not_equal(last, "")).as_py()
    start = _byte_offset(text, layout.heading.end)
    heading = text.head(start)[layout.heading.start :]
    body = replace(text, data=text.data[start:])
    end = bytes(text.data[-1:])
    if heading.endswith("\r\n"):
        terminator: Literal["\n", "\r\n", "\r"] = "\r\n"
    else:
        terminator = "\r" if heading.endswith("\r") else "\n"
    quoting: Literal["minimal", "all", "bare"] = "minimal"
    if _all_quoted(heading, body, layout.delimiter, trailing):
        quoting = "all"
    elif not known.quotes_alternate and has_bare_quotes(text.data, layout.delimiter):
        quoting = "bare"
    return Dialect(
        delimiter=layout.delimiter,
        quoting=quoting,
        line_terminator=terminator,
        trailing_delimiter=trailing,
        final_newline=end in (b"\n", b"\r"),
    )


def _all_quoted(heading: str, body: Text, delimiter: str, trailing: bool) -> bool:
    """Check on the first records whether the file quotes every cell: written so, they come out the same."""
    text = heading + body.head(_SAMPLE_BYTES)
    complete = [record for record in islice(read_records(text, delimiter), _SAMPLE_ROWS) if record.cells]
    if len(complete) > 1 and complete[-1].end == len(text) and len(body.data) > _SAMPLE_BYTES:
        complete.pop()
    return all(
        text[record.start : record.end].rstrip("\r\n") == _quote_all(record.cells, delimiter, trailing)
        for record in complete
    )


def _quote_all(cells: Sequence[str], delimiter: str, trailing: bool) -> str:
    written = ['"' + cell.replace('"', '""') + '"' for cell in (cells[:-1] if trailing else cells)]
    return delimiter.join(written) + (delimiter if trailing else "")
