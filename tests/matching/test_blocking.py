import numpy as np
import pandas as pd

from crmclean.matching.arrays import Coded, MultiCoded
from crmclean.matching.blocking import BlockingKey, candidate_pairs, combine, key_of_columns, key_of_values


def coded(*texts: str) -> Coded:
    return Coded.of(pd.Series(texts, dtype="str"))


def pairs(size: int, keys: list[BlockingKey], max_block: int) -> list[tuple[int, int]]:
    found = candidate_pairs(size, keys, max_block)
    return list(zip(found.left.tolist(), found.right.tolist(), strict=True))


def test_the_pairs_of_several_keys_are_united() -> None:
    phone = MultiCoded.of(4, np.array([0, 1, 1, 3]), pd.Series(["p", "p", "q", "q"], dtype="str"))
    name = coded("иванов", "петров", "иванов", "петров")

    assert pairs(4, [key_of_values("phone", phone), key_of_columns("name", [name])], 10) == [(0, 1), (0, 2), (1, 3)]


def test_a_pair_that_shares_two_values_is_one_candidate() -> None:
    phone = MultiCoded.of(2, np.array([0, 0, 1, 1]), pd.Series(["p", "q", "q", "p"], dtype="str"))

    assert pairs(2, [key_of_values("phone", phone)], 10) == [(0, 1)]


def test_a_record_without_one_of_the_columns_has_no_key() -> None:
    assert pairs(3, [key_of_columns("name", [coded("а", "а", "а"), coded("", "б", "б")])], 10) == [(1, 2)]


def test_a_block_over_the_cap_makes_no_pairs_but_is_counted() -> None:
    reception = MultiCoded.of(5, np.arange(5), pd.Series(["p"] * 5, dtype="str"))

    found = candidate_pairs(5, [key_of_values("phone", reception)], 4)

    assert len(found.left) == 0
    assert found.oversized == {"phone": 1}


def test_a_block_over_the_cap_is_split_by_its_refinement() -> None:
    reception = MultiCoded.of(5, np.arange(5), pd.Series(["p"] * 5, dtype="str"))
    name = coded("анна", "пётр", "анна", "", "олег")

    assert pairs(5, [key_of_values("phone", reception, name.codes)], 4) == [(0, 2)]


def test_combined_codes_are_equal_where_all_parts_are() -> None:
    codes = combine([np.array([0, 0, 1, 0, -1]), np.array([2, 3, 2, 2, 2])])

    assert codes[0] == codes[3]
    assert len({codes[0], codes[1], codes[2]}) == 3
    assert codes[4] == -1
