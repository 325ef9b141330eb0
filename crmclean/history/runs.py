"""One run: its folder, the input as it was, the tables that it made, and what it wrote where."""

import hashlib
import json
import math
import os
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, is_dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, Final, Self

import pandas as pd

from crmclean.core.errors import FileError
from crmclean.core.i18n import _
from crmclean.history.copies import read_copy, write_copy
from crmclean.history.database import Database, state_errors
from crmclean.history.private_files import remove_folder, sync_folder, write_private_file
from crmclean.history.running_mark import RunningMark
from crmclean.history.tables import read_table, table_path, write_table

STREAM: Final = "-"
"""The path of stdin and stdout."""

DATA_OUTPUT: Final = "data"
"""The name among the outputs of a run that the cleaned base has; the others are reports and lists."""

MARK_NAME: Final = "running"
_SETTINGS_NAME: Final = "settings.json"


@dataclass(frozen=True)
class WrittenFile:
    """A file that a run wrote: its absolute path (``-`` for stdout) and the sha256 of its bytes, in hex."""

    path: str
    sha256: str


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
        rows = self._database.rows("SELECT name, path, sha256 FROM outputs WHERE run = ? ORDER BY number", self.number)
        return MappingProxyType({str(name): WrittenFile(str(path), str(digest)) for name, path, digest in rows})

    @property
    def settings(self) -> Mapping[str, Any]:
        """The settings as ``save_settings`` was given them, as plain JSON values: tuples are lists."""
        path = self.folder / _SETTINGS_NAME
        try:
            return MappingProxyType(json.loads(path.read_bytes()))
        except (OSError, ValueError) as error:
            raise self._damage(path) from error

    @property
    def undone_clusters(self) -> frozenset[str]:
        """The ids of the clusters that were taken back one by one."""
        rows = self._database.rows("SELECT cluster_id FROM undone_clusters WHERE run = ?", self.number)
        return frozenset(str(cluster_id) for (cluster_id,) in rows)

    def wrote(self, sha256: str) -> bool:
        """Return whether a file of these contents is an output of this run, now or before a cluster was taken back."""
        return bool(
            self._database.rows("SELECT 1 FROM outputs WHERE run = ? AND sha256 = ? LIMIT 1", self.number, sha256)
        )

    def later_run_that_wrote(self, sha256: str) -> int | None:
        """Return the number of the newest later run that has a file of these contents among its outputs."""
        rows = self._database.rows("SELECT max(run) FROM outputs WHERE run > ? AND sha256 = ?", self.number, sha256)
        return None if rows[0][0] is None else int(str(rows[0][0]))

    def save_settings(self, settings: Mapping[str, object]) -> None:
        """Keep the settings: by the name of the step, a settings object or its plain values.

        Raises:
            FileError: they cannot be written.
        """
        text = json.dumps(dict(settings), default=_plain_value, ensure_ascii=False, indent=2, sort_keys=True)
        with self._writing(), write_private_file(self.folder / _SETTINGS_NAME) as file:
            # A file name may hold bytes that are no text; ``json.loads`` takes them back the same way.
            file.write(text.encode(errors="surrogatepass"))

    def save_input(self, name: str, data: bytes) -> None:
        """Keep the bytes of an input, packed, on the disk before this returns.

        Args:
            name: what it is called among the inputs, for instance its path.
            data: the file as it was read.

        Raises:
            FileError: they cannot be written, for instance because the disk is full.
        """
        position = len(self.input_names) + 1
        with self._writing():
            write_copy(self._input_path(position), data)
        self._database.rows(
            "INSERT INTO inputs VALUES (?, ?, ?, ?, ?)",
            self.number,
            position,
            name,
            len(data),
            hashlib.sha256(data).hexdigest(),
        )

    @property
    def input_names(self) -> tuple[str, ...]:
        """What the inputs are called, in the order in which they were saved."""
        rows = self._database.rows("SELECT name FROM inputs WHERE run = ? ORDER BY position", self.number)
        return tuple(str(name) for (name,) in rows)

    def input_digest(self, position: int = 1) -> str:
        """Return the sha256 of an input, in hex.

        Raises:
            FileError: the run kept no such input.
        """
        rows = self._database.rows("SELECT sha256 FROM inputs WHERE run = ? AND position = ?", self.number, position)
        if not rows:
            raise self._damage(self._input_path(position))
        return str(rows[0][0])

    def read_input(self, position: int = 1) -> bytes:
        """Return the bytes of an input exactly as they were.

        Args:
            position: which of the inputs, from 1.

        Raises:
            FileError: the copy is gone or is no longer what was saved.
        """
        path = self._input_path(position)
        digest = self.input_digest(position)
        if self.dropped:
            raise FileError(
                _("Run {run} can no longer be taken back: its copy of the input was dropped.").format(run=self.id),
                _("Raise `keep` under [history] in the config to keep more runs."),
            )
        try:
            return read_copy(path, digest)
        except (OSError, ValueError) as error:
            raise self._damage(path) from error

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
                self._record_output(name, path, sha256)
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
                self._record_output(DATA_OUTPUT, path, sha256)

    def _record_output(self, name: str, path: str, sha256: str) -> None:
        self._database.rows(
            "INSERT INTO outputs (run, name, path, sha256) VALUES (?, ?, ?, ?)",
            self.number,
            name,
            absolute_path(path),
            sha256,
        )

    def _value(self, column: str) -> object:
        rows = self._database.rows(f"SELECT {column} FROM runs WHERE number = ?", self.number)
        return rows[0][0] if rows else None

    def _moment(self, column: str) -> datetime | None:
        value = self._value(column)
        return None if value is None else datetime.fromisoformat(str(value))

    def _input_path(self, position: int) -> Path:
        return self.folder / f"input-{position}.gz"

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


def absolute_path(path: str) -> str:
    """Return ``path`` from the root, so that a later command finds it from wherever it is called; ``-`` stays."""
    return path if path == STREAM else os.path.abspath(path)


def _now() -> str:
    return datetime.now(UTC).isoformat()


def _plain_value(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"settings cannot be kept: {type(value).__name__}")
