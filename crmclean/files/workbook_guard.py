"""Hostile workbooks are refused before the reader of workbooks sees them: it lays every cell of a sheet out in memory.

Calamine does not expand entities, but it makes room for the whole rectangle up to the last cell, unpacks whatever it
is given, and an allocation that fails ends the process: none of that could be told to the user afterwards.
"""

import io
import re
import zipfile
from typing import Any, Final

from lxml import etree

from crmclean.core.errors import FileError
from crmclean.core.i18n import _
from crmclean.files.archives import DAMAGE, read_bounded, refuse_bomb

MAX_CELLS: Final = 100_000_000
"""Cells of the rectangle up to the last one: 1,048,576 rows of 95 columns, some 3 GB of memory."""

_DOCTYPE: Final = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_HEAD: Final = 4096
_PIECES_AT_ONCE: Final = 8 * 1024**2
_LONGEST_TAG: Final = 16 * 1024**2

# Fast: every common writer begins a cell so, with its reference first.
_ODD_CELL: Final = re.compile(rb'<c(?! r="[A-Z]{1,3}[0-9]{1,7}"|[A-Za-z])|<[A-Za-z]+:c[ />]')
_FAR_CELL: Final = re.compile(rb'<c r="([A-Z]{2,3}[0-9]+|[A-Z][0-9]{6,7})"')
_REFERENCE: Final = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
_NEAR_COLUMNS: Final = 26
_NEAR_ROWS: Final = 99_999
_TABLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE: Final = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_BINARY_SHEET: Final = b"\x81\x01\x00"
"""BrtBeginSheet, which has no content of its own."""

_ROW_RECORD: Final = 0
_CELL_RECORDS: Final = frozenset(range(1, 12))
"""BrtRowHdr, and BrtCellBlank to BrtFmlaError ([MS-XLSB] 2.3.2)."""


class _Extent:
    """How far the cells seen so far reach: rows and columns from the first."""

    def __init__(self, path: str) -> None:
        self._path = path
        self.rows = 0
        self.columns = 0

    def reach(self, row: int, column: int) -> None:
        """Take in a cell, 1-based."""
        self.rows = max(self.rows, row)
        self.columns = max(self.columns, column)

    def refuse_oversized(self) -> None:
        """Refuse a rectangle that would not fit into memory."""
        if self.rows * self.columns > MAX_CELLS:
            raise FileError(
                _("{path} claims a sheet of {rows} rows and {columns} columns, nearly all of them empty.").format(
                    path=self._path, rows=self.rows, columns=self.columns
                ),
                _("Copy the table itself to a new workbook, or export the base as CSV."),
            )


