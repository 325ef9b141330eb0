"""Rules and chains made ready for one file: before any work, all that is wrong with them is said at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from crmclean.core.errors import UsageError
from crmclean.core.i18n import _
from crmclean.core.segment_settings import Chain, ChainStep, SegmentRule, SegmentSettings
from crmclean.core.table import Table
from crmclean.fields.text import fold
from crmclean.segmenting.chosen_rules import ChosenChain, ChosenRule, choose_chains, choose_rules
from crmclean.segmenting.due_dates import parse_due
from crmclean.segmenting.pack_conditions import Fitting, Missing
from crmclean.segmenting.packs import Conditions
from crmclean.segmenting.regulation import find_chain_problems
from crmclean.segmenting.rule_names import BoundRule, resolve_rule
from crmclean.segmenting.rule_syntax import mark_problem, parse_rule
from crmclean.segmenting.rule_tree import RuleError, RuleProblem
from crmclean.segmenting.span_text import SpanError


@dataclass(frozen=True)
class BoundSegment:
    """A rule of this run.

    Attributes:
        rule: its texts; ``when`` is what is asked of a record of this file.
        pack: the pack that it comes from, ``""`` for one of the user's own.
        bound: ``when`` with its columns; None where the file lacks some.
        missing: what it lacks.
        chain: place of the chain that the rule names, -1 where it names none.
        group: of the rules of one group only the first that fits takes a client; ``""`` for none.
    """

    rule: SegmentRule
    pack: str
    bound: BoundRule | None
    missing: Missing
    chain: int = -1
    group: str = ""


@dataclass(frozen=True)
class BoundChain:
    """A chain of this run; ``steps`` are the conditions of its steps, ``bound`` as of ``BoundSegment``.

    Attributes:
        skipped: places of the steps that are passed over: the file lacks what they ask for.
    """

    chain: Chain
    pack: str
    bound: BoundRule | None
    missing: Missing
    steps: tuple[BoundRule | None, ...]
    skipped: frozenset[int] = frozenset()


@dataclass(frozen=True)
class BoundRules:
    """The rules and chains of a run, in the order in which they are tried."""

    segments: tuple[BoundSegment, ...]
    chains: tuple[BoundChain, ...]


def bind_rules(settings: SegmentSettings, table: Table) -> BoundRules:
    """Return the rules and chains of a run with the columns that they mean.

    Raises:
        UsageError: there is no such pack, or rules are wrong: every mistake is named, its place marked.
    """
    binding = _Binding(table)
    chains = tuple(binding.bind_chain(chosen) for chosen in choose_chains(settings))
    names = {fold(chain.chain.name): place for place, chain in reversed(list(enumerate(chains)))}
    segments = tuple(binding.bind_segment(chosen, names) for chosen in choose_rules(settings))
    problems = [*binding.problems, *find_chain_problems([chain.chain for chain in chains], table)]
    if problems:
        raise UsageError("\n".join(dict.fromkeys(problems)), _("Correct the rules and run again."))
    return BoundRules(segments, chains)


class _Binding:
    def __init__(self, table: Table) -> None:
        self._table = table
        self._fitting = Fitting(table)
        self.problems: list[str] = []

    def bind_segment(self, chosen: ChosenRule, chains: dict[str, int]) -> BoundSegment:
        title = _("segment “{name}”").format(name=chosen.rule.name)
        when, bound, missing = self._bind(chosen.rule.when, chosen.conditions, title)
        rule = replace(chosen.rule, when=when)
        try:
            if rule.due.strip():
                parse_due(rule.due, self._table)
        except SpanError as error:
            self.problems.append(f"{title}: {error}")
        if rule.chain.strip() and fold(rule.chain) not in chains:
            text = _("there is no chain “{name}”.").format(name=rule.chain)
            self.problems.append(f"{title}: {text}")
        return BoundSegment(rule, chosen.pack, bound, missing, chains.get(fold(rule.chain), -1), chosen.group)

    def bind_chain(self, chosen: ChosenChain) -> BoundChain:
        title = _("chain “{name}”").format(name=chosen.chain.name)
        when, bound, missing = self._bind(chosen.chain.when, chosen.conditions, title)
        asked = chosen.steps or (None,) * len(chosen.chain.step)
        steps = list(self._bind_steps(chosen.chain.step, asked, title))
        return BoundChain(
            replace(chosen.chain, when=when, step=tuple(step for step, _bound, _skipped in steps)),
            chosen.pack,
            bound,
            missing,
            tuple(bound for _step, bound, _skipped in steps),
            frozenset(place for place, (_step, _bound, skipped) in enumerate(steps) if skipped),
        )

    def _bind_steps(
        self, steps: Sequence[ChainStep], asked: Sequence[Conditions | None], chain: str
    ) -> Iterator[tuple[ChainStep, BoundRule | None, bool]]:
        for number, (step, conditions) in enumerate(zip(steps, asked, strict=True), start=1):
            if not step.when.strip():
                yield step, None, False
                continue
            title = _("{chain}, step {number}").format(chain=chain, number=number)
            when, bound, missing = self._bind(step.when, conditions, title)
            yield replace(step, when=when), bound, bool(missing)

    def _bind(self, when: str, conditions: Conditions | None, title: str) -> tuple[str, BoundRule | None, Missing]:
        """Return a condition as it is applied, with its columns, or what the file lacks for it."""
        if conditions is not None:
            fitted = self._fitting.fit(conditions)
            if fitted.missing:
                return "", None, fitted.missing
            when = fitted.when
        try:
            bound, problems, missing = resolve_rule(parse_rule(when), self._table)
        except RuleError as error:
            bound, problems, missing = None, error.problems, ()
        self.problems += [_say_problem(title, when, problem) for problem in problems]
        return when, bound, tuple((role,) for role in missing)


def _say_problem(title: str, when: str, problem: RuleProblem) -> str:
    return f"{title}: {problem.text}\n{mark_problem(when, problem)}"
