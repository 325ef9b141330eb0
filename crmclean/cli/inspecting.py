"""Looking at files: each is shown for itself, one that cannot be read does not hide the others."""

import time
from collections.abc import Mapping

from crmclean.cli.call import Call
from crmclean.cli.crashes import say_on_stderr
from crmclean.cli.options import ForceOptions, ReportOptions
from crmclean.cli.running import describe_input, render_side, with_reading
from crmclean.cli.screen import console_for_stdout
from crmclean.cli.sources import expand_wildcards
from crmclean.cli.streams import write_stdout, writing_stdout
from crmclean.cli.targets import asked_for, check_side_files
from crmclean.core.errors import CrmCleanError, ExitCode, UsageError
from crmclean.core.i18n import _
from crmclean.core.settings import ReadSettings
from crmclean.files.outputs import Outputs
from crmclean.files.reading import read_bytes, read_table
from crmclean.reporting.input_files import note_other_sheets
from crmclean.reporting.json_report import summary_object, write_object
from crmclean.reporting.summary import RunSummary
from crmclean.reporting.terminal import print_report
from crmclean.workflows.inspect import inspect


def inspect_files(call: Call) -> ExitCode:
    """Show what every file is, on stdout; return the code of the first that could not be read."""
    report = asked_for({"report": call.options(ReportOptions).report})
    check_side_files(report)
    sources = expand_wildcards(call.arguments)
    if report and len(sources) > 1:
        raise UsageError(_("--report holds one file at a time."), _("Inspect the files one by one."))
    settings = call.settings(ReadSettings)
    code = ExitCode.DONE
    objects: list[Mapping[str, object]] = []
    with Outputs(call.options(ForceOptions).force, sources) as outputs:
        for path in report.values():
            outputs.reserve(path)
        for source in sources:
            try:
                summary = _summarise(source, settings, report)
            except CrmCleanError as error:
                if len(sources) == 1:
                    raise
                say_on_stderr(str(error))
                objects.append({"source": source, "error": error.message})
                code = code or error.exit_code
                continue
            objects.append(summary_object(summary))
            _print(call, summary)
            for path in report.values():
                outputs.stage(path, render_side("report", path, summary))
        if call.screen.json:
            single = objects[0] if len(sources) == 1 else {"command": call.command, "files": objects}
            write_stdout(write_object(single).encode() + b"\n")
        outputs.commit()
    return code


def _summarise(source: str, settings: ReadSettings, report: Mapping[str, str]) -> RunSummary:
    started = time.perf_counter()
    reading = read_table(read_bytes(source), source, settings)
    outcome = with_reading(inspect(reading.table), reading)
    inputs = [describe_input(reading)]
    return RunSummary(
        run="",
        command="inspect",
        source=source,
        settings={},
        seconds=time.perf_counter() - started,
        outputs=report,
        before=reading.table,
        outcome=outcome,
        notes=note_other_sheets(inputs),
        inputs=tuple(inputs),
    )


def _print(call: Call, summary: RunSummary) -> None:
    if not call.screen.json and not call.screen.quiet:
        with writing_stdout():
            print_report(summary, console_for_stdout(call.screen.no_color), call.screen.verbose)
