"""`python -m benchmarks.segment`: how long 30 rules take beyond reading the file, and how much memory.

The rules are those of three packs and twelve of one's own, over the deals of an invented firm; every run is a process
of its own, in which the time to read the file is what the rules are compared with.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any, Final

from benchmarks.generator.hygiene_base import write_hygiene
from benchmarks.memory import forget_peak, memory_of_self
from benchmarks.peers.table import format_table
from benchmarks.processes import ROOT, spread

TODAY: Final = date(2026, 11, 22)
PACKS: Final = ("vip-in-trouble", "lost-clients", "temperature")
OWN: Final = (
    "amount >= 5000000 and stage is open",
    "company contains 'холдинг' and not stage is lost",
    "product in ('Станок ЧПУ', 'Линия упаковки', 'Погрузчик') and days_since(created_at) between 0 and 14",
    "source = 'Рекомендация' and stage is new",
    "phone is empty and email is not empty and stage is open",
    "company like 'ИП *' and amount < 20000",
    "comment contains any ('срочно', 'перезвонить', 'счёт') and stage is open",
    "[Сделка закрыта] = 'N' and days_until(next_task) between 0 and 3",
    "Ответственный = 'Примерова Ольга' и Сумма больше 1 млн",
    "email ends with '.example' and days_since(modified_at) > 120 and stage is open",
    "length(comment) > 60 or count(phone) > 1",
    "amount / 12 > 100000 and month(created_at) = 12",
)


def measure(path: Path, take: str) -> dict[str, Any]:
    """Apply the rules to one file in this process.

    Returns:
        ``rows``, ``rules`` that were applied, seconds of ``read`` and ``job``, and the MiB that the job took
        ``beyond`` what reading had left.
    """
    from crmclean.cli.memory import prepare_memory
    from crmclean.core.segment_settings import SegmentRule, SegmentSettings
    from crmclean.core.settings import ReadSettings
    from crmclean.files.reading import read_bytes, read_table
    from crmclean.segmenting.segment import segment

    prepare_memory()
    start = time.perf_counter()
    table = read_table(read_bytes(str(path)), str(path), ReadSettings()).table
    read = time.perf_counter() - start
    rules = tuple(
        SegmentRule(f"Rule {number}", when, action="Call", due="2 working days") for number, when in enumerate(OWN, 1)
    )
    settings = SegmentSettings(PACKS, take="all" if take == "all" else "first", as_of=TODAY.isoformat(), rules=rules)
    forget_peak()
    before = memory_of_self().now
    start = time.perf_counter()
    outcome = segment(table, settings)
    seconds = time.perf_counter() - start
    if len(outcome.table) != len(table):
        raise SystemExit("rows were lost")
    return {
        "rows": len(table),
        "rules": int(outcome.figures["rules"] - outcome.figures["skipped_rules"]),
        "read": read,
        "job": seconds,
        "beyond": memory_of_self().peak - before,
    }


def _measure_apart(path: Path, take: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.segment", "--one", str(path), "--take", take]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"ended with {done.returncode}:\n{done.stderr}")
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def show(take: str, runs: Sequence[dict[str, Any]]) -> str:
    """Return the figures of the runs as a table, medians with the least and the most."""
    line = [
        take,
        f"{runs[0]['rows']:,}",
        str(runs[0]["rules"]),
        spread([run["read"] for run in runs]),
        spread([run["job"] for run in runs]),
        f"{median(run['job'] / run['read'] for run in runs):.1f}",
        f"{max(run['beyond'] for run in runs):,.0f}",
    ]
    return format_table(["take", "rows", "rules", "reading", "beyond reading", "× reading", "MiB beyond"], [line])


def main() -> None:
    """Read the arguments, measure, print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.segment", description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000, help="deals (100000)")
    parser.add_argument("--runs", type=int, default=3, help="runs (3)")
    parser.add_argument("--seed", type=int, default=7, help="seed of the base (7)")
    parser.add_argument("--take", choices=("first", "all"), default="first", help="the first rule, or all (first)")
    parser.add_argument("--folder", type=Path, help="keep the files here (a temporary folder by default)")
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        print(json.dumps(measure(arguments.one, arguments.take)))
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder: Path = arguments.folder or Path(temporary)
        if not (folder / "deals.csv").exists():
            write_hygiene(folder, arguments.rows, arguments.seed, TODAY, "mango")
        runs = [_measure_apart(folder / "deals.csv", arguments.take) for _ in range(arguments.runs)]
        print(show(arguments.take, runs))


if __name__ == "__main__":
    main()
