"""Rows that are no clients: only what is unmistakable is taken for one."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmclean.files.rows_aside import find_rows_aside, put_rows_aside

HEADERS = ["Код", "Наименование", "Телефон", "Сумма"]


def cells(*rows: list[str]) -> pa.Table:
    columns = [pa.chunked_array([pa.array(column, pa.large_string())]) for column in zip(*rows, strict=True)]
    return pa.table(columns, names=[str(place) for place in range(len(columns))])


FULL = ["1", "ООО Ромашка", "+79000000001", "5"]


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(["Итого", "", "", ""], id="alone"),
        pytest.param(["", "Итого:", "", "1 234,50"], id="in-the-second-column"),
        pytest.param(["ИТОГО", "", "", "10 руб."], id="capitals-and-roubles"),
        pytest.param(["Всего контрагентов: 25", "", "", ""], id="counted"),
        pytest.param(["Grand total", "", "", "-5"], id="english"),
        pytest.param(["Итого по группе Розница", "", "", "5"], id="of-a-group"),
    ],
)
def test_total_is_put_aside(row: list[str]) -> None:
    assert find_rows_aside(cells(FULL, FULL, row), HEADERS) == [2]


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(["7", "Итого", "", ""], id="with-a-code"),
        pytest.param(["Итого", "", "+79000000002", ""], id="with-a-phone"),
        pytest.param(["Итого", "", "1234567", ""], id="with-a-short-phone"),
        pytest.param(["Итого", "Анна", "", ""], id="with-a-name"),
        pytest.param(["Всего понемногу", "", "", ""], id="shop"),
        pytest.param(["Total Fitness", "", "", "5"], id="gym"),
        pytest.param(["Итоги", "", "", ""], id="another-word"),
    ],
)
def test_client_named_like_a_total_stays(row: list[str]) -> None:
    assert find_rows_aside(cells(FULL, FULL, row), HEADERS) == []


def test_total_without_a_sum_is_put_aside_only_at_the_end() -> None:
    total = ["Итого", "", "", ""]
    assert find_rows_aside(cells(FULL, total, *[FULL] * 6), HEADERS) == []
    assert find_rows_aside(cells(FULL, ["Итого", "", "", "5"], *[FULL] * 6), HEADERS) == [1]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        pytest.param(["Покупатели", "Поставщики"], [0, 3], id="groups-of-1c"),
        pytest.param(["Москва", "Тверь"], [0, 3], id="cities"),
        pytest.param(["Орлов Олег", "Поставщики"], [], id="one-is-a-person"),
        pytest.param(["ООО Лютик", "Поставщики"], [], id="one-is-a-company"),
        pytest.param(["+7 900 000-00-01", "Поставщики"], [], id="one-is-a-phone"),
    ],
)
def test_groups(names: list[str], expected: list[int]) -> None:
    first, second = ([name, "", "", ""] for name in names)
    assert find_rows_aside(cells(first, FULL, FULL, second, FULL, FULL), HEADERS) == expected


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([FULL, ["Лютик", "", "", ""], FULL, FULL], id="a-client-among-clients"),
        pytest.param(
            [FULL, ["Розница", "", "", ""], FULL, ["Тверь", "", "", ""], FULL, FULL], id="one-may-be-a-client"
        ),
        pytest.param([["Розница", "", "", ""], FULL, FULL, ["Опт", "", "", ""]], id="last-group-is-empty"),
        pytest.param(
            [["Опт", "", "", ""], ["1", "а", "", ""], ["2", "", "б", ""], ["3", "в", "", ""]], id="rows-are-not-full"
        ),
        pytest.param([["Лютик", "", "", ""], FULL, FULL, FULL], id="one-name-that-is-no-group"),
    ],
)
def test_rows_that_are_no_groups_stay(rows: list[list[str]]) -> None:
    assert find_rows_aside(cells(*rows), HEADERS) == []


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (["1", "2", "3", "4"], [0]),
        (["(1)", "(2)", "(3)", "(4)"], [0]),
        (["1", "2", "3", ""], [0]),
        (["1", "2", "4", "5"], []),
    ],
    ids=["plain", "brackets", "last-column-unnumbered", "no-sequence"],
)
def test_numbers_of_columns(row: list[str], expected: list[int]) -> None:
    assert find_rows_aside(cells(row, FULL), HEADERS) == expected


GROUPED = ["Код", "Клиент", "Город", "Сумма"]
MEMBER = ["1", "ООО Ромашка", "Тверь", "5"]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param([MEMBER, ["Розница", "", "", ""], MEMBER, MEMBER], [1], id="among-clients"),
        pytest.param([MEMBER, ["Опт", "", "", ""], MEMBER, ["Прочие", "", "", ""], MEMBER], [1, 3], id="two"),
        pytest.param(
            [["Орлов Олег", "", "", ""], MEMBER, ["Итого по менеджеру Орлов Олег", "", "", ""], *[MEMBER] * 6],
            [0, 2],
            id="of-a-manager-with-a-subtotal",
        ),
        pytest.param(
            [["Лютик", "", "", ""], MEMBER, ["Итого Лютик", "", "", "5"], MEMBER, *[MEMBER] * 6],
            [0, 2],
            id="subtotal-by-the-name-alone",
        ),
    ],
)
def test_groups_among_clients(rows: list[list[str]], expected: list[int]) -> None:
    assert find_rows_aside(cells(*rows), GROUPED) == expected


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (["Итого по группе Розница", "", "", ""], [1]),
        (["Итого по группе «Розница»: 25", "", "", "1 000,00"], [1]),
        (["Всего по отделу продаж", "", "", ""], [1]),
        (["Итого Лютик", "", "", ""], []),
        (["Итого Лютик", "", "", "5"], []),
        (["Итого по группе Розница", "", "Тверь", "5"], []),
    ],
    ids=["alone", "counted", "department", "a-name", "a-name-with-a-sum", "with-a-city"],
)
def test_subtotals(row: list[str], expected: list[int]) -> None:
    assert find_rows_aside(cells(MEMBER, row, *[MEMBER] * 6), GROUPED) == expected


def test_subtotals_of_excel() -> None:
    uphill, omsk = ["1", "Орлов", "Тверь", "5"], ["2", "Лосев", "Омск", "6"]
    rows = [uphill, ["", "", "Тверь Итог", "5"], omsk, ["", "", "Омск Итог", "6"], ["", "", "Общий итог", "11"]]
    assert find_rows_aside(cells(*rows), GROUPED) == [1, 3, 4]
    assert find_rows_aside(cells(*rows[:4]), GROUPED) == []
    assert find_rows_aside(cells(omsk, rows[1], uphill, rows[4]), GROUPED) == [3]


@pytest.mark.parametrize(
    ("headers", "rows", "expected"),
    [
        pytest.param(GROUPED, [MEMBER, GROUPED, MEMBER], [1], id="whole"),
        pytest.param(GROUPED, [MEMBER, ["Код ", "Клиент", " Город", "Сумма"]], [], id="first-cell-differs"),
        pytest.param(GROUPED, [MEMBER, ["Код", "Клиент", "", ""], MEMBER], [], id="in-part"),
        pytest.param(
            ["Клиент / ФИО", "Клиент / Город", "Сумма"],
            [["Орлов", "Омск", "5"], ["Клиент", "", "Сумма"], ["ФИО", "Город", ""], ["Лосев", "Уфа", "6"]],
            [1, 2],
            id="of-two-rows",
        ),
        pytest.param(
            ["Иванов Иван", "+79000000001", "Тверь"],
            [["Иванов Иван", "+79000000001", "Тверь"], ["Орлов", "2", "Уфа"]],
            [],
            id="the-first-client-twice",
        ),
        pytest.param(
            ["Ромашка", "Тверь", "Опт"],
            [["Ромашка", "Тверь", "Опт"], ["Лютик", "Омск", "Опт"]],
            [],
            id="the-first-client-twice-without-a-phone",
        ),
    ],
)
def test_repeated_heading(headers: list[str], rows: list[list[str]], expected: list[int]) -> None:
    assert find_rows_aside(cells(*rows), headers) == expected


few = st.sampled_from(["", "Итого", "Покупатели", "1", "2", "3", "+79000000001", "ООО Ромашка", "Орлов"])


@given(st.lists(st.lists(few, min_size=4, max_size=4), min_size=1, max_size=9))
def test_no_row_is_lost(rows: list[list[str]]) -> None:
    table = cells(*rows)
    settled = put_rows_aside(table, HEADERS)
    assert settled.cells.num_rows + len(settled.aside) == len(rows)
    assert all(rows[place][2] in ("", "3") for place in settled.aside)
