"""``crmclean segment`` as a user calls it: what it writes, says and refuses."""

import csv
import json
from pathlib import Path

import pandas as pd
import pytest

from crmclean.core.errors import ExitCode
from crmclean.core.segment_settings import SegmentRule, SegmentSettings
from crmclean.core.settings import ReadSettings
from crmclean.files.reading import read_bytes, read_table
from crmclean.segmenting.segment import segment
from tests.cli.conftest import Call, files_below

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
TODAY = "2026-11-22"
CONFIG = """
use = ["lost-clients"]

[segments]
as_of = "2026-11-22"

[[segment]]
name = "Крупные с задачами"
when = "amount >= 500000 and stage is has-tasks"
action = "Подключить руководителя"
due = "1 hour"
why = "Крупный клиент ждёт"

[[chain]]
name = "Думает"
when = "stage is postponed"

[[chain.step]]
after = "1 working day"
action = "Узнать, что решили"

[[manager]]
name = "Тестова Анна"
skills = ["продажи"]
"""
ADDED = [f"crmclean_{name}" for name in ("segment", "action", "due", "owner", "why")]


@pytest.fixture
def deals(tmp_path: Path) -> Path:
    folder = tmp_path / "base"
    folder.mkdir()
    path = folder / "deals.csv"
    path.write_bytes((SAMPLES / "bitrix24_deals.csv").read_bytes())
    return path


@pytest.fixture
def leads(tmp_path: Path) -> Path:
    path = tmp_path / "leads.csv"
    path.write_bytes((SAMPLES / "amocrm_leads.csv").read_bytes())
    return path


def lines_of(path: Path, delimiter: str = ",") -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, delimiter=delimiter))


def test_writes_the_base_the_tags_the_tasks_and_a_calendar(call: Call, deals: Path) -> None:
    answer = call(
        *("segment", deals, "--use", "vip-in-trouble,lost-clients", "--as-of", TODAY, "-o", "out.csv", "--json"),
        *("--tags", "tags.csv", "--tasks", "tasks.csv", "--ics", "tasks.ics", "--report", "report.html"),
    )
    assert answer.code == ExitCode.DONE
    assert (answer.json["command"], answer.json["rows_in"], answer.json["rows_out"]) == ("segment", 60, 60)
    assert set(answer.json["outputs"]) == {"data", "tags", "tasks", "calendar", "report"}
    assert answer.json["figures"]["segmented"] + answer.json["figures"]["unsegmented"] == 60
    assert [rule["rows"] for rule in answer.json["sections"]["segments"]][:2] == [0, 1]
    tags = lines_of(Path("tags.csv"))
    assert tags[0] == ["row", "id", "segment", "action", "due", "owner"]
    assert [line[0] for line in tags[1:]] == [str(row) for row in range(1, 61)]
    by_id = {line[1]: line for line in tags[1:]}
    assert by_id["261"][2:] == [
        *("VIP: does not answer", "The head calls in person, by another channel", "2026-11-23", "Примерова Ольга"),
    ]
    assert by_id["201"][2:5] == ["", "", ""]
    written, given = lines_of(Path("out.csv"), ";"), lines_of(deals, ";")
    width = len(given[0]) - 1
    assert written[0][width:-1] == ADDED
    assert [line[:width] for line in written] == [line[:width] for line in given]
    tasks = lines_of(Path("tasks.csv"), ";")
    assert len(tasks) == answer.json["figures"]["tasks"] + 1
    calendar = Path("tasks.ics").read_bytes()
    assert calendar.startswith(b"BEGIN:VCALENDAR\r\n")
    assert calendar.count(b"BEGIN:VEVENT") == answer.json["figures"]["tasks"]
    page = Path("report.html").read_text("utf-8")
    assert "VIP: does not answer" in page
    assert "What to do first" in page


def test_says_what_the_library_says(call: Call, leads: Path) -> None:
    call("segment", leads, "--use", "temperature,regulation", "--as-of", TODAY, "-o", "out.csv", "--tags", "tags.csv")
    table = read_table(read_bytes(str(leads)), str(leads), ReadSettings()).table
    outcome = segment(table, SegmentSettings(use=("temperature", "regulation"), as_of=TODAY))
    tags = pd.read_csv("tags.csv", dtype=str, keep_default_na=False)
    assert tags.to_dict("list") == outcome.tables["tags"].astype("str").to_dict("list")


