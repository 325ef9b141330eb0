"""Lone quotes: the broken line is repaired where nothing else can have been meant, and named where it can."""

import pytest

from crmclean.core.errors import CrmCleanError
from crmclean.core.settings import ReadSettings
from crmclean.files.quotes import Repair, SwallowedLines, find_stray_quote, repair_quote
from crmclean.files.reading import read_table
from crmclean.files.writing import render


def repair(text: str, width: int) -> tuple[str, str] | None:
    data = memoryview(text.encode())
    found = find_stray_quote(data, ";")
    assert found is not None
    repaired = repair_quote(data, found, width, ";")
    return None if repaired is None else (repaired.text.decode(), repaired.cell)


@pytest.mark.parametrize(
    ("text", "expected", "cell"),
    [
        pytest.param('а;б\n"в;1\nг;2\n', 'а;б\n"""в";1\nг;2\n', '"в', id="first-cell"),
        pytest.param('а;б\r\nв;"1\r\nг;2\r\n', 'а;б\r\nв;"""1"\r\nг;2\r\n', '"1', id="last-cell-crlf"),
        pytest.param('а;б\nг;2\n"в;1', 'а;б\nг;2\n"""в";1', '"в', id="last-line"),
        pytest.param('а;б\n"в;1\n"г;х";2\nд;3\n', 'а;б\n"""в";1\n"г;х";2\nд;3\n', '"в', id="quoted-cell-below"),
    ],
)
def test_certain_repair(text: str, expected: str, cell: str) -> None:
    assert repair(text, 2) == (expected, cell)


@pytest.mark.parametrize(
    ("text", "width"),
    [
        pytest.param('а;б\n"в;1\nг\n', 2, id="a-line-is-shorter"),
        pytest.param('а;б\n"в;1\nг;2;3\n', 2, id="a-line-is-longer"),
        pytest.param('а\n"в\nг\n', 1, id="one-column"),
        pytest.param('а;б\n"в; звонил\nг;2\nперезвонить\n', 2, id="a-comment-of-several-lines"),
        pytest.param('"а";"б"\n"в";"1;2\n3;4\n', 2, id="all-cells-are-quoted"),
    ],
)
def test_uncertain_repair_is_left(text: str, width: int) -> None:
    assert repair(text, width) is None


def test_whole_rows_inside_a_closed_cell() -> None:
    text = 'а;б;в\n"1;2;3\n4;5;6\n7";8;9\n'
    repaired = repair_quote(memoryview(text.encode()), SwallowedLines(2, 4, closed=True), 3, ";")
    assert repaired == Repair('а;б;в\n"""1";2;3\n4;5;6\n7";8;9\n'.encode(), '"1', '"1;2;3')


@pytest.mark.parametrize(
    "data",
    [
        pytest.param('"ФИО";"Телефон";"Город"\r\r\r\n"Иванов";"1";"Омск"\n"Щербакова";"2";"Ёлк""\n', id="mixed-ends"),
        pytest.param('"Полное\nимя";"Те', id="heading-never-closed"),
    ],
)
def test_a_quote_where_no_row_stands_ends_in_a_table_or_a_clear_error(data: str) -> None:
    try:
        table = read_table(data.encode("cp1251"), "base.csv", ReadSettings()).table
    except CrmCleanError:
        return
    again = read_table(render(table).data, "base.csv", ReadSettings()).table
    assert again.frame.to_numpy().tolist() == table.frame.to_numpy().tolist()
