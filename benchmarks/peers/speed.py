"""The whole run of crmclean beside the part of Splink alone, on the same base in turn.

crmclean: from file to file with the journal, the clusters and a report in JSON. Splink: the phones prepared with
phonenumbers, the model trained, the pairs predicted and clustered at 0.95; it writes nothing but the labels. Of a large
base it makes fewer candidate pairs than where its quality is measured.
"""

from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any, Final

from benchmarks.peers.comparing import Limits
from benchmarks.peers.environments import python_of
from benchmarks.peers.own import run_crmclean
from benchmarks.peers.running import Run, run_measured
from benchmarks.peers.table import format_table

LARGE_FROM: Final = 500_000
"""So many rows are a large base."""


@dataclass(frozen=True)
class Speed:
    """The runs of both on one base; a run that failed says so."""

    rows: int
    own: list[Run]
    splink: list[Run]

    @property
    def ratio(self) -> float:
        """The time of crmclean over that of Splink, medians."""
        return _middle(self.own) / _middle(self.splink)

    @property
    def failures(self) -> list[str]:
        """Why runs failed."""
        return [run.failure for run in (*self.own, *self.splink) if run.failure]

    def as_dict(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return {**asdict(self), "ratio": self.ratio}


def measure_speed(base: Path, rows: int, runs: int, limits: Limits) -> Speed:
    """Run both so many times in turn.

    Raises:
        BrokenEnvironmentError: the environment of Splink could not be made.
    """
    python = python_of("splink", limits.environments)
    journal = base.with_suffix(".journal.csv")
    options = ("--journal", str(journal), "--json")
    labels, model = base.with_suffix(".splink.csv"), "client_base_large" if rows >= LARGE_FROM else "client_base"
    splink = [str(python), "-m", "benchmarks.peers.splink_peer", str(base), "-o", str(labels), "--model", model]
    own_runs, splink_runs = [], []
    for _ in range(runs):
        own_runs.append(run_crmclean(base, base.with_suffix(".labels.csv"), limits.timeout, options))
        splink_runs.append(run_measured(splink, limits.timeout))
    return Speed(rows, own_runs, splink_runs)


def _middle(runs: list[Run]) -> float:
    return median(run.seconds for run in runs)


def show(speed: Speed) -> str:
    """Return a table of both and their ratio; below it why runs failed."""
    lines = []
    for title, runs in (("crmclean, file to file", speed.own), ("Splink 5.0, its part alone", speed.splink)):
        seconds = [run.seconds for run in runs]
        peak = max(run.peak for run in runs)
        lines.append([title, f"{median(seconds):.1f}", f"{min(seconds):.1f}–{max(seconds):.1f}", f"{peak:.0f}"])
    table = format_table([f"{speed.rows:,} rows", "seconds", "least–most", "peak, MiB"], lines)
    return "\n".join([table, "", f"crmclean takes {speed.ratio:.2f} × the time of Splink.", *speed.failures])
