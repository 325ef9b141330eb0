"""Bringing many files into one base: like ``running``, with several inputs and an output that may be one of them."""

import hashlib
import os
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from pathlib import Path, PurePath
from typing import Final

import pandas as pd

from crmclean.cli import targets
from crmclean.cli.call import Call
from crmclean.cli.memory import prepare_memory
from crmclean.cli.options import ForceOptions, ReportOptions
from crmclean.cli.recording import recording, state_of
from crmclean.cli.running import DATA, render_side, write_all
from crmclean.cli.screen import Screen
from crmclean.cli.sources import expand_wildcards
from crmclean.core.errors import ExitCode, FileError, UsageError
from crmclean.core.i18n import _, ngettext
from crmclean.core.settings import ImportSettings, ReadSettings
from crmclean.core.step import Outcome
from crmclean.core.table import FileFormat, Table
from crmclean.files.outputs import Outputs
from crmclean.files.reading import read_bytes, read_table
from crmclean.files.writing import render
from crmclean.history.location import DATABASE_NAME
from crmclean.history.store import History
from crmclean.reporting.summary import RunSummary
from crmclean.workflows.earlier_imports import imported_before
from crmclean.workflows.import_base import Source, check_is_base, import_base, name_sources, origin_of_base

_FORMATS: Final[Mapping[str, FileFormat]] = {".csv": "csv", ".xlsx": "xlsx"}
_SHEET_ROWS: Final = 1_048_576
"""More rows than this do not fit into one sheet, and a base is read from one."""


@dataclass(frozen=True)
class _Base:
    """The base as it is before the run: its bytes and its table, ``None`` where it is to be made."""

    path: str
    format: FileFormat
    data: bytes | None = None
    table: Table | None = None


@dataclass(frozen=True)
class _Input:
    """One file: its path as the user named it, its bytes, and what it is as a source."""

    path: str
    data: bytes
    source: Source
    skipped: tuple[tuple[int, str], ...]


def import_files(call: Call, output: str, dry_run: bool) -> ExitCode:
    """Bring files into the base ``output``.

    Raises:
        CrmCleanError: nothing was written.
    """
    started = time.perf_counter()
    prepare_memory()
    format = _format_of(output, call.screen.json)
    report = targets.asked_for({"report": call.options(ReportOptions).report})
    targets.check_side_files(report)
    settings = call.settings(ImportSettings)
    paths = _files_to_read(call.arguments, output)
    if settings.source and len(paths) > 1:
        raise UsageError(_("--source names one file at a time."), _("Bring the files in one by one."))
    screen = Screen(call.screen)
    with screen.busy(_("Reading…")) as stage, ExitStack() as stack:
        base = _read_base(output, format)
        outputs = stack.enter_context(_reserve(base, report, paths, call.options(ForceOptions).force))
        inputs = _read_inputs(call, base, paths, settings.source)
        stage(_("Working…"))
        outcome = _with_skipped(
            import_base(base.table, [item.source for item in inputs], origin_of_base(output, format)), inputs
        )
        is_nothing_new = base.data is not None and not outcome.figures["added"]
        summary = RunSummary(
            run="",
            command=call.command,
            source=output,
            settings=asdict(settings),
            seconds=time.perf_counter() - started,
            outputs={} if dry_run else {**report, **({} if is_nothing_new else {DATA: output})},
            before=outcome.table,
            outcome=outcome,
            notes=_notes(inputs, outcome, dry_run),
        )
        stage(_("Writing…"))
        if is_nothing_new:
            _write_reports(summary, outputs)
        elif not dry_run:
            summary = _write(call, base, inputs, settings, summary, outputs)
    screen.show(summary)
    return ExitCode.DONE


def _format_of(output: str, json: bool) -> FileFormat:
    if not output:
        raise UsageError(
            _("Say which base the files go into: -o BASE is missing."),
            _("For example: crmclean import *.csv -o base.csv"),
        )
    if targets.choose_target("", output, json, False) == targets.STREAM:
        return "csv"
    suffix = PurePath(output).suffix.lower()
    if suffix not in _FORMATS:
        raise UsageError(
            _("-o {path}: the name must end in one of {extensions}.").format(
                path=output, extensions=", ".join(_FORMATS)
            )
        )
    return _FORMATS[suffix]


def _files_to_read(names: Sequence[str], output: str) -> list[str]:
    """Return the files to read, each once; a pattern such as ``*.csv`` may hold the base itself, which is left out."""
    paths: dict[str, str] = {}
    own = os.path.realpath(output)
    for name in expand_wildcards(names):
        place = name if name == targets.STREAM else os.path.realpath(name)
        if place != own:
            paths.setdefault(place, name)
    if not paths:
        raise UsageError(
            _("{path} is the base itself; there is nothing to bring in.").format(path=output),
            _("Name the exports that are to go into it."),
        )
    return list(paths.values())


def _read_base(path: str, format: FileFormat) -> _Base:
    if path == targets.STREAM or not os.path.isfile(path):
        return _Base(path, format)
    data = read_bytes(path)
    table = read_table(data, path, ReadSettings()).table
    check_is_base(table)
    return _Base(path, table.origin.format, data, table)


