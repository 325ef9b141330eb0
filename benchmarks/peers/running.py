"""Runs a command with all its children, measures it from outside, and says why where it did not come to an end."""

import os
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from benchmarks.processes import ROOT

_BETWEEN_LOOKS: Final = 0.1
_LAST_WORDS: Final = 2000


@dataclass(frozen=True)
class Run:
    """One run: wall seconds, peak memory of all its processes together in MiB, why it failed (empty: it did not)."""

    seconds: float
    peak: float
    failure: str = ""


def run_measured(command: Sequence[str], timeout: float, environment: Mapping[str, str] | None = None) -> Run:
    """Run the command from the root of the project in a session of its own.

    Args:
        timeout: seconds after which it and its children are ended.
        environment: variables besides those of this process.
    """
    with tempfile.TemporaryFile() as words:
        start = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        meter = _Meter(process.pid)
        meter.start()
        try:
            process.wait(timeout)
            failure = _failure(process.returncode, words)
        except subprocess.TimeoutExpired:
            failure = f"not done after {timeout:.0f} s"
        finally:
            seconds = time.perf_counter() - start
            meter.stop()
            _end(process)
    return Run(seconds, meter.peak, failure)


def _failure(code: int, words: IO[bytes]) -> str:
    if code == 0:
        return ""
    words.seek(max(words.seek(0, os.SEEK_END) - _LAST_WORDS, 0))
    lines = words.read().decode(errors="replace").strip().splitlines()
    return f"ended with {code}: {lines[-1] if lines else 'no words'}"


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End what is left of the session: the process itself and children that outlived it."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait()


class _Meter(threading.Thread):
    """Looks at the memory of a session again and again; needs `/proc`, without it the peak is 0."""

    def __init__(self, session: int) -> None:
        super().__init__(daemon=True)
        self.session = session
        self.peak = 0.0
        self._done = threading.Event()

    def run(self) -> None:
        while not self._done.wait(_BETWEEN_LOOKS):
            self.peak = max(self.peak, sum(_memory(member) for member in _members(self.session)) / 2**10)

    def stop(self) -> None:
        """Take no more looks."""
        self._done.set()
        self.join()


def _members(session: int) -> list[Path]:
    """Return the folders in `/proc` of the processes of a session."""
    members = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            # The name of the program stands in brackets and may hold blanks; the session is the fourth after it.
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session:
            members.append(folder)
    return members


def _memory(member: Path) -> int:
    """Return the KiB of a process, its share of what it holds in common with others; 0 where it has just ended."""
    try:
        lines = (member / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
