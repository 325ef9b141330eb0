"""`python -m benchmarks.dead`: how well `crmclean dead` finds the lost clients of invented bases.

Each base is written by the generator with its truth, and tagged by the program as a whole process, with the results of
calls and the returned mails. For ``dead`` and for every reason the table shows precision (how much of what was tagged
is true) and recall (how much of what is true was tagged).
"""

import argparse
import csv
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from benchmarks.generator.hygiene_base import write_hygiene
from benchmarks.generator.hygiene_truth import REASONS

TODAY: Final = date(2026, 11, 22)
SEEDS: Final = (101, 102, 103)


@dataclass
class Score:
    """How often each tag was true, found, and both; and how often the proposal was the right one."""

    true: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    both: Counter[str] = field(default_factory=Counter)
    rows: int = 0
    proposals: int = 0

    def add(self, truth: set[str], found: set[str], same_proposal: bool) -> None:
        """Count one record."""
        self.true.update(truth)
        self.found.update(found)
        self.both.update(truth & found)
        self.rows += 1
        self.proposals += same_proposal

    def lines(self) -> Iterator[str]:
        """Yield the table line by line."""
        yield f"{'tag':<18}{'precision':>10}{'recall':>8}{'true':>8}{'tagged':>8}"
        for tag in ("dead", *REASONS):
            precision = self.both[tag] / self.found[tag] if self.found[tag] else 1.0
            recall = self.both[tag] / self.true[tag] if self.true[tag] else 1.0
            yield f"{tag:<18}{precision:>10.4f}{recall:>8.4f}{self.true[tag]:>8}{self.found[tag]:>8}"
        yield f"{'same proposal':<18}{self.proposals / max(1, self.rows):>10.4f}"


def tag_base(folder: Path, rows: int, seed: int) -> tuple[Score, float]:
    """Write a base into the folder, let the program tag it, and compare; return the seconds of the program too."""
    write_hygiene(folder, rows, seed, TODAY, "mango")
    files = {name: str(folder / f"{name}.csv") for name in ("contacts", "calls", "bounces", "tags", "tagged")}
    command = [sys.executable, "-m", "crmclean", "dead", files["contacts"], "--calls", files["calls"]]
    command += ["--bounces", files["bounces"], "--tags", files["tags"], "-o", files["tagged"]]
    command += ["--as-of", TODAY.isoformat(), "--no-history", "--quiet"]
    started = time.perf_counter()
    subprocess.run(command, check=True)
    return _compare(folder), time.perf_counter() - started


def _compare(folder: Path) -> Score:
    score = Score()
    truth, tags = _read(folder / "contacts.truth.csv", ","), _read(folder / "tags.csv", ",")
    for known, tag, record in zip(truth, tags, _read(folder / "tagged.csv", ";"), strict=True):
        if (known["row"], known["id"]) != (tag["row"], tag["id"]):
            raise SystemExit(f"row {known['row']}: the lines of tags and truth are not of one record")
        same = known["proposal"] == record["crmclean_proposal"]
        score.add(_tags_of(known), _tags_of(tag), same)
    return score


def _read(path: Path, delimiter: str) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file, delimiter=delimiter)


def _tags_of(line: dict[str, str]) -> set[str]:
    return {*filter(None, line["reasons"].split(",")), *(["dead"] if line["dead"] == "1" else [])}


def main() -> None:
    """Tag a base for every seed and print how well that went."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dead", description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000, help="records of each base (20000)")
    parser.add_argument("--seeds", type=int, nargs="+", default=list(SEEDS), help="one base for each (101 102 103)")
    arguments = parser.parse_args()
    for seed in arguments.seeds:
        with tempfile.TemporaryDirectory() as folder:
            score, seconds = tag_base(Path(folder), arguments.rows, seed)
        print(f"seed {seed}, {arguments.rows} records, {seconds:.1f} s")
        print("\n".join(score.lines()), end="\n\n", flush=True)


if __name__ == "__main__":
    main()
