"""Workbooks: cells as a person sees them on the way in, strings only on the way out."""

import datetime as dt
import html
import io
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill

from crmclean.core.errors import FileError, UsageError
from crmclean.core.settings import ReadSettings
from crmclean.core.table import Origin, Table
from crmclean.files import workbook_writing, workbooks
from crmclean.files.columns import recognise
from crmclean.files.reading import Reading, read_table
from crmclean.files.workbook_writing import render_workbook
from crmclean.files.writing import render

FIXTURES = Path(__file__).parent / "fixtures"


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


@given(st.lists(st.datetimes(dt.datetime(1900, 3, 1), dt.datetime(2200, 1, 1)), min_size=1, max_size=5))
def test_a_whole_column_of_dates_reads_as_each_of_them(moments: list[dt.datetime]) -> None:
    texts, _may_be_too_long = workbooks._column_texts(moments)
    seen = [f"{moment:%d.%m.%Y %H:%M:%S}".removesuffix(" 00:00:00") for moment in moments]
    assert texts.to_pylist() == seen == [workbooks.cell_text(moment) for moment in moments]


def test_columns_of_mixed_kinds() -> None:
    cells: list[list[Any]] = [
        ["ФИО", "Дата создания", "Долг", "Код"],
        ["Иванов", dt.datetime(2024, 3, 5), 1, 7.0],
        [5, dt.datetime(2024, 3, 6, 1), 1000000, 8],
        [dt.datetime(2024, 3, 5), dt.datetime(1958, 1, 2), 12.5, 0],
        [True, dt.datetime(1958, 1, 2, 3, 4, 5), -1, 900000000000000],
    ]
    table = read(workbook(А=cells)).table
    assert [table.frame[name].tolist() for name in table.frame] == [
        ["Иванов", "5", "05.03.2024", "TRUE"],
        ["05.03.2024", "06.03.2024 01:00:00", "02.01.1958", "02.01.1958 03:04:05"],
        ["1", "1000000", "12.5", "-1"],
        ["7", "8", "0", "900000000000000"],
    ]


def test_rows_are_read_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "_ROWS_AT_ONCE", 2)
    cells: list[list[Any]] = [["Иванов", 1], ["Петров", ""], ["Сидоров", 4e15], ["Орлов", "x"], ["Белов", ""]]
    reading = read(workbook(А=[["ФИО", "Счёт"], *cells]))
    assert rows(reading.table) == [
        ["Иванов", "1"],
        ["Петров", ""],
        ["Сидоров", "4.00000000000000E+15"],
        ["Орлов", "x"],
        ["Белов", ""],
    ]
    assert reading.findings["row"].tolist() == [3]


def test_table_that_begins_in_another_column() -> None:
    data = workbook(А=[[], [None, None, "ФИО", "Телефон"], [None, None, "Иванов", "1"], [None, None, "Петров"]])
    table = read(data).table
    assert table.headers == ["", "", "ФИО", "Телефон"]
    assert rows(table) == [["", "", "Иванов", "1"], ["", "", "Петров", ""]]
    assert rows(read(render(table).data).table) == rows(table)


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
    assert [row[0] for row in rows(reading.table)] == ["ООО Ромашка", ""]
    assert reading.skipped == ((1, "Список контрагентов"), (3, "Отбор:\t\tПокупатель"), (7, "Итого"))
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


