"""What earlier runs were, how a figure went from run to run, and what changed since one of them."""

import os
from collections.abc import Sequence
from typing import Final

from crmclean.core.errors import CrmCleanError, UsageError
from crmclean.core.i18n import _
from crmclean.history.past_runs import MERGING, FigureChange, RecordChanges, RunFacts, Since, Trend, series_of
from crmclean.history.runs import Run
from crmclean.history.store import History
from crmclean.workflows.earlier_imports import IMPORT_COMMAND
from crmclean.workflows.kept_tables import read_kept_table
from crmclean.workflows.record_changes import compare_records, merged_anew
from crmclean.workflows.undo import CLUSTERS_TABLE

QUALITY: Final = "quality"
ROWS_IN: Final = "rows_in"
ROWS_OUT: Final = "rows_out"


def list_runs(history: History, command: str = "") -> tuple[RunFacts, ...]:
    """Return the whole runs, oldest first.

    Args:
        command: only runs of this command; ``""`` for all.

    Raises:
        UsageError: there are runs, and none of that command; the message names the commands that there are.
    """
    runs = history.runs()
    chosen = [run for run in runs if command in ("", run.command)]
    if runs and not chosen:
        raise UsageError(
            _("There are no runs of “{command}” in {folder}.").format(command=command, folder=history.folder),
            _("There are runs of: {commands}.").format(commands=", ".join(sorted({run.command for run in runs}))),
        )
    return tuple(_facts_of(run) for run in reversed(chosen))


def find_trend(runs: Sequence[RunFacts], figure: str = "") -> Trend | None:
    """Return how a figure went over the runs of that series whose newest run has it; ``None`` without any runs.

    Runs that were taken back are left out.

    Args:
        runs: oldest first.
        figure: its name; by default the quality of the base, where there is one, else the records left after merging,
            else those read.

    Raises:
        UsageError: no run has that figure; the message names those that there are.
    """
    counted = [run for run in runs if not run.undone]
    known = sorted({name for run in counted for name in run.figures})
    if not known:
        return None
    chosen = figure or _telling_figure(counted)
    if chosen not in known:
        raise UsageError(
            _("No run has the figure “{name}”.").format(name=chosen),
            _("There are: {names}.").format(names=", ".join(known)),
        )
    having = [run for run in counted if chosen in run.figures]
    if chosen == ROWS_OUT and not figure:
        having = [run for run in having if run.command in MERGING]
    return Trend(chosen, tuple(run for run in having if run.series == having[-1].series))


def compare_since(history: History, run_id: str) -> Since:
    """Return what changed from a run to the newest one of the same command on the same source.

    Raises:
        UsageError: there is no such run, or none after it on the same source that was not taken back.
    """
    then = history.get(run_id)
    facts = _facts_of(then)
    later = [run for run in history.runs() if run.number > then.number and run.undone_at is None]
    now = next((run for run in later if (run.command, series_of(run.source_path)) == facts.series), None)
    if now is None:
        raise UsageError(
            _("No later run of “{command}” on {source} is there to compare run {run} with.").format(
                command=then.command, source=os.path.basename(then.source_path), run=then.id
            ),
            _("“crmclean history” lists the runs."),
        )
    records, reason = _compare_inputs(then, now)
    newest = _facts_of(now)
    names = sorted(facts.figures.keys() | newest.figures.keys())
    figures = tuple(FigureChange(name, facts.figures.get(name), newest.figures.get(name)) for name in names)
    return Since(facts, newest, figures, records, reason, _merged_anew(then, now))


def _telling_figure(runs: Sequence[RunFacts]) -> str:
    """Return the name of the figure that says most of the runs."""
    if any(QUALITY in run.figures for run in runs):
        return QUALITY
    if any(ROWS_OUT in run.figures and run.command in MERGING for run in runs):
        return ROWS_OUT
    known = {name for run in runs for name in run.figures}
    return ROWS_IN if ROWS_IN in known else min(known)


def _facts_of(run: Run) -> RunFacts:
    return RunFacts(
        run.number,
        run.command,
        run.source_path,
        run.started_at,
        run.seconds,
        run.undone_at is not None,
        len(run.undone_clusters),
        run.dropped,
        run.figures,
    )


def _compare_inputs(then: Run, now: Run) -> tuple[RecordChanges | None, str]:
    """Return what became of the records, or why that cannot be told."""
    if then.command == IMPORT_COMMAND:
        return None, _("The files of an import are exports of several sources.")
    try:
        return compare_records(read_kept_table(then), read_kept_table(now)), ""
    except CrmCleanError as error:
        return None, error.message


def _merged_anew(then: Run, now: Run) -> tuple[str, ...] | None:
    try:
        if then.has_table(CLUSTERS_TABLE) and now.has_table(CLUSTERS_TABLE):
            return merged_anew(then.load_table(CLUSTERS_TABLE), now.load_table(CLUSTERS_TABLE))
    except CrmCleanError:
        # The reason stands with the records already: what is damaged is the folder of the run.
        return None
    return None
