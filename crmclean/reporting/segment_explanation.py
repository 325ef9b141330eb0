"""Why a record is in its segment, as a page of the terminal and as JSON."""

from dataclasses import asdict
from types import MappingProxyType
from typing import Final

from rich.console import Console
from rich.text import Text

from crmclean.core.i18n import N_, _
from crmclean.reporting.review import name_record
from crmclean.reporting.screen import Screen
from crmclean.segmenting.explaining import GivenAnswer, RecordExplanation, TriedRule

_VERDICTS: Final = MappingProxyType(
    {
        "took": (N_("took the record"), "green"),
        "fits": (N_("fits too, but an earlier rule took the record"), "yellow"),
        "refused": (N_("does not fit"), "dim"),
        "skipped": (N_("skipped: the file lacks {columns}"), "dim"),
    }
)
_LONGEST_CELL: Final = 80


def print_segment_explanation(explanation: RecordExplanation, console: Console, verbose: bool = False) -> None:
    """Print why a record is in its segment.

    Args:
        verbose: whether the rules after the one that took it are shown too.
    """
    screen = Screen(console)
    screen.title(_("Why this segment?"), explanation.path)
    screen.columns(
        [[screen.text(name_record(explanation.row, explanation.id), "cyan"), screen.text(explanation.client)]]
    )
    console.print()
    if not explanation.answers:
        screen.line(_("No rule took this record."), "bold", indent=0)
    for answer in explanation.answers:
        _print_answer(screen, answer)
    screen.heading(_("Rules, in the order in which they are tried"))
    shown, hidden = _choose_rules(explanation, verbose)
    for number, rule in enumerate(shown, 1):
        _print_rule(screen, number, rule)
    if hidden:
        screen.line(_("Rules after it: {names}").format(names=", ".join(rule.name for rule in hidden)), "dim")


def _choose_rules(explanation: RecordExplanation, verbose: bool) -> tuple[list[TriedRule], list[TriedRule]]:
    """Return the rules to show, and those that come after the one that took the record."""
    rules = list(explanation.rules)
    took = [place for place, rule in enumerate(rules) if rule.verdict == "took"]
    if verbose or not took:
        return rules, []
    return rules[: took[-1] + 1], rules[took[-1] + 1 :]


def _print_answer(screen: Screen, answer: GivenAnswer) -> None:
    screen.line(answer.segment or answer.chain, "bold", indent=0)
    chain = _("{chain}, step {number}").format(chain=answer.chain, number=answer.step) if answer.chain else ""
    lines = (
        (_("Action"), answer.action),
        (_("By when"), answer.due),
        (_("Owner"), answer.owner),
        (_("Why"), answer.why),
        (_("Chain"), chain),
    )
    rows = [[screen.text(title), screen.text(text)] for title, text in lines if text]
    if rows:
        screen.columns(rows)


def _print_rule(screen: Screen, number: int, rule: TriedRule) -> None:
    title, style = _VERDICTS[rule.verdict]
    verdict = _(title).format(columns=rule.missing) if rule.verdict == "skipped" else _(title)
    name = _("chain “{name}”").format(name=rule.name) if rule.kind == "chain" else rule.name
    head = Text.assemble(screen.text(f"{number}. {name}", "bold"), "  ", screen.text(verdict, style))
    screen.block(head)
    if rule.verdict == "skipped":
        return
    rows = [
        [
            screen.text(_("yes") if part.holds else _("no"), "green" if part.holds else "red"),
            screen.text(part.text),
            screen.text(_shorten(part.found), "dim"),
        ]
        for part in rule.parts
    ]
    if rows:
        grid = [[screen.text("  "), *cells] for cells in rows]
        screen.columns(grid)


def _shorten(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_CELL else line[: _LONGEST_CELL - 1] + "…"


def segment_explanation_object(explanation: RecordExplanation, rows: int, seconds: float) -> dict[str, object]:
    """Return an explanation in types that JSON has.

    Args:
        rows: how many records the file has.
    """
    return {
        "run": "",
        "command": "segment",
        "source": explanation.path,
        "rows_in": rows,
        "rows_out": rows,
        "merged": 0,
        "doubtful": 0,
        "record": {"row": explanation.row, "id": explanation.id},
        "answers": [asdict(answer) for answer in explanation.answers],
        "rules": [asdict(rule) for rule in explanation.rules],
        "outputs": {},
        "seconds": round(seconds, 3),
    }
