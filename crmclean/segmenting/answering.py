"""What is to be done with each record that was taken: the action, by when, by whom and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from crmclean.core.segment_settings import SegmentSettings
from crmclean.core.table import Table
from crmclean.fields.text import take_texts
from crmclean.segmenting.assignment import Assignment, assign_clients
from crmclean.segmenting.binding import BoundSegment
from crmclean.segmenting.due_dates import DateColumns, Dues, find_dues, join_dues, parse_due
from crmclean.segmenting.regulation import NO_CHAIN, ChainCall, NextSteps, apply_chains
from crmclean.segmenting.taking import NO_RULE, Taken
from crmclean.segmenting.tasks import Answers
from crmclean.segmenting.working_time import WorkingTime

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Moment:
    """Now, and when somebody works."""

    now: pd.Timestamp
    working: WorkingTime


def answer_records(
    table: Table,
    segments: Sequence[BoundSegment],
    calls: Sequence[ChainCall],
    taken: Taken,
    moment: Moment,
    statuses: Mapping[str, list[str]],
) -> tuple[Answers, Bools]:
    """Return what each rule and chain says of the records that it took, and where it names the owner itself.

    Else the owner is that of the table.
    """
    steps = _walk_chains(table, calls, taken, moment, statuses)
    by_rule = [segment.rule for segment in segments]
    action = _texts_of_rules([rule.action for rule in by_rule], taken.rule)
    owner = _texts_of_rules([rule.owner for rule in by_rule], taken.rule)
    why = _texts_of_rules([rule.why for rule in by_rule], taken.rule)
    in_step = steps.step >= 0
    acts = action.ne("").to_numpy(dtype=np.bool_) & ~in_step
    dues = join_dues([(in_step, steps.dues), (acts, _dues_of_rules(table, segments, taken, moment))], len(taken.rows))
    chain = _texts_of_rules([call.chain.name for call in calls], np.where(in_step, steps.chain, NO_CHAIN))
    named = _first_text(steps.owner, owner)
    answers = Answers(
        rows=taken.rows,
        # A record that is in a chain alone belongs to it as to a segment.
        segment=_first_text(_texts_of_rules([rule.name for rule in by_rule], taken.rule), chain),
        action=steps.action.where(in_step, action),
        dues=dues,
        owner=_first_text(named, table.coalesced("owner").iloc[taken.rows].reset_index(drop=True)),
        chain=chain,
        step=np.where(in_step, steps.step + 1, 0),
        why=_join_two(why, steps.why),
    )
    return answers, named.ne("").to_numpy(dtype=np.bool_)


def assign_owners(
    table: Table,
    segments: Sequence[BoundSegment],
    taken: Taken,
    answers: Answers,
    named: Bools,
    settings: SegmentSettings,
) -> tuple[Answers, Assignment]:
    """Return the answers with the managers who get the clients, and who got how many.

    Of several rules that took a client the first that asks for a skill counts.

    Args:
        named: where the rule or the chain says who does it: there nobody is chosen.
    """
    skills = [segment.rule.skill.strip() for segment in segments]
    free = np.flatnonzero((taken.rule != NO_RULE) & ~named)
    rows, first = np.unique(taken.rows[free], return_index=True)
    asks = free[np.array([*map(bool, skills), False], dtype=np.bool_)[taken.rule[free]]]
    asking, first_asking = np.unique(taken.rows[asks], return_index=True)
    rule = taken.rule[free][first]
    wanting = np.full(len(rows), NO_RULE, dtype=np.int64)
    wanting[np.searchsorted(rows, asking)] = taken.rule[asks][first_asking]
    needs = pd.DataFrame(
        {
            "skill": _texts_of_rules(skills, wanting),
            "owner": table.coalesced("owner").iloc[rows].reset_index(drop=True),
            "priority": rule,
            "key": _keys(table).iloc[rows].reset_index(drop=True),
        }
    )
    assignment = assign_clients(needs, settings.managers, settings.reassign)
    given = answers.owner.to_numpy(dtype=object).copy()
    given[free] = assignment.owner.to_numpy(dtype=object)[np.searchsorted(rows, taken.rows[free])]
    left_out = assignment.left_out.assign(row=rows[assignment.left_out["row"].to_numpy() - 1] + 1)
    return replace(answers, owner=pd.Series(given, dtype="str")), replace(assignment, left_out=left_out)


def _walk_chains(
    table: Table, calls: Sequence[ChainCall], taken: Taken, moment: Moment, statuses: Mapping[str, list[str]]
) -> NextSteps:
    """Return the next step of every entry of ``taken``; a record that several rules took may be in several chains."""
    size = len(taken.rows)
    nothing = pd.Series("", index=pd.RangeIndex(size), dtype="str")
    none = np.full(size, -1, dtype=np.int64)
    result = NextSteps(none, none.copy(), nothing, nothing.copy(), nothing.copy(), _no_dues(size))
    first_of_row = np.searchsorted(taken.rows, taken.rows)
    turn = np.arange(size) - first_of_row
    for number in np.unique(turn[taken.chain != NO_CHAIN]):
        places = np.flatnonzero((turn == number) & (taken.chain != NO_CHAIN))
        chosen = np.full(len(table), NO_CHAIN, dtype=np.int64)
        chosen[taken.rows[places]] = taken.chain[places]
        found = apply_chains(table, calls, chosen, moment.now, moment.working, statuses)
        result = _put(result, places, found, taken.rows[places])
    return result


def _put(steps: NextSteps, places: Ints, found: NextSteps, rows: Ints) -> NextSteps:
    """Return the steps with what was found of these rows at these places."""
    for target, source in ((steps.chain, found.chain), (steps.step, found.step)):
        target[places] = source[rows]
    for mine, other in zip(
        (steps.dues.moments, steps.dues.has_clock, steps.dues.overdue_days),
        (found.dues.moments, found.dues.has_clock, found.dues.overdue_days),
        strict=True,
    ):
        mine[places] = other[rows]
    return replace(
        steps,
        action=_replaced(steps.action, places, found.action, rows),
        owner=_replaced(steps.owner, places, found.owner, rows),
        why=_replaced(steps.why, places, found.why, rows),
    )


def _replaced(cells: "pd.Series[str]", places: Ints, found: "pd.Series[str]", rows: Ints) -> "pd.Series[str]":
    picked = np.full(len(cells), -1, dtype=np.int64)
    picked[places] = rows
    taken = found.array.take(np.maximum(picked, 0)) if len(found) else found.array
    return cells.where(picked < 0, pd.Series(taken, dtype="str")) if len(cells) else cells


def _dues_of_rules(table: Table, segments: Sequence[BoundSegment], taken: Taken, moment: Moment) -> Dues:
    """Return by when each entry is due as the rule that took it says."""
    size = len(taken.rows)
    result = _no_dues(size)
    one_row = table.with_frame(table.frame.head(1))
    for place, segment in enumerate(segments):
        text = segment.rule.due.strip()
        entries = np.flatnonzero(taken.rule == place)
        if not text or not len(entries):
            continue
        due = parse_due(text, table)
        is_dated = isinstance(due, DateColumns)
        dues = find_dues(due, table if is_dated else one_row, moment.now, moment.working)
        rows = taken.rows[entries] if is_dated else np.zeros(len(entries), dtype=np.int64)
        result.moments[entries] = dues.moments[rows]
        result.has_clock[entries] = dues.has_clock[rows]
        result.overdue_days[entries] = dues.overdue_days[rows]
    return result


def _no_dues(size: int) -> Dues:
    return Dues(
        np.full(size, np.datetime64("NaT"), dtype="datetime64[us]"),
        np.zeros(size, dtype=np.bool_),
        np.zeros(size, dtype=np.int64),
    )


def _texts_of_rules(texts: Sequence[str], places: Ints) -> "pd.Series[str]":
    """Return the text of each place, ``""`` of -1."""
    codes = np.where(places < 0, len(texts), places)
    cleaned = [" ".join(text.split()) for text in texts]
    return take_texts(pa.array([*cleaned, ""], pa.large_string()), codes, pd.RangeIndex(len(places)))


def _first_text(*choices: "pd.Series[str]") -> "pd.Series[str]":
    result = choices[0]
    for other in choices[1:]:
        result = result.where(result.ne(""), other)
    return result


def _join_two(one: "pd.Series[str]", other: "pd.Series[str]") -> "pd.Series[str]":
    both = one.ne("") & other.ne("")
    return one.where(one.ne(""), other).mask(both, one + "; " + other)


def _keys(table: Table) -> pd.Series:
    """Return what tells a client from the others whatever the order of the rows: the ID, else what the record says."""
    identity = table.coalesced("id")
    if len(table) and identity.is_unique and identity.ne("").all():
        return identity
    owned = {column.name for column in table.with_role("owner")}
    names = [
        column.name
        for column in table.columns
        if column.name not in owned and not column.header.startswith("crmclean_")
    ]
    hashes = pd.util.hash_pandas_object(table.frame[names], index=False)
    return hashes.astype("int64")
