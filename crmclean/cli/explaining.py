"""What surrounds an explanation: the base, the answers of people, and stdout, which it goes to."""

import os
import time

from crmclean.cli.answers import gather_answers
from crmclean.cli.call import Call
from crmclean.cli.dedup import WORD
from crmclean.cli.options import AnswersOptions
from crmclean.cli.running import read_parts
from crmclean.cli.screen import Screen, console_for_stdout
from crmclean.cli.sources import files_to_read
from crmclean.cli.streams import write_stdout, writing_stdout
from crmclean.cli.targets import BESIDE, folder_of_run
from crmclean.core.errors import ExitCode
from crmclean.core.i18n import _
from crmclean.core.settings import DedupSettings, ReadSettings
from crmclean.history.location import state_folder
from crmclean.reporting.explanation import explanation_object
from crmclean.reporting.explanation_page import print_explanation
from crmclean.reporting.json_report import write_object
from crmclean.workflows.explain import explain


def explain_call(call: Call) -> ExitCode:
    """Show why two records are, or are not, one client.

    Raises:
        CrmCleanError: the file cannot be read, or has no such two records.
    """
    started = time.perf_counter()
    path, first, second = call.arguments
    sources = files_to_read([path], "", WORD)
    folder = state_folder(call.options(AnswersOptions).state or None, os.environ, folder_of_run(sources[0], BESIDE))
    answers = gather_answers(folder, ())
    settings = call.settings(DedupSettings)
    with Screen(call.screen).busy(_("Reading…")) as stage:
        table = read_parts(sources, call.settings(ReadSettings))[1].table
        stage(_("Working…"))
        explanation = explain(table, first, second, settings, answers.frame)
    if call.screen.json:
        value = explanation_object(explanation, time.perf_counter() - started)
        write_stdout(write_object(value).encode() + b"\n")
    elif not call.screen.quiet:
        with writing_stdout():
            print_explanation(explanation, console_for_stdout(call.screen.no_color), call.screen.verbose)
    return ExitCode.DONE
