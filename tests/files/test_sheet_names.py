"""The sheets that were not read are known by name, if they hold anything that a user can see."""

import io
import zipfile
from collections.abc import Sequence

import openpyxl
import pytest

from crmclean.core.settings import ReadSettings
from crmclean.core.table import Origin
from crmclean.files.reading import read_table
from crmclean.files.sheet_names import other_sheets

MANIFEST = 'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"'
SPACES = ("office", "table", "text")
CLIENTS = (("ID", "Имя", "Телефон"), ("1", "Анна", "+7 900 000-00-01"))


def workbook(sheets: dict[str, Sequence[Sequence[str]]], hidden: str = "") -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        sheet.sheet_state = "hidden" if name == hidden else "visible"
        for row in rows:
            sheet.append(list(row))
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def ods_workbook(sheets: dict[str, Sequence[Sequence[str]]]) -> bytes:
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    rows = {
        name: "".join(f"<table:table-row>{''.join(map(cell.format, row))}</table:table-row>" for row in cells)
        for name, cells in sheets.items()
    }
    tables = "".join(f'<table:table table:name="{name}">{content}</table:table>' for name, content in rows.items())
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in SPACES)
    body = f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("META-INF/manifest.xml", f"<manifest:manifest {MANIFEST}/>")
        package.writestr("content.xml", f"<office:document-content {spaces}>{body}</office:document-content>")
    return written.getvalue()


def origin_of(data: bytes) -> Origin:
    return read_table(data, "base.xlsx", ReadSettings()).table.origin


@pytest.mark.parametrize(
    ("sheets", "hidden", "others"),
    [
        pytest.param({"Контакты": CLIENTS}, "", (), id="one sheet"),
        pytest.param({"Контакты": CLIENTS, "Сделки & планы": CLIENTS}, "", ("Сделки & планы",), id="two"),
        pytest.param({"Титул": [["Отчёт"]], "Контакты": CLIENTS}, "", ("Титул",), id="not the first"),
        pytest.param({"Контакты": CLIENTS, "Лист2": [], "Лист3": []}, "", (), id="empty ones"),
        pytest.param({"Контакты": CLIENTS, "Списки": CLIENTS}, "Списки", (), id="hidden"),
    ],
)
def test_sheets_with_data(sheets: dict[str, Sequence[Sequence[str]]], hidden: str, others: tuple[str, ...]) -> None:
    origin = origin_of(workbook(sheets, hidden))
    assert origin.sheet == "Контакты"
    assert other_sheets(origin) == others


def test_sheets_of_an_ods_workbook_are_known_too() -> None:
    data = ods_workbook({"Контакты": CLIENTS, "Сделки": CLIENTS, "Лист3": ()})
    assert read_table(data, "base.ods", ReadSettings()).other_sheets == ("Сделки",)
    assert read_table(data, "base.ods", ReadSettings(sheet="Контакты")).other_sheets == ()


def test_a_text_file_has_none() -> None:
    assert other_sheets(origin_of("ID;Имя;Телефон\n1;Анна;+79000000001\n".encode())) == ()


def test_what_is_no_package_has_none() -> None:
    assert other_sheets(Origin(format="xlsx", package=b"PK\x03\x04 damaged")) == ()
