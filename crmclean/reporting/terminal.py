"""The report on the terminal: what was read, what came of it, where it lies, and how to take it back."""

import os
from collections.abc import Callable, Hashable, Mapping
from types import MappingProxyType
from typing import Final

from rich.console import Console
from rich.text import Text

from crmclean.core.finding import CATALOGUE
from crmclean.core.i18n import _, ngettext
from crmclean.core.table import ROLES
from crmclean.reporting.figures import Figure, list_figures
from crmclean.reporting.input_files import name_of_file, name_of_source, number_rows, span_of_rows
from crmclean.reporting.links import Merge, arrange_merges, rank_groups
from crmclean.reporting.masking import hide_digits, mask_contacts
from crmclean.reporting.numbers import format_count, format_seconds, format_share
from crmclean.reporting.records import IDENTIFYING_ROLES, order_columns
from crmclean.reporting.screen import Screen, console_for_stderr
from crmclean.reporting.sections import show_sections
from crmclean.reporting.summary import RunSummary
from crmclean.reporting.wording import (
    COMMANDS,
    OUTPUTS,
    RECOGNISED_BY,
    count_columns,
    count_records,
    describe_origin,
    kind_of_role,
    output_title,
    role_title,
    word_for,
)

__all__ = ["console_for_stderr", "print_report"]

MERGES_SHOWN: Final = 4
EXAMPLES_SHOWN: Final = 5
INPUTS_SHOWN: Final = 10
ROWS_SHOWN: Final = 100
_BAR_FROM_WIDTH: Final = 90
_TELLING_ROLES: Final = ("id", *IDENTIFYING_ROLES)


def print_report(summary: RunSummary, console: Console, verbose: bool = False) -> None:
    """Print the report of a run; phones and mailboxes are partly hidden, names are not."""
    screen = Screen(console)
    _print_head(screen, summary)
    _print_inputs(screen, summary, verbose)
    for print_block in _REPORTS.get(summary.command, _STANDARD):
        print_block(screen, summary, verbose)
    _print_sections(screen, summary, verbose)
    _print_notes(screen, summary)
    _print_files(screen, summary)
    _print_foot(screen, summary)


def _print_head(screen: Screen, summary: RunSummary) -> None:
    screen.title(word_for(COMMANDS, summary.command), name_of_source(summary.source, summary.inputs))
    before = summary.before
    size = [count_records(len(before)), count_columns(len(before.columns))]
    screen.line(" · ".join((*describe_origin(before.origin), *size)), "dim")


def _print_inputs(screen: Screen, summary: RunSummary, verbose: bool) -> None:
    """Print which of several files gave which rows."""
    if len(summary.inputs) < 2:
        return
    screen.heading(_("Files read"))
    most = len(summary.inputs) if verbose else INPUTS_SHOWN
    rows = [
        [
            screen.text(name_of_file(item.path)),
            screen.text(count_records(item.rows)),
            screen.text(span_of_rows(item, first), "dim"),
        ]
        for item, first in list(number_rows(summary.inputs))[:most]
    ]
    screen.columns(rows, right=(1,))
    if len(summary.inputs) > most:
        screen.line(_("and {number} more").format(number=format_count(len(summary.inputs) - most)), "dim")


def _print_columns(screen: Screen, summary: RunSummary, verbose: bool) -> None:
    headers: dict[str, list[str]] = {}
    others: list[str] = []
    for column in order_columns(summary.before.columns):
        header = column.header or _("(no heading)")
        if verbose and column.role:
            headers.setdefault(role_title(column), []).append(header)
        elif column.role in _TELLING_ROLES:
            headers.setdefault(word_for(ROLES, column.role), []).append(header)
        else:
            others.append(header)
    screen.heading(_("Recognised columns"))
    if headers:
        screen.columns([[screen.text(role), screen.text(", ".join(names))] for role, names in headers.items()])
    else:
        screen.line(_("None that tells who a client is. Name them with --map ROLE=HEADER."), "yellow")
    if others and verbose:
        screen.line(_("Not recognised, passed through: {headers}").format(headers=", ".join(others)), "dim")
    elif others:
        text = ngettext("and {number} other column", "and {number} other columns", len(others))
        screen.line(text.format(number=format_count(len(others))), "dim")


