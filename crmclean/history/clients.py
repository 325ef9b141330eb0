"""Ids that stay with a client from run to run, whatever is added, removed, shuffled or corrected around it.

A new client gets an id made from what its records say. From then on the id is known by its records: one that comes
again brings its id along. When known clients become one the oldest id stays, and the others are recorded as merged
into it; when a client splits, the part with the most known records keeps the id. An id is never given twice.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmclean.history.client_claims import NOBODY, Claims, claim_records
from crmclean.history.client_numbers import (
    Bools,
    Ints,
    UnsignedLongs,
    in_run,
    make_numbers,
    mix,
    rank_in_runs,
    write_ids,
)
from crmclean.history.known_clients import IDENTITY, KnownClients


@dataclass(frozen=True)
class AssignedIds:
    """The ids of a run.

    Attributes:
        ids: per record, in the order of the records.
        merged: ``merged_id`` and ``surviving_id`` of the known clients that became one.
        born: the new ids, sorted.
        records: what ``assign_ids`` was given.
        base: what was known before.
        entries: the distinct records, ``cluster`` counted from 0.
        claims: which known record each entry is.
        numbers, places: of the client per cluster: its number, and its place among the known clients or ``NOBODY``.
        into: number of the surviving client by that of the merged one.
    """

    ids: "pd.Series[str]"
    merged: pd.DataFrame
    born: "pd.Series[str]"
    records: pd.DataFrame
    base: KnownClients
    entries: pd.DataFrame
    claims: Claims
    numbers: UnsignedLongs
    places: Ints
    into: "pd.Series[int]"


def assign_ids(records: pd.DataFrame, known: KnownClients) -> AssignedIds:
    """Give every record the id of its client.

    The order of the records decides nothing, nor do the numbers of the clusters.

    Args:
        records: ``cluster``, any number that the records of one client share; and ``IDENTITY``:
            ``key``: hash of what the record says.
            ``origin``: hash of the layout of its table, and of its ID there; of its key where it has no ID.
            ``rest``: small hash of all its cells where it has no ID and another client the same key, else 0.
            ``surname``, ``given``, ``inn``, ``contact_1`` …: small hashes, 0 where there is none.
            ``card``: whether it is a company; its name is the ``surname``.
            ``survivor``: whether it is the record that stays of its client.
        known: what earlier runs know.
    """
    cluster, count = _cluster_codes(records)
    entries = _entries(records, cluster, count)
    claims = claim_records(entries, known.records)
    clients = known.clients()
    places, into = _choose(entries, claims, known.records, clients, count)
    numbers = np.append(clients["client"].to_numpy(np.uint64), np.uint64(0))[places]
    new = np.flatnonzero(numbers == 0)
    if len(new):
        smallest, order = _by_smallest_key(entries, count, new)
        taken = np.concatenate([clients["client"].to_numpy(), known.retired["client"].to_numpy(np.uint64)])
        numbers[order] = make_numbers(smallest, taken)
    return AssignedIds(
        ids=write_ids(numbers)[cluster].reset_index(drop=True),
        merged=pd.DataFrame(
            {
                "merged_id": write_ids(np.asarray(into.index, dtype=np.uint64)),
                "surviving_id": write_ids(np.asarray(into, dtype=np.uint64)),
            }
        ),
        born=write_ids(numbers[new]).sort_values(ignore_index=True),
        records=records,
        base=known,
        entries=entries,
        claims=claims,
        numbers=numbers,
        places=places,
        into=into,
    )


def _cluster_codes(records: pd.DataFrame) -> tuple[Ints, int]:
    codes, clusters = pd.factorize(records["cluster"])
    return codes.astype(np.int64), len(clusters)


def _entries(records: pd.DataFrame, cluster: Ints, count: int) -> pd.DataFrame:
    """Return the distinct records of each cluster, in an order that depends on what they say alone."""
    key, origin = records["key"].to_numpy(np.uint64), records["origin"].to_numpy(np.uint64)
    content = mix(key) + origin + mix(records["rest"].to_numpy(np.uint64))
    # What else is in its cluster tells even two records apart of which every cell is equal.
    company = np.zeros(count, dtype=np.uint64)
    np.add.at(company, cluster, mix(content))
    order = np.argsort(content, kind="stable")
    tied = np.flatnonzero(in_run(content[order]))
    # Of the equal ones of one cluster the survivor comes first: it stands for them.
    places = order[tied]
    survivor = records["survivor"].to_numpy(np.bool_)
    order[tied] = places[np.lexsort((~survivor[places], cluster[places], company[cluster[places]], content[places]))]
    ordered, of_cluster = content[order], cluster[order]
    distinct = np.append(True, (ordered[1:] != ordered[:-1]) | (of_cluster[1:] != of_cluster[:-1]))[: len(order)]
    kept = order[distinct]
    columns = {name: records[name].to_numpy(dtype)[kept] for name, dtype in IDENTITY.items()}
    return pd.DataFrame({"cluster": cluster[kept], "company": company[cluster[kept]], **columns})


def _choose(
    entries: pd.DataFrame, claims: Claims, known: pd.DataFrame, clients: pd.DataFrame, count: int
) -> tuple[Ints, "pd.Series[int]"]:
    """Return the place of every cluster's client, ``NOBODY`` where it is new, and who was merged into whom."""
    parts = _parts(entries, claims, known, clients)
    cluster, client = parts["cluster"].to_numpy(), parts["client"].to_numpy()
    of_cluster = np.full(count, NOBODY, dtype=np.int64)
    is_placed = np.zeros(len(clients), dtype=np.bool_)
    waiting = np.arange(len(parts))
    while len(waiting):
        # Each client asks the part that holds most of it, and the part takes the oldest of those who ask.
        asking = waiting[_first_of(client[waiting])]
        ranked = asking[np.lexsort((parts["age"].to_numpy()[asking], cluster[asking]))]
        taken = ranked[_first_of(cluster[ranked])]
        of_cluster[cluster[taken]] = client[taken]
        is_placed[client[taken]] = True
        # Whoever was refused goes on with a smaller part, if that has nobody.
        waiting = waiting[~is_placed[client[waiting]] & (of_cluster[cluster[waiting]] == NOBODY)]
    number = clients["client"].to_numpy(np.uint64)
    best = np.flatnonzero(_first_of(client))
    lost = best[~is_placed[client[best]]]
    successor = number[of_cluster[cluster[lost]]]
    into = pd.Series(successor, index=pd.Index(number[client[lost]], dtype="uint64"), dtype="uint64")
    return of_cluster, into


