"""Writing back: an untouched regular file keeps its bytes, and no character is ever replaced."""

import codecs
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmclean.core.errors import UsageError
from crmclean.core.settings import ReadSettings
from crmclean.core.table import Dialect, Origin, Table
from crmclean.files.columns import recognise
from crmclean.files.reading import read_table
from crmclean.files.writing import format_for, render

BITRIX = (
    '"ID";"Имя";"Фамилия";"Тип контакта";"Рабочий e-mail";"Комментарий";\n'
    '"101";"Иван";"Иванов";"Клиенты";"ivanov@example.com";"строка 1\nстрока 2; ""кавычки""";\n'
    '"102";"Анна";"Петрова";"";"";"";\n'
)
AMO = 'ID,Тип,ФИО,Примечание 1,Телефон\r\n1,контакт,Иван,"""звонил"",\nперезвонить",\'+79000000001\r\n2,,,,\r\n'
BITRIX_PAGE = (
    '<meta http-equiv="Content-type" content="text/html;charset=UTF-8" />\n<table border="1">\n<thead>\n'
    "\t<tr><th>ID</th><th>ФИО</th><th>Компания</th><th>Комментарий</th></tr>\n</thead>\n"
    "\t<tbody><tr><td>007</td><td>Иван</td><td>ООО &quot;Ромашка&quot;</td><td>раз<br>два &amp; &lt;три&gt;</td></tr>"
    "<tr><td>8</td><td></td><td></td><td></td></tr></tbody>\n</table>"
)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(codecs.BOM_UTF8 + BITRIX.encode(), id="bitrix24-csv"),
        pytest.param(BITRIX.encode("cp1251"), id="bitrix24-csv-cp1251"),
        pytest.param(codecs.BOM_UTF8 + BITRIX_PAGE.encode(), id="bitrix24-xls"),
        pytest.param(AMO.encode(), id="amocrm-comma"),
        pytest.param(AMO.replace(",", ";").replace("\r\n", "\n").encode("koi8-r"), id="koi8-r-lf"),
        pytest.param(codecs.BOM_UTF16_LE + "ФИО\tТелефон\r\nИван\t1\r\n".encode("utf-16-le"), id="excel-unicode-text"),
        pytest.param("ФИО;Телефон\rИван;1\r".encode("mac-cyrillic"), id="old-mac"),
        pytest.param("sep=;\r\nОтчёт;\r\n;\r\nФИО;Телефон\r\nИван;1\r\n".encode("cp1251"), id="titles"),
        pytest.param("ФИО;Телефон\nИван;1".encode(), id="no-final-newline"),
        pytest.param("ФИО;Телефон\n".encode(), id="heading-alone"),
        pytest.param('Телефон\n8 900\n""\n8 901\n'.encode(), id="one-column-with-an-empty-cell"),
        pytest.param('Компания;ИНН;Поле\nООО "Лютик";="017";15" экран\n"а;б";2;\n'.encode("cp1251"), id="bare-quotes"),
        pytest.param("ФИО;Источник;Источник;\nИван;;сайт;\n".encode(), id="duplicates-and-trailing-delimiter"),
    ],
)
def test_untouched_file_keeps_its_bytes(data: bytes) -> None:
    rendered = render(read_table(data, "base", ReadSettings()).table)
    assert rendered.data == data
    assert rendered.notes == ()


def make_table(rows: list[list[str]], origin: Origin) -> Table:
    columns = recognise(["ФИО", "Телефон", "Поле"]).columns
    frame = pd.DataFrame(rows, columns=[column.name for column in columns], dtype="str")
    return Table(frame, columns, origin)


def test_character_that_the_encoding_lacks_makes_the_file_utf8() -> None:
    origin = Origin(encoding="cp1251", dialect=Dialect(";"))
    rendered = render(make_table([["Ержан Қасым", "1", ""]], origin))
    assert rendered.data == codecs.BOM_UTF8 + "ФИО;Телефон;Поле\nЕржан Қасым;1;\n".encode()
    assert len(rendered.notes) == 1
    assert "cp1251" in rendered.notes[0]
    assert "Қ" in rendered.notes[0]


