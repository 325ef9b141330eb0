"""From pairs to clusters, so that no cluster contradicts itself.

A chain A~B, B~C in which A and C cannot be one client is cut at its weakest link: links are taken from the
strongest down, and one that would bring two contradicting records together is refused.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components, minimum_spanning_tree

from crmclean.matching.arrays import Bools, Floats, Ints, pairs_within

LARGEST_CHECKED: Final = 400
"""A component of more records than this is first broken up by dropping its weakest links."""


@dataclass(frozen=True)
class Clustering:
    """Who is one client with whom.

    Attributes:
        cluster: number per record, 0 … clusters - 1.
        tree: positions of the links that hold the clusters together (a maximum spanning forest).
        refused: positions of the links that would have made a cluster contradict itself.
    """

    cluster: Ints
    tree: Ints
    refused: Ints


def components(size: int, left: Ints, right: Ints) -> Ints:
    """Return the number of the connected component of each of ``size`` records."""
    graph = coo_array((np.ones(len(left), dtype=np.int8), (left, right)), shape=(size, size))
    labels: Ints = connected_components(graph, directed=False)[1].astype(np.int64)
    return labels


def cluster_records(
    size: int, left: Ints, right: Ints, strength: Floats, contradict: Callable[[Ints, Ints], Bools]
) -> Clustering:
    """Return clusters of records that are linked and do not contradict each other.

    Args:
        left, right: the links, record numbers; no link joins two records that contradict each other.
        strength: of each link; ties are broken by the order of the links.
        contradict: tells of pairs of records which cannot be one client.
    """
    component = components(size, left, right)
    members = np.bincount(component, minlength=size)
    small = np.where((members[component] > 2) & (members[component] <= LARGEST_CHECKED), component, -1)
    first, second, _ = pairs_within(small, LARGEST_CHECKED)
    hostile = contradict(first, second)
    enemies: dict[int, set[int]] = {}
    for a, b in zip(first[hostile].tolist(), second[hostile].tolist(), strict=True):
        enemies.setdefault(a, set()).add(b)
        enemies.setdefault(b, set()).add(a)
    torn = np.zeros(len(members), dtype=np.bool_)
    torn[component[first[hostile]]] = True
    torn |= members > LARGEST_CHECKED
    order = np.lexsort((np.arange(len(left)), -strength))
    careful = torn[component[left]]
    kept = _greedy(order[careful[order]], left, right, enemies, contradict, members[component] > LARGEST_CHECKED)
    refused = np.setdiff1d(np.flatnonzero(careful), kept)
    accepted = np.sort(np.concatenate([np.flatnonzero(~careful), kept]))
    cluster = components(size, left[accepted], right[accepted])
    still_apart = cluster[left[refused]] != cluster[right[refused]]
    return Clustering(cluster, _spanning(order, accepted, left, right, size), refused[still_apart])


def _greedy(
    order: Ints,
    left: Ints,
    right: Ints,
    enemies: dict[int, set[int]],
    contradict: Callable[[Ints, Ints], Bools],
    unchecked: Bools,
) -> Ints:
    """Return the links that are taken, strongest first; enemies never end in one group."""
    group: dict[int, list[int]] = {}
    kept: list[int] = []
    for link in order.tolist():
        a, b = int(left[link]), int(right[link])
        ours, theirs = group.setdefault(a, [a]), group.setdefault(b, [b])
        if ours is theirs:
            kept.append(link)
            continue
        if unchecked[a]:
            fits = (
                len(ours) + len(theirs) <= LARGEST_CHECKED
                and not contradict(np.repeat(np.array(ours), len(theirs)), np.tile(np.array(theirs), len(ours))).any()
            )
        else:
            fits = not any(enemies.get(member, set()).intersection(theirs) for member in ours)
        if fits:
            kept.append(link)
            ours.extend(theirs)
            for member in theirs:
                group[member] = ours
    return np.array(kept, dtype=np.int64)


def _spanning(order: Ints, accepted: Ints, left: Ints, right: Ints, size: int) -> Ints:
    """Return the links of a maximum spanning forest among ``accepted``."""
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(1, len(order) + 1)
    ranks = rank[accepted].astype(np.float64)
    forest = minimum_spanning_tree(coo_array((ranks, (left[accepted], right[accepted])), shape=(size, size)))
    return np.sort(order[forest.data.astype(np.int64) - 1])
