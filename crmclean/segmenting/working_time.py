"""Working time: on which days and between which hours somebody is there to call a client.

Clocks are local and have no zone: what stands in an export is the time of the firm, and Russia has no summer time.
Public holidays, and the Saturdays that are worked in exchange, come from the package ``holidays`` (for Russia: article
112 of the Labour Code and the yearly decrees of the government on days off).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from typing import Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmclean.core.errors import UsageError
from crmclean.core.i18n import _
from crmclean.core.segment_settings import SegmentSettings
from crmclean.fields.date import parse_dates
from crmclean.fields.text import fold

Moments = NDArray[np.datetime64]
Bools = NDArray[np.bool_]
SpanUnit = Literal["minute", "day", "working-day", "month"]

_SECOND: Final = 1_000_000
_MINUTE: Final = 60 * _SECOND
_DAY: Final = 24 * 60 * _MINUTE
_WHOLE_DAY: Final = 24 * 60
_HOURS: Final = re.compile(r"([0-9]{1,2})(?:[:.]([0-9]{2}))?\s*[-–—]\s*([0-9]{1,2})(?:[:.]([0-9]{2}))?")
_WEEKDAYS: Final[Mapping[str, int]] = {
    name: number
    for number, names in enumerate(
        ("1 пн mon", "2 вт tue", "3 ср wed", "4 чт thu", "5 пт fri", "6 сб sat", "7 вс sun"), start=1
    )
    for name in names.split()
}
_NO_HOLIDAYS: Final = frozenset({"", "none"})
# What the package knows; outside, a holiday is a plain day.
_FIRST_YEAR, _LAST_YEAR = 1991, 2100


@dataclass(frozen=True)
class Span:
    """A length of time: so many minutes of working time, days of the calendar, working days, or months.

    ``Span(0, "day")`` is the same day.
    """

    count: int
    unit: SpanUnit

    @property
    def has_clock(self) -> bool:
        """Whether it leads to a time of day; else to a day."""
        return self.unit == "minute"


@dataclass(frozen=True)
class WorkingTime:
    """When somebody works.

    A moment is in working time from ``opens`` on and before ``closes``: at the closing itself nobody calls any more.

    Attributes:
        opens, closes: minutes after midnight.
        weekdays: 1 is Monday.
        country: its public holidays are off, and the weekends that it declares working days are not; ``""`` for none.
        days_off: on these nobody works, whatever else holds.
    """

    opens: int = 9 * 60
    closes: int = 18 * 60
    weekdays: frozenset[int] = frozenset({1, 2, 3, 4, 5})
    country: str = "RU"
    days_off: frozenset[date] = frozenset()

    def is_working_day(self, moments: Moments) -> Bools:
        """Tell of each moment whether somebody works on its day; not of an unknown one.

        >>> days = np.array(["2026-11-03", "2026-11-04", "2027-02-20"], "datetime64[us]")
        >>> WorkingTime().is_working_day(days).tolist()
        [True, False, True]
        """
        days, _offsets, known = _split(moments)
        working = self._list_days(days)
        result = np.zeros(len(moments), dtype=np.bool_)
        result[known] = working[np.searchsorted(working, days)] == days
        return result

    def next_moments(self, moments: Moments) -> Moments:
        """Return each moment if it is in working time, else the next opening; unknown ones stay unknown.

        >>> WorkingTime().next_moments(np.array(["2026-11-20T18:00", "2026-11-23T08:30"], "datetime64[us]")).tolist()
        [datetime.datetime(2026, 11, 23, 9, 0), datetime.datetime(2026, 11, 23, 9, 0)]
        """
        days, offsets, known = _split(moments)
        working = self._list_days(days)
        places, offsets = self._enter(working, days, offsets)
        return _spread(working[places] * _DAY + offsets, known)

    def add(self, moments: Moments, span: Span) -> Moments:
        """Return each moment with a span added; a span of days leads to the opening of a working day.

        >>> friday = np.array(["2026-11-20T17:30"], "datetime64[us]")
        >>> [WorkingTime().add(friday, Span(*span)).astype(str)[0][:16] for span in ((60, "minute"), (1, "day"))]
        ['2026-11-23T09:30', '2026-11-23T09:00']
        """
        days, offsets, known = _split(moments)
        if span.unit == "minute":
            return _spread(self._add_minutes(days, offsets, span.count), known)
        if span.count == 0:
            working = self._list_days(days)
            target = working[self._enter(working, days, offsets)[0]]
        elif span.unit == "working-day":
            working = self._list_days(days, span.count)
            target = working[np.searchsorted(working, days, side="right") + span.count - 1]
        else:
            wanted = days + span.count if span.unit == "day" else _add_months(days, span.count)
            working = self._list_days(wanted)
            target = working[np.searchsorted(working, wanted)]
        return _spread(target * _DAY + self.opens * _MINUTE, known)

    def _add_minutes(self, days: NDArray[np.int64], offsets: NDArray[np.int64], minutes: int) -> NDArray[np.int64]:
        length = (self.closes - self.opens) * _MINUTE
        working = self._list_days(days, minutes * _MINUTE // length + 1)
        places, offsets = self._enter(working, days, offsets)
        worked = places * length + offsets - self.opens * _MINUTE + minutes * _MINUTE
        result: NDArray[np.int64] = working[worked // length] * _DAY + self.opens * _MINUTE + worked % length
        return result

    def _enter(
        self, working: NDArray[np.int64], days: NDArray[np.int64], offsets: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the place of the next working moment's day among the working days, and its offset in that day."""
        places = np.searchsorted(working, days)
        works = working[places] == days
        too_late = works & (offsets >= self.closes * _MINUTE)
        opening = self.opens * _MINUTE
        return places + too_late, np.where(works & ~too_late, np.maximum(offsets, opening), opening)

    def _list_days(self, days: NDArray[np.int64], count: int = 0) -> NDArray[np.int64]:
        """Return all working days that can be reached from ``days`` by counting ``count`` of them, as day numbers."""
        if not len(days):
            return np.zeros(1, dtype=np.int64)
        # Half of the working days of a year may be holidays, and a year of days off may stand in the settings.
        ahead = 14 * count // len(self.weekdays) + len(self.days_off) + 366
        first, last = (_year_of(int(day)) for day in (days.min(), days.max() + ahead))
        return _working_days(self, first, last)


