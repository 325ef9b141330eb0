"""In which order the stages of a pipeline are gone through, and what that was read from.

A step is one stage or, where the order follows from what the names mean, all stages of that meaning. «Недозвон»,
«Думает» and «Пропал» are off the path: the client was no further than the first step, or nobody knows how far.
"""

import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmclean.core.i18n import N_
from crmclean.hygiene.funnel_stages import stage_key
from crmclean.hygiene.status_attempts import cut_numbering
from crmclean.hygiene.statuses import LOST, OPEN, WON

ORDERS: Final = MappingProxyType(
    {
        "settings": N_("as the settings list them"),
        "numbers": N_("by the numbers in their names"),
        "known": N_("as the system itself orders them"),
        "meaning": N_("by what their names mean"),
        "age": N_("by the median age of their records: a guess, name your order with --stages"),
        "": N_("not known: name it with --stages"),
    }
)
"""What an order was read from, as a message id by its code."""

_ENDS: Final = WON | LOST
_ASIDE: Final = frozenset({"no-answer", "postponed", "gone", "has-tasks"})
_RANKS: Final = MappingProxyType({"new": 1, "no-answer": 1, "in-work": 2, "agreeing": 3, "payment": 4})
_NUMBERS: Final = re.compile(r"[0-9]+")


@dataclass(frozen=True)
class StageOrder:
    """The order of all pipelines.

    Attributes:
        steps: of every listed stage the step of its pipeline, from 1; 0 off the path.
        basis: of every pipeline, by its name, a key of ``ORDERS``.
    """

    steps: NDArray[np.int64]
    basis: dict[str, str]


def order_stages(listed: pd.DataFrame, stages: Sequence[str], ages: "NDArray[np.float64]") -> StageOrder:
    """Return the steps of every pipeline.

    Args:
        listed: see ``Stages.listed``.
        stages: the order of the settings, may be empty.
        ages: of every listed stage the median age in days of its open records, NaN unknown.
    """
    wanted = {stage_key(stage): place for place, stage in enumerate(stages, start=1)}
    steps = np.zeros(len(listed), dtype=np.int64)
    basis: dict[str, str] = {}
    on_path = (listed["open"].gt(0) | listed["told"]) & listed["key"].ne("") & ~listed["name"].isin(_ENDS)
    for pipeline, group in listed.groupby("pipeline", sort=False):
        members = group[on_path[group.index]].assign(age=ages[group.index[on_path[group.index]]])
        for code, rank in _WAYS.items():
            ranks = rank(members, wanted)
            if ranks is not None:
                steps[members.index] = _make_dense(ranks)
                basis[str(pipeline)] = code
                break
    return StageOrder(steps, basis)


def _make_dense(ranks: Sequence[float]) -> NDArray[np.int64]:
    """Return ranks as steps 1, 2, 3 …; a rank of 0 stays."""
    values = np.array(ranks, dtype=np.float64)
    known = np.unique(values[values > 0])
    return np.where(values > 0, np.searchsorted(known, values) + 1, 0).astype(np.int64)


_Ranks = list[float] | None


def _rank_by_settings(members: pd.DataFrame, wanted: dict[str, int]) -> _Ranks:
    ranks = [float(wanted.get(key, 0)) for key in members["key"].tolist()]
    return ranks if any(ranks) else None


def _rank_by_numbers(members: pd.DataFrame, wanted: dict[str, int]) -> _Ranks:
    found = [_number_of(key) for key in members["key"].tolist()]
    if len(set(found)) < 2 or () in found:
        return None
    order = sorted(set(found))
    return [float(order.index(number) + 1) for number in found]


def _number_of(key: str) -> tuple[int, ...]:
    """Return the numbers before a name: ``(2, 1)`` of «2.1. Переговоры»."""
    return tuple(int(digits) for digits in _NUMBERS.findall(key[: len(key) - len(cut_numbering(key))]))


def _rank_as_known(members: pd.DataFrame, wanted: dict[str, int]) -> _Ranks:
    path = members[~members["name"].isin(_ASIDE)]
    for known in _known_orders():
        if len(path) > 1 and path["key"].isin(known.keys()).all():
            return _with_unreached(members, [float(known.get(key, 0)) for key in members["key"].tolist()])
    return None


def _rank_by_meaning(members: pd.DataFrame, wanted: dict[str, int]) -> _Ranks:
    ranks = [float(_RANKS.get(name, 0)) for name in members["name"].tolist()]
    return ranks if any(ranks) and members["name"].isin(OPEN).all() else None


def _rank_by_age(members: pd.DataFrame, wanted: dict[str, int]) -> _Ranks:
    # The further a record has come, the older it is.
    path = members[~members["name"].isin(_ASIDE) & members["age"].notna()].sort_values(["age", "key"])
    if path.empty:
        return None
    places = {index: float(place) for place, index in enumerate(path.index, start=1)}
    return _with_unreached(members, [places.get(index, 0.0) for index in members.index])


def _rank_nothing(members: pd.DataFrame, wanted: dict[str, int]) -> _Ranks:
    return [0.0] * len(members)


_WAYS: Final[MappingProxyType[str, Callable[[pd.DataFrame, dict[str, int]], _Ranks]]] = MappingProxyType(
    {
        "settings": _rank_by_settings,
        "numbers": _rank_by_numbers,
        "known": _rank_as_known,
        "meaning": _rank_by_meaning,
        "age": _rank_by_age,
        "": _rank_nothing,
    }
)


def _with_unreached(members: pd.DataFrame, ranks: list[float]) -> list[float]:
    """Put those who were never reached with the first step: they came no further."""
    first = min((rank for rank in ranks if rank), default=0.0)
    names = members["name"].tolist()
    return [first if name == "no-answer" else rank for name, rank in zip(names, ranks, strict=True)]


@cache
def _known_orders() -> tuple[dict[str, int], ...]:
    source = tomllib.loads(files("crmclean.hygiene").joinpath("data/stage_orders.toml").read_text("utf-8"))
    return tuple(
        {
            stage_key(spelling): place
            for place, spellings in enumerate(path["stages"], start=1)
            for spelling in spellings
        }
        for path in source["path"]
    )
