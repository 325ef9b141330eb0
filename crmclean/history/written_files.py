"""The files that runs wrote: where they lie and what was in them, so that an undo knows its own from a stranger's."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from crmclean.history.database import Database

STREAM: Final = "-"
"""The path of stdin and stdout."""

DATA_OUTPUT: Final = "data"
"""The name among the outputs of a run that the cleaned base has; the others are reports and lists."""


@dataclass(frozen=True)
class WrittenFile:
    """A file that a run wrote: its absolute path (``-`` for stdout) and the sha256 of its bytes, in hex."""

    path: str
    sha256: str


class WrittenFiles:
    """What one run wrote. A file that was written again has a line for each of its contents."""

    def __init__(self, database: Database, run: int) -> None:
        self._database = database
        self._run = run

    def newest(self) -> Mapping[str, WrittenFile]:
        """Return the files by name, with their newest contents."""
        rows = self._database.rows("SELECT name, path, sha256 FROM outputs WHERE run = ? ORDER BY number", self._run)
        return MappingProxyType({str(name): WrittenFile(str(path), str(digest)) for name, path, digest in rows})

    def record(self, name: str, path: str, sha256: str) -> None:
        """Say that a file was written, or is about to be."""
        self._database.rows(
            "INSERT INTO outputs (run, name, path, sha256) VALUES (?, ?, ?, ?)",
            self._run,
            name,
            absolute_path(path),
            sha256,
        )

    def contain(self, sha256: str) -> bool:
        """Return whether one of the files has, or had, these contents."""
        return bool(
            self._database.rows("SELECT 1 FROM outputs WHERE run = ? AND sha256 = ? LIMIT 1", self._run, sha256)
        )

    def later_run(self, sha256: str) -> int | None:
        """Return the number of the newest later run that wrote these contents."""
        rows = self._database.rows("SELECT max(run) FROM outputs WHERE run > ? AND sha256 = ?", self._run, sha256)
        return None if rows[0][0] is None else int(str(rows[0][0]))


def absolute_path(path: str) -> str:
    """Return ``path`` from the root, so that a later command finds it from wherever it is called; ``-`` stays."""
    return path if path == STREAM else os.path.abspath(path)
