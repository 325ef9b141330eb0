"""Side files as CSV: read back by the standard library as they went in."""

import csv
from io import StringIO

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmclean.reporting.csv_tables import render_csv

CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0.98766, "0.9877"), (0.5, "0.5"), (1.0, "1"), (0.00001, "0"), (-0.00001, "0"), (123456789.5, "123456789.5")],
)
def test_floats_have_at_most_four_decimals(value: float, expected: str) -> None:
    assert render_csv(pd.DataFrame({"p": [value, float("nan")], "x": ["", ""]})).decode() == f"p,x\n{expected},\n,\n"


def test_bytes_of_a_table() -> None:
    frame = pd.DataFrame({"row": [1, 2], "id": ["007", 'а"б'], "name, full": ["x;y", "a\nb"]})
    assert render_csv(frame) == 'row,id,"name, full"\n1,007,x;y\n2,"а""б","a\nb"\n'.encode()


def test_empty_table_keeps_its_heading() -> None:
    assert render_csv(pd.DataFrame({"row": [], "id": []})) == b"row,id\n"


def test_slice_of_a_table_writes_only_its_rows() -> None:
    frame = pd.DataFrame({"id": ["a", "b", "c"]}, dtype="str").iloc[1:2]
    assert render_csv(frame) == b"id\nb\n"


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=8))
def test_every_text_comes_back(rows: list[tuple[str, str]]) -> None:
    frame = pd.DataFrame(rows, columns=["a", "b"], dtype="str")
    text = render_csv(frame).decode()
    assert list(csv.reader(StringIO(text, newline=""))) == [["a", "b"], *map(list, rows)]


@given(st.lists(CELLS, min_size=1, max_size=8))
def test_every_text_of_a_single_column_comes_back(cells: list[str]) -> None:
    text = render_csv(pd.DataFrame({"a": cells}, dtype="str")).decode()
    assert list(csv.reader(StringIO(text, newline=""))) == [["a"], *([cell] for cell in cells)]
