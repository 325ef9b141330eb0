"""`python -m benchmarks.dedup`: how fast and how right `crmclean dedup` is on invented bases, as a whole process.

Every run goes file to file. A plain alternative (same cleaned phone = same client) runs in turn with it on the same
file, so that the ratio holds on a busy machine too.
"""

import argparse
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.generator import LAYOUTS, generate, line_writer, write_base, write_truth
from benchmarks.processes import Measured, measure, spread
from crmclean.workflows.evaluate import evaluate_files


def measure_size(folder: Path, rows: int, runs: int, seed: int) -> dict[str, Any]:
    """Return all that was measured on one generated base of so many rows; its files are written to the folder."""
    base, truth = _make_base(folder, rows, seed)
    clusters, plain_clusters = folder / f"{rows}.clusters.csv", folder / f"{rows}.same_phone.csv"
    own: list[Measured] = []
    plain: list[Measured] = []
    for _ in range(runs):
        own.append(measure(_own_command(base, folder / f"{rows}.clean.csv", clusters)))
        plain.append(measure(_plain_command(base, folder / f"{rows}.same_phone.clean.csv", plain_clusters)))
    return {
        "rows": rows,
        "seconds": [run.seconds for run in own],
        "peak_mib": max(run.peak for run in own),
        "plain_seconds": [run.seconds for run in plain],
        "plain_peak_mib": max(run.peak for run in plain),
        "ratio": median(run.seconds for run in own) / median(run.seconds for run in plain),
        "report": json.loads(own[-1].stdout),
        "evaluation": asdict(evaluate_files(str(clusters), str(truth))),
        "plain_evaluation": asdict(evaluate_files(str(plain_clusters), str(truth))),
    }


def _make_base(folder: Path, rows: int, seed: int) -> tuple[Path, Path]:
    layout = LAYOUTS["plain"]
    base, truth = folder / f"{rows}.csv", folder / f"{rows}.truth.csv"
    made = generate(rows, seed, "mixed", layout, line_writer(layout))
    write_base(made, layout, base)
    write_truth(made, truth)
    return base, truth


def _own_command(base: Path, output: Path, clusters: Path) -> list[str]:
    journal, report = output.with_suffix(".journal.csv"), output.with_suffix(".json")
    command = [sys.executable, "-m", "crmclean", "dedup", str(base), "-o", str(output), "--clusters", str(clusters)]
    return [*command, "--journal", str(journal), "--report", str(report), "--no-history", "--json", "--force"]


def _plain_command(base: Path, output: Path, clusters: Path) -> list[str]:
    command = [sys.executable, "-m", "benchmarks.peers.same_phone", str(base)]
    return [*command, "-o", str(output), "--clusters", str(clusters)]


def show(result: dict[str, Any]) -> str:
    """Return what was measured on one base as lines of text."""
    lines = [
        f"{result['rows']:,} rows",
        f"  crmclean dedup   {spread(result['seconds'])}, peak {result['peak_mib']:.0f} MiB",
        f"  same phone       {spread(result['plain_seconds'])}, peak {result['plain_peak_mib']:.0f} MiB",
        f"  ratio            {result['ratio']:.2f}",
    ]
    for title, evaluation in (("crmclean", result["evaluation"]), ("same phone", result["plain_evaluation"])):
        for measure_name, score in evaluation["scores"].items():
            lines.append(
                f"  {title:11}{measure_name:14} precision {score['precision']:.4f}  recall {score['recall']:.4f}"
                f"  F1 {score['f1']:.4f}"
            )
    return "\n".join(lines)


def main() -> None:
    """Read the arguments, measure every size, print the results."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dedup", description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000], help="sizes of base (10000 100000)")
    parser.add_argument("--runs", type=int, default=3, help="runs of each (3)")
    parser.add_argument("--seed", type=int, default=7, help="seed of the bases (7)")
    parser.add_argument("--folder", type=Path, help="keep the files here (a temporary folder by default)")
    parser.add_argument("--json", action="store_true", help="one JSON object a size, with the figures of every class")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder: Path = arguments.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        for rows in arguments.rows:
            result = measure_size(folder, rows, arguments.runs, arguments.seed)
            print(json.dumps(result) if arguments.json else show(result), flush=True)


if __name__ == "__main__":
    main()
