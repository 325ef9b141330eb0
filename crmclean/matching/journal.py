"""The journal of a merge: what became of every filled cell of the records that were merged away.

The lines come into being in their order, a few thousand records at a time: the journal of a base is longer than the
base, and to sort its lines would cost more than to make them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa

from crmclean.core.executing import side_by_side
from crmclean.core.table import Table
from crmclean.fields.text import one_array
from crmclean.matching.arrays import Bools, Ints
from crmclean.matching.members import Members, are_equal, is_filled

JOURNAL_COLUMNS: Final = (
    "cluster_id",
    "row",
    "id",
    "survivor_row",
    "survivor_id",
    "column",
    "before",
    "after",
    "action",
)
ACTIONS: Final = ("dropped", "kept", "united", "changed")
DROPPED, KEPT, UNITED, CHANGED = range(len(ACTIONS))

_MEMBERS_AT_ONCE: Final = 32_768
_NO_LINE: Final = -1
_NONE: Final = np.zeros(0, dtype=np.int64)
_TEXT: Final = pd.StringDtype("pyarrow", na_value=np.nan)


@dataclass(frozen=True)
class MergedColumn:
    """What merging made of one column.

    Attributes:
        before: cells of the members.
        after: cells of the survivors, one per cluster.
        changed: whether the survivor's cell of each cluster is another than before.
        is_united: several values in one cell: what the survivor has now holds what the others had.
    """

    header: str
    before: pa.Array
    after: pa.Array
    changed: Bools
    is_united: bool


def write_journal(
    table: Table, members: Members, columns: Sequence[MergedColumn], cluster_id: "pd.Series[str]"
) -> pd.DataFrame:
    """Return what the merge did, columns ``JOURNAL_COLUMNS``, ordered by survivor, row and column.

    The texts that repeat themselves (names of clusters, IDs, headings, actions) are categories.

    For every filled cell of a merged record: ``kept`` (the survivor says the same), ``united`` (went over into the
    survivor's cell) or ``dropped``; and ``changed`` for every cell of the survivor that is another than before.

    Args:
        columns: those of the table that count, in its order.
        cluster_id: what the cluster of each row of the table is called.
    """
    order = np.lexsort((members.row, members.cluster))
    spread = pa.array(members.cluster)
    actions = [_actions(column, members, column.after.take(spread)) for column in columns]
    starts = range(0, len(order), _MEMBERS_AT_ONCE)
    pieces = list(
        side_by_side(
            lambda start: _write_lines(members, columns, actions, order[start : start + _MEMBERS_AT_ONCE]), starts
        )
    )
    member = np.concatenate([_NONE, *(piece.member for piece in pieces)])
    cluster = members.cluster[member]
    identity = one_array(table.coalesced("id")).take(pa.array(members.row))
    survivor = members.row[members.start]
    journal = {
        "cluster_id": _coded(one_array(cluster_id).take(pa.array(survivor)), cluster),
        "row": members.row[member] + 1,
        "id": _coded(identity, member),
        "survivor_row": survivor[cluster] + 1,
        "survivor_id": _coded(identity, members.start[cluster]),
        "column": _coded(
            pa.array([column.header for column in columns], pa.large_string()),
            np.concatenate([_NONE, *(piece.column for piece in pieces)]),
        ),
        "before": _text([piece.before for piece in pieces]),
        "after": _text([piece.after for piece in pieces]),
        "action": _coded(
            pa.array(ACTIONS, pa.large_string()), np.concatenate([_NONE, *(piece.action for piece in pieces)])
        ),
    }
    return pd.DataFrame({name: journal[name] for name in JOURNAL_COLUMNS}, copy=False)


@dataclass(frozen=True)
class _Lines:
    """Some lines of the journal: the member and column of each, its texts, and the code of its action."""

    member: Ints
    column: Ints
    before: pa.Array
    after: pa.Array
    action: Ints


def _write_lines(
    members: Members, columns: Sequence[MergedColumn], actions: Sequence[np.ndarray], some: Ints
) -> _Lines:
    """Return the lines of ``some`` members, one member after another."""
    action = np.column_stack([codes[some] for codes in actions]) if actions else np.zeros((len(some), 0), np.int8)
    is_line = action != _NO_LINE
    place, column = np.nonzero(is_line)
    # The cells are taken column by column; each line finds its own by the number of those before it.
    rank = np.cumsum(is_line, axis=0)[place, column] - 1
    count = is_line.sum(axis=0)
    found = pa.array((np.cumsum(count) - count)[column] + rank)
    having = [some[np.flatnonzero(is_line[:, number])] for number in range(len(columns))]
    before = [item.before.take(pa.array(rows)) for item, rows in zip(columns, having, strict=True)]
    after = [item.after.take(pa.array(members.cluster[rows])) for item, rows in zip(columns, having, strict=True)]
    return _Lines(
        some[place], column, _join(before).take(found), _join(after).take(found), action[place, column].astype(np.int64)
    )


def _join(parts: Sequence[pa.Array]) -> pa.Array:
    return pa.concat_arrays([pa.array([], pa.large_string()), *parts])


def _text(parts: Sequence[pa.Array]) -> "pd.Series[str]":
    return pd.Series(pa.chunked_array(parts, pa.large_string()), dtype=_TEXT)


def _coded(texts: pa.Array, codes: Ints) -> pd.Categorical:
    """Return texts that stand in many lines as categories: a code for a line, and each text once."""
    encoded = texts.dictionary_encode()
    categories = pd.Index(encoded.dictionary, dtype=_TEXT)
    return pd.Categorical.from_codes(encoded.indices.to_numpy()[codes], categories)


def _actions(column: MergedColumn, members: Members, after: pa.Array) -> np.ndarray:
    """Return, per member, the code of its line for one column, ``_NO_LINE`` where it has none."""
    changed = column.changed[members.cluster]
    same = are_equal(column.before, after)
    went_over = changed & (same | column.is_united)
    codes = np.where(went_over, UNITED, np.where(same, KEPT, DROPPED))
    codes[~is_filled(column.before)] = _NO_LINE
    codes[members.start] = np.where(column.changed, CHANGED, _NO_LINE)
    return codes.astype(np.int8)
