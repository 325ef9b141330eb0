"""What an archive remembers of its records in words: why they came back, and what their cells said before.

The archive holds the newest cells of a record. A cell that the CRM changed or emptied since stands in the note, so that
nothing that was once known is lost; moments and counts that move by themselves do not.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from crmclean.core.i18n import _
from crmclean.core.table import ADDED_PREFIX, Table
from crmclean.fields.date import parse_dates
from crmclean.hygiene.dead_found import spell_day
from crmclean.segmenting.archive_columns import ARCHIVED_AT, REASON, Rows, own_cells

_MOVING: Final = frozenset(
    {"modified_at", "modified_by", "last_activity", "stage_changed_at", "touches", "call_attempts"}
)


def list_lost_cells(
    whole: Table, old: Rows, new: Rows, names: Sequence[str], known: Sequence[str] | None = None
) -> list[str]:
    """Return the cells of records that other records do not say again, as «Heading: cell» joined by ``, ``.

    Args:
        whole: the table of both.
        old, new: their rows, in pairs; -1 for a record that there is not.
        names: the columns to look at.
        known: what was said of each record before: it is not said again.
    """
    said: list[list[str]] = [[] for _row in range(len(old))]
    before = known or [""] * len(old)
    for column in whole.columns:
        if column.name not in names or column.role in _MOVING or column.header.startswith(ADDED_PREFIX):
            continue
        cells = whole.frame[column.name].str.strip()
        one = cells.iloc[old].to_numpy()
        other = np.where(new >= 0, cells.iloc[np.where(new >= 0, new, 0)].to_numpy(), "")
        for place in np.flatnonzero((one != "") & (one != other)).tolist():
            text = f"{column.header}: {one[place]}"
            if not any(text + mark in before[place] + ";" for mark in ",;"):
                said[place].append(text)
    return [", ".join(parts) for parts in said]


def join_notes(*notes: str) -> str:
    """Return notes joined by ``; ``, each once.

    >>> join_notes("", "one", "two", "one")
    'one; two'
    """
    return "; ".join(dict.fromkeys(filter(None, notes)))


def say_changes(notes: Sequence[str], changes: Sequence[str], day: pd.Timestamp) -> list[str]:
    """Return notes, each with what the CRM has changed since."""
    text = _("changed by {day}, before: {cells}")
    shown = spell_day(day.to_datetime64())
    return [
        join_notes(note, text.format(day=shown, cells=change)) if change else note
        for note, change in zip(notes, changes, strict=True)
    ]


def say_returned(earlier: Table, rows: Rows, news: Sequence[str], cells: Sequence[str], day: pd.Timestamp) -> list[str]:
    """Return the notes of records that come back: when, by what, and since when and why they were away."""
    text = _("returned {day}: {news}; was in the archive since {since}: {reason}")
    shown = spell_day(day.to_datetime64())
    return [
        join_notes(
            text.format(day=shown, news=said, since=since, reason=reason),
            _("in the archive stood: {cells}").format(cells=lost) if lost else "",
        )
        for said, lost, since, reason in zip(news, cells, *_past_of(earlier, rows), strict=True)
    ]


def say_merged(earlier: Table, rows: Rows, cells: Sequence[str], day: pd.Timestamp) -> list[str]:
    """Return the notes on records of the archive that were merged into others of it: since when and why they were."""
    text = _("by {day} merged with a record that was in the archive since {since}: {reason}")
    shown = spell_day(day.to_datetime64())
    return [
        join_notes(
            text.format(day=shown, since=since, reason=reason),
            _("in the archive stood: {cells}").format(cells=lost) if lost else "",
        )
        for lost, since, reason in zip(cells, *_past_of(earlier, rows), strict=True)
    ]


def say_known(earlier: Table, rows: Rows) -> list[str]:
    """Return the notes for new records whose client is known to the archive."""
    text = _("a record of this client is in the archive since {since}: {reason}")
    return [text.format(since=since, reason=reason) for since, reason in zip(*_past_of(earlier, rows), strict=True)]


def _past_of(earlier: Table, rows: Rows) -> tuple[list[str], list[str]]:
    """Return since when records are in the archive, as people write a day, and why."""
    written = own_cells(earlier, ARCHIVED_AT).iloc[rows]
    days = parse_dates(written).to_numpy("datetime64[us]")
    since = [text if np.isnat(day) else spell_day(day) for day, text in zip(days, written.tolist(), strict=True)]
    return since, own_cells(earlier, REASON).iloc[rows].tolist()
