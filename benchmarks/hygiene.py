"""`python -m benchmarks.hygiene`: how long each hygiene job takes beyond reading its file, and how much memory.

Each job runs in a process of its own on an invented base; the time to read the file, in the same process, is what it
is compared with.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any, Final

from benchmarks.generator.hygiene_base import write_hygiene
from benchmarks.memory import forget_peak, memory_of_self
from benchmarks.peers.table import format_table
from benchmarks.processes import ROOT, spread

TODAY: Final = date(2026, 11, 22)
FILES: Final = {
    "dead": "contacts.csv",
    "deals": "deals.csv",
    "cadence": "orders.csv",
    "funnel": "deals.csv",
    "audit": "contacts.csv",
}
"""The file that each job reads."""


def measure_job(job: str, folder: Path) -> dict[str, Any]:
    """Run one job in this process.

    Returns:
        ``rows``, seconds of ``read`` and ``job``, and the MiB that the job took ``beyond`` what reading had left.
    """
    import time

    from crmclean.cli.memory import prepare_memory
    from crmclean.cli.second_core import second_core
    from crmclean.core.settings import ReadSettings
    from crmclean.files.reading import read_bytes, read_table

    prepare_memory()
    path = str(folder / FILES[job])
    start = time.perf_counter()
    table = read_table(read_bytes(path), path, ReadSettings()).table
    read = time.perf_counter() - start
    with second_core([path]) as beside:
        work = _work_of(job, folder, beside)
        forget_peak()
        before = memory_of_self().now
        start = time.perf_counter()
        outcome = work(table)
        seconds = time.perf_counter() - start
    if len(outcome.table) != len(table):
        raise SystemExit(f"{job} lost rows")
    return {"rows": len(table), "read": read, "job": seconds, "beyond": memory_of_self().peak - before}


def _work_of(job: str, folder: Path, beside: Executor) -> Callable[[Any], Any]:
    from crmclean.cli.running import read_evidence
    from crmclean.core.steps import STEPS
    from crmclean.hygiene.audit import audit
    from crmclean.hygiene.bounces import read_bounces
    from crmclean.hygiene.cadence import cadence
    from crmclean.hygiene.calls import read_calls
    from crmclean.hygiene.dead import find_dead
    from crmclean.hygiene.deals import find_twin_deals
    from crmclean.hygiene.funnel import funnel

    settings = STEPS[job](as_of=TODAY.isoformat())
    if job == "dead":
        calls = read_calls(read_evidence("calls", str(folder / "calls.csv")))
        bounces = read_bounces(read_evidence("bounces", str(folder / "bounces.csv")))
        return lambda table: find_dead(table, settings, calls, bounces, beside)
    works: dict[str, Callable[[Any, Any], Any]]
    works = {"deals": find_twin_deals, "cadence": cadence, "funnel": funnel, "audit": audit}
    return lambda table: works[job](table, settings)


def _measure_apart(job: str, folder: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.hygiene", "--one", job, "--folder", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{job} ended with {done.returncode}:\n{done.stderr}")
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def show(results: Mapping[str, Sequence[dict[str, Any]]]) -> str:
    """Return the figures of all jobs as a table, medians with the least and the most."""
    lines = [
        [
            job,
            f"{runs[0]['rows']:,}",
            spread([run["job"] for run in runs]),
            f"{median(run['job'] / run['read'] for run in runs):.1f}",
            f"{max(run['beyond'] for run in runs):,.0f}",
        ]
        for job, runs in results.items()
    ]
    return format_table(["job", "rows", "beyond reading", "× reading", "MiB beyond"], lines)


def main() -> None:
    """Read the arguments, measure every job, print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hygiene", description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000, help="rows of each file (100000)")
    parser.add_argument("--runs", type=int, default=3, help="runs of each job (3)")
    parser.add_argument("--seed", type=int, default=7, help="seed of the base (7)")
    parser.add_argument("--jobs", choices=tuple(FILES), nargs="+", default=list(FILES), help="which jobs (all)")
    parser.add_argument("--folder", type=Path, help="keep the files here (a temporary folder by default)")
    parser.add_argument("--one", choices=tuple(FILES), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        print(json.dumps(measure_job(arguments.one, arguments.folder)))
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder: Path = arguments.folder or Path(temporary)
        if not (folder / "contacts.csv").exists():
            write_hygiene(folder, arguments.rows, arguments.seed, TODAY, "mango")
        results: dict[str, list[dict[str, Any]]] = {
            job: [_measure_apart(job, folder) for _ in range(arguments.runs)] for job in arguments.jobs
        }
        print(show(results))


if __name__ == "__main__":
    main()