def test_page_that_becomes_utf8_says_so_in_itself() -> None:
    rendered = render(make_table([["Қ", "", ""]], Origin(format="html", encoding="cp1251")))
    assert b"charset=UTF-8" in rendered.data
    assert rendered.notes


def test_workbook_written_as_csv_opens_in_a_russian_excel() -> None:
    table = make_table([["Иван", "1;2", ""]], Origin())
    book = render(table, "xlsx").data
    again = read_table(book, "base.xlsx", ReadSettings()).table
    assert render(again, "csv").data == codecs.BOM_UTF8 + 'ФИО;Телефон;Поле\r\nИван;"1;2";\r\n'.encode()


def test_input_is_untouched_by_rendering() -> None:
    table = make_table([['a"b', "c;d", "\n"]], Origin())
    before = table.frame.copy()
    render(table)
    pd.testing.assert_frame_equal(table.frame, before)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a.csv", "csv"),
        ("a.CSV", "csv"),
        ("a.b.xlsx", "xlsx"),
        ("a.xls", "html"),
        ("a", None),
        ("a.pdf", None),
        ("a.parquet", "parquet"),
    ],
)
def test_format_for(path: str, expected: str | None) -> None:
    assert format_for(path) == expected


@pytest.mark.parametrize(
    ("path", "instead"),
    [("a.xlsm", "a.xlsx"), ("a.ods", "a.xlsx"), ("a.vcf", "a.csv"), ("a.csv.gz", "a.csv"), ("a.json", "a.jsonl")],
)
def test_what_is_only_read_is_not_written_under_a_wrong_name(path: str, instead: str) -> None:
    with pytest.raises(UsageError) as caught:
        format_for(path)
    assert instead in caught.value.hint


def test_excel_safe_guards_formulas() -> None:
    cells = [["=1+1", "+79000000001", "-5"], ["@SUM(A1)", "\tx", "\rx"], ["а=1", "'=1", ""]]
    table = make_table(cells, Origin())
    assert render(table).data.decode() == ('ФИО,Телефон,Поле\n=1+1,+79000000001,-5\n@SUM(A1),\tx,"\rx"\nа=1,\'=1,\n')
    assert render(table, excel_safe=True).data.decode() == (
        "ФИО,Телефон,Поле\n'=1+1,'+79000000001,'-5\n'@SUM(A1),'\tx,\"'\rx\"\nа=1,'=1,\n"
    )
    with pytest.raises(UsageError, match="CSV only"):
        render(table, "xlsx", excel_safe=True)


cell = st.text(alphabet=st.sampled_from('абв 12;,"\t|\n\r'), max_size=5)
dialects = st.builds(
    Dialect,
    delimiter=st.sampled_from(";,\t|"),
    quoting=st.sampled_from(["minimal", "all", "bare", "php", "spaces", "edges", "columns", "text"]),
    line_terminator=st.sampled_from(["\n", "\r\n"]),
    trailing_delimiter=st.booleans(),
    final_newline=st.booleans(),
    heading_quoting=st.sampled_from(["", "minimal", "all"]),
    quoted_columns=st.sampled_from([(), (0,), (1, 2)]),
    quoted_cells=st.sampled_from([(), ("",)]),
    unquoted_cells=st.sampled_from([(), ("",), ("1", "а")]),
)


@given(st.lists(st.lists(cell, min_size=3, max_size=3), max_size=6), dialects)
def test_what_is_written_is_read_again(rows: list[list[str]], dialect: Dialect) -> None:
    table = make_table(rows, Origin(dialect=dialect))
    data = render(table).data
    again = read_table(data, "base.csv", ReadSettings(delimiter=dialect.delimiter)).table
    pd.testing.assert_frame_equal(again.frame, table.frame)
    assert render(replace(again, origin=replace(again.origin, dialect=dialect))).data == data
    if dialect == Dialect(dialect.delimiter, "all", dialect.line_terminator, dialect.trailing_delimiter):
        assert again.origin.dialect == dialect
