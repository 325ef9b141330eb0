"""Labels against true labels: by pairs of records, and by record (B-cubed), exactly and over whole columns.

B-cubed is the measure of Bagga and Baldwin (1998): unlike pairs, it does not let one large cluster outweigh all others.
"""

import numpy as np
import pandas as pd

from crmclean.core.evaluation import ClassScore, Score

Codes = np.ndarray[tuple[int], np.dtype[np.int64]]
Mask = np.ndarray[tuple[int], np.dtype[np.bool_]]


def number_labels(labels: "pd.Series[str]") -> Codes:
    """Return one number a label, from 0 up to twice the number of rows; every empty label gets one of its own."""
    codes, uniques = pd.factorize(labels)
    numbered = codes.astype(np.int64)
    empty = labels.eq("").to_numpy()
    numbered[empty] = len(uniques) + np.arange(int(empty.sum()))
    return numbered


def score_labels(found: Codes, true: Codes) -> Score:
    """Return the score of labels against the true ones, row by row of equal position."""
    in_found, in_true, in_both = _sizes(found), _sizes(true), _sizes_of_both(found, true)
    found_pairs, true_pairs, both = (int((sizes - 1).sum()) // 2 for sizes in (in_found, in_true, in_both))
    precision = both / found_pairs if found_pairs else 1.0
    recall = both / true_pairs if true_pairs else 1.0
    bcubed_precision, bcubed_recall = _mean(in_both / in_found), _mean(in_both / in_true)
    return Score(
        rows=len(found),
        precision=precision,
        recall=recall,
        f1=_harmonic(precision, recall),
        found=found_pairs,
        true=true_pairs,
        both=both,
        bcubed_precision=bcubed_precision,
        bcubed_recall=bcubed_recall,
        bcubed_f1=_harmonic(bcubed_precision, bcubed_recall),
    )


def score_classes(found: Codes, true: Codes, classes: "pd.Series[str]") -> dict[str, ClassScore]:
    """Return how right the rows of every class are, by class in alphabetical order; rows without one are left out."""
    in_found, in_true, in_both = _sizes(found), _sizes(true), _sizes_of_both(found, true)
    counts = pd.DataFrame(
        {
            "class": classes.to_numpy(),
            "rows": 1,
            "partners": in_true - 1,
            "right": in_both - 1,
            "wrong": in_found - in_both,
            "precision": in_both / in_found,
            "recall": in_both / in_true,
        }
    )
    sums = counts[counts["class"] != ""].groupby("class").sum()
    return {
        str(name): ClassScore(
            rows=int(rows),
            partners=int(partners),
            recall=int(right) / int(partners) if partners else 1.0,
            wrong=int(wrong),
            bcubed_precision=float(precision) / int(rows),
            bcubed_recall=float(recall) / int(rows),
        )
        for name, rows, partners, right, wrong, precision, recall in sums.itertuples(name=None)
    }


def _sizes(codes: Codes) -> Codes:
    """Return for each row how many rows share its number."""
    sizes: Codes = np.bincount(codes)[codes]
    return sizes


def _sizes_of_both(found: Codes, true: Codes) -> Codes:
    """Return for each row how many rows share both of its numbers."""
    dense, _uniques = pd.factorize(found * (int(true.max(initial=0)) + 1) + true)
    return _sizes(dense.astype(np.int64))


def _mean(values: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> float:
    return float(values.mean()) if len(values) else 1.0


def _harmonic(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
