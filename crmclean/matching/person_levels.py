"""Comparison levels of pairs of people."""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
import pandas as pd

from crmclean.matching.arrays import MISSING, Coded, Ints, Levels, among
from crmclean.matching.levels import (
    Compared,
    Judged,
    equal,
    equal_or_close,
    judge_address,
    judge_city,
    judge_postal_code,
    refine,
    share,
    shared_values,
)
from crmclean.matching.model import DIFFERENT, SAME, Comparison
from crmclean.matching.records import People
from crmclean.matching.similarity import (
    COMPANY_TYPO,
    GIVEN_INITIAL,
    GIVEN_MISSPELT,
    GIVEN_OTHER,
    GIVEN_RELATED,
    NAME_INITIAL,
    NAME_SIMILAR,
    NAME_TYPO,
    first_values,
    grade_codes,
    grade_companies,
    grade_emails,
    grade_given_names,
    grade_names,
    per_distinct_pair,
)


def _judge_last_name(people: People, item: Comparison, left: Ints, right: Ints) -> Judged | None:
    levels = equal(item, people.last, left, right)
    if levels is None:
        return None
    different = levels == item.number(DIFFERENT)
    levels[different & (people.stem.codes[left] == people.stem.codes[right])] = item.number("gender")
    refine(levels, item, people.last, left, right, grade_names, _NAME_GRADES)
    return levels, share(people.last, left)


def _judge_first_name(people: People, item: Comparison, left: Ints, right: Ints) -> Judged | None:
    levels = equal(item, people.first, left, right)
    if levels is None:
        return None
    refine(levels, item, people.first, left, right, grade_names, _NAME_GRADES)
    open_ = np.flatnonzero(among(levels, [item.number(code) for code in ("close", "similar", DIFFERENT)]))
    grades = per_distinct_pair(people.first, left[open_], right[open_], grade_given_names)
    levels[open_[grades == GIVEN_RELATED]] = item.number("diminutive")
    misspelt = open_[grades == GIVEN_MISSPELT]
    levels[misspelt[levels[misspelt] != item.number("close")]] = item.number("diminutive")
    levels[open_[grades == GIVEN_INITIAL]] = item.number("initial")
    # Two names that both exist are two names, however few letters apart (Мария, Марина).
    levels[open_[grades == GIVEN_OTHER]] = item.number(DIFFERENT)
    return levels, share(people.first, left)


def _judge_middle_name(people: People, item: Comparison, left: Ints, right: Ints) -> Judged | None:
    levels = equal(item, people.middle, left, right)
    if levels is None:
        return None
    grades = {NAME_INITIAL: "initial", NAME_TYPO: "close"}
    refine(levels, item, people.middle, left, right, grade_names, grades)
    return levels, share(people.middle, left)


def set_swapped(people: People, compared: Compared) -> None:
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


def set_crossed(people: People, compared: Compared) -> None:
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


def judge_contact(people: People, item: Comparison, left: Ints, right: Ints, code: Ints) -> Judged | None:
    """Return the level of phones or mailboxes.

    Args:
        code: of the common value of each pair.
    """
    judged = shared_values(item, people.phone if item.name == "phone" else people.email, left, right, code)
    if judged is not None and item.name == "email":
        firsts = Coded(first_values(people.email.code, people.email.start), people.email.values)
        refine(judged[0], item, firsts, left, right, grade_emails, {1: "close", 2: "similar"})
    return judged


def set_told_already(people: People, compared: Compared, phone_code: Ints) -> None:
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
    levels = equal(item, people.company_name, left, right)
    if levels is None:
        return None
    levels[levels == item.number(SAME)] = item.number("name")
    refine(levels, item, people.company_name, left, right, grade_companies, {COMPANY_TYPO: "close"})
    a, b = people.company.codes[left], people.company.codes[right]
    levels[(a == b) & (a != MISSING)] = item.number(SAME)
    return levels, share(people.company, left)


def _judge_document(people: People, item: Comparison, left: Ints, right: Ints) -> Judged | None:
    return equal_or_close(item, people.document, left, right, grade_codes)


def _judge_region(people: People, item: Comparison, left: Ints, right: Ints) -> Judged | None:
    return equal_or_close(item, people.region, left, right)


def _judge_job_title(people: People, item: Comparison, left: Ints, right: Ints) -> Judged | None:
    return equal_or_close(item, people.job_title, left, right)


_NAME_GRADES: Final = {NAME_INITIAL: "initial", NAME_TYPO: "close", NAME_SIMILAR: "similar"}
JUDGES: Final[Mapping[str, Callable[[People, Comparison, Ints, Ints], Judged | None]]] = {
    "last_name": _judge_last_name,
    "first_name": _judge_first_name,
    "middle_name": _judge_middle_name,
    "birthday": _judge_birthday,
    "snils": _judge_document,
    "company": _judge_persons_company,
    "address": judge_address,
    "postal_code": judge_postal_code,
    "city": judge_city,
    "region": _judge_region,
    "job_title": _judge_job_title,
}
