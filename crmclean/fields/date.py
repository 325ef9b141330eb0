"""Dates and moments as CRMs and spreadsheets write them.

Source of the rules: GOST R 7.0.97 (DD.MM.YYYY), ISO 8601, and what the exports of CRMs hold. A text is read only
where its form, or the rest of its column, leaves one reading; the rest is ``NaT`` or a doubt, never a guess.
"""

import datetime
from typing import Final, Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmclean.fields.date_forms import Order, WrittenDate, read_date, trim_date
from crmclean.fields.text import distinct_texts, spread_verdicts

_DAY_AND_MONTH: Final = (
    r"(?:(?:0[1-9]|1[0-9]|2[0-8])\.(?:0[1-9]|1[0-2])|(?:29|30)\.(?:0[13-9]|1[0-2])|31\.(?:0[13578]|1[02]))"
)
# A fraction and a zone only behind seconds, so that every part stands in its place.
_PLAIN_CLOCK: Final = (
    r"(?: (?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,9})?(?:Z|[+\-][0-9]{2}:?[0-9]{2})?)?)?"
)
# Years that may hold a placeholder (1900, 1970) or, for a birthday, the future are looked at one by one.
_PLAIN: Final = rf"^{_DAY_AND_MONTH}\.(?:19(?:0[1-9]|[1-689][0-9]|7[1-9])|20[0-9]{{2}}){_PLAIN_CLOCK}$"
_PLAIN_BIRTHDAY: Final = rf"^{_DAY_AND_MONTH}\.(?:19(?:[1-689][0-9]|7[1-9])|20[01][0-9])$"
_ISO_DAY: Final = r"^([0-9]{4})-([0-9]{2})-([0-9]{2})$"
_ISO_MOMENT: Final = r"^([0-9]{4})-([0-9]{2})-([0-9]{2})[T ]([0-9:]{5,8}[0-9.:Z+\-]*)$"
# A short year counts after slashes only: 24-03-05 may be the short form of ISO 8601.
_PLACES: Final = (
    r"^[^0-9]?(?P<first>[0-9]{1,2})(?:/(?P<second>[0-9]{1,2})/(?:[0-9]{4}|[0-9]{2})"
    r"|-(?P<after_hyphen>[0-9]{1,2})-[0-9]{4})(?:[^0-9]|$)"
)

_FILLERS: Final = frozenset(
    {
        (1, 1, 1), (1000, 1, 1), (1111, 11, 11), (1899, 12, 30), (1899, 12, 31), (1900, 1, 0), (1900, 1, 1),
        (1970, 1, 1), (9999, 1, 1), (9999, 9, 9), (9999, 12, 31),
    }
)  # fmt: skip
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_YOUNGEST_CLIENT, _OLDEST_CLIENT = 14, 99
_LONGEST_LIFE = 120
# A number of five digits up to the end of 2099; a shorter one may as well be a year or a count.
_FIRST_SERIAL, _LAST_SERIAL = 10000, 73050
# Day 0 that suits every serial after the 29.02.1900, which the 1900 system counts although it never was.
_SERIAL_EPOCH: Final = datetime.date(1899, 12, 30)


def parse_dates(cells: pd.Series) -> pd.Series:
    """Return the moment of every cell, ``NaT`` where it is not known; same index, ``datetime64[us]`` without zone.

    Read is every form of ``read_date`` with a year of four digits, with or without a time. A zone is dropped: the
    local clock of the export counts. ``1/2/2024`` has the day first, unless a number above 12 in the second place,
    and none in the first, proves for the whole column that the month is.

    >>> parse_dates(pd.Series(["30.09.2026 22:37", "2026-09-30T22:37:05+03:00", "0000-00-00", "скоро"])).tolist()
    [Timestamp('2026-09-30 22:37:00'), Timestamp('2026-09-30 22:37:05'), NaT, NaT]
    >>> parse_dates(pd.Series(["3/15/2024 2:30 PM", "1/2/2024"])).tolist()
    [Timestamp('2024-03-15 14:30:00'), Timestamp('2024-01-02 00:00:00')]
    """
    codes, texts = distinct_texts(cells)
    pointed = _point_iso_dates(pa.array(texts, pa.string()))
    plain = pc.match_substring_regex(pointed, _PLAIN).to_numpy(zero_copy_only=False).astype(np.bool_)
    moments = np.full(len(texts), np.datetime64("NaT"), dtype="datetime64[us]")
    moments[plain] = _plain_moments(pointed.filter(pa.array(plain)))
    proved = _prove_orders(texts, "auto")
    orders: dict[str, Order] = {mark: "month" if order == "month" else "day" for mark, order in proved.items()}
    for row in np.flatnonzero(~plain).tolist():
        if texts[row]:
            moments[row] = _moment_of(read_date(trim_date(texts[row]), orders))
    return pd.Series(moments[codes], index=cells.index)


