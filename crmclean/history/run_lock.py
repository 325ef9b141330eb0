"""One nightly run at a time per state folder: a lock that the system takes back from a process that is gone."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from crmclean.core.errors import FileError, LockedError
from crmclean.core.i18n import _
from crmclean.history.database import state_errors
from crmclean.history.private_files import FILE_MODE, make_private_folder
from crmclean.history.running_mark import try_lock

LOCK_NAME: Final = "run.lock"


@contextmanager
def one_run_at_a_time(folder: Path) -> Iterator[None]:
    """Hold the lock of a state folder while the block runs; the folder is made where there is none.

    The file stays: were it removed, a third process could lock a new file of that name beside a second that still
    waits for the old one.

    Raises:
        FileError: the file cannot be made, or the file system knows no locks.
        LockedError: another run holds it.
    """
    with state_errors(folder):
        if not folder.is_dir():
            _make_folder(folder)
        descriptor = os.open(folder / LOCK_NAME, os.O_RDWR | os.O_CREAT, FILE_MODE)
    try:
        _lock(descriptor, folder)
        yield
    finally:
        os.close(descriptor)


def _make_folder(folder: Path) -> None:
    try:
        make_private_folder(folder)
    except FileExistsError:
        # Another run has made it a moment ago; a file of that name is found out by what follows.
        return


def _lock(descriptor: int, folder: Path) -> None:
    try:
        try_lock(descriptor)
    except (BlockingIOError, PermissionError) as error:
        raise LockedError(
            _("Another run works with the history in {folder}.").format(folder=folder),
            _("Nothing was done. Wait until it has ended, or give this run a history of its own: --state DIR."),
        ) from error
    except OSError as error:
        raise FileError(
            _("The folder {folder} cannot be locked against a second run: {reason}.").format(
                folder=folder, reason=error.strerror or type(error).__name__
            ),
            _("Name a folder on a local disk with --state DIR."),
        ) from error
