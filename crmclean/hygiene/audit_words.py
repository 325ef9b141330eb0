"""What an audit found in a record, as codes and in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmclean.core.i18n import _
from crmclean.hygiene.rules import Rule

_BITS: Final = 60


@dataclass(frozen=True)
class Flag:
    """One rule and the records that break it."""

    rule: Rule
    marks: NDArray[np.bool_]


def name_flags(flags: Sequence[Flag], index: pd.Index) -> "tuple[pd.Series[str], pd.Series[str]]":
    """Return of every record the codes of the rules that it breaks, joined by spaces, and the same in words.

    >>> some, every = np.array([True, False]), np.array([True, True])
    >>> flags = [Flag(Rule("a", "One thing"), some), Flag(Rule("b", "Other"), every)]
    >>> [cells.tolist() for cells in name_flags(flags, pd.RangeIndex(2))]
    [['a b', 'b'], ['One thing; Other', 'Other']]
    """
    combined = np.zeros(len(index), dtype=np.int64)
    sets: list[tuple[int, ...]] = [()]
    for start in range(0, len(flags), _BITS):
        bits = np.zeros(len(index), dtype=np.int64)
        for place, flag in enumerate(flags[start : start + _BITS]):
            bits |= flag.marks.astype(np.int64) << place
        # Few of all combinations occur: each is put in words once.
        codes, distinct = pd.factorize(bits)
        pairs, known = pd.factorize(combined * len(distinct) + codes)
        found = [_places(bits_of, start) for bits_of in distinct.tolist()]
        sets = [(*sets[pair // len(found)], *found[pair % len(found)]) for pair in known.tolist()]
        combined = pairs.astype(np.int64)
    codes_of = pd.Series([" ".join(flags[place].rule.code for place in places) for places in sets], dtype="str")
    words_of = pd.Series(["; ".join(_(flags[place].rule.title) for place in places) for places in sets], dtype="str")
    return (
        pd.Series(codes_of.array.take(combined), index=index, dtype="str"),
        pd.Series(words_of.array.take(combined), index=index, dtype="str"),
    )


def _places(bits: int, start: int) -> tuple[int, ...]:
    return tuple(start + place for place in range(_BITS) if bits >> place & 1)
