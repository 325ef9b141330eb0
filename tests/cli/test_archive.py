"""``crmclean archive`` as a user calls it: two files that belong together."""

import csv
import io
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from crmclean.cli.running import read_parts
from crmclean.core.errors import ExitCode
from tests.cli.conftest import Call, files_below

SAMPLES = Path(__file__).resolve().parents[2] / "samples"

CHOSEN = (
    "bitrix24_contacts.csv", "bitrix24_contacts.xls", "amocrm_contacts.xlsx", "bitrix24_deals.csv", "amocrm_leads.csv",
)  # fmt: skip

CONFIG = """
[[archive.rule]]
when = "stage is lost"
reason = "[Причина отказа]"
warm_up = "discounts"

[[archive.rule]]
when = "days_since(last_activity) > 365"
reason = "молчит больше года"
"""
HEADING = "ID;ФИО;Телефон;Стадия;Последняя активность;Причина отказа\r\n"
ANNA = "1;Котова Анна;+7 900 000-11-01;В работе;20.09.2026;\r\n"
OLEG = "2;Лисицын Олег;+7 900 000-11-02;Закрыто и не реализовано;10.01.2026;Дорого\r\n"
VERA = "3;Зайцева Вера;+7 900 000-11-03;В работе;01.03.2025;\r\n"
VERA_CALLS = "3;Зайцева Вера;+7 900 000-11-03;В работе;10.10.2026;\r\n"


@pytest.fixture
def base(tmp_path: Path) -> Path:
    folder = tmp_path / "base"
    folder.mkdir()
    (folder / "clients.csv").write_bytes((HEADING + ANNA + OLEG + VERA).encode("cp1251"))
    Path("crmclean.toml").write_text(CONFIG, "utf-8")
    return folder


def rows_of(path: str | Path, encoding: str = "cp1251") -> list[dict[str, str]]:
    text = Path(path).read_bytes().decode(encoding)
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def archive(call: Call, base: Path, *more: str | Path, day: str = "2026-10-01") -> dict[str, object]:
    answer = call(
        *("archive", base / "clients.csv", "--config", "crmclean.toml", "--as-of", day, "-o", "active.csv"),
        *("--archive", "archive.csv", "--json", *more),
    )
    assert answer.code == ExitCode.DONE, answer.err
    return answer.json


def test_parts_the_base(call: Call, base: Path) -> None:
    json = archive(call, base, "--warm-up", "warm.csv", "--report", "report.html")
    assert json["outputs"] == {
        "data": "active.csv", "archive": "archive.csv", "warm_up": "warm.csv", "report": "report.html"
    }  # fmt: skip
    figures = json["figures"]
    assert isinstance(figures, dict)
    assert (json["rows_in"], json["rows_out"], json["merged"]) == (3, 1, 0)
    assert (figures["archived"], figures["in_archive"], figures["restored"]) == (2, 2, 0)
    assert [row["ID"] for row in rows_of("active.csv")] == ["1"]
    assert [row["crmclean_archived_reason"] for row in rows_of("archive.csv")] == ["Дорого", "молчит больше года"]
    assert Path("warm.csv").read_text("utf-8").splitlines() == [
        "list,id,client,phone,email,reason,archived_at",
        "discounts,2,Лисицын Олег,+7 900 000-11-02,,Дорого,2026-10-01",
    ]
    page = Path("report.html").read_text("utf-8")
    assert "Archived, by reason" in page
    assert "молчит больше года" in page


def test_a_second_night_needs_force_for_the_base_alone(call: Call, base: Path) -> None:
    archive(call, base)
    first = (Path("active.csv").read_bytes(), Path("archive.csv").read_bytes())
    refused = call(
        "archive", base / "clients.csv", "--config", "crmclean.toml", "-o", "active.csv", "--archive", "archive.csv"
    )
    assert refused.code == ExitCode.FILE
    assert "active.csv exists already" in refused.err
    archive(call, base, "--force")
    assert (Path("active.csv").read_bytes(), Path("archive.csv").read_bytes()) == first


