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

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import python_calamine

from crmclean.core.errors import CrmCleanError, FileError, UsageError
from crmclean.core.finding import join_findings, make_findings
from crmclean.core.i18n import _
from crmclean.files.frames import frame_of
from crmclean.files.sheet_names import holds_xml_sheets
from crmclean.files.sniffing import pick_heading
from crmclean.files.workbook_guard import check_package
from crmclean.files.workbook_scan import no_workbook

EXACT_BELOW: Final = 1e15
"""Excel keeps 15 digits: of a longer number the last are lost, and it is shown with an exponent."""

_OLE2: Final = b"\xd0\xcf\x11\xe0"
_ZIP: Final = b"PK"
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_PREVIEW_ROWS: Final = 40
_ROWS_AT_ONCE: Final = 5_000
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
        others: visible sheets beside it that hold something; of XLSX, ``other_sheets`` finds them for less.
    """

    name: str
    headers: tuple[str, ...]
    frame: pd.DataFrame
    header_row: int
    above: tuple[tuple[int, tuple[str, ...]], ...]
    findings: pd.DataFrame
    others: tuple[str, ...] = ()


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
            preview = [_texts(row) for row in _first_rows(opened, _PREVIEW_ROWS)]
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
        others = () if sheet or holds_xml_sheets(data) else _other_sheets(workbook, name)
        return replace(_read_sheet(opened, name, heading), others=others)


def _other_sheets(workbook: Any, name: str) -> tuple[str, ...]:
    shown = python_calamine.SheetVisibleEnum.Visible
    others = [item.name for item in workbook.sheets_metadata if item.visible == shown and item.name != name]
    return tuple(other for other in others if workbook.get_sheet_by_name(other).start is not None)


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
    if isinstance(value, dt.datetime):
        return _moment_text(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number_text(value)
    if isinstance(value, dt.date):
        return f"{value.day:02d}.{value.month:02d}.{value.year:04d}"
    if isinstance(value, dt.time):
        return value.isoformat("seconds")
    seconds = round(value.total_seconds())
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _moment_text(value: dt.datetime) -> str:
    # Slices of YYYY-MM-DDTHH:MM:SS: three times as fast as strftime, and a year of three digits is filled up.
    written = value.isoformat()
    day, time = f"{written[8:10]}.{written[5:7]}.{written[:4]}", written[11:19]
    return day if time == "00:00:00" else f"{day} {time}"


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
        raise no_workbook(path) from error
    except BaseException as error:
        # A panic is no Exception and has no class that could be imported.
        if type(error).__name__ != "PanicException":
            raise
        raise no_workbook(path) from error


def _first_rows(sheet: Any, most: int) -> "list[list[Cell]]":
    if sheet.start is None:
        return []
    rows: list[list[Cell]] = sheet.to_python(skip_empty_area=False, nrows=most)
    return rows


def _texts(row: Sequence[Cell]) -> tuple[str, ...]:
    return tuple(cell_text(value) for value in row)


def _read_sheet(sheet: Any, name: str, heading: int) -> Sheet:
    top = [_texts(row) for row in _first_rows(sheet, heading + 1)]
    above, headers = tuple(enumerate(top[:-1], 1)), top[-1]
    # Rows are yielded from the first of the sheet on, but their cells only from the first column that holds any.
    left, rows = sheet.start[1], islice(sheet.iter_rows(), heading + 1, None)
    blocks: list[list[pa.Array]] = [[] for _header in headers]
    damaged: list[pd.DataFrame] = []
    start = 1
    while block := list(islice(rows, _ROWS_AT_ONCE)):
        for place in range(left):
            blocks[place].append(pa.repeat(pa.scalar("", pa.large_string()), len(block)))
        for place, cells in enumerate(zip(*block, strict=True), left):
            texts, may_be_too_long = _column_texts(cells)
            blocks[place].append(texts)
            too_long = _too_long(cells, headers[place], start) if may_be_too_long else None
            if too_long is not None:
                damaged.append(too_long)
        start += len(block)
    columns = [pa.concat_arrays(parts) if parts else pa.array([], pa.large_string()) for parts in blocks]
    headers, columns = _trim(headers, columns)
    frame = frame_of(pa.table(columns, names=[str(place) for place in range(len(columns))]))
    frame.columns = pd.RangeIndex(len(columns))
    return Sheet(name, headers, frame, heading + 1, above, join_findings(damaged))


def _column_texts(cells: Sequence[Cell]) -> tuple[pa.Array, bool]:
    """Return the texts of cells, and whether a number among them may have more digits than the workbook holds."""
    kinds = set(map(type, cells))
    if kinds == {str}:
        return pa.array(cells, pa.large_string()), False
    if kinds == {float}:
        numbers = np.array(cells, dtype=np.float64)
        if (np.abs(numbers) < EXACT_BELOW).all() and (numbers == np.trunc(numbers)).all():
            return pa.array(numbers.astype(np.int64)).cast(pa.large_string()), False
    if kinds == {dt.datetime}:
        return _moment_texts(cells), False
    texts = [cell if cell.__class__ is str else cell_text(cell) for cell in cells]
    return pa.array(texts, pa.large_string()), not kinds.isdisjoint((int, float))


def _moment_texts(moments: Sequence[Cell]) -> pa.Array:
    """Return what ``cell_text`` does of dates with their times, at a tenth of its cost."""
    # Arrow writes YYYY-MM-DD HH:MM:SS.
    seconds = pc.floor_temporal(pa.array(moments, pa.timestamp("us")), unit="second")
    written = seconds.cast(pa.timestamp("s")).cast(pa.large_string())
    year, month, day, time = (
        pc.utf8_slice_codeunits(written, start, stop) for start, stop in ((0, 4), (5, 7), (8, 10), (10, 19))
    )
    dot = pa.scalar(".", pa.large_string())
    days = pc.binary_join_element_wise(day, month, year, dot)
    times = pc.if_else(pc.equal(time, " 00:00:00"), "", time)
    return pc.binary_join_element_wise(days, times, pa.scalar("", pa.large_string()))


def _too_long(cells: Sequence[Cell], header: str, start: int) -> pd.DataFrame | None:
    """Return a finding for every number of which the workbook does not hold the last digits; None where none is."""
    places = [
        place
        for place, cell in enumerate(cells)
        if (cell.__class__ is float or cell.__class__ is int) and not -EXACT_BELOW < cell < EXACT_BELOW
    ]
    if not places:
        return None
    seen = [cell_text(cells[place]) for place in places]
    return make_findings([start + place for place in places], header, ["number-too-long"] * len(places), seen, seen)


def _trim(headers: tuple[str, ...], columns: list[pa.Array]) -> tuple[tuple[str, ...], list[pa.Array]]:
    """Drop what a sheet has beyond its table: empty rows at the end, empty columns without heading at the right."""
    heights = [_height(column) for column in columns]
    height = max(heights)
    width = max((place + 1 for place, header in enumerate(headers) if header or heights[place]), default=1)
    return headers[:width], [column[:height] for column in columns[:width]]


def _height(column: pa.Array) -> int:
    """Return the number of rows down to the last filled cell."""
    filled = np.flatnonzero(pc.binary_length(column).to_numpy())
    return int(filled[-1]) + 1 if len(filled) else 0
