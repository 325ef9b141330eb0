"""The order of what happened to each address: which bounces still stand after the deliveries."""

import numpy as np
from numpy.typing import NDArray

from crmclean.hygiene.evidence_columns import split_days


class BounceEvents:
    """The lines of all addresses; ``owners`` says whose each is, ``size`` how many addresses there are."""

    def __init__(self, owners: NDArray[np.int64], size: int, kinds: NDArray[np.object_], dates: NDArray[np.datetime64]):
        self._owners, self._size, self._kinds, self._dates = owners, size, kinds, dates
        self._undated = np.isnat(dates)
        delivered = self.is_kind("delivered")
        # The last delivery of each address; long ago where there is none.
        self._delivered_at = np.full(size, np.datetime64(0, "us"))
        known = delivered & ~self._undated
        np.maximum.at(self._delivered_at, owners[known], dates[known])
        self._delivered_some_day = self.any_of(delivered & self._undated)
        self._delivered_ever = self.any_of(delivered)

    def is_kind(self, kind: str) -> NDArray[np.bool_]:
        """Tell which lines are of a kind."""
        result: NDArray[np.bool_] = self._kinds == kind
        return result

    def any_of(self, lines: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Tell which addresses have one of these lines."""
        return np.bincount(self._owners[lines], minlength=self._size) > 0

    def _stands(self) -> NDArray[np.bool_]:
        """Tell of every line whether no delivery came, or may have come, after it."""
        after = self._dates >= self._delivered_at[self._owners]
        dated = ~self._undated & after & ~self._delivered_some_day[self._owners]
        return dated | (self._undated & ~self._delivered_ever[self._owners])

    def mark_hard(self) -> NDArray[np.bool_]:
        """Tell which lines are hard bounces that still stand."""
        return self.is_kind("hard") & self._stands()

    def is_soft_now(self) -> NDArray[np.bool_]:
        """Tell which lines are soft bounces that still stand."""
        return self.is_kind("soft") & self._stands()

    def count_soft_days(self) -> tuple[NDArray[np.int64], NDArray[np.timedelta64]]:
        """Return for every address on how many days letters came back softly, and the time from the first to the last.

        A line without a date counts for itself.
        """
        soft = self.is_soft_now()
        dated = soft & ~self._undated
        days = self._dates[dated].astype("datetime64[D]").astype(np.int64)
        own, days = split_days(self._owners[dated], days)
        undated = np.bincount(self._owners[soft & self._undated], minlength=self._size)
        number = np.bincount(own, minlength=self._size) + undated
        first = np.full(self._size, np.iinfo(np.int64).max)
        last = np.full(self._size, np.iinfo(np.int64).min)
        np.minimum.at(first, own, days)
        np.maximum.at(last, own, days)
        span = np.where(last >= first, last - np.minimum(first, last), 0)
        return number, span.astype("timedelta64[D]")

    def last_by_grade(self, grade: NDArray[np.int64], tie: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Return for every address the place of its last line among those of the highest grade.

        Args:
            grade: of every line.
            tie: what decides between lines of one moment, so that the order of the file does not.
        """
        moments = np.where(self._undated, np.datetime64(0, "us"), self._dates).astype(np.int64)
        order = np.lexsort((tie, moments, grade, self._owners))
        ends = np.cumsum(np.bincount(self._owners, minlength=self._size)) - 1
        return order[ends]

    def last_date(self) -> NDArray[np.datetime64]:
        """Return the date of the last line of every address, ``NaT`` where none has one."""
        long_ago = np.datetime64(np.iinfo(np.int64).min + 1, "us")
        last = np.full(self._size, long_ago)
        np.maximum.at(last, self._owners[~self._undated], self._dates[~self._undated])
        return np.where(last == long_ago, np.datetime64("NaT"), last)
