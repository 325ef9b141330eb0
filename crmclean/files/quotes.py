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
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

QUOTE: Final = 0x22
LINE_FEED: Final = 0x0A
RETURN: Final = 0x0D
LEAST_DELIMITERS: Final = 8
"""Fewer delimiters than this in a cell of several lines are punctuation, not rows."""

_CHUNK: Final = 16 * 1024 * 1024


@dataclass(frozen=True)
class SwallowedLines:
    """Lines that a quote swallowed: 1-based, ``last`` included; ``closed`` where another quote ended it."""

    first: int
    last: int
    closed: bool


@dataclass(frozen=True)
class Repair:
    """A text whose quote is written as a letter of its cell; the cell, and the line as it stood, without its end."""

    text: bytes
    cell: str
    line: str


def find_stray_quote(text: memoryview, delimiter: str) -> SwallowedLines | None:
    """Return the first cell that is never closed, or that is closed in the middle of a cell on a later line."""
    if quotes_alternate(text, delimiter):
        return None
    edge = re.escape(delimiter.encode("ascii")) + rb"\r\n"
    quoted = re.compile(rb"(?<![^" + edge + rb'])"[^"]*(?:""[^"]*)*("|\Z)')
    after_cell = re.compile(rb"[" + edge + rb"]|\Z")
    for cell in quoted.finditer(text):
        closed = bool(cell.group(1))
        strays = b"\n" in cell.group() and not after_cell.match(text, cell.end())
        if not closed or strays:
            first = _count_lines(text[: cell.start()])
            last = first + _count_lines(bytes(cell.group()).rstrip(b"\r\n"))
            return SwallowedLines(first + 1, last + 1, closed)
    return None


def doubles_quotes(text: memoryview) -> bool:
    """Check whether any quote is doubled; where quotes do not alternate and none is, they stand bare inside cells."""
    return re.search(rb'""', text) is not None


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
        if whole and all(count == width - 1 for count in counts[1:-1]) and sum(counts) >= LEAST_DELIMITERS:
            return row, len(lines) - 1
    return None


def repair_quote(
    text: memoryview, swallowed: SwallowedLines, width: int, delimiter: str, codec: str = "utf-8"
) -> Repair | None:
    """Return the text with the quote that swallowed lines written as a letter of its cell.

    Args:
        text: in UTF-8 or in a code page that extends ASCII.
        width: cells of the heading, a last empty one included.
        codec: in which of them.

    Returns:
        None where any of the lines has another number of cells: then it is not certain what was meant.
    """
    line_ends = np.flatnonzero(np.frombuffer(text, dtype=np.uint8) == LINE_FEED)
    start = int(line_ends[swallowed.first - 2]) + 1 if swallowed.first > 1 else 0
    stop = int(line_ends[swallowed.last - 1]) if swallowed.last <= len(line_ends) else len(text)
    first, *others = bytes(text[start:stop]).split(b"\n")
    separator = delimiter.encode("ascii")
    at = _find_open_quote(first, separator)
    if width < 2 or at is None:
        return None
    end = min((place for mark in (separator, b"\r") if (place := first.find(mark, at)) >= 0), default=len(first))
    cell = first[at:end]
    repaired = first[:at] + b'"' + cell.replace(b'"', b'""') + b'"' + first[end:]
    last = [others.pop()] if swallowed.closed and others else []
    whole = all(_count_cells(line, delimiter, codec) in (width, 0) for line in (repaired, *others))
    if not whole:
        return None
    if not whole or any(
        width not in (_count_cells(line, delimiter, codec), line.count(separator) + 1) for line in last
    ):
        return None
    if first.startswith(b'"') and at > 0 and not all(line.startswith(b'"') for line in (*others, *last)):
        # The file quotes its cells: lines that begin without a quote are text of a cell.
        return None
    written = bytes(text[:start]) + repaired + bytes(text[start + len(first) :])
    return Repair(written, cell.decode(codec), first.decode(codec).rstrip("\r"))


def _find_open_quote(line: bytes, separator: bytes) -> int | None:
    """Return the place of the quote that opens a cell which does not end on this line."""
    at = 0
    while at < len(line):
        if line[at] == QUOTE:
            closed = re.compile(rb'"[^"]*(?:""[^"]*)*"(?=\r?\Z|' + re.escape(separator) + rb")").match(line, at)
            if closed is None:
                return at
            at = closed.end()
        following = line.find(separator, at)
        if following < 0:
            return None
        at = following + 1
    return None


def _count_cells(line: bytes, delimiter: str, codec: str) -> int:
    """Return the number of cells of a line that stands for itself, 0 for an empty one, -1 where a cell runs on."""
    try:
        return len(next(csv.reader([line.decode(codec).rstrip("\r")], delimiter=delimiter, strict=True), []))
    except csv.Error:
        return -1


def holds_quotes(text: memoryview) -> bool:
    """Check whether there is any quote: most exports of large bases have none."""
    return next(re.finditer(rb'"', text), None) is not None


def quotes_alternate(text: memoryview, delimiter: str) -> bool:
    """Check that every odd quote opens a cell and every even one closes it (a doubled quote does both)."""
    signs = np.frombuffer(text, dtype=np.uint8)
    edges = edges_of_cells(delimiter)
    unpaired = np.empty(0, dtype=np.intp)
    for start in range(0, len(signs), _CHUNK):
        places = np.concatenate([unpaired, np.flatnonzero(signs[start : start + _CHUNK] == QUOTE) + start])
        paired = len(places) // 2 * 2
        if not pair_up(signs, places[:paired], edges):
            return False
        unpaired = places[paired:]
    return not len(unpaired)


def edges_of_cells(delimiter: str) -> np.ndarray:
    """Return, of every byte, whether a quote after it may open a cell, or one before it close one."""
    edges = np.zeros(256, dtype=bool)
    edges[[QUOTE, ord(delimiter), LINE_FEED, RETURN]] = True
    return edges


def pair_up(signs: np.ndarray, quotes: np.ndarray, edges: np.ndarray) -> bool:
    """Check that quotes open and close cells in turn.

    Args:
        signs: bytes of a text that begins and ends outside quotes.
        quotes: the places of its quotes.
        edges: of ``edges_of_cells``.
    """
    opening, closing = quotes[0::2], quotes[1::2]
    opening = opening[opening > 0]
    closing = closing[closing < len(signs) - 1]
    return len(quotes) % 2 == 0 and bool(edges[signs[opening - 1]].all() and edges[signs[closing + 1]].all())


def _count_lines(text: bytes | memoryview) -> int:
    return bytes(text).count(b"\n")
