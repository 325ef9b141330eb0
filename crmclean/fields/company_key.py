"""The key of a company: what is left of its name when form, quotes, case and punctuation do not count.

Source of the rules: Civil Code of the Russian Federation, art. 54 (the legal form and the name proper are two things),
and the abbreviations that firms themselves use (ТД for торговый дом).
"""

import re
from typing import Final

from crmclean.fields.company_form import find_form, is_form, take_form
from crmclean.fields.company_name import FORMER, is_person_name, is_placeholder_name, prepare_name
from crmclean.fields.full_name import split_full_name
from crmclean.fields.text import romanize

_SECOND_NAME: Final = re.compile(r"\s*\((?P<inside>[^()]*)\)?\s*$")
_COUNTS: Final = re.compile(r"(?i)\d|(?<![^\W_])(?:филиал|оп|обособленн\w+|представительств\w+|отделени\w+)(?![^\W_])")
_TYPED_NUMBER: Final = re.compile(r"(?i)[\s,(]*(?<![^\W_])(?:инн|кпп|огрн(?:ип)?)[:\s№]*\d{8,15}\)?")
_NOT_NAME: Final = re.compile(r"[\W_]+")
_APOSTROPHE: Final = re.compile(r"(?<=\w)['’`]\s?(?=\w)")
_ROMAN: Final = re.compile(r"\b[xivхі]{2,}(?=в?\b)|\b[xх]{2}[iі](?=в?\b)")
_ROMAN_TO_LATIN: Final = str.maketrans("хі", "xi")
_ZEROS_FOR_LETTERS: Final = re.compile(r"^000(?=\s*[\"«“]|\s+[^\W\d_])")
_AND: Final = re.compile(r"\s*(?:&|\+(?=\s|\w))\s*|\s+and\s+")
_NUMBER_SIGN: Final = re.compile(r"(?:№|#|(?<![^\W_])n[oо]?[.°º]?)\s*(?=\d)")
_SHORTENED: Final = tuple(
    (re.compile(rf"\b{words}\b"), short)
    for words, short in (
        ("торговый дом", "тд"), ("управляющая компания", "ук"), ("группа компаний", "гк"),
        ("частн(?:ое|ая) охранн(?:ое предприятие|ая организация)", "чоп"), ("чоо", "чоп"),
        ("научно производственное объединение", "нпо"), ("научно производственное предприятие", "нпп"),
    )
)  # fmt: skip
_SOUND_STEPS: Final = tuple(
    (re.compile(pattern), letters)
    for pattern, letters in (
        (r"shch|sch|sh", "S"), (r"tch|ch", "C"), (r"kh", "h"), (r"zh", "j"), (r"x", "ks"), (r"ck|q", "k"), (r"ph", "f"),
        (r"w", "v"), (r"th", "t"), (r"ee", "i"), (r"oo", "u"), (r"c(?=[eiy])", "s"), (r"c", "k"),
        (r"[iy]+(?=[aeou])", ""), (r"[iy]+", "i"), (r"(\D)\1+", r"\1"), (r"(?<=[^aeiou])e\b", ""),
        ("S", "sh"), ("C", "ch"),
    )
)  # fmt: skip
KEY_PATTERNS: Final = (_COUNTS, _TYPED_NUMBER, _ROMAN, _AND, *(pattern for pattern, _ in _SHORTENED))
"""The patterns of this module that name words."""


def make_company_key(text: str) -> str:
    """Return the folded name without form, quotes and punctuation; ``""`` for a placeholder.

    >>> make_company_key("ООО «Торговый дом «Ромашка»"), make_company_key("ИП Иван Иванов")
    ('тд ромашка', 'иванов иван')
    """
    if is_placeholder_name(text):
        return ""
    clean = _TYPED_NUMBER.sub("", FORMER.sub("", prepare_name(text))).strip()
    clean = _ZEROS_FOR_LETTERS.sub("ООО", clean)
    second = _SECOND_NAME.search(clean)
    if second and second.start() and not is_form(second["inside"]) and not _COUNTS.search(second["inside"]):
        clean = clean[: second.start()]
    form, rest = take_form(clean)
    if form and find_form(clean).kind == "person":
        rest = _order_person(rest)
    return _fold_company(rest) or _fold_company(clean)


def make_sound_key(key: str) -> str:
    """Return the sound of a company's key, the same for its Cyrillic and its usual Latin spelling.

    >>> make_sound_key("димон т"), make_sound_key("dimon t")
    ('dimont', 'dimont')
    """
    sound = romanize(key)
    for pattern, letters in _SOUND_STEPS:
        sound = pattern.sub(letters, sound)
    return sound.replace(" ", "")


def _order_person(text: str) -> str:
    """Return a person's name as surname, given name, patronymic; any other text as it is."""
    if not is_person_name(text.strip('"«»“”„ ')):
        return text
    parts = split_full_name(text.strip('"«»“”„ '))
    return " ".join(filter(None, parts)) if all(parts[:2]) else text


def _fold_company(text: str) -> str:
    folded = _AND.sub(" и ", _APOSTROPHE.sub("", text.lower().replace("ё", "е")))
    folded = _ROMAN.sub(lambda match: match.group().translate(_ROMAN_TO_LATIN), _NUMBER_SIGN.sub(" ", folded))
    folded = " ".join(_NOT_NAME.sub(" ", folded).split())
    for pattern, short in _SHORTENED:
        folded = pattern.sub(short, folded)
    return folded
