"""Hostile workbooks are refused before the reader of workbooks sees them: it lays every cell of a sheet out in memory.

Calamine does not expand entities, but it makes room for the whole rectangle up to the last cell, unpacks whatever it
is given, and an allocation that fails ends the process: none of that could be told to the user afterwards.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from itertools import chain
from typing import Any, Final

from lxml import etree

from crmclean.core.errors import FileError
from crmclean.core.i18n import _
from crmclean.files.archives import DAMAGE, MAX_UNPACKED, read_bounded, refuse_bomb
from crmclean.files.shared_texts import count_references, lengths_of_texts
from crmclean.files.workbook_scan import Scan, no_workbook

MAX_CELLS: Final = 100_000_000
"""Cells of the rectangle up to the last one: 1,048,576 rows of 95 columns, some 3 GB of memory."""

_REFERENCE: Final = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
_TABLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_ODS_CELLS: Final = (_TABLE + "table-cell", _TABLE + "covered-table-cell")
_OFFICE: Final = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_BEFORE_TEXT: Final = 5
"""Bytes of a shared text of XLSB before its characters (BrtSSTItem: flags and the length)."""

_ROW_RECORD: Final = 0
_SHARED_TEXT_CELL: Final = 7
_TEXT_RECORD: Final = 19
_CELL_RECORDS: Final = frozenset(range(1, 12))
"""BrtRowHdr, BrtCellIsst, BrtSSTItem, and all cells, BrtCellBlank to BrtFmlaError ([MS-XLSB] 2.3.2)."""


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
        FileError: it is damaged, unpacks to far more than an export holds, declares entities of its own, has a sheet
            whose last cell is too far away, or has cells that repeat long texts without end.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            members = package.infolist()
            refuse_bomb(sum(member.file_size for member in members), len(data), path)
            scans = [(member, _check_member(package, member, path)) for member in members]
            amount = _amount_of_texts(package, scans) + _amount_of_binary_texts(package, scans)
    except (*DAMAGE, etree.XMLSyntaxError) as error:
        raise no_workbook(path) from error
    _refuse_amount(amount, len(data), path)


def _refuse_amount(amount: int, packed_size: int, path: str) -> None:
    """Refuse texts that would take more than any export unpacks to; below that no ratio says anything about them."""
    if amount > MAX_UNPACKED:
        refuse_bomb(amount, packed_size, path)


def _check_member(package: zipfile.ZipFile, member: zipfile.ZipInfo, path: str) -> Scan:
    scan = Scan(path, must_be_xml=member.filename.lower().endswith((".xml", ".rels")))
    with package.open(member) as part:
        read_bounded(part, member.compress_size, path, scan.see)
    scan.finish()
    extent = _Extent(path)
    extent.reach(scan.rows, scan.columns)
    with package.open(member) as part:
        if scan.is_binary_sheet:
            _reach_of_records(part.read(), extent)
        elif member.filename == "content.xml":
            _refuse_amount(_reach_of_ods(part, extent), member.compress_size, path)
        elif scan.is_odd:
            scan.cells = _reach_of_sheet(part, extent)
    extent.refuse_oversized()
    return scan


def _amount_of_texts(package: zipfile.ZipFile, scans: list[tuple[zipfile.ZipInfo, Scan]]) -> int:
    """Return what the shared texts of XLSX take once each cell has its own, or more; counted only where it may matter.

    Cells times the longest text can be no less; nearly every workbook is done with that.
    """
    cells = sum(scan.cells for _member, scan in scans)
    most = max((scan.longest for _member, scan in scans), default=0) * cells
    if most <= MAX_UNPACKED:
        return most
    amount = 0
    sheets = [(member, scan) for member, scan in scans if scan.cells]
    for strings in (member for member, scan in scans if scan.longest):
        with package.open(strings) as part:
            lengths = lengths_of_texts(part)
        for member, scan in sheets:
            with package.open(member) as part:
                amount += int(count_references(part, len(lengths), is_odd=scan.is_odd) @ lengths)
    return amount


def _amount_of_binary_texts(package: zipfile.ZipFile, scans: list[tuple[zipfile.ZipInfo, Scan]]) -> int:
    """Return the same of XLSB."""
    strings = [member for member, scan in scans if scan.are_binary_strings]
    sheets = [member for member, scan in scans if scan.is_binary_sheet]
    amount = 0
    for texts in strings:
        records = _records(package.read(texts))
        lengths = [(len(content) - _BEFORE_TEXT) // 2 for kind, content in records if kind == _TEXT_RECORD]
        for sheet in sheets:
            for kind, content in _records(package.read(sheet)):
                number = int.from_bytes(content[8:12], "little")
                if kind == _SHARED_TEXT_CELL and number < len(lengths):
                    amount += lengths[number]
    return amount


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


def _reach_of_sheet(part: Any, extent: _Extent) -> int:
    """Take in all cells of a sheet of XLSX and return their number."""
    row = column = cells = 0
    for _event, element in etree.iterparse(part, events=("start",), resolve_entities=False, no_network=True):
        name = etree.QName(element).localname
        if name == "row":
            given = element.get("r", "")
            row, column = int(given) if given.isdecimal() else row + 1, 0
        elif name == "c":
            place = _place(element.get("r", ""))
            column = place[1] or column + 1
            cells += 1
            extent.reach(place[0] or row, column)
            extent.refuse_oversized()
        _forget(element)
    return cells


def _reach_of_ods(part: Any, extent: _Extent) -> int:
    """Take in all cells of the sheets of ODS; return what their texts take where repeated cells each have a copy."""
    row = column = row_repeat = amount = 0
    events = etree.iterparse(part, events=("start", "end"), resolve_entities=False, no_network=True, huge_tree=True)
    for event, element in events:
        if event == "end":
            if element.tag in _ODS_CELLS and _is_filled(element):
                texts = chain(element.itertext(), element.attrib.values())
                amount += sum(map(len, texts)) * _repeat(element, "columns") * row_repeat
        elif element.tag == _TABLE + "table":
            row = row_repeat = 0
        elif element.tag == _TABLE + "table-row":
            row, column = row + row_repeat, 0
            row_repeat = _repeat(element, "rows")
        elif element.tag in _ODS_CELLS:
            column += _repeat(element, "columns")
            if _is_filled(element):
                extent.reach(row + row_repeat, column)
                extent.refuse_oversized()
        if element.tag.startswith(_TABLE):  # what a cell holds is looked at when it ends
            _forget(element)
    return amount


def _is_filled(cell: Any) -> bool:
    return bool(cell.get(_OFFICE + "value-type") or cell.get(_TABLE + "formula"))


def _repeat(element: Any, what: str) -> int:
    given = element.get(f"{_TABLE}number-{what}-repeated", "1")
    return int(given[:9]) if given.isdecimal() else 1


def _forget(element: Any) -> None:
    """Free what was parsed before this element."""
    while element.getprevious() is not None and element.getparent() is not None:
        del element.getparent()[0]


def _reach_of_records(data: bytes, extent: _Extent) -> None:
    row = 0
    for kind, content in _records(data):
        if kind == _ROW_RECORD and len(content) >= 4:
            row = int.from_bytes(content[:4], "little")
        elif kind in _CELL_RECORDS and len(content) >= 4:
            extent.reach(row + 1, int.from_bytes(content[:4], "little") + 1)


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the records of a part of XLSB: a type and a length of 7 bits a byte, then the content."""
    at = 0
    while at < len(data):
        kind, at = _seven_bits(data, at, 2)
        length, at = _seven_bits(data, at, 4)
        yield kind, data[at : at + length]
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
