"""How the level of one comparison is found: the pieces that fields of people and of companies share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmclean.matching.arrays import MISSING, Bools, Coded, Ints, Levels, MultiCoded, among
from crmclean.matching.model import DIFFERENT, SAME, Comparison
from crmclean.matching.records import Companies, People
from crmclean.matching.similarity import grade_addresses, grade_codes, grade_words, per_distinct_pair

Shares = NDArray[np.float32]
Judged = tuple[Levels, Shares | None]
"""Levels of one comparison, and the share of records that have the common value where frequency says something."""


@dataclass(frozen=True)
class Compared:
    """Candidate pairs with their comparison levels.

    Attributes:
        left, right: record numbers, shape (pairs,).
        levels: level numbers, shape (pairs, comparisons); 0 where one of the two has no value.
        frequency: share of records that have the common value, shape (pairs, comparisons); NaN at levels where
            frequency says nothing.
        shared: by the name of a comparison of several values (phone, email), the code of the common value of each
            pair, ``MISSING`` where there is none.
    """

    comparisons: tuple[Comparison, ...]
    left: Ints
    right: Ints
    levels: Levels
    frequency: Shares
    shared: Mapping[str, Ints] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.left)

    def place(self, comparison: str) -> int:
        """Return the column of a comparison, ``MISSING`` where nobody in the base has the field."""
        names = [item.name for item in self.comparisons]
        return names.index(comparison) if comparison in names else MISSING

    def at(self, comparison: str, *codes: str) -> Bools:
        """Return which pairs stand at one of the levels ``codes`` of a comparison."""
        place = self.place(comparison)
        if place == MISSING:
            return np.zeros(len(self), dtype=np.bool_)
        numbers = [self.comparisons[place].number(code) for code in codes]
        return among(self.levels[:, place], numbers)

    def missing(self, comparison: str) -> Bools:
        """Return which pairs cannot be compared by ``comparison``."""
        place = self.place(comparison)
        if place == MISSING:
            return np.ones(len(self), dtype=np.bool_)
        return np.asarray(self.levels[:, place] == 0)

    def take(self, pairs: Ints) -> Self:
        """Return some of the pairs."""
        return type(self)(
            self.comparisons,
            self.left[pairs],
            self.right[pairs],
            self.levels[pairs],
            self.frequency[pairs],
            {name: codes[pairs] for name, codes in self.shared.items()},
        )


def judge_address(records: People | Companies, item: Comparison, left: Ints, right: Ints) -> Judged | None:
    """Return whether the addresses agree: the same, or such as may be one."""
    return equal_or_close(item, records.address, left, right, grade_addresses)


def judge_postal_code(records: People | Companies, item: Comparison, left: Ints, right: Ints) -> Judged | None:
    """Return whether the postal codes agree; a digit apart only where the comparison has that level."""
    if len(item.levels) == 2:
        return equal_or_close(item, records.postal_code, left, right)
    return equal_or_close(item, records.postal_code, left, right, grade_codes)


def judge_city(records: People | Companies, item: Comparison, left: Ints, right: Ints) -> Judged | None:
    """Return whether the cities agree; a typo apart only where the comparison has that level."""
    if len(item.levels) == 2:
        return equal_or_close(item, records.city, left, right)
    return equal_or_close(item, records.city, left, right, grade_words)


def equal(item: Comparison, values: Coded, left: Ints, right: Ints) -> Levels | None:
    """Return ``same`` and ``different``; ``None`` where fewer than two records have the field."""
    if values.present.sum() < 2:
        return None
    a, b = values.codes[left], values.codes[right]
    levels = np.where(a == b, item.number(SAME), item.number(DIFFERENT)).astype(np.uint8)
    levels[(a == MISSING) | (b == MISSING)] = 0
    return levels


def equal_or_close(
    item: Comparison,
    values: Coded,
    left: Ints,
    right: Ints,
    judge: "Callable[[pd.Series[str], pd.Series[str]], Levels] | None" = None,
) -> Judged | None:
    """Return ``same``, ``different`` and, where ``judge`` gives the two texts a 1, ``close``."""
    levels = equal(item, values, left, right)
    if levels is None:
        return None
    if judge is not None:
        refine(levels, item, values, left, right, judge, {1: "close"})
    return levels, share(values, left)


def refine(
    levels: Levels,
    item: Comparison,
    values: Coded,
    left: Ints,
    right: Ints,
    judge: "Callable[[pd.Series[str], pd.Series[str]], Levels]",
    codes: Mapping[int, str],
) -> None:
    """Turn ``different`` into the level of the grade that ``judge`` gives the two texts."""
    different = np.flatnonzero(levels == item.number(DIFFERENT))
    known = (values.codes[left[different]] != MISSING) & (values.codes[right[different]] != MISSING)
    different = different[known]
    grades = per_distinct_pair(values, left[different], right[different], judge)
    for grade, code in codes.items():
        levels[different[grades == grade]] = item.number(code)


def shared_values(
    item: Comparison, values: MultiCoded, left: Ints, right: Ints, code: Ints, of_many: int = 0
) -> tuple[Levels, Shares] | None:
    """Return the share of the records that have the value of the left record; NaN where it has none."""
    """Return ``same``, ``shared`` (or ``of_many``) where the common value is used by many, and ``different``.

    Args:
        code: of the common value of each pair.
    """
    present = values.present
    if present.sum() < 2:
        return None
    levels = np.where(code == MISSING, item.number(DIFFERENT), item.number(SAME)).astype(np.uint8)
    levels[np.append(values.public, False)[code]] = of_many or item.number("shared")
    levels[~(present[left] & present[right])] = 0
    people = np.append(values.people, 1)[code]
    return levels, (people / max(int(present.sum()), 1)).astype(np.float32)


def share(values: Coded, left: Ints) -> Shares:
    return np.append(values.share(), np.nan).astype(np.float32)[values.codes[left]]
