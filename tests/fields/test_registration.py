"""KPP, OGRN, SNILS and the numbers of one row: the golden cases and what must always hold."""

from collections.abc import Callable

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmclean.core.finding import CATALOGUE
from crmclean.fields.identifier_row import settle_identifiers
from crmclean.fields.registration import is_valid_ogrn, normalize_kpp, normalize_ogrn, normalize_snils
from tests.fields.golden import GoldenCase, golden_parameters

Normalize = Callable[[pd.Series], pd.DataFrame]
_ALL = [normalize_kpp, normalize_ogrn, normalize_snils]


def _check(normalize: Normalize, case: GoldenCase) -> None:
    result = normalize(pd.Series([case.input], dtype="str")).iloc[0]
    assert (result["value"], set(result["code"].split())) == (case.value, set(case.codes.split())), case.why


@pytest.mark.parametrize("case", golden_parameters("kpp"))
def test_kpp(case: GoldenCase) -> None:
    _check(normalize_kpp, case)


@pytest.mark.parametrize("case", golden_parameters("ogrn"))
def test_ogrn(case: GoldenCase) -> None:
    _check(normalize_ogrn, case)


@pytest.mark.parametrize("case", golden_parameters("snils"))
def test_snils(case: GoldenCase) -> None:
    _check(normalize_snils, case)


_CELL = st.text(alphabet="0123456789. -EАВABab\u00a0", max_size=18) | st.text(max_size=15)


@pytest.mark.parametrize("normalize", _ALL)
@given(cells=st.lists(_CELL, max_size=4))
@settings(deadline=None, max_examples=150)
def test_what_must_always_hold(normalize: Normalize, cells: list[str]) -> None:
    once = normalize(pd.Series(cells, dtype="str"))
    assert normalize(once["value"])["value"].tolist() == once["value"].tolist()
    for before, value, code in zip(cells, once["value"].tolist(), once["code"].tolist(), strict=True):
        changed = bool(code) and CATALOGUE[code].severity == "change"
        assert changed == (before != value)


@given(st.integers(10**11, 10**12 - 1), st.integers(10**13, 10**14 - 1))
@settings(deadline=None, max_examples=100)
def test_control_digit_of_the_register(company: int, person: int) -> None:
    thirteen, fifteen = f"{company}{company % 11 % 10}", f"{person}{person % 13 % 10}"
    expected = [str(company)[0] in "15", str(person)[0] == "3"]
    assert is_valid_ogrn(pd.Series([thirteen, fifteen])).tolist() == expected
    wrong = thirteen[:-1] + str((int(thirteen[-1]) + 1) % 10)
    assert is_valid_ogrn(pd.Series([wrong])).tolist() == [False]


@pytest.mark.parametrize(
    ("row", "expected", "codes"),
    [
        pytest.param(
            ("7707083893/770701001", "", ""), ("7707083893", "770701001", ""), ("kpp-moved", "kpp-moved", ""), id="pair"
        ),
        pytest.param(
            ("7707083893/770701001", "770701001", ""),
            ("7707083893", "770701001", ""),
            ("kpp-moved", "", ""),
            id="pair, its KPP stands in the column as well",
        ),
        pytest.param(
            ("7707083893/770701001", "165543001", ""),
            ("7707083893/770701001", "165543001", ""),
            ("kpp-differs", "", ""),
            id="pair, another KPP in the column",
        ),
        pytest.param(("772401001", "", ""), ("", "772401001", ""), ("kpp-moved", "kpp-moved", ""), id="KPP for INN"),
        pytest.param(
            ("772401001", "165543001", ""), ("772401001", "165543001", ""), ("inn-is-kpp", "", ""), id="KPP, no room"
        ),
        pytest.param(
            ("1037701907759", "", ""), ("", "", "1037701907759"), ("ogrn-moved", "", "ogrn-moved"), id="OGRN for INN"
        ),
        pytest.param(
            ("1037701907758", "", ""), ("1037701907758", "", ""), ("inn-invalid", "", ""), id="OGRN that is not proved"
        ),
        pytest.param(
            ("7707 083893", "7707 01 001", ".1037701907759"),
            ("7707083893", "770701001", "1037701907759"),
            ("inn-normalized", "kpp-normalized", "ogrn-normalized"),
            id="each in its own column",
        ),
        pytest.param(
            ("7707083893", "7707083893", ""), ("7707083893", "7707083893", ""), ("", "kpp-is-inn", ""), id="INN as KPP"
        ),
        pytest.param(
            ("7707083893/770701001", "-", ""),
            ("7707083893/770701001", "-", ""),
            ("", "kpp-filler", ""),
            id="a dash is kept, so the pair stays",
        ),
        pytest.param(("", "", ""), ("", "", ""), ("", "", ""), id="empty row"),
    ],
)
def test_numbers_go_to_their_own_columns(
    row: tuple[str, str, str], expected: tuple[str, str, str], codes: tuple[str, str, str]
) -> None:
    settled = settle_identifiers(*(pd.Series([cell], dtype="str") for cell in row)).iloc[0]
    assert tuple(settled[["inn", "kpp", "ogrn"]]) == expected
    assert tuple(settled[["inn_code", "kpp_code", "ogrn_code"]]) == codes


def test_nothing_moves_without_a_column_for_it() -> None:
    settled = settle_identifiers(pd.Series(["7707083893/770701001", "1037701907759"]), None, None)
    assert settled["inn"].tolist() == ["7707083893/770701001", "1037701907759"]
    assert settled["inn_code"].tolist() == ["", "inn-is-ogrn"]


_ROW = st.tuples(*[st.sampled_from(["", "-", "7707083893", "7707083893/770701001", "772401001", "1037701907759"])] * 3)


@given(st.lists(_ROW, min_size=1, max_size=5))
@settings(deadline=None, max_examples=100)
def test_settling_twice_moves_nothing_more_and_loses_no_number(rows: list[tuple[str, str, str]]) -> None:
    frame = pd.DataFrame(rows, columns=["inn", "kpp", "ogrn"], dtype="str", index=range(5, 5 + len(rows)))
    once = settle_identifiers(frame["inn"], frame["kpp"], frame["ogrn"])
    twice = settle_identifiers(once["inn"], once["kpp"], once["ogrn"])
    assert twice[["inn", "kpp", "ogrn"]].equals(once[["inn", "kpp", "ogrn"]])
    for before, after in zip(rows, once[["inn", "kpp", "ogrn"]].to_numpy().tolist(), strict=True):
        assert {part for cell in before for part in cell.split("/")} - {""} <= {
            part for cell in after for part in cell.split("/")
        }
