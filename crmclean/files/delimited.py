"""Delimited text to a table: fast where its rows are regular, with care where they are not."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmclean.core.errors import FileError
from crmclean.core.finding import join_findings, no_findings
from crmclean.core.i18n import _
from crmclean.core.table import Dialect
from crmclean.files.dialects import find_dialect, write_heading
from crmclean.files.encoding import Text, check_letters
from crmclean.files.kept_lines import find_odd_rows, lines_aside, lines_verbatim, places_repaired, repair_findings
from crmclean.files.lines import Lines, find_lines, has_blank_lines
from crmclean.files.pieces import read_in_pieces
from crmclean.files.quotes import (
    Repair,
    SwallowedLines,
    doubles_quotes,
    find_stray_quote,
    find_swallowed_rows,
    holds_quotes,
    quotes_alternate,
    repair_quote,
)
from crmclean.files.rows import Rows, read_ragged_rows, read_rows, width_findings
from crmclean.files.rows_aside import SettledRows, put_rows_aside
from crmclean.files.sniffing import Layout, find_layout, read_records

HEAD_BYTES: Final = 262_144
"""So much of a file is looked at to find its layout."""

_SAMPLE_BYTES: Final = 65_536
_WIDEST_LETTER: Final = 4
"""Bytes of UTF-8."""

_MOST_REPAIRS: Final = 100
"""A file with more broken lines than this is damaged as a whole; each repair reads it again."""


@dataclass(frozen=True)
class _Known:
    """What was found out while the rows were read; ``repairs`` are the lines whose quote was repaired."""

    may_have_blank_lines: bool
    quotes_alternate: bool
    repairs: tuple[tuple[int, Repair], ...] = ()


@dataclass(frozen=True)
class DelimitedText:
    """A delimited text as read.

    Attributes:
        headers: the headings, an empty one for cells beyond them.
        cells: one column per heading, large_string, no nulls.
        heading: the lower row of a heading of two as the file has it, else empty.
        layout, dialect: all that is needed to write it the same way.
        findings: rows longer or shorter than the heading, quotes repaired.
        verbatim: cells of rows that the dialect would write in another way, and their lines as they stand.
        heading_width: cells of the heading where longer rows made the table wider, else 0.
        aside: lines below the heading that are no rows of the table: number of rows before each, and the line.
        skipped: line number and text of what stands above the heading or was put aside, and says something.
    """

    headers: tuple[str, ...]
    heading: tuple[str, ...]
    cells: pa.Table
    layout: Layout
    dialect: Dialect
    findings: pd.DataFrame
    verbatim: dict[tuple[str, ...], str]
    heading_width: int
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
    repairs: list[tuple[int, Repair]] = []
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
        repair = _repair(text, found, layout, path, len(repairs))
        text = replace(text, data=memoryview(repair.text))
        repairs.append((found.first, repair))
    known = _Known(has_blank_lines(body), quotes_alternate(text.data, layout.delimiter), tuple(repairs))
    return _settle(text, rows, layout, known)


def _repair(text: Text, found: SwallowedLines, layout: Layout, path: str, repairs: int) -> Repair:
    below_heading = found.first > layout.heading.line
    repair = None
    if below_heading and repairs < _MOST_REPAIRS:
        repair = repair_quote(text.data, found, len(layout.headers), layout.delimiter, text.codec)
    if repair is None:
        raise _swallowed(found, path)
    return repair


def _settle(text: Text, rows: Rows, layout: Layout, known: _Known) -> DelimitedText:
    """Put aside what is no row, and find out how the file is written."""
    body = text.data[_byte_offset(text, layout.heading.end) :]
    rows, settled, lines = _find_aside(body, text.codec, rows, layout, known)
    headers, cells = _widen_headers(layout, rows), settled.cells
    dialect = _find_dialect(text, cells, headers, layout, known)
    if dialect.trailing_delimiter:
        headers, cells = headers[:-1], cells.select(range(len(headers) - 1))
    aside: tuple[tuple[int, str], ...] = ()
    skipped = layout.skipped
    findings = no_findings()
    verbatim: dict[tuple[str, ...], str] = {}
    if lines is not None:
        first_line = layout.heading.line + _lines_between(text, layout, len(text.data) - len(body))
        aside, below = lines_aside(lines, settled, first_line)
        skipped += below
        repaired = places_repaired(known.repairs, lines, first_line)
        findings = repair_findings(repaired, settled)
        odd = find_odd_rows(lines, rows, settled, cells, len(layout.headers), dialect, bool(repaired))
        verbatim = lines_verbatim(lines, settled, cells, odd, repaired)
    is_ragged = rows.widths is not None
    if rows.widths is not None:
        findings = join_findings([findings, width_findings(rows.widths[settled.kept].tolist(), len(layout.headers))])
    lower = (layout.heading.cells + ("",) * len(headers))[: len(headers)]
    heading = () if layout.headers == layout.heading.cells else lower
    line = text.head(len(text.data) - len(body))[layout.heading.start :].rstrip("\r\n")
    if line != write_heading(lower, dialect):
        verbatim[lower] = line
    width = len(layout.headers) if is_ragged and len(headers) > len(layout.headers) else 0
    return DelimitedText(headers, heading, cells, layout, dialect, findings, verbatim, width, aside, skipped)


def _widen_headers(layout: Layout, rows: Rows) -> tuple[str, ...]:
    missing: int = rows.cells.num_columns - len(layout.headers)
    return layout.headers + ("",) * missing


def _find_aside(
    body: memoryview, codec: str, rows: Rows, layout: Layout, known: _Known
) -> tuple[Rows, SettledRows, Lines | None]:
    """Return the rows, which of them stay, and, where lines are to be kept or named, where the lines stand."""
    settled = put_rows_aside(rows.cells, _widen_headers(layout, rows))
    if not (settled.aside or known.repairs or known.may_have_blank_lines or rows.widths is not None):
        return rows, settled, None
    lines = find_lines(body, codec, layout.delimiter, bare=not known.quotes_alternate)
    if len(lines.starts) == len(settled.kept):
        return rows, settled, lines
    # The parsers part ways over quotes in the middle of a cell: take the one that also tells where its rows stand.
    rows = read_ragged_rows(body, codec, layout.delimiter, len(layout.headers))
    lines = find_lines(body, codec, layout.delimiter, bare=True)
    return rows, put_rows_aside(rows.cells, _widen_headers(layout, rows)), lines


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
    start = _byte_offset(text, layout.heading.end)
    body = replace(text, data=text.data[start:])
    return find_dialect(
        text.head(start)[layout.heading.start :],
        body.head(_SAMPLE_BYTES),
        len(body.data) <= _SAMPLE_BYTES,
        layout.delimiter,
        bare=not known.quotes_alternate and not doubles_quotes(text.data),
        trailing=len(headers) > 1 and not headers[-1] and not pc.any(pc.not_equal(last, "")).as_py(),
        final_newline=bytes(text.data[-1:]) in (b"\n", b"\r"),
    )
