"""``crmclean deals`` as a user calls it, on the samples: the files that it writes, and what it says."""

import csv
import io
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from crmclean.core.errors import ExitCode
from crmclean.core.hygiene_settings import DealsSettings
from crmclean.core.settings import ReadSettings
from crmclean.files.reading import read_table
from crmclean.hygiene.deals import TWIN_COLUMNS, find_twin_deals
from tests.cli.conftest import Call, files_below

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
TODAY = ("--as-of", "2026-11-22")


@pytest.fixture
def deals(tmp_path: Path) -> Path:
    path = tmp_path / "deals.csv"
    shutil.copy(SAMPLES / "bitrix24_deals.csv", path)
    return path


def read(path: Path) -> list[dict[str, str]]:
    """Return a file of semicolons as records, read with the library of Python itself."""
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline=""), delimiter=";"))


def truth(name: str) -> dict[str, dict[str, str]]:
    with (SAMPLES / f"{name}.truth.csv").open(encoding="utf-8", newline="") as file:
        return {record["id"]: record for record in csv.DictReader(file)}


@pytest.mark.parametrize(("name", "delimiter"), [("bitrix24_deals.csv", ";"), ("amocrm_leads.csv", ",")])
def test_the_twins_of_a_sample_are_those_of_its_truth(call: Call, tmp_path: Path, name: str, delimiter: str) -> None:
    assert call("deals", SAMPLES / name, *TODAY, "-o", "out.csv", "--changes", "changes.csv").code == ExitCode.DONE
    text = (tmp_path / "out.csv").read_bytes().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    places = [rows[0].index(heading) for heading in ("ID", "crmclean_twin_of", "crmclean_twin_action")]
    found = {row[places[0]]: (row[places[1]], row[places[2]]) for row in rows[1:]}
    true = truth(name)
    assert {key: of for key, (of, _action) in found.items()} == {key: said["twin_of"] for key, said in true.items()}
    closed = {key for key, (_of, action) in found.items() if action == "close"}
    assert closed
    assert not {key for key in closed if true[key]["other_manager"] == "1"}
    changes = (tmp_path / "changes.csv").read_bytes().decode("utf-8-sig")
    loaded = list(csv.DictReader(io.StringIO(changes, newline=""), delimiter=delimiter))
    assert {record["ID"] for record in loaded} == closed
    assert {record[next(name for name in record if name in ("Стадия сделки", "Этап сделки"))] for record in loaded} == {
        "Дубль"
    }


def test_the_files_beside_the_input(call: Call, deals: Path, tmp_path: Path) -> None:
    before = deals.read_bytes()
    answer = call("deals", deals, *TODAY, "--no-history", "--json")
    assert answer.code == ExitCode.DONE
    assert files_below(tmp_path) == {
        "deals.csv", "deals.deals.csv", "deals.changes.csv", "deals.decide.csv", "deals.report.html",
    }  # fmt: skip
    assert deals.read_bytes() == before
    assert (answer.json["rows_in"], answer.json["rows_out"]) == (60, 60)
    figures = answer.json["figures"]
    assert figures["twins"] == figures["twins_to_close"] + figures["twins_to_decide"] == 8
    assert set(answer.json["outputs"]) == {"data", "deal_changes", "decide", "report"}
    changes = read(tmp_path / "deals.changes.csv")
    assert len(changes) == figures["twins_to_close"]
    decide = read(tmp_path / "deals.decide.csv")
    assert len(decide) == figures["twins_to_decide"]
    assert {record["Decision"] for record in decide} == {""}
    assert all(record["Older deal"] and record["Newer deal"] and record["Why"] for record in decide)


def test_the_changes_are_in_the_layout_of_the_export(call: Call, deals: Path, tmp_path: Path) -> None:
    url = "https://crm.example/crm/deal/details/{id}/"
    call("deals", deals, *TODAY, "-o", "out.csv", "--changes", "changes.csv", "--deal-url", url, "--lang", "ru")
    data = (tmp_path / "changes.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf" + '"ID";"Стадия сделки";"Комментарий";'.encode())
    comments = {record["ID"]: record["Комментарий"] for record in read(tmp_path / "changes.csv")}
    assert "https://crm.example/crm/deal/details/249/" in comments["250"]


def test_the_changes_can_be_read_again_by_their_headings(call: Call, deals: Path, tmp_path: Path) -> None:
    call("deals", deals, *TODAY, "-o", "out.csv", "--changes", "changes.csv")
    table = read_table((tmp_path / "changes.csv").read_bytes(), "changes.csv", ReadSettings(), of_clients=False).table
    assert [column.role for column in table.columns][:3] == ["id", "stage", "comment"]


