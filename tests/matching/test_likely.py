import numpy as np
import pytest

from crmclean.matching.arrays import Bools, Floats, Ints
from crmclean.matching.likely import LARGEST_SCORED, cluster_likely

Pairs = dict[tuple[int, int], float]


def likely(
    cluster: list[int], links: Pairs, others: Pairs | None = None, contradicting: "set[tuple[int, int]] | None" = None
) -> list[int]:
    """Return the likely clusters.

    Args:
        links: the doubtful pairs and their probabilities.
        others: probabilities of further pairs; every other pair has 0.
        contradicting: pairs that cannot be one client.
    """
    known = {**links, **(others or {})}
    vetoed = contradicting or set()

    def score(left: Ints, right: Ints) -> Floats:
        return np.array([known.get(pair, 0.0) for pair in ordered(left, right)], dtype=np.float64)

    def contradict(left: Ints, right: Ints) -> Bools:
        return np.array([pair in vetoed for pair in ordered(left, right)], dtype=np.bool_)

    ends = np.array(list(links), dtype=np.int64).reshape(len(links), 2)
    probability = np.array(list(links.values()), dtype=np.float64)
    found = cluster_likely(np.array(cluster), ends[:, 0], ends[:, 1], probability, score, contradict)
    return [int(number) for number in found]


def ordered(left: Ints, right: Ints) -> list[tuple[int, int]]:
    return [(min(pair), max(pair)) for pair in zip(left.tolist(), right.tolist(), strict=True)]


def groups(numbers: list[int]) -> list[set[int]]:
    return sorted(({i for i, n in enumerate(numbers) if n == number} for number in set(numbers)), key=min)


CLIQUES = {(a, b): 0.8 for clique in ((0, 1, 2), (3, 4, 5)) for a in clique for b in clique if a < b}


@pytest.mark.parametrize(
    ("cluster", "links", "others", "contradicting", "expected"),
    [
        pytest.param([0, 1], {(0, 1): 0.6}, {}, set(), [{0, 1}], id="one doubtful pair"),
        pytest.param([0, 1], {}, {}, set(), [{0}, {1}], id="no doubtful pair"),
        pytest.param([0, 1], {(0, 1): 0.6}, {}, {(0, 1)}, [{0}, {1}], id="a pair that contradicts itself"),
        pytest.param([0, 0, 1], {(1, 2): 0.6}, {}, set(), [{0, 1, 2}], id="clients merged already stay together"),
        pytest.param([0, 1, 2], {(0, 1): 0.9, (1, 2): 0.9}, {}, set(), [{0, 1, 2}], id="a chain of three"),
        pytest.param(
            [0, 1, 2], {(0, 1): 0.9, (1, 2): 0.8}, {}, {(0, 2)}, [{0, 1}, {2}], id="a chain whose ends contradict"
        ),
        pytest.param(range(6), CLIQUES, {}, set(), [{0, 1, 2}, {3, 4, 5}], id="two cliques"),
        pytest.param(
            range(6), {**CLIQUES, (2, 3): 0.7}, {}, set(), [{0, 1, 2}, {3, 4, 5}], id="a bridge between two cliques"
        ),
        pytest.param(
            range(6),
            {**CLIQUES, (2, 3): 0.7},
            {(a, b): 0.4 for a in (0, 1, 2) for b in (3, 4, 5)},
            set(),
            [{0, 1, 2, 3, 4, 5}],
            id="two cliques that are alike all over",
        ),
        pytest.param(
            [0, 0, 0, 1, 1, 1],
            {(2, 3): 0.7},
            {},
            set(),
            [{0, 1, 2, 3, 4, 5}],
            id="one question between two clients, for a person to answer",
        ),
        pytest.param(
            [0, 0, 0, 1, 1, 1, 2],
            {(2, 3): 0.7, (5, 6): 0.9},
            {},
            set(),
            [{0, 1, 2}, {3, 4, 5, 6}],
            id="a client of three and a client of four with one bridge",
        ),
    ],
)
def test_likely_clusters(
    cluster: list[int], links: Pairs, others: Pairs, contradicting: set[tuple[int, int]], expected: list[set[int]]
) -> None:
    assert groups(likely(list(cluster), links, others, contradicting)) == expected


def test_a_long_chain_does_not_end_in_one_cluster() -> None:
    chain = {(place, place + 1): 0.6 for place in range(29)}

    found = groups(likely(list(range(30)), chain))

    assert max(map(len, found)) <= 5
    assert sorted(record for group in found for record in group) == list(range(30))


def test_a_component_that_is_too_big_is_judged_by_the_pairs_that_are_known() -> None:
    size = LARGEST_SCORED + 10
    star = {(0, leaf): 0.6 for leaf in range(1, size)}

    found = groups(likely(list(range(size)), star))

    assert max(map(len, found)) <= 5


def test_the_order_of_the_links_decides_nothing() -> None:
    links = {**CLIQUES, (2, 3): 0.7}

    assert likely(list(range(6)), dict(reversed(links.items()))) == likely(list(range(6)), links)
