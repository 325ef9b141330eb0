from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from crmclean.matching.clustering import LARGEST_CHECKED, Clustering, cluster_records

Contradict = Callable[[NDArray[np.int64], NDArray[np.int64]], NDArray[np.bool_]]


def never(left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.bool_]:
    return np.zeros(len(left), dtype=np.bool_)


def between(*pairs: tuple[int, int]) -> Contradict:
    hostile = {frozenset(pair) for pair in pairs}

    def contradict(left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.bool_]:
        return np.array([frozenset(p) in hostile for p in zip(left.tolist(), right.tolist(), strict=True)], dtype=bool)

    return contradict


def cluster(size: int, links: list[tuple[int, int, float]], contradict: Contradict = never) -> Clustering:
    left, right, strength = (list(part) for part in zip(*links, strict=True)) if links else ([], [], [])
    return cluster_records(
        size, np.array(left, dtype=np.int64), np.array(right, dtype=np.int64), np.array(strength, float), contradict
    )


def groups(result: Clustering) -> list[list[int]]:
    return sorted(np.flatnonzero(result.cluster == number).tolist() for number in np.unique(result.cluster))


def test_linked_records_are_one_cluster_and_the_rest_stay_alone() -> None:
    result = cluster(5, [(0, 1, 0.99), (1, 2, 0.98)])

    assert groups(result) == [[0, 1, 2], [3], [4]]
    assert result.tree.tolist() == [0, 1]
    assert result.refused.tolist() == []


def test_a_chain_whose_ends_contradict_is_cut_at_its_weakest_link() -> None:
    result = cluster(3, [(0, 1, 0.97), (1, 2, 0.99)], between((0, 2)))

    assert groups(result) == [[0], [1, 2]]
    assert result.refused.tolist() == [0]


def test_a_cut_in_one_component_leaves_the_others_whole() -> None:
    links = [(0, 1, 0.97), (1, 2, 0.99), (3, 4, 0.97), (4, 5, 0.97)]

    assert groups(cluster(6, links, between((0, 2)))) == [[0], [1, 2], [3, 4, 5]]


def test_the_tree_takes_the_strongest_links() -> None:
    result = cluster(3, [(0, 1, 0.97), (0, 2, 0.99), (1, 2, 0.98)])

    assert result.tree.tolist() == [1, 2]


def test_a_chain_through_the_whole_base_is_broken_up() -> None:
    size = LARGEST_CHECKED + 50
    result = cluster(size, [(i, i + 1, 0.99) for i in range(size - 1)], between((0, size - 1)))

    assert result.cluster[0] != result.cluster[size - 1]
    assert np.bincount(result.cluster).max() <= LARGEST_CHECKED


@given(
    st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7), st.sampled_from([0.97, 0.98, 0.99])), max_size=14),
    st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=6),
)
def test_no_cluster_holds_two_records_that_contradict(
    links: list[tuple[int, int, float]], hostile: list[tuple[int, int]]
) -> None:
    apart = {(min(pair), max(pair)) for pair in hostile}
    distinct = {(min(a, b), max(a, b)): p for a, b, p in links if a != b and (min(a, b), max(a, b)) not in apart}
    result = cluster(8, [(a, b, p) for (a, b), p in sorted(distinct.items())], between(*hostile))

    assert not [(a, b) for a, b in apart if a != b and result.cluster[a] == result.cluster[b]]


@pytest.mark.parametrize("size", [0, 1])
def test_no_links(size: int) -> None:
    assert groups(cluster(size, [])) == [[i] for i in range(size)]
