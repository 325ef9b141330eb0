"""The forms in which people and programs write one date: what a single text says, and which doubt it leaves.

Source of the rules: GOST R 7.0.97 (DD.MM.YYYY, also with the month in words), ISO 8601, RFC 5322 (mail dates), the
American order M/D/YYYY, and what the exports of CRMs and spreadsheets hold. No two readings are ever weighed against
each other here: a text that leaves two is a doubt.
"""

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from crmclean.fields.text import collapse_spaces, fold

Order = Literal["day", "month", "unknown", "contradiction"]
"""What stands first in dates with slashes (or hyphens) of one column."""


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """What a text says; whether such a day exists is not yet asked.

    Attributes:
        year: as written, so that 24 may mean 1924 or 2024 where ``short_year``.
        clock: ``HH:MM``, ``HH:MM:SS`` or with a fraction; ``""`` for none.
        zone: exactly as written, with the space before it.
    """

    year: int
    month: int
    day: int
    clock: str = ""
    zone: str = ""
    short_year: bool = False


_MONTHS_RU: Final = (
    "янв январь января", "фев февр февраль февраля", "мар март марта", "апр апрель апреля", "май мая",
    "июн июнь июня", "июл июль июля", "авг август августа", "сен сент сентябрь сентября", "окт октябрь октября",
    "ноя нояб ноябрь ноября", "дек декабрь декабря",
)  # fmt: skip
_MONTHS_EN: Final = (
    "jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
    "sep sept september", "oct october", "nov november", "dec december",
)  # fmt: skip
_ROMAN: Final = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
_MONTHS: Final[Mapping[str, int]] = {
    word: number
    for names in (_MONTHS_RU, _MONTHS_EN, _ROMAN)
    for number, words in enumerate(names, 1)
    for word in words.split()
}
_WEEKDAYS: Final[Mapping[str, int]] = {
    word: number
    for number, words in enumerate(
        (
            "пн понедельник mon monday", "вт вторник tue tuesday", "ср среда wed wednesday",
            "чт четверг thu thursday", "пт пятница fri friday", "сб суббота sat saturday",
            "вс воскресенье sun sunday",
        )
    )
    for word in words.split()
}  # fmt: skip

_CLOCK: Final = (
    r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?P<fraction>[.,][0-9]{1,9})?)?"
    r"(?: ?(?P<half>[AaPp])\.?[Mm]\.?)?"
)
_ZONE: Final = (
    r"(?P<zone> ?(?:Z|(?i:UTC|GMT|MSK|МСК)(?:[+\-][0-9]{1,2}(?::?[0-9]{2})?)?|[+\-][0-9]{2}(?::?[0-9]{2})?))?"
)
_WEEKDAY: Final = r"(?:(?P<weekday>[A-Za-zА-Яа-яЁё]{2,12})(?:\.?, ?|\. | ))?"
_DATE_THEN_CLOCK: Final = re.compile(rf"{_WEEKDAY}(?P<date>.+?)(?:(?:[Tt]|,? в |, ?| ){_CLOCK}{_ZONE})?")
_CLOCK_THEN_DATE: Final = re.compile(rf"{_CLOCK}{_ZONE},? {_WEEKDAY}(?P<date>.+)")
_DIGITS_ONLY: Final = re.compile(r"((?:19|20)[0-9]{6})[Tt]?([0-9]{2})([0-9]{2})([0-9]{2})(?=Z?$)")

