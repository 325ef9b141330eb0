"""Workbooks: XLSX, XLSB, ODS and old XLS in through calamine, XLSX out through XlsxWriter."""

import datetime as dt
import io
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

import pandas as pd
import python_calamine
import xlsxwriter

from crmclean.core.errors import FileError, UsageError
from crmclean.core.i18n import _
from crmclean.core.table import Table
from crmclean.files.sniffing import pick_heading

MAX_DATA_ROWS: Final = 1_048_575
"""A sheet has 1,048,576 rows (ECMA-376, Excel's limits), one of which is the heading."""

MAX_COLUMNS: Final = 16_384
MAX_CELL_LENGTH: Final = 32_767

_OLE2: Final = b"\xd0\xcf\x11\xe0"
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_PREVIEW_ROWS: Final = 40
_ROWS_AT_ONCE: Final = 20_000
_FORBIDDEN_IN_SHEET_NAME: Final = re.compile(r"[\[\]:*?/\\]")
_CREATED: Final = dt.datetime(2000, 1, 1)
"""XlsxWriter would write the time of day: the same table must give the same bytes."""

Cell = str | float | int | bool | dt.datetime | dt.date | dt.time | dt.timedelta | None


@dataclass(frozen=True)
class Sheet:
    """One sheet as text, from its heading on.

    Attributes:
        name: of the sheet.
        headers: the row of headings.
        frame: the rows below it, named by position; every row is as wide as the heading.
        header_row: 1-based row of the heading.
        above: 1-based row and its cells of every row above the heading, empty ones included.
    """

    name: str
    headers: tuple[str, ...]
    frame: pd.DataFrame
    header_row: int
    above: tuple[tuple[int, tuple[str, ...]], ...]


def read_workbook(data: bytes, path: str, sheet: str, map: Sequence[tuple[str, str]]) -> Sheet:
    """Return the sheet that was asked for, else the first one whose heading is known, else the first with any cell.

    Raises:
        FileError: the file is no workbook, is protected by a password, or has only empty sheets.
        UsageError: there is no such sheet.
    """
    workbook = _open(data, path)
    names = [sheet] if sheet else list(workbook.sheet_names)
    if sheet and sheet not in workbook.sheet_names:
        raise UsageError(
            _("{path} has no sheet '{sheet}'.").format(path=path, sheet=sheet),
            _("Its sheets: {sheets}.").format(sheets=", ".join(f"'{name}'" for name in workbook.sheet_names)),
        )
    filled = []
    for name in names:
        preview = [_texts(row) for row in islice(_rows(workbook, name, path), _PREVIEW_ROWS)]
        if any(any(row) for row in preview):
            filled.append((name, pick_heading(preview, map)))
    if not filled:
        raise FileError(
            _("{path} holds no table: its sheets are empty.").format(path=path),
            _("Export the base again."),
        )
    name, (heading, _score) = next((item for item in filled if item[1][1] > 0), filled[0])
    return _read_sheet(_rows(workbook, name, path), name, heading)


def cell_text(value: Cell) -> str:
    """Return a cell as the text that a person sees.

    Whole numbers have no ``.0`` and no exponent, dates are DD.MM.YYYY with the time where there is one.

    >>> cell_text(79161234567.0), cell_text(1234.5), cell_text(True)
    ('79161234567', '1234.5', 'TRUE')
    >>> cell_text(dt.datetime(2024, 3, 5, 10, 15))
    '05.03.2024 10:15:00'
    """
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number_text(value)
    if isinstance(value, dt.datetime):
        return value.strftime("%d.%m.%Y %H:%M:%S" if value.time() != dt.time() else "%d.%m.%Y")
    if isinstance(value, dt.date):
        return value.strftime("%d.%m.%Y")
    if isinstance(value, dt.time):
        return value.strftime("%H:%M:%S")
    seconds = round(value.total_seconds())
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _number_text(value: float) -> str:
    # Excel keeps 15 digits; the float behind 0.3 may carry seventeen.
    return str(int(value)) if value == int(value) else format(value, ".15g")


def _open(data: bytes, path: str) -> Any:
    locked = FileError(
        _("{path} is protected by a password.").format(path=path),
        _("Open it in Excel, take the password off (File, Info, Protect Workbook) and save it."),
    )
    if data.startswith(_OLE2) and _ENCRYPTED in data:
        raise locked
    try:
        return python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    except python_calamine.PasswordError as error:
        raise locked from error
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise _no_workbook(path) from error


def _rows(workbook: Any, name: str, path: str) -> Any:
    try:
        sheet = workbook.get_sheet_by_name(name)
        if sheet.start is None:
            return iter(())
        return iter(sheet.to_python(skip_empty_area=False))
    except python_calamine.CalamineError as error:
        raise _no_workbook(path) from error


def _no_workbook(path: str) -> FileError:
    return FileError(
        _("{path} is damaged or is no workbook.").format(path=path),
        _("Open it in Excel or LibreOffice, save it as XLSX, and try again; or export the base as CSV."),
    )


