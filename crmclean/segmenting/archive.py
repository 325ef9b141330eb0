"""The archive: who leaves the active base, with which reason, and who comes back.

Nothing is deleted. The archive is one file that grows from run to run; a record stands in the base or in it, never in
both and never in neither, and what it said when it was put away is not lost when its card changes.
"""

import numpy as np
import pandas as pd

from crmclean.core.errors import RowBalanceError
from crmclean.core.finding import join_findings, make_findings
from crmclean.core.segment_settings import ArchiveSettings
from crmclean.core.step import Outcome
from crmclean.core.table import Table
from crmclean.hygiene.as_of import read_as_of
from crmclean.hygiene.statuses import group_pairs
from crmclean.segmenting.archive_built_in import holds_deals, take_built_in
from crmclean.segmenting.archive_columns import (
    NOTE,
    REASON,
    Rows,
    align,
    check_is_archive,
    check_is_no_archive,
    empty_archive,
    key_columns,
    lay_out,
)
from crmclean.segmenting.archive_folding import Known, fold
from crmclean.segmenting.archive_frames import Night, lay_out_archive, make_active, make_archive
from crmclean.segmenting.archive_lists import (
    RETURNED,
    SECTIONS,
    STAYS,
    list_reasons,
    list_returning,
    list_rules,
    list_warm_up,
    list_without_reason,
)
from crmclean.segmenting.archive_pairs import Both, pair_records
from crmclean.segmenting.archive_return import Archived, find_fresh, find_news
from crmclean.segmenting.archive_rules import apply_rules
from crmclean.segmenting.archive_taking import share_out


def archive(table: Table, settings: ArchiveSettings, earlier: Table | None = None, restore: bool = False) -> Outcome:
    """Part a base into those who stay active and those who go into the archive, each with a reason.

    Args:
        earlier: the archive as an earlier run left it; it is extended.
        restore: records of the archive that show new activity come back; else they are listed only.

    Returns:
        The active base with the column ``crmclean_archive_note``. The table ``archive`` is the whole archive as it is
        now; ``archive_table`` makes it a file. Tables ``archive_rules``, ``archive_reasons``, ``returning``,
        ``archive_no_reason`` and ``warm_up``. Figures: ``rows_in`` and ``rows_out`` (active); ``archived`` now,
        ``restored``, ``returning`` (listed, not restored), ``no_reason``, ``in_archive`` now, ``in_both`` (records of
        the archive that the export has, be it that they were merged into one).

    Raises:
        UsageError: there is no rule, a rule is wrong or gives no reason, or the export is an archive itself.
        FileError: ``earlier`` is no archive.
        RowBalanceError: a record would be lost or doubled.
    """
    check_is_no_archive(table)
    before = empty_archive() if earlier is None else earlier
    check_is_archive(before)
    day = read_as_of(settings.as_of)
    takings = apply_rules(table, settings, day)
    if settings.built_in:
        takings += take_built_in(table, settings, day)
    layout = lay_out(table, before)
    archived = align(before, layout)
    of_both = key_columns(before).keys() & key_columns(table).keys()
    compared = tuple(column.name for key, column in layout.items() if key in of_both)
    both = Both.of(archived, align(table, layout), compared)
    fresh = find_fresh(table, Archived.of(before), day)
    known = fold(Known(before, both, *pair_records(both, fresh, settings.region)), day)
    partner, records = known.partner, Archived.of(known.earlier)
    everybody = np.ones(len(table), dtype=np.bool_)
    leaving = share_out(takings, everybody & ~np.isin(np.arange(len(table)), partner))
    news = find_news(table, records, partner, known.found, leaving.rows, day, group_pairs(settings.statuses))
    # A record that the CRM has no longer stays: in the base, the next export would lose it.
    returning = np.flatnonzero(news.own | (news.renewed & (partner >= 0)))
    # A lost deal is not won back by the next one: that is a deal of its own.
    wanted = np.flatnonzero(news.own) if holds_deals(table) else returning
    night = Night(table, layout, known, news, leaving, wanted if restore else wanted[:0], day)
    active, kept = make_active(night), make_archive(night)
    figures = _count(night, len(before), active, kept, wanted)
    check_archive_balance(len(table), len(before), len(active), len(kept), int(figures["in_both"]))
    still = share_out(takings, everybody)
    tables = {
        "archive": kept,
        "archive_rules": list_rules(takings, leaving),
        "archive_reasons": list_reasons(leaving),
        "returning": list_returning(known, news, returning, wanted, RETURNED if restore else STAYS, still),
        "archive_no_reason": list_without_reason(table, leaving),
        "warm_up": list_warm_up(lay_out_archive(kept, active, earlier)),
    }
    return Outcome(active, _make_findings(night, wanted), tables, figures, SECTIONS)


def archive_table(outcome: Outcome, earlier: Table | None = None) -> Table:
    """Return the archive of an outcome as a table that can be written.

    Args:
        outcome: what ``archive`` returned.
        earlier: the archive that it was given; its layout stays. A new one is laid out as the base.
    """
    return lay_out_archive(outcome.tables["archive"], outcome.table, earlier)


def check_archive_balance(rows_in: int, earlier: int, active: int, kept: int, in_both: int) -> None:
    """Check that no record was lost and none is in both files.

    Args:
        rows_in: records of the export.
        earlier, kept: records of the archive before and after.
        active: records of the base that stays.
        in_both: records of the archive that the export has.

    Raises:
        RowBalanceError: ``active + kept`` is not ``rows_in + earlier - in_both``.
    """
    if active + kept != rows_in + earlier - in_both:
        raise RowBalanceError(
            f"{rows_in} rows in and {earlier} in the archive, {in_both} of them the same; {active} active, {kept} kept"
        )


def _count(night: Night, earlier: int, active: Table, kept: pd.DataFrame, wanted: Rows) -> dict[str, float]:
    """Return the figures.

    Args:
        earlier: records of the archive before those that were merged since became one.
    """
    folded = earlier - len(night.earlier)
    return {
        "rows_in": len(night.table),
        "rows_out": len(active),
        "archived": int(night.leaving.rows.sum()),
        "restored": len(night.back),
        "returning": len(wanted) - len(night.back),
        "no_reason": int(night.leaving.without_reason.sum()),
        "in_archive": len(kept),
        "in_both": int((night.partner >= 0).sum()) + folded,
    }


def _make_findings(night: Night, wanted: Rows) -> pd.DataFrame:
    """Return what a person has to do: enter a reason, or let a client come back."""
    waiting = np.setdiff1d(wanted, night.back)
    said = night.news.words.iloc[waiting]
    asked = np.flatnonzero(night.leaving.without_reason)
    rules = night.leaving.asked_by.iloc[asked]
    parts = [
        make_findings(night.news.by[waiting] + 1, NOTE, ["archive-returning"] * len(waiting), said, said),
        make_findings(asked + 1, REASON, ["archive-no-reason"] * len(asked), rules, rules),
    ]
    return join_findings(parts)
