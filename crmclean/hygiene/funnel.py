"""The funnel: stages and how long they take, where clients drop out, who is stuck or forgotten, what sources bring.

Nothing is moved or closed: records get tags, and the report has a table for each question. What a snapshot of the CRM
cannot tell is said instead of guessed.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmclean.core.finding import join_findings, make_findings
from crmclean.core.hygiene_settings import FunnelSettings
from crmclean.core.i18n import N_
from crmclean.core.step import Outcome
from crmclean.core.table import Table
from crmclean.hygiene.as_of import read_as_of
from crmclean.hygiene.calls import Evidence
from crmclean.hygiene.evidence_columns import spread_texts
from crmclean.hygiene.funnel_counts import Groups
from crmclean.hygiene.funnel_money import read_amounts
from crmclean.hygiene.funnel_order import order_stages
from crmclean.hygiene.funnel_reach import read_reach
from crmclean.hygiene.funnel_sections import list_notes, list_sections, show_lines
from crmclean.hygiene.funnel_stages import LOST_STATE, UNKNOWN_STATE, WON_STATE, Stages, read_stages
from crmclean.hygiene.funnel_tables import (
    Funnel,
    list_drop_out,
    list_first,
    list_losses,
    list_managers,
    list_sources,
    list_stages,
)
from crmclean.hygiene.funnel_tags import find_tags, read_allowed, write_reasons, write_tags
from crmclean.hygiene.funnel_times import measure_times, read_dates, read_promises
from crmclean.hygiene.rules import Rule, list_rules

_STAGE: Final = ("stage", "status")

RULES: Final = (
    Rule(
        "stuck",
        N_("Open, and in its stage for longer than allowed"),
        (_STAGE, ("stage_changed_at", "modified_at", "created_at")),
    ),
    Rule("no-task", N_("Open, and no next task"), (_STAGE, ("next_task",))),
    Rule("overdue-promise", N_("Open, and a promised date has passed"), (_STAGE, ("next_task", "expected_at"))),
    Rule("silent", N_("Does not answer"), ((*_STAGE, "loss_reason", "call_attempts", "calls"),)),
    Rule("by-manager", N_("Table of managers"), (("owner",),)),
    Rule("by-source", N_("Table of sources"), (("source",),)),
    Rule("losses", N_("Table of the reasons of the loss"), (("loss_reason",),)),
    Rule("money", N_("Money"), (("amount",),)),
)
"""What the job looks at, each with what it needs."""

_MOST_NAMED: Final = 100


def funnel(table: Table, settings: FunnelSettings, calls: Evidence | None = None) -> Outcome:
    """Return a table with its open records tagged, and what its stages, managers and sources come to.

    Args:
        table: deals, leads or contacts with a status.
        calls: what telephony says (``calls.read_calls``): who answered and who never does.

    Returns:
        The table with ``crmclean_funnel`` (codes of ``funnel_tags.TAGS`` joined by ``; ``), ``crmclean_funnel_why``
        (the same in words) and ``crmclean_stage_days``. Tables ``by_stage``, ``drop_out``, ``by_manager``,
        ``by_source``, ``losses``, ``first``, ``rules`` and ``method``.

    Raises:
        UsageError: a setting names no date, no class of statuses or no number of days.
    """
    as_of = read_as_of(settings.as_of)
    evidence = () if calls is None else ("calls",)
    applied = frozenset(rule.code for rule in RULES if not rule.missing(table, evidence))
    dates = read_dates(table)
    stages = read_stages(table, settings, dates["closed_at"], as_of)
    times, promises = measure_times(dates, stages, as_of), read_promises(table, as_of)
    allowed, missing = read_allowed(stages.listed, settings)
    tags = find_tags(stages, times, promises, allowed, tuple(applied))
    reasons = write_reasons(tags, stages, times, promises, allowed)
    ages = Groups(stages.now, len(stages.listed)).median(times.age, stages.is_open)
    known = Funnel(
        table,
        settings,
        stages,
        order_stages(stages.listed, settings.stages, ages),
        times,
        promises,
        read_reach(table, stages, times, settings, as_of, calls),
        tags,
        read_amounts(table),
        allowed,
        applied,
    )
    added = {
        "crmclean_funnel": write_tags(tags),
        "crmclean_funnel_why": reasons,
        "crmclean_stage_days": _write_days(times.days),
    }
    return Outcome(
        table.with_added(added),
        _find_doubts(table, stages, missing),
        _make_tables(known, reasons, evidence),
        _count(known),
        list_sections(known),
    )


def _make_tables(known: Funnel, reasons: "pd.Series[str]", evidence: Sequence[str]) -> dict[str, pd.DataFrame]:
    made = {"by_stage": list_stages(known), "by_manager": list_managers(known), "by_source": list_sources(known)}
    return {
        **made,
        **show_lines(made),
        "drop_out": list_drop_out(known),
        "losses": list_losses(known),
        "first": list_first(known, reasons),
        "rules": list_rules(RULES, known.table, _count_rules(known), evidence),
        "method": list_notes(known),
    }


def _count_rules(known: Funnel) -> dict[str, int]:
    table = known.table
    return {
        "stuck": int(known.tags.stuck.sum()),
        "no-task": int(known.tags.no_task.sum()),
        "overdue-promise": int(known.tags.overdue.sum()),
        "silent": int(known.reach.silent.sum()),
        "by-manager": int(table.coalesced("owner").ne("").sum()),
        "by-source": int(table.coalesced("source").ne("").sum()),
        "losses": int(table.coalesced("loss_reason").ne("").sum()),
        "money": int((~np.isnan(known.money.amounts)).sum()),
    }


def _count(known: Funnel) -> dict[str, float]:
    """Return the figures of the run; one whose rule was skipped is not among them."""
    rows, counts = len(known.table), _count_rules(known)
    figures: dict[str, float] = {
        "rows_in": rows,
        "rows_out": rows,
        "open_records": int(known.stages.is_open.sum()),
        "won": int(known.of_state(WON_STATE).sum()),
        "lost": int(known.of_state(LOST_STATE).sum()),
    }
    names = {"stuck": "stuck", "no-task": "no_task", "overdue-promise": "overdue_promises", "silent": "silent"}
    return figures | {name: counts[code] for code, name in names.items() if code in known.applied}


def _write_days(days: NDArray[np.float64]) -> "pd.Series[str]":
    """Return days as text, ``""`` where they are not known."""
    codes, values = pd.factorize(np.where(np.isnan(days), -1, days).astype(np.int64))
    texts = ["" if value < 0 else str(value) for value in values.tolist()]
    return spread_texts(texts, codes.astype(np.int64))


def _find_doubts(table: Table, stages: Stages, missing: Sequence[str]) -> pd.DataFrame:
    """Return the stages that say nothing, and those of the settings that the file does not have."""
    columns = table.with_role("stage") or table.with_role("status")
    header = columns[0].header if columns else ""
    unknown = np.unique(stages.now[stages.state == UNKNOWN_STATE])
    lines = stages.listed.iloc[unknown].sort_values(["records", "stage"], ascending=[False, True])
    texts = [text for text in dict.fromkeys(lines["stage"].tolist()) if text][:_MOST_NAMED]
    parts = [
        make_findings([0] * len(names), header, [code] * len(names), names, names)
        for code, names in (("funnel-stage-unknown", texts), ("funnel-stage-not-found", list(missing)))
        if names
    ]
    return join_findings(parts)
