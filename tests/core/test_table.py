import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmclean.core.table import Column, Table, unique_names


def table(**columns: list[str]) -> Table:
    frame = pd.DataFrame(columns, dtype="str")
    return Table(frame, tuple(Column(name, name.split(" [")[0]) for name in columns))


def test_columns_must_describe_the_frame() -> None:
    with pytest.raises(ValueError, match="do not describe"):
        Table(pd.DataFrame({"a": ["1"]}, dtype="str"), (Column("b", "b"),))


def test_coalesced_takes_the_first_filled_cell_of_a_role() -> None:
    frame = pd.DataFrame({"a": [" ", "1", ""], "b": [" 2 ", "3", ""], "c": ["x", "x", "x"]}, dtype="str")
    columns = (Column("a", "a", "phone"), Column("b", "b", "phone"), Column("c", "c", "email"))

    assert Table(frame, columns).coalesced("phone").tolist() == ["2", "1", ""]
    assert Table(frame, columns).coalesced("inn").tolist() == ["", "", ""]


def test_added_columns_stand_last_and_replace_those_of_an_earlier_run() -> None:
    before = table(crmclean_reason=["old"], Имя=["Анна"])

    after = before.with_added({"crmclean_reason": pd.Series(["new"], dtype="str")})

    assert after.headers == ["Имя", "crmclean_reason"]
    assert after.frame["crmclean_reason"].tolist() == ["new"]
    assert before.frame["crmclean_reason"].tolist() == ["old"]


def test_only_columns_with_the_prefix_may_be_added() -> None:
    with pytest.raises(ValueError, match="own columns"):
        table(a=["1"]).with_added({"b": pd.Series(["1"], dtype="str")})


@given(st.lists(st.sampled_from(["Товар", "Товар [2]", "", "ИНН"]), max_size=8))
def test_names_are_unique_and_a_first_heading_keeps_its_own(headers: list[str]) -> None:
    names = unique_names(headers)

    assert len(set(names)) == len(headers)
    assert all(names[headers.index(header)] == header for header in set(headers))
    assert all(name.startswith(header) for name, header in zip(names, headers, strict=True))