def _print_figures(screen: Screen, summary: RunSummary, verbose: bool) -> None:
    figures = [figure for figure in list_figures(summary) if verbose or not figure.detail]
    if not figures:
        return
    screen.heading(_("Result"))
    wide = screen.console.width >= _BAR_FROM_WIDTH
    screen.columns([_figure_row(screen, figure, wide) for figure in figures], right=(1, 2))


def _figure_row(screen: Screen, figure: Figure, wide: bool) -> list[Text]:
    cells = [screen.text(figure.title), screen.text(figure.text, "bold"), screen.text(figure.share_text)]
    if wide:
        cells.append(screen.text("") if figure.share is None else screen.bar(figure.share))
    return cells


def _print_merges(screen: Screen, summary: RunSummary, verbose: bool) -> None:
    groups = rank_groups(summary.table("clusters"))
    if groups.empty:
        return
    most = MERGES_SHOWN * (3 if verbose else 1)
    largest = groups.sort_values("size", ascending=False, kind="stable").head(most)
    screen.heading(_("Largest merges") if len(groups) > len(largest) else _("Merges"))
    for merge in arrange_merges(summary, largest["cluster_id"].tolist()):
        _print_merge(screen, merge)


def _print_merge(screen: Screen, merge: Merge) -> None:
    rows = ", ".join(str(heading.row) for heading in merge.headings)
    if merge.size > len(merge.headings):
        rows += " …"
    line = Text.assemble(
        screen.text(f"{merge.size} → 1  ", "green"),
        screen.text(mask_contacts(merge.label), "bold"),
        screen.text("  " + _("rows {rows}").format(rows=rows), "dim"),
    )
    screen.block(line)
    for reason in merge.reasons[:2]:
        screen.line(mask_contacts(reason), indent=4)


def _print_doubts(screen: Screen, summary: RunSummary, verbose: bool) -> None:
    number = len(summary.table("review"))
    if not number:
        return
    screen.heading(_("Doubtful pairs"))
    text = ngettext(
        "{number} pair may be one client: nothing was done to it, a person decides.",
        "{number} pairs may be one client each: nothing was done to them, a person decides.",
        number,
    )
    screen.line(text.format(number=format_count(number)))


def _print_findings(screen: Screen, summary: RunSummary, verbose: bool) -> None:
    counts = summary.finding_counts()
    if not counts:
        return
    screen.heading(_("Findings"))
    styles = {"doubt": "yellow", "note": "dim", "change": ""}
    order = sorted(counts, key=lambda code: list(styles).index(CATALOGUE[code].severity))
    rows = []
    for code in order:
        kind = CATALOGUE[code]
        rows.append(
            [screen.text(format_count(counts[code]), "bold"), screen.text(_(kind.title), styles[kind.severity])]
        )
        if verbose or kind.severity == "doubt":
            rows.append([screen.text(""), screen.text(_(kind.remedy), "dim")])
    screen.columns(rows, right=(0,))


def _print_changes(screen: Screen, summary: RunSummary, verbose: bool) -> None:
    changes = summary.table("changes")
    if changes.empty:
        return
    screen.heading(_("For example"))
    kept = changes.drop_duplicates("code").head(EXAMPLES_SHOWN * (3 if verbose else 1))
    screen.columns(
        [
            [
                screen.text(str(entry["column"]), "dim"),
                screen.text(f"{hide_digits(str(entry['before']))} → {hide_digits(str(entry['after']))}"),
            ]
            for entry in kept.to_dict("records")
        ]
    )


def _print_fill(screen: Screen, summary: RunSummary, verbose: bool) -> None:
    columns = summary.table("columns")
    if columns.empty:
        return
    screen.heading(_("Columns"))
    wide = screen.console.width >= _BAR_FROM_WIDTH
    shown = columns if verbose else columns[columns["filled"].gt(0)]
    by, example = ([_("By")], [_("Example")]) if wide else ([], [])
    heads = ["", _("Column"), _("Recognised as"), *by, _("Confidence"), _("Filled"), _("Valid"), *example]
    rows = [[screen.text(head, "dim") for head in heads]]
    rows += [_fill_row(screen, entry, wide) for entry in shown.to_dict("records")]
    screen.columns(rows, right=(0, 4, 5, 6) if wide else (0, 3, 4, 5))
    empty = columns.loc[columns["filled"].eq(0), "header"].tolist()
    if empty:
        screen.line(_("Empty: {headers}").format(headers=", ".join(filter(None, empty))), "dim")


