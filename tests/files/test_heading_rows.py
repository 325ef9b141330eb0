"""Headings of several rows: only what cannot be a title or a client is taken for one."""

import pytest

from crmclean.files.heading_rows import Heading, find_heading


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
    found = find_heading(rows, place)
    assert (found.last, found.names) == expected


TOP = ["ФИО", "Контакты", "", "", "Город"]
MIDDLE = ["", "Телефоны", "", "E-mail", ""]
LOWEST = ["", "Рабочий", "Мобильный", "", ""]
NAMES = (
    "ФИО",
    "Контакты / Телефоны / Рабочий",
    "Контакты / Телефоны / Мобильный",
    "Контакты / E-mail",
    "Город",
)  # fmt: skip
CLIENT = ["Орлов", "1", "2", "a@example.com", "Омск"]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_heading_of_three_rows(place: int) -> None:
    assert find_heading([TOP, MIDDLE, LOWEST, CLIENT], place) == Heading(0, 2, NAMES)
    titled = [["Отчёт", "", "", "", ""], TOP, MIDDLE, LOWEST, CLIENT]
    assert find_heading(titled, place + 1) == Heading(1, 3, NAMES)


def test_group_that_spans_one_group_of_two() -> None:
    rows = [["ФИО", "Контакты", "", "Город"], ["", "Телефоны", "", ""], ["", "Рабочий", "Домашний", ""]]
    expected = ("ФИО", "Контакты / Телефоны / Рабочий", "Контакты / Телефоны / Домашний", "Город")
    assert find_heading(rows, 0) == Heading(0, 2, expected)


def test_client_below_two_rows_is_no_third() -> None:
    upper, lower = ["ФИО", "Контакты", "", "Город"], ["", "Телефон", "E-mail", ""]
    client = ["Орлов", "1", "нет", "Омск"]
    assert find_heading([upper, lower, client, client], 0).last == 1
    assert find_heading([upper, lower, client, client], 1).last == 1


def test_unnamed_columns_of_merged_cells_keep_their_group() -> None:
    upper, lower = ["Клиент", "", "Контакты", "", ""], ["ФИО", "", "Телефон", "", "E-mail"]
    expected = ("Клиент / ФИО", "", "Контакты / Телефон", "", "Контакты / E-mail")
    assert find_heading([upper, lower], 1).names == expected
