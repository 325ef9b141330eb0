"""Earlier runs, the way of a figure, and what changed since a run: pages of the terminal.

No cell of a base is in them: numbers, times, names of files, and IDs of records.
"""

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from crmclean.core.i18n import N_, _, ngettext
from crmclean.history.past_runs import MERGING, FigureChange, RecordChanges, RunFacts, Since, Trend
from crmclean.history.written_files import STREAM
from crmclean.reporting.history_chart import HEIGHT, can_show_blocks, draw_chart
from crmclean.reporting.numbers import format_count, format_seconds, format_share
from crmclean.reporting.screen import Screen
from crmclean.reporting.wording import FIGURES, SHARES, word_for

IDS_SHOWN: Final = 5
IDS_SHOWN_VERBOSE: Final = 100

_QUALITY: Final = "quality"
_COLUMNS: Final = (
    ("rows_in", N_("Records")),
    ("rows_out", N_("Left")),
    ("merged", N_("Merged")),
    ("dead", N_("Dead")),
    (_QUALITY, N_("Quality")),
)
"""The figures that stand in the list of runs; a column without any number is left out."""

_OF_MERGING: Final = frozenset({"rows_out", "merged"})
_LEFT_OUT_FIRST: Final = ("file", "took", "rows_out", "dead")
"""Columns of the list that make room where the screen is narrow, in this order."""

_MARGIN: Final = 2
_GAP: Final = 2

_KINDS: Final = (("new", N_("New")), ("gone", N_("Gone")), ("changed", N_("Changed")), ("merged", N_("Merged anew")))


def print_history(runs: Sequence[RunFacts], total: int, trend: Trend | None, folder: Path, console: Console) -> None:
    """Print the list of runs and the way of a figure.

    Args:
        runs: those to be listed, oldest first.
        total: how many there are.
        folder: of the history.
    """
    screen = Screen(console)
    screen.title(_("Earlier runs"), str(folder))
    if not runs:
        screen.line(_("There are none yet."))
        return
    if total > len(runs):
        text = ngettext("the newest {number} run of {total}", "the newest {number} runs of {total}", len(runs))
        screen.line(text.format(number=format_count(len(runs)), total=format_count(total)), "dim")
    else:
        text = ngettext("{number} run", "{number} runs", total)
        screen.line(text.format(number=format_count(total)), "dim")
    screen.console.print()
    _print_runs(screen, runs)
    if trend is not None:
        _print_trend(screen, trend)


def print_since(since: Since, verbose: bool, console: Console) -> None:
    """Print what changed between two runs."""
    screen = Screen(console)
    then, now = since.then, since.now
    screen.title(_("What changed since run {run}").format(run=then.number), f"{then.command} · {_file_of(now)}")
    way = _("run {then}, {then_day} → run {now}, {now_day}")
    days = {"then_day": format_moment(then.started_at), "now_day": format_moment(now.started_at)}
    screen.line(way.format(then=then.number, now=now.number, **days), "dim")
    _print_records(screen, since, verbose)
    _print_figures(screen, _figures_to_show(since, verbose))


def format_moment(moment: datetime) -> str:
    """Return a moment as date and time of the computer's own zone."""
    return moment.astimezone().strftime("%Y-%m-%d %H:%M")


def format_value(name: str, value: float | None) -> str:
    """Return a figure as text: shares in per cent, the quality never rounded up, others as counts.

    >>> format_value("quality", 99.97), format_value("validity", 0.5), format_value("merged", 1200)
    ('99.9', '50%', '1,200')
    """
    if value is None:
        return ""
    if name == _QUALITY:
        # 99.97 is not 100: the last defect must not be rounded away.
        return format_count(math.floor(round(value * 10, 6)) / 10)
    return format_share(value) if name in SHARES else format_count(value)


