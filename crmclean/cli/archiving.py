"""Archiving from input to output: like ``running``, with a second file that is read, extended and written anew.

The active base and the archive are put in place together. The archive needs no ``--force``: nothing in it is lost.
"""

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Final

from crmclean.cli import targets
from crmclean.cli.call import Call
from crmclean.cli.memory import prepare_memory
from crmclean.cli.options import ForceOptions, FormatOptions, OutputOptions, ReportOptions
from crmclean.cli.recording import recording, state_of
from crmclean.cli.running import DATA, read_parts, with_reading, write_all
from crmclean.cli.screen import Screen
from crmclean.cli.sources import files_to_read
from crmclean.cli.streams import stdout_takes_data
from crmclean.core.errors import ExitCode, FileError, UsageError
from crmclean.core.i18n import _
from crmclean.core.segment_settings import ArchiveSettings
from crmclean.core.settings import ReadSettings
from crmclean.core.table import FileFormat, Table
from crmclean.files.outputs import Outputs
from crmclean.files.reading import read_bytes, read_table
from crmclean.files.writing import Rendered, format_for, render, written_format
from crmclean.reporting.input_files import note_other_sheets
from crmclean.reporting.summary import RunSummary
from crmclean.segmenting.archive import archive, archive_table
from crmclean.segmenting.archive_columns import check_is_archive
from crmclean.segmenting.archive_rules import check_rules

if TYPE_CHECKING:
    from crmclean.cli.archive import ArchiveFiles

WORD: Final = "active"
"""Stands in the name of a result that is written beside the input."""

ARCHIVE: Final = "archive"


@dataclass(frozen=True)
class _Earlier:
    """The archive as it is before the run: its bytes, ``None`` where there is none, and its table if it holds one."""

    path: str
    data: bytes | None = None
    table: Table | None = None


@dataclass(frozen=True)
class _Places:
    """Where everything goes; name and format of the data may not be known until the input is read."""

    sources: tuple[str, ...]
    data: str
    sides: Mapping[str, str]
    format: FileFormat | None
    force: bool
    dry_run: bool
    excel_safe: bool

    def paths(self) -> dict[str, str]:
        """Return every output by name, the data last: what it lacks is in the archive by then."""
        return {**self.sides, DATA: self.data}


def archive_files(call: Call, files: "ArchiveFiles", settings: ArchiveSettings) -> ExitCode:
    """Part the records of one base and write both files.

    Raises:
        CrmCleanError: nothing was written.
    """
    started = time.perf_counter()
    check_rules(settings)
    prepare_memory()
    places = _find_places(call, files)
    screen = Screen(call.screen)
    # The archive is replaced in any case; whether the others may be, is checked before.
    with screen.busy(_("Reading…")) as stage, Outputs(True, places.sources) as outputs:
        earlier = _read_archive(files.archive)
        _reserve(places, outputs)
        data, reading, inputs = read_parts(places.sources, call.settings(ReadSettings))
        places = _resolve(places, reading.table.origin.format, outputs)
        stage(_("Working…"))
        outcome = with_reading(archive(reading.table, settings, earlier.table, files.restore), reading)
        stage(_("Writing…"))
        rendered = render(outcome.table, places.format, places.excel_safe)
        kept = _render_archive(archive_table(outcome, earlier.table), files.archive)
        notes = (*note_other_sheets(inputs), *rendered.notes, *kept.notes)
        summary = RunSummary(
            run="",
            command=call.command,
            source=places.sources[0],
            settings={**asdict(settings), "restore": files.restore},
            seconds=time.perf_counter() - started,
            outputs={} if places.dry_run else places.paths(),
            before=reading.table,
            outcome=outcome,
            notes=(*notes, _("Dry run: nothing was written.")) if places.dry_run else notes,
            inputs=inputs,
        )
        if not places.dry_run:
            written = _Written(rendered.data, kept.data)
            summary, is_read = _write(call, settings, places, earlier, data, summary, written, outputs)
            if not is_read:
                return ExitCode.DONE
    screen.show(summary)
    return ExitCode.DONE


@dataclass(frozen=True)
class _Written:
    """Both files as they will be."""

    active: bytes
    archive: bytes


