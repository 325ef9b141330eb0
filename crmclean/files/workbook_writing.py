"""XLSX out: the rows are spliced into a package, that of the input where it was XLSX, else a new one of XlsxWriter.

So the other sheets, styles, widths, frozen rows and the filter of the input stay as they are, and the rows, rendered
by Arrow as inline strings, can never become formulas, numbers or links.
"""

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crmclean.core.errors import FileError
from crmclean.core.i18n import _
from crmclean.core.table import Table
from crmclean.fields.text import one_array
from crmclean.files.dialects import text_of
from crmclean.files.workbook_package import Package, open_package
from crmclean.files.workbook_places import describe_left_out
from crmclean.files.workbook_sheet import Area, Part, column_letters

MAX_DATA_ROWS: Final = 1_048_575
"""A sheet has 1,048,576 rows (ECMA-376, Excel's limits), one of which is the heading."""

MAX_COLUMNS: Final = 16_384
MAX_CELL_LENGTH: Final = 32_767

_ROWS_AT_ONCE: Final = 20_000
_FORBIDDEN_IN_SHEET_NAME: Final = re.compile(r"[\[\]:*?/\\]")
_CREATED: Final = dt.datetime(2000, 1, 1)
"""XlsxWriter would write the time of day: the same table must give the same bytes."""

_ENTITIES: Final = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"))
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
"""What XML cannot hold (or, a CR, would not keep), and what would be taken for its escape (ECMA-376, ST_Xstring)."""
_UNWRITABLE_ARROW: Final = "[\\x00-\\x08\\x0b-\\x1f\ufffe\uffff]|_x[0-9A-Fa-f]{4}_"


@dataclass(frozen=True)
class _Sheet:
    """A sheet to be filled: rows ``start`` to ``end`` of the table go into ``part``."""

    part: Part
    start: int
    end: int


def render_workbook(table: Table) -> tuple[bytes, tuple[str, ...]]:
    """Return the table as XLSX, and notes on what is not as it was.

    Every cell is a string. A table that came from XLSX keeps its workbook; a new workbook has a bold heading that
    stays in view, a filter, and the lines that stood above the heading. A table that came without a heading goes
    without one. More rows than a sheet has go on in further sheets, each under the heading.

    Raises:
        FileError: the table has more columns, or a longer cell, than XLSX can hold.
    """
    _refuse_oversized(table)
    per_sheet = max(MAX_DATA_ROWS - len(table.origin.preamble), 1)
    areas = [_area(table, min(per_sheet, len(table) - start)) for start in range(0, max(len(table), 1), per_sheet)]
    package = None
    if len(areas) == 1 and table.origin.package:
        package = open_package(table.origin.package, table.origin.sheet, areas[0])
    if package is not None:
        notes = _notes_of_package(package)
    else:
        notes = _notes_of_new(table, per_sheet, len(areas))
        package = Package.of_new(_new_workbook(table, areas), areas)
    sheets = {}
    start = 0
    for part in package.sheets:
        sheets[part.name] = _Sheet(part, start, start + part.area.rows)
        start += part.area.rows
    return _write(package, sheets, table), tuple(notes)


def _area(table: Table, rows: int) -> Area:
    origin = table.origin
    has_heading = origin.header_row > 0
    top = origin.header_row - 1 if has_heading and origin.package else len(origin.preamble)
    return Area(top, tuple(table.headers), rows, has_heading)


def _notes_of_package(package: Package) -> list[str]:
    notes = []
    if package.has_macros:
        notes.append(_("The macros of the workbook were left out: it is written as XLSX."))
    if package.sheets[0].had_formulas:
        notes.append(_("Formulas among the rows were replaced by what they showed."))
    left_out = describe_left_out(package.left_out)
    if left_out:
        notes.append(
            _("Left out, because nobody can say in which rows they belong now: {things}.").format(
                things=", ".join(left_out)
            )
        )
    return notes


def _notes_of_new(table: Table, per_sheet: int, sheets: int) -> list[str]:
    notes = []
    if sheets > 1:
        notes.append(
            _("{rows} rows do not fit into one sheet of XLSX ({limit}): they are in {sheets} sheets.").format(
                rows=len(table), limit=per_sheet, sheets=sheets
            )
        )
    if table.origin.package:
        notes.append(_("The workbook is a new one: other sheets and the formats of the old one were left out."))
    return notes


def _write(package: Package, sheets: Mapping[str, _Sheet], table: Table) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as target:
        for info, content in package.members():
            if info.filename not in sheets:
                target.writestr(info, content, zipfile.ZIP_DEFLATED)
                continue
            sheet = sheets[info.filename]
            with target.open(info, "w", force_zip64=True) as stream:
                stream.write(sheet.part.begin(_cell_text))
                for rows in _render_rows(table, sheet):
                    stream.write(rows)
                stream.write(sheet.part.end())
    return written.getvalue()


