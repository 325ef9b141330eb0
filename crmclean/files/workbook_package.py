"""The package of an XLSX workbook with one of its sheets opened for new rows; everything else stays as it is.

Parts are those of ECMA-376. What speaks of cells by their place and would now stand beside the wrong ones (comments,
links, tables, merged cells below the heading) is left out, as are the macros and what was hidden of the old rows.
"""

import io
import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Self

from lxml import etree

from crmclean.files.archives import DAMAGE

_WORKBOOK: Final = "xl/workbook.xml"
_TYPES: Final = "[Content_Types].xml"
_STRINGS: Final = "xl/sharedStrings.xml"
_MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_XLSX_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_DROPPED: Final = ("/comments", "/vmlDrawing", "/table", "/calcChain", "/vbaProject", "/threadedComment", "/hyperlink")
"""Ends of the types of relations to parts that are left out of the sheet or the workbook."""

_SHEET_DATA: Final = re.compile(rb"<sheetData\s*(?:/>|>(.*)</sheetData\s*>)", re.DOTALL)
_ROW: Final = re.compile(rb'<row r="(\d+)"([^>]*?)(?:/>|>(.*?)</row\s*>)', re.DOTALL)
_CELL_STYLE: Final = re.compile(rb'<c r="([A-Z]+)\d+"(?: [a-rt-z]\w*="[^"]*")* s="(\d+)"')
_DIMENSION: Final = re.compile(rb"<dimension [^>]*/>")
_FILTER: Final = re.compile(rb"<autoFilter [^>]*?(?:/>|>.*?</autoFilter\s*>)", re.DOTALL)
_TABLES: Final = re.compile(rb"<tableParts.*?(?:</tableParts\s*>|/>)", re.DOTALL)
_GONE: Final = re.compile(
    rb"<(hyperlinks|tableParts|ignoredErrors)\b(?:[^>]*/>|.*?</\1\s*>)|<legacyDrawing [^>]*/>", re.DOTALL
)
_MERGES: Final = re.compile(rb"<mergeCells\b.*?</mergeCells\s*>", re.DOTALL)
_MERGE: Final = re.compile(rb'<mergeCell ref="[A-Z]+(\d+)(?::[A-Z]+(\d+))?"\s*/>')
_STRING_CELL: Final = re.compile(rb'<c [^>]*?t="s"[^>]*><v>(\d+)</v>')
_STRING: Final = re.compile(rb"<si\s*/>|<si\b[^>]*>.*?</si\s*>", re.DOTALL)
_ROW_FORMAT: Final = re.compile(rb' (?:ht|customHeight|s|customFormat)="[^"]*"')


@dataclass
class Part:
    """The part of one sheet.

    Attributes:
        name: its name in the package.
        top: number of rows above the heading.
        before, after: the XML before the rows and after them.
        rows: the XML of the rows above the heading.
        row_format: attributes of the row of the heading.
        heading_styles, data_styles: number of the style by letters of the column.
        had_table: its rows were a table of Excel, which had a filter of its own.
    """

    name: str
    top: int
    before: bytes
    after: bytes
    rows: bytes
    row_format: bytes = b""
    heading_styles: dict[str, str] = field(default_factory=dict)
    data_styles: dict[str, str] = field(default_factory=dict)
    had_table: bool = False
    _width: int = 1
    _height: int = 1

    def begin(self, width: int, height: int) -> bytes:
        """Return the XML up to the heading of a sheet that will have so many columns and rows."""
        self._width, self._height = max(width, 1), max(height, 1)
        last = f"{column_letters(self._width - 1)}{self._height}".encode("ascii")
        before = _DIMENSION.sub(b'<dimension ref="A1:' + last + b'"/>', self.before, count=1)
        return before + b"<sheetData>" + self.rows

    def heading(self, headers: Sequence[str], escape: Callable[[str], str]) -> bytes:
        """Return the XML of the heading; a column that was added looks like the last of the old ones."""
        last = next(reversed(self.heading_styles.values()), "")
        cells = []
        for place, header in enumerate(headers):
            letters = column_letters(place)
            style = self.heading_styles.get(letters, last)
            styled = f' s="{style}"' if style else ""
            text = f' t="inlineStr"><is><t xml:space="preserve">{escape(header)}</t></is></c>' if header else "/>"
            cells.append(f'<c r="{letters}{self.top + 1}"{styled}{text}')
        row = f'<row r="{self.top + 1}"'.encode("ascii") + self.row_format + b">"
        return row + "".join(cells).encode("utf-8") + b"</row>"

    def style_of(self, place: int) -> str:
        """Return the number of the style of the cells of a column, ``""`` where they have none."""
        return self.data_styles.get(column_letters(place), "")

    def end(self) -> bytes:
        """Return the XML after the rows, with the filter over all of them."""
        area = f"A{self.top + 1}:{column_letters(self._width - 1)}{self._height}".encode("ascii")
        filter = b'<autoFilter ref="' + area + b'"/>'
        after = _FILTER.sub(filter, self.after, count=1)
        if self.had_table and after == self.after and b"<autoFilter" not in after and b"<sheetProtection" not in after:
            after = filter + after
        return b"</sheetData>" + after


