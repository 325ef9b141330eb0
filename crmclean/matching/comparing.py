"""Comparison levels of candidate pairs: for each pair and field, how far the two values agree.

Strings are compared once per distinct pair of values; everything else is integer arithmetic.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from rapidfuzz import process
from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.fuzz import token_sort_ratio

from crmclean.fields.person import given_names_related, is_known_given_name
from crmclean.matching.arrays import MISSING, Bools, Coded, Floats, Ints, Levels, MultiCoded
from crmclean.matching.model import COMPANY, DIFFERENT, PERSON, SAME, Comparison
from crmclean.matching.records import Companies, People

NAME_SIMILARITY = 0.90
"""Jaro-Winkler similarity from which two names of different letters may be one name with typos."""
COMPANY_SIMILARITY = 88.0
"""rapidfuzz token_sort_ratio from which two company names may be one name with typos."""


@dataclass(frozen=True)
class Compared:
    """Candidate pairs with their comparison levels.

    Attributes:
        left, right: record numbers, shape (pairs,).
        levels: level numbers, shape (pairs, comparisons); 0 where one of the two has no value.
        frequency: share of records that have the common value, shape (pairs, comparisons); NaN at levels where
            frequency says nothing.
    """

    comparisons: tuple[Comparison, ...]
    left: Ints
    right: Ints
    levels: Levels
    frequency: Floats

    def __len__(self) -> int:
        return len(self.left)

    def at(self, comparison: str, *codes: str) -> Bools:
        """Return which pairs stand at one of the levels ``codes`` of a comparison."""
        place = [item.name for item in self.comparisons].index(comparison)
        numbers = [self.comparisons[place].number(code) for code in codes]
        return np.isin(self.levels[:, place], numbers)

    def missing(self, comparison: str) -> Bools:
        """Return which pairs cannot be compared by ``comparison``."""
        place = [item.name for item in self.comparisons].index(comparison)
        return np.asarray(self.levels[:, place] == 0)


def compare_people(people: People, left: Ints, right: Ints) -> Compared:
    """Return the comparison levels of pairs of people."""
    last, first = _last_names(people, left, right), _first_names(people, left, right)
    swapped = _swapped(people, left, right)
    last[swapped], first[swapped] = 1, 1
    phone, phone_share = _shared_values(people.phone, left, right, _number(PERSON, "phone", "shared"))
    email, email_share = _shared_values(people.email, left, right, _number(PERSON, "email", "shared"))
    columns = {
        "last_name": (last, _share(people.last, left)),
        "first_name": (first, _share(people.first, left)),
        "middle_name": (_middle_names(people, left, right), _share(people.middle, left)),
        "phone": (phone, phone_share),
        "email": (email, email_share),
        "birthday": (_birthdays(people.birthday[left], people.birthday[right]), _none(left)),
        "company": (_equal(PERSON, "company", people.company, left, right), _share(people.company, left)),
        "city": (_equal(PERSON, "city", people.city, left, right), _share(people.city, left)),
    }
    return _compared(PERSON, left, right, columns)


def compare_companies(companies: Companies, left: Ints, right: Ints) -> Compared:
    """Return the comparison levels of pairs of companies."""
    phone, phone_share = _shared_values(companies.phone, left, right, _number(COMPANY, "phone", "shared"))
    email, email_share = _shared_values(companies.email, left, right, _number(COMPANY, "email", SAME))
    domain = companies.domain.shared(left, right) != MISSING
    email[domain & (email == _number(COMPANY, "email", DIFFERENT))] = _number(COMPANY, "email", "domain")
    columns = {
        "company": (_company_names(companies.key, left, right), _share(companies.key, left)),
        "inn": (_equal(COMPANY, "inn", companies.inn, left, right), _share(companies.inn, left)),
        "phone": (phone, phone_share),
        "email": (email, email_share),
        "city": (_equal(COMPANY, "city", companies.city, left, right), _share(companies.city, left)),
    }
    return _compared(COMPANY, left, right, columns)


def _compared(
    comparisons: tuple[Comparison, ...], left: Ints, right: Ints, columns: Mapping[str, tuple[Levels, Floats]]
) -> Compared:
    levels = np.column_stack([columns[item.name][0] for item in comparisons]).astype(np.uint8)
    frequency = np.column_stack([columns[item.name][1] for item in comparisons])
    for place, item in enumerate(comparisons):
        weighed = [number for number, level in enumerate(item.levels, 1) if level.typical_share]
        frequency[~np.isin(levels[:, place], weighed), place] = np.nan
    return Compared(comparisons, left, right, levels, frequency)


def _last_names(people: People, left: Ints, right: Ints) -> Levels:
    levels = _equal(PERSON, "last_name", people.last, left, right)
    stem = (people.stem.codes[left] == people.stem.codes[right]) & (levels == _number(PERSON, "last_name", DIFFERENT))
    levels[stem] = _number(PERSON, "last_name", "gender")
    _refine_names(levels, PERSON[0], people.last, left, right)
    return levels


def _first_names(people: People, left: Ints, right: Ints) -> Levels:
    levels = _equal(PERSON, "first_name", people.first, left, right)
    _refine_names(levels, PERSON[1], people.first, left, right)
    open_ = np.isin(levels, [PERSON[1].number("close"), PERSON[1].number(DIFFERENT)])
    related = _per_distinct_pair(people.first, left[open_], right[open_], _related)
    levels[np.flatnonzero(open_)[related]] = PERSON[1].number("diminutive")
    # Two names that both exist are two names, however few letters apart (Мария, Марина).
    known = np.append(is_known_given_name(pd.Series(people.first.values, dtype="str")).to_numpy(np.bool_), False)
    both_known = known[people.first.codes[left]] & known[people.first.codes[right]]
    levels[both_known & (levels == PERSON[1].number("close"))] = PERSON[1].number(DIFFERENT)
    return levels


def _middle_names(people: People, left: Ints, right: Ints) -> Levels:
    levels = _equal(PERSON, "middle_name", people.middle, left, right)
    _refine_names(levels, PERSON[2], people.middle, left, right)
    return levels


def _swapped(people: People, left: Ints, right: Ints) -> Bools:
    """Last name of one is the first name of the other, and the reverse."""
    translated = people.first.values.get_indexer(people.last.values)
    last_as_first = np.where(people.last.present, np.append(translated, MISSING)[people.last.codes], MISSING)
    crossed = (last_as_first[left] == people.first.codes[right]) & (last_as_first[right] == people.first.codes[left])
    both = (last_as_first[left] != MISSING) & (last_as_first[right] != MISSING)
    return np.asarray(crossed & both & (people.first.codes[left] != people.first.codes[right]))


def _refine_names(levels: Levels, comparison: Comparison, names: Coded, left: Ints, right: Ints) -> None:
    """Turn «different» into «initial» or «close» where the letters say so."""
    different = np.flatnonzero(levels == comparison.number(DIFFERENT))
    initial = _per_distinct_pair(names, left[different], right[different], _is_initial_of)
    levels[different[initial]] = comparison.number("initial")
    different = different[~initial]
    close = _per_distinct_pair(names, left[different], right[different], _is_close)
    levels[different[close]] = comparison.number("close")


def _company_names(names: Coded, left: Ints, right: Ints) -> Levels:
    levels = _equal(COMPANY, "company", names, left, right)
    # Other numbers in the name mean another company, however alike the words are.
    numbers = pd.factorize(pd.Series(names.values, dtype="str").str.replace(r"\D+", " ", regex=True).str.strip())[0]
    same_numbers = numbers[names.codes[left]] == numbers[names.codes[right]]
    different = np.flatnonzero((levels == _number(COMPANY, "company", DIFFERENT)) & same_numbers)
    close = _per_distinct_pair(names, left[different], right[different], _companies_close)
    levels[different[close]] = _number(COMPANY, "company", "close")
    return levels


def _birthdays(left: Ints, right: Ints) -> Levels:
    comparison = next(item for item in PERSON if item.name == "birthday")
    levels = np.full(len(left), comparison.number(DIFFERENT), dtype=np.uint8)
    a, b = _day_digits(left), _day_digits(right)
    swapped = (a[:, :2] == b[:, 2:4]).all(axis=1) & (a[:, 2:4] == b[:, :2]).all(axis=1) & (a[:, 4:] == b[:, 4:]).all(1)
    levels[((a != b).sum(axis=1) == 1) | swapped] = comparison.number("close")
    levels[left == right] = comparison.number(SAME)
    levels[(left == MISSING) | (right == MISSING)] = 0
    return levels


def _day_digits(days: Ints) -> Ints:
    """Return DDMMYYYY as eight digits, shape (records, 8)."""
    dates = np.datetime64("0001-01-01", "D") + days.clip(min=0)
    months = dates.astype("datetime64[M]")
    day = (dates - months).astype(np.int64) + 1
    month = months.astype(np.int64) % 12 + 1
    year = months.astype("datetime64[Y]").astype(np.int64) + 1970
    number = (day * 100 + month) * 10000 + year
    digits: Ints = number[:, None] // 10 ** np.arange(7, -1, -1) % 10
    return digits


def _equal(comparisons: Sequence[Comparison], name: str, values: Coded, left: Ints, right: Ints) -> Levels:
    comparison = next(item for item in comparisons if item.name == name)
    a, b = values.codes[left], values.codes[right]
    levels = np.where(a == b, comparison.number(SAME), comparison.number(DIFFERENT)).astype(np.uint8)
    levels[(a == MISSING) | (b == MISSING)] = 0
    return levels


def _shared_values(values: MultiCoded, left: Ints, right: Ints, shared: int) -> tuple[Levels, Floats]:
    code = values.shared(left, right)
    levels = np.where(code == MISSING, 3, 1).astype(np.uint8)
    public = np.append(values.public, False)[code]
    levels[public] = shared
    present = values.present
    levels[~(present[left] & present[right])] = 0
    people = np.append(values.people, 1)[code]
    return levels, people / max(int(present.sum()), 1)


def _share(values: Coded, left: Ints) -> Floats:
    return np.append(values.share(), np.nan)[values.codes[left]]


def _none(left: Ints) -> Floats:
    return np.full(len(left), np.nan)


def _number(comparisons: Sequence[Comparison], name: str, code: str) -> int:
    return next(item for item in comparisons if item.name == name).number(code)


def _per_distinct_pair(
    values: Coded, left: Ints, right: Ints, judge: Callable[["pd.Series[str]", "pd.Series[str]"], Bools]
) -> Bools:
    """Ask ``judge`` once per distinct unordered pair of values and return its answer for every pair."""
    a, b = values.codes[left], values.codes[right]
    width = max(len(values.values), 1)
    distinct, place = np.unique(np.minimum(a, b) * width + np.maximum(a, b), return_inverse=True)
    low, high = np.divmod(distinct, width)
    texts = pd.Series(values.values, dtype="str")
    return judge(texts.iloc[low].reset_index(drop=True), texts.iloc[high].reset_index(drop=True))[place]


def _related(a: "pd.Series[str]", b: "pd.Series[str]") -> Bools:
    return given_names_related(a, b).to_numpy(dtype=np.bool_)


def _is_initial_of(a: "pd.Series[str]", b: "pd.Series[str]") -> Bools:
    """One is a single letter with which the other begins."""
    single = (a.str.len().eq(1) | b.str.len().eq(1)).to_numpy(dtype=np.bool_)
    return np.asarray(single & (a.str.slice(0, 1) == b.str.slice(0, 1)).to_numpy(dtype=np.bool_))


def _is_close(a: "pd.Series[str]", b: "pd.Series[str]") -> Bools:
    """One edit (or swap) in words of four letters and more, two in words of eight and more, and alike as a whole."""
    first, second = a.tolist(), b.tolist()
    shorter = np.minimum(a.str.len().to_numpy(np.int64), b.str.len().to_numpy(np.int64))
    edits = process.cpdist(first, second, scorer=OSA.distance, dtype=np.int64)
    alike = process.cpdist(first, second, scorer=JaroWinkler.similarity, dtype=np.float64) >= NAME_SIMILARITY
    allowed = np.where(shorter >= 8, 2, np.where(shorter >= 4, 1, 0))
    return np.asarray((edits <= allowed) & (alike | (edits == 1)))


def _companies_close(a: "pd.Series[str]", b: "pd.Series[str]") -> Bools:
    """Alike but for a typo or the order of words."""
    alike = process.cpdist(a.tolist(), b.tolist(), scorer=token_sort_ratio, dtype=np.float64)
    return np.asarray(alike >= COMPANY_SIMILARITY)
