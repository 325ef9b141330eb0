"""The database of runs: how it is opened, its schema, and what its errors mean to a user.

It holds numbers, hashes, times and the paths of files; of the clients themselves it holds nothing but hashes.
"""

import errno
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from crmclean.core.errors import CrmCleanError, FileError, LockedError
from crmclean.core.i18n import _
from crmclean.history.location import DATABASE_NAME
from crmclean.history.private_files import make_private_file

BUSY_SECONDS: Final = 30.0

MIGRATIONS: Final = (
    (
        # AUTOINCREMENT: the number of a run that was abandoned is never given out again.
        """
        CREATE TABLE runs (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            command TEXT NOT NULL,
            source_path TEXT NOT NULL,
            started_at TEXT NOT NULL,
            finished_at TEXT,
            undone_at TEXT,
            dropped_at TEXT,
            seconds REAL
        )
        """,
        """
        CREATE TABLE inputs (
            run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
            position INTEGER NOT NULL,
            name TEXT NOT NULL,
            size INTEGER NOT NULL,
            sha256 TEXT NOT NULL,
            PRIMARY KEY (run, position)
        )
        """,
        # An output that `undo --cluster` wrote again has a row for each of its contents; the newest is the last.
        """
        CREATE TABLE outputs (
            number INTEGER PRIMARY KEY,
            run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
            name TEXT NOT NULL,
            path TEXT NOT NULL,
            sha256 TEXT NOT NULL
        )
        """,
        "CREATE INDEX outputs_of_run ON outputs (run)",
        "CREATE INDEX outputs_by_content ON outputs (sha256)",
        """
        CREATE TABLE figures (
            run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
            name TEXT NOT NULL,
            value REAL NOT NULL,
            PRIMARY KEY (run, name)
        )
        """,
        """
        CREATE TABLE undone_clusters (
            run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
            cluster_id TEXT NOT NULL,
            PRIMARY KEY (run, cluster_id)
        )
        """,
    ),
    (
        # What people decided of doubtful pairs: of records, not of runs, so that no run that is dropped takes it away.
        # Every answer has its row; the newest that was not taken back counts.
        """
        CREATE TABLE decisions (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            "of" TEXT NOT NULL,
            key_a TEXT NOT NULL,
            key_b TEXT NOT NULL,
            same INTEGER NOT NULL CHECK (same IN (0, 1)),
            levels TEXT NOT NULL,
            decided_at TEXT NOT NULL,
            source TEXT NOT NULL,
            taken_back_at TEXT,
            CHECK (key_a <= key_b)
        )
        """,
        'CREATE INDEX decisions_by_pair ON decisions (key_a, key_b, "of")',
    ),
)
"""One entry per version of the schema; ``PRAGMA user_version`` says how many a database has had. Only append."""

_BUSY_CODES: Final = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_DAMAGE_CODES: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


class Database:
    """A connection to the database of runs.

    Args:
        path: the file; it is made (mode 0600) where there is none. The WAL files get the same mode from SQLite.

    Raises:
        FileError: it cannot be opened or made, is damaged, or was made by a newer crmclean.
        LockedError: another process kept it locked for ``BUSY_SECONDS``.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with state_errors(path.parent):
            make_private_file(path)
            self._connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
            try:
                self._prepare()
            except (sqlite3.Error, CrmCleanError):
                self._connection.close()
                raise

    def rows(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        """Return the rows of a query, or carry a single change out.

        Raises:
            FileError: the database cannot be read or written.
            LockedError: another process holds it.
        """
        with state_errors(self.path.parent):
            cursor = self._connection.execute(statement, [_storable(value) for value in values])
            return [tuple(_restored(value) for value in row) for row in cursor.fetchall()]

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Let the changes of the block happen all or not at all, with no other writer in between."""
        self.rows("BEGIN IMMEDIATE")
        try:
            yield
            self.rows("COMMIT")
        except BaseException:
            # What went wrong first is what the user must read.
            with suppress(sqlite3.Error):
                self._connection.rollback()
            raise

    def close(self) -> None:
        """Close the connection; the last one folds the WAL file back into the database."""
        self._connection.close()

    def _prepare(self) -> None:
        self.rows("PRAGMA foreign_keys = ON")
        if self._version() > len(MIGRATIONS):
            raise FileError(
                _("The history in {folder} was written by a newer crmclean.").format(folder=self.path.parent),
                _("Update crmclean, or give another folder with --state DIR."),
            )
        self._switch_to_wal()
        if self._version() < len(MIGRATIONS):
            self._migrate()

    def _version(self) -> int:
        return int(str(self.rows("PRAGMA user_version")[0][0]))

    def _switch_to_wal(self) -> None:
        # SQLite does not wait for another process here, whatever the timeout is. A file system without shared
        # memory answers with another mode, which works as well, only slower.
        deadline = time.monotonic() + BUSY_SECONDS
        while True:
            try:
                self.rows("PRAGMA journal_mode = WAL")
            except LockedError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)
            else:
                return

    def _migrate(self) -> None:
        with self.transaction():
            # Another process may have done it while this one waited for its turn.
            for version in range(self._version(), len(MIGRATIONS)):
                for statement in MIGRATIONS[version]:
                    self.rows(statement)
                self.rows(f"PRAGMA user_version = {version + 1}")


def _storable(value: object) -> object:
    """Return a path that is not valid UTF-8 (a cp1251 name on Linux) as its bytes: SQLite refuses such a text."""
    if isinstance(value, str) and not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            return os.fsencode(value)
    return value


def _restored(value: object) -> object:
    return os.fsdecode(value) if isinstance(value, bytes) else value


@contextmanager
def state_errors(folder: Path) -> Iterator[None]:
    """Turn what the system or SQLite says of the state folder into an error that says what to do next.

    Raises:
        FileError: the folder or a file in it cannot be read or written, or is damaged.
        LockedError: another process holds the database.
    """
    try:
        yield
    except sqlite3.Error as error:
        raise _explain_database_error(error, folder) from error
    except OSError as error:
        raise FileError(
            _("The history in {folder} cannot be kept: {reason}.").format(
                folder=folder, reason=error.strerror or type(error).__name__
            ),
            _other_place_hint(),
        ) from error


def _explain_database_error(error: sqlite3.Error, folder: Path) -> CrmCleanError:
    # Extended codes carry the primary one in their low byte.
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code in _BUSY_CODES:
        return LockedError(
            _("Another crmclean has held the history in {folder} for too long.").format(folder=folder),
            _("Try again when it has ended, or give another folder with --state DIR."),
        )
    if code in _DAMAGE_CODES:
        return FileError(
            _("The history in {folder} is damaged: {reason}.").format(folder=folder, reason=error),
            _(
                "Move {path} away, give another folder with --state DIR, or work without a history: --no-history."
            ).format(path=folder / DATABASE_NAME),
        )
    reason = os.strerror(errno.ENOSPC) if code == sqlite3.SQLITE_FULL else str(error)
    return FileError(
        _("The history in {folder} cannot be kept: {reason}.").format(folder=folder, reason=reason),
        _other_place_hint(),
    )


def _other_place_hint() -> str:
    return _("Give another folder with --state DIR, or work without a history: --no-history.")