class Package:
    """A package whose sheets are to be filled.

    Attributes:
        sheets: the sheets that are to be filled.
        has_macros: whether macros were left out.
    """

    def __init__(self, contents: dict[str, bytes], infos: dict[str, zipfile.ZipInfo], sheets: list[Part]) -> None:
        self._contents = contents
        self._infos = infos
        self.sheets = sheets
        self.has_macros = False

    @classmethod
    def of_new(cls, data: bytes) -> Self:
        """Return a workbook that was made for the purpose: all of its sheets are to be filled."""
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = {info.filename: info for info in archive.infolist()}
            contents = {name: archive.read(name) for name in infos}
        names = [name for name in infos if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name)]
        names.sort(key=lambda name: int(re.sub(r"\D", "", name)))
        parts = []
        for name in names:
            rows = _ROW.findall(contents[name])
            part = _split_sheet(name, contents[name], int(rows[-1][0]) if rows else 1)
            if part is None:
                raise AssertionError("a new sheet has no rows element")
            parts.append(part)
        return cls(contents, infos, parts)

    def members(self) -> Iterator[tuple[zipfile.ZipInfo, bytes]]:
        """Yield every part with its content; that of the sheets to be filled is empty."""
        filled = {sheet.name for sheet in self.sheets}
        for name, info in self._infos.items():
            fresh = zipfile.ZipInfo(name, info.date_time)
            fresh.external_attr = info.external_attr
            fresh.compress_type = zipfile.ZIP_DEFLATED
            yield fresh, b"" if name in filled else self._contents[name]

    def prune(self) -> None:
        """Leave out the parts that no longer fit, and the texts of the old rows."""
        sheet = self.sheets[0]
        for owner in (sheet.name, _WORKBOOK):
            self._drop_relations(owner)
        types = self._contents[_TYPES]
        self._contents[_TYPES] = re.sub(rb"application/vnd\.ms-excel\.[\w.]*main\+xml", _XLSX_TYPE.encode(), types)
        workbook = self._contents[_WORKBOOK]
        self._contents[_WORKBOOK] = re.sub(
            rb'<definedName [^>]*name="_xlnm\._FilterDatabase".*?</definedName>', b"", workbook, flags=re.DOTALL
        ).replace(b"<definedNames></definedNames>", b"")
        self._forget_strings(sheet)

    def _drop_relations(self, owner: str) -> None:
        folder, name = posixpath.split(owner)
        path = f"{folder}/_rels/{name}.rels"
        if path not in self._contents:
            return
        root = etree.fromstring(self._contents[path], _parser())
        for relation in list(root):
            kind = relation.get("Type", "")
            if not kind.endswith(_DROPPED):
                continue
            root.remove(relation)
            self.has_macros = self.has_macros or kind.endswith("/vbaProject")
            if relation.get("TargetMode") != "External":
                self._drop(_resolve(owner, relation.get("Target", "")))
        self._contents[path] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)

    def _drop(self, name: str) -> None:
        self._infos.pop(name, None)
        self._contents.pop(name, None)
        override = rb'<Override [^>]*PartName="/' + re.escape(name.encode("utf-8")) + rb'"[^>]*/>'
        self._contents[_TYPES] = re.sub(override, b"", self._contents[_TYPES])

    def _forget_strings(self, sheet: Part) -> None:
        """Empty the shared texts that nothing shows any more: rows that were merged away must not stay in the file."""
        if _STRINGS not in self._contents:
            return
        sources = [sheet.rows]
        sources += [
            text for name, text in self._contents.items() if name.startswith("xl/worksheets/") and name != sheet.name
        ]
        used = {int(number) for source in sources for number in _STRING_CELL.findall(source)}
        places = iter(range(1 << 31))

        def keep(match: "re.Match[bytes]") -> bytes:
            return match.group() if next(places) in used else b"<si><t/></si>"

        self._contents[_STRINGS] = _STRING.sub(keep, self._contents[_STRINGS])


