"""The dictionary of headings against every heading of the exports that public documentation shows."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from crmclean.core.table import ROLES
from crmclean.files.columns import recognise
from crmclean.files.headings import names_other_thing

LEAST_RECOGNISED = 0.98

_FILE = Path(__file__).parent / "data" / "headings_of_systems.toml"
EXPORTS = tomllib.loads(_FILE.read_text("utf-8"))["export"]


@pytest.mark.parametrize("export", [pytest.param(export, id=export["source"]) for export in EXPORTS])
def test_every_heading_of_an_export_gets_its_role_and_no_other(export: dict[str, Any]) -> None:
    recognition = recognise(list(export["roles"]))
    found = {column.header: column.role for column in recognition.columns}
    wrong = {header: role for header, role in found.items() if role and role != export["roles"][header]}

    assert wrong == {}
    assert (recognition.system, recognition.entity) == (export["system"], export["entity"])


def test_nearly_all_headings_that_have_a_role_get_it() -> None:
    expected = [(number, header) for number, export in enumerate(EXPORTS) for header in export["roles"]]
    asked = [place for place in expected if EXPORTS[place[0]]["roles"][place[1]]]
    found = {
        (number, column.header): column.role
        for number, export in enumerate(EXPORTS)
        for column in recognise(list(export["roles"])).columns
    }
    right = [place for place in asked if found[place] == EXPORTS[place[0]]["roles"][place[1]]]

    assert len(expected) > 900
    assert len(right) >= LEAST_RECOGNISED * len(asked)


def test_the_expected_roles_exist() -> None:
    assert {role for export in EXPORTS for role in export["roles"].values()} <= {"", *ROLES}


@pytest.mark.parametrize(
    "header",
    [
        "E-mail менеджера",
        "Телефон бухгалтера",
        "Номер договора",
        "Created by (email)",
        "Паспорт",
        "Лицевой счёт",
        "User",
    ],
)
def test_headings_of_other_people_and_other_numbers(header: str) -> None:
    assert names_other_thing(header)


@pytest.mark.parametrize("header", ["Связь", "Столбец 7", "Куда писать", "WA", ""])
def test_headings_that_leave_the_column_open(header: str) -> None:
    assert not names_other_thing(header)
