"""The words of company names that mean something to a rule, and the ordinary ones that are all alike to every rule.

Read out of the rules themselves: the words of the legal forms, and every run of letters in a pattern of
``company_form``, ``company_name`` and ``company_key``. A word too many is no harm: it only makes the quick way of
``company_shape`` less quick.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from crmclean.fields.company_form import (
    ADJECTIVE_END,
    DISTRICT_PATTERNS,
    FORM_STEMS,
    GLUED_TO_WORDS,
)
from crmclean.fields.company_form_list import list_spelled_forms, load_short_forms
from crmclean.fields.company_key import KEY_PATTERNS
from crmclean.fields.company_name import NAME_PATTERNS, load_cities
from crmclean.fields.full_name import (
    PARTICLES,
    PATRONYMIC_TAIL,
    ends_as_surname,
    gender_of_patronymic,
    is_family_first,
    is_patronymic,
    rank_as_given,
)

_LETTERS: Final = re.compile(r"[^\W\d_]+")
_RUN: Final = re.compile(r"\\[a-zA-Z]|(?P<run>[^\W\d_]{2,})(?P<more>\\w|[ \[(?*])?")
_TEST_WORD: Final = "тест"
_ROMAN_WORD: Final = re.compile("[xivхі]+в?")
_LATIN_TWINS: Final = "abcehkmoptxy"
_TWINS: Final = re.compile(f"[{_LATIN_TWINS}]+")
"""A Latin word of letters that look Cyrillic may be a form: OOO, AO."""
_TO_CYRILLIC: Final = str.maketrans(_LATIN_TWINS, "авсенкмортху")
_ADJECTIVE: Final = re.compile(rf"{ADJECTIVE_END}$", re.IGNORECASE)
INITIAL: Final = "initial"
NUMBER: Final = "number"
LONGEST_NUMBER: Final = 4
_ZEROS_FOR_LETTERS: Final = "000"
_INITIAL: Final = re.compile(r"[А-ЯЁ]\.")
_LETTERS_OF_FORMS: Final = "ОАЗПГ"
"""Initials that with others make a form with dots (О.О.О.), and Г., which may be a city."""
_SHORTEST: Final = 3
_LETTERS_OF_GROUP: Final = 2


@dataclass(frozen=True)
class _MeantWords:
    """Words that mean something, in small letters.

    Attributes:
        whole, inside: what a word is, or has inside.
        starts, ends: what it begins and ends with, by the first and by the last letters of that.
        stems: beginnings that say where a company is; all words with one of them are alike.
        cities: cities of one word, which are alike too.
    """

    whole: frozenset[str]
    starts: dict[str, tuple[str, ...]]
    ends: dict[str, tuple[str, ...]]
    inside: re.Pattern[str]
    stems: tuple[str, ...]
    cities: frozenset[str]


def describe_word(word: str) -> str:
    """Return what all ordinary words of one sort share, or ``""`` for a word that means something.

    Args:
        word: Latin and Cyrillic letters only, or an initial with its dot, or digits.

    >>> describe_word("Ромашка"), describe_word("Лютик"), describe_word("Самара"), describe_word("ООО")
    ('cyrillic title', 'cyrillic title', 'cyrillic title city', '')
    """
    if _INITIAL.fullmatch(word):
        return "" if word[0] in _LETTERS_OF_FORMS else INITIAL
    if word.isdigit():
        return NUMBER if len(word) <= LONGEST_NUMBER and word != _ZEROS_FOR_LETTERS else ""
    folded = _fold(word)
    if len(word) < _SHORTEST or len(set(folded)) == 1 or word.startswith(GLUED_TO_WORDS) or _is_meant(folded):
        return ""
    if folded.isascii():
        alphabet = "" if _TWINS.fullmatch(folded) else "latin"
    else:
        alphabet = "" if re.search("[a-z]", folded) else "adjective" if _ADJECTIVE.search(word) else "cyrillic"
    case = "upper" if word.isupper() else "lower" if word.islower() else "title" if word.istitle() else "mixed"
    return f"{alphabet} {case}{_name_place(folded)}" if alphabet else ""


def describe_person_word(word: str) -> str:
    """Return what the rules of personal names ask of a word; the word itself where it is one of a kind.

    >>> describe_person_word("Иванов") == describe_person_word("Петров"), describe_person_word("оглы")
    (True, 'оглы')
    """
    if _INITIAL.fullmatch(word):
        return INITIAL
    if word.lower() in PATRONYMIC_TAIL or word.lower() in PARTICLES:
        return word
    asked = (is_patronymic(word), ends_as_surname(word), is_family_first(word))
    return f"{rank_as_given(word)}{gender_of_patronymic(word)}{''.join('-+'[answer] for answer in asked)}"


def names_person_form(words: Iterable[str]) -> bool:
    """Tell whether the words of a name may hold a form that a person has (ИП, Глава КФХ, предприниматель).

    >>> names_person_form(["Ип", "Иванов"]), names_person_form(["Частное", "охранное", "предприятие"])
    (True, False)
    """
    starts, pattern = _person_pattern()
    folded = _fold(" ".join(words)).translate(_TO_CYRILLIC)
    return any(start in folded for start in starts) and pattern.search(folded) is not None


def _fold(word: str) -> str:
    return word.lower().replace("ё", "е")


def _name_place(folded: str) -> str:
    """Return what a word says of the place where a company is, ``""`` for nothing."""
    meant = _meant_words()
    stems = [f" {stem}" for stem in meant.stems if folded.startswith(stem)] if folded.startswith(meant.stems) else []
    return "".join([*stems, " city"] if folded in meant.cities else stems)


def _is_meant(folded: str) -> bool:
    meant = _meant_words()
    return (
        folded in meant.whole
        or folded.startswith(meant.starts.get(folded[:_LETTERS_OF_GROUP], ()))
        or folded.endswith(meant.ends.get(folded[-_LETTERS_OF_GROUP:], ()))
        or meant.inside.search(folded) is not None
        or _ROMAN_WORD.fullmatch(folded) is not None
    )


@cache
def _meant_words() -> _MeantWords:
    whole, starts, stems = set(_pieces_of_forms()), set[str](), set[str]()
    for pattern in DISTRICT_PATTERNS:
        for run, more in _runs(pattern.pattern):
            (starts if more == " " else stems).add(run)
    for pattern in (*NAME_PATTERNS, *KEY_PATTERNS):
        for run, more in _runs(pattern.pattern):
            whole.add(run)
            if more not in ("", " "):
                starts.add(run)
    spelled = {run for text in list_spelled_forms() for run, _ in _runs(text)}
    longer = tuple(run for run in spelled if len(run) > _SHORTEST)
    cities = frozenset(filter(str.isalpha, load_cities()))
    # A word of a longer name is a city only beside the others.
    whole.update(part for city in load_cities() - cities for part in _LETTERS.findall(city))
    starts.update(longer)
    return _MeantWords(
        frozenset(whole | spelled),
        {letters: tuple(start for start in starts if start.startswith(letters)) for letters in _cut(starts, 0)},
        {
            letters: tuple(end for end in longer if end.endswith(letters))
            for letters in _cut(longer, -_LETTERS_OF_GROUP)
        },
        re.compile("|".join((*map(_fold, FORM_STEMS), _TEST_WORD))),
        tuple(stems),
        cities,
    )


def _cut(words: Iterable[str], start: int) -> set[str]:
    """Return the two letters that stand in the words at ``start``."""
    return {word[start:][:_LETTERS_OF_GROUP] for word in words}


def _runs(pattern: str) -> Iterator[tuple[str, str]]:
    """Yield the runs of letters in a pattern, and the sign behind each that says whether the word goes on."""
    for match in _RUN.finditer(pattern):
        run, more = _fold(match["run"] or ""), match["more"] or ""
        if run:
            yield run, "" if more in ("?", "*") else more
        if run and more in ("?", "*"):
            yield run[:-1], ""


def _pieces_of_forms() -> Iterator[str]:
    """Yield the words of every short form, and every part of them: dots and spaces may stand anywhere."""
    for spelling in load_short_forms():
        folded = _fold(spelling)
        yield from _LETTERS.findall(folded)
        dense = "".join(_LETTERS.findall(folded))
        for start in range(len(dense)):
            yield from (dense[start:end] for end in range(start + _SHORTEST, len(dense) + 1))


@cache
def _person_pattern() -> tuple[tuple[str, ...], re.Pattern[str]]:
    """Return the beginnings and the pattern of forms that a person has, over folded words with spaces between them.

    Another form may stand inside one that is spelled out.
    """
    short = [
        " ".join(_LETTERS.findall(_fold(text))) for text, form in load_short_forms().items() if form.kind == "person"
    ]
    gap = rf"\w* (?:(?:\S+ )*\w*(?:{'|'.join(map(_fold, FORM_STEMS))})\w* (?:\S+ )*)?\w*"
    spelled = [[run for run, _ in _runs(text)] for text in list_spelled_forms("person")]
    pattern = "|".join([*(rf"\b{text}" for text in short), *map(gap.join, spelled)])
    return (*short, *(runs[0] for runs in spelled)), re.compile(pattern)
