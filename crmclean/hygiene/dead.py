"""Dead contacts: who can no longer be reached or won, for which reasons, and what to do with them.

Nothing is deleted and no cell is changed: the base gets columns of its own with the reasons and a proposal.
"""

from concurrent.futures import Executor
from typing import Final

import numpy as np
import pandas as pd

from crmclean.core.executing import IN_TURN
from crmclean.core.finding import join_findings, make_findings
from crmclean.core.hygiene_settings import DeadSettings
from crmclean.core.i18n import N_
from crmclean.core.section import Section, SectionColumn
from crmclean.core.step import Outcome, check_balance
from crmclean.core.table import Table
from crmclean.hygiene.as_of import read_as_of
from crmclean.hygiene.dead_age import find_counted_attempts, find_silent, find_stuck, read_classes, read_moments
from crmclean.hygiene.dead_evidence import apply_bounces, apply_calls, not_contacted
from crmclean.hygiene.dead_found import Found, Moments
from crmclean.hygiene.dead_marks import (
    find_closed_companies,
    find_opt_outs,
    find_refusals,
    find_test_records,
    has_given_name,
    is_named,
    is_of_company,
    is_valuable,
)
from crmclean.hygiene.dead_reached import (
    Facts,
    find_dead_numbers,
    find_failed_attempts,
    find_without_contacts,
    find_written,
)
from crmclean.hygiene.dead_remarks import Reading
from crmclean.hygiene.dead_rules import RULES, UNREACHABLE
from crmclean.hygiene.dead_verdict import PROPOSALS, Client, Verdict, find_rows_of, judge
from crmclean.hygiene.evidence_columns import UNREAD_REASONS, Evidence
from crmclean.hygiene.reach import Reach, read_reach
from crmclean.hygiene.rules import RULES_SECTION, list_rules
from crmclean.hygiene.statuses import group_pairs

TAG_COLUMNS: Final = ("row", "id", "dead", "reasons")
"""Columns of the table ``tags``, one line per row."""

_PROPOSALS_SECTION: Final = Section(
    "dead_proposals",
    N_("What is proposed"),
    (SectionColumn("title", N_("Proposal"), "title"), SectionColumn("records", N_("Records"), "count")),
    is_summary=True,
)
_EVIDENCE_SECTION: Final = Section(
    "dead_evidence",
    N_("Calls and returned mails"),
    (
        SectionColumn("title", N_("File"), "title"),
        SectionColumn("lines", N_("Lines"), "count"),
        SectionColumn("unread", N_("Unusable"), "count"),
        SectionColumn("why", N_("Mostly because"), "title"),
        SectionColumn("known", N_("Of the base"), "count"),
    ),
    note=N_("Of the base: so many numbers or addresses of the file stand in it."),
    is_summary=True,
)
_CHECK_SECTION: Final = Section(
    "dead_check",
    N_("Look at these first"),
    (
        SectionColumn("row", N_("Row"), "count"),
        SectionColumn("id", N_("ID")),
        SectionColumn("name", N_("Client")),
        SectionColumn("contact", N_("Phone"), is_contact=True),
        SectionColumn("amount", N_("Amount")),
        SectionColumn("why", N_("Why")),
    ),
    note=N_("Valuable clients, contradicting evidence, stages held for too long: a person decides."),
)
SECTIONS: Final = (_PROPOSALS_SECTION, RULES_SECTION, _EVIDENCE_SECTION, _CHECK_SECTION)

_MOST_CHECKED: Final = 1000
"""So many rows of the list for a person are kept: all of them stand in the base."""