def _new_workbook(table: Table, areas: Sequence[Area]) -> bytes:
    """Return a workbook with empty sheets: widths, a frozen heading and the filter stand, the rows are to come."""
    written = io.BytesIO()
    # Here alone: reading and writing text files starts without it.
    import xlsxwriter

    with xlsxwriter.Workbook(written, {"in_memory": True, "strings_to_urls": False}) as workbook:
        workbook.set_properties({"created": _CREATED})
        bold = workbook.add_format({"bold": True})
        widths = _widths(table)
        for number, area in enumerate(areas, 1):
            sheet = workbook.add_worksheet(_sheet_name(table.origin.sheet, number))
            for place, width in enumerate(widths):
                sheet.set_column(place, place, width)
            for row, line in enumerate(table.origin.preamble):
                for place, cell in enumerate(line.split("\t")):
                    if cell:
                        sheet.write_string(row, place, cell)
            if area.has_heading:
                sheet.write_string(area.top, 0, "heading", bold)
                sheet.freeze_panes(area.top + 1, 0)
                if table.columns:
                    sheet.autofilter(area.top, 0, area.last - 1, len(table.columns) - 1)
    return written.getvalue()


def _render_rows(table: Table, sheet: _Sheet) -> Iterator[memoryview]:
    """Yield the rows as XML, in blocks."""
    first = sheet.part.area.first
    letters = [column_letters(place) for place in range(len(table.columns))]
    for start in range(sheet.start, sheet.end, _ROWS_AT_ONCE):
        block = table.frame.iloc[start : min(start + _ROWS_AT_ONCE, sheet.end)]
        begin = first + start - sheet.start
        numbers = pa.array(np.arange(begin, begin + len(block))).cast(pa.large_string())
        cells = [
            _cells(one_array(block.iloc[:, place]), numbers, letters[place], sheet.part.style_of(place))
            for place in range(len(letters))
        ]
        rows = pc.binary_join_element_wise(
            _scalar('<row r="'), numbers, _scalar('">'), *cells, _scalar("</row>"), _scalar("")
        )
        yield text_of(rows)


def _cells(texts: pa.Array, numbers: pa.Array, letters: str, style: str) -> pa.Array:
    styled = f' s="{style}"' if style else ""
    filled = pc.binary_join_element_wise(
        _scalar(f'<c r="{letters}'),
        numbers,
        _scalar(f'"{styled} t="inlineStr"><is><t xml:space="preserve">'),
        _escape(texts),
        _scalar("</t></is></c>"),
        _scalar(""),
    )
    empty: Any = _scalar("")
    if style:
        empty = pc.binary_join_element_wise(_scalar(f'<c r="{letters}'), numbers, _scalar(f'"{styled}/>'), _scalar(""))
    return pc.if_else(pc.equal(texts, ""), empty, filled)


def _scalar(text: str) -> pa.Scalar:
    return pa.scalar(text, pa.large_string())


def _escape(cells: pa.Array) -> pa.Array:
    unwritable = np.asarray(pc.match_substring_regex(cells, _UNWRITABLE_ARROW).to_numpy(zero_copy_only=False))
    if unwritable.any():
        texts = cells.to_pylist()
        for place in np.flatnonzero(unwritable):
            texts[place] = _UNWRITABLE.sub(_escaped_character, texts[place])
        cells = pa.array(texts, pa.large_string())
    for plain, entity in _ENTITIES:
        cells = pc.replace_substring(cells, plain, entity)
    return cells


def _escaped_character(match: "re.Match[str]") -> str:
    return f"_x{ord(match.group()):04X}_"


def _cell_text(text: str) -> str:
    for plain, entity in _ENTITIES:
        text = text.replace(plain, entity)
    return _UNWRITABLE.sub(_escaped_character, text)


def _widths(table: Table) -> list[int]:
    """Return a width in characters for every column: what the first rows need, within reason."""
    sample = table.frame.head(200)
    needed = [int(sample[name].str.len().max()) if len(sample) else 0 for name in sample.columns]
    return [
        min(max(8, len(header) + 4, longest + 2), 48) for header, longest in zip(table.headers, needed, strict=True)
    ]


def _sheet_name(name: str, number: int) -> str:
    ending = f" {number}" if number > 1 else ""
    return (_FORBIDDEN_IN_SHEET_NAME.sub(" ", name).strip("' ")[: 31 - len(ending)] or "Sheet1") + ending


def _refuse_oversized(table: Table) -> None:
    lengths = [int(table.frame[name].str.len().max()) for name in table.frame.columns] if len(table) else []
    longest = max([*lengths, *map(len, table.headers)], default=0)
    if len(table.columns) > MAX_COLUMNS:
        what = _("{columns} columns do not fit into a sheet of XLSX ({limit}).").format(
            columns=len(table.columns), limit=MAX_COLUMNS
        )
    elif longest > MAX_CELL_LENGTH:
        what = _("A cell of {length} characters does not fit into XLSX ({limit}).").format(
            length=longest, limit=MAX_CELL_LENGTH
        )
    else:
        return
    raise FileError(what, _("Write CSV instead: -o FILE.csv."))
