"""Today, as the user sets it: a run with the same date gives the same answer on any day."""

from datetime import date

import pandas as pd

from crmclean.core.errors import UsageError
from crmclean.core.i18n import _
from crmclean.fields.date import parse_dates


def read_as_of(text: str) -> pd.Timestamp:
    """Return the day that a setting names, at midnight; that of the computer where it names none.

    Raises:
        UsageError: it is no date.

    >>> read_as_of("22.11.2026")
    Timestamp('2026-11-22 00:00:00')
    """
    if not text.strip():
        return pd.Timestamp(date.today())
    day = parse_dates(pd.Series([text], dtype="str")).iloc[0]
    if pd.isna(day):
        raise UsageError(
            _("--as-of: '{text}' is no date.").format(text=text), _("Write it as 2026-11-22 or 22.11.2026.")
        )
    return pd.Timestamp(day).normalize()


def days_before(dates: "pd.Series[pd.Timestamp]", day: pd.Timestamp) -> "pd.Series[float]":
    """Return how many whole days before ``day`` each date is; negative for a later one, NaN where unknown.

    >>> days_before(pd.Series(pd.to_datetime(["2026-11-20 18:00", None])), pd.Timestamp("2026-11-22")).tolist()
    [2.0, nan]
    """
    return (day - dates.dt.normalize()).dt.days.astype("float64")
