"""`evaluate`: its figures go to stdout, a threshold that was missed is its exit code."""

from pathlib import Path

import pytest

from crmclean.core.errors import ExitCode
from tests.cli.conftest import Call, files_below
from tests.workflows.test_evaluate import PAIRS, RESULT, TRUTH


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    """A result and its truth, in the folder that the calls are made from."""
    (tmp_path / "result.csv").write_text(RESULT, "utf-8")
    (tmp_path / "truth.csv").write_text(TRUTH, "utf-8")
    (tmp_path / "pairs.csv").write_text(PAIRS, "utf-8")
    return "result.csv", "truth.csv"


def test_figures_go_to_stdout_and_nothing_stays_behind(call: Call, files: tuple[str, str], tmp_path: Path) -> None:
    answer = call("evaluate", *files)
    assert (answer.code, answer.err) == (ExitCode.DONE, "")
    # Two pairs of people found, one of them true, of three.
    lines = [" ".join(line.split()) for line in answer.out.splitlines()]
    assert "person 0.5000 0.3333 0.4000 2 3 1" in lines
    assert "typo 1 2 0.5000 0 1.0000 0.6667" in lines
    assert files_below(tmp_path) == {"result.csv", "truth.csv", "pairs.csv"}


def test_pages_fit_eighty_columns(call: Call, files: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    out = call("evaluate", *files, "--pairs", "pairs.csv").out
    for word in ("answered_company", "company-form", "0.9–1"):
        assert f"\n  {word} " in out
    assert max(map(len, out.splitlines())) <= 80


def test_json_is_one_object_on_one_line(call: Call, files: tuple[str, str]) -> None:
    value = call("evaluate", *files, "--pairs", "pairs.csv", "--json").json
    assert value["command"] == "evaluate"
    assert (value["rows_in"], value["rows_unknown"], value["joined_by"]) == (8, 0, "row")
    assert value["scores"]["client"]["precision"] == pytest.approx(2 / 3)
    assert value["scores"]["answered"]["recall"] == 1
    assert value["classes"]["spouse"]["wrong"] == 1
    assert value["doubtful"] == 4
    assert value["pairs"]["per_100_records"] == {"person": 25, "company": 25}
    assert [item["pairs"] for item in value["pairs"]["calibration"]["person"]["bins"]] == [0, 0, 0, 0, 0, 1, 1, 0, 0, 2]
    assert value["missed"] == []


def test_pairs_are_shown_with_their_calibration(call: Call, files: tuple[str, str]) -> None:
    lines = [" ".join(line.split()) for line in call("evaluate", *files, "--pairs", "pairs.csv").out.splitlines()]
    assert "pairs of people: 2, for 100 records: 25" in lines
    assert "0.9–1 2 0.9450 0.5000" in lines
    assert "The truth cannot tell of 1 pair whether it is true: it is left out." in lines


def test_what_the_truth_does_not_name_is_said(call: Call, files: tuple[str, str], tmp_path: Path) -> None:
    (tmp_path / "truth.csv").write_text("id;person_id\n10;a\n11;a\n", "cp1251")
    assert "does not name 6 records of the result" in call("evaluate", *files).out


def test_a_missed_threshold_is_the_exit_code(call: Call, files: tuple[str, str]) -> None:
    thresholds = ("--fail-under", "client.precision=0.9", "--fail-under", "client.recall=0.5")
    more = ("--fail-under", "class.typo.recall=0.51")
    answer = call("evaluate", *files, *thresholds, *more, "--quiet")
    assert answer.code == ExitCode.THRESHOLD_MISSED
    assert answer.out == ""
    assert answer.err.splitlines() == [
        "crmclean: client.precision is 0.666667, less than 0.9.",
        "crmclean: class.typo.recall is 0.5, less than 0.51.",
    ]
    missed = call("evaluate", *files, *thresholds, "--json").json["missed"]
    assert missed == [{"name": "client.precision", "value": pytest.approx(2 / 3), "least": 0.9}]


def test_thresholds_that_are_met_are_no_news(call: Call, files: tuple[str, str]) -> None:
    answer = call("evaluate", *files, "--fail-under", "client.recall=0.5", "--quiet")
    assert (answer.code, answer.out, answer.err) == (ExitCode.DONE, "", "")


@pytest.mark.parametrize(
    ("threshold", "words"),
    [
        pytest.param("client.precision", "NAME=VALUE is expected", id="no value"),
        pytest.param("client.precision=high", "NAME=VALUE is expected", id="no number"),
        pytest.param("client.precision=99.5", "NAME=VALUE is expected", id="per cent"),
        pytest.param("client.precison=0.9", "Did you mean “client.precision”?", id="a slip"),
        pytest.param("answered.recall=0.9", "“answered.recall” was not measured", id="needs --pairs"),
    ],
)
def test_wrong_thresholds_are_wrong_calls(call: Call, files: tuple[str, str], threshold: str, words: str) -> None:
    answer = call("evaluate", *files, "--fail-under", threshold)
    assert answer.code == ExitCode.USAGE
    assert answer.out == ""
    assert words in answer.err


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        pytest.param(("result.csv",), ExitCode.USAGE, "TRUTH is missing", id="one file"),
        pytest.param(("result.csv", "truth.csv", "x"), ExitCode.USAGE, "unexpected: x", id="three files"),
        pytest.param(("-", "-"), ExitCode.USAGE, "Only one file can come from stdin", id="stdin twice"),
        pytest.param(("result.csv", "no.csv"), ExitCode.FILE, "There is no file no.csv", id="a missing file"),
        pytest.param(("truth.csv", "result.csv"), ExitCode.FILE, "no column “cluster_id”", id="the wrong way round"),
    ],
)
@pytest.mark.usefixtures("files")
def test_wrong_calls_say_what_is_wrong(call: Call, arguments: tuple[str, ...], code: ExitCode, words: str) -> None:
    answer = call("evaluate", *arguments)
    assert (answer.code, answer.out) == (code, "")
    assert words in answer.err
    assert "Traceback" not in answer.err


def test_help_shows_both_files_in_order(call: Call) -> None:
    assert call("evaluate", "--help").out.startswith("Usage: crmclean evaluate [OPTIONS] RESULT TRUTH\n")


def test_the_clusters_of_dedup_are_a_result(call: Call, export: Path, tmp_path: Path) -> None:
    made = call("dedup", export, "-o", "clean.csv", "--clusters", "clusters.csv", "--no-history", "--quiet")
    assert made.code == ExitCode.DONE
    (tmp_path / "truth.csv").write_text("row,person_id\n1,a\n2,a\n3,b\n", "utf-8")
    scores = call("evaluate", "clusters.csv", "truth.csv", "--json").json["scores"]
    assert (scores["person"]["found"], scores["person"]["f1"]) == (1, 1)
