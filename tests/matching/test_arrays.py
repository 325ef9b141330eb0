import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmclean.matching.arrays import MISSING, Coded, MultiCoded, pairs_within


def ints(*values: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array(values, dtype=np.int64)


def test_coded_takes_an_empty_text_for_missing() -> None:
    coded = Coded.of(pd.Series(["б", "", "а", "б"], dtype="str"))

    assert coded.codes[1] == MISSING
    assert coded.codes[0] == coded.codes[3] != coded.codes[2]
    assert coded.present.tolist() == [True, False, True, True]
    assert coded.text(ints(0, 1, 2)).tolist() == ["б", "", "а"]


def test_share_is_counted_among_the_records_that_have_a_value() -> None:
    coded = Coded.of(pd.Series(["а", "", "а", "б", "а"], dtype="str"))

    assert coded.share()[coded.codes[[0, 3]]].tolist() == [0.75, 0.25]


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        pytest.param(0, 1, "b", id="one in common"),
        pytest.param(0, 2, "", id="none in common"),
        pytest.param(0, 3, "b", id="of two the one that fewer people use"),
        pytest.param(4, 0, "", id="a record without values"),
    ],
)
def test_shared_value(left: int, right: int, expected: str) -> None:
    values = MultiCoded.of(5, ints(0, 0, 1, 2, 3, 3), pd.Series(["a", "b", "b", "c", "a", "b"], dtype="str"))
    values.people[values.values.get_loc("a")] = 7

    code = values.shared(ints(left), ints(right))[0]

    assert (values.values[code] if code != MISSING else "") == expected


def test_values_are_distinct_per_record_and_empty_ones_left_out() -> None:
    values = MultiCoded.of(3, ints(1, 1, 1, 2), pd.Series(["a", "a", "", "a"], dtype="str"))

    assert values.record.tolist() == [1, 2]
    assert values.present.tolist() == [False, True, True]


@given(st.lists(st.integers(-1, 6), max_size=40), st.integers(1, 8))
def test_pairs_within_are_all_pairs_of_every_group_that_is_small_enough(groups: list[int], limit: int) -> None:
    left, right, too_big = pairs_within(np.array(groups, dtype=np.int64), limit)

    sizes = {group: groups.count(group) for group in groups if group != MISSING}
    expected = {
        (a, b)
        for a in range(len(groups))
        for b in range(a + 1, len(groups))
        if groups[a] == groups[b] != MISSING and sizes[groups[a]] <= limit
    }
    assert sorted(zip(left.tolist(), right.tolist(), strict=True)) == sorted(expected)
    assert too_big.tolist() == sorted(group for group, size in sizes.items() if size > limit)
