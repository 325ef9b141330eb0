"""Texts that every kind of value shares: folding, and the ways from distinct texts to whole columns."""

from random import Random

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmclean.fields.text import encode_texts, fold, fold_cells, fold_texts, join_runs, map_distinct, on_distinct

_SIGNS = "абвЁёЙXxAaСcОo №«»–.-_'\"\t\u00a0\u2009\u200b\u00adСсİΣςß1@[`{"
_TEXTS = st.lists(st.text(_SIGNS, max_size=10) | st.text(max_size=6), max_size=10)


@given(_TEXTS)
@settings(deadline=None, max_examples=500)
def test_a_column_is_folded_as_each_text(texts: list[str]) -> None:
    assert fold_texts(pa.array(texts, pa.large_string())).to_pylist() == [fold(text) for text in texts]
    assert fold_cells(pd.Series(texts, dtype="str")).tolist() == [fold(text) for text in texts]


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("  Пётр\u00a0\u00a0ПЕТРОВ ", "петр петров"),
        ("ул. Ёлочная, 5", "ул. елочная, 5"),
        ("Колеcников", "колесников"),
        ("Xerox Ltd.", "xerox ltd."),
        ("\u200bКазань", "казань"),
        ("", ""),
    ],
    ids=["spaces", "yo", "look-alike", "latin", "unseen", "empty"],
)
def test_folding(text: str, folded: str) -> None:
    assert fold_cells(pd.Series([text, text], dtype="str")).tolist() == [folded, folded]


@given(_TEXTS, st.randoms(use_true_random=False))
def test_distinct_texts_make_the_column_again(texts: list[str], random: Random) -> None:
    cells = pd.Series([random.choice(texts) for _ in range(3 * len(texts))], dtype="str")
    codes, distinct = encode_texts(cells)
    assert [distinct.to_pylist()[code] for code in codes.tolist()] == cells.tolist()
    assert len(set(distinct.to_pylist())) == len(distinct)


def test_missing_cells_are_empty_texts() -> None:
    cells = pd.Series(["a", None, float("nan")], dtype="object", index=[5, 5, 7])
    assert map_distinct(cells, lambda text: text + "!").tolist() == ["a!", "!", "!"]
    assert map_distinct(cells, str.upper).index.tolist() == [5, 5, 7]


def test_a_function_of_columns_sees_distinct_texts_alone() -> None:
    seen: list[list[str]] = []

    def change(texts: "pd.Series[str]") -> "pd.Series[str]":
        seen.append(texts.tolist())
        return texts.str.upper()

    cells = pd.Series(["a", "b", "a"], index=[3, 1, 2], dtype="str")
    changed = on_distinct(cells, change)
    assert (changed.tolist(), changed.index.tolist(), seen) == (["A", "B", "A"], [3, 1, 2], [["a", "b"]])


@given(st.lists(st.lists(st.text(max_size=3), max_size=4), max_size=6), st.integers(0, 2))
def test_runs_are_joined(runs: list[list[str]], skipped: int) -> None:
    flat = pa.array([*["x"] * skipped, *(text for run in runs for text in run)], pa.large_string()).slice(skipped)
    starts = np.cumsum([0, *map(len, runs)]).astype(np.int64)
    assert join_runs(flat, starts).to_pylist() == ["".join(run) for run in runs]
