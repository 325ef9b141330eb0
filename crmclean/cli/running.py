"""One job from input to output: the order of work that the commands share.

Every path that is known is checked before any work, everything is staged before anything is put in place, and the
run is in the history before its files are: whatever stops the work, all of it is there or nothing.

This module imports the libraries that do the work: commands import it when they run, not before.
"""

import hashlib
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

import pandas as pd

from crmclean.cli import targets
from crmclean.cli.call import Call
from crmclean.cli.memory import prepare_memory
from crmclean.cli.options import ForceOptions, FormatOptions, OutputOptions, ReportOptions
from crmclean.cli.recording import Recording, recording, remember_nothing, state_of
from crmclean.cli.screen import Screen
from crmclean.cli.sources import files_to_read
from crmclean.cli.streams import discard_stream, stdout_takes_data, write_stdout
from crmclean.core.errors import ExitCode, UsageError
from crmclean.core.finding import join_findings
from crmclean.core.i18n import _, ngettext
from crmclean.core.settings import ReadSettings
from crmclean.core.step import Outcome
from crmclean.core.table import FileFormat, Table
from crmclean.files.outputs import Content, Outputs
from crmclean.files.reading import Reading, read_bytes, read_table
from crmclean.files.stacking import stack_readings
from crmclean.files.writing import format_for, render, written_format
from crmclean.history.copies import pack_input
from crmclean.reporting.csv_tables import csv_pieces
from crmclean.reporting.html import render_html
from crmclean.reporting.input_files import InputFile, note_other_sheets
from crmclean.reporting.json_report import render_json
from crmclean.reporting.review import render_review
from crmclean.reporting.summary import RunSummary

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    from crmclean.history.database import Database

DATA: Final = "data"


Workbooks = Mapping[str, Callable[[RunSummary], bytes]]
NO_WORKBOOKS: Final[Workbooks] = {}


@dataclass(frozen=True)
class Job:
    """What a command has to say about its work.

    Attributes:
        word: stands in the name of a result that is written beside the input.
        step: name of the step in the config.
        settings: its settings.
        asked: files to write beside the data, by name; ``""`` where the user named none.
        beside: endings of the files that are written where the user named no output at all.
        notes: returns sentences for the user once the work is done, already translated.
        remember: keeps what outlives the run in the history; see ``recording``.
        workbooks: makes those of the files beside the data that are no plain CSV (workbooks, lists that go back into
            the CRM), by name.
        verdict: judges the outcome by a threshold of the user's, once everything is written.
        of_clients: the input has to say who its clients are.
    """

    word: str
    step: str
    settings: "DataclassInstance"
    asked: Mapping[str, str] = field(default_factory=dict)
    beside: Mapping[str, str] = field(default_factory=dict)
    notes: Callable[[], tuple[str, ...]] = tuple
    remember: Callable[["Database", int], None] = remember_nothing
    workbooks: Workbooks = field(default_factory=lambda: {"review": render_review})
    verdict: Callable[[Outcome], ExitCode] = lambda outcome: ExitCode.DONE
    of_clients: bool = True


