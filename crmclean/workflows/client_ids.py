"""The ids of clients in a cleaned base: what identifies its records, and the column ``crmclean_id``."""

from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmclean.core.step import Outcome
from crmclean.core.table import ADDED_PREFIX, Table
from crmclean.fields.person import given_name_roots, is_initial, surname_key
from crmclean.history.client_claims import CONTACTS
from crmclean.history.client_numbers import mix, rank_in_runs
from crmclean.history.clients import AssignedIds
from crmclean.matching.arrays import Ints, MultiCoded
from crmclean.matching.fingerprints import record_hashes
from crmclean.matching.prepared import Prepared

ID_COLUMN: Final = f"{ADDED_PREFIX}id"

_SEPARATOR: Final = "\x1f"

Hashes = NDArray[np.uint64]
SmallHashes = NDArray[np.uint32]


def identities(
    prepared: Prepared, table: Table, clusters: pd.DataFrame, order: Ints, hashes: Hashes | None = None
) -> pd.DataFrame:
    """Return what identifies every record from run to run, as ``history.clients.assign_ids`` takes it.

    Args:
        prepared: the records as they were matched.
        table: the table that they are of.
        clusters: one line per row of ``table``, at least ``cluster_id`` and ``role``.
        order: position in ``table`` of each prepared record.
        hashes: ``record_hashes(prepared)``, if it is at hand.

    Returns:
        One line per row of ``table``.
    """
    key = record_hashes(prepared) if hashes is None else hashes
    cluster = pd.factorize(clusters["cluster_id"])[0].astype(np.int64)
    columns = _evidence(prepared, order, key)
    origin, rest = _origins(table, cluster, columns["key"].to_numpy(np.uint64))
    survivor = clusters["role"].ne("merged").to_numpy(np.bool_)
    return columns.assign(cluster=cluster, origin=origin, rest=rest, survivor=survivor)


def identities_before(prepared: Prepared, table: Table, order: Ints, hashes: Hashes) -> pd.DataFrame:
    """Return what identifies every record before anybody is matched: ``identities`` without what tells clients apart.

    Args:
        prepared, table, order, hashes: as for ``identities``.
    """
    columns = _evidence(prepared, order, hashes)
    alone = np.arange(len(table), dtype=np.int64)
    return columns.assign(origin=_origins(table, alone, columns["key"].to_numpy(np.uint64))[0])


def _evidence(prepared: Prepared, order: Ints, key: Hashes) -> pd.DataFrame:
    """Return what the records say as hashes, one line per row of the table."""
    is_card = prepared.is_company
    last, first = prepared.names["last"], prepared.names["first"]
    name = _small_hashes(prepared.company.where(is_card, surname_key(last)))
    given = _small_hashes(given_name_roots(first).where(~is_initial(first), ""))
    of_prepared: dict[str, NDArray[np.generic]] = {
        "key": key,
        "surname": name,
        "given": np.where(is_card, np.uint32(0), given),
        "inn": _small_hashes(prepared.inn),
        **dict(zip(CONTACTS, _contacts(prepared), strict=True)),
        "card": is_card,
    }
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return pd.DataFrame({name: values[place] for name, values in of_prepared.items()})


def add_client_ids(outcome: Outcome, assigned: AssignedIds) -> Outcome:
    """Return an outcome of ``dedup`` whose table has the column ``crmclean_id``.

    Its tables get ``client_ids`` (the id of every input row, for an undo) and ``merged_clients`` (which known id went
    into which), its figures ``clients_new`` and ``clients_merged``.

    Args:
        outcome: what ``dedup`` returns, with the table ``clusters``.
        assigned: the ids, a row of the input each.
    """
    staying = np.flatnonzero(outcome.tables["clusters"]["role"].ne("merged"))
    ids = assigned.ids.take(staying).reset_index(drop=True)
    every_row = pd.DataFrame({"row": np.arange(1, len(assigned.ids) + 1), ID_COLUMN: assigned.ids})
    return replace(
        outcome,
        table=outcome.table.with_added({ID_COLUMN: ids}),
        tables={**outcome.tables, "client_ids": every_row, "merged_clients": assigned.merged},
        figures={**outcome.figures, "clients_new": len(assigned.born), "clients_merged": len(assigned.merged)},
    )