def format_difference(name: str, value: float | None) -> str:
    """Return by how much a figure grew, with its sign.

    >>> format_difference("merged", 3), format_difference("quality", -1.25), format_difference("validity", 0.015)
    ('+3', '−1.3', '+1.5 pp')
    """
    if value is None:
        return ""
    size = abs(value) * 100 if name in SHARES else abs(value)
    text = format_count(math.floor(size * 10 + 0.5) / 10 if name == _QUALITY else round(size, 2))
    if text == "0":
        return text
    sign = "+" if value > 0 else "−"
    # Between 50 % and 75 % lie 25 percentage points.
    return sign + (_("{number} pp").format(number=text) if name in SHARES else text)


@dataclass(frozen=True)
class _ListColumn:
    """One column of the list of runs: its heading and a cell per run."""

    name: str
    title: str
    cells: tuple[str, ...]
    is_number: bool = False

    @property
    def width(self) -> int:
        return max(map(cell_len, (self.title, *self.cells)))


def _print_runs(screen: Screen, runs: Sequence[RunFacts]) -> None:
    columns = _list_columns(runs)
    # Rich would cut all a little, and a number that is cut is another number.
    room = screen.console.width - _MARGIN
    for name in _LEFT_OUT_FIRST:
        if sum(column.width + _GAP for column in columns) > room:
            columns = [column for column in columns if column.name != name]
    rows = [[screen.text(column.title, "dim") for column in columns]]
    for place, run in enumerate(runs):
        style = "dim" if run.undone else ""
        rows.append([screen.text(column.cells[place], style) for column in columns])
    screen.columns(rows, right=[place for place, column in enumerate(columns) if column.is_number])


def _list_columns(runs: Sequence[RunFacts]) -> list[_ListColumn]:
    """Return the columns that say something, as if there were room for all."""
    columns = [
        _ListColumn("number", _("Run"), tuple(str(run.number) for run in runs), is_number=True),
        _ListColumn("started", _("Started"), tuple(format_moment(run.started_at) for run in runs), is_number=True),
        _ListColumn("command", _("Command"), tuple(run.command for run in runs)),
        _ListColumn("file", _("File"), tuple(_file_of(run) for run in runs)),
        *(
            _ListColumn(name, _(title), tuple(_listed(run, name) for run in runs), is_number=True)
            for name, title in _COLUMNS
        ),
        _ListColumn("took", _("Took"), tuple(format_seconds(run.seconds) for run in runs), is_number=True),
        _ListColumn("remark", "", tuple(_remark(run) for run in runs)),
    ]
    return [column for column in columns if any(column.cells)]


def _listed(run: RunFacts, name: str) -> str:
    figures = run.figures
    if name in _OF_MERGING and not _says_something(run.command, figures.get("rows_in"), figures.get("rows_out")):
        return ""
    return format_value(name, figures.get(name))


def _says_something(command: str, rows_in: float | None, rows_out: float | None) -> bool:
    """Return whether it is worth a number how many records are left."""
    return command in MERGING or rows_in != rows_out


def _remark(run: RunFacts) -> str:
    if run.undone:
        return _("taken back")
    remarks = []
    if run.merges_undone:
        text = ngettext("{number} merge taken back", "{number} merges taken back", run.merges_undone)
        remarks.append(text.format(number=format_count(run.merges_undone)))
    if run.dropped:
        remarks.append(_("copies dropped"))
    return ", ".join(remarks)


def _print_trend(screen: Screen, trend: Trend) -> None:
    newest, values = trend.points[-1], trend.values
    screen.heading(word_for(FIGURES, trend.figure))
    runs = ngettext("{number} run", "{number} runs", len(values)).format(number=format_count(len(values)))
    screen.line(f"{newest.command} · {_file_of(newest)} · {runs}", "dim")
    if len(values) > 1:
        screen.columns(_chart_rows(screen, trend), right=(0,))
    first, last = trend.points[0], trend.points[-1]
    cells = [
        [
            screen.text(title),
            screen.text(format_value(trend.figure, run.figures[trend.figure]), "bold"),
            screen.text(_("run {run}").format(run=run.number), "dim"),
        ]
        for title, run in ((_("First"), first), (_("Last"), last))
    ]
    if len(values) > 1:
        change = format_difference(trend.figure, values[-1] - values[0])
        cells.append([screen.text(_("Change")), screen.text(change, "bold"), screen.text("")])
    screen.columns(cells if len(values) > 1 else cells[1:], right=(1,))


