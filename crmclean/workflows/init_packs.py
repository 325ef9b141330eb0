"""Which ready-made packs of rules suit an export."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from crmclean.core.table import ROLES, Table
from crmclean.segmenting.pack_conditions import Fitting, Missing
from crmclean.segmenting.packs import Conditions, Pack, load_pack, pack_names

_USUAL: Final = (
    "vip-in-trouble", "reminders", "regulation", "lost-clients", "loss-reasons", "reactivation", "temperature",
    "completeness",
)  # fmt: skip
"""Packs for every trade, in the order of their rules: the urgent first, what takes many clients last.

A pack that is not named here is for one trade: it is shown, and never used by itself.
"""

_ENOUGH: Final = 0.5
"""A pack is used where the file has the columns for at least this share of its rules and chains."""


@dataclass(frozen=True)
class PackFit:
    """A pack and how it suits an export.

    Attributes:
        is_used: the config file uses it.
        missing: the roles that the file lacks for the rules that it cannot apply (see ``pack_conditions``); none
            where it also lacks what is no role, such as columns that another command adds: the pack itself says that.
    """

    name: str
    about: str
    is_used: bool
    missing: Missing


def fit_packs(table: Table) -> tuple[PackFit, ...]:
    """Return all packs, those for every trade first. A list of orders has no clients to sort: it uses none."""
    names = pack_names()
    fitting = Fitting(table)
    ordered = [name for name in _USUAL if name in names] + [name for name in names if name not in _USUAL]
    fits = (_fit_pack(load_pack(name), fitting) for name in ordered)
    return tuple(replace(fit, is_used=False) if table.origin.entity == "order" else fit for fit in fits)


def _fit_pack(pack: Pack, fitting: Fitting) -> PackFit:
    fitted = [fitting.fit(conditions) for conditions in _conditions_of(pack)]
    lacking = [item.missing for item in fitted if item.missing]
    is_used = pack.name in _USUAL and len(lacking) <= len(fitted) * (1 - _ENOUGH)
    groups = tuple(dict.fromkeys(group for missing in lacking for group in missing))
    is_of_roles = all(ROLES.keys() >= set(group) for group in groups)
    return PackFit(pack.name, pack.about, is_used, groups if is_of_roles else ())


def _conditions_of(pack: Pack) -> Iterator[Conditions]:
    for rule in pack.rules:
        yield rule.conditions
    for chain in pack.chains:
        yield chain.conditions
