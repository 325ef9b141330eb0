"""Ctrl-C, SIGTERM and a closed terminal: all of them unwind the work, so that no temporary file stays behind."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

_SIGNALS: Final = ("SIGTERM", "SIGHUP", "SIGBREAK")


class Terminated(KeyboardInterrupt):
    """The process was told to end.

    Attributes:
        exit_code: 128 plus the number of the signal, as shells count.
    """

    def __init__(self, number: int) -> None:
        super().__init__()
        self.exit_code = 128 + number


@contextmanager
def signals_unwind() -> Iterator[None]:
    """Turn the signals that end a process into ``Terminated`` while the block runs.

    A signal that is ignored (``nohup``) or handled by somebody else is left alone.
    """
    replaced: list[signal.Signals] = []
    if threading.current_thread() is threading.main_thread():
        for name in _SIGNALS:
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) == signal.SIG_DFL:
                signal.signal(number, _terminate)
                replaced.append(number)
    try:
        yield
    finally:
        for number in replaced:
            signal.signal(number, signal.SIG_DFL)


def _terminate(number: int, frame: FrameType | None) -> None:
    raise Terminated(number)
