"""What a config file for an export needs to know of it: which steps make sense, its statuses, the packs that fit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from crmclean.core.hygiene_settings import FunnelSettings
from crmclean.core.run_settings import StepName
from crmclean.core.table import Table
from crmclean.hygiene.funnel import funnel
from crmclean.workflows.init_packs import PackFit, fit_packs
from crmclean.workflows.init_values import STATUS_ROLES, class_statuses, status_values

_SECTION_OF: Final[Mapping[str, str]] = {"segment": "segments"}


@dataclass(frozen=True)
class Export:
    """An export and what was seen in it.

    Attributes:
        name: of the file, for people.
        table: its records.
        steps: what `run` should do with it, in order.
        stages: its open stages in the order in which `funnel` takes them; none where that is not known.
        statuses: its stages and statuses by class; those that were not understood under ``""``.
        packs: every ready-made pack of rules, and whether it fits.
    """

    name: str
    table: Table
    steps: tuple[StepName, ...]
    stages: tuple[str, ...]
    statuses: Mapping[str, list[str]]
    packs: tuple[PackFit, ...]

    @property
    def sections(self) -> tuple[str, ...]:
        """The tables of the config file that hold settings of steps; rules and archive always have theirs."""
        steps = [_SECTION_OF.get(step, step) for step in self.steps]
        return tuple(dict.fromkeys([*steps, "segments", "archive"]))


def describe_export(table: Table, name: str) -> Export:
    """Return what a config file needs to know of an export."""
    statuses = status_values(table)
    packs = fit_packs(table)
    steps = _choose_steps(table, packs)
    stages = _order_stages(table, statuses) if "funnel" in steps else ()
    return Export(name, table, steps, stages, class_statuses(statuses), packs)


def _order_stages(table: Table, statuses: Sequence[str]) -> tuple[str, ...]:
    by_stage = funnel(table, FunnelSettings()).tables["by_stage"]
    ordered = by_stage["stage"][by_stage["step"].gt(0)].tolist()
    return tuple(dict.fromkeys(stage for stage in ordered if stage in statuses))


def _choose_steps(table: Table, packs: tuple[PackFit, ...]) -> tuple[StepName, ...]:
    """Return the steps that make sense: deals are compared as deals, orders are not people who can be merged."""
    roles = {column.role for column in table.columns}
    steps: list[StepName] = ["normalize"]
    if table.origin.entity == "order":
        steps += ["cadence"]
    elif table.origin.entity == "deal":
        steps += ["deals"]
    else:
        steps += ["dedup", "dead"]
    if table.origin.entity in ("deal", "lead") and roles.intersection(STATUS_ROLES):
        steps += ["funnel"]
    steps += ["audit"]
    if any(pack.is_used for pack in packs):
        steps += ["segment"]
    return tuple(steps)
