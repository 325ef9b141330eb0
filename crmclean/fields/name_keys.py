"""Keys and forms of names, whole columns of words at once in Arrow.

The answers are those of ``given_names.key_of_words``, ``full_name.rank_as_given`` and the other functions of single
words; a test proves it. What is not plain Cyrillic is asked of them one by one.
"""

import re
from functools import cache
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from crmclean.fields.full_name import (
    FEMALE_PATRONYMIC,
    FEMALE_SURNAME,
    MALE_PATRONYMIC,
    MALE_SURNAME,
    SURELY_PATRONYMIC,
    SURNAME_END,
)
from crmclean.fields.given_names import key_of_words, load_given_names
from crmclean.fields.text import fold, merge_by_mask

_PLAIN_WORD: Final = "[А-ЩЫЭ-Яа-щыэ-яЁё][А-Яа-яЁё]*"
# A sign that leaves no sound (ь) begins no word, so that every word has a key of its own.
_PLAIN: Final = f"^{_PLAIN_WORD}(?:[ -]{_PLAIN_WORD})*$"
_KEY_LETTERS: Final = (("ё", "е"), ("э", "е"), ("й", "и"), ("ь", ""), ("ъ", ""))
_IEV: Final = (r"([а-я][а-я])иев(а?)($|[ -])", r"\1ев\2\3")
_GENDER_END: Final = (
    r"([а-я]{2})(?:ии|ыи|ои|ая|яя)(-|$)|([а-я][ое]в)а(-|$)|([а-я][иы]н)а(-|$)",
    r"\1\2\3\4\5\6",
)
_INITIAL: Final = r"^[\p{L}\p{Nl}\p{No}]\.?$"
_LEAST_PATRONYMIC: Final = 4


def make_name_keys(texts: pa.Array) -> pa.Array:
    """Return the name key of every text.

    Args:
        texts: ``large_string`` without nulls; distinct, or the work is done again for every copy.

    >>> make_name_keys(pa.array(["Сергей", "Sergey", "Соловьёв-Седой"], pa.large_string())).to_pylist()
    ['сергеи', 'сергеи', 'соловев-седои']
    """
    is_plain = pc.match_substring_regex(texts, _PLAIN)
    keys = pc.utf8_lower(texts.filter(is_plain))
    for letter, sound in _KEY_LETTERS:
        keys = pc.replace_substring(keys, letter, sound)
    keys = pc.replace_substring_regex(keys, *_IEV)
    others = texts.filter(pc.invert(is_plain)).to_pylist()
    found = pa.array([key_of_words(fold(text)) for text in others], pa.large_string())
    return merge_by_mask(_bools(is_plain), keys, found)


def make_surname_keys(texts: pa.Array) -> pa.Array:
    """Return the name key of every text without the ending that tells the gender.

    >>> make_surname_keys(pa.array(["Иванова-Петрова", "Достоевская", "Dostoevsky"], pa.large_string())).to_pylist()
    ['иванов-петров', 'достоевск', 'достоевск']
    """
    return pc.replace_substring_regex(make_name_keys(texts), *_GENDER_END)


def make_root_keys(texts: pa.Array) -> pa.Array:
    """Return one key for a full given name and all its short forms; an unknown name is its own.

    >>> make_root_keys(pa.array(["Маша", "Mary", "Незнам"], pa.large_string())).to_pylist()
    ['мария', 'мария', 'незнам']
    """
    keys = make_name_keys(texts)
    roots = load_given_names().root
    known = pa.array(list(roots), pa.large_string())
    place = pc.index_in(keys, known)
    return pc.if_else(place.is_valid(), pa.array(list(roots.values()), pa.large_string()).take(place), keys)


