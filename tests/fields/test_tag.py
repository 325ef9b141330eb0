"""Tags: splitting and uniting."""

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from crmclean.fields.tag import split_values, unite


def test_values_are_split_at_every_separator() -> None:
    frame = split_values(pd.Series(["VIP, опт;Москва\nюг", "", " , ", "* myContacts ::: Группа"], dtype="str"))
    assert frame["position"].tolist() == [0, 0, 0, 0, 3, 3]
    assert frame["value"].tolist() == ["VIP", "опт", "Москва", "юг", "* myContacts", "Группа"]


def test_united_tags_keep_the_first_spelling() -> None:
    assert unite(["VIP, Тёплый", "", "теплый, опт", "vip"], ", ") == "VIP, Тёплый, опт"
    assert unite([], ", ") == ""


@given(st.lists(st.text(alphabet="абё ,;АБ", max_size=12), max_size=4))
def test_uniting_twice_changes_nothing_more(cells: list[str]) -> None:
    once = unite(cells, ", ")
    assert unite([once, *cells], ", ") == once
