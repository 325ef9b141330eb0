"""Where data, reports and the history go, and that what goes there is what the steps return."""

import os
import stat
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from crmclean.cli import targets
from crmclean.core.errors import ExitCode, UsageError
from crmclean.core.settings import DedupSettings, NormalizeSettings, ReadSettings
from crmclean.core.table import Table
from crmclean.files.reading import read_table
from crmclean.files.writing import render
from crmclean.workflows.dedup import Deduplicated, dedup
from crmclean.workflows.normalize import normalize
from tests.cli.conftest import EXPORT, Call, files_below

Start = Callable[..., "subprocess.Popen[bytes]"]

BYTES = EXPORT.encode("cp1251")


def expected_normalized() -> bytes:
    """Return what the library itself makes of the export."""
    table = read_table(BYTES, "contacts.csv", ReadSettings()).table
    return render(normalize(table, NormalizeSettings()).table).data


def run_files(folder: Path) -> set[str]:
    """Return the files of a folder without the history."""
    return {name for name in files_below(folder) if not name.startswith(".crmclean/")}


@pytest.mark.parametrize(
    ("source", "output", "json", "piped", "target"),
    [
        ("a.csv", "b.csv", False, False, "b.csv"),
        ("a.csv", "b.csv", True, True, "b.csv"),
        ("a.csv", "-", False, False, "-"),
        ("-", "", False, False, "-"),
        ("a.csv", "", False, True, "-"),
        ("a.csv", "", False, False, targets.BESIDE),
        ("a.csv", "", True, True, targets.BESIDE),
    ],
    ids=["-o", "-o and --json", "-o -", "stdin", "pipe", "screen", "--json in a pipe"],
)
def test_target(source: str, output: str, json: bool, piped: bool, target: str) -> None:
    assert targets.choose_target(source, output, json, piped) == target


@pytest.mark.parametrize(("source", "output"), [("-", ""), ("a.csv", "-")], ids=["stdin", "-o -"])
def test_data_and_figures_are_not_mixed(source: str, output: str) -> None:
    with pytest.raises(UsageError, match="--json"):
        targets.choose_target(source, output, json=True, stdout_takes_data=False)


def test_result_equals_the_library_call(call: Call, export: Path, tmp_path: Path) -> None:
    assert call("normalize", export, "-o", "out.csv").code == ExitCode.DONE
    assert (tmp_path / "out.csv").read_bytes() == expected_normalized()


def test_dedup_on_a_screen_writes_beside_the_input(call: Call, export: Path) -> None:
    answer = call("dedup", export)
    assert answer.code == ExitCode.DONE
    assert answer.out == ""
    assert run_files(export.parent) == {"contacts.csv", "contacts.clean.csv", "contacts.report.html"}
    assert export.read_bytes() == BYTES
    table = read_table(BYTES, str(export), ReadSettings()).table
    assert (export.parent / "contacts.clean.csv").read_bytes() == render(dedup(table, DedupSettings()).table).data
    assert "crmclean undo 1" in answer.err


def test_second_run_refuses_to_overwrite_and_force_does_not(call: Call, export: Path) -> None:
    call("dedup", export)
    first = (export.parent / "contacts.clean.csv").read_bytes()
    answer = call("dedup", export)
    assert answer.code == ExitCode.FILE
    assert "--force" in answer.err
    assert call("dedup", export, "--force").code == ExitCode.DONE
    assert (export.parent / "contacts.clean.csv").read_bytes() == first


def test_explicit_output_writes_that_file_only(call: Call, export: Path, tmp_path: Path) -> None:
    call("dedup", export, "-o", "out.csv", "--no-history")
    assert run_files(tmp_path) == {"base/contacts.csv", "out.csv"}


def test_every_side_file(call: Call, export: Path, tmp_path: Path) -> None:
    names = ["--clusters", "c.csv", "--merge-map", "m.csv", "--journal", "j.csv", "--review", "r.xlsx"]
    answer = call("dedup", export, "-o", "out.xlsx", *names, "--report", "p.json", "--no-history")
    assert answer.code == ExitCode.DONE
    assert run_files(tmp_path) == {
        "base/contacts.csv",
        "out.xlsx",
        "c.csv",
        "m.csv",
        "j.csv",
        "r.xlsx",
        "p.json",
    }
    clusters = pd.read_csv(tmp_path / "c.csv", dtype=str, keep_default_na=False)
    assert clusters["row"].tolist() == ["1", "2", "3"]
    assert clusters["cluster_id"][0] == clusters["cluster_id"][1] != clusters["cluster_id"][2]
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    assert sheet is not None
    assert sheet.max_row == 3


