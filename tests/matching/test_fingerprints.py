import numpy as np
import pandas as pd
import pytest

from crmclean.core.table import Column, Table
from crmclean.matching.fingerprints import KEY_LENGTH, format_keys, parse_keys, record_keys, rows_of_keys
from crmclean.matching.prepared import prepare
from tests.matching.people import contacts, person

A, B = "+79161112233", "+79262223344"
IVANOV = {
    **person("Королёв Пётр Ильич", f"{A}, {B}", "p.korolev@example.ru"),
    "Компания": "ООО «Ромашка»",
    "ИНН": "7707083893",
    "КПП": "770701001",
    "Дата рождения": "03.04.1985",
    "Город": "Казань",
}
Row = dict[str, str]


def keys_of(*rows: Row) -> list[str]:
    return record_keys(prepare(contacts(*rows), "RU")).tolist()


SAME_CONTENT = {
    "another ID": {"ID": "C-900"},
    "order of the phones": {"Телефон": f"{B}, {A}"},
    "phones in two columns": {"Телефон": A, "Телефон 2": B},
    "spelling of a phone": {"Телефон": f"8 (916) 111-22-33; {B}"},
    "a phone written twice": {"Телефон": f"{A}, {B}, {A}"},
    "ё": {"Фамилия": "Королев", "Имя": "Петр"},
    "capitals": {"Фамилия": "КОРОЛЁВ", "Имя": "пётр", "Город": "КАЗАНЬ"},
    "capitals of the mailbox": {"E-mail": "P.Korolev@Example.ru"},
    "spaces": {"Имя": " Пётр "},
    "quotes of the company": {"Компания": 'ООО "Ромашка"'},
    "spelling of the day": {"Дата рождения": "1985-04-03"},
    "INN as a float": {"ИНН": "7707083893.0"},
}
OTHER_CONTENT = {
    "a digit of the phone": {"Телефон": f"+79161112234, {B}"},
    "one phone less": {"Телефон": A},
    "a letter of the surname": {"Фамилия": "Королов"},
    "first and middle name exchanged": {"Имя": "Ильич", "Отчество": "Пётр"},
    "no patronymic": {"Отчество": ""},
    "a letter of the mailbox": {"E-mail": "p.koroleva@example.ru"},
    "another INN": {"ИНН": "7736207543"},
    "another KPP": {"КПП": "540602001"},
    "another company": {"Компания": "ООО «Василёк»"},
    "a day later": {"Дата рождения": "04.04.1985"},
    "no birthday": {"Дата рождения": ""},
    "another city": {"Город": "Пермь"},
}


@pytest.mark.parametrize("change", SAME_CONTENT.values(), ids=list(SAME_CONTENT))
def test_what_says_the_same_has_one_key(change: Row) -> None:
    first, second = keys_of(IVANOV, {**IVANOV, **change})

    assert first == second


@pytest.mark.parametrize("change", OTHER_CONTENT.values(), ids=list(OTHER_CONTENT))
def test_what_says_something_else_has_another_key(change: Row) -> None:
    first, second = keys_of(IVANOV, {**IVANOV, **change})

    assert first != second


def test_no_key_depends_on_the_other_rows_or_on_columns_that_say_nothing_of_the_client() -> None:
    alone = keys_of(IVANOV)
    source = contacts(person("Ким Анна", A), IVANOV)
    more = {"Теги": ["", "vip"], "Комментарий": ["", "просил перезвонить"]}
    columns = (*source.columns, Column("Теги", "Теги", "tags"), Column("Комментарий", "Комментарий", "comment"))

    keys = record_keys(prepare(Table(source.frame.assign(**more), columns), "RU"))

    assert [keys.iloc[1]] == alone


def test_two_fields_that_exchange_their_values_change_the_key() -> None:
    first, second = keys_of(person("Иванов Казань"), {**person("Иванов"), "Город": "Казань"})

    assert first != second


def test_the_key_is_the_same_in_every_version() -> None:
    """Answers and clients of earlier runs are found by this key: who changes it loses them."""
    assert keys_of(IVANOV) == ["068ade175a303d14"]


def test_keys_are_hex_digits_that_can_be_read_back() -> None:
    hashes = np.array([0, 255, 2**64 - 1], dtype=np.uint64)

    keys = format_keys(hashes)

    assert keys.tolist() == ["0" * 16, "00000000000000ff", "f" * 16]
    assert {len(key) for key in keys} == {KEY_LENGTH}
    assert parse_keys(keys).tolist() == hashes.tolist()


def test_what_is_no_key_is_refused() -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        parse_keys(pd.Series(["no key"], dtype="str"))


def test_every_row_of_a_key_is_found() -> None:
    hashes = np.array([7, 5, 7, 9], dtype=np.uint64)

    place, row = rows_of_keys(hashes, np.array([9, 7, 4], dtype=np.uint64))

    assert list(zip(place.tolist(), row.tolist(), strict=True)) == [(0, 3), (1, 0), (1, 2)]
