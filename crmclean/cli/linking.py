"""What surrounds the looking up of records: the base, its index in the history, and what the user is told of it.

This module imports the libraries that do the work: commands import it when they run, not before.
"""

import hashlib
import os
from dataclasses import asdict, replace
from pathlib import Path

from crmclean.cli.answers import gather_answers
from crmclean.cli.call import Call, help_hint, parse_pairs
from crmclean.cli.link import LinkOptions
from crmclean.cli.options import FormatOptions, OutputOptions, StateOptions
from crmclean.cli.recording import state_of
from crmclean.cli.running import Job, run_job
from crmclean.cli.sources import files_to_read
from crmclean.cli.streams import stdout_takes_data
from crmclean.cli.targets import STREAM, choose_target
from crmclean.core.errors import ExitCode, UsageError
from crmclean.core.i18n import _
from crmclean.core.settings import DedupSettings, ReadSettings
from crmclean.core.step import Outcome
from crmclean.core.table import Table
from crmclean.files.reading import read_bytes, read_table
from crmclean.history.base_index import digest_file, index_name, load_index, save_index
from crmclean.matching.indexed_base import IndexedBase
from crmclean.workflows.link import STATUSES, link, prepare_base

WORD = "linked"
"""Stands in the name of a result that is written beside the input."""


def link_export(call: Call, options: LinkOptions) -> ExitCode:
    """Look the records of an export up in a base.

    Raises:
        CrmCleanError: nothing was written.
    """
    settings = call.settings(DedupSettings)
    only = _statuses(call, options.only)
    base = _Base(call, options, settings)
    # What people decided counts even where the call leaves nothing behind.
    answers = gather_answers(base.folder_of_answers, ()).frame

    def work(table: Table) -> Outcome:
        return link(table, base.load(), settings, answers, only)

    return run_job(call, Job(WORD, "dedup", settings, notes=base.notes), work)


def _statuses(call: Call, only: str) -> frozenset[str]:
    wanted = frozenset(part.strip().lower() for part in only.split(",") if part.strip())
    strange = sorted(wanted - set(STATUSES))
    if strange:
        raise UsageError(
            _("--only {text}: there is no such kind of record.").format(text=", ".join(strange)),
            _("Choose one of: {choices}.").format(choices=", ".join(STATUSES)),
        )
    return wanted or frozenset(STATUSES)


class _Base:
    """The base of a call, and the index of it that the history keeps."""

    def __init__(self, call: Call, options: LinkOptions, settings: DedupSettings) -> None:
        if not options.base:
            raise UsageError(_("Say which base to look in: --base FILE is missing."), help_hint(call.command))
        if options.base == STREAM:
            raise UsageError(_("--base -: stdin is taken for the data."), _("Name a file instead."))
        self._path = options.base
        self._read = replace(ReadSettings(), map=parse_pairs(options.base_map, "base_map"))
        self._settings = settings
        self._writes = not call.options(FormatOptions).dry_run
        self._verbose = call.screen.verbose
        self._is_new = False
        output = call.options(OutputOptions).output
        source = files_to_read(call.arguments, output, WORD)[0]
        target = choose_target(source, output, call.screen.json, stdout_takes_data())
        self.folder_of_answers = state_of(replace(call, values={**call.values, "no_history": False}), target, source)
        self._folder: Path | None = None if call.options(StateOptions).no_history else self.folder_of_answers
        if not os.path.isfile(self._path):
            digest_file(self._path)

    def load(self) -> IndexedBase:
        """Return the base as it is in the history; if it is not there, match it and keep it.

        Raises:
            CrmCleanError: it cannot be read.
        """
        if self._folder is not None:
            base = load_index(self._folder, self._name(digest_file(self._path)))
            if base is not None:
                return base
        self._is_new = True
        data = read_bytes(self._path)
        name = self._name(hashlib.sha256(data).hexdigest())
        table = read_table(data, self._path, self._read).table
        del data
        base = prepare_base(table, self._settings)
        if self._folder is not None and self._writes:
            save_index(self._folder, name, base)
        return base

    def notes(self) -> tuple[str, ...]:
        """Return what somebody wants to know who asked for more."""
        if not self._verbose:
            return ()
        if self._is_new:
            return (_("The index of {path} was made anew.").format(path=self._path),)
        return (_("The index of {path} was taken from the history.").format(path=self._path),)

    def _name(self, digest: str) -> str:
        suffix = Path(self._path).suffix.lower()
        return index_name(digest, {"suffix": suffix, "read": asdict(self._read), "dedup": asdict(self._settings)})
