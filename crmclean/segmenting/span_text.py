"""Lengths of time as people write them in a regulation: 1 hour, 3 working days, «полчаса», «2 рабочих дня»."""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Final

from crmclean.core.i18n import _
from crmclean.fields.text import fold
from crmclean.segmenting.working_time import Span, SpanUnit

_SPELLED: Final[tuple[tuple[str, SpanUnit, int], ...]] = (
    ("minute minutes min mins минута минуту минуты минут мин", "minute", 1),
    ("hour hours hr hrs h час часа часов ч", "minute", 60),
    ("day days d день дня дней дн д сутки суток", "day", 1),
    ("week weeks неделя неделю недели недель нед", "day", 7),
    ("month months месяц месяца месяцев мес", "month", 1),
    ("quarter quarters квартал квартала кварталов", "month", 3),
    ("year years год года лет", "month", 12),
)
_UNITS: Final[Mapping[str, tuple[SpanUnit, int]]] = MappingProxyType(
    {word: (unit, size) for words, unit, size in _SPELLED for word in words.split()}
)
"""The unit of a span that each word means, and how many of it."""

# «Р. д.» and «раб. дня» as well.
_WORKING: Final = frozenset(
    ["working", "business", "work", "рабочий", "рабочего", "рабочих", "рабочие", "рабочую", "раб", "р"]
)
_CALENDAR: Final = frozenset(["calendar", "календарный", "календарного", "календарных", "календарные", "кал", "к"])
_SHORT: Final = MappingProxyType({"рд": "раб дн", "кд": "кал дн"})
_LEADING: Final = frozenset(["in", "after", "within", "через", "спустя", "в", "течение", "течении"])
_NUMBERS: Final[Mapping[str, float]] = MappingProxyType(
    {
        word: number
        for words, number in (
            ("a an one один одна одну одного", 1), ("two два две двух пару пара", 2), ("three три трех", 3),
            ("four четыре", 4), ("five пять", 5), ("six шесть", 6), ("seven семь", 7), ("eight восемь", 8),
            ("nine девять", 9), ("ten десять", 10), ("half пол", 0.5), ("полтора полторы", 1.5),
        )
        for word in words.split()
    }
)  # fmt: skip
_PHRASES: Final[Mapping[str, Span]] = MappingProxyType(
    {
        phrase: span
        for phrases, span in (
            ("0|today|at once|immediately|asap|сегодня|сразу|немедленно|сразу же", Span(0, "day")),
            ("now|right now|сейчас|прямо сейчас", Span(0, "minute")),
            ("tomorrow|завтра", Span(1, "day")),
            ("the day after tomorrow|day after tomorrow|послезавтра", Span(2, "day")),
            (
                "next working day|the next working day|next business day|следующий рабочий день|"
                "на следующий рабочий день|в следующий рабочий день|на следующий раб. день",
                Span(1, "working-day"),
            ),
            ("half an hour|полчаса|через полчаса", Span(30, "minute")),
            ("полгода|через полгода|half a year", Span(6, "month")),
        )
        for phrase in phrases.split("|")
    }
)
_PARTS: Final = re.compile(r"[0-9]+(?:[.,][0-9]+)?|[^\W\d_]+")
_SEPARATORS: Final = re.compile(r"[0-9.,\s\w-]+")
_MOST_DAYS: Final = 3660
"""Ten years: a longer span in a regulation is a slip."""
_LONGEST: Final[Mapping[SpanUnit, int]] = MappingProxyType(
    {"minute": _MOST_DAYS * 24 * 60, "day": _MOST_DAYS, "working-day": _MOST_DAYS, "month": 120}
)
_SPELLINGS: Final = tuple(
    word
    for word in (*_UNITS, *_WORKING, *_CALENDAR, *_NUMBERS, *_LEADING, *" ".join(_PHRASES).split())
    if len(word) > 2
)


class SpanError(ValueError):
    """A text is no length of time; the message says so in a sentence, translated."""


def parse_span(text: str) -> Span:
    """Return the length of time that a text says, in English or Russian.

    Hours and minutes are working time, days and weeks those of the calendar unless they are called working days.

    Raises:
        SpanError: it says none, with what may have been meant.

    >>> parse_span("2 рабочих дня"), parse_span("1.5 hours"), parse_span("сегодня")
    (Span(count=2, unit='working-day'), Span(count=90, unit='minute'), Span(count=0, unit='day'))
    """
    span = read_span(text)
    if span is None:
        raise SpanError(
            _("“{text}” is no length of time.").format(text=" ".join(text.split()))
            + " "
            + (suggest_span(text) or _("Write it as 30 minutes, 1 hour, 2 days, 3 working days, 1 week or 1 month."))
        )
    return span


def read_span(text: str) -> Span | None:
    """Return the length of time that a text says, None where it says none.

    >>> read_span("через час"), read_span("скоро")
    (Span(count=60, unit='minute'), None)
    """
    folded = fold(text).strip(" .")
    if folded in _PHRASES:
        return _PHRASES[folded]
    if not _SEPARATORS.fullmatch(folded) or folded.startswith("-"):
        return None
    words = [part for word in _PARTS.findall(folded) for part in _SHORT.get(word, word).split()]
    while words and words[0] in _LEADING:
        words = words[1:]
    number, words = _take_number(words)
    if not words or words[-1] not in _UNITS:
        return None
    unit, size = _UNITS[words[-1]]
    kind = words[:-1]
    if len(kind) > 1 or (kind and kind[0] not in _WORKING | _CALENDAR):
        return None
    if kind and kind[0] in _WORKING and unit != "minute":
        # «Рабочая неделя» may be five days or seven.
        if (unit, size) != ("day", 1):
            return None
        unit = "working-day"
    return _make_span(number * size, unit)


def suggest_span(text: str) -> str:
    """Return a sentence with the length of time that a misspelt text resembles, ``""`` for none.

    >>> suggest_span("1 huor")
    'Did you mean “1 hour”?'
    """
    meant = " ".join(_nearest(part) for part in _PARTS.findall(fold(text)))
    return _("Did you mean “{name}”?").format(name=meant) if read_span(meant) else ""


def _nearest(word: str) -> str:
    near = get_close_matches(word, _SPELLINGS, n=1, cutoff=0.6)
    return near[0] if near and word not in _UNITS else word


def _take_number(words: list[str]) -> tuple[float, list[str]]:
    """Return the number that stands first, 1 where none does, and the words behind it."""
    if words and words[0][0].isdigit():
        return float(words[0].replace(",", ".")), words[1:]
    if words and words[0] in _NUMBERS:
        behind = words[1:]
        return _NUMBERS[words[0]], behind[1:] if behind[:1] in (["a"], ["an"]) else behind
    return 1, words


def _make_span(count: float, unit: SpanUnit) -> Span | None:
    """Return a span of whole units that is not too long; None for half a day, which is no day."""
    return Span(int(count), unit) if count == int(count) and count <= _LONGEST[unit] else None
