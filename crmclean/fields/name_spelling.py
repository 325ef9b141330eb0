"""How a name is written, and the keys under which two spellings of one name meet.

Keys are Cyrillic and never shown: ё and э as е, й as и, no soft or hard signs, because Latin spellings lose exactly
these. Latin is read by the common systems together (passport, ISO 9, BGN, and what people type).
"""

import re
from typing import Final

import pandas as pd

from crmclean.fields.text import collapse_spaces, fold, map_distinct, restore_cyrillic

_WORD: Final = re.compile(r"[^\W\d_]+(?:['’`][^\W\d_]+)*")
_PARTICLES: Final = frozenset(
    {"оглы", "оглу", "кызы", "кизи", "улы", "фон", "ван", "дер", "ден", "да", "ди", "де", "аль"}
)
_ABBREVIATIONS: Final = frozenset(
    {"ИП", "ООО", "АО", "ПАО", "ОАО", "ЗАО", "НКО", "КФХ", "ТОО", "СПА", "ФИО", "VIP", "ВИП"}
)
_BRACKETS: Final = re.compile(r"[(\[{][^()\[\]{}]*(?:[)\]}]|$)")

_KEY_LETTERS: Final = str.maketrans(
    {"э": "е", "й": "и", "і": "и", "ї": "и", "є": "е", "ґ": "г", "ў": "у", "ь": "", "ъ": ""}
)
_NO_NAME_SIGN: Final = re.compile(r"[^а-яa-z -]+")
_LATIN: Final = re.compile(r"[a-z]+")
_IEV: Final = re.compile(r"(?<=[а-я][а-я])иев(?=а?\b)")

_LATIN_RULES: Final = (
    (r"(?<=[a-z])ie(?=va?$)", "е"),
    (r"sk(?:iy|ii|ij|y|i)$", "скии"),
    (r"(?:aya|aia|aja)$", "ая"),
    (r"(?:iya|ija|iia)$", "ия"),
    (r"(?<=[^aeiouy])(?:iy|ii|ij|yi|yy|yj)$", "ии"),
    (r"(?<=[^aeiouy])y$", "ии"),
    (r"shch|sch(?=[aeiouy])", "щ"),
    (r"sch", "ш"),
    (r"tch", "ч"),
    (r"kh", "х"),
    (r"zh", "ж"),
    (r"ts|tz", "ц"),
    (r"ch", "ч"),
    (r"sh", "ш"),
    (r"ph", "ф"),
    (r"th", "т"),
    (r"ck", "к"),
    (r"(?<=[aeiou])y(?=o)", "и"),
    (r"ya|ja|(?<![a-z])ia|(?<=[^aeiouyа-я])ia(?=[^aeiou])", "я"),
    (r"yu|ju|iu", "ю"),
    (r"yo|jo|ye|je", "е"),
    (r"[yj]i", "и"),
    (r"(?<=[aeiou])[yj]", "и"),
    (r"(?<![a-z])[yj]", "и"),
    (r"c(?=[eiy])", "ц"),
)
_LATIN_STEPS: Final = tuple((re.compile(pattern), cyrillic) for pattern, cyrillic in _LATIN_RULES)
_LATIN_LETTERS: Final = str.maketrans(
    {
        "a": "а", "b": "б", "c": "к", "d": "д", "e": "е", "f": "ф", "g": "г", "h": "х", "i": "и", "j": "и", "k": "к",
        "l": "л", "m": "м", "n": "н", "o": "о", "p": "п", "q": "к", "r": "р", "s": "с", "t": "т", "u": "у", "v": "в",
        "w": "в", "x": "кс", "y": "ы", "z": "з",
    }
)  # fmt: skip

_PLACEHOLDER: Final = re.compile(
    r"""
    (?:без|нет|не\ указано|не\ указана|не\ указан|неизвестно|неизвестен)?\ ?
    (?:имени|имя|фамилии|фамилия|фио|отчество|отчества|названия)?
    | (?:нов(?:ый|ая|ое)\ )?(?:клиент|контакт|лид|покупатель|заказчик|посетитель|гость|пользователь|абонент|заявка
      |обращение|сделка|человек|лицо|имя|партнер)(?:\ (?:с\ сайта|без\ имени|нет|не\ указан[оа]?))?
    | тест(?:ов|ова|овый|овая)?(?:\ тест(?:ович|овна|овый|ов|ова)?)*(?:\ (?:клиент|контакт))?
    | test(?:er|ov)?(?:\ test(?:er|ov|ovich)?)*(?:\ (?:client|contact|user))?
    | (?:неизвестн(?:ый|ая|о)|аноним|анонимно|анонимный|инкогнито|физ\.?\ ?лицо|частное\ лицо|физическое\ лицо)
    | (?:розничный|частный|анонимный|неизвестный)\ (?:клиент|покупатель|заказчик)
    | (?:no\ ?name|unknown|none|null|nan|n/?a|empty|anonymous|guest|user|client|customer|contact|new\ contact|name)
    | (?:first|last)\ name | asdf\w* | qwe\w* | zxc\w* | фыва\w* | йцук\w* | абв | abc | xyz | н\.?\ ?/?д\.?
    | ([^\W\d_])\1{1,}
    """,
    re.VERBOSE,
)
_NUMBER_AT_END: Final = re.compile(r"\s*[#№]?\s*\d+$")


