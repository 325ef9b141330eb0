"""Survivorship: which record of a cluster stays, what it takes over from the others, and what leaves the table.

Phones, e-mails, tags and comments are united; the first date of creation, the last activity and the strictest
opt-out win; every other cell is the survivor's own, else the newest that is filled. Whatever of a merged record
does not stand in the survivor afterwards is in the journal.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from crmclean.core.settings import Keep
from crmclean.core.table import ADDED_PREFIX, Column, Table
from crmclean.fields.date import parse_dates
from crmclean.fields.email import email_keys, split_emails
from crmclean.fields.phone import split_phones
from crmclean.fields.tag import split_values
from crmclean.fields.text import fold_cells
from crmclean.fields.yes_no import is_yes
from crmclean.matching.arrays import Bools, Ints

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

_UNITED: Final = frozenset({"phone", "fax", "email", "tags", "comment", "messenger", "website"})
_EARLIEST: Final = frozenset({"created_at"})
_LATEST: Final = frozenset({"last_activity", "modified_at"})


@dataclass(frozen=True)
class Merged:
    """A table after its clusters were merged.

    Attributes:
        table: without the records that were merged away; survivors stand where they stood.
        journal: what the merge did, columns ``JOURNAL_COLUMNS``: for every filled cell of a merged record whether it
            is ``kept`` (the survivor says the same), ``united`` (went over into the survivor's cell) or ``dropped``;
            and ``changed`` for every cell of the survivor that is another than before.
    """

    table: Table
    journal: pd.DataFrame


def choose_survivors(table: Table, cluster: Ints, keep: Keep) -> Ints:
    """Return, per record, the position of the record that survives its cluster.

    Ties go on: fullest, oldest by date of creation, then the smallest ID, then the first row.
    """
    survivor = np.arange(len(table), dtype=np.int64)
    members = np.flatnonzero(np.bincount(cluster, minlength=1)[cluster] > 1)
    if not len(members):
        return survivor
    created = _times(table, "created_at", members)
    filled = np.zeros(len(members), dtype=np.int64)
    for column in table.columns:
        if not column.header.startswith(ADDED_PREFIX):
            filled += table.frame[column.name].take(members).str.strip().ne("").to_numpy(np.int64)
    never = np.iinfo(np.int64).max
    oldest = np.where(created < 0, never, created)
    newest = np.where(created < 0, never, never - 1 - created)
    first = {"fullest": -filled, "oldest": oldest, "newest": newest}[keep]
    identity = table.coalesced("id").take(members)
    by_id = np.lexsort((identity.to_numpy(object).astype(str), identity.str.len().to_numpy(np.int64)))
    rank = np.empty(len(members), dtype=np.int64)
    rank[by_id] = np.arange(len(members))
    group = cluster[members]
    order = np.lexsort((members, rank, oldest, -filled, first, group))
    start = np.r_[True, group[order][1:] != group[order][:-1]]
    survivor[members[order]] = members[order][start][np.cumsum(start) - 1]
    return survivor


def merge_records(table: Table, survivor: Ints, cluster_id: "pd.Series[str]") -> Merged:
    """Merge each record into the survivor of its cluster.

    Args:
        survivor: per record the position of the record that survives, its own where it stays.
        cluster_id: what the journal calls the cluster of each record.
    """
    merged = np.flatnonzero(survivor != np.arange(len(table)))
    members = np.flatnonzero(np.isin(survivor, survivor[merged]))
    recency = np.full(len(table), -1, dtype=np.int64)
    for role in ("last_activity", "modified_at", "created_at"):
        recency[members] = np.maximum(recency[members], _times(table, role, members))
    # The survivor first, then the others, the newest first: "the newest filled" is the first that is filled.
    order = members[np.lexsort((members, -recency[members], survivor[members] != members, survivor[members]))]
    group = _Group(order, survivor[order])
    cells: dict[str, pd.Series[str]] = {}
    for column in table.columns:
        before = table.frame[column.name]
        cells[column.name] = _surviving(table, column, before, group) if len(merged) else before
    frame = pd.DataFrame(cells, columns=[column.name for column in table.columns])
    journal = _journal(table, frame, survivor, merged, cluster_id)
    return Merged(table.with_frame(frame.drop(index=frame.index[merged])), journal)


@dataclass(frozen=True)
class _Group:
    """Members of all clusters of two and more: positions ordered by cluster, the survivor first in each."""

    order: Ints
    survivor: Ints

    def first_where(self, cells: "pd.Series[str]", good: Bools) -> "pd.Series[str]":
        """Return ``cells`` with each survivor's replaced by the first good one of its cluster, if there is any."""
        survivors, first = np.unique(self.survivor[good], return_index=True)
        source = np.arange(len(cells))
        source[survivors] = self.order[good][first]
        return cells.take(source).reset_index(drop=True)


def _surviving(table: Table, column: Column, before: "pd.Series[str]", group: _Group) -> "pd.Series[str]":
    if column.header.startswith(ADDED_PREFIX) or column.role == "id":
        return before
    texts = before.iloc[group.order].str.strip()
    filled = texts.ne("").to_numpy(dtype=np.bool_)
    if column.role in _UNITED:
        return _united(table, column, before, group, texts)
    if column.role in _EARLIEST | _LATEST:
        times = parse_dates(texts).to_numpy().astype("datetime64[s]").astype(np.int64)
        known = ~np.isnat(times.astype("datetime64[s]"))
        rank = times if column.role in _EARLIEST else -times
        ordered = np.lexsort((np.arange(len(rank)), np.where(known, rank, np.iinfo(np.int64).max), group.survivor))
        return _Group(group.order[ordered], group.survivor[ordered]).first_where(before, (known | filled)[ordered])
    if column.role == "opt_out":
        strict = is_yes(texts).to_numpy(dtype=np.bool_)
        return group.first_where(group.first_where(before, filled), strict)
    return group.first_where(before, filled)


def _united(
    table: Table, column: Column, before: "pd.Series[str]", group: _Group, texts: "pd.Series[str]"
) -> "pd.Series[str]":
    """Append to each survivor's cell what the other cells of its cluster add."""
    split = _SPLITTERS.get(column.role, _split_whole)
    own = texts.to_numpy(object)
    # Only clusters in which some other cell is filled and not the same to the letter need a closer look.
    survivor_text = before.iloc[group.survivor].str.strip().to_numpy(object)
    news = (own != "") & (own != survivor_text)
    if not news.any():
        return before
    touched = np.isin(group.survivor, group.survivor[news])
    cells = texts[touched].reset_index(drop=True)
    parts = split(cells)
    owner = group.survivor[touched][parts["position"].to_numpy()]
    parts = parts.assign(owner=owner).drop_duplicates(["owner", "key"])
    parts = parts[~_elsewhere(table, column, parts)]
    joiner = "\n" if column.role == "comment" else table.origin.multi_value_joiner
    is_own = group.order[touched][parts["position"].to_numpy()] == parts["owner"].to_numpy()
    news = parts[~is_own]
    added = join_by_owner(news["owner"].tolist(), news["text"].tolist(), joiner)
    owners = np.fromiter(added, dtype=np.int64, count=len(added))
    kept = before.take(owners).tolist()
    result = before.to_numpy(object).copy()
    result[owners] = [
        cell + joiner + more if cell.strip() else more for cell, more in zip(kept, added.values(), strict=True)
    ]
    return pd.Series(result, index=before.index, dtype="str")


def join_by_owner(owners: list[int], values: list[str], joiner: str) -> dict[int, str]:
    """Return for each owner its values as one text, in the order in which they come.

    >>> join_by_owner([7, 3, 7], ["a", "b", "c"], ", ")
    {7: 'a, c', 3: 'b'}
    """
    texts: dict[int, list[str]] = {}
    for owner, text in zip(owners, values, strict=True):
        texts.setdefault(owner, []).append(text)
    return {owner: joiner.join(values) for owner, values in texts.items()}


def _elsewhere(table: Table, column: Column, parts: pd.DataFrame) -> Bools:
    """A number that the survivor has in another column already need not be added to this one."""
    result = np.zeros(len(parts), dtype=np.bool_)
    if column.role not in ("phone", "email"):
        return result
    owners = np.unique(parts["owner"].to_numpy())
    for other in table.with_role(column.role):
        if other.name == column.name:
            continue
        theirs = _SPLITTERS[column.role](table.frame[other.name].iloc[owners].reset_index(drop=True))
        known = pd.MultiIndex.from_arrays([owners[theirs["position"].to_numpy()], theirs["key"]])
        result |= pd.MultiIndex.from_arrays([parts["owner"], parts["key"]]).isin(known)
    return result


def _split_phones(cells: "pd.Series[str]") -> pd.DataFrame:
    found = split_phones(cells)
    known = found["number"].ne("") & found["extension"].eq("")
    text = found["number"].where(known, found["raw"].str.strip())
    return pd.DataFrame({"position": found["position"], "key": fold_cells(text), "text": text})


def _split_emails(cells: "pd.Series[str]") -> pd.DataFrame:
    found = split_emails(cells)
    text = found["address"].where(found["address"].ne(""), found["raw"].str.strip())
    keys = email_keys(found["address"])
    return pd.DataFrame({"position": found["position"], "key": keys.where(keys.ne(""), fold_cells(text)), "text": text})


def _split_tags(cells: "pd.Series[str]") -> pd.DataFrame:
    found = split_values(cells)
    return pd.DataFrame({"position": found["position"], "key": fold_cells(found["value"]), "text": found["value"]})


def _split_whole(cells: "pd.Series[str]") -> pd.DataFrame:
    filled = np.flatnonzero(cells.ne(""))
    texts = cells.iloc[filled].reset_index(drop=True)
    return pd.DataFrame({"position": filled, "key": fold_cells(texts), "text": texts})


_SPLITTERS: Final[dict[str, Callable[["pd.Series[str]"], pd.DataFrame]]] = {
    "phone": _split_phones,
    "fax": _split_phones,
    "email": _split_emails,
    "tags": _split_tags,
}


def _journal(
    table: Table, after: pd.DataFrame, survivor: Ints, merged: Ints, cluster_id: "pd.Series[str]"
) -> pd.DataFrame:
    kept = np.unique(survivor[merged])
    place = np.searchsorted(kept, survivor[merged])
    headers: list[str] = []
    parts: list[tuple[Ints, pd.Series[str], pd.Series[str], Ints]] = []
    for column in table.columns:
        if column.header.startswith(ADDED_PREFIX):
            continue
        cells = table.frame[column.name]
        old, was, now = cells.take(merged), cells.take(kept), after[column.name].take(kept)
        changed = (was.to_numpy() != now.to_numpy()).astype(np.bool_)
        filled = np.flatnonzero(old.ne("").to_numpy())
        same = old.take(filled).to_numpy() == now.take(place[filled]).to_numpy()
        action = np.where(changed[place[filled]], UNITED, np.where(same, KEPT, DROPPED))
        parts.append((kept[changed], was[changed], now[changed], np.full(int(changed.sum()), CHANGED)))
        parts.append((merged[filled], old.take(filled), now.take(place[filled]), action))
        headers += [column.header, column.header]
    if not parts:
        return pd.DataFrame({name: [] for name in JOURNAL_COLUMNS})
    found = np.concatenate([rows for rows, _, _, _ in parts])
    order = np.lexsort((found, survivor[found]))
    found = found[order]
    column_of_line = np.repeat(np.arange(len(parts)), [len(rows) for rows, _, _, _ in parts])
    identity = table.coalesced("id")
    journal = {
        "cluster_id": cluster_id.take(found),
        "row": found + 1,
        "id": identity.take(found),
        "survivor_row": survivor[found] + 1,
        "survivor_id": identity.take(survivor[found]),
        "column": pd.Series(headers, dtype="str").take(column_of_line[order]),
        "before": pd.concat([before for _, before, _, _ in parts]).take(order),
        "after": pd.concat([now for _, _, now, _ in parts]).take(order),
        "action": pd.Series(ACTIONS, dtype="str").take(np.concatenate([part[3] for part in parts])[order]),
    }
    return pd.DataFrame({name: getattr(journal[name], "array", journal[name]) for name in JOURNAL_COLUMNS})


def _times(table: Table, role: str, rows: Ints) -> Ints:
    """Return seconds since 1970 for ``rows``, the latest among the columns of ``role``; -1 where unknown."""
    result = np.full(len(rows), -1, dtype=np.int64)
    for column in table.with_role(role):
        times = parse_dates(table.frame[column.name].take(rows)).to_numpy().astype("datetime64[s]")
        result = np.maximum(result, np.where(np.isnat(times), -1, times.astype(np.int64)))
    return result
