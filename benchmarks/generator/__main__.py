"""`python -m benchmarks.generator`: write an invented base and its truth."""

import argparse
from pathlib import Path

from benchmarks.generator import LAYOUTS, PROFILES, generate, line_writer, write_base, write_truth


def main() -> None:
    """Read the arguments and write the two files."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.generator", description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000, help="records in the base (10000)")
    parser.add_argument("--seed", type=int, default=7, help="the same seed gives the same files (7)")
    parser.add_argument(
        "--profile", choices=tuple(PROFILES), default="mixed", help="private clients, firms or both (mixed)"
    )
    parser.add_argument("--layout", choices=tuple(LAYOUTS), default="plain", help="whose export to write (plain)")
    parser.add_argument("-o", "--output", type=Path, required=True, help="the base")
    parser.add_argument("--truth", type=Path, required=True, help="who is who in it")
    arguments = parser.parse_args()
    layout = LAYOUTS[arguments.layout]
    base = generate(arguments.rows, arguments.seed, arguments.profile, layout, line_writer(layout))
    write_base(base, layout, arguments.output)
    write_truth(base, arguments.truth)


if __name__ == "__main__":
    main()