def find_dead(
    table: Table,
    settings: DeadSettings,
    calls: Evidence | None = None,
    bounces: Evidence | None = None,
    beside: Executor = IN_TURN,
) -> Outcome:
    """Tag the contacts that are dead, with reasons and a proposal.

    Args:
        calls: what ``read_calls`` read of a call log.
        bounces: what ``read_bounces`` read of a list of bounces.
        beside: reads the comments while phones and mails are read.

    Returns:
        The table with ``crmclean_dead`` (1 or 0), ``crmclean_dead_reasons`` (codes of ``dead_rules.REASONS``),
        ``crmclean_dead_why`` (in words), ``crmclean_proposal`` (``archive``, ``enrich``, ``check`` or ``""``) and
        ``crmclean_may_contact`` (``yes``, ``no``). Tables ``tags`` (``TAG_COLUMNS``), ``rules``, ``dead_proposals``,
        ``dead_evidence`` and ``dead_check``.

    Raises:
        UsageError: ``as_of`` is no date, or ``statuses`` or ``remarks`` name nothing that there is.
    """
    as_of = read_as_of(settings.as_of)
    writing = Reading(table, group_pairs(settings.remarks), beside)
    active = read_moments(table, "last_activity")
    reach, facts = _gather(table, settings, as_of, active, calls, bounces, writing)
    found = _find_all(table, settings, facts, active)
    lost = find_rows_of(found, UNREACHABLE)
    client = Client(
        is_named(table, lost),
        is_of_company(table, lost),
        facts.reachable,
        facts.other_ways,
        is_valuable(table, settings.vip_amount, settings.vip_tags),
    )
    verdict = judge(found, client)
    result = table.with_added(_added_columns(verdict))
    check_balance(len(table), len(result), 0)
    evidence = [name for name, given in (("calls", calls), ("bounces", bounces)) if given is not None]
    counts = {code: int(rows.sum()) for code, rows in verdict.holds.items()}
    tables = {
        "tags": _make_tags(table, verdict),
        "rules": list_rules(RULES, table, counts, evidence),
        "dead_proposals": _count_proposals(verdict),
        "dead_evidence": _describe_evidence(reach, calls, bounces),
        "dead_check": _list_checks(table, verdict),
    }
    return Outcome(result, _make_findings(verdict), tables, _count(table, verdict), SECTIONS)


def _gather(
    table: Table,
    settings: DeadSettings,
    as_of: pd.Timestamp,
    active: Moments,
    calls: Evidence | None,
    bounces: Evidence | None,
    writing: Reading,
) -> tuple[Reach, Facts]:
    """Return the ways to reach every row as the table has them, and all facts that rules over several columns need."""
    reach = as_written = read_reach(table, settings.region)
    contacted = not_contacted(len(table))
    if calls is not None:
        reach, contacted = apply_calls(reach, contacted, calls, as_of, active)
    if bounces is not None:
        reach, contacted = apply_bounces(reach, contacted, bounces, as_of, active, settings.soft_bounces)
    return as_written, Facts(reach, contacted, writing.result(), read_moments(table, "modified_at"), as_of)


def _find_all(table: Table, settings: DeadSettings, facts: Facts, active: Moments) -> list[Found]:
    """Return what every rule found; a rule whose columns the table lacks finds nothing."""
    own = group_pairs(settings.statuses)
    classes = read_classes(table, own)
    found = [
        *find_dead_numbers(facts),
        *find_test_records(table),
        *find_failed_attempts(facts, settings, active),
        *find_counted_attempts(table, classes, own, settings),
        *find_silent(
            active,
            facts.modified,
            facts.contacted.answered,
            read_moments(table, "next_task"),
            facts.as_of,
            settings.silent_days,
        ),
        *find_stuck(table, classes, facts.as_of, settings.stage_days),
        *find_opt_outs(table),
        *find_refusals(table, classes),
        *find_closed_companies(table),
        *find_written(facts, has_given_name(table)),
    ]
    if table.with_role("phone", "email"):
        found += find_without_contacts(facts)
    return found


