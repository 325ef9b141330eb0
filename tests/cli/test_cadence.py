"""`cadence`: from a file of orders to files, as a user calls it."""

import csv
import shutil
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook

from crmclean.core.errors import ExitCode
from crmclean.core.hygiene_settings import CadenceSettings
from crmclean.core.settings import ReadSettings
from crmclean.files.reading import read_bytes, read_table
from crmclean.hygiene.cadence import CLIENT_COLUMNS, cadence
from tests.cli.conftest import Call, files_below

_SAMPLES = Path(__file__).resolve().parents[2] / "samples"
_AS_OF = ("--as-of", "2026-11-22")
_ADDED = [
    "crmclean_client",
    "crmclean_purchase",
    "crmclean_due",
    "crmclean_overdue_days",
    "crmclean_rhythm",
    "crmclean_segment",
    "crmclean_abc",
    "crmclean_cadence_reason",
]


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    """The sample of orders, in a folder of its own."""
    folder = tmp_path / "base"
    folder.mkdir()
    return Path(shutil.copy(_SAMPLES / "orders.csv", folder))


def _lines(path: Path, delimiter: str = ",") -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def test_files_beside_the_input(call: Call, orders: Path) -> None:
    before = orders.read_bytes()
    answer = call("cadence", orders, *_AS_OF, "--no-history")
    assert answer.code == ExitCode.DONE
    assert answer.out == ""
    assert files_below(orders.parent) == {"orders.csv", "orders.cadence.csv", "orders.clients.csv"}
    assert orders.read_bytes() == before
    for text in ("Whom to win back first", "ABC by share of the turnover", "Skipped: the file lacks", "Opt-out"):
        assert text in answer.err


def test_the_files_say_what_the_library_says(call: Call, orders: Path) -> None:
    call("cadence", orders, *_AS_OF, "--no-history")
    table = read_table(read_bytes(str(orders)), str(orders), ReadSettings()).table
    outcome = cadence(table, CadenceSettings(as_of="2026-11-22"))
    written = _lines(orders.parent / "orders.cadence.csv", ";")
    assert pd.DataFrame(written).to_numpy().tolist() == outcome.table.frame.to_numpy().tolist()
    assert list(written[0])[-len(_ADDED) :] == _ADDED
    clients = _lines(orders.parent / "orders.clients.csv")
    assert tuple(clients[0]) == CLIENT_COLUMNS
    assert [line["name"] for line in clients] == outcome.tables["clients"]["name"].tolist()
    assert [line["last_purchase"] for line in clients if line["client"] == "1"] == ["2026-06-06"]


def test_the_truth_of_the_sample(call: Call, orders: Path) -> None:
    call("cadence", orders, *_AS_OF, "--no-history")
    clients = {line["phone"]: line for line in _lines(orders.parent / "orders.clients.csv")}
    truth = _lines(_SAMPLES / "orders.csv.truth.csv")
    inns = [line["inn"] for line in truth if line["inn"]]
    alone = [line for line in truth if inns.count(line["inn"]) < 2]
    assert len(alone) == 16
    for line in alone:
        found = clients[line["phone"]]
        assert found["rhythm"] == "overdue" if line["overdue"] == "1" else found["rhythm"] in ("on-time", "due")
        assert (found["purchases"], found["turnover"]) == (line["orders"], line["turnover"])
        assert found["last_purchase"] == line["last_order"]


def test_json_names_nobody(call: Call, orders: Path) -> None:
    answer = call("cadence", orders, *_AS_OF, "--json", "--no-history")
    value = answer.json
    assert value["command"] == "cadence"
    assert (value["rows_in"], value["rows_out"]) == (164, 164)
    assert set(value["outputs"]) == {"data", "clients"}
    for text in ("Жилулина", "79671064404", "Топаз"):
        assert text not in answer.out


def test_dry_run_writes_nothing(call: Call, orders: Path, tmp_path: Path) -> None:
    answer = call("cadence", orders, *_AS_OF, "--dry-run")
    assert answer.code == ExitCode.DONE
    assert files_below(tmp_path) == {"base/orders.csv"}
    assert "Dry run" in answer.err


def test_clients_where_the_user_wants_them(call: Call, orders: Path, tmp_path: Path) -> None:
    call("cadence", orders, *_AS_OF, "--no-history", "-o", "out.xlsx", "--clients", "who.csv", "--report", "r.html")
    assert files_below(tmp_path) == {"base/orders.csv", "out.xlsx", "who.csv", "r.html"}
    rows = list(load_workbook("out.xlsx", read_only=True).worksheets[0].values)
    assert len(rows) == 165
    assert list(rows[0])[-len(_ADDED) :] == _ADDED
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "Whom to win back first" in page


def test_a_second_run_replaces_its_own_columns(call: Call, orders: Path) -> None:
    folder = orders.parent
    call("cadence", orders, *_AS_OF, "--no-history")
    first = (folder / "orders.cadence.csv").read_bytes()
    call("cadence", folder / "orders.cadence.csv", *_AS_OF, "--no-history", "-o", folder / "again.csv")
    assert (folder / "again.csv").read_bytes() == first


def test_undo_brings_the_orders_back(call: Call, orders: Path) -> None:
    before = orders.read_bytes()
    call("cadence", orders, *_AS_OF, "-o", orders, "--force")
    assert orders.read_bytes() != before
    call("undo", "last", "--state", orders.parent / ".crmclean")
    assert orders.read_bytes() == before


def test_contacts_are_refused_with_what_to_do(call: Call, export: Path, tmp_path: Path) -> None:
    answer = call("cadence", export, *_AS_OF)
    assert answer.code == ExitCode.USAGE
    assert "a line per order" in answer.err
    assert '--map ordered_at="' in answer.err
    assert files_below(tmp_path) == {"base/contacts.csv"}


def test_the_date_may_be_named(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("ФИО;Телефон;Дата создания\nКотова Анна;+79001234567;01.11.2026\n", encoding="utf-8")
    answer = call("cadence", path, *_AS_OF, "--no-history", "--map", "ordered_at=Дата создания", "--json")
    assert answer.code == ExitCode.DONE


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        pytest.param(("--as-of", "soon"), "--as-of", id="no-date"),
        pytest.param(("--factor", "0.5"), "factor", id="factor-below-one"),
        pytest.param(("--a-share", "2"), "--a-share", id="share-above-one"),
        pytest.param(("--statuses", "sold=Обжиг"), "sold", id="no-such-class"),
    ],
)
def test_wrong_settings(call: Call, orders: Path, arguments: tuple[str, str], text: str) -> None:
    answer = call("cadence", orders, *arguments)
    assert answer.code == ExitCode.USAGE
    assert text in answer.err
    assert files_below(orders.parent) == {"orders.csv"}
