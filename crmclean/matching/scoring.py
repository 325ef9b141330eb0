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

from crmclean.matching.arrays import Bools, Floats, Ints
from crmclean.matching.comparing import Compared
from crmclean.matching.model import Comparison

RANDOM_PAIRS: Final = 100_000
U_PSEUDO_PAIRS: Final = 3_000.0
M_PSEUDO_PAIRS: Final = 300.0
ITERATIONS: Final = 200
TOLERANCE: Final = 1e-4
LEAST_PROBABILITY: Final = 1e-7
PRIOR_DUPLICATES_PER_RECORD: Final = 0.4
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
    """

    comparisons: tuple[Comparison, ...]
    m: tuple[Floats, ...]
    u: tuple[Floats, ...]
    duplicates: float
    estimated: bool = False

    def prior_weight(self, records: int) -> float:
        """Return the log2 odds that two random records of ``records`` are one client."""
        return float(np.log2(2 * self.duplicates / (records + REFERENCE_RECORDS)))

    def table(self) -> pd.DataFrame:
        """Return the parameters in long form: comparison, level, m, u, weight, estimated."""
        rows = [
            (item.name, level.code, m[place], u[place], float(np.log2(m[place] / u[place])), self.estimated)
            for item, m, u in zip(self.comparisons, self.m, self.u, strict=True)
            for place, level in enumerate(item.levels)
        ]
        return pd.DataFrame(rows, columns=["comparison", "level", "m", "u", "weight", "estimated"])


@dataclass(frozen=True)
class Scored:
    """Candidate pairs with their match weights.

    Attributes:
        parts: weight of each comparison in bits, shape (pairs, comparisons); 0 where a value is missing.
        weight: prior and parts together.
        probability: of being one client.
    """

    compared: Compared
    parts: Floats
    weight: Floats
    probability: Floats


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
        u.append(_smoothed(counts, prior, U_PSEUDO_PAIRS))
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
                _smoothed(_expected_counts(patterns[:, place], expected, len(prior)), prior, M_PSEUDO_PAIRS)
                for place, prior in enumerate(weights.m)
            ),
        )
        duplicates = max(float(expected.sum()) / max(records, 1), 1.0 / max(records, 1))
        if max(float(np.abs(a - b).max()) for a, b in zip(m, previous, strict=True)) < TOLERANCE:
            break
    return replace(weights, m=m, duplicates=duplicates, estimated=True)


def score(compared: Compared, weights: Weights, records: int) -> Scored:
    """Return match weights and probabilities; where frequency counts, ``u`` is that of the value itself."""
    parts = np.zeros(compared.levels.shape)
    for place in range(compared.levels.shape[1]):
        levels = compared.levels[:, place]
        bits = _level_weights(weights.m[place], weights.u[place])[levels]
        frequency = compared.frequency[:, place]
        own = ~np.isnan(frequency)
        typical = np.array([0.0, *(level.typical_share for level in weights.comparisons[place].levels)])[levels[own]]
        u = (frequency[own] * records + typical * REFERENCE_RECORDS) / (records + REFERENCE_RECORDS)
        m = np.append(0.0, weights.m[place])[levels[own]]
        bits[own] = np.log2(m / np.clip(u, LEAST_PROBABILITY, 1.0))
        parts[:, place] = bits
    weight = weights.prior_weight(records) + parts.sum(axis=1)
    return Scored(compared, parts, weight, _probability(weight))


def _random_pairs(records: int, seed: int) -> tuple[Ints, Ints]:
    if records * (records - 1) // 2 <= RANDOM_PAIRS:
        left, right = np.triu_indices(records, 1)
        return left.astype(np.int64), right.astype(np.int64)
    draw = np.random.default_rng(seed).integers(0, records, (2, RANDOM_PAIRS))
    kept = draw[:, draw[0] != draw[1]]
    return kept[0], kept[1]


def _patterns(compared: Compared, impossible: Bools) -> tuple[Ints, Ints]:
    code = np.zeros(len(compared), dtype=np.int64)
    for place, item in enumerate(compared.comparisons):
        code = code * (len(item.levels) + 1) + compared.levels[:, place]
    _, first, counts = np.unique(code[~impossible], return_index=True, return_counts=True)
    return compared.levels[~impossible][first].astype(np.int64), counts


def _expected_counts(levels: Ints, expected: Floats, size: int) -> Floats:
    return np.bincount(levels, weights=expected, minlength=size + 1)[1:].astype(np.float64)


def _smoothed(counts: Floats, prior: Floats, pseudo: float) -> Floats:
    result: Floats = np.clip((counts + pseudo * prior) / (counts.sum() + pseudo), LEAST_PROBABILITY, 1.0)
    return result


def _level_weights(m: Floats, u: Floats) -> Floats:
    return np.append(0.0, np.log2(m / u))


def _probability(weight: Floats) -> Floats:
    probability: Floats = 1.0 / (1.0 + np.exp2(-np.clip(weight, -60, 60)))
    return probability
