"""What surrounds the explanation of a segment: the base, and stdout, which it goes to."""

import time

from crmclean.cli.call import Call
from crmclean.cli.running import read_parts
from crmclean.cli.screen import Screen, console_for_stdout
from crmclean.cli.sources import files_to_read
from crmclean.cli.streams import write_stdout, writing_stdout
from crmclean.core.errors import ExitCode
from crmclean.core.i18n import _
from crmclean.core.segment_settings import SegmentSettings
from crmclean.core.settings import ReadSettings
from crmclean.reporting.json_report import write_object
from crmclean.reporting.segment_explanation import print_segment_explanation, segment_explanation_object
from crmclean.segmenting.chosen_rules import check_any
from crmclean.segmenting.explaining import explain_record
from crmclean.workflows.record_names import find_record


def explain_segment(call: Call, name: str) -> ExitCode:
    """Show why a record is in its segment.

    Args:
        name: its ID in the CRM, or its row as in ``row:17``.

    Raises:
        CrmCleanError: the file cannot be read, has no such record, or the rules are wrong.
    """
    started = time.perf_counter()
    settings = call.settings(SegmentSettings)
    check_any(settings)
    sources = files_to_read(call.arguments, "", "")
    with Screen(call.screen).busy(_("Reading…")) as stage:
        table = read_parts(sources, call.settings(ReadSettings))[1].table
        place = find_record(table, name)
        stage(_("Working…"))
        explanation = explain_record(table, settings, place)
    if call.screen.json:
        value = segment_explanation_object(explanation, len(table), time.perf_counter() - started)
        write_stdout(write_object(value).encode() + b"\n")
    elif not call.screen.quiet:
        with writing_stdout():
            print_segment_explanation(explanation, console_for_stdout(call.screen.no_color), call.screen.verbose)
    return ExitCode.DONE