@pytest.mark.parametrize(
    ("data", "said"),
    [
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
    book = openpyxl.load_workbook(io.BytesIO(render_workbook(make_table(cells, origin))[0]))
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


def test_table_that_does_not_fit_into_a_sheet() -> None:
    with pytest.raises(FileError, match="32767") as caught:
        render_workbook(make_table(["ж" * 32_768], Origin(format="xlsx")))
    assert ".csv" in caught.value.hint


def test_rows_beyond_a_sheet_go_on_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_writing, "MAX_DATA_ROWS", 3)
    cells = [str(number) for number in range(7)]
    data, notes = render_workbook(make_table(cells, Origin(format="xlsx", sheet="База")))
    book = openpyxl.load_workbook(io.BytesIO(data))
    found = {sheet.title: [row[0].value for row in sheet.iter_rows()] for sheet in book}
    assert found == {"База": ["ФИО", "0", "1", "2"], "База 2": ["ФИО", "3", "4", "5"], "База 3": ["ФИО", "6"]}
    assert len(notes) == 1
    assert "3 sheets" in notes[0]


@pytest.mark.parametrize(
    ("value", "seen"),
    [
        (0.30000000000000004, "0.3"),
        (1e-7, "0.0000001"),
        (-1234567.891, "-1234567.891"),
        (40702810900000, "40702810900000"),
        (999_999_999_999_999, "999999999999999"),
    ],
    ids=str,
)
def test_numbers_have_no_noise_and_no_exponent(value: float, seen: str) -> None:
    reading = read(workbook(А=[["ФИО", "Счёт"], ["Иванов", value]]))
    assert rows(reading.table) == [["Иванов", seen]]
    assert len(reading.findings) == 0


def test_number_of_more_digits_than_a_spreadsheet_keeps_is_flagged() -> None:
    reading = read(workbook(А=[["ФИО", "Счёт"], ["Иванов", 1], ["Петров", 40702810900000012345]]))
    assert rows(reading.table)[1] == ["Петров", "4.07028109000000E+19"]
    assert reading.findings.to_numpy().tolist() == [
        [2, "Счёт", "number-too-long", "4.07028109000000E+19", "4.07028109000000E+19"]
    ]


def styled_workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "База"
    for row in (["Список клиентов"], ["ФИО", "Телефон", "Долг"], ["Иванов", "1", 10.5], ["Петров", "2", 20]):
        sheet.append(row)
    for cell in sheet[2]:
        cell.font = Font(bold=True, color="FFFF0000")
        cell.fill = PatternFill("solid", start_color="FFDDEEFF")
    sheet["A3"].alignment = Alignment(wrap_text=True)
    sheet["A4"].comment = Comment("позвонить", "я")
    sheet.merge_cells("A1:C1")
    sheet.freeze_panes = "B3"
    sheet.auto_filter.ref = "A2:C4"
    sheet.column_dimensions["A"].width = 33
    other = book.create_sheet("Справка")
    other["B2"] = "Как читать"
    other["B3"] = "=1+1"
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def test_workbook_keeps_its_looks_and_its_other_sheets() -> None:
    table = read(styled_workbook()).table
    fewer = table.with_frame(table.frame.iloc[:1])
    added = fewer.with_added({"crmclean_cluster_id": pd.Series(["=1"], dtype="str")})
    book = openpyxl.load_workbook(io.BytesIO(render(added).data))
    assert book.sheetnames == ["База", "Справка"]
    sheet = book["База"]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["Список клиентов", None, None, None],
        ["ФИО", "Телефон", "Долг", "crmclean_cluster_id"],
        ["Иванов", "1", "10.5", "=1"],
    ]
    assert sheet["D3"].data_type == "s"
    assert [(cell.font.b, cell.fill.start_color.rgb) for cell in sheet[2]] == [(True, "FFDDEEFF")] * 4
    assert sheet["A3"].alignment.wrap_text
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("B3", "A2:D3")
    assert sheet.column_dimensions["A"].width == 33
    assert [str(merged) for merged in sheet.merged_cells.ranges] == ["A1:C1"]
    assert (book["Справка"]["B2"].value, book["Справка"]["B3"].value) == ("Как читать", "=1+1")


def test_nothing_of_the_old_rows_stays_in_the_file() -> None:
    table = read(styled_workbook()).table
    data = render(table.with_frame(table.frame.iloc[:1])).data
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        whole = html.unescape("".join(package.read(name).decode() for name in package.namelist()))
    assert "Как читать" in whole
    assert "Петров" not in whole
    assert "позвонить" not in whole


def test_untouched_workbook_gives_back_the_same_cells() -> None:
    table = read(styled_workbook()).table
    again = read(render(table).data).table
    assert (rows(again), again.headers, again.origin.preamble) == (rows(table), table.headers, table.origin.preamble)


cell = st.text(st.sampled_from("аb1 <>&'\"\n\r\t\x01_x0041_"), max_size=8)


@given(st.lists(cell, min_size=1, max_size=5).filter(lambda cells: cells[-1] != ""))
def test_every_character_comes_back(cells: list[str]) -> None:
    data, _notes = render_workbook(make_table(cells, Origin(format="xlsx")))
    assert [row[0] for row in rows(read(data).table)] == cells
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert {kind.data_type for kind in book.worksheets[0]["A"] if kind.value is not None} == {"s"}


@pytest.mark.parametrize("kind", ["xls", "ods", "xlsm"])
def test_other_kinds_of_workbook(kind: str) -> None:
    data = (FIXTURES / f"clients.{kind}").read_bytes()
    table = read(data).table
    assert table.headers == ["ФИО", "Телефон", "ИНН", "Дата создания", "Долг"]
    assert rows(table) == [
        ["Иванов Иван", "79000000001", "7707083893", "05.03.2024", "1234.5"],
        ["Петрова Анна", "+7 900 000-00-02", "0042", "06.03.2024 10:15:00", "0.3"],
    ]
    assert rows(read(render(table).data).table) == rows(table)


def test_xlsb() -> None:
    table = read((FIXTURES / "clients.xlsb").read_bytes()).table
    assert table.headers == ["ФИО", "Телефон"]
    assert rows(table) == [["Иванов Иван", "79000000001"], ["Петрова Анна", "+7 900 000-00-02"]]


def test_macros_are_left_out_and_that_is_said() -> None:
    rendered = render(read((FIXTURES / "clients.xlsm").read_bytes()).table)
    with zipfile.ZipFile(io.BytesIO(rendered.data)) as package:
        assert "xl/vbaProject.bin" not in package.namelist()
        assert b"macroEnabled" not in package.read("[Content_Types].xml")
    assert any("macros" in note for note in rendered.notes)