def _added_columns(verdict: Verdict) -> "dict[str, pd.Series[str]]":
    def flag(rows: "np.ndarray[tuple[int], np.dtype[np.bool_]]", yes: str, no: str) -> pd.Series:
        return pd.Series(np.where(rows, yes, no), dtype="str")

    return {
        "crmclean_dead": flag(verdict.dead, "1", "0"),
        "crmclean_dead_reasons": verdict.reasons,
        "crmclean_dead_why": verdict.why,
        "crmclean_proposal": verdict.proposal,
        "crmclean_may_contact": flag(verdict.left_in_peace, "no", "yes"),
    }


def _make_tags(table: Table, verdict: Verdict) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "row": np.arange(1, len(table) + 1, dtype=np.int64),
            "id": table.coalesced("id"),
            "dead": verdict.dead.astype(np.int64),
            "reasons": verdict.reasons,
        }
    )


def _count_proposals(verdict: Verdict) -> pd.DataFrame:
    counts = [int(verdict.proposal.eq(name).sum()) for name in PROPOSALS]
    frame = pd.DataFrame({"proposal": list(PROPOSALS), "title": list(PROPOSALS.values()), "records": counts})
    return frame[frame["records"] > 0].reset_index(drop=True)


def _describe_evidence(reach: Reach, calls: Evidence | None, bounces: Evidence | None) -> pd.DataFrame:
    """Return one line per evidence file: what was read of it and how much of that the base knows."""
    lines = []
    for evidence, title, column, keys in (
        (calls, N_("results of calls (--calls)"), "number", reach.phones.key),
        (bounces, N_("returned mails (--bounces)"), "address", reach.mails.key),
    ):
        if evidence is not None:
            reasons = evidence.unread["reason"].value_counts()
            known = pd.Index(evidence.frame[column].unique()).get_indexer(pd.Index(keys))
            why = UNREAD_REASONS[str(reasons.index[0])] if len(reasons) else ""
            read = int(evidence.frame["row"].nunique())
            lines.append((title, read, len(evidence.unread), why, len(np.unique(known[known >= 0]))))
    return pd.DataFrame(lines, columns=["title", "lines", "unread", "why", "known"])


def _list_checks(table: Table, verdict: Verdict) -> pd.DataFrame:
    """Return the rows for a person to look at: the contradicting first, then those with several reasons."""
    rows = np.flatnonzero(verdict.proposal.eq("check").to_numpy(dtype=np.bool_))
    rank = np.lexsort((rows, ~(verdict.contested | verdict.weak)[rows]))
    rows = rows[rank][:_MOST_CHECKED]
    name = table.coalesced("full_name").iloc[rows]
    parts = table.coalesced("last_name").iloc[rows].str.cat(table.coalesced("first_name").iloc[rows], sep=" ")
    name = name.where(name.ne(""), parts.str.strip())
    name = name.where(name.ne(""), table.coalesced("company").iloc[rows])
    return pd.DataFrame(
        {
            "row": rows + 1,
            "id": table.coalesced("id").iloc[rows].to_numpy(),
            "name": name.to_numpy(),
            "contact": table.coalesced("phone").iloc[rows].to_numpy(),
            "amount": table.coalesced("amount").iloc[rows].to_numpy(),
            "why": verdict.why.iloc[rows].to_numpy(),
        }
    )


def _make_findings(verdict: Verdict) -> pd.DataFrame:
    """Return what a person has to look at; the reasons themselves stand in the columns of the base."""
    parts = []
    for code, rows in (("dead-contradicted", verdict.contested), ("dead-which-number", verdict.weak)):
        places = np.flatnonzero(rows)
        reasons = verdict.reasons.iloc[places]
        codes = pd.Series([code], dtype="str").repeat(len(places))
        parts.append(make_findings(places + 1, "crmclean_dead_reasons", codes, reasons, reasons))
    return join_findings(parts)


def _count(table: Table, verdict: Verdict) -> dict[str, float]:
    counts = {name: int(verdict.proposal.eq(name).sum()) for name in PROPOSALS}
    return {
        "rows_in": len(table),
        "rows_out": len(table),
        "dead": int(verdict.dead.sum()),
        **counts,
        "left_in_peace": int(verdict.left_in_peace.sum()),
    }
