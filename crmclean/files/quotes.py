"""Quotes that swallow rows: a cell that opens with a quote runs on until the next one, over line ends too.

One forgotten quote makes hundreds of rows into one cell, and no parser complains. A real comment of several lines
must pass, though. Three signs are looked for, from cheap to dear:

- the quotes of the file do not alternate as quotes of cells do (vectorised, over bytes); only then
- a cell that is never closed, or one over several lines whose closing quote stands in the middle of a cell;
- a cell over several lines that divides into exactly the cells of whole rows of this file.

Where every line inside has exactly the cells of a row once the quote is taken for a letter, nothing else can have been
meant, and the line is repaired.
"""

import csv
import re
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_QUOTE = 0x22
_LINE_FEED = 0x0A
_CHUNK = 16 * 1024 * 1024
_LEAST_DELIMITERS = 8
"""Fewer delimiters than this in a cell of several lines are punctuation, not rows."""


@dataclass(frozen=True)
class SwallowedLines:
    """Lines that a quote swallowed: 1-based, ``last`` included; ``closed`` where another quote ended it."""

    first: int
    last: int
    closed: bool


def find_stray_quote(utf8: memoryview, delimiter: str) -> SwallowedLines | None:
    """Return the first cell that is never closed, or that is closed in the middle of a cell on a later line."""
    if quotes_alternate(utf8, delimiter):
        return None
    edge = re.escape(delimiter.encode("ascii")) + rb"\r\n"
    quoted = re.compile(rb"(?<![^" + edge + rb'])"[^"]*(?:""[^"]*)*("|\Z)')
    after_cell = re.compile(rb"[" + edge + rb"]|\Z")
    for cell in quoted.finditer(utf8):
        closed = bool(cell.group(1))
        strays = b"\n" in cell.group() and not after_cell.match(utf8, cell.end())
        if not closed or strays:
            first = _count_lines(utf8[: cell.start()])
            last = first + _count_lines(bytes(cell.group()).rstrip(b"\r\n"))
            return SwallowedLines(first + 1, last + 1, closed)
    return None


def has_bare_quotes(utf8: memoryview, delimiter: str) -> bool:
    """Check whether quotes stand inside unquoted cells, as in ``1;ООО "Ромашка"``, and no cell doubles them."""
    return not quotes_alternate(utf8, delimiter) and re.search(rb'""', utf8) is None


def find_swallowed_rows(column: pa.ChunkedArray, position: int, width: int, delimiter: str) -> tuple[int, int] | None:
    """Return the row and the number of lines of the first cell of a column that holds whole rows of the file.

    Args:
        column: the cells.
        position: 0-based place of the column.
        width: number of columns.

    Returns:
        0-based row and lines swallowed after its own, or None.
    """
    if width < 2:
        return None
    suspects = pc.indices_nonzero(pc.match_substring(column, "\n"))
    if not len(suspects):
        return None  # to take nothing from a column in blocks would still copy all of it
    for row, cell in zip(suspects.to_pylist(), column.take(suspects).to_pylist(), strict=True):
        lines = cell.replace("\r\n", "\n").split("\n")
        counts = [line.count(delimiter) for line in lines]
        whole = counts[0] == width - 1 - position and counts[-1] == position
        if whole and all(count == width - 1 for count in counts[1:-1]) and sum(counts) >= _LEAST_DELIMITERS:
            return row, len(lines) - 1
    return None


def repair_quote(utf8: memoryview, swallowed: SwallowedLines, width: int, delimiter: str) -> tuple[bytes, str] | None:
    """Return the text with the quote that swallowed lines written as a letter of its cell, and that cell.

    Args:
        width: cells of the heading, a last empty one included.

    Returns:
        None where any of the lines has another number of cells: then it is not certain what was meant.
    """
    line_ends = np.flatnonzero(np.frombuffer(utf8, dtype=np.uint8) == _LINE_FEED)
    start = int(line_ends[swallowed.first - 2]) + 1 if swallowed.first > 1 else 0
    stop = int(line_ends[swallowed.last - 1]) if swallowed.last <= len(line_ends) else len(utf8)
    first, *others = bytes(utf8[start:stop]).split(b"\n")
    separator = delimiter.encode("ascii")
    at = _find_open_quote(first, separator)
    if width < 2 or at is None:
        return None
    end = min((place for mark in (separator, b"\r") if (place := first.find(mark, at)) >= 0), default=len(first))
    cell = first[at:end]
    repaired = first[:at] + b'"' + cell.replace(b'"', b'""') + b'"' + first[end:]
    last = [others.pop()] if swallowed.closed and others else []
    whole = all(_count_cells(line, delimiter) in (width, 0) for line in (repaired, *others))
    if not whole or any(width not in (_count_cells(line, delimiter), line.count(separator) + 1) for line in last):
        return None
    if first.startswith(b'"') and at > 0 and not all(line.startswith(b'"') for line in (*others, *last)):
        # The file quotes its cells: lines that begin without a quote are text of a cell.
        return None
    return bytes(utf8[:start]) + repaired + bytes(utf8[start + len(first) :]), cell.decode("utf-8")


def _find_open_quote(line: bytes, separator: bytes) -> int | None:
    """Return the place of the quote that opens a cell which does not end on this line."""
    at = 0
    while at < len(line):
        if line[at] == _QUOTE:
            closed = re.compile(rb'"[^"]*(?:""[^"]*)*"(?=\r?\Z|' + re.escape(separator) + rb")").match(line, at)
            if closed is None:
                return at
            at = closed.end()
        following = line.find(separator, at)
        if following < 0:
            return None
        at = following + 1
    return None


def _count_cells(line: bytes, delimiter: str) -> int:
    """Return the number of cells of a line that stands for itself, 0 for an empty one, -1 where a cell runs on."""
    try:
        return len(next(csv.reader([line.decode("utf-8").rstrip("\r")], delimiter=delimiter, strict=True), []))
    except csv.Error:
        return -1


def holds_quotes(utf8: memoryview) -> bool:
    """Check whether there is any quote: most exports of large bases have none."""
    text = np.frombuffer(utf8, dtype=np.uint8)
    return any((text[start : start + _CHUNK] == _QUOTE).any() for start in range(0, len(text), _CHUNK))


def quotes_alternate(utf8: memoryview, delimiter: str) -> bool:
    """Check that every odd quote opens a cell and every even one closes it (a doubled quote does both)."""
    text = np.frombuffer(utf8, dtype=np.uint8)
    opens_after = np.zeros(256, dtype=bool)
    opens_after[[_QUOTE, ord(delimiter), 0x0A, 0x0D]] = True
    seen = 0
    for start in range(0, len(text), _CHUNK):
        places = np.flatnonzero(text[start : start + _CHUNK] == _QUOTE) + start
        opening, closing = (places[0::2], places[1::2]) if seen % 2 == 0 else (places[1::2], places[0::2])
        opening = opening[opening > 0]
        closing = closing[closing < len(text) - 1]
        if not (opens_after[text[opening - 1]].all() and opens_after[text[closing + 1]].all()):
            return False
        seen += len(places)
    return seen % 2 == 0


def _count_lines(text: bytes | memoryview) -> int:
    return bytes(text).count(b"\n")
