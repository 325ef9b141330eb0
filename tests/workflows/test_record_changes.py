"""What became of the records between two exports: by ID where all have one, else by all cells."""

from collections.abc import Sequence

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmclean.core.table import Column, Table
from crmclean.workflows.record_changes import compare_records, merged_anew


def table(rows: Sequence[Sequence[str]], headers: Sequence[str] = ("ID", "Имя")) -> Table:
    frame = pd.DataFrame({name: pd.Series([row[at] for row in rows], dtype="str") for at, name in enumerate(headers)})
    return Table(frame, tuple(Column(name, name, "id" if name == "ID" else "") for name in headers))


ANNA, OLEG, VERA = ("1", "Анна"), ("2", "Олег"), ("3", "Вера")


@pytest.mark.parametrize(
    ("then", "now", "expected"),
    [
        pytest.param([ANNA, OLEG], [OLEG, ANNA], ("id", 0, 0, 0), id="another order"),
        pytest.param([ANNA, OLEG], [OLEG, VERA], ("id", 1, 1, 0), id="one gone and one new"),
        pytest.param([ANNA, OLEG], [("1", "Анна Котова"), OLEG], ("id", 0, 0, 1), id="one edited"),
        pytest.param([ANNA, ("", "Олег")], [ANNA, ("", "Ольга")], ("content", 1, 1, None), id="not every ID"),
        pytest.param([ANNA, ANNA], [ANNA], ("content", 0, 1, None), id="an ID twice"),
        pytest.param([], [ANNA], ("content", 1, 0, None), id="none before"),
    ],
)
def test_counts(then: list[tuple[str, str]], now: list[tuple[str, str]], expected: tuple[object, ...]) -> None:
    changes = compare_records(table(then), table(now))
    assert (changes.by, changes.new, changes.gone, changes.changed) == expected


def test_ids_are_named() -> None:
    changes = compare_records(table([ANNA, OLEG]), table([("2", "Ольга"), VERA]))
    assert changes.ids == {"new": ("3",), "gone": ("1",), "changed": ("2",)}


def test_columns_of_one_export_alone_and_of_crmclean_say_nothing() -> None:
    then = table([("1", "Анна", "h1")], ("ID", "Имя", "crmclean_id"))
    now = table([("1", "Анна", "h2", "Пермь")], ("ID", "Имя", "crmclean_id", "Город"))
    assert compare_records(then, now).changed == 0


def clusters(rows: Sequence[tuple[str, str]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["id", "role"]).astype("str")


def test_merged_anew() -> None:
    then = clusters([("1", "survivor"), ("2", "merged"), ("3", "single"), ("4", "single")])
    now = clusters([("1", "survivor"), ("2", "merged"), ("3", "merged"), ("5", "single")])
    assert merged_anew(then, now) == ("3",)


def test_merged_anew_is_not_known_without_ids() -> None:
    assert merged_anew(clusters([("1", "single"), ("", "merged")]), clusters([("1", "single")])) is None


bases = st.dictionaries(st.integers(1, 9), st.sampled_from(("Анна", "Олег", "Вера")), min_size=1, max_size=9)


@given(then=bases, now=bases)
def test_against_the_plain_way(then: dict[int, str], now: dict[int, str]) -> None:
    rows = [[(str(key), name) for key, name in base.items()] for base in (then, now)]
    changes = compare_records(table(rows[0]), table(rows[1]))
    assert changes.new == len(now.keys() - then.keys())
    assert changes.gone == len(then.keys() - now.keys())
    assert changes.changed == sum(then[key] != now[key] for key in then.keys() & now.keys())


@given(then=bases, now=bases)
def test_by_content_what_is_gone_and_what_is_new_balance(then: dict[int, str], now: dict[int, str]) -> None:
    names = [[(name,) for name in base.values()] for base in (then, now)]
    changes = compare_records(table(names[0], ("Имя",)), table(names[1], ("Имя",)))
    assert changes.by == "content"
    assert len(then) - changes.gone + changes.new == len(now)
