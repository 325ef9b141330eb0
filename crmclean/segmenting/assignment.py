"""Which manager gets which client: by skill and capacity, evenly, and with as few clients changing hands as possible.

What is wanted, in this order; each is exact, and none gives way to the next:

1. A client who asks for a skill goes to a manager who has it; nobody gets more clients than the capacity allows.
2. As many clients as possible are taken, those of the first rule before those of the second, and so on.
3. As many as possible stay with their manager.
4. The loads are even: the fullest manager is as empty as possible, then the next one, and so on; where that is all the
   same, the emptier one gets the client. A load is measured against the capacity; a manager without a limit counts
   for that as large as the largest that has one.

An owner whom the config does not name keeps the clients for whom no skill is asked: nobody said that they may be
taken away. Clients who ask for a skill leave such an owner.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmclean.core.errors import UsageError
from crmclean.core.i18n import N_, _
from crmclean.core.segment_settings import Manager
from crmclean.fields.text import distinct_texts, fold
from crmclean.segmenting.assignment_flow import NOBODY, Groups, Roster, Shares, share_out

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

LEFT_OUT: Final[Mapping[str, str]] = MappingProxyType(
    {"no-skill": N_("No manager has this skill"), "full": N_("All who could take it are full")}
)
"""Why nobody took a client, with titles."""

_STRANGER: Final = -2
"""An owner who is no manager of the config."""


@dataclass(frozen=True)
class Assignment:
    """Who gets whom.

    Attributes:
        owner: one text per client, aligned with ``needs``: the name as the config has it, or the cell as it was where
            the client stays with somebody whom the config does not name; ``""`` where nobody could take the client.
        managers: a line per manager, in the order of the config: ``manager``, ``skills`` (joined by commas),
            ``capacity`` (0 is no limit), ``kept``, ``given`` and ``total``.
        left_out: a line per client whom nobody could take: ``row`` (1-based place in ``needs``), ``skill`` and
            ``reason``, a key of ``LEFT_OUT``.
    """

    owner: "pd.Series[str]"
    managers: pd.DataFrame
    left_out: pd.DataFrame


def assign_clients(
    needs: pd.DataFrame, managers: Sequence[Manager], reassign: Literal["keep", "free"] = "keep"
) -> Assignment:
    """Return the manager of every client.

    The order of the rows decides nothing, and assigning again what came of it moves nobody.

    Args:
        needs: a line per client. ``skill``: the wanted one, ``""`` for anyone; ``owner``: who has the client now,
            ``""`` for nobody; ``priority``: whole number, the smaller goes first (the place of the rule); ``key``:
            text or whole number that tells the client from the others and says nothing of its owner (the ID, or a
            hash of the content): it decides who of several is the one to move or to be left out.
        managers: names and skills are compared without regard to case, ё and spaces.
        reassign: ``keep`` leaves clients with their manager where possible; ``free`` hands all out anew, those of
            owners whom the config does not name too.

    Raises:
        UsageError: two managers have one name.
    """
    names = _folded_names(managers)
    skill, skills = _coded(needs["skill"])
    owner = _owner_codes(needs["owner"], names)
    asks_nothing: Bools = np.array([not text for text in skills], dtype=np.bool_)[skill]
    is_strange: Bools = owner == _STRANGER
    stays: Bools = (is_strange & asks_nothing) if reassign == "keep" else np.zeros(len(needs), dtype=np.bool_)
    clients = np.flatnonzero(~stays)
    known = np.where(is_strange, NOBODY, owner)
    wanted = known if reassign == "keep" else np.full(len(needs), NOBODY)
    roster = _roster(managers, skills, len(clients))
    priority, key = needs["priority"].to_numpy(np.int64), needs["key"]
    result = np.full(len(needs), NOBODY, dtype=np.int64)
    result[clients] = _assign(skill[clients], wanted[clients], priority[clients], key.iloc[clients], roster)
    texts = np.array([*(manager.name for manager in managers), ""], dtype=object)[result]
    texts[stays] = needs["owner"].str.strip().to_numpy(object)[stays]
    left = np.flatnonzero((result == NOBODY) & ~stays)
    return Assignment(
        pd.Series(texts, index=needs.index, dtype="str"),
        _describe(managers, result, known),
        _left_out(left, needs["skill"], np.any(roster.can, axis=1)[skill[left]]),
    )


def _assign(skill: Ints, owner: Ints, priority: Ints, key: pd.Series, roster: Roster) -> Ints:
    """Return the manager of every client, ``NOBODY`` where none could take it."""
    ranks = np.unique(priority, return_inverse=True)[1].astype(np.int64)
    skills, managers = roster.can.shape
    code = (ranks * skills + skill) * (managers + 1) + owner + 1
    codes, of_group, count = np.unique(code, return_inverse=True, return_counts=True)
    rest, of_owner = np.divmod(codes, managers + 1)
    groups = Groups(*(part.astype(np.int64) for part in (rest // skills, rest % skills, of_owner - 1, count)))
    shares = share_out(groups, roster)
    hashes = _hashes(key)
    order = np.lexsort((hashes, of_group))
    group = of_group[order]
    place = np.arange(len(order)) - (np.cumsum(count) - count)[group]
    result = np.full(len(skill), NOBODY, dtype=np.int64)
    kept = place < shares.kept[group]
    result[order[kept]] = groups.owner[group[kept]]
    pool = order[~kept & (place < (shares.kept + shares.moved)[group])]
    pool = pool[np.lexsort((hashes[pool], ranks[pool], skill[pool]))]
    result[pool] = _dealt(shares)
    return result


def _dealt(shares: Shares) -> Ints:
    """Return the managers of the clients of each pool, one pool after the other, as cards are dealt.

    Each manager gets a like share of the first rules and of the last ones.
    """
    dealt = [np.empty(0, dtype=np.int64)]
    for given in shares.given:
        manager = np.repeat(np.arange(len(given)), given)
        turn = np.arange(len(manager)) - np.repeat(np.cumsum(given) - given, given)
        dealt.append(manager[np.argsort((turn + 0.5) / given[manager], kind="stable")])
    return np.concatenate(dealt)


def _folded_names(managers: Sequence[Manager]) -> dict[str, int]:
    names: dict[str, int] = {}
    for place, manager in enumerate(managers):
        if names.setdefault(fold(manager.name), place) != place:
            raise UsageError(
                _("Two managers are called “{name}”.").format(name=manager.name),
                _("Give them names that differ, or write both as one [[manager]]."),
            )
    return names


def _coded(cells: "pd.Series[str]") -> tuple[Ints, list[str]]:
    """Return the code of every cell, and the folded texts in their alphabetical order."""
    codes, texts = distinct_texts(cells)
    folded, places = np.unique(np.array([fold(text) for text in texts], dtype=object), return_inverse=True)
    return places.astype(np.int64)[codes], folded.tolist()


def _owner_codes(cells: "pd.Series[str]", names: Mapping[str, int]) -> Ints:
    codes, texts = distinct_texts(cells)
    folded = [fold(text) for text in texts]
    places = [names.get(text, _STRANGER) if text else NOBODY for text in folded]
    return np.array(places, dtype=np.int64)[codes]


def _roster(managers: Sequence[Manager], skills: Sequence[str], clients: int) -> Roster:
    has = [{fold(skill) for skill in manager.skills} for manager in managers]
    can = np.array([[not skill or skill in own for own in has] for skill in skills], dtype=np.bool_)
    limits = np.array([manager.capacity for manager in managers], dtype=np.int64)
    largest = int(limits.max(initial=0)) or 1
    capacity = np.where(limits > 0, np.minimum(limits, clients), clients)
    return Roster(can.reshape(len(skills), len(managers)), capacity, np.where(limits > 0, limits, largest))


def _hashes(key: pd.Series) -> NDArray[np.uint64]:
    """Return a number per key: sorted by it, clients are in no order that could favour the old or the new."""
    values = key.to_numpy(object) if key.dtype == "str" else key.to_numpy()
    return np.asarray(pd.util.hash_array(values, categorize=False), dtype=np.uint64)


def _describe(managers: Sequence[Manager], result: Ints, owner: Ints) -> pd.DataFrame:
    total = np.bincount(result[result != NOBODY], minlength=len(managers))
    kept = np.bincount(result[(result != NOBODY) & (result == owner)], minlength=len(managers))
    return pd.DataFrame(
        {
            "manager": pd.Series([manager.name for manager in managers], dtype="str"),
            "skills": pd.Series([", ".join(manager.skills) for manager in managers], dtype="str"),
            "capacity": pd.Series([manager.capacity for manager in managers], dtype="int64"),
            "kept": kept.astype(np.int64),
            "given": (total - kept).astype(np.int64),
            "total": total.astype(np.int64),
        }
    )


def _left_out(places: Ints, skill: "pd.Series[str]", somebody_can: Bools) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "row": places + 1,
            "skill": skill.iloc[places].reset_index(drop=True),
            "reason": pd.Series(np.where(somebody_can, "full", "no-skill"), dtype="str"),
        }
    )
