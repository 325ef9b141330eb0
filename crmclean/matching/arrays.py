"""The plain arrays that matching works on: values as integer codes, one or several per record."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Levels = NDArray[np.uint8]
Objects = NDArray[np.object_]

MISSING = -1

_FEW = 3
"""Most records have no more values of one kind, such as phones."""


@dataclass(frozen=True)
class Coded:
    """One value per record.

    Attributes:
        codes: index into ``values`` per record; ``MISSING`` where the record has none.
        values: the distinct texts.
    """

    codes: Ints
    values: pd.Index

    @classmethod
    def of(cls, texts: "pd.Series[str]") -> Self:
        """Return the codes of ``texts``; an empty text is missing."""
        codes, values = pd.factorize(texts)
        codes = codes.astype(np.int64)
        empty = np.flatnonzero(np.asarray(values == ""))
        if len(empty):
            codes[codes == empty[0]] = MISSING
        return cls(codes, pd.Index(values))

    @property
    def present(self) -> Bools:
        """Return which records have a value."""
        result: Bools = self.codes != MISSING
        return result

    def share(self) -> Floats:
        """Return, per distinct value, its share among the records that have one (0 where nobody has)."""
        counts = np.bincount(self.codes[self.present], minlength=len(self.values)).astype(np.float64)
        share: Floats = counts / max(counts.sum(), 1.0)
        return share

    def text_of_all(self) -> "pd.Series[str]":
        """Return the texts of all records, ``""`` where missing."""
        return self.text(np.arange(len(self.codes)))

    def text(self, records: Ints) -> "pd.Series[str]":
        """Return the texts of ``records``, ``""`` where missing."""
        return pd.Series(np.append(self.values.to_numpy(object), "")[self.codes[records]], dtype="str")


@dataclass(frozen=True)
class MultiCoded:
    """Any number of values per record, such as phones.

    Attributes:
        record, code: one entry per distinct (record, value), sorted by record, then code.
        values: the distinct texts.
        start: ``code[start[i]:start[i + 1]]`` are the values of record ``i``; shape (records + 1,).
        public: per distinct value, whether it belongs to a group by its nature (info@, a switchboard).
        people: per distinct value, how many different people are seen to use it; at least 1.
    """

    record: Ints
    code: Ints
    values: pd.Index
    start: Ints
    public: Bools
    people: Ints

    @classmethod
    def of(cls, size: int, record: Ints, texts: "pd.Series[str]") -> Self:
        """Return the codes of long-form ``texts``, each of the record at the same place; empty texts are left out."""
        kept = texts.ne("").to_numpy()
        codes, values = pd.factorize(texts[kept])
        pairs = sorted_distinct(record[kept] * max(len(values), 1) + codes)
        record, code = np.divmod(pairs, max(len(values), 1))
        start = np.searchsorted(record, np.arange(size + 1)).astype(np.int64)
        ones = np.ones(len(values), dtype=np.int64)
        return cls(record, code, pd.Index(values), start, np.zeros(len(values), dtype=np.bool_), ones)

    def regrouped(self, size: int, record: Ints, code: Ints) -> Self:
        """Return the same values with other owners: ``code[i]`` belongs to ``record[i]`` of ``size`` records."""
        width = max(len(self.values), 1)
        pairs = sorted_distinct(record * width + code)
        record, code = np.divmod(pairs, width)
        start = np.searchsorted(record, np.arange(size + 1)).astype(np.int64)
        return replace(self, record=record, code=code, start=start)

    @property
    def present(self) -> Bools:
        """Return which records have a value."""
        result: Bools = np.diff(self.start) > 0
        return result

    def shared(self, left: Ints, right: Ints) -> Ints:
        """Return, per pair of records, the code of the value that both have; ``MISSING`` where none.

        Of several shared values the one that the fewest people use is given, then the lowest code.
        """
        result = np.full(len(left), MISSING, dtype=np.int64)
        counts = np.diff(self.start)
        few = (counts[left] <= _FEW) & (counts[right] <= _FEW)
        fits = np.flatnonzero(few)
        result[fits] = self._shared_of_few(left[fits], right[fits])
        rest = np.flatnonzero(~few)
        result[rest] = self._shared_of_many(left[rest], right[rest])
        return result

    def _shared_of_few(self, left: Ints, right: Ints) -> Ints:
        """Compare the first values of both records, each with each: records have few, and this is the quickest."""
        columns = self._first_columns
        rank = self._rank
        best = np.full(len(left), len(self.values), dtype=np.int64)
        for own in columns:
            mine = own[left]
            for other in columns:
                theirs = other[right]
                hit = np.flatnonzero((mine == theirs) & (mine != MISSING))
                best[hit] = np.minimum(best[hit], rank[mine[hit]])
        return self._by_rank[best]

    @cached_property
    def _first_columns(self) -> list[Ints]:
        """The first, second … value of every record, ``MISSING`` where it has fewer."""
        counts = np.diff(self.start)
        columns = []
        for place in range(int(min(counts.max(initial=0), _FEW))):
            column = np.full(len(counts), MISSING, dtype=np.int64)
            has = np.flatnonzero(counts > place)
            column[has] = self.code[self.start[has] + place]
            columns.append(column)
        return columns

    @cached_property
    def _rank(self) -> Ints:
        """Place of each value among all, those that the fewest people use first."""
        rank = np.empty(len(self.values), dtype=np.int64)
        rank[self._by_rank[:-1]] = np.arange(len(self.values))
        return rank

    @cached_property
    def _by_rank(self) -> Ints:
        return np.append(np.argsort(self.people, kind="stable"), MISSING)

    def _shared_of_many(self, left: Ints, right: Ints) -> Ints:
        counts = np.diff(self.start)[left]
        pair = np.repeat(np.arange(len(left)), counts)
        offset = np.arange(len(pair)) - np.repeat(np.cumsum(counts) - counts, counts)
        code = self.code[self.start[left][pair] + offset]
        width = len(self.values)
        known = self.record * width + self.code
        wanted = right[pair] * width + code
        place = np.minimum(np.searchsorted(known, wanted), max(len(known) - 1, 0))
        hit = known[place] == wanted if len(known) else np.zeros(len(wanted), dtype=np.bool_)
        pair, code = pair[hit], code[hit]
        order = np.lexsort((self._rank[code], pair))
        first = np.unique(pair[order], return_index=True)[1]
        result = np.full(len(left), MISSING, dtype=np.int64)
        result[pair[order][first]] = code[order][first]
        return result


def sorted_distinct(numbers: Ints) -> Ints:
    """Return the distinct numbers in ascending order; a sort, which for integers is faster than a hash table."""
    ordered = np.sort(numbers)
    first = np.ones(len(ordered), dtype=np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return ordered[first]


def among(levels: Levels, numbers: list[int]) -> Bools:
    """Return which of many small numbers are one of ``numbers``."""
    wanted = np.zeros(256, dtype=np.bool_)
    wanted[numbers] = True
    return wanted[levels]


def pattern_codes(rows: Ints | Levels) -> Ints:
    """Return one number for each row of small numbers (0 … 15), equal where the rows are, for up to 15 columns."""
    code = np.zeros(len(rows), dtype=np.int64)
    for place in range(rows.shape[1]):
        code = code * 16 + rows[:, place]
    return code


def pairs_within(group: Ints, limit: int) -> tuple[Ints, Ints, Ints]:
    """Return every pair of members of each group of at most ``limit`` members.

    Args:
        group: group number per member; ``MISSING`` members belong to none.

    Returns:
        Two arrays of member positions, ``left < right``, and the group numbers that were too big.
    """
    members = np.flatnonzero(group != MISSING)
    members = members[np.argsort(group[members], kind="stable")]
    sizes = np.bincount(group[members]) if len(members) else np.zeros(0, dtype=np.int64)
    too_big = np.flatnonzero(sizes > limit)
    members = members[(sizes[group[members]] > 1) & (sizes[group[members]] <= limit)]
    run = np.unique(group[members], return_counts=True)[1].astype(np.int64)
    # The member at place p of a group of s is the left of s - 1 - p pairs, whose rights are the members after it.
    place = np.arange(len(members)) - np.repeat(np.cumsum(run) - run, run)
    following = np.repeat(run, run) - 1 - place
    left = np.repeat(np.arange(len(members)), following)
    step = np.arange(len(left)) - np.repeat(np.cumsum(following) - following, following) + 1
    first, second = members[left], members[left + step]
    return np.minimum(first, second), np.maximum(first, second), too_big
