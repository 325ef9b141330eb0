"""How alike two texts of one kind are: graded once per distinct pair of values, in compiled code (rapidfuzz)."""

from collections.abc import Callable
from typing import Final

import numpy as np
import pandas as pd
from rapidfuzz import process
from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.fuzz import token_set_ratio, token_sort_ratio

from crmclean.fields.given_names import load_given_names
from crmclean.fields.person import given_names_related, is_known_given_name
from crmclean.matching.arrays import MISSING, Coded, Ints, Levels

UNLIKE: Final = 0

NAME_TYPO, NAME_SIMILAR, NAME_INITIAL = 1, 2, 3
NAME_SIMILARITY: Final = 0.90
"""Jaro-Winkler similarity from which two names of different letters may be one name with typos."""
NAME_LIKENESS: Final = 0.84
"""Jaro-Winkler similarity from which two names are worth a look."""

GIVEN_RELATED, GIVEN_OTHER, GIVEN_INITIAL, GIVEN_MISSPELT = 1, 2, 3, 4

COMPANY_TYPO, COMPANY_PART = 1, 2
COMPANY_SIMILARITY: Final = 88.0
"""rapidfuzz token_sort_ratio from which two company names may be one name with typos."""

ABBREVIATED_SIMILARITY: Final = 40.0
"""rapidfuzz token_set_ratio from which one of two names may abbreviate words of the other."""

ADDRESS_SIMILARITY: Final = 75.0
"""rapidfuzz token_sort_ratio from which two addresses with the same numbers may be one."""
WITHIN_ADDRESS: Final = 85.0
"""rapidfuzz token_set_ratio from which one of two addresses may be part of the other."""


def per_distinct_pair(
    values: Coded, left: Ints, right: Ints, judge: Callable[["pd.Series[str]", "pd.Series[str]"], Levels]
) -> Levels:
    """Ask ``judge`` once per distinct unordered pair of values and return its grade for every pair of records."""
    a, b = values.codes[left], values.codes[right]
    width = max(len(values.values), 1)
    place, distinct = pd.factorize(np.minimum(a, b) * width + np.maximum(a, b))
    low, high = np.divmod(distinct, width)
    texts = pd.Series(values.values, dtype="str")
    return judge(texts.take(low).reset_index(drop=True), texts.take(high).reset_index(drop=True))[place]


def grade_names(a: "pd.Series[str]", b: "pd.Series[str]") -> Levels:
    """Return ``NAME_INITIAL``, ``NAME_TYPO``, ``NAME_SIMILAR`` or ``UNLIKE`` for pairs of different name keys.

    A typo is one edit (or swap) in words of four letters and more, two in words of eight and more, and alike as a
    whole; similar is what begins alike, or is a whole word of the other.
    """
    first, second = a.tolist(), b.tolist()
    shorter = np.minimum(a.str.len().to_numpy(np.int64), b.str.len().to_numpy(np.int64))
    edits = process.cpdist(first, second, scorer=OSA.distance, workers=-1, dtype=np.int64)
    likeness = process.cpdist(first, second, scorer=JaroWinkler.similarity, workers=-1, dtype=np.float64)
    allowed = np.where(shorter >= 8, 2, np.where(shorter >= 4, 1, 0))
    grades = np.full(len(first), UNLIKE, dtype=np.uint8)
    misspelt = (shorter >= 4) & (edits <= 2)
    grades[(shorter >= 3) & ((likeness >= NAME_LIKENESS) | misspelt | _is_word_of(a, b))] = NAME_SIMILAR
    grades[(edits <= allowed) & ((likeness >= NAME_SIMILARITY) | (edits == 1))] = NAME_TYPO
    same_letter = np.array([one[:1] == other[:1] for one, other in zip(first, second, strict=True)], dtype=np.bool_)
    grades[(shorter == 1) & same_letter] = NAME_INITIAL
    return grades


