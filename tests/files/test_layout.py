"""Rows that are no clients, and headings of two rows: only what is unmistakable is taken for either."""

from dataclasses import replace

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmclean.core.table import Column, Origin, Table
from crmclean.files.layout import find_rows_aside, headings_as_read, put_back, put_rows_aside, settle_heading

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
        pytest.param([FULL, ["Розница", "", "", ""], FULL, FULL], id="first-row-is-in-no-group"),
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


@pytest.mark.parametrize(
    ("rows", "place", "expected"),
    [
        pytest.param([["ФИО", "Телефон"], ["Иван", "1"]], 0, (0, ("ФИО", "Телефон")), id="one-row"),
        pytest.param(
            [["Клиент", "", "Адрес", ""], ["ФИО", "Телефон", "Город", "Улица"]],
            1,
            (1, ("Клиент / ФИО", "Клиент / Телефон", "Адрес / Город", "Адрес / Улица")),
            id="two-full-rows",
        ),
        pytest.param(
            [["ФИО", "", "Телефоны", ""], ["", "ИНН", "Рабочий телефон", "Мобильный телефон"]],
            0,
            (1, ("ФИО", "ИНН", "Телефоны / Рабочий телефон", "Телефоны / Мобильный телефон")),
            id="own-column-between",
        ),
        pytest.param(
            [["Отчёт", "Иванов", "", ""], ["ФИО", "Телефон", "Город", "ИНН"]],
            1,
            (1, ("ФИО", "Телефон", "Город", "ИНН")),
            id="title",
        ),
        pytest.param(
            [["Менеджер:", "Адрес", "", ""], ["ФИО", "Телефон", "Город", "ИНН"]],
            1,
            (1, ("ФИО", "Телефон", "Город", "ИНН")),
            id="label",
        ),
        pytest.param(
            [["ФИО", "Телефон", "", "Город"], ["Иван", "1", "2", "Омск"]],
            0,
            (0, ("ФИО", "Телефон", "", "Город")),
            id="a-client-below",
        ),
    ],
)
def test_heading_of_two_rows(rows: list[list[str]], place: int, expected: tuple[int, tuple[str, ...]]) -> None:
    assert settle_heading(rows, place) == expected


def make_table(origin: Origin) -> Table:
    columns = (Column("Контакты / Телефон", "Контакты / Телефон"), Column("ФИО", "ФИО"))
    frame = pd.DataFrame([["1", "Иван"], ["2", "Олег"]], columns=[column.name for column in columns], dtype="str")
    return Table(frame, columns, origin)


def test_rows_go_back_to_their_places_for_another_format() -> None:
    origin = Origin(heading=("Телефон", "ФИО"), aside=((0, "1,2"), (1, ""), (1, '"а,б",'), (9, "Итого,")))
    table = put_back(make_table(origin))
    assert table.headers == ["Телефон", "ФИО"]
    assert table.frame.to_numpy().tolist() == [["1", "2"], ["1", "Иван"], ["а,б", ""], ["2", "Олег"], ["Итого", ""]]
    assert (table.origin.aside, table.origin.heading) == ((), ())


def test_added_columns_keep_their_heading_below_a_heading_of_two_rows() -> None:
    table = make_table(Origin(heading=("Телефон", "ФИО"))).with_added(
        {"crmclean_score": pd.Series(["1", "2"], dtype="str")}
    )
    assert headings_as_read(table) == ["Телефон", "ФИО", "crmclean_score"]
    assert headings_as_read(replace(table, origin=Origin())) == ["Контакты / Телефон", "ФИО", "crmclean_score"]


few = st.sampled_from(["", "Итого", "Покупатели", "1", "2", "3", "+79000000001", "ООО Ромашка", "Орлов"])


@given(st.lists(st.lists(few, min_size=4, max_size=4), min_size=1, max_size=9))
def test_no_row_is_lost(rows: list[list[str]]) -> None:
    table = cells(*rows)
    settled = put_rows_aside(table, HEADERS)
    assert settled.cells.num_rows + len(settled.aside) == len(rows)
    assert all(rows[place][2] in ("", "3") for place in settled.aside)
