"""``crmclean run``: everything that a config names, for cron."""

from dataclasses import dataclass
from typing import Final

from crmclean.cli.call import Call
from crmclean.cli.command import Command
from crmclean.cli.options import STATE_PANEL, STEP_PANEL, Argument, ScreenOptions, option
from crmclean.core.errors import ExitCode
from crmclean.core.i18n import N_


@dataclass(frozen=True)
class RunOptions:
    """What of the config a call does otherwise."""

    only: str = option("", N_("Only these of its steps."), metavar=N_("STEP,STEP"), panel=STEP_PANEL)
    as_of: str = option(
        "",
        N_("Today's date, so that a run repeats: 2026-11-22 or 22.11.2026; by default that of the computer."),
        metavar=N_("DATE"),
        panel=STEP_PANEL,
    )
    dry_run: bool = option(False, N_("Show what would be done and write nothing."))
    state: str = option(
        "", N_("Folder of the history; by default that of the config."), metavar=N_("DIR"), panel=STATE_PANEL
    )


def run(call: Call) -> ExitCode:
    """Do the steps of one config."""
    from crmclean.cli.nightly import run_config

    return run_config(call, call.options(RunOptions))


RUN: Final = Command(
    "run",
    N_("Do everything that a config names, for cron: read the newest export, clean it, write the results of the day."),
    (RunOptions, ScreenOptions),
    run,
    (Argument("config", str, N_("CONFIG"), N_("The config file: crmclean.toml; “crmclean init” writes one.")),),
)
