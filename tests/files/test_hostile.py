"""Files made to do harm are refused with one clear line, in bounded memory."""

import io
import tracemalloc
import zipfile
from collections.abc import Callable

import pytest

from crmclean.core.errors import FileError
from crmclean.core.settings import ReadSettings
from crmclean.core.table import Origin, Table
from crmclean.files import archives, reading, workbook_guard
from crmclean.files.columns import recognise
from crmclean.files.reading import read_table
from crmclean.files.writing import render

BOMB = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
MAX_MEMORY = 40_000_000


def workbook() -> bytes:
    columns = recognise(["ФИО", "Телефон"]).columns
    frame = read_table("ФИО;Телефон\nИванов;1\n".encode(), "a", ReadSettings()).table.frame
    return render(Table(frame, columns, Origin()), "xlsx").data


def with_part(data: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            content = source.read(info)
            target.writestr(info.filename, change(content) if info.filename == name else content)
    return written.getvalue()


def with_rows(rows: str) -> bytes:
    return with_part(
        workbook(),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b"</sheetData>", rows.encode() + b"</sheetData>"),
    )


def ods(rows: str, doctype: str = "") -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as target:
        target.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        target.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
        target.writestr(
            "content.xml",
            f'<?xml version="1.0"?>{doctype}<office:document-content '
            'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
            'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
            'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
            f'<table:table table:name="A">{rows}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return written.getvalue()


ODS_CELL = '<table:table-cell office:value-type="string"{more}><text:p>ФИО</text:p></table:table-cell>'
FAR_COLUMN = ODS_CELL.format(more=' table:number-columns-repeated="1000000"')
FAR_ROWS = f'<table:table-row table:number-rows-repeated="1000000">{FAR_COLUMN}</table:table-row>'


def in_bounded_memory(data: bytes, said: str, most: int = MAX_MEMORY) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(FileError, match=said) as caught:
            read_table(data, "base.xlsx", ReadSettings())
        assert tracemalloc.get_traced_memory()[1] < most
    finally:
        tracemalloc.stop()
    assert "\n" not in caught.value.message


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', id="last-cell"),
        pytest.param('<row r="1048576"><c s="1" r="XFD1048576"><v>1</v></c></row>', id="reference-not-first"),
        pytest.param('<row r="3"><c r="XFD1048576"><v>1</v></c></row>', id="row-says-another"),
        pytest.param(
            '<row r="3"><c r="XFD3"><v>1</v></c></row><row r="1048576"><c r="A1048576"><v>1</v></c></row>',
            id="two-corners",
        ),
        pytest.param(
            "<row>" + "<c/>" * 9_999 + "<c><v>1</v></c></row>" + "<row/>" * 99_999 + "<row><c><v>1</v></c></row>",
            id="counted-cells",
        ),
    ],
)
def test_workbook_that_claims_millions_of_empty_cells(rows: str) -> None:
    in_bounded_memory(with_rows(rows), "nearly all of them empty")


def test_dimension_alone_does_no_harm() -> None:
    data = with_part(
        workbook(),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b'<dimension ref="A1:B2"/>', b'<dimension ref="A1:XFD1048576"/>'),
    )
    assert read_table(data, "a", ReadSettings()).table.frame.to_numpy().tolist() == [["Иванов", "1"]]


def test_sheet_of_ods_that_claims_millions_of_cells() -> None:
    in_bounded_memory(ods(FAR_ROWS), "nearly all of them empty")


def test_empty_repeated_cells_of_ods_are_no_harm() -> None:
    empty = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'
    data = ods(f"<table:table-row>{ODS_CELL.format(more='')}</table:table-row>{empty}")
    assert read_table(data, "a", ReadSettings()).table.headers == ["ФИО"]


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml"])
def test_xml_bomb_in_a_workbook(part: str) -> None:
    data = with_part(workbook(), part, lambda xml: xml.replace(b"?>", b"?>" + BOMB.encode(), 1))
    in_bounded_memory(data, "entities of its own")


