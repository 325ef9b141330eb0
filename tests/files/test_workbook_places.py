"""What belongs to places of a sheet is kept where the place still holds; what is left out is said."""

import csv
import datetime as dt
import io
import shutil
import subprocess
import warnings
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import xlsxwriter
from openpyxl.worksheet.worksheet import Worksheet

from crmclean.core.settings import ReadSettings
from crmclean.core.table import Table
from crmclean.files.reading import read_table
from crmclean.files.workbook_places import Places
from crmclean.files.workbook_sheet import Area
from crmclean.files.writing import Rendered, render

ROWS = [["Ёлкин Лев", "+7 900 000-00-01", 10], ["Соснин Юрий", "+7 900 000-00-02", 20], ["Кленов Игорь", "", 30]]


def workbook(*, table: dict[str, object] | None = None, headers: tuple[str, ...] = ("ФИО", "Телефон", "Долг")) -> bytes:
    """Make a workbook with everything that speaks of cells by their place: a title, a heading in row 2, three rows."""
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True}) as book:
        red = book.add_format({"bg_color": "#FF0000"})
        sheet = book.add_worksheet("База")
        sheet.write_url("A1", "https://example.com", string="Список клиентов")
        for place, header in enumerate(headers):
            sheet.write(1, place, header)
        for number, row in enumerate(ROWS, 2):
            sheet.write_row(number, 0, row)
        sheet.write_url("A4", "https://example.com/2", string="Соснин Юрий")
        sheet.write_comment("B2", "В одном виде: +7…", {"author": "Отдел"})
        sheet.write_comment("A5", "просил не звонить", {"author": "Отдел"})
        sheet.merge_range("F4:G4", "")
        sheet.data_validation("B3:B5", {"validate": "length", "criteria": ">", "value": 5})
        sheet.data_validation("C4", {"validate": "list", "source": ["10", "20"]})
        sheet.conditional_format("C3:C5", {"type": "cell", "criteria": ">", "value": 15, "format": red})
        sheet.conditional_format("C3:C5", {"type": "data_bar", "data_bar_2010": True})
        sheet.conditional_format("A5", {"type": "no_blanks", "format": red})
        sheet.insert_button("I1", {"caption": "Обновить"})
        if table is not None:
            columns = [{"header": header} for header in headers]
            sheet.add_table("A2:C5", {"name": "Clients", "columns": columns, **table})
        other = book.add_worksheet("Справка")
        other.write_comment("A1", "не трогать")
        other.write_url("A2", "https://example.com/help")
    return written.getvalue()


def read(data: bytes) -> Table:
    return read_table(data, "base.xlsx", ReadSettings()).table


def two_of(table: Table) -> Table:
    """Take the last two rows, the other way round, and a column more."""
    fewer = table.with_frame(table.frame.iloc[[2, 0]])
    return fewer.with_added({"crmclean_cluster_id": pd.Series(["1", "2"], dtype="str")})


def opened(rendered: Rendered) -> Worksheet:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".*extension is not supported")  # the bars of Excel 2010
        return openpyxl.load_workbook(io.BytesIO(rendered.data))["База"]


def part_of(rendered: Rendered, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(rendered.data)) as package:
        return package.read(name).decode()


def test_places_of_rules_follow_the_rows() -> None:
    rendered = render(two_of(read(workbook())))
    sheet = opened(rendered)
    checks = {str(check.sqref) for check in sheet.data_validations.dataValidation}
    formats = {str(ranges.sqref) for ranges in sheet.conditional_formatting}
    assert (checks, formats) == ({"B3:B4"}, {"C3:C4"})
    assert "<xm:sqref>C3:C4</xm:sqref>" in part_of(rendered, "xl/worksheets/sheet1.xml")


def test_notes_and_links_above_the_rows_stay_and_those_of_rows_go() -> None:
    rendered = render(two_of(read(workbook())))
    sheet = opened(rendered)
    notes = {cell.coordinate: cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment}
    links = {cell.coordinate: cell.hyperlink.target for row in sheet.iter_rows() for cell in row if cell.hyperlink}
    assert notes == {"B2": "В одном виде: +7…"}
    assert links == {"A1": "https://example.com"}
    with zipfile.ZipFile(io.BytesIO(rendered.data)) as package:
        whole = b"".join(package.read(name) for name in package.namelist()).decode("utf-8", "replace")
    assert "просил не звонить" not in whole
    assert "example.com/2" not in whole
    assert "example.com/help" in whole


def test_what_is_left_out_is_said() -> None:
    rendered = render(two_of(read(workbook())))
    assert rendered.notes == (
        "Left out, because nobody can say in which rows they belong now: 1 note, 1 link, 1 merged cell, "
        "2 rules of formats or input.",
    )


def test_button_keeps_its_place() -> None:
    drawing = part_of(render(two_of(read(workbook()))), "xl/drawings/vmlDrawing1.vml")
    assert "Обновить" in drawing
    assert drawing.count('ObjectType="Note"') == 1


def test_table_of_excel_stays_one_with_the_new_rows_and_columns() -> None:
    rendered = render(two_of(read(workbook(table={}))))
    table = opened(rendered).tables["Clients"]
    assert (table.ref, table.autoFilter.ref) == ("A2:D4", "A2:D4")
    assert [column.name for column in table.tableColumns] == ["ФИО", "Телефон", "Долг", "crmclean_cluster_id"]
    assert [column.id for column in table.tableColumns] == [1, 2, 3, 4]
    assert not any("table" in note for note in rendered.notes)


