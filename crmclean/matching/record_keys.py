"""What the records of one kind are found and counted by, as small hashes: the keys of blocking for records that come.

A base is matched once; what comes later is compared only with the records of the base that share a key with it. The
keys are those by which ``pipeline`` brings records together, and a block that is too big for it is too big here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmclean.matching.arrays import MISSING, Bools, Coded, Ints, MultiCoded, pairs_within
from crmclean.matching.records import Companies, People

Hashes = NDArray[np.uint64]
SmallHashes = NDArray[np.uint32]

_ODD: Final = np.uint64(0x9E3779B97F4A7C15)
_TABLE_BITS: Final = 22
_TABLE_MASK: Final = np.uint64((1 << _TABLE_BITS) - 1)


@dataclass(frozen=True)
class Values:
    """The values of a field of several values: one entry per record and value, sorted by record."""

    record: NDArray[np.int32]
    value: Hashes

    @property
    def owners(self) -> int:
        """How many records have a value."""
        return int(np.count_nonzero(np.diff(self.record))) + 1 if len(self.record) else 0


@dataclass(frozen=True)
class RecordKeys:
    """The records of one kind.

    Attributes:
        row: per record the row of the prepared table that stands for it.
        single: per field one small hash a record, 0 where it has no value.
        several: the fields of several values.
    """

    row: NDArray[np.int32]
    single: Mapping[str, SmallHashes]
    several: Mapping[str, Values]

    def __len__(self) -> int:
        return len(self.row)


@dataclass(frozen=True)
class Key:
    """One way in which two records become a pair: the fields that agree, and what a big block is split by."""

    fields: tuple[str, ...]
    refine: str


PERSON_KEYS: Final = (
    Key(("phone",), "root"),
    Key(("email",), "root"),
    Key(("stem", "root"), "middle"),
    Key(("company", "root"), "stem"),
    Key(("company", "stem"), "root"),
    Key(("document",), "root"),
    Key(("born", "root"), "stem"),
    Key(("born", "stem"), "root"),
    Key(("born", "place"), "root"),
    Key(("address", "root"), "stem"),
    Key(("address", "stem"), "root"),
    Key(("postal_code", "beginning"), "root"),
    Key(("postal_code", "root"), "stem"),
)
WIDER_PERSON_KEYS: Final = (
    Key(("pair_of_names",), "born"),
    Key(("born",), "root"),
    Key(("stem",), "root"),
    Key(("root", "place"), "stem"),
    Key(("root", "birth_year"), "stem"),
    Key(("beginning", "birth_year"), "root"),
    Key(("beginning", "place"), "root"),
    Key(("address",), "root"),
    Key(("postal_code",), "root"),
    Key(("city", "birth_year"), "root"),
    Key(("city", "job_title"), "root"),
)
COMPANY_KEYS: Final = (
    Key(("inn",), "kpp"),
    Key(("known_key",), "city"),
    Key(("phone",), "key"),
    Key(("email",), "key"),
    Key(("domain",), "key"),
    Key(("spot",), "key"),
)


def person_keys(lacks_phones: bool) -> tuple[Key, ...]:
    """Return the keys of people; more where names, dates and places must tell who is who."""
    return PERSON_KEYS + WIDER_PERSON_KEYS if lacks_phones else PERSON_KEYS


def keys_of_people(people: People, lacks_phones: bool) -> RecordKeys:
    """Return what people are found and counted by; the number of a company stands for itself."""
    coded = {
        "last": people.last,
        "first": people.first,
        "middle": people.middle,
        "stem": people.stem,
        "root": people.root,
        "document": people.document,
        "born": people.born,
        "place": people.place,
        "address": people.address,
        "postal_code": people.postal_code,
        "beginning": people.beginning,
        "city": people.city,
        "region": people.region,
        "job_title": people.job_title,
    }
    if lacks_phones:
        coded |= {"pair_of_names": people.pair_of_names, "birth_year": people.birth_year}
    single = {name: _small_hashes(values) for name, values in coded.items()}
    single["company"] = (people.company.codes + 1).astype(np.uint32)
    several = {"phone": _value_hashes(people.phone), "email": _value_hashes(people.email)}
    return RecordKeys(people.rows.astype(np.int32), single, several)


def keys_of_companies(companies: Companies) -> RecordKeys:
    """Return what cards and mentions of companies are found and counted by."""
    named = np.flatnonzero(companies.mention != MISSING)
    first = np.unique(companies.mention[named], return_index=True)[1]
    single = {
        "key": companies.key,
        "known_key": companies.known_key,
        "inn": companies.inn,
        "kpp": companies.kpp,
        "city": companies.city,
        "address": companies.address,
        "spot": companies.spot,
        "postal_code": companies.postal_code,
    }
    several = {"phone": companies.phone, "email": companies.email, "domain": companies.domain}
    return RecordKeys(
        named[first].astype(np.int32),
        {name: _small_hashes(values) for name, values in single.items()},
        {name: _value_hashes(values) for name, values in several.items()},
    )


def pairs_with_base(
    new: RecordKeys, base: RecordKeys, keys: Sequence[Key], max_block: int
) -> tuple[Ints, Ints, Ints, Ints]:
    """Return the candidate pairs in which at least one record is new.

    Returns:
        ``new_record, base_record`` of the pairs with the base, and ``left, right`` of those of two new records.
    """
    across, within = [], []
    for key in keys:
        for ours, theirs in _blocks(new, base, key, max_block):
            across.append(_across(ours, theirs, len(base)))
            left, right, _ = pairs_within(ours.block, max_block)
            low = np.minimum(ours.record[left], ours.record[right])
            high = np.maximum(ours.record[left], ours.record[right])
            within.append((low * len(new) + high)[low < high])
    new_record, base_record = np.divmod(_distinct(across), max(len(base), 1))
    left, right = np.divmod(_distinct(within), max(len(new), 1))
    return new_record, base_record, left, right


def find_members(wanted: Hashes, among: Hashes) -> tuple[Ints, Ints]:
    """Return which of ``among`` are wanted: their positions, and the place of each in ``wanted``.

    Args:
        wanted: sorted and distinct; few.
        among: many.
    """
    nothing = np.zeros(0, dtype=np.int64)
    if not len(wanted) or not len(among):
        return nothing, nothing
    # A table of the lower bits leaves few that have to be looked for.
    table = np.zeros(1 << _TABLE_BITS, dtype=np.bool_)
    table[_low_bits(wanted)] = True
    maybe = np.flatnonzero(table[_low_bits(among)])
    place = np.minimum(np.searchsorted(wanted, among[maybe]), len(wanted) - 1)
    hit = wanted[place] == among[maybe]
    return maybe[hit], place[hit].astype(np.int64)


@dataclass(frozen=True)
class _Entries:
    """Records with a key, one entry per record and key; ``block`` is the number of the key."""

    record: Ints
    block: Ints

    def take(self, kept: Bools) -> "_Entries":
        return _Entries(self.record[kept], self.block[kept])


def _blocks(new: RecordKeys, base: RecordKeys, key: Key, max_block: int) -> list[tuple[_Entries, _Entries]]:
    """Return the new entries and those of the base that share a block with them, without blocks that are too big."""
    ours, theirs = _shared(*_entries(new, key), *_entries(base, key))
    small, big = _parted(ours, theirs, max_block)
    if not len(big[0].record):
        return [small]
    finer = []
    for entries, keys in zip(big, (new, base), strict=True):
        refine = keys.single[key.refine][entries.record]
        known = refine != 0
        finer.append((entries.record[known], _mixed(entries.block[known].astype(np.uint64), refine[known])))
    return [small, _parted(*_shared(*finer[0], *finer[1]), max_block)[0]]


def _entries(keys: RecordKeys, key: Key) -> tuple[Ints, Hashes]:
    name = key.fields[0]
    if name in keys.several:
        return keys.several[name].record.astype(np.int64), keys.several[name].value
    present = keys.single[name] != 0
    for more in key.fields[1:]:
        present &= keys.single[more] != 0
    record = np.flatnonzero(present)
    hashes = keys.single[name][record].astype(np.uint64)
    for more in key.fields[1:]:
        hashes = _mixed(hashes, keys.single[more][record])
    return record, hashes


def _shared(record: Ints, hashes: Hashes, base_record: Ints, base_hashes: Hashes) -> tuple[_Entries, _Entries]:
    distinct, block = np.unique(hashes, return_inverse=True)
    found, place = find_members(distinct, base_hashes)
    return _Entries(record, block.astype(np.int64)), _Entries(base_record[found], place)


def _parted(
    ours: _Entries, theirs: _Entries, max_block: int
) -> tuple[tuple[_Entries, _Entries], tuple[_Entries, _Entries]]:
    size = max(int(ours.block.max(initial=-1)), int(theirs.block.max(initial=-1))) + 1
    counts = np.bincount(ours.block, minlength=size) + np.bincount(theirs.block, minlength=size)
    big, base_big = counts[ours.block] > max_block, counts[theirs.block] > max_block
    return (ours.take(~big), theirs.take(~base_big)), (ours.take(big), theirs.take(base_big))


def _across(ours: _Entries, theirs: _Entries, width: int) -> Ints:
    """Return every new record of a block with every record of the base in it, as one number a pair."""
    order = np.argsort(theirs.block, kind="stable")
    block, record = theirs.block[order], theirs.record[order]
    first, last = np.searchsorted(block, ours.block, "left"), np.searchsorted(block, ours.block, "right")
    counts = last - first
    owner = np.repeat(np.arange(len(ours.record)), counts)
    place = first[owner] + np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.unique(ours.record[owner] * width + record[place])


def _distinct(parts: Sequence[Ints]) -> Ints:
    return np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *parts]))


def _low_bits(hashes: Hashes) -> Ints:
    return ((hashes ^ (hashes >> np.uint64(32))) & _TABLE_MASK).astype(np.int64)


def _mixed(hashes: Hashes, more: SmallHashes) -> Hashes:
    mixed = (hashes + np.uint64(1)) * _ODD
    return np.asarray((mixed ^ (mixed >> np.uint64(29))) + more.astype(np.uint64) * np.uint64(0xBF58476D1CE4E5B9))


def _small_hashes(values: Coded) -> SmallHashes:
    hashes = _hashes(values.values)
    small = ((hashes >> np.uint64(32)) ^ hashes).astype(np.uint32)
    return np.where(values.present, np.maximum(np.append(small, 0).astype(np.uint32), 1)[values.codes], 0).astype(
        np.uint32
    )


def _value_hashes(values: MultiCoded) -> Values:
    return Values(values.record.astype(np.int32), _hashes(values.values)[values.code])


def _hashes(values: pd.Index) -> Hashes:
    if not len(values):
        return np.zeros(0, dtype=np.uint64)
    texts = values.to_numpy() if values.dtype.kind in "iu" else values.to_numpy(object)
    return np.asarray(pd.util.hash_array(texts, categorize=False), dtype=np.uint64)
