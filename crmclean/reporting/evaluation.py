"""How right a result is, as a page of the terminal and as an object for scripts."""

from collections.abc import Sequence
from dataclasses import asdict
from types import MappingProxyType
from typing import Final

from rich.console import Console

from crmclean.core.evaluation import Calibration, Evaluation, Miss, PairsScore
from crmclean.core.i18n import N_, _, ngettext
from crmclean.reporting.numbers import format_count, format_figure, format_seconds
from crmclean.reporting.screen import Screen
from crmclean.reporting.wording import count_records, word_for

MEASURES: Final = MappingProxyType(
    {
        "person": N_("people, as merged"),
        "client": N_("clients, as merged"),
        "likely_person": N_("people, probable pairs merged too"),
        "likely": N_("clients, probable pairs merged too"),
        "answered_person": N_("people, doubtful pairs answered rightly"),
        "answered": N_("clients, doubtful pairs answered rightly"),
        "company": N_("companies"),
        "answered_company": N_("companies, doubtful pairs answered rightly"),
        "household": N_("households"),
    }
)
"""What each measure is over, in the order it is shown."""

_DOUBTFUL: Final = MappingProxyType(
    {
        "person": N_("pairs of people: {number}, for 100 records: {share}"),
        "company": N_("pairs of companies: {number}, for 100 records: {share}"),
    }
)
_CALIBRATIONS: Final = MappingProxyType(
    {"person": N_("Calibration of the pairs of people"), "company": N_("Calibration of the pairs of companies")}
)


def print_evaluation(evaluation: Evaluation, result: str, truth: str, seconds: float, console: Console) -> None:
    """Print how right a result is.

    Args:
        result, truth: the files as the user named them.
        seconds: how long it took.
    """
    screen = Screen(console)
    screen.title(_("How right the result is"), result)
    joined = _("put side by side by “{column}”").format(column=evaluation.joined_by)
    screen.line(" · ".join((count_records(evaluation.rows), _("truth {file}").format(file=truth), joined)), "dim")
    if evaluation.unknown_rows:
        text = ngettext(
            "The truth does not name {number} record of the result: it is left out.",
            "The truth does not name {number} records of the result: they are left out.",
            evaluation.unknown_rows,
        )
        screen.line(text.format(number=format_count(evaluation.unknown_rows)), "yellow")
    _print_scores(screen, evaluation)
    _print_classes(screen, evaluation)
    if evaluation.pairs is not None:
        _print_pairs(screen, evaluation.pairs)
    screen.console.print()
    screen.line(format_seconds(seconds), "dim")


def _print_scores(screen: Screen, evaluation: Evaluation) -> None:
    names = [name for name in MEASURES if name in evaluation.scores]
    if not names:
        screen.line(_("The columns of the two files have nothing in common to measure."), "yellow")
        return
    scores = [evaluation.scores[name] for name in names]
    screen.heading(_("By pairs of records"))
    shares = (_("Precision"), _("Recall"), _("F1"))
    by_pairs = [
        [
            *map(format_figure, (score.precision, score.recall, score.f1)),
            *map(format_count, (score.found, score.true, score.both)),
        ]
        for score in scores
    ]
    _print_grid(screen, (*shares, _("Found"), _("True"), _("Both")), names, by_pairs)
    screen.heading(_("By record (B-cubed)"))
    by_record = [
        [
            *map(format_figure, (score.bcubed_precision, score.bcubed_recall, score.bcubed_f1)),
            format_count(score.rows),
        ]
        for score in scores
    ]
    _print_grid(screen, (*shares, _("Records")), names, by_record)
    screen.heading(_("What was measured"))
    screen.columns([[screen.text(name, "cyan"), screen.text(word_for(MEASURES, name))] for name in names])


def _print_classes(screen: Screen, evaluation: Evaluation) -> None:
    if not evaluation.classes:
        return
    screen.heading(_("By class, as clients (precision and recall are B-cubed)"))
    heads = (_("Records"), _("Partners"), _("Found"), _("Wrong"), _("Precision"), _("Recall"))
    rows = [
        (
            format_count(score.rows),
            format_count(score.partners),
            format_figure(score.recall) if score.partners else "",
            format_count(score.wrong),
            format_figure(score.bcubed_precision),
            format_figure(score.bcubed_recall),
        )
        for score in evaluation.classes.values()
    ]
    _print_grid(screen, heads, list(evaluation.classes), rows)


def _print_pairs(screen: Screen, pairs: PairsScore) -> None:
    screen.heading(_("Put to a person"))
    for kind, number in pairs.doubtful.items():
        share = format_count(pairs.per_100_records[kind])
        screen.line(word_for(_DOUBTFUL, kind).format(number=format_count(number), share=share))
    for kind, calibration in pairs.calibration.items():
        screen.heading(word_for(_CALIBRATIONS, kind))
        _print_calibration(screen, calibration)
    if pairs.unknown:
        text = ngettext(
            "The truth cannot tell of {number} pair whether it is true: it is left out.",
            "The truth cannot tell of {number} pairs whether they are true: they are left out.",
            pairs.unknown,
        )
        screen.line(text.format(number=format_count(pairs.unknown)), "dim")


def _print_calibration(screen: Screen, calibration: Calibration) -> None:
    rows = [
        (
            format_count(item.pairs),
            "" if item.mean_probability is None else format_figure(item.mean_probability),
            "" if item.share_true is None else format_figure(item.share_true),
        )
        for item in calibration.bins
    ]
    names = [f"{format_count(item.low)}–{format_count(item.high)}" for item in calibration.bins]
    _print_grid(screen, (_("Pairs"), _("Mean probability"), _("Share true")), names, rows)
    text = _("Pairs: {number}; expected calibration error: {error}; Brier score: {brier}")
    screen.line(
        text.format(
            number=format_count(calibration.pairs),
            error=format_figure(calibration.expected_error),
            brier=format_figure(calibration.brier),
        )
    )


def _print_grid(screen: Screen, heads: Sequence[str], names: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows of numbers, each behind its name."""
    grid = [[screen.text(" "), *(screen.text(head, "dim") for head in heads)]]
    for name, row in zip(names, rows, strict=True):
        grid.append([screen.text(name, "cyan"), *(screen.text(cell) for cell in row)])
    screen.columns(grid, right=tuple(range(1, len(heads) + 1)))


def evaluation_object(
    evaluation: Evaluation, result: str, truth: str, missed: Sequence[Miss], seconds: float
) -> dict[str, object]:
    """Return an evaluation in types that JSON has; shares are unrounded, what is not known is null.

    Args:
        result, truth: the files as the user named them.
        missed: the thresholds that were missed.
        seconds: how long it took.
    """
    pairs = evaluation.pairs
    return {
        "run": "",
        "command": "evaluate",
        "result": result,
        "truth": truth,
        "joined_by": evaluation.joined_by,
        "rows_in": evaluation.rows,
        "rows_unknown": evaluation.unknown_rows,
        "scores": {name: asdict(score) for name, score in evaluation.scores.items()},
        "classes": {name: asdict(score) for name, score in evaluation.classes.items()},
        "pairs": None if pairs is None else asdict(pairs),
        "doubtful": None if pairs is None else sum(pairs.doubtful.values()),
        "missed": [asdict(miss) for miss in missed],
        "outputs": {},
        "seconds": round(seconds, 3),
    }
