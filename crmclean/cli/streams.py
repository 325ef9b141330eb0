"""The standard streams: bytes out, closed pipes, consoles that cannot show every letter."""

import errno
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

from crmclean.core.errors import FileError
from crmclean.core.i18n import _


def prepare_streams() -> None:
    """Let no letter that the console lacks stop the work: it is shown as ``?``."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def stdout_takes_data() -> bool:
    """Tell whether stdout leads into a pipe or a file, and not to a screen, ``/dev/null`` or nowhere."""
    try:
        mode = os.fstat(sys.stdout.fileno()).st_mode
    except (OSError, ValueError, AttributeError):
        # Closed, or replaced by an object that is no file.
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) or stat.S_ISREG(mode)


@contextmanager
def writing_stdout() -> Iterator[None]:
    """Turn what goes wrong with stdout inside the block into an error that says so.

    Raises:
        BrokenPipeError: the reader has closed the pipe.
        FileError: stdout cannot be written, for example because the disk is full.
    """
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        discard_stream(sys.stdout)
        raise FileError(
            _("stdout: cannot be written ({reason}).").format(reason=error.strerror or type(error).__name__),
            _("Name a file with -o FILE, or free some space."),
        ) from error


def write_stdout(data: bytes) -> None:
    """Write bytes to stdout as they are; see ``writing_stdout`` for the errors."""
    with writing_stdout():
        if sys.stdout is None:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        sys.stdout.flush()
        # An unbuffered stdout (`python -u`, PYTHONUNBUFFERED) is a raw file, which may take only a part at a time.
        rest = memoryview(data)
        while rest:
            rest = rest[sys.stdout.buffer.write(rest) :]
        sys.stdout.buffer.flush()


def finish_streams() -> None:
    """Flush both streams; one whose reader has gone is turned away quietly, the interpreter's last flush included."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError, AttributeError):
            discard_stream(stream)


def discard_stream(stream: TextIO | None) -> None:
    """Lead a stream nowhere, so that what still stands in its buffer cannot fail again."""
    with suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        try:
            # An object without a descriptor has nothing that the interpreter would flush.
            os.dup2(nowhere, stream.fileno() if stream is not None else -1)
        finally:
            os.close(nowhere)
