"""Delimited text to columns in pieces, several at once: each is looked through and parsed while it is in the cache.

A piece ends at a line end outside quotes, so that each holds whole rows and is parsed for itself. This needs a file
whose quotes alternate (every odd one opens a cell, every even one closes it) and whose rows all have the width of the
heading: most exports. Of any other file nothing is returned, and it is read with more care.
"""

import os
import re
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from crmclean.files.encoding import NotInEncodingError, is_utf8
from crmclean.files.quotes import LEAST_DELIMITERS, LINE_FEED, QUOTE, RETURN, edges_of_cells, pair_up

PIECE: Final = 4 * 1024 * 1024
"""Bytes of a piece: two of them stay in the cache of a small machine; the work for a piece is spread over many rows."""

_LARGEST: Final = 16 * PIECE
"""Where no row ends within so much, a quote opens a cell by mistake."""

_TAIL: Final = 16 * 1024
_NONE: Final = np.empty(0, dtype=np.intp)
_MOST_WORKERS: Final = 8


@dataclass(frozen=True)
class RegularRows:
    """The rows of a text without any irregularity.

    Attributes:
        cells: one column of large_string per heading.
        may_have_blank_lines: two line ends may follow each other between rows.
        may_swallow_rows: a cell over several lines holds as many delimiters as rows do.
    """

    cells: pa.Table
    may_have_blank_lines: bool
    may_swallow_rows: bool


class _IrregularError(Exception):
    """Quotes do not alternate, or a row has another width than the heading."""


@dataclass(frozen=True)
class _Form:
    """What all pieces have in common."""

    codec: str
    delimiter: str
    width: int
    edges: np.ndarray
    pool: pa.MemoryPool