def _fill_row(screen: Screen, entry: Mapping[Hashable, object], wide: bool) -> list[Text]:
    """Return one column of the file; how it was recognised and an example only where the screen is wide."""
    by = screen.text(word_for(RECOGNISED_BY, str(entry["recognised_by"])), "dim")
    example = screen.text(str(entry["example"])[:40], "dim")
    return [
        screen.text(str(entry["position"]), "dim"),
        screen.text(str(entry["header"]) or _("(no heading)")),
        screen.text(kind_of_role(str(entry["role"]), str(entry["kind"])), "cyan"),
        *([by] if wide else []),
        screen.text(format_share(float(str(entry["confidence"])))),
        screen.text(format_share(float(str(entry["filled"])))),
        screen.text(format_share(float(str(entry["valid"])))),
        *([example] if wide else []),
    ]


def _print_sections(screen: Screen, summary: RunSummary, verbose: bool) -> None:
    if summary.command == "run" and not verbose:
        # A night has many; the page has them all.
        return
    for section in show_sections(summary, ROWS_SHOWN if verbose else None):
        screen.heading(section.title)
        if section.note:
            screen.line(section.note, "dim")
        rows = [[screen.text(head, "dim") for head in section.heads]]
        rows += [
            [
                screen.text(mask_contacts(cell) if place in section.contacts else cell)
                for place, cell in enumerate(cells)
            ]
            for cells in section.rows
        ]
        screen.columns(rows, right=section.numbers)
        if section.hidden:
            screen.line(_("and {number} more").format(number=format_count(section.hidden)), "dim")


def _print_skipped(screen: Screen, summary: RunSummary, verbose: bool) -> None:
    skipped = summary.table("skipped")
    if skipped.empty:
        return
    screen.heading(_("Lines that are no records"))
    most = len(skipped) if verbose else EXAMPLES_SHOWN
    rows = [
        [screen.text(str(entry["line"]), "dim"), screen.text(mask_contacts(str(entry["text"]))[:200])]
        for entry in skipped.head(most).to_dict("records")
    ]
    screen.columns(rows, right=(0,))
    if len(skipped) > most:
        screen.line(_("and {number} more").format(number=format_count(len(skipped) - most)), "dim")


def _print_notes(screen: Screen, summary: RunSummary) -> None:
    if summary.notes:
        screen.heading(_("Please note"))
    for note in summary.notes:
        screen.line(note, "yellow")


def _print_files(screen: Screen, summary: RunSummary) -> None:
    if not summary.outputs:
        return
    # A run writes a folder of the day: its name once is enough.
    folder = os.path.dirname(next(iter(summary.outputs.values()))) if summary.command == "run" else ""
    screen.heading(_("Files"))
    if folder:
        screen.line(folder, "green")
    names = sorted(summary.outputs, key=lambda name: (list(OUTPUTS).index(name) if name in OUTPUTS else 99, name))
    rows = []
    for name in names:
        path = summary.outputs[name]
        shown = _("standard output") if path == "-" else os.path.basename(path) if folder else path
        rows.append([screen.text(output_title(name)), screen.text(shown, "green")])
    screen.columns(rows)


def _print_foot(screen: Screen, summary: RunSummary) -> None:
    screen.console.print()
    if summary.undo_command:
        screen.line(_("To take this run back: {command}").format(command=summary.undo_command))
    run = _("run {run}").format(run=summary.run) if summary.run else ""
    screen.line(" · ".join(filter(None, (run, format_seconds(summary.seconds)))), "dim")


_Block = Callable[[Screen, RunSummary, bool], None]

_STANDARD: Final[tuple[_Block, ...]] = (_print_columns, _print_figures, _print_findings)

_REPORTS: Final[Mapping[str, tuple[_Block, ...]]] = MappingProxyType(
    {
        "dedup": (_print_columns, _print_figures, _print_merges, _print_doubts, _print_findings),
        "normalize": (_print_columns, _print_figures, _print_changes, _print_findings),
        "run": (_print_figures, _print_merges, _print_doubts, _print_findings),
        "inspect": (_print_figures, _print_fill, _print_skipped, _print_findings),
    }
)
"""The blocks of each command's report, in order."""
