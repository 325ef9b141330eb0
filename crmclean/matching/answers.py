"""What people have decided about pairs of records, and what follows for the matching.

An answer is about what the records say, not about their rows: it holds for every row of that content.
"""

from dataclasses import dataclass, replace
from typing import Final, Self

import numpy as np
import pandas as pd

from crmclean.matching.arrays import Bools, Ints, Levels, pattern_codes
from crmclean.matching.fingerprints import Hashes, parse_keys, rows_of_keys
from crmclean.matching.model import Comparison

ANSWER_COLUMNS: Final = ("key_a", "key_b", "same", "of", "levels", "decided_at")
ROWS_PER_KEY: Final = 100
"""So many rows of one content are looked at for one answer."""
SAID_SAME, SAID_DIFFERENT = 1, 2


@dataclass(frozen=True)
class Answers:
    """The answers about one kind of record, as pairs of records; each pair once, sorted, ``left < right``.

    Attributes:
        same: whether the two are one client.
        known: how many answers are about records that are here.
        texts, verdicts: levels as ``format_levels`` wrote them, and whether the answer was "same", of all answers.
    """

    size: int
    left: Ints
    right: Ints
    same: Bools
    known: int
    texts: tuple[str, ...] = ()
    verdicts: tuple[bool, ...] = ()

    @classmethod
    def none(cls, size: int) -> Self:
        """Return no answers about ``size`` records."""
        nothing = np.zeros(0, dtype=np.int64)
        return cls(size, nothing, nothing, nothing.astype(np.bool_), 0)

    @classmethod
    def about(cls, frame: pd.DataFrame | None, kind: str, hashes: Hashes) -> Self:
        """Return the answers about records of one kind.

        Args:
            frame: columns ``ANSWER_COLUMNS``, the newest last; of two answers about one pair the newest counts.
            kind: ``person`` or ``company``.
            hashes: content of each record, in the order in which the records are numbered.
        """
        if frame is None or not len(frame):
            return cls.none(len(hashes))
        frame = _newest(frame[frame["of"].eq(kind)])
        same = frame["same"].to_numpy(np.bool_)
        one, one_record = _few(*rows_of_keys(hashes, parse_keys(frame["key_a"])))
        other, other_record = _few(*rows_of_keys(hashes, parse_keys(frame["key_b"])))
        pairs = pd.merge(
            pd.DataFrame({"answer": one, "a": one_record}), pd.DataFrame({"answer": other, "b": other_record})
        )
        pairs = pairs[pairs["a"] != pairs["b"]]
        a, b = pairs["a"].to_numpy(np.int64), pairs["b"].to_numpy(np.int64)
        left, right = np.minimum(a, b), np.maximum(a, b)
        first = np.unique(left * len(hashes) + right, return_index=True)[1]
        return cls(
            len(hashes),
            left[first],
            right[first],
            same[pairs["answer"].to_numpy(np.int64)][first],
            int(pairs["answer"].nunique()),
            tuple(frame["levels"].tolist()),
            tuple(same.tolist()),
        )

    def __len__(self) -> int:
        return len(self.left)

    def renumbered(self, numbers: Ints, size: int) -> Self:
        """Return the answers where record ``i`` is called ``numbers[i]`` (ascending) of ``size``."""
        return replace(self, size=size, left=numbers[self.left], right=numbers[self.right])

    def verdict(self, left: Ints, right: Ints) -> Levels:
        """Return ``SAID_SAME``, ``SAID_DIFFERENT`` or 0 (nobody was asked) for pairs of records, in either order."""
        result = np.zeros(len(left), dtype=np.uint8)
        if not len(self):
            return result
        known = self.left * self.size + self.right
        wanted = np.minimum(left, right) * self.size + np.maximum(left, right)
        place = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
        hit = known[place] == wanted
        result[hit] = np.where(self.same[place[hit]], SAID_SAME, SAID_DIFFERENT)
        return result


def format_levels(comparisons: tuple[Comparison, ...], levels: Levels) -> "pd.Series[str]":
    """Return the levels of pairs as text, such as ``last_name=same phone=different``; fields that lack a value not."""
    place, distinct = pd.factorize(pattern_codes(levels))
    first = np.zeros(len(distinct), dtype=np.int64)
    first[place[::-1]] = np.arange(len(levels))[::-1]
    texts = [
        " ".join(
            f"{item.name}={item.levels[level - 1].code}"
            for item, level in zip(comparisons, levels[row].tolist(), strict=True)
            if level
        )
        for row in first.tolist()
    ]
    return pd.Series(np.array(texts, dtype=object)[place] if len(levels) else [], dtype="str")


def parse_levels(comparisons: tuple[Comparison, ...], texts: tuple[str, ...]) -> Levels:
    """Return the levels that ``format_levels`` wrote; what is not known today is left out.

    Returns:
        Level numbers, shape (texts, comparisons).
    """
    known = {
        f"{item.name}={level.code}": (place, number)
        for place, item in enumerate(comparisons)
        for number, level in enumerate(item.levels, 1)
    }
    levels = np.zeros((len(texts), len(comparisons)), dtype=np.uint8)
    for row, text in enumerate(texts):
        for word in text.split():
            if word in known:
                place, number = known[word]
                levels[row, place] = number
    return levels


def _newest(frame: pd.DataFrame) -> pd.DataFrame:
    low = frame["key_a"].where(frame["key_a"] <= frame["key_b"], frame["key_b"])
    high = frame["key_b"].where(frame["key_a"] <= frame["key_b"], frame["key_a"])
    ordered = frame.assign(key_a=low, key_b=high)
    return ordered.drop_duplicates(["key_a", "key_b"], keep="last").reset_index(drop=True)


def _few(place: Ints, record: Ints) -> tuple[Ints, Ints]:
    """Return at most ``ROWS_PER_KEY`` records an answer; ``place`` is sorted."""
    start = np.searchsorted(place, place, "left")
    kept = np.arange(len(place)) - start < ROWS_PER_KEY
    return place[kept], record[kept]
