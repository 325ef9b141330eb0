"""A doubtful pair on the terminal: the two records side by side, where they differ, and what speaks for and against."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rich.columns import Columns
from rich.console import Console
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from crmclean.core.i18n import _, ngettext
from crmclean.reporting.links import Doubt, Heading
from crmclean.reporting.numbers import format_count, format_share, format_weight
from crmclean.reporting.records import Cell, FieldLine
from crmclean.reporting.review import name_record
from crmclean.reporting.screen import Screen

SIDE_BY_SIDE_FROM: Final = 60
"""Columns of the terminal; on a narrower one the records stand under one another."""

_LONGEST_CELL: Final = 200
_LONGEST_TITLE: Final = 24
_DIFFERS, _ONLY_ONE = "*", "+"


@dataclass(frozen=True)
class Card:
    """One question.

    Attributes:
        doubt: the pair, with the evidence.
        lines: the fields to show.
        hidden: how many more fields the records fill.
        number: of the question in this session, from 1.
        left: pairs that are still to be asked about, this one included.
        last: what was answered last, in words; ``""`` at the beginning.
        whole: whether long texts are shown to their end.
    """

    doubt: Doubt
    lines: tuple[FieldLine, ...]
    hidden: int
    number: int
    left: int
    last: str = ""
    whole: bool = False


def print_card(console: Console, card: Card, keys: Sequence[tuple[str, str]]) -> None:
    """Print a question and below it the keys that answer it; a terminal is cleared first.

    Args:
        console: where to.
        card: the question.
        keys: names of keys and what they do, already translated.
    """
    screen = Screen(console)
    console.clear()
    left = ngettext("{count} pair left", "{count} pairs left", card.left).format(count=format_count(card.left))
    screen.title(_("Pair {number}").format(number=format_count(card.number)), left)
    if card.last:
        screen.line(_("Answered last: {answer}").format(answer=card.last), "dim")
    console.print()
    reason = _("{share}: {reason}").format(share=format_share(card.doubt.probability), reason=card.doubt.reason)
    screen.line(reason, "bold")
    console.print()
    if console.width < SIDE_BY_SIDE_FROM:
        _print_stacked(screen, card)
    else:
        _print_side_by_side(screen, card)
    if card.hidden:
        text = ngettext("and {count} more field", "and {count} more fields", card.hidden)
        screen.line(text.format(count=format_count(card.hidden)), "dim")
    _print_evidence(screen, card.doubt)
    console.print()
    print_keys(console, keys)


def print_keys(console: Console, keys: Sequence[tuple[str, str]]) -> None:
    """Print which key does what, on as few lines as the terminal allows."""
    screen = Screen(console)
    items = [Text.assemble(screen.text(name, "bold cyan"), " ", screen.text(meaning)) for name, meaning in keys]
    screen.block(Columns(items, padding=(0, 3)))


def _print_side_by_side(screen: Screen, card: Card) -> None:
    grid = Grid.grid(padding=(0, 2, 0, 0), expand=True)
    grid.add_column(max_width=1)
    grid.add_column(max_width=_LONGEST_TITLE, overflow="fold")
    for _heading in card.doubt.headings:
        grid.add_column(ratio=1, overflow="fold")
    heads = [screen.text(_name(heading), "bold underline") for heading in card.doubt.headings]
    grid.add_row(Text(), Text(), *heads)
    for line in card.lines:
        style = _style_of(line)
        cells = [screen.text(_shorten(cell, card.whole), style) for cell in line.cells]
        grid.add_row(screen.text(_mark_of(line), style), screen.text(line.title, "dim"), *cells)
    screen.console.print(Padding(grid, (0, 0, 0, 2)))


def _print_stacked(screen: Screen, card: Card) -> None:
    for number, heading in enumerate(card.doubt.headings):
        screen.line(_name(heading), "bold underline")
        for line in card.lines:
            cell = line.cells[number]
            if cell.text:
                mark = screen.text(_mark_of(line) or " ", _style_of(line))
                words = _("{field}: {value}").format(field=line.title, value=_shorten(cell, card.whole))
                screen.block(Text.assemble(mark, " ", screen.text(words, _style_of(line))))
        screen.console.print()


def _print_evidence(screen: Screen, doubt: Doubt) -> None:
    evidence = [item for link in doubt.links for item in link.evidence]
    if not evidence:
        return
    screen.heading(_("Why: the weight of each field, in bits"))
    screen.columns(
        [
            [
                screen.text(item.title),
                screen.text(item.level),
                screen.text(format_weight(item.weight), "green" if item.weight >= 0 else "red"),
            ]
            for item in evidence
        ],
        right=(2,),
    )


def _name(heading: Heading) -> str:
    return name_record(heading.row, heading.id)


def _mark_of(line: FieldLine) -> str:
    if line.differs:
        return _DIFFERS
    return _ONLY_ONE if any(not cell.text for cell in line.cells) else ""


def _style_of(line: FieldLine) -> str:
    return {_DIFFERS: "yellow", _ONLY_ONE: "cyan"}.get(_mark_of(line), "")


def _shorten(cell: Cell, whole: bool) -> str:
    text = cell.text or "—"
    return text if whole or len(text) <= _LONGEST_CELL else text[: _LONGEST_CELL - 1] + "…"
