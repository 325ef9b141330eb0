"""`history`: the runs of a folder, the way of a figure, and what changed since a run, end to end."""

import json
import shutil
from pathlib import Path

import pytest

from crmclean.cli.app import main
from crmclean.core.errors import ExitCode
from tests.cli.conftest import EXPORT, Call

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
MORE = EXPORT.replace("Тверь", "Ржев") + "4;Белов;Иван;;;+7 900 111-22-33;;Тула\r\n"
"""A city of record 3 was edited, record 4 is new."""

SECRETS = ("Котова", "123-45-67", "1234567", "example.com", "Пермь")


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_bytes(text.encode("cp1251"))
    return path


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two nights of dedup and audit, and a dead run, all in one history."""
    folder = tmp_path_factory.mktemp("past")
    for name, text in (("base-21.csv", EXPORT), ("base-22.csv", MORE)):
        path = write(folder, name, text)
        for command in ("dedup", "audit"):
            assert main([command, str(path), "-o", str(folder / f"{command}-{name}"), "--quiet"]) == ExitCode.DONE
    dead = ["dead", str(folder / "base-22.csv"), "-o", str(folder / "dead.csv"), "--as-of", "2026-11-22", "--quiet"]
    assert main(dead) == ExitCode.DONE
    return folder


@pytest.fixture
def nights(past: Path, tmp_path: Path) -> Path:
    """The history of these nights in the current folder."""
    shutil.copytree(past / ".crmclean", tmp_path / ".crmclean")
    return tmp_path


def test_the_list(call: Call, nights: Path) -> None:
    answer = call("history")
    assert answer.code == ExitCode.DONE
    assert answer.err == ""
    lines = [line.split() for line in answer.out.split("\n\n")[1].splitlines()]
    assert lines[0] == ["Run", "Started", "Command", "File", "Records", "Left", "Merged", "Dead", "Quality", "Took"]
    assert [line[0] for line in lines[1:]] == ["1", "2", "3", "4", "5"]
    assert [line[3] for line in lines[1:]] == ["dedup", "audit", "dedup", "audit", "dead"]
    # Records 1 and 2 are one client.
    assert lines[1][4:8] == ["base-21.csv", "3", "2", "1"]
    assert lines[3][4:8] == ["base-22.csv", "4", "3", "1"]
    assert not any(secret in answer.out for secret in SECRETS)


def test_the_object(call: Call, nights: Path) -> None:
    value = call("history", "--json").json
    assert {"run", "command", "rows_in", "rows_out", "merged", "doubtful", "outputs", "seconds"} <= value.keys()
    assert value["total"] == 5
    first, audit = value["runs"][:2]
    assert (first["command"], first["rows_in"], first["rows_out"], first["merged"]) == ("dedup", 3, 2, 1)
    assert audit["quality"] == audit["figures"]["quality"]
    assert value["trend"]["figure"] == "quality"
    assert value["trend"]["runs"] == ["2", "4"]
    assert value["since"] is None
    assert not any(secret in json.dumps(value, ensure_ascii=False) for secret in SECRETS)


def test_the_newest_runs_of_a_command(call: Call, nights: Path) -> None:
    value = call("history", "--command", "dedup", "--limit", "1", "--json").json
    assert [run["run"] for run in value["runs"]] == ["3"]
    assert value["total"] == 2
    assert "the newest 1 run of 2" in call("history", "--command", "dedup", "--limit", "1").out


def test_another_figure(call: Call, nights: Path) -> None:
    value = call("history", "--figure", "rows_in", "--command", "dedup", "--json").json
    assert value["trend"]["values"] == [3, 4]
    assert value["trend"]["change"] == 1
    page = call("history", "--figure", "rows_in", "--command", "dedup").out
    assert "Change  +1" in page
    assert "██" in page


def test_what_changed_since_a_run(call: Call, nights: Path) -> None:
    answer = call("history", "--since", "1")
    assert answer.code == ExitCode.DONE
    assert "run 1" in answer.out
    records = answer.out.split("\n\n")[1]
    rows = {line.split()[0]: line.split()[1:] for line in records.splitlines()}
    assert rows["New"] == ["1", "4"]
    assert rows["Gone"] == ["0"]
    assert rows["Changed"] == ["1", "3"]
    assert rows["Merged"][1] == "0"
    assert not any(secret in answer.out for secret in SECRETS)


def test_merged_anew(call: Call, tmp_path: Path) -> None:
    twin = "4;Лисицын;Олег;Павлович;17.11.1975;8 900 765 43 21;o.lisitsyn@example.ru;Тверь\r\n"
    write(tmp_path, "base.csv", EXPORT)
    call("dedup", "base.csv", "-o", "one.csv")
    write(tmp_path, "base.csv", EXPORT + twin)
    call("dedup", "base.csv", "-o", "two.csv")
    since = call("history", "--since", "1", "--json").json["since"]
    assert (since["then"], since["now"]) == ("1", "2")
    assert since["records"]["new"] == 1
    assert since["merged"]["number"] == 1
    assert since["merged"]["ids"][0] in ("3", "4")
    assert since["figures"]["merged"] == {"then": 1, "now": 2, "difference": 1}


def test_since_with_dropped_copies_still_has_the_figures(call: Call, nights: Path) -> None:
    shutil.rmtree(nights / ".crmclean" / "runs" / "000001")
    since = call("history", "--since", "1", "--json").json["since"]
    assert since["records"] is None
    assert since["reason"]
    assert since["merged"] is None
    assert since["figures"]["rows_in"]["difference"] == 1
    assert "cannot be told" in call("history", "--since", "1").out


def test_a_run_that_was_taken_back(call: Call, tmp_path: Path) -> None:
    write(tmp_path, "base.csv", EXPORT)
    for _night in range(2):
        call("dedup", "base.csv", "-o", "base.csv", "--force")
    call("undo", "last")
    value = call("history", "--json").json
    assert [run["undone"] for run in value["runs"]] == [False, True]
    assert value["trend"]["runs"] == ["1"]
    assert "taken back" in call("history").out
    answer = call("history", "--since", "1")
    assert answer.code == ExitCode.USAGE
    assert "No later run" in answer.err


def test_by_content_where_there_are_no_ids(call: Call, tmp_path: Path) -> None:
    for name in ("one", "two"):
        rows = EXPORT.replace("ID;", "").replace("\r\n1;", "\r\n").replace("\r\n2;", "\r\n").replace("\r\n3;", "\r\n")
        write(tmp_path, "base.csv", rows if name == "one" else rows.replace("Тверь", "Ржев"))
        call("dedup", "base.csv", "-o", f"{name}.csv")
    since = call("history", "--since", "1", "--json").json["since"]
    assert since["records"] == {"by": "content", "new": 1, "gone": 1, "changed": None, "ids": {}}
    assert since["merged"] is None


def test_no_history(call: Call, tmp_path: Path) -> None:
    answer = call("history")
    assert answer.code == ExitCode.FILE
    assert ".crmclean" in answer.err
    assert answer.out == ""
    assert not (tmp_path / ".crmclean").exists()


@pytest.mark.parametrize("where", ["option", "variable"])
def test_the_state_folder(call: Call, nights: Path, where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (nights / "else").mkdir()
    monkeypatch.chdir(nights / "else")
    assert call("history").code == ExitCode.FILE
    if where == "variable":
        monkeypatch.setenv("CRMCLEAN_STATE", str(nights / ".crmclean"))
    options = ["--state", nights / ".crmclean"] if where == "option" else []
    assert call("history", *options, "--json").json["total"] == 5


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        pytest.param(["--since", "99"], "There is no run 99", id="no such run"),
        pytest.param(["--since", "5"], "No later run", id="nothing later"),
        pytest.param(["--command", "dedupp"], "dead, dedup", id="no such command"),
        pytest.param(["--figure", "qualty"], "quality", id="no such figure"),
        pytest.param(["--limit", "0"], "a whole number from 1", id="limit of nothing"),
        pytest.param(["--limit", "many"], "a whole number from 1", id="limit in words"),
    ],
)
def test_wrong_calls(call: Call, nights: Path, arguments: list[str], expected: str) -> None:
    answer = call("history", *arguments)
    assert answer.code == ExitCode.USAGE
    assert expected in answer.err
    assert answer.out == ""


def test_looking_changes_nothing(call: Call, nights: Path) -> None:
    before = call("history", "--json").json
    call("history", "--since", "1")
    after = call("history", "--json").json
    assert {**before, "seconds": 0} == {**after, "seconds": 0}


def test_real_exports(call: Call, tmp_path: Path) -> None:
    for name in ("bitrix24_contacts.csv", "amocrm_contacts.csv"):
        assert call("dedup", SAMPLES / name, "-o", f"clean-{name}").code == ExitCode.DONE
    value = call("history", "--json").json
    assert [run["rows_in"] - run["merged"] == run["rows_out"] for run in value["runs"]] == [True, True]
    # Two exports are no series.
    assert value["trend"]["runs"] == ["2"]
