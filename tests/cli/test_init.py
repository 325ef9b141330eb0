"""`init`: where the config file goes, what is said of it, and that the commands take it as it is."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crmclean.config import load_config
from crmclean.core.errors import ExitCode
from tests.cli.conftest import EXPORT, Call, files_below

SAMPLES = Path(__file__).resolve().parents[2] / "samples"


def test_stands_beside_the_export(call: Call, export: Path, tmp_path: Path) -> None:
    answer = call("init", export)
    assert (answer.code, answer.out) == (ExitCode.DONE, "")
    assert files_below(tmp_path) == {"base/contacts.csv", "base/crmclean.toml"}
    config = load_config("base/crmclean.toml", tmp_path)
    assert config["run"].input == ("contacts.csv",)


def test_says_what_was_written_and_what_to_try(call: Call, export: Path) -> None:
    answer = call("init", "base/contacts.csv")
    assert answer.code == ExitCode.DONE
    lines = answer.err.splitlines()
    assert lines[0] == "base/crmclean.toml is written."
    assert lines[1] == "Recognised columns: 8 of 8."
    assert [line for line in lines if line.startswith("  ")] == [
        "  crmclean dedup base/contacts.csv --config base/crmclean.toml --dry-run",
        "  crmclean run base/crmclean.toml --dry-run",
    ]


def test_calls_to_try_stand_in_one_line_each(call: Call, export: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    lines = call("init", "base/contacts.csv").err.splitlines()
    assert [line.split()[-1] for line in lines if line.startswith("  crmclean ")] == ["--dry-run", "--dry-run"]


def test_statuses_that_were_not_understood_are_counted(call: Call, tmp_path: Path) -> None:
    (tmp_path / "deals.csv").write_text("ID;Статус;Телефон\n1;Чашка;1\n2;Чашка;2\n", encoding="utf-8")
    assert "1 status was not understood" in call("init", "deals.csv").err


@pytest.mark.parametrize("lang", ["en", "ru"])
@pytest.mark.parametrize("sample", ["bitrix24_contacts.csv", "bitrix24_deals.csv", "orders.csv"])
def test_what_it_says_to_try_works(call: Call, tmp_path: Path, sample: str, lang: str) -> None:
    shutil.copy(SAMPLES / sample, tmp_path)
    answer = call("init", sample, "--lang", lang)
    assert answer.code == ExitCode.DONE
    tried = [line.split()[1:] for line in answer.err.splitlines() if line.startswith("  crmclean ")]
    assert len(tried) == 2
    for arguments in tried:
        result = call(*arguments)
        assert (result.code, arguments) == (ExitCode.DONE, arguments), result.err
    assert files_below(tmp_path) == {sample, "crmclean.toml"}


def test_another_place(call: Call, export: Path, tmp_path: Path) -> None:
    (tmp_path / "settings").mkdir()
    assert call("init", export, "-o", "settings/sales.toml").code == ExitCode.DONE
    config = load_config("settings/sales.toml", tmp_path)
    assert config["run"].input == ("../base/contacts.csv",)


def test_stdout(call: Call, export: Path, tmp_path: Path) -> None:
    answer = call("init", export, "-o", "-")
    assert (answer.code, answer.err) == (ExitCode.DONE, "")
    assert files_below(tmp_path) == {"base/contacts.csv"}
    (tmp_path / "x.toml").write_text(answer.out, encoding="utf-8")
    assert load_config("x.toml", tmp_path)["run"].input == ("base/contacts.csv",)


def test_existing_file_stays(call: Call, export: Path) -> None:
    config = export.with_name("crmclean.toml")
    config.write_text("# mine\n", encoding="utf-8")
    answer = call("init", export)
    assert answer.code == ExitCode.FILE
    assert "--force" in answer.err
    assert config.read_text("utf-8") == "# mine\n"
    assert call("init", export, "--force").code == ExitCode.DONE
    assert "[run]" in config.read_text("utf-8")


def test_json(call: Call, export: Path) -> None:
    value = call("init", "base/contacts.csv", "--json").json
    assert (value["command"], value["rows_in"], value["merged"]) == ("init", 3, 0)
    assert value["outputs"] == {"config": "base/crmclean.toml"}
    assert value["steps"][:2] == ["normalize", "dedup"]
    assert call("init", export, "--json", "-o", "-").code == ExitCode.USAGE


def test_quiet(call: Call, export: Path) -> None:
    assert call("init", export, "--quiet") == type(call("init", export, "--force", "--quiet"))(0, "", "")


def test_stdin(start: Callable[..., Any], tmp_path: Path) -> None:
    process = start("init", "-")
    out, err = process.communicate(EXPORT.encode("cp1251"))
    assert (process.returncode, out) == (ExitCode.DONE, b""), err
    assert load_config("crmclean.toml", tmp_path)["run"].input == ()


def test_parts_of_one_export(call: Call, export: Path, tmp_path: Path) -> None:
    (tmp_path / "base" / "more.csv").write_bytes(EXPORT.encode("cp1251"))
    assert call("init", "base/*.csv").code == ExitCode.DONE
    assert load_config("base/crmclean.toml", tmp_path)["run"].input == ("contacts.csv", "more.csv")


def test_file_that_is_no_client_base_can_be_mapped(call: Call, tmp_path: Path) -> None:
    (tmp_path / "odd.csv").write_text("Альфа;Бета\nx;y\nz;w\n", encoding="utf-8")
    assert call("init", "odd.csv").code == ExitCode.DONE
    assert '#none = ["Альфа", "Бета"]' in (tmp_path / "crmclean.toml").read_text("utf-8")


def test_how_to_read_is_kept(call: Call, export: Path, tmp_path: Path) -> None:
    assert call("init", export, "--map", "comment=Город", "--encoding", "cp1251").code == ExitCode.DONE
    config = load_config("base/crmclean.toml", tmp_path)
    assert (config["read"].map, config["read"].encoding) == ((("comment", "Город"),), "cp1251")


def test_missing_file(call: Call, tmp_path: Path) -> None:
    assert call("init", "missing.csv").code == ExitCode.FILE
    assert files_below(tmp_path) == set()
