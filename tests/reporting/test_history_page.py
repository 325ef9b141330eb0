"""The page of earlier runs: what it lists, how it draws, at which widths, on which terminals."""

from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from crmclean.history.past_runs import FigureChange, RecordChanges, RunFacts, Since, Trend, series_of
from crmclean.reporting.history_object import history_object
from crmclean.reporting.history_page import format_difference, format_value, print_history, print_since

FOLDER = Path("/srv/base/.crmclean")


def facts(number: int, command: str = "audit", **figures: float) -> RunFacts:
    moment = datetime(2026, 11, number, 3, 15, tzinfo=UTC)
    return RunFacts(number, command, f"/srv/base/base-2026-11-{number:02}.csv", moment, 1.5, False, 0, False, figures)


AUDITS = tuple(facts(number, quality=70 + number, rows_in=1000, rows_out=1000, merged=0) for number in range(1, 13))
DEDUP = facts(13, "dedup", rows_in=1000, rows_out=900, merged=100)
SINCE = Since(
    AUDITS[0],
    AUDITS[-1],
    (FigureChange("quality", 71, 82), FigureChange("validity", 0.5, 0.75), FigureChange("pieces", None, 1)),
    RecordChanges("id", 7, 1, 2, {"new": tuple(str(number) for number in range(7)), "gone": ("9",), "changed": ()}),
    "",
    ("8", "9"),
)


def page(width: int = 100, since: Since | None = None, verbose: bool = False, trend: Trend | None = None) -> str:
    console = Console(file=StringIO(), width=width, record=True, highlight=False)
    if since is not None:
        print_since(since, verbose, console)
    else:
        print_history((*AUDITS, DEDUP), 13, trend or Trend("quality", AUDITS), FOLDER, console)
    return console.export_text()


@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_line_is_wider_than_the_screen(width: int) -> None:
    for text in (page(width), page(width, SINCE), page(width, SINCE, verbose=True)):
        assert max(cell_len(line) for line in text.splitlines()) <= width


def test_the_newest_run_stands_last() -> None:
    numbers = [line.split()[0] for line in page().split("\n\n")[1].splitlines()[1:]]
    assert numbers == [str(number) for number in range(1, 14)]


def test_the_list_has_the_figures_of_each_command() -> None:
    runs = {line.split()[0]: line.split()[3:] for line in page(80).split("\n\n")[1].splitlines()}
    # An audit leaves as many records as it found: that is not worth a number.
    assert runs["1"] == ["audit", "1,000", "71", "1.5", "s"]
    assert runs["13"] == ["dedup", "1,000", "900", "100", "1.5", "s"]
    assert "Dead" not in page(80)


def test_the_file_stands_where_there_is_room() -> None:
    assert "base-2026-11-03.csv" in page(120)
    assert "base-2026-11-03.csv" not in page(80)


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (90, {"number", "command", "Records", "Left", "Merged", "Quality", "Took"}),
        (70, {"number", "command", "Records", "Left", "Merged", "Quality"}),
        (60, {"number", "command", "Records", "Merged", "Quality"}),
    ],
)
def test_a_narrow_screen_leaves_columns_out_and_cuts_none(width: int, expected: set[str]) -> None:
    heading = page(width).split("\n\n")[1].splitlines()[0].split()
    assert heading[:3] == ["Run", "Started", "Command"]
    assert set(heading[3:]) == expected - {"number", "command"}


def test_no_number_is_cut() -> None:
    million = tuple(facts(number, "dedup", rows_in=1_234_567, rows_out=1_000_001, merged=234_566) for number in (1, 2))
    console = Console(file=StringIO(), width=60, record=True)
    print_history(million, 2, None, FOLDER, console)
    assert console.export_text().count("1,234,567") == 2


def test_the_trend() -> None:
    text = page()
    assert "Quality, of 100" in text
    assert "First    71  run 1" in text
    assert "Last     82  run 12" in text
    assert "Change  +11" in text
    assert "▁▁" in text
    assert "██" in text


def test_one_run_is_no_trend() -> None:
    text = page(trend=Trend("quality", AUDITS[:1]))
    assert "Change" not in text
    assert "█" not in text


