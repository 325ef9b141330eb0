"""A bug: a traceback without customer data goes into a file, one line goes to the screen.

Messages of exceptions and local variables hold cells of the user's file, so that neither is written down: only
types of exceptions, files, lines and functions of the program.
"""

import os
import platform
import re
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from types import TracebackType
from typing import Final

from crmclean import __version__
from crmclean.core.errors import ExitCode
from crmclean.core.i18n import _

_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class CrashGuard:
    """Keeps every bug inside its block away from the screen.

    Attributes:
        exit_code: ``BUG`` after a bug.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self.exit_code = ExitCode.DONE

    def __enter__(self) -> "CrashGuard":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if not isinstance(error, Exception):
            return False
        self.exit_code = ExitCode.BUG
        path = write_crash_file(error)
        place = (
            _("The details, without any of your data, are in {path}").format(path=path)
            if path
            else _("The details could not be written to a file.")
        )
        if isinstance(error, MemoryError):
            first = _("the memory of this machine is not enough for this file.")
        else:
            first = _("an error in crmclean itself ({kind}).").format(kind=type(error).__name__)
        self._say(f"{first} {place}")
        return True


def describe_crash(error: BaseException) -> str:
    """Return where an exception came from, with its causes, without any message or value."""
    lines = [f"crmclean {__version__}, Python {platform.python_version()}, {platform.platform()}"]
    for number, link in enumerate(_chain(error)):
        lines.append("")
        lines.append(f"{'after: ' if number else ''}{type(link).__module__}.{type(link).__qualname__}")
        lines += [
            f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(link.__traceback__)
        ]
    return "\n".join(lines) + "\n"


def write_crash_file(error: BaseException) -> str:
    """Write ``describe_crash`` into a new file that only the user may read; return its path, ``""`` if that fails."""
    folder = os.environ.get("CRMCLEAN_STATE", "")
    try:
        descriptor, path = tempfile.mkstemp(
            prefix="crmclean-crash-", suffix=".txt", dir=folder if os.path.isdir(folder) else None
        )
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(describe_crash(error))
    except OSError:
        return ""
    return path


def say_on_stderr(text: str) -> None:
    """Print ``crmclean: text`` on stderr; control characters, which a file name may hold, as ``?``."""
    # Nobody can be told that there is nobody to tell.
    with suppress(OSError, ValueError):
        if sys.stderr is not None:
            print("crmclean: " + _CONTROL.sub("?", text), file=sys.stderr, flush=True)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception and what led to it, each once."""
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        yield link
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