def test_xml_bomb_in_ods() -> None:
    in_bounded_memory(ods("", BOMB), "entities of its own")


def test_xml_bomb_in_a_page_is_text() -> None:
    page = f"{BOMB}<table><tr><th>ФИО</th><th>Телефон</th></tr><tr><td>&b;</td><td>1</td></tr></table>"
    frame = read_table(page.encode(), "base.xls", ReadSettings()).table.frame
    assert len(str(frame.iloc[0, 0])) < 10


def test_bomb_in_a_part_of_a_workbook(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "RATIO_COUNTS_FROM", 1_000_000)
    data = with_part(workbook(), "xl/styles.xml", lambda xml: xml + b" " * 20_000_000)
    in_bounded_memory(data, "unpacks to far more")


def test_size_that_lies_is_noticed() -> None:
    data = bytearray(with_part(workbook(), "xl/styles.xml", lambda xml: xml + b" " * 100_000))
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        size = package.getinfo("xl/styles.xml").file_size
    lied = bytes(data).replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    in_bounded_memory(lied, "damaged")


def test_binary_sheet_that_claims_millions_of_cells() -> None:
    written = io.BytesIO()
    far_row = bytes([0, 17]) + (1_048_575).to_bytes(4, "little") + b"\0" * 13
    far_cell = bytes([1, 8]) + (16_383).to_bytes(4, "little") + b"\0" * 4
    with zipfile.ZipFile(written, "w") as target:
        target.writestr("xl/workbook.bin", b"")
        target.writestr("xl/worksheets/sheet1.bin", b"\x81\x01\x00" + far_row + far_cell)
    in_bounded_memory(written.getvalue(), "nearly all of them empty")


def test_limit_of_cells_is_that_of_the_rectangle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_guard, "MAX_CELLS", 3)
    in_bounded_memory(workbook(), "2 rows and 2 columns")
    monkeypatch.setattr(workbook_guard, "MAX_CELLS", 4)
    assert len(read_table(workbook(), "a", ReadSettings()).table) == 1


LONG = 10_000_000
"""Bytes of a text that a thousand cells name: ten gigabytes."""


def with_strings(cells: str, texts: str) -> bytes:
    """Return a workbook with rows and shared texts of its own."""
    strings = f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{texts}</sst>'
    return with_part(with_rows(cells), "xl/sharedStrings.xml", lambda _xml: strings.encode())


def repeated(cell: str, times: int) -> str:
    return "".join(f'<row r="{row}">{cell.format(row=row)}</row>' for row in range(3, times + 3))


@pytest.mark.parametrize(
    "cell",
    [
        pytest.param('<c r="A{row}" t="s"><v>1</v></c>', id="plain"),
        pytest.param('<c r="A{row}" t="s" s="0"><v>1</v></c>', id="another-order"),
        pytest.param("<c r=\"A{row}\" t='s'><v>1</v></c>", id="other-quotes"),
        pytest.param('<c r="A{row}" t = "s"><v>1</v></c>', id="spaces"),
        pytest.param('<c t="s"><v>1</v></c>', id="no-reference"),
        pytest.param('<c r="A{row}" t="s"><v>&#49;</v></c>', id="number-as-entity"),
        pytest.param('<c r="A{row}" t="s"><v><!-- -->1</v></c>', id="comment-in-number"),
        pytest.param('<c r="A{row}" t="s"><v>+0001</v></c>', id="sign"),
        pytest.param('<x:c r="A{row}" xmlns:x="{ns}" t="s"><x:v>1</x:v></x:c>', id="prefix"),
    ],
)
def test_long_text_that_very_many_cells_name(cell: str) -> None:
    cell = cell.replace("{ns}", "http://schemas.openxmlformats.org/spreadsheetml/2006/main")
    texts = "<si><t>Имя</t></si><si><t>" + "a" * LONG + "</t></si>"
    in_bounded_memory(with_strings(repeated(cell, 1_000), texts), "far more than an export holds", most=150_000_000)


