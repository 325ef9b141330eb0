"""A quick look at the XML parts of a workbook while they are unpacked: how far their cells reach, how long texts are.

Whole pieces are looked at as arrays of bytes: every tag is found by its ``<``, and no part is held in memory. Only what
every common writer of workbooks writes is understood; a part that is laid out in another way is ``is_odd`` and has to
be parsed.
"""

import re
from typing import Final

import numpy as np
import numpy.typing as npt

from crmclean.core.errors import FileError
from crmclean.core.i18n import _

_HEAD: Final = 4096
_AT_ONCE: Final = 64 * 1024
"""Arrays as small as this find their memory, and the cache, still warm."""

_LONGEST_TEXT: Final = 16 * 1024**2
"""Bytes without a tag among them: Excel keeps 32,767 characters in a cell."""

_DOCTYPE: Final = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_PREFIXED: Final = re.compile(rb"<[^<>\s/!?:]+:(?:c|si)(?![\w.-])")
_BINARY_SHEET: Final = b"\x81\x01\x00"
"""BrtBeginSheet, which has no content of its own."""

_BINARY_STRINGS: Final = b"\x9f\x01\x08"
"""BrtBeginSst, which holds two numbers of four bytes."""

_ROWS_OF_A_SHEET: Final = b"sheetData"
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")