def spell_name(text: str) -> str:
    """Return a name with single spaces, Cyrillic look-alikes restored, and words in one case capitalised.

    >>> spell_name("ИВАНОВА-ПЕТРОВА  анна"), spell_name("Колеcник и.и."), spell_name("мамедов али гасан оглы")
    ('Иванова-Петрова Анна', 'Колесник И.И.', 'Мамедов Али Гасан оглы')
    """
    spelled = _WORD.sub(_spell_word, restore_cyrillic(collapse_spaces(text)))
    # A capital may look Cyrillic where its small letter does not (M, m).
    return restore_cyrillic(spelled)


def _spell_word(match: re.Match[str]) -> str:
    word = match.group()
    if not word.islower() and not (word.isupper() and len(word) > 1):
        return word
    if word in _ABBREVIATIONS or (len(word) <= 3 and word.isupper() and not match.string.isupper()):
        return word
    if word.lower() in _PARTICLES and match.start() > 0:
        return word.lower()
    if len(word) == 1 and match.string[match.end() : match.end() + 1] not in (".", "") and match.start() > 0:
        # «Иван и Мария»: a single letter without a dot is a conjunction, not an initial.
        return word
    capital = word[0].upper() + word[1:].lower()
    if len(capital) > 3 and capital[1] in "'’`":
        capital = capital[:2] + capital[2].upper() + capital[3:]
    return capital if len(capital) == len(word) else word


def is_placeholder(text: str) -> bool:
    """Tell whether a name cell names nobody: «Без имени», «Клиент», «Тест Тестович», a phone or a mail address.

    An empty text is no placeholder.

    >>> [is_placeholder(text) for text in ("Без имени", "Клиент 12", "+7 916 123-45-67", "Иван", "")]
    [True, True, True, False, False]
    """
    folded = fold(text).strip(" .,!?*\"'«»<>()[]")
    if not folded:
        return bool(text.strip())
    if "@" in folded or not any(map(str.isalpha, folded)):
        return True
    if sum(map(str.isdecimal, folded)) >= 7:
        return True
    bare = _NUMBER_AT_END.sub("", folded)
    return _PLACEHOLDER.fullmatch(bare) is not None


def strip_notes(text: str) -> str:
    """Return a name without what stands in brackets, and without a role in front of a colon.

    >>> strip_notes("Начальник: Петров Иван (deleted)")
    'Петров Иван'
    """
    if "(" not in text and "[" not in text and "{" not in text and ":" not in text:
        return collapse_spaces(text)
    bare = _BRACKETS.sub(" ", text).strip()
    head, colon, tail = bare.rpartition(":")
    return collapse_spaces(tail if colon and tail.strip() else head if colon else bare)


def spelling_key(text: str) -> str:
    """Return the key of a name as it sounds in Russian, whatever the alphabet.

    >>> spelling_key("Solovyov"), spelling_key("Соловьёв"), spelling_key("Shcherbakova")
    ('соловев', 'соловев', 'щербакова')
    """
    words = _NO_NAME_SIGN.sub(" ", fold(text).translate(_KEY_LETTERS)).split()
    folded = " ".join(word.strip("-") for word in words if word.strip("-"))
    if not folded.isascii():
        return _IEV.sub("ев", _LATIN.sub(lambda match: read_latin(match.group()), folded))
    return _LATIN.sub(lambda match: read_latin(match.group()), folded)


def read_latin(word: str) -> str:
    """Return one lower-case Latin word as the Cyrillic key it stands for.

    >>> read_latin("dostoyevskaya"), read_latin("zaytsev"), read_latin("zaitsev")
    ('достоевская', 'заицев', 'заицев')
    """
    for pattern, cyrillic in _LATIN_STEPS:
        word = pattern.sub(cyrillic, word)
    return word.translate(_LATIN_LETTERS)


def placeholder_flags(cells: pd.Series) -> pd.Series:
    """Return ``is_placeholder`` of every cell; same index.

    >>> placeholder_flags(pd.Series(["Клиент", "Анна"])).tolist()
    [True, False]
    """
    return map_distinct(cells, lambda text: "1" if is_placeholder(text) else "") == "1"
