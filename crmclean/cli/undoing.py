"""Taking a run back: from the history to the place where the bytes belong."""

import hashlib
import os
import time
from pathlib import Path

from crmclean.cli.call import Call
from crmclean.cli.options import ForceOptions, OutputOptions
from crmclean.cli.screen import Screen
from crmclean.cli.streams import write_stdout
from crmclean.cli.targets import STREAM, check_format, folder_of_run
from crmclean.core.errors import ExitCode, UsageError
from crmclean.core.i18n import _
from crmclean.files.outputs import Outputs
from crmclean.files.writing import format_for, render
from crmclean.history.location import find_state
from crmclean.history.runs import Run
from crmclean.history.store import History
from crmclean.reporting.json_report import write_object
from crmclean.workflows.undo import Target, cluster_target, restore_target, unchanged_outputs, undo_cluster, undo_run


def take_back(call: Call, cluster: str, state: str) -> ExitCode:
    """Put the input of a run, or its result without one merge, where it belongs.

    Raises:
        CrmCleanError: nothing was written.
    """
    started = time.perf_counter()
    output, force = call.options(OutputOptions).output, call.options(ForceOptions).force
    if output == STREAM and call.screen.json:
        raise UsageError(
            _("--json and the data cannot both go to stdout."), _("Name a file for the data with -o FILE.")
        )
    screen = Screen(call.screen)
    places = [folder_of_run(STREAM, output), Path.cwd()]
    with History(find_state(state or None, os.environ, places)) as history:
        run = history.get(call.arguments[0])
        if cluster:
            data = _without_cluster(run, cluster, output)
            target = cluster_target(run, data, output, force)
        else:
            data, target = undo_run(run), restore_target(run, output, force)
        if not target.done:
            _write(run, cluster, data, target, force)
        _tell(screen, run, cluster, target)
    figures = {
        "run": run.id,
        "command": call.command,
        "cluster": cluster,
        "outputs": {"data": target.path},
        "written": not target.done,
        "seconds": round(time.perf_counter() - started, 3),
    }
    if call.screen.json:
        write_stdout(write_object(figures).encode() + b"\n")
    return ExitCode.DONE


def _without_cluster(run: Run, cluster: str, output: str) -> bytes:
    """Return the result of a run without one of its merges, in the format of the file that it goes to."""
    outcome = undo_cluster(run, cluster)
    kept = run.settings.get("output", {})
    named = format_for(output) if output not in ("", STREAM) else None
    format = named or check_format(kept.get("format", ""))
    return render(outcome.table, format, format == "csv" and kept.get("excel_safe", False)).data


def _write(run: Run, cluster: str, data: bytes, target: Target, force: bool) -> None:
    with Outputs(force or target.replaces) as outputs:
        if target.path == STREAM:
            write_stdout(data)
        else:
            outputs.reserve(target.path)
            outputs.stage(target.path, data)
        if cluster:
            run.mark_cluster_undone(cluster, target.path, hashlib.sha256(data).hexdigest())
        outputs.commit()
    if not cluster:
        run.mark_undone()


def _tell(screen: Screen, run: Run, cluster: str, target: Target) -> None:
    if target.done:
        text = _("{path} is already as it was before run {run}; nothing was written.")
        if cluster:
            text = _("{path} is already without the merge {cluster} of run {run}; nothing was written.")
    else:
        text = _("Run {run} was taken back: {path} is as it was before.")
        if cluster:
            text = _("The merge {cluster} of run {run} was taken back: {path}")
    screen.say(text.format(run=run.id, cluster=cluster, path=target.path))
    left = [path for path in unchanged_outputs(run) if path != target.path]
    if left and not cluster:
        screen.say(_("Still there, written by that run: {paths}").format(paths=", ".join(left)))
