"""How the id of a client is made and written: a number of 48 bits from what the client's records say.

Made from content, an id needs no memory: two runs, or two computers, that know nothing of each other give a client of
the same records the same id.
"""

from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

UnsignedLongs = NDArray[np.uint64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

LETTERS: Final = "DFGJNQRSVWZ"
DIGITS: Final = "346789"
ALPHABET: Final = LETTERS + DIGITS
"""No look-alikes (0 O, 1 I L, 5 S, 2 Z, 8 B), no letter that Cyrillic has in the same shape, no E of ``1E5``."""

ID_LENGTH: Final = 12
CAPACITY: Final = len(LETTERS) * len(ALPHABET) ** (ID_LENGTH - 1)
"""How many ids there are. The first character is a letter, so that no spreadsheet takes an id for a number."""

_GOLDEN: Final = 0x9E3779B97F4A7C15


def mix(values: UnsignedLongs) -> UnsignedLongs:
    """Return well-spread 64-bit hashes of 64-bit numbers: the finaliser of SplitMix64 (Steele, Lea, Flood 2014)."""
    mixed: UnsignedLongs = values + np.uint64(_GOLDEN)
    mixed ^= mixed >> np.uint64(30)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(27)
    mixed *= np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    return mixed


def write_ids(numbers: UnsignedLongs) -> "pd.Series[str]":
    """Return the ids of client numbers as text; number 0 is no client and gives ``""``.

    >>> write_ids(np.array([1, 0, 18, CAPACITY], dtype=np.uint64)).tolist()
    ['DDDDDDDDDDDF', '', 'DDDDDDDDDDFF', 'DDDDDDDDDDDD']
    """
    size = len(numbers)
    letters = np.frombuffer(LETTERS.encode(), dtype=np.uint8)
    characters = np.frombuffer(ALPHABET.encode(), dtype=np.uint8)
    written = np.empty((size, ID_LENGTH), dtype=np.uint8)
    rest = numbers % np.uint64(CAPACITY)
    for place in range(ID_LENGTH - 1, 0, -1):
        rest, digit = np.divmod(rest, np.uint64(len(ALPHABET)))
        written[:, place] = characters[digit]
    written[:, 0] = letters[rest]
    offsets = np.arange(size + 1, dtype=np.int64) * ID_LENGTH
    texts = pa.LargeStringArray.from_buffers(size, pa.py_buffer(offsets), pa.py_buffer(written))
    return pd.Series(pd.array(texts, dtype="str"), dtype="str").where(numbers != 0, "")


def make_numbers(keys: UnsignedLongs, taken: UnsignedLongs) -> UnsignedLongs:
    """Return a new client number for each key: distinct, and none of ``taken``.

    Args:
        keys: the smallest record key of each new client. Of clients with one key the earlier gets the first choice.
        taken: every number ever given.

    Returns:
        Numbers from 1 to ``CAPACITY``; which one a key gets does not depend on the order of the others.
    """
    waiting = np.argsort(keys, kind="stable")
    seeds = mix(mix(keys[waiting]) + mix(rank_in_runs(keys[waiting]).astype(np.uint64)))
    numbers = np.zeros(len(keys), dtype=np.uint64)
    attempt = 0
    while len(waiting):
        # A number that is in use already is not given to somebody else: hash again.
        tried = mix(seeds + np.uint64(attempt)) % np.uint64(CAPACITY) + np.uint64(1)
        order = np.argsort(tried, kind="stable")
        given = np.zeros(len(waiting), dtype=np.bool_)
        given[order] = rank_in_runs(tried[order]) == 0
        given &= ~contains(taken, tried)
        numbers[waiting[given]] = tried[given]
        waiting, seeds = waiting[~given], seeds[~given]
        if len(waiting):
            taken = np.concatenate([taken, tried[given]])
        attempt += 1
    return numbers


def contains(values: UnsignedLongs, wanted: UnsignedLongs) -> Bools:
    """Return which of ``wanted`` stand among ``values``."""
    found: Bools = np.asarray(pd.Index(wanted).isin(values), dtype=np.bool_)
    return found


def rank_in_runs(ordered: UnsignedLongs) -> Ints:
    """Return how many equal values stand before each of an array in which equal ones stand together.

    >>> rank_in_runs(np.array([5, 5, 5, 9, 7, 7], dtype=np.uint64)).tolist()
    [0, 1, 2, 0, 0, 1]
    """
    places = np.arange(len(ordered))
    begins = np.append(True, ordered[1:] != ordered[:-1])[: len(ordered)]
    rank: Ints = places - np.maximum.accumulate(np.where(begins, places, 0))
    return rank


def in_run(ordered: UnsignedLongs) -> Bools:
    """Return which values of a sorted array have an equal neighbour."""
    equal = ordered[1:] == ordered[:-1]
    result: Bools = (np.append(False, equal) | np.append(equal, False))[: len(ordered)]
    return result
