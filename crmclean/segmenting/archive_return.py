"""What shows that a client of the archive is there again: signs of life, a stage that is open again, a new record.

A sign of life counts from the day of archiving on, if it is later than all that was known then: `archived_seen` keeps
the last moment of that day, so that a client who called some hours after the night run is not missed. Where other
records of the client have been merged into the row since, an earlier sign counts too, if it is later than what was
known: nobody had known that it is the same client's. To close a card in the CRM once it is in the archive is no sign
of life.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd

from crmclean.core.i18n import N_, _
from crmclean.core.table import Table
from crmclean.fields.date import parse_dates
from crmclean.fields.text import fold, map_distinct
from crmclean.hygiene.dead_age import read_moments
from crmclean.hygiene.dead_found import Bools, Moments, latest, not_moments, say, say_day, spell_day
from crmclean.hygiene.statuses import LOST, OPEN, WON, read_statuses
from crmclean.segmenting.archive_columns import ARCHIVED_AT, MERGED, SEEN, STAGE, Rows, own_cells
from crmclean.segmenting.archive_pairs import Candidates

_SIGNS: Final = MappingProxyType(
    {
        "last_activity": N_("new activity on {date}"),
        "ordered_at": N_("a new order of {date}"),
        "created_at": N_("entered again on {date}"),
        "stage_changed_at": N_("moved to another stage on {date}"),
        "modified_at": N_("changed in the CRM on {date}"),
    }
)
"""Roles whose dates are signs of life, those that say more of the client first."""

_DAY: Final = np.timedelta64(1, "D")
_NEVER_CALLED_BACK: Final = ("junk", "duplicate")
"""A new record of the client says nothing for a card that was junk or a duplicate from the beginning."""


@dataclass(frozen=True)
class Archived:
    """What the archive says of each of its records.

    Attributes:
        at: the day on which it was archived, unknown where somebody emptied the cell.
        stage: its stage or status on that day.
        seen: the last moment that was known of it then.
    """

    at: Moments
    stage: "pd.Series[str]"
    seen: Moments

    @classmethod
    def of(cls, earlier: Table) -> "Archived":
        """Read an archive."""
        at, seen = (parse_dates(own_cells(earlier, name)).to_numpy("datetime64[us]") for name in (ARCHIVED_AT, SEEN))
        return cls(at, own_cells(earlier, STAGE), seen)


@dataclass(frozen=True)
class News:
    """What is new of each record of the archive.

    Attributes:
        own: the record itself shows it.
        renewed: it does not, but a new record of the client is there.
        by: row of the export that shows it, -1 where nothing is new.
        words: what it is, ``""`` where nothing is new.
    """

    own: Bools
    renewed: Bools
    by: Rows
    words: "pd.Series[str]"


def stage_texts(table: Table) -> "pd.Series[str]":
    """Return the stage of every row, else its status, as written."""
    stage = table.coalesced("stage")
    return stage.where(stage.ne(""), table.coalesced("status"))


def read_signs(table: Table, as_of: pd.Timestamp) -> dict[str, Moments]:
    """Return the moments of every row by role; none that lies after today."""
    signs = {}
    for role in _SIGNS:
        moments = read_moments(table, role)
        moments[moments >= as_of.to_datetime64() + _DAY] = np.datetime64("NaT")
        signs[role] = moments
    return signs


def last_seen(signs: Mapping[str, Moments], size: int) -> Moments:
    """Return the last moment that is known of every row."""
    return latest(signs.values(), size)


def find_fresh(export: Table, archived: Archived, as_of: pd.Timestamp) -> Bools:
    """Tell which rows of the export were entered after the first record of the archive was put there."""
    known = archived.at[~np.isnat(archived.at)]
    if not len(known):
        return np.zeros(len(export), dtype=np.bool_)
    fresh: Bools = read_signs(export, as_of)["created_at"] >= known.min() + _DAY
    return fresh


def find_news(
    export: Table,
    archived: Archived,
    partner: Rows,
    found: Candidates,
    leaving: Bools,
    as_of: pd.Timestamp,
    statuses: Mapping[str, Sequence[str]],
) -> News:
    """Return what is new of the records of the archive.

    Args:
        partner: row of the export that is the same record, -1 where it is not there.
        found: other rows of the export that may be of the client.
        leaving: rows of the export that go into the archive now: they call nobody back.
    """
    signs = read_signs(export, as_of)
    now = stage_texts(export)
    classes = read_statuses(now, statuses)
    before = read_statuses(archived.stage, statuses)
    took_in = own_cells(export, MERGED).ne("").to_numpy(np.bool_)
    own, words = _find_own(archived, partner, signs, now, classes, before, took_in)
    by = np.where(own, partner, -1)
    is_new = np.flatnonzero(~leaving[found.new] & ~classes.isin(LOST).to_numpy(np.bool_)[found.new])
    created = signs["created_at"]
    one, other = found.old[is_new], found.new[is_new]
    later = created[other].astype("datetime64[D]") > archived.at[one].astype("datetime64[D]")
    later &= ~own[one] & ~before.isin(_NEVER_CALLED_BACK).to_numpy(np.bool_)[one]
    one, other, shared = one[later], other[later], found.shared[is_new][later]
    identity = export.coalesced("id")
    order = np.lexsort((identity.iloc[other].to_numpy(dtype=str), shared, created[other]))
    renewed = np.zeros(len(partner), dtype=np.bool_)
    renewed[one] = True
    by[one[order]] = other[order]  # of several the newest, written last
    words = words.mask(pd.Series(renewed), _say_new_records(identity, created, by, renewed))
    return News(own, renewed, by, words)


def _find_own(
    archived: Archived,
    partner: Rows,
    signs: Mapping[str, Moments],
    now: "pd.Series[str]",
    classes: "pd.Series[str]",
    before: "pd.Series[str]",
    took_in: Bools,
) -> "tuple[Bools, pd.Series[str]]":
    """Return which records show by themselves that they are back, and by what.

    Args:
        took_in: rows of the export into which others were merged.
    """
    old = np.flatnonzero(partner >= 0)
    new = partner[old]
    size = len(partner)
    now_class, then_class = classes.iloc[new].to_numpy(), before.iloc[old].to_numpy()
    ended = np.isin(now_class, list(LOST))
    moved = _folded(now.iloc[new]) != _folded(archived.stage.iloc[old])
    closing = ended & (moved | (now_class == "archived"))
    silent = {"modified_at": closing, "stage_changed_at": ended}
    best, role_of = not_moments(size), np.full(size, -1, dtype=np.int64)
    for place, role in enumerate(_SIGNS):
        moments = signs[role][new]
        if role in silent:
            moments = np.where(silent[role], np.datetime64("NaT"), moments)
        later = (moments > best[old]) | (np.isnat(best[old]) & ~np.isnat(moments))
        best[old[later]], role_of[old[later]] = moments[later], place
    # The archive is written to the second.
    is_later = best.astype("datetime64[s]") > archived.seen
    known_then = np.isnat(archived.seen) | is_later
    in_time = np.isnat(archived.at) | (best.astype("datetime64[D]") >= archived.at.astype("datetime64[D]"))
    in_time[old] |= took_in[new] & is_later[old]
    alive: Bools = ~np.isnat(best) & known_then & in_time
    reopened = np.zeros(size, dtype=np.bool_)
    reopened[old] = np.isin(now_class, list(OPEN | WON)) & np.isin(then_class, list(LOST))
    words = say(reopened, "").astype("str")
    stages = now.iloc[np.where(partner >= 0, partner, 0)].reset_index(drop=True) if len(now) else words
    words = words.mask(pd.Series(reopened), _say_stages(archived.stage, stages, reopened))
    for place, text in enumerate(_SIGNS.values()):
        rows = alive & (role_of == place)
        words = words.mask(pd.Series(rows), say_day(rows, best, _(text), _(text)))
    return alive | reopened, words


def _folded(texts: "pd.Series[str]") -> "np.ndarray[tuple[int], np.dtype[np.object_]]":
    return map_distinct(texts, fold).to_numpy()


def _say_stages(before: "pd.Series[str]", now: "pd.Series[str]", rows: Bools) -> "pd.Series[str]":
    text = _("the stage was “{before}” and is “{now}”")
    said = [
        text.format(before=one, now=other) if wanted else ""
        for one, other, wanted in zip(before.tolist(), now.tolist(), rows.tolist(), strict=True)
    ]
    return pd.Series(said, dtype="str")


def _say_new_records(identity: "pd.Series[str]", created: Moments, by: Rows, rows: Bools) -> "pd.Series[str]":
    said = [""] * len(by)
    for place in np.flatnonzero(rows).tolist():
        name = identity.iloc[by[place]]
        text = _("new record {id} of {date}") if name else _("new record of {date}")
        said[place] = text.format(id=name, date=spell_day(created[by[place]]))
    return pd.Series(said, dtype="str")
