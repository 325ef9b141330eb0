"""A full name in one cell: the order of its parts and the gender, found from the words themselves.

Source of the rules: a patronymic is made of the father's name (Family Code, art. 58) and has endings of its own;
surnames have typical endings; given names are in the list. Two orders are common: «Фамилия Имя Отчество» in papers
and «Имя Отчество Фамилия», «Имя Фамилия» in letters and forms.
"""

import re
from functools import lru_cache
from typing import Final

from crmclean.fields.given_names import key_of_words, load_given_names
from crmclean.fields.text import fold

# All patterns of endings are matched against name keys: Cyrillic, lower case, й as и, no soft signs. They are read
# by ``re`` and by RE2 alike.
_LETTER: Final = "[а-яa-z]"
MALE_PATRONYMIC: Final = re.compile(rf"{_LETTER}+(?:ович|евич|ич|улы)|.*[\s-](?:оглы|оглу|улы|уулу)")
FEMALE_PATRONYMIC: Final = re.compile(rf"{_LETTER}+(?:овна|евна|ична|кызы)|.*[\s-](?:кызы|кизи|гызы)")
SURELY_PATRONYMIC: Final = re.compile(
    rf"{_LETTER}+(?:ович|евич|лич|мич|кич|тич|нич|овна|евна|ична|улы|кызы)|(?:оглы|оглу|кызы|кизи|гызы|улы|уулу)"
)
PARTICLES: Final = frozenset(
    {"фон", "ван", "дер", "ден", "да", "ди", "де", "ла", "дель", "дос", "аль", "эль", "ибн", "бин"}
    | {"von", "van", "der", "den", "da", "di", "de", "la", "del", "dos", "al", "el", "ibn", "bin"}
)
"""Particles of foreign surnames; they are written in lower case inside a name."""
_FAMILY_FIRST: Final = frozenset(
    {"нгуен", "чан", "фам", "хоанг", "буи", "нго", "зыонг", "данг", "динх", "ле", "ву", "ким", "пак", "чои", "цои"}
    | {"тен", "юн", "хван", "нам", "ли", "ван", "чжан", "лю", "чен", "чжао", "хуан", "чжоу", "сюи", "ма", "лин"}
)
PATRONYMIC_TAIL: Final = frozenset({"оглы", "оглу", "кызы", "кизи", "гызы", "улы", "уулу"})
MALE_SURNAME: Final = re.compile(rf".*{_LETTER}{{2}}(?:ов|ев|ин|ын|[сц]к[ио]и|ыи|ои)")
FEMALE_SURNAME: Final = re.compile(rf".*{_LETTER}{{2}}(?:ова|ева|ина|ына|ая)")
SURNAME_END: Final = re.compile(
    r".+(?:ова?|ева?|ина?|ына?|[сц]к(?:ии|ои|ая)|чук|юк|як|ец|их|ых|ян|янц|дзе|швили|иани|ко|ич)"
    rf"|{_LETTER}+[ое]ва?-{_LETTER}+"
)
_GLUED_INITIALS: Final = re.compile(r"\b([^\W\d_])\.\s*([^\W\d_])\.?(?![^\W\d_])")
_BARE_INITIALS: Final = re.compile(r"\b([А-ЯЁ])([А-ЯЁ])\b(?!\.)")
_COUPLE: Final = re.compile(r"\s(?:и|and|&|\+)\s|/", re.IGNORECASE)
_INITIAL: Final = re.compile(r"[^\W\d_]\.?")
_NAME_WORD: Final = re.compile(r"[^\W\d_][^\W\d_'’`-]*(?:['’`-][^\W\d_]+)*\.?")