def normalize_dates(
    cells: pd.Series,
    style: Literal["dmy", "iso"] = "dmy",
    order: Literal["auto", "dmy", "mdy"] = "auto",
    birthday: bool = False,
    today: datetime.date | None = None,
) -> pd.DataFrame:
    """Return every date in one form; a cell that leaves a doubt stays exactly as it is.

    The precision stays what it was (no seconds are added), and a zone stays as it is written.

    Args:
        cells: one column of dates, any index; what one cell means may be proved by another.
        style: ``dmy`` is ``05.03.2024 10:15:00``, ``iso`` is ``2024-03-05T10:15:00``.
        order: what stands first in ``1/2/2024``; ``auto`` is the day unless the column proves the month.
        birthday: the future and ages above 120 are doubts, a year of two digits makes a client of 14 to 99 years.
        today: the day that ages are counted from; the day of the call by default.

    Returns:
        Columns ``value`` and ``code`` (``date-normalized``, ``date-century-added``, ``date-from-serial``, a doubt, or
        ``""``), same index as ``cells``.

    >>> normalize_dates(pd.Series(["2024-03-05T10:15:00+03:00", "5 марта 2024 г.", "31.02.2024"]))
                           value             code
    0  05.03.2024 10:15:00+03:00  date-normalized
    1                 05.03.2024  date-normalized
    2                 31.02.2024  date-impossible
    """
    codes, texts = distinct_texts(cells)
    given = pa.array(texts, pa.string())
    pointed = _point_iso_dates(given)
    plain = pc.match_substring_regex(pointed, _PLAIN_BIRTHDAY if birthday else _PLAIN)
    styled = _write_iso_dates(pointed) if style == "iso" else pointed
    written = pc.if_else(plain, styled, given)
    values: list[str] = written.to_pylist()
    verdicts = np.where(pc.equal(written, given).to_numpy(zero_copy_only=False), "", "date-normalized").tolist()
    judge = _Judge(style, birthday, today or datetime.date.today())
    orders = _prove_orders(texts, order)
    is_plain = plain.to_numpy(zero_copy_only=False).astype(np.bool_)
    dates, others, serials = int(is_plain.sum()), 0, []
    for row in np.flatnonzero(~is_plain).tolist():
        text = texts[row]
        if not text or text.isspace():
            continue
        read = read_date(trim_date(text), orders)
        if read == "date-serial":
            serials.append(row)
            verdicts[row] = read
            continue
        values[row], verdicts[row] = judge.decide(text, read)
        is_date = not isinstance(read, str) and verdicts[row] in _GOOD
        dates, others = dates + is_date, others + (not is_date)
    # A number is a date only among dates: alone it may be a price or a count.
    if dates and dates >= others:
        for row in serials:
            values[row], verdicts[row] = judge.decide(texts[row], _read_serial(trim_date(texts[row])))
            verdicts[row] = "date-from-serial" if verdicts[row] in _GOOD else verdicts[row]
    return spread_verdicts(cells, codes, values, verdicts)


_GOOD: Final = frozenset({"", "date-normalized", "date-century-added"})


class _Judge:
    """Decides of what a text says whether it can be, and writes it."""

    def __init__(self, style: Literal["dmy", "iso"], birthday: bool, today: datetime.date) -> None:
        self._iso = style == "iso"
        self._birthday = birthday
        self._today = today

    def decide(self, text: str, read: WrittenDate | str) -> tuple[str, str]:
        """Return the new text and its code."""
        if isinstance(read, str):
            return text, read
        year = self._complete_year(read)
        if year is None:
            return text, "date-ambiguous"
        if (year, read.month, read.day) in _FILLERS:
            return text, "date-filler"
        day = _existing_day(year, read.month, read.day)
        if day is None:
            return text, "date-impossible"
        if not self._is_probable(day):
            return text, "date-improbable"
        value = self._write(day, read)
        if value == text:
            return text, ""
        return value, "date-century-added" if read.short_year else "date-normalized"

    def _complete_year(self, read: WrittenDate) -> int | None:
        """Return the year in four digits, None where both centuries, or neither, can be meant."""
        if not read.short_year:
            return read.year
        last, this = 1900 + read.year, 2000 + read.year
        if self._birthday:
            fitting = [year for year in (last, this) if self._is_clients_year(year)]
            return fitting[0] if len(fitting) == 1 else None
        if this <= self._today.year + 10:
            return this
        # A base has few dates before the computers that keep it: 1970 to 1999.
        return last if read.year >= 70 else None

    def _is_clients_year(self, year: int) -> bool:
        return _YOUNGEST_CLIENT <= self._today.year - year <= _OLDEST_CLIENT

    def _is_probable(self, day: datetime.date) -> bool:
        if self._birthday:
            return day <= self._today and self._today.year - day.year < _LONGEST_LIFE
        return _FIRST_YEAR <= day.year <= _LAST_YEAR

    def _write(self, day: datetime.date, read: WrittenDate) -> str:
        clock = read.clock
        if self._birthday and not read.zone and not clock.strip("0:"):
            # A spreadsheet adds midnight to a day that has no clock.
            clock = ""
        if self._iso:
            return day.isoformat() + (f"T{clock}" if clock else "") + read.zone
        return f"{day.day:02}.{day.month:02}.{day.year:04}" + (f" {clock}" if clock else "") + read.zone


