"""The call of crmclean that the peers are measured beside: the command of this checkout, file to file."""

import csv
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from benchmarks.peers.running import Run, run_measured

TITLE: Final = "crmclean"
WAYS: Final = {"cluster_id": "merged by itself", "likely_id": "and the likely"}
"""What the two columns of labels are, in words."""


def run_crmclean(base: Path, labels: Path, timeout: float, options: Sequence[str] = ()) -> Run:
    """Find the duplicates of a base; its labels are written to a file, the rest beside it."""
    clusters, clean = labels.with_suffix(".clusters.csv"), labels.with_suffix(".clean.csv")
    command = [sys.executable, "-m", "crmclean", "dedup", str(base), "-o", str(clean), "--clusters", str(clusters)]
    run = run_measured([*command, "--no-history", "--force", "--quiet", *options], timeout)
    if not run.failure:
        _keep_labels(clusters, labels)
    return run


def _keep_labels(clusters: Path, labels: Path) -> None:
    """Write of the clusters that crmclean gives only the row and the labels of people."""
    with clusters.open(encoding="utf-8-sig", newline="") as source, labels.open("w", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(["row", *WAYS.values()])
        writer.writerows([line["row"], *(line[name] for name in WAYS)] for line in csv.DictReader(source))
