"""The quality score of a base: five parts, each a share of 1, weighed to one figure from 0 to 100.

completeness  share of the required fields that are filled
validity      share of the filled cells of phones, e-mails, numbers of registers, dates and sums that leave no doubt
uniqueness    share of the records that no other record repeats (by exact keys: the true share is at most this)
consistency   share of the records that contradict themselves in nothing that could be checked
freshness     of the active records, how lately they were touched: 1 within the time that is set, then halving

A part that cannot be measured is left out, and the weights of the others count as the whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmclean.core.i18n import N_
from crmclean.core.section import Section, SectionColumn

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

WEIGHTS: Final = MappingProxyType(
    {"completeness": 30, "validity": 25, "uniqueness": 20, "consistency": 10, "freshness": 15}
)
"""What each part counts: a client who cannot be reached costs most, a contradiction is mostly a slip."""

TITLES: Final = MappingProxyType(
    {
        "completeness": N_("Completeness: required fields that are filled"),
        "validity": N_("Validity: filled values that leave no doubt"),
        "uniqueness": N_("Uniqueness: records that no other repeats"),
        "consistency": N_("Consistency: records that contradict themselves in nothing"),
        "freshness": N_("Freshness: how lately active records were touched"),
    }
)

QUALITY_SECTION: Final = Section(
    "quality",
    N_("Quality by part"),
    (
        SectionColumn("title", N_("Part"), "title"),
        SectionColumn("share", N_("Share"), "share"),
        SectionColumn("weight", N_("Weight"), "count"),
        SectionColumn("records", N_("Records measured"), "count"),
        SectionColumn("basis", N_("Measured by"), "title"),
    ),
    N_("A part without a share could not be measured: its weight is spread over the others."),
    is_summary=True,
)


@dataclass(frozen=True)
class Part:
    """One part of the score.

    Attributes:
        name: a key of ``WEIGHTS``.
        share: of the base, 0 to 1; NaN where it cannot be measured.
        of_record: of every record, 0 to 1; NaN where it cannot be measured.
        basis: message id or words that say by what it was measured; ``""`` where nothing is to be said.
    """

    name: str
    share: float
    of_record: Floats
    basis: str = ""


def mean_part(name: str, of_record: Floats, basis: str = "") -> Part:
    """Return a part whose share of the base is the mean over the records that can be measured.

    >>> mean_part("uniqueness", np.array([1.0, 0.0, np.nan])).share
    0.5
    """
    known = of_record[~np.isnan(of_record)]
    return Part(name, float(known.mean()) if len(known) else float("nan"), of_record, basis)


def ratio_part(name: str, good: "NDArray[np.int64]", total: "NDArray[np.int64]", basis: str = "") -> Part:
    """Return a part that counts fields or cells, of which a record has several: the share of all of them that are good.

    >>> part = ratio_part("validity", np.array([2, 0, 0]), np.array([3, 1, 0]))
    >>> part.share, part.of_record.round(2).tolist()
    (0.5, [0.67, 0.0, nan])
    """
    whole = total.sum()
    of_record = np.divide(good, total, out=np.full(len(total), np.nan), where=total > 0)
    return Part(name, float(good.sum() / whole) if whole else float("nan"), of_record, basis)


def freshness_of(days: Floats, fresh_days: int) -> Floats:
    """Return how fresh a record is that was touched so many days ago.

    It is 1 within ``fresh_days``, and halves with each further ``fresh_days``; a day in the future counts as today.

    >>> freshness_of(np.array([0.0, 180.0, 360.0, 540.0, -3.0]), 180).tolist()
    [1.0, 1.0, 0.5, 0.25, 1.0]
    """
    return np.asarray(0.5 ** (np.maximum(days - fresh_days, 0.0) / fresh_days))


def score_records(parts: Sequence[Part]) -> Floats:
    """Return the score of every record, 0 to 100, from the parts that it can be measured by; NaN where there is none.

    >>> whole, half = np.array([1.0, 1.0]), np.array([0.0, np.nan])
    >>> score_records([mean_part("completeness", whole), mean_part("uniqueness", half)]).tolist()
    [60.0, 100.0]
    """
    rows = len(parts[0].of_record)
    reached, weight = np.zeros(rows), np.zeros(rows)
    for part in parts:
        is_known = ~np.isnan(part.of_record)
        reached += np.where(is_known, part.of_record, 0.0) * WEIGHTS[part.name]
        weight += is_known * WEIGHTS[part.name]
    scores: Floats = np.divide(100 * reached, weight, out=np.full(rows, np.nan), where=weight > 0)
    return scores


def score_base(parts: Sequence[Part]) -> float:
    """Return the score of the base, 0 to 100 with one decimal, from the shares that are known; NaN where none is.

    >>> score_base([Part("completeness", 1.0, np.ones(1)), Part("uniqueness", float("nan"), np.ones(1))])
    100.0
    """
    known = [part for part in parts if not np.isnan(part.share)]
    weight = sum(WEIGHTS[part.name] for part in known)
    if not weight:
        return float("nan")
    return round(100 * sum(part.share * WEIGHTS[part.name] for part in known) / weight, 1)


def list_parts(parts: Sequence[Part]) -> pd.DataFrame:
    """Return one line per part: ``part, title, share`` (NaN where not measured), ``weight, records, basis``."""
    return pd.DataFrame(
        {
            "part": pd.Series([part.name for part in parts], dtype="str"),
            "title": pd.Series([TITLES[part.name] for part in parts], dtype="str"),
            "share": [part.share for part in parts],
            "weight": [WEIGHTS[part.name] for part in parts],
            "records": [int((~np.isnan(part.of_record)).sum()) for part in parts],
            "basis": pd.Series([part.basis for part in parts], dtype="str"),
        }
    )
