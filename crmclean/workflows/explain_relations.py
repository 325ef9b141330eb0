"""Whether two records that need not be one client belong to one company or one household, and what joins them."""

from typing import Final

import numpy as np

from crmclean.core.i18n import _
from crmclean.matching.arrays import MISSING, Ints
from crmclean.matching.comparing import compare_companies
from crmclean.matching.deciding import APART, MERGED, vetoes_of_companies
from crmclean.matching.explaining import Reason, reasons
from crmclean.matching.linking import Linked, MatchedRows, household_links
from crmclean.matching.tracing import shortest_way
from crmclean.reporting.explanation import Relation, Step
from crmclean.workflows.record_names import RowNames

_WEAK: Final = 10.0
"""What a link that says little costs on the way from one record to another: as much as so many that say more."""


def relate_companies(matched: MatchedRows, linked: Linked, places: tuple[int, int], names: RowNames) -> Relation | None:
    """Return whether two rows belong to one company; ``None`` where one of them has none.

    Args:
        places: rows of the matching.
    """
    ours, theirs = (int(linked.company[place]) for place in places)
    if MISSING in (ours, theirs):
        return None
    mention = matched.companies.mention
    one, other = int(mention[places[0]]), int(mention[places[1]])
    if ours != theirs:
        compared = compare_companies(matched.companies, np.array([min(one, other)]), np.array([max(one, other)]))
        vetoes = vetoes_of_companies(matched.companies, compared)
        return Relation(False, against=tuple(Reason(rule.code, rule.title) for rule in vetoes if rule.holds[0]))
    if one == other:
        return Relation(True)
    chain = _company_chain(matched, np.unique(mention[linked.company == ours]), one, other)
    # The two records stand for themselves; of a mention in between, the first row that has it.
    row_of = dict(zip(*np.unique(mention, return_index=True), strict=True)) | {one: places[0], other: places[1]}
    return Relation(
        True, tuple(Step(names.name(int(row_of[a])), names.name(int(row_of[b])), reason) for a, b, reason in chain)
    )


def _company_chain(matched: MatchedRows, members: Ints, one: int, other: int) -> list[tuple[int, int, str]]:
    """Return the links from one mention of a company to another: their ends and why, over mentions of it alone.

    Args:
        members: the mentions and cards of the company, sorted.
    """
    companies, decided = matched.companies, matched.firms.decided
    compared = decided.scored.compared
    inside = np.zeros(len(companies), dtype=np.bool_)
    inside[members] = True
    cards = companies.is_card[compared.left] & companies.is_card[compared.right]
    strong = (decided.tier == MERGED) | ((decided.tier != APART) & ~cards)
    own = np.flatnonzero(strong & inside[compared.left] & inside[compared.right])
    left, right = _chain_by_name(members, companies.key.codes[members])
    ends = np.stack([np.concatenate([compared.left[own], left]), np.concatenate([compared.right[own], right])])
    # Of two links of one pair the first counts: that of the companies themselves.
    ends, kept = np.unique(ends, axis=1, return_index=True)
    place = np.concatenate([own, np.full(len(left), MISSING)])[kept]
    way = shortest_way(len(companies), ends[0], ends[1], np.where(place == MISSING, _WEAK, 1.0), one, other)
    same_name = _("the same name, and nothing against it")
    return [
        (start, end, same_name if place[step] == MISSING else str(reasons(decided, place[[step]]).iat[0]))
        for step, start, end in way
    ]


def _chain_by_name(members: Ints, key: Ints) -> tuple[Ints, Ints]:
    """Return links between the mentions of one name, each with the next."""
    order = np.lexsort((members, key))
    members, key = members[order], key[order]
    together = (key[1:] == key[:-1]) & (key[1:] != MISSING)
    return members[:-1][together], members[1:][together]


def relate_households(
    matched: MatchedRows, linked: Linked, places: tuple[int, int], names: RowNames
) -> Relation | None:
    """Return what joins two clients to one household; ``None`` where they are one client or nothing joins them.

    Args:
        places: rows of the matching.
    """
    home, cluster = linked.household, linked.cluster
    one, other = places
    if home[one] == MISSING or home[one] != home[other] or cluster[one] == cluster[other]:
        return None
    left, right = household_links(matched, cluster)
    merges = linked.merges
    cost = np.concatenate([np.full(len(left), _WEAK), np.ones(len(merges.left))])
    ends = np.concatenate([left, merges.left]), np.concatenate([right, merges.right])
    family = _("one last name, and a phone or mailbox in common")
    branches = _("branches: one INN and different KPP")
    is_card = np.append(matched.companies.is_card, False)[matched.companies.mention]
    steps = []
    for step, start, end in shortest_way(len(cluster), *ends, cost, one, other):
        if step < len(left):
            reason = branches if is_card[start] else family
        else:
            reason = str(merges.reason.iat[step - len(left)])
        steps.append(Step(names.name(start), names.name(end), reason))
    return Relation(True, tuple(steps))
