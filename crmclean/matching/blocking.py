"""Candidate pairs: two records are compared only if they share a key, and no key may make a quadratic block."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmclean.matching.arrays import MISSING, Coded, Ints, MultiCoded, pairs_within, sorted_distinct


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
            oversize = np.zeros(int(key.key.max()) + 1, dtype=np.bool_)
            oversize[too_big] = True
            inside = oversize[key.key]
            record, group = key.record[inside], key.key[inside]
            left, right, too_big = pairs_within(combine([group, key.refine[record]]), max_block)
            found.append(_as_numbers(record[left], record[right], size))
        if len(too_big):
            oversized[key.name] = len(too_big)
    numbers = sorted_distinct(np.concatenate(found)) if found else np.zeros(0, dtype=np.int64)
    left, right = np.divmod(numbers, max(size, 1))
    return Candidates(left, right, oversized)


class KnownPairs:
    """Where each of the candidate pairs stands, to be asked about any pairs of records.

    Args:
        size: number of records.
        left, right: the pairs, sorted, ``left < right``.
    """

    def __init__(self, size: int, left: Ints, right: Ints) -> None:
        self._size = size
        self._numbers = left * size + right

    def find(self, left: Ints, right: Ints) -> tuple[Ints, Ints]:
        """Return the place of each pair (the number of pairs where it is none of them), and which are none of them."""
        wanted = np.minimum(left, right) * self._size + np.maximum(left, right)
        place = np.searchsorted(self._numbers, wanted)
        hit = np.append(self._numbers, -1)[place] == wanted
        return np.where(hit, place, len(self._numbers)), np.flatnonzero(~hit)


def with_pairs(candidates: Candidates, size: int, left: Ints, right: Ints) -> Candidates:
    """Return ``candidates`` with further pairs, ``left < right``."""
    if not len(left):
        return candidates
    numbers = np.union1d(candidates.left * size + candidates.right, left * size + right)
    left, right = np.divmod(numbers, max(size, 1))
    return Candidates(left, right, candidates.oversized)


def _as_numbers(first: Ints, second: Ints, size: int) -> Ints:
    left, right = np.minimum(first, second), np.maximum(first, second)
    return sorted_distinct((left * size + right)[left < right])
