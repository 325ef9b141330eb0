"""The two files of an archive as tables: the active base without who left, the archive with all who ever did."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from crmclean.core.table import Column, Table
from crmclean.hygiene.dead_found import Moments
from crmclean.segmenting.archive_columns import (
    ARCHIVE_COLUMNS,
    ARCHIVED_AT,
    NOTE,
    REASON,
    RULE,
    SEEN,
    STAGE,
    WARM_UP,
    Key,
    Rows,
    key_columns,
    lay_out,
    origin_of_archive,
    own_cells,
    stack,
    take_rows,
    with_own_columns,
)
from crmclean.segmenting.archive_folding import Known
from crmclean.segmenting.archive_notes import join_notes, list_lost_cells, say_changes, say_known, say_returned
from crmclean.segmenting.archive_pairs import Both
from crmclean.segmenting.archive_return import News, last_seen, read_signs, stage_texts
from crmclean.segmenting.archive_taking import Leaving


@dataclass(frozen=True)
class Night:
    """One run: what there was, what was found, what follows.

    Attributes:
        table: the export as it was.
        layout: the columns of the archive without its own, see ``lay_out``.
        known: the archive beside it, each row of the export known as one of its records at most.
        news: what is new of each row of the archive.
        leaving: what the export loses now.
        back: rows of the archive that leave it; the export has a row of each.
        day: today.
    """

    table: Table
    layout: Mapping[Key, Column]
    known: Known
    news: News
    leaving: Leaving
    back: Rows
    day: pd.Timestamp

    @property
    def earlier(self) -> Table:
        """The archive."""
        return self.known.earlier

    @property
    def both(self) -> Both:
        """The records of both files."""
        return self.known.both

    @property
    def partner(self) -> Rows:
        """Row of the export that is the same record as each row of the archive, -1 where none is."""
        return self.known.partner

    @property
    def kept(self) -> Rows:
        """Rows of the archive that stay in it."""
        return np.setdiff1d(np.arange(len(self.earlier)), self.back)

    @property
    def in_export(self) -> frozenset[str]:
        """Names in ``both`` of the columns that the export has."""
        return frozenset(self.layout[key].name for key in key_columns(self.table))


def make_active(night: Night) -> Table:
    """Return the base without those who left, with a note on who is back or known to the archive.

    Who comes back takes the place of its row in the export.
    """
    table, partner = night.table, night.partner
    absorbed = partner[night.kept]
    stays = ~night.leaving.rows
    stays[absorbed[absorbed >= 0]] = False
    notes = own_cells(table, NOTE).tolist()
    renewed = np.flatnonzero(night.news.renewed)
    for row, text in zip(night.news.by[renewed].tolist(), say_known(night.earlier, renewed), strict=True):
        notes[row] = join_notes(notes[row], text)
    for row, text in zip(partner[night.back].tolist(), _say_back(night), strict=True):
        notes[row] = join_notes(notes[row], text)
    rows = np.flatnonzero(stays)
    own = key_columns(table)
    kept = replace(table, columns=tuple(own.values()), frame=table.frame[[column.name for column in own.values()]])
    return take_rows(kept, rows).with_added({NOTE: pd.Series([notes[row] for row in rows.tolist()], dtype="str")})


def _say_back(night: Night) -> list[str]:
    """Return the note of each record that comes back, with the cells that its row in the base does not say."""
    new = night.both.old + night.partner[night.back]
    every = [column.name for column in night.layout.values()]
    cells = list_lost_cells(night.both.table, night.back, new, every)
    news = night.news.words.iloc[night.back].tolist()
    said = say_returned(night.earlier, night.back, news, cells, night.day)
    notes = own_cells(night.earlier, NOTE).iloc[night.back].tolist()
    return [join_notes(*pair) for pair in zip(said, notes, strict=True)]


def make_archive(night: Night) -> pd.DataFrame:
    """Return the archive as it is now: its records in their order with their newest cells, then those who left now."""
    return stack([_keep(night), _add(night)])


def _keep(night: Night) -> pd.DataFrame:
    """Return the records that stay in the archive; the day and the reason stay as they were."""
    kept = night.kept
    partner = night.partner[kept]
    whole, old = night.both.table, night.both.old
    newest = np.where(partner >= 0, old + partner, kept)
    columns = {
        name: whole.frame[name].iloc[newest if name in night.in_export else kept].array for name in whole.frame.columns
    }
    own = {name: own_cells(night.earlier, name).iloc[kept].array for name in ARCHIVE_COLUMNS}
    notes = own_cells(night.earlier, NOTE).iloc[kept].tolist()
    paired = np.flatnonzero(partner >= 0)
    before = [notes[place] for place in paired.tolist()]
    changes = list_lost_cells(whole, kept[paired], newest[paired], night.both.compared, before)
    for place, note in zip(paired.tolist(), say_changes(before, changes, night.day), strict=True):
        notes[place] = note
    own[NOTE] = pd.Series(notes, dtype="str").array
    return pd.DataFrame({**columns, **own})


def _add(night: Night) -> pd.DataFrame:
    """Return the records that leave the base now."""
    table, leaving = night.table, night.leaving
    rows = np.flatnonzero(leaving.rows)
    frame = night.both.table.frame.iloc[night.both.old + rows]
    seen = last_seen(read_signs(table, night.day), len(table))[rows]
    earlier_note = own_cells(table, NOTE).iloc[rows].tolist()
    notes = [join_notes(*pair) for pair in zip(earlier_note, leaving.note.iloc[rows].tolist(), strict=True)]
    own = {
        REASON: leaving.reason.iloc[rows].array,
        ARCHIVED_AT: pd.Series([night.day.strftime("%Y-%m-%d")] * len(rows), dtype="str").array,
        RULE: leaving.rule.iloc[rows].array,
        STAGE: stage_texts(table).iloc[rows].array,
        SEEN: _spell_moments(seen).array,
        WARM_UP: leaving.warm_up.iloc[rows].array,
        NOTE: pd.Series(notes, dtype="str").array,
    }
    return frame.reset_index(drop=True).assign(**own)


def _spell_moments(moments: Moments) -> "pd.Series[str]":
    """Return moments as ISO 8601, days without the time; ``""`` where unknown."""
    values = pd.Series(moments)
    days = values.dt.strftime("%Y-%m-%d")
    spelled: pd.Series[str] = days.where(values.eq(values.dt.normalize()), values.dt.strftime("%Y-%m-%d %H:%M:%S"))
    return spelled.fillna("").astype("str")


def lay_out_archive(frame: pd.DataFrame, active: Table, earlier: Table | None) -> Table:
    """Return the archive as a table that can be written: as it was, a new one in the layout of the base.

    Args:
        frame: what ``make_archive`` returns.
        active: what ``make_active`` returns.
        earlier: the archive as it was, ``None`` where there was none.
    """
    return Table(frame, with_own_columns(lay_out(active, earlier)), origin_of_archive(active, earlier))
