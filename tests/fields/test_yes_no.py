"""Flags of refusal."""

import pandas as pd
import pytest

from crmclean.fields.yes_no import is_yes


@pytest.mark.parametrize(
    "cell", ["Да", "да.", "YES", "y", "1", "1.0", "true", "ИСТИНА", "+", "x", "Х", "✓", "Не звонить",
             "не звонить после 20", "Do Not Call", "Отписался", "отказалась от рассылки"]
)  # fmt: skip
def test_yes(cell: str) -> None:
    assert is_yes(pd.Series([cell])).tolist() == [True]


@pytest.mark.parametrize("cell", ["", "нет", "No", "0", "false", "ЛОЖЬ", "-", "звонить", "согласен"])
def test_no(cell: str) -> None:
    assert is_yes(pd.Series([cell])).tolist() == [False]
