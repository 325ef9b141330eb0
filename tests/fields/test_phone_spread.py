"""Several numbers of a cell into the free phone columns of the row."""

from collections import Counter

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmclean.fields.phone import split_phones
from crmclean.fields.phone_spread import spread_phones

_A, _B, _C = "+79161234567", "+79031234568", "+74956244416"


def _spread(*cells: str, joiner: str = ", ") -> tuple[list[str], list[str]]:
    frame = pd.DataFrame([cells], dtype="str")
    result = spread_phones(frame, joiner=joiner)
    return result.values.iloc[0].tolist(), result.codes.iloc[0].tolist()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param((f"{_A}, {_B}", ""), [_A, _B], id="to the right"),
        pytest.param(("", f"{_A}, {_B}"), [_B, _A], id="to the left when nothing is free on the right"),
        pytest.param((f"{_A}, {_B}, {_C}", "", ""), [_A, _B, _C], id="two free"),
        pytest.param((f"{_A}, {_B}, {_C}", ""), [f"{_A}, {_C}", _B], id="one free"),
        pytest.param((f"{_A}, {_B}", _C), [f"{_A}, {_B}", _C], id="none free"),
        pytest.param((f"{_A}, {_B}", _B, ""), [f"{_A}, {_B}", _B, ""], id="known elsewhere: not once more"),
        pytest.param((f"{_A} доб. 15, {_B} (касса)", ""), [f"{_A} доб. 15", f"{_B} (касса)"], id="with its words"),
        pytest.param((f"{_A}, 344-67-18", ""), [f"{_A}, 344-67-18", ""], id="a doubt stays whole"),
        pytest.param((f"{_A} Иван {_B}", ""), [f"{_A} Иван {_B}", ""], id="whose word is it"),
        pytest.param((f"{_A}, {_B}", "-"), [f"{_A}, {_B}", "-"], id="a dash is not free"),
        pytest.param((f"{_A}, {_B}", "  "), [_A, _B], id="white space is free"),
        pytest.param((_A, ""), [_A, ""], id="one number"),
        pytest.param(("", ""), ["", ""], id="nothing"),
    ],
)
def test_row(before: tuple[str, ...], after: list[str]) -> None:
    cells, codes = _spread(*before)
    assert cells == after
    assert codes == ["phone-moved" if one != other else "" for one, other in zip(before, after, strict=True)]


def test_what_stays_is_joined_in_the_way_of_the_system() -> None:
    assert _spread(f"{_A}; {_B}; {_C}", "", joiner="; ")[0] == [f"{_A}; {_C}", _B]


def test_style_and_labels_are_kept_and_the_input_is_not_touched() -> None:
    frame = pd.DataFrame({"Рабочий": ["8 (916) 123-45-67, 8 (903) 123-45-68", _C], "Другой": ["", ""]}, index=[7, 3])
    frame = frame.astype("str")
    result = spread_phones(frame, style="national")
    assert result.values.index.tolist() == result.codes.index.tolist() == [7, 3]
    assert result.values["Рабочий"].tolist() == ["8 (916) 123-45-67", _C]
    assert result.values["Другой"].tolist() == ["8 (903) 123-45-68", ""]
    assert frame["Другой"].tolist() == ["", ""]
    assert [str(dtype) for dtype in result.values.dtypes] == ["str", "str"]


def test_two_columns_of_one_heading() -> None:
    frame = pd.DataFrame([[f"{_A}, {_B}", ""]], columns=["Телефон", "Телефон"]).astype("str")
    assert spread_phones(frame).values.iloc[0].tolist() == [_A, _B]


_CELLS = st.lists(st.sampled_from([_A, _B, _C, f"{_A} доб. 5", "344-67-18", "Иван"]), max_size=3).map(", ".join)


@given(st.lists(st.tuples(_CELLS, _CELLS, st.sampled_from(["", _A])), min_size=1, max_size=4))
@settings(deadline=None, max_examples=30)
def test_no_number_is_lost_and_none_is_doubled(rows: list[tuple[str, str, str]]) -> None:
    frame = pd.DataFrame(rows, columns=["work", "mobile", "other"]).astype("str")
    result = spread_phones(frame).values
    for place in range(len(rows)):
        before = split_phones(frame.iloc[place].reset_index(drop=True))
        after = split_phones(result.iloc[place].reset_index(drop=True))
        assert set(after["number"]) == set(before["number"])
        assert set(after["extension"]) == set(before["extension"])
        assert not Counter(after["raw"]) - Counter(before["raw"])
    assert spread_phones(result).values.equals(result)
