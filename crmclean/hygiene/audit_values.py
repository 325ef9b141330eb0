"""What the cells of a table are worth: which hold a possible value, which are in doubt, which are off the standard.

Looked at are the kinds of value whose rules are certain and quick: phones, e-mails, numbers of registers, dates, sums,
names of people and cities. The verdicts are those of ``fields``: a cell is in doubt here where ``normalize`` doubts it,
and off the standard where ``normalize`` writes it otherwise.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final

import numpy as np
import pandas as pd

from crmclean.core.finding import CATALOGUE, join_findings, make_findings
from crmclean.core.hygiene_settings import AuditSettings
from crmclean.core.table import Column, Table
from crmclean.fields.city import normalize_cities
from crmclean.fields.company_form import find_form
from crmclean.fields.date import normalize_dates
from crmclean.fields.email import normalize_emails, split_emails
from crmclean.fields.identifier_row import settle_identifiers
from crmclean.fields.inn import inn_keys, normalize_inn
from crmclean.fields.money import normalize_money
from crmclean.fields.person import NameKind, normalize_names
from crmclean.fields.phone import normalize_phones, split_phones
from crmclean.fields.phone_area import area_codes_of_cities
from crmclean.fields.registration import normalize_kpp, normalize_ogrn, normalize_snils
from crmclean.fields.text import map_distinct
from crmclean.hygiene.audit_days import may_be_doubtful
from crmclean.hygiene.audit_kinds import NAME_ROLES, Bools, Ints, KindCells, Values, pair_rows
from crmclean.hygiene.audit_nothing import says_something

_DATES: Final = ("birthday", "created_at", "modified_at", "last_activity", "closed_at")
_NUMBERS: Final = {"inn": normalize_inn, "kpp": normalize_kpp, "ogrn": normalize_ogrn, "snils": normalize_snils}
_NAME_KINDS: Final[Mapping[str, NameKind]] = {"last_name": "last", "first_name": "first", "full_name": "full"}
_NOTHING: Final = frozenset(
    {
        "phone-filler", "phone-not-a-phone", "email-filler", "email-not-an-email", "email-site", "name-placeholder",
        "name-not-a-name", "inn-filler", "kpp-filler", "ogrn-filler", "snils-filler", "date-filler", "money-filler",
        "city-filler",
    }
)  # fmt: skip
"""Findings that say: what stands in the cell is no value at all, it was typed to fill the cell."""

_ONE_NUMBER: Final = r"\+[0-9]{8,15}"
_ONE_ADDRESS: Final = r"[^\s,;<>()]+@[^\s,;<>()]+"


def judge_values(table: Table, settings: AuditSettings, today: date, cards: Bools) -> Values:
    """Return what is known of the cells of a table.

    Args:
        today: birthdays after it are in doubt.
        cards: which rows are cards of companies: their names are no names of people.
    """
    judge = _Judge(table)
    numbers = list(_judge_phones(judge, settings))
    addresses = list(_judge_emails(judge))
    _judge_identifiers(judge)
    _judge_dates(judge, today)
    for column in table.with_role("amount"):
        rows = judge.filled_rows(column)
        judge.take(column, rows, normalize_money(judge.cells(column, rows))["code"], changes=False)
    for column in table.with_role("city"):
        rows = judge.filled_rows(column)
        judge.take(column, rows, normalize_cities(judge.cells(column, rows))["code"], doubts=False)
    _judge_names(judge, cards)
    return Values(
        len(table),
        _read_inn(table),
        judge.kinds,
        pair_rows(numbers, "number"),
        pair_rows(addresses, "address"),
        join_findings(judge.findings),
    )


def _read_inn(table: Table) -> pd.DataFrame:
    """Return the INN of every row with its KPP, which may stand beside it or in a column of its own."""
    found = inn_keys(table.coalesced("inn"))
    kpp = table.coalesced("kpp")
    return found.assign(kpp=found["kpp"].where(found["kpp"].ne(""), kpp.where(says_something(kpp), "")))


class _Judge:
    """Gathers the verdicts on the columns of a table."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.kinds: dict[str, KindCells] = {}
        self.findings: list[pd.DataFrame] = []

    def filled_rows(self, column: Column) -> Ints:
        """Return the 0-based rows whose cell holds anything."""
        return np.flatnonzero(self.table.frame[column.name].str.strip().ne("").to_numpy())

    def cells(self, column: Column, rows: Ints) -> "pd.Series[str]":
        """Return the cells of these rows, with an index of their own."""
        return self.table.frame[column.name].take(rows).reset_index(drop=True)

    def take(
        self,
        column: Column,
        rows: Ints,
        codes: "pd.Series[str]",
        kind: str = "",
        changes: bool = True,
        doubts: bool = True,
    ) -> Bools:
        """Take what was found of the cells of a column, and return which of them are in doubt.

        Args:
            rows: 0-based, those that hold anything.
            codes: of these cells, codes of the catalogue joined by spaces.
            kind: of value, where it is not the role.
            changes: a cell that would be rewritten is off the standard.
            doubts: what cells are in doubt counts.
        """
        cells = self.kinds.setdefault(kind or column.role, KindCells.empty(len(self.table)))
        places, texts = pd.factorize(codes)
        told = [_read_codes(text) for text in texts.tolist()]
        is_changed = np.array([change for change, _, _ in told], dtype=np.bool_)[places]
        is_doubtful = np.array([bool(doubt) for _, doubt, _ in told], dtype=np.bool_)[places]
        is_nothing = np.array([nothing for _, _, nothing in told], dtype=np.bool_)[places]
        cells.filled[rows] += 1
        cells.present[rows] |= ~is_nothing
        if changes:
            cells.off_standard[rows] |= is_changed
        if doubts:
            cells.doubtful[rows] += is_doubtful
            self._note(column, rows[is_doubtful], [told[place][1] for place in places[is_doubtful].tolist()])
        return is_doubtful

    def _note(self, column: Column, rows: Ints, doubts: Sequence[Sequence[str]]) -> None:
        single = np.repeat(rows, [len(codes) for codes in doubts])
        before = self.table.frame[column.name].take(single)
        flat = [code for codes in doubts for code in codes]
        self.findings.append(make_findings(single + 1, column.header, flat, before, before))


