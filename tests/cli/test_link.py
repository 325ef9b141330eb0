"""``crmclean link`` as a user calls it: what it writes, keeps and says, and that the base stays as it was."""

from pathlib import Path

import pandas as pd
import pytest

from crmclean.core.errors import ExitCode
from tests.cli.conftest import EXPORT, Call, files_below

NEW = (
    "ID;Фамилия;Имя;Отчество;Телефон;E-mail\r\n"
    "71;Котова;Анна;Сергеевна;+7 900 123-45-67;\r\n"
    "72;Пробная;Мария;Ильинична;8 900 555-00-11;m@example.com\r\n"
)


@pytest.fixture
def new(tmp_path: Path) -> Path:
    path = tmp_path / "new.csv"
    path.write_bytes(NEW.encode("cp1251"))
    return path


def read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, sep=";", dtype=str, keep_default_na=False, encoding="cp1251")


def test_known_and_new(call: Call, export: Path, new: Path, tmp_path: Path) -> None:
    answer = call("link", new, "--base", export, "-o", "out.csv", "--json")
    assert answer.code == ExitCode.DONE
    assert (answer.json["known"], answer.json["doubtful"], answer.json["new"]) == (1, 0, 1)
    assert (answer.json["rows_in"], answer.json["rows_out"]) == (2, 2)
    linked = read(tmp_path / "out.csv")
    assert linked["crmclean_link"].tolist() == ["known", "new"]
    assert linked["crmclean_base_id"].tolist()[0] in ("1", "2")
    assert linked["ID"].tolist() == ["71", "72"]
    assert export.read_bytes() == EXPORT.encode("cp1251")
    assert new.read_bytes() == NEW.encode("cp1251")


def test_the_ids_of_a_cleaned_base_come_along(call: Call, export: Path, new: Path, tmp_path: Path) -> None:
    call("dedup", export, "-o", "clean.csv")
    call("link", new, "--base", "clean.csv", "-o", "out.csv")
    clean, linked = read(tmp_path / "clean.csv"), read(tmp_path / "out.csv")
    assert linked["crmclean_base_client"].tolist() == [clean.set_index("ID")["crmclean_id"]["1"], ""]


def test_the_index_is_kept_and_used(call: Call, export: Path, new: Path, tmp_path: Path) -> None:
    first = call("link", new, "--base", export, "-o", "one.csv", "-v")
    assert "made anew" in first.err
    kept = {name for name in files_below(tmp_path) if "indexes" in name}
    assert kept
    second = call("link", new, "--base", export, "-o", "two.csv", "-v")
    assert "taken from the history" in second.err
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()
    export.write_bytes(EXPORT.replace("Котова", "Пробная").encode("cp1251"))
    third = call("link", new, "--base", export, "-o", "three.csv", "-v")
    assert "made anew" in third.err


@pytest.mark.parametrize("option", ["--no-history", "--dry-run"])
def test_nothing_is_left_behind(call: Call, export: Path, new: Path, tmp_path: Path, option: str) -> None:
    before = files_below(tmp_path)
    assert call("link", new, "--base", export, "-o", "out.csv", option).code == ExitCode.DONE
    assert files_below(tmp_path) - before <= {"out.csv"}


def test_only_new(call: Call, export: Path, new: Path, tmp_path: Path) -> None:
    answer = call("link", new, "--base", export, "-o", "out.csv", "--only", "new", "--json")
    assert read(tmp_path / "out.csv")["ID"].tolist() == ["72"]
    assert (answer.json["rows_in"], answer.json["rows_out"], answer.json["known"]) == (2, 1, 1)


def test_a_role_of_a_column_of_the_base(call: Call, new: Path, tmp_path: Path) -> None:
    base = tmp_path / "base.csv"
    base.write_text("Код;Кто;Связь\n5;Котова Анна Сергеевна;+79001234567\n6;Пробный Олег;+79005550022\n")
    named = ["--base-map", "full_name=Кто", "--base-map", "phone=Связь"]
    assert call("link", new, "--base", base, "-o", "out.csv", *named).code == ExitCode.DONE
    assert read(tmp_path / "out.csv")["crmclean_link"].tolist() == ["known", "new"]


def test_report_as_a_page(call: Call, export: Path, new: Path, tmp_path: Path) -> None:
    call("link", new, "--base", export, "-o", "out.csv", "--report", "r.html")
    assert "Records that the base does not have" in (tmp_path / "r.html").read_text()


@pytest.mark.parametrize(
    ("options", "code", "text"),
    [
        ((), ExitCode.USAGE, "--base FILE is missing"),
        (("--base", "-"), ExitCode.USAGE, "stdin is taken"),
        (("--base", "absent.csv"), ExitCode.FILE, "absent.csv"),
        (("--base", "new.csv", "--only", "old"), ExitCode.USAGE, "--only old"),
        (("--base", "new.csv", "--base-map", "phone"), ExitCode.USAGE, "--base-map phone"),
    ],
    ids=["no base", "stdin", "absent", "only what", "half a map"],
)
def test_mistakes(call: Call, new: Path, tmp_path: Path, options: tuple[str, ...], code: int, text: str) -> None:
    answer = call("link", new, *options, "-o", "out.csv")
    assert answer.code == code
    assert text in answer.err
    assert not (tmp_path / "out.csv").exists()
