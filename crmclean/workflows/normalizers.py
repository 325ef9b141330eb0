"""Each kind of value brought to one standard of entry: which columns it concerns, and how they are rewritten together.

What is known of a kind stands in ``fields``; here it meets the table: the city of the row gives a local phone its area
code, a number too many goes to the next phone column, a column keeps the style that most of its cells have.
"""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd

from crmclean.core.settings import FieldKind, NormalizeSettings
from crmclean.core.table import ADDED_PREFIX, DATE_ROLES, Column, Table
from crmclean.fields.city import normalize_cities
from crmclean.fields.company import normalize_companies, settle_companies
from crmclean.fields.date import normalize_dates
from crmclean.fields.email import normalize_emails
from crmclean.fields.identifier_row import settle_identifiers
from crmclean.fields.inn import normalize_inn
from crmclean.fields.money import normalize_money
from crmclean.fields.name_columns import settle_names
from crmclean.fields.person import NameKind, normalize_names
from crmclean.fields.phone import normalize_phones
from crmclean.fields.phone_area import area_codes_of_cities
from crmclean.fields.phone_spread import spread_phones
from crmclean.fields.registration import normalize_kpp, normalize_ogrn, normalize_snils
from crmclean.fields.tag import normalize_tags
from crmclean.fields.vocabulary import fold_into_vocabulary
from crmclean.fields.yes_no import normalize_yes_no
from crmclean.files.headings import heading_key
from crmclean.matching.prepared import company_rows
from crmclean.workflows.cells import Cells
from crmclean.workflows.column_style import date_style, decimal_mark, joiner_of, keep_iso_spelling, says_one_pair

Normalizer = Callable[[Cells, NormalizeSettings], None]

_NAME_KINDS: Final[Mapping[str, NameKind]] = MappingProxyType(
    {"last_name": "last", "first_name": "first", "middle_name": "middle", "full_name": "full"}
)


def _phones(cells: Cells, settings: NormalizeSettings) -> None:
    table = cells.table
    columns = table.with_role("phone", "fax")
    area_codes = _area_codes(table, settings) if columns else None
    for column in columns:
        found = normalize_phones(
            cells.of(column), settings.region, table.origin.multi_value_joiner, area_codes, settings.phone_style
        )
        cells.rewrite(column, found)
    if table.origin.system:
        return  # it has its own way to write several numbers in a cell
    kinds: dict[str, list[Column]] = {}
    for column in table.with_role("phone"):
        kinds.setdefault(column.kind.replace("other", ""), []).append(column)
    for alike in kinds.values():
        if len(alike) > 1:
            _spread(cells, alike, settings)


def _spread(cells: Cells, columns: Sequence[Column], settings: NormalizeSettings) -> None:
    """Move the numbers that a cell has no room for to the free columns of the same kind."""
    spread = spread_phones(
        pd.DataFrame({column.name: cells.of(column) for column in columns}),
        settings.region,
        cells.table.origin.multi_value_joiner,
        settings.phone_style,
    )
    for column in columns:
        found = pd.DataFrame({"value": spread.values[column.name], "code": spread.codes[column.name]})
        if found["code"].ne("").any():
            cells.rewrite(column, found)


def _area_codes(table: Table, settings: NormalizeSettings) -> "pd.Series[str] | None":
    """Return the area code of every row, by its city or by the user's word; None where nothing is known."""
    given = pd.Series(settings.area_code, index=table.frame.index, dtype="str")
    if not table.with_role("city"):
        return given if settings.area_code else None
    of_city = area_codes_of_cities(table.coalesced("city"))
    return of_city.where(of_city.ne(""), given)


def _emails(cells: Cells, settings: NormalizeSettings) -> None:
    for column in cells.table.with_role("email"):
        joiner = cells.table.origin.multi_value_joiner
        cells.rewrite(column, normalize_emails(cells.of(column), joiner, settings.fix_typos))


def _names(cells: Cells, settings: NormalizeSettings) -> None:
    columns = {kind: _only(cells.table, role) for role, kind in _NAME_KINDS.items()}
    together = {kind: column for kind, column in columns.items() if column is not None}
    found: dict[str, pd.DataFrame] = {}
    if together:
        settled = settle_names(**{kind: cells.of(column) for kind, column in together.items()})
        for kind, column in together.items():
            found[column.name] = pd.DataFrame({"value": settled[kind], "code": settled[f"{kind}_code"]})
    for role, kind in _NAME_KINDS.items():
        for column in cells.table.with_role(role):
            if column.name not in found:
                found[column.name] = normalize_names(cells.of(column), kind)
    cards = np.flatnonzero(_company_cards(cells.table))
    for column in cells.table.with_role(*_NAME_KINDS):
        cells.rewrite(column, _as_companies(found[column.name], cells.of(column), cards, settings))


