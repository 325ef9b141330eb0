"""Comparison levels of candidate pairs: for each pair and field, how far the two values agree.

Strings are compared once per distinct pair of values; everything else is integer arithmetic.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Final, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmclean.matching.arrays import MISSING, Bools, Coded, Ints, Levels, MultiCoded, among
from crmclean.matching.model import COMPANY, DIFFERENT, PERSON, SAME, Comparison
from crmclean.matching.records import Companies, People
from crmclean.matching.similarity import (
    COMPANY_PART,
    COMPANY_TYPO,
    GIVEN_INITIAL,
    GIVEN_MISSPELT,
    GIVEN_OTHER,
    GIVEN_RELATED,
    NAME_INITIAL,
    NAME_SIMILAR,
    NAME_TYPO,
    first_values,
    grade_addresses,
    grade_codes,
    grade_companies,
    grade_emails,
    grade_given_names,
    grade_names,
    grade_words,
    per_distinct_pair,
)

COMPARED_AT_ONCE: Final = 4
"""Fields that are compared side by side: NumPy and rapidfuzz let other threads work meanwhile."""
WORTH_THREADS: Final = 20_000

Shares = NDArray[np.float32]
Judged = tuple[Levels, Shares | None]
"""Levels of one comparison, and the share of records that have the common value where frequency says something."""


@dataclass(frozen=True)
class Compared:
    """Candidate pairs with their comparison levels.

    Attributes:
        left, right: record numbers, shape (pairs,).
        levels: level numbers, shape (pairs, comparisons); 0 where one of the two has no value.
        frequency: share of records that have the common value, shape (pairs, comparisons); NaN at levels where
            frequency says nothing.
        shared: by the name of a comparison of several values (phone, email), the code of the common value of each
            pair, ``MISSING`` where there is none.
    """

    comparisons: tuple[Comparison, ...]
    left: Ints
    right: Ints
    levels: Levels
    frequency: Shares
    shared: Mapping[str, Ints] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.left)

    def place(self, comparison: str) -> int:
        """Return the column of a comparison, ``MISSING`` where nobody in the base has the field."""
        names = [item.name for item in self.comparisons]
        return names.index(comparison) if comparison in names else MISSING

    def at(self, comparison: str, *codes: str) -> Bools:
        """Return which pairs stand at one of the levels ``codes`` of a comparison."""
        place = self.place(comparison)
        if place == MISSING:
            return np.zeros(len(self), dtype=np.bool_)
        numbers = [self.comparisons[place].number(code) for code in codes]
        return among(self.levels[:, place], numbers)

    def missing(self, comparison: str) -> Bools:
        """Return which pairs cannot be compared by ``comparison``."""
        place = self.place(comparison)
        if place == MISSING:
            return np.ones(len(self), dtype=np.bool_)
        return np.asarray(self.levels[:, place] == 0)

    def take(self, pairs: Ints) -> Self:
        """Return some of the pairs."""
        return type(self)(
            self.comparisons,
            self.left[pairs],
            self.right[pairs],
            self.levels[pairs],
            self.frequency[pairs],
            {name: codes[pairs] for name, codes in self.shared.items()},
        )


def compare_people(people: People, left: Ints, right: Ints) -> Compared:
    """Return the comparison levels of pairs of people."""
    shared = {name: values.shared(left, right) for name, values in (("phone", people.phone), ("email", people.email))}

    def judge(item: Comparison) -> Judged | None:
        if item.name in shared:
            return _judge_contact(people, item, left, right, shared[item.name])
        return _PERSON[item.name](people, item, left, right)

    compared = _compared(PERSON, judge, left, right)
    _set_swapped(people, compared)
    _set_crossed(people, compared)
    _set_told_already(people, compared, shared["phone"])
    return replace(compared, shared=shared)


def compare_companies(companies: Companies, left: Ints, right: Ints) -> Compared:
    """Return the comparison levels of pairs of companies."""
    return _compared(COMPANY, lambda item: _COMPANY[item.name](companies, item, left, right), left, right)


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


def _judge_last_name(people: People, item: Comparison, left: Ints, right: Ints) -> Judged | None:
    levels = _equal(item, people.last, left, right)
    if levels is None:
        return None
    different = levels == item.number(DIFFERENT)
    levels[different & (people.stem.codes[left] == people.stem.codes[right])] = item.number("gender")
    _refine(levels, item, people.last, left, right, grade_names, _NAME_GRADES)
    return levels, _share(people.last, left)


def _judge_first_name(people: People, item: Comparison, left: Ints, right: Ints) -> Judged | None:
    levels = _equal(item, people.first, left, right)
    if levels is None:
        return None
    _refine(levels, item, people.first, left, right, grade_names, _NAME_GRADES)
    open_ = np.flatnonzero(among(levels, [item.number(code) for code in ("close", "similar", DIFFERENT)]))
    grades = per_distinct_pair(people.first, left[open_], right[open_], grade_given_names)
    levels[open_[grades == GIVEN_RELATED]] = item.number("diminutive")
    misspelt = open_[grades == GIVEN_MISSPELT]
    levels[misspelt[levels[misspelt] != item.number("close")]] = item.number("diminutive")
    levels[open_[grades == GIVEN_INITIAL]] = item.number("initial")
    # Two names that both exist are two names, however few letters apart (Мария, Марина).
    levels[open_[grades == GIVEN_OTHER]] = item.number(DIFFERENT)
    return levels, _share(people.first, left)


def _judge_middle_name(people: People, item: Comparison, left: Ints, right: Ints) -> Judged | None:
    levels = _equal(item, people.middle, left, right)
    if levels is None:
        return None
    grades = {NAME_INITIAL: "initial", NAME_TYPO: "close"}
    _refine(levels, item, people.middle, left, right, grade_names, grades)
    return levels, _share(people.middle, left)


def _set_swapped(people: People, compared: Compared) -> None:
    """Where the last name of one is the first name of the other, and the reverse, both are the same."""
    last, first = compared.place("last_name"), compared.place("first_name")
    if MISSING in (last, first):
        return
    left, right = compared.left, compared.right
    translated = np.append(people.first.values.get_indexer(people.last.values), MISSING)
    last_as_first = translated[people.last.codes]
    crossed = (last_as_first[left] == people.first.codes[right]) & (last_as_first[right] == people.first.codes[left])
    both = (last_as_first[left] != MISSING) & (last_as_first[right] != MISSING)
    swapped = crossed & both & (people.first.codes[left] != people.first.codes[right])
    compared.levels[swapped, last] = compared.comparisons[last].number(SAME)
    compared.levels[swapped, first] = compared.comparisons[first].number(SAME)


def _set_crossed(people: People, compared: Compared) -> None:
    """Where the last name of one is the first name of the other, and its own column says nothing, say so.

    Two given names of the list never are: «Давид Самсон» and «Самсон Иван» are two.
    """
    last, first = compared.place("last_name"), compared.place("first_name")
    if MISSING in (last, first):
        return
    left, right = compared.left, compared.right
    lasts, firsts = compared.levels[:, last], compared.levels[:, first]
    open_ = (lasts == 0) | (lasts == compared.comparisons[last].number(DIFFERENT))
    open_ &= (firsts == 0) | (firsts == compared.comparisons[first].number(DIFFERENT))
    open_ &= ~(people.is_listed[left] & people.is_listed[right])
    pairs = np.flatnonzero(open_)
    words = pd.Index(people.last.values).union(people.first.values, sort=False)
    as_last = np.append(words.get_indexer(people.last.values), MISSING)[people.last.codes]
    as_first = np.append(words.get_indexer(people.first.values), MISSING)[people.first.codes]
    crossed = np.zeros(len(pairs), dtype=np.bool_)
    for one, other in ((as_last[left[pairs]], as_first[right[pairs]]), (as_first[left[pairs]], as_last[right[pairs]])):
        both = np.flatnonzero((one != MISSING) & (other != MISSING))
        texts = Coded(np.concatenate([one[both], other[both]]), words)
        place = np.arange(len(both))
        grades = per_distinct_pair(texts, place, place + len(both), grade_names)
        crossed[both] |= (grades == NAME_TYPO) | (one[both] == other[both])
    compared.levels[pairs[crossed], first] = compared.comparisons[first].number("crossed")
    compared.levels[pairs[crossed], last] = 0
    compared.frequency[pairs[crossed], last] = np.nan
    compared.frequency[pairs[crossed], first] = np.nan


def _judge_contact(people: People, item: Comparison, left: Ints, right: Ints, code: Ints) -> Judged | None:
    judged = _shared_values(item, people.phone if item.name == "phone" else people.email, left, right, code)
    if judged is not None and item.name == "email":
        firsts = Coded(first_values(people.email.code, people.email.start), people.email.values)
        _refine(judged[0], item, firsts, left, right, grade_emails, {1: "close", 2: "similar"})
    return judged


def _set_told_already(people: People, compared: Compared, phone_code: Ints) -> None:
    """Where one agreement follows from another, say so: it is no second evidence.

    Colleagues share the line of their office because they share the company, and the town of both.
    """
    company, city = compared.place("company"), compared.place("city")
    if company == MISSING:
        return
    same_company = compared.levels[:, company] == compared.comparisons[company].number(SAME)
    if city != MISSING:
        same_city = compared.levels[:, city] == compared.comparisons[city].number(SAME)
        _set_level(compared, np.flatnonzero(same_company & same_city), city, "company")
    on_line = same_company & np.append(people.is_line, False)[phone_code]
    _set_level(compared, np.flatnonzero(on_line), company, "office")


def _set_level(compared: Compared, pairs: Ints, place: int, code: str) -> None:
    compared.levels[pairs, place] = compared.comparisons[place].number(code)
    compared.frequency[pairs, place] = np.nan


def _judge_birthday(people: People, item: Comparison, left: Ints, right: Ints) -> Judged | None:
    if (people.birthday != MISSING).sum() < 2:
        return None
    codes, days = np.unique(people.birthday, return_inverse=True)
    digits = _day_digits(codes)
    a, b = digits[days[left]], digits[days[right]]
    apart = np.abs(people.birthday[left] - people.birthday[right])
    levels = np.full(len(left), item.number(DIFFERENT), dtype=np.uint8)
    levels[apart <= 3660] = item.number("decade")
    levels[apart <= 366] = item.number("year")
    same_year = (a[:, 4:] == b[:, 4:]).all(axis=1)
    swapped = (a[:, :2] == b[:, 2:4]).all(axis=1) & (a[:, 2:4] == b[:, :2]).all(axis=1) & same_year
    levels[((a != b).sum(axis=1) == 1) | swapped | (apart <= 31)] = item.number("close")
    levels[days[left] == days[right]] = item.number(SAME)
    levels[(people.birthday[left] == MISSING) | (people.birthday[right] == MISSING)] = 0
    counts = np.bincount(days)
    return levels, (counts[days[left]] / max((people.birthday != MISSING).sum(), 1)).astype(np.float32)


def _day_digits(days: Ints) -> Levels:
    """Return DDMMYYYY as eight digits, shape (records, 8)."""
    dates = np.datetime64("0001-01-01", "D") + days.clip(min=0)
    months = dates.astype("datetime64[M]")
    day = (dates - months).astype(np.int64) + 1
    month = months.astype(np.int64) % 12 + 1
    year = months.astype("datetime64[Y]").astype(np.int64) + 1970
    number = (day * 100 + month) * 10000 + year
    digits: Levels = (number[:, None] // 10 ** np.arange(7, -1, -1) % 10).astype(np.uint8)
    return digits


def _judge_persons_company(people: People, item: Comparison, left: Ints, right: Ints) -> Judged | None:
    levels = _equal(item, people.company_name, left, right)
    if levels is None:
        return None
    levels[levels == item.number(SAME)] = item.number("name")
    _refine(levels, item, people.company_name, left, right, grade_companies, {COMPANY_TYPO: "close"})
    a, b = people.company.codes[left], people.company.codes[right]
    levels[(a == b) & (a != MISSING)] = item.number(SAME)
    return levels, _share(people.company, left)


def _judge_address(records: People | Companies, item: Comparison, left: Ints, right: Ints) -> Judged | None:
    return _equal_or_close(item, records.address, left, right, grade_addresses)


def _judge_postal_code(records: People | Companies, item: Comparison, left: Ints, right: Ints) -> Judged | None:
    if len(item.levels) == 2:
        return _equal_or_close(item, records.postal_code, left, right)
    return _equal_or_close(item, records.postal_code, left, right, grade_codes)


def _judge_city(records: People | Companies, item: Comparison, left: Ints, right: Ints) -> Judged | None:
    if len(item.levels) == 2:
        return _equal_or_close(item, records.city, left, right)
    return _equal_or_close(item, records.city, left, right, grade_words)


def _judge_document(people: People, item: Comparison, left: Ints, right: Ints) -> Judged | None:
    return _equal_or_close(item, people.document, left, right, grade_codes)


def _judge_region(people: People, item: Comparison, left: Ints, right: Ints) -> Judged | None:
    return _equal_or_close(item, people.region, left, right)


def _judge_job_title(people: People, item: Comparison, left: Ints, right: Ints) -> Judged | None:
    return _equal_or_close(item, people.job_title, left, right)


def _judge_company_name(companies: Companies, item: Comparison, left: Ints, right: Ints) -> Judged | None:
    levels = _equal(item, companies.key, left, right)
    if levels is None:
        return None
    # «Ромашка» and Romashka are one spelling for the ear.
    same_sound = companies.sound.codes[left] == companies.sound.codes[right]
    levels[same_sound & (levels == item.number(DIFFERENT))] = item.number("close")
    grades = {COMPANY_TYPO: "close", COMPANY_PART: "part"}
    _refine(levels, item, companies.sound, left, right, grade_companies, grades)
    return levels, np.append(companies.name_share, np.nan).astype(np.float32)[companies.key.codes[left]]


def _judge_inn(companies: Companies, item: Comparison, left: Ints, right: Ints) -> Judged | None:
    return _equal_or_close(item, companies.inn, left, right)


def _judge_company_phone(companies: Companies, item: Comparison, left: Ints, right: Ints) -> Judged | None:
    judged = _shared_values(item, companies.phone, left, right, companies.phone.shared(left, right))
    if judged is None:
        return None
    # The mobiles of two people who work there say nothing against one company, two lines of an office do.
    lines = companies.line.present
    judged[0][(judged[0] == item.number(DIFFERENT)) & ~(lines[left] & lines[right])] = 0
    return judged


def _judge_company_email(companies: Companies, item: Comparison, left: Ints, right: Ints) -> Judged | None:
    code = companies.email.shared(left, right)
    judged = _shared_values(item, companies.email, left, right, code, item.number(SAME))
    if judged is None:
        return None
    levels, share = judged
    domain = companies.domain.shared(left, right)
    open_ = levels == item.number(DIFFERENT)
    present = companies.domain.present
    levels[open_ & ~(present[left] & present[right])] = 0
    levels[open_ & (domain != MISSING)] = item.number("domain")
    return levels, share


def _equal(item: Comparison, values: Coded, left: Ints, right: Ints) -> Levels | None:
    """Return ``same`` and ``different``; ``None`` where fewer than two records have the field."""
    if values.present.sum() < 2:
        return None
    a, b = values.codes[left], values.codes[right]
    levels = np.where(a == b, item.number(SAME), item.number(DIFFERENT)).astype(np.uint8)
    levels[(a == MISSING) | (b == MISSING)] = 0
    return levels


def _equal_or_close(
    item: Comparison,
    values: Coded,
    left: Ints,
    right: Ints,
    judge: "Callable[[pd.Series[str], pd.Series[str]], Levels] | None" = None,
) -> Judged | None:
    levels = _equal(item, values, left, right)
    if levels is None:
        return None
    if judge is not None:
        _refine(levels, item, values, left, right, judge, {1: "close"})
    return levels, _share(values, left)


def _refine(
    levels: Levels,
    item: Comparison,
    values: Coded,
    left: Ints,
    right: Ints,
    judge: "Callable[[pd.Series[str], pd.Series[str]], Levels]",
    codes: Mapping[int, str],
) -> None:
    """Turn ``different`` into the level of the grade that ``judge`` gives the two texts."""
    different = np.flatnonzero(levels == item.number(DIFFERENT))
    known = (values.codes[left[different]] != MISSING) & (values.codes[right[different]] != MISSING)
    different = different[known]
    grades = per_distinct_pair(values, left[different], right[different], judge)
    for grade, code in codes.items():
        levels[different[grades == grade]] = item.number(code)


def _shared_values(
    item: Comparison, values: MultiCoded, left: Ints, right: Ints, code: Ints, of_many: int = 0
) -> tuple[Levels, Shares] | None:
    """Return ``same``, ``shared`` (or ``of_many``) where the common value is used by many, and ``different``.

    Args:
        code: of the common value of each pair.
    """
    present = values.present
    if present.sum() < 2:
        return None
    levels = np.where(code == MISSING, item.number(DIFFERENT), item.number(SAME)).astype(np.uint8)
    levels[np.append(values.public, False)[code]] = of_many or item.number("shared")
    levels[~(present[left] & present[right])] = 0
    people = np.append(values.people, 1)[code]
    return levels, (people / max(int(present.sum()), 1)).astype(np.float32)


def _share(values: Coded, left: Ints) -> Shares:
    return np.append(values.share(), np.nan).astype(np.float32)[values.codes[left]]


_NAME_GRADES: Final = {NAME_INITIAL: "initial", NAME_TYPO: "close", NAME_SIMILAR: "similar"}
_PERSON: Final[Mapping[str, Callable[[People, Comparison, Ints, Ints], Judged | None]]] = {
    "last_name": _judge_last_name,
    "first_name": _judge_first_name,
    "middle_name": _judge_middle_name,
    "birthday": _judge_birthday,
    "snils": _judge_document,
    "company": _judge_persons_company,
    "address": _judge_address,
    "postal_code": _judge_postal_code,
    "city": _judge_city,
    "region": _judge_region,
    "job_title": _judge_job_title,
}
_COMPANY: Final[Mapping[str, Callable[[Companies, Comparison, Ints, Ints], Judged | None]]] = {
    "company": _judge_company_name,
    "inn": _judge_inn,
    "phone": _judge_company_phone,
    "email": _judge_company_email,
    "address": _judge_address,
    "postal_code": _judge_postal_code,
    "city": _judge_city,
}