def _is_word_of(a: "pd.Series[str]", b: "pd.Series[str]") -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    several = np.flatnonzero((a.str.contains(r"[ -]") | b.str.contains(r"[ -]")).to_numpy(np.bool_))
    result = np.zeros(len(a), dtype=np.bool_)
    if len(several):
        one = a.take(several).str.replace("-", " ", regex=False).tolist()
        other = b.take(several).str.replace("-", " ", regex=False).tolist()
        result[several] = process.cpdist(one, other, scorer=token_set_ratio, workers=-1, dtype=np.float64) >= 100.0
    return result


def grade_given_names(a: "pd.Series[str]", b: "pd.Series[str]") -> Levels:
    """Return how two given names are related, by the list of names.

    ``GIVEN_RELATED`` for forms of one full name, ``GIVEN_MISSPELT`` where one is a slip of the fingers away from the
    full name of the other («Андпей», «Андрюха»), ``GIVEN_INITIAL`` where it is its first letter («А.», «Тоня»),
    ``GIVEN_OTHER`` for two names of the list that are two, ``UNLIKE`` where nothing is known.
    """
    related = given_names_related(a, b).to_numpy(dtype=np.bool_)
    known_a = is_known_given_name(a).to_numpy(dtype=np.bool_)
    known_b = is_known_given_name(b).to_numpy(dtype=np.bool_)
    grades = np.where(known_a & known_b, GIVEN_OTHER, UNLIKE).astype(np.uint8)
    full = load_given_names().full
    first, second = a.tolist(), b.tolist()
    for place in np.flatnonzero(known_a ^ known_b).tolist():
        known, other = (first[place], second[place]) if known_a[place] else (second[place], first[place])
        if len(other) == 1:
            if any(name.startswith(other) for name in full.get(known, ())):
                grades[place] = GIVEN_INITIAL
        elif any(_is_typo(name, other) for name in full.get(known, ())):
            grades[place] = GIVEN_MISSPELT
    grades[related] = GIVEN_RELATED
    return grades


def _is_typo(one: str, other: str) -> bool:
    shorter = min(len(one), len(other))
    return shorter >= 4 and OSA.distance(one, other, score_cutoff=2) <= (2 if shorter >= 8 else 1)


def grade_companies(a: "pd.Series[str]", b: "pd.Series[str]") -> Levels:
    """Return ``COMPANY_TYPO`` (alike but for a typo or the order of words), ``COMPANY_PART`` or ``UNLIKE``.

    Other numbers in the name mean another company, however alike the words are.
    """
    first, second = a.tolist(), b.tolist()
    alike = process.cpdist(first, second, scorer=token_sort_ratio, workers=-1, dtype=np.float64)
    within = process.cpdist(first, second, scorer=token_set_ratio, workers=-1, dtype=np.float64)
    grades = np.full(len(first), UNLIKE, dtype=np.uint8)
    long_enough = np.minimum(a.str.len().to_numpy(np.int64), b.str.len().to_numpy(np.int64)) >= 4
    grades[(within >= 100.0) & long_enough] = COMPANY_PART
    same_numbers = (_numbers_of(a) == _numbers_of(b)).to_numpy(np.bool_)
    grades[(alike >= COMPANY_SIMILARITY) & same_numbers] = COMPANY_TYPO
    related = np.flatnonzero((grades == UNLIKE) & (within >= ABBREVIATED_SIMILARITY))
    short = [place for place in related.tolist() if _is_abbreviated(first[place].split(), second[place].split())]
    grades[short] = COMPANY_TYPO
    return grades


