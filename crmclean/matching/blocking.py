"""Candidate pairs: two records are compared only if they share a key, and no key may make a quadratic block."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmclean.matching.arrays import MISSING, Coded, Ints, MultiCoded, pairs_within


@dataclass(frozen=True)
class BlockingKey:
    """One way in which two records become a candidate pair.

    Attributes:
        name: for the report.
        record, key: long form, one entry per record and key value.
        refine: per record, what an oversized block is split by once more; ``MISSING`` keeps a record out of it.
    """

    name: str
    record: Ints
    key: Ints
    refine: Ints | None = None


@dataclass(frozen=True)
class Candidates:
    """Distinct candidate pairs, ``left < right``, sorted.

    Attributes:
        oversized: key name to the number of blocks that were bigger than the cap.
    """

    left: Ints
    right: Ints
    oversized: dict[str, int]


def key_of_values(name: str, values: MultiCoded, refine: Ints | None = None) -> BlockingKey:
    """Return the key «has this value» of a multi-valued field."""
    return BlockingKey(name, values.record, values.code, refine)


def key_of_columns(name: str, columns: Sequence[Coded], refine: Ints | None = None) -> BlockingKey:
    """Return the key «has these values together»; a record that lacks one of them has no key."""
    key = combine([column.codes for column in columns])
    record = np.flatnonzero(key != MISSING)
    return BlockingKey(name, record, key[record], refine)


def combine(codes: Sequence[Ints]) -> Ints:
    """Return one code for the tuple of codes of each record; ``MISSING`` where one of them is missing."""
    result = codes[0].astype(np.int64, copy=True)
    for more in codes[1:]:
        width = int(more.max(initial=MISSING)) + 1
        together = np.where((result == MISSING) | (more == MISSING), MISSING, result * max(width, 1) + more)
        present = together != MISSING
        result = np.full(len(together), MISSING, dtype=np.int64)
        result[present] = pd.factorize(together[present])[0]
    return result


def candidate_pairs(size: int, keys: Sequence[BlockingKey], max_block: int) -> Candidates:
    """Return the union of the pairs that any key gives.

    A block of more than ``max_block`` records makes no pairs by itself: it is split by ``refine`` once, and
    what is still too big is left to the other keys.

    Args:
        size: number of records.
    """
    found: list[Ints] = []
    oversized: dict[str, int] = {}
    for key in keys:
        left, right, too_big = pairs_within(key.key, max_block)
        found.append(_as_numbers(key.record[left], key.record[right], size))
        if len(too_big) and key.refine is not None:
            inside = np.isin(key.key, too_big)
            record, group = key.record[inside], key.key[inside]
            left, right, too_big = pairs_within(combine([group, key.refine[record]]), max_block)
            found.append(_as_numbers(record[left], record[right], size))
        if len(too_big):
            oversized[key.name] = len(too_big)
    numbers = np.unique(np.concatenate(found)) if found else np.zeros(0, dtype=np.int64)
    left, right = np.divmod(numbers, max(size, 1))
    return Candidates(left, right, oversized)


def _as_numbers(first: Ints, second: Ints, size: int) -> Ints:
    left, right = np.minimum(first, second), np.maximum(first, second)
    return np.unique((left * size + right)[left < right])
