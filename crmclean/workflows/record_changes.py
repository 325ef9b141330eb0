"""What became of the records of one source between two exports of it: numbers and IDs, nothing else."""

from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmclean.core.table import ADDED_PREFIX, Table
from crmclean.history.past_runs import RecordChanges

MOST_IDS: Final = 1000
"""So many IDs are named of each kind; the numbers are of all."""

_MERGED: Final = "merged"

Hashes = NDArray[np.uint64]


def compare_records(then: Table, now: Table) -> RecordChanges:
    """Return what became of the records between two exports; columns that crmclean added are passed over."""
    headers = [name for name in _own_columns(then) if name in set(_own_columns(now))]
    ids_then, ids_now = then.coalesced("id"), now.coalesced("id")
    if not (_tell_apart(ids_then) and _tell_apart(ids_now)):
        return _by_content(_row_hashes(then, headers), _row_hashes(now, headers))
    place = pd.Index(ids_then).get_indexer(pd.Index(ids_now))
    stayed = place >= 0
    other = _row_hashes(then, headers)[place[stayed]] != _row_hashes(now, headers)[stayed]
    named = {
        "new": ids_now[~stayed],
        "gone": ids_then[~ids_then.isin(ids_now)],
        "changed": ids_now[stayed][other],
    }
    ids = {kind: tuple(found.head(MOST_IDS).tolist()) for kind, found in named.items()}
    return RecordChanges("id", len(named["new"]), len(named["gone"]), len(named["changed"]), ids=MappingProxyType(ids))


def merged_anew(then: pd.DataFrame, now: pd.DataFrame) -> tuple[str, ...] | None:
    """Return the IDs of records that the later run merged into another one and the earlier did not.

    Args:
        then, now: the tables ``clusters`` of two runs of ``dedup``.

    Returns:
        ``None`` where the records have no IDs to know them by.
    """
    if not (_tell_apart(then["id"]) and _tell_apart(now["id"])):
        return None
    before = then["id"][then["role"].eq(_MERGED)]
    after = now["id"][now["role"].eq(_MERGED)]
    return tuple(after[~after.isin(before)].tolist())


def _own_columns(table: Table) -> list[str]:
    return [column.name for column in table.columns if not column.header.startswith(ADDED_PREFIX)]


def _tell_apart(ids: "pd.Series[str]") -> bool:
    return bool(len(ids)) and bool(ids.ne("").all()) and ids.is_unique


def _row_hashes(table: Table, headers: list[str]) -> Hashes:
    if not headers:
        return np.zeros(len(table), dtype=np.uint64)
    return np.asarray(pd.util.hash_pandas_object(table.frame[headers], index=False), dtype=np.uint64)


def _by_content(then: Hashes, now: Hashes) -> RecordChanges:
    """Compare two bags of records: two equal ones count twice."""
    values = np.concatenate([then, now])
    codes = np.unique(values, return_inverse=True)[1]
    more = np.bincount(codes[len(then) :], minlength=len(values)) - np.bincount(
        codes[: len(then)], minlength=len(values)
    )
    return RecordChanges("content", int(more[more > 0].sum()), int(-more[more < 0].sum()), None)
