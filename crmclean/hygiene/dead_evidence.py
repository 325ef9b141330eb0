"""What the evidence files say of every contact: numbers and addresses that are dead, attempts that failed.

A number or address that was heard of again, and a contact with any activity more than a day after the evidence, is
alive.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmclean.hygiene.bounces import summarise_bounces
from crmclean.hygiene.call_summary import summarise_lines
from crmclean.hygiene.dead_found import Bools, Moments, is_later_day, not_moments
from crmclean.hygiene.evidence_columns import Evidence
from crmclean.hygiene.reach import Reach, State, Ways


@dataclass(frozen=True)
class Contacted:
    """What became of the calls and letters to every contact.

    Attributes:
        answered: the last call that was answered, or that the client made.
        failed: attempts in a row that failed, the last ones.
        days: the different days among these.
        last_try: the last attempt.
        untried: a number that may work was not tried among these.
        bounced: the last bounce that still stands.
        unsubscribed: an address wants no more letters.
    """

    answered: Moments
    failed: NDArray[np.int64]
    days: NDArray[np.int64]
    last_try: Moments
    untried: Bools
    bounced: Moments
    unsubscribed: Bools


def not_contacted(size: int) -> Contacted:
    """Return what is known of contacts without any evidence: nothing."""
    nobody, zero = np.zeros(size, dtype=np.bool_), np.zeros(size, dtype=np.int64)
    unknown = not_moments(size)
    return Contacted(unknown, zero, zero, unknown, nobody, unknown, nobody)


def apply_calls(
    reach: Reach, contacted: Contacted, calls: Evidence, as_of: pd.Timestamp, active: Moments
) -> tuple[Reach, Contacted]:
    """Return the ways with those numbers marked that calls say are dead, and what became of the calls.

    Args:
        active: the last activity of every contact.
    """
    phones = reach.phones
    numbers = summarise_lines(calls.frame, as_of.date())
    place = pd.Index(numbers["number"]).get_indexer(pd.Index(phones.key)).astype(np.int64)
    of_phone = _take_moments(numbers["last_try"], place)
    revived = is_later_day(active[phones.position], of_phone)
    silent = _take_flags(numbers["not_in_service"], place) & ~revived
    wrong = _take_flags(numbers["wrong_number"], place)
    marked = phones.with_state(wrong, State.WRONG).with_state(silent, State.NOT_IN_SERVICE)
    together = _summarise_contacts(phones, calls.frame, as_of)
    tried = ~np.isnat(of_phone)
    live = marked.state <= State.LOCAL
    untried = np.bincount(phones.position[live & ~tried], minlength=phones.size) > 0
    return replace(reach, phones=marked), replace(
        contacted,
        untried=untried,
        answered=together.answered,
        failed=together.failed,
        days=together.days,
        last_try=together.last_try,
    )


def _take_flags(column: pd.Series, place: NDArray[np.int64]) -> Bools:
    """Return the flags at the places, false where a place is -1."""
    return np.append(column.to_numpy(dtype=np.bool_), False)[place]


def _take_moments(column: pd.Series, place: NDArray[np.int64]) -> Moments:
    known = np.append(column.to_numpy("datetime64[us]"), np.datetime64("NaT", "us"))
    return known[place]


def _summarise_contacts(phones: Ways, frame: pd.DataFrame, as_of: pd.Timestamp) -> Contacted:
    """Return what the calls to all numbers of every contact say together.

    Contacts with the same set of numbers are read once: a talk on one number ends the failures on the others.
    """
    codes, names = pd.factorize(frame["number"])
    of_way = pd.Index(names).get_indexer(pd.Index(phones.key)).astype(np.int64)
    known = of_way >= 0
    contacts, owner = np.unique(phones.position[known], return_inverse=True)
    which, distinct = pd.factorize(_number_sets(owner, of_way[known], len(contacts)))
    # The numbers of one contact of each set stand for the set.
    chosen = np.isin(owner, np.unique(which, return_index=True)[1])
    pairs = pd.DataFrame({"number": of_way[known][chosen], "set": which[owner[chosen]]})
    lines = pd.DataFrame({"line": np.arange(len(frame)), "number": codes}).merge(pairs, on="number")
    of_set = frame.iloc[lines["line"].to_numpy()].reset_index(drop=True)
    told = summarise_lines(of_set.assign(number=lines["set"].to_numpy(dtype=np.int64)), as_of.date())
    place = np.full(len(distinct), -1, dtype=np.int64)
    place[told["number"].astype("int64").to_numpy()] = np.arange(len(told))

    def count(column: str) -> NDArray[np.int64]:
        counts = np.zeros(phones.size, dtype=np.int64)
        counts[contacts] = np.append(told[column].to_numpy(dtype=np.int64), 0)[place][which]
        return counts

    def moment(column: str) -> Moments:
        moments = not_moments(phones.size)
        moments[contacts] = _take_moments(told[column], place)[which]
        return moments

    return replace(
        not_contacted(phones.size),
        answered=np.fmax(moment("last_answered"), moment("last_incoming")),
        failed=count("failed_in_a_row"),
        days=count("days_tried"),
        last_try=moment("last_try"),
    )


def _number_sets(owner: NDArray[np.int64], numbers: NDArray[np.int64], size: int) -> NDArray[np.uint64]:
    """Return a number for the set of numbers of every owner; equal for equal sets."""
    hashes = pd.util.hash_array(numbers)
    sums = np.zeros(size, dtype=np.uint64)
    np.add.at(sums, owner, hashes)
    return sums


def apply_bounces(
    reach: Reach, contacted: Contacted, bounces: Evidence, as_of: pd.Timestamp, active: Moments, soft_limit: int
) -> tuple[Reach, Contacted]:
    """Return the ways with those addresses marked that take no mail, and when the last letter came back."""
    mails = reach.mails
    addresses = summarise_bounces(bounces, as_of.date(), soft_limit)
    place = pd.Index(addresses["address"]).get_indexer(pd.Index(mails.key)).astype(np.int64)
    dates = _take_moments(addresses["date"], place)
    revived = is_later_day(active[mails.position], dates)
    hard = _take_flags(addresses["hard"], place) & ~revived
    opted_out = _take_flags(addresses["opted_out"], place)
    bounced = not_moments(mails.size).astype(np.int64)
    np.maximum.at(bounced, mails.position[hard], dates[hard].astype(np.int64))
    unsubscribed = np.bincount(mails.position[opted_out], minlength=mails.size) > 0
    marked = mails.with_state(hard, State.BOUNCED)
    return replace(reach, mails=marked), replace(
        contacted, bounced=bounced.astype("datetime64[us]"), unsubscribed=unsubscribed
    )
