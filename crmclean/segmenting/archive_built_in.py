"""Who leaves the active base without rules of one's own: whom `dead` gives up, and deals that are lost.

A lost deal leaves with the reason of its loss. Where it has none it stays: the reason is what the archive is for. So
does a deal whose client was heard of again after it was lost: somebody should look at it.
"""

import re
from dataclasses import replace
from functools import cache
from typing import Final

import numpy as np
import pandas as pd

from crmclean.core.hygiene_settings import DeadSettings, DealsSettings
from crmclean.core.i18n import N_, _
from crmclean.core.segment_settings import ArchiveSettings
from crmclean.core.table import ROLES, Table
from crmclean.fields.text import fold, map_distinct
from crmclean.hygiene.dead import find_dead
from crmclean.hygiene.dead_age import read_moments
from crmclean.hygiene.dead_found import Bools, is_later_day
from crmclean.hygiene.dead_rules import NOTES, RULES
from crmclean.hygiene.deals_stages import read_stages, stage_column
from crmclean.hygiene.remark_phrases import compile_phrases
from crmclean.hygiene.statuses import LOST
from crmclean.segmenting.archive_columns import own_cells
from crmclean.segmenting.archive_taking import Taking, texts

DEAD_TITLE: Final = N_("given up by “crmclean dead”")
LOST_TITLE: Final = N_("lost, refused or marked as junk or duplicate")
_DEAD_COLUMNS: Final = ("crmclean_proposal", "crmclean_dead_reasons", "crmclean_dead_why")
_SPEAK_FOR_THEMSELVES: Final = ("junk", "duplicate")
_HEARD_OF_LATELY: Final = np.timedelta64(30, "D")

_LISTS: Final = {
    N_("discounts"): ("дорог*", "дорож*", "цен*", "стоимост*", "бюджет*", "деньг*", "денег", "price*", "expensive"),
    N_("articles"): ("функци*", "функционал*", "возможност*", "интеграц*", "feature*", "functional*"),
}
"""Lists for warming up, by what the reason of the loss speaks of: price, or something that the product lacks."""


def take_built_in(table: Table, settings: ArchiveSettings, as_of: pd.Timestamp) -> list[Taking]:
    """Return what leaves without rules of one's own."""
    if holds_deals(table):
        return [_take_lost(table, settings, as_of)]
    tagged = table
    if not {"crmclean_proposal", "crmclean_dead_reasons"} <= set(table.headers):
        dead = DeadSettings(as_of=settings.as_of, statuses=settings.statuses, region=settings.region)
        tagged = find_dead(table, dead).table
    lost = _take_lost(table, settings, as_of)
    # Who wants to be left in peace is on no list.
    warm_up = lost.warm_up.where(own_cells(tagged, "crmclean_may_contact").ne("no"), "")
    # The reason of a loss says more than a long silence.
    return [replace(lost, warm_up=warm_up), _take_dead(tagged)]


def holds_deals(table: Table) -> bool:
    """Tell whether the rows are deals or orders: of those nobody says that they cannot be reached."""
    return table.origin.entity in ("deal", "order") or bool(table.with_role("deal_title"))


def _take_dead(tagged: Table) -> Taking:
    """Return whom `dead` gives up, by the columns that it adds."""
    proposal, codes, why = (own_cells(tagged, name) for name in _DEAD_COLUMNS)
    rows = proposal.eq("archive").to_numpy(np.bool_)
    nothing = texts(len(tagged))
    return Taking(_(DEAD_TITLE), _("why “crmclean dead” gives it up"), rows, map_distinct(codes, _first), nothing, why)


def _first(codes: str) -> str:
    """Return the first reason in words that is one to leave for; notes of the client's wishes are none."""
    titles = {rule.code: rule.title for rule in RULES}
    named = [code for code in codes.split(",") if code in titles]
    return next((_(titles[code]) for code in named if code not in NOTES), _(titles[named[0]]) if named else "")


def _take_lost(table: Table, settings: ArchiveSettings, as_of: pd.Timestamp) -> Taking:
    column = stage_column(table)
    nothing = texts(len(table))
    reason = "[" + _(ROLES["loss_reason"]) + "]"
    if column is None:
        missing = _(ROLES["stage"]) + " " + _("or") + " " + _(ROLES["status"])
        return Taking(_(LOST_TITLE), reason, nothing.ne("").to_numpy(np.bool_), nothing, nothing, nothing, missing)
    stages = read_stages(table, DealsSettings(statuses=settings.statuses))
    rows = stages.classes.isin(LOST).to_numpy(np.bool_) & ~stages.is_open
    speaks = stages.classes.isin(_SPEAK_FOR_THEMSELVES)
    rows &= speaks.to_numpy(np.bool_) | ~_heard_of_since(table, as_of)
    words = table.frame[column.name].str.strip()
    given = table.coalesced("loss_reason")
    # «Отказ: дорого» says the reason itself; so does «Спам».
    behind_colon = map_distinct(words, lambda text: text.partition(":")[2].strip())
    reasons = given.where(given.ne(""), behind_colon)
    reasons = reasons.where(reasons.ne("") | ~speaks, words)
    warm_up = map_distinct(reasons, _list_for).where(~speaks, "")
    return Taking(_(LOST_TITLE), reason, rows, reasons, warm_up, nothing)


def _heard_of_since(table: Table, as_of: pd.Timestamp) -> Bools:
    """Tell whose client was heard of after the deal was lost, and not long ago."""
    ended = np.fmax(read_moments(table, "stage_changed_at"), read_moments(table, "closed_at"))
    active = read_moments(table, "last_activity")
    lately: Bools = active >= as_of.to_datetime64() - _HEARD_OF_LATELY
    return is_later_day(active, ended) & lately


def _list_for(reason: str) -> str:
    folded = fold(reason)
    return next((_(name) for name, pattern in _patterns().items() if pattern.search(folded)), "")


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    return {name: compile_phrases(phrases) for name, phrases in _LISTS.items()}