def read_working_time(settings: SegmentSettings) -> WorkingTime:
    """Return when somebody works, as the settings say.

    Raises:
        UsageError: they cannot be read.
    """
    opens, closes = _read_hours(settings.hours)
    return WorkingTime(
        opens=opens,
        closes=closes,
        weekdays=_read_weekdays(settings.workdays),
        country=_read_country(settings.holidays),
        days_off=frozenset(_read_day("days_off", text).date() for text in settings.days_off),
    )


def read_now(text: str, working: WorkingTime) -> pd.Timestamp:
    """Return the moment that ``as_of`` names; without a time, and where it is empty, that day at the opening.

    Raises:
        UsageError: it is no date.

    >>> read_now("22.11.2026", WorkingTime()), read_now("2026-11-22 14:30", WorkingTime())
    (Timestamp('2026-11-22 09:00:00'), Timestamp('2026-11-22 14:30:00'))
    """
    moment = _read_day("as_of", text) if text.strip() else pd.Timestamp(date.today())
    return moment + pd.Timedelta(minutes=working.opens) if moment == moment.normalize() else moment


def write_clock(minutes: int) -> str:
    """Return minutes after midnight as people write a time of day; midnight at its end is the minute before.

    >>> write_clock(540), write_clock(24 * 60)
    ('09:00', '23:59')
    """
    minutes = min(minutes, _WHOLE_DAY - 1)
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _read_day(name: str, text: str) -> pd.Timestamp:
    moment = parse_dates(pd.Series([text], dtype="str")).iloc[0]
    if pd.isna(moment):
        raise UsageError(
            _("{name}: '{text}' is no date.").format(name=name, text=text), _("Write it as 2026-11-22 or 22.11.2026.")
        )
    return pd.Timestamp(moment)


