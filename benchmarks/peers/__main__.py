"""`python -m benchmarks.peers`: crmclean beside other ways to find duplicates, on the same bases in one run."""

import argparse
import json
import tempfile
from pathlib import Path

from benchmarks.generator import PROFILES
from benchmarks.peers import comparing, speed
from benchmarks.peers.comparing import Limits, Result, compare, make_base
from benchmarks.peers.environments import FOLDER
from benchmarks.peers.registry import PEERS
from benchmarks.peers.table import write_block


def main() -> None:
    """Read the arguments, measure, print one table."""
    arguments = _parser().parse_args()
    limits = Limits(arguments.timeout, arguments.environments)
    with tempfile.TemporaryDirectory() as temporary:
        folder: Path = arguments.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        if arguments.speed:
            report, text, block = _measure_speed(arguments, folder, limits)
        else:
            report, text, block = _compare(arguments, folder, limits)
    print(text)
    if arguments.json:
        arguments.json.write_text(json.dumps(report, indent=1), "utf-8")
    if arguments.page:
        write_block(arguments.page, block, text)


def _compare(arguments: argparse.Namespace, folder: Path, limits: Limits) -> tuple[object, str, str]:
    peers = [PEERS[name] for name in arguments.peers]
    results: list[Result] = []
    for seed in arguments.seeds:
        base, truth = make_base(folder, arguments.rows, seed, arguments.profile)
        results.extend(compare(base, truth, seed, peers, limits))
    return [result.as_dict() for result in results], comparing.show(results), "peers"


def _measure_speed(arguments: argparse.Namespace, folder: Path, limits: Limits) -> tuple[object, str, str]:
    base, _truth = make_base(folder, arguments.rows, arguments.seeds[0], arguments.profile)
    measured = speed.measure_speed(base, arguments.rows, arguments.runs, limits)
    return measured.as_dict(), speed.show(measured), "speed"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000, help="records in each base (10000)")
    parser.add_argument("--seeds", type=int, nargs="+", default=[101, 102, 103], help="a base for each (101 102 103)")
    parser.add_argument("--profile", choices=tuple(PROFILES), default="mixed", help="what kind of base (mixed)")
    parser.add_argument("--peers", choices=tuple(PEERS), nargs="*", default=list(PEERS), help="who is measured (all)")
    parser.add_argument("--speed", action="store_true", help="crmclean beside Splink alone: seconds and memory")
    parser.add_argument("--runs", type=int, default=1, help="runs of each with --speed (1)")
    parser.add_argument("--timeout", type=float, default=3600.0, help="seconds that a run may take (3600)")
    parser.add_argument("--environments", type=Path, default=FOLDER, help="where they are kept (.peers)")
    parser.add_argument("--folder", type=Path, help="keep bases and labels here (a temporary folder by default)")
    parser.add_argument("--json", type=Path, help="write all figures here")
    parser.add_argument("--page", type=Path, help="put the table into this page")
    return parser


if __name__ == "__main__":
    main()
