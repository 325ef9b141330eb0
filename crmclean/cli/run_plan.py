"""What one call of ``run`` has to do: the config, and what the call wants otherwise."""

import os
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from crmclean.cli.call import Call
from crmclean.cli.run import RunOptions
from crmclean.cli.run_inputs import RunInput
from crmclean.config import settings_from
from crmclean.core.errors import FileError, UsageError
from crmclean.core.i18n import _
from crmclean.core.run_settings import NotifySettings, RunSettings
from crmclean.history.location import state_folder
from crmclean.hygiene.as_of import read_as_of


@dataclass(frozen=True)
class RunPlan:
    """What one call has to do.

    Attributes:
        call: the call, its arguments the files to read.
        inputs: these files with the sources that they are.
        base: the folder of the config, from which its paths are taken.
        steps: in their order.
        output: the folder of the results.
        state: the folder of the history.
    """

    call: Call
    base: Path
    run: RunSettings
    notify: NotifySettings
    steps: tuple[str, ...]
    today: pd.Timestamp
    output: Path
    state: Path
    dry_run: bool
    inputs: tuple[RunInput, ...] = ()


def make_plan(call: Call, options: RunOptions, base: Path) -> RunPlan:
    run = settings_from(call.config, RunSettings)
    output = base / os.path.expanduser(run.output)
    if output.exists() and not output.is_dir():
        raise FileError(
            _("{path} is no folder.").format(path=output), _("Name a folder for the results: “output” in [run].")
        )
    named = options.state or (str(base / os.path.expanduser(run.state)) if run.state else "")
    return RunPlan(
        call,
        base,
        run,
        settings_from(call.config, NotifySettings),
        choose_steps(run.steps, options.only),
        read_as_of(options.as_of or run.as_of),
        output,
        state_folder(named, os.environ, output),
        options.dry_run,
    )


def choose_steps(steps: tuple[str, ...], only: str) -> tuple[str, ...]:
    """Return the steps that are wanted, in the order of the config.

    Raises:
        UsageError: the config has no such step.
    """
    wanted = [name.strip() for name in only.split(",") if name.strip()]
    for name in wanted:
        if name not in steps:
            raise UsageError(
                _("--only {name}: the config has no such step.").format(name=name),
                _("Its steps are: {steps}.").format(steps=", ".join(steps)),
            )
    return tuple(name for name in steps if name in wanted or not wanted)
