"""The permanent ids of clients from night to night, as the command keeps them."""

from pathlib import Path

import pandas as pd
import pytest

from crmclean.core.errors import ExitCode
from crmclean.history.client_file import CLIENTS_NAME, load_clients
from tests.cli.conftest import EXPORT, Call, files_below


def ids(path: Path) -> dict[str, str]:
    """Return ``crmclean_id`` by the ID of the CRM."""
    frame = pd.read_csv(path, sep=";", dtype=str, keep_default_na=False, encoding="cp1251")
    assert frame.columns[-1] == "crmclean_id"
    return dict(zip(frame["ID"], frame["crmclean_id"], strict=True))


def write(path: Path, text: str) -> None:
    path.write_bytes(text.encode("cp1251"))


@pytest.fixture
def nightly(call: Call, export: Path, tmp_path: Path) -> dict[str, str]:
    """Return the ids of the first night."""
    assert call("dedup", export, "-o", "clean.csv").code == ExitCode.DONE
    return ids(tmp_path / "clean.csv")


def test_every_client_has_an_id(nightly: dict[str, str]) -> None:
    assert set(nightly) == {"1", "3"}
    assert len({*nightly.values(), ""}) == 3


def test_they_stay_when_rows_come_and_go(call: Call, export: Path, nightly: dict[str, str], tmp_path: Path) -> None:
    heading, one, two, three = EXPORT.splitlines(keepends=True)
    added = "9;Пробная;Мария;Ильинична;;8 900 555-00-11;m@example.com;Омск\r\n"
    write(export, heading + added + three.replace("8 900 765 43 21", "+7 900 765-43-21") + two + one)
    answer = call("dedup", export, "-o", "clean.csv", "--force", "--json")
    tonight = ids(tmp_path / "clean.csv")
    assert {tonight["3"], *(tonight[name] for name in ("1", "2") if name in tonight)} == set(nightly.values())
    assert tonight["9"] not in nightly.values()
    assert (answer.json["figures"]["clients_new"], answer.json["figures"]["clients_merged"]) == (1, 0)


def test_two_known_clients_that_become_one(call: Call, export: Path, tmp_path: Path) -> None:
    heading, one, two, _three = EXPORT.splitlines(keepends=True)
    alone = two.replace("+7 900 123-45-67", "").replace("A.KOTOVA@example.com", "").replace("01.02.1980", "")
    write(export, heading + one + alone)
    call("dedup", export, "-o", "clean.csv")
    before = ids(tmp_path / "clean.csv")
    assert len(set(before.values())) == 2
    write(export, heading + one + two)
    answer = call("dedup", export, "-o", "clean.csv", "--force", "--json", "--report", "r.html")
    assert answer.json["figures"]["clients_merged"] == 1
    survivor = ids(tmp_path / "clean.csv")["1"]
    merged = load_clients(tmp_path / ".crmclean").merged()
    assert merged["surviving_id"].tolist() == [survivor]
    assert {*merged["merged_id"], survivor} == set(before.values())
    assert "Known clients that became one" in (tmp_path / "r.html").read_text()


def test_a_dry_run_reads_the_ids_and_keeps_none(
    call: Call, export: Path, nightly: dict[str, str], tmp_path: Path
) -> None:
    kept = (tmp_path / ".crmclean" / CLIENTS_NAME).read_bytes()
    write(export, EXPORT + "9;Пробная;Мария;Ильинична;;8 900 555-00-11;m@example.com;Омск\r\n")
    answer = call("dedup", export, "-o", "clean.csv", "--force", "--dry-run", "--json")
    assert answer.json["figures"]["clients_new"] == 1
    assert (tmp_path / ".crmclean" / CLIENTS_NAME).read_bytes() == kept


def test_without_a_history_nothing_is_kept(call: Call, export: Path, tmp_path: Path) -> None:
    call("dedup", export, "-o", "clean.csv", "--no-history")
    assert files_below(tmp_path) == {"base/contacts.csv", "clean.csv"}
    assert len(set(ids(tmp_path / "clean.csv").values())) == 2


def test_a_merge_that_is_taken_back_leaves_the_id_to_the_survivor(
    call: Call, nightly: dict[str, str], tmp_path: Path
) -> None:
    answer = call("undo", "1", "--cluster", "1", "-o", "parted.csv")
    assert answer.code == ExitCode.DONE
    assert ids(tmp_path / "parted.csv") == {"1": nightly["1"], "2": "", "3": nightly["3"]}


def test_a_cleaned_base_has_its_ids_replaced(call: Call, nightly: dict[str, str], tmp_path: Path) -> None:
    call("dedup", "clean.csv", "-o", "again.csv")
    assert ids(tmp_path / "again.csv") == nightly


def test_damaged_ids_stop_the_run(call: Call, export: Path, nightly: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / ".crmclean" / CLIENTS_NAME).write_bytes(b"no parquet")
    result = (tmp_path / "clean.csv").read_bytes()
    answer = call("dedup", export, "-o", "clean.csv", "--force")
    assert answer.code == ExitCode.FILE
    assert CLIENTS_NAME in answer.err
    assert (tmp_path / "clean.csv").read_bytes() == result