def test_a_named_report_takes_the_place_of_the_one_beside(call: Call, export: Path, tmp_path: Path) -> None:
    call("dedup", export, "--report", "named.html")
    assert (tmp_path / "named.html").is_file()
    assert run_files(export.parent) == {"contacts.csv", "contacts.clean.csv"}


@pytest.mark.parametrize(
    ("options", "name", "start"),
    [
        (("--format", "xlsx"), "contacts.normalized.xlsx", b"PK"),
        (("--format", "html"), "contacts.normalized.xls", b"<"),
        ((), "contacts.normalized.csv", BYTES[:10]),
    ],
    ids=["xlsx", "html", "as the input"],
)
def test_format_of_the_result(call: Call, export: Path, options: tuple[str, ...], name: str, start: bytes) -> None:
    assert call("normalize", export, *options).code == ExitCode.DONE
    assert (export.parent / name).read_bytes().lstrip(b"\xef\xbb\xbf").startswith(start)


def test_json_is_one_line_and_data_goes_beside(call: Call, export: Path) -> None:
    answer = call("dedup", export, "--json")
    wanted = {"run", "command", "rows_in", "rows_out", "merged", "doubtful", "outputs", "seconds"}
    assert wanted <= set(answer.json)
    assert (answer.json["rows_in"], answer.json["rows_out"], answer.json["merged"]) == (3, 2, 1)
    assert answer.json["outputs"]["data"] == str(export.parent / "contacts.clean.csv")


def test_quiet_says_nothing(call: Call, export: Path) -> None:
    answer = call("dedup", export, "-o", "out.csv", "--quiet")
    assert (answer.code, answer.out, answer.err) == (ExitCode.DONE, "", "")


def test_dry_run_writes_nothing(call: Call, export: Path, tmp_path: Path) -> None:
    answer = call("dedup", export, "--dry-run", "--clusters", "c.csv")
    assert answer.code == ExitCode.DONE
    assert files_below(tmp_path) == {"base/contacts.csv"}
    assert "nothing was written" in answer.err


def test_dry_run_as_json(call: Call, export: Path, tmp_path: Path) -> None:
    answer = call("dedup", export, "--dry-run", "--json")
    assert answer.json["merged"] == 1
    assert answer.json["outputs"] == {}
    assert files_below(tmp_path) == {"base/contacts.csv"}


def test_the_input_is_replaced_only_where_it_is_named_and_forced(call: Call, export: Path) -> None:
    assert call("normalize", export, "-o", export).code == ExitCode.FILE
    assert export.read_bytes() == BYTES
    assert call("normalize", export, "-o", export, "--force").code == ExitCode.DONE
    assert export.read_bytes() == expected_normalized()


def leave_one_pair(table: Table, settings: DedupSettings, *more: Any) -> Deduplicated:
    """Dedup with one pair left to a person."""
    outcome = dedup(table, settings, *more)
    pair = {"pair": 1, "probability": 0.7, "weight": 1.2, "row_a": 1, "id_a": "1", "row_b": 3, "id_b": "3"}
    keys = {"of": "person", "key_a": "00000000000000a1", "key_b": "00000000000000c3", "levels": "city=same"}
    review = pd.DataFrame([{**pair, "reason": "same city", **keys}])
    return replace(outcome, tables={**outcome.tables, "review": review})


