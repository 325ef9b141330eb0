"""Which file gave which rows, and which sheets were not read."""

from dataclasses import replace

import pytest

from crmclean.core.table import Origin
from crmclean.reporting.html import render_html
from crmclean.reporting.input_files import InputFile, name_of_source, note_other_sheets, number_rows, span_of_rows
from crmclean.reporting.json_report import summary_object
from crmclean.reporting.summary import RunSummary
from tests.reporting.test_terminal import show


def part(number: int, rows: int, sheet: str = "", others: tuple[str, ...] = ()) -> InputFile:
    path = f"base/part{number}.csv"
    return InputFile(path, rows, Origin(path=path, sheet=sheet), others)


def test_rows_are_numbered_over_all_files() -> None:
    inputs = [part(1, 5000), part(2, 0), part(3, 1)]
    assert [first for _item, first in number_rows(inputs)] == [1, 5001, 5001]
    spans = [span_of_rows(item, first) for item, first in number_rows(inputs)]
    assert [span.replace("\u202f", "").replace("\u00a0", "").replace(",", "") for span in spans] == [
        "rows 1–5000",
        "",
        "row 5001",
    ]


@pytest.mark.parametrize(
    ("source", "number", "expected"),
    [
        ("base/part1.csv", 0, "part1.csv"),
        ("base/part1.csv", 1, "part1.csv"),
        ("base/part1.csv", 2, "part1.csv and 1 more file"),
        ("-", 3, "standard input and 2 more files"),
    ],
)
def test_name_of_the_whole(source: str, number: int, expected: str) -> None:
    assert name_of_source(source, [part(place, 1) for place in range(number)]) == expected


def test_equal_workbooks_are_said_once() -> None:
    inputs = [part(1, 1, "Лист1", ("Лист2",)), part(2, 1, "Лист1", ("Лист2",)), part(3, 1, "А", ("Б", "В")), part(4, 1)]
    assert note_other_sheets(inputs) == (
        "part1.csv, part2.csv: the sheet “Лист1” was read. There is another one: “Лист2”. Choose with --sheet.",
        "part3.csv: the sheet “А” was read. There are others: “Б”, “В”. Choose with --sheet.",
    )


def test_many_files_are_cut_short_on_the_screen_only(dedup_summary: RunSummary) -> None:
    summary = replace(dedup_summary, inputs=tuple(part(number, 1) for number in range(1, 13)))
    short, whole = show(summary), show(summary, verbose=True)
    assert "part10.csv" in short
    assert "part11.csv" not in short
    assert "and 2 more" in short
    assert "part12.csv" in whole
    assert "part12.csv" in render_html(summary).decode()
    inputs = summary_object(summary)["inputs"]
    assert isinstance(inputs, list)
    assert len(inputs) == 12


def test_one_file_needs_no_list(dedup_summary: RunSummary) -> None:
    summary = replace(dedup_summary, inputs=(part(1, 7),))
    assert "Files read" not in show(summary)
    assert "Files read" not in render_html(summary).decode()
