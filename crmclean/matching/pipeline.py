"""The matching of one kind of record from keys to clusters: blocking, comparing, scoring, deciding, clustering."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from crmclean.core.settings import DedupSettings
from crmclean.matching.answers import SAID_DIFFERENT, SAID_SAME, Answers, parse_levels
from crmclean.matching.arrays import Bools, Floats, Ints, MultiCoded
from crmclean.matching.blocking import (
    BlockingKey,
    Candidates,
    KnownPairs,
    candidate_pairs,
    key_of_columns,
    key_of_values,
    with_pairs,
)
from crmclean.matching.clustering import Clustering, cluster_records
from crmclean.matching.comparing import compare_companies, compare_people
from crmclean.matching.deciding import (
    APART,
    DOUBTFUL,
    MERGED,
    Decided,
    decide_companies,
    decide_people,
    veto_companies,
    veto_people,
)
from crmclean.matching.evidence import is_name_alone
from crmclean.matching.levels import Compared
from crmclean.matching.record_keys import COMPANY_KEYS, Key, person_keys
from crmclean.matching.records import Companies, People
from crmclean.matching.scoring import Scored, Weights, count_u, estimate_m, learn, prior_weights, score


@dataclass(frozen=True)
class Matched:
    """The matching of one kind of record.

    Attributes:
        decided: every candidate pair with its weights and tier.
        merged: positions of the pairs that were merged by themselves, aligned with ``clustering.tree`` and
            ``clustering.refused``, which index into it.
        doubtful: positions of the pairs put to a person: the strongest for each pair of clusters.
        score: gives the probability of pairs of records.
        contradict: tells of pairs of records which cannot be one client.
        answers: how many answers of people were about these records.
    """

    candidates: Candidates
    weights: Weights
    decided: Decided
    merged: Ints
    clustering: Clustering
    doubtful: Ints
    score: Callable[[Ints, Ints], Floats]
    contradict: Callable[[Ints, Ints], Bools]
    answers: int

    @property
    def tree(self) -> Ints:
        """Return the positions of the pairs that hold the clusters together."""
        return self.merged[self.clustering.tree]


def match_people(people: People, settings: DedupSettings, answers: Answers) -> Matched:
    """Find which people are one."""
    keys = [_blocking_key(people, key) for key in person_keys(people.lacks_phones)]
    return _match(
        len(people),
        keys,
        lambda left, right: compare_people(people, left, right),
        lambda compared: veto_people(people, compared),
        lambda scored, impossible: decide_people(people, scored, impossible, settings),
        settings,
        answers,
        _nothing if people.lacks_phones else is_name_alone,
    )


def _blocking_key(records: People | Companies, key: Key) -> BlockingKey:
    """Return a key as the entries of every record that has it."""
    fields = [getattr(records, field) for field in key.fields]
    refine = getattr(records, key.refine).codes
    name = " and ".join(key.fields)
    if isinstance(fields[0], MultiCoded):
        return key_of_values(name, fields[0], refine)
    return key_of_columns(name, fields, refine)


def match_companies(companies: Companies, settings: DedupSettings, answers: Answers) -> Matched:
    """Find which company records are one company."""
    keys = [_blocking_key(companies, key) for key in COMPANY_KEYS]
    return _match(
        len(companies),
        keys,
        lambda left, right: compare_companies(companies, left, right),
        lambda compared: veto_companies(companies, compared),
        lambda scored, impossible: decide_companies(scored, impossible, settings),
        settings,
        answers,
        _nothing,
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
        matched.score,
        matched.contradict,
        matched.answers,
    )


def _match(
    size: int,
    keys: Sequence[BlockingKey],
    compare: Callable[[Ints, Ints], Compared],
    veto: Callable[[Compared], Bools],
    decide: Callable[[Scored, Bools], Decided],
    settings: DedupSettings,
    answers: Answers,
    namesakes: Callable[[Compared], Bools],
) -> Matched:
    """Match the records of one kind.

    Args:
        namesakes: tells of pairs that have nothing but a name in common. EM takes them for different: they would
            teach it that one client often shares neither phone nor mailbox.
    """
    candidates = with_pairs(candidate_pairs(size, keys, settings.max_block), size, answers.left, answers.right)
    compared = compare(candidates.left, candidates.right)
    weights = count_u(prior_weights(compared.comparisons), size, compare)
    impossible = veto(compared)
    if size >= settings.em_rows:
        weights = estimate_m(weights, compared, size, impossible | namesakes(compared))
    if answers.texts:
        levels = parse_levels(compared.comparisons, answers.texts)
        weights = learn(weights, size, levels, np.array(answers.verdicts, dtype=np.bool_))
    decided = _answered(decide(score(compared, weights, size, namesakes(compared)), impossible), answers)

    known = KnownPairs(size, candidates.left, candidates.right)

    def contradict(left: Ints, right: Ints) -> Bools:
        place, new = known.find(left, right)
        result = np.append(decided.impossible, False)[place]
        result[new] = veto(compare(left[new], right[new]))
        return result

    def score_pairs(left: Ints, right: Ints) -> Floats:
        place, new = known.find(left, right)
        result = np.append(decided.scored.probability, 0.0)[place]
        others = compare(left[new], right[new])
        result[new] = score(others, weights, size, namesakes(others)).probability
        return result

    everything = np.arange(len(compared))
    return _clustered(size, candidates, weights, decided, everything, score_pairs, contradict, answers.known)


def _nothing(compared: Compared) -> Bools:
    return np.zeros(len(compared), dtype=np.bool_)


def _answered(decided: Decided, answers: Answers) -> Decided:
    """Return the pairs with the answers of people in place of what the weights say."""
    if not len(answers):
        return decided
    compared = decided.scored.compared
    said = answers.verdict(compared.left, compared.right)
    same, different = said == SAID_SAME, said == SAID_DIFFERENT
    tier, probability = decided.tier.copy(), decided.scored.probability.copy()
    tier[same], probability[same] = MERGED, 1.0
    tier[different], probability[different] = APART, 0.0
    scored = replace(decided.scored, probability=probability)
    return Decided(scored, tier, (decided.impossible & ~same) | different, said)


def _clustered(
    size: int,
    candidates: Candidates,
    weights: Weights,
    decided: Decided,
    among: Ints,
    score: Callable[[Ints, Ints], Floats],
    contradict: Callable[[Ints, Ints], Bools],
    answers: int,
) -> Matched:
    compared = decided.scored.compared
    merged = among[decided.tier[among] == MERGED]
    strength = decided.scored.probability[merged] + decided.said_same[merged]
    clustering = cluster_records(size, compared.left[merged], compared.right[merged], strength, contradict)
    doubtful = among[decided.tier[among] == DOUBTFUL]
    questions = _questions(decided, clustering, np.union1d(doubtful, merged[clustering.refused]))
    return Matched(candidates, weights, decided, merged, clustering, questions, score, contradict, answers)


def _questions(decided: Decided, clustering: Clustering, asked: Ints) -> Ints:
    """Return the pairs worth a person's time: one, the strongest, for each pair of clusters.

    Two clusters of which somebody said that they are two clients are not asked about again.
    """
    compared = decided.scored.compared
    low, high = _clusters_of(compared, clustering, asked)
    settled = np.flatnonzero(decided.said_different)
    width = len(clustering.cluster)
    known = np.isin(low * width + high, np.array([width, 1]) @ _clusters_of(compared, clustering, settled))
    open_ = (low != high) & ~known
    asked, low, high = asked[open_], low[open_], high[open_]
    order = np.lexsort((asked, -decided.scored.probability[asked], high, low))
    first = np.unique(low[order] * width + high[order], return_index=True)[1]
    chosen = asked[order][first]
    by_probability: Ints = chosen[np.argsort(-decided.scored.probability[chosen], kind="stable")]
    return by_probability


def _clusters_of(compared: Compared, clustering: Clustering, pairs: Ints) -> Ints:
    """Return the lower and the higher number of the two clusters of each pair, shape (2, pairs)."""
    one, other = clustering.cluster[compared.left[pairs]], clustering.cluster[compared.right[pairs]]
    return np.stack([np.minimum(one, other), np.maximum(one, other)])
