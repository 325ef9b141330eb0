"""Repeatable randomness: everything the generator draws comes from one seed through here."""

from bisect import bisect
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Chance:
    """Draws from one seeded stream; the quick forms of what `random.Random` offers."""

    __slots__ = ("random",)

    def __init__(self, seed: int) -> None:
        self.random = Random(seed).random

    def pick(self, items: Sequence[Item]) -> Item:
        """Return one of the items, each equally likely."""
        return items[int(self.random() * len(items))]

    def happens(self, share: float) -> bool:
        """Say yes in this share of the calls."""
        return self.random() < share

    def between(self, low: int, high: int) -> int:
        """Return a whole number from low to high, both included."""
        return low + int(self.random() * (high - low + 1))

    def shuffled(self, items: Iterable[Item]) -> list[Item]:
        """Return the items in random order."""
        return [item for _, item in sorted(((self.random(), item) for item in items), key=lambda pair: pair[0])]


class Weighted(Generic[Item]):
    """A choice whose items differ in how often they come."""

    __slots__ = ("_bounds", "_items")

    def __init__(self, weights: Mapping[Item, float]) -> None:
        self._items = tuple(weights)
        total = sum(weights.values())
        self._bounds = [bound / total for bound in accumulate(weights.values())][:-1]

    @classmethod
    def by_rank(cls, items: Sequence[Item]) -> "Weighted[Item]":
        """Weigh items as words are: the second comes about half as often as the first (softened Zipf)."""
        return cls({item: 1.0 / (rank + 4) ** 0.8 for rank, item in enumerate(items)})

    def draw(self, chance: Chance) -> Item:
        """Return one item."""
        return self._items[bisect(self._bounds, chance.random())]
