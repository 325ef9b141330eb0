"""Taking a run back: from the history to the place where the bytes belong."""

import hashlib
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from crmclean.cli.call import Call
from crmclean.cli.options import ForceOptions, OutputOptions
from crmclean.cli.screen import Screen
from crmclean.cli.streams import write_stdout
from crmclean.cli.targets import STREAM, check_format, folder_of_run
from crmclean.core.errors import ExitCode, UsageError
from crmclean.core.i18n import _, ngettext
from crmclean.files.outputs import Outputs
from crmclean.files.writing import format_for, render
from crmclean.history.location import find_state
from crmclean.history.runs import Run
from crmclean.history.store import History
from crmclean.reporting.json_report import write_object
from crmclean.workflows.undo import (
    Target,
    cluster_target,
    paths_to_restore,
    restore_targets,
    unchanged_outputs,
    undo_cluster,
    undo_run,
)


def take_back(call: Call, cluster: str, state: str) -> ExitCode:
    """Put the inputs of a run, or its result without one merge, where they belong.

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
            targets: tuple[Target, ...] = (cluster_target(run, data, output, force),)
            _write(run, targets, lambda target: data, force, cluster)
        else:
            targets = restore_targets(run, output, force)
            _write(run, targets, lambda target: undo_run(run, target.position), force)
        _tell(screen, run, cluster, targets)
    figures = {
        "run": run.id,
        "command": call.command,
        "cluster": cluster,
        "outputs": {"data": targets[0].path},
        "files": [{"path": target.path, "written": not target.done} for target in targets],
        "written": not all(target.done for target in targets),
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


def _write(
    run: Run, targets: Sequence[Target], data_for: Callable[[Target], bytes], force: bool, cluster: str = ""
) -> None:
    """Write what is not there yet, all of it or nothing, and note in the history that it was taken back."""
    wanted = [target for target in targets if not target.done]
    if not wanted:
        return
    with Outputs(force or any(target.replaces for target in wanted)) as outputs:
        for target in wanted:
            if target.path != STREAM:
                outputs.reserve(target.path)
        for target in wanted:
            data = data_for(target)
            if target.path == STREAM:
                write_stdout(data)
            else:
                outputs.stage(target.path, data)
            if cluster:
                run.mark_cluster_undone(cluster, target.path, hashlib.sha256(data).hexdigest())
        outputs.commit()
    if not cluster:
        run.mark_undone()


def _tell(screen: Screen, run: Run, cluster: str, targets: Sequence[Target]) -> None:
    written = [target.path for target in targets if not target.done]
    paths = written or [target.path for target in targets]
    if cluster and not written:
        text = _("{path} is already without the merge {cluster} of run {run}; nothing was written.")
    elif cluster:
        text = _("The merge {cluster} of run {run} was taken back: {path}")
    elif not written:
        text = ngettext(
            "{path} is already as it was before run {run}; nothing was written.",
            "{path} are already as they were before run {run}; nothing was written.",
            len(paths),
        )
    else:
        text = ngettext(
            "Run {run} was taken back: {path} is as it was before.",
            "Run {run} was taken back: {path} are as they were before.",
            len(paths),
        )
    screen.say(text.format(run=run.id, cluster=cluster, path=", ".join(paths)))
    if cluster:
        return
    if len(targets) < len(paths_to_restore(run)):
        screen.say(
            _("What came from stdin has no place to go back to: crmclean undo {run} -o FOLDER.").format(run=run.id)
        )
    left = [path for path in unchanged_outputs(run) if path not in paths]
    if left:
        screen.say(_("Still there, written by that run: {paths}").format(paths=", ".join(left)))
