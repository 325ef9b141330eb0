"""Runs a command as a whole process and measures it from outside."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

from benchmarks.memory import MemoryMeter

ROOT: Final = Path(__file__).parent.parent


@dataclass(frozen=True)
class Measured:
    """One run: wall seconds, peak memory of all its processes together in MiB, what it wrote to stdout."""

    seconds: float
    peak: float
    stdout: str


def measure(command: Sequence[str]) -> Measured:
    """Run the command from the root of the project; SystemExit with its stderr where it fails."""
    with tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr:
        start = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr, start_new_session=True
        )
        meter = MemoryMeter(process.pid)
        meter.start()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        meter.stop()
        process.returncode = os.waitstatus_to_exitcode(status)
        stdout.seek(0)
        stderr.seek(0)
        if process.returncode:
            raise SystemExit(f"{' '.join(command)} ended with {process.returncode}:\n{stderr.read().decode()}")
        unit = 1 if sys.platform == "darwin" else 1024  # macOS counts bytes, Linux KiB
        return Measured(seconds, max(usage.ru_maxrss * unit / 2**20, meter.peak), stdout.read().decode())


def spread(values: Sequence[float]) -> str:
    """Return the median of the values and, behind it, the least and the greatest."""
    return f"{median(values):.2f} s ({min(values):.2f}–{max(values):.2f}, {len(values)} runs)"