def part_client_ids(client_ids: pd.DataFrame, clusters: pd.DataFrame, undone: frozenset[str]) -> "pd.Series[str]":
    """Return the id per input row after some merges of a run are taken back.

    The survivor keeps the id of the client; the others are clients of their own again and get one in the next run.

    Args:
        client_ids: the table ``client_ids`` of the run.
        clusters: its table ``clusters``.
        undone: ids of the clusters that are taken back.
    """
    parted = clusters["cluster_id"].isin(undone) & clusters["role"].eq("merged")
    return client_ids[ID_COLUMN].mask(parted, "")


def _contacts(prepared: Prepared) -> list[SmallHashes]:
    """Return the smallest hashes among the phones and mailboxes of each record, 0 where there are fewer.

    Of two sets that differ in one member the smallest two have a member in common: a phone that is added or removed
    leaves something to know the record by.
    """
    record = np.concatenate([prepared.phones.record, prepared.emails.record])
    contact = np.concatenate([_value_hashes(prepared.phones), _value_hashes(prepared.emails)])
    order = np.argsort((record.astype(np.uint64) << np.uint64(32)) | contact, kind="stable")
    record, contact = record[order], contact[order]
    rank = rank_in_runs(record.astype(np.uint64))
    columns = []
    for number in range(len(CONTACTS)):
        column = np.zeros(len(prepared), dtype=np.uint32)
        column[record[rank == number]] = contact[rank == number]
        columns.append(column)
    return columns


def _value_hashes(values: MultiCoded) -> SmallHashes:
    # The distinct values are never empty.
    return _fold(_hashes(pd.Series(values.values, dtype="str")))[values.code]


def _origins(table: Table, cluster: Ints, key: Hashes) -> tuple[Hashes, SmallHashes]:
    """Return the identity of each row within its layout, and what else tells rows of one key apart.

    The layout is the system, the entity and the headings of the IDs, because a column more or less in the export
    changes nobody's ID. Where there is no ID, all headings are the layout.
    """
    identity = table.coalesced("id")
    has_id = identity.ne("").to_numpy(np.bool_)
    origin = table.origin
    own = [column.header for column in table.columns if not column.header.startswith(ADDED_PREFIX)]
    of_ids = [column.header for column in table.with_role("id")]
    with_id = _text_hash("id", origin.system, origin.entity, *of_ids)
    without = _text_hash("content", origin.system, origin.entity, *own)
    result = np.where(has_id, mix(_hashes(identity) + with_id), mix(key + without))
    rest = np.zeros(len(table), dtype=np.uint32)
    rows = _told_apart_by_nothing(np.flatnonzero(~has_id), cluster, key)
    if len(rows):
        names = [column.name for column in table.columns if not column.header.startswith(ADDED_PREFIX)]
        cells = pd.util.hash_pandas_object(table.frame[names].take(rows), index=False)
        rest[rows] = _fold(np.asarray(cells, dtype=np.uint64))
    return result, rest


def _told_apart_by_nothing(rows: Ints, cluster: Ints, key: Hashes) -> Ints:
    """Return those of ``rows`` whose key a row of another cluster has, too."""
    rows = rows[np.argsort(key[rows], kind="stable")]
    begins = np.append(True, key[rows][1:] != key[rows][:-1])[: len(rows)]
    group = np.cumsum(begins) - 1
    first = cluster[rows[begins]][group] if len(rows) else cluster[rows]
    mixed = np.bincount(group[cluster[rows] != first], minlength=int(begins.sum())) > 0
    told: Ints = rows[mixed[group]]
    return told


def _text_hash(*texts: str) -> np.uint64:
    return np.uint64(_hashes(pd.Series([_SEPARATOR.join(texts)], dtype="str"))[0])


def _hashes(texts: "pd.Series[str]") -> Hashes:
    return np.asarray(pd.util.hash_array(texts.to_numpy(object), categorize=False), dtype=np.uint64)


def _small_hashes(texts: "pd.Series[str]") -> SmallHashes:
    """Return 32 bits of the hash of each text, 0 for an empty one and for no other."""
    codes, distinct = pd.factorize(texts)
    hashes = _fold(_hashes(pd.Series(distinct, dtype="str")))
    hashes[np.asarray(distinct == "")] = 0
    return hashes[codes]


def _fold(hashes: Hashes) -> SmallHashes:
    folded = ((hashes ^ (hashes >> np.uint64(32))) & np.uint64(0xFFFFFFFF)).astype(np.uint32)
    return np.maximum(folded, np.uint32(1))
