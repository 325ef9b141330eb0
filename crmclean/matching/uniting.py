"""Cells that hold several values (phones, mailboxes, tags, comments): the survivor's, and what the others add.

A number, mailbox or tag is known by its key, however it is written. The columns of one role that holds numbers or
mailboxes are one list: what the survivor has in any of them is not added, and what is new is added once, to the first
column in which it stands.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmclean.fields.email import email_keys, split_emails
from crmclean.fields.phone import split_phones
from crmclean.fields.tag import split_values
from crmclean.fields.text import fold_cells, one_array
from crmclean.matching.arrays import Ints
from crmclean.matching.members import Members, Surviving, are_equal, is_filled, trim

UNITED_ROLES: Final = frozenset({"phone", "fax", "email", "tags", "comment", "messenger", "website"})
SHARED_LISTS: Final = frozenset({"phone", "fax", "email"})
"""Roles whose columns are one list of values."""

_TEXT: Final = pd.StringDtype("pyarrow", na_value=np.nan)

Splitter = Callable[["pd.Series[str]"], pd.DataFrame]
"""Cells to their values: columns ``position`` (0-based place of the cell, ascending), ``key`` and ``text``."""


def unite_columns(columns: Sequence[pa.Array], members: Members, split: Splitter, joiner: str) -> list[Surviving]:
    """Return, per column, the survivors' cells with what the other cells of their clusters add.

    Args:
        columns: cells of the members: large_string, one array per column of the list.
        split: parts a cell.
        joiner: what stands between the values of a cell.
    """
    additions = _find_additions([trim(cells) for cells in columns], members, split)
    return [_append(cells, members, added, joiner) for cells, added in zip(columns, additions, strict=True)]


def splitter_of(role: str, region: str) -> Splitter:
    """Return how the cells of a role are parted; ``region`` is the country of phones without a country code."""
    if role in ("phone", "fax"):
        return lambda cells: _split_phones(cells, region)
    return {"email": _split_emails, "tags": _split_tags}.get(role, _split_whole)


def join_by_owner(owners: Ints, texts: pa.Array, joiner: str) -> tuple[Ints, pa.Array]:
    """Return the distinct owners in order, and the texts of each as one, in the order in which they come.

    >>> owners, joined = join_by_owner(np.array([7, 3, 7]), pa.array(["a", "b", "c"], pa.large_string()), ", ")
    >>> owners.tolist(), joined.to_pylist()
    ([3, 7], ['b', 'a, c'])
    """
    order = np.argsort(owners, kind="stable")
    distinct, start = np.unique(owners[order], return_index=True)
    lists = pa.LargeListArray.from_arrays(pa.array(np.append(start, len(order))), texts.take(pa.array(order)))
    return distinct, pc.binary_join(lists, pa.scalar(joiner, pa.large_string()))


@dataclass(frozen=True)
class _Added:
    """New values of one column: the cluster that takes each, in the order in which they are appended."""

    cluster: Ints
    texts: pa.Array


def _find_additions(columns: Sequence[pa.Array], members: Members, split: Splitter) -> list[_Added]:
    own = [cells.take(pa.array(members.start)) for cells in columns]
    spread = pa.array(members.cluster)
    # Only clusters in which some other cell is filled and not the same to the letter need a closer look.
    news = [
        np.flatnonzero(is_filled(cells) & ~are_equal(cells, mine.take(spread)))
        for cells, mine in zip(columns, own, strict=True)
    ]
    touched = np.unique(members.cluster[np.concatenate(news)])
    known = [touched[is_filled(mine.take(pa.array(touched)))] for mine in own]
    # What the survivors have comes first, then what is new column by column: of equal values the first one counts.
    texts = pa.concat_arrays(
        [
            *(mine.take(pa.array(clusters)) for mine, clusters in zip(own, known, strict=True)),
            *(cells.take(pa.array(found)) for cells, found in zip(columns, news, strict=True)),
        ]
    )
    cluster = np.concatenate([*known, *(members.cluster[found] for found in news)])
    column = np.repeat(
        [*np.full(len(columns), -1), *range(len(columns))], [len(found) for found in (*known, *news)]
    ).astype(np.int64)
    parts, cell, part = _split_distinct(texts, split)
    key, keys = pd.factorize(parts["key"])
    value = cluster[cell] * (len(keys) + 1) + key[part]
    first = np.sort(np.unique(value, return_index=True)[1])
    new = first[column[cell[first]] >= 0]
    written = one_array(parts["text"])
    return [
        _Added(cluster[cell[chosen]], written.take(pa.array(part[chosen])))
        for chosen in (new[column[cell[new]] == place] for place in range(len(columns)))
    ]


def _split_distinct(texts: pa.Array, split: Splitter) -> tuple[pd.DataFrame, Ints, Ints]:
    """Return the values of the distinct cells, and for every value of every cell the cell and its value."""
    encoded = texts.dictionary_encode()
    codes = encoded.indices.to_numpy()
    parts = split(pd.Series(encoded.dictionary, dtype=_TEXT))
    counts = np.bincount(parts["position"].to_numpy(), minlength=len(encoded.dictionary))
    starts = np.cumsum(counts) - counts
    per_cell = counts[codes]
    cell = np.repeat(np.arange(len(codes)), per_cell)
    within = np.arange(len(cell)) - np.repeat(np.cumsum(per_cell) - per_cell, per_cell)
    return parts, cell, starts[codes[cell]] + within


def _append(cells: pa.Array, members: Members, added: _Added, joiner: str) -> Surviving:
    clusters, more = join_by_owner(added.cluster, added.texts, joiner)
    own = cells.take(pa.array(members.start[clusters]))
    appended = pc.binary_join_element_wise(own, more, pa.scalar(joiner, pa.large_string()))
    choice = members.start.copy()
    choice[clusters] = len(members) + np.arange(len(clusters))
    return Surviving(choice, pc.if_else(pc.equal(trim(own), ""), more, appended))


def _split_phones(cells: "pd.Series[str]", region: str) -> pd.DataFrame:
    found = split_phones(cells, region)
    known = found["number"].ne("") & found["extension"].eq("")
    text = found["number"].where(known, found["raw"].str.strip())
    return pd.DataFrame({"position": found["position"], "key": _fold_where(text, ~known), "text": text})


def _split_emails(cells: "pd.Series[str]") -> pd.DataFrame:
    found = split_emails(cells)
    text = found["address"].where(found["address"].ne(""), found["raw"].str.strip())
    keys = email_keys(found["address"])
    key = _fold_where(keys.where(keys.ne(""), text), keys.eq(""))
    return pd.DataFrame({"position": found["position"], "key": key, "text": text})


def _fold_where(texts: "pd.Series[str]", wanted: "pd.Series[bool]") -> "pd.Series[str]":
    """Return texts with those that are wanted folded; the others are keys already."""
    return texts.mask(wanted, fold_cells(texts[wanted])) if wanted.any() else texts


def _split_tags(cells: "pd.Series[str]") -> pd.DataFrame:
    found = split_values(cells)
    return pd.DataFrame({"position": found["position"], "key": fold_cells(found["value"]), "text": found["value"]})


def _split_whole(cells: "pd.Series[str]") -> pd.DataFrame:
    filled = np.flatnonzero(cells.ne(""))
    texts = cells.iloc[filled].reset_index(drop=True)
    return pd.DataFrame({"position": filled, "key": fold_cells(texts), "text": texts})
