"""Writing the config file of an export: where it goes, how it calls the export, and what to try next."""

import os
import shlex
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from crmclean.cli.call import Call
from crmclean.cli.options import ForceOptions, OutputOptions
from crmclean.cli.running import read_parts
from crmclean.cli.screen import Screen
from crmclean.cli.sources import files_to_read
from crmclean.cli.streams import write_stdout
from crmclean.cli.targets import STREAM
from crmclean.core.errors import ExitCode, UsageError
from crmclean.core.i18n import _, ngettext
from crmclean.core.settings import ReadSettings
from crmclean.files.outputs import Outputs
from crmclean.reporting.json_report import write_object
from crmclean.workflows.init_config import write_config
from crmclean.workflows.init_export import Export, describe_export

CONFIG_NAME: Final = "crmclean.toml"


def write_config_file(call: Call) -> ExitCode:
    """Read the export and write its config file, or print it.

    Raises:
        UsageError: the config file and the figures would both go to stdout.
        FileError: the export cannot be read, or the config file exists or cannot be written.
    """
    started = time.perf_counter()
    output = call.options(OutputOptions).output
    if output == STREAM and call.screen.json:
        raise UsageError(
            _("--json and the config file cannot both go to stdout."), _("Name a file for it with -o FILE.")
        )
    sources = files_to_read(call.arguments, output, "")
    target = output or _beside(sources[0])
    settings = call.settings(ReadSettings)
    screen = Screen(call.screen)
    with Outputs(call.options(ForceOptions).force, sources) as outputs, screen.busy(_("Reading…")):
        if target != STREAM:
            outputs.reserve(target)
        _data, reading, _inputs = read_parts(sources, settings, of_clients=False)
        export = describe_export(reading.table, _name_of(sources))
        text = write_config(export, _as_seen_from(target, sources), settings, _purposes())
        if target == STREAM:
            write_stdout(text.encode())
        else:
            outputs.stage(target, text.encode())
            outputs.commit()
    if call.screen.json:
        write_stdout(write_object(_describe(call, export, target, time.perf_counter() - started)).encode() + b"\n")
    elif target != STREAM and not call.screen.quiet:
        screen.say("\n".join(_report(export, target)))
        for line in _calls_to_try(export, target, sources):
            screen.say(line, breaks=False)
    return ExitCode.DONE


def _beside(source: str) -> str:
    """Return the path of the config file of an export: in its folder; of stdin, in this one."""
    return CONFIG_NAME if source == STREAM else str(Path(source).with_name(CONFIG_NAME))


def _name_of(sources: Sequence[str]) -> str:
    return ", ".join("stdin" if source == STREAM else Path(source).name for source in sources)


def _as_seen_from(target: str, sources: Sequence[str]) -> list[str]:
    """Return the names of the files from the folder of the config file; none where they have no name."""
    if STREAM in sources:
        return []
    folder = Path() if target == STREAM else Path(target).parent
    names = []
    for source in sources:
        try:
            names.append(Path(os.path.relpath(source, folder)).as_posix())
        except ValueError:
            # Another drive of Windows.
            names.append(Path(source).resolve().as_posix())
    return names


def _purposes() -> dict[str, str]:
    """Return what each command does, by its name."""
    # The registry knows this command too.
    from crmclean.cli.registry import COMMANDS

    return {command.name: _(command.help) for command in COMMANDS}


def _report(export: Export, target: str) -> list[str]:
    """Return what was written, and what to look at first."""
    recognised = sum(bool(column.role) for column in export.table.columns)
    lines = [
        _("{path} is written.").format(path=target),
        _("Recognised columns: {known} of {all}.").format(known=recognised, all=len(export.table.columns)),
    ]
    if unknown := len(export.statuses.get("", ())):
        lines.append(
            ngettext(
                "{count} status was not understood: sort it in the file.",
                "{count} statuses were not understood: sort them in the file.",
                unknown,
            ).format(count=unknown)
        )
    return [*lines, _("Read the file, change what you like, and try:")]


def _calls_to_try(export: Export, target: str, sources: Sequence[str]) -> list[str]:
    """Return what to try next, to be copied; a run cannot read stdin."""
    step = next(step for step in ("dedup", "deals", "cadence") if step in export.steps)
    calls = [[step, *sources, "--config", target, "--dry-run"]]
    if STREAM not in sources:
        calls.append(["run", target, "--dry-run"])
    return [f"  {_write_call(['crmclean', *words])}" for words in calls]


def _write_call(words: Sequence[str]) -> str:
    """Return a call as the shell of this system takes it."""
    return subprocess.list2cmdline(words) if os.name == "nt" else shlex.join(words)


def _describe(call: Call, export: Export, target: str, seconds: float) -> dict[str, object]:
    return {
        "run": "",
        "command": call.command,
        "rows_in": len(export.table),
        "rows_out": len(export.table),
        "merged": 0,
        "doubtful": 0,
        "outputs": {"config": target},
        "seconds": round(seconds, 3),
        "recognised": sum(bool(column.role) for column in export.table.columns),
        "steps": list(export.steps),
        "packs": [pack.name for pack in export.packs if pack.is_used],
        "unknown_statuses": list(export.statuses.get("", ())),
    }
