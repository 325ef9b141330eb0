"""`python -m benchmarks.peers.dedupe_peer BASE -o CLUSTERS --truth TRUTH`: dedupe 3, taught by active learning.

It asks for the labels of the pairs that it is least sure of, as its documentation advises, and the truth answers. The
first column of labels is for its default threshold; with `--sweep` others follow.
"""
# mypy: disable-error-code="import-not-found"

import argparse
import random
from pathlib import Path
from typing import Any, Final

import dedupe
import numpy as np
import pandas as pd
from dedupe import variables

from benchmarks.peers.client_base import read_client_base

THRESHOLD: Final = 0.5
SWEEP: Final = (0.1, 0.2, 0.3, 0.4, 0.6, 0.7, 0.8, 0.9, 0.95)
COMPARED: Final = ("last_name", "first_name", "middle_name", "phones", "email", "birthday", "city", "company", "inn")


def find_clusters(
    records: dict[int, dict[str, Any]], owners: dict[int, str], labels: int, thresholds: tuple[float, ...], cores: int
) -> pd.DataFrame:
    """Return `row` and a column of labels for every threshold.

    Args:
        records: the fields of each row.
        owners: whom each row stands for.
        labels: how many pairs are answered.
    """
    deduper = dedupe.Dedupe(fields(), num_cores=cores)
    deduper.prepare_training(records)
    answer_pairs(deduper, owners, labels)
    deduper.train()
    scores = deduper.score(deduper.pairs(records))
    found = pd.DataFrame({"row": list(records)})
    for threshold in thresholds:
        cluster_of = {
            int(row): number
            for number, (rows, _confidence) in enumerate(deduper.cluster(scores, threshold))
            for row in rows
        }
        found[str(threshold)] = [str(cluster_of.get(row, f"row {row}")) for row in records]
    return found


def fields() -> list[Any]:
    """Return what is compared; every field may be missing."""
    return [
        variables.String("last_name", has_missing=True),
        variables.String("first_name", has_missing=True),
        variables.String("middle_name", has_missing=True),
        variables.Set("phones", has_missing=True),
        variables.String("email", has_missing=True),
        variables.ShortString("birthday", has_missing=True),
        variables.ShortString("city", has_missing=True),
        variables.String("company", has_missing=True),
        variables.Exact("inn", has_missing=True),
    ]


def record_of(cells: tuple[Any, ...]) -> dict[str, Any]:
    """Return the row number and the compared fields as the record that dedupe takes: sets of values as tuples."""
    named = zip(("row", *COMPARED), cells, strict=True)
    return {name: tuple(cell) if isinstance(cell, list) else cell for name, cell in named}


def answer_pairs(deduper: Any, owners: dict[int, str], labels: int) -> None:
    """Answer the pairs that dedupe is least sure of, rightly."""
    for _ in range(labels):
        (pair,) = deduper.uncertain_pairs()
        one, other = (owners[record["row"]] for record in pair)
        deduper.mark_pairs({"match": [pair], "distinct": []} if one == other else {"match": [], "distinct": [pair]})


def main() -> None:
    """Read the arguments and write the clusters."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers.dedupe_peer", description=__doc__)
    parser.add_argument("base", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--truth", type=Path, required=True, help="who is who, to answer its questions")
    parser.add_argument("--labels", type=int, default=200, help="pairs that are answered (200)")
    parser.add_argument("--cores", type=int, default=1, help="processes (1)")
    parser.add_argument("--sweep", action="store_true", help="cluster at several thresholds, not at 0.5 alone")
    arguments = parser.parse_args()
    random.seed(1)
    np.random.seed(1)
    base = read_client_base(arguments.base)
    fields_of = zip(*(base[name].tolist() for name in ("row", *COMPARED)), strict=True)
    records = {cells[0]: record_of(cells) for cells in fields_of}
    truth = pd.read_csv(arguments.truth, dtype=str, keep_default_na=False)
    owners = {int(row): person or f"row {row}" for row, person in zip(truth["row"], truth["person_id"], strict=True)}
    thresholds = (THRESHOLD, *SWEEP) if arguments.sweep else (THRESHOLD,)
    found = find_clusters(records, owners, arguments.labels, thresholds, arguments.cores)
    found.to_csv(arguments.output, index=False)


if __name__ == "__main__":
    main()
