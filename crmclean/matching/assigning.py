"""From links to one line per row: the client, company and household of each, its role, and what holds it there."""

from typing import Final

import numpy as np
import pandas as pd

from crmclean.core.settings import Keep
from crmclean.core.table import Table
from crmclean.matching.arrays import MISSING, Floats, Ints, Objects
from crmclean.matching.linking import Linked, Links
from crmclean.matching.merging import choose_survivors

CLUSTER_COLUMNS: Final = (
    "row",
    "id",
    "cluster_id",
    "likely_id",
    "company_id",
    "household_id",
    "role",
    "probability",
    "reason",
)


def assign_clusters(table: Table, linked: Linked, order: Ints, keep: Keep) -> pd.DataFrame:
    """Return one line per row of ``table``, columns ``CLUSTER_COLUMNS``.

    Args:
        linked: who is who, in the order in which the rows were compared.
        order: position in ``table`` of each compared row.
        keep: which record survives its cluster.
    """
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    cluster = linked.cluster[place]
    survivor = choose_survivors(table, cluster, keep)
    alone = np.bincount(cluster, minlength=len(table))[cluster] == 1
    doubtful = np.zeros(len(table), dtype=np.bool_)
    doubtful[order[linked.doubtful.left]] = True
    doubtful[order[linked.doubtful.right]] = True
    role = np.where(alone, "single", np.where(survivor == np.arange(len(table)), "survivor", "merged"))
    role = np.where(alone & doubtful, "review", role)
    label = _labels(table)
    probability, reason = _holding(linked.merges, order, survivor)
    asked_probability, asked_reason = _strongest(linked.doubtful, order, len(table))
    probability = np.where(alone, asked_probability, probability)
    return pd.DataFrame(
        {
            "row": np.arange(1, len(table) + 1),
            "id": table.coalesced("id"),
            "cluster_id": label.iloc[survivor].reset_index(drop=True),
            "likely_id": _group_labels(label.iloc[survivor].reset_index(drop=True), linked.likely[place], ""),
            "company_id": _group_labels(label, linked.company[place], "c"),
            "household_id": _group_labels(label, linked.household[place], "h"),
            "role": pd.Series(role, dtype="str"),
            "probability": probability,
            "reason": pd.Series(np.where(alone, asked_reason, reason), dtype="str"),
        }
    )


def _labels(table: Table) -> "pd.Series[str]":
    """Return what a row is called: its ID in the CRM where every row has its own, else its number."""
    identity = table.coalesced("id")
    if len(table) and identity.ne("").all() and identity.is_unique:
        return identity
    return pd.Series(np.arange(1, len(table) + 1).astype(str), dtype="str")


def _group_labels(label: "pd.Series[str]", group: Ints, prefix: str) -> "pd.Series[str]":
    """Return for each row the prefix and the label of the first row of its group; ``""`` where it has none."""
    numbers, first, inverse = np.unique(group, return_index=True, return_inverse=True)
    texts = prefix + label.iloc[first].reset_index(drop=True)
    if len(numbers) and numbers[0] == MISSING:
        texts.iloc[0] = ""
    return texts.iloc[inverse].reset_index(drop=True)


def _holding(merges: Links, order: Ints, survivor: Ints) -> tuple[Floats, Objects]:
    """Return per row the weakest link on its way to the survivor, and the reason of the link that holds the row.

    For the survivor itself both are of its strongest link.
    """
    size = len(survivor)
    left, right = order[merges.left], order[merges.right]
    probability, best_reason = _strongest(merges, order, size)
    known = survivor == np.arange(size)
    result = np.where(known, np.inf, np.nan)
    texts = merges.reason.to_numpy(object)
    reason = best_reason.copy()
    open_ = np.arange(len(left))
    while len(open_):
        a, b = left[open_], right[open_]
        ready = known[a] != known[b]
        if not ready.any():
            break
        links = open_[ready]
        source = np.where(known[left[links]], left[links], right[links])
        target = np.where(known[left[links]], right[links], left[links])
        result[target] = np.minimum(result[source], merges.probability[links])
        reason[target] = texts[links]
        known[target] = True
        open_ = open_[~ready]
    return np.where(np.isinf(result), probability, result), reason


def _strongest(links: Links, order: Ints, size: int) -> tuple[Floats, Objects]:
    """Return per row the probability and reason of its strongest link; NaN and ``""`` where it has none."""
    probability = np.full(size, np.nan)
    reason = np.full(size, "", dtype=object)
    weakest_first = np.argsort(links.probability, kind="stable")
    texts = links.reason.to_numpy(object)
    for ends in (links.left, links.right):
        rows = order[ends[weakest_first]]
        better = ~(probability[rows] >= links.probability[weakest_first])
        probability[rows[better]] = links.probability[weakest_first][better]
        reason[rows[better]] = texts[weakest_first][better]
    return probability, reason
