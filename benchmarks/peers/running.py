"""Runs a command with all its children, measures it from outside, and says why where it did not come to an end."""

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Final

from benchmarks.memory import MemoryMeter
from benchmarks.processes import ROOT

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
        meter = MemoryMeter(process.pid)
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
