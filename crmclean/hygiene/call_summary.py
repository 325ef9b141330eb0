"""The order of what happened to each number: the attempts since its last sign of life."""

import datetime
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmclean.hygiene.evidence_columns import split_days

_FAILED: Final = ("no-answer", "busy", "voicemail", "rejected", "not-in-service")
"""Results that say that the client was not reached; a technical failure does not."""

_LONG_AGO: Final = np.iinfo(np.int64).min + 1


def summarise_lines(frame: pd.DataFrame, as_of: datetime.date) -> pd.DataFrame:
    """Return one row per number of the lines up to a day, as ``summarise_calls`` describes it.

    Args:
        frame: ``Evidence.frame`` of a call log.
        as_of: the last day that counts.
    """
    end = pd.Timestamp(as_of.year, as_of.month, as_of.day) + pd.Timedelta(days=1)
    frame = frame[frame["date"].isna() | (frame["date"] < end)]
    owners, numbers = pd.factorize(frame["number"], sort=True)
    size = len(numbers)
    results = frame["result"].to_numpy(dtype=object)
    incoming = frame["direction"].eq("in").to_numpy()
    alive = incoming | np.isin(results, ("answered", "wrong-number", "unknown"))
    dates = frame["date"].to_numpy("datetime64[us]")
    moments = np.where(np.isnat(dates), np.where(alive, np.iinfo(np.int64).max, _LONG_AGO), dates.astype(np.int64))
    # Of one moment the worst comes first and a sign of life last, whatever the order of the file.
    reached = incoming | np.isin(results, ("answered", "wrong-number"))
    strength = alive.astype(np.int64) + (reached & (results != "wrong-number"))
    order = np.lexsort((results != "not-in-service", strength, moments, owners))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    since = _latest(place, owners, alive, size)
    streak = np.isin(results, _FAILED) & ~incoming & (place > since[owners])
    silent = results == "not-in-service"
    last_try = _latest(place, owners, streak, size)
    said_last = np.zeros(size, dtype=np.bool_)
    said_last[owners[streak & (place == last_try[owners]) & silent]] = True
    often = np.bincount(owners[streak & silent], minlength=size) >= 2
    certain = np.bincount(owners[streak & silent & frame["certain"].to_numpy()], minlength=size) > 0
    # Who was reached last: his word on whose number it is counts.
    last_reached = _latest(place, owners, reached, size)
    wrong = np.zeros(size, dtype=np.bool_)
    wrong[owners[reached & (place == last_reached[owners]) & (results == "wrong-number")]] = True
    return pd.DataFrame(
        {
            "number": pd.Series(numbers, dtype="str"),
            "attempts": np.bincount(owners[~incoming], minlength=size),
            "failed_in_a_row": np.bincount(owners[streak], minlength=size),
            "days_tried": _count_days(owners, dates, streak, size),
            "not_in_service": said_last & (often | certain),
            "wrong_number": wrong,
            "last_answered": _last_date(owners, dates, results == "answered", size),
            "last_incoming": _last_date(owners, dates, incoming, size),
            "last_try": _last_date(owners, dates, ~incoming, size),
        }
    )


def _latest(
    place: NDArray[np.int64], owners: NDArray[np.int64], lines: NDArray[np.bool_], size: int
) -> NDArray[np.int64]:
    """Return for every number the latest place among its lines, -1 where it has none."""
    latest = np.full(size, -1, dtype=np.int64)
    np.maximum.at(latest, owners[lines], place[lines])
    return latest


def _count_days(
    owners: NDArray[np.int64], dates: NDArray[np.datetime64], lines: NDArray[np.bool_], size: int
) -> NDArray[np.int64]:
    dated = lines & ~np.isnat(dates)
    days = dates[dated].astype("datetime64[D]").astype(np.int64)
    return np.bincount(split_days(owners[dated], days)[0], minlength=size)


def _last_date(
    owners: NDArray[np.int64], dates: NDArray[np.datetime64], lines: NDArray[np.bool_], size: int
) -> NDArray[np.datetime64]:
    dated = lines & ~np.isnat(dates)
    last = np.full(size, _LONG_AGO, dtype=np.int64)
    np.maximum.at(last, owners[dated], dates[dated].astype(np.int64))
    moments = last.astype("datetime64[us]")
    moments[last == _LONG_AGO] = np.datetime64("NaT")
    return moments
