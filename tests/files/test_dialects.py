"""The style of a file is found from its first rows: written again in it, they are the same letter for letter."""

import csv
import io

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmclean.core.table import Dialect
from crmclean.files.dialects import dialect_of_heading, find_dialect, join_cells
from crmclean.files.sniffing import read_records

PEOPLE = [
    ["ФИО", "Телефон", "Сумма", "Заметка"],
    ["Иванов Иван", "+79000000001", "10", ""],
    ["Орлов", "", "2.5", "раз; два"],
    ["Лосева Анна", "8 900", "", 'ООО "Ромашка"'],
]


def find(text: str, delimiter: str = ";", complete: bool = True, bare: bool = False, trailing: bool = False) -> Dialect:
    """Return the dialect of a text whose heading is its first line."""
    heading, body = text[: text.index("\n") + 1], text[text.index("\n") + 1 :]
    return find_dialect(
        heading, body, complete, delimiter, bare=bare, trailing=trailing, final_newline=text.endswith("\n")
    )


def write(rows: list[list[str]], dialect: Dialect) -> str:
    heading, *others = rows
    top = join_cells(arrays([heading]), dialect_of_heading(dialect), dialect.line_terminator).to_pylist()
    below = join_cells(arrays(others), dialect, dialect.line_terminator).to_pylist() if others else []
    return "".join([*top, *below])


def arrays(rows: list[list[str]]) -> list[pa.Array]:
    return [pa.array(cells, pa.large_string()) for cells in zip(*rows, strict=True)]


def read_again(text: str, dialect: Dialect) -> list[list[str]]:
    cells = [list(record.cells) for record in read_records(text, dialect.delimiter)]
    return [row[:-1] for row in cells] if dialect.trailing_delimiter else cells


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("ФИО;Сумма\nОрлов О;1\n", Dialect(";"), id="no-quotes"),
        pytest.param('ФИО;Сумма\n"а;б";1\n', Dialect(";"), id="where-needed"),
        pytest.param('"ФИО";"Сумма"\n"Орлов";""\n', Dialect(";", "all"), id="all"),
        pytest.param('"ФИО";"Сумма"\n', Dialect(";", "all"), id="all-of-a-heading-alone"),
        pytest.param(
            '"ФИО";"Сумма"\r\nОрлов;1\r\n', Dialect(";", "minimal", "\r\n", heading_quoting="all"), id="heading"
        ),
        pytest.param(
            'Имя клиента;Сумма\n"Орлов";"1"\n', Dialect(";", "all", heading_quoting="minimal"), id="all-but-the-heading"
        ),
        pytest.param(
            '"ФИО";"Сумма"\n"Орлов";\n;"1"', Dialect(";", "all", final_newline=False, unquoted_cells=("",)), id="filled"
        ),
        pytest.param('"Имя клиента",Сумма\n"Орлов Олег",1\nЛосев,2\n', Dialect(",", "php"), id="php"),
        pytest.param('Имя,Сумма\n"Орлов Олег",\\N\n', Dialect(",", "spaces"), id="php-without-an-escape-character"),
        pytest.param('Имя,Сумма\n" Орлов О",1\nЛосев О,2\n', Dialect(",", "edges"), id="spaces-at-the-edges"),
        pytest.param(
            '"ФИО","Сумма","Город"\n"Орлов",1,"Уфа"\n"5",2,NA\n',
            Dialect(",", "columns", heading_quoting="all", quoted_columns=(0, 2), unquoted_cells=("NA",)),
            id="r-write-csv",
        ),
        pytest.param(
            'id,name,city\n1,"Орлов",\\N\n2,"Лосев","Уфа"\n',
            Dialect(",", "columns", heading_quoting="minimal", quoted_columns=(1, 2), unquoted_cells=("\\N",)),
            id="mysql-optionally-enclosed",
        ),
        pytest.param(
            'ФИО;Сумма\n"Орлов";1\n"7 лет";"н/д"\n',
            Dialect(";", "text", heading_quoting="minimal", unquoted_cells=("",)),
            id="cells-of-text",
        ),
        pytest.param('ФИО;Сумма\nОрлов;""\n', Dialect(";", quoted_cells=("",)), id="empty-cells"),
    ],
)
def test_style_of_a_writer(text: str, expected: Dialect) -> None:
    found = find(text, expected.delimiter)
    assert found == expected
    assert write(read_again(text, found), found).rstrip("\n") == text.rstrip("\n")


@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC], ids=str)
def test_files_of_python(quoting: int) -> None:
    """Of QUOTE_NONNUMERIC the cells that were numbers stand bare, an empty text in quotes."""
    rows: list[list[object]] = [["ФИО", "Сумма"], ["Орлов; О.", 10], ["", 2.5], ['"Лютик"', -3]]
    written = io.StringIO()
    csv.writer(written, delimiter=";", lineterminator="\n", quoting=quoting).writerows(rows)  # type: ignore[arg-type]
    text = written.getvalue()
    assert write(read_again(text, Dialect(";")), find(text)) == text