def test_long_text_that_few_cells_name_is_no_harm() -> None:
    cells = repeated('<c r="A{row}" t="s"><v>0</v></c>', 500) + '<row r="503"><c r="A503" t="s"><v>1</v></c></row>'
    data = with_strings(cells, "<si><t>Имя</t></si><si><t>" + "a" * LONG + "</t></si>")
    frame = read_table(data, "a", ReadSettings()).table.frame
    assert frame.iloc[:, 0].str.len().tolist() == [6, *[3] * 500, LONG]


def test_text_of_a_cell_of_ods_that_is_repeated() -> None:
    cell = ODS_CELL.format(more=' table:number-columns-repeated="1000"').replace("ФИО", "a" * 1_000_000)
    rows = f'<table:table-row table:number-rows-repeated="1000">{cell}</table:table-row>'
    in_bounded_memory(ods(rows), "far more than an export holds")


def test_text_of_a_binary_workbook_that_very_many_cells_name() -> None:
    def record(kind: bytes, content: bytes) -> bytes:
        length = len(content)
        return kind + bytes([length & 0x7F | 0x80, length >> 7 & 0x7F | 0x80, length >> 14 & 0x7F]) + content

    text = record(b"\x13", b"\0" + (30_000).to_bytes(4, "little") + b"a\0" * 30_000)
    cell = b"\x07\x0c" + b"\0" * 12
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("xl/workbook.bin", b"")
        target.writestr("xl/worksheets/sheet1.bin", b"\x81\x01\x00" + cell * 100_000)
        target.writestr("xl/sharedStrings.bin", b"\x9f\x01\x08" + b"\0" * 8 + text)
    in_bounded_memory(written.getvalue(), "far more than an export holds")


@pytest.mark.parametrize(
    ("part", "before"),
    [
        pytest.param("xl/worksheets/sheet1.xml", b"rubbish", id="rubbish-first"),
        pytest.param("xl/worksheets/sheet1.xml", b"\0" * 5_000, id="zeros-first"),
    ],
)
def test_sheet_that_looks_like_no_markup(part: str, before: bytes) -> None:
    in_bounded_memory(with_part(workbook(), part, lambda xml: before + xml), "no workbook")


def test_spaces_do_not_hide_a_sheet() -> None:
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    data = with_part(with_rows(far), "xl/worksheets/sheet1.xml", lambda xml: b" " * 5_000 + xml[xml.index(b"<work") :])
    in_bounded_memory(data, "nearly all of them empty")


def test_name_of_a_part_does_not_hide_a_sheet() -> None:
    far = with_rows('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(far)) as source, zipfile.ZipFile(written, "w") as target:
        for info in source.infolist():
            name = info.filename.replace("sheet1.xml", "content.xml")
            target.writestr(name, source.read(info).replace(b"sheet1.xml", b"content.xml"))
    in_bounded_memory(written.getvalue(), "nearly all of them empty")


@pytest.mark.parametrize("head", ["ФИО;Телефон\n", "BEGIN:VCARD\n", ""], ids=["csv", "vcard", "first-line"])
def test_line_without_end(head: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_LINE", 100_000)
    in_bounded_memory(head.encode() + b"a" * 300_000, "a line of more than")


def test_many_short_lines_are_no_long_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_LINE", 10_000)
    text = "ФИО;Телефон\n" + "Иванов;1\n" * 5_000 + "Петров;" + "9" * 9_000 + "\n"
    assert len(read_table(text.encode(), "a", ReadSettings()).table) == 5_001


def test_file_larger_than_the_limit(tmp_path: "object", monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_FILE", 10)
    path = f"{tmp_path}/base.csv"
    with open(path, "wb") as file:
        file.write(b"a" * 11)
    with pytest.raises(FileError, match="larger than"):
        reading.read_bytes(path)