def _texts(row: Sequence[Cell]) -> tuple[str, ...]:
    return tuple(cell_text(value) for value in row)


def _read_sheet(rows: Any, name: str, heading: int) -> Sheet:
    above = tuple((number, _texts(row)) for number, row in enumerate(islice(rows, heading), 1))
    headers = _texts(next(rows))
    blocks = []
    while block := list(islice(rows, _ROWS_AT_ONCE)):
        columns = {place: [cell_text(value) for value in cells] for place, cells in enumerate(zip(*block, strict=True))}
        blocks.append(pd.DataFrame(columns, dtype="str"))
    empty = pd.DataFrame({place: pd.Series([], dtype="str") for place in range(len(headers))})
    frame = pd.concat([empty, *blocks], ignore_index=True)
    return _trim(Sheet(name, headers, frame, heading + 1, above))


def _trim(sheet: Sheet) -> Sheet:
    """Drop what a sheet has beyond its table: empty rows at the end, empty columns without heading at the right."""
    filled = sheet.frame != ""
    rows = filled.any(axis=1)
    height = int(rows[rows].index.max()) + 1 if rows.any() else 0
    columns = [bool(sheet.headers[place]) or bool(filled[place].any()) for place in range(len(sheet.headers))]
    width = max((place + 1 for place, used in enumerate(columns) if used), default=1)
    frame = sheet.frame.iloc[:height, :width].reset_index(drop=True)
    return Sheet(sheet.name, sheet.headers[:width], frame, sheet.header_row, sheet.above)


def render_workbook(table: Table) -> bytes:
    """Return the table as XLSX: every cell a string (nothing becomes a formula, number or link), a bold heading that
    stays in view, a filter, and the lines that stood above the heading.

    Raises:
        FileError: the table does not fit into a sheet.
    """
    _refuse_oversized(table)
    written = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "tmpdir": None}
    try:
        with xlsxwriter.Workbook(written, options) as workbook:
            workbook.set_properties({"created": _CREATED})
            sheet = workbook.add_worksheet(_sheet_name(table.origin.sheet))
            _write_sheet(sheet, table, workbook.add_format({"bold": True}))
    except (OSError, xlsxwriter.exceptions.FileCreateError) as error:
        raise FileError(
            _("The workbook could not be written to the temporary folder {folder}: {reason}.").format(
                folder=tempfile.gettempdir(), reason=error
            ),
            _("Free some space there, or name another folder in TMPDIR."),
        ) from error
    return written.getvalue()


def _write_sheet(sheet: Any, table: Table, bold: Any) -> None:
    top = len(table.origin.preamble)
    for place, width in enumerate(_widths(table)):
        sheet.set_column(place, place, width)
    sheet.freeze_panes(top + 1, 0)
    if table.columns:
        sheet.autofilter(top, 0, top + len(table), len(table.columns) - 1)
    for row, line in enumerate(table.origin.preamble):
        _write_row(sheet, row, line.split("\t"))
    for place, header in enumerate(table.headers):
        sheet.write_string(top, place, header, bold)
    for start in range(0, len(table), _ROWS_AT_ONCE):
        block = table.frame.iloc[start : start + _ROWS_AT_ONCE]
        columns = [block[name].tolist() for name in block.columns]
        for row, cells in enumerate(zip(*columns, strict=True), top + 1 + start):
            _write_row(sheet, row, cells)


def _write_row(sheet: Any, row: int, cells: Sequence[str]) -> None:
    for place, cell in enumerate(cells):
        if cell:
            sheet.write_string(row, place, cell)


def _widths(table: Table) -> list[int]:
    """Return a width in characters for every column: what the first rows need, within reason."""
    sample = table.frame.head(200)
    needed = [int(sample[name].str.len().max()) if len(sample) else 0 for name in sample.columns]
    return [
        min(max(8, len(header) + 4, longest + 2), 48) for header, longest in zip(table.headers, needed, strict=True)
    ]


def _sheet_name(name: str) -> str:
    return _FORBIDDEN_IN_SHEET_NAME.sub(" ", name).strip("' ")[:31] or "Sheet1"


def _refuse_oversized(table: Table) -> None:
    longest = (
        max((int(table.frame[name].str.len().max()) for name in table.frame.columns), default=0) if len(table) else 0
    )
    height = len(table) + len(table.origin.preamble)
    if height <= MAX_DATA_ROWS and len(table.columns) <= MAX_COLUMNS and longest <= MAX_CELL_LENGTH:
        return
    if height > MAX_DATA_ROWS:
        what = _("{rows} rows do not fit into a sheet of XLSX ({limit}).").format(rows=height, limit=MAX_DATA_ROWS)
    elif len(table.columns) > MAX_COLUMNS:
        what = _("{columns} columns do not fit into a sheet of XLSX ({limit}).").format(
            columns=len(table.columns), limit=MAX_COLUMNS
        )
    else:
        what = _("A cell of {length} characters does not fit into XLSX ({limit}).").format(
            length=longest, limit=MAX_CELL_LENGTH
        )
    raise FileError(what, _("Write CSV instead: -o FILE.csv."))