def test_the_result_is_that_of_the_library(call: Call, deals: Path, tmp_path: Path) -> None:
    call("deals", deals, *TODAY, "-o", "out.csv")
    table = read_table(deals.read_bytes(), str(deals), ReadSettings()).table
    outcome = find_twin_deals(table, DealsSettings(as_of="2026-11-22"))
    written = read_table((tmp_path / "out.csv").read_bytes(), "out.csv", ReadSettings()).table
    pd.testing.assert_frame_equal(written.frame, outcome.table.frame)


def test_a_second_run_replaces_its_own_columns(call: Call, deals: Path, tmp_path: Path) -> None:
    call("deals", deals, *TODAY, "-o", "once.csv")
    call("deals", "once.csv", *TODAY, "-o", "twice.csv")
    assert (tmp_path / "once.csv").read_bytes() == (tmp_path / "twice.csv").read_bytes()
    assert sum(heading.startswith("crmclean_") for heading in read(tmp_path / "twice.csv")[0]) == len(TWIN_COLUMNS)


def test_dry_run_writes_nothing(call: Call, deals: Path, tmp_path: Path) -> None:
    answer = call("deals", deals, *TODAY, "--dry-run")
    assert answer.code == ExitCode.DONE
    assert files_below(tmp_path) == {"deals.csv"}
    assert "Twins to close" in answer.err


def test_an_export_without_stages_is_said_to_lack_them(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "bare.csv"
    path.write_text("ID;Компания;Сумма\n1;Ромашка;10\n2;Ромашка;10\n", encoding="utf-8")
    answer = call("deals", path, *TODAY, "-o", "out.csv", "--json")
    assert answer.code == ExitCode.DONE
    assert answer.json["figures"]["twins"] == 0
    rules = {rule["title"]: rule["missing"] for rule in answer.json["sections"]["rules"]}
    assert rules["Deals on the way, by stage"] == "Stage or Status"


def test_the_summary_names_nobody(call: Call, deals: Path) -> None:
    answer = call("deals", deals, *TODAY, "-o", "out.csv", "--json", "--no-history")
    people = {record[heading] for record in read(deals) for heading in ("Контакт", "Телефон", "Компания")}
    assert not [name for name in people if name.strip() and name in answer.out]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--deal-url", "https://crm.example/deal/"), "{id}"),
        (("--as-of", "скоро"), "--as-of"),
        (("--other-owner", "maybe"), "--other-owner"),
        (("--statuses", "нет=НБТ"), "нет"),
    ],
    ids=["url without id", "no date", "no such rule", "no such class"],
)
def test_wrong_calls_are_refused(
    call: Call, deals: Path, tmp_path: Path, arguments: tuple[Any, ...], said: str
) -> None:
    answer = call("deals", deals, "-o", "out.csv", *arguments)
    assert answer.code == ExitCode.USAGE
    assert said in answer.err
    assert files_below(tmp_path) == {"deals.csv"}


def test_a_file_that_exists_is_not_replaced(call: Call, deals: Path, tmp_path: Path) -> None:
    (tmp_path / "changes.csv").write_text("mine")
    answer = call("deals", deals, "-o", "out.csv", "--changes", "changes.csv")
    assert answer.code == ExitCode.FILE
    assert (tmp_path / "changes.csv").read_text() == "mine"


def test_a_workbook_gives_lists_for_excel(call: Call, deals: Path, tmp_path: Path) -> None:
    call("deals", deals, *TODAY, "-o", "deals.xlsx")
    answer = call("deals", "deals.xlsx", *TODAY, "-o", "out.xlsx", "--changes", "changes.csv", "--force")
    assert answer.code == ExitCode.DONE
    assert (tmp_path / "changes.csv").read_bytes().startswith(b"\xef\xbb\xbfID;")


def test_settings_come_from_the_config_too(call: Call, deals: Path, tmp_path: Path) -> None:
    (tmp_path / "crmclean.toml").write_text('[deals]\nas_of = "2026-11-22"\nother_owner = "close"\n')
    asked = call("deals", deals, *TODAY, "-o", "one.csv", "--json", "--no-history").json["figures"]
    by_config = call("deals", deals, "--config", "crmclean.toml", "-o", "two.csv", "--json", "--no-history")
    config = by_config.json["figures"]
    assert config["twins"] == asked["twins"]
    assert config["twins_to_close"] > asked["twins_to_close"]
