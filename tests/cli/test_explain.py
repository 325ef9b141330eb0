"""`explain`: the page goes to stdout, nothing is written, and what names no record is said."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from crmclean.core.errors import ExitCode
from crmclean.core.settings import DedupSettings, ReadSettings
from crmclean.files.reading import read_bytes, read_table
from crmclean.history.decisions import Decision, Decisions
from crmclean.workflows.dedup import dedup
from tests.cli.conftest import Answer, Call, files_below

EXPORT = (
    "ID;Фамилия;Имя;Отчество;Телефон;E-mail;Компания;ИНН\r\n"
    "101;Котова;Анна;Сергеевна;8 (900) 123-45-67;a.kotova@example.com;;\r\n"
    "102;Котова;Аня;;+7 900 123-45-67;;;\r\n"
    "103;Котов;Игорь;Ильич;+7 900 123-45-67;;;\r\n"
    "104;Ландышева;Ольга;Павловна;8 900 765 43 21;;ООО «Луг»;7707083893\r\n"
    "105;Рысина;Ольга;Павловна;8 900 765 43 21;;;\r\n"
    "106;;;;+7 495 123-45-67;info@lug.example;ООО Луг;7707083893\r\n"
    "107;Котов;Олег;;8 900 555 11 22;;;\r\n"
)
"""A client twice, her husband, two last names on one phone, and the card of a company."""


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """An export in a folder of its own, named from the folder that the calls are made from."""
    (tmp_path / "base").mkdir()
    path = Path("base", "clients.csv")
    path.write_bytes(EXPORT.encode("cp1251"))
    return path


def lines_of(answer: Answer) -> list[str]:
    return [" ".join(line.split()) for line in answer.out.splitlines()]


def test_the_page_says_what_merges_two_and_writes_nothing(call: Call, base: Path, tmp_path: Path) -> None:
    answer = call("explain", base, "101", "102")
    assert (answer.code, answer.err) == (ExitCode.DONE, "")
    lines = lines_of(answer)
    assert lines[0] == f"Are these two one client? {base}"
    assert lines[1:3] == ["Row 1, ID 101 Котова Анна Сергеевна", "Row 2, ID 102 Котова Аня"]
    assert "One client: dedup merges the two." in lines
    assert any(line.startswith("first name diminutive +") for line in lines)
    assert "8 (900) 123-45-67 | +7 900 123-45-67" in lines
    assert "in common: +79001234567; 3 records have it; 2 people use it" in lines
    assert files_below(tmp_path) == {"base/clients.csv"}


def test_json_is_one_object_with_every_number(call: Call, base: Path) -> None:
    value = call("explain", base, "102", "101", "--json").json
    assert (value["command"], value["verdict"], value["rows_in"], value["outputs"]) == ("explain", "one", 7, {})
    assert [(record["row"], record["id"], record["of"]) for record in value["records"]] == [
        (2, "102", "person"),
        (1, "101", "person"),
    ]
    pair = value["pair"]
    fields = {field["comparison"]: field for field in pair["fields"]}
    assert fields["phone"]["common"] == "+79001234567"
    assert (fields["phone"]["records"], fields["phone"]["people"]) == (3, 2)
    assert fields["phone"]["values"] == ["+7 900 123-45-67", "8 (900) 123-45-67"]
    assert fields["first_name"]["level"] == "diminutive"
    assert fields["first_name"]["keys"] == ["аня", "анна"]
    assert fields["middle_name"]["level"] is None
    total = pair["prior"] + pair["namesakes"] + sum(field["weight"] for field in pair["fields"])
    assert pair["weight"] == pytest.approx(total, abs=1e-4)
    assert [reason["code"] for reason in pair["merging"]] == ["name_contact"]


def test_the_veto_and_the_household_of_spouses_are_said(call: Call, base: Path) -> None:
    lines = lines_of(call("explain", base, "row:1", "row:3"))
    assert "Two clients: dedup leaves them apart." in lines
    vetoes = "two different first names; a man and a woman; two different patronymics"
    assert f"Forbidden, whatever the weights say: {vetoes}." in " ".join(lines)
    assert "Household" in lines
    assert "ID 101 ~ ID 103 one last name, and a phone or mailbox in common" in lines


def test_a_doubtful_pair_says_what_is_missing(call: Call, base: Path) -> None:
    lines = lines_of(call("explain", base, "104", "105"))
    assert "A person decides whether this is one client: dedup asks." in lines
    assert "crmclean review shows the two for a decision." in lines


@pytest.mark.parametrize(
    ("same", "verdict", "sentence"),
    [
        (True, "One client: dedup merges the two.", "A person decided on 2026-03-12: one client."),
        (False, "Two clients: dedup leaves them apart.", "A person decided on 2026-03-12: different clients."),
    ],
    ids=["same", "different"],
)
def test_answers_of_the_history_are_used(call: Call, base: Path, same: bool, verdict: str, sentence: str) -> None:
    keys = review_keys(base)
    with Decisions(base.parent / ".crmclean") as decisions:
        day = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)
        decisions.record_all([Decision(*keys, same, "person", "", day)], "terminal")
    lines = lines_of(call("explain", base, "104", "105"))
    assert verdict in lines
    assert sentence in lines


def review_keys(base: Path) -> tuple[str, str]:
    """Return by what the history knows the two records of the doubtful pair."""
    table = read_table(read_bytes(str(base)), str(base), ReadSettings()).table
    review = dedup(table, DedupSettings()).tables["review"]
    pair = review[review["id_a"].eq("104") & review["id_b"].eq("105")]
    return str(pair["key_a"].iat[0]), str(pair["key_b"].iat[0])


def test_settings_are_those_of_dedup(call: Call, base: Path, tmp_path: Path) -> None:
    (tmp_path / "strict.toml").write_text("[dedup]\nmerge_at = 1.0\n", "utf-8")
    value = call("explain", base, "101", "102", "--json", "--config", "strict.toml").json
    assert (value["verdict"], value["merge_at"]) == ("asked", 1)
    value = call("explain", base, "101", "102", "--json", "--merge-at", "0.9").json
    assert (value["verdict"], value["merge_at"]) == ("one", 0.9)


def test_a_person_and_a_company_card_show_their_company(call: Call, base: Path) -> None:
    lines = lines_of(call("explain", base, "104", "106"))
    assert "The two belong to one company (company_id), which follows from:" in lines
    assert any(line.startswith("ID 104 ~ ID 106 INN") for line in lines)


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("101", "999", "no record has the ID “999” (column “ID”). A row is named like this: row:17"),
        ("101", "row:8", "has 7 records: there is no row 8. Rows are counted from 1"),
        ("101", "#1", "“101” and “#1” are one record, in row 1. Name two different records."),
    ],
    ids=["unknown ID", "no such row", "one record twice"],
)
def test_what_names_no_two_records_is_an_error_of_the_call(
    call: Call, base: Path, first: str, second: str, said: str
) -> None:
    answer = call("explain", base, first, second)
    assert (answer.code, answer.out) == (ExitCode.USAGE, "")
    assert said in " ".join(answer.err.split())


def test_an_id_that_two_records_have_is_an_error_of_the_call(call: Call, base: Path) -> None:
    base.write_bytes(EXPORT.replace("\r\n103;", "\r\n101;").encode("cp1251"))
    answer = call("explain", base, "101", "102")
    assert (answer.code, answer.out) == (ExitCode.USAGE, "")
    assert "2 records have the ID “101”: rows 1, 3. Name the row instead: row:1" in " ".join(answer.err.split())


def test_a_file_without_ids_takes_plain_row_numbers(call: Call, base: Path) -> None:
    base.write_bytes("\r\n".join(line.partition(";")[2] for line in EXPORT.split("\r\n")).encode("cp1251"))
    assert call("explain", base, "1", "2", "--json").json["verdict"] == "one"
    answer = call("explain", base, "a", "2")
    assert answer.code == ExitCode.USAGE
    assert "--map id=HEADER" in answer.err


def test_a_third_record_is_too_many(call: Call, base: Path) -> None:
    assert call("explain", base, "101", "102", "103").code == ExitCode.USAGE
    assert call("explain", base, "101").code == ExitCode.USAGE


def test_pages_fit_eighty_columns(call: Call, base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    for second in ("102", "103", "106"):
        out = call("explain", base, "101", second, "--verbose").out
        assert max(map(len, out.splitlines())) <= 80


def test_verbose_tells_the_shares_behind_the_weights(call: Call, base: Path) -> None:
    plain, verbose = (call("explain", base, "101", "102", *more).out for more in ((), ("--verbose",)))
    assert "of the pairs that are one client" not in plain
    assert "of the pairs that are one client" in " ".join(verbose.split())


def test_quiet_says_nothing(call: Call, base: Path) -> None:
    answer = call("explain", base, "101", "102", "--quiet")
    assert (answer.code, answer.out, answer.err) == (ExitCode.DONE, "", "")
