"""By when something is to be done: today, in 3 working days, on a date, or on the date that a column holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from crmclean.core.i18n import _
from crmclean.core.table import ROLES, Table
from crmclean.fields.date import parse_dates
from crmclean.fields.date_forms import WrittenDate, read_date, trim_date
from crmclean.fields.text import fold, take_texts
from crmclean.hygiene.funnel_times import read_promises
from crmclean.segmenting.span_text import SpanError, read_span, suggest_span
from crmclean.segmenting.working_time import Bools, Moments, Span, WorkingTime

# Earlier and later dates are what a system writes where it knows none (30.12.1899, 31.12.9999).
_FIRST_DAY: Final = np.datetime64("1990-01-01", "us")
_LAST_DAY: Final = np.datetime64("2100-01-01", "us")
_MINUTE: Final = np.timedelta64(1, "m")
_DAY: Final = np.timedelta64(1, "D")


@dataclass(frozen=True)
class FixedMoment:
    """A date that is the same for every client.

    Attributes:
        has_clock: a time of day is said too.
    """

    moment: np.datetime64
    has_clock: bool


@dataclass(frozen=True)
class DateColumns:
    """The dates that columns hold; the latest of several.

    Attributes:
        names: labels of the columns in the frame; none where the file lacks the role.
        role: that was named, ``""`` for a heading.
    """

    names: tuple[str, ...]
    role: str = ""


Due = Span | FixedMoment | DateColumns


@dataclass(frozen=True)
class Dues:
    """By when something is to be done, of every row.

    Attributes:
        moments: in working time and never before now; of a day its opening; unknown where nothing is due.
        has_clock: a time of day is meant; else the whole day.
        overdue_days: days of the calendar by which the day has passed, 0 for none. What was due earlier today is due
            now, and its days are 0.
    """

    moments: Moments
    has_clock: Bools
    overdue_days: NDArray[np.int64]


def parse_due(text: str, table: Table) -> Due:
    """Return what a text means: a length of time from now, a date, or a role or heading of the table.

    Raises:
        SpanError: nothing of these, with what may have been meant.
    """
    span = read_span(text)
    if span is not None:
        return span
    written = read_date(trim_date(text), {})
    moment = parse_dates(pd.Series([text], dtype="str")).to_numpy("datetime64[us]")[0]
    if isinstance(written, WrittenDate) and not np.isnat(moment):
        return FixedMoment(moment, bool(written.clock))
    columns = find_date_columns(text, table)
    if columns is None:
        raise SpanError(
            _("“{text}” is neither a date nor a length of time, and the file has no such column.").format(
                text=" ".join(text.split())
            )
            + " "
            + (suggest_span(text) or _suggest_column(text, table))
        )
    return columns


def find_date_columns(name: str, table: Table) -> DateColumns | None:
    """Return the columns that a heading, a role or the title of a role names; None where it names none.

    A heading wins over the title of a role; it may stand in square brackets, as in a rule.
    """
    wanted = fold(name.strip().removeprefix("[").removesuffix("]"))
    headed = tuple(column.name for column in table.columns if wanted and fold(column.header) == wanted)
    if headed:
        return DateColumns(headed)
    for role, title in ROLES.items():
        if wanted in (role, fold(title), fold(_(title))):
            return DateColumns(tuple(column.name for column in table.with_role(role)), role)
    return None


def find_dues(due: Due, table: Table, now: pd.Timestamp, working: WorkingTime) -> Dues:
    """Return by when something is to be done for each row of a table; see ``settle_dues``."""
    if isinstance(due, DateColumns):
        moments, has_clock = read_date_columns(due, table, now)
        return settle_dues(moments, has_clock, now, working)
    start = np.array([np.datetime64(now, "us")])
    if isinstance(due, Span):
        one = settle_dues(working.add(start, due), np.array([due.has_clock]), now, working)
    else:
        one = settle_dues(np.array([due.moment]), np.array([due.has_clock]), now, working)
    size = len(table)
    return Dues(one.moments.repeat(size), one.has_clock.repeat(size), one.overdue_days.repeat(size))


def read_date_columns(columns: DateColumns, table: Table, now: pd.Timestamp) -> tuple[Moments, Bools]:
    """Return the latest date of every row among these columns, unknown where there is none, and if it has a time.

    In a column of next tasks a date within words counts too: «Встреча 25.11.2026».
    """
    result = np.full(len(table), np.datetime64("NaT"), dtype="datetime64[us]")
    for name in columns.names:
        result = np.fmax(result, parse_dates(table.frame[name]).to_numpy("datetime64[us]"))
    planned = tuple(column.name for column in table.with_role("next_task"))
    if planned and set(planned) <= set(columns.names):
        days = read_promises(table, now.normalize()).task_days
        dated = np.isnat(result) & ~np.isnan(days)
        result[dated] = np.datetime64(now.normalize(), "us") - days[dated].astype(np.int64) * _DAY
    result[~((result >= _FIRST_DAY) & (result < _LAST_DAY))] = np.datetime64("NaT")
    return result, ~np.isnat(result) & (result != _start_of_day(result))


def settle_dues(moments: Moments, has_clock: Bools, now: pd.Timestamp, working: WorkingTime) -> Dues:
    """Return by when something can be done: in working time and not before now.

    Args:
        moments: when it was to be done, unknown for nothing.
        has_clock: whether its time of day is meant; else any time of the day does.
    """
    this = np.datetime64(now.ceil("min"), "us")
    day, today = _start_of_day(moments), _start_of_day(np.array([this]))[0]
    known = ~np.isnat(moments)
    late = known & np.where(has_clock, moments < this, day < today)
    overdue = np.zeros(len(moments), dtype=np.int64)
    overdue[late] = (today - day[late]) // _DAY
    # Of a day any time will do: it counts as its last minute, so that today is not over before the closing.
    wanted = np.where(has_clock, _ceil_minutes(moments), day + (working.closes - 1) * _MINUTE)
    ready = working.next_moments(np.maximum(wanted, this))
    opening = _start_of_day(ready) + working.opens * _MINUTE
    return Dues(np.where(has_clock, ready, opening), has_clock & known, overdue)


def join_dues(parts: Sequence[tuple[Bools, Dues]], size: int) -> Dues:
    """Return one of several for each row: of the parts the first that holds of it, none where no part does."""
    moments = np.full(size, np.datetime64("NaT"), dtype="datetime64[us]")
    has_clock, overdue = np.zeros(size, dtype=np.bool_), np.zeros(size, dtype=np.int64)
    for rows, dues in reversed(parts):
        moments[rows], has_clock[rows] = dues.moments[rows], dues.has_clock[rows]
        overdue[rows] = dues.overdue_days[rows]
    return Dues(moments, has_clock, overdue)


def write_dues(dues: Dues) -> "pd.Series[str]":
    """Return by when as text: ``2026-11-23`` for a day, ``2026-11-23 10:00`` for a time, ``""`` for nothing.

    >>> moments = np.array(["2026-11-23T10:00", "2026-11-24T09:00", "NaT"], dtype="datetime64[us]")
    >>> write_dues(Dues(moments, np.array([True, False, False]), np.zeros(3, dtype=np.int64))).tolist()
    ['2026-11-23 10:00', '2026-11-24', '']
    """
    known = np.flatnonzero(~np.isnat(dues.moments))
    minutes = dues.moments[known].astype("datetime64[m]").astype(np.int64)
    # Few distinct texts stand in many rows; the last bit keeps times and days apart.
    codes, distinct = pd.factorize(minutes * 2 + dues.has_clock[known])
    stamps = np.datetime_as_string((distinct // 2).astype("datetime64[m]"), unit="m").tolist()
    texts = [stamp.replace("T", " ") if bit else stamp[:10] for stamp, bit in zip(stamps, distinct % 2, strict=True)]
    places = np.zeros(len(dues.moments), dtype=np.int64)
    places[known] = codes + 1
    return take_texts(pa.array(["", *texts], pa.large_string()), places, pd.RangeIndex(len(dues.moments)))


def _start_of_day(moments: Moments) -> Moments:
    return moments.astype("datetime64[D]").astype("datetime64[us]")


def _ceil_minutes(moments: Moments) -> Moments:
    whole = moments.astype("datetime64[m]").astype("datetime64[us]")
    result: Moments = np.where(whole < moments, whole + _MINUTE, whole)
    return result


def _suggest_column(text: str, table: Table) -> str:
    names = {fold(name): name for name in (*ROLES, *(column.header for column in table.columns)) if name.strip()}
    near = get_close_matches(fold(text), list(names), n=1)
    if near:
        return _("Did you mean “{name}”?").format(name=names[near[0]])
    return _("Write it as today, 1 hour, 2 days, 3 working days, 2026-12-01, or a heading with dates.")
