"""The inputs of a run, byte for byte: packed copies in its folder, their names and checksums in the database."""

from pathlib import Path

from crmclean.history.copies import GZIP, ZSTD, PackedInput, pack_input, read_copy, write_copy
from crmclean.history.database import Database


class KeptInputs:
    """What one run was given to read. Positions count from 1 in the order in which the inputs were saved."""

    def __init__(self, database: Database, folder: Path, run: int) -> None:
        self._database = database
        self._folder = folder
        self._run = run

    @property
    def names(self) -> tuple[str, ...]:
        """What the inputs are called, in their order."""
        rows = self._database.rows("SELECT name FROM inputs WHERE run = ? ORDER BY position", self._run)
        return tuple(str(name) for (name,) in rows)

    def path(self, position: int) -> Path:
        """Return where the copy of an input lies, whether it is there or not."""
        of_earlier_version = self._folder / f"input-{position}{GZIP}"
        return of_earlier_version if of_earlier_version.exists() else self._folder / f"input-{position}{ZSTD}"

    def digest(self, position: int) -> str:
        """Return the sha256 of an input in hex, ``""`` where the run has no such input."""
        rows = self._database.rows("SELECT sha256 FROM inputs WHERE run = ? AND position = ?", self._run, position)
        return str(rows[0][0]) if rows else ""

    def save(self, name: str, data: bytes | PackedInput) -> None:
        """Keep the bytes of an input, which may be packed already; they are on the disk when this returns.

        Raises:
            OSError: they cannot be written.
            FileError: the database cannot be written.
        """
        position = len(self.names) + 1
        copy = pack_input(data) if isinstance(data, bytes) else data
        write_copy(self.path(position), copy)
        self._database.rows(
            "INSERT INTO inputs VALUES (?, ?, ?, ?, ?)",
            self._run,
            position,
            name,
            copy.size,
            copy.sha256,
        )

    def read(self, position: int) -> bytes:
        """Return the bytes of an input exactly as they were.

        Raises:
            OSError: the copy cannot be read.
            ValueError: it no longer holds those bytes.
        """
        return read_copy(self.path(position), self.digest(position))
