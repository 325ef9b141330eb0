"""Bring the values of a table to one standard of entry."""

from types import MappingProxyType
from typing import Final

import pandas as pd

from crmclean.core.finding import CATALOGUE
from crmclean.core.settings import NormalizeSettings
from crmclean.core.step import Outcome, check_balance
from crmclean.core.table import Table
from crmclean.fields.person import parse_people
from crmclean.fields.phone import split_phones
from crmclean.fields.phone_kind import describe_phones
from crmclean.workflows.cells import Cells
from crmclean.workflows.normalizers import NORMALIZERS

_DETAILS: Final = ("kind", "region", "time_zone")
_NAME_COLUMNS: Final = MappingProxyType(
    {"last_name": "last", "first_name": "first", "middle_name": "middle", "gender": "gender"}
)
_NAME_ROLES: Final = ("last_name", "first_name", "middle_name", "full_name")


def normalize(table: Table, settings: NormalizeSettings) -> Outcome:
    """Bring every kind of value to one spelling; what cannot be known stays as it is.

    Returns:
        The table with the same rows and columns, and the tables ``changes`` (row, column, before, after, code) and
        ``suggestions`` (row, column, before, suggestion, code).
    """
    cells = Cells(table)
    for kind, normalizer in NORMALIZERS.items():
        if not settings.only or kind in settings.only:
            normalizer(cells, settings)
    if settings.check_mx:
        _check_mail(cells, settings)
    normalized = table.with_frame(cells.frame())
    check_balance(len(table), len(normalized), 0)
    added = {**_phone_details(normalized, settings), **_name_columns(normalized, settings)}
    findings, changes, suggestions = cells.findings(), cells.changes(), cells.suggestions()
    doubts = [code for code, item in CATALOGUE.items() if item.severity == "doubt"]
    figures = {
        "rows_in": len(table),
        "rows_out": len(normalized),
        "merged": 0,
        "changed": len(changes),
        "doubtful": int(findings["code"].isin(doubts).sum()),
    }
    if len(suggestions):
        figures["suggested"] = len(suggestions)
    result = normalized.with_added(added) if added else normalized
    return Outcome(result, findings, {"changes": changes, "suggestions": suggestions}, figures)


def _check_mail(cells: Cells, settings: NormalizeSettings) -> None:
    """Say of which addresses the domain takes no mail; nothing but the domains is asked for."""
    from crmclean.workflows.mail_exchange import (
        check_mail_domains,
        domains_of_cells,
        mark_dead_domains,
        resolver_at,
    )

    columns = cells.table.with_role("email")
    domains = {domain for column in columns for domain in domains_of_cells(cells.of(column))}
    checked = check_mail_domains(domains, resolver_at(settings.dns))
    for column in columns:
        value = cells.of(column)
        cells.rewrite(column, pd.DataFrame({"value": value, "code": mark_dead_domains(value, checked)}))


def _phone_details(table: Table, settings: NormalizeSettings) -> dict[str, "pd.Series[str]"]:
    """Return kind, region and time zone of the first number of every row."""
    if not settings.phone_details:
        return {}
    numbers = split_phones(table.coalesced("phone"), settings.region)
    known = numbers[numbers["number"].ne("")].drop_duplicates("position")
    number = known.set_index("position")["number"].reindex(table.frame.index, fill_value="").astype("str")
    found = describe_phones(number)
    return {f"crmclean_phone_{name}": found[name] for name in _DETAILS}


def _name_columns(table: Table, settings: NormalizeSettings) -> dict[str, "pd.Series[str]"]:
    """Return the parts of every person's name, each in a column of its own, and the gender they tell."""
    if not settings.split_names:
        return {}
    last, first, middle, full = (table.coalesced(role) for role in _NAME_ROLES)
    people = parse_people(last, first, middle, full)
    return {f"crmclean_{part}": people[column] for part, column in _NAME_COLUMNS.items()}