def split_full_name(text: str) -> tuple[str, str, str]:
    """Return last, first and middle name of a spelled full name; the order is found from the words themselves.

    >>> split_full_name("Иван Сергеевич Петров"), split_full_name("Мамедов Али Гасан оглы")
    (('Петров', 'Иван', 'Сергеевич'), ('Мамедов', 'Али', 'Гасан оглы'))
    >>> split_full_name("Нгуен Ван Хай"), split_full_name("Людвиг ван Бетховен")
    (('Нгуен', 'Ван Хай', ''), ('ван Бетховен', 'Людвиг', ''))
    """
    head, comma, tail = text.partition(",")
    if comma and tail.strip() and " " not in head.strip():
        words = tail.split()
        return head.strip(), words[0], " ".join(words[1:2])
    if names_several(text):
        # «Иван и Мария Петровы» are two people: no part belongs to one of them.
        return "", "", ""
    text = text.replace(",", " ")
    if "." in text:
        text = _GLUED_INITIALS.sub(r" \1. \2. ", text)
    if not text.isupper():
        text = _BARE_INITIALS.sub(r" \1. \2. ", text)
    words = [word for word in text.split() if _NAME_WORD.fullmatch(word)]
    words = _join_particles(_join_patronymic_tail(words))
    if len(words) == 1:
        return _place_one(words[0])
    if len(words) == 2:
        return _place_two(words[0], words[1])
    if len(words) >= 3:
        return _place_many(words)
    return "", "", ""


def names_several(text: str) -> bool:
    """Tell whether two people stand in one cell.

    >>> names_several("Иван и Мария Петровы"), names_several("Иван Петров")
    (True, False)
    """
    return _COUPLE.search(text) is not None


def is_family_first(word: str) -> bool:
    """Tell whether a word is a Vietnamese, Korean or Chinese family name: it stands first, one or two names follow.

    >>> is_family_first("Нгуен"), is_family_first("Nguyen"), is_family_first("Иванов")
    (True, True, False)
    """
    return key_of_words(fold(word)) in _FAMILY_FIRST


def _join_patronymic_tail(words: list[str]) -> list[str]:
    joined: list[str] = []
    for word in words:
        if word.lower() in PATRONYMIC_TAIL and joined:
            joined[-1] = f"{joined[-1]} {word.lower()}"
        else:
            joined.append(word)
    return joined


def _join_particles(words: list[str]) -> list[str]:
    """Join «ван дер», «де ла», «фон» in lower case with the surname that they belong to."""
    joined: list[str] = []
    held = ""
    for word in words:
        if word in PARTICLES:
            held += word + " "
        else:
            joined.append(held + word)
            held = ""
    return [*joined, *held.split()]


def _rank(word: str) -> int:
    return 0 if " " in word and word[0].islower() else rank_as_given(word)


def _place_one(word: str) -> tuple[str, str, str]:
    if is_patronymic(word):
        return "", "", word
    return ("", word, "") if rank_as_given(word) > 1 else (word, "", "")


def _place_two(one: str, other: str) -> tuple[str, str, str]:
    ranks = _rank(one), _rank(other)
    if " " in other and is_patronymic(other):
        # «Мамедов Али оглы»: son of Ali; the given name is left out.
        return ("", one, other) if ranks[0] > 1 else (one, "", other)
    if is_patronymic(other) and ranks[0] > 1:
        return "", one, other
    if is_patronymic(one) and ranks[1] > 1:
        # «Сергеевна Анна» is a patronymic and a name; «Абрамович Роман» is a surname and a name.
        return ("", other, one) if FEMALE_PATRONYMIC.fullmatch(key_of_words(fold(one))) else (one, other, "")
    if ranks[0] > ranks[1] or (ranks == (3, 3) and ends_as_surname(other) and not ends_as_surname(one)):
        # «Иван Мартин»: both are given names, only one of them is a surname as well.
        return other, one, ""
    return one, other, ""


def ends_as_surname(word: str) -> bool:
    """Tell whether a word has one of the usual endings of surnames; given names may have them too (Мартин).

    >>> ends_as_surname("Кузьмина"), ends_as_surname("Анна")
    (True, False)
    """
    return SURNAME_END.fullmatch(key_of_words(fold(word))) is not None


def _place_many(words: list[str]) -> tuple[str, str, str]:
    places = [place for place, word in enumerate(words) if is_patronymic(word)]
    place = next((at for at in places if at > 0 and _rank(words[at - 1]) > 1), places[-1] if places else -1)
    if place == 1 and len(words) > 2:
        return words[2], words[0], words[1]
    if place == 2:
        if _rank(words[0]) > _rank(words[1]):
            return words[1], words[0], words[2]
        return words[0], words[1], words[2]
    if place >= 3:
        return " ".join(words[: place - 1]), words[place - 1], words[place]
    return _place_without_patronymic(words)


