"""`python -m benchmarks.generator`: write an invented base and its truth.

With ``--hygiene`` it writes a folder: contacts, deals and orders of one firm with their truth, calls and bounces.
"""

import argparse
from datetime import date
from pathlib import Path
from typing import Final

from benchmarks.generator import LAYOUTS, PROFILES, generate, line_writer, write_base, write_truth
from benchmarks.generator.hygiene_base import write_hygiene
from benchmarks.generator.hygiene_calls import CALL_HEADERS

_TODAY: Final = date(2026, 11, 22)


def main() -> None:
    """Read the arguments and write the two files."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.generator", description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000, help="records in the base (10000)")
    parser.add_argument("--seed", type=int, default=7, help="the same seed gives the same files (7)")
    parser.add_argument(
        "--profile", choices=tuple(PROFILES), default="mixed", help="private clients, firms or both (mixed)"
    )
    parser.add_argument("--layout", choices=tuple(LAYOUTS), default="plain", help="whose export to write (plain)")
    parser.add_argument("-o", "--output", type=Path, required=True, help="the base; with --hygiene its folder")
    parser.add_argument("--truth", type=Path, help="who is who in it")
    parser.add_argument("--hygiene", action="store_true", help="contacts, deals, orders, calls and bounces")
    parser.add_argument("--as-of", type=date.fromisoformat, default=_TODAY, help=f"today in the story ({_TODAY})")
    parser.add_argument("--calls", choices=tuple(CALL_HEADERS), default="mango", help="whose call records (mango)")
    arguments = parser.parse_args()
    if arguments.hygiene:
        write_hygiene(arguments.output, arguments.rows, arguments.seed, arguments.as_of, arguments.calls)
        return
    if arguments.truth is None:
        parser.error("the following arguments are required: --truth")
    layout = LAYOUTS[arguments.layout]
    base = generate(arguments.rows, arguments.seed, arguments.profile, layout, line_writer(layout))
    write_base(base, layout, arguments.output)
    write_truth(base, arguments.truth)


if __name__ == "__main__":
    main()
