"""From comparison levels to match weights and probabilities (Fellegi and Sunter 1969).

``u`` is counted on random pairs of the file, ``m`` by expectation-maximisation over the counts of level patterns
among the candidate pairs, both held near the shipped priors by pseudo-counts. Pairs that no key brought together
count as different in the estimate of the share of matching pairs.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from crmclean.matching.arrays import Bools, Floats, Ints, Levels, pattern_codes
from crmclean.matching.levels import Compared
from crmclean.matching.model import Comparison

RANDOM_PAIRS: Final = 25_000
U_PSEUDO_PAIRS: Final = 3_000.0
M_PSEUDO_PAIRS: Final = 300.0
ITERATIONS: Final = 200
TOLERANCE: Final = 1e-4
LEAST_PROBABILITY: Final = 1e-7
PRIOR_DUPLICATES_PER_RECORD: Final = 0.4
NAMESAKE_BITS: Final = -5.5
"""What it weighs that two records of people with contacts share not one of them: more than each that differs does by
itself, because whoever is entered twice has nearly always been reached in the same way twice."""
ANSWER_DEVIATION: Final = 1.0
ANSWERED_WITHIN: Final = 10.0
ANSWER_ITERATIONS: Final = 50
REFERENCE_RECORDS: Final = 2_000
"""A file is weighed as part of a base with so many more records in which every value has its typical share: what two
of five records have in common is not for that reason common."""


@dataclass(frozen=True)
class Weights:
    """The parameters of a model.

    Attributes:
        m, u: one array per comparison, one entry per level.
        duplicates: expected matching pairs per record: the prior odds of a random pair of ``n`` records are
            about ``2 * duplicates / n``.
        estimated: whether the file itself was asked.
        learned: what the answers of people add to each level, in bits; empty where nobody was asked.
    """

    comparisons: tuple[Comparison, ...]
    m: tuple[Floats, ...]
    u: tuple[Floats, ...]
    duplicates: float
    estimated: bool = False
    learned: tuple[Floats, ...] = ()

    def prior_weight(self, records: int) -> float:
        """Return the log2 odds that two random records of ``records`` are one client."""
        return float(np.log2(2 * self.duplicates / (records + REFERENCE_RECORDS)))

    def table(self) -> pd.DataFrame:
        """Return the parameters in long form: comparison, level, m, u, weight, estimated."""
        learned = self.learned or tuple(np.zeros(len(item.levels) + 1) for item in self.comparisons)
        rows = [
            (
                item.name,
                level.code,
                m[place],
                u[place],
                float(np.log2(m[place] / u[place]) + extra[place + 1]),
                self.estimated,
            )
            for item, m, u, extra in zip(self.comparisons, self.m, self.u, learned, strict=True)
            for place, level in enumerate(item.levels)
        ]
        return pd.DataFrame(rows, columns=["comparison", "level", "m", "u", "weight", "estimated"])


@dataclass(frozen=True)
class Scored:
    """Candidate pairs with their match weights.

    Attributes:
        records: how many records there are.
        weight: prior, all comparisons and ``namesakes`` together, in bits.
        probability: of being one client.
        namesakes: which pairs have nothing but their names in common, and weigh ``NAMESAKE_BITS`` more.
    """

    compared: Compared
    weights: Weights
    records: int
    weight: Floats
    probability: Floats
    namesakes: Bools

    def parts(self, pairs: Ints) -> Floats:
        """Return the weight of each comparison in bits, shape (pairs, comparisons); 0 where a value is missing."""
        chosen = self.compared.take(pairs)
        places = range(len(chosen.comparisons))
        return np.column_stack([_part(chosen, self.weights, self.records, place) for place in places])


def prior_weights(comparisons: tuple[Comparison, ...]) -> Weights:
    """Return the shipped priors."""
    m = tuple(np.array([level.m for level in item.levels]) for item in comparisons)
    u = tuple(np.array([level.u for level in item.levels]) for item in comparisons)
    return Weights(comparisons, m, u, PRIOR_DUPLICATES_PER_RECORD)


def count_u(weights: Weights, records: int, compare: Callable[[Ints, Ints], Compared], seed: int = 0) -> Weights:
    """Return ``weights`` with ``u`` counted on random pairs of records (all pairs where there are few).

    Args:
        compare: gives the levels of pairs of record numbers.
    """
    left, right = _random_pairs(records, seed)
    if not len(left):
        return weights
    levels = compare(left, right).levels
    u = []
    for place, prior in enumerate(weights.u):
        counts = np.bincount(levels[:, place], minlength=len(prior) + 1)[1:].astype(np.float64)
        u.append(_shares(weights, place, counts, prior, U_PSEUDO_PAIRS))
    return replace(weights, u=tuple(u))


def estimate_m(weights: Weights, compared: Compared, records: int, impossible: Bools) -> Weights:
    """Return ``weights`` with ``m`` and the share of matching pairs estimated by EM.

    Args:
        impossible: pairs that a veto keeps apart; they count as different whatever their levels say.
    """
    patterns, counts = _patterns(compared, impossible)
    m, duplicates = weights.m, weights.duplicates
    for _ in range(ITERATIONS):
        bits = np.full(len(patterns), np.log2(2 * duplicates / max(records - 1, 1)))
        for place in range(patterns.shape[1]):
            bits += _level_weights(m[place], weights.u[place])[patterns[:, place]]
        expected = counts * _probability(bits)
        previous, m = (
            m,
            tuple(
                _shares(
                    weights,
                    place,
                    _expected_counts(patterns[:, place], expected, len(prior)),
                    prior,
                    M_PSEUDO_PAIRS,
                )
                for place, prior in enumerate(weights.m)
            ),
        )
        duplicates = max(float(expected.sum()) / max(records, 1), 1.0 / max(records, 1))
        if max(float(np.abs(a - b).max()) for a, b in zip(m, previous, strict=True)) < TOLERANCE:
            break
    return replace(weights, m=m, duplicates=duplicates, estimated=True)


def score(compared: Compared, weights: Weights, records: int, namesakes: Bools | None = None) -> Scored:
    """Return match weights and probabilities; where frequency counts, ``u`` is that of the value itself.

    Args:
        namesakes: pairs that have nothing but their names in common, in a base of people who have contacts.
    """
    namesakes = np.zeros(len(compared), dtype=np.bool_) if namesakes is None else namesakes
    weight: Floats = weights.prior_weight(records) + NAMESAKE_BITS * namesakes.astype(np.float64)
    for place in range(len(compared.comparisons)):
        weight += _part(compared, weights, records, place)
    return Scored(compared, weights, records, weight, _probability(weight), namesakes)


def _part(compared: Compared, weights: Weights, records: int, place: int) -> Floats:
    """Return what one comparison adds to the weight of each pair, in bits."""
    levels = compared.levels[:, place]
    bits = _level_weights(weights.m[place], weights.u[place])
    typical = np.array([0.0, *(level.typical_share for level in weights.comparisons[place].levels)])
    result = bits[levels]
    frequency = compared.frequency[:, place]
    own = np.flatnonzero(~np.isnan(frequency))
    u = (frequency[own] * records + typical[levels[own]] * REFERENCE_RECORDS) / (records + REFERENCE_RECORDS)
    m = np.append(0.0, weights.m[place])[levels[own]]
    result[own] = np.log2(m / np.clip(u, LEAST_PROBABILITY, 1.0))
    if weights.learned:
        result += weights.learned[place][levels]
    return result


def learn(weights: Weights, records: int, levels: Levels, same: Bools) -> Weights:
    """Return ``weights`` moved by the answers of people: maximum a posteriori, the weights as they were the prior.

    A level may move by ``ANSWER_DEVIATION`` bits (one standard deviation) for nothing; every answer pulls.

    Args:
        levels: of the pairs that were answered, shape (answers, comparisons).
        same: whether the answer was that they are one client.
    """
    sizes = [len(item.levels) + 1 for item in weights.comparisons]
    offsets = np.cumsum([0, *sizes[:-1]])
    design = np.zeros((len(levels), sum(sizes)))
    base = np.full(len(levels), weights.prior_weight(records))
    for place, offset in enumerate(offsets.tolist()):
        known = np.flatnonzero(levels[:, place])
        design[known, offset + levels[known, place]] = 1.0
        base += _level_weights(weights.m[place], weights.u[place])[levels[:, place]]
    moved = np.zeros(design.shape[1])
    # What is far beyond doubt says little of how sure the doubtful are.
    base = np.clip(base, -ANSWERED_WITHIN, ANSWERED_WITHIN)
    ridge = np.eye(len(moved)) / ANSWER_DEVIATION**2
    for _ in range(ANSWER_ITERATIONS):
        probability = _probability(base + design @ moved)
        gradient = np.log(2) * design.T @ (same - probability) - ridge @ moved
        curvature = np.log(2) ** 2 * (design.T * (probability * (1 - probability))) @ design + ridge
        step = np.linalg.solve(curvature, gradient)
        moved += step
        if np.abs(step).max(initial=0.0) < TOLERANCE:
            break
    learned = tuple(moved[start : start + size] for start, size in zip(offsets.tolist(), sizes, strict=True))
    return replace(weights, learned=learned)


def _random_pairs(records: int, seed: int) -> tuple[Ints, Ints]:
    if records * (records - 1) // 2 <= RANDOM_PAIRS:
        left, right = np.triu_indices(records, 1)
        return left.astype(np.int64), right.astype(np.int64)
    draw = np.random.default_rng(seed).integers(0, records, (2, RANDOM_PAIRS))
    kept = draw[:, draw[0] != draw[1]]
    return kept[0], kept[1]


def _patterns(compared: Compared, impossible: Bools) -> tuple[Ints, Ints]:
    code = pattern_codes(compared.levels)
    _, first, counts = np.unique(code[~impossible], return_index=True, return_counts=True)
    return compared.levels[~impossible][first].astype(np.int64), counts


def _expected_counts(levels: Ints, expected: Floats, size: int) -> Floats:
    return np.bincount(levels, weights=expected, minlength=size + 1)[1:].astype(np.float64)


def _smoothed(counts: Floats, prior: Floats, pseudo: float) -> Floats:
    result: Floats = np.clip((counts + pseudo * prior) / (counts.sum() + pseudo), LEAST_PROBABILITY, 1.0)
    return result


def _shares(weights: Weights, place: int, counts: Floats, prior: Floats, pseudo: float) -> Floats:
    """Return the smoothed shares of the levels; what another field tells already is left as it is, and out of it."""
    told = np.array([level.told_already for level in weights.comparisons[place].levels])
    return np.where(told, prior, _smoothed(np.where(told, 0.0, counts), prior, pseudo))


def _level_weights(m: Floats, u: Floats) -> Floats:
    return np.append(0.0, np.log2(m / u))


def _probability(weight: Floats) -> Floats:
    probability: Floats = 1.0 / (1.0 + np.exp2(-np.clip(weight, -60, 60)))
    return probability
