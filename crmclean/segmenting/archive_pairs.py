"""Which record of an export is which record of the archive, and which is another record of the same client.

Known again is a record by the client id of `dedup`, by its ID, by what it says, by the IDs of the records that `dedup`
merged into it, or by a contact and a name that does not contradict. What has the ID of another but nothing else in
common with it is another record. Each record is known again once: a second row of the same ID is a record of its own.
Only a row into which several records of the archive were merged is all of them. The order of the rows decides nothing.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmclean.core.table import ADDED_PREFIX, Table
from crmclean.fields.company_key import make_company_key
from crmclean.fields.inn import inn_keys
from crmclean.fields.text import fold, map_distinct
from crmclean.hygiene.reach import State, read_reach
from crmclean.segmenting.archive_columns import CLIENT_ID, MERGED, Rows, own_cells
from crmclean.segmenting.archive_merged import find_merged
from crmclean.segmenting.archive_people import contradict

Bools = NDArray[np.bool_]

_NO_DIGIT: Final = re.compile(r"\D")
_IDENTIFYING: Final = (
    "full_name", "last_name", "first_name", "company", "phone", "email", "inn", "birthday", "created_at", "deal_title",
)  # fmt: skip
_TRAITS: Final[Mapping[str, Callable[[str], str]]] = MappingProxyType(
    {
        "phone": lambda text: _NO_DIGIT.sub("", text)[-10:],
        "full_name": lambda text: fold(text).partition(" ")[0],
        "company": make_company_key,
    }
)
"""How two spellings of one value are compared where a folded text does not do."""

_MOST_SHARING: Final = 20
"""A phone, mailbox or INN of more records than this says nothing of who a client is: a reception, a placeholder."""


@dataclass(frozen=True)
class Both:
    """The records of the archive and those of the export, in the same columns, one below the other.

    Attributes:
        table: those of the archive first.
        old: so many are of the archive.
        compared: names of the columns that both files have and that crmclean did not add.
    """

    table: Table
    old: int
    compared: tuple[str, ...]

    @classmethod
    def of(cls, archived: Table, export: Table, compared: tuple[str, ...]) -> "Both":
        """Put two tables of the same columns together."""
        frame = pd.concat([archived.frame, export.frame], ignore_index=True)
        own = tuple(name for name in compared if not name.startswith(ADDED_PREFIX))
        return cls(Table(frame, export.columns, export.origin), len(archived), own)

    @property
    def new(self) -> int:
        """So many are of the export."""
        return len(self.table) - self.old

    def without(self, rows: Rows) -> "Both":
        """Return the records without these of the archive."""
        kept = np.setdiff1d(np.arange(len(self.table)), rows)
        return replace(self, table=self.table.with_frame(self.table.frame.iloc[kept]), old=self.old - len(rows))

    def content(self) -> NDArray[np.uint64]:
        """Return what each record says as one number."""
        if not self.compared:
            return np.zeros(len(self.table), dtype=np.uint64)
        cells = self.table.frame[list(self.compared)]
        return np.asarray(pd.util.hash_pandas_object(cells, index=False), dtype=np.uint64)


@dataclass(frozen=True)
class Candidates:
    """Records of the archive and of the export that have a contact in common and do not contradict.

    Attributes:
        old: row of the archive.
        new: row of the export.
        shared: so many contacts in common.
    """

    old: Rows
    new: Rows
    shared: Rows


def pair_records(both: Both, fresh: Bools, region: str) -> tuple[Rows, Candidates]:
    """Return the row of the export that is the same record as each row of the archive, -1 where none is.

    One row of the export can be several of the archive, if they were merged into it since. The second value tells
    which of the other rows of the export may be of the client of a row of the archive.

    Args:
        fresh: rows of the export that were entered since: of these alone the client is looked for.
    """
    if not both.old:
        none = np.zeros(0, dtype=np.int64)
        return none, Candidates(none, none, none)
    content = both.content()
    identity = both.table.coalesced("id")
    client = own_cells(both.table, CLIENT_ID)
    partner = np.full(both.old, -1, dtype=np.int64)
    exact = pd.Series(content.astype("str"), dtype="str")
    for key in (client, identity):
        is_known = key.ne("")
        _pair_equal(both, partner, (key + "\x1f" + exact).where(is_known, ""), content)
        if key is client:
            both_keys = (key + "\x1f" + identity).where(is_known & identity.ne(""), "")
            _pair_equal(both, partner, both_keys, content, needs_trait=True)
        _pair_equal(both, partner, key, content, needs_trait=True, needs_name=key is client)
    if both.compared:
        _pair_equal(both, partner, exact, content)
    _pair_merged(both, partner, identity, client, content, region)
    candidates = _find_candidates(both, _choose_rows(both, partner, identity, fresh), client, region)
    _pair_by_contact(both, partner, candidates, identity, content)
    left = ~np.isin(candidates.new, partner)
    return partner, Candidates(candidates.old[left], candidates.new[left], candidates.shared[left])


def _pair_equal(
    both: Both,
    partner: Rows,
    key: "pd.Series[str]",
    content: NDArray[np.uint64],
    needs_trait: bool = False,
    needs_name: bool = False,
) -> None:
    """Pair the records that are left and have the same key: of several the first with the first, by what they say."""
    is_free = key.ne("").to_numpy(dtype=np.bool_, copy=True)
    is_free[: both.old] &= partner < 0
    is_free[both.old + partner[partner >= 0]] = False
    rows = np.flatnonzero(is_free)
    codes = pd.factorize(key.iloc[rows])[0].astype(np.int64)
    order = np.lexsort((content[rows], codes, rows >= both.old))
    rows, codes = rows[order], codes[order]
    side = np.searchsorted(rows >= both.old, 1)
    old, new = rows[:side], rows[side:] - both.old
    _places, at_old, at_new = np.intersect1d(
        _numbered(codes[:side], len(rows)), _numbered(codes[side:], len(rows)), return_indices=True
    )
    old, new = old[at_old], new[at_new]
    if needs_trait:
        same = ~_has_nothing_in_common(both, old, new)
        old, new = old[same], new[same]
    if needs_name:
        same = ~contradict(both.table, old, new + both.old)
        old, new = old[same], new[same]
    partner[old] = new


def _pair_merged(
    both: Both,
    partner: Rows,
    identity: "pd.Series[str]",
    client: "pd.Series[str]",
    content: NDArray[np.uint64],
    region: str,
) -> None:
    """Pair the records that are left with the row into which they were merged, or that was merged into theirs before.

    Somebody may have said that two names are one client: a name that contradicts is no hindrance.
    """
    merged = find_merged(identity, own_cells(both.table, MERGED), partner)
    old, new = merged.old, merged.new + both.old
    one, other = client.to_numpy()[old], client.to_numpy()[new]
    # That a card was once of the archived client says less than that the archived card is of this one.
    vouched = merged.by_own_id | ((one != "") & (one == other))
    vouched |= ((one == "") | (other == "")) & ~contradict(both.table, old, new)
    old, new = old[vouched], new[vouched]
    shared = _count_shared(both, old, new, region)
    is_same = (shared > 0) | ~_has_nothing_in_common(both, old, new - both.old)
    old, new, shared = old[is_same], new[is_same], shared[is_same]
    order = np.lexsort((content[new], shared))
    partner[old[order]] = new[order] - both.old  # of several the one with most in common, written last


def _count_shared(both: Both, old: Rows, new: Rows, region: str) -> Rows:
    """Return how many contacts rows of both tables have in common, in pairs."""
    if not len(old):
        return np.zeros(0, dtype=np.int64)
    rows = np.unique(np.concatenate([old, new]))
    no_client = pd.Series("", index=range(len(rows)), dtype="str")
    edges = _list_contacts(both.table.with_frame(both.table.frame.iloc[rows]), no_client, region)
    keys = edges.assign(row=rows[edges["row"].to_numpy(dtype=np.int64)])
    pairs = pd.DataFrame({"pair": np.arange(len(old)), "old": old, "new": new})
    joined = pairs.merge(keys, left_on="old", right_on="row").merge(
        keys, left_on=["new", "key"], right_on=["row", "key"]
    )
    return np.bincount(joined["pair"].to_numpy(dtype=np.int64), minlength=len(old)).astype(np.int64)


def _numbered(codes: Rows, most: int) -> Rows:
    """Return codes that stand in order, each with its number among the equal ones, as one number."""
    starts = np.flatnonzero(np.diff(codes, prepend=-1))
    number = np.arange(len(codes)) - np.repeat(starts, np.diff(starts, append=len(codes)))
    return codes * (most + 1) + number


def _has_nothing_in_common(both: Both, old: Rows, new: Rows) -> Bools:
    """Tell which pairs can be compared by what identifies a client, and differ in all of it."""
    comparable, common = np.zeros(len(old), dtype=np.bool_), np.zeros(len(old), dtype=np.bool_)
    for column in both.table.with_role(*_IDENTIFYING):
        if column.name in both.compared:
            cells = both.table.frame[column.name]
            trait = _TRAITS.get(column.role, fold)
            one = map_distinct(cells.iloc[old], trait).to_numpy()
            other = map_distinct(cells.iloc[new + both.old], trait).to_numpy()
            filled = (one != "") & (other != "")
            comparable |= filled
            common |= filled & (one == other)
    return comparable & ~common


def _choose_rows(both: Both, partner: Rows, identity: "pd.Series[str]", fresh: Bools) -> Rows:
    """Return the rows whose contacts are worth reading: most cards of a base are neither new nor without an ID."""
    unnamed = identity.eq("").to_numpy(dtype=np.bool_)
    left = np.ones(both.new, dtype=np.bool_)
    left[partner[partner >= 0]] = False
    lost = partner < 0
    may_be_same = np.full(both.new, bool((lost & unnamed[: both.old]).any())) | (unnamed[both.old :] & lost.any())
    new = left & (fresh | may_be_same)
    old = np.full(both.old, bool((new & fresh).any())) | (lost & new.any())
    return np.flatnonzero(np.concatenate([old, new]))


def _find_candidates(both: Both, rows: Rows, client: "pd.Series[str]", region: str) -> Candidates:
    """Return which of these rows of the export share a contact with which rows of the archive."""
    edges = _list_contacts(both.table.with_frame(both.table.frame.iloc[rows]), client.iloc[rows], region)
    edges = edges.assign(row=rows[edges["row"].to_numpy(dtype=np.int64)])
    often = edges["key"].map(edges["key"].value_counts()).to_numpy(dtype=np.int64)
    edges = edges[often <= _MOST_SHARING]
    is_old = (edges["row"] < both.old).to_numpy(dtype=np.bool_)
    new = edges[~is_old]
    joined = edges[is_old].merge(new.assign(row=new["row"] - both.old), on="key", suffixes=("_old", "_new"))
    counted = joined.groupby(["row_old", "row_new"], sort=True).size().reset_index(name="shared")
    old, found = (counted[name].to_numpy(dtype=np.int64) for name in ("row_old", "row_new"))
    same = ~contradict(both.table, old, found + both.old)
    return Candidates(old[same], found[same], counted["shared"].to_numpy(dtype=np.int64)[same])


def _list_contacts(table: Table, client: "pd.Series[str]", region: str) -> pd.DataFrame:
    """Return ``row`` and ``key`` of every phone, mailbox and INN, and of the client id: each of a row once."""
    reach = read_reach(table, region)
    parts = []
    for mark, ways in (("phone", reach.phones), ("mail", reach.mails)):
        good = ways.state == State.GOOD
        parts.append(pd.DataFrame({"row": ways.position[good], "key": (mark + ways.key[good]).to_numpy()}))
    inn = inn_keys(table.coalesced("inn"))["inn"]
    for mark, values in (("inn", inn), ("client", client)):
        rows = np.flatnonzero(values.ne(""))
        parts.append(pd.DataFrame({"row": rows, "key": (mark + values.iloc[rows]).to_numpy()}))
    filled = [part for part in parts if len(part)] or parts[:1]
    return pd.concat(filled, ignore_index=True).drop_duplicates(ignore_index=True)


def _pair_by_contact(
    both: Both, partner: Rows, found: Candidates, identity: "pd.Series[str]", content: NDArray[np.uint64]
) -> None:
    """Pair the records that are left where one of two has no ID: those with most in common first."""
    ids = identity.to_numpy()
    created = both.table.coalesced("created_at").to_numpy()
    new = found.new + both.old
    unnamed = (ids[found.old] == "") | (ids[new] == "")
    entered_at_once = (created[found.old] == "") | (created[new] == "") | (created[found.old] == created[new])
    places = np.flatnonzero(unnamed & entered_at_once & (partner[found.old] < 0))
    order = places[np.lexsort((content[new[places]], content[found.old[places]], -found.shared[places]))]
    taken: set[int] = set()
    for one, other in zip(found.old[order].tolist(), found.new[order].tolist(), strict=True):
        if partner[one] < 0 and other not in taken:
            partner[one] = other
            taken.add(other)
