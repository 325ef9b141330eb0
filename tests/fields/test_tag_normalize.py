"""Tags and vocabularies: the golden cases, and what must hold of every column."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmclean.fields.tag import normalize_tags, part_values
from crmclean.fields.text import fold
from crmclean.fields.vocabulary import fold_into_vocabulary
from tests.fields.golden import GoldenCase, golden_parameters

_ALLOWED = ["VIP", "Партнёр", "В работе", "Закрыта", "Закрыто", "C", "C++", "Опт 1"]
_CELLS = st.text(max_size=10) | st.lists(
    st.sampled_from(["VIP", "вип", "партнр", "Партнёры", "закрыт", "c++", "опт1", "", " ", "В-работе", "иное"]),
    max_size=4,
).map("; ".join)


@pytest.mark.parametrize("case", golden_parameters("tag"))
def test_golden(case: GoldenCase) -> None:
    options = case.options
    cells = [case.input, *(options["beside"].split(" & ") if "beside" in options else [])]
    column = pd.Series(cells, dtype="str")
    if "allowed" in options:
        result = fold_into_vocabulary(column, options["allowed"].split(" & "), ", ", "multi" in options)
    else:
        result = normalize_tags(column, ";" if options.get("joiner") == "semicolon" else ", ")
    assert result["value"].iloc[0] == case.value, case.why
    assert set(result["code"].iloc[0].split()) == set(case.codes.split()), case.why
    if options.get("suggestion") != "any":
        assert result["suggestion"].iloc[0] == options.get("suggestion", ""), case.why


@given(st.lists(_CELLS, max_size=6))
@settings(deadline=None, max_examples=200)
def test_no_tag_is_lost(cells: list[str]) -> None:
    once = normalize_tags(pd.Series(cells, dtype="str"))
    for before, after in zip(cells, once["value"].tolist(), strict=True):
        assert {fold(tag) for tag in part_values(before)} == {fold(tag) for tag in part_values(after)}
    again = normalize_tags(once["value"])
    assert again["value"].tolist() == once["value"].tolist()
    assert again["suggestion"].tolist() == once["suggestion"].tolist()


@given(st.lists(_CELLS, max_size=6), st.booleans())
@settings(deadline=None, max_examples=200)
def test_vocabulary_holds(cells: list[str], multi: bool) -> None:
    once = fold_into_vocabulary(pd.Series(cells, dtype="str"), _ALLOWED, ", ", multi)
    again = fold_into_vocabulary(once["value"], _ALLOWED, ", ", multi)
    assert again["value"].tolist() == once["value"].tolist()
    if not multi:
        changed = once["value"].ne(pd.Series(cells, dtype="str"))
        assert set(once["value"][changed]) <= set(_ALLOWED)


@given(st.sampled_from(_ALLOWED), st.sampled_from([str.upper, str.lower, lambda text: f" {text} ", str.title]))
def test_every_allowed_value_is_found_again(value: str, spell: object) -> None:
    assert callable(spell)
    assert fold_into_vocabulary(pd.Series([spell(value)]), _ALLOWED)["value"].tolist() == [value]


def test_an_empty_vocabulary_allows_nothing() -> None:
    result = fold_into_vocabulary(pd.Series(["VIP", ""], index=[4, 4]), [])
    assert result["value"].tolist() == ["VIP", ""]
    assert result["code"].tolist() == ["tag-not-in-vocabulary", ""]
    assert result.index.tolist() == [4, 4]
