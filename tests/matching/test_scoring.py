import numpy as np
import pytest

from crmclean.matching.levels import Compared
from crmclean.matching.model import COMPANY, PERSON, Comparison, Level
from crmclean.matching.scoring import (
    NAMESAKE_BITS,
    REFERENCE_RECORDS,
    count_u,
    estimate_m,
    learn,
    prior_weights,
    score,
)

NAME = Comparison(
    "name", "name", (Level("same", "", 0.9, 0.01, typical_share=0.0005), Level("different", "different", 0.1, 0.99))
)
PHONE = Comparison("phone", "phone", (Level("same", "", 0.8, 0.00001), Level("different", "different", 0.2, 0.99999)))
MODEL = (NAME, PHONE)


def compared(levels: list[tuple[int, int]], frequency: list[float] | None = None) -> Compared:
    array = np.array(levels, dtype=np.uint8).reshape(len(levels), 2)
    share = np.full(array.shape, np.nan)
    if frequency:
        share[:, 0] = frequency
    return Compared(MODEL, np.arange(len(levels)), np.arange(len(levels)) + 1, array, share)


@pytest.mark.parametrize("comparison", [*PERSON, *COMPANY], ids=lambda item: item.name)
def test_the_shipped_priors_are_probabilities(comparison: Comparison) -> None:
    assert sum(level.m for level in comparison.levels) == pytest.approx(1)
    assert sum(level.u for level in comparison.levels) == pytest.approx(1)
    assert comparison.levels[-1].code == "different"
    assert comparison.levels[-1].m < comparison.levels[-1].u


def test_the_weight_is_the_sum_of_log2_m_over_u_and_of_the_prior() -> None:
    weights = prior_weights(MODEL)

    scored = score(compared([(2, 1)]), weights, records=1001)

    expected = np.log2(0.1 / 0.99) + np.log2(0.8 / 0.00001) + weights.prior_weight(1001)
    assert scored.weight[0] == pytest.approx(expected)
    assert scored.probability[0] == pytest.approx(2**expected / (1 + 2**expected))


def test_a_missing_value_says_nothing() -> None:
    assert score(compared([(0, 0)]), prior_weights(MODEL), 100).parts(np.array([0])).tolist() == [[0.0, 0.0]]


def test_a_rare_name_weighs_more_than_a_frequent_one() -> None:
    parts = score(compared([(1, 0), (1, 0)], frequency=[0.0001, 0.05]), prior_weights(MODEL), 100_000).parts(
        np.arange(2)
    )[:, 0]

    shares = (np.array([0.0001, 0.05]) * 100_000 + 0.0005 * REFERENCE_RECORDS) / (100_000 + REFERENCE_RECORDS)
    assert parts[0] - parts[1] == pytest.approx(np.log2(shares[1] / shares[0]))
    assert parts[1] == pytest.approx(np.log2(0.9 / shares[1]))


def test_u_is_counted_on_pairs_of_the_file() -> None:
    weights = count_u(prior_weights(MODEL), 200, lambda left, right: compared([(1, 2)] * len(left)))

    pairs, pseudo = 200 * 199 / 2, 3_000
    assert weights.u[0][0] == pytest.approx((pairs + pseudo * 0.01) / (pairs + pseudo))
    assert weights.u[1][0] < 0.00001


