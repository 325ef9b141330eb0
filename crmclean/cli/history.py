"""``crmclean history``: earlier runs, their figures, and the way of a figure from run to run."""

from dataclasses import dataclass
from typing import Final

from crmclean.cli.call import Call
from crmclean.cli.command import Command
from crmclean.cli.options import STATE_PANEL, ScreenOptions, option
from crmclean.core.errors import ExitCode
from crmclean.core.i18n import N_


@dataclass(frozen=True)
class HistoryOptions:
    """Which runs, and what of them."""

    limit: str = option(
        "20",
        N_("List so many runs, the newest ones; the oldest of them first."),
        metavar=N_("NUMBER"),
        panel=STATE_PANEL,
    )
    command: str = option("", N_("Only runs of this command."), metavar=N_("COMMAND"), panel=STATE_PANEL)
    figure: str = option(
        "",
        N_("Draw this figure; by default quality, if it was measured, else the records left. --json names all."),
        metavar=N_("FIGURE"),
        panel=STATE_PANEL,
    )
    since: str = option(
        "",
        N_("What changed from this run to the newest one of the same command on the same file."),
        metavar=N_("RUN"),
        panel=STATE_PANEL,
    )
    state: str = option(
        "",
        N_("Folder of the history; by default CRMCLEAN_STATE, else .crmclean here."),
        metavar=N_("DIR"),
        panel=STATE_PANEL,
    )


def run(call: Call) -> ExitCode:
    """Show what earlier runs left."""
    from crmclean.cli.past_runs import show_history

    return show_history(call, call.options(HistoryOptions))


HISTORY: Final = Command(
    "history",
    N_("List earlier runs with their figures, draw the way of a figure, or tell what changed since a run."),
    (HistoryOptions, ScreenOptions),
    run,
    (),
)
