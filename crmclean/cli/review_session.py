"""One sitting before the doubtful pairs: a card, a key, an answer that is in the history at once, the next card."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from rich.console import Console

from crmclean.cli.review_keys import Action, action_of, name_keys
from crmclean.core.i18n import _
from crmclean.core.step import Outcome
from crmclean.core.table import Table
from crmclean.history.decisions import Decision, Decisions
from crmclean.reporting.links import arrange_doubts
from crmclean.reporting.records import compare_records, read_records
from crmclean.reporting.review import DECISIONS
from crmclean.reporting.review_card import Card, print_card, print_keys
from crmclean.reporting.summary import RunSummary
from crmclean.workflows.review_queue import ReviewQueue


class ReviewSession:
    """Asks a person about pairs.

    Args:
        console: where the pairs are shown.
        table: the base.
        outcome: what ``dedup`` made of it.
        queue: the pairs.
        decisions: where the answers are kept.
    """

    def __init__(
        self, console: Console, table: Table, outcome: Outcome, queue: ReviewQueue, decisions: Decisions
    ) -> None:
        self._console = console
        comparisons = outcome.tables["comparisons"]
        self._evidence = comparisons[comparisons["link"].eq("review")]
        self._summary = RunSummary("", "dedup", "", {}, 0.0, {}, table, outcome)
        self._queue = queue
        self._decisions = decisions

    def ask(self, read_key: Callable[[], str], limit: int | None) -> None:
        """Ask until nothing is left, ``limit`` pairs were asked about, or the person stops.

        Args:
            read_key: returns the next key, ``""`` where there are no more.
            limit: ``None`` for no limit.
        """
        all_fields = False
        while self._queue.pair is not None and (limit is None or self._queue.number <= limit):
            self._show(all_fields)
            action = self._read_action(read_key)
            all_fields = action is Action.ALL_FIELDS and not all_fields
            match action:
                case Action.SAME | Action.DIFFERENT:
                    self._answer(action is Action.SAME)
                case Action.LATER:
                    self._queue.leave()
                case Action.BACK:
                    self._take_back()
                case Action.QUIT:
                    return

    def _read_action(self, read_key: Callable[[], str]) -> Action:
        """Return what the person asks for; a key that means nothing changes nothing."""
        while sign := read_key():
            action = action_of(sign)
            if action is not None and action is not Action.HELP:
                return action
            self._console.print(_explain() if action is Action.HELP else _("This key does nothing."), markup=False)
            print_keys(self._console, name_keys())
        return Action.QUIT

    def _show(self, all_fields: bool) -> None:
        tables = {"review": self._queue.frame, "comparisons": self._evidence}
        outcome = replace(self._summary.outcome, tables=tables)
        (doubt,) = arrange_doubts(replace(self._summary, outcome=outcome), 1)
        lines, hidden = doubt.lines, doubt.lines_hidden
        if all_fields:
            rows = [heading.row for heading in doubt.headings]
            lines, hidden = tuple(compare_records(read_records(self._summary.before, rows), rows)), 0
        card = Card(doubt, lines, hidden, self._queue.number, self._queue.left, self._last_answer(), all_fields)
        print_card(self._console, card, name_keys())

    def _last_answer(self) -> str:
        last = self._queue.last
        if last is None:
            return ""
        code = "later" if last.same is None else ("same" if last.same else "different")
        return _(DECISIONS[code])

    def _answer(self, same: bool) -> None:
        pair = self._queue.pair
        if pair is not None:
            key_a, key_b, of, levels = (str(pair[name]) for name in ("key_a", "key_b", "of", "levels"))
            number = self._decisions.record(Decision(key_a, key_b, same, of, levels, datetime.now(UTC)))
            self._queue.answer(same, number)

    def _take_back(self) -> None:
        step = self._queue.go_back()
        if step is not None and step.number:
            self._decisions.take_back(step.number)


def _explain() -> str:
    return _(
        "Are the two records one client? Your answer is kept at once, holds for later exports too, and this pair is "
        "not asked about again. Nothing in the file changes now. Signs before a field: * the records differ, "
        "+ only one of them has a value. You may stop at any time."
    )
