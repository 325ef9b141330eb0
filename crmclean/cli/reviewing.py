"""What surrounds the questions of ``review``: the base, the answers known so far, and what to do next."""

import os
import shlex
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from crmclean.cli.answers import Answers, gather_answers
from crmclean.cli.call import Call, help_hint
from crmclean.cli.dedup import WORD
from crmclean.cli.options import AnswersOptions
from crmclean.cli.review import ReviewOptions
from crmclean.cli.review_keys import choose_reader
from crmclean.cli.review_session import ReviewSession
from crmclean.cli.running import read_parts
from crmclean.cli.screen import Screen
from crmclean.cli.sources import files_to_read
from crmclean.cli.streams import write_stdout
from crmclean.cli.targets import BESIDE, STREAM, folder_of_run
from crmclean.core.errors import ExitCode, UsageError
from crmclean.core.i18n import _, ngettext
from crmclean.core.settings import DedupSettings, ReadSettings
from crmclean.history.decisions import Decisions
from crmclean.history.location import state_folder
from crmclean.reporting.json_report import write_object
from crmclean.reporting.numbers import format_count
from crmclean.reporting.screen import console_for_stderr
from crmclean.workflows.dedup import dedup
from crmclean.workflows.review_queue import ReviewQueue


def review_pairs(call: Call, options: ReviewOptions) -> ExitCode:
    """Ask about the doubtful pairs of a base, or take over what a workbook says about them.

    Raises:
        CrmCleanError: nothing was asked.
    """
    started = time.perf_counter()
    limit = _limit_of(call, options.limit)
    sources = files_to_read(call.arguments, "", WORD)
    if STREAM in sources:
        raise UsageError(_("review - : the keys that you press come from stdin."), _("Name the file of the export."))
    folder = state_folder(call.options(AnswersOptions).state or None, os.environ, folder_of_run(sources[0], BESIDE))
    screen = Screen(call.screen)
    answers = gather_answers(folder, options.decisions)
    command = _dedup_command(call.arguments, sources[0], folder)
    with screen.busy(_("Reading…")) as stage:
        table = read_parts(sources, call.settings(ReadSettings))[1].table
        if not options.decisions:
            stage(_("Working…"))
            outcome = dedup(table, call.settings(DedupSettings), answers.frame)
    if options.decisions:
        strangers = answers.strangers(table, call.settings(DedupSettings).region)
        figures = _take_over(screen, answers, strangers, folder, command)
    else:
        queue = ReviewQueue(outcome.tables["review"], outcome.tables["clusters"], answers.stored)
        if queue.pair is not None:
            console = console_for_stderr(call.screen.no_color, quiet=False)
            with Decisions(folder) as decisions:
                ReviewSession(console, table, outcome, queue, decisions).ask(choose_reader(), limit)
        figures = _say_end(screen, queue, command)
    if call.screen.json:
        seconds = round(time.perf_counter() - started, 3)
        rows = {"rows_in": len(table), "rows_out": len(table), "merged": 0}
        head = {"run": "", "command": call.command, "source": sources[0]}
        write_stdout(write_object({**head, **rows, **figures, "outputs": {}, "seconds": seconds}).encode() + b"\n")
    return ExitCode.DONE


def _say_end(screen: Screen, queue: ReviewQueue, command: str) -> dict[str, object]:
    """Tell what was answered and what to do next; return the figures."""
    answered = queue.same + queue.different
    if answered:
        _say_answers(screen, queue.same, queue.different)
    elif not queue.undecided:
        screen.say(_("There are no doubtful pairs to decide."))
    if queue.undecided:
        text = ngettext("{count} pair is still undecided.", "{count} pairs are still undecided.", queue.undecided)
        screen.say(text.format(count=format_count(queue.undecided)))
    if answered:
        screen.say(_("To merge by your answers: {command}").format(command=command))
    return {"answered": answered, "same": queue.same, "different": queue.different, "doubtful": queue.undecided}


def _take_over(
    screen: Screen, answers: Answers, strangers: Sequence[str], folder: Path, command: str
) -> dict[str, object]:
    """Keep what the workbooks say and tell how much it was; return the figures."""
    answers.keep(folder)
    same = sum(decision.same for decision in answers.read)
    different = len(answers.read) - same
    for text in (*answers.warnings, *strangers):
        screen.say(text)
    _say_answers(screen, same, different)
    if answers.undecided:
        text = ngettext("{count} pair is still undecided.", "{count} pairs are still undecided.", answers.undecided)
        screen.say(text.format(count=format_count(answers.undecided)))
    if answers.read:
        screen.say(_("To merge by your answers: {command}").format(command=command))
    return {"answered": len(answers.read), "same": same, "different": different, "doubtful": answers.undecided}


def _say_answers(screen: Screen, same: int, different: int) -> None:
    text = ngettext(
        "{count} pair answered. One client: {same}, different clients: {different}.",
        "{count} pairs answered. One client: {same}, different clients: {different}.",
        same + different,
    )
    counts = {"count": same + different, "same": same, "different": different}
    screen.say(text.format(**{name: format_count(number) for name, number in counts.items()}))


def _limit_of(call: Call, text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and int(text)):
        raise UsageError(
            _("--limit {text}: a number from 1 on is expected.").format(text=text), help_hint(call.command)
        )
    return int(text)


def _dedup_command(arguments: Sequence[str], source: str, folder: Path) -> str:
    """Return the line that merges by the answers, from the folder where the user is now."""
    line = ["crmclean", "dedup", *arguments]
    if folder.absolute() != state_folder(None, os.environ, folder_of_run(source, BESIDE)).absolute():
        line += ["--state", str(folder)]
    return subprocess.list2cmdline(line) if os.name == "nt" else shlex.join(line)
