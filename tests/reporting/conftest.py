"""Outcomes built by hand, about invented people."""

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd
import pytest

from crmclean.core import i18n
from crmclean.core.finding import join_findings, make_findings
from crmclean.core.settings import DedupSettings, NormalizeSettings
from crmclean.core.step import Outcome
from crmclean.core.table import Column, Dialect, Origin, Table
from crmclean.reporting.summary import RunSummary

HEADERS = {
    "ID": ("id", ""),
    "Фамилия": ("last_name", ""),
    "Имя": ("first_name", ""),
    "Рабочий телефон": ("phone", "work"),
    "Рабочий e-mail": ("email", "work"),
    "Компания": ("company", ""),
    "Город": ("city", ""),
    "Комментарий": ("", ""),
}

RECORDS = (
    ("101", "Ромашкин", "Пётр", "+7 900 000-11-22", "romashkin@example.ru", "ООО «Василёк»", "Тверь", ""),
    ("102", "Ромашкин", "Петя", "8(900)0001122", "", "Василёк ООО", "Тверь", "просил перезвонить"),
    ("103", "Незабудкина", "Анна", "+7 900 000-33-44", "anna@example.com", "", "Омск", ""),
    ("104", "Незабудкина", "Анна", "", "anna@example.com", "ИП Незабудкина", "", ""),
    ("105", "Одуванчиков", "Иван", "+7 900 000-55-66", "info@example.com", "ООО «Луг»", "Омск", ""),
    ("106", "Ландышева", "Ольга", "+7 900 000-55-66", "info@example.com", "ООО «Луг»", "Омск", "<b>важно</b>"),
    ("107", "Ромашкин", "П.", "", "romashkin@example.ru", "ООО «Василёк»", "", ""),
)
"""Rows 1, 2 and 7 are one client, 3 and 4 may be, 5 and 6 share a reception."""


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Show messages in English, whatever ran before."""
    i18n.set_language("en")
    yield
    i18n.set_language("en")


def make_table(records: tuple[tuple[str, ...], ...] = RECORDS) -> Table:
    """Return the records as the export of a CRM."""
    columns = tuple(Column(name, name, role, kind, "heading" if role else "") for name, (role, kind) in HEADERS.items())
    frame = pd.DataFrame(list(records), columns=list(HEADERS), dtype="str")
    origin = Origin(path="contacts.csv", bom=True, dialect=Dialect(delimiter=";"), system="bitrix24", entity="contact")
    return Table(frame, columns, origin)


def make_clusters() -> pd.DataFrame:
    """Return one line per record of ``RECORDS``."""
    return pd.DataFrame(
        {
            "row": [1, 2, 3, 4, 5, 6, 7],
            "id": [record[0] for record in RECORDS],
            "cluster_id": ["c1", "c1", "c3", "c4", "c5", "c6", "c1"],
            "likely_id": ["c1", "c1", "c3", "c3", "c5", "c6", "c1"],
            "company_id": ["k1", "k1", "", "k2", "k3", "k3", "k1"],
            "household_id": [""] * 7,
            "role": ["survivor", "merged", "review", "review", "single", "single", "merged"],
            "probability": [0.9912, 0.9912, 0.81, 0.81, float("nan"), float("nan"), 0.9941],
            "reason": ["", "phone +79000001122, last name", "", "", "", "", "e-mail, last name, first name (initial)"],
        }
    )


def make_comparisons() -> pd.DataFrame:
    """Return the evidence for the links of ``make_clusters``."""
    lines = [
        ("merge", 1, 2, "phone", "same", "+79000001122", "+79000001122", 11.5),
        ("merge", 1, 2, "first_name", "diminutive", "пётр", "петя", 3.6),
        ("merge", 1, 7, "email", "same", "romashkin@example.ru", "romashkin@example.ru", 12.0),
        ("review", 3, 4, "email", "same", "anna@example.com", "anna@example.com", 11.9),
        ("review", 3, 4, "company", "different", "", "ип незабудкина", -3.3),
    ]
    names = ["link", "row_a", "row_b", "comparison", "level", "value_a", "value_b", "weight"]
    return pd.DataFrame(lines, columns=names)


def make_dedup_summary() -> RunSummary:
    """Return the summary of a run that merged rows 2 and 7 into row 1."""
    before = make_table()
    after = before.frame.drop(index=[1, 6]).copy()
    after.loc[0, "Комментарий"] = "просил перезвонить"
    review = pd.DataFrame(
        {
            "pair": [1],
            "probability": [0.81],
            "weight": [8.6],
            "row_a": [3],
            "id_a": ["103"],
            "row_b": [4],
            "id_b": ["104"],
            "reason": ["e-mail, last name, first name"],
            "of": ["person"],
            "key_a": ["00000000000000a3"],
            "key_b": ["00000000000000b4"],
            "levels": ["email=same last_name=same first_name=same company=different"],
        }
    )
    levels = pd.DataFrame(
        {
            "comparison": ["phone", "phone", "phone"],
            "level": ["same", "shared", "different"],
            "m": [0.72, 0.03, 0.25],
            "u": [0.00005, 0.00005, 0.9999],
            "weight": [13.81, 9.23, -2.0],
            "estimated": [True, False, False],
        }
    )
    shared = pd.DataFrame({"kind": ["phone"], "value": ["+79000005566"], "records": [2], "names": [2]})
    outcome = Outcome(
        table=before.with_frame(after),
        findings=make_findings(
            [5, 6], "Рабочий телефон", ["shared-phone"] * 2, ["+79000005566"] * 2, ["+79000005566"] * 2
        ),
        tables={
            "clusters": make_clusters(),
            "review": review,
            "comparisons": make_comparisons(),
            "levels": levels,
            "shared": shared,
        },
        figures={
            "rows_in": 7,
            "rows_out": 5,
            "merged": 2,
            "clusters": 1,
            "doubtful": 1,
            "pairs_compared": 9,
            "secret": 4,
        },
    )
    return RunSummary(
        run="12",
        command="dedup",
        source="data/contacts.csv",
        settings={"dedup": DedupSettings(keep="oldest")},
        seconds=3.21,
        outputs={"data": "data/contacts.clean.csv", "review": "data/contacts.review.xlsx"},
        before=before,
        outcome=outcome,
        undo_command="crmclean undo 12",
        notes=("Two columns were called Phone.",),
    )


def make_normalize_summary() -> RunSummary:
    """Return the summary of a run that rewrote one phone and left one mailbox in doubt."""
    before = make_table()
    findings = join_findings(
        [
            make_findings([2], "Рабочий телефон", ["phone-normalized"], ["8(900)0001122"], ["+79000001122"]),
            make_findings([6], "Рабочий e-mail", ["email-invalid"], ["info@"], ["info@"]),
        ]
    )
    changes = findings[findings["code"].eq("phone-normalized")].reset_index(drop=True)
    outcome = Outcome(
        table=before,
        findings=findings,
        tables={"changes": changes},
        figures={"rows_in": 7, "rows_out": 7, "changed": 1, "doubtful": 1},
    )
    return RunSummary("", "normalize", "-", {"normalize": NormalizeSettings()}, 0.4, {"data": "-"}, before, outcome)


def make_inspect_summary() -> RunSummary:
    """Return the summary of an inspection."""
    before = make_table()
    columns = pd.DataFrame(
        {
            "position": range(1, 9),
            "header": list(HEADERS),
            "role": [role for role, _kind in HEADERS.values()],
            "kind": [kind for _role, kind in HEADERS.values()],
            "recognised_by": ["heading" if role else "" for role, _kind in HEADERS.values()],
            "confidence": [1.0 if role else float("nan") for role, _kind in HEADERS.values()],
            "filled": [1.0, 1.0, 1.0, 5 / 7, 6 / 7, 6 / 7, 5 / 7, 2 / 7],
            "distinct": [7, 4, 6, 4, 4, 4, 2, 2],
            "example": ["1**", "Р***", "П***", "+7 9** ***-**-2*", "r*****@e******.r*", "О***", "Т***", ""],
            "valid": [float("nan")] * 3 + [1.0, 0.5] + [float("nan")] * 3,
        }
    )
    skipped = pd.DataFrame({"line": [9], "text": ["Итого: 7"]})
    outcome = Outcome(
        table=before,
        tables={"columns": columns, "skipped": skipped},
        figures={"rows": 7, "columns": 8, "quality": 84.4, "completeness": 0.79, "validity": 0.75},
    )
    return RunSummary("", "inspect", "data/contacts.csv", {}, 0.1, {}, before, outcome)


@pytest.fixture
def dedup_summary() -> RunSummary:
    """Return the summary of a merge."""
    return make_dedup_summary()


@pytest.fixture
def normalize_summary() -> RunSummary:
    """Return the summary of a normalisation read from stdin."""
    return make_normalize_summary()


@pytest.fixture
def inspect_summary() -> RunSummary:
    """Return the summary of an inspection."""
    return make_inspect_summary()


@pytest.fixture
def hostile_summary() -> RunSummary:
    """Return the summary of a merge whose cells attack a page, a workbook and a terminal."""
    summary = make_dedup_summary()
    attack = '<script>alert("1")</script>'
    records = tuple((*record[:5], attack, "\x1b[31m[bold]=1+1", "=cmd|' /C calc'!A0") for record in RECORDS)
    clusters = make_clusters()
    clusters["reason"] = attack
    tables = {**summary.outcome.tables, "clusters": clusters}
    table = make_table(records)
    outcome = replace(summary.outcome, table=table.with_frame(table.frame.drop(index=[1, 6])), tables=tables)
    return replace(summary, before=table, outcome=outcome, source="<img src=x onerror=alert(1)>.csv")
