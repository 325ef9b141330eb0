"""Why two records are, or are not, one client, as a page of the terminal."""

from typing import Final

from rich.console import Console
from rich.text import Text

from crmclean.core.i18n import _
from crmclean.matching.explaining import FieldTrace, PairTrace
from crmclean.reporting.explanation import Explanation, Step
from crmclean.reporting.explanation_words import (
    VERDICTS,
    describe_company,
    describe_field,
    describe_obstacle,
    explain_verdict,
    name_briefly,
)
from crmclean.reporting.numbers import format_share, format_weight
from crmclean.reporting.review import name_record
from crmclean.reporting.screen import Screen
from crmclean.reporting.wording import word_for

_LONGEST_VALUE: Final = 200


def print_explanation(explanation: Explanation, console: Console, verbose: bool = False) -> None:
    """Print why two records are, or are not, one client.

    Args:
        verbose: whether the shares are told that the weights are made of.
    """
    screen = Screen(console)
    screen.title(_("Are these two one client?"), explanation.path)
    screen.columns(
        [
            [screen.text(name_record(side.record.row, side.record.id), "cyan"), screen.text(side.label)]
            for side in explanation.sides
        ]
    )
    console.print()
    screen.line(word_for(VERDICTS, explanation.verdict), "bold", indent=0)
    for sentence in explain_verdict(explanation):
        screen.line(sentence)
    if explanation.pair is not None:
        _print_fields(screen, explanation, explanation.pair, verbose)
        _print_chain(screen, explanation, explanation.pair)
    _print_relations(screen, explanation)


def _print_fields(screen: Screen, explanation: Explanation, pair: PairTrace, verbose: bool) -> None:
    screen.heading(_("Field by field, the weight in bits"))
    known = sorted((field for field in pair.fields if field.level), key=lambda field: -field.weight)
    rows: list[list[Text]] = []
    for field in known:
        rows += _rows_of_field(screen, field, explanation.stored[field.comparison], pair.of, verbose)
    to_begin_with = _("to begin with: any two records of this base")
    rows.append([screen.text(""), screen.text(to_begin_with, "dim"), _weight(screen, pair.prior)])
    if pair.namesakes:
        alone = _("no phone, mailbox, address or birthday in common, only names")
        rows.append([screen.text(""), screen.text(alone, "dim"), _weight(screen, pair.namesakes)])
    rows.append([screen.text(_("together"), "bold"), screen.text(""), _weight(screen, pair.weight)])
    probability = screen.text(format_share(pair.probability), "bold")
    rows.append([screen.text(_("probability"), "bold"), screen.text(""), probability])
    screen.columns(rows, right=(2,))
    missing = [_(field.title) for field in pair.fields if not field.level]
    if missing:
        text = _("Not compared, because one of the two has no value: {fields}.")
        screen.line(text.format(fields=", ".join(missing)), "dim")


def _rows_of_field(
    screen: Screen, field: FieldTrace, stored: tuple[str, str], of: str, verbose: bool
) -> list[list[Text]]:
    level = _(field.level_title) if field.level_title else _("the same")
    rows = [[screen.text(_(field.title), "cyan"), screen.text(level), _weight(screen, field.weight)]]
    values = [_shorten(value) for value in stored]
    shown = values[0] if values[0] == values[1] else " | ".join(value or "—" for value in values)
    for words, style in ((shown, ""), (describe_field(field, stored, of, verbose), "dim")):
        if words:
            rows.append([screen.text(""), screen.text(words, style), screen.text("")])
    return rows


def _print_chain(screen: Screen, explanation: Explanation, pair: PairTrace) -> None:
    is_direct = pair.tier == "merged" and explanation.verdict == "one"
    if not explanation.chain or is_direct:
        return
    if explanation.verdict == "one":
        screen.heading(_("The chain of links that joins them"))
    else:
        screen.heading(_("The links between them, and where they were cut"))
    _print_steps(screen, explanation.chain)


def _print_relations(screen: Screen, explanation: Explanation) -> None:
    if explanation.company is not None:
        screen.heading(_("Company"))
        screen.line(describe_company(explanation.company))
        _print_steps(screen, explanation.company.chain)
    if explanation.household is not None:
        is_card = all(side.of == "company" for side in explanation.sides)
        screen.heading(_("Branches") if is_card else _("Household"))
        screen.line(_("The two are linked (household_id), which merges nothing:"))
        _print_steps(screen, explanation.household.chain)


def _print_steps(screen: Screen, steps: tuple[Step, ...]) -> None:
    rows: list[list[Text]] = []
    for step in steps:
        share = "" if step.probability is None else format_share(step.probability)
        ends = f"{name_briefly(step.one)} ~ {name_briefly(step.other)}"
        rows.append([screen.text(ends, "cyan"), screen.text(share), screen.text(step.reason)])
        if step.obstacle is not None:
            rows.append([screen.text(""), screen.text(""), screen.text(describe_obstacle(step.obstacle), "red")])
    if rows:
        screen.columns(rows, right=(1,))


def _weight(screen: Screen, weight: float) -> Text:
    return screen.text(format_weight(weight), "green" if weight >= 0 else "red")


def _shorten(text: str) -> str:
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"
