"""Labels against the truth: how right every way is that a peer, or crmclean, would put the rows together."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from crmclean.workflows.evaluate import TrueLabels
from crmclean.workflows.evaluation_scores import number_labels, score_labels


@dataclass(frozen=True)
class Way:
    """Pairwise precision, recall and F1 over people of one way to put rows together, by its name."""

    name: str
    precision: float
    recall: float
    f1: float


def score_ways(clusters: Path, truth: Path) -> list[Way]:
    """Return the score of every column of labels but `row`, over all rows but the cards of companies.

    A row that the labels leave out, or whose label is empty, is alone.

    Raises:
        ValueError: the labels name a row that the base does not have, or one twice.
    """
    known = _read(truth)
    found = _read(clusters).set_index("row")
    if not found.index.is_unique or not found.index.isin(known["row"]).all():
        raise ValueError(f"{clusters} names rows twice, or rows that {truth} does not have")
    labels = TrueLabels(known)
    people = labels.rows_of("person")
    true = labels.labels_of("person")
    if true is None:
        raise ValueError(f"{truth} knows no people")
    ways = []
    for name, column in found.items():
        numbers = number_labels(column.reindex(known["row"], fill_value="").reset_index(drop=True))
        score = score_labels(numbers[people], true[people])
        ways.append(Way(str(name), score.precision, score.recall, score.f1))
    return ways


def _read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def usual_and_best(ways: list[Way]) -> list[Way]:
    """Return the way that a peer would be used, and of a sweep the one that an oracle would pick."""
    usual, *others = ways
    if not others:
        return [usual]
    best = max(ways, key=lambda way: way.f1)
    return [usual, Way("oracle", best.precision, best.recall, best.f1)]