_YEAR_WORD: Final = r"(?: ?(?:года|год|г)\.?)?"
_NUMBERS: Final = re.compile(
    rf"(?P<first>[0-9]{{1,2}})(?P<mark>[./,\- ]) ?(?P<second>[0-9]{{1,2}})(?P=mark) ?"
    rf"(?P<year>[0-9]{{4}}|[0-9]{{2}}){_YEAR_WORD}"
)
_YEAR_FIRST: Final = re.compile(r"([0-9]{4})([./\-])([0-9]{1,2})\2([0-9]{1,2})")
_COMPACT: Final = re.compile(r"([12][0-9]{3})([0-9]{2})([0-9]{2})")
_WORD: Final = r"(?P<month>[A-Za-zА-Яа-яЁё]{1,9})"
_DAY_WORD: Final = re.compile(
    rf"[«\"]?(?P<day>[0-9]{{1,2}})[»\"]?(?:-?(?:го|е|st|nd|rd|th)(?= ))?[ .\-/]{{0,2}}{_WORD}"
    rf"(?:[ .,\-/]{{1,2}}(?P<year>[0-9]{{4}}|[0-9]{{2}}))?{_YEAR_WORD}\.?",
    re.IGNORECASE,
)
_WORD_DAY: Final = re.compile(rf"{_WORD}\.? (?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?(?:,? (?P<year>[0-9]{{4}}))?")
_WORD_YEAR: Final = re.compile(rf"{_WORD}[ .,\-]{{1,2}}(?:[0-9]{{4}}|[0-9]{{2}}){_YEAR_WORD}", re.IGNORECASE)
_PARTIAL: Final = re.compile(
    r"[0-9]{1,2}[./\-][0-9]{1,2}\.?|[0-9]{1,2}[./\-](?:19|20)[0-9]{2}|(?:19|20)[0-9]{2}[./\-][0-9]{1,2}"
    r"|(?:19|20)[0-9]{2}(?: ?г(?:\.|ода?)?(?: ?р\.?)?)?|--[0-9]{2}-?[0-9]{2}"
)
_SERIAL: Final = re.compile(r"[1-7][0-9]{4}(?:[.,][0-9]+)?")
_ALL_ZEROS: Final = re.compile(r"0{1,4}[./\-]0{1,2}[./\-]0{1,4}(?:[T ][0:.]*)?")
_NOTHING: Final = frozenset(
    {
        "нет", "нет данных", "нет даты", "нет информации", "не указано", "не указана", "не указан", "неизвестно",
        "неизвестна", "не известно", "без даты", "отсутствует", "нд", "н/д", "н.д", "#н/д", "n/a", "#n/a", "null",
        "none", "nan", "nat",
    }
)  # fmt: skip
_WRAPPED: Final = re.compile(r"=?\"([^\"]*)\"|'(.*)")


def trim_date(text: str) -> str:
    """Return the text without what spreadsheets put around a value, and without closing punctuation.

    >>> trim_date(" '05.03.2024, "), trim_date('="05.03.2024"')
    ('05.03.2024', '05.03.2024')
    """
    trimmed = collapse_spaces(text)
    wrapped = _WRAPPED.fullmatch(trimmed)
    if wrapped:
        trimmed = collapse_spaces(wrapped.group(1) or wrapped.group(2) or "")
    trimmed = trimmed.replace("–", "-").replace("—", "-")
    return trimmed.rstrip(" ,;") if trimmed.strip(" .,;-_") else trimmed


def read_date(text: str, orders: Mapping[str, Order]) -> WrittenDate | str:
    """Return the date that a trimmed text writes, or the code of the doubt that it leaves.

    Args:
        text: what ``trim_date`` gave.
        orders: for the marks ``/`` and ``-`` what stands first; ``unknown`` is read as the day.

    >>> read_date("5 марта 2024 г. 9:05", {})
    WrittenDate(year=2024, month=3, day=5, clock='09:05', zone='', short_year=False)
    >>> read_date("08.дек", {}), read_date("скоро", {})
    ('date-incomplete', 'date-unreadable')
    """
    folded = fold(text).rstrip(".")
    if not any(map(str.isalnum, text)) or folded in _NOTHING or _ALL_ZEROS.fullmatch(text):
        return "date-filler"
    if _SERIAL.fullmatch(text):
        return "date-serial"
    parted = _DIGITS_ONLY.sub(r"\1 \2:\3:\4", text)
    found = _DATE_THEN_CLOCK.fullmatch(parted)
    clock = _write_clock(found) if found else ""
    if found and clock == "" and ":" in parted:
        found = _CLOCK_THEN_DATE.fullmatch(parted)
        clock = _write_clock(found) if found else ""
    if not found:
        return "date-unreadable"
    day = _read_day(found["date"], found["weekday"], orders, found["half"] is not None)
    if isinstance(day, str):
        return day
    if clock is None:
        return "date-impossible"
    return WrittenDate(day.year, day.month, day.day, clock, found["zone"] or "", day.short_year)


