"""Survivorship: which record of a cluster stays, what it takes over from the others, and what leaves the table.

Phones, e-mails, tags and comments are united (``uniting``); the first date of creation, the last activity and the
strictest opt-out win; a name whose spelling stands alone takes the one that others agree on (``respelling``); every
other cell is the survivor's own, else the newest that is filled. Whatever of a merged record does not stand in the
survivor afterwards is in the journal (``journal``).
"""

from collections.abc import Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from itertools import chain
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa

from crmclean.core.executing import IN_TURN, side_by_side
from crmclean.core.settings import Keep
from crmclean.core.table import ADDED_PREFIX, Column, Table
from crmclean.fields.date import parse_dates
from crmclean.fields.text import one_array
from crmclean.fields.yes_no import is_yes
from crmclean.matching.arrays import Ints
from crmclean.matching.journal import ACTIONS, JOURNAL_COLUMNS, MergedColumn, write_journal
from crmclean.matching.members import Members, Surviving, are_equal, is_filled, trim
from crmclean.matching.respelling import NAME_ROLES, choose_spellings
from crmclean.matching.uniting import SHARED_LISTS, UNITED_ROLES, join_by_owner, splitter_of, unite_columns

__all__ = ["ACTIONS", "JOURNAL_COLUMNS", "Merged", "choose_survivors", "join_by_owner", "merge_records"]

_EARLIEST: Final = frozenset({"created_at"})
_LATEST: Final = frozenset({"last_activity", "modified_at"})
_UNKNOWN: Final = np.iinfo(np.int64).min
"""The moment of a cell that tells none."""
_TEXT: Final = pd.StringDtype("pyarrow", na_value=np.nan)


