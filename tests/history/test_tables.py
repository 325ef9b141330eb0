"""The tables of a run come back as they were: names, types, values."""

import gzip
import json
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmclean.core.errors import FileError
from crmclean.history.tables import read_table, write_table

CELLS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
INTEGERS = st.integers(-(2**63), 2**63 - 1)


def _clusters() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "row": pd.Series([1, 2, 3], dtype="int64"),
            "id": pd.Series(["007", "", "1;2"], dtype="str"),
            "role": pd.Series(["survivor", "merged", 'the "third"\r\nline'], dtype="str"),
            "probability": pd.Series([0.999999999999, 1 / 3, 1.0], dtype="float64"),
            "sure": pd.Series([True, False, True], dtype="bool"),
        }
    )


def test_table_comes_back_with_its_types(tmp_path: Path) -> None:
    write_table(tmp_path, "clusters", _clusters())
    pd.testing.assert_frame_equal(read_table(tmp_path, "clusters"), _clusters())


def test_table_without_rows_keeps_its_types(tmp_path: Path) -> None:
    write_table(tmp_path, "clusters", _clusters().iloc[:0])
    pd.testing.assert_frame_equal(read_table(tmp_path, "clusters"), _clusters().iloc[:0])


@given(st.lists(st.tuples(CELLS, INTEGERS, st.floats(allow_nan=False)), max_size=5))
def test_any_text_and_number_come_back(rows: list[tuple[str, int, float]]) -> None:
    frame = pd.DataFrame(
        {
            "Имя": pd.Series([row[0] for row in rows], dtype="str"),
            "n": pd.Series([row[1] for row in rows], dtype="int64"),
            "x": pd.Series([row[2] for row in rows], dtype="float64"),
        }
    )
    with tempfile.TemporaryDirectory() as folder:
        write_table(Path(folder), "any", frame)
        pd.testing.assert_frame_equal(read_table(Path(folder), "any"), frame, check_exact=True)


def test_cell_of_many_megabytes_comes_back(tmp_path: Path) -> None:
    frame = pd.DataFrame({"note": pd.Series(["длинно\n" * 300_000, ""], dtype="str")})
    write_table(tmp_path, "journal", frame)
    pd.testing.assert_frame_equal(read_table(tmp_path, "journal"), frame)


def test_same_frame_gives_the_same_bytes(tmp_path: Path) -> None:
    write_table(tmp_path, "a", _clusters())
    write_table(tmp_path, "b", _clusters())
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()


def test_other_programs_read_texts_and_numbers(tmp_path: Path) -> None:
    write_table(tmp_path, "a", _clusters()[["row", "id"]])
    read = pyarrow.parquet.read_table(tmp_path / "a.parquet")
    assert read.schema == pa.schema([("row", pa.int64()), ("id", pa.string())])
    assert read.to_pylist() == [{"row": 1, "id": "007"}, {"row": 2, "id": ""}, {"row": 3, "id": "1;2"}]


def test_table_of_an_earlier_version_is_still_read(tmp_path: Path) -> None:
    cells = '"row","id","role","probability","sure"\n1,"007","x\ny",0.5,true\n2,"","b",,false\n'
    types = {"row": "int64", "id": "str", "role": "str", "probability": "float64", "sure": "bool"}
    (tmp_path / "clusters.csv.gz").write_bytes(gzip.compress(cells.encode()))
    (tmp_path / "clusters.types.json").write_text(json.dumps(types))
    expected = pd.DataFrame(
        {
            "row": [1, 2],
            "id": pd.Series(["007", ""], dtype="str"),
            "role": pd.Series(["x\ny", "b"], dtype="str"),
            "probability": [0.5, float("nan")],
            "sure": [True, False],
        }
    )
    pd.testing.assert_frame_equal(read_table(tmp_path, "clusters"), expected)


@pytest.mark.parametrize(
    ("series", "expected"),
    [
        pytest.param(pd.Series([1, 2], dtype="uint8"), pd.Series([1, 2], dtype="int64"), id="short integers"),
        pytest.param(pd.Series([0.5], dtype="float32"), pd.Series([0.5], dtype="float64"), id="short floats"),
        pytest.param(pd.Series(["a", ""], dtype="object"), pd.Series(["a", ""], dtype="str"), id="texts as objects"),
        pytest.param(pd.Series([], dtype="object"), pd.Series([], dtype="str"), id="no objects at all"),
        pytest.param(
            pd.Series(pd.Categorical(["b", "a", "b"])), pd.Series(["b", "a", "b"], dtype="str"), id="categories of text"
        ),
        pytest.param(pd.Series([float("nan"), 1.5]), pd.Series([float("nan"), 1.5]), id="no number"),
    ],
)
def test_other_widths_come_back_as_the_usual_ones(
    tmp_path: Path, series: "pd.Series[Any]", expected: "pd.Series[Any]"
) -> None:
    write_table(tmp_path, "any", pd.DataFrame({"x": series}))
    pd.testing.assert_series_equal(read_table(tmp_path, "any")["x"], expected, check_names=False)


@pytest.mark.parametrize(
    "frame",
    [
        pytest.param(pd.DataFrame({"x": pd.Series([1, None], dtype="Int64")}), id="missing integers"),
        pytest.param(pd.DataFrame({"x": pd.Series([1, "a"], dtype="object")}), id="mixed objects"),
        pytest.param(pd.DataFrame({"x": pd.Categorical(["a", None])}), id="missing category"),
        pytest.param(pd.DataFrame({"x": pd.Categorical([1, 2])}), id="categories of numbers"),
        pytest.param(pd.DataFrame({"when": pd.to_datetime(["2024-01-01"])}), id="dates"),
        pytest.param(pd.DataFrame([["a", "b"]], columns=["x", "x"]), id="a name twice"),
        pytest.param(pd.DataFrame(), id="no columns"),
    ],
)
def test_types_that_could_not_come_back_are_refused(tmp_path: Path, frame: pd.DataFrame) -> None:
    with pytest.raises(TypeError, match="journal"):
        write_table(tmp_path, "journal", frame)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("keep", [0, 5, 40])
def test_damaged_table_is_refused(tmp_path: Path, keep: int) -> None:
    write_table(tmp_path, "clusters", _clusters())
    path = tmp_path / "clusters.parquet"
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(FileError, match="clusters"):
        read_table(tmp_path, "clusters")


def test_missing_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="journal"):
        read_table(tmp_path, "journal")