def test_restores_and_undoes(call: Call, base: Path) -> None:
    archive(call, base)
    (base / "clients.csv").write_bytes((HEADING + ANNA + OLEG + VERA_CALLS).encode("cp1251"))
    listed = archive(call, base, "--force", day="2026-10-15")
    assert isinstance(listed["figures"], dict)
    assert listed["figures"]["returning"] == 1
    assert listed["findings"] == {"archive-returning": 1}
    before = Path("archive.csv").read_bytes()
    restored = archive(call, base, "--force", "--restore", day="2026-10-15")
    assert isinstance(restored["figures"], dict)
    assert restored["figures"]["restored"] == 1
    assert [row["ID"] for row in rows_of("active.csv")] == ["1", "3"]
    note = rows_of("active.csv")[1]["crmclean_archive_note"]
    assert note.startswith("returned 15.10.2026: new activity on 10.10.2026")
    assert [row["ID"] for row in rows_of("archive.csv")] == ["2"]
    undone = call("undo", "last")
    assert undone.code == ExitCode.DONE, undone.err
    assert Path("archive.csv").read_bytes() == before


def test_tells_on_the_screen_who_is_back(call: Call, base: Path) -> None:
    archive(call, base)
    (base / "clients.csv").write_bytes((HEADING + ANNA + OLEG + VERA_CALLS).encode("cp1251"))
    answer = call(
        *("archive", base / "clients.csv", "--config", "crmclean.toml", "--as-of", "2026-10-15", "--archive"),
        *("archive.csv", "-o", "again.csv", "--dry-run"),
    )
    assert "Back from the archive" in answer.err
    assert "stays:" in answer.err
    assert not Path("again.csv").exists()


def test_writes_beside_the_input(call: Call, base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crmclean.cli.archiving.stdout_takes_data", lambda: False)
    given = ("archive", base / "clients.csv", "--config", "crmclean.toml", "--as-of", "2026-10-01", "--no-history")
    assert call(*given, "--archive", base / "archive.csv").code == ExitCode.DONE
    assert files_below(base) == {"clients.csv", "clients.active.csv", "archive.csv"}
    refused = call(*given, "--archive", base / "archive.csv")
    assert refused.code == ExitCode.FILE
    assert "clients.active.csv exists already" in refused.err


def test_keeps_an_archive_in_another_format(call: Call, base: Path) -> None:
    given = ("archive", base / "clients.csv", "--config", "crmclean.toml", "--as-of", "2026-10-01", "--no-history")
    assert call(*given, "-o", "a.csv", "--archive", "archive.xlsx").code == ExitCode.DONE
    first = Path("archive.xlsx").read_bytes()
    answer = call(*given, "-o", "b.csv", "--archive", "archive.xlsx", "--json")
    assert answer.json["figures"]["in_both"] == 2
    assert Path("archive.xlsx").read_bytes() == first


@pytest.mark.parametrize("name", ["archive.csv", "archive.xlsx", "archive.jsonl", "archive.parquet", "archive.xls"])
def test_an_archive_may_hold_nobody_yet(call: Call, base: Path, name: str) -> None:
    whole = (base / "clients.csv").read_bytes()
    (base / "clients.csv").write_bytes((HEADING + ANNA).encode("cp1251"))
    given = ("archive", base / "clients.csv", "--config", "crmclean.toml", "--as-of", "2026-10-01", "--no-history")
    first = call(*given, "-o", "a.csv", "--archive", name, "--json")
    assert first.json["figures"]["in_archive"] == 0
    (base / "clients.csv").write_bytes(whole)
    assert call(*given, "-o", "b.csv", "--archive", name, "--json").json["figures"]["in_archive"] == 2
    last = call(*given, "-o", "c.csv", "--archive", name, "--json").json["figures"]
    assert (last["in_archive"], last["in_both"]) == (2, 2)


def test_a_pattern_does_not_bring_in_the_archive(call: Call, base: Path) -> None:
    given = ("--config", "crmclean.toml", "--as-of", "2026-10-01", "--no-history", "--json")
    first = call("archive", base / "*.csv", "-o", base / "a.csv", "--archive", base / "archive.csv", *given)
    assert first.code == ExitCode.DONE, first.err
    again = call("archive", base / "*.csv", "-o", base / "a.csv", "--archive", base / "archive.csv", *given, "--force")
    assert again.json["rows_in"] == 3


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        pytest.param((), ExitCode.USAGE, "--archive FILE is missing", id="no-archive"),
        pytest.param(("--archive", "-"), ExitCode.USAGE, "--archive -", id="stdout"),
        pytest.param(("--archive", "base/clients.csv"), ExitCode.USAGE, "is the archive itself", id="the-input"),
        pytest.param(("--archive", "none/archive.csv"), ExitCode.FILE, "There is no folder", id="no-folder"),
        pytest.param(("--archive", "other.csv"), ExitCode.FILE, "no archive of crmclean", id="no-archive-of-ours"),
        pytest.param(("--archive", "archive.csv.gz"), ExitCode.USAGE, "not written", id="packed"),
        pytest.param(("--archive", "active.csv"), ExitCode.USAGE, "two outputs", id="both-the-same"),
    ],
)
def test_refuses(call: Call, base: Path, arguments: tuple[str, ...], code: ExitCode, words: str) -> None:
    shutil.copy(base / "clients.csv", "other.csv")
    before = files_below(Path())
    answer = call("archive", base / "clients.csv", "--config", "crmclean.toml", "-o", "active.csv", *arguments)
    assert (answer.code, words in answer.err) == (code, True), answer.err
    assert files_below(Path()) == before


