"""The forms in which people and programs write one amount of money: what a single text says, and which doubt it leaves.

Source of the rules: ISO 4217 (codes of currencies), the marks that Russian, English, German and Swiss writing put
between thousands and before the fraction, and what the exports of CRMs hold.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from crmclean.fields.text import fold

Marks = Mapping[str, Literal["thousands", "fraction"]]
"""What ``,`` and ``.`` stand for in a column, as far as its other cells prove it."""


@dataclass(frozen=True, slots=True)
class WrittenAmount:
    """An amount to the digit: ``sign`` is ``-`` or ``""``, ``fraction`` as long as written, ``currency`` ISO 4217.

    ``proof`` is what the number shows of its column: a mark and ``thousands``, ``fraction`` or ``long fraction``.
    """

    sign: str
    whole: str
    fraction: str
    currency: str = ""
    proof: tuple[tuple[str, str], ...] = ()


_CURRENCIES: Final[Mapping[str, str]] = {
    "RUB": "₽ руб рубль рубля рублей рубли р rub rur p рубрф росруб",
    "USD": "$ us$ usd доллар доллара долларов долл доллсша",
    "EUR": "€ eur евро euro",
    "GBP": "£ gbp",
    "KZT": "₸ kzt тенге тг",
    "BYN": "br byn белруб бр белрублей бел",
    "UAH": "₴ uah грн гривен гривна гривны",
    "CNY": "cny юань юаня юаней rmb",
    "JPY": "jpy",
    "UZS": "uzs сум сумов",
    "KGS": "kgs сом сомов",
    "AMD": "֏ amd драм драмов",
    "GEL": "₾ gel лари",
    "AZN": "₼ azn манат манатов",
    "TJS": "tjs сомони",
    "TMT": "tmt",
    "MDL": "mdl",
    "TRY": "₺ try",
    "AED": "aed дирхам дирхамов",
    "CHF": "chf",
    "PLN": "pln",
    "INR": "₹ inr",
    "ILS": "₪ ils",
}
CURRENCY_CODES: Final = tuple(_CURRENCIES)
_CODE_OF: Final = {word: code for code, words in _CURRENCIES.items() for word in words.split()}
_MULTIPLES: Final[Mapping[str, int]] = {
    word: zeros
    for words, zeros in (
        ("тыс тысяч тысяча тысячи к k", 3),
        ("млн миллион миллиона миллионов mln", 6),
        ("млрд миллиард миллиарда миллиардов bln", 9),
    )
    for word in words.split()
}
_AFTER: Final[Mapping[str, tuple[int, str]]] = {
    "": (0, ""),
    **{word: (0, code) for word, code in _CODE_OF.items()},
    **{word: (zeros, "") for word, zeros in _MULTIPLES.items()},
    **{many + word: (zeros, code) for many, zeros in _MULTIPLES.items() for word, code in _CODE_OF.items()},
    **dict.fromkeys(("тр", "труб", "т₽", "трублей"), (3, "RUB")),
}

_SPACES: Final = str.maketrans(dict.fromkeys("\u00a0\u2007\u2008\u2009\u202f", " "))
_WRAPPED: Final = re.compile(r"=?\"([^\"]*)\"|'(.*)")
_EXPONENT: Final = re.compile(r"[+\-]?[0-9]+(?:[.,][0-9]+)?[eе][+\-]?[0-9]+")
# A dot that follows a letter ends an abbreviation: «руб.500» is no fraction.
_PARTS: Final = re.compile(r"([^0-9]*?)((?:(?<![^\W\d_])[.,])?[0-9](?:[0-9 .,'’]*[0-9])?)([^0-9]*)")
_KOPECKS: Final = re.compile(
    r"(-?)([0-9][0-9 ]*?) ?(?:₽|руб(?:\.|ль|ля|лей)?|р\.?),? ?([0-9]{1,2}) ?коп(?:\.|еек|ейки|ейка)?"
    r"|(-?)([0-9]{1,2}) ?коп(?:\.|еек|ейки|ейка)?"
)
_GROUPED: Final = re.compile(r"([1-9][0-9]{0,2}([ '’])[0-9]{3}(?:\2[0-9]{3})*)(?:([.,])([0-9]+))?")
_ONE_MARK: Final = re.compile(r"([0-9]*)([.,])([0-9]+)")
_TWO_MARKS: Final = re.compile(r"([1-9][0-9]{0,2}(?:([.,])[0-9]{3})(?:\2[0-9]{3})*)(?!\2)([.,])([0-9]+)")
_ONE_MARK_OFTEN: Final = re.compile(r"[1-9][0-9]{0,2}([.,])[0-9]{3}(?:\1[0-9]{3})+")

_ABOUT: Final = re.compile(
    r"(?:[≈~±<>≤≥]|(?:от|до|около|ок|примерно|приблизительно|порядка|более|менее|больше|меньше|свыше|не более"
    r"|не менее|минимум|максимум|почти|from|up to|about|approx)\b).*[0-9].*"
)
_RANGE: Final = re.compile(r"[^0-9]*[0-9][0-9 .,]*[^0-9]*?(?:-|–|—|\.\.+|…|\bдо\b)[^0-9]*[0-9][0-9 .,]*[^0-9]*")
_AT_LEAST: Final = re.compile(r"[0-9][^+]*\+")
_DAY: Final = re.compile(r"[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{2,4}")
_NOTHING: Final = frozenset(
    {"нет", "нет данных", "не указано", "не указана", "неизвестно", "отсутствует", "нд", "н/д", "н.д", "#н/д", "n/a",
     "#n/a", "null", "none", "nan", "no"}
)  # fmt: skip


def trim_amount(text: str) -> str:
    """Return the text without what spreadsheets put around a value, with every kind of space as a plain one.

    >>> trim_amount(" '1\\u202f234,50 ")
    '1 234,50'
    """
    trimmed = text.strip().strip("\u200b\ufeff").translate(_SPACES)
    wrapped = _WRAPPED.fullmatch(trimmed)
    return (wrapped.group(1) or wrapped.group(2) or "").strip() if wrapped else trimmed


def read_amount(text: str, marks: Marks) -> WrittenAmount | str:
    """Return the amount that a trimmed text writes, or the code of the doubt that it leaves.

    >>> read_amount("1,5 млн руб.", {})
    WrittenAmount(sign='', whole='1500000', fraction='', currency='RUB', proof=((',', 'fraction'),))
    >>> read_amount("1,234", {}), read_amount("от 50 000", {})
    ('money-ambiguous', 'money-approximate')
    """
    folded = fold(text)
    if not any(map(str.isalnum, folded)) or folded.rstrip(".") in _NOTHING:
        return "money-filler" if len(folded) <= 20 else "money-unreadable"
    if any(mark in text for mark in "\n\r\t") or "  " in text:
        return "money-unreadable"
    if _EXPONENT.fullmatch(folded):
        return "money-damaged"
    kopecks = _KOPECKS.fullmatch(folded)
    if kopecks:
        return _read_kopecks(kopecks)
    parts = _PARTS.fullmatch(folded)
    if parts is None:
        return _doubt_of(folded)
    around = _read_around(parts[1], parts[3])
    if around is None:
        return _doubt_of(folded)
    number = _read_number(parts[2], marks)
    if isinstance(number, str):
        return number
    sign, zeros, currency = around
    whole, fraction = number.whole, number.fraction
    if zeros:
        whole = (whole + fraction[:zeros].ljust(zeros, "0")).lstrip("0") or "0"
        fraction = fraction[zeros:]
    return WrittenAmount(sign, whole, fraction, currency, number.proof)


def _doubt_of(folded: str) -> str:
    if _ABOUT.fullmatch(folded) or _AT_LEAST.fullmatch(folded):
        return "money-approximate"
    if _RANGE.fullmatch(folded) and not _DAY.search(folded):
        return "money-approximate"
    return "money-unreadable"


def _read_kopecks(found: re.Match[str]) -> WrittenAmount | str:
    if found[5] is not None:
        return WrittenAmount(found[4], "0", found[5].zfill(2), "RUB")
    whole = _read_number(found[2], {})
    return whole if isinstance(whole, str) else WrittenAmount(found[1], whole.whole, found[3].zfill(2), "RUB")


def _read_around(before: str, after: str) -> tuple[str, int, str] | None:
    """Return the sign, the zeros of a multiple and the currency; None where other words stand beside the number."""
    head, tail = before.replace(" ", ""), after.replace(" ", "").strip(".,")
    negative = head.startswith("(") and tail.endswith(")")
    if negative:
        head, tail = head[1:], tail[:-1]
    if head.startswith("."):
        return None
    signs = [sign for sign in ("-", "−", "–", "+") if sign in head]
    if signs:
        if negative or not (head.startswith(signs[0]) or head.endswith(signs[0])) or len(signs) > 1:
            return None
        head = head.replace(signs[0], "", 1)
        negative = signs[0] != "+"
    head, tail = head.replace(".", ""), tail.replace(".", "")
    known = _AFTER.get(tail)
    first = _CODE_OF.get(head, "") if head else ""
    if known is None or (head and not first):
        return None
    zeros, currency = known
    if first and currency and first != currency:
        return None
    return "-" if negative else "", zeros, currency or first


def _read_number(text: str, marks: Marks) -> WrittenAmount | str:
    """Return the number, or ``money-ambiguous`` where its one mark may part thousands or a fraction."""
    if text.isdecimal():
        return WrittenAmount("", text, "")
    found = _GROUPED.fullmatch(text)
    if found:
        return _with_fraction(found[1], found[3] or "", found[4] or "")
    found = _TWO_MARKS.fullmatch(text)
    if found:
        number = _with_fraction(found[1], found[3], found[4])
        return WrittenAmount("", number.whole, number.fraction, proof=(*number.proof, (found[2], "thousands")))
    found = _ONE_MARK_OFTEN.fullmatch(text)
    if found:
        return WrittenAmount("", _digits(text), "", proof=((found[1], "thousands"),))
    found = _ONE_MARK.fullmatch(text)
    if not found:
        return "money-unreadable"
    whole, mark, fraction = found[1], found[2], found[3]
    if len(fraction) == 3 and 1 <= len(whole) <= 3 and not whole.startswith("0"):
        meaning = marks.get(mark)
        if meaning is None:
            return "money-ambiguous"
        if meaning == "thousands":
            return WrittenAmount("", whole + fraction, "")
    return _with_fraction(whole or "0", mark, fraction)


def _with_fraction(whole: str, mark: str, fraction: str) -> WrittenAmount:
    if not mark:
        return WrittenAmount("", _digits(whole), "")
    proof = "long fraction" if len(fraction) > 2 else "fraction"
    return WrittenAmount("", _digits(whole), fraction, proof=((mark, proof),))


def _digits(text: str) -> str:
    return "".join(filter(str.isdecimal, text))
