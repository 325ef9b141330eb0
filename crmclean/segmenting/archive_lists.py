"""The lists beside an archive: for warming up, of who is back, of who stays for want of a reason; and the counts."""

from typing import Final

import numpy as np
import pandas as pd

from crmclean.core.i18n import N_
from crmclean.core.section import Section, SectionColumn
from crmclean.core.table import Table
from crmclean.fields.yes_no import is_yes
from crmclean.segmenting.archive_columns import ARCHIVED_AT, REASON, WARM_UP, Rows, own_cells
from crmclean.segmenting.archive_folding import Known
from crmclean.segmenting.archive_return import News
from crmclean.segmenting.archive_taking import Leaving, Taking

WARM_UP_COLUMNS: Final = ("list", "id", "client", "phone", "email", "reason", "archived_at")
"""Columns of the table ``warm_up``: one line per record of the archive that may be written to."""

RETURNED: Final = N_("came back")
STAYS: Final = N_("stays: --restore brings it back")
STAYS_LOST: Final = N_("stays: the deal is lost, the new one goes on")

_RULES: Final = Section(
    "archive_rules",
    N_("Rules of the archive"),
    (
        SectionColumn("title", N_("Rule")),
        SectionColumn("reason", N_("Reason")),
        SectionColumn("rows", N_("Records"), "count"),
        SectionColumn("missing", N_("Skipped: the file lacks")),
    ),
    is_summary=True,
    most=40,
)
_REASONS: Final = Section(
    "archive_reasons",
    N_("Archived, by reason"),
    (SectionColumn("reason", N_("Reason")), SectionColumn("records", N_("Records"), "count")),
)
_RETURNING: Final = Section(
    "returning",
    N_("Back from the archive"),
    (
        SectionColumn("row", N_("Row"), "count"),
        SectionColumn("id", N_("ID")),
        SectionColumn("client", N_("Client")),
        SectionColumn("since", N_("In the archive since"), "date"),
        SectionColumn("reason", N_("Reason")),
        SectionColumn("news", N_("What is new")),
        SectionColumn("done", N_("What was done"), "title"),
        SectionColumn("still", N_("Leaves again by")),
    ),
    note=N_("Leaves again by: a rule still fits the record, and the next run archives it unless its card is changed."),
)
_WITHOUT_REASON: Final = Section(
    "archive_no_reason",
    N_("Not archived for want of a reason"),
    (
        SectionColumn("row", N_("Row"), "count"),
        SectionColumn("id", N_("ID")),
        SectionColumn("client", N_("Client")),
        SectionColumn("rule", N_("Rule")),
    ),
    note=N_("A rule fits these records, but the reason is empty: they stay until somebody enters it."),
)
SECTIONS: Final = (_RULES, _REASONS, _RETURNING, _WITHOUT_REASON)


def client_names(table: Table) -> "pd.Series[str]":
    """Return whom each row is of: the full name, else its parts, else the company."""
    name = table.coalesced("full_name")
    parts = table.coalesced("last_name").str.cat(table.coalesced("first_name"), sep=" ").str.strip()
    name = name.where(name.ne(""), parts)
    return name.where(name.ne(""), table.coalesced("company"))


def list_warm_up(archive: Table) -> pd.DataFrame:
    """Return the records of an archive that are on a list for warming up, ``WARM_UP_COLUMNS``, ordered by list.

    Who may not be contacted, or cannot be, is on none: ``crmclean_may_contact`` and a column of opt-outs decide.
    """
    wanted = own_cells(archive, WARM_UP).ne("") & own_cells(archive, "crmclean_may_contact").ne("no")
    for column in archive.with_role("opt_out"):
        wanted &= ~is_yes(archive.frame[column.name])
    phone, email = archive.coalesced("phone"), archive.coalesced("email")
    wanted &= phone.ne("") | email.ne("")
    frame = pd.DataFrame(
        {
            "list": own_cells(archive, WARM_UP),
            "id": archive.coalesced("id"),
            "client": client_names(archive),
            "phone": phone,
            "email": email,
            "reason": own_cells(archive, REASON),
            "archived_at": own_cells(archive, ARCHIVED_AT),
        }
    )
    return frame[wanted].sort_values("list", kind="stable", ignore_index=True)


def list_rules(takings: list[Taking], leaving: Leaving) -> pd.DataFrame:
    """Return one line per rule: what it says, how many records it took, what the export lacks for it."""
    lines = [
        (taking.title, taking.reason, taken, taking.missing)
        for taking, taken in zip(takings, leaving.taken, strict=True)
    ]
    return pd.DataFrame(lines, columns=["title", "reason", "rows", "missing"])


def list_reasons(leaving: Leaving) -> pd.DataFrame:
    """Return how many records left with each reason, the most frequent first."""
    counts = leaving.reason[leaving.rows].value_counts().sort_index().sort_values(ascending=False, kind="stable")
    return pd.DataFrame({"reason": counts.index.astype("str"), "records": counts.to_numpy(dtype=np.int64)})


def list_without_reason(table: Table, leaving: Leaving) -> pd.DataFrame:
    """Return the records that a rule fits and that stay for want of a reason."""
    rows = np.flatnonzero(leaving.without_reason)
    return pd.DataFrame(
        {
            "row": rows + 1,
            "id": table.coalesced("id").iloc[rows].to_numpy(),
            "client": client_names(table).iloc[rows].to_numpy(),
            "rule": leaving.asked_by.iloc[rows].to_numpy(),
        }
    )


def list_returning(known: Known, news: News, rows: Rows, wanted: Rows, done: str, still: Leaving) -> pd.DataFrame:
    """Return the records of the archive of which something is new, one line each, in the order of the archive.

    Args:
        known: the archive beside the export.
        rows: those that are listed.
        wanted: those of them that leave it, or would if they were restored.
        done: message id of what was done with these.
        still: what the rules would take, whatever is in the archive.
    """
    by = news.by[rows]
    earlier, archived = known.earlier, known.archived
    return pd.DataFrame(
        {
            "row": by + 1,
            "id": archived.coalesced("id").iloc[rows].to_numpy(),
            "client": client_names(archived).iloc[rows].to_numpy(),
            "since": own_cells(earlier, ARCHIVED_AT).iloc[rows].to_numpy(),
            "reason": own_cells(earlier, REASON).iloc[rows].to_numpy(),
            "news": news.words.iloc[rows].to_numpy(),
            "done": np.where(np.isin(rows, wanted), done, STAYS_LOST),
            "still": np.where(news.own[rows], still.rule.iloc[by].to_numpy(), ""),
        }
    )