def _place_without_patronymic(words: list[str]) -> tuple[str, str, str]:
    ranks = [_rank(word) for word in words]
    if is_initial_word(words[0]) and is_initial_word(words[1]):
        return words[2], words[0], words[1]
    if ranks[0] > ranks[1]:
        if is_initial_word(words[1]):
            return words[2], words[0], words[1]
        return (" ".join(words[1:]), words[0], "") if len(words) == 3 else ("", "", "")
    if len(words) != 3:
        return "", "", ""
    if is_family_first(words[0]) and max(ranks[1:]) < 2:
        return words[0], " ".join(words[1:]), ""
    if ranks[1] == 0 and ranks[2] > 1 and not is_initial_word(words[2]):
        # «Иванова Петрова Анна»: a double surname without its hyphen.
        return " ".join(words[:2]), words[2], ""
    return words[0], words[1], words[2]


@lru_cache(maxsize=1 << 16)
def is_patronymic(word: str) -> bool:
    """Tell whether a word has an ending that patronymics have and given names have not; a surname may have it too.

    >>> is_patronymic("Сергеевна"), is_patronymic("Гасан оглы"), is_patronymic("Абрамович"), is_patronymic("Анна")
    (True, True, True, False)
    """
    return len(word) > 4 and SURELY_PATRONYMIC.fullmatch(key_of_words(fold(word.rsplit(" ", 1)[-1]))) is not None


def split_patronymic(text: str) -> tuple[str, str]:
    """Return the name and the patronymic (or second initial) that stand in one cell; ``""`` where there is none.

    >>> split_patronymic("Анна Сергеевна"), split_patronymic("А.В."), split_patronymic("Анна Мария")
    (('Анна', 'Сергеевна'), ('А.', 'В.'), ('Анна Мария', ''))
    """
    words = _join_patronymic_tail(_GLUED_INITIALS.sub(r" \1. \2. ", text).split())
    if len(words) == 2 and (is_patronymic(words[1]) or all(map(is_initial_word, words))):
        return words[0], words[1]
    return text, ""


def is_initial_word(word: str) -> bool:
    """Tell whether a word is one letter, with or without its dot.

    >>> is_initial_word("И."), is_initial_word("Ия")
    (True, False)
    """
    return _INITIAL.fullmatch(word) is not None


@lru_cache(maxsize=1 << 16)
def rank_as_given(word: str) -> int:
    """Return how much a word looks like a given name: 3 full name, 2 short form or initial, 1 unknown, 0 surname.

    >>> rank_as_given("Анна"), rank_as_given("Аня"), rank_as_given("Ким"), rank_as_given("Иванова")
    (3, 2, 1, 0)
    """
    if is_initial_word(word):
        return 2
    key = key_of_words(fold(word))
    names = load_given_names()
    if key in names.full:
        return 3 if key in names.full[key] else 2
    return 0 if SURNAME_END.fullmatch(key) else 1


def gender_of_patronymic(text: str) -> str:
    """Return ``m``, ``f`` or ``""``.

    >>> gender_of_patronymic("Ильинична"), gender_of_patronymic("Гасан оглы")
    ('f', 'm')
    """
    key = key_of_words(fold(text))
    if FEMALE_PATRONYMIC.fullmatch(key):
        return "f"
    return "m" if MALE_PATRONYMIC.fullmatch(key) else ""


def gender_of_given_name(text: str) -> str:
    """Return ``m``, ``f`` or ``""`` where the name is unknown or both have it.

    >>> gender_of_given_name("Никита"), gender_of_given_name("Саша")
    ('m', '')
    """
    return load_given_names().gender.get(key_of_words(fold(text)), "")


def gender_of_surname(text: str) -> str:
    """Return ``m``, ``f`` or ``""`` where the ending does not tell.

    >>> gender_of_surname("Белая"), gender_of_surname("Ким")
    ('f', '')
    """
    key = key_of_words(fold(text))
    if FEMALE_SURNAME.fullmatch(key):
        return "f"
    return "m" if MALE_SURNAME.fullmatch(key) else ""
