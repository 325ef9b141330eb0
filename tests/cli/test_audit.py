"""`audit` from the command line to the files it leaves."""

from io import BytesIO
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook

from crmclean.core.errors import ExitCode
from crmclean.core.hygiene_settings import AuditSettings
from crmclean.core.settings import ReadSettings
from crmclean.files.reading import read_bytes, read_table
from crmclean.hygiene.audit import audit
from tests.cli.conftest import Call, files_below

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
AS_OF = ("--as-of", "2026-11-22")
ADDED = ["crmclean_audit", "crmclean_audit_why", "crmclean_quality"]


@pytest.fixture
def deals(tmp_path: Path) -> Path:
    """The deals of Bitrix24 from the samples, in a folder of their own."""
    path = tmp_path / "deals.csv"
    path.write_bytes((SAMPLES / "bitrix24_deals.csv").read_bytes())
    return path


def read_frame(path: Path) -> pd.DataFrame:
    """Return the cells of a file that was written."""
    return read_table(read_bytes(str(path)), str(path), ReadSettings()).table.frame


def test_data_and_report_are_written_beside_the_input(call: Call, deals: Path, tmp_path: Path) -> None:
    answer = call("audit", deals, *AS_OF, "--no-history")
    assert answer.code == ExitCode.DONE
    assert answer.out == ""
    assert files_below(tmp_path) == {"deals.csv", "deals.audit.csv", "deals.audit.html"}
    assert "Quality by part" in answer.err
    assert "Bitrix24" in (tmp_path / "deals.audit.html").read_text("utf-8")


@pytest.mark.parametrize(
    "name", ["bitrix24_contacts.csv", "amocrm_contacts.csv", "bitrix24_deals.csv", "amocrm_leads.csv"]
)
def test_the_call_says_what_the_library_says(call: Call, tmp_path: Path, name: str) -> None:
    source = tmp_path / name
    source.write_bytes((SAMPLES / name).read_bytes())
    result = tmp_path / "out.csv"
    assert call("audit", source, "-o", result, *AS_OF, "--no-history").code == ExitCode.DONE
    table = read_table(read_bytes(str(source)), str(source), ReadSettings()).table
    expected = audit(table, AuditSettings(as_of="2026-11-22")).table.frame
    found = read_frame(result)
    assert found.columns.tolist()[-3:] == ADDED
    assert found[ADDED].equals(expected[ADDED])
    assert found[table.frame.columns].equals(table.frame)


def test_json_has_the_score_and_names_nobody(call: Call, deals: Path) -> None:
    value = call("audit", deals, "-o", "out.csv", *AS_OF, "--json", "--no-history").json
    assert (value["command"], value["rows_in"], value["rows_out"]) == ("audit", 60, 60)
    assert set(value["outputs"]) == {"data"}
    assert 0 < value["figures"]["quality"] <= 100
    assert "uniqueness" not in value["figures"]
    assert set(value["sections"]) == {"quality", "rules"}
    assert "Примерова" not in str({name: value[name] for name in value if name != "columns"})


def test_a_dry_run_writes_nothing(call: Call, deals: Path, tmp_path: Path) -> None:
    answer = call("audit", deals, *AS_OF, "--checklist", "check.xlsx", "--dry-run")
    assert answer.code == ExitCode.DONE
    assert files_below(tmp_path) == {"deals.csv"}


@pytest.mark.parametrize(
    ("least", "code", "words"),
    [
        pytest.param("100", ExitCode.THRESHOLD_MISSED, "below the threshold of 100: exit code 1.", id="missed"),
        pytest.param("50", ExitCode.DONE, "the threshold is 50.", id="met"),
    ],
)
def test_a_threshold_is_the_exit_code_once_all_is_written(
    call: Call, deals: Path, tmp_path: Path, least: str, code: ExitCode, words: str
) -> None:
    answer = call("audit", deals, *AS_OF, "--fail-under", least, "--no-history")
    assert answer.code == code
    assert words in " ".join(answer.err.split())
    assert {"deals.audit.csv", "deals.audit.html"} < files_below(tmp_path)


def test_a_base_that_cannot_be_measured_meets_no_threshold(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "empty.csv"
    path.write_text("Имя;Телефон\n", "utf-8")
    answer = call("audit", path, "-o", "out.csv", "--fail-under", "1", "--no-history")
    assert answer.code == ExitCode.THRESHOLD_MISSED
    assert "could not be measured" in " ".join(answer.err.split())


def test_a_threshold_above_100_is_a_wrong_call(call: Call, deals: Path) -> None:
    assert call("audit", deals, "--fail-under", "101").code == ExitCode.USAGE


def test_the_checklist_has_the_sample_of_the_library(call: Call, deals: Path, tmp_path: Path) -> None:
    call(
        "audit",
        deals,
        "-o",
        "out.csv",
        *AS_OF,
        "--sample",
        "2",
        "--seed",
        "7",
        "--checklist",
        "check.xlsx",
        "--no-history",
    )
    table = read_table(read_bytes(str(deals)), str(deals), ReadSettings()).table
    sample = audit(table, AuditSettings(as_of="2026-11-22", sample=2, seed=7)).tables["sample"]
    sheet = load_workbook(BytesIO((tmp_path / "check.xlsx").read_bytes())).worksheets[0]
    rows = {row[4] for row in sheet.iter_rows(min_row=3, values_only=True) if row[4]}
    assert rows == set(sample["row"].astype("str"))


def test_the_checklist_is_a_workbook(call: Call, deals: Path) -> None:
    answer = call("audit", deals, "--checklist", "check.csv")
    assert answer.code == ExitCode.USAGE
    assert ".xlsx" in answer.err


def test_a_second_run_replaces_its_own_columns(call: Call, deals: Path, tmp_path: Path) -> None:
    call("audit", deals, "-o", "once.csv", *AS_OF, "--no-history")
    call("audit", "once.csv", "-o", "twice.csv", *AS_OF, "--no-history")
    assert (tmp_path / "twice.csv").read_bytes() == (tmp_path / "once.csv").read_bytes()


def test_settings_come_from_the_config(call: Call, deals: Path, tmp_path: Path) -> None:
    (tmp_path / "crmclean.toml").write_text('[audit]\nas_of = "2026-11-22"\nrequired = ["comment"]\n', "utf-8")
    call("audit", deals, "-o", "out.csv", "--config", "crmclean.toml", "--no-history")
    codes = read_frame(tmp_path / "out.csv")["crmclean_audit"]
    assert codes.str.contains("missing:comment").any()
    assert not codes.str.contains("missing:source").any()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(("--required", "phone,mial"), "no field “mial”", id="a field that is none"),
        pytest.param(("--as-of", "soon"), "is no date", id="no date"),
        pytest.param(("--statuses", "gon=НБТ"), "no class of statuses “gon”", id="a class that is none"),
    ],
)
def test_wrong_settings_are_wrong_calls(
    call: Call, deals: Path, tmp_path: Path, arguments: tuple[str, str], words: str
) -> None:
    answer = call("audit", deals, *arguments)
    assert (answer.code, answer.out) == (ExitCode.USAGE, "")
    assert words in answer.err
    assert files_below(tmp_path) == {"deals.csv"}


def test_a_file_without_clients_is_refused(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    path.write_bytes((SAMPLES / "calls.csv").read_bytes())
    answer = call("audit", path)
    assert answer.code == ExitCode.USAGE
    assert "Traceback" not in answer.err
