"""Transliteration of names, both ways, as the keys under which two spellings of one name meet.

Keys are Cyrillic and never shown: ё and э as е, й as и, no soft or hard signs, because Latin spellings lose exactly
these. Latin is read by the common systems together (passport, ISO 9, BGN, and what people type).
"""

import re
from typing import Final

from crmclean.fields.text import fold

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
