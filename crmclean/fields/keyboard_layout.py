"""Russian names typed while the keyboard was Latin: Bdfyjd is Иванов.

Source of the rule: the standard Russian layout (ЙЦУКЕН) on the keys of the US one. A cell is read so only where every
word becomes a Russian name by the list or by its ending, and none is a name as it stands.
"""

import re
from typing import Final

from crmclean.fields.full_name import ends_as_surname, is_patronymic, rank_as_given

_KEYS: Final = "`qwertyuiop[]asdfghjkl;'zxcvbnm,." + '~QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>'
_LETTERS: Final = "ёйцукенгшщзхъфывапролджэячсмитьбю" + "ЁЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ"
_TO_RUSSIAN: Final = str.maketrans(_KEYS, _LETTERS)
_TYPED: Final = re.compile(r"[A-Za-z`~\[\]{};:'\",.<>-]{2,}(?: [A-Za-z`~\[\]{};:'\",.<>-]{2,}){0,3}")
_SURE_SURNAME: Final = re.compile(r"[а-яё-]*[а-яё]{2}(?:[оеё]ва?|[сц]к(?:ий|ая)|енко)")
_UNLIKELY: Final = re.compile(r"^[ьъы]|[бвгджзйклмнпрстфхцчшщ]{5}|[ьъ]{2}|[аеёиоуыэюя]{4}|[ьъ][аоуыэ]|й[ьъы]")
_VOWELS: Final = frozenset("aeiou")
_MOST_VOWELS: Final = 0.4
_SHORTEST_ALONE: Final = 4


def restore_layout(text: str) -> str:
    """Return the name that was meant where the keyboard was in the wrong layout; any other text as it is.

    >>> restore_layout("Bdfyjd"), restore_layout("Gtnhjdf Fyyf"), restore_layout("Derby"), restore_layout("Ivanov")
    ('Иванов', 'Петрова Анна', 'Derby', 'Ivanov')
    """
    if not text.isascii() or not _TYPED.fullmatch(text):
        return text
    typed = text.split(" ")
    if any(map(_reads_as_latin, typed)):
        return text
    russian = [word.translate(_TO_RUSSIAN) for word in typed]
    proofs = [_weigh(word) for word in russian]
    strong = proofs.count(2)
    if len(text) < _SHORTEST_ALONE or not strong or (0 in proofs and strong < 2):
        return text
    if any(map(_is_unlikely, russian)):
        return text
    return " ".join(russian)


def is_surely_latin(word: str) -> bool:
    """Tell whether a Latin word is a sensible one, or would make no sense in the Russian layout.

    >>> is_surely_latin("Maria"), is_surely_latin("Sidorchuk"), is_surely_latin("Bdfyjd")
    (True, True, False)
    """
    return _reads_as_latin(word) or _is_unlikely(word.translate(_TO_RUSSIAN))


def _is_unlikely(word: str) -> bool:
    return _UNLIKELY.search(word.lower()) is not None or not word.replace("-", "").isalpha()


def _reads_as_latin(word: str) -> bool:
    """Tell whether a word is sensible as it stands: a name in Latin letters, or as many vowels as a language has."""
    letters = [sign for sign in word.lower() if sign.isalpha()]
    if not letters or rank_as_given(word) > 1:
        return True
    return sum(letter in _VOWELS for letter in letters) / len(letters) > _MOST_VOWELS


def _weigh(word: str) -> int:
    """Return 2 where a word is surely a Russian name, 1 where it may be one, else 0."""
    if rank_as_given(word) == 3 and len(word) > 2:
        return 2
    if is_patronymic(word) or _SURE_SURNAME.fullmatch(word.lower()):
        return 2
    if rank_as_given(word) == 2 and len(word) > 2:
        return 2 if len(word) >= _SHORTEST_ALONE else 1
    return 1 if ends_as_surname(word) else 0