def test_em_finds_the_m_that_the_pairs_were_made_with() -> None:
    records, duplicates = 2_000, 3_000
    rng = np.random.default_rng(3)
    same = np.arange(records * (records - 1) // 2) < duplicates
    names, phones = rng.random(len(same)), rng.random(len(same))
    name = np.where(np.where(same, names < 0.70, names < 0.01), 1, 2)
    phone = np.where(np.where(same, phones < 0.95, phones < 0.00001), 1, 2)
    blocked = (name == 1) | (phone == 1)
    pairs = compared(np.column_stack([name, phone])[blocked].tolist())

    weights = estimate_m(prior_weights(MODEL), pairs, records, np.zeros(len(pairs), dtype=bool))

    assert weights.estimated
    # 300 pairs of the prior (0.9 and 0.8) stand beside 3,000 of the file.
    assert weights.m[0][0] == pytest.approx(0.72, abs=0.03)
    assert weights.m[1][0] == pytest.approx(0.94, abs=0.03)
    assert weights.duplicates == pytest.approx(duplicates / records, rel=0.1)


def test_pairs_that_a_veto_keeps_apart_teach_em_nothing() -> None:
    pairs = compared([(1, 1)] * 3_000 + [(2, 1)] * 3_000)
    vetoed = np.repeat([False, True], 3_000)

    free = estimate_m(prior_weights(MODEL), pairs, 200, np.zeros(6_000, dtype=bool))
    held = estimate_m(prior_weights(MODEL), pairs, 200, vetoed)

    assert free.m[0][1] > 0.3
    assert held.m[0][1] < 0.02


def answered(levels: list[tuple[int, int]], same: bool) -> list[list[float]]:
    """Return what answers of one kind about pairs of these levels add to the levels of ``MODEL``, in bits."""
    array = np.array(levels, dtype=np.uint8).reshape(len(levels), 2)
    weights = learn(prior_weights(MODEL), 1_000, array, np.full(len(levels), same))
    return [learned.tolist() for learned in weights.learned]


def test_no_answers_move_nothing() -> None:
    weights = learn(prior_weights(MODEL), 1_000, np.zeros((0, 2), dtype=np.uint8), np.zeros(0, dtype=np.bool_))
    pairs = compared([(1, 1), (2, 1), (0, 2)])

    assert score(pairs, weights, 1_000).weight.tolist() == score(pairs, prior_weights(MODEL), 1_000).weight.tolist()


@pytest.mark.parametrize(("same", "direction"), [(True, 1), (False, -1)], ids=["same", "different"])
def test_answers_move_the_weights_of_their_levels_alone(same: bool, direction: int) -> None:
    name, phone = answered([(2, 1)] * 5, same)

    assert np.sign(name).tolist() == [0, 0, direction]
    assert np.sign(phone).tolist() == [0, direction, 0]


def test_answers_about_pairs_without_a_name_say_nothing_of_names() -> None:
    name, phone = answered([(0, 1)] * 5, same=False)

    assert name == [0, 0, 0]
    assert phone[1] < 0


@pytest.mark.parametrize("same", [True, False], ids=["same", "different"])
@pytest.mark.parametrize("levels", [(1, 1), (2, 1), (1, 2), (0, 1)], ids=str)
def test_one_answer_moves_no_level_by_a_bit(levels: tuple[int, int], same: bool) -> None:
    assert max(abs(bits) for learned in answered([levels], same) for bits in learned) < 1


def test_the_more_answers_the_further_they_move() -> None:
    moves = [answered([(2, 1)] * number, same=False)[1][1] for number in (1, 3, 10, 30)]

    assert moves == sorted(moves, reverse=True)
    assert moves[0] < 0
    assert len(set(moves)) == 4


def test_answers_that_were_foreseen_hardly_move_anything() -> None:
    foreseen = answered([(1, 1)], same=True)
    surprising = answered([(1, 1)], same=False)

    assert abs(foreseen[1][1]) < abs(surprising[1][1]) / 10


def test_the_answers_are_part_of_the_weights_that_are_shown() -> None:
    array = np.array([(2, 1)] * 5, dtype=np.uint8)
    weights = learn(prior_weights(MODEL), 1_000, array, np.zeros(5, dtype=np.bool_))

    shown = weights.table().set_index(["comparison", "level"])["weight"]

    scored = score(compared([(2, 1)]), weights, 1_000)
    assert scored.parts(np.array([0])).tolist() == [pytest.approx([shown["name", "different"], shown["phone", "same"]])]
    assert shown["phone", "same"] < np.log2(0.8 / 0.00001)


FIRM = Comparison(
    "firm",
    "firm",
    (
        Level("same", "", 0.7, 0.01),
        Level("office", "office", 0.1, 0.1, told_already=True),
        Level("different", "different", 0.2, 0.89),
    ),
)


def firms(levels: list[int]) -> Compared:
    array = np.array(levels, dtype=np.uint8).reshape(len(levels), 1)
    return Compared((FIRM,), np.arange(len(levels)), np.arange(len(levels)) + 1, array, np.full(array.shape, np.nan))


def test_what_another_field_tells_already_weighs_nothing_however_frequent_it_is() -> None:
    pairs = firms([1] * 500 + [2] * 5_000 + [3] * 500)
    counted = count_u(prior_weights((FIRM,)), 300, lambda left, right: firms([2] * len(left)))

    weights = estimate_m(counted, pairs, 300, np.zeros(len(pairs), dtype=np.bool_))

    assert weights.m[0][1] == weights.u[0][1] == 0.1
    assert score(firms([2]), weights, 300).parts(np.array([0])).tolist() == [[0.0]]


def test_namesakes_weigh_less_than_what_is_compared_of_them() -> None:
    pairs = compared([(1, 2), (1, 2)])

    scored = score(pairs, prior_weights(MODEL), 1_000, np.array([False, True]))

    assert scored.weight[1] - scored.weight[0] == pytest.approx(NAMESAKE_BITS)
    assert NAMESAKE_BITS < 0
    assert scored.probability[1] < scored.probability[0]
    parts = scored.parts(np.array([0, 1]))
    assert parts[0].tolist() == parts[1].tolist()
