"""`python -m benchmarks.fields`: how fast values are normalised, beside the libraries that are the authority for them.

Everything is a ratio within one run. A library is asked value by value, as one does without crmclean, on a sample
spread over the same values; its time is scaled up to all of them. Only syntax is asked for, no network. Seconds are
those of the processor, so that other programs disturb less; the last figure is a whole command by the clock.
"""

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

import email_validator
import pandas as pd

from benchmarks.field_values import make_addresses, make_people
from benchmarks.phone_spellings import SEED, make_column, read_with_library
from benchmarks.processes import measure, spread
from crmclean.fields.email import normalize_emails
from crmclean.fields.name_columns import settle_names
from crmclean.fields.person import parse_people
from crmclean.fields.phone import normalize_phones


@dataclass(frozen=True)
class Timing:
    """One kind of value: seconds of every run, and those of the library scaled to all values, ``()`` for none."""

    title: str
    rows: int
    distinct: int
    seconds: tuple[float, ...]
    library: str = ""
    library_seconds: tuple[float, ...] = ()

    @property
    def ratio(self) -> float:
        """How many times as long the library takes."""
        return median(self.library_seconds) / median(self.seconds) if self.library_seconds else float("nan")


def time_of(work: Callable[[], object]) -> float:
    """Return the processor seconds of a piece of work."""
    start = time.process_time()
    work()
    return time.process_time() - start


def against_library(
    title: str,
    values: Sequence[str],
    normalizer: Callable[["pd.Series[str]"], object],
    library: str,
    ask: Callable[[str], object],
    asked: int,
    runs: int,
) -> Timing:
    """Time a normaliser on a column in turn with a library on a sample of it."""
    column = pd.Series(values, dtype="str")
    sample = values[:: max(len(values) // asked, 1)]
    own, theirs = [], []
    for _ in range(runs):
        own.append(time_of(lambda: normalizer(column)))
        theirs.append(time_of(lambda: [ask(value) for value in sample]) * len(values) / len(sample))
    return Timing(title, len(values), column.nunique(), tuple(own), library, tuple(theirs))


def ask_email_validator(address: str) -> str:
    """Return what email-validator makes of an address, ``""`` where it refuses it."""
    try:
        return email_validator.validate_email(address, check_deliverability=False).normalized
    except email_validator.EmailNotValidError:
        return ""


def time_people(rows: int, runs: int) -> list[Timing]:
    """Time names in their columns, and full names in one column."""
    people = make_people(rows, SEED)
    none = pd.Series("", index=people.index, dtype="str")
    parts = [people[name] for name in ("last", "first", "middle")]
    distinct = len(people.drop_duplicates(["last", "first", "middle"]))
    return [
        Timing(title, rows, distinct, tuple(time_of(work) for _ in range(runs)))
        for title, work in (
            ("ФИО in three columns, normalised", lambda: settle_names(*parts)),
            ("ФИО in one column, normalised", lambda: settle_names(None, None, None, people["full"])),
            ("ФИО in one column, split", lambda: parse_people(none, none, none, people["full"])),
        )
    ]


def show(timing: Timing) -> str:
    """Return a timing as lines of text."""
    lines = [f"{timing.title}: {timing.rows:,} values, {timing.distinct:,} different"]
    lines.append(f"  crmclean         {spread(timing.seconds)}")
    if timing.library:
        lines.append(f"  {timing.library:17}{spread(timing.library_seconds)}, a value at a time, scaled up")
        lines.append(f"  times as fast    {timing.ratio:.1f}")
    return "\n".join(lines)


def time_command(rows: int, runs: int) -> str:
    """Return how long `normalize` takes from file to file on a base of 20 columns, and its peak of memory."""
    with tempfile.TemporaryDirectory() as folder:
        sizes = ["--rows", str(rows), "--xlsx-rows", "10", "--seed", "7"]
        measure([sys.executable, "-m", "benchmarks.io_sides", "make", folder, *sizes])
        source, target = Path(folder, "utf-8.csv"), Path(folder, "normalized.csv")
        command = [sys.executable, "-m", "crmclean", "normalize", str(source), "-o", str(target)]
        found = [measure([*command, "--no-history", "--force", "--quiet"]) for _ in range(runs)]
    seconds, peak = [run.seconds for run in found], median(run.peak for run in found)
    return f"normalize, file to file: {rows:,} × 20\n  by the clock     {spread(seconds)}, peak {peak:.0f} MiB"


def main() -> None:
    """Read the arguments, time, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fields", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="values of each kind (1000000)")
    parser.add_argument("--asked", type=int, default=50_000, help="values that a library is asked for (50000)")
    parser.add_argument("--runs", type=int, default=3, help="runs of each (3)")
    parser.add_argument("--only", default="", help="only these: phone, email, people or command")
    parser.add_argument("--json", action="store_true", help="one JSON object a kind of value")
    arguments = parser.parse_args()
    rows, asked, runs = arguments.rows, arguments.asked, arguments.runs
    kinds: dict[str, Callable[[], list[Timing]]] = {
        "phone": lambda: [
            against_library(
                "phones",
                make_column(rows, random.Random(SEED)),
                normalize_phones,
                "phonenumbers",
                read_with_library,
                asked,
                runs,
            )
        ],
        "email": lambda: [
            against_library(
                "e-mails",
                make_addresses(rows, SEED),
                normalize_emails,
                "email-validator",
                ask_email_validator,
                asked,
                runs,
            )
        ],
        "people": lambda: time_people(rows, runs),
    }
    for kind, work in kinds.items():
        if arguments.only in ("", kind):
            for timing in work():
                print(json.dumps(asdict(timing)) if arguments.json else show(timing), flush=True)
    if arguments.only in ("", "command"):
        print(time_command(rows, runs), flush=True)


if __name__ == "__main__":
    main()
