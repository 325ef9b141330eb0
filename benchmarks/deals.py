"""`python -m benchmarks.deals`: how many twin deals are found, and how many of those found are twins.

Truth is the story behind each deal, see ``generator.hygiene_sales``. A twin is right where it names the oldest open
deal of its sale.
"""

import argparse
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Final

import pandas as pd

from benchmarks.generator.hygiene_base import write_hygiene
from crmclean.core.hygiene_settings import DealsSettings
from crmclean.core.settings import ReadSettings
from crmclean.core.step import Outcome
from crmclean.core.table import Table
from crmclean.files.reading import read_bytes, read_table
from crmclean.hygiene.deals import find_twin_deals

TODAY: Final = date(2026, 11, 22)
_SETTINGS: Final = DealsSettings(as_of=TODAY.isoformat())


def read_deals(folder: Path) -> tuple[Table, pd.DataFrame]:
    """Return the deals of a generated base and their truth."""
    path = folder / "deals.csv"
    table = read_table(read_bytes(str(path)), str(path), ReadSettings()).table
    return table, pd.read_csv(folder / "deals.truth.csv", dtype=str, keep_default_na=False)


def score(outcome: Outcome, truth: pd.DataFrame) -> dict[str, float]:
    """Return precision and recall of the twins, and the precision of those that are closed without asking."""
    frame = outcome.table.frame
    said, true = frame["crmclean_twin_of"], truth["twin_of"]
    right = said.ne("") & (said == true)
    is_closed = frame["crmclean_twin_action"].eq("close")
    others = truth["other_manager"].eq("1")
    return {
        "twins": int(true.ne("").sum()),
        "precision": right.sum() / max(said.ne("").sum(), 1),
        "recall": right.sum() / max(true.ne("").sum(), 1),
        "closed": int(is_closed.sum()),
        "closed_precision": (right & is_closed).sum() / max(is_closed.sum(), 1),
        "closed_of_others": int((is_closed & others).sum()),
    }


def list_mistakes(outcome: Outcome, truth: pd.DataFrame) -> pd.Series:
    """Return how often each story was mistaken, by what was said and what is true."""
    frame = outcome.table.frame
    wrong = frame["crmclean_twin_of"].ne(truth["twin_of"])
    kind = frame["crmclean_twin_action"].where(frame["crmclean_twin_action"].ne(""), "missed")
    return pd.Series((truth["class"] + ": " + kind)[wrong]).value_counts()


def main(arguments: Sequence[str] | None = None) -> None:
    """Generate a base for each seed and print the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.deals", description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000, help="deals of each base (20000)")
    parser.add_argument("--seeds", type=int, nargs="+", default=[8101, 8102, 8103], help="a base for each")
    parser.add_argument("--mistakes", action="store_true", help="which stories were mistaken")
    options = parser.parse_args(arguments)
    for seed in options.seeds:
        with tempfile.TemporaryDirectory() as folder:
            write_hygiene(Path(folder), options.rows, seed, TODAY)
            table, truth = read_deals(Path(folder))
        outcome = find_twin_deals(table, _SETTINGS)
        figures = score(outcome, truth)
        if options.mistakes:
            print(list_mistakes(outcome, truth).to_string())
        print(
            f"seed {seed}, {options.rows:,} rows:", ", ".join(f"{name} {value:.4g}" for name, value in figures.items())
        )


if __name__ == "__main__":
    main()
