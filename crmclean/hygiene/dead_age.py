"""What the dates of a card say: silent for too long, in one stage for too long, attempts that the file counts."""

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmclean.core.hygiene_settings import DeadSettings
from crmclean.core.i18n import _, ngettext
from crmclean.core.table import Table
from crmclean.fields.date import parse_dates
from crmclean.fields.text import fold
from crmclean.hygiene.as_of import days_before
from crmclean.hygiene.dead_found import Bools, Found, Moments, latest, make_found, say_number, say_text
from crmclean.hygiene.statuses import CLASSES, FAILED_TO_REACH, OPEN, WON, check_names, failed_attempts, read_statuses

# Older dates are what a system writes where it knows none (01.01.1970, 30.12.1899).
_FIRST_DAY: Final = np.datetime64("1990-01-01", "us")
_FAILED_IN_HEADING: Final = ("недозвон", "неуспешн", "неудач", "failed", "missed")


def read_moments(table: Table, role: str) -> Moments:
    """Return the latest moment of every row among the columns of a role, unknown where there is none."""
    columns = [
        parse_dates(table.frame[column.name]).to_numpy("datetime64[us]").copy() for column in table.with_role(role)
    ]
    for moments in columns:
        moments[moments < _FIRST_DAY] = np.datetime64("NaT")
    return latest(columns, len(table))


def _days(moments: Moments, as_of: pd.Timestamp) -> NDArray[np.float64]:
    return np.asarray(days_before(pd.Series(moments), as_of), dtype=np.float64)


def find_silent(
    active: Moments, modified: Moments, heard: Moments, planned: Moments, as_of: pd.Timestamp, most: int
) -> list[Found]:
    """Return who has been silent for longer than ``most`` days: by activity, else by modification.

    Args:
        heard: the last call that was answered, which is an activity too.
        planned: the next task; one that lies ahead speaks against the silence.
    """
    known = ~np.isnat(active)
    ages = _days(np.fmax(np.where(known, active, modified), heard), as_of)
    rows: Bools = ages > most
    days = np.where(rows, ages, 0).astype(np.int64)
    ahead = _days(planned, as_of) <= 0
    by_activity = rows & known
    by_modification = rows & ~known
    return [
        make_found("silent", by_activity, say_number(by_activity, days, _say_by_activity), contested=ahead),
        make_found("silent", by_modification, say_number(by_modification, days, _say_by_modification), contested=ahead),
    ]


def _say_by_activity(days: int) -> str:
    text = ngettext("silent for {days} day (by activity)", "silent for {days} days (by activity)", days)
    return text.format(days=days)


def _say_by_modification(days: int) -> str:
    text = ngettext("silent for {days} day (by modification)", "silent for {days} days (by modification)", days)
    return text.format(days=days)


def read_classes(table: Table, own: Mapping[str, list[str]]) -> dict[str, pd.Series]:
    """Return the class of the status and of the stage of every row, by role, of those roles that the table has.

    Raises:
        UsageError: ``own`` names no class.
    """
    check_names(list(own), CLASSES, _("There is no class of statuses “{name}”."))
    roles = [role for role in ("stage", "status") if table.with_role(role)]
    return {role: read_statuses(table.coalesced(role), own) for role in roles}


def find_stuck(table: Table, classes: Mapping[str, pd.Series], as_of: pd.Timestamp, most: int) -> list[Found]:
    """Return who has been in one open stage for longer than ``most`` days."""
    if not classes:
        return []
    role = next(iter(classes))
    is_open = classes[role].isin(OPEN).to_numpy(dtype=np.bool_)
    is_open = is_open & ~(_days(read_moments(table, "closed_at"), as_of) >= 0)
    ages = _days(read_moments(table, "stage_changed_at"), as_of)
    rows: Bools = is_open & (ages > most)
    days = np.where(rows, ages, 0).astype(np.int64)
    spent = say_number(rows, days, lambda count: ngettext("{days} day", "{days} days", count).format(days=count))
    named = spent.str.cat(table.coalesced(role).reset_index(drop=True), sep="\n")
    words = say_text(rows, named, _say_stuck)
    return [make_found("stage-too-long", rows, words)]


def _say_stuck(named: str) -> str:
    spent, _newline, stage = named.partition("\n")
    return _("in the stage “{stage}” for {days}").format(stage=stage, days=spent)


def find_counted_attempts(
    table: Table, classes: Mapping[str, pd.Series], own: Mapping[str, list[str]], settings: DeadSettings
) -> list[Found]:
    """Return whom so many attempts did not reach, as the file itself counts them, and who was lost for that.

    A column of attempts counts beside a status that says that nobody answered, one of failed attempts by itself.
    """
    size = len(table)
    counts = np.zeros(size, dtype=np.int64)
    failing, going_on = np.zeros(size, dtype=np.bool_), np.zeros(size, dtype=np.bool_)
    for role, of_row in classes.items():
        counts = np.maximum(counts, failed_attempts(table.coalesced(role), own).to_numpy(dtype=np.int64))
        failing |= of_row.isin(FAILED_TO_REACH).to_numpy(dtype=np.bool_)
        going_on |= of_row.isin((OPEN | WON) - FAILED_TO_REACH).to_numpy(dtype=np.bool_)
    for column in table.with_role("call_attempts"):
        written = pd.to_numeric(table.frame[column.name].str.strip(), errors="coerce").fillna(0).clip(0, 10_000)
        told = written.to_numpy(dtype=np.float64).astype(np.int64)
        by_itself = any(word in fold(column.header) for word in _FAILED_IN_HEADING)
        counts = np.maximum(counts, told if by_itself else np.where(failing, told, 0))
    rows = counts >= settings.attempts
    found = [make_found("attempts-failed", rows, say_number(rows, counts, _say_counted))]
    for column in table.with_role("loss_reason"):
        cells = table.frame[column.name]
        # The reason of a loss stays in the card of a client who came back.
        lost = read_statuses(cells, own).isin(FAILED_TO_REACH).to_numpy(dtype=np.bool_) & ~going_on
        words = say_text(lost, cells, lambda text: _("lost: “{reason}”").format(reason=" ".join(text.split())))
        found.append(make_found("attempts-failed", lost, words))
    return found


def _say_counted(count: int) -> str:
    text = ngettext("{count} attempt failed, by the file", "{count} attempts failed, by the file", count)
    return text.format(count=count)
