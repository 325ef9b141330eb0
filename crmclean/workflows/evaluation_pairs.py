"""The compared pairs against the truth: do probabilities keep their word, and what would the right answers give."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from crmclean.core.errors import FileError
from crmclean.core.evaluation import Bin, Calibration, PairsScore
from crmclean.core.i18n import _
from crmclean.files.lists import Listing
from crmclean.workflows.evaluation_inputs import SideBySide, row_numbers, shares, words
from crmclean.workflows.evaluation_scores import Codes, Mask

PAIR_COLUMNS: Final = ("row_a", "row_b", "probability", "tier", "of", "asked")
TIERS: Final = ("merged", "doubtful", "apart")
KINDS: Final = ("person", "company")
BINS: Final = 10

Shares = np.ndarray[tuple[int], np.dtype[np.float64]]


@dataclass(frozen=True)
class Pairs:
    """Compared pairs, by the places of their records among those that the truth knows (-1: it does not know one).

    Attributes:
        first, second: the places.
        probability: as the result has it.
        doubtful: put to a person.
        of_company: compared as companies, not as people.
    """

    first: Codes
    second: Codes
    probability: Shares
    doubtful: Mask
    of_company: Mask


@dataclass(frozen=True)
class PairTruth:
    """Of each pair whether the truth can tell, and whether it is true."""

    known: Mask
    true: Mask


def place_pairs(pairs: Listing, result: Listing, records: SideBySide) -> Pairs:
    """Return the pairs of a file by the places of their records.

    Raises:
        FileError: a column is missing or holds what it cannot, or a pair names a row that the result lacks.
    """
    if "row" not in result.frame:
        raise FileError(
            _("{path} has no column “row”, by which the pairs name their records.").format(path=result.path),
            _("Add it to the result, or leave out --pairs."),
        )
    rows = pd.Index(row_numbers(result, "row"))
    if not rows.is_unique:
        raise FileError(
            _("{path} names “{key}” {value} more than once.").format(
                path=result.path, key="row", value=rows[rows.duplicated()][0]
            ),
            _("The pairs name their records by it."),
        )
    known_at = np.full(len(rows), -1, dtype=np.int64)
    known_at[records.places] = np.arange(len(records.places))
    kinds = words(pairs, "of", KINDS) if "of" in pairs.frame else pd.Series("person", index=pairs.frame.index)
    first, second = (known_at[_places(pairs, column, result, rows)] for column in ("row_a", "row_b"))
    doubtful = words(pairs, "tier", TIERS).eq("doubtful").to_numpy()
    if "asked" in pairs.frame:
        # Of the doubtful pairs between two clusters a person is asked about one.
        doubtful = words(pairs, "asked", ("0", "1")).eq("1").to_numpy()
    return Pairs(first, second, shares(pairs, "probability"), doubtful, kinds.eq("company").to_numpy())


def _places(pairs: Listing, column: str, result: Listing, rows: "pd.Index[int]") -> Codes:
    asked = row_numbers(pairs, column)
    places = rows.get_indexer(pd.Index(asked)).astype(np.int64)
    if (places < 0).any():
        raise FileError(
            _("{pairs} names row {row}, which {result} lacks.").format(
                pairs=pairs.path, row=asked[int((places < 0).argmax())], result=result.path
            ),
            _("Pairs and result must come from one run."),
        )
    return places


def judge_pairs(pairs: Pairs, person: Codes | None, company: Codes | None, has_company: Mask) -> PairTruth:
    """Return which pairs are true.

    Two companies can be told where both records have one in the truth; two people wherever it knows people at all.

    Args:
        person, company: the true labels as numbers, None where the truth has none.
        has_company: which records have a company in the truth.
    """
    both = (pairs.first >= 0) & (pairs.second >= 0)
    known, true = np.zeros(len(both), dtype=bool), np.zeros(len(both), dtype=bool)
    for labels, asked in ((person, ~pairs.of_company), (company, pairs.of_company)):
        if labels is None:
            continue
        tellable = both & asked
        if labels is company:
            tellable &= has_company[pairs.first] & has_company[pairs.second]
        known |= tellable
        true |= tellable & (labels[pairs.first] == labels[pairs.second])
    return PairTruth(known, true)


def score_pairs(pairs: Pairs, truth: PairTruth, rows: int) -> PairsScore:
    """Return the calibration of people and of companies, and how many pairs a person was asked about.

    Args:
        rows: records of the result.
    """
    doubtful, calibration = {}, {}
    for kind, asked in (("person", ~pairs.of_company), ("company", pairs.of_company)):
        doubtful[kind] = int((asked & pairs.doubtful).sum())
        tellable = asked & truth.known
        if tellable.any():
            calibration[kind] = calibrate(pairs.probability[tellable], truth.true[tellable])
    return PairsScore(
        pairs=len(pairs.first),
        unknown=int((~truth.known).sum()),
        doubtful=doubtful,
        per_100_records={kind: 100 * number / rows for kind, number in doubtful.items()},
        calibration=calibration,
    )


def calibrate(probability: Shares, true: Mask) -> Calibration:
    """Return how far probabilities keep their word; a probability on the edge of two bins falls into the upper one."""
    edges = np.arange(1, BINS) / BINS
    places = np.digitize(probability, edges)
    pairs = np.bincount(places, minlength=BINS)
    sums = np.bincount(places, weights=probability, minlength=BINS)
    trues = np.bincount(places, weights=true.astype(float), minlength=BINS)
    bins = tuple(
        Bin(
            low=place / BINS,
            high=(place + 1) / BINS,
            pairs=int(number),
            mean_probability=float(total / number) if number else None,
            share_true=float(right / number) if number else None,
        )
        for place, (number, total, right) in enumerate(zip(pairs, sums, trues, strict=True))
    )
    return Calibration(
        pairs=len(probability),
        bins=bins,
        expected_error=float(np.abs(sums - trues).sum() / max(len(probability), 1)),
        brier=float(np.square(probability - true).mean()) if len(probability) else 0.0,
    )


def join_clusters(found: Codes, pairs: Pairs, joined: Mask) -> Codes:
    """Return the labels after the clusters of both records of every pair in ``joined`` were put together."""
    size = int(found.max(initial=-1)) + 1
    first, second = found[pairs.first[joined]], found[pairs.second[joined]]
    links = coo_array((np.ones(len(first), dtype=bool), (first, second)), shape=(size, size))
    _number, labels = connected_components(links, directed=False)
    result: Codes = labels.astype(np.int64)[found]
    return result
