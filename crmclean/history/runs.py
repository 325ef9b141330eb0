"""One run: its folder, the input as it was, the tables that it made, and what it wrote where."""

import math
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, Final, Self

import pandas as pd

from crmclean.core.errors import FileError
from crmclean.core.i18n import _
from crmclean.history.copies import PackedInput
from crmclean.history.database import Database, state_errors
from crmclean.history.kept_inputs import KeptInputs
from crmclean.history.kept_settings import SETTINGS_NAME, read_settings, write_settings
from crmclean.history.private_files import remove_folder, sync_folder
from crmclean.history.running_mark import RunningMark
from crmclean.history.tables import read_table, table_path, write_table
from crmclean.history.written_files import DATA_OUTPUT, STREAM, WrittenFile, WrittenFiles, absolute_path

MARK_NAME: Final = "running"


@dataclass(frozen=True)
class RunRow:
    """What the database says of a run from its beginning on; see ``Run``."""

    number: int
    command: str
    source_path: str
    started_at: datetime


class Run:
    """A run of a command. Made by ``History``; to be used while that is open.

    As a context manager it abandons the run if the block ends and ``finish`` was not called.

    Attributes:
        number: counts up from 1 and is never given out twice.
        folder: all that is kept of it besides the database; gone when the run was dropped.
        command: ``dedup``, ``normalize`` …
        source_path: absolute path of the input, ``-`` for stdin.
        started_at: in UTC.
    """

    def __init__(self, database: Database, folder: Path, row: RunRow, mark: RunningMark | None = None) -> None:
        self._database = database
        self._mark = mark
        self._inputs = KeptInputs(database, folder, row.number)
        self._written = WrittenFiles(database, row.number)
        self.folder = folder
        self.number = row.number
        self.command = row.command
        self.source_path = row.source_path
        self.started_at = row.started_at

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self.finished_at is None:
            self.abandon()

    def __repr__(self) -> str:
        return f"Run({self.number}, {self.command!r})"

    @property
    def id(self) -> str:
        """The number as text, the way a user gives it."""
        return str(self.number)

    @property
    def finished_at(self) -> datetime | None:
        """When it ended well, in UTC."""
        return self._moment("finished_at")

    @property
    def undone_at(self) -> datetime | None:
        """When it was last taken back, in UTC."""
        return self._moment("undone_at")

    @property
    def dropped(self) -> bool:
        """Whether its folder was removed to keep the newer ones; its figures stay."""
        return self._moment("dropped_at") is not None

    @property
    def seconds(self) -> float:
        """How long it took."""
        return float(str(self._value("seconds") or 0))

    @property
    def figures(self) -> Mapping[str, float]:
        """The counts that ``finish`` was given, by name."""
        rows = self._database.rows("SELECT name, value FROM figures WHERE run = ? ORDER BY name", self.number)
        return MappingProxyType({str(name): float(str(value)) for name, value in rows})

    @property
    def outputs(self) -> Mapping[str, WrittenFile]:
        """The files that it wrote, by name, with their newest contents."""
        return self._written.newest()

    @property
    def settings(self) -> Mapping[str, Any]:
        """The settings as ``save_settings`` was given them, as plain JSON values: tuples are lists."""
        try:
            return MappingProxyType(dict(read_settings(self.folder)))
        except (OSError, ValueError) as error:
            raise self._damage(self.folder / SETTINGS_NAME) from error

    @property
    def undone_clusters(self) -> frozenset[str]:
        """The ids of the clusters that were taken back one by one."""
        rows = self._database.rows("SELECT cluster_id FROM undone_clusters WHERE run = ?", self.number)
        return frozenset(str(cluster_id) for (cluster_id,) in rows)

    def wrote(self, sha256: str) -> bool:
        """Return whether a file of these contents is an output of this run, now or before a cluster was taken back."""
        return self._written.contain(sha256)

    def later_run_that_wrote(self, sha256: str) -> int | None:
        """Return the number of the newest later run that has a file of these contents among its outputs."""
        return self._written.later_run(sha256)

    def save_settings(self, settings: Mapping[str, object]) -> None:
        """Keep the settings: by the name of the step, a settings object or its plain values.

        Raises:
            FileError: they cannot be written.
        """
        with self._writing():
            write_settings(self.folder, settings)

    def save_input(self, name: str, data: bytes | PackedInput) -> None:
        """Keep the bytes of an input, packed, on the disk before this returns.

        Args:
            name: what it is called among the inputs, for instance its path.
            data: the file as it was read, or packed already.

        Raises:
            FileError: they cannot be written, for instance because the disk is full.
        """
        with self._writing():
            self._inputs.save(name, data)

    @property
    def input_names(self) -> tuple[str, ...]:
        """What the inputs are called, in the order in which they were saved."""
        return self._inputs.names

    @property
    def input_paths(self) -> tuple[str, ...]:
        """Where the inputs were read from, in their order: absolute paths, ``-`` for stdin."""
        return (self.source_path, *map(absolute_path, self.input_names[1:]))

    def input_digest(self, position: int = 1) -> str:
        """Return the sha256 of an input, in hex.

        Raises:
            FileError: the run kept no such input.
        """
        digest = self._inputs.digest(position)
        if not digest:
            raise self._damage(self._inputs.path(position))
        return digest

    def read_input(self, position: int = 1) -> bytes:
        """Return the bytes of an input exactly as they were.

        Args:
            position: which of the inputs, from 1.

        Raises:
            FileError: the copy is gone or is no longer what was saved.
        """
        self.input_digest(position)
        if self.dropped:
            raise FileError(
                _("Run {run} can no longer be taken back: its copy of the input was dropped.").format(run=self.id),
                _("Raise `keep` under [history] in the config to keep more runs."),
            )
        try:
            return self._inputs.read(position)
        except (OSError, ValueError) as error:
            raise self._damage(self._inputs.path(position)) from error

    def has_table(self, name: str) -> bool:
        """Return whether the run kept a table of that name."""
        return table_path(self.folder, name).exists()

    def save_table(self, name: str, frame: pd.DataFrame) -> None:
        """Keep a table; see ``tables.write_table`` for the types that it may have.

        Raises:
            FileError: it cannot be written.
        """
        with self._writing():
            write_table(self.folder, name, frame)

    def load_table(self, name: str) -> pd.DataFrame:
        """Return a table as it was saved: names, dtypes and values.

        Raises:
            FileError: it is missing or damaged.
        """
        return read_table(self.folder, name)

    def finish(self, outputs: Mapping[str, tuple[str, str]], figures: Mapping[str, float], seconds: float) -> None:
        """Say that the run is whole: only from now on do ``get`` and ``last`` know it.

        Args:
            outputs: name to path and sha256 in hex; the cleaned base is called ``data``.
            figures: counts by name.
            seconds: how long it took.

        Raises:
            FileError: the database cannot be written.
        """
        with self._writing():
            sync_folder(self.folder)
        with self._database.transaction():
            for name, (path, sha256) in outputs.items():
                self._written.record(name, path, sha256)
            # NaN says that there is no figure, and SQLite has no such number.
            known = {name: value for name, value in figures.items() if not math.isnan(value)}
            for name, value in known.items():
                self._database.rows("INSERT INTO figures VALUES (?, ?, ?)", self.number, name, float(value))
            self._database.rows(
                "UPDATE runs SET finished_at = ?, seconds = ? WHERE number = ?", _now(), seconds, self.number
            )
        self._release_mark()

    def abandon(self) -> None:
        """Leave nothing of the run behind: neither folder nor row."""
        # Windows removes no folder in which a file is open.
        self._release_mark()
        if remove_folder(self.folder):
            self._database.rows("DELETE FROM runs WHERE number = ?", self.number)

    def mark_undone(self) -> None:
        """Say that the run was taken back."""
        self._database.rows("UPDATE runs SET undone_at = ? WHERE number = ?", _now(), self.number)

    def mark_cluster_undone(self, cluster_id: str, path: str, sha256: str) -> None:
        """Say that a cluster was taken back, and where the base without that merge now lies.

        Call it before the file is put in its place: if that then fails, the old contents are still known as the
        run's own, and the same call can be made again.

        Args:
            cluster_id: as in the ``clusters`` table of the run.
            path, sha256: the file that is written; it becomes the run's ``data`` output unless it is stdout.
        """
        with self._database.transaction():
            self._database.rows("INSERT OR IGNORE INTO undone_clusters VALUES (?, ?)", self.number, cluster_id)
            if path != STREAM:
                self._written.record(DATA_OUTPUT, path, sha256)

    def _value(self, column: str) -> object:
        rows = self._database.rows(f"SELECT {column} FROM runs WHERE number = ?", self.number)
        return rows[0][0] if rows else None

    def _moment(self, column: str) -> datetime | None:
        value = self._value(column)
        return None if value is None else datetime.fromisoformat(str(value))

    def _writing(self) -> AbstractContextManager[None]:
        return state_errors(self.folder.parent.parent)

    def _release_mark(self) -> None:
        if self._mark is not None:
            self._mark.release()

    def _damage(self, path: Path) -> FileError:
        return FileError(
            _("Run {run} cannot be taken back: {path} is missing or damaged.").format(run=self.id, path=path),
            _("Take the export from the CRM again, or bring the file back from a backup."),
        )


def _now() -> str:
    return datetime.now(UTC).isoformat()