def test_totals_of_a_table_become_a_row() -> None:
    columns = [{"header": "ФИО", "total_string": "Итого"}, {"header": "Телефон"}, {"header": "Долг"}]
    rendered = render(read(workbook(table={"total_row": True, "columns": columns})))
    table = opened(rendered).tables["Clients"]
    assert (table.ref, table.totalsRowCount) == ("A2:C5", None)
    assert {column.totalsRowLabel for column in table.tableColumns} == {None}


def test_table_whose_heading_is_another_is_left_out_and_its_filter_stays() -> None:
    source = read(workbook(table={}))
    columns = tuple(source.columns[place] for place in (1, 0, 2))
    turned = Table(source.frame[[column.name for column in columns]], columns, source.origin)
    rendered = render(turned)
    sheet = opened(rendered)
    assert dict(sheet.tables) == {}
    assert sheet.auto_filter.ref == "A2:C5"
    assert "1 table of Excel" in rendered.notes[0]
    with zipfile.ZipFile(io.BytesIO(rendered.data)) as package:
        assert not [name for name in package.namelist() if "tables/" in name]


def test_table_without_rows_keeps_one_empty_row() -> None:
    source = read(workbook(table={}))
    assert opened(render(source.with_frame(source.frame.iloc[:0]))).tables["Clients"].ref == "A2:C3"


def test_formulas_that_become_values_are_said() -> None:
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True}) as book:
        sheet = book.add_worksheet("База")
        sheet.write_row(0, 0, ["ФИО", "Долг"])
        sheet.write_row(1, 0, ["Ёлкин Лев", ""])
        sheet.write_formula("B2", "=2+2", None, 4)
    rendered = render(read(written.getvalue()))
    assert opened(rendered)["B2"].value == "4"
    assert rendered.notes == ("Formulas among the rows were replaced by what they showed.",)


def test_workbook_that_cannot_be_kept_is_said() -> None:
    fixture = Path(__file__).parent / "fixtures" / "clients.ods"
    rendered = render(read(fixture.read_bytes()))
    assert rendered.notes == ("The workbook is a new one: other sheets and the formats of the old one were left out.",)


def headless() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "База"
    for number, (name, phone, _debt) in enumerate(ROWS, 1):
        sheet.append([name, phone, f"client{number}@example.com", dt.datetime(2024, 3, number)])
    sheet.column_dimensions["A"].width = 33
    book.create_sheet("Справка")["B2"] = "Как читать"
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def cells_of(data: bytes) -> list[list[object]]:
    sheet = openpyxl.load_workbook(io.BytesIO(data))["База"]
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_workbook_without_a_heading_goes_without_one() -> None:
    table = read(headless())
    assert table.origin.header_row == 0
    data = render(table).data
    assert cells_of(data)[0] == ["Ёлкин Лев", "+7 900 000-00-01", "client1@example.com", "01.03.2024"]
    assert len(cells_of(data)) == 3
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert (book.sheetnames, book["База"].column_dimensions["A"].width) == (["База", "Справка"], 33)
    assert read(data).frame.equals(table.frame)


@pytest.mark.parametrize("format", ["xlsx", "html"])
def test_text_without_a_heading_goes_without_one_in_other_formats(format: str) -> None:
    text = "Ёлкин Лев;+79000000001;client1@example.com\nСоснин Юрий;+79000000002;client2@example.com\n"
    table = read_table(text.encode(), "base.csv", ReadSettings()).table
    data = render(table, "html" if format == "html" else "xlsx").data
    again = read_table(data, "base", ReadSettings()).table
    assert again.origin.header_row == 0
    assert again.frame.to_numpy().tolist() == table.frame.to_numpy().tolist()


@pytest.mark.parametrize(
    ("reference", "moved"),
    [
        ("C3:C10", "C3:C7"),
        ("$C$3:$D$10", "$C$3:D7"),
        ("C1:C10", "C1:C7"),
        ("C3:C1048576", "C3:C1048576"),
        ("A1:C2", "A1:C2"),
        ("B2", "B2"),
        ("C12:C20", "C12:C20"),
        ("C3:C9", None),
        ("C4:C10", None),
        ("C5", None),
    ],
)
def test_range_of_a_rule(reference: str, moved: str | None) -> None:
    assert Places(Area(1, ("А", "Б", "В"), 5), old_last=10).moved(reference) == moved


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("table", [None, {}, {"total_row": True}], ids=["plain", "table", "totals"])
def test_another_program_opens_what_was_written(table: dict[str, object] | None, tmp_path: Path) -> None:
    (tmp_path / "base.xlsx").write_bytes(render(two_of(read(workbook(table=table)))).data)
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "csv:Text - txt - csv (StarCalc):59,34,76,1"]
    subprocess.run([*command, "--outdir", str(tmp_path), str(tmp_path / "base.xlsx")], check=True, capture_output=True)
    lines = (tmp_path / "base.csv").read_text(encoding="utf-8").splitlines()
    assert list(csv.reader(lines, delimiter=";"))[1:4] == [
        ["ФИО", "Телефон", "Долг", "crmclean_cluster_id"],
        ["Кленов Игорь", "", "30", "1"],
        ["Ёлкин Лев", "+7 900 000-00-01", "10", "2"],
    ]