def _is_abbreviated(one: list[str], other: list[str]) -> bool:
    """Tell whether two names are one in which words stand as initials.

    >>> _is_abbreviated(["пкф", "ромашка"], ["производственно", "коммерческая", "фирма", "ромашка"])
    True
    >>> _is_abbreviated(["иванов", "с", "п"], ["иванов", "сергеи", "петрович"])
    True
    """
    short, long = (one, other) if len(one) <= len(other) else (other, one)
    if len(short) == len(long):
        pairs = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
        return len(pairs) < len(one) and all(min(len(a), len(b)) == 1 and a[0] == b[0] for a, b in pairs)
    dropped = len(long) - len(short) + 1
    for place, word in enumerate(short):
        initials = "".join(part[0] for part in long[place : place + dropped])
        if word == initials:
            return len(word) > 1 and short[:place] == long[:place] and short[place + 1 :] == long[place + dropped :]
    return False


def grade_addresses(a: "pd.Series[str]", b: "pd.Series[str]") -> Levels:
    """Return 1 where two addresses may be one: alike, and of the same numbers; a flat may be missing, not another."""
    first, second = a.tolist(), b.tolist()
    alike = process.cpdist(first, second, scorer=token_sort_ratio, workers=-1, dtype=np.float64)
    within = process.cpdist(first, second, scorer=token_set_ratio, workers=-1, dtype=np.float64)
    numbers = [(one.split(), other.split()) for one, other in zip(_numbers_of(a), _numbers_of(b), strict=True)]
    same = np.array([one == other for one, other in numbers], dtype=np.bool_)
    part = np.array(
        [
            one[:1] == other[:1] and bool(one) and (set(one) <= set(other) or set(other) <= set(one))
            for one, other in numbers
        ],
        dtype=np.bool_,
    )
    close = (same & (alike >= ADDRESS_SIMILARITY)) | (part & (within >= WITHIN_ADDRESS))
    result: Levels = close.astype(np.uint8)
    return result


def grade_codes(a: "pd.Series[str]", b: "pd.Series[str]") -> Levels:
    """Return 1 for numbers (postal codes, documents) of four signs and more that are one slip of the fingers apart."""
    edits = process.cpdist(a.tolist(), b.tolist(), scorer=OSA.distance, dtype=np.int64)
    shorter = np.minimum(a.str.len().to_numpy(np.int64), b.str.len().to_numpy(np.int64))
    result: Levels = ((edits == 1) & (shorter >= 4)).astype(np.uint8)
    return result


def grade_words(a: "pd.Series[str]", b: "pd.Series[str]") -> Levels:
    """Return 1 for words (cities) of six letters and more that are a typo apart: Омск is not Томск."""
    shorter = np.minimum(a.str.len().to_numpy(np.int64), b.str.len().to_numpy(np.int64))
    result: Levels = ((grade_names(a, b) == NAME_TYPO) & (shorter >= 6)).astype(np.uint8)
    return result


def grade_emails(a: "pd.Series[str]", b: "pd.Series[str]") -> Levels:
    """Return 1 for mailboxes of eight letters and more that are one slip apart, 2 for three slips, 0 for others.

    Mail providers hand out ``user74476`` and ``user74479`` to two people: another digit is another mailbox.
    """
    edits = process.cpdist(a.tolist(), b.tolist(), scorer=OSA.distance, dtype=np.int64)
    shorter = np.minimum(a.str.len().to_numpy(np.int64), b.str.len().to_numpy(np.int64))
    same_numbers = (_numbers_of(a) == _numbers_of(b)).to_numpy(np.bool_)
    grades = np.full(len(a), UNLIKE, dtype=np.uint8)
    grades[(edits <= 3) & (shorter >= 12)] = 2
    grades[(edits <= 1) & (shorter >= 8) & same_numbers] = 1
    return grades


def first_values(codes: Ints, start: Ints) -> Ints:
    """Return the first code of each record of a multi-valued field; ``MISSING`` where it has none."""
    has = np.diff(start) > 0
    result = np.full(len(has), MISSING, dtype=np.int64)
    result[has] = codes[start[:-1][has]]
    return result


def _numbers_of(texts: "pd.Series[str]") -> "pd.Series[str]":
    return texts.str.replace("[^0-9]+", " ", regex=True).str.strip()
