"""What a record says for matching, as one number: equal content has an equal key, wherever the record stands."""

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmclean.fields.text import fold_cells
from crmclean.matching.arrays import MISSING, Ints, MultiCoded
from crmclean.matching.prepared import Prepared

Hashes = NDArray[np.uint64]

KEY_LENGTH: Final = 16
_ODD: Final = 0x9E3779B97F4A7C15
"""The golden ratio of 64 bits, as in SplitMix64 (Steele, Lea and Flood 2014), whose mixer ``_mixed`` is."""


def record_hashes(prepared: Prepared) -> Hashes:
    """Return a 64-bit hash of the content of every record: names, phones, mailboxes, INN, KPP, company, birthday, city.

    Row, ID, tags and comments do not count, nor does the order of several phones. Two of a million different records
    share a hash with a probability of 3 in 100 million.
    """
    texts = [
        prepared.names["last"],
        prepared.names["first"],
        prepared.names["middle"],
        prepared.inn,
        prepared.kpp,
        prepared.company,
        prepared.city,
    ]
    total = np.zeros(len(prepared), dtype=np.uint64)
    for place, values in enumerate(texts, 1):
        codes, distinct = pd.factorize(values)
        # «Пётр» and «Петр» are one spelling.
        hashes = _salted(fold_cells(pd.Series(distinct, dtype="str")), place)
        hashes[np.asarray(distinct == "")] = 0
        total += hashes[codes]
    for place, multi in enumerate((prepared.phones, prepared.emails), len(texts) + 1):
        total += _sums(multi, place, len(prepared))
    known = prepared.birthday != MISSING
    days = prepared.birthday[known].astype(np.uint64)
    total[known] += _mixed(days + _salt(len(texts) + 3))
    return _mixed(total)


def record_keys(prepared: Prepared) -> "pd.Series[str]":
    """Return the hash of every record as 16 hex digits."""
    return format_keys(record_hashes(prepared))


def format_keys(hashes: Hashes) -> "pd.Series[str]":
    """Return hashes as 16 hex digits each.

    >>> format_keys(np.array([255], dtype=np.uint64)).tolist()
    ['00000000000000ff']
    """
    return pd.Series([f"{number:016x}" for number in hashes.tolist()], dtype="str")


def parse_keys(keys: "pd.Series[str]") -> Hashes:
    """Return the hashes that ``format_keys`` wrote.

    Raises:
        ValueError: a text is no number in hex.

    >>> parse_keys(pd.Series(["00000000000000ff"])).tolist()
    [255]
    """
    return np.array([int(key, 16) for key in keys.tolist()], dtype=np.uint64)


def rows_of_keys(hashes: Hashes, wanted: Hashes) -> tuple[Ints, Ints]:
    """Return, long form, the place in ``wanted`` and the row for every row whose hash is wanted."""
    order = np.argsort(hashes, kind="stable")
    ordered = hashes[order]
    first, last = np.searchsorted(ordered, wanted, "left"), np.searchsorted(ordered, wanted, "right")
    counts = last - first
    place = np.repeat(np.arange(len(wanted)), counts)
    offset = np.arange(len(place)) - np.repeat(np.cumsum(counts) - counts, counts)
    return place, order[first[place] + offset].astype(np.int64)


def _salted(texts: "pd.Series[str]", salt: int) -> Hashes:
    hashes = pd.util.hash_array(texts.to_numpy(object), categorize=False)
    return _mixed(hashes.astype(np.uint64) + _salt(salt))


def _salt(number: int) -> np.uint64:
    return np.uint64(_ODD * number % 2**64)


def _sums(values: MultiCoded, salt: int, size: int) -> Hashes:
    """Return the sum of the hashes of the values of each record: the same in whatever order they stand."""
    hashes = _salted(pd.Series(values.values, dtype="str"), salt)
    total = np.zeros(size, dtype=np.uint64)
    np.add.at(total, values.record, hashes[values.code])
    return total


def _mixed(numbers: Hashes) -> Hashes:
    mixed = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(mixed ^ (mixed >> np.uint64(31)))
