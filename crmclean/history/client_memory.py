"""What is known of the clients after a run: its own records, and those of earlier ones that stay.

Records that are not in today's export stay known for ``KEPT_MONTHS``; an undo takes nothing back here, so that the
same run again gives the same ids.
"""

from datetime import date
from typing import Final

import numpy as np
import pandas as pd

from crmclean.history.client_claims import NOBODY
from crmclean.history.client_numbers import contains, in_run
from crmclean.history.clients import AssignedIds
from crmclean.history.known_clients import IDENTITY, KnownClients

KEPT_MONTHS: Final = 36
"""A record that was in no export for so long is forgotten. Its client's id stays reserved, and is given to nobody."""

_EPOCH: Final = date(1970, 1, 1)


def known_after(assigned: AssignedIds, run: int, day: date) -> KnownClients:
    """Return what is known after a run.

    Args:
        assigned: the ids that it gave.
        run: its number.
        day: today.
    """
    known, into = assigned.base, assigned.into
    born_day, month = (day - _EPOCH).days, day.year * 12 + day.month - 1
    clients = known.clients()
    today = _today(assigned, clients, run, born_day, month)
    old = _still_known(assigned, clients, month)
    records = pd.concat([today, old], ignore_index=True)
    records = _sorted_distinct(records)
    number = clients["client"].to_numpy(np.uint64)
    gone = number[~contains(records["client"].to_numpy(np.uint64), number)]
    gone = gone[~contains(into.index.to_numpy(np.uint64), gone)]
    forgotten = pd.Series(0, index=pd.Index(gone, dtype="uint64"), dtype="uint64")
    ended = pd.concat([into.sort_index(), forgotten])
    retired = pd.DataFrame(
        {
            "client": ended.index.to_numpy(np.uint64),
            "into": ended.to_numpy(np.uint64),
            "run": np.full(len(ended), run, dtype=np.int32),
            "day": np.full(len(ended), born_day, dtype=np.int32),
        }
    )
    retired = pd.concat([known.retired, retired], ignore_index=True)
    return KnownClients(records, retired, run)


def _sorted_distinct(records: pd.DataFrame) -> pd.DataFrame:
    """Return lines sorted by client, key, origin and rest; of equal ones the first alone."""
    client, key, origin, rest = (records[name].to_numpy(np.uint64) for name in ("client", "key", "origin", "rest"))
    order = np.argsort(client, kind="stable")
    tied = np.flatnonzero(in_run(client[order]))
    places = order[tied]
    order[tied] = places[np.lexsort((rest[places], origin[places], key[places], client[places]))]
    distinct = np.zeros(len(records), dtype=np.bool_)
    for values in (client, key, origin, rest):
        distinct |= np.append(True, values[order][1:] != values[order][:-1])[: len(records)]
    return records.take(order[distinct]).reset_index(drop=True)


def _today(assigned: AssignedIds, clients: pd.DataFrame, run: int, born_day: int, month: int) -> pd.DataFrame:
    """Return the lines of the records of this run."""
    entries = assigned.entries
    number = assigned.numbers[entries["cluster"].to_numpy()]
    place = assigned.places[entries["cluster"].to_numpy()]
    is_new = place == NOBODY
    born_run = np.append(clients["born_run"].to_numpy(), 0)[place]
    day = np.append(clients["born_day"].to_numpy(), 0)[place]
    lines = {
        "client": number,
        **{name: entries[name].to_numpy() for name in IDENTITY},
        "born_run": np.where(is_new, run, born_run).astype(np.int32),
        "born_day": np.where(is_new, born_day, day).astype(np.int32),
        "seen": np.full(len(number), month, dtype=np.int32),
    }
    return pd.DataFrame(lines)


def _still_known(assigned: AssignedIds, clients: pd.DataFrame, month: int) -> pd.DataFrame:
    """Return the lines of earlier runs that stay: of records that are not in this export, or that another has too."""
    known, claims, into = assigned.base.records, assigned.claims, assigned.into
    claiming = np.flatnonzero(claims.known != NOBODY)
    place = claims.known[claiming]
    origin = assigned.entries["origin"].to_numpy()[claiming]
    stays = known["seen"].to_numpy() + KEPT_MONTHS >= month
    stays[place[origin == known["origin"].to_numpy()[place]]] = False
    old = known[stays].reset_index(drop=True)
    successor = into.index.get_indexer(pd.Index(old["client"]))
    moved = np.flatnonzero(successor != NOBODY)
    if len(moved):
        client = old["client"].to_numpy(np.uint64).copy()
        client[moved] = into.to_numpy(np.uint64)[successor[moved]]
        born = clients.iloc[np.searchsorted(clients["client"].to_numpy(), client)].reset_index(drop=True)
        old = old.assign(client=client, born_run=born["born_run"], born_day=born["born_day"])
    return old
