"""The memory of a process with all its children, seen from outside."""

import threading
from pathlib import Path
from typing import Final, NamedTuple

_BETWEEN_LOOKS: Final = 0.1


class MemoryMeter(threading.Thread):
    """Looks at the memory of all processes of a session again and again; needs `/proc`, without it the peak is 0.

    Attributes:
        peak: MiB.
    """

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


class Memory(NamedTuple):
    """The MiB of a process: those of this moment, and the most since it began or since ``forget_peak``."""

    now: float
    peak: float


def memory_of_self() -> Memory:
    """Return the memory of this process; needs `/proc`."""
    lines = Path("/proc/self/status").read_text().splitlines()
    found = {line.split(":")[0]: int(line.split()[1]) / 2**10 for line in lines if line.startswith(("VmRSS", "VmHWM"))}
    return Memory(found["VmRSS"], found["VmHWM"])


def forget_peak() -> None:
    """Begin to measure the peak of this process anew; needs `/proc`."""
    Path("/proc/self/clear_refs").write_text("5")