def test_the_same_call_gives_the_same_bytes(call: Call, leads: Path) -> None:
    for folder in ("one", "two"):
        Path(folder).mkdir()
        call(
            *("segment", leads, "--use", "regulation,lost-clients", "--as-of", TODAY, "--no-history"),
            *("-o", f"{folder}/out.csv", "--tasks", f"{folder}/tasks.csv", "--ics", f"{folder}/tasks.ics"),
        )
    for name in ("out.csv", "tasks.csv", "tasks.ics"):
        assert Path("one", name).read_bytes() == Path("two", name).read_bytes()


def test_takes_rules_chains_and_managers_from_the_config(call: Call, leads: Path) -> None:
    Path("crmclean.toml").write_text(CONFIG, "utf-8")
    answer = call("segment", leads, "--config", "crmclean.toml", "-o", "out.csv", "--tags", "tags.csv", "--json")
    assert answer.code == ExitCode.DONE
    by_id = {line[1]: line for line in lines_of(Path("tags.csv"))[1:]}
    # Nothing says when somebody works on a Sunday: the hour counts from Monday's opening.
    assert by_id["30052"][2:5] == ["Крупные с задачами", "Подключить руководителя", "2026-11-23 10:00"]
    assert by_id["30069"][2] == "No next step"
    assert by_id["30098"][2:4] == ["Думает", "Узнать, что решили"]
    assert by_id["30018"][2] == "Agrees for too long"
    assert by_id["30018"][5] == "Тестова Анна"


def test_options_go_before_the_config(call: Call, leads: Path) -> None:
    Path("crmclean.toml").write_text(CONFIG, "utf-8")
    call(
        *("segment", leads, "--config", "crmclean.toml", "--use", "temperature", "--take", "all"),
        *("-o", "out.csv", "--tags", "tags.csv"),
    )
    found = [line[2] for line in lines_of(Path("tags.csv"))[1:] if line[1] == "30052"]
    assert found == ["Крупные с задачами", "Warm"]


def test_writes_beside_the_export_what_nobody_named(call: Call, deals: Path) -> None:
    assert call("segment", deals, "--use", "lost-clients", "--as-of", TODAY, "--no-history").code == ExitCode.DONE
    assert files_below(deals.parent) == {"deals.csv", "deals.segments.csv", "deals.tasks.csv", "deals.segments.html"}


def test_no_rules_are_refused_with_a_list_of_the_packs(call: Call, deals: Path) -> None:
    answer = call("segment", deals)
    assert answer.code == ExitCode.USAGE
    assert "There are no rules" in answer.err
    for name in ("completeness", "lost-clients", "vip-in-trouble", "regulation", "[[segment]]"):
        assert name in answer.err
    assert files_below(deals.parent) == {"deals.csv"}


def test_an_unknown_pack_is_refused(call: Call, deals: Path) -> None:
    answer = call("segment", deals, "--use", "vip-in-truble")
    assert answer.code == ExitCode.USAGE
    assert "Did you mean “vip-in-trouble”?" in answer.err


def test_a_wrong_rule_is_refused_before_anything_is_written(call: Call, deals: Path) -> None:
    Path("crmclean.toml").write_text('[[segment]]\nname = "VIP"\nwhen = "ammount > 5"\n', "utf-8")
    answer = call("segment", deals, "--config", "crmclean.toml", "-o", "out.csv")
    assert answer.code == ExitCode.USAGE
    assert "“ammount”" in answer.err
    assert "Did you mean “amount”?" in answer.err
    assert "ammount > 5\n^^^^^^^\n" in answer.err
    assert not Path("out.csv").exists()


