"""Dates and moments as CRMs and spreadsheets write them.

Source of the rules: GOST R 7.0.97 (DD.MM.YYYY), ISO 8601, and what the exports of CRMs hold. A text is read only
where its form leaves one reading; the rest is ``NaT``, never a guess.
"""

from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmclean.fields.text import distinct_texts

_CLOCK: Final = (
    r"(?:[T ,]+(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,][0-9]{1,9})?)?"
    r" ?(?P<half>[AaPp][Mm])?)?"
)
_ZONE: Final = r" ?(?P<zone>Z|UTC|[+\-][0-9]{2}:?[0-9]{2}|[+\-][0-9]{2})?"
_DAY_FIRST: Final = rf"^(?P<day>[0-9]{{1,2}})[./\-](?P<month>[0-9]{{1,2}})[./\-](?P<year>[0-9]{{4}}){_CLOCK}$"
_MONTH_FIRST: Final = (
    _DAY_FIRST.replace("P<day>", "P<swap>").replace("P<month>", "P<day>").replace("P<swap>", "P<month>")
)
_ISO: Final = rf"^(?P<year>[0-9]{{4}})[\-./](?P<month>[0-9]{{1,2}})[\-./](?P<day>[0-9]{{1,2}}){_CLOCK}{_ZONE}$"
_COMPACT: Final = rf"^(?P<year>[12][0-9]{{3}})(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}}){_CLOCK}$"
_SLASHED: Final = r"^[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}\b"


def parse_dates(cells: pd.Series) -> pd.Series:
    """Return the moment of every cell, ``NaT`` where it is not known; same index, ``datetime64[us]`` without zone.

    Read are DD.MM.YYYY, ISO 8601 and YYYYMMDD, each with or without a time. A zone is dropped: the local clock of
    the export counts. ``1/2/2024`` has the day first, unless a number above 12 in the second place, and none in the
    first, proves for the whole column that the month is.

    >>> parse_dates(pd.Series(["30.09.2026 22:37", "2026-09-30T22:37:05+03:00", "0000-00-00", "скоро"])).tolist()
    [Timestamp('2026-09-30 22:37:00'), Timestamp('2026-09-30 22:37:05'), NaT, NaT]
    >>> parse_dates(pd.Series(["3/15/2024 2:30 PM", "1/2/2024"])).tolist()
    [Timestamp('2024-03-15 14:30:00'), Timestamp('2024-01-02 00:00:00')]
    """
    codes, texts = distinct_texts(cells)
    trimmed = pc.utf8_trim(pc.utf8_trim_whitespace(pa.array(texts, pa.string())), characters="'\u00a0\ufeff")
    slashed = pc.match_substring_regex(trimmed, _SLASHED)
    slash_pattern = _MONTH_FIRST if _month_stands_first(trimmed.filter(slashed)) else _DAY_FIRST
    moments = np.full(len(texts), np.datetime64("NaT"), dtype="datetime64[us]")
    has_slash = slashed.to_numpy(zero_copy_only=False).astype(np.bool_)
    unread = pc.not_equal(trimmed, "").to_numpy(zero_copy_only=False).astype(np.bool_)
    for pattern, candidates in ((slash_pattern, has_slash), (_DAY_FIRST, ~has_slash), (_ISO, None), (_COMPACT, None)):
        asked = np.flatnonzero(unread if candidates is None else unread & candidates)
        if len(asked):
            moments[asked] = _read_pattern(trimmed.take(asked), pattern).to_numpy()
            unread[asked] = np.isnat(moments[asked])
    return pd.Series(moments[codes], index=cells.index)


def _month_stands_first(slashed: pa.Array) -> bool:
    """Tell whether a day above 12 stands second somewhere and never first."""
    places = pc.extract_regex(slashed, r"^(?P<first>[0-9]{1,2})/(?P<second>[0-9]{1,2})/")
    first = pc.cast(pc.struct_field(places, "first"), pa.int64())
    second = pc.cast(pc.struct_field(places, "second"), pa.int64())
    any_second = pc.any(pc.greater(second, 12)).as_py()
    any_first = pc.any(pc.greater(first, 12)).as_py()
    return bool(any_second) and not any_first


def _read_pattern(texts: pa.Array, pattern: str) -> pd.Series:
    """Return the moments of the texts that have this form; a day or an hour that does not exist is ``NaT``."""
    found = pc.extract_regex(texts, pattern)
    fields = pd.DataFrame(
        {name: _numbers(found, name) for name in ("year", "month", "day", "hour", "minute", "second")}
    )
    known = fields["year"].between(1000, 9999)
    half = pd.Series(pc.fill_null(pc.utf8_upper(pc.struct_field(found, "half")), "").to_pylist(), dtype="str")
    hour = fields["hour"] % 12 + 12 * (half == "PM")
    fields["hour"] = fields["hour"].where(half == "", hour)
    fits_clock = (fields["hour"] < 24) & (fields["minute"] < 60) & (fields["second"] < 60)
    days = pd.to_datetime(fields.loc[known, ["year", "month", "day"]], errors="coerce").astype("datetime64[us]")
    seconds = fields["hour"] * 3600 + fields["minute"] * 60 + fields["second"]
    moments = days + pd.to_timedelta(seconds[known], unit="s").astype("timedelta64[us]")
    return moments.where(fits_clock[known]).reindex(range(len(texts)))


def _numbers(found: pa.Array, name: str) -> pd.Series:
    """Return one group as integers, 0 where it is absent (an absent clock is midnight)."""
    text = pc.fill_null(pc.struct_field(found, name), "")
    text = pc.if_else(pc.equal(text, ""), "0", text)
    return pd.Series(pc.cast(text, pa.int64()).to_numpy(zero_copy_only=False))
