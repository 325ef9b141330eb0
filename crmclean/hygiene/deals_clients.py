"""Which open deals are of one client: by INN, company, phone, mailbox and person; and how sure that is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmclean.core.hygiene_settings import DealsSettings
from crmclean.core.table import Table
from crmclean.fields.company import company_sound_key
from crmclean.fields.person import given_names_related, parse_people, surname_key
from crmclean.fields.text import fold_cells
from crmclean.hygiene.deals_contacts import NAMES, drop_shared_contacts, name_people, reached_at_two
from crmclean.hygiene.deals_reading import Codes, Flags, OpenDeals, take_cells

NONE: Final = 0
WEAK: Final = 1
STRONG: Final = 2

_NEIGHBOURS: Final = 8
"""Of more deals than this that share a value, each is compared with so many older ones only."""


@dataclass(frozen=True)
class ClientPairs:
    """Pairs of open deals, the older first, with what their clients share.

    Attributes:
        older, newer: entries of ``OpenDeals``.
        level: ``NONE``, ``WEAK`` (it may be one client) or ``STRONG``.
        signs: a flag a pair by name: ``inn``, ``company``, ``phone``, ``email``, ``person`` and ``domain`` speak for
            one client; ``other-person``, ``other-office``, ``other-city``, ``name-only``, ``common-name``,
            ``two-companies`` against.
    """

    older: Codes
    newer: Codes
    level: Codes
    signs: dict[str, Flags]

    def take(self, kept: Flags) -> "ClientPairs":
        """Return the pairs that are marked."""
        signs = {name: flags[kept] for name, flags in self.signs.items()}
        return ClientPairs(self.older[kept], self.newer[kept], self.level[kept], signs)


def find_client_pairs(
    table: Table, deals: OpenDeals, settings: DealsSettings, may_be: Callable[[Codes, Codes], Flags]
) -> ClientPairs:
    """Return the pairs of open deals that may be of one client.

    Args:
        may_be: takes the older and the newer deals of many pairs, and says which are worth a closer look.
    """
    names = name_people(table, deals)
    phones, mails = drop_shared_contacts(table, deals, names, settings)
    window = max(_NEIGHBOURS, settings.most_open)
    entries = np.arange(len(deals), dtype=np.int64)
    found = {
        "inn": _pair_up(entries, deals.codes["inn"], window),
        "company": _pair_up(entries, deals.codes["company"], window),
        "phone": _pair_up(phones.deals, phones.keys, window),
        "email": _pair_up(mails.deals, mails.keys, window),
        "person": _pair_up(entries, _person_keys(deals, names), window),
    }
    numbers = {name: older * len(deals) + newer for name, (older, newer) in found.items()}
    pairs = _distinct(np.concatenate(list(numbers.values())))
    older, newer = pairs // max(len(deals), 1), pairs % max(len(deals), 1)
    kept = np.flatnonzero(~_have_two_inns(deals, older, newer))
    kept = kept[may_be(older[kept], newer[kept])]
    pairs, older, newer = pairs[kept], older[kept], newer[kept]
    signs = _compare_codes(deals, older, newer)
    signs["phone"], signs["email"] = np.isin(pairs, numbers["phone"]), np.isin(pairs, numbers["email"])
    signs["person"], signs["other-person"] = _compare_people(table, deals, older, newer)
    of_two = reached_at_two(deals, phones) | reached_at_two(deals, mails)
    is_one_known = signs["other-company"] | signs["company"] | signs["inn"]
    signs["two-companies"] = (of_two[older] | of_two[newer]) & ~is_one_known
    return ClientPairs(older, newer, _grade(signs), signs)


def count_open(deals: OpenDeals) -> Codes:
    """Return how many open deals the client of each deal has: by INN or company, else by phone or mailbox."""
    counts = np.ones(len(deals), dtype=np.int64)
    inn, company = deals.codes["inn"], deals.codes["company"]
    for codes, counted in ((inn, inn >= 0), (company, (company >= 0) & ~_name_several(deals))):
        sizes = np.bincount(codes[counted], minlength=1)
        counts[counted] = np.maximum(counts[counted], sizes[codes[counted]])
    for uses in (deals.phones, deals.mails):
        sizes = np.bincount(uses.keys, minlength=1)
        alone = (inn[uses.deals] < 0) & (company[uses.deals] < 0)
        np.maximum.at(counts, uses.deals[alone], sizes[uses.keys[alone]])
    return counts


def contradict(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Say whether two deals name two companies: other INN, or other names where an INN is missing.

    Args:
        one, other: codes of the INN and of the company of each, -1 where it is not known.

    >>> contradict((1, 5), (2, 5)), contradict((-1, 5), (2, 5)), contradict((-1, 5), (2, 6))
    (True, False, True)
    """
    for place in range(2):
        if one[place] >= 0 and other[place] >= 0:
            return one[place] != other[place]
    return False


def _pair_up(deals: Codes, keys: Codes, window: int) -> tuple[Codes, Codes]:
    """Return the pairs of deals that share a key, the older first: each with at most ``window`` older ones."""
    known = keys >= 0
    order = np.lexsort((deals[known], keys[known]))
    deals, keys = deals[known][order], keys[known][order]
    older, newer = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
    for step in range(1, window + 1):
        same = np.flatnonzero(keys[step:] == keys[:-step])
        if not len(same):
            break
        older.append(deals[same])
        newer.append(deals[same + step])
    return np.concatenate(older), np.concatenate(newer)


def _distinct(numbers: Codes) -> Codes:
    """Return each number once, in order; sorting is faster than hashing here."""
    ordered = np.sort(numbers)
    distinct: Codes = ordered[np.append(True, ordered[1:] != ordered[:-1])[: len(ordered)]]
    return distinct


