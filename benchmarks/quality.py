"""`python -m benchmarks.quality`: how right `crmclean dedup` is on bases of several seeds, with its defaults.

For each base precision, recall and F1 of what was merged by itself, of the likely and of the companies, the recall when
a person answers the doubtful pairs rightly, how many pairs that takes, and the calibration of all bases together.
"""

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from benchmarks.generator import LAYOUTS, PROFILES, Profile, generate, line_writer, write_base, write_truth
from benchmarks.processes import measure
from crmclean.core.evaluation import Calibration, Evaluation
from crmclean.workflows.evaluate import evaluate_files

AIMS: Final = (
    ("F1 of the likely, people", "likely_person", "f1", 0.96),
    ("precision of what is merged by itself, people", "person", "precision", 0.995),
    ("recall of what is merged by itself, people", "person", "recall", 0.85),
    ("recall, doubtful pairs answered rightly, people", "answered_person", "recall", 0.97),
    ("F1 of the companies", "company", "f1", 0.96),
    ("precision of the companies", "company", "precision", 0.985),
)
MOST_QUESTIONS: Final = 3.0


def evaluate_base(folder: Path, rows: int, seed: int, profile: Profile) -> Evaluation:
    """Return the evaluation of one generated base; its files are written to the folder."""
    layout = LAYOUTS["plain"]
    made = generate(rows, seed, profile, layout, line_writer(layout))
    base, truth = folder / "base.csv", folder / "truth.csv"
    write_base(made, layout, base)
    write_truth(made, truth)
    clusters, pairs = folder / "clusters.csv", folder / "pairs.csv"
    command = [sys.executable, "-m", "crmclean", "dedup", str(base), "-o", str(folder / "clean.csv")]
    measure([*command, "--clusters", str(clusters), "--pairs", str(pairs), "--no-history", "--force", "--quiet"])
    return evaluate_files(str(clusters), str(truth), str(pairs))


def show(evaluations: dict[str, Evaluation]) -> str:
    """Return the figures of all bases as a table of text, the worst base last."""
    table = pd.DataFrame(
        {
            name: [getattr(found.scores[measure_], figure) for _, measure_, figure, _ in AIMS]
            for name, found in evaluations.items()
        },
        index=[title for title, _, _, _ in AIMS],
    )
    table["worst"] = table.min(axis=1)
    table["aim"] = [aim for _, _, _, aim in AIMS]
    asked = [sum(found.pairs.per_100_records.values()) for found in evaluations.values() if found.pairs]
    lines = [table.map("{:.4f}".format).to_string()]
    lines.append(
        f"pairs put to a person for 100 records: {min(asked):.2f}–{max(asked):.2f} (at most {MOST_QUESTIONS:.0f})"
    )
    for kind in ("person", "company"):
        bins = [
            found.pairs.calibration[kind]
            for found in evaluations.values()
            if found.pairs and kind in found.pairs.calibration
        ]
        lines.append(f"calibration, {kind}: {_calibration(bins)}")
    return "\n".join(lines)


def _calibration(found: list[Calibration]) -> str:
    """Return mean probability and share true of every bin over all bases."""
    parts = []
    for bins in zip(*(one.bins for one in found), strict=True):
        pairs = np.array([one.pairs for one in bins], dtype=np.float64)
        if not pairs.sum():
            continue
        mean = sum(one.pairs * (one.mean_probability or 0.0) for one in bins) / pairs.sum()
        true = sum(one.pairs * (one.share_true or 0.0) for one in bins) / pairs.sum()
        parts.append(f"{mean:.3f}→{true:.3f} ({int(pairs.sum())})")
    return ", ".join(parts)


def main() -> None:
    """Read the arguments, evaluate every base, print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quality", description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000, help="records in each base (20000)")
    parser.add_argument("--seeds", type=int, nargs="+", default=[401, 402, 403], help="a base for each (401 402 403)")
    parser.add_argument("--profiles", nargs="+", default=list(PROFILES), choices=list(PROFILES), help="kinds of base")
    arguments = parser.parse_args()
    evaluations = {}
    for profile in arguments.profiles:
        for seed in arguments.seeds:
            with tempfile.TemporaryDirectory() as folder:
                evaluations[f"{profile} {seed}"] = evaluate_base(Path(folder), arguments.rows, seed, profile)
    print(show(evaluations))


if __name__ == "__main__":
    main()
