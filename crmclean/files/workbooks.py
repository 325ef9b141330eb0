"""Workbooks in: XLSX, XLSM, XLSB, ODS and old XLS through calamine."""

import datetime as dt
import decimal
import io
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Final

import pandas as pd
import python_calamine

from crmclean.core.errors import CrmCleanError, FileError, UsageError
from crmclean.core.finding import join_findings, make_findings
from crmclean.core.i18n import _
from crmclean.files.sniffing import pick_heading
from crmclean.files.workbook_guard import check_package

EXACT_BELOW: Final = 1e15
"""Excel keeps 15 digits: of a longer number the last are lost, and it is shown with an exponent."""

_OLE2: Final = b"\xd0\xcf\x11\xe0"
_ZIP: Final = b"PK"
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_PREVIEW_ROWS: Final = 40
_ROWS_AT_ONCE: Final = 20_000
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
        findings: numbers that were too long for the workbook.
    """

    name: str
    headers: tuple[str, ...]
    frame: pd.DataFrame
    header_row: int
    above: tuple[tuple[int, tuple[str, ...]], ...]
    findings: pd.DataFrame


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
    chosen: tuple[str, int, Any] | None = None
    for name in names:
        with _calamine(path):
            opened = workbook.get_sheet_by_name(name)
            preview = [_texts(row) for row in _rows(opened, _PREVIEW_ROWS)]
        if any(any(row) for row in preview):
            heading, score = pick_heading(preview, map)
            if score > 0 or chosen is None:
                chosen = (name, heading, opened)
            if score > 0:
                break
    if chosen is None:
        raise FileError(
            _("{path} holds no table: its sheets are empty.").format(path=path),
            _("Export the base again."),
        )
    name, heading, opened = chosen
    with _calamine(path):
        rows = iter(_rows(opened))
    return _read_sheet(rows, name, heading)


def cell_text(value: Cell) -> str:
    """Return a cell as the text that a person sees.

    Whole numbers have no ``.0`` and no exponent (but for those of more digits than Excel keeps), dates are DD.MM.YYYY
    with the time where there is one.

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
    if value != value or value in (math.inf, -math.inf):
        return str(value)
    if abs(value) >= EXACT_BELOW:
        # The digits that are lost must not look as if they were known.
        return str(value) if isinstance(value, int) else f"{value:.14E}"
    if value == int(value):
        return str(int(value))
    # The float behind 0.3 may carry seventeen digits.
    text = format(value, ".15g")
    return format(decimal.Decimal(text), "f") if "e" in text else text


def _open(data: bytes, path: str) -> Any:
    locked = FileError(
        _("{path} is protected by a password.").format(path=path),
        _("Open it in Excel, take the password off (File, Info, Protect Workbook) and save it."),
    )
    if data.startswith(_OLE2) and _ENCRYPTED in data:
        raise locked
    if data.startswith(_ZIP):
        check_package(data, path)
    with _calamine(path):
        try:
            return python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        except python_calamine.PasswordError as error:
            raise locked from error


@contextmanager
def _calamine(path: str) -> Iterator[None]:
    """Turn what calamine raises on a damaged workbook, a panic of its Rust code too, into a clear error."""
    try:
        yield
    except CrmCleanError:
        raise
    except (python_calamine.CalamineError, OSError, ValueError, OverflowError) as error:
        raise _no_workbook(path) from error
    except BaseException as error:
        # A panic is no Exception and has no class that could be imported.
        if type(error).__name__ != "PanicException":
            raise
        raise _no_workbook(path) from error


def _rows(sheet: Any, most: int | None = None) -> "list[list[Cell]]":
    if sheet.start is None:
        return []
    rows: list[list[Cell]] = sheet.to_python(skip_empty_area=False, nrows=most)
    return rows


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
    damaged: list[pd.DataFrame] = []
    start = 1
    while block := list(islice(rows, _ROWS_AT_ONCE)):
        columns = {}
        for place, cells in enumerate(zip(*block, strict=True)):
            if set(map(type, cells)) == {str}:
                columns[place] = list(cells)
                continue
            columns[place] = [cell if cell.__class__ is str else cell_text(cell) for cell in cells]
            too_long = _too_long(cells, columns[place], headers[place], start)
            if too_long is not None:
                damaged.append(too_long)
        blocks.append(pd.DataFrame(columns, dtype="str"))
        start += len(block)
    empty = pd.DataFrame({place: pd.Series([], dtype="str") for place in range(len(headers))})
    frame = pd.concat([empty, *blocks], ignore_index=True)
    return _trim(Sheet(name, headers, frame, heading + 1, above, join_findings(damaged)))


def _too_long(cells: Sequence[Cell], texts: Sequence[str], header: str, start: int) -> pd.DataFrame | None:
    """Return a finding for every number of which the workbook does not hold the last digits; None where none is."""
    places = [
        place
        for place, cell in enumerate(cells)
        if (cell.__class__ is float or cell.__class__ is int) and not -EXACT_BELOW < cell < EXACT_BELOW
    ]
    if not places:
        return None
    seen = [texts[place] for place in places]
    return make_findings([start + place for place in places], header, ["number-too-long"] * len(places), seen, seen)


def _trim(sheet: Sheet) -> Sheet:
    """Drop what a sheet has beyond its table: empty rows at the end, empty columns without heading at the right."""
    filled = sheet.frame != ""
    rows = filled.any(axis=1)
    height = int(rows[rows].index.max()) + 1 if rows.any() else 0
    columns = [bool(sheet.headers[place]) or bool(filled[place].any()) for place in range(len(sheet.headers))]
    width = max((place + 1 for place, used in enumerate(columns) if used), default=1)
    frame = sheet.frame.iloc[:height, :width].reset_index(drop=True)
    return replace(sheet, headers=sheet.headers[:width], frame=frame)