_OPEN, _CELL, _BANG, _TEXT_ITEM = b"<c!s"
_IS_LETTER: Final = np.zeros(256, dtype=bool)
_IS_LETTER[list(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")] = True
_IS_CAPITAL: Final = np.zeros(256, dtype=bool)
_IS_CAPITAL[list(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ")] = True

_REFERENCE_STARTS: Final = b' r="'
_MOST_DIGITS: Final = 7
_TAG_HEAD: Final = 32
"""More than a tag takes up to the end of the reference of its cell: ``<c r="XFD1048576"``."""

Places = npt.NDArray[np.intp]
Bytes = npt.NDArray[np.uint8]


def no_workbook(path: str) -> FileError:
    """Return the error for a file that is no workbook, or is one no longer."""
    return FileError(
        _("{path} is damaged or is no workbook.").format(path=path),
        _("Open it in Excel or LibreOffice, save it as XLSX, and try again; or export the base as CSV."),
    )


class Scan:
    """What was seen of one part.

    Args:
        path: the file as the user named it.
        must_be_xml: the name of the part says that it is XML.

    Attributes:
        is_binary: it is no XML; then all that follows says nothing.
        is_binary_sheet, are_binary_strings: it is a sheet, or the shared texts, of XLSB.
        is_odd: it may hold cells that the quick look did not understand.
        rows, columns: those of the rectangle up to the last cell.
        cells: number of its cells.
        longest: bytes of the longest shared text, its tags included, where it holds any.
    """

    def __init__(self, path: str, *, must_be_xml: bool = False) -> None:
        self._path = path
        self._must_be_xml = must_be_xml
        self._rest = bytearray()
        self._done = 0
        self._text_starts = -1
        self.is_binary = False
        self.is_binary_sheet = False
        self.are_binary_strings = False
        self.is_odd = False
        self.rows = self.columns = self.cells = self.longest = 0

    def see(self, piece: bytes) -> None:
        """Take in the next piece.

        Raises:
            FileError: it declares entities, is in an encoding that no writer of workbooks uses, or is no markup
                though it should be.
        """
        if not self._done and not self._rest:
            self._see_kind(piece)
        if self.is_binary:
            # The reader of workbooks would look for the rows behind any rubbish.
            if self._must_be_xml or _ROWS_OF_A_SHEET in self._rest[-len(_ROWS_OF_A_SHEET) :] + piece:
                raise no_workbook(self._path)
            self._rest = bytearray(piece)
            return
        for start in range(0, len(piece), _AT_ONCE):
            self._take(piece[start : start + _AT_ONCE])

    def _take(self, piece: bytes) -> None:
        cut = piece.rfind(b"<")
        if cut < 0:
            self._rest += piece
            if len(self._rest) > _LONGEST_TEXT:
                raise no_workbook(self._path)
            return
        self._look(bytes(self._rest) + piece[:cut])
        self._rest = bytearray(piece[cut:])

    def finish(self) -> None:
        """Take in what is left."""
        if self.is_binary:
            return
        self._look(bytes(self._rest))
        self._rest.clear()
        if self._text_starts >= 0:
            self.longest = max(self.longest, self._done - self._text_starts)

    def _see_kind(self, piece: bytes) -> None:
        head = piece[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n")
        self.is_binary = bool(head) and not head.startswith(b"<")
        self.is_binary_sheet = piece.startswith(_BINARY_SHEET)
        self.are_binary_strings = piece.startswith(_BINARY_STRINGS)
        if piece.startswith(_UTF_16):  # would hide what is looked for; no writer of workbooks uses it
            raise no_workbook(self._path)

    def _look(self, text: bytes) -> None:
        marks = np.frombuffer(text + bytes(_TAG_HEAD), dtype=np.uint8)
        tags = np.flatnonzero(marks == _OPEN)
        first = marks[tags + 1]
        if (first == _BANG).any() and _DOCTYPE.search(text):
            raise FileError(
                _("{path} declares XML entities of its own, which no spreadsheet program does.").format(
                    path=self._path
                ),
                _("It was not read: such files are made to do harm. Ask its sender for the table as CSV."),
            )
        if b":" in text and (b":c" in text or b":si" in text):
            self.is_odd = self.is_odd or _PREFIXED.search(text) is not None
        self._see_texts(marks, tags[first == _TEXT_ITEM])
        cells = tags[first == _CELL]
        self._see_cells(marks, cells[~_IS_LETTER[marks[cells + 2]]])
        self._done += len(text)

    def _see_texts(self, marks: Bytes, tags: Places) -> None:
        starts = tags[(marks[tags + 2] == ord("i")) & ~_IS_LETTER[marks[tags + 3]]] + self._done
        if not len(starts):
            return
        before = self._text_starts if self._text_starts >= 0 else int(starts[0])
        self.longest = max(self.longest, int(np.diff(starts, prepend=before).max()))
        self._text_starts = int(starts[-1])

    def _see_cells(self, marks: Bytes, cells: Places) -> None:
        """Take in the cells whose tags begin at these places: their references first, as in ``<c r="AB12"``."""
        if not len(cells):
            return
        self.cells += len(cells)
        understood = np.ones(len(cells), dtype=bool)
        for place, mark in enumerate(_REFERENCE_STARTS, 2):
            understood &= marks[cells + place] == mark
        letters = [marks[cells + place] for place in (6, 7, 8)]
        understood &= _IS_CAPITAL[letters[0]]
        has_two = _IS_CAPITAL[letters[1]]
        has_three = has_two & _IS_CAPITAL[letters[2]]
        last_row, end = _read_numbers(marks, cells + 7 + has_two + has_three)
        understood &= end
        self.is_odd = self.is_odd or not understood.all()
        self.rows = max(self.rows, last_row)
        self.columns = max(self.columns, _last_column(letters, has_two, has_three))


def _read_numbers(marks: Bytes, starts: Places) -> tuple[int, npt.NDArray[np.bool_]]:
    """Return the largest of the numbers that begin at these places, and which of them end in a quote as they should."""
    window = np.lib.stride_tricks.sliding_window_view(marks, _MOST_DIGITS + 1)[starts]
    digits = window - np.uint8(ord("0"))  # what is no digit becomes 10 or more
    lengths = np.argmax(digits > 9, axis=1)  # 0 too where eight digits follow one another: no row is so far
    ends = np.take_along_axis(window, lengths[:, None], axis=1)[:, 0] == ord('"')
    longest = int(lengths.max())
    longest_ones = digits[lengths == longest, :longest]
    powers = 10 ** np.arange(longest - 1, -1, -1)
    return int((longest_ones @ powers).max()), ends & (lengths > 0)


def _last_column(letters: list[Bytes], has_two: npt.NDArray[np.bool_], has_three: npt.NDArray[np.bool_]) -> int:
    values = [column.astype(np.int64) - (ord("A") - 1) for column in letters]
    columns = values[0]
    columns = np.where(has_two, columns * 26 + values[1], columns)
    return int(np.where(has_three, columns * 26 + values[2], columns).max())
