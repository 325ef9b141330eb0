"""What an export says of the clients of a chain: attempts made, last touch, agreed date, and whether they are open."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmclean.core.table import Table
from crmclean.hygiene.closed_deals import read_closed
from crmclean.hygiene.dead_age import read_classes
from crmclean.hygiene.funnel_times import read_promises
from crmclean.hygiene.statuses import FAILED_TO_REACH, LOST, OPEN, WON, failed_attempts
from crmclean.segmenting.due_dates import DateColumns, find_date_columns, read_date_columns
from crmclean.segmenting.working_time import Bools, Moments

UNKNOWN_ATTEMPTS: Final = -1
TOUCHES: Final = ("stage_changed_at", "last_activity", "modified_at", "created_at")
"""From what a chain counts where it does not say: the first of these that a client has."""

_MOST_ATTEMPTS: Final = 10_000


@dataclass(frozen=True)
class ClientFacts:
    """What the file says of every row.

    Attributes:
        attempts: made to reach the client, ``UNKNOWN_ATTEMPTS`` where nothing counts them.
        active: last activity, unknown where there is none.
        touched: the last touch by ``TOUCHES``, never after now; now where there is none.
        agreed: the date on which the client is to be contacted, unknown where none was agreed on.
        agreed_clock: a time of day was agreed on too.
    """

    attempts: NDArray[np.int64]
    active: Moments
    touched: Moments
    agreed: Moments
    agreed_clock: Bools


def read_facts(table: Table, now: pd.Timestamp, statuses: Mapping[str, list[str]]) -> ClientFacts:
    """Return what the file says of every row.

    Args:
        statuses: statuses of one's own by class.
    """
    classes = read_classes(table, statuses)
    postponed = _any_of(classes, frozenset({"postponed"}), len(table))
    active, _clock = _read_role(table, "last_activity", now)
    agreed, agreed_clock = _read_role(table, "next_task", now)
    # When a deal is to be closed is no day to call on, unless the client asked to wait until then.
    expected, expected_clock = _read_role(table, "expected_at", now)
    waits = postponed & np.isnat(agreed)
    return ClientFacts(
        attempts=_read_attempts(table, classes, statuses),
        active=active,
        touched=_read_touches(table, active, now),
        agreed=np.where(waits, expected, agreed),
        agreed_clock=np.where(waits, expected_clock, agreed_clock),
    )


def read_start(table: Table, name: str, facts: ClientFacts, now: pd.Timestamp) -> Moments:
    """Return from when a chain counts for every row: the date that a column holds, else the last touch.

    Args:
        name: a role or heading; ``""``, one that the file lacks and an empty cell mean the last touch.
    """
    columns = find_date_columns(name, table) if name else None
    if columns is None or not columns.names:
        return facts.touched
    own, _clock = read_date_columns(columns, table, now)
    return np.where(np.isnat(own), facts.touched, own)


def find_without_task(
    table: Table, has_action: Bools, now: pd.Timestamp, statuses: Mapping[str, list[str]] | None = None
) -> Bools:
    """Tell of each client whether it is open, has no next task, and gets no action either: nobody sells to it.

    A client whose status and stage say nothing counts as open. Where the file has no column of next tasks, nobody is
    flagged: it is not known who has none.
    """
    size = len(table)
    if not table.with_role("next_task"):
        return np.zeros(size, dtype=np.bool_)
    classes = read_classes(table, statuses or {})
    ended = _any_of(classes, WON | LOST, size) | read_closed(table).eq("yes").to_numpy(dtype=np.bool_)
    result: Bools = ~ended & ~read_promises(table, now.normalize()).has_task & ~has_action
    return result


def _read_role(table: Table, role: str, now: pd.Timestamp) -> tuple[Moments, Bools]:
    names = tuple(column.name for column in table.with_role(role))
    return read_date_columns(DateColumns(names, role), table, now)


def _read_touches(table: Table, active: Moments, now: pd.Timestamp) -> Moments:
    result = np.full(len(table), np.datetime64("NaT"), dtype="datetime64[us]")
    for role in TOUCHES:
        if not np.isnat(result).any():
            break
        moments = active if role == "last_activity" else _read_role(table, role, now)[0]
        result = np.where(np.isnat(result), moments, result)
    # A date of the future is no touch that was made: a slip, or the export is younger than the day that is asked for.
    this: Moments = np.fmin(result, np.datetime64(now, "us"))
    return this


def _read_attempts(
    table: Table, classes: Mapping[str, pd.Series], statuses: Mapping[str, list[str]]
) -> NDArray[np.int64]:
    """Return how many attempts were made, by the number in the status («Недозвон 2») and by columns that count them.

    Of a client who was reached since, old attempts say nothing: only those count who are not reached now, and those
    whose status nobody knows.
    """
    size = len(table)
    result = np.full(size, UNKNOWN_ATTEMPTS, dtype=np.int64)
    for role in classes:
        counted = failed_attempts(table.coalesced(role), statuses).to_numpy(dtype=np.int64)
        result = np.maximum(result, np.where(counted > 0, counted, UNKNOWN_ATTEMPTS))
    for column in table.with_role("call_attempts"):
        written = pd.to_numeric(table.frame[column.name].str.strip(), errors="coerce")
        counted = written.clip(0, _MOST_ATTEMPTS).fillna(UNKNOWN_ATTEMPTS).to_numpy(dtype=np.float64)
        result = np.maximum(result, counted.astype(np.int64))
    known = _any_of(classes, OPEN | WON | LOST, size)
    reached = known & ~_any_of(classes, FAILED_TO_REACH, size)
    return np.where(reached, UNKNOWN_ATTEMPTS, result)


def _any_of(classes: Mapping[str, pd.Series], names: frozenset[str], size: int) -> Bools:
    result = np.zeros(size, dtype=np.bool_)
    for of_row in classes.values():
        result |= of_row.isin(names).to_numpy(dtype=np.bool_)
    return result
