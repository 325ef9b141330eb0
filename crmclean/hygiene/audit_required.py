"""Required fields: which a record of each kind must have, and in which records they are empty.

A cell that says nothing («нет», «-», «Без имени», +7 999 999-99-99) is as good as empty: it was typed to get past the
form.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd

from crmclean.core.hygiene_settings import AuditSettings
from crmclean.core.i18n import N_, _
from crmclean.core.table import ROLES, Table
from crmclean.fields.company_name import is_placeholder_name
from crmclean.fields.text import fold_cells, map_distinct
from crmclean.hygiene.audit_kinds import CHECKED, NAME_ROLES, Bools, Values
from crmclean.hygiene.audit_nothing import says_something
from crmclean.hygiene.rules import Rule
from crmclean.hygiene.statuses import check_names

GROUPS: Final = MappingProxyType({"name": NAME_ROLES, "client": ("company", *NAME_ROLES)})
"""Required fields that several roles can fill."""

_GROUP_TITLES: Final = MappingProxyType({"name": N_("Name of the person"), "client": N_("Client")})
_OF_CONTACTS: Final = ("name", "phone", "email", "source", "owner")
_OF_COMPANIES: Final = ("company", "inn", "phone", "email", "source", "owner")
_DEFAULTS: Final = MappingProxyType(
    {
        "contact": _OF_CONTACTS,
        "company": _OF_COMPANIES,
        "lead": ("client", "phone", "email", "source", "owner"),
        "deal": ("client", "source", "owner", "stage", "amount"),
        "order": ("client", "phone", "amount"),
    }
)
_COMPANY_TYPES: Final = (
    "компания", "организация", "юр. лицо", "юр лицо", "юридическое лицо", "company", "account",
)  # fmt: skip
_NO_AMOUNT: Final = r"[^1-9]*"


@dataclass(frozen=True)
class Required:
    """One required field.

    Attributes:
        name: as the settings name it: a role, a group, or several of these with ``/`` between them.
        filled: the records in which it is not empty; meaningless where ``applies`` is false.
        applies: the records that must have it.
        rule: with the columns that it needs.
    """

    name: str
    filled: Bools
    applies: Bools
    rule: Rule

    @property
    def gaps(self) -> Bools:
        """Tell in which records it is missing."""
        return np.asarray(self.applies & ~self.filled)


def find_company_cards(table: Table) -> Bools:
    """Tell which records are cards of companies and not of people."""
    if table.origin.entity == "company":
        return np.ones(len(table), dtype=np.bool_)
    if table.origin.entity != "mixed":
        return np.zeros(len(table), dtype=np.bool_)
    return fold_cells(table.coalesced("record_type")).isin(_COMPANY_TYPES).to_numpy(dtype=np.bool_)


def check_required(table: Table, settings: AuditSettings, values: Values, cards: Bools) -> list[Required]:
    """Return every required field with the records in which it is filled; of a column that lacks, none are.

    Raises:
        UsageError: the settings require a field that does not exist.
    """
    everybody = np.ones(len(table), dtype=np.bool_)
    if settings.required:
        names = list(dict.fromkeys(name.strip().lower() for name in settings.required if name.strip()))
        for name in names:
            check_names(name.split("/"), (*GROUPS, *ROLES), _("There is no field “{name}” to require."))
        wanted = dict.fromkeys(names, everybody)
    elif table.origin.entity == "mixed":
        wanted = dict.fromkeys(_OF_CONTACTS, ~cards)
        for name in _OF_COMPANIES:
            wanted[name] = everybody if name in wanted else cards
    else:
        wanted = dict.fromkeys(_DEFAULTS.get(table.origin.entity, _OF_CONTACTS), everybody)
    return [
        Required(name, _fill(name, table, values, cards), applies, _rule_of(name)) for name, applies in wanted.items()
    ]


def title_of(name: str) -> str:
    """Return a required field in words of the user's language."""
    either = " " + _("or") + " "
    return either.join(_(_GROUP_TITLES.get(part) or ROLES[part]) for part in name.split("/"))


def _rule_of(name: str) -> Rule:
    roles = tuple(role for part in name.split("/") for role in GROUPS.get(part, (part,)))
    return Rule(f"missing:{name}", _("Not filled: {field}").format(field=title_of(name)), (roles,))


def _fill(name: str, table: Table, values: Values, cards: Bools) -> Bools:
    parts = [_fill_one(part, table, values, cards) for part in name.split("/")]
    filled: Bools = np.any(parts, axis=0)
    return filled


def _fill_one(name: str, table: Table, values: Values, cards: Bools) -> Bools:
    if name == "name":
        return values.kind("name").present
    if name == "client":
        return values.kind("name").present | _names_company(table, ("company",))
    if name == "company":
        # The card of a company may have its name where people have theirs.
        own = _names_company(table, ("company",))
        return own | (cards & _names_company(table, NAME_ROLES)) if cards.any() else own
    if name == "amount":
        is_sum = ~table.coalesced("amount").str.fullmatch(_NO_AMOUNT)
        return values.kind("amount").present & is_sum.to_numpy(dtype=np.bool_)
    if name in CHECKED:
        return values.kind(name).present
    return _any(table, (name,), says_something)


def _names_company(table: Table, roles: Sequence[str]) -> Bools:
    return _any(table, roles, _is_company)


def _is_company(cells: "pd.Series[str]") -> Bools:
    said = map_distinct(cells, lambda text: "1" if text.strip() and not is_placeholder_name(text) else "")
    return said.eq("1").to_numpy(dtype=np.bool_)


def _any(table: Table, roles: Sequence[str], test: "Callable[[pd.Series[str]], Bools]") -> Bools:
    found = np.zeros(len(table), dtype=np.bool_)
    for column in table.with_role(*roles):
        found |= test(table.frame[column.name])
    return found
