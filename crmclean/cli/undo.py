"""``crmclean undo``: take a run, or one merge of it, back."""

from dataclasses import dataclass
from typing import Final

from crmclean.cli.call import Call
from crmclean.cli.command import Command
from crmclean.cli.options import STATE_PANEL, Argument, ForceOptions, OutputOptions, ScreenOptions, option
from crmclean.core.errors import ExitCode
from crmclean.core.i18n import N_


@dataclass(frozen=True)
class UndoOptions:
    """What to take back, and where to look for it."""

    cluster: str = option(
        "", N_("Take back only this merge: a cluster_id of the run."), metavar=N_("ID"), panel=STATE_PANEL
    )
    state: str = option(
        "",
        N_("Folder of the history; by default CRMCLEAN_STATE, else .crmclean here or beside the output."),
        metavar=N_("DIR"),
        panel=STATE_PANEL,
    )


def run(call: Call) -> ExitCode:
    """Take a run back."""
    from crmclean.cli.undoing import take_back

    return take_back(call, call.options(UndoOptions).cluster, call.options(UndoOptions).state)


UNDO: Final = Command(
    "undo",
    N_("Take a run back, byte for byte, or one merge of it; “last” is the newest run."),
    (OutputOptions, ForceOptions, UndoOptions, ScreenOptions),
    run,
    (Argument("run", str, N_("RUN"), N_("Number of the run, or last.")),),
)
