"""Why a record is in its segment: each rule that was tried, its parts, and what the record says to them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from crmclean.core.segment_settings import SegmentSettings
from crmclean.core.table import Table
from crmclean.segmenting.binding import BoundChain, BoundSegment
from crmclean.segmenting.due_dates import write_dues
from crmclean.segmenting.pack_conditions import Missing, name_missing
from crmclean.segmenting.rule_evaluation import RuleContext, holds
from crmclean.segmenting.rule_explaining import RulePart, explain_rule
from crmclean.segmenting.rule_names import BoundRule
from crmclean.segmenting.segment import Segmentation, divide
from crmclean.segmenting.taking import NO_RULE
from crmclean.segmenting.tasks import name_clients

Verdict = Literal["took", "fits", "refused", "skipped"]

VERDICTS: Final = ("took", "fits", "refused", "skipped")
"""The rule took the record; it fits, but an earlier one took it; it does not fit; the file lacks its columns."""


@dataclass(frozen=True)
class TriedRule:
    """One rule or chain, and what it says of the record.

    Attributes:
        pack: that it comes from, ``""`` for one of the user's own.
        missing: what the file lacks, in words, where it was skipped.
        parts: of its condition, in the order of its text; none where it was skipped.
    """

    name: str
    kind: Literal["rule", "chain"]
    pack: str
    when: str
    verdict: Verdict
    missing: str
    parts: tuple[RulePart, ...]


@dataclass(frozen=True)
class GivenAnswer:
    """What follows from one rule or chain for the record; ``step`` counts from 1, 0 outside a chain."""

    segment: str
    chain: str
    step: int
    action: str
    due: str
    owner: str
    why: str


@dataclass(frozen=True)
class RecordExplanation:
    """Why a record is in its segment.

    Attributes:
        row: 1-based.
        rules: all rules, then all chains, in the order in which they are tried.
        answers: one for each that took the record; none where nothing did.
    """

    path: str
    row: int
    id: str
    client: str
    rules: tuple[TriedRule, ...]
    answers: tuple[GivenAnswer, ...]


def explain_record(table: Table, settings: SegmentSettings, place: int) -> RecordExplanation:
    """Return why a record is in its segment.

    Args:
        place: of the record in the table, from 0.

    Raises:
        UsageError: as of ``segment.segment``.
    """
    result = divide(table, settings)
    entries = np.flatnonzero(result.taken.rows == place)
    dues = write_dues(result.answers.dues)
    answers = result.answers
    given = tuple(
        GivenAnswer(
            segment=str(answers.segment.iat[entry]),
            chain=str(answers.chain.iat[entry]),
            step=int(answers.step[entry]),
            action=str(answers.action.iat[entry]),
            due=str(dues.iat[entry]),
            owner=str(answers.owner.iat[entry]),
            why=str(answers.why.iat[entry]),
        )
        for entry in entries.tolist()
    )
    return RecordExplanation(
        path=table.origin.path,
        row=place + 1,
        id=str(table.coalesced("id").iat[place]),
        client=str(name_clients(table, np.array([place], dtype=np.int64)).iat[0]),
        rules=tuple(_try_all(result, entries.tolist(), place)),
        answers=given,
    )


def _try_all(result: Segmentation, entries: list[int], place: int) -> Iterator[TriedRule]:
    took = {int(result.taken.rule[entry]) for entry in entries} - {NO_RULE}
    for number, segment in enumerate(result.bound.segments):
        yield _try(segment.rule.name, "rule", segment, segment.rule.when, number in took, result.context, place)
    in_step = {int(result.taken.chain[entry]) for entry in entries if result.answers.step[entry]}
    for number, chain in enumerate(result.bound.chains):
        yield _try(chain.chain.name, "chain", chain, chain.chain.when, number in in_step, result.context, place)


def _try(
    name: str,
    kind: Literal["rule", "chain"],
    item: BoundSegment | BoundChain,
    when: str,
    took: bool,
    context: RuleContext,
    place: int,
) -> TriedRule:
    bound: BoundRule | None = item.bound
    missing: Missing = item.missing
    if bound is None:
        return TriedRule(name, kind, item.pack, when, "took" if took else "skipped", name_missing(missing), ())
    fits = bool(holds(bound, context)[place])
    verdict: Verdict = "took" if took else "fits" if fits else "refused"
    return TriedRule(name, kind, item.pack, when, verdict, "", explain_rule(bound, context, place))
