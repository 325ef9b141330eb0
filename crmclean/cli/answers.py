"""The answers of people that a call works with: those of the history, and those of the workbooks that it names.

This module imports the libraries that do the work: commands import it when they run, not before.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from crmclean.cli.call import Call
from crmclean.cli.options import FormatOptions, OutputOptions, StateOptions
from crmclean.cli.recording import state_of
from crmclean.cli.sources import files_to_read
from crmclean.cli.streams import stdout_takes_data
from crmclean.cli.targets import BESIDE, STREAM, choose_target, side_beside
from crmclean.core.errors import UsageError
from crmclean.core.i18n import _
from crmclean.core.step import Outcome
from crmclean.core.table import Table
from crmclean.files.reading import read_bytes
from crmclean.history.decisions import (
    Decision,
    Decisions,
    answers_frame,
    keep_carried,
    newest_answers,
    stored_answers,
)
from crmclean.workflows.decisions import (
    WorkbookDecisions,
    find_strangers,
    join_decisions,
    name_strangers,
    read_decisions,
)
from crmclean.workflows.dedup import Deduplicated


@dataclass(frozen=True)
class Answers:
    """What people have said.

    Attributes:
        workbooks: what each of the files that were named held.
        read: their decisions, each pair once.
        stored: the answers of the history, see ``history.decisions.ANSWER_COLUMNS``.
    """

    workbooks: tuple[WorkbookDecisions, ...]
    read: tuple[Decision, ...]
    stored: pd.DataFrame

    @property
    def frame(self) -> pd.DataFrame:
        """What counts, the newest last."""
        return newest_answers([self.stored, answers_frame(self.read)])

    @property
    def undecided(self) -> int:
        """How many pairs of the workbooks were left for later."""
        return sum(workbook.undecided for workbook in self.workbooks)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the user should know of the workbooks."""
        return tuple(text for workbook in self.workbooks for text in workbook.warnings())

    def strangers(self, table: Table, region: str) -> tuple[str, ...]:
        """Return what the user should know of answers about records that a base does not have."""
        if not self.read:
            return ()
        found = zip(self.workbooks, find_strangers(self.workbooks, table, region), strict=True)
        return tuple(name_strangers(workbook, rows, table.origin.path) for workbook, rows in found if rows)

    def keep(self, folder: Path | None) -> int:
        """Keep what the workbooks say in a state folder, if there is one; return how many answers were new."""
        if folder is None or not self.read:
            return 0
        with Decisions(folder) as decisions:
            return decisions.record_all(self.read, "workbook")


def gather_answers(folder: Path | None, paths: Sequence[str]) -> Answers:
    """Return the answers of a state folder and of review workbooks; nothing is written.

    Args:
        folder: the state folder, which need not exist; ``None`` where the call has none.
        paths: the workbooks.

    Raises:
        FileError: a workbook or the history cannot be read.
        UsageError: a file is no review workbook, or a pair is decided in two ways.
    """
    workbooks = tuple(_read_workbook(path) for path in dict.fromkeys(paths))
    return Answers(workbooks, tuple(join_decisions(workbooks)), stored_answers(folder))


def _read_workbook(path: str) -> WorkbookDecisions:
    if path == STREAM:
        raise UsageError(_("--decisions -: stdin is taken for the data."), _("Name a file instead."))
    data = read_bytes(path)
    # A person who decides saves the file: that is when its answers were given, however often it is read.
    saved = datetime.fromtimestamp(os.stat(path).st_mtime, UTC)
    return read_decisions(data, path, min(saved, datetime.now(UTC)))


class AnswersOfCall:
    """The answers that a call which merges works with.

    Those of the history are read even where the call leaves none behind: who was found to be two clients must not
    become one.

    Args:
        call: the call.
        paths: the review workbooks that it names.
        word: stands in the name of a result that is written beside the input.

    Raises:
        CrmCleanError: see ``gather_answers``.
    """

    def __init__(self, call: Call, paths: Sequence[str], word: str) -> None:
        output = call.options(OutputOptions).output
        self._paths = paths
        self._source = files_to_read(call.arguments, output, word)[0]
        self._target = choose_target(self._source, output, call.screen.json, stdout_takes_data())
        self._writes = not call.options(FormatOptions).dry_run
        self._is_kept = self._writes and not call.options(StateOptions).no_history
        with_history = replace(call, values={**call.values, "no_history": False})
        self._folder = state_of(with_history, self._target, self._source)
        self._answers = gather_answers(self._folder, paths)
        self._strangers: tuple[str, ...] = ()

    @property
    def frame(self) -> pd.DataFrame:
        """What counts, the newest last."""
        return self._answers.frame

    def protect(self, review: str, ending: str) -> None:
        """Check that no decision is lost by writing the new review workbook over the one that was filled in.

        Args:
            review: the workbook that was asked for, ``""`` for none.
            ending: of the name that it has beside the input.

        Raises:
            UsageError: the file holds what is kept nowhere else.
        """
        if not self._paths:
            return
        beside = side_beside(self._source, ending) if self._target == BESIDE else ""
        written = os.path.realpath(review or beside) if review or beside else ""
        for path in self._paths:
            if os.path.realpath(path) == written and self._writes and (self._answers.warnings or not self._is_kept):
                raise UsageError(
                    _("{path} holds decisions that would be lost: the new review workbook has the same name.").format(
                        path=path
                    ),
                    _("Name another with --review FILE.xlsx."),
                )

    def use(self, outcome: Deduplicated, table: Table, region: str) -> Outcome:
        """Keep what the workbooks say; return the outcome of the merge with the answers that were used for it.

        Args:
            outcome: what ``dedup`` made of ``table`` with these answers.
            region: country of phones that are written without a country code.
        """
        if int(outcome.figures["answers"]) < len(self.frame):
            self._strangers = self._answers.strangers(table, region)
        self._answers.keep(self._folder if self._is_kept else None)
        if self._is_kept and self._folder is not None and outcome.carried is not None:
            keep_carried(self._folder, outcome.carried)
        if self.frame.empty:
            return outcome
        return replace(outcome, tables={**outcome.tables, "answers": self.frame})

    def notes(self) -> tuple[str, ...]:
        """Return what the user should know of the workbooks, now that the base was read."""
        return (*self._answers.warnings, *self._strangers)
