"""Classes of clients: recency, frequency and money from 1 to 5, named segments, and ABC by share of the turnover."""

from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmclean.core.i18n import N_

Floats = NDArray[np.float64]

SEGMENTS: Final = MappingProxyType(
    {
        "champion": N_("Champions"),
        "loyal": N_("Loyal clients"),
        "promising": N_("Promising clients"),
        "new": N_("New clients"),
        "cooling": N_("Clients cooling down"),
        "cannot-lose": N_("Clients not to be lost"),
        "at-risk": N_("Clients at risk"),
        "sleeping": N_("Sleeping clients"),
        "lost": N_("Lost clients"),
    }
)
"""Titles of the segments, the best first."""

_CLASSES: Final = 5


def class_by_quantile(values: Floats) -> Floats:
    """Return classes from 1 (smallest) to 5 (largest), a fifth of the known values each; NaN where unknown.

    Equal values are of one class: that of the middle of their places. So all-equal values are of class 3, and the
    order of the rows decides nothing.

    >>> class_by_quantile(np.array([1, 1, 1, 1, 1, 1, 2, 3, 4, 5.0])).tolist()
    [2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 4.0, 4.0, 5.0, 5.0]
    """
    ranks = pd.Series(values).rank(method="average").to_numpy(dtype=np.float64)
    known = int(np.count_nonzero(~np.isnan(values)))
    if not known:
        return np.full(len(values), np.nan)
    # In twice the rank everything is whole: nothing depends on rounding.
    doubled = 2 * ranks - 1
    return np.asarray(np.floor(_CLASSES * doubled / (2 * known)) + 1)


def name_segments(recency: Floats, frequency: Floats, money: Floats) -> NDArray[np.object_]:
    """Return the segment of every client, a key of ``SEGMENTS``; ``""`` where the classes are not known.

    Args:
        recency, frequency, money: classes from 1 to 5, 5 being the latest, the most often and the most money;
            frequency stands for money where that is not known.

    >>> one = np.array([5.0, 1.0])
    >>> name_segments(one, np.array([5.0, 5.0]), np.array([5.0, 3.0])).tolist()
    ['champion', 'at-risk']
    """
    money = np.where(np.isnan(money), frequency, money)
    often, rich = frequency >= 4, money >= 4
    cases = [
        (np.isnan(recency), ""),
        ((recency >= 4) & often & rich, "champion"),
        ((recency >= 3) & often, "loyal"),
        ((recency >= 4) & (frequency == 3), "promising"),
        (recency >= 4, "new"),
        (recency == 3, "cooling"),
        (often & rich, "cannot-lose"),
        (often, "at-risk"),
        (recency == 2, "sleeping"),
    ]
    return np.select([mask for mask, _name in cases], [name for _mask, name in cases], "lost").astype(object)


def class_by_share(turnover: Floats, a_share: float, b_share: float) -> NDArray[np.object_]:
    """Return ``A``, ``B`` or ``C`` by what all larger clients bring together; ``""`` where the turnover is unknown.

    A client is of class A as long as those who bring more than it have not reached ``a_share`` of the whole, of class
    B below ``b_share``. Equal turnovers are of one class; without any turnover a client is of class C.

    >>> class_by_share(np.array([500, 300, 150, 50, 0.0]), 0.8, 0.95).tolist()
    ['A', 'A', 'B', 'C', 'C']
    """
    paid = np.nan_to_num(turnover)
    values, place = np.unique(-paid, return_inverse=True)
    sums = np.bincount(place, paid, len(values))
    before = np.cumsum(sums) - sums
    # Cents may not decide: 0.1 + 0.2 is 0.3 for a buyer.
    share = np.round(before / max(float(paid.sum()), 1e-9), 9)[place]
    classes = np.select([np.isnan(turnover), paid <= 0, share < a_share, share < b_share], ["", "C", "A", "B"], "C")
    return classes.astype(object)
