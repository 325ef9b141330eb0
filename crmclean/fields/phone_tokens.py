"""The words and marks of a phone cell: what each stretch of its text is, before any number is read."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

# What is built of these patterns alone looks at nothing around it: RE2 takes it, for whole columns at once.
_HOUR: Final = r"(?:[01]?\d|2[0-4])"
_CLOCK: Final = rf"{_HOUR}[:.][0-5]\d"
_FROM_CLOCK_TO_CLOCK: Final = rf"{_CLOCK}\s?-\s?{_CLOCK}"
_FROM_HOUR_TO_HOUR: Final = r"с\s+\d{1,2}(?::\d\d)?\s+до\s+\d{1,2}(?::\d\d)?"
_DAY_OF_YEAR: Final = r"\d{1,2}\.\d{1,2}\.(?:19|20)\d\d"
_DAY: Final = r"(?:пн|вт|ср|чт|пт|сб|вс|ежедн(?:евно)?|будни|выходные)"
_DAYS_AND_HOURS: Final = (
    rf"{_DAY}\.?(?:\s?[-,]\s?{_DAY}\.?)*:?\s+(?:с\s+)?"
    rf"{_HOUR}(?:[:.]\d\d)?\s?(?:-|до)\s?{_HOUR}(?:[:.]\d\d)?"
)
_LABEL_WORD: Final = r"(?:тел(?:ефон)?|т|tel|phone|ph|номер)"
_PLACE_WORD: Final = (
    r"(?:каб(?:инет)?|оф(?:ис)?|кв|комн(?:ата)?|эт(?:аж)?|корп(?:ус)?|стр|подъезд|окно|отдел|домофон|линия)"
)
_FLOOR_WORD: Final = r"(?:этаж|линия|смена|подъезд|корпус)"
_EXTENSION_LETTERS: Final = r"(?:доб(?:авочный)?|внутр(?:енний)?|вн|ext(?:ension)?|x|х|оп)"
_OR_WORD: Final = r"(?:и|или|либо|and|or)"
WORKING_HOURS: Final = rf"(?:(?:с\s+)?{_FROM_CLOCK_TO_CLOCK}|{_FROM_HOUR_TO_HOUR}|{_DAYS_AND_HOURS})"
"""When somebody answers, for RE2; a remark where white space or the end of the cell stands on both sides."""
MAYBE_TIME: Final = rf"{_FROM_CLOCK_TO_CLOCK}|{_DAY_OF_YEAR}"
"""Hours or a date, for RE2; also found where the digits around it speak against them."""
WORD_WITH_MEANING: Final = rf"(?i:{_LABEL_WORD}|{_DAY}|{_PLACE_WORD}|{_FLOOR_WORD}|{_EXTENSION_LETTERS}|{_OR_WORD})"
"""A word that decides what the digits beside it are, for RE2."""

_HOURS: Final = rf"(?<![\d.\-]){_FROM_CLOCK_TO_CLOCK}(?!\d)"
_DATE: Final = rf"(?<![\d.\-]){_DAY_OF_YEAR}(?![\d\-]|\.\d)(?:\s?г(?:ода|\.)?(?![^\W_]))?"
_TIME: Final = rf"(?:{_HOURS}|{_DATE})"
_SCHEDULE: Final = rf"\b{_DAYS_AND_HOURS}(?![\d\-])"
_PLACE: Final = (
    rf"\b{_PLACE_WORD}\b\s*[.:№]*\s*\d{{1,4}}(?:[^\W\d_])?(?![\w\-]|\s*\(?\d)"
    rf"|(?<![\d\-])\d{{1,2}}(?:-?(?:й|я|ой|ый|ая))?\s+{_FLOOR_WORD}\b"
)
_NOTE_INSIDE: Final = rf"[^()]*(?:[^\W\d_]|[?!]|{_TIME})"
# An extension is no longer one where more digits follow it, unless these are a whole number with its prefix.
_WHOLE_NUMBER: Final = r"\s+(?:\+7|8)[\s\-(]*\d{3}[\s\-)]*\d{3}[\s\-]*\d\d[\s\-]*\d\d(?![\d\-])"
_EXTENSION_ITEM: Final = rf"\d{{1,6}}(?:-\d{{1,3}})?(?![\d\-]|[^\S\r\n]*\(\s*\d|(?!{_WHOLE_NUMBER})[^\S\r\n]+\d)"
_EXTENSION_WORD: Final = rf"(?:(?<![^\W\d_]){_EXTENSION_LETTERS}(?![^\W\d_])|\#)"
# A bracket around a whole number and its extension is no note.
_NUMBER_AND_EXTENSION: Final = (
    r"\s?[+]?\d?[\-. ]{0,3}(?:\(\d{3,5}\)(?:[\-. ]{0,3}\d){5,7}|\d(?:[\-. ]{0,3}\d){8,10})"
    rf"\s*{_EXTENSION_WORD}"
)
TOKEN: Final = re.compile(
    rf"""
      (?P<email>[^\s,;()<>]+@[^\s,;()<>]*)
    | (?P<damaged>\d(?:[.,]\d+)?[eEеЕ][+]\d+)
    | [(\[]?\s*{_EXTENSION_WORD}[\s.:№\#]*(?:номер\s*)?
      (?P<extension>{_EXTENSION_ITEM}(?:\s*,\s*(?:{_EXTENSION_ITEM})(?=\s*(?:[,;)\]/\n]|$|\()))*)\s*[)\]]?
    | (?P<opening>\((?={_NUMBER_AND_EXTENSION}))
    | \((?={_NOTE_INSIDE})(?P<note>[^()]*)\)
    | (?P<remark>(?:\bс\s+)?{_HOURS}|(?:\b(?:с|до|по|от)\s+)?{_DATE}|{_SCHEDULE}|{_PLACE}
      |\b{_FROM_HOUR_TO_HOUR}(?!\d))
    | (?P<number>(?:[+]\s?)?(?:\(\s?)?[+]?\d(?:\d|(?![ ]+(?:{_TIME}|{_PLACE}))[ ]|[)\-.]|\((?!{_NOTE_INSIDE}))*)
    | (?P<separator>[,;/\\|\n\r]+|<br\s*/?>|(?<=[\d)\s]){_OR_WORD}\b(?=\s+[+(]?\d))
    | (?P<word>[^\W\d_]+(?:[./\-][^\W\d_]+)*[?!.…]*|[?!]+)
    | (?P<harmless>(?:[\s"'=:.\-)\[\]<>_№]|[+(](?!\s?\(?\s?[+]?\d))+)
    | (?P<odd>.)
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
"""One stretch of a cleaned cell; the name of the group that matched says what it is."""

ONE_RUN: Final = r"\+{0,2} ?\(?\+?\d[\d)\-. (]*"
"""Digits and their punctuation, of a cleaned text, for RE2."""
_ONE_RUN: Final = re.compile(ONE_RUN)
_TIME_INSIDE: Final = re.compile(_TIME)
_AREA_IN_SLASHES: Final = re.compile(r"^(\s*\+?[78]?[\s-]*)/(\d{3,5})/")
_SPREADSHEET_FORMULA: Final = re.compile(r'^="(.*)"$', re.DOTALL)
_SPREADSHEET_FRACTION: Final = re.compile(r"^(\+?\d{10,11})[.,]0+$")
_UNSEEN: Final = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_JOINED: Final = re.compile(r"(?<=\d)[_~](?=\d)")
_OTHER_DIGIT: Final = re.compile(r"(?![0-9])\d")
_LETTER_FOR_ZERO: Final = re.compile(r"(?=.*(?:\d[OoОо]|[OoОо]\d))[+\dOoОо()\-. ]+")
DASHES: Final = "\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63\uff0d"
"""Every dash that is read as ``-``."""
SPACES: Final = "\t\v\f\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
"""Every white space that is read as a plain space."""
_DASHES_AND_SPACES: Final = str.maketrans(
    {
        **dict.fromkeys(DASHES, "-"),
        **dict.fromkeys(SPACES, " "),
        "\uff08": "(",
        "\uff09": ")",
        "\uff0b": "+",
    }
)
_ZEROS: Final = str.maketrans("OoОо", "0000")
_LABEL: Final = re.compile(rf"{_LABEL_WORD}\.?", re.IGNORECASE)
_EMPTY_WORDS: Final = frozenset(
    {
        "нет", "нет данных", "нет информации", "нет телефона", "нет тел", "нет номера", "нету", "без телефона",
        "без тел", "без номера", "нд", "н/д", "н.д", "#н/д", "отсутствует", "не указан", "не указано", "не известно",
        "не известен", "не знаю", "неизвестно", "неизвестен", "пусто", "номера нет", "телефона нет",
        "телефон не указан", "не оставил", "не предоставлен", "no", "none", "n/a", "na", "#n/a", "null", "nan", "nil",
        "undefined", "unknown", "empty", "not provided", "no phone",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CleanText:
    """A cell without what a spreadsheet or a web page put around it.

    Attributes:
        words: the text with its own dashes and spaces, to quote from.
        text: the same places, every dash ``-`` and every space plain, to read from.
    """

    words: str
    text: str


def clean_text(cell: str) -> CleanText:
    """Return the text of a cell that is to be read; both forms of it have the same length.

    >>> clean_text('="8–916–123–45–67"').text, clean_text("/495/ 310-25-12").text, clean_text("8 9O5 123-45-67").text
    ('8-916-123-45-67', '(495) 310-25-12', '8 905 123-45-67')
    """
    words = cell
    if not words.isprintable():
        words = _UNSEEN.sub("", words)
    words = words.strip()
    formula = _SPREADSHEET_FORMULA.match(words) if words.startswith("=") else None
    if formula:
        words = formula.group(1).strip()
    words = words.lstrip("'`’").strip()
    fraction = _SPREADSHEET_FRACTION.match(words) if words.endswith("0") else None
    if fraction:
        words = fraction.group(1)
    return CleanText(words, _unify_marks(words))


def _unify_marks(words: str) -> str:
    text = words
    if not text.isascii():
        text = _to_ascii_digits(text.translate(_DASHES_AND_SPACES))
    elif not text.isprintable():
        text = text.translate(_DASHES_AND_SPACES)
    if "_" in text or "~" in text:
        text = _JOINED.sub("-", text)
    if "/" in text:
        text = _AREA_IN_SLASHES.sub(r"\1(\2)", text)
    if _LETTER_FOR_ZERO.fullmatch(text):
        text = text.translate(_ZEROS)
    return text


def _to_ascii_digits(text: str) -> str:
    if _OTHER_DIGIT.search(text) is None:
        return text
    return "".join(str(unicodedata.decimal(character)) if character.isdecimal() else character for character in text)


def says_nothing(text: str) -> bool:
    """Tell whether a text only says that there is no phone.

    >>> says_nothing("Нет данных"), says_nothing("—"), says_nothing("не звонить")
    (True, True, False)
    """
    return text.lower().strip(" .!-_()") in _EMPTY_WORDS or not any(map(str.isalnum, text))


def is_one_run(text: str) -> bool:
    """Tell whether a cleaned text is digits and their punctuation only, without hours or a date among them.

    >>> is_one_run("8 (495) 624-44-16"), is_one_run("8 495 6244416 9.00-18.00")
    (True, False)
    """
    return _ONE_RUN.fullmatch(text) is not None and (text.count(".") < 2 or _TIME_INSIDE.search(text) is None)


def is_label(word: str) -> bool:
    """Tell whether a word only says that a phone follows.

    >>> is_label("тел."), is_label("касса")
    (True, False)
    """
    return _LABEL.fullmatch(word) is not None