def test_file_of_pandas_with_numbers_and_missing_values() -> None:
    frame = pd.DataFrame({"ИНН": ["7707083893", "500100732259", None], "Сумма": [1.5, None, 3.0], "Дом": [1, 2, 3]})
    text = frame.to_csv(index=False, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    assert text == '"ИНН","Сумма","Дом"\n"7707083893",1.5,1\n"500100732259","",2\n"",3.0,3\n'
    found = find(text, ",")
    assert found == Dialect(",", "columns", heading_quoting="all", quoted_columns=(0,), quoted_cells=("",))
    assert write(read_again(text, found), found) == text


def test_bare_quotes_stay_bare() -> None:
    text = 'Компания;ИНН\nООО "Лютик";="017"\n"а;б";2\n'
    found = find(text, bare=True)
    assert found == Dialect(";", "bare")
    assert write(read_again(text, found), found) == text


def test_trailing_delimiter_is_no_cell() -> None:
    text = '"ФИО";"Сумма";\n"Орлов";"1";\n'
    assert find(text, trailing=True) == Dialect(";", "all", trailing_delimiter=True)


def test_record_that_is_cut_says_nothing() -> None:
    assert find('"ФИО";"Сумма"\n"Орлов";"1"\n"Лосев";"2', complete=False) == Dialect(";", "all", final_newline=False)


@pytest.mark.parametrize(
    "odd", ['"Лосев"\n', '"Лосев";"2";"3"\n', '"Лосев"x;"2"\n', "\n"], ids=["short", "long", "lone-quote", "blank"]
)
def test_odd_line_does_not_change_the_style(odd: str) -> None:
    assert find('"ФИО";"Сумма"\n"Орлов";"1"\n' + odd + '"Петров";"3"\n').quoting == "all"


def test_column_without_a_value_is_one_of_text() -> None:
    found = find('id;name;note\n1;"Орлов";\n2;;\n')
    assert (found.quoting, found.quoted_columns, found.unquoted_cells) == ("columns", (1, 2), ("",))


STYLES = [
    Dialect(quoting="minimal"),
    Dialect(quoting="all"),
    Dialect(quoting="bare"),
    Dialect(quoting="all", unquoted_cells=("",)),
    Dialect(quoting="all", unquoted_cells=("NA",), heading_quoting="minimal"),
    Dialect(quoting="php"),
    Dialect(quoting="spaces"),
    Dialect(quoting="edges", heading_quoting="all"),
    Dialect(quoting="columns", quoted_columns=(0, 3)),
    Dialect(quoting="columns", quoted_columns=(1,), unquoted_cells=("", "NA")),
    Dialect(quoting="columns", quoted_columns=(2,), quoted_cells=("",)),
    Dialect(quoting="text"),
    Dialect(quoting="text", unquoted_cells=("",)),
    Dialect(quoting="minimal", quoted_cells=("",)),
]
cells = st.one_of(
    st.sampled_from(["", "NA", "007", "-1,5", "12", " ", "a\\b", 'а "б"', '"', "Орлов Олег"]),
    st.text(alphabet=st.sampled_from('абв 12;,"\t|\\\n\r'), max_size=5),
)
tables = st.lists(st.lists(cells, min_size=4, max_size=4), min_size=1, max_size=6)


@pytest.mark.parametrize(
    "style", [pytest.param(style, id=f"{place}-{style.quoting}") for place, style in enumerate(STYLES)]
)
@given(rows=tables, delimiter=st.sampled_from(";,\t|"), trailing=st.booleans())
def test_every_style_is_read_as_it_was_written(
    style: Dialect, rows: list[list[str]], delimiter: str, trailing: bool
) -> None:
    dialect = Dialect(
        delimiter,
        style.quoting,
        trailing_delimiter=trailing,
        heading_quoting=style.heading_quoting,
        quoted_columns=style.quoted_columns,
        quoted_cells=style.quoted_cells,
        unquoted_cells=style.unquoted_cells,
    )
    text = write([PEOPLE[0], *rows], dialect)
    assert read_again(text, dialect) == [PEOPLE[0], *rows]


@pytest.mark.parametrize(
    "style", [pytest.param(style, id=f"{place}-{style.quoting}") for place, style in enumerate(STYLES)]
)
def test_every_style_is_found(style: Dialect) -> None:
    rows = [*PEOPLE, ["NA", "x y", "NA", "NA"], [" Уфа", "a\\b", "-3", "4"], ["х", "у", "0", ""]]
    text = write(rows, style)
    heading, body = text[: text.index("\n") + 1], text[text.index("\n") + 1 :]
    found = find_dialect(heading, body, True, ",", bare=style.quoting == "bare", trailing=False, final_newline=True)
    assert write(rows, found) == text
