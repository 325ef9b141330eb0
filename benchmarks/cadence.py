"""`python -m benchmarks.cadence`: how often `crmclean cadence` is right about who is overdue, and how long it takes.

The orders come from the generator with their truth. Two clients of the truth who share an INN are one client for
everybody but the generator: they are counted apart and left out of the share.
"""

import argparse
import csv
import tempfile
import time
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Final

from benchmarks.generator.hygiene_base import write_hygiene
from crmclean.core.hygiene_settings import CadenceSettings
from crmclean.core.settings import ReadSettings
from crmclean.files.reading import read_bytes, read_table
from crmclean.hygiene.cadence import cadence

_TODAY: Final = date(2026, 11, 22)


def main() -> None:
    """Read the arguments and print a line per seed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cadence", description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000, help="orders of each base (10000)")
    parser.add_argument("--seeds", type=int, nargs="+", default=[101, 202, 303], help="bases (101 202 303)")
    arguments = parser.parse_args()
    print(f"{'seed':>6} {'clients':>8} {'right':>8} {'missed':>7} {'wrong':>7} {'one INN':>8} {'seconds':>8}")
    for seed in arguments.seeds:
        with tempfile.TemporaryDirectory() as folder:
            write_hygiene(Path(folder), arguments.rows, seed, _TODAY)
            print(measure(Path(folder), seed))


def measure(folder: Path, seed: int) -> str:
    """Return the line of one base."""
    path = folder / "orders.csv"
    table = read_table(read_bytes(str(path)), str(path), ReadSettings()).table
    started = time.perf_counter()
    outcome = cadence(table, CadenceSettings(as_of=_TODAY.isoformat()))
    seconds = time.perf_counter() - started
    clients = outcome.tables["clients"]
    found = dict(zip(clients["phone"], clients["rhythm"] == "overdue", strict=True))
    with (folder / "orders.truth.csv").open(encoding="utf-8", newline="") as file:
        truth = list(csv.DictReader(file))
    owners = Counter(line["inn"] for line in truth if line["inn"])
    alone = [line for line in truth if owners[line["inn"]] < 2]
    verdicts = Counter((line["overdue"] == "1", bool(found.get(line["phone"], False))) for line in alone)
    right = (verdicts[True, True] + verdicts[False, False]) / max(len(alone), 1)
    return (
        f"{seed:>6} {len(alone):>8} {right:>8.4f} {verdicts[True, False]:>7} {verdicts[False, True]:>7}"
        f" {len(truth) - len(alone):>8} {seconds:>8.2f}"
    )


if __name__ == "__main__":
    main()