def test_runs_that_were_taken_back_say_so() -> None:
    gone = RunFacts(1, "dedup", "-", AUDITS[0].started_at, 1, True, 0, True, {"rows_in": 3})
    parted = RunFacts(2, "dedup", "-", AUDITS[0].started_at, 1, False, 2, False, {"rows_in": 3})
    console = Console(file=StringIO(), width=120, record=True)
    print_history((gone, parted), 2, None, FOLDER, console)
    text = console.export_text()
    assert "taken back" in text
    assert "2 merges taken back" in text
    assert text.count("standard input") == 2


def test_no_runs() -> None:
    console = Console(file=StringIO(), width=80, record=True)
    print_history((), 0, None, FOLDER, console)
    assert "There are none yet." in console.export_text()


def test_what_changed() -> None:
    text = page(100, SINCE)
    assert "What changed since run 1" in text
    assert "New          7  0, 1, 2, 3, 4 …" in text
    assert "Gone         1  9" in text
    assert "Merged anew  2  8, 9" in text
    assert "+11" in text
    assert "+25 pp" in text
    assert "pieces" not in text
    assert "pieces" in page(100, SINCE, verbose=True)
    assert "0, 1, 2, 3, 4, 5, 6" in page(100, SINCE, verbose=True)


def test_what_cannot_be_told_says_why() -> None:
    since = Since(AUDITS[0], AUDITS[1], (), None, "The copy was dropped.", None)
    assert "What became of them cannot be told. The copy was dropped." in page(100, since)


@pytest.mark.parametrize("encoding", ["cp866", "cp1251", "ascii"])
def test_a_console_without_block_characters(encoding: str) -> None:
    buffer = BytesIO()
    stream = TextIOWrapper(buffer, encoding=encoding)
    print_history(AUDITS, 12, Trend("quality", AUDITS), FOLDER, Console(file=stream, width=80))
    stream.flush()
    text = buffer.getvalue().decode(encoding)
    assert "##" in text
    assert "?" not in text


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("quality", 99.97, "99.9"),
        ("quality", 72.2, "72.2"),
        ("validity", 0.986, "98.6%"),
        ("merged", 12345.0, "12,345"),
        ("merged", None, ""),
    ],
)
def test_values(name: str, value: float | None, expected: str) -> None:
    assert format_value(name, value) == expected


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("quality", 0.2, "+0.2"),
        ("quality", 0.01, "0"),
        ("merged", -1200.0, "−1,200"),
        ("validity", -0.014, "−1.4 pp"),
        ("merged", 0.0, "0"),
        ("merged", None, ""),
    ],
)
def test_differences(name: str, value: float | None, expected: str) -> None:
    assert format_difference(name, value) == expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        pytest.param("/a/base-2026-11-21.csv", "/a/base-2026-11-22.csv", True, id="a date in the name"),
        pytest.param("/a/base.csv", "/a/deals.csv", False, id="another file"),
        pytest.param("/2025/base.csv", "/2026/base.csv", False, id="another folder"),
        pytest.param("-", "-", True, id="stdin"),
    ],
)
def test_series(one: str, other: str, expected: bool) -> None:
    assert (series_of(one) == series_of(other)) is expected


def test_the_object() -> None:
    value = history_object(AUDITS[-2:], 12, Trend("quality", AUDITS), SINCE, FOLDER, 0.25)
    assert {"run", "command", "rows_in", "rows_out", "merged", "doubtful", "outputs", "seconds"} <= value.keys()
    assert value["command"] == "history"
    runs = value["runs"]
    assert isinstance(runs, list)
    assert [run["run"] for run in runs] == ["11", "12"]
    assert runs[0]["quality"] == 81
    assert runs[0]["dead"] is None
    trend, since = value["trend"], value["since"]
    assert isinstance(trend, Mapping)
    assert (trend["first"], trend["last"], trend["change"]) == (71, 82, 11)
    assert isinstance(since, Mapping)
    assert since["merged"] == {"number": 2, "ids": ["8", "9"]}
    assert since["figures"]["validity"] == {"then": 0.5, "now": 0.75, "difference": 0.25}
