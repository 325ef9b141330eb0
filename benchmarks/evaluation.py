"""`python -m benchmarks.evaluation CLUSTERS TRUTH`: how right the clusters of a base are.

Measured by pairs of rows: precision is the share of the pairs put together that belong together, recall the share of
the pairs that belong together that were put together. Measures:

- ``person``: ``cluster_id`` against ``person_id`` over all rows but the cards of companies;
- ``client``: the same over all rows, where a card of a company stands for its company;
- ``likely``: as ``client``, by ``likely_id`` (as if every doubtful pair were merged too);
- ``company``: ``company_id`` over the rows whose company can be known;
- ``household``: ``household_id`` over the rows of people who live with somebody.

A row that stands for nobody (a placeholder) belongs with no other row: whatever is put to it counts as wrong.
"""

import argparse
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

MEASURES: Final = ("person", "client", "likely", "company", "household")
_COLUMN_OF: Final = {
    "person": "cluster_id",
    "client": "cluster_id",
    "likely": "likely_id",
    "company": "company_id",
    "household": "household_id",
}


@dataclass(frozen=True)
class Score:
    """Pairs of rows: put together, belonging together, both; and what follows. Without pairs a share is 1."""

    precision: float
    recall: float
    f1: float
    found: int
    true: int
    both: int


@dataclass(frozen=True)
class ClassScore:
    """Of the rows of one class: the share of their true partners that was found, and how many wrong ones were."""

    rows: int
    partners: int
    recall: float
    wrong: int


@dataclass(frozen=True)
class Evaluation:
    """All measures by name, and the classes of the truth by name (after ``client``)."""

    scores: dict[str, Score]
    classes: dict[str, ClassScore]


def read_pair(clusters: Path, truth: Path) -> pd.DataFrame:
    """Return the rows of both files side by side; the columns of the truth begin with ``true_``.

    Raises SystemExit where the two do not list the same rows.
    """
    found = pd.read_csv(clusters, dtype=str, keep_default_na=False)
    known = pd.read_csv(truth, dtype=str, keep_default_na=False).add_prefix("true_")
    if sorted(found["row"]) != sorted(known["true_row"]):
        raise SystemExit(f"{clusters} has {len(found)} rows and {truth} has {len(known)}: they are not of one base")
    return known.merge(found, left_on="true_row", right_on="row", validate="one_to_one")


def evaluate(pair: pd.DataFrame) -> Evaluation:
    """Return every measure that the columns of the clusters allow."""
    scores = {}
    for measure in MEASURES:
        if _COLUMN_OF[measure] in pair.columns:
            rows, labels = _truth_of(pair, measure)
            scores[measure] = score_pairs(pair.loc[rows, _COLUMN_OF[measure]], labels[rows])
    return Evaluation(scores, score_classes(pair))


def _truth_of(pair: pd.DataFrame, measure: str) -> tuple["pd.Series[bool]", "pd.Series[str]"]:
    """Return which rows a measure is taken over, and what each of all rows stands for."""
    person, company = pair["true_person_id"], pair["true_company_id"]
    if measure == "company":
        return company != "", company
    if measure == "household":
        return pair["true_household_id"] != "", pair["true_household_id"]
    is_card = (person == "") & (company != "")
    if measure == "person":
        return ~is_card, person
    return pd.Series(True, index=pair.index), person.mask(is_card, "company " + company)


def _codes(labels: "pd.Series[str]") -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    """Return one number a label; every empty label gets a number of its own."""
    codes, uniques = pd.factorize(labels)
    codes = codes.astype(np.int64)
    empty = (labels == "").to_numpy()
    codes[empty] = len(uniques) + np.arange(int(empty.sum()))
    return codes


def _sizes(codes: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    """Return for each row how many rows share its number."""
    _, inverse, counts = np.unique(codes, return_inverse=True, return_counts=True)
    return counts[inverse]


def score_pairs(found: "pd.Series[str]", truth: "pd.Series[str]") -> Score:
    """Return the score of labels against the true ones, row by row of equal position."""
    found_codes, true_codes = _codes(found), _codes(truth)
    together = found_codes * (int(true_codes.max(initial=0)) + 1) + true_codes
    pairs = [int((_sizes(codes) - 1).sum()) // 2 for codes in (found_codes, true_codes, together)]
    found_pairs, true_pairs, both = pairs
    precision = both / found_pairs if found_pairs else 1.0
    recall = both / true_pairs if true_pairs else 1.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return Score(precision, recall, f1, found_pairs, true_pairs, both)


def score_classes(pair: pd.DataFrame) -> dict[str, ClassScore]:
    """Return the recall and the wrong partners of each class of the truth, by ``cluster_id``."""
    _, labels = _truth_of(pair, "client")
    found, true = _codes(pair["cluster_id"]), _codes(labels)
    both = _sizes(found * (int(true.max(initial=0)) + 1) + true)
    counts = pd.DataFrame(
        {
            "class": pair["true_class"],
            "rows": 1,
            "partners": _sizes(true) - 1,
            "right": both - 1,
            "wrong": _sizes(found) - both,
        }
    )
    sums = counts.groupby("class").sum()
    return {
        str(name): ClassScore(int(rows), int(partners), int(right) / int(partners) if partners else 1.0, int(wrong))
        for name, rows, partners, right, wrong in sums.itertuples(name=None)
    }


def show(evaluation: Evaluation) -> str:
    """Return the evaluation as a table of text."""
    lines = [f"{'':24}{'precision':>10}{'recall':>10}{'F1':>10}{'found':>10}{'true':>10}"]
    for measure, score in evaluation.scores.items():
        lines.append(
            f"{measure:24}{score.precision:10.4f}{score.recall:10.4f}{score.f1:10.4f}{score.found:10}{score.true:10}"
        )
    lines.append("")
    lines.append(f"{'class':24}{'rows':>10}{'partners':>10}{'recall':>10}{'wrong':>10}")
    for name, of_class in evaluation.classes.items():
        recall = f"{of_class.recall:10.4f}" if of_class.partners else f"{'':10}"
        lines.append(f"{name:24}{of_class.rows:10}{of_class.partners:10}{recall}{of_class.wrong:10}")
    return "\n".join(lines)


def main() -> None:
    """Read the arguments and print the evaluation."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.evaluation", description="How right the clusters of a base are."
    )
    parser.add_argument("clusters", type=Path, help="CSV with row, cluster_id and perhaps likely_id, company_id …")
    parser.add_argument("truth", type=Path, help="CSV with row, person_id, company_id, household_id, class")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of tables")
    arguments = parser.parse_args()
    evaluation = evaluate(read_pair(arguments.clusters, arguments.truth))
    print(json.dumps(asdict(evaluation)) if arguments.json else show(evaluation))


if __name__ == "__main__":
    main()
