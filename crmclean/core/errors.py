"""What stops the work: each error says what, where, and what to do next, and knows its exit code."""

from enum import IntEnum


class ExitCode(IntEnum):
    """The exit codes that scripts rely on."""

    DONE = 0
    THRESHOLD_MISSED = 1
    USAGE = 2
    FILE = 3
    LOCKED = 4
    BUG = 70
    INTERRUPTED = 130


class CrmCleanError(Exception):
    """Stops the work with one clear line.

    Args:
        message: what is wrong and where, already translated.
        hint: what to do next, already translated; may be empty.
    """

    exit_code = ExitCode.USAGE

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class UsageError(CrmCleanError):
    """The call or the config is wrong."""


class FileError(CrmCleanError):
    """A file could not be read or written."""

    exit_code = ExitCode.FILE


class LockedError(CrmCleanError):
    """Another run holds the lock."""

    exit_code = ExitCode.LOCKED


class RowBalanceError(AssertionError):
    """Rows in are not rows out plus rows merged away: a bug, never the user's fault."""
