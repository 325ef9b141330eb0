"""Comparison levels of candidate pairs: for each pair and field, how far the two values agree.

Strings are compared once per distinct pair of values; everything else is integer arithmetic.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Final

import numpy as np

from crmclean.matching import company_levels, person_levels
from crmclean.matching.arrays import Ints, among
from crmclean.matching.levels import Compared, Judged
from crmclean.matching.model import COMPANY, PERSON, Comparison
from crmclean.matching.person_levels import judge_contact, set_crossed, set_swapped, set_told_already
from crmclean.matching.records import Companies, People

COMPARED_AT_ONCE: Final = 4
"""Fields that are compared side by side: NumPy and rapidfuzz let other threads work meanwhile."""
WORTH_THREADS: Final = 20_000


def compare_people(people: People, left: Ints, right: Ints) -> Compared:
    """Return the comparison levels of pairs of people."""
    shared = {name: values.shared(left, right) for name, values in (("phone", people.phone), ("email", people.email))}

    def judge(item: Comparison) -> Judged | None:
        if item.name in shared:
            return judge_contact(people, item, left, right, shared[item.name])
        return person_levels.JUDGES[item.name](people, item, left, right)

    compared = _compared(PERSON, judge, left, right)
    set_swapped(people, compared)
    set_crossed(people, compared)
    set_told_already(people, compared, shared["phone"])
    return replace(compared, shared=shared)


def compare_companies(companies: Companies, left: Ints, right: Ints) -> Compared:
    """Return the comparison levels of pairs of companies."""
    return _compared(COMPANY, lambda item: company_levels.JUDGES[item.name](companies, item, left, right), left, right)


def _compared(
    comparisons: tuple[Comparison, ...], judge: Callable[[Comparison], Judged | None], left: Ints, right: Ints
) -> Compared:
    with ThreadPoolExecutor(COMPARED_AT_ONCE) as threads:
        results = list(threads.map(judge, comparisons) if len(left) >= WORTH_THREADS else map(judge, comparisons))
    judged = [(item, result) for item, result in zip(comparisons, results, strict=True) if result is not None]
    # Nothing to compare by: one comparison stays, of missing values, so that every array has a column.
    judged = judged or [(comparisons[0], (np.zeros(len(left), dtype=np.uint8), None))]
    levels = np.zeros((len(left), len(judged)), dtype=np.uint8, order="F")
    frequency = np.full((len(left), len(judged)), np.nan, dtype=np.float32, order="F")
    for place, (item, (found, share)) in enumerate(judged):
        levels[:, place] = found
        if share is not None:
            weighed = [number for number, level in enumerate(item.levels, 1) if level.typical_share]
            frequency[:, place] = np.where(among(found, weighed), share, np.nan)
    return Compared(tuple(item for item, _ in judged), left, right, levels, frequency)