def open_package(data: bytes, sheet: str, header_row: int) -> Package | None:
    """Return the workbook with the named sheet emptied below its heading; None where it is laid out unusually."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = {info.filename: info for info in archive.infolist()}
            if not {_WORKBOOK, _TYPES} <= set(infos):
                return None
            contents = {name: archive.read(name) for name in infos}
        name = _part_of_sheet(contents, sheet)
        part = _split_sheet(name, contents[name], header_row) if name in contents else None
        if part is None:
            return None
        package = Package(contents, infos, [part])
        package.prune()
    except (*DAMAGE, etree.XMLSyntaxError):
        return None
    return package


def _part_of_sheet(contents: dict[str, bytes], sheet: str) -> str:
    workbook = etree.fromstring(contents[_WORKBOOK], _parser())
    relations = etree.fromstring(contents["xl/_rels/workbook.xml.rels"], _parser())
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    wanted = [item.get(_RELATION) for item in workbook.iter(_MAIN + "sheet") if item.get("name") == sheet]
    return _resolve(_WORKBOOK, targets[wanted[0]])


def _resolve(owner: str, target: str) -> str:
    if target.startswith("/"):
        return target[1:]
    return posixpath.normpath(posixpath.join(posixpath.dirname(owner), target))


def _split_sheet(name: str, xml: bytes, header_row: int) -> Part | None:
    match = _SHEET_DATA.search(xml)
    if match is None:
        return None
    above, heading, first = [], None, b""
    for row in _ROW.finditer(match.group(1) or b""):
        number = int(row.group(1))
        if number < header_row:
            above.append(row.group())
        elif number == header_row:
            heading = row
        else:
            first = row.group()
            break
    if heading is None:
        return None
    after = xml[match.end() :]
    part = Part(name, header_row - 1, xml[: match.start()], _mend(after, header_row), b"".join(above))
    part.row_format = b"".join(_ROW_FORMAT.findall(heading.group(2)))
    part.heading_styles = _styles(heading.group())
    part.data_styles = _styles(first)
    part.had_table = _TABLES.search(after) is not None
    return part


def _styles(row: bytes) -> dict[str, str]:
    return {letters.decode(): style.decode() for letters, style in _CELL_STYLE.findall(row)}


def _mend(after: bytes, header_row: int) -> bytes:
    def keep_above(match: "re.Match[bytes]") -> bytes:
        kept = [
            merge.group()
            for merge in _MERGE.finditer(match.group())
            if int(merge.group(2) or merge.group(1)) <= header_row
        ]
        count = str(len(kept)).encode("ascii")
        return b'<mergeCells count="' + count + b'">' + b"".join(kept) + b"</mergeCells>" if kept else b""

    return _GONE.sub(b"", _MERGES.sub(keep_above, after))


def column_letters(place: int) -> str:
    """Return the letters of a column by its 0-based place.

    >>> column_letters(0), column_letters(27), column_letters(16_383)
    ('A', 'AB', 'XFD')
    """
    letters = ""
    place += 1
    while place:
        place, letter = divmod(place - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters


def _parser() -> Any:
    return etree.XMLParser(resolve_entities=False, no_network=True)