def _write(
    call: Call,
    settings: ArchiveSettings,
    places: _Places,
    earlier: _Earlier,
    inputs: Mapping[str, bytes],
    summary: RunSummary,
    written: _Written,
    outputs: Outputs,
) -> tuple[RunSummary, bool]:
    """Write everything; return the summary with its run, and whether somebody still reads stdout."""
    used = {
        "read": call.settings(ReadSettings),
        "archive": settings,
        "output": {"format": places.format, "excel_safe": places.excel_safe},
    }
    # An undo puts the archive back as well: else it would keep whom the base has again.
    before = {} if earlier.data is None else {os.path.abspath(earlier.path): earlier.data}
    state = state_of(call, places.data, places.sources[0])
    with recording(state, call, used, {**inputs, **before}) as record:
        summary = replace(summary, run=record.run_id, undo_command=record.undo_command)
        _refuse_changed(earlier)
        is_read = write_all(summary, written.active, record, outputs, {ARCHIVE: lambda _summary: written.archive})
    return summary, is_read


def _find_places(call: Call, files: "ArchiveFiles") -> _Places:
    """Return what is read and written, as far as the call says it.

    Raises:
        UsageError: no archive is named, it is an input or stdout, or a name has no format that can be written.
    """
    if not files.archive:
        raise UsageError(
            _("Say where the archive is: --archive FILE is missing."),
            _("For example: crmclean archive base.csv -o active.csv --archive archive.csv"),
        )
    output = call.options(OutputOptions).output
    own = os.path.realpath(files.archive)
    sources = files_to_read(call.arguments, output, WORD)
    named = {os.path.realpath(name) for name in call.arguments if name != targets.STREAM}
    # A pattern such as *.csv brings in the archive too.
    sources = [path for path in sources if os.path.realpath(path) != own or own in named]
    if not sources or own in {os.path.realpath(path) for path in sources if path != targets.STREAM}:
        raise UsageError(
            _("{path} is the archive itself.").format(path=files.archive),
            _("Name the export of the CRM; the archive is read by itself."),
        )
    sides = {"archive": files.archive, "warm_up": files.warm_up, "report": call.options(ReportOptions).report}
    sides = targets.asked_for(sides)
    targets.check_side_files(sides)
    format_for(files.archive)
    return _Places(
        tuple(sources),
        targets.choose_target(sources[0], output, call.screen.json, stdout_takes_data()),
        sides,
        targets.check_format(call.options(FormatOptions).format),
        call.options(ForceOptions).force,
        call.options(FormatOptions).dry_run,
        call.options(FormatOptions).excel_safe,
    )


def _read_archive(path: str) -> _Earlier:
    if not os.path.exists(path):
        return _Earlier(path)
    data = read_bytes(path)
    if not data.strip():
        # JSON Lines of nobody are no lines.
        return _Earlier(path, data)
    table = read_table(data, path, ReadSettings(), of_clients=False).table
    check_is_archive(table)
    return _Earlier(path, data, table)


def _reserve(places: _Places, outputs: Outputs) -> None:
    """Check every path that is known; an archive that is there needs no ``--force``, any other file does."""
    named = [path for name, path in places.sides.items() if name != ARCHIVE]
    if places.data not in (targets.BESIDE, targets.STREAM):
        named.append(places.data)
    _check_may_be_written(places, named)
    for path in (places.sides[ARCHIVE], *named):
        outputs.reserve(path)


def _resolve(places: _Places, read_format: FileFormat, outputs: Outputs) -> _Places:
    """Return the places with the format of the data, and with its name where it is written beside the input."""
    if places.data != targets.BESIDE:
        named = None if places.data == targets.STREAM else format_for(places.data)
        return replace(places, format=places.format or named or written_format(read_format))
    chosen = places.format or written_format(read_format)
    path = targets.path_beside(places.sources[0], WORD, chosen)
    _check_may_be_written(places, [path])
    outputs.reserve(path)
    return replace(places, data=path, format=chosen)


def _check_may_be_written(places: _Places, paths: Sequence[str]) -> None:
    with Outputs(places.force, places.sources) as check:
        for path in paths:
            check.reserve(path)


def _render_archive(table: Table, path: str) -> Rendered:
    """Return the archive in the format that its name says, else in its own."""
    return render(table, format_for(path) or written_format(table.origin.format))


def _refuse_changed(earlier: _Earlier) -> None:
    """Check that nobody has written the archive since it was read: what they put there would be lost."""
    is_there = os.path.exists(earlier.path)
    if is_there != (earlier.data is not None) or (is_there and read_bytes(earlier.path) != earlier.data):
        raise FileError(
            _("{path} was changed while the files were read; nothing was written.").format(path=earlier.path),
            _("Run the command again."),
        )