def test_doubtful_pairs_go_beside_or_are_announced(call: Call, export: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crmclean.workflows.dedup.dedup", leave_one_pair)
    assert "--review" in call("dedup", export, "-o", "out.csv").err
    assert "--review FILE" not in call("dedup", export).err
    assert "contacts.review.xlsx" in run_files(export.parent)


@pytest.mark.parametrize("piped", [True, False], ids=["pipe", "file"])
def test_data_goes_into_a_pipe_or_a_file(start: Start, export: Path, tmp_path: Path, piped: bool) -> None:
    if piped:
        data, errors = start("normalize", export, "--quiet").communicate(timeout=60)
    else:
        with (tmp_path / "out.csv").open("wb") as file:
            errors = start("normalize", export, "--quiet", stdout=file).communicate(timeout=60)[1]
        data = (tmp_path / "out.csv").read_bytes()
    assert data == expected_normalized()
    assert errors == b""
    assert run_files(export.parent) == {"contacts.csv"}


def test_a_chain_of_commands(start: Start, tmp_path: Path) -> None:
    first = start("normalize", "-")
    normalized, report = first.communicate(BYTES, timeout=60)
    assert first.returncode == 0
    assert b"Undo" not in report
    data, _ = start("dedup", "-", "--quiet").communicate(normalized, timeout=60)
    assert data.count(b"\n") == 3
    assert files_below(tmp_path) == set(), "stdin to stdout keeps no history"


def test_dev_null_is_no_data_target(start: Start, export: Path) -> None:
    process = start("dedup", export, stdout=subprocess.DEVNULL)
    process.communicate(timeout=60)
    assert "contacts.clean.csv" in run_files(export.parent)


def test_history_is_private_and_beside_the_output(call: Call, export: Path, tmp_path: Path) -> None:
    call("normalize", export, "-o", "out.csv")
    state = tmp_path / ".crmclean"
    assert stat.S_IMODE(state.stat().st_mode) == 0o700
    assert not (export.parent / ".crmclean").exists()


@pytest.mark.parametrize("by_option", [True, False], ids=["--state", "CRMCLEAN_STATE"])
def test_history_elsewhere(
    call: Call, export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by_option: bool
) -> None:
    state = tmp_path / "state"
    if by_option:
        answer = call("normalize", export, "--state", state)
        assert f"crmclean undo 1 --state {state}" in " ".join(answer.err.split())
    else:
        monkeypatch.setenv("CRMCLEAN_STATE", str(state))
        call("normalize", export)
    assert (state / "history.db").is_file()
    assert run_files(export.parent) == {"contacts.csv", "contacts.normalized.csv"}


def test_old_runs_are_dropped_by_number(call: Call, export: Path, tmp_path: Path) -> None:
    (tmp_path / "c.toml").write_text("[history]\nkeep = 2\n", encoding="utf-8")
    for _ in range(3):
        call("normalize", export, "-o", "out.csv", "--force", "--config", "c.toml")
    kept = {name.split("/")[2] for name in files_below(tmp_path) if name.startswith(".crmclean/runs/")}
    assert kept == {"000002", "000003"}


def test_options_go_before_the_config(call: Call, export: Path, tmp_path: Path) -> None:
    (tmp_path / "c.toml").write_text('[normalize]\nonly = ["email"]\n[read]\nmap = {city = "Город"}\n', "utf-8")
    call("normalize", export, "-o", "mails.csv", "--config", "c.toml")
    assert "8 (900) 123-45-67" in (tmp_path / "mails.csv").read_text("cp1251")
    call("normalize", export, "-o", "phones.csv", "--config", "c.toml", "--only", "phone")
    text = (tmp_path / "phones.csv").read_text("cp1251")
    assert "8 (900) 123-45-67" not in text
    assert "A.KOTOVA@example.com" in text


def test_changes_of_normalize(call: Call, export: Path, tmp_path: Path) -> None:
    call("normalize", export, "-o", "out.csv", "--changes", "changes.csv")
    changes = pd.read_csv(tmp_path / "changes.csv", dtype=str, keep_default_na=False)
    phones = changes[changes["column"] == "Телефон"]
    assert phones["before"].tolist()[0] == "8 (900) 123-45-67"
    assert phones["row"].tolist()[0] == "1"


def test_a_step_that_fails_leaves_no_run_behind(
    call: Call, export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    call("normalize", export, "-o", "first.csv")
    monkeypatch.setattr("crmclean.cli.running.render_html", lambda summary: 1 / 0)
    answer = call("normalize", export, "-o", "second.csv", "--report", "r.html")
    assert answer.code == ExitCode.BUG
    assert not (tmp_path / "second.csv").exists()
    runs = {name.split("/")[2] for name in files_below(tmp_path) if name.startswith(".crmclean/runs/")}
    assert runs == {"000001"}


def test_mode_of_a_new_file_is_that_of_any_new_file(call: Call, export: Path, tmp_path: Path) -> None:
    (tmp_path / "plain").touch()
    call("normalize", export, "-o", "out.csv")
    assert os.stat(tmp_path / "out.csv").st_mode == os.stat(tmp_path / "plain").st_mode
