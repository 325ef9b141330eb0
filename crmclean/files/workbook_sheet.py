"""One sheet of an XLSX workbook, cut open below its heading for new rows."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

_SHEET_DATA: Final = re.compile(rb"<sheetData\s*(?:/>|>(.*)</sheetData\s*>)", re.DOTALL)
_ROW: Final = re.compile(rb'<row r="(\d+)"([^>]*?)(?:/>|>(.*?)</row\s*>)', re.DOTALL)
_ROW_START: Final = re.compile(rb'<row r="(\d+)"')
_CELL_STYLE: Final = re.compile(rb'<c r="([A-Z]+)\d+"(?: [a-rt-z]\w*="[^"]*")* s="(\d+)"')
_DIMENSION: Final = re.compile(rb"<dimension [^>]*/>")
_ROW_FORMAT: Final = re.compile(rb' (?:ht|customHeight|s|customFormat)="[^"]*"')
_FORMULA: Final = re.compile(rb"<f[ >/]")
_VALUE_TAGS: Final = (b"<v", b"<is")


@dataclass(frozen=True)
class Area:
    """Where a table goes in a sheet.

    Attributes:
        top: number of rows above the heading, or above the first row where there is no heading.
        headers: the headings.
        rows: number of rows below the heading.
        has_heading: whether the headings are written.
    """

    top: int
    headers: tuple[str, ...]
    rows: int
    has_heading: bool = True

    @property
    def first(self) -> int:
        """The 1-based row of the sheet in which the rows begin."""
        return self.top + 1 + self.has_heading

    @property
    def last(self) -> int:
        """The 1-based row of the sheet in which they end; that of the heading where there is none."""
        return max(self.first - 1 + self.rows, self.top + 1)

    @property
    def width(self) -> int:
        """Number of columns, one at least."""
        return max(len(self.headers), 1)

    @property
    def reference(self) -> str:
        """The cells from the heading to the last row, as in ``A1:F12``."""
        return f"A{self.top + 1}:{column_letters(self.width - 1)}{self.last}"


@dataclass
class Part:
    """The part of one sheet.

    Attributes:
        name: its name in the package.
        area: where the rows go.
        before, after: the XML before the rows and after them.
        rows: the XML of the rows above the heading.
        old_last: 1-based last row that held a value.
        had_formulas: there were formulas among the rows that make way.
        row_format: attributes of the row of the heading.
        heading_styles, data_styles: number of the style by letters of the column.
    """

    name: str
    area: Area
    before: bytes
    after: bytes
    rows: bytes
    old_last: int = 0
    had_formulas: bool = False
    row_format: bytes = b""
    heading_styles: dict[str, str] = field(default_factory=dict)
    data_styles: dict[str, str] = field(default_factory=dict)

    def begin(self, escape: Callable[[str], str]) -> bytes:
        """Return the XML up to the first row, the heading included."""
        last = f"{column_letters(self.area.width - 1)}{self.area.last}".encode("ascii")
        before = _DIMENSION.sub(b'<dimension ref="A1:' + last + b'"/>', self.before, count=1)
        return before + b"<sheetData>" + self.rows + (self._heading(escape) if self.area.has_heading else b"")

    def _heading(self, escape: Callable[[str], str]) -> bytes:
        """Return the XML of the heading; a column that was added looks like the last of the old ones."""
        last = next(reversed(self.heading_styles.values()), "")
        number = self.area.top + 1
        cells = []
        for place, header in enumerate(self.area.headers):
            letters = column_letters(place)
            style = self.heading_styles.get(letters, last)
            styled = f' s="{style}"' if style else ""
            text = f' t="inlineStr"><is><t xml:space="preserve">{escape(header)}</t></is></c>' if header else "/>"
            cells.append(f'<c r="{letters}{number}"{styled}{text}')
        row = f'<row r="{number}"'.encode("ascii") + self.row_format + b">"
        return row + "".join(cells).encode("utf-8") + b"</row>"

    def style_of(self, place: int) -> str:
        """Return the number of the style of the cells of a column, ``""`` where they have none."""
        return self.data_styles.get(column_letters(place), "")

    def end(self) -> bytes:
        """Return the XML after the rows."""
        return b"</sheetData>" + self.after


def split_sheet(name: str, xml: bytes, area: Area) -> Part | None:
    """Return a sheet without its rows from the heading on; None where it is laid out unusually."""
    match = _SHEET_DATA.search(xml)
    if match is None:
        return None
    found = match.group(1) or b""
    above, heading, first, cut = [], None, b"", len(found)
    for row in _ROW.finditer(found):
        number = int(row.group(1))
        if number <= area.top:
            above.append(row.group())
        elif area.has_heading and number == area.top + 1:
            heading = row
        else:
            first, cut = row.group(), row.start()
            break
    if area.has_heading and heading is None:
        return None
    part = Part(name, area, xml[: match.start()], xml[match.end() :], b"".join(above))
    if heading is not None:
        part.row_format = b"".join(_ROW_FORMAT.findall(heading.group(2)))
        part.heading_styles = _styles(heading.group())
    part.data_styles = _styles(first)
    part.old_last = _last_filled_row(found)
    part.had_formulas = _FORMULA.search(found, cut) is not None
    return part


def _last_filled_row(rows: bytes) -> int:
    start = rows.rfind(b"<row ", 0, max(max(rows.rfind(tag) for tag in _VALUE_TAGS), 0))
    match = _ROW_START.match(rows, start) if start >= 0 else None
    return int(match.group(1)) if match else 0


def _styles(row: bytes) -> dict[str, str]:
    return {letters.decode(): style.decode() for letters, style in _CELL_STYLE.findall(row)}


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