def _reserve(base: _Base, report: Mapping[str, str], inputs: Sequence[str], force: bool) -> Outputs:
    """Check every path; a base that is there needs no ``--force``, a report does."""
    if base.data is not None:
        with Outputs(force, inputs) as check:
            for path in report.values():
                check.reserve(path)
    outputs = Outputs(force or base.data is not None, inputs)
    with ExitStack() as on_error:
        on_error.callback(outputs.discard)
        for path in (base.path, *report.values()):
            if path != targets.STREAM:
                outputs.reserve(path)
        on_error.pop_all()
    return outputs


def _read_inputs(call: Call, base: _Base, paths: Sequence[str], name: str) -> list[_Input]:
    known = set(_imported_before(call, base))
    inputs = []
    for path, source_name in zip(paths, [name] if name else name_sources(paths), strict=True):
        data = read_bytes(path)
        reading = read_table(data, path, call.settings(ReadSettings))
        digest = hashlib.sha256(data).hexdigest()
        source = Source(source_name, reading.table, reading.findings, digest in known)
        inputs.append(_Input(path, data, source, reading.skipped))
        # The same file under two names is one file.
        known.add(digest)
    return inputs


def _imported_before(call: Call, base: _Base) -> frozenset[str]:
    state = state_of(call, base.path)
    if state is None or base.data is None or not (state / DATABASE_NAME).is_file():
        return frozenset()
    with History(state) as history:
        return imported_before(history, base.path, base.data)


def _with_skipped(outcome: Outcome, inputs: Sequence[_Input]) -> Outcome:
    """Return the outcome with the lines of all files that are no records."""
    lines = [(line, f"{item.source.name}: {text}") for item in inputs for line, text in item.skipped]
    table = pd.DataFrame(
        {
            "line": pd.Series([line for line, _text in lines], dtype="int64"),
            "text": pd.Series([text for _line, text in lines], dtype="str"),
        }
    )
    return replace(outcome, tables={**outcome.tables, "skipped": table})


def _write(
    call: Call,
    base: _Base,
    inputs: Sequence[_Input],
    settings: ImportSettings,
    summary: RunSummary,
    outputs: Outputs,
) -> RunSummary:
    if base.format == "xlsx" and len(summary.outcome.table) >= _SHEET_ROWS:
        raise FileError(
            _("{path}: {count} records do not fit into one sheet.").format(path=base.path, count=summary.rows_out),
            _("Make the base a CSV file: -o BASE.csv."),
        )
    rendered = render(summary.outcome.table, base.format)
    summary = replace(summary, notes=(*summary.notes, *rendered.notes))
    kept = {"read": call.settings(ReadSettings), "import": settings, "output": {"format": base.format}}
    # An undo restores the first input: the base as it was, if there was one.
    before = {} if base.data is None else {os.path.abspath(base.path): base.data}
    files = {_absolute(item.path): item.data for item in inputs}
    with recording(state_of(call, base.path), call, kept, {**before, **files}) as record:
        summary = replace(summary, run=record.run_id, undo_command=record.undo_command)
        _refuse_changed(base)
        write_all(summary, rendered.data, record, outputs)
    return summary


def _absolute(path: str) -> str:
    return path if path == targets.STREAM else os.path.abspath(path)


def _refuse_changed(base: _Base) -> None:
    """Check that nobody has written the base since it was read: what they added would be lost."""
    if base.data is not None and (not Path(base.path).is_file() or read_bytes(base.path) != base.data):
        raise FileError(
            _("{path} was changed while the files were read; nothing was written.").format(path=base.path),
            _("Run the command again."),
        )


def _write_reports(summary: RunSummary, outputs: Outputs) -> None:
    for name, path in summary.outputs.items():
        outputs.stage(path, render_side(name, path, summary))
    outputs.commit()


def _notes(inputs: Sequence[_Input], outcome: Outcome, dry_run: bool) -> tuple[str, ...]:
    """Return what each file brought in, and what it did not."""
    notes = []
    for item, entry in zip(inputs, outcome.tables["sources"].to_dict("records"), strict=True):
        added, known = int(entry["added"]), int(entry["known"])
        if known and not added:
            text = _("{source}: is in the base already, nothing was added.")
        elif known:
            text = ngettext(
                "{source}: {added} new record; the base had the other {known}.",
                "{source}: {added} new records; the base had the other {known}.",
                added,
            )
        else:
            text = ngettext("{source}: {added} new record.", "{source}: {added} new records.", added)
        notes.append(text.format(source=item.source.name, added=added, known=known))
    skipped = sum(len(item.skipped) for item in inputs)
    if skipped:
        text = ngettext(
            "{count} line is no record and was passed over; “crmclean inspect” shows it.",
            "{count} lines are no records and were passed over; “crmclean inspect” shows them.",
            skipped,
        )
        notes.append(text.format(count=skipped))
    return (*notes, _("Dry run: nothing was written.")) if dry_run else tuple(notes)
