"""The mark of a run under way: a file that its process keeps locked.

The kernel lets go of the lock when the process ends, however it ends, so that a mark left by ``kill -9`` or by a power
cut is told from one of a process at work. A process number could not tell: it is given out again, and it means nothing
to another container that shares the folder.
"""

import os
import sys
from pathlib import Path

from crmclean.history.private_files import FILE_MODE

if sys.platform == "win32":
    import msvcrt

    def try_lock(descriptor: int) -> None:
        """Lock an open file until it is closed, or raise ``PermissionError`` where another process has it locked."""
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def try_lock(descriptor: int) -> None:
        """Lock an open file until it is closed, or raise ``BlockingIOError`` where another process has it locked."""
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class RunningMark:
    """Holds the mark of a run until ``release``.

    Args:
        path: the file; it is made.

    Raises:
        OSError: the file cannot be made. A file system that knows no locks is no error: the mark is then an
            ordinary file, and ``is_held`` knows no answer.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = os.open(path, os.O_RDWR | os.O_CREAT, FILE_MODE)
        try:
            os.chmod(path, FILE_MODE)
            try_lock(self._descriptor)
        except OSError:
            # No locks here (some network drives): the age of the run then says whether it is under way.
            pass

    def release(self) -> None:
        """Let go of the mark and remove its file; a second call does nothing."""
        if self._descriptor is None:
            return
        os.close(self._descriptor)
        self._descriptor = None
        self._path.unlink(missing_ok=True)


def is_held(path: Path) -> bool | None:
    """Return whether a living process holds the mark at ``path``.

    Returns:
        ``None`` where there is no way to know: the file system knows no locks, or the file cannot be opened.
    """
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return False
    except OSError:
        return None
    try:
        try_lock(descriptor)
    except (BlockingIOError, PermissionError):
        # flock says EWOULDBLOCK, the Windows C library EACCES.
        return True
    except OSError:
        return None
    else:
        return False
    finally:
        os.close(descriptor)