@dataclass(frozen=True)
class Merged:
    """A table after its clusters were merged.

    Attributes:
        table: without the records that were merged away; survivors stand where they stood.
        journal: what the merge did, see ``write_journal``.
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


def merge_records(
    table: Table, survivor: Ints, cluster_id: "pd.Series[str]", region: str = "RU", beside: Executor = IN_TURN
) -> Merged:
    """Merge each record into the survivor of its cluster.

    Args:
        survivor: per record the position of the record that survives, its own where it stays.
        cluster_id: what the journal calls the cluster of each record.
        region: country of phones that are written without a country code.
        beside: finds better spellings of names while the other columns are merged.
    """
    everyone = np.arange(len(table), dtype=np.int64)
    merged = np.flatnonzero(survivor != everyone)
    row = np.flatnonzero(np.isin(survivor, survivor[merged]))
    moments = _moments(table, row)
    recency = np.max([np.full(len(row), -1), *moments.values()], axis=0)
    # The survivor first, then the others, the newest first: "the newest filled" is the first that is filled.
    order = np.lexsort((row, -recency, survivor[row] != row, survivor[row]))
    members = Members.of(row[order], survivor[row][order])
    times_of = {name: times[order] for name, times in moments.items()}
    work = _Work(table, members, times_of, region, _ask_for_spellings(table, members, beside))
    kept = np.flatnonzero(survivor == everyone)
    frame: dict[str, pd.Series[str]] = {}
    journalled: dict[str, MergedColumn] = {}
    for column, merged_column, cells in chain.from_iterable(
        side_by_side(lambda columns: work.merge_and_write(columns, kept), _lists(table.columns))
    ):
        frame[column.name] = cells
        journalled[column.name] = merged_column
    own = [column.name for column in table.columns if not column.header.startswith(ADDED_PREFIX)]
    journal = write_journal(table, members, [journalled[name] for name in own], cluster_id)
    del journalled
    merged_frame = pd.DataFrame({column.name: frame[column.name] for column in table.columns}, copy=False)
    return Merged(table.with_frame(merged_frame), journal)


def _lists(columns: Sequence[Column]) -> list[list[Column]]:
    """Return the columns that are merged together: those of one role whose values are one list; every other alone."""
    found: dict[str, list[Column]] = {}
    for column in columns:
        is_shared = column.role in SHARED_LISTS and not column.header.startswith(ADDED_PREFIX)
        found.setdefault(column.role if is_shared else f"column {column.name}", []).append(column)
    return list(found.values())


@dataclass(frozen=True)
class _Work:
    """What is needed to merge a column.

    Attributes:
        moments: seconds since 1970 of the members, by name of the columns that hold moments; ``_UNKNOWN`` where none.
        spellings: what ``choose_spellings`` finds, by name of the columns of names.
    """

    table: Table
    members: Members
    moments: dict[str, Ints]
    region: str
    spellings: "dict[str, Future[Ints]]"

    def merge(self, columns: Sequence[Column]) -> list[MergedColumn]:
        """Return what becomes of columns that are merged together."""
        rows, start = pa.array(self.members.row), pa.array(self.members.start)
        cells = [one_array(self.table.frame[column.name]).take(rows) for column in columns]
        result = []
        for column, before, surviving in zip(columns, cells, self._survive(columns, cells), strict=True):
            after = surviving.take(before)
            changed = ~are_equal(after, before.take(start))
            result.append(MergedColumn(column.header, before, after, changed, column.role in UNITED_ROLES))
        return result

    def merge_and_write(
        self, columns: Sequence[Column], kept: Ints
    ) -> "list[tuple[Column, MergedColumn, pd.Series[str]]]":
        """Return columns that are merged together: each, what becomes of it, and its cells in the rows that stay."""
        merged = self.merge(columns)
        return [(column, part, self.write(column, part, kept)) for column, part in zip(columns, merged, strict=True)]

    def write(self, column: Column, merged: MergedColumn, kept: Ints) -> "pd.Series[str]":
        """Return the cells of a column in the rows that stay."""
        cells = one_array(self.table.frame[column.name])
        source = np.arange(len(self.table), dtype=np.int64)
        source[self.members.row[self.members.start[merged.changed]]] = len(source) + np.arange(merged.changed.sum())
        pool = pa.concat_arrays([cells, merged.after.filter(pa.array(merged.changed))])
        return pd.Series(pool.take(pa.array(source[kept])), dtype=_TEXT)

    def _survive(self, columns: Sequence[Column], cells: Sequence[pa.Array]) -> list[Surviving]:
        """Return what stands in the survivors' cells of columns that are merged together."""
        role = columns[0].role
        if columns[0].header.startswith(ADDED_PREFIX) or role == "id":
            return [Surviving.cells_of(self.members.start)]
        if role in UNITED_ROLES:
            joiner = "\n" if role == "comment" else self.table.origin.multi_value_joiner
            return unite_columns(cells, self.members, splitter_of(role, self.region), joiner)
        texts = trim(cells[0])
        if role in NAME_ROLES:
            return [self._respell(texts, self.spellings[columns[0].name].result())]
        return [Surviving.cells_of(self._choose(columns[0], texts))]

    def _respell(self, texts: pa.Array, agreed: Ints) -> Surviving:
        """Return the cells that survive in a column of names; the spelling of others is taken without spaces."""
        choice = self.members.first_where(is_filled(texts))
        other = np.flatnonzero(agreed != self.members.start)
        choice[other] = len(self.members) + np.arange(len(other))
        return Surviving(choice, texts.take(pa.array(agreed[other])))

    def _choose(self, column: Column, texts: pa.Array) -> Ints:
        """Return, per cluster, the member whose cell survives, given the cells without white space around them."""
        choice = self.members.first_where(is_filled(texts))
        if column.role in _EARLIEST | _LATEST:
            return self._first_in_time(self.moments[column.name], column.role in _LATEST, choice)
        if column.role == "opt_out":
            strict = self.members.first_where(is_yes(pd.Series(texts, dtype=_TEXT)).to_numpy(dtype=np.bool_))
            return np.where(strict != self.members.start, strict, choice)
        return choice

    def _first_in_time(self, moments: Ints, is_latest: bool, unknown: Ints) -> Ints:
        """Return, per cluster, the first member of the earliest or latest moment; ``unknown`` where none is known."""
        if not len(moments):
            return unknown
        nothing = np.iinfo(np.int64).max
        rank = np.where(moments == _UNKNOWN, nothing, -moments if is_latest else moments)
        best = np.minimum.reduceat(rank, self.members.start)
        first = self.members.first_where(rank == best[self.members.cluster])
        return np.where(best == nothing, unknown, first)


def _ask_for_spellings(table: Table, members: Members, beside: Executor) -> "dict[str, Future[Ints]]":
    """Have the spellings chosen that survive in the columns of names."""
    rows = pa.array(members.row)
    return {
        column.name: beside.submit(
            choose_spellings, trim(one_array(table.frame[column.name]).take(rows)), members, column.role
        )
        for column in table.with_role(*NAME_ROLES)
        if not column.header.startswith(ADDED_PREFIX)
    }


def _moments(table: Table, rows: Ints) -> dict[str, Ints]:
    """Return seconds since 1970 for ``rows`` by name of the columns that hold moments; ``_UNKNOWN`` where none."""
    result: dict[str, Ints] = {}
    for column in table.with_role(*_EARLIEST, *_LATEST):
        cells = trim(one_array(table.frame[column.name]).take(pa.array(rows)))
        times = parse_dates(pd.Series(cells, dtype=_TEXT)).to_numpy().astype("datetime64[s]")
        result[column.name] = np.where(np.isnat(times), _UNKNOWN, times.astype(np.int64))
    return result


def _times(table: Table, role: str, rows: Ints) -> Ints:
    """Return seconds since 1970 for ``rows``, the latest among the columns of ``role``; -1 where unknown."""
    result = np.full(len(rows), -1, dtype=np.int64)
    for column in table.with_role(role):
        times = parse_dates(table.frame[column.name].take(rows)).to_numpy().astype("datetime64[s]")
        result = np.maximum(result, np.where(np.isnat(times), -1, times.astype(np.int64)))
    return result