def check_package(data: bytes, path: str) -> None:
    """Check a workbook that is a zip package (XLSX, XLSM, XLSB, ODS) in bounded memory.

    Raises:
        FileError: it is damaged, unpacks to far more than an export holds, declares entities of its own, or has a
            sheet whose last cell is too far away.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            members = package.infolist()
            refuse_bomb(sum(member.file_size for member in members), len(data), path)
            for member in members:
                _check_member(package, member, path)
    except (*DAMAGE, etree.XMLSyntaxError) as error:
        raise _damaged(path) from error


def _check_member(package: zipfile.ZipFile, member: zipfile.ZipInfo, path: str) -> None:
    scan = _Scan(path)
    with package.open(member) as part:
        read_bounded(part, member.compress_size, path, scan.see)
    scan.finish()
    extent = _Extent(path)
    if scan.is_binary:
        if scan.is_binary_sheet:
            with package.open(member) as part:
                _reach_of_records(part.read(), extent)
    elif member.filename.endswith("content.xml"):
        with package.open(member) as part:
            _reach_of_ods(part, extent)
    elif scan.is_odd or scan.may_be_oversized:
        with package.open(member) as part:
            _reach_of_sheet(part, extent)
    extent.refuse_oversized()


class _Scan:
    """A quick look at every piece of a part; what it cannot vouch for is parsed."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._rest = bytearray()
        self._is_first = True
        self._far = _Extent(path)
        self._far.reach(_NEAR_ROWS, _NEAR_COLUMNS)
        self.is_binary = False
        self.is_binary_sheet = False
        self.is_odd = False

    @property
    def may_be_oversized(self) -> bool:
        """Whether the quick look could not rule out that the last cell is too far away."""
        return self._far.rows * self._far.columns > MAX_CELLS

    def see(self, piece: bytes) -> None:
        if self._is_first:
            self._is_first = False
            head = piece[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n")
            self.is_binary = not head.startswith(b"<")
            self.is_binary_sheet = piece.startswith(_BINARY_SHEET)
            # UTF-16 would hide what is looked for below; no writer of workbooks uses it.
            if piece.startswith((b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")):
                raise _damaged(self._path)
        if self.is_binary:
            return
        self._rest += piece
        if len(self._rest) >= _PIECES_AT_ONCE:
            cut = self._rest.rfind(b"<")
            if cut <= 0 and len(self._rest) > _LONGEST_TAG:
                raise _damaged(self._path)
            self._look(bytes(self._rest[:cut]))
            del self._rest[:cut]

    def finish(self) -> None:
        self._look(bytes(self._rest))
        self._rest.clear()

    def _look(self, text: bytes) -> None:
        if _DOCTYPE.search(text):
            raise FileError(
                _("{path} declares XML entities of its own, which no spreadsheet program does.").format(
                    path=self._path
                ),
                _("It was not read: such files are made to do harm. Ask its sender for the table as CSV."),
            )
        self.is_odd = self.is_odd or _ODD_CELL.search(text) is not None
        for reference in set(_FAR_CELL.findall(text)):
            self._far.reach(*_place(reference.decode("ascii")))


def _place(reference: str) -> tuple[int, int]:
    """Return row and column of a reference such as ``AB12``, 1-based; (0, 0) for none.

    >>> _place("AB12")
    (12, 28)
    """
    match = _REFERENCE.fullmatch(reference)
    if not match:
        return 0, 0
    column = 0
    for letter in match.group(1).upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match.group(2)), column


def _reach_of_sheet(part: Any, extent: _Extent) -> None:
    row = column = 0
    for _event, element in etree.iterparse(part, events=("start",), resolve_entities=False, no_network=True):
        name = etree.QName(element).localname
        if name == "row":
            given = element.get("r", "")
            row, column = int(given) if given.isdecimal() else row + 1, 0
        elif name == "c":
            place = _place(element.get("r", ""))
            column = place[1] or column + 1
            extent.reach(place[0] or row, column)
            extent.refuse_oversized()
        _forget(element)


def _reach_of_ods(part: Any, extent: _Extent) -> None:
    row = column = row_repeat = 0
    for _event, element in etree.iterparse(part, events=("start",), resolve_entities=False, no_network=True):
        if element.tag == _TABLE + "table":
            row = row_repeat = 0
        elif element.tag == _TABLE + "table-row":
            row, column = row + row_repeat, 0
            row_repeat = _repeat(element, "rows")
        elif element.tag in (_TABLE + "table-cell", _TABLE + "covered-table-cell"):
            column += _repeat(element, "columns")
            if element.get(_OFFICE + "value-type") or element.get(_TABLE + "formula"):
                extent.reach(row + row_repeat, column)
                extent.refuse_oversized()
        _forget(element)


def _repeat(element: Any, what: str) -> int:
    given = element.get(f"{_TABLE}number-{what}-repeated", "1")
    return int(given[:9]) if given.isdecimal() else 1


def _forget(element: Any) -> None:
    """Free what was parsed before this element."""
    while element.getprevious() is not None and element.getparent() is not None:
        del element.getparent()[0]


def _reach_of_records(data: bytes, extent: _Extent) -> None:
    """Follow the records of a sheet of XLSB: a type and a length of 7 bits a byte, then the content."""
    at = row = 0
    while at < len(data):
        kind, at = _seven_bits(data, at, 2)
        length, at = _seven_bits(data, at, 4)
        if kind == _ROW_RECORD and length >= 4:
            row = int.from_bytes(data[at : at + 4], "little")
        elif kind in _CELL_RECORDS and length >= 4:
            extent.reach(row + 1, int.from_bytes(data[at : at + 4], "little") + 1)
        at += length


def _seven_bits(data: bytes, at: int, most: int) -> tuple[int, int]:
    value = 0
    for place in range(most):
        if at >= len(data):
            break
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:
            break
    return value, at


def _damaged(path: str) -> FileError:
    return FileError(
        _("{path} is damaged or is no workbook.").format(path=path),
        _("Open it in Excel or LibreOffice, save it as XLSX, and try again; or export the base as CSV."),
    )
