"""``crmclean dead`` as a user calls it: what it writes, says and refuses."""

import csv
import io
from pathlib import Path

import pandas as pd
import pytest

from crmclean.core.errors import ExitCode
from crmclean.core.hygiene_settings import DeadSettings
from crmclean.core.settings import ReadSettings
from crmclean.core.table import Table
from crmclean.files.reading import read_bytes, read_table
from crmclean.hygiene.bounces import read_bounces
from crmclean.hygiene.calls import read_calls
from crmclean.hygiene.dead import find_dead
from crmclean.hygiene.dead_rules import REASONS
from tests.cli.conftest import Call, files_below
from tests.hygiene.dead_cases import (
    AMOCRM,
    AMOCRM_CASES,
    BITRIX24,
    BITRIX24_CASES,
    write_base,
    write_bounces,
    write_calls,
)

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
ADDED = ["crmclean_dead", "crmclean_dead_reasons", "crmclean_dead_why", "crmclean_proposal", "crmclean_may_contact"]
TODAY = "2026-11-22"


@pytest.fixture
def base(tmp_path: Path) -> Path:
    folder = tmp_path / "base"
    folder.mkdir()
    (folder / "contacts.csv").write_bytes(write_base(BITRIX24, BITRIX24_CASES))
    (folder / "calls.csv").write_bytes(write_calls(BITRIX24_CASES))
    (folder / "bounces.csv").write_bytes(write_bounces(BITRIX24_CASES))
    return folder


def read(path: Path, delimiter: str = ";") -> pd.DataFrame:
    return pd.read_csv(path, sep=delimiter, dtype=str, keep_default_na=False, encoding="utf-8-sig", index_col=False)


def lines_of(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))


def test_writes_the_base_the_tags_and_the_figures(call: Call, base: Path) -> None:
    answer = call(
        *("dead", base / "contacts.csv", "--calls", base / "calls.csv", "--bounces", base / "bounces.csv"),
        *("--as-of", TODAY, "-o", "out.csv", "--tags", "tags.csv", "--report", "report.html", "--json"),
    )
    assert answer.code == ExitCode.DONE
    cases = BITRIX24_CASES
    assert (answer.json["rows_in"], answer.json["rows_out"], answer.json["merged"]) == (len(cases), len(cases), 0)
    assert answer.json["figures"]["dead"] == sum(case.dead for case in cases)
    assert set(answer.json["outputs"]) == {"data", "tags", "report"}
    assert {"rules", "dead_proposals", "dead_evidence"} == set(answer.json["sections"])
    tags = read(Path("tags.csv"), ",")
    assert list(tags.columns) == ["row", "id", "dead", "reasons"]
    assert tags["reasons"].tolist() == [case.reasons for case in cases]
    assert tags["dead"].tolist() == [str(int(case.dead)) for case in cases]
    written, given = lines_of(Path("out.csv").read_bytes()), lines_of((base / "contacts.csv").read_bytes())
    # Bitrix24 ends every line with a delimiter.
    assert [line[: len(BITRIX24)] for line in written] == [line[:-1] for line in given]
    assert written[0][len(BITRIX24) : -1] == ADDED
    assert (base / "contacts.csv").read_bytes() == write_base(BITRIX24, BITRIX24_CASES)
    page = Path("report.html").read_text("utf-8")
    assert "Look at these first" in page
    assert "What is proposed" in page


def test_names_nobody_in_json(call: Call, base: Path) -> None:
    answer = call("dead", base / "contacts.csv", "--as-of", TODAY, "-o", "out.csv", "--json")
    assert "Лисицын" not in answer.out
    assert "11-01" not in answer.out