def _parts(entries: pd.DataFrame, claims: Claims, known: pd.DataFrame, clients: pd.DataFrame) -> pd.DataFrame:
    """Return which clusters hold how much of which known client.

    Returns:
        ``cluster``, ``client`` (place among ``clients``) and ``age`` (rank of the claim on the cluster, lowest first);
        sorted by client, the part with most of it first.
    """
    claiming = np.flatnonzero(claims.known != NOBODY)
    place = claims.known[claiming]
    # Known records are sorted by client.
    client = (np.cumsum(rank_in_runs(known["client"].to_numpy(np.uint64)) == 0) - 1)[place]
    cluster = entries["cluster"].to_numpy()[claiming]
    pairs, first, part = np.unique(
        client * (cluster.max(initial=0) + 1) + cluster, return_index=True, return_inverse=True
    )
    size, sure = len(pairs), claims.sure[claiming]

    def counted(which: Bools) -> Ints:
        return np.bincount(part[which], minlength=size)

    was_survivor = known["survivor"].to_numpy()[place]
    is_survivor = entries["survivor"].to_numpy()[claiming]
    parts = pd.DataFrame({"client": client[first], "cluster": cluster[first]})
    surely, weakly = -counted(sure), -counted(~sure)
    born = clients["born_run"].to_numpy()[client[first]]
    # Entries stand in an order of content: the place of the first is a tie-break that depends on nothing else.
    ranked = np.lexsort((claiming[first], -counted(was_survivor & sure), -counted(was_survivor), weakly, surely))
    oldest = np.lexsort((client[first], -counted(is_survivor), weakly, surely, born))
    parts["age"] = _rank(oldest)
    order = np.lexsort((_rank(ranked), client[first]))
    return parts.iloc[order].reset_index(drop=True)


def _rank(order: Ints) -> Ints:
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return rank


def _first_of(groups: Ints) -> Bools:
    """Return which members are the first of their group; groups stand together."""
    return np.append(True, groups[1:] != groups[:-1])[: len(groups)]


def _by_smallest_key(entries: pd.DataFrame, count: int, new: Ints) -> tuple[UnsignedLongs, Ints]:
    """Return the smallest record key of each new cluster, and the cluster, in an order that depends on content."""
    cluster = entries["cluster"].to_numpy()
    smallest = np.full(count, np.iinfo(np.uint64).max, dtype=np.uint64)
    np.minimum.at(smallest, cluster, entries["key"].to_numpy())
    company = np.zeros(count, dtype=np.uint64)
    company[cluster] = entries["company"].to_numpy()
    order = new[np.lexsort((company[new], smallest[new]))]
    return smallest[order], order
