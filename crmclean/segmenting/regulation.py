"""Chains of the regulation: what follows what for a client who was not reached, put it off, or disappeared.

How far a client is in a chain is read from the file alone, so that the same export gives the same answer on any day
it is asked for: from the attempts that the file counts, else from what was done since the chain began.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from crmclean.core.i18n import _
from crmclean.core.segment_settings import Chain
from crmclean.core.table import Table
from crmclean.fields.text import take_texts
from crmclean.segmenting.chain_facts import UNKNOWN_ATTEMPTS, ClientFacts, read_facts, read_start
from crmclean.segmenting.chain_words import AGREED, ATTEMPTS, SINCE, explain_steps
from crmclean.segmenting.due_dates import Dues, find_date_columns, settle_dues
from crmclean.segmenting.span_text import SpanError, parse_span
from crmclean.segmenting.working_time import Bools, Moments, WorkingTime

Places = NDArray[np.int64]

NO_CHAIN: Final = -1


@dataclass(frozen=True)
class ChainCall:
    """A chain with what its conditions hold of.

    Attributes:
        steps: of each step the rows that its ``when`` holds of; None where it has none.
    """

    chain: Chain
    steps: tuple[Bools | None, ...]


@dataclass(frozen=True)
class NextSteps:
    """The next step of every client; outside a chain, and where no step fits, all is empty.

    Attributes:
        chain: place of the chain, ``NO_CHAIN`` for none.
        step: place of the step in its chain from 0, -1 for none.
        action, owner: of the step; an empty owner is the client's own.
        why: in words: which step, and what says so.
        dues: by when.
    """

    chain: Places
    step: Places
    action: "pd.Series[str]"
    owner: "pd.Series[str]"
    why: "pd.Series[str]"
    dues: Dues


def choose_chains(rows: Sequence[Bools], size: int) -> Places:
    """Return the first chain whose condition holds of each row, ``NO_CHAIN`` where none does.

    >>> choose_chains([np.array([True, False, False]), np.array([True, True, False])], 3).tolist()
    [0, 1, -1]
    """
    result = np.full(size, NO_CHAIN, dtype=np.int64)
    for place in reversed(range(len(rows))):
        result[rows[place]] = place
    return result


def find_chain_problems(chains: Sequence[Chain], table: Table) -> tuple[str, ...]:
    """Return a sentence for every text of the chains that cannot be read, none where all is well."""
    problems = []
    for chain in chains:
        if not chain.step:
            problems.append(_("The chain “{chain}” has no steps.").format(chain=chain.name))
        if chain.start and find_date_columns(chain.start, table) is None:
            problems.append(
                _("The chain “{chain}” starts with “{name}”, and the file has no such column.").format(
                    chain=chain.name, name=chain.start
                )
            )
        for number, step in enumerate(chain.step, start=1):
            try:
                parse_span(step.after)
            except SpanError as error:
                problems.append(
                    _("Chain “{chain}”, step {step}: {problem}").format(chain=chain.name, step=number, problem=error)
                )
    return tuple(problems)


def apply_chains(
    table: Table,
    chains: Sequence[ChainCall],
    chosen: Places,
    now: pd.Timestamp,
    working: WorkingTime,
    statuses: Mapping[str, list[str]] | None = None,
) -> NextSteps:
    """Return the next step of every client that is in a chain.

    Args:
        chains: none of which has problems, see ``find_chain_problems``.
        chosen: place of the chain of each row, ``NO_CHAIN`` for none; see ``choose_chains``.
        statuses: statuses of one's own by class.

    Raises:
        SpanError: the time of a step cannot be read.
    """
    size = len(table)
    steps = _Steps(size)
    if (chosen != NO_CHAIN).any():
        facts = read_facts(table, now, statuses or {})
        for place, call in enumerate(chains):
            rows = np.flatnonzero(chosen == place)
            if len(rows):
                start = read_start(table, call.chain.start, facts, now)
                steps.take(rows, _walk(call, rows, start[rows], facts, working))
                steps.agree(rows, start[rows], facts, now)
    dues = settle_dues(steps.moments, steps.has_clock, now, working)
    chain = np.where(steps.step >= 0, chosen, NO_CHAIN)
    return NextSteps(
        chain=chain,
        step=steps.step,
        action=_say_of_steps(chains, chain, steps.step, "action"),
        owner=_say_of_steps(chains, chain, steps.step, "owner"),
        why=explain_steps([call.chain for call in chains], chain, steps.step, steps.basis, steps.number, dues),
        dues=dues,
    )


@dataclass(frozen=True)
class _Walk:
    """How far clients are in one chain: the step that comes next, when, and what says so."""

    step: Places
    moments: Moments
    has_clock: Bools
    basis: Places
    number: Places


class _Steps:
    """The next step of every row while it is found, chain after chain."""

    def __init__(self, size: int) -> None:
        self.step = np.full(size, -1, dtype=np.int64)
        self.moments = np.full(size, np.datetime64("NaT"), dtype="datetime64[us]")
        self.has_clock = np.zeros(size, dtype=np.bool_)
        self.basis, self.number = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)

    def take(self, rows: Places, walk: _Walk) -> None:
        """Write down how far the clients of a chain are."""
        self.step[rows], self.moments[rows], self.has_clock[rows] = walk.step, walk.moments, walk.has_clock
        self.basis[rows], self.number[rows] = walk.basis, walk.number

    def agree(self, rows: Places, start: Moments, facts: ClientFacts, now: pd.Timestamp) -> None:
        """Move the step to the date that was agreed on with the client.

        One that passed was missed if nothing was done from that day on. One of the day on which the chain began, or of
        an earlier one, is done with: what came of it is why the client is in the chain.
        """
        agreed = facts.agreed[rows].astype("datetime64[D]")
        ahead = agreed >= np.datetime64(now.normalize(), "D")
        missed = (agreed > start.astype("datetime64[D]")) & ~(facts.active[rows].astype("datetime64[D]") >= agreed)
        holds = (self.step[rows] >= 0) & (ahead | missed)
        moved = rows[holds]
        self.moments[moved], self.has_clock[moved] = facts.agreed[moved], facts.agreed_clock[moved]
        self.basis[moved], self.number[moved] = AGREED, _days(facts.agreed[moved])


def _walk(call: ChainCall, rows: Places, start: Moments, facts: ClientFacts, working: WorkingTime) -> _Walk:
    """Return the next step of the clients of a chain.

    A step whose condition does not hold of a client is passed over with its time. A client who is beyond the last step
    stays at it.
    """
    attempts, active = facts.attempts[rows], facts.active[rows]
    counted = attempts != UNKNOWN_ATTEMPTS
    last_touch = np.fmax(start, active)
    step, moments = np.full(len(rows), -1, dtype=np.int64), np.full(len(rows), np.datetime64("NaT"), "datetime64[us]")
    has_clock, found = np.zeros(len(rows), dtype=np.bool_), np.zeros(len(rows), dtype=np.bool_)
    tried, reached = np.zeros(len(rows), dtype=np.int64), start.copy()
    for place, (one, condition) in enumerate(zip(call.chain.step, call.steps, strict=True)):
        span = parse_span(one.after)
        next_one = ~found if condition is None else ~found & condition[rows]
        reached[next_one] = working.add(reached[next_one], span)
        step[next_one], has_clock[next_one] = place, span.has_clock
        # Who counts attempts does not tell when they were: the time runs from the last touch.
        from_touch = next_one & counted
        moments[next_one] = reached[next_one]
        moments[from_touch] = working.add(last_touch[from_touch], span)
        tried += next_one
        # A step of the day on which the chain began is due that day, though its opening lies before the beginning.
        is_behind = np.where(counted, attempts >= tried, active > np.maximum(reached, start))
        found |= next_one & ~is_behind
    basis = np.where(counted, ATTEMPTS, SINCE)
    return _Walk(step, moments, has_clock, basis, np.where(counted, attempts, _days(start)))


def _days(moments: Moments) -> Places:
    return moments.astype("datetime64[D]").astype(np.int64)


def _say_of_steps(
    chains: Sequence[ChainCall], chain: Places, step: Places, attribute: Literal["action", "owner"]
) -> "pd.Series[str]":
    """Return what the step of every row says, ``""`` for none."""
    texts = [""]
    first = np.zeros(len(chains) + 1, dtype=np.int64)
    for place, call in enumerate(chains):
        first[place] = len(texts)
        texts += [one.action if attribute == "action" else one.owner for one in call.chain.step]
    places = np.where(chain >= 0, first[chain] + step, 0)
    return take_texts(pa.array(texts, pa.large_string()), places, pd.RangeIndex(len(chain)))
