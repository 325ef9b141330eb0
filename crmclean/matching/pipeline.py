"""The matching of one kind of record from keys to clusters: blocking, comparing, scoring, deciding, clustering."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from crmclean.core.settings import DedupSettings
from crmclean.matching.arrays import Bools, Ints
from crmclean.matching.blocking import BlockingKey, Candidates, candidate_pairs, key_of_columns, key_of_values
from crmclean.matching.clustering import Clustering, cluster_records
from crmclean.matching.comparing import Compared, compare_companies, compare_people
from crmclean.matching.deciding import (
    DOUBTFUL,
    MERGED,
    Decided,
    decide_companies,
    decide_people,
    veto_companies,
    veto_people,
)
from crmclean.matching.model import COMPANY, PERSON, Comparison
from crmclean.matching.records import Companies, People
from crmclean.matching.scoring import Scored, Weights, count_u, estimate_m, prior_weights, score


@dataclass(frozen=True)
class Matched:
    """The matching of one kind of record.

    Attributes:
        decided: every candidate pair with its weights and tier.
        merged: positions of the pairs that were merged by themselves, aligned with ``clustering.tree`` and
            ``clustering.refused``, which index into it.
        doubtful: positions of the pairs put to a person: the strongest for each pair of clusters.
    """

    candidates: Candidates
    weights: Weights
    decided: Decided
    merged: Ints
    clustering: Clustering
    doubtful: Ints

    @property
    def tree(self) -> Ints:
        """Return the positions of the pairs that hold the clusters together."""
        return self.merged[self.clustering.tree]


def match_people(people: People, settings: DedupSettings) -> Matched:
    """Find which people are one."""
    keys = [
        key_of_values("phone", people.phone, people.root.codes),
        key_of_values("email", people.email, people.root.codes),
        key_of_columns("name", [people.stem, people.root], people.middle.codes),
        key_of_columns("company and first name", [people.company, people.root], people.stem.codes),
        key_of_columns("company and last name", [people.company, people.stem], people.root.codes),
    ]
    return _match(
        len(people),
        PERSON,
        keys,
        lambda left, right: compare_people(people, left, right),
        lambda compared: veto_people(people, compared),
        lambda scored, impossible: decide_people(people, scored, impossible, settings),
        settings,
    )


def match_companies(companies: Companies, settings: DedupSettings) -> Matched:
    """Find which company records are one company."""
    keys = [
        key_of_columns("INN", [companies.inn], companies.kpp.codes),
        key_of_columns("company", [companies.key], companies.city.codes),
        key_of_values("phone", companies.phone, companies.key.codes),
        key_of_values("email", companies.email, companies.key.codes),
        key_of_values("domain", companies.domain, companies.key.codes),
    ]
    return _match(
        len(companies),
        COMPANY,
        keys,
        lambda left, right: compare_companies(companies, left, right),
        lambda compared: veto_companies(companies, compared),
        lambda scored, impossible: decide_companies(scored, impossible, settings),
        settings,
    )


def match_cards(companies: Companies, matched: Matched) -> Matched:
    """Return the matching of the company cards alone: mentions of a company never bring two cards together."""
    compared = matched.decided.scored.compared
    both = companies.is_card[compared.left] & companies.is_card[compared.right]
    return _clustered(
        len(companies),
        matched.candidates,
        matched.weights,
        matched.decided,
        np.flatnonzero(both),
        lambda left, right: veto_companies(companies, compare_companies(companies, left, right)),
    )


def _match(
    size: int,
    comparisons: tuple[Comparison, ...],
    keys: Sequence[BlockingKey],
    compare: Callable[[Ints, Ints], Compared],
    veto: Callable[[Compared], Bools],
    decide: Callable[[Scored, Bools], Decided],
    settings: DedupSettings,
) -> Matched:
    candidates = candidate_pairs(size, keys, settings.max_block)
    compared = compare(candidates.left, candidates.right)
    weights = count_u(prior_weights(comparisons), size, compare)
    impossible = veto(compared)
    if size >= settings.em_rows:
        weights = estimate_m(weights, compared, size, impossible)
    decided = decide(score(compared, weights, size), impossible)
    everything = np.arange(len(compared))
    return _clustered(size, candidates, weights, decided, everything, lambda a, b: veto(compare(a, b)))


def _clustered(
    size: int,
    candidates: Candidates,
    weights: Weights,
    decided: Decided,
    among: Ints,
    contradict: Callable[[Ints, Ints], Bools],
) -> Matched:
    compared = decided.scored.compared
    merged = among[decided.tier[among] == MERGED]
    clustering = cluster_records(
        size, compared.left[merged], compared.right[merged], decided.scored.probability[merged], contradict
    )
    doubtful = among[decided.tier[among] == DOUBTFUL]
    questions = _questions(decided, clustering, np.union1d(doubtful, merged[clustering.refused]))
    return Matched(candidates, weights, decided, merged, clustering, questions)


def _questions(decided: Decided, clustering: Clustering, asked: Ints) -> Ints:
    """Return the pairs worth a person's time: one, the strongest, for each pair of clusters."""
    compared = decided.scored.compared
    one, other = clustering.cluster[compared.left[asked]], clustering.cluster[compared.right[asked]]
    open_ = one != other
    asked, low, high = asked[open_], np.minimum(one, other)[open_], np.maximum(one, other)[open_]
    order = np.lexsort((asked, -decided.scored.probability[asked], high, low))
    first = np.unique(np.column_stack([low[order], high[order]]), axis=0, return_index=True)[1]
    chosen = asked[order][first]
    by_probability: Ints = chosen[np.argsort(-decided.scored.probability[chosen], kind="stable")]
    return by_probability
