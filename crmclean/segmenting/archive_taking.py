"""What a rule takes out of the active base, and how several rules share the records among them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Taking:
    """What one rule takes.

    Attributes:
        title: the rule as it stands in the report and beside each record.
        reason: how the rule words its reason; a heading in square brackets where a column does.
        rows: which records it fits.
        reasons: the reason of each record, ``""`` where there is none.
        warm_up: the list for warming up, ``""`` for none.
        notes: what else is to be remembered of each record.
        missing: what the export lacks, in words; such a rule takes nothing.
    """

    title: str
    reason: str
    rows: Bools
    reasons: "pd.Series[str]"
    warm_up: "pd.Series[str]"
    notes: "pd.Series[str]"
    missing: str = ""


@dataclass(frozen=True)
class Leaving:
    """What leaves the active base, and why.

    Attributes:
        rows: which records leave.
        rule, reason, warm_up, note: of those, ``""`` of the others.
        without_reason: records that fit rules none of which has a reason for them: they stay.
        asked_by: title of the first rule that they fit.
        taken: so many records each rule took, in the order of the rules.
    """

    rows: Bools
    rule: "pd.Series[str]"
    reason: "pd.Series[str]"
    warm_up: "pd.Series[str]"
    note: "pd.Series[str]"
    without_reason: Bools
    asked_by: "pd.Series[str]"
    taken: tuple[int, ...]


def texts(size: int, text: str = "") -> "pd.Series[str]":
    """Return so many cells with one text."""
    return pd.Series([text], dtype="str").repeat(size).reset_index(drop=True)


def share_out(takings: Sequence[Taking], free: Bools) -> Leaving:
    """Return what leaves: the first rule that fits a record and has a reason for it takes it.

    Args:
        free: records that may be taken at all.
    """
    size = len(free)
    first = np.full(size, -1, dtype=np.int64)
    asked = np.full(size, -1, dtype=np.int64)
    for place, taking in enumerate(takings):
        fits = taking.rows & free
        asked[fits & (asked < 0)] = place
        first[fits & taking.reasons.ne("").to_numpy(np.bool_) & (first < 0)] = place
    columns = {name: texts(size) for name in ("rule", "reason", "warm_up", "note", "asked_by")}
    without_reason = (asked >= 0) & (first < 0)
    for place, taking in enumerate(takings):
        took = pd.Series(first == place)
        columns["rule"] = columns["rule"].mask(took, taking.title)
        columns["reason"] = columns["reason"].mask(took, taking.reasons)
        columns["warm_up"] = columns["warm_up"].mask(took, taking.warm_up)
        columns["note"] = columns["note"].mask(took, taking.notes)
        columns["asked_by"] = columns["asked_by"].mask(pd.Series(without_reason & (asked == place)), taking.title)
    taken = tuple(int((first == place).sum()) for place in range(len(takings)))
    return Leaving(first >= 0, **columns, without_reason=without_reason, taken=taken)
