"""The history of a state folder: begins runs, finds them again, and clears up after those that died."""

import errno
import os
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from crmclean.core.errors import UsageError
from crmclean.core.i18n import _
from crmclean.history.copies import PackedInput
from crmclean.history.database import Database, state_errors
from crmclean.history.location import DATABASE_NAME
from crmclean.history.private_files import make_private_folder, remove_folder
from crmclean.history.running_mark import RunningMark, is_held
from crmclean.history.runs import MARK_NAME, Run, RunRow
from crmclean.history.written_files import absolute_path

LAST: Final = "last"
_RUNS_NAME: Final = "runs"
_LISTED_RUNS: Final = 5
_FINISHED: Final = "finished_at IS NOT NULL"
_UNFINISHED: Final = "finished_at IS NULL"
_UNKNOWN_MARK_LIFE: Final = timedelta(days=1)


class History:
    """The runs of one state folder. A context manager; several processes may have the same folder open.

    Opening it removes what runs left that were killed on the way, so that nothing ever needs repair.

    Args:
        folder: the state folder. It is made, mode 0700, where there is none; one that is there keeps its mode,
            because it may be a folder of the user's with other things in it.

    Raises:
        FileError: it cannot be made, read or written, is damaged, or is of a newer crmclean.
        LockedError: another process held it for too long.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._runs_folder = folder / _RUNS_NAME
        with state_errors(folder):
            for needed in (folder, self._runs_folder):
                _ensure_private_folder(needed)
        self._database = Database(folder / DATABASE_NAME)
        with ExitStack() as on_error:
            on_error.callback(self._database.close)
            self._sweep()
            on_error.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    @property
    def database(self) -> Database:
        """The database, for what is kept beside the runs."""
        return self._database

    def begin(
        self,
        command: str,
        settings: Mapping[str, object],
        inputs: Mapping[str, bytes | PackedInput],
        source_path: str,
    ) -> Run:
        """Begin a run: allot its number, and keep its settings and its inputs.

        Args:
            command: ``dedup``, ``normalize`` …
            settings: by the name of the step (``read``, ``dedup`` …) its settings object, and whatever else is worth
                keeping as plain values.
            inputs: name to bytes, packed or not; the first is the one that an undo restores.
            source_path: the input as the user named it, ``-`` for stdin.

        Raises:
            FileError: they cannot be kept; nothing of the run is then left behind.
        """
        run = self._allot(command, absolute_path(source_path))
        with ExitStack() as on_error:
            on_error.callback(run.abandon)
            run.save_settings(settings)
            for name, data in inputs.items():
                run.save_input(name, data)
            on_error.pop_all()
        return run

    def runs(self, limit: int | None = None) -> list[Run]:
        """Return the whole runs, newest first; those that were dropped too."""
        return self._select(_FINISHED, -1 if limit is None else limit)

    def last(self) -> Run:
        """Return the newest whole run.

        Raises:
            UsageError: there is none.
        """
        newest = self.runs(1)
        if not newest:
            raise UsageError(
                _("The history in {folder} has no runs yet.").format(folder=self.folder),
                _("Name the folder of another history with --state DIR."),
            )
        return newest[0]

    def get(self, run_id: str) -> Run:
        """Return a whole run by its number; ``last`` is the newest.

        Raises:
            UsageError: there is no such run; the message names the newest ones.
        """
        if run_id == LAST:
            return self.last()
        # A number beyond SQLite's 64 bits is no run either.
        if run_id.isascii() and run_id.isdecimal() and len(run_id) < 19:
            found = self._select(f"{_FINISHED} AND number = ?", 1, int(run_id))
            if found:
                return found[0]
        raise UsageError(
            _("There is no run {run} in {folder}.").format(run=run_id, folder=self.folder),
            _("The newest runs are: {runs}.").format(runs=_list_runs(self.runs(_LISTED_RUNS))),
        )

    def drop_old(self, keep: int) -> None:
        """Remove the folders of all whole runs but the newest ``keep``; their rows and figures stay.

        Raises:
            ValueError: ``keep`` is negative.
        """
        if keep < 0:
            raise ValueError(keep)
        with self._database.transaction():
            kept = [run.number for run in self.runs(keep)]
            old = self._select(f"{_FINISHED} AND dropped_at IS NULL", -1)
            for run in old:
                if run.number not in kept:
                    self._database.rows(
                        "UPDATE runs SET dropped_at = ? WHERE number = ?", datetime.now(UTC).isoformat(), run.number
                    )
        # Only now: a folder half removed must never belong to a run that counts as kept.
        self._remove_dropped_folders()

    def _allot(self, command: str, source_path: str) -> Run:
        with ExitStack() as on_error:
            with self._database.transaction(), state_errors(self.folder):
                row = RunRow(self._next_number(), command, source_path, datetime.now(UTC))
                self._database.rows(
                    "INSERT INTO runs (number, command, source_path, started_at) VALUES (?, ?, ?, ?)",
                    row.number,
                    row.command,
                    row.source_path,
                    row.started_at.isoformat(),
                )
                folder = self._folder_of(row.number)
                make_private_folder(folder)
                on_error.callback(remove_folder, folder)
                # Taken before any other process can see the row: a sweep finds the run either absent or at work.
                mark = RunningMark(folder / MARK_NAME)
                on_error.callback(mark.release)
            on_error.pop_all()
        return Run(self._database, folder, row, mark)

    def _next_number(self) -> int:
        rows = self._database.rows("SELECT seq FROM sqlite_sequence WHERE name = 'runs'")
        allotted = int(str(rows[0][0])) if rows else 0
        # Folders outlive a database that was moved away because it was damaged.
        return max(allotted, *self._numbers_of_folders(), 0) + 1

    def _sweep(self) -> None:
        if any(self._has_died(run) for run in self._select(_UNFINISHED, -1)) or self._unborn_folders():
            with self._database.transaction():
                for run in self._select(_UNFINISHED, -1):
                    if self._has_died(run):
                        run.abandon()
                for folder in self._unborn_folders():
                    remove_folder(folder)
        self._remove_dropped_folders()

    def _unborn_folders(self) -> list[Path]:
        """Return the folders of runs that were killed before their row was written: they hold a mark or nothing.

        A folder without a row that holds more belongs to a database that was moved away, and is left alone.
        """
        known = {number for (number,) in self._database.rows("SELECT number FROM runs")}
        folders = [self._folder_of(number) for number in self._numbers_of_folders() if number not in known]
        return [folder for folder in folders if _holds_only_mark(folder)]

    def _has_died(self, run: Run) -> bool:
        held = is_held(run.folder / MARK_NAME)
        if held is None:
            return datetime.now(UTC) - run.started_at > _UNKNOWN_MARK_LIFE
        return not held

    def _remove_dropped_folders(self) -> None:
        dropped = {
            int(str(number))
            for (number,) in self._database.rows("SELECT number FROM runs WHERE dropped_at IS NOT NULL")
        }
        for number in self._numbers_of_folders():
            if number in dropped:
                remove_folder(self._folder_of(number))

    def _numbers_of_folders(self) -> list[int]:
        with state_errors(self.folder):
            names = os.listdir(self._runs_folder)
        return sorted(int(name) for name in names if name.isascii() and name.isdecimal())

    def _select(self, condition: str, limit: int, *values: object) -> list[Run]:
        rows = self._database.rows(
            f"SELECT number, command, source_path, started_at FROM runs WHERE {condition} ORDER BY number DESC LIMIT ?",
            *values,
            limit,
        )
        found = [
            RunRow(int(str(number)), str(command), str(path), datetime.fromisoformat(str(started_at)))
            for number, command, path, started_at in rows
        ]
        return [Run(self._database, self._folder_of(row.number), row) for row in found]

    def _folder_of(self, number: int) -> Path:
        return self._runs_folder / f"{number:06d}"


def _holds_only_mark(folder: Path) -> bool:
    try:
        return set(os.listdir(folder)) <= {MARK_NAME}
    except OSError:
        # Another process has just removed it, or it is none of ours.
        return False


def _ensure_private_folder(folder: Path) -> None:
    try:
        make_private_folder(folder)
    except FileExistsError:
        if not folder.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR)) from None


def _list_runs(runs: Sequence[Run]) -> str:
    return ", ".join(run.id for run in runs) or _("none")
