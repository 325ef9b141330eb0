"""`undo`: any run back, byte for byte; or one merge of it."""

from pathlib import Path

import pytest

from crmclean.core.errors import ExitCode
from tests.cli.conftest import EXPORT, Call

BYTES = EXPORT.encode("cp1251")


def test_a_run_in_place_is_taken_back(call: Call, export: Path) -> None:
    call("dedup", export, "-o", export, "--force")
    assert export.read_bytes() != BYTES
    answer = call("undo", "last", "--state", export.parent / ".crmclean")
    assert answer.code == ExitCode.DONE
    assert export.read_bytes() == BYTES
    assert "taken back" in answer.err
    assert answer.out == ""


def test_nothing_to_do_is_no_error(call: Call, export: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    call("dedup", export)
    monkeypatch.chdir(export.parent)
    answer = call("undo", "1")
    assert answer.code == ExitCode.DONE
    assert "nothing was written" in answer.err
    assert "contacts.clean.csv" in "".join(answer.err.split())


def test_the_printed_command_works(call: Call, export: Path) -> None:
    report = " ".join(call("normalize", export, "-o", export, "--force").err.split())
    command = report.split("crmclean undo ")[1].split()
    assert command[1] == "--state"
    assert call("undo", *command[:3]).code == ExitCode.DONE
    assert export.read_bytes() == BYTES


def test_to_another_file_and_to_stdout(call: Call, export: Path, tmp_path: Path) -> None:
    call("dedup", export, "-o", "out.csv")
    assert call("undo", "1", "-o", "back.csv").code == ExitCode.DONE
    assert (tmp_path / "back.csv").read_bytes() == BYTES
    assert call("undo", "1", "-o", "out.csv").code == ExitCode.FILE
    assert call("undo", "1", "-o", "out.csv", "--force").code == ExitCode.DONE
    assert (tmp_path / "out.csv").read_bytes() == BYTES


def test_to_stdout(capfdbinary: pytest.CaptureFixture[bytes], export: Path) -> None:
    from crmclean.cli.app import main

    assert main(["dedup", str(export), "-o", "out.csv", "--quiet"]) == ExitCode.DONE
    assert main(["undo", "1", "-o", "-", "--quiet"]) == ExitCode.DONE
    assert capfdbinary.readouterr().out == BYTES


def test_an_edited_file_is_not_overwritten(call: Call, export: Path) -> None:
    call("normalize", export, "-o", export, "--force")
    export.write_bytes(b"edited by hand\n")
    answer = call("undo", "last", "--state", export.parent / ".crmclean")
    assert answer.code == ExitCode.FILE
    assert "-o FILE" in answer.err
    assert export.read_bytes() == b"edited by hand\n"


def test_unknown_run(call: Call, export: Path) -> None:
    call("normalize", export, "-o", "out.csv")
    answer = call("undo", "7")
    assert answer.code == ExitCode.USAGE
    assert "7" in answer.err
    assert "1" in answer.err


def test_one_merge(call: Call, export: Path, tmp_path: Path) -> None:
    with export.open("ab") as file:
        file.write("4;Лисицын;Олег;Павлович;17.11.1975;+79007654321;o.lisitsyn@example.ru;\r\n".encode("cp1251"))
    call("dedup", export, "-o", "out.csv", "--clusters", "clusters.csv")
    merged = (tmp_path / "clusters.csv").read_text("utf-8").splitlines()[1].split(",")[2]
    answer = call("undo", "last", "--cluster", merged)
    assert answer.code == ExitCode.DONE
    rows = (tmp_path / "out.csv").read_text("cp1251").splitlines()
    assert len(rows) == 4, "the other merge stays"
    assert rows[1].startswith("1;Котова;Анна;Сергеевна;01.02.1980;8 (900) 123-45-67;a.kotova@example.com;Пермь;")
    assert rows[2].startswith("2;Котова;Анна;Сергеевна;01.02.1980;+7 900 123-45-67;A.KOTOVA@example.com;;")
    assert call("undo", "last", "--cluster", "no such").code == ExitCode.USAGE


def test_json(call: Call, export: Path) -> None:
    call("dedup", export, "-o", "out.csv")
    value = call("undo", "1", "-o", "back.csv", "--json", "--quiet").json
    assert (value["command"], value["run"], value["written"]) == ("undo", "1", True)
    assert call("undo", "1", "-o", "-", "--json").code == ExitCode.USAGE