def _write_clock(found: re.Match[str]) -> str | None:
    """Return the clock on 24 hours in the precision of the text, ``""`` for none, None for one that cannot be."""
    if found["hour"] is None:
        return ""
    hour = int(found["hour"])
    half = (found["half"] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23 or int(found["minute"]) > 59 or int(found["second"] or 0) > 59:
        return None
    clock = f"{hour:02}:{found['minute']}"
    if found["second"]:
        clock += f":{found['second']}" + (found["fraction"] or "").replace(",", ".")
    return clock


def _read_day(text: str, weekday: str | None, orders: Mapping[str, Order], half: bool) -> WrittenDate | str:
    if weekday is not None:
        number = _WEEKDAYS.get(fold(weekday))
        if number is None:
            # «Mar 5, 2024»: what looked like a weekday is the month.
            return _read_words(f"{weekday} {text}")
        found = _read_numbers(text, orders, half) or _read_words(text)
        return found if isinstance(found, str) or _falls_on(found, number) else "date-ambiguous"
    return _read_numbers(text, orders, half) or _read_words(text)


def _falls_on(written: WrittenDate, weekday: int) -> bool:
    """Tell whether the day surely falls on this weekday (Monday 0)."""
    if written.short_year:
        return False
    try:
        return datetime.date(written.year, written.month, written.day).weekday() == weekday
    except ValueError:
        return False


def _read_numbers(text: str, orders: Mapping[str, Order], half: bool) -> WrittenDate | str | None:
    """Return the date written in digits alone, a doubt, or None for another form."""
    found = _NUMBERS.fullmatch(text)
    if found:
        return _read_marked(found, orders, half)
    found = _YEAR_FIRST.fullmatch(text)
    if found:
        return WrittenDate(int(found[1]), int(found[3]), int(found[4]))
    found = _COMPACT.fullmatch(text)
    if found:
        return WrittenDate(int(found[1]), int(found[2]), int(found[3]))
    return "date-incomplete" if _PARTIAL.fullmatch(text) else None


def _read_marked(found: re.Match[str], orders: Mapping[str, Order], half: bool) -> WrittenDate | str:
    """Return the date of two numbers and a year with one mark between them."""
    first, second, year, mark = int(found["first"]), int(found["second"]), int(found["year"]), found["mark"]
    short = len(found["year"]) == 2
    if short and mark in ", ":
        return "date-unreadable"
    order: Order = orders.get(mark, "unknown") if mark in "/-" else "day"
    if short and mark == "-" and order == "unknown" and 1 <= year <= 31:
        # 24-03-05: day, month, year, or the short form of ISO 8601.
        return "date-ambiguous"
    if first != second:
        if order == "contradiction":
            return "date-ambiguous"
        # The clock on twelve hours comes from where the month stands first.
        if half and order == "unknown":
            return "date-ambiguous"
    if order == "month":
        first, second = second, first
    return WrittenDate(year, second, first, short_year=short)


def _read_words(text: str) -> WrittenDate | str:
    """Return the date whose month is written in letters."""
    for pattern in (_DAY_WORD, _WORD_DAY):
        found = pattern.fullmatch(text)
        month = _month_of(found["month"]) if found else None
        if found is None or month is None:
            continue
        year = found["year"]
        if year is None:
            return "date-incomplete"
        return WrittenDate(int(year), month, int(found["day"]), short_year=len(year) == 2)
    found = _WORD_YEAR.fullmatch(text)
    if found and _month_of(found["month"]):
        return "date-incomplete"
    return "date-unreadable"


def _month_of(word: str) -> int | None:
    folded = fold(word)
    if folded in _ROMAN and word != word.upper():
        return None
    return _MONTHS.get(folded)
