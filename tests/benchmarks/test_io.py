"""The benchmark of reading and writing, at a size small enough for a test."""

from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from benchmarks.io import COMPARISONS, Compared, Comparison, Side, compare, make_files, show
from benchmarks.io_data import HEADINGS, as_texts, invent_rows, write_workbook


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("io")
    make_files(folder, rows=60, xlsx_rows=40, seed=3)
    return folder


def test_the_same_seed_gives_the_same_rows() -> None:
    rows = list(invent_rows(50, seed=3))
    assert rows == list(invent_rows(50, seed=3))
    assert rows != list(invent_rows(50, seed=4))
    assert {len(row) for row in rows} == {len(HEADINGS)} == {20}
    assert [row[0] for row in rows] == list(range(1, 51))


def test_both_csv_files_hold_the_same_text(folder: Path) -> None:
    text = (folder / "utf-8.csv").read_bytes().decode("utf-8")
    assert (folder / "cp1251.csv").read_bytes().decode("cp1251") == text
    assert text.count("\r\n") == 61


def test_the_workbook_holds_numbers_and_dates_as_excel_saves_them(tmp_path: Path) -> None:
    write_workbook(tmp_path / "base.xlsx", rows=5, seed=3)
    read = list(openpyxl.load_workbook(tmp_path / "base.xlsx").worksheets[0].iter_rows(values_only=True))
    assert read[0] == HEADINGS
    assert [tuple(cell or "" for cell in row) for row in read[1:]] == [tuple(row) for row in invent_rows(5, seed=3)]
    assert [type(cell).__name__ for cell in read[1]][14:18] == ["str", "int", "datetime", "datetime"]


def test_a_date_is_written_as_an_export_writes_it() -> None:
    (row,) = invent_rows(1, seed=3)
    assert as_texts(row)[0] == "1"
    assert len(as_texts(row)[16]) == len("01.02.2020 10:15:00")


@pytest.mark.parametrize(
    ("comparison", "shape"),
    [(comparison, (40 if "XLSX" in comparison.title else 60, 20)) for comparison in COMPARISONS],
    ids=[comparison.title for comparison in COMPARISONS],
)
def test_both_sides_work_on_the_same_cells(folder: Path, comparison: Comparison, shape: tuple[int, int]) -> None:
    compared = compare(comparison, folder, runs=1)
    assert compared.own.shape == compared.plain.shape == shape
    assert compared.ratio == compared.own.seconds[0] / compared.plain.seconds[0]
    assert compared.own.peaks[0] > compared.size


def test_sides_that_read_different_rows_end_the_benchmark(folder: Path) -> None:
    different = replace(COMPARISONS[0], plain=("read-pyarrow", "workbook.csv"))
    with pytest.raises(SystemExit, match=r"read-crmclean found \(60, 20\) rows and columns, read-pyarrow \(40, 20\)"):
        compare(different, folder, runs=1)


def test_the_ratios_of_a_packed_file_are_shown() -> None:
    own = Side("read-crmclean", (3.0, 1.0, 2.0), (90.0, 110.0, 100.0), (1000, 20))
    plain = Side("read-openpyxl", (8.0, 8.0, 8.0), (50.0, 50.0, 50.0), (1000, 20))
    assert show(Compared("XLSX, read", own, plain, ratio=0.25, size=10, unpacked=80)).splitlines() == [
        "XLSX, read: 1,000 × 20, 10 MiB",
        "  read-crmclean   2.00 s (1.00–3.00, 3 runs), peak 100 MiB",
        "  read-openpyxl   8.00 s (8.00–8.00, 3 runs), peak 50 MiB",
        "  time, ratio     0.25",
        "  peak, file      10.00 (1.25 unpacked)",
    ]
