"""Who was ever reached, and who does not answer: by the status, the reason of the loss, activities and calls."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmclean.core.hygiene_settings import FunnelSettings
from crmclean.core.table import Table
from crmclean.fields.phone import split_phones
from crmclean.fields.text import fold, map_distinct
from crmclean.hygiene.calls import Evidence, summarise_calls
from crmclean.hygiene.funnel_stages import LOST_STATE, WON_STATE, Stages
from crmclean.hygiene.funnel_times import Times
from crmclean.hygiene.statuses import FAILED_TO_REACH, group_pairs, read_statuses

Bools = NDArray[np.bool_]

_TALKED: Final = frozenset({"postponed", "in-work", "agreeing", "payment", "won", "refused"})
"""Classes that somebody can only know who has spoken with the client."""

_NO_CLIENT: Final = frozenset({"junk", "duplicate"})


@dataclass(frozen=True)
class Reach:
    """What is known of every row: ``reached`` at any time, or ``silent``: tried, and does not answer; never both."""

    reached: Bools
    silent: Bools


def read_reach(
    table: Table,
    stages: Stages,
    times: Times,
    settings: FunnelSettings,
    as_of: pd.Timestamp,
    calls: Evidence | None = None,
) -> Reach:
    """Return who was reached; a call that was answered outweighs what the status says.

    Args:
        calls: see ``calls.read_calls``.
    """
    reasons = read_statuses(table.coalesced("loss_reason"), group_pairs(settings.statuses))
    lost = stages.state == LOST_STATE
    last_names = stages.listed["name"].to_numpy(dtype=object)[stages.last] if len(stages.listed) else np.array([])
    talked = (
        _is_of(stages.names, _TALKED)
        | (stages.state == WON_STATE)
        | np.isin(last_names, list(_TALKED))
        | (lost & _is_of(reasons, {"refused", "lost"}))
    )
    unanswered = _is_of(stages.names, FAILED_TO_REACH) | (lost & _is_of(reasons, FAILED_TO_REACH))
    active = (times.activity > 0) & ~_is_of(stages.names, _NO_CLIENT) & ~unanswered
    answered, failed = _read_calls(table, settings, as_of, calls)
    failed |= _count_attempts(table) >= settings.attempts
    silent = (unanswered | (failed & ~talked)) & ~answered
    return Reach((talked | active | answered) & ~silent, silent)


def _is_of(names: "pd.Series[str]", wanted: frozenset[str] | set[str]) -> Bools:
    return names.isin(wanted).to_numpy(dtype=np.bool_)


def _count_attempts(table: Table) -> NDArray[np.int64]:
    """Return the attempts that a column counts; what is no whole number counts as none."""
    digits = map_distinct(table.coalesced("call_attempts"), _read_count)
    return np.asarray(digits.astype("int64"), dtype=np.int64)


def _read_count(text: str) -> str:
    digits = fold(text).removesuffix(".0").removesuffix(",0")
    return digits if digits.isascii() and digits.isdigit() and len(digits) < 7 else "0"


def _read_calls(
    table: Table, settings: FunnelSettings, as_of: pd.Timestamp, calls: Evidence | None
) -> tuple[Bools, Bools]:
    """Return which rows answered a call or called themselves, and whose calls were all in vain, often enough."""
    answered, attempts = np.zeros(len(table), dtype=np.bool_), np.zeros(len(table), dtype=np.int64)
    if calls is None:
        return answered, attempts > 0
    known = summarise_calls(calls, as_of.date())
    # A number that somebody else answered belongs to somebody else.
    spoke = (known["last_answered"].notna() | known["last_incoming"].notna()).to_numpy() & ~known[
        "wrong_number"
    ].to_numpy()
    in_a_row = known["failed_in_a_row"].to_numpy(dtype=np.int64)
    numbers = pd.Index(known["number"])
    for column in table.with_role("phone"):
        parts = split_phones(table.frame[column.name], settings.region)
        places = numbers.get_indexer(pd.Index(parts["number"]))
        rows, places = parts["position"].to_numpy()[places >= 0], places[places >= 0]
        np.logical_or.at(answered, rows, spoke[places])
        np.add.at(attempts, rows, in_a_row[places])
    return answered, (attempts >= settings.attempts) & ~answered
