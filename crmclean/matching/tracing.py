"""One pair of records under the glass: what every number of the matching was, and which rule decided.

Nothing is decided here a second time: the rules, vetoes and weights are those of the run, asked about one pair.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from crmclean.core.i18n import N_
from crmclean.matching.arrays import MISSING, Bools, Floats, Ints
from crmclean.matching.blocking import KnownPairs
from crmclean.matching.comparing import compare_companies, compare_people
from crmclean.matching.deciding import (
    APART,
    DOUBTFUL,
    MERGED,
    Decided,
    Rule,
    Rules,
    rules_of_companies,
    rules_of_people,
    vetoes_of_companies,
    vetoes_of_people,
)
from crmclean.matching.evidence import is_name_alone
from crmclean.matching.explaining import (
    Conflict,
    FieldTrace,
    LinkTrace,
    PairTrace,
    Reason,
    find_common,
    keys_of,
    reasons,
)
from crmclean.matching.levels import Compared
from crmclean.matching.linking import MatchedRows
from crmclean.matching.pipeline import Matched
from crmclean.matching.records import Companies, People
from crmclean.matching.scoring import NAMESAKE_BITS, Scored, score

TIERS: Final = {MERGED: "merged", DOUBTFUL: "doubtful", APART: "apart"}

_CUT: Final = 1000.0
"""What a cut link costs on the way from one record to another: as much as so many that were not cut."""


@dataclass(frozen=True)
class Case:
    """The records of one kind, how they were matched, and the functions that decided about them.

    Attributes:
        of: ``person`` or ``company``.
        matched: the matching of which clusters came.
        rows: row of each record in the prepared table, ``MISSING`` for what is no row of its own.
    """

    of: str
    records: People | Companies
    matched: Matched
    rows: Ints
    compare: Callable[[Ints, Ints], Compared]
    find_vetoes: Callable[[Compared], tuple[Rule, ...]]
    find_rules: Callable[[Scored], Rules]
    find_namesakes: Callable[[Compared], Bools]

    @cached_property
    def known(self) -> KnownPairs:
        """The candidate pairs."""
        return KnownPairs(len(self.records), self.matched.candidates.left, self.matched.candidates.right)

    def record_of(self, row: int) -> int:
        """Return the number of the record that a prepared row is, ``MISSING`` where it is none of this kind."""
        found = np.flatnonzero(self.rows == row)
        return int(found[0]) if len(found) else MISSING

    def candidate(self, one: int, other: int) -> int:
        """Return the place of a pair among the candidates, ``MISSING`` where it is none."""
        place, new = self.known.find(np.array([one]), np.array([other]))
        return MISSING if len(new) else int(place[0])

    def compared(self, one: int, other: int) -> Compared:
        """Return the levels of one pair: those of the run where it compared the two."""
        place = self.candidate(one, other)
        if place != MISSING:
            return self.matched.decided.scored.compared.take(np.array([place]))
        return self.compare(np.array([min(one, other)]), np.array([max(one, other)]))


def people_case(rows: MatchedRows) -> Case:
    """Return the people."""
    return Case(
        "person",
        rows.people,
        rows.persons,
        rows.people.rows,
        lambda left, right: compare_people(rows.people, left, right),
        lambda compared: vetoes_of_people(rows.people, compared),
        lambda scored: rules_of_people(rows.people, scored),
        _none if rows.people.lacks_phones else is_name_alone,
    )


def cards_case(rows: MatchedRows) -> Case:
    """Return the cards of companies."""
    return Case(
        "company",
        rows.companies,
        rows.cards,
        rows.card_row,
        lambda left, right: compare_companies(rows.companies, left, right),
        lambda compared: vetoes_of_companies(rows.companies, compared),
        rules_of_companies,
        _none,
    )


def trace_pair(case: Case, one: int, other: int) -> PairTrace:
    """Return all that the matching knows of two records of one kind."""
    decided = case.matched.decided
    compared = case.compared(one, other)
    scored = score(compared, case.matched.weights, len(case.records), case.find_namesakes(compared))
    rules = case.find_rules(scored)
    place = case.candidate(one, other)
    return PairTrace(
        of=case.of,
        fields=_trace_fields(case, scored, one, other),
        prior=case.matched.weights.prior_weight(len(case.records)),
        namesakes=NAMESAKE_BITS if scored.namesakes[0] else 0.0,
        weight=float(scored.weight[0]),
        probability=float(scored.probability[0]),
        tier=TIERS[int(decided.tier[place])] if place != MISSING else TIERS[APART],
        is_candidate=place != MISSING,
        said=_said(decided, place),
        vetoes=_holding(case.find_vetoes(compared)),
        merging=_holding(rules.merging),
        not_merging=_holding(rules.not_merging),
        asking=_holding(rules.asking),
        not_asking=_holding(rules.not_asking),
    )


def trace_chain(case: Case, one: int, other: int) -> tuple[LinkTrace, ...]:
    """Return the links that lead from one record to another.

    Within a cluster these are the links that hold it. Between two clusters it is the way over links that are strong
    enough for a merge and are cut as seldom as can be; none where there is no such way.
    """
    matched = case.matched
    cluster = matched.clustering.cluster
    if cluster[one] == cluster[other]:
        among, cost = matched.tree, np.ones(len(matched.tree))
    else:
        among, cost = matched.merged, np.ones(len(matched.merged))
        cost[matched.clustering.refused] = _CUT
    compared = matched.decided.scored.compared
    way = shortest_way(len(case.records), compared.left[among], compared.right[among], cost, one, other)
    links = []
    for step, start, end in way:
        cut = cluster[start] != cluster[end]
        conflict = find_conflict(case, start, end) if cut else None
        links.append(trace_link(case, int(among[step]), start, end, conflict))
    return tuple(links)


def trace_link(case: Case, place: int, start: int, end: int, conflict: Conflict | None = None) -> LinkTrace:
    """Return one candidate pair as a link from ``start`` to ``end``."""
    decided = case.matched.decided
    reason = str(reasons(decided, np.array([place])).iat[0])
    return LinkTrace(start, end, float(decided.scored.probability[place]), reason, conflict)


def find_conflict(case: Case, one: int, other: int) -> Conflict:
    """Return why the clusters of two records are not merged; a conflict of the two records themselves comes first."""
    cluster = case.matched.clustering.cluster
    ours = np.concatenate([[one], np.setdiff1d(np.flatnonzero(cluster == cluster[one]), [one])])
    theirs = np.concatenate([[other], np.setdiff1d(np.flatnonzero(cluster == cluster[other]), [other])])
    left, right = np.repeat(ours, len(theirs)), np.tile(theirs, len(ours))
    hostile = np.flatnonzero(case.matched.contradict(left, right))
    if not len(hostile):
        title = N_("together they would be more records than one client can have")
        return Conflict(MISSING, MISSING, (Reason("too_large", title),))
    one, other = int(left[hostile[0]]), int(right[hostile[0]])
    if _said(case.matched.decided, case.candidate(one, other)) == "different":
        return Conflict(one, other, (Reason("said", N_("a person said that they are two clients")),))
    return Conflict(one, other, _holding(case.find_vetoes(case.compared(one, other))))


def find_question(case: Case, one: int, other: int) -> LinkTrace | None:
    """Return the pair by which a person is asked about the clusters of two records, if any."""
    return _link_between(case, case.matched.doubtful, one, other)


def find_settled(case: Case, one: int, other: int) -> LinkTrace | None:
    """Return a pair of which a person said that the clusters of two records are two clients, if any."""
    return _link_between(case, np.flatnonzero(case.matched.decided.said_different), one, other)


def shortest_way(size: int, left: Ints, right: Ints, cost: Floats, one: int, other: int) -> list[tuple[int, int, int]]:
    """Return the cheapest way between two of ``size`` records: per step the place of the link, its start, its end.

    Args:
        left, right, cost: the links; each pair once.
    """
    graph = coo_array((cost, (left, right)), shape=(size, size)).tocsr()
    before = dijkstra(graph, directed=False, indices=one, return_predecessors=True)[1]
    steps = []
    end = other
    while end != one:
        start = int(before[end])
        if start < 0:
            return []
        fits: Bools = ((left == start) & (right == end)) | ((left == end) & (right == start))
        steps.append((int(np.flatnonzero(fits)[0]), start, end))
        end = start
    return steps[::-1]


def _trace_fields(case: Case, scored: Scored, one: int, other: int) -> tuple[FieldTrace, ...]:
    parts = scored.parts(np.array([0]))[0]
    weights = scored.weights
    fields = []
    for place, item in enumerate(scored.compared.comparisons):
        number = int(scored.compared.levels[0, place])
        level = item.levels[number - 1] if number else None
        learned = float(weights.learned[place][number]) if weights.learned and number else 0.0
        m = float(weights.m[place][number - 1]) if number else 0.0
        keys = keys_of(case.records, item.name, np.array([one, other])).tolist()
        fields.append(
            FieldTrace(
                comparison=item.name,
                title=item.title,
                level=level.code if level else "",
                level_title=level.title if level else "",
                keys=(keys[0], keys[1]),
                common=find_common(case.records, item.name, one, other),
                weight=float(parts[place]),
                learned=learned,
                m=m,
                u=m / 2.0 ** float(parts[place] - learned),
            )
        )
    return tuple(fields)


def _link_between(case: Case, places: Ints, one: int, other: int) -> LinkTrace | None:
    cluster = case.matched.clustering.cluster
    compared = case.matched.decided.scored.compared
    left, right = compared.left[places], compared.right[places]
    ours, theirs = cluster[one], cluster[other]
    straight = (cluster[left] == ours) & (cluster[right] == theirs)
    turned = (cluster[left] == theirs) & (cluster[right] == ours)
    found = np.flatnonzero(straight | turned) if ours != theirs else np.zeros(0, dtype=np.int64)
    if not len(found):
        return None
    first = found[
        np.argmax(((left[found] == one) & (right[found] == other)) | ((left[found] == other) & (right[found] == one)))
    ]
    start, end = (left[first], right[first]) if straight[first] else (right[first], left[first])
    return trace_link(case, int(places[first]), int(start), int(end))


def _said(decided: Decided, place: int) -> str:
    if place == MISSING:
        return ""
    return "same" if decided.said_same[place] else "different" if decided.said_different[place] else ""


def _holding(rules: tuple[Rule, ...]) -> tuple[Reason, ...]:
    return tuple(Reason(rule.code, rule.title) for rule in rules if rule.holds[0])


def _none(compared: Compared) -> Bools:
    return np.zeros(len(compared), dtype=np.bool_)
