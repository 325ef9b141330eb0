"""Which known record each of today's records is: by what it says, by its ID, by name and contact, in this order.

A known record is claimed by one of today's records at most, so that claims count records.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmclean.history.client_numbers import Bools, Ints, UnsignedLongs, contains, mix, rank_in_runs

CONTACTS: Final = ("contact_1", "contact_2", "contact_3")
EVIDENCE: Final = ("surname", "given", "inn", *CONTACTS)
NOBODY: Final = -1

_MOST_OF_ONE_ORIGIN: Final = 8
"""An ID that more records share than this tells nothing: «0», a column that is no ID."""

_CARD: Final = 0x1B873593


@dataclass(frozen=True)
class Claims:
    """The claims of today's records.

    Attributes:
        known: place of the claimed known record per record of today, ``NOBODY`` where it claims none.
        sure: claims by content or ID; the others are by name and contact.
    """

    known: Ints
    sure: Bools


def claim_records(today: pd.DataFrame, known: pd.DataFrame) -> Claims:
    """Return which known record each of today's records is.

    Args:
        today: columns ``cluster, key, origin, rest``, ``EVIDENCE`` and ``card``, see ``clients.assign_ids``. Among
            records that nothing else tells apart the earlier has the first choice.
        known: the same without ``cluster``, and ``client``.
    """
    open_ = _Open(np.full(len(today), NOBODY, dtype=np.int64), np.zeros(len(known), dtype=np.bool_))
    key, known_key = today["key"].to_numpy(np.uint64), known["key"].to_numpy(np.uint64)
    content, known_content = _content(today), _content(known)
    rest, known_rest = mix(today["rest"].to_numpy(np.uint64)), mix(known["rest"].to_numpy(np.uint64))
    open_.pair(content + rest, known_content + known_rest)
    open_.pair(content, known_content)
    # «Анна» and nothing else is not the Анна of another export.
    open_.pair(key, known_key, _is_telling(today), _is_telling(known))
    _claim_by_id(open_, today, known)
    sure = open_.claim != NOBODY
    _claim_by_contact(open_, today, known)
    return Claims(open_.claim, sure)


@dataclass(frozen=True)
class _Open:
    """What is claimed so far: ``claim`` per record of today, ``taken`` per known record. Both are filled in place."""

    claim: Ints
    taken: Bools

    def waiting(self) -> tuple[Ints, Ints]:
        """Return the records of today and the known ones that are not paired yet."""
        return np.flatnonzero(self.claim == NOBODY), np.flatnonzero(~self.taken)

    def pair(
        self,
        today: UnsignedLongs,
        known: UnsignedLongs,
        of_today: Bools | None = None,
        of_known: Bools | None = None,
    ) -> None:
        """Pair the waiting records of equal value, the n-th with the n-th; of those in the masks alone, if given."""
        left, right = self.waiting()
        left = left if of_today is None else left[of_today[left]]
        right = right if of_known is None else right[of_known[right]]
        left = left[np.argsort(today[left], kind="stable")]
        right = right[np.argsort(known[right], kind="stable")]
        if not len(left) or not len(right):
            return
        wanted, offered = today[left], known[right]
        place = np.searchsorted(offered, wanted) + rank_in_runs(wanted)
        found = place < len(offered)
        found[found] = offered[place[found]] == wanted[found]
        self.accept(left[found], right[place[found]])

    def accept(self, left: Ints, right: Ints) -> None:
        self.claim[left] = right
        self.taken[right] = True

    def accept_first(self, left: Ints, right: Ints) -> None:
        """Accept pairs in their order, but for those whose one or other side has been paired by an earlier one."""
        while len(left):
            first = np.zeros(len(left), dtype=np.bool_)
            first[np.unique(left, return_index=True)[1]] = True
            of_right = np.zeros(len(left), dtype=np.bool_)
            of_right[np.unique(right, return_index=True)[1]] = True
            good = first & of_right
            self.accept(left[good], right[good])
            kept = (self.claim[left] == NOBODY) & ~self.taken[right]
            left, right = left[kept], right[kept]


def _content(records: pd.DataFrame) -> UnsignedLongs:
    content: UnsignedLongs = mix(records["key"].to_numpy(np.uint64)) + records["origin"].to_numpy(np.uint64)
    return content


def _is_telling(records: pd.DataFrame) -> Bools:
    telling: Bools = (records[CONTACTS[0]].to_numpy() != 0) | (records["inn"].to_numpy() != 0)
    return telling


def _claim_by_id(open_: _Open, today: pd.DataFrame, known: pd.DataFrame) -> None:
    """Claim the known record of the same ID in the same layout, if it still shares something with what it was."""
    left, right = open_.waiting()
    wanted = today["origin"].to_numpy(np.uint64)[left]
    offered = known["origin"].to_numpy(np.uint64)[right]
    right, offered = _sorted_by(right, offered)
    begin, end = np.searchsorted(offered, wanted, "left"), np.searchsorted(offered, wanted, "right")
    ordered = np.sort(wanted)
    rivals = np.searchsorted(ordered, wanted, "right") - np.searchsorted(ordered, wanted, "left")
    count = np.where((end - begin <= _MOST_OF_ONE_ORIGIN) & (rivals <= _MOST_OF_ONE_ORIGIN), end - begin, 0)
    pair = np.repeat(np.arange(len(left)), count)
    step = np.arange(len(pair)) - np.repeat(np.cumsum(count) - count, count)
    left, right = left[pair], right[begin[pair] + step]
    shared = shared_evidence(today.iloc[left], known.iloc[right])
    # Stable: of equal ones the earlier record has the first choice.
    order = np.argsort(-shared, kind="stable")
    order = order[shared[order] > 0]
    open_.accept_first(left[order], right[order])


def shared_evidence(one: pd.DataFrame, other: pd.DataFrame) -> Ints:
    """Return per pair how much of the evidence it shares; 0 if another name says that it is somebody else.

    Both names changed on one phone is a new person on an old card, unless an INN holds the two together.
    """

    def same(name: str, as_: str) -> Bools:
        a, b = one[name].to_numpy(), other[as_].to_numpy()
        result: Bools = (a == b) & (a != 0)
        return result

    def differ(name: str) -> Bools:
        a, b = one[name].to_numpy(), other[name].to_numpy()
        result: Bools = (a != b) & (a != 0) & (b != 0)
        return result

    inn = same("inn", "inn")
    shared = inn.astype(np.int64) + same("surname", "surname") + same("given", "given")
    for mine in CONTACTS:
        for theirs in CONTACTS:
            shared += same(mine, theirs)
    somebody_else = differ("surname") & differ("given") & ~inn
    result: Ints = np.where(somebody_else, 0, shared)
    return result


def _claim_by_contact(open_: _Open, today: pd.DataFrame, known: pd.DataFrame) -> None:
    """Claim a record of the only known client who has this name on this phone or mailbox, or this INN."""
    left, right = open_.waiting()
    if not len(left) or not len(right):
        return
    record, value = _links(today.iloc[left])
    record = left[record]
    known_record, known_value = _links(known)
    kept = contains(value, known_value)
    known_record, known_value = known_record[kept], known_value[kept]
    all_record, all_value = _links(today)
    of_one_cluster = _values_of_one(all_value, today["cluster"].to_numpy()[all_record], value)
    of_one_client = _values_of_one(known_value, known["client"].to_numpy()[known_record], value)
    good = contains(of_one_cluster, value) & contains(of_one_client, value)
    record, value = record[good], value[good]
    free = ~open_.taken[known_record]
    known_record, known_value = _sorted_by(known_record[free], known_value[free])
    record, value = _sorted_by(record, value)
    # The n-th with the n-th is enough: the records of one client differ in nothing that counts here.
    place = np.searchsorted(known_value, value) + rank_in_runs(value)
    found = place < len(known_value)
    found[found] = known_value[place[found]] == value[found]
    open_.accept_first(record[found], known_record[place[found]])


def _links(records: pd.DataFrame) -> tuple[Ints, UnsignedLongs]:
    """Return the hashes of name and contact of records, and of the INN of company cards, in long form."""
    surname, given, inn = (records[name].to_numpy().astype(np.uint64) for name in ("surname", "given", "inn"))
    name = (surname << np.uint64(32)) | given
    places, values = [], []
    for column in CONTACTS:
        contact = records[column].to_numpy().astype(np.uint64)
        there = np.flatnonzero((contact != 0) & (name != 0))
        places.append(there)
        values.append(mix(mix(name[there]) + contact[there]))
    cards = np.flatnonzero(records["card"].to_numpy() & (inn != 0))
    places.append(cards)
    values.append(mix(mix(inn[cards]) + np.uint64(_CARD)))
    return np.concatenate(places), np.concatenate(values)


def _values_of_one(value: UnsignedLongs, owner: NDArray[np.generic], wanted: UnsignedLongs) -> UnsignedLongs:
    """Return those of ``wanted`` that exactly one owner has."""
    kept = contains(wanted, value)
    value, owner = value[kept], owner[kept]
    order = np.lexsort((owner, value))
    value, owner = value[order], owner[order]
    distinct = np.append(True, (value[1:] != value[:-1]) | (owner[1:] != owner[:-1]))[: len(value)]
    value = value[distinct]
    lone = np.append(True, value[1:] != value[:-1]) & np.append(value[1:] != value[:-1], True)
    result: UnsignedLongs = value[lone[: len(value)]]
    return result


def _sorted_by(places: Ints, values: UnsignedLongs) -> tuple[Ints, UnsignedLongs]:
    order = np.argsort(values, kind="stable")
    return places[order], values[order]
