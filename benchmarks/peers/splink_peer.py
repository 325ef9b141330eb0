"""`python -m benchmarks.peers.splink_peer BASE -o CLUSTERS`: Splink 5 on DuckDB, trained without labels.

The first column of labels is for the threshold 0.95; with `--sweep` one more for every match weight of a sweep follows,
of which the comparison, which knows the truth, may take the best.
"""
# mypy: disable-error-code="import-not-found"

import argparse
from pathlib import Path
from typing import Any, Final

import pandas as pd
from splink import DuckDBAPI, Linker

from benchmarks.peers.splink_models import MODELS, Model

THRESHOLD: Final = 0.95
SWEEP: Final = (*range(-8, 21), *range(22, 42, 2))
"""Match weights (log2 of the odds) from which on two rows are put together."""


def find_clusters(model: Model, base: pd.DataFrame, weights: tuple[int, ...]) -> pd.DataFrame:
    """Return `row` and a column of labels for the threshold and for every match weight."""
    database = DuckDBAPI()
    linker = Linker([database.register(part) for part in _parts(model, base)], model.settings(), log_level=None)
    train(linker, model, quick=not weights)
    if weights:
        predicted = linker.inference.predict(threshold_match_weight=min(weights))
    else:
        predicted = linker.inference.predict(threshold_match_probability=THRESHOLD)
    cluster = linker.clustering.cluster_pairwise_predictions_at_threshold
    found = {str(THRESHOLD): cluster(predicted, threshold_match_probability=THRESHOLD)}
    for weight in weights:
        found[f"weight {weight}"] = cluster(predicted, threshold_match_weight=weight)
    labels = {name: table.as_pandas_dataframe().set_index("row")["cluster_id"] for name, table in found.items()}
    return pd.DataFrame(labels).rename_axis("row").sort_index().reset_index()


def _parts(model: Model, base: pd.DataFrame) -> list[pd.DataFrame]:
    if not model.halves:
        return [base]
    return [part.drop(columns=model.halves) for _, part in base.groupby(model.halves)]


def train(linker: Any, model: Model, quick: bool) -> None:
    """Estimate the prior, u from random pairs, and m in rounds of expectation maximisation.

    Args:
        quick: leave term frequencies out of these rounds, as the documentation advises for large bases; they count in
            the predictions all the same, and F1 changes by a thousandth or two.
    """
    linker.training.estimate_probability_two_random_records_match(model.surely_same, recall=model.recall)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e7, seed=1)
    for rule in model.training:
        linker.training.estimate_parameters_using_expectation_maximisation(
            rule, estimate_without_term_frequencies=quick
        )


def main() -> None:
    """Read the arguments and write the clusters."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers.splink_peer", description=__doc__)
    parser.add_argument("base", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--model", choices=tuple(MODELS), default="client_base")
    parser.add_argument("--sweep", action="store_true", help="cluster at many thresholds, not at 0.95 alone")
    arguments = parser.parse_args()
    model = MODELS[arguments.model]()
    found = find_clusters(model, model.read(arguments.base), SWEEP if arguments.sweep else ())
    found.to_csv(arguments.output, index=False)


if __name__ == "__main__":
    main()