def read_in_pieces(body: memoryview, codec: str, delimiter: str, width: int) -> RegularRows | None:
    """Return the rows below a heading; None where quotes do not alternate or a row has another width.

    Args:
        body: the text below the heading, in UTF-8 or in a code page that extends ASCII.
        codec: in which of them.
        delimiter: what stands between cells.
        width: cells of the heading.

    Raises:
        NotInEncodingError: a byte is no letter of ``codec``.
    """
    if not _ends_lines_with_feeds(body):
        return None
    form = _Form(codec, delimiter, width, edges_of_cells(delimiter), _memory_pool())
    parts = [RegularRows(_no_rows(width), may_have_blank_lines=False, may_swallow_rows=False)]
    workers = min(_MOST_WORKERS, os.cpu_count() or 1)
    pending: deque[Future[RegularRows]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        try:
            for piece, quotes in _cut(body):
                pending.append(pool.submit(_read_piece, piece, quotes, form))
                while len(pending) > 2 * workers or (pending and pending[0].done()):
                    parts.append(pending.popleft().result())
            parts.extend(future.result() for future in pending)
        except _IrregularError:
            return None
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
    return RegularRows(
        pa.concat_tables([part.cells for part in parts]),
        any(part.may_have_blank_lines for part in parts),
        any(part.may_swallow_rows for part in parts),
    )


def _memory_pool() -> pa.MemoryPool:
    """Return the pool that wastes least on many arrays of about a megabyte: a tenth of the whole less in jemalloc."""
    return pa.jemalloc_memory_pool() if "jemalloc" in pa.supported_memory_backends() else pa.default_memory_pool()


def _ends_lines_with_feeds(body: memoryview) -> bool:
    """Check that a line feed ends the first line, as everywhere but in files of old Macs."""
    end = re.search(rb"\r?\n|\r", body)
    return end is None or end.group() != b"\r"


def _no_rows(width: int) -> pa.Table:
    return pa.table({str(place): pa.array([], pa.large_string()) for place in range(width)})


def _cut(body: memoryview) -> Iterator[tuple[memoryview, np.ndarray]]:
    """Yield the pieces and the places of the quotes in each: their number is even where a piece ends."""
    has_quotes = re.search(rb'"', body) is not None
    start = 0
    size = PIECE
    while start < len(body):
        text = body[start : start + size]
        quotes = np.flatnonzero(np.frombuffer(text, dtype=np.uint8) == QUOTE) if has_quotes else _NONE
        if start + size < len(body):
            text = text[: _last_row_end(text, quotes)]
        if len(text):
            yield text, quotes[: np.searchsorted(quotes, len(text))]
            start, size = start + len(text), PIECE
        elif size < _LARGEST:
            size *= 2  # no row ends within it
        else:
            raise _IrregularError


def _last_row_end(text: memoryview, quotes: np.ndarray) -> int:
    """Return the end of the last row that ends within a text; 0 where none does."""
    stop = len(text)
    while stop:
        start = max(0, stop - _TAIL)
        tail = bytes(text[start:stop])
        while (feed := tail.rfind(b"\n")) >= 0:
            if np.searchsorted(quotes, start + feed) % 2 == 0:
                return start + feed + 1
            tail = tail[:feed]
        stop = start
    return 0


def _read_piece(text: memoryview, quotes: np.ndarray, form: _Form) -> RegularRows:
    """Return the rows of a piece; _IrregularError where they are not regular."""
    signs = np.frombuffer(text, dtype=np.uint8)
    if not pair_up(signs, quotes, form.edges):
        raise _IrregularError
    cells = _parse(_in_utf8(text, form.codec), form)
    if _is_row_a_line(text, signs, cells.num_rows):
        return RegularRows(cells, may_have_blank_lines=False, may_swallow_rows=False)
    feeds = np.flatnonzero(signs == LINE_FEED)
    is_inside = (np.searchsorted(quotes, feeds) & 1).astype(bool)
    is_swallowing = bool(is_inside.any()) and _holds_rows(text, quotes, feeds, form.delimiter)
    is_blank = _has_blank_line(signs, feeds[~is_inside]) or _has_lone_return(signs, feeds)
    return RegularRows(cells, is_blank, is_swallowing)


def _is_row_a_line(text: memoryview, signs: np.ndarray, rows: int) -> bool:
    """Check by counting that no line is blank and no cell has two."""
    feeds = int(np.count_nonzero(signs == LINE_FEED))
    has_returns = re.search(rb"\r", text) is not None
    last = 0 if signs[-1] == LINE_FEED else 1
    return feeds + last == rows and (not has_returns or int(np.count_nonzero(signs == RETURN)) == feeds)


def _has_blank_line(signs: np.ndarray, feeds: np.ndarray) -> bool:
    """Check whether a line is empty; ``feeds`` are the places of the line feeds outside quotes."""
    between = np.diff(feeds)
    is_empty = (between == 1) | ((between == 2) & (signs[feeds[1:] - 1] == RETURN))
    return bool(signs[0] in (LINE_FEED, RETURN) or is_empty.any())


def _has_lone_return(signs: np.ndarray, feeds: np.ndarray) -> bool:
    """Check for a return without a line feed, which may be a line end too: that is left to a closer look."""
    before = signs[feeds[feeds > 0] - 1]
    return int(np.count_nonzero(signs == RETURN)) != int(np.count_nonzero(before == RETURN))


def _holds_rows(text: memoryview, quotes: np.ndarray, feeds: np.ndarray, delimiter: str) -> bool:
    """Check whether a cell over several lines holds as many delimiters as swallowed rows would."""
    opening, closing = quotes[0::2], quotes[1::2]
    apart = opening[1:] != closing[:-1] + 1  # a doubled quote closes and opens again
    starts, stops = opening[np.r_[True, apart]], closing[np.r_[apart, True]]
    several = np.searchsorted(feeds, starts) != np.searchsorted(feeds, stops)
    mark = delimiter.encode("ascii")
    return any(
        bytes(text[start:stop]).count(mark) >= LEAST_DELIMITERS
        for start, stop in zip(starts[several].tolist(), stops[several].tolist(), strict=True)
    )


def _in_utf8(piece: memoryview, codec: str) -> memoryview | bytes:
    if codec == "utf-8":
        return piece
    try:
        return str(piece, codec).encode("utf-8")
    except UnicodeDecodeError as error:
        raise NotInEncodingError(error.start) from error


def _parse(utf8: memoryview | bytes, form: _Form) -> pa.Table:
    """Return the cells of a piece; it is one block of pyarrow's, in which line ends in quoted cells do no harm."""
    names = [str(place) for place in range(form.width)]
    is_checked = form.codec != "utf-8"
    try:
        return pa_csv.read_csv(
            pa.BufferReader(pa.py_buffer(utf8)),
            read_options=pa_csv.ReadOptions(column_names=names, block_size=len(utf8) + 1, use_threads=False),
            parse_options=pa_csv.ParseOptions(delimiter=form.delimiter, ignore_empty_lines=True),
            convert_options=pa_csv.ConvertOptions(
                check_utf8=not is_checked,
                column_types=dict.fromkeys(names, pa.large_string()),
                strings_can_be_null=False,
            ),
            memory_pool=form.pool,
        )
    except pa.ArrowInvalid as error:
        if not is_checked and not is_utf8(utf8):
            raise NotInEncodingError(0) from error
        raise _IrregularError from error
