"""Showing earlier runs: from the history to the screen, or to a script."""

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from crmclean.cli.call import Call
from crmclean.cli.screen import console_for_stdout
from crmclean.cli.streams import write_stdout, writing_stdout
from crmclean.core.errors import ExitCode, UsageError
from crmclean.core.i18n import _
from crmclean.history.location import find_state
from crmclean.history.store import History
from crmclean.reporting.history_object import history_object
from crmclean.reporting.history_page import print_history, print_since
from crmclean.reporting.json_report import write_object
from crmclean.workflows.history import compare_since, find_trend, list_runs

if TYPE_CHECKING:
    from crmclean.cli.history import HistoryOptions


def show_history(call: Call, options: "HistoryOptions") -> ExitCode:
    """Show the runs, or what changed since one of them.

    Raises:
        CrmCleanError: there is no history, or nothing in it that was asked for.
    """
    started = time.perf_counter()
    limit = parse_limit(options.limit)
    with History(find_state(options.state or None, os.environ, [Path.cwd()])) as history:
        runs = list_runs(history, options.command)
        since = compare_since(history, options.since) if options.since else None
        folder = history.folder
    trend = find_trend(runs[-limit:], options.figure)
    if call.screen.json:
        seconds = time.perf_counter() - started
        value = history_object(runs[-limit:], len(runs), trend, since, folder, seconds)
        write_stdout(write_object(value).encode() + b"\n")
        return ExitCode.DONE
    if call.screen.quiet:
        return ExitCode.DONE
    console = console_for_stdout(call.screen.no_color)
    with writing_stdout():
        if since is not None:
            print_since(since, call.screen.verbose, console)
        else:
            print_history(runs[-limit:], len(runs), trend, folder, console)
    return ExitCode.DONE


def parse_limit(text: str) -> int:
    """Return how many runs are to be listed.

    Raises:
        UsageError: it is no whole number from 1.

    >>> parse_limit("20")
    20
    """
    if not (text.isascii() and text.isdecimal()) or len(text) > 9 or not int(text):
        raise UsageError(
            _("--limit {text}: a whole number from 1 is expected.").format(text=text), _("For example: --limit 50")
        )
    return int(text)