def rank_names(texts: pa.Array) -> NDArray[np.int64]:
    """Return of every text how much it looks like a given name: 3 full name, 2 short form, 1 unknown, 0 surname.

    >>> rank_names(pa.array(["Анна", "Аня", "И.", "Ким", "Иванова"], pa.large_string())).tolist()
    [3, 2, 2, 1, 0]
    """
    keys = make_name_keys(texts)
    ranks = np.where(_is_whole(keys, SURNAME_END), 0, 1)
    known, full = _list_names()
    ranks[_is_in(keys, known)] = 2
    ranks[_is_in(keys, full)] = 3
    ranks[_bools(pc.match_substring_regex(texts, _INITIAL))] = 2
    return ranks


def are_patronymics(texts: pa.Array) -> NDArray[np.bool_]:
    """Tell which words have an ending that patronymics have and given names have not.

    >>> are_patronymics(pa.array(["Сергеевна", "Анна"], pa.large_string())).tolist()
    [True, False]
    """
    last_word = pc.replace_substring_regex(texts, "(?s)^.* ", "")
    is_long = pc.greater(pc.utf8_length(texts), _LEAST_PATRONYMIC)
    return _bools(is_long) & _is_whole(make_name_keys(last_word), SURELY_PATRONYMIC)


def end_as_surnames(texts: pa.Array) -> NDArray[np.bool_]:
    """Tell which words have one of the usual endings of surnames.

    >>> end_as_surnames(pa.array(["Кузьмина", "Анна"], pa.large_string())).tolist()
    [True, False]
    """
    return _is_whole(make_name_keys(texts), SURNAME_END)


def tell_genders_by_patronymic(texts: pa.Array) -> pa.Array:
    """Return ``m``, ``f`` or ``""`` for every patronymic.

    >>> tell_genders_by_patronymic(pa.array(["Ильинична", "Гасан оглы", "Анна"], pa.large_string())).to_pylist()
    ['f', 'm', '']
    """
    return _tell_genders(make_name_keys(texts), FEMALE_PATRONYMIC, MALE_PATRONYMIC)


def tell_genders_by_surname(texts: pa.Array) -> pa.Array:
    """Return ``m``, ``f`` or ``""`` where the ending does not tell.

    >>> tell_genders_by_surname(pa.array(["Белая", "Иванов", "Ким"], pa.large_string())).to_pylist()
    ['f', 'm', '']
    """
    return _tell_genders(make_name_keys(texts), FEMALE_SURNAME, MALE_SURNAME)


def tell_genders_by_given_name(texts: pa.Array) -> pa.Array:
    """Return ``m``, ``f`` or ``""`` where the name is unknown or both have it.

    >>> tell_genders_by_given_name(pa.array(["Никита", "Анна", "Саша"], pa.large_string())).to_pylist()
    ['m', 'f', '']
    """
    genders = load_given_names().gender
    place = pc.index_in(make_name_keys(texts), pa.array(list(genders), pa.large_string()))
    return pc.fill_null(pa.array(list(genders.values()), pa.large_string()).take(place), "")


@cache
def _list_names() -> tuple[pa.Array, pa.Array]:
    """Return the keys of all names of the list, and of those that are full ones."""
    names = load_given_names().full
    full = [key for key, owners in names.items() if key in owners]
    return pa.array(list(names), pa.large_string()), pa.array(full, pa.large_string())


def _tell_genders(keys: pa.Array, female: re.Pattern[str], male: re.Pattern[str]) -> pa.Array:
    gender = np.where(_is_whole(keys, female), "f", np.where(_is_whole(keys, male), "m", ""))
    return pa.array(gender, pa.large_string())


def _is_whole(keys: pa.Array, pattern: re.Pattern[str]) -> NDArray[np.bool_]:
    return _bools(pc.match_substring_regex(keys, f"^(?:{pattern.pattern})$"))


def _is_in(keys: pa.Array, listed: pa.Array) -> NDArray[np.bool_]:
    return _bools(pc.is_in(keys, listed))


def _bools(array: pa.Array) -> NDArray[np.bool_]:
    return np.asarray(array.to_numpy(zero_copy_only=False), dtype=np.bool_)
