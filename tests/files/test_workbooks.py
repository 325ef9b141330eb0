"""Workbooks: cells as a person sees them on the way in, strings only on the way out."""

import datetime as dt
import io
import zipfile
from typing import Any

import openpyxl
import pandas as pd
import pytest

from crmclean.core.errors import FileError, UsageError
from crmclean.core.settings import ReadSettings
from crmclean.core.table import Origin, Table
from crmclean.files import workbooks
from crmclean.files.columns import recognise
from crmclean.files.reading import Reading, read_table
from crmclean.files.workbooks import render_workbook
from crmclean.files.writing import render


def workbook(**sheets: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def read(data: bytes, sheet: str = "") -> Reading:
    return read_table(data, "base.xlsx", ReadSettings(sheet=sheet))


def rows(table: Table) -> list[list[str]]:
    return [list(row) for row in table.frame.itertuples(index=False, name=None)]


@pytest.mark.parametrize(
    ("value", "seen"),
    [
        (79161234567, "79161234567"),
        (79161234567.0, "79161234567"),
        (7707083893, "7707083893"),
        (1234.5, "1234.5"),
        (0.1 + 0.2, "0.3"),
        (-3, "-3"),
        (True, "TRUE"),
        (False, "FALSE"),
        (dt.datetime(2024, 3, 5), "05.03.2024"),
        (dt.datetime(2024, 3, 5, 10, 15, 7), "05.03.2024 10:15:07"),
        (dt.time(9, 5), "09:05:00"),
        ("+7 900", "+7 900"),
        ("'+79000000001", "'+79000000001"),
        (None, ""),
    ],
    ids=str,
)
def test_cells_as_a_person_sees_them(value: object, seen: str) -> None:
    table = read(workbook(Лист1=[["ФИО", "Телефон"], ["Иванов", value]])).table
    assert rows(table) == [["Иванов", seen]]


def test_list_of_1c_with_titles_and_merged_columns() -> None:
    data = workbook(
        TDSheet=[
            ["Список контрагентов"],
            [],
            ["Отбор:", None, "Покупатель"],
            ["Наименование", None, "ИНН", "Юр. / физ. лицо", "Код по ОКПО"],
            ["ООО Ромашка", None, 7707083893, "Юр. лицо", None],
            [None, None, None, None, None],
            ["Итого", None, None, None, None],
            [None, None, None, None, None],
        ]
    )
    reading = read(data)
    assert reading.table.headers == ["Наименование", "", "ИНН", "Юр. / физ. лицо", "Код по ОКПО"]
    assert [row[0] for row in rows(reading.table)] == ["ООО Ромашка", "", "Итого"]
    assert reading.skipped == ((1, "Список контрагентов"), (3, "Отбор:\t\tПокупатель"))
    origin = reading.table.origin
    assert (origin.format, origin.sheet, origin.header_row, origin.system) == ("xlsx", "TDSheet", 4, "1c")


def test_first_sheet_with_a_known_heading_is_taken() -> None:
    data = workbook(Пусто=[], Справка=[["Как читать"], ["…"]], База=[["ФИО", "Телефон"], ["Иванов", "1"]])
    assert read(data).table.origin.sheet == "База"


def test_sheet_that_was_asked_for() -> None:
    data = workbook(А=[["ФИО"], ["Иванов"]], Б=[["ФИО"], ["Петров"]])
    assert rows(read(data, sheet="Б").table) == [["Петров"]]
    with pytest.raises(UsageError, match="'А', 'Б'"):
        read(data, sheet="В")


def zip_of_text() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("readme.txt", "no workbook")
    return written.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param(zip_of_text(), "no workbook", id="zip"),
        pytest.param(workbook(А=[["ФИО"], ["Иванов"]])[:900], "no workbook", id="cut-off"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "no workbook", id="ole2-rubbish"),
        pytest.param(
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
            "password",
            id="password",
        ),
        pytest.param(workbook(А=[], Б=[]), "empty", id="empty-sheets"),
    ],
)
def test_workbook_that_cannot_be_read(data: bytes, said: str) -> None:
    with pytest.raises(FileError, match=said):
        read(data)


def test_written_workbook_holds_strings_only() -> None:
    cells = ["=1+1", "+79000000001", "00042", "https://example.com", "@SUM(A1)", "раз\nдва", "1e5", "-"]
    origin = Origin(format="xlsx", sheet="База", preamble=("Отчёт\tза март",))
    book = openpyxl.load_workbook(io.BytesIO(render_workbook(make_table(cells, origin))))
    sheet = book["База"]
    values = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert values == [["Отчёт", "за март"], ["ФИО", None], *[[cell, None] for cell in cells]]
    assert {cell.data_type for row in sheet.iter_rows(max_col=1) for cell in row} == {"s"}
    assert sheet["A2"].font.bold
    assert sheet.freeze_panes == "A3"
    assert sheet.auto_filter.ref == "A2:A10"


def test_written_workbook_reads_back_and_is_the_same_every_time() -> None:
    table = read(workbook(База=[["ФИО", "Телефон"], ["Иванов", "+7 900"], ["", ""], ["Петров", ""]])).table
    first = render(table).data
    again = read(first).table
    assert rows(again) == rows(table)
    assert again.headers == table.headers
    assert render(table).data == first


def make_table(cells: list[str], origin: Origin) -> Table:
    return Table(pd.DataFrame({"ФИО": pd.Series(cells, dtype="str")}), recognise(["ФИО"]).columns, origin)


def test_table_that_does_not_fit_into_a_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FileError, match="32767"):
        render_workbook(make_table(["ж" * 32_768], Origin(format="xlsx")))
    monkeypatch.setattr(workbooks, "MAX_DATA_ROWS", 3)
    with pytest.raises(FileError, match="4 rows") as caught:
        render_workbook(make_table([""] * 4, Origin(format="xlsx")))
    assert ".csv" in caught.value.hint