def test_refuses_to_archive_without_rules_or_reasons(call: Call, base: Path) -> None:
    answer = call("archive", base / "clients.csv", "-o", "active.csv", "--archive", "archive.csv")
    assert answer.code == ExitCode.USAGE
    assert "--built-in" in answer.err
    Path("crmclean.toml").write_text('[[archive.rule]]\nwhen = "stage is lost"\nreason = ""\n', "utf-8")
    answer = call(
        *("archive", base / "clients.csv", "-o", "active.csv", "--archive", "archive.csv", "--config", "crmclean.toml")
    )
    assert answer.code == ExitCode.USAGE
    assert "reason" in answer.err
    assert not Path("archive.csv").exists()


def test_refuses_an_archive_that_changed_meanwhile(call: Call, base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive(call, base)
    real: Callable[..., object] = read_parts

    def read_while_another_writes(*arguments: object) -> object:
        with Path("archive.csv").open("ab") as file:
            file.write(b"9;;;;;;x;2026-10-01;;;;;\r\n")
        return real(*arguments)

    monkeypatch.setattr("crmclean.cli.archiving.read_parts", read_while_another_writes)
    answer = call(
        *("archive", base / "clients.csv", "--config", "crmclean.toml", "-o", "b.csv", "--archive", "archive.csv")
    )
    assert answer.code == ExitCode.FILE
    assert "was changed while the files were read" in answer.err
    assert not Path("b.csv").exists()


@pytest.mark.parametrize("sample", CHOSEN)
def test_samples(call: Call, sample: str) -> None:
    suffix = Path(sample).suffix
    given = ("archive", SAMPLES / sample, "--built-in", "--as-of", "2026-11-22", "--no-history", "--restore", "--json")
    first = call(*given, "-o", f"a{suffix}", "--archive", f"archive{suffix}")
    assert first.code == ExitCode.DONE, first.err
    figures = first.json["figures"]
    assert figures["rows_out"] + figures["in_archive"] == figures["rows_in"]
    assert figures["archived"] > 0
    again = call(*given, "-o", f"b{suffix}", "--archive", f"archive{suffix}")
    assert again.json["figures"]["in_both"] == figures["in_archive"]
    assert Path(f"a{suffix}").read_bytes() == Path(f"b{suffix}").read_bytes()
