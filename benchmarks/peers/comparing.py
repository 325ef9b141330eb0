"""crmclean and its peers on the same generated bases, one after the other: how right, how long, how much memory."""

import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import mean, median
from typing import Any, Final

import pandas as pd

from benchmarks.generator import LAYOUTS, Profile, generate, line_writer, write_base, write_truth
from benchmarks.peers.environments import FOLDER, BrokenEnvironmentError, python_of
from benchmarks.peers.own import TITLE, run_crmclean
from benchmarks.peers.registry import Peer
from benchmarks.peers.running import Run, run_measured
from benchmarks.peers.scoring import Way, score_ways, usual_and_best
from benchmarks.peers.table import format_table

HEADER: Final = ("people", "threshold", "precision", "recall", "F1", "F1, worst seed", "seconds", "peak, MiB")


@dataclass(frozen=True)
class Limits:
    """What a run may take, and where the environments stand."""

    timeout: float = 3600.0
    environments: Path = FOLDER


@dataclass(frozen=True)
class Result:
    """What one of them did with one base; no ways where it failed."""

    title: str
    seed: int
    run: Run
    ways: list[Way]

    def as_dict(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return asdict(self)


def make_base(folder: Path, rows: int, seed: int, profile: Profile) -> tuple[Path, Path]:
    """Write a generated base and its truth; return both."""
    layout = LAYOUTS["plain"]
    base, truth = folder / f"{profile}.{rows}.{seed}.csv", folder / f"{profile}.{rows}.{seed}.truth.csv"
    made = generate(rows, seed, profile, layout, line_writer(layout))
    write_base(made, layout, base)
    write_truth(made, truth)
    return base, truth


def compare(base: Path, truth: Path, seed: int, peers: Sequence[Peer], limits: Limits) -> list[Result]:
    """Return what crmclean and each peer did with a base; whoever failed is in the list with the reason."""
    labels = base.with_suffix(".crmclean.labels.csv")
    run = run_crmclean(base, labels, limits.timeout)
    results = [Result(TITLE, seed, run, [] if run.failure else score_ways(labels, truth))]
    rows = len(pd.read_csv(truth, usecols=["row"]))
    for peer in peers:
        print(f"seed {seed}: {peer.title}", file=sys.stderr, flush=True)
        output = base.with_suffix(f".{peer.name}.labels.csv")
        run = _run_peer(peer, rows, base, truth, output, limits)
        results.append(Result(peer.title, seed, run, [] if run.failure else usual_and_best(score_ways(output, truth))))
    return results


def _run_peer(peer: Peer, rows: int, base: Path, truth: Path, output: Path, limits: Limits) -> Run:
    if peer.most_rows is not None and rows > peer.most_rows:
        return Run(0.0, 0.0, f"not run: more than {peer.most_rows:,} rows are too many for it")
    try:
        python = python_of(peer.environment, limits.environments)
    except BrokenEnvironmentError as failure:
        return Run(0.0, 0.0, str(failure))
    return run_measured(peer.command(python, base, truth, output), limits.timeout, dict(peer.variables))


def show(results: Sequence[Result]) -> str:
    """Return one table: for each way the means over the bases; below it who failed, and why."""
    lines = []
    for title in dict.fromkeys(result.title for result in results):
        done = [result for result in results if result.title == title and result.ways]
        failed = [result for result in results if result.title == title and not result.ways]
        lines.extend(_lines_of(title, done))
        if failed:
            lines.append([title, f"failed {len(failed)} of {len(done) + len(failed)}", *[""] * (len(HEADER) - 2)])
    reasons = [f"{result.title}, seed {result.seed}: {result.run.failure}" for result in results if result.run.failure]
    table = format_table(HEADER, lines, left=2)
    return "\n".join([table, "", *(f"- {reason}" for reason in reasons)]) if reasons else table


def _lines_of(title: str, done: Sequence[Result]) -> list[list[str]]:
    lines = []
    for place, way in enumerate(done[0].ways if done else []):
        ways = [result.ways[place] for result in done]
        means = [mean(getattr(way, figure) for way in ways) for figure in ("precision", "recall", "f1")]
        worst = min(way.f1 for way in ways)
        seconds, peak = median(result.run.seconds for result in done), max(result.run.peak for result in done)
        figures = [f"{figure:.4f}" for figure in (*means, worst)]
        # One run gives all the ways.
        costs = ["", ""] if place else [f"{seconds:.1f}", f"{peak:.0f}"]
        lines.append([title, way.name, *figures, *costs])
    return lines
