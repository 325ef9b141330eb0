"""Reading: real byte layouts, found by content; what is odd is a finding, what would lose data is an error."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmclean.core.errors import ExitCode, FileError, UsageError
from crmclean.core.settings import ReadSettings
from crmclean.core.table import Dialect
from crmclean.files.reading import Reading, read_bytes, read_table

BITRIX = (
    "\ufeff"
    '"ID";"Имя";"Фамилия";"Тип контакта";"Рабочий e-mail";"Комментарий";\n'
    '"101";"Иван";"Иванов";"Клиенты";"ivanov@example.com";"строка 1\nстрока 2; ""кавычки""";\n'
    '"102";"Анна";"Петрова";"";"";"";\n'
).encode()


def read(text: str | bytes, delimiter: str = "", map: tuple[tuple[str, str], ...] = ()) -> Reading:
    data = text.encode() if isinstance(text, str) else text
    return read_table(data, "base.csv", ReadSettings(delimiter=delimiter, map=map))


def rows(reading: Reading) -> list[list[str]]:
    return [list(row) for row in reading.table.frame.itertuples(index=False, name=None)]


def codes(reading: Reading) -> list[tuple[int, str]]:
    return list(zip(reading.findings["row"].tolist(), reading.findings["code"].tolist(), strict=True))


def test_bitrix24_contacts() -> None:
    reading = read(BITRIX)
    origin = reading.table.origin
    assert reading.table.headers == ["ID", "Имя", "Фамилия", "Тип контакта", "Рабочий e-mail", "Комментарий"]
    assert rows(reading)[0][5] == 'строка 1\nстрока 2; "кавычки"'
    assert origin.dialect == Dialect(";", "all", "\n", trailing_delimiter=True)
    assert (origin.encoding, origin.bom, origin.system, origin.entity) == ("utf-8", True, "bitrix24", "contact")
    assert codes(reading) == []


def test_frame_is_text_without_missing_values() -> None:
    frame = read("ФИО;Телефон;Поле\nNA;null;\nNone;007;1.50\n").table.frame
    assert frame.to_numpy().tolist() == [["NA", "null", ""], ["None", "007", "1.50"]]
    assert set(frame.dtypes.astype(str)) == {"str"}
    assert frame.index.tolist() == [0, 1]


def test_titles_and_sep_line_above_the_heading() -> None:
    text = "sep=;\r\nСписок на 01.03.2024;;;\r\n;;;\r\nНаименование;ИНН/КПП;Телефон;Сумма\r\n"
    text += 'ООО "Ромашка";7707083893;1;2\r\n'
    reading = read(text.encode("cp1251"))
    assert reading.table.headers == ["Наименование", "ИНН/КПП", "Телефон", "Сумма"]
    assert rows(reading) == [['ООО "Ромашка"', "7707083893", "1", "2"]]
    assert reading.skipped == ((1, "sep=;"), (2, "Список на 01.03.2024;;;"))
    assert reading.table.origin.header_row == 4
    assert reading.table.origin.preamble == ("sep=;", "Список на 01.03.2024;;;", ";;;")


@pytest.mark.parametrize("line", ["sep=|", '"sep=|"', "SEP=|"])
def test_sep_line_sets_the_delimiter(line: str) -> None:
    reading = read(f"{line}\nФИО|Телефон, моб.\nИванов, Иван|1,2\n")
    assert rows(reading) == [["Иванов, Иван", "1,2"]]


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"], ids=["semicolon", "comma", "tab", "pipe"])
def test_delimiter_is_found(delimiter: str) -> None:
    text = '"ФИО","Телефон","Адрес"\n"Иванов","8 900, доб. 1","а; б | в"\n"Петров","8 901","г"\n'
    reading = read(text.replace('","', f'"{delimiter}"'))
    assert reading.table.origin.dialect.delimiter == delimiter
    assert rows(reading)[0] == ["Иванов", "8 900, доб. 1", "а; б | в"]


def test_decimal_commas_do_not_win_over_semicolons() -> None:
    reading = read("Клиент;Сумма;Остаток\nИванов;1,5;2,5\nПетров;3,5;4,5\n")
    assert reading.table.origin.dialect.delimiter == ";"


@pytest.mark.parametrize("asked", ["tab", "\\t", "\t"])
def test_delimiter_given(asked: str) -> None:
    assert rows(read("ФИО\tТелефон\nа;б\tв\n", delimiter=asked)) == [["а;б", "в"]]


@pytest.mark.parametrize("asked", ["ab", '"', "ж", "7"])
def test_delimiter_that_cannot_be(asked: str) -> None:
    with pytest.raises(UsageError, match="--delimiter"):
        read("ФИО;Телефон\n", delimiter=asked)


def test_one_column_with_punctuation_stays_one_column() -> None:
    reading = read("Телефон\n+7 900 000-00-01\n8 900, 8 901\n8 902\n\n8 903\n")
    assert rows(reading) == [["+7 900 000-00-01"], ["8 900, 8 901"], ["8 902"], ["8 903"]]


def test_rows_of_another_width_are_kept_and_named() -> None:
    reading = read("ФИО;Телефон\nИванов;1\nПетров;2;лишнее\nСидоров\nОрлов;4\n")
    assert rows(reading) == [["Иванов", "1", ""], ["Петров", "2", "лишнее"], ["Сидоров", "", ""], ["Орлов", "4", ""]]
    assert codes(reading) == [(2, "row-too-long"), (3, "row-too-short")]
    assert reading.table.headers == ["ФИО", "Телефон", ""]