class _Places:
    """Where everything of one job goes."""

    def __init__(self, call: Call, job: Job) -> None:
        output = call.options(OutputOptions).output
        self.sources = files_to_read(call.arguments, output, job.word)
        self.source = self.sources[0]
        self.force = call.options(ForceOptions).force
        self.dry_run = call.options(FormatOptions).dry_run
        self.excel_safe = call.options(FormatOptions).excel_safe
        self.format = targets.check_format(call.options(FormatOptions).format)
        self.data = targets.choose_target(self.source, output, call.screen.json, stdout_takes_data())
        self.sides = targets.asked_for({**job.asked, "report": call.options(ReportOptions).report})
        targets.check_side_files(self.sides)
        self._job = job
        self.is_beside = self.data == targets.BESIDE

    def reserve_named(self, outputs: Outputs) -> None:
        """Check the paths that the user named."""
        for path in (self.data, *self.sides.values()):
            if path not in (targets.BESIDE, targets.STREAM):
                outputs.reserve(path)

    def resolve(self, read_format: FileFormat, outputs: Outputs) -> FileFormat:
        """Return the format of the result; name and check the files beside the input, which depend on it."""
        if not self.is_beside:
            named = None if self.data == targets.STREAM else format_for(self.data)
            return self.format or named or written_format(read_format)
        chosen = self.format or written_format(read_format)
        self.data = targets.path_beside(self.source, self._job.word, chosen)
        outputs.reserve(self.data)
        for name, ending in self._job.beside.items():
            if name not in self.sides:
                self.sides[name] = targets.side_beside(self.source, ending)
                outputs.reserve(self.sides[name])
        return chosen

    def drop_empty_review(self, outcome: Outcome) -> None:
        """Leave out the review workbook that nobody asked for where there is nothing to decide."""
        if self.is_beside and not self._job.asked.get("review") and not len(outcome.tables.get("review", ())):
            self.sides.pop("review", None)

    def paths(self) -> dict[str, str]:
        """Return every output by name."""
        return {DATA: self.data, **self.sides}


def run_job(call: Call, job: Job, work: Callable[[Table], Outcome]) -> ExitCode:
    """Read one file or the parts of one export, do the work, and write what came of it.

    Raises:
        CrmCleanError: nothing was written.
    """
    started = time.perf_counter()
    prepare_memory()
    read_settings = call.settings(ReadSettings)
    places = _Places(call, job)
    screen = Screen(call.screen)
    with (
        Outputs(places.force, places.sources) as outputs,
        screen.busy(_("Reading…")) as stage,
        ThreadPoolExecutor(1) as beside,
    ):
        places.reserve_named(outputs)
        data, reading, inputs = read_parts(places.sources, read_settings, job.of_clients)
        format = places.resolve(reading.table.origin.format, outputs)
        state = None if places.dry_run else state_of(call, places.data, places.source)
        # The inputs are packed for the history while the work goes on, and their bytes let go.
        packing = {} if state is None else {path: beside.submit(pack_input, read) for path, read in data.items()}
        del data
        stage(_("Working…"))
        outcome = with_reading(work(reading.table), reading)
        places.drop_empty_review(outcome)
        stage(_("Writing…"))
        rendered = render(outcome.table, format, places.excel_safe)
        summary = RunSummary(
            run="",
            command=call.command,
            source=places.source,
            settings=asdict(job.settings),
            seconds=time.perf_counter() - started,
            outputs={} if places.dry_run else places.paths(),
            before=reading.table,
            outcome=outcome,
            notes=(*job.notes(), *note_other_sheets(inputs), *rendered.notes, *_notes(places, outcome)),
            inputs=inputs,
        )
        if not places.dry_run:
            kept = {
                "read": read_settings,
                job.step: job.settings,
                "output": {"format": format, "excel_safe": places.excel_safe},
            }
            packed = {path: future.result() for path, future in packing.items()}
            with recording(state, call, kept, packed, job.remember) as record:
                summary = replace(summary, run=record.run_id, undo_command=record.undo_command)
                if not write_all(summary, rendered.data, record, outputs, job.workbooks):
                    return job.verdict(outcome)
    screen.show(summary)
    return job.verdict(outcome)


def read_parts(
    paths: Sequence[str], settings: ReadSettings, of_clients: bool = True
) -> tuple[Mapping[str, bytes], Reading, tuple[InputFile, ...]]:
    """Return the bytes of the files by path, the one table that they hold together, and what each of them gave."""
    data: dict[str, bytes] = {}
    readings = []
    for path in paths:
        data[path] = read_bytes(path)
        with _saying_which(path if len(paths) > 1 else ""):
            readings.append(read_table(data[path], path, settings, of_clients))
    return data, stack_readings(readings, settings), tuple(describe_input(part) for part in readings)