def _read_codes(text: str) -> tuple[bool, tuple[str, ...], bool]:
    """Return of the codes of a cell: whether one is a change, which are doubts, whether the cell holds no value."""
    codes = text.split()
    doubts = tuple(code for code in codes if CATALOGUE[code].severity == "doubt")
    return any(CATALOGUE[code].severity == "change" for code in codes), doubts, not _NOTHING.isdisjoint(codes)


def _judge_phones(judge: _Judge, settings: AuditSettings) -> Iterator[pd.DataFrame]:
    """Judge phones and faxes; yield the numbers of the phones."""
    table = judge.table
    areas = area_codes_of_cities(table.coalesced("city")) if table.with_role("city") else None
    for column in table.with_role("phone", "fax"):
        rows = judge.filled_rows(column)
        cells = judge.cells(column, rows)
        area = None if areas is None else areas.take(rows).reset_index(drop=True)
        joiner = table.origin.multi_value_joiner
        found = normalize_phones(cells, settings.region, joiner, area, settings.phone_style)
        is_doubtful = judge.take(column, rows, found["code"])
        if column.role == "fax":
            continue
        is_one = found["value"].str.fullmatch(_ONE_NUMBER).to_numpy(dtype=bool) & ~is_doubtful
        yield pd.DataFrame({"row": rows[is_one], "number": found["value"][is_one].array})
        others = np.flatnonzero(~is_one)
        parts = split_phones(cells.take(others), settings.region, None if area is None else area.take(others))
        parts = parts[parts["number"].ne("") & parts["code"].eq("")]
        judge.kinds["phone"].present[rows[others[parts["position"]]]] = True
        yield pd.DataFrame({"row": rows[others[parts["position"]]], "number": parts["number"].array})


def _judge_emails(judge: _Judge) -> Iterator[pd.DataFrame]:
    """Judge e-mails; yield the addresses."""
    for column in judge.table.with_role("email"):
        rows = judge.filled_rows(column)
        cells = judge.cells(column, rows)
        found = normalize_emails(cells, judge.table.origin.multi_value_joiner)
        is_doubtful = judge.take(column, rows, found["code"])
        is_one = found["value"].str.fullmatch(_ONE_ADDRESS).to_numpy(dtype=bool) & ~is_doubtful
        yield pd.DataFrame({"row": rows[is_one], "address": found["value"][is_one].array})
        others = np.flatnonzero(~is_one)
        parts = split_emails(cells.take(others))
        parts = parts[parts["address"].ne("") & ~parts["code"].isin(_NOTHING)]
        judge.kinds["email"].present[rows[others[parts["position"]]]] = True
        yield pd.DataFrame({"row": rows[others[parts["position"]]], "address": parts["address"].array})


def _judge_identifiers(judge: _Judge) -> None:
    """Judge INN, KPP and OGRN of a row together, where each has one column; any other column by itself."""
    table = judge.table
    single = {role: columns[0] for role in _NUMBERS if len(columns := table.with_role(role)) == 1}
    together = {role: column for role, column in single.items() if "inn" in single and role != "snils"}
    if together:
        cells = {role: table.frame[column.name] for role, column in together.items()}
        settled = settle_identifiers(cells["inn"], cells.get("kpp"), cells.get("ogrn"))
        for role, column in together.items():
            rows = judge.filled_rows(column)
            judge.take(column, rows, settled[f"{role}_code"].take(rows))
    for role, normalizer in _NUMBERS.items():
        for column in table.with_role(role):
            if column not in together.values():
                rows = judge.filled_rows(column)
                judge.take(column, rows, normalizer(judge.cells(column, rows))["code"])


def _judge_dates(judge: _Judge, today: date) -> None:
    """Judge dates; a column of plain dates alone needs no second look."""
    for column in judge.table.with_role(*_DATES):
        rows = judge.filled_rows(column)
        cells = judge.cells(column, rows)
        is_birthday = column.role == "birthday"
        codes = pd.Series("", index=cells.index, dtype="str")
        if is_birthday or may_be_doubtful(cells):
            codes = normalize_dates(cells, birthday=is_birthday, today=today)["code"]
        judge.take(column, rows, codes, changes=False)


def _judge_names(judge: _Judge, cards: Bools) -> None:
    """Judge the names of people; a full name only of the rows whose parts say nothing, as it repeats them else."""
    table = judge.table
    for role in NAME_ROLES:
        for column in table.with_role(role):
            rows = judge.filled_rows(column)
            rows = rows[~cards[rows]]
            if role == "full_name" and "name" in judge.kinds:
                rows = rows[~judge.kinds["name"].present[rows]]
            cells = judge.cells(column, rows)
            codes = normalize_names(cells, _NAME_KINDS[role])["code"]
            judge.take(column, rows, codes, "name", doubts=False)
            # «ООО Ромашка» is no name of a person, but it does say who the client is.
            odd = np.flatnonzero(codes.eq("name-not-a-name").to_numpy())
            has_form = map_distinct(cells.take(odd), lambda text: find_form(text).form).ne("").to_numpy()
            judge.kinds["name"].present[rows[odd[has_form]]] = True
