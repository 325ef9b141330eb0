"""INN and KPP: control digits, the classes of the field catalogue, and what must always hold."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmclean.fields.inn import inn_keys, is_valid_inn, normalize_inn


def _normalize(cell: str) -> list[str]:
    return list(normalize_inn(pd.Series([cell], dtype="str")).iloc[0].tolist())


@pytest.mark.parametrize(
    ("cell", "value", "code"),
    [
        pytest.param("7707083893", "7707083893", "", id="right"),
        pytest.param("1673005251.0", "1673005251", "inn-normalized", id=".0"),
        pytest.param(" 7707 083 893 ", "7707083893", "inn-normalized", id="spaces"),
        pytest.param("'500100732259", "500100732259", "inn-normalized", id="apostrophe, twelve digits"),
        pytest.param("ИНН: 7707083893", "7707083893", "inn-normalized", id="label"),
        pytest.param("274062111", "0274062111", "inn-zero-restored", id="lost zero"),
        pytest.param("602030612", "0602030612", "inn-zero-restored", id="lost zero of another region"),
        pytest.param("274062112", "274062112", "inn-invalid", id="nine digits that no zero proves"),
        pytest.param("772401001", "772401001", "inn-invalid", id="KPP"),
        pytest.param("760100000000/760101001", "760100000000/760101001", "inn-invalid", id="invented with KPP"),
        pytest.param("760 100 000 000", "760 100 000 000", "inn-invalid", id="invented"),
        pytest.param("2320033471д", "2320033471д", "inn-invalid", id="letter at the end"),
        pytest.param("0000000000", "0000000000", "inn-invalid", id="zeros"),
        pytest.param("7,70708E+09", "7,70708E+09", "inn-damaged", id="exponent"),
        pytest.param("7707083893/770701001", "7707083893/770701001", "", id="INN and KPP stay"),
        pytest.param("", "", "", id="empty"),
    ],
)
def test_inn_is_normalized_where_control_digits_prove_it(cell: str, value: str, code: str) -> None:
    assert _normalize(cell) == [value, code]


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


@given(st.lists(st.text(alphabet="0123456789. /-EИНН", max_size=24) | st.text(max_size=15), max_size=4))
@settings(deadline=None, max_examples=200)
def test_normalizing_twice_changes_nothing_more(cells: list[str]) -> None:
    once = normalize_inn(pd.Series(cells, dtype="str"))["value"]
    assert normalize_inn(once)["value"].tolist() == once.tolist()