def _existing_day(year: int, month: int, day: int) -> datetime.date | None:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def _point_iso_dates(texts: pa.Array) -> pa.Array:
    """Return the plain ISO dates as DD.MM.YYYY, all else as it is."""
    days = pc.replace_substring_regex(texts, _ISO_DAY, r"\3.\2.\1")
    return pc.replace_substring_regex(days, _ISO_MOMENT, r"\3.\2.\1 \4")


def _write_iso_dates(texts: pa.Array) -> pa.Array:
    days = pc.replace_substring_regex(texts, r"^([0-9]{2})\.([0-9]{2})\.([0-9]{4})", r"\3-\2-\1")
    return pc.replace_substring(days, " ", "T")


def _plain_moments(texts: pa.Array) -> np.ndarray:
    """Return the moments of DD.MM.YYYY with or without a clock, each of which is known to exist."""
    days = pc.strptime(pc.utf8_slice_codeunits(texts, 0, 10), format="%d.%m.%Y", unit="s")
    clock = pc.utf8_rpad(pc.utf8_slice_codeunits(texts, 11, 19), 8, "0")
    parts = [
        pc.cast(pc.replace_substring_regex(pc.utf8_slice_codeunits(clock, at, at + 2), "[^0-9]", "0"), pa.int64())
        for at in (0, 3, 6)
    ]
    seconds = sum(part.to_numpy() * unit for part, unit in zip(parts, (3600, 60, 1), strict=True))
    moments: np.ndarray = days.to_numpy(zero_copy_only=False).astype("datetime64[us]")
    moments += np.asarray(seconds).astype("timedelta64[s]")
    return moments


def _moment_of(read: WrittenDate | str) -> np.datetime64:
    if isinstance(read, str) or read.short_year or read.year < 1000:
        return np.datetime64("NaT")
    day = _existing_day(read.year, read.month, read.day)
    if day is None:
        return np.datetime64("NaT")
    return np.datetime64(f"{day.isoformat()}T{read.clock.partition('.')[0] or '00:00'}", "us")


def _prove_orders(texts: list[str], order: Literal["auto", "dmy", "mdy"]) -> dict[str, Order]:
    """Return for slashes and for hyphens what stands first, by the numbers from 13 to 31 of the column."""
    if order != "auto":
        return dict.fromkeys("/-", "month" if order == "mdy" else "day")
    found = pc.extract_regex(pa.array(texts, pa.string()), _PLACES).drop_null()
    first = pc.cast(pc.struct_field(found, "first"), pa.int64())
    orders: dict[str, Order] = {}
    for mark, group in (("/", "second"), ("-", "after_hyphen")):
        number = pc.struct_field(found, group)
        second = pc.cast(pc.if_else(pc.equal(number, ""), "0", number), pa.int64())
        day, month = _any_shows(first, second), _any_shows(second, first)
        orders[mark] = "contradiction" if day and month else "day" if day else "month" if month else "unknown"
    return orders


def _any_shows(day: pa.Array, month: pa.Array) -> bool:
    """Tell whether a number that can only be a day stands beside one that can be a month."""
    only_day = pc.and_(pc.greater(day, 12), pc.less_equal(day, 31))
    is_month = pc.and_(pc.greater_equal(month, 1), pc.less_equal(month, 12))
    return bool(pc.any(pc.and_(only_day, is_month)).as_py())


def _read_serial(text: str) -> WrittenDate | str:
    """Return the day that a spreadsheet of the 1900 system means by a number."""
    whole, _, part = text.replace(",", ".").partition(".")
    number, seconds = int(whole), round(float(f"0.{part or 0}") * 86400)
    if not _FIRST_SERIAL <= number <= _LAST_SERIAL:
        return "date-serial"
    day = _SERIAL_EPOCH + datetime.timedelta(days=number + seconds // 86400)
    seconds %= 86400
    # A whole number (also «45356.0») has no clock; a part that rounds to midnight had one.
    clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}" if part.strip("0") else ""
    return WrittenDate(day.year, day.month, day.day, clock)
