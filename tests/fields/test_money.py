"""Amounts: the golden cases, and what must hold of every text."""

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmclean.core.finding import CATALOGUE
from crmclean.fields.money import normalize_money, parse_money
from tests.fields.golden import GoldenCase, golden_parameters

_TEXTS = (
    st.text(max_size=10)
    | st.text(alphabet="0123456789 .,-'()₽$ртысмлнкEе+\u00a0\n", max_size=14)
    | st.from_regex(r"-?[0-9]{1,3}([ ,.][0-9]{3}){0,2}([.,][0-9]{1,4})?( ?(руб\.|₽|тыс|млн))?", fullmatch=True)
)


@pytest.mark.parametrize("case", golden_parameters("money"))
def test_golden(case: GoldenCase) -> None:
    cells = [case.input, *(case.options["beside"].split(" & ") if "beside" in case.options else [])]
    result = normalize_money(pd.Series(cells, dtype="str"), decimal="," if case.options.get("decimal") == "," else ".")
    assert result["value"].iloc[0] == case.value, case.why
    assert set(result["code"].iloc[0].split()) == set(case.codes.split()), case.why


@given(st.lists(_TEXTS, max_size=6), st.booleans())
@settings(deadline=None, max_examples=400)
def test_every_column(cells: list[str], comma: bool) -> None:
    given_cells = pd.Series(cells, dtype="str")
    once = normalize_money(given_cells, decimal="," if comma else ".")
    twice = normalize_money(once["value"], decimal="," if comma else ".")
    assert twice["value"].tolist() == once["value"].tolist()
    severity = once["code"].map(lambda code: CATALOGUE[code].severity if code else "")
    assert once["value"].ne(given_cells).tolist() == severity.eq("change").tolist()


@given(st.lists(_TEXTS, max_size=4))
@settings(deadline=None, max_examples=200)
def test_no_significant_digit_is_lost(cells: list[str]) -> None:
    written = normalize_money(pd.Series(cells, dtype="str"))["value"].tolist()
    for before, after in zip(cells, written, strict=True):
        if before != after and "коп" not in before:
            found = "".join(sign for sign in after if sign.isdecimal()).strip("0")
            assert "".join(sign for sign in before if sign.isdecimal()).strip("0") == found


@given(st.integers(min_value=-(10**12), max_value=10**12), st.integers(min_value=0, max_value=99))
@settings(deadline=None, max_examples=100)
def test_no_amount_changes_its_meaning(whole: int, kopecks: int) -> None:
    sign, size = ("-" if whole < 0 else ""), abs(whole)
    spellings = [
        f"{sign}{size:,}.{kopecks:02}".replace(",", " "), f"{sign}{size:,}.{kopecks:02}",
        f"{sign}{size:_},{kopecks:02}".replace("_", "."), f"{sign}{size},{kopecks:02} ₽",
        f"{sign}{size} руб. {kopecks} коп.",
    ]  # fmt: skip
    written = normalize_money(pd.Series(spellings))["value"].str.removesuffix(" RUB")
    assert written.tolist() == [f"{sign}{size}.{kopecks:02}"] * len(spellings)


def test_amounts_and_currencies() -> None:
    cells = pd.Series(
        ["1 234,50", "-500", "12 USD", "1,5 млн руб.", "(500)", "1,234", "1E+06", "", "нет"], index=[2] * 9
    )
    parsed = parse_money(cells)
    assert parsed.index.tolist() == [2] * 9
    assert parsed["amount"].iloc[:5].tolist() == [1234.5, -500.0, 12.0, 1500000.0, -500.0]
    assert all(math.isnan(amount) for amount in parsed["amount"].iloc[5:])
    assert parsed["currency"].tolist() == ["", "", "USD", "RUB", "", "", "", "", ""]


def test_nothing_is_asked_of_an_empty_column() -> None:
    assert normalize_money(pd.Series([], dtype="str")).empty
    assert parse_money(pd.Series([], dtype="str")).empty