def test_writes_beside_the_input(call: Call, base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crmclean.cli.running.stdout_takes_data", lambda: False)
    answer = call("dead", base / "contacts.csv", "--as-of", TODAY, "--no-history")
    assert answer.code == ExitCode.DONE
    assert files_below(base) == {
        "contacts.csv",
        "calls.csv",
        "bounces.csv",
        "contacts.tagged.csv",
        "contacts.dead.html",
    }


def test_dry_run_writes_nothing(call: Call, base: Path, tmp_path: Path) -> None:
    before = files_below(tmp_path)
    answer = call("dead", base / "contacts.csv", "--as-of", TODAY, "-o", "out.csv", "--tags", "tags.csv", "--dry-run")
    assert answer.code == ExitCode.DONE
    assert files_below(tmp_path) == before
    assert "Dry run" in answer.err


@pytest.mark.parametrize(
    "sample", ["bitrix24_contacts.csv", "bitrix24_contacts.xls", "amocrm_contacts.csv", "amocrm_contacts.xlsx"]
)
def test_samples_give_what_the_library_gives(call: Call, sample: str) -> None:
    evidence = {"calls": SAMPLES / "calls.csv", "bounces": SAMPLES / "bounces.csv"}
    options = [part for name, path in evidence.items() for part in (f"--{name}", path)]
    answer = call(
        "dead", SAMPLES / sample, *options, "--as-of", TODAY, "-o", "out.csv", "--tags", "tags.csv", "--no-history"
    )
    assert answer.code == ExitCode.DONE

    def table(path: Path, of_clients: bool = True) -> Table:
        return read_table(read_bytes(str(path)), str(path), ReadSettings(), of_clients=of_clients).table

    outcome = find_dead(
        table(SAMPLES / sample),
        DeadSettings(as_of=TODAY),
        read_calls(table(evidence["calls"], False)),
        read_bounces(table(evidence["bounces"], False)),
    )
    tags = read(Path("tags.csv"), ",")
    assert tags["reasons"].tolist() == outcome.tables["tags"]["reasons"].tolist()
    assert {reason for text in tags["reasons"] for reason in text.split(",")} <= {"", *REASONS}
    assert tags["row"].tolist() == [str(row) for row in range(1, len(tags) + 1)]


def test_a_second_run_replaces_its_columns(call: Call, tmp_path: Path) -> None:
    (tmp_path / "contacts.csv").write_bytes(write_base(AMOCRM, AMOCRM_CASES))
    call("dead", "contacts.csv", "--as-of", TODAY, "-o", "one.csv")
    call("dead", "one.csv", "--as-of", TODAY, "-o", "two.csv")
    assert Path("one.csv").read_bytes() == Path("two.csv").read_bytes()
    assert list(read(Path("two.csv")).columns) == [*AMOCRM, *ADDED]


def test_stdin_to_stdout(call: Call, base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = (base / "contacts.csv").read_bytes()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
    answer = call("dead", "-", "--as-of", TODAY, "-o", "out.csv")
    assert answer.code == ExitCode.DONE
    assert len(read(Path("out.csv"))) == len(BITRIX24_CASES)


def test_rules_without_columns_are_named(call: Call, tmp_path: Path) -> None:
    (tmp_path / "short.csv").write_text("ID;Имя;Телефон\n1;Олег;\n", encoding="utf-8")
    answer = call("dead", "short.csv", "--as-of", TODAY, "-o", "out.csv")
    assert answer.code == ExitCode.DONE
    assert "Last activity or Modified" in answer.err
    assert read(tmp_path / "out.csv")["crmclean_dead_reasons"].tolist() == ["no-contact"]


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (("--calls", "bounces.csv"), ExitCode.USAGE, "No column of phone numbers"),
        (("--bounces", "calls.csv"), ExitCode.USAGE, "No column of e-mail addresses"),
        (("--calls", "none.csv"), ExitCode.FILE, "none.csv"),
        (("--calls", "-"), ExitCode.USAGE, "stdin"),
        (("--as-of", "завтра"), ExitCode.USAGE, "завтра"),
        (("--silent-days", "0"), ExitCode.USAGE, "--silent-days"),
        (("--remarks", "silent=молчит"), ExitCode.USAGE, "silent"),
        (("--statuses", "ушел=Ушёл"), ExitCode.USAGE, "ушел"),
    ],
)
def test_refuses_with_one_line(
    call: Call, base: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, str], code: ExitCode, said: str
) -> None:
    monkeypatch.chdir(base)
    answer = call("dead", "contacts.csv", "-o", "out.csv", *options)
    assert answer.code == code
    assert said in answer.err
    assert "Traceback" not in answer.err
    assert not (base / "out.csv").exists()


def test_settings_come_from_the_config_and_the_call(call: Call, tmp_path: Path) -> None:
    (tmp_path / "base.csv").write_text(
        "ID;Имя;Телефон;Комментарий;Последняя активность\n1;Олег;+7 900 000-11-01;не он;01.10.2026\n", encoding="utf-8"
    )
    (tmp_path / "crmclean.toml").write_text(
        '[dead]\nas_of = "2026-11-22"\nsilent_days = 30\nremarks = {wrong-number = ["не он"]}\n', encoding="utf-8"
    )
    call("dead", "base.csv", "--config", "crmclean.toml", "-o", "one.csv")
    assert read(tmp_path / "one.csv")["crmclean_dead_reasons"].tolist() == ["silent,wrong-number"]
    call("dead", "base.csv", "--as-of", TODAY, "--remarks", "opted-out=не он", "-o", "two.csv")
    assert read(tmp_path / "two.csv")["crmclean_dead_reasons"].tolist() == ["opted-out"]
