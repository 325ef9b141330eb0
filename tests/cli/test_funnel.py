"""``crmclean funnel`` from the command line on the samples: files, figures, and that it adds nothing to the library."""

import csv
import shutil
from pathlib import Path

import pytest

from crmclean.core.errors import ExitCode
from crmclean.core.hygiene_settings import FunnelSettings
from crmclean.core.settings import ReadSettings
from crmclean.files.reading import read_table
from crmclean.files.writing import render
from crmclean.hygiene.calls import read_calls
from crmclean.hygiene.funnel import funnel
from crmclean.reporting.csv_tables import render_csv
from tests.cli.conftest import Call, files_below

_SAMPLES = Path(__file__).resolve().parents[2] / "samples"
_DAY = ("--as-of", "2026-11-22")


@pytest.fixture
def deals(tmp_path: Path) -> Path:
    """The deals of Bitrix24 in a folder of their own."""
    folder = tmp_path / "base"
    folder.mkdir()
    return Path(shutil.copy(_SAMPLES / "bitrix24_deals.csv", folder))


def _truth(name: str) -> list[dict[str, str]]:
    with (_SAMPLES / f"{name}.truth.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", ["bitrix24_deals.csv", "amocrm_leads.csv"])
def test_tags_of_a_sample_are_the_truth(name: str, call: Call, tmp_path: Path) -> None:
    """The samples call stuck what has not moved for more than 180 days."""
    answer = call("funnel", _SAMPLES / name, "-o", tmp_path / "out.csv", *_DAY, "--stage-days", "180", "--no-history")
    assert answer.code == ExitCode.DONE
    frame = read_table((tmp_path / "out.csv").read_bytes(), "out.csv", ReadSettings()).table.frame
    found = [cell.split("; ") for cell in frame["crmclean_funnel"].tolist()]
    marks = [("stuck", "stuck"), ("no-task", "no_task"), ("overdue-promise", "overdue_promise")]
    expected = [[tag for tag, column in marks if line[column] == "1"] or [""] for line in _truth(name)]
    assert found == expected
    assert frame["ID"].tolist() == [line["id"] for line in _truth(name)]


def test_result_and_side_files_equal_the_library_call(call: Call, deals: Path, tmp_path: Path) -> None:
    calls = _SAMPLES / "calls.csv"
    sides = [part for name in ("stage", "source", "manager") for part in (f"--by-{name}", f"{name}.csv")]
    settings = ("--allowed", "payment=10", "--allowed", "Думает=60", "--stage-days", "20", "--attempts", "2")
    answer = call("funnel", deals, "-o", "out.csv", "--calls", calls, *sides, *settings, *_DAY, "--no-history")
    assert answer.code == ExitCode.DONE
    table = read_table(deals.read_bytes(), str(deals), ReadSettings()).table
    evidence = read_calls(read_table(calls.read_bytes(), "calls.csv", ReadSettings(), of_clients=False).table)
    outcome = funnel(
        table,
        FunnelSettings(as_of="2026-11-22", allowed=(("payment", "10"), ("Думает", "60")), stage_days=20, attempts=2),
        evidence,
    )
    assert (tmp_path / "out.csv").read_bytes() == render(outcome.table).data
    for name in ("stage", "source", "manager"):
        assert (tmp_path / f"{name}.csv").read_bytes() == render_csv(outcome.tables[f"by_{name}"])


def test_without_an_output_the_result_and_a_page_stand_beside_the_input(call: Call, deals: Path) -> None:
    before = deals.read_bytes()
    assert call("funnel", deals, *_DAY, "--no-history").code == ExitCode.DONE
    assert files_below(deals.parent) == {
        "bitrix24_deals.csv",
        "bitrix24_deals.funnel.csv",
        "bitrix24_deals.funnel.html",
    }
    assert deals.read_bytes() == before
    page = (deals.parent / "bitrix24_deals.funnel.html").read_text("utf-8")
    for heading in ("Where they drop out", "Managers", "Sources", "Whom to see first", "How this was counted"):
        assert heading in page


def test_figures_as_json_name_nobody(call: Call, deals: Path) -> None:
    answer = call("funnel", deals, *_DAY, "--stage-days", "180", "--json", "--no-history")
    figures = answer.json["figures"]
    assert {name: figures[name] for name in ("open_records", "stuck", "no_task", "overdue_promises", "won")} == {
        "open_records": 38, "stuck": 3, "no_task": 10, "overdue_promises": 5, "won": 13,
    }  # fmt: skip
    assert (answer.json["rows_in"], answer.json["rows_out"]) == (60, 60)
    assert answer.json["sections"].keys() == {"stage_lines", "drop_out", "source_lines", "rules", "method"}
    assert not any(name in answer.out for name in ("Примерова", "Макетов", "Коретухин", "ООО"))


def test_dry_run_writes_nothing(call: Call, deals: Path) -> None:
    assert call("funnel", deals, *_DAY, "--dry-run").code == ExitCode.DONE
    assert files_below(deals.parent) == {"bitrix24_deals.csv"}


def test_a_second_run_replaces_its_own_columns(call: Call, deals: Path, tmp_path: Path) -> None:
    call("funnel", deals, "-o", "once.csv", *_DAY, "--no-history")
    call("funnel", "once.csv", "-o", "twice.csv", *_DAY, "--no-history")
    assert (tmp_path / "once.csv").read_bytes() == (tmp_path / "twice.csv").read_bytes()


def test_a_missing_column_is_said_in_the_report(call: Call, export: Path) -> None:
    answer = call("funnel", export, *_DAY, "--no-history")
    assert answer.code == ExitCode.DONE
    assert "Stage or Status" in answer.err


def test_settings_of_a_config_file(call: Call, deals: Path, tmp_path: Path) -> None:
    config = tmp_path / "crmclean.toml"
    config.write_text(
        '[funnel]\nas_of = "2026-11-22"\nstages = ["Новая заявка", "Переговоры"]\nallowed = { payment = "10" }\n'
        'statuses = { won = ["Постоянный клиент"] }\n',
        "utf-8",
    )
    answer = call("funnel", deals, "--config", config, "--json", "--no-history")
    assert answer.json["settings"]["stages"] == ["Новая заявка", "Переговоры"]
    assert answer.json["figures"]["won"] == 13


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--as-of", "вчера"), ExitCode.USAGE, "--as-of"),
        (("--allowed", "Переговоры"), ExitCode.USAGE, "STAGE=DAYS"),
        (("--allowed", "Переговоры=долго"), ExitCode.USAGE, "whole number of days"),
        (("--statuses", "open=Квиз"), ExitCode.USAGE, "open"),
        (("--stage-days", "0"), ExitCode.USAGE, "--stage-days"),
        (("--calls", "absent.csv"), ExitCode.FILE, "absent.csv"),
        (("--calls", "orders.txt"), ExitCode.USAGE, "No column of phone numbers"),
    ],
    ids=["no date", "no days", "days in words", "no class", "no day at all", "no file", "no calls"],
)
def test_what_is_refused(
    arguments: tuple[str, ...], code: ExitCode, said: str, call: Call, deals: Path, tmp_path: Path
) -> None:
    (tmp_path / "orders.txt").write_text("Товар;Цена\nСтанок;много\nНасос;мало\n", "utf-8")
    answer = call("funnel", deals, *arguments, "-o", "out.csv", "--no-history")
    assert answer.code == code
    assert said in answer.err
    assert not (tmp_path / "out.csv").exists()
