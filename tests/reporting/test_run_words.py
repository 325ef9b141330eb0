"""The line of a run in the log, and the notice."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from crmclean.core.i18n import set_language
from crmclean.reporting.run_words import RunEntry, log_line, notice_subject, notice_text

ENTRY = RunEntry(
    time="2026-11-22T03:15:07+03:00",
    config="nightly.toml",
    result="done",
    exit_code=0,
    seconds=61.04,
    run="12",
    figures={"rows_in": 2000.0, "rows_out": 1900.0, "merged": 100.0, "quality": 81.26, "em_rounds": 7.0},
    output="/srv/crm/clean/2026-11-22",
)
FAILED = replace(
    ENTRY, result="failed", exit_code=3, run="", figures={}, output="", messages=("No file fits\n*.csv. Check it.",)
)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    yield
    set_language("en")


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        pytest.param(
            ENTRY,
            "2026-11-22T03:15:07+03:00 nightly.toml done run=12 exit=0 seconds=61.0 rows_in=2000 rows_out=1900 "
            "merged=100 quality=81.3 output=/srv/crm/clean/2026-11-22",
            id="done",
        ),
        pytest.param(
            FAILED,
            "2026-11-22T03:15:07+03:00 nightly.toml failed exit=3 seconds=61.0: No file fits *.csv. Check it.",
            id="failed, on one line",
        ),
        pytest.param(
            replace(FAILED, config="\udcff.toml"),
            "2026-11-22T03:15:07+03:00 \\udcff.toml failed exit=3 seconds=61.0: No file fits *.csv. Check it.",
            id="a name that is no text",
        ),
    ],
)
def test_line_of_text(entry: RunEntry, expected: str) -> None:
    assert log_line(entry, "text") == expected


def test_line_of_json() -> None:
    line = log_line(replace(ENTRY, messages=("Качество ниже 80.",)), "json")
    assert "\n" not in line
    assert json.loads(line) == {
        "time": "2026-11-22T03:15:07+03:00",
        "config": "nightly.toml",
        "run": "12",
        "result": "done",
        "exit_code": 0,
        "seconds": 61.04,
        "rows_in": 2000,
        "rows_out": 1900,
        "merged": 100,
        "quality": 81.3,
        "output": "/srv/crm/clean/2026-11-22",
        "messages": ["Качество ниже 80."],
    }


def test_notice_of_a_failure() -> None:
    assert notice_subject(FAILED) == "crmclean: nightly.toml failed"
    assert notice_text(FAILED) == "No file fits\n*.csv. Check it.\n\n2026-11-22T03:15:07+03:00 · 1 min 1 s\n"


def test_notice_of_a_night_that_went_well() -> None:
    assert notice_subject(ENTRY) == "crmclean: nightly.toml is done"
    assert notice_text(ENTRY) == (
        "Records in the file: 2,000\nRecords left: 1,900\nMerged into another record: 100\nQuality, of 100: 81.26\n\n"
        "2026-11-22T03:15:07+03:00 · run 12 · 1 min 1 s\nResults: /srv/crm/clean/2026-11-22\n"
    )