def _have_two_inns(deals: OpenDeals, older: Codes, newer: Codes) -> Flags:
    inn = deals.codes["inn"]
    return np.asarray((inn[older] >= 0) & (inn[newer] >= 0) & (inn[older] != inn[newer]))


def _compare_codes(deals: OpenDeals, older: Codes, newer: Codes) -> dict[str, Flags]:
    def same(name: str) -> Flags:
        codes = deals.codes[name]
        return np.asarray((codes[older] >= 0) & (codes[older] == codes[newer]))

    def other(name: str) -> Flags:
        codes = deals.codes[name]
        return np.asarray((codes[older] >= 0) & (codes[newer] >= 0) & (codes[older] != codes[newer]))

    is_company = same("company") | (_sound_alike(deals, older, newer) & (same("domain") | same("inn")))
    return {
        "inn": same("inn"),
        "company": is_company,
        "other-company": other("company") & ~is_company,
        "common-name": is_company & _name_several(deals)[older] & ~same("inn"),
        "domain": same("domain"),
        "other-office": other("kpp"),
        "other-city": other("city"),
    }


def _name_several(deals: OpenDeals) -> Flags:
    """Return which deals are of a company whose name several companies have, as their INNs show."""
    known = pd.DataFrame({"company": deals.codes["company"], "inn": deals.codes["inn"]})
    known = known[(known["company"] >= 0) & (known["inn"] >= 0)].drop_duplicates()
    counts = known["company"].value_counts()
    return np.isin(deals.codes["company"], counts.index[counts > 1].to_numpy())


def _sound_alike(deals: OpenDeals, older: Codes, newer: Codes) -> Flags:
    """Return which pairs name companies that sound alike, though they are written in other letters."""
    codes = deals.codes["company"]
    unlike = np.flatnonzero((codes[older] >= 0) & (codes[newer] >= 0) & (codes[older] != codes[newer]))
    names = deals.texts["company"]
    alike = np.zeros(len(older), dtype=np.bool_)
    one, two = (company_sound_key(names.iloc[side[unlike]]).to_numpy(dtype=object) for side in (older, newer))
    alike[unlike] = (one == two) & (one != "")
    return alike


def _person_keys(deals: OpenDeals, names: "pd.Series[str]") -> Codes:
    """Return a code of person and city where both are known; a name of one word is no person."""
    known = names.str.contains(" ", regex=False).to_numpy() & (deals.codes["city"] >= 0)
    codes = np.full(len(deals), -1, dtype=np.int64)
    keys = pd.factorize(names[known])[0] * (deals.codes["city"].max(initial=0) + 1) + deals.codes["city"][known]
    codes[known] = pd.factorize(keys)[0]
    return codes


def _compare_people(table: Table, deals: OpenDeals, older: Codes, newer: Codes) -> tuple[Flags, Flags]:
    """Return which pairs name one person by surname and given name, and which name two."""
    involved = np.unique(np.concatenate([older, newer]))
    place = np.searchsorted(involved, np.stack([older, newer]))
    parts = parse_people(*(take_cells(table, role, deals.rows[involved]) for role in NAMES))
    surname = surname_key(parts["last"]).to_numpy(dtype=object)
    one, two = place[0], place[1]
    given = [parts["first"].iloc[side].reset_index(drop=True) for side in (one, two)]
    has_given = [side.ne("").to_numpy() for side in given]
    related = given_names_related(given[0], given[1]).to_numpy()
    has_surname = [surname[side] != "" for side in (one, two)]
    same_surname = (surname[one] == surname[two]) & has_surname[0]
    middle = [fold_cells(parts["middle"].iloc[side]).to_numpy(dtype=object) for side in (one, two)]
    whole = [_is_whole(side) for side in middle]
    other_middle = whole[0] & whole[1] & (middle[0] != middle[1])
    is_same = same_surname & related & ~other_middle
    is_other = (
        (has_surname[0] & has_surname[1] & ~same_surname) | (has_given[0] & has_given[1] & ~related) | other_middle
    )
    return is_same, np.asarray(is_other & ~is_same)


def _is_whole(names: NDArray[np.object_]) -> Flags:
    """Say which patronymics are more than an initial."""
    return np.array([len(name.strip(". ")) > 1 for name in names.tolist()], dtype=np.bool_)


def _grade(signs: dict[str, Flags]) -> Codes:
    """Return how sure it is that two deals are of one client."""
    reached = signs["phone"] | signs["email"]
    is_tied = reached | signs["person"]
    level = np.full(len(reached), NONE, dtype=np.int64)
    by_contact = reached & ~signs["other-company"]
    across = reached & signs["person"] & signs["other-company"]
    by_person = signs["person"] & ~signs["other-company"]
    level[signs["company"] | by_contact | across | by_person] = WEAK
    strong = signs["company"] & (is_tied | (signs["domain"] & ~signs["common-name"]))
    strong |= reached & ~signs["other-person"] & ~signs["other-company"] & ~signs["two-companies"]
    strong &= ~(signs["other-city"] & ~is_tied)
    level[(strong | signs["inn"]) & ~signs["other-office"]] = STRONG
    level[signs["inn"] & signs["other-office"]] = WEAK
    weak = level == WEAK
    signs["name-only"] = weak & signs["company"] & ~is_tied & ~signs["inn"]
    signs["person-only"] = weak & signs["person"] & ~reached & ~signs["company"] & ~signs["inn"]
    signs["common-name"] &= signs["name-only"]
    for name in ("other-person", "other-city", "two-companies"):
        signs[name] &= weak
    return level