def test_explains_why_a_rule_took_a_record(call: Call, deals: Path) -> None:
    answer = call("segment", deals, "--use", "vip-in-trouble,lost-clients", "--as-of", TODAY, "--explain", "255")
    assert answer.code == ExitCode.DONE
    text = " ".join(answer.out.split())
    assert "Row 38, ID 255" in text
    assert "VIP: stands still" in text
    assert "1. VIP: has tasks does not fit" in text
    assert "no stage is has-tasks Думает (postponed)" in text
    assert "4. VIP: stands still took the record" in text
    assert "2026-11-23" in text
    assert files_below(deals.parent) == {"deals.csv"}


def test_explains_as_json(call: Call, deals: Path) -> None:
    answer = call(
        *("segment", deals, "--use", "vip-in-trouble", "--as-of", TODAY, "--explain", "row:38", "--json"),
    )
    value = answer.json
    assert value["record"] == {"row": 38, "id": "255"}
    assert [rule["verdict"] for rule in value["rules"]] == ["refused", "refused", "refused", "took", "refused"]
    parts = value["rules"][0]["parts"]
    assert parts[1] == {"text": "stage is has-tasks", "found": "Думает (postponed)", "holds": False}
    assert value["answers"][0]["segment"] == "VIP: stands still"
    assert (value["rows_in"], value["rows_out"], value["merged"], value["doubtful"]) == (60, 60, 0, 0)


def test_explains_that_no_rule_took_a_record(call: Call, deals: Path) -> None:
    answer = call("segment", deals, "--use", "vip-in-trouble", "--as-of", TODAY, "--explain", "201")
    assert "No rule took this record." in answer.out


def test_an_unknown_record_is_refused(call: Call, deals: Path) -> None:
    answer = call("segment", deals, "--use", "vip-in-trouble", "--explain", "99999")
    assert answer.code == ExitCode.USAGE
    assert "99999" in answer.err


def test_the_data_goes_through_a_pipe(call: Call, deals: Path) -> None:
    answer = call("segment", deals, "--use", "lost-clients", "--as-of", TODAY, "-o", "-", "--quiet", "--no-history")
    assert answer.code == ExitCode.DONE
    assert answer.out.count("\n") == 61
    assert "crmclean_segment" in answer.out.splitlines()[0]


def test_json_names_nobody(call: Call, deals: Path) -> None:
    answer = call("segment", deals, "--use", "lost-clients", "--as-of", TODAY, "-o", "out.csv", "--json")
    text = json.dumps(answer.json, ensure_ascii=False)
    for name in ("Примерова", "Семёнова", "Фармсбыт"):
        assert name not in text


def test_a_rule_in_russian_words_works_as_one_in_english(call: Call, leads: Path) -> None:
    table = read_table(read_bytes(str(leads)), str(leads), ReadSettings()).table
    both = (
        SegmentRule("один", "Бюджет >= 500000 и [Этап сделки] = 'есть задачи'"),
        SegmentRule("два", "amount >= 500000 and stage is has-tasks"),
    )
    rules = segment(table, SegmentSettings(rules=both, take="all", as_of=TODAY)).tables["segments"]
    assert rules["rows"].tolist() == [3, 3]


def test_the_clients_of_cadence_are_sorted_by_their_own_rhythm(call: Call) -> None:
    Path("orders.csv").write_bytes((SAMPLES / "orders.csv").read_bytes())
    call("cadence", "orders.csv", "--as-of", TODAY, "-o", "rhythm.csv", "--clients", "clients.csv", "--no-history")
    clients = pd.read_csv("clients.csv", dtype=str, keep_default_na=False)
    call(
        *("segment", "clients.csv", "--use", "reactivation", "--as-of", TODAY, "-o", "out.csv", "--no-history"),
        *("--tags", "tags.csv", "--lang", "ru"),
    )
    found = [line[2] for line in lines_of(Path("tags.csv"))[1:]]
    expected = [
        "Давно не покупал"
        if rhythm == "overdue" and float(days) > 180
        else "Пропустил покупку"
        if rhythm == "overdue"
        else "Пора покупать снова"
        if rhythm == "due"
        else ""
        for rhythm, days in zip(clients["rhythm"], clients["overdue_days"], strict=True)
    ]
    assert found == expected
    assert expected.count("Пропустил покупку") == 5
