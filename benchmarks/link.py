"""`python -m benchmarks.link`: how fast `crmclean link` looks new records up in a big base, as a whole process.

One invented base is parted at random into the base and the new records. The first call matches the base and keeps its
index; the next ones take it from the history. The truth says how many of the answers are right.
"""

import argparse
import csv
import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.generator import LAYOUTS, Base, generate, line_writer, write_base
from benchmarks.processes import Measured, measure, spread


@dataclass(frozen=True)
class Files:
    """The base, the new records, and who everybody is: person, else company, by ID."""

    base: Path
    new: Path
    client: dict[str, str]


def make_files(folder: Path, base_rows: int, rows: int, seed: int) -> Files:
    """Return a base and new records of the same world, written to a folder."""
    layout = LAYOUTS["plain"]
    whole = generate(base_rows + rows, seed, "mixed", layout, line_writer(layout))
    chosen = np.zeros(base_rows + rows, dtype=np.bool_)
    chosen[np.random.default_rng(seed).choice(base_rows + rows, rows, replace=False)] = True
    files = Files(
        folder / "base.csv",
        folder / "new.csv",
        {
            str(number): truth.person_id or truth.company_id
            for number, truth in zip(whole.ids, whole.truth, strict=True)
        },
    )
    for path, places in ((files.base, np.flatnonzero(~chosen)), (files.new, np.flatnonzero(chosen))):
        kept = places.tolist()
        part = Base(
            [whole.lines[place] for place in kept],
            [whole.ids[place] for place in kept],
            [whole.truth[place] for place in kept],
        )
        write_base(part, layout, path)
    return files


def link_once(files: Files, folder: Path) -> Measured:
    """Look the new records up in the base, as a process of its own."""
    command = [sys.executable, "-m", "crmclean", "link", str(files.new), "--base", str(files.base)]
    return measure([*command, "-o", str(folder / "linked.csv"), "--state", str(folder / "state"), "--force", "--json"])


def score_answers(files: Files, folder: Path) -> dict[str, int]:
    """Return how many records were said to be known, how many of them rightly, and how many the base has."""
    in_base = {files.client[number] for number in _column(files.base, "ID")}
    said = right = there = 0
    with (folder / "linked.csv").open(encoding="utf-8-sig", newline="") as file:
        for entry in csv.DictReader(file, delimiter=";"):
            client = files.client[entry["ID"]]
            there += client in in_base
            if entry["crmclean_link"] == "known":
                said += 1
                right += files.client[entry["crmclean_base_id"]] == client
    return {"said_known": said, "right": right, "in_base": there}


def _column(path: Path, name: str) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [entry[name] for entry in csv.DictReader(file, delimiter=";")]


def measure_link(folder: Path, base_rows: int, rows: int, runs: int, seed: int) -> dict[str, Any]:
    """Return all that was measured; the files are written to the folder."""
    files = make_files(folder, base_rows, rows, seed)
    first = link_once(files, folder)
    later = [link_once(files, folder) for _ in range(runs)]
    index = folder / "state" / "indexes"
    return {
        "base_rows": base_rows,
        "rows": rows,
        "index_seconds": first.seconds,
        "index_peak_mib": first.peak,
        "index_mib": sum(path.stat().st_size for path in index.rglob("*") if path.is_file()) / 2**20,
        "seconds": [run.seconds for run in later],
        "peak_mib": max(run.peak for run in later),
        "report": json.loads(later[-1].stdout),
        **score_answers(files, folder),
    }


def show(result: dict[str, Any]) -> str:
    """Return what was measured as lines of text."""
    said, right, there = result["said_known"], result["right"], result["in_base"]
    return "\n".join(
        [
            f"{result['rows']:,} new records, a base of {result['base_rows']:,}",
            f"  first call, the base is indexed   {result['index_seconds']:.2f} s, peak {result['index_peak_mib']:.0f}"
            f" MiB; the index takes {result['index_mib']:.0f} MiB",
            f"  with the index                    {spread(result['seconds'])}, peak {result['peak_mib']:.0f} MiB",
            f"  said to be known {said}, rightly {right / max(said, 1):.4f};"
            f" of {there} that the base has {right / max(there, 1):.4f}",
        ]
    )


def main() -> None:
    """Read the arguments, measure, print the results."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.link", description=__doc__)
    parser.add_argument("--base-rows", type=int, default=100_000, help="records of the base (100000)")
    parser.add_argument("--rows", type=int, default=10_000, help="new records (10000)")
    parser.add_argument("--runs", type=int, default=3, help="runs with the index (3)")
    parser.add_argument("--seed", type=int, default=7, help="seed of the base (7)")
    parser.add_argument("--folder", type=Path, help="keep the files here (a temporary folder by default)")
    parser.add_argument("--json", action="store_true", help="the result as one JSON object")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder: Path = arguments.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        result = measure_link(folder, arguments.base_rows, arguments.rows, arguments.runs, arguments.seed)
        print(json.dumps(result) if arguments.json else show(result), flush=True)


if __name__ == "__main__":
    main()
