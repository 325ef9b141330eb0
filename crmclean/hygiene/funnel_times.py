"""Days of a funnel: how long a record has stood in its stage, and how long ago a promised date passed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import pyarrow.compute as pc
from numpy.typing import NDArray

from crmclean.core.table import Table
from crmclean.fields.date import parse_dates
from crmclean.fields.text import distinct_texts, fold, one_array
from crmclean.hygiene.as_of import days_before
from crmclean.hygiene.funnel_stages import CLOSED_STATE, LOST_STATE, OPEN_STATE, WON_STATE, Stages

Days = NDArray[np.float64]

SINCE: Final = ("", "stage_changed_at", "modified_at", "created_at")
"""From what the days of an open record are counted, by its code: the day of the stage, else the next best."""

_NO_TASK: Final = re.compile(
    r"[\W_]*|0|(?:нет|no|без)(?: (?:(?:активных|запланированных) )?(?:задач[аи]?|дел[оа]?|tasks?|activit(?:y|ies)))?"
    r"|задач нет|дел нет|не (?:назначен[ао]?|запланирован[ао]?|поставлена?)|none|null|n/?a"
)
_OVERDUE: Final = re.compile(r"\b(?:просроч|overdue)")
_NOT_OVERDUE: Final = re.compile(r"\b(?:не просроч|нет просроч|без просроч|not overdue)")
_CLOCK: Final = (
    r"^([0-9]{2}\.[0-9]{2}\.[0-9]{4}|[0-9]{4}-[0-9]{2}-[0-9]{2}) (?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?$"
)
_DATE: Final = re.compile(r"(?<![0-9.\-])(?:[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}|[0-9]{4}-[0-9]{2}-[0-9]{2})(?![0-9])")


@dataclass(frozen=True)
class Times:
    """The days of every row.

    Attributes:
        days: of an open record in its stage, of an ended one from its creation to its end; NaN unknown.
        since: place in ``SINCE`` of what the days of an open record are counted from.
        age: days since the record was created; NaN unknown.
        activity: days from its creation to its last activity; NaN unknown.
    """

    days: Days
    since: NDArray[np.int64]
    age: Days
    activity: Days


@dataclass(frozen=True)
class Promises:
    """What is promised to the client of every row.

    Attributes:
        has_task: a next task is named.
        task_days, expected_days: days since the day of the task, and since that on which the deal was to be closed; NaN
            for none. Below zero lies in the future.
        task_overdue: the cell says in words that the task is overdue.
        tasks_dated: at least one next task of the file has a date.
    """

    has_task: NDArray[np.bool_]
    task_days: Days
    expected_days: Days
    task_overdue: NDArray[np.bool_]
    tasks_dated: bool


Dates = Mapping[str, "pd.Series[pd.Timestamp]"]


def read_dates(table: Table) -> Dates:
    """Return the days of every row by role, ``NaT`` where there is none."""
    return {role: parse_days(table.coalesced(role)) for role in (*SINCE[1:], "closed_at", "last_activity")}


def parse_days(cells: "pd.Series[str]") -> "pd.Series[pd.Timestamp]":
    """Return the dates of a column; those that are written plainly without their time of day, which is never wanted.

    Moments differ in every row, days hardly do: so there is far less to read.

    >>> parse_days(pd.Series(["05.03.2024 10:15:00", "2024-03-05 23:59", "05.03.2024 25:00"])).tolist()
    [Timestamp('2024-03-05 00:00:00'), Timestamp('2024-03-05 00:00:00'), NaT]
    """
    bare = pc.replace_substring_regex(one_array(cells), _CLOCK, r"\1")
    return parse_dates(pd.Series(bare, index=cells.index, dtype="str"))


def measure_times(dates: Dates, stages: Stages, as_of: pd.Timestamp) -> Times:
    """Return the days of every row.

    The last change of a record is never earlier than that of its stage: by it, the days are rather too few.
    """
    ago = {role: _days_ago(moments, as_of) for role, moments in dates.items()}
    days = np.full(len(stages.now), np.nan)
    since = np.zeros(len(stages.now), dtype=np.int64)
    for code, role in enumerate(SINCE[1:], start=1):
        free = (stages.state == OPEN_STATE) & np.isnan(days) & ~np.isnan(ago[role])
        days[free] = ago[role][free]
        since[free] = code
    ended = np.isin(stages.state, (WON_STATE, LOST_STATE, CLOSED_STATE))
    for role in ("closed_at", "stage_changed_at"):
        took = ago["created_at"] - ago[role]
        free = ended & np.isnan(days) & (took >= 0)
        days[free] = took[free]
    return Times(days, since, ago["created_at"], ago["created_at"] - ago["last_activity"])


def _days_ago(dates: "pd.Series[pd.Timestamp]", as_of: pd.Timestamp) -> Days:
    """Return whole days before a day; NaN for a later one, which tells nothing of the time before."""
    days = days_before(dates, as_of).to_numpy(dtype=np.float64)
    return np.where(days >= 0, days, np.nan)


def read_promises(table: Table, as_of: pd.Timestamp) -> Promises:
    """Return what is promised to the clients of a table."""
    codes, texts = distinct_texts(table.coalesced("next_task"))
    dates = parse_days(pd.Series(texts, dtype="str"))
    named, overdue = np.ones(len(texts), dtype=np.bool_), np.zeros(len(texts), dtype=np.bool_)
    in_words = np.flatnonzero(dates.isna().to_numpy()).tolist()
    for place in in_words:
        folded = fold(texts[place])
        named[place] = _NO_TASK.fullmatch(folded) is None
        overdue[place] = bool(_OVERDUE.search(folded)) and not _NOT_OVERDUE.search(folded)
    dates = dates.fillna(_find_dates(texts, in_words))
    task_days = np.asarray(days_before(dates, as_of), dtype=np.float64)
    expected = np.asarray(days_before(parse_days(table.coalesced("expected_at")), as_of), dtype=np.float64)
    return Promises(
        has_task=named[codes],
        task_days=task_days[codes],
        expected_days=expected,
        task_overdue=overdue[codes],
        tasks_dated=bool(dates.notna().any()),
    )


def _find_dates(texts: list[str], in_words: list[int]) -> "pd.Series[pd.Timestamp]":
    """Return of the texts at these places the latest date that stands in each: a step to come keeps the client."""
    found = [(place, match) for place in in_words for match in _DATE.findall(texts[place])]
    inside = parse_dates(pd.Series([match for _place, match in found], dtype="str"))
    latest = inside.groupby(np.array([place for place, _match in found], dtype=np.int64)).max()
    return latest.reindex(pd.RangeIndex(len(texts)))
