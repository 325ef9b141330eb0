"""INN and KPP: control digits, the classes of the field catalogue, and what must always hold."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmclean.fields.inn import inn_keys, is_valid_inn, normalize_inn
from tests.fields.golden import GoldenCase, golden_parameters


@pytest.mark.parametrize("case", golden_parameters("inn"))
def test_inn_is_normalized_where_control_digits_prove_it(case: GoldenCase) -> None:
    result = normalize_inn(pd.Series([case.input], dtype="str")).iloc[0]
    assert (result["value"], set(result["code"].split())) == (case.value, set(case.codes.split())), case.why


def test_keys_hold_valid_numbers_only() -> None:
    cells = pd.Series(
        ["7707083893/770701001", "7707083893 КПП 770701001", "772401001", "7707083894/770701001", "274062111"]
    )
    keys = inn_keys(cells)
    assert keys["inn"].tolist() == ["7707083893", "7707083893", "", "", "0274062111"]
    assert keys["kpp"].tolist() == ["770701001", "770701001", "", "", ""]


def _append_control(digits: str, weights: tuple[int, ...]) -> str:
    return digits + str(sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11 % 10)


@given(st.text(alphabet="0123456789", min_size=10, max_size=10))
@settings(deadline=None, max_examples=100)
def test_control_digits_of_the_tax_service(digits: str) -> None:
    company = _append_control(digits[:9], (2, 4, 10, 3, 5, 9, 4, 6, 8))
    person = _append_control(digits, (7, 2, 4, 10, 3, 5, 9, 4, 6, 8))
    person = _append_control(person, (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8))
    wrong = person[:-1] + str((int(person[-1]) + 1) % 10)
    assert is_valid_inn(pd.Series([company, person, wrong])).tolist() == [bool(int(company)), bool(int(person)), False]


def test_numbers_that_are_no_proof_are_no_keys() -> None:
    cells = pd.Series(["772401001", "191200018", "79000001234", "0000000000", "1037701907759"])
    assert inn_keys(cells)["inn"].tolist() == [""] * 5


_CELL = st.text(alphabet="0123456789. /-EИНКП\u00a0", max_size=24) | st.text(max_size=15)


@given(st.lists(_CELL, max_size=4))
@settings(deadline=None, max_examples=300)
def test_normalizing_twice_changes_nothing_and_loses_no_digit(cells: list[str]) -> None:
    once = normalize_inn(pd.Series(cells, dtype="str"))
    assert normalize_inn(once["value"])["value"].tolist() == once["value"].tolist()
    for before, value, code in zip(cells, once["value"].tolist(), once["code"].tolist(), strict=True):
        assert (before == value) == (code not in ("inn-normalized", "inn-zero-restored"))
        whole = before.split(".0")[0].split(",0")[0]
        assert not code or before == value or "".join(filter(str.isdecimal, whole)) in value


@given(st.integers(0, 10**12 - 1), st.sampled_from(["{}", "{}.0", " {}", "ИНН {}", "'{}"]))
@settings(deadline=None, max_examples=200)
def test_a_number_is_rewritten_only_into_itself_or_itself_behind_a_zero(number: int, spelling: str) -> None:
    cell = spelling.format(number)
    value = normalize_inn(pd.Series([cell], dtype="str"))["value"].item()
    assert value in (cell, str(number), f"0{number}")