@contextmanager
def _saying_which(path: str) -> Iterator[None]:
    """Begin what stops the work with the file, one of several, where the message does not name it."""
    try:
        yield
    except UsageError as error:
        if path in error.message:
            raise
        raise UsageError(f"{path}: {error.message}", error.hint) from error


def describe_input(reading: Reading) -> InputFile:
    """Return what a file gave, and the sheets that it has beside the one that was taken for want of a choice."""
    origin = reading.table.origin
    origin = replace(origin, package=b"", preamble=(), aside=())
    return InputFile(origin.path, len(reading.table), origin, reading.other_sheets)


def with_reading(outcome: Outcome, reading: Reading) -> Outcome:
    """Return an outcome with what was seen while the file was read."""
    lines = pd.DataFrame(
        {
            "line": pd.Series([line for line, text in reading.skipped], dtype="int64"),
            "text": pd.Series([text for line, text in reading.skipped], dtype="str"),
        }
    )
    return replace(
        outcome,
        findings=join_findings([reading.findings, outcome.findings]),
        tables={**outcome.tables, "skipped": lines},
    )


def read_evidence(option: str, path: str) -> Table:
    """Return the table of a file beside the base, named by an option: results of calls, returned mails.

    Raises:
        UsageError: it is stdin, which is taken for the base.
        FileError: it cannot be read.
    """
    if path == targets.STREAM:
        raise UsageError(_("--{name} -: stdin is taken for the data.").format(name=option), _("Name a file instead."))
    return read_table(read_bytes(path), path, ReadSettings(), of_clients=False).table


def render_side(name: str, path: str, summary: RunSummary, workbooks: Workbooks = NO_WORKBOOKS) -> Content:
    """Return a file that stands beside the data: a report, a workbook or a list, which comes in pieces."""
    if name in workbooks:
        return workbooks[name](summary)
    if name != "report":
        return csv_pieces(summary.table(name))
    if PurePath(path).suffix.lower() == ".json":
        return render_json(summary).encode() + b"\n"
    return render_html(summary)


def write_all(
    summary: RunSummary, data: bytes, record: Recording, outputs: Outputs, workbooks: Workbooks = NO_WORKBOOKS
) -> bool:
    """Put the data and everything beside it where they belong: first what may fail, then what cannot be taken back.

    The history keeps its tables meanwhile.

    Returns:
        Whether somebody still reads stdout: ``| head`` has seen enough, and then nothing more is said.
    """
    paths = summary.outputs
    with ThreadPoolExecutor(1) as beside:
        keeping = beside.submit(record.keep_tables, summary.outcome.tables)
        digests = {
            name: hashlib.sha256(data).hexdigest()
            if path == targets.STREAM
            else outputs.stage(path, data if name == DATA else render_side(name, path, summary, workbooks))
            for name, path in paths.items()
        }
        keeping.result()
    written = {name: (paths[name], digest) for name, digest in digests.items()}
    record.finish(written, summary.outcome.figures, summary.seconds)
    is_read = True
    if paths[DATA] == targets.STREAM:
        try:
            write_stdout(data)
        except BrokenPipeError:
            # The other files are wanted all the same.
            discard_stream(sys.stdout)
            is_read = False
    outputs.commit()
    return is_read


def _notes(places: _Places, outcome: Outcome) -> tuple[str, ...]:
    """Return what the user should know about the files that were, or were not, written."""
    if places.dry_run:
        return (_("Dry run: nothing was written."),)
    doubtful = len(outcome.tables.get("review", ()))
    if doubtful and "review" not in places.sides:
        text = ngettext(
            "{count} doubtful pair was left as it is; --review FILE.xlsx writes it for you to decide.",
            "{count} doubtful pairs were left as they are; --review FILE.xlsx writes them for you to decide.",
            doubtful,
        )
        return (text.format(count=doubtful),)
    return ()
