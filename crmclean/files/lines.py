"""Where the lines of a delimited text stand: which are blank, what a row looks like in the file, on which line it is.

Line ends inside quoted cells end no row. All of it is done over bytes, so that it costs little on a large file.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from crmclean.files.quotes import LINE_FEED, QUOTE, RETURN
from crmclean.files.sniffing import read_records

_CHUNK: Final = 16 * 1024 * 1024


@dataclass(frozen=True)
class Lines:
    """The lines of a text, a row of several lines taken as one.

    Attributes:
        body: the text.
        codec: in what it is encoded.
        starts, stops: where the rows that are not blank stand in it, in bytes, without their line ends.
        blank: for every blank line, the number of rows before it.
    """

    body: memoryview
    codec: str
    starts: np.ndarray
    stops: np.ndarray
    blank: list[int]

    def text(self, row: int) -> str:
        """Return a row as it stands in the file."""
        return bytes(self.body[self.starts[row] : self.stops[row]]).decode(self.codec)

    def number(self, row: int) -> int:
        """Return the 0-based number of the line on which a row begins."""
        return int(np.searchsorted(self._line_starts(), self.starts[row], side="right")) - 1

    def row_at(self, number: int) -> int:
        """Return the row that begins on, or holds, the line of a 0-based number."""
        start = self._line_starts()[number]
        return int(np.searchsorted(self.starts, start, side="right")) - 1

    def _line_starts(self) -> np.ndarray:
        return np.concatenate([[0], np.flatnonzero(_line_ends(self.body)) + 1])


def has_blank_lines(body: memoryview) -> bool:
    """Check whether two line ends follow each other, perhaps inside a quoted cell, or one stands first."""
    text = np.frombuffer(body, dtype=np.uint8)
    if len(text) and text[0] in (LINE_FEED, RETURN):
        return True
    for end in (LINE_FEED, RETURN):
        found = False
        for start in range(0, len(text), _CHUNK):
            chunk = text[start : start + _CHUNK + 1]
            after = np.flatnonzero(chunk[:-1] == end) + 1
            found = found or bool(len(after))
            following = chunk[after]
            if ((following == end) | ((following == RETURN) & (end == LINE_FEED))).any():
                return True
        if found:
            # A return before a line feed is one line end: only a text without line feeds ends its lines with it.
            return False
    return False


def find_lines(body: memoryview, codec: str, delimiter: str, *, bare: bool) -> Lines:
    """Return where the rows of a text stand.

    Args:
        codec: UTF-8 or a code page that extends ASCII.
        bare: quotes stand inside unquoted cells, so that only a parser can tell which of them open a cell.
    """
    starts, stops = _parse_lines(body, delimiter) if bare else _count_lines(body)
    filled = stops > starts
    blank = np.flatnonzero(~filled)
    return Lines(body, codec, starts[filled], stops[filled], (blank - np.arange(len(blank))).tolist())


def _parse_lines(body: memoryview, delimiter: str) -> tuple[np.ndarray, np.ndarray]:
    text = bytes(body).decode("latin-1")
    records = [(record.start, record.end) for record in read_records(text, delimiter)]
    stops = [start + len(text[start:end].rstrip("\r\n")) for start, end in records]
    return np.array([start for start, _end in records], dtype=np.int64), np.array(stops, dtype=np.int64)


def _count_lines(body: memoryview) -> tuple[np.ndarray, np.ndarray]:
    text = np.frombuffer(body, dtype=np.uint8)
    ends = np.flatnonzero(_line_ends(body) & ~_inside_quotes(text))
    starts = np.concatenate([[0], ends + 1])
    stops = np.concatenate([ends, [len(text)]])
    if starts[-1] >= len(text):
        starts, stops = starts[:-1], stops[:-1]
    returns = (stops > starts) & (stops < len(text))
    returns[returns] = (text[stops[returns]] == LINE_FEED) & (text[stops[returns] - 1] == RETURN)
    return starts, stops - returns


def _line_ends(body: memoryview) -> np.ndarray:
    """Mark the last byte of every line end: LF, CR LF or CR."""
    text = np.frombuffer(body, dtype=np.uint8)
    ends = text == LINE_FEED
    returns = np.flatnonzero(text == RETURN)
    following = text[np.minimum(returns + 1, len(text) - 1)]
    ends[returns[(following != LINE_FEED) | (returns == len(text) - 1)]] = True
    return np.asarray(ends)


def _inside_quotes(text: np.ndarray) -> np.ndarray:
    """Mark the bytes of quoted cells: an odd number of quotes stands before them."""
    return np.asarray(np.bitwise_xor.accumulate(text == QUOTE))
