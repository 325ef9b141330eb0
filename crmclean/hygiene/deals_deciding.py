"""Which twin is closed and which is put to the head, and of which older deal it is the twin.

The oldest deal stays. A twin hangs directly on the deal that stays; one that is known only through another twin is
never closed by itself, and a chain whose ends are other companies is cut.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from crmclean.core.hygiene_settings import DealsSettings
from crmclean.hygiene.deals_clients import STRONG, contradict, count_open
from crmclean.hygiene.deals_reading import Codes, Flags, OpenDeals
from crmclean.hygiene.deals_sales import SURE, SalePairs

Action = Literal["close", "decide"]

_RANKS: Final = {"agreeing": 1, "payment": 2}
"""How far a deal has come that nobody closes for an older one that has not."""


@dataclass(frozen=True)
class Twin:
    """One twin.

    Attributes:
        deal: the newer deal, an entry of ``OpenDeals``.
        of: the older deal, which stays.
        pair: the pair of ``SalePairs`` that shows it.
        doubts: codes of what speaks against closing it that is not a sign of the pair.
    """

    deal: int
    of: int
    pair: int
    action: Action
    doubts: tuple[str, ...] = ()


def find_doubts(deals: OpenDeals, pairs: SalePairs, settings: DealsSettings) -> dict[str, Flags]:
    """Return, a pair, what leaves the closing of the newer deal to the head although it is one sale."""
    older, newer = pairs.clients.older, pairs.clients.newer
    owners = deals.codes["owner"]
    ranks = np.array([_RANKS.get(name, 0) for name in deals.classes.tolist()], dtype=np.int64)
    many = count_open(deals) > settings.most_open
    return {
        "other-owner": (owners[older] >= 0) & (owners[newer] >= 0) & (owners[older] != owners[newer]),
        "further-along": ranks[newer] > ranks[older],
        # The older stays whatever its stage means; of the newer nobody knows how far it has come.
        "stage-unknown": ~deals.is_certain[older] | (deals.classes[newer] == ""),
        "many-open": many[older] | many[newer],
    }


def settle_twins(deals: OpenDeals, pairs: SalePairs, doubts: dict[str, Flags], settings: DealsSettings) -> list[Twin]:
    """Return every twin once, from the oldest."""
    hindering = [flags for name, flags in doubts.items() if name != "other-owner" or settings.other_owner == "decide"]
    sure = (pairs.level == SURE) & (pairs.clients.level == STRONG) & ~np.logical_or.reduce(hindering)
    settling = _Settling(deals, pairs.clients.older, pairs.clients.newer, sure)
    return settling.run()


class _Settling:
    """The pairs taken from the oldest newer deal on; what an older deal became is known by then."""

    def __init__(self, deals: OpenDeals, older: Codes, newer: Codes, sure: Flags) -> None:
        self._companies = list(zip(deals.codes["inn"].tolist(), deals.codes["company"].tolist(), strict=True))
        self._older = older.tolist()
        self._sure = sure.tolist()
        self._pairs_of: defaultdict[int, list[int]] = defaultdict(list)
        for place in np.lexsort((older, newer)).tolist():
            self._pairs_of[int(newer[place])].append(place)
        self._keeper: dict[int, int] = {}
        self._hanging: defaultdict[int, set[tuple[int, int]]] = defaultdict(set)

    def run(self) -> list[Twin]:
        twins = []
        for deal, places in self._pairs_of.items():
            twin = self._hang_directly(deal, places) or self._hang_by_another(deal, places)
            if twin:
                self._keeper[deal] = twin.of
                self._hanging[twin.of].add(self._companies[deal])
                twins.append(twin)
        return twins

    def _hang_directly(self, deal: int, places: Sequence[int]) -> Twin | None:
        """Return the deal as the twin of one that stays: one that is sure if there is any, of these the oldest."""
        direct = [place for place in places if self._older[place] not in self._keeper]
        fitting = [place for place in direct if not self._is_cut(deal, self._hanging[self._older[place]])]
        if not fitting:
            return None
        best = min(fitting, key=lambda place: (not self._sure[place], self._older[place]))
        keeper = self._older[best]
        stays = self._companies[keeper]
        has_rival = any(contradict(stays, self._companies[self._older[place]]) for place in direct)
        action: Action = "close" if self._sure[best] and not has_rival else "decide"
        return Twin(deal, keeper, best, action, ("two-clients",) if has_rival else ())

    def _hang_by_another(self, deal: int, places: Sequence[int]) -> Twin | None:
        """Return the deal as the twin of that which an older twin hangs on: for the head to decide."""
        for place in places:
            keeper = self._keeper.get(self._older[place])
            if keeper is not None and not self._is_cut(deal, {self._companies[keeper], *self._hanging[keeper]}):
                return Twin(deal, keeper, place, "decide", ("by-another",))
        return None

    def _is_cut(self, deal: int, others: Collection[tuple[int, int]]) -> bool:
        """Say whether the deal and one of the others name two companies."""
        return any(contradict(self._companies[deal], other) for other in others)
