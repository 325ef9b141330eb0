"""Which rules take which records: the first that fits, or all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from crmclean.segmenting.binding import BoundChain, BoundSegment
from crmclean.segmenting.regulation import NO_CHAIN, ChainCall, choose_chains
from crmclean.segmenting.rule_evaluation import RuleContext, holds

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

NO_RULE: Final = -1


@dataclass(frozen=True)
class Taken:
    """What took which record: one entry for each, in the order of the records, then of the rules.

    Attributes:
        rows: places in the table.
        rule: place of the rule, ``NO_RULE`` for a record that is in a chain alone.
        chain: place of the chain that gives the next action, ``NO_CHAIN`` where none does.
        fitting: of how many records the condition of each rule holds, whoever took them.
    """

    rows: Ints
    rule: Ints
    chain: Ints
    fitting: tuple[int, ...]


def take_records(
    segments: Sequence[BoundSegment],
    chains: Sequence[BoundChain],
    context: RuleContext,
    take: Literal["first", "all"],
) -> Taken:
    """Return what takes which record.

    A rule that names a chain puts its clients into it; one without an action, and a record that no rule took, go into
    the first chain whose own condition holds.
    """
    size = len(context.table)
    rows, rule, fitting = _apply_rules(segments, context, take)
    in_chain = choose_chains([_rows_of_chain(chain, context) for chain in chains], size)
    alone = np.flatnonzero((in_chain != NO_CHAIN) & (np.bincount(rows, minlength=size) == 0))
    rows = np.concatenate([rows, alone])
    rule = np.concatenate([rule, np.full(len(alone), NO_RULE, dtype=np.int64)])
    order = np.lexsort((rule, rows))
    rows, rule = rows[order], rule[order]
    named = np.array([*(segment.chain for segment in segments), NO_CHAIN], dtype=np.int64)[rule]
    acts = np.array([*(bool(segment.rule.action.strip()) for segment in segments), False], dtype=np.bool_)[rule]
    chain = np.where((named != NO_CHAIN) | acts, named, in_chain[rows])
    return Taken(rows, rule, chain, fitting)


def call_chains(chains: Sequence[BoundChain], context: RuleContext) -> tuple[ChainCall, ...]:
    """Return the chains with the records that the conditions of their steps hold of."""
    size = len(context.table)
    calls = []
    for chain in chains:
        steps: list[Bools | None] = []
        for place, bound in enumerate(chain.steps):
            if place in chain.skipped:
                steps.append(np.zeros(size, dtype=np.bool_))
            else:
                steps.append(None if bound is None else holds(bound, context))
        calls.append(ChainCall(chain.chain, tuple(steps)))
    return tuple(calls)


def _apply_rules(
    segments: Sequence[BoundSegment], context: RuleContext, take: Literal["first", "all"]
) -> tuple[Ints, Ints, tuple[int, ...]]:
    # With "first" all rules are one group; else those of a pack that says so.
    free: dict[str, Bools] = {}
    rows, rules, fitting = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)], []
    for place, segment in enumerate(segments):
        if segment.bound is None:
            fitting.append(0)
            continue
        fits = holds(segment.bound, context)
        fitting.append(int(fits.sum()))
        if take == "first" or segment.group:
            group = "" if take == "first" else segment.group
            fits = fits & free.setdefault(group, np.ones(len(fits), dtype=np.bool_))
            free[group] &= ~fits
        found = np.flatnonzero(fits)
        rows.append(found)
        rules.append(np.full(len(found), place, dtype=np.int64))
    return np.concatenate(rows), np.concatenate(rules), tuple(fitting)


def _rows_of_chain(chain: BoundChain, context: RuleContext) -> Bools:
    return np.zeros(len(context.table), dtype=np.bool_) if chain.bound is None else holds(chain.bound, context)
