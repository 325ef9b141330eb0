"""Flags brought to «да» and «нет»: the golden cases, and what must hold of every column."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmclean.fields.yes_no import normalize_yes_no
from tests.fields.golden import GoldenCase, golden_parameters

_WORDS = ["да", "Нет", "Y", "n", "1", "0", "2", "+", "-", "x", "Х", "v", "✓", "✗", "", " ", "отказ", "ИСТИНА"]


@pytest.mark.parametrize("case", golden_parameters("yes_no"))
def test_golden(case: GoldenCase) -> None:
    cells = [case.input, *(case.options["beside"].split(" & ") if "beside" in case.options else [])]
    result = normalize_yes_no(pd.Series(cells, dtype="str"))
    assert result["value"].iloc[0] == case.value, case.why
    assert set(result["code"].iloc[0].split()) == set(case.codes.split()), case.why


@given(st.lists(st.sampled_from(_WORDS) | st.text(max_size=6), max_size=6))
@settings(deadline=None, max_examples=300)
def test_every_column(cells: list[str]) -> None:
    given_cells = pd.Series(cells, dtype="str")
    once = normalize_yes_no(given_cells)
    assert normalize_yes_no(once["value"])["value"].tolist() == once["value"].tolist()
    assert once["value"].ne(given_cells).tolist() == once["code"].eq("yes-no-normalized").tolist()
    assert set(once["value"][once["value"].ne(given_cells)]) <= {"да", "нет"}
