"""Cities: the golden cases, the list itself, and what must hold of every text."""

import csv
from importlib.resources import files

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmclean.fields.city import normalize_cities
from tests.fields.golden import GoldenCase, golden_parameters


def _read(name: str) -> list[dict[str, str]]:
    text = files("crmclean.fields").joinpath(f"data/{name}").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines(), delimiter=";"))


_CITIES = [row["name"] for row in _read("cities.csv")]


@pytest.mark.parametrize("case", golden_parameters("city"))
def test_golden(case: GoldenCase) -> None:
    result = normalize_cities(pd.Series([case.input], dtype="str"))
    assert result["value"].iloc[0] == case.value, case.why
    assert set(result["code"].iloc[0].split()) == set(case.codes.split()), case.why
    assert result["suggestion"].iloc[0] == case.options.get("suggestion", ""), case.why


_TEXTS = (
    st.text(max_size=12)
    | st.text(alphabet="гМосквартн.-, /иПитеNё1", max_size=14)
    | st.tuples(
        st.sampled_from(["", "г.", "с. "]), st.sampled_from(_CITIES), st.sampled_from(["", " г", "!", ", Россия"])
    ).map("".join)
)


@given(st.lists(_TEXTS, max_size=5))
@settings(deadline=None, max_examples=300)
def test_every_column(cells: list[str]) -> None:
    once = normalize_cities(pd.Series(cells, dtype="str"))
    assert normalize_cities(once["value"])["value"].tolist() == once["value"].tolist()
    changed = once["value"].ne(pd.Series(cells, dtype="str"))
    assert changed.tolist() == once["code"].eq("city-normalized").tolist()
    # Only names of the list are ever written: what is not known keeps all its words.
    assert set(once["value"][changed]) <= set(_CITIES)


def test_the_list_is_its_own_standard() -> None:
    result = normalize_cities(pd.Series(_CITIES))
    assert result["value"].tolist() == _CITIES
    assert set(result["code"]) == {""}
    assert len(set(_CITIES)) == len(_CITIES)


def test_other_names_lead_to_the_list() -> None:
    assert {row["city"] for row in _read("city_names.csv")} - {""} <= set(_CITIES)


def test_no_name_lost_its_city_to_another_spelling() -> None:
    plain = pd.Series([name.upper().replace("Ё", "Е").replace("-", " ") for name in _CITIES])
    assert normalize_cities(plain)["value"].tolist() == _CITIES
