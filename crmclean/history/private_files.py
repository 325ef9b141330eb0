"""Folders and files that only their owner may read, whatever the umask is, and that are safely on the disk."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

FOLDER_MODE: Final = 0o700
FILE_MODE: Final = 0o600


def make_private_folder(folder: Path) -> None:
    """Make ``folder`` with mode 0700; its missing parents get the usual mode.

    Raises:
        FileExistsError: something of that name is there already.
        OSError: it cannot be made.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    os.mkdir(folder, FOLDER_MODE)
    # The umask may have taken bits away even from the owner.
    os.chmod(folder, FOLDER_MODE)


def make_private_file(path: Path) -> None:
    """Make an empty file with mode 0600 unless there is a file; a wider mode is taken from one of the user's own.

    Raises:
        OSError: it cannot be made.
    """
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT, FILE_MODE))
    with suppress(PermissionError):
        os.chmod(path, FILE_MODE)


@contextmanager
def write_private_file(path: Path) -> Iterator[BinaryIO]:
    """Write a new file with mode 0600; when the block ends without an error, its bytes are on the disk.

    Raises:
        FileExistsError: there is such a file already.
        OSError: it cannot be written.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), FILE_MODE)
    with os.fdopen(descriptor, "wb") as file:
        os.chmod(path, FILE_MODE)
        yield file
        file.flush()
        os.fsync(file.fileno())


def remove_folder(folder: Path) -> bool:
    """Remove a folder with all that is in it; return whether it is gone."""
    shutil.rmtree(folder, ignore_errors=True)
    return not folder.exists()


def sync_folder(folder: Path) -> None:
    """Bring the names in ``folder`` to the disk, where the system knows how to."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
