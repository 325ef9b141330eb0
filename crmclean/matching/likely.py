"""The clusters as they would be if the doubtful pairs were merged too, so that one bad link glues no two clients.

Average linkage (Sokal and Michener 1958) over the probabilities: two groups are joined while a pair across them has,
on average, at least ``LEAST_AVERAGE``; links are taken from the strongest down.
"""

from collections.abc import Callable
from typing import Final

import numpy as np

from crmclean.matching.arrays import Bools, Floats, Ints, pairs_within
from crmclean.matching.clustering import components

LEAST_AVERAGE: Final = 0.25
LARGEST_SCORED: Final = 150
"""A component of more records than this is first broken up by dropping its weakest links."""
_STRENGTHS: Final = (0.7, 0.9, 0.97, 0.99, 0.999)
_LEAST_KEPT: Final = 0.02


def cluster_likely(
    cluster: Ints,
    left: Ints,
    right: Ints,
    probability: Floats,
    score: Callable[[Ints, Ints], Floats],
    contradict: Callable[[Ints, Ints], Bools],
) -> Ints:
    """Return the number of the likely cluster of each record.

    Args:
        cluster: number of the cluster of each record, as merged by itself; these are never torn.
        left, right: the doubtful links, record numbers.
        probability: of each link.
        score: gives the probabilities of pairs of records.
        contradict: tells of pairs of records which cannot be one client.
    """
    size = len(cluster)
    first = np.unique(cluster, return_index=True)[1][cluster]
    strong = _strong_enough(size, first, left, right, probability)
    left, right, probability = left[strong], right[strong], probability[strong]
    component, members = _components(size, first, left, right)
    one, other, _ = pairs_within(np.where(members[component] > 2, component, -1), LARGEST_SCORED)
    across = cluster[one] != cluster[other]
    one, other = one[across], other[across]
    hostile = contradict(one, other)
    torn = np.zeros(len(members), dtype=np.bool_)
    torn[component[one[hostile]]] = True
    groups = np.bincount(component[np.unique(first)], minlength=len(members))
    # Two clusters that do not contradict each other are simply joined.
    careful = (groups > 2) | torn
    scored = careful[component[one]]
    one, other, hostile = one[scored], other[scored], hostile[scored]
    value = np.where(hostile, -float(LARGEST_SCORED), score(one, other)).astype(np.float64)
    tried = careful[component[left]]
    order = np.flatnonzero(tried)[np.argsort(-probability[tried], kind="stable")]
    joined = _join(cluster, left[order], right[order], cluster[one], cluster[other], value)
    simple = ~tried
    simple[simple] = ~contradict(left[simple], right[simple])
    ends = np.concatenate([np.stack([cluster[left[simple]], cluster[right[simple]]]), joined], axis=1)
    return components(int(cluster.max(initial=-1)) + 1, ends[0], ends[1])[cluster]


def _components(size: int, first: Ints, left: Ints, right: Ints) -> tuple[Ints, Ints]:
    """Return the component of each record, clusters and links together, and the size of each component."""
    component = components(size, np.concatenate([left, np.arange(size)]), np.concatenate([right, first]))
    return component, np.bincount(component)


def _strong_enough(size: int, first: Ints, left: Ints, right: Ints, probability: Floats) -> Ints:
    """Return the links that are looked at: in components too large to be looked through, only the strongest.

    One likely cluster must never swallow the base.
    """
    kept = np.arange(len(left))
    for least in _STRENGTHS:
        component, members = _components(size, first, left[kept], right[kept])
        kept = kept[(members[component[left[kept]]] <= LARGEST_SCORED) | (probability[kept] >= least)]
    component, members = _components(size, first, left[kept], right[kept])
    return kept[members[component[left[kept]]] <= LARGEST_SCORED]


def _join(cluster: Ints, left: Ints, right: Ints, one: Ints, other: Ints, value: Floats) -> Ints:
    """Return the pairs of clusters that are joined, shape (2, joins).

    Args:
        left, right: links in the order in which they are tried, record numbers.
        one, other, value: clusters and probability of every known pair across two clusters.
    """
    records = np.bincount(cluster).tolist()
    kept = np.abs(value) >= _LEAST_KEPT
    sums = _sums_between(one[kept], other[kept], value[kept])
    group = {name: name for name in sums}
    parts = {name: [name] for name in sums}
    joins: list[tuple[int, int]] = []
    for _ in range(2):
        for a, b in zip(cluster[left].tolist(), cluster[right].tolist(), strict=True):
            ours, theirs = group[a], group[b]
            if ours == theirs or sums[ours].get(theirs, 0.0) < LEAST_AVERAGE * records[ours] * records[theirs]:
                continue
            if len(sums[ours]) < len(sums[theirs]):
                ours, theirs = theirs, ours
            joins.append((a, b))
            records[ours] += records[theirs]
            for name in parts.pop(theirs):
                group[name] = ours
                parts[ours].append(name)
            for neighbour, total in sums.pop(theirs).items():
                del sums[neighbour][theirs]
                if neighbour != ours:
                    sums[ours][neighbour] = sums[neighbour][ours] = sums[ours].get(neighbour, 0.0) + total
    return np.array(joins, dtype=np.int64).reshape(len(joins), 2).T


def _sums_between(one: Ints, other: Ints, value: Floats) -> dict[int, dict[int, float]]:
    """Return for each cluster its neighbours and the sum of the values of the pairs between the two."""
    width = int(max(one.max(initial=0), other.max(initial=0))) + 1
    pairs, place = np.unique(np.minimum(one, other) * width + np.maximum(one, other), return_inverse=True)
    totals = np.bincount(place, weights=value, minlength=len(pairs))
    sums: dict[int, dict[int, float]] = {}
    low, high = np.divmod(pairs, width)
    for a, b, total in zip(low.tolist(), high.tolist(), totals.tolist(), strict=True):
        sums.setdefault(a, {})[b] = total
        sums.setdefault(b, {})[a] = total
    return sums
