"""`inspect`: its report is its product."""

from pathlib import Path

from crmclean.core.errors import ExitCode
from tests.cli.conftest import Call, files_below


def test_report_goes_to_stdout(call: Call, export: Path) -> None:
    answer = call("inspect", export)
    assert answer.code == ExitCode.DONE
    assert answer.err == ""
    for text in ("contacts.csv", "Фамилия", "Телефон", "cp1251"):
        assert text.casefold() in answer.out.casefold().replace("windows-1251", "cp1251")


def test_inspect_leaves_nothing_behind(call: Call, export: Path, tmp_path: Path) -> None:
    call("inspect", export)
    assert files_below(tmp_path) == {"base/contacts.csv"}


def test_json_of_one_file(call: Call, export: Path) -> None:
    value = call("inspect", export, "--json").json
    assert value["command"] == "inspect"
    assert value["rows_in"] == 3
    assert value["origin"]["encoding"] == "cp1251"
    assert value["origin"]["dialect"]["delimiter"] == ";"


def test_several_files_one_of_which_is_missing(call: Call, export: Path) -> None:
    answer = call("inspect", "missing.csv", export, "--json")
    assert answer.code == ExitCode.FILE
    assert answer.err.startswith("crmclean: ")
    first, second = answer.json["files"]
    assert "missing.csv" in first["error"]
    assert second["rows_in"] == 3


def test_several_files_on_the_screen(call: Call, export: Path) -> None:
    answer = call("inspect", export, export)
    assert answer.out.count("contacts.csv") == 2


def test_report_as_a_file(call: Call, export: Path, tmp_path: Path) -> None:
    assert call("inspect", export, "--report", "r.html").code == ExitCode.DONE
    assert b"<html" in (tmp_path / "r.html").read_bytes()
    assert call("inspect", export, "--report", "r.html").code == ExitCode.FILE
    assert call("inspect", export, "--report", "r.html", "--force").code == ExitCode.DONE
    assert call("inspect", export, export, "--report", "s.html").code == ExitCode.USAGE


def test_patterns_that_the_shell_left_alone(call: Call, export: Path, tmp_path: Path) -> None:
    (tmp_path / "base" / "b.csv").write_bytes(export.read_bytes())
    sources = [item["source"] for item in call("inspect", "base/*.csv", "--json").json["files"]]
    assert sources == ["base/b.csv", "base/contacts.csv"]


def test_control_characters_of_a_name_do_not_reach_the_terminal(call: Call) -> None:
    assert "\x1b" not in call("inspect", "\x1b[31mx.csv").err
