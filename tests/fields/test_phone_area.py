"""Area codes of cities: the table against the plan that phonenumbers carries, and which names are certain."""

import csv
from importlib.resources import files

import pandas as pd
import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberType, geocoder

from crmclean.fields.phone_area import area_codes_of_cities

_LOCAL = "2345678"
# phonenumbers names the places of four codes otherwise: those of Moscow and its region are exchanged there.
_MOSCOW = {"495": "Москва", "499": "Москва", "496": "Московская область", "498": "Московская область"}
# The district has no code of three digits of its own: it uses one of the region that it belongs to.
_WITHIN = {"Ненецкий автономный округ": "Архангельская область"}
_SAME_PLACE = {
    "г Санкт-Петербург": "Санкт-Петербург",
    "г Севастополь": "Севастополь",
    "Ханты Мансийский Югра автономный округ": "Ханты-Мансийский автономный округ Югра",
    "Чувашская Республика Чувашия": "Чувашская Республика",
}


def _rows() -> list[dict[str, str]]:
    text = files("crmclean.fields").joinpath("data/city_codes.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines(), delimiter=";"))


def _words(region: str) -> set[str]:
    for mark in "./—()":
        region = region.replace(mark, " ")
    words = [word for word in region.replace(" - ", " ").split() if word != "-"]
    full = {"обл": "область", "АО": "автономный округ"}
    plain = " ".join(full.get(word, word) for word in words)
    return set(_SAME_PLACE.get(plain, plain).lower().split())


@pytest.mark.parametrize(
    "row", [pytest.param(row, id=f"{row['city']} {row['code']}") for row in _rows() if row["code"]]
)
def test_code_is_one_of_its_region(row: dict[str, str]) -> None:
    code, region = row["code"], row["region"]
    assert 3 <= len(code) <= 5
    number = phonenumbers.parse("+7" + code + _LOCAL[: 10 - len(code)])
    assert phonenumbers.is_valid_number(number)
    assert phonenumbers.number_type(number) == PhoneNumberType.FIXED_LINE
    place = _MOSCOW.get(code[:3]) or geocoder.description_for_number(number, "ru")
    assert _words(place) == _words(_WITHIN.get(region, region))


def test_table_is_large_and_without_repeats() -> None:
    rows = _rows()
    assert len({row["city"] for row in rows if row["code"]}) >= 250
    assert len({tuple(row.values()) for row in rows}) == len(rows)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("Ярославль", "4852"),
        ("г. Ярославль", "4852"),
        ("г.Ярославль", "4852"),
        ("Ярославль г", "4852"),
        ("город Ярославль", "4852"),
        ("ЯРОСЛАВЛЬ", "4852"),
        (" Ярославль ", "4852"),
        ("Нижний Новгород", "831"),
        ("Нижний  Новгород", "831"),
        ("Санкт-Петербург", "812"),
        ("СПб", "812"),
        ("Ростов-на-Дону", "863"),
        ("Королёв", ""),
        ("Орел", "4862"),
        ("Орёл", "4862"),
        ("Набережные Челны", "8552"),
        ("Казань, ул. Мира, 5", "843"),
        ("150000, Ярославская обл., г. Ярославль, ул. Мира", "4852"),
        ("Екатеринбург (офис)", "343"),
        # Two codes serve the city, and one local number exists behind each of them.
        ("Москва", ""),
        ("г. Москва", ""),
        # Namesakes: certain with the region only.
        ("Железногорск", ""),
        ("Железногорск (Курская область)", "47148"),
        ("Красноярский край, г. Железногорск", "3919"),
        ("Благовещенск", ""),
        ("Благовещенск, Амурская обл.", "4162"),
        ("Республика Башкортостан, Благовещенск", "34766"),
        ("Киров", ""),
        ("Кировская область, Киров", "8332"),
        ("Ростов", ""),
        ("Ростов, Ярославская обл.", "48536"),
        ("Донецк", ""),
        ("Донецк, Ростовская область", "86368"),
        ("Троицк", ""),
        ("Советск, Тульская обл.", ""),
        # The region contradicts the town of that name in the table: it is another town.
        ("Воскресенск, Саратовская обл.", ""),
        ("Казань, Самара", ""),
        ("", ""),
        ("нет", ""),
        ("ул. Ярославская", ""),
        ("Ярославль-2", ""),
    ],
)
def test_code_of_a_cell(cell: str, code: str) -> None:
    assert area_codes_of_cities(pd.Series([cell], dtype="str")).tolist() == [code]


def test_index_is_kept() -> None:
    codes = area_codes_of_cities(pd.Series(["Омск", "", "Омск"], index=[4, 4, 0], dtype="str"))
    assert codes.index.tolist() == [4, 4, 0]
    assert codes.tolist() == ["3812", "", "3812"]
    assert str(codes.dtype) == "str"


@given(st.text(max_size=40))
def test_any_text_is_taken(cell: str) -> None:
    code = area_codes_of_cities(pd.Series([cell], dtype="str")).iloc[0]
    assert code == "" or (code.isdecimal() and 3 <= len(code) <= 5)