def _chart_rows(screen: Screen, trend: Trend) -> list[list[Text]]:
    """Return the lines of the chart with the greatest and the least value before them."""
    width = _chart_width(screen, trend)
    # The last runs are shown where there is no room for all: so are their extremes.
    shown = trend.values[-width:]
    lines = draw_chart(shown, width, can_show_blocks(screen.console.encoding))
    top = next(place for place, line in enumerate(lines) if line.strip())
    least, most = format_value(trend.figure, min(shown)), format_value(trend.figure, max(shown))
    labels = [""] * HEIGHT
    labels[top], labels[-1] = most, least
    if top == HEIGHT - 1 and least != most:
        labels[-1] = f"{least}–{most}"
    return [
        [screen.text(label, "dim"), Text(line, style="cyan", no_wrap=True)]
        for label, line in zip(labels[top:], lines[top:], strict=True)
    ]


def _chart_width(screen: Screen, trend: Trend) -> int:
    label = max(len(format_value(trend.figure, value)) for value in trend.values)
    return max(8, screen.console.width - 2 * label - 8)


def _figures_to_show(since: Since, verbose: bool) -> list[FigureChange]:
    """Return the figures in the order of the reports; those without a title only to who asks for more."""
    order = {name: place for place, name in enumerate(FIGURES)}
    hidden: set[str] = set()
    if not any(
        _says_something(run.command, run.figures.get("rows_in"), run.figures.get("rows_out"))
        for run in (since.then, since.now)
    ):
        hidden |= _OF_MERGING
    shown = [figure for figure in since.figures if verbose or (figure.name in order and figure.name not in hidden)]
    return sorted(shown, key=lambda figure: (order.get(figure.name, len(order)), figure.name))


def _print_figures(screen: Screen, shown: Sequence[FigureChange]) -> None:
    if not shown:
        return
    screen.heading(_("Figures"))
    rows = [[screen.text(head, "dim") for head in ("", _("Then"), _("Now"), _("Difference"))]]
    for figure in shown:
        difference = format_difference(figure.name, figure.difference)
        rows.append(
            [
                screen.text(word_for(FIGURES, figure.name)),
                screen.text(format_value(figure.name, figure.then)),
                screen.text(format_value(figure.name, figure.now)),
                screen.text(difference, "dim" if difference == "0" else "bold"),
            ]
        )
    screen.columns(rows, right=(1, 2, 3))


def _print_records(screen: Screen, since: Since, verbose: bool) -> None:
    screen.heading(_("What became of the records"))
    if since.records is None:
        screen.line(_("What became of them cannot be told. {reason}").format(reason=since.reason), "yellow")
    elif since.records.by == "content":
        screen.line(_("Not every record has an ID of its own: one that was edited counts as gone and as new."), "dim")
    rows = []
    for kind, title in _KINDS:
        count, ids = _changes_of(since, since.records, kind)
        if count is None:
            continue
        most = IDS_SHOWN_VERBOSE if verbose else IDS_SHOWN
        named = ", ".join(ids[:most]) + (" …" if ids[:most] and count > most else "")
        rows.append([screen.text(_(title)), screen.text(format_count(count), "bold"), screen.text(named, "dim")])
    if rows:
        screen.columns(rows, right=(1,))


def _changes_of(since: Since, records: RecordChanges | None, kind: str) -> tuple[int | None, tuple[str, ...]]:
    """Return how many records a kind of change befell, ``None`` where that is not known, and their IDs."""
    if kind == "merged":
        return (None, ()) if since.merged is None else (len(since.merged), since.merged)
    if records is None:
        return None, ()
    counts = {"new": records.new, "gone": records.gone, "changed": records.changed}
    return counts[kind], records.ids.get(kind, ())


def _file_of(run: RunFacts) -> str:
    return _("standard input") if run.source == STREAM else os.path.basename(run.source)
