"""What a rule found: which rows, why in words, and how sure it is."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from crmclean.core.i18n import _
from crmclean.fields.text import take_texts

Bools = NDArray[np.bool_]
Moments = NDArray[np.datetime64]

_DAY: Final = np.timedelta64(1, "D")


@dataclass(frozen=True)
class Found:
    """One reason, found by one kind of evidence.

    Attributes:
        code: one of ``dead_rules.REASONS``.
        rows: of which rows it holds.
        words: why, for people; ``""`` in other rows.
        weak: rows in which it is not sure that it concerns all of the contact: one of several numbers.
        contested: rows in which something else in the data speaks against it.
    """

    code: str
    rows: Bools
    words: pd.Series
    weak: Bools
    contested: Bools


def make_found(
    code: str, rows: Bools, words: pd.Series, weak: Bools | None = None, contested: Bools | None = None
) -> Found:
    """Return what was found; sure and uncontested where nothing else is said. ``words`` are empty in other rows."""
    none = np.zeros(len(rows), dtype=np.bool_)
    return Found(
        code,
        rows,
        words,
        none if weak is None else weak & rows,
        none if contested is None else contested & rows,
    )


def say(rows: Bools, text: str) -> pd.Series:
    """Return one text for the rows it holds of, ``""`` for the others.

    >>> say(np.array([True, False]), "closed").tolist()
    ['closed', '']
    """
    return take_texts(pa.array(["", text], pa.large_string()), rows.astype(np.int64), pd.RangeIndex(len(rows)))


def say_number(rows: Bools, numbers: NDArray[np.int64], make: Callable[[int], str]) -> pd.Series:
    """Return the text that ``make`` makes of the number of each row it holds of; called once for each number.

    >>> say_number(np.array([True, False]), np.array([400, 1]), "{} days".format).tolist()
    ['400 days', '']
    """
    codes, distinct = pd.factorize(numbers[rows])
    place = np.zeros(len(rows), dtype=np.int64)
    place[rows] = codes + 1
    texts = pa.array(["", *map(make, distinct.tolist())], pa.large_string())
    return take_texts(texts, place, pd.RangeIndex(len(rows)))


def say_text(rows: Bools, texts: pd.Series, make: Callable[[str], str]) -> pd.Series:
    """Return the text that ``make`` makes of the text of each row it holds of; called once for each text.

    >>> say_text(np.array([True, False]), pd.Series(["a", "b"]), "({})".format).tolist()
    ['(a)', '']
    """
    codes, distinct = pd.factorize(texts[rows])
    place = np.zeros(len(rows), dtype=np.int64)
    place[rows] = codes + 1
    made = pa.array(["", *map(make, distinct.tolist())], pa.large_string())
    return take_texts(made, place, pd.RangeIndex(len(rows)))


def say_day(rows: Bools, moments: Moments, dated: str, undated: str) -> pd.Series:
    """Return ``dated`` with the ``{date}`` of each row it holds of, ``undated`` where the date is not known."""
    days = moments.astype("datetime64[D]").astype(np.int64)

    def make(day: int) -> str:
        moment = np.datetime64(day, "D")
        return undated if np.isnat(moment) else dated.format(date=spell_day(moment))

    return say_number(rows, days, make)


def spell_day(moment: np.datetime64) -> str:
    """Return a day as people write it.

    >>> spell_day(np.datetime64("2026-11-22T10:00"))
    '22.11.2026'
    """
    return pd.Timestamp(moment).strftime("%d.%m.%Y")


def is_later_day(one: Moments, other: Moments) -> Bools:
    """Tell where one moment lies more than a day after the other; not where one of them is unknown.

    The clocks of two systems may differ by hours: the next day proves nothing.

    >>> days = np.array(["2026-01-03", "2026-01-02", "NaT"], dtype="datetime64[us]")
    >>> is_later_day(days, np.array(["2026-01-01"] * 3, dtype="datetime64[us]")).tolist()
    [True, False, False]
    """
    later: Bools = one.astype("datetime64[D]") > other.astype("datetime64[D]") + _DAY
    return later


def not_moments(size: int) -> Moments:
    """Return so many unknown moments."""
    return np.full(size, np.datetime64("NaT"), dtype="datetime64[us]")


def latest(moments: Iterable[Moments], size: int) -> Moments:
    """Return the latest of several moments of every row, unknown where all are."""
    result = not_moments(size)
    for column in moments:
        result = np.fmax(result, column)
    return result


def by_comment(text: str, phrase: str) -> str:
    """Return why, with the words of the comment that say so."""
    return _("{reason}, as written: “{phrase}”").format(reason=text, phrase=" ".join(phrase.split()))
