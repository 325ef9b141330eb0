"""`python -m benchmarks.startup`: how long `crmclean --help` takes, beside a Python that does nothing."""

import argparse
import sys
from statistics import median

from benchmarks.processes import measure, spread


def main() -> None:
    """Read the arguments, run both in turn, print the medians and their ratio."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.startup", description="Time of `crmclean --help`.")
    parser.add_argument("--runs", type=int, default=11, help="runs of each (11)")
    runs: int = parser.parse_args().runs
    own, bare = [], []
    for _ in range(runs):
        own.append(measure([sys.executable, "-m", "crmclean", "--help"]).seconds)
        bare.append(measure([sys.executable, "-c", "pass"]).seconds)
    print(f"crmclean --help  {spread(own)}")
    print(f"python -c pass   {spread(bare)}")
    print(f"ratio            {median(own) / median(bare):.1f}")


if __name__ == "__main__":
    main()
