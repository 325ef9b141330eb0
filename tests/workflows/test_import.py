"""Exports of different systems in one base: one set of columns, nothing lost, nothing twice."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmclean.core.errors import FileError
from crmclean.core.settings import ReadSettings
from crmclean.core.table import ROLES, Column, Origin, Table
from crmclean.files.columns import recognise
from crmclean.files.headings import _dictionary
from crmclean.files.profiles import match_profile
from crmclean.files.reading import read_table
from crmclean.files.writing import render
from crmclean.workflows.base_columns import ALWAYS, HEADINGS, lay_out
from crmclean.workflows.import_base import SOURCE_COLUMNS, Source, import_base, name_sources, origin_of_base

ORIGIN = origin_of_base("base.csv", "csv")

BITRIX = (
    "ID;Имя;Фамилия;Рабочий телефон;Мобильный телефон;Частный e-mail;Тип контакта;Дополн. сведения\r\n"
    "1;Анна;Котова;+79000000001;;a.kotova@example.com;Клиенты;звонить утром\r\n"
    "2;Олег;Лисицын;;+79000000002;;Партнёры;\r\n"
)
OWN = "ФИО;Тел.;Тел. 2;Скидка\r\nКотова Анна;8 900 000-00-01;8 900 000-00-09;5 %\r\nПримеров Пётр;;8 900 000-00-03;\r\n"


def read(text: str, name: str) -> Table:
    return read_table(text.encode("utf-8"), name, ReadSettings()).table


def source(text: str, name: str) -> Source:
    return Source(name, read(text, name))


def written(table: Table, name: str = "base.csv") -> Table:
    """Return a base as it is read again."""
    return read_table(render(table).data, name, ReadSettings()).table


def table(columns: list[tuple[str, str, str, list[str]]], origin: Origin | None = None) -> Table:
    """Return a table of columns given by heading, role, kind and cells."""
    frame = pd.DataFrame({header: cells for header, _role, _kind, cells in columns}, dtype="str")
    made = tuple(Column(header, header, role, kind, "heading") for header, role, kind, _cells in columns)
    return Table(frame, made, origin or Origin())


@pytest.mark.parametrize("role", ROLES)
def test_every_role_has_a_column(role: str) -> None:
    assert (role, "") in HEADINGS


@pytest.mark.parametrize("place", HEADINGS, ids=" ".join)
def test_a_heading_of_the_base_says_its_role_and_kind(place: tuple[str, str]) -> None:
    for headers in ([*ALWAYS, HEADINGS[place]], list(HEADINGS.values())):
        found = {column.header: (column.role, column.kind) for column in recognise(headers).columns}
        assert found[HEADINGS[place]] == place


def test_a_base_is_no_export_of_one_system() -> None:
    assert match_profile(list(HEADINGS.values())) is None


def test_every_kind_of_the_dictionary_of_phones_and_mailboxes_has_a_column() -> None:
    places = {(meaning.role, meaning.kind) for meaning in _dictionary().values()}
    assert {place for place in places if place[0] in ("phone", "email")} <= set(HEADINGS)


def test_two_systems_in_one_base() -> None:
    base = import_base(None, [source(BITRIX, "contacts.csv"), source(OWN, "own.csv")], ORIGIN).table

    assert base.frame.to_dict("list") == {
        "ID": ["1", "2", "", ""],
        "Фамилия": ["Котова", "Лисицын", "", ""],
        "Имя": ["Анна", "Олег", "", ""],
        "Отчество": ["", "", "", ""],
        "ФИО": ["", "", "Котова Анна", "Примеров Пётр"],
        "Компания": ["", "", "", ""],
        "Телефон": ["", "", "8 900 000-00-01, 8 900 000-00-09", "8 900 000-00-03"],
        "Рабочий телефон": ["+79000000001", "", "", ""],
        "Мобильный телефон": ["", "+79000000002", "", ""],
        "E-mail": ["", "", "", ""],
        "Личная почта": ["a.kotova@example.com", "", "", ""],
        "bitrix24: Тип контакта": ["Клиенты", "Партнёры", "", ""],
        "bitrix24: Дополн. сведения": ["звонить утром", "", "", ""],
        "own.csv: Скидка": ["", "", "5 %", ""],
        "crmclean_source": ["contacts.csv", "contacts.csv", "own.csv", "own.csv"],
        "crmclean_source_row": ["1", "2", "1", "2"],
        "crmclean_source_id": ["1", "2", "", ""],
    }
    assert list(base.frame.columns)[-3:] == list(SOURCE_COLUMNS)


@pytest.mark.parametrize(
    ("cells", "joined"),
    [
        (["a@example.com", "b@example.com"], "a@example.com, b@example.com"),
        (["a@example.com", " a@example.com "], "a@example.com"),
        (["", "b@example.com"], "b@example.com"),
        ([" a@example.com", ""], " a@example.com"),
        (["a@example.com", "b@example.com", "a@example.com"], "a@example.com, b@example.com"),
    ],
    ids=["two", "the same", "second only", "first as it is", "three with a repeat"],
)
def test_columns_of_one_role_become_one(cells: list[str], joined: str) -> None:
    laid = lay_out(table([(f"Почта {place}", "email", "", [cell]) for place, cell in enumerate(cells)]), "x")
    assert laid["E-mail"].tolist() == [joined]


def test_a_second_id_or_inn_stays_beside_the_first() -> None:
    columns = [
        ("ИНН", "inn", "", ["7707083893", "", "7707083893"]),
        ("ИНН (дог.)", "inn", "", ["7707083893", "5003052454", "5003052454"]),
        ("Код", "id", "", ["1", "2", "3"]),
        ("UUID", "id", "", ["1", "2", "3"]),
    ]
    laid = lay_out(table(columns), "1c")
    assert laid["ИНН"].tolist() == ["7707083893", "5003052454", "7707083893"]
    assert laid["1c: ИНН (дог.)"].tolist() == ["7707083893", "5003052454", "5003052454"]
    assert laid["ID"].tolist() == ["1", "2", "3"]
    assert "1c: UUID" not in laid


def test_values_that_a_system_joins_in_its_own_way_are_joined_in_that_of_the_base() -> None:
    cells = ["+79000000001 ::: +79000000002", "+79000000003", "+79000000004, доб. 5 ::: +79000000006"]
    laid = lay_out(table([("Phone 1 - Value", "phone", "", cells)], Origin(multi_value_joiner=" ::: ")), "x")
    assert laid["Телефон"].tolist() == ["+79000000001, +79000000002", "+79000000003", cells[2]]


def test_records_of_companies_say_so() -> None:
    companies = table([("Название", "company", "", ["ООО «Ромашка»"])], Origin(entity="company"))
    assert lay_out(companies, "x")["Тип записи"].tolist() == ["Компания"]
    contacts = table([("Компания", "company", "", ["ООО «Ромашка»"])], Origin(entity="contact"))
    assert "Тип записи" not in lay_out(contacts, "x")


def test_unnamed_columns_and_columns_of_crmclean_are_kept() -> None:
    frame = pd.DataFrame([["+79000000001", "важно", "", "7", "own"]], dtype="str")
    headers = ["Телефон", "", " [2]", "Столбец 2", "crmclean_source"]
    frame.columns = pd.Index(headers)
    columns = tuple(
        Column(name, "" if name.startswith(" ") else name, "phone" if name == "Телефон" else "") for name in headers
    )
    base = import_base(None, [Source("a.csv", Table(frame, columns))], ORIGIN).table
    assert base.frame["a.csv: Столбец 2"].tolist() == ["важно"]
    assert base.frame["a.csv: Столбец 2 [2]"].tolist() == ["7"]
    assert base.frame["a.csv: crmclean_source"].tolist() == ["own"]
    assert base.frame["crmclean_source"].tolist() == ["a.csv"]


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_the_same_file_again_adds_nothing(format: str) -> None:
    sources = [source(BITRIX, "contacts.csv"), source(OWN, "own.csv")]
    origin = origin_of_base(f"base.{format}", "csv" if format == "csv" else "xlsx")
    base = written(import_base(None, sources, origin).table, origin.path)

    again = import_base(base, sources, ORIGIN)

    pd.testing.assert_frame_equal(again.table.frame, base.frame)
    assert again.figures["added"] == 0
    assert again.figures["known"] == 4
    assert again.findings.empty


def test_what_is_new_in_a_later_export_is_added_and_what_differs_stands_beside_the_old() -> None:
    base = written(import_base(None, [source(BITRIX, "contacts.csv")], ORIGIN).table)
    lines = BITRIX.splitlines()
    later = "\r\n".join([lines[0], "3;Ольга;Образцова;;;;;", lines[1], lines[2].replace("02;", "05;"), ""])

    outcome = import_base(base, [source(later, "contacts.csv")], ORIGIN)

    assert outcome.table.frame["ID"].tolist() == ["1", "2", "3", "2"]
    assert outcome.table.frame["Мобильный телефон"].tolist() == ["", "+79000000002", "", "+79000000005"]
    assert outcome.table.frame["crmclean_source_row"].tolist() == ["1", "2", "1", "3"]
    found = outcome.findings[["row", "column", "code", "before"]].values.tolist()
    assert found == [[4, "contacts.csv: ID", "import-differs", "2"]]
    assert outcome.tables["sources"][["rows", "added", "known", "differing"]].values.tolist() == [[3, 2, 1, 1]]


def test_without_an_id_the_row_tells_that_a_record_was_changed() -> None:
    base = written(import_base(None, [source(OWN, "own.csv")], ORIGIN).table)
    outcome = import_base(base, [source(OWN.replace("Пётр", "Павел"), "own.csv")], ORIGIN)
    assert outcome.table.frame["ФИО"].tolist() == ["Котова Анна", "Примеров Пётр", "Примеров Павел"]
    assert outcome.findings[["row", "code"]].values.tolist() == [[3, "import-differs"]]


def test_equal_ids_of_different_sources_are_different_records() -> None:
    base = import_base(None, [source(BITRIX, "contacts.csv")], ORIGIN).table
    outcome = import_base(base, [source(BITRIX, "leads.csv")], ORIGIN)
    assert outcome.table.frame["ID"].tolist() == ["1", "2", "1", "2"]
    assert outcome.findings.empty


def test_rows_that_an_export_really_has_twice_are_kept_twice() -> None:
    twice = OWN + OWN.splitlines()[1] + "\r\n"
    base = import_base(None, [source(OWN, "own.csv")], ORIGIN).table
    outcome = import_base(base, [source(twice, "own.csv")], ORIGIN)
    assert outcome.figures["added"] == 1
    assert import_base(outcome.table, [source(twice, "own.csv")], ORIGIN).figures["added"] == 0


def test_findings_of_a_source_stand_on_the_rows_of_the_base() -> None:
    base = import_base(None, [source(BITRIX, "contacts.csv")], ORIGIN).table
    text = OWN + "Образцова Ольга\r\n"
    reading = read_table(text.encode(), "own.csv", ReadSettings())
    assert reading.findings[["row", "code"]].values.tolist() == [[3, "row-too-short"]]
    outcome = import_base(base, [Source("own.csv", reading.table, reading.findings)], ORIGIN)
    assert outcome.findings[["row", "code"]].values.tolist() == [[5, "row-too-short"]]
    again = import_base(outcome.table, [Source("own.csv", reading.table, reading.findings)], ORIGIN)
    assert again.findings.empty


def test_a_file_that_is_known_adds_nothing_whatever_the_base_says() -> None:
    base = import_base(None, [source(BITRIX, "contacts.csv")], ORIGIN).table
    outcome = import_base(base, [Source("other.csv", read(OWN, "other.csv"), is_known=True)], ORIGIN)
    assert len(outcome.table) == 2
    assert list(outcome.table.frame.columns) == list(base.frame.columns)


def test_columns_of_a_base_that_are_not_of_import_stay() -> None:
    base = import_base(None, [source(BITRIX, "contacts.csv")], ORIGIN).table
    worked_on = base.with_added({"crmclean_reason": pd.Series(["a", "b"], dtype="str")})
    outcome = import_base(worked_on, [source(OWN, "own.csv")], ORIGIN)
    assert outcome.table.frame["crmclean_reason"].tolist() == ["a", "b", "", ""]
    assert list(outcome.table.frame.columns)[-4:] == ["crmclean_reason", *SOURCE_COLUMNS]


def test_another_file_is_no_base() -> None:
    with pytest.raises(FileError, match="crmclean_source"):
        import_base(read(BITRIX, "contacts.csv"), [source(OWN, "own.csv")], ORIGIN)


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        (["a/x.csv", "b/y.csv"], ["x.csv", "y.csv"]),
        (["a/x.csv", "b/x.csv"], ["a/x.csv", "b/x.csv"]),
        (["1/a/x.csv", "2/a/x.csv", "x.csv"], ["1/a/x.csv", "2/a/x.csv", "x.csv"]),
        (["-"], ["-"]),
    ],
    ids=["distinct", "equal", "equal folders", "stdin"],
)
def test_sources_have_distinct_names(paths: list[str], names: list[str]) -> None:
    assert name_sources(paths) == names


CELL = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=6)


@given(st.lists(st.lists(CELL, min_size=4, max_size=4), max_size=6))
def test_no_value_is_lost(rows: list[list[str]]) -> None:
    headers = [("Тел. 1", "phone", ""), ("Тел. 2", "phone", ""), ("ИНН", "inn", ""), ("Своё", "", "")]
    columns = [(*header, [row[place] for row in rows]) for place, header in enumerate(headers)]
    outcome = import_base(None, [Source("a.csv", table(columns))], ORIGIN)
    assert len(outcome.table) == len(rows)
    for row, values in zip(rows, outcome.table.frame.to_numpy().tolist(), strict=True):
        text = "\n".join(values)
        assert all(cell.strip() in text for cell in row)
    again = import_base(outcome.table, [Source("a.csv", table(columns))], ORIGIN)
    assert again.figures["added"] == 0