def test_heading_without_the_trailing_delimiter_of_its_rows() -> None:
    reading = read("ФИО;Телефон\nИванов;1;\nПетров;2;\n")
    assert rows(reading) == [["Иванов", "1"], ["Петров", "2"]]
    assert codes(reading) == []


def test_last_column_without_heading_is_kept_where_it_holds_something() -> None:
    reading = read("ФИО;Телефон;\nИванов;1;\nПетров;2;важно\n")
    assert reading.table.headers == ["ФИО", "Телефон", ""]
    assert rows(reading)[1] == ["Петров", "2", "важно"]


def test_duplicate_headings() -> None:
    reading = read("ФИО;Источник;Источник\nИванов;;сайт\n")
    assert [column.name for column in reading.table.columns] == ["ФИО", "Источник", "Источник [2]"]
    assert reading.findings[["row", "column", "code"]].to_numpy().tolist() == [[0, "Источник", "heading-duplicate"]]


@pytest.mark.parametrize("text", ["ФИО;Телефон\n", "ФИО;Телефон", "ФИО;Телефон\r\n\r\n"])
def test_heading_alone_is_a_table_of_no_rows(text: str) -> None:
    reading = read(text)
    assert len(reading.table) == 0
    assert reading.table.headers == ["ФИО", "Телефон"]


@pytest.mark.parametrize("data", [b"", b"\r\n \n", b"\xef\xbb\xbf"], ids=["nothing", "blank", "bom"])
def test_empty_file(data: bytes) -> None:
    with pytest.raises(FileError, match="empty"):
        read(data)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        pytest.param('ФИО;Телефон\nа;1\n"б;2\nв;3\nг\n', 3, 5, id="never-closed"),
        pytest.param('ФИО;Телефон;Поле\nа;1;x\n"б;2;x\nв;3\n"г";4;x\n', 3, 5, id="closed-by-the-next-opening"),
        pytest.param('ФИО;"Тел;Поле\nа;1;x\nб;2;x\nв;3;x\n', 1, 4, id="in-the-heading"),
    ],
)
def test_quote_that_swallows_rows_nobody_can_tell_apart(text: str, first: int, last: int) -> None:
    with pytest.raises(FileError) as caught:
        read(text)
    assert f"line {first} " in caught.value.message
    assert str(last) in caught.value.message
    assert f"line {first}" in caught.value.hint


@pytest.mark.parametrize(
    "comment",
    ['звонил; сказал: ""нет"";\nперезвонить; завтра', "а\n\nб", "1;2\n3;4;5\n6", '"";\n;""', ";\n;\n;"],
    ids=["delimiters-and-quotes", "empty-line", "lists", "edges", "delimiters-alone"],
)
def test_comment_of_several_lines_passes(comment: str) -> None:
    reading = read(f'ФИО;Телефон;Комментарий\nа;1;"{comment}"\nб;2;\n')
    assert rows(reading) == [["а", "1", comment.replace('""', '"')], ["б", "2", ""]]


def test_quotes_inside_unquoted_cells_are_text() -> None:
    reading = read('Компания;ИНН;Поле\nООО "Ромашка";="017";15" экран\nООО "Лютик";2;3\n')
    assert rows(reading)[0] == ['ООО "Ромашка"', '="017"', '15" экран']


def test_html_table_is_known_by_its_content() -> None:
    page = (
        '\ufeff<meta http-equiv="Content-type" content="text/html;charset=UTF-8" />\n<table border="1">\n<thead>\n'
        "\t<tr><th>ID</th><th>Имя</th><th>Фамилия</th><th>Мобильный телефон</th><th>Комментарий</th></tr>\n</thead>\n"
        "\t<tbody><tr><td>007</td><td>Иван</td><td>Иванов</td><td>+79000000001</td><td>раз<br>два &amp; <b>три</b></td>"
        "</tr><tr><td>8</td><td>Анна</td></tr></tbody>\n</table>"
    )
    reading = read(page)
    assert rows(reading)[0] == ["007", "Иван", "Иванов", "+79000000001", "раз\nдва & три"]
    assert codes(reading) == [(2, "row-too-short")]
    assert reading.table.origin.format == "html"


def test_web_page_without_a_table() -> None:
    with pytest.raises(FileError, match="without a table"):
        read("<html><body><p>Нет доступа</p></body></html>")


def test_nothing_recognised_is_a_wrong_call() -> None:
    with pytest.raises(UsageError, match="Артикул"):
        read("Артикул;Цена\n1;2\n")


def test_map_finds_the_heading_and_the_role() -> None:
    reading = read("Отчёт;\nКолонка А;Колонка Б\nИванов;1\n", map=(("full_name", "Колонка А"), ("phone", "Колонка Б")))
    assert [column.role for column in reading.table.columns] == ["full_name", "phone"]
    assert rows(reading) == [["Иванов", "1"]]


def test_file_that_cannot_be_read(tmp_path: Path) -> None:
    for path, said in ((tmp_path / "нет.csv", "There is no file"), (tmp_path, "folder")):
        with pytest.raises(FileError, match=said) as caught:
            read_bytes(str(path))
        assert caught.value.exit_code == ExitCode.FILE


cells = st.text(alphabet=st.sampled_from('абв 12;,"\t|\n'), max_size=6)


@given(st.lists(st.lists(cells, min_size=3, max_size=3), max_size=8))
def test_every_cell_comes_through(table: list[list[str]]) -> None:
    quoted = [";".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in [["ФИО", "Тел", "Поле"], *table]]
    assert rows(read("\r\n".join(quoted) + "\r\n")) == table