def _read_hours(text: str) -> tuple[int, int]:
    found = _HOURS.fullmatch(text.strip())
    if found:
        numbers = [int(number or 0) for number in found.groups()]
        opens, closes = numbers[0] * 60 + numbers[1], numbers[2] * 60 + numbers[3]
        if max(numbers[1], numbers[3]) < 60 and opens < closes <= _WHOLE_DAY:
            return opens, closes
    raise UsageError(
        _("{name}: '{text}' are no working hours.").format(name="hours", text=text), _("Write them as 9:00-18:00.")
    )


def _read_weekdays(text: str) -> frozenset[int]:
    days: set[int] = set()
    for part in filter(None, re.split(r"[\s,;]+", re.sub(r"\s*[-–—]\s*", "-", fold(text)))):
        first, _dash, last = part.partition("-")
        if not {first, last or first} <= _WEEKDAYS.keys():
            break
        days.update(range(_WEEKDAYS[first], _WEEKDAYS[last or first] + 1))
    else:
        if days:
            return frozenset(days)
    raise UsageError(
        _("{name}: '{text}' are no days of the week.").format(name="workdays", text=text),
        _("Write them as 1-5, or 1,2,3,6: 1 is Monday."),
    )


def _read_country(text: str) -> str:
    code = text.strip()
    if code.lower() in _NO_HOLIDAYS:
        return ""
    from holidays import list_supported_countries

    known = list_supported_countries()
    if code.upper() in known:
        return code.upper()
    near = get_close_matches(code.upper(), list(known), n=1, cutoff=0.5)
    hint = _("Did you mean “{name}”?").format(name=near[0]) if near else ""
    raise UsageError(
        _("{name}: no public holidays are known for '{text}'.").format(name="holidays", text=text),
        hint or _("Write the code of a country, as RU or KZ, or none."),
    )


def _split(moments: Moments) -> tuple[NDArray[np.int64], NDArray[np.int64], Bools]:
    """Return the day numbers and the microseconds within the day of the known moments, and which are known."""
    known = ~np.isnat(moments)
    days, offsets = np.divmod(moments[known].astype("datetime64[us]").astype(np.int64), _DAY)
    return days, offsets, known


def _spread(microseconds: NDArray[np.int64], known: Bools) -> Moments:
    result = np.full(len(known), np.datetime64("NaT"), dtype="datetime64[us]")
    result[known] = microseconds.astype("datetime64[us]")
    return result


def _add_months(days: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Return the same day of a later month; its last day where it is shorter."""
    dates = days.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    wanted = (months + count).astype("datetime64[D]") + (dates - months.astype("datetime64[D]"))
    last = (months + count + 1).astype("datetime64[D]") - np.timedelta64(1, "D")
    result: NDArray[np.int64] = np.minimum(wanted, last).astype(np.int64)
    return result


def _year_of(day: int) -> int:
    return int(np.datetime64(day, "D").astype("datetime64[Y]").astype(np.int64)) + 1970


@lru_cache(maxsize=64)
def _working_days(working: WorkingTime, first: int, last: int) -> NDArray[np.int64]:
    """Return the day numbers (0 is 1 January 1970) of all working days of these years."""
    start, end = (
        int(np.datetime64(year - 1970, "Y").astype("datetime64[D]").astype(int)) for year in (first, last + 1)
    )
    days = np.arange(start, end, dtype=np.int64)
    # 1 January 1970 was a Thursday.
    works = np.isin((days + 3) % 7 + 1, sorted(working.weekdays))
    off, on = _public_holidays(working.country, max(first, _FIRST_YEAR), min(last, _LAST_YEAR))
    works[np.isin(days, off)] = False
    works[np.isin(days, on)] = True
    works[np.isin(days, _day_numbers(working.days_off))] = False
    return days[works]


def _public_holidays(country: str, first: int, last: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the holidays, and the days of the weekend that are worked."""
    if not country or first > last:
        return _day_numbers(frozenset()), _day_numbers(frozenset())
    from holidays import country_holidays

    known = country_holidays(country, years=range(first, last + 1))
    return _day_numbers(frozenset(known)), _day_numbers(frozenset(known.weekend_workdays))


def _day_numbers(days: frozenset[date]) -> NDArray[np.int64]:
    return np.array(sorted(days), dtype="datetime64[D]").astype(np.int64)