def _as_companies(
    found: pd.DataFrame,
    before: "pd.Series[str]",
    rows: "np.ndarray[tuple[int], np.dtype[np.intp]]",
    settings: NormalizeSettings,
) -> pd.DataFrame:
    """Return what was found for people, but in these rows the name as that of a company."""
    if not len(rows):
        return found
    names = before.iloc[rows]
    of_company = pd.DataFrame({"value": names, "code": ""})
    if not settings.only or "company" in settings.only:
        of_company = normalize_companies(names)
    result = found[["value", "code"]].astype("str")
    result.iloc[rows] = of_company[["value", "code"]].to_numpy()
    return result


def _company_cards(table: Table) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Return the rows of a mixed export whose name is that of a company."""
    if table.origin.entity != "mixed":
        return np.zeros(len(table), dtype=np.bool_)
    has_name = np.zeros(len(table), dtype=np.bool_)
    for role in _NAME_KINDS:
        has_name |= table.coalesced(role).ne("").to_numpy()
    return company_rows(table, has_name, table.coalesced("company").ne("").to_numpy())


def _companies(cells: Cells, _settings: NormalizeSettings) -> None:
    name, form = _only(cells.table, "company"), _only(cells.table, "legal_form")
    if form:
        nameless = pd.Series("", index=cells.table.frame.index, dtype="str")
        found = settle_companies(cells.of(name) if name else nameless, cells.of(form))
        cells.rewrite(form, pd.DataFrame({"value": found["form"], "code": found["form_code"]}))
        if name:
            cells.rewrite(name, found[["value", "code"]])
            return
    for column in cells.table.with_role("company"):
        cells.rewrite(column, normalize_companies(cells.of(column)))


def _identifiers(cells: Cells, _settings: NormalizeSettings) -> None:
    table = cells.table
    columns = {role: _only(table, role) for role in ("inn", "kpp", "ogrn")}
    together = {role: column for role, column in columns.items() if column is not None}
    if "inn" in together:
        found = settle_identifiers(
            cells.of(together["inn"]),
            *[cells.of(together[role]) if role in together else None for role in ("kpp", "ogrn")],
        )
        for role, column in together.items():
            cells.rewrite(column, pd.DataFrame({"value": found[role], "code": found[f"{role}_code"]}))
    alone = {"inn": normalize_inn, "kpp": normalize_kpp, "ogrn": normalize_ogrn, "snils": normalize_snils}
    for role, normalizer in alone.items():
        for column in table.with_role(role):
            if "inn" not in together or column not in together.values():
                cells.rewrite(column, normalizer(cells.of(column)))


def _dates(cells: Cells, settings: NormalizeSettings) -> None:
    for column in cells.table.with_role(*DATE_ROLES):
        before = cells.of(column)
        is_birthday = column.role == "birthday"
        if settings.date_style != "column":
            cells.rewrite(column, normalize_dates(before, settings.date_style, birthday=is_birthday))
            continue
        style = date_style(before)
        found = normalize_dates(before, style, birthday=is_birthday)
        cells.rewrite(column, keep_iso_spelling(before, found) if style == "iso" else found)


def _money(cells: Cells, _settings: NormalizeSettings) -> None:
    for column in cells.table.with_role("amount"):
        before = cells.of(column)
        cells.rewrite(column, normalize_money(before, decimal_mark(before)))


def _yes_no(cells: Cells, _settings: NormalizeSettings) -> None:
    for column in cells.table.with_role("opt_out"):
        before = cells.of(column)
        if not says_one_pair(before):
            cells.rewrite(column, normalize_yes_no(before))


def _tags(cells: Cells, settings: NormalizeSettings) -> None:
    allowed: dict[str, list[str]] = {}
    for heading, value in settings.vocabulary:
        allowed.setdefault(heading_key(heading), []).append(value)
    for column in cells.table.columns:
        before = cells.of(column)
        words = allowed.get(heading_key(column.header)) or allowed.get(heading_key(column.role))
        if words and not column.header.startswith(ADDED_PREFIX):
            joiner = joiner_of(before, cells.table.origin.multi_value_joiner)
            cells.rewrite(column, fold_into_vocabulary(before, words, joiner, multi=column.role == "tags"))
        elif column.role == "tags":
            cells.rewrite(column, normalize_tags(before, joiner_of(before, cells.table.origin.multi_value_joiner)))


def _cities(cells: Cells, _settings: NormalizeSettings) -> None:
    for column in cells.table.with_role("city"):
        cells.rewrite(column, normalize_cities(cells.of(column)))


def _only(table: Table, role: str) -> Column | None:
    """Return the column of a role where there is exactly one: of two it is not known which belong together."""
    found = table.with_role(role)
    return found[0] if len(found) == 1 else None


NORMALIZERS: Final[Mapping[FieldKind, Normalizer]] = MappingProxyType(
    {
        "phone": _phones,
        "email": _emails,
        "name": _names,
        "company": _companies,
        "inn": _identifiers,
        "date": _dates,
        "money": _money,
        "yes-no": _yes_no,
        "tag": _tags,
        "city": _cities,
    }
)
"""What normalises each kind of value that ``--only`` names, in this order."""
