"""The files of twin deals: what the CRM is to change, and what the head is to decide."""

from dataclasses import replace
from typing import Final

import pandas as pd

from crmclean.core.hygiene_settings import DealsSettings
from crmclean.core.i18n import N_, _
from crmclean.core.section import SectionColumn
from crmclean.core.table import Column, Dialect, Origin, Table
from crmclean.fields.text import collapse_spaces, map_distinct
from crmclean.files.writing import render
from crmclean.hygiene.deals_reading import Codes, OpenDeals, id_column, take_cells
from crmclean.hygiene.deals_stages import stage_column

COMMENT_HEADINGS: Final = {"bitrix24": "Комментарий", "amocrm": "Примечание"}
"""Where an export has no column of comments: what the CRM calls it."""

DECIDE_COLUMNS: Final = (
    SectionColumn("decision", N_("Decision")),
    SectionColumn("why", N_("Why")),
    SectionColumn("older_id", N_("Older deal")),
    SectionColumn("older_title", N_("Its title")),
    SectionColumn("older_client", N_("Its client")),
    SectionColumn("older_owner", N_("Its manager")),
    SectionColumn("older_stage", N_("Its stage")),
    SectionColumn("older_product", N_("Its product")),
    SectionColumn("older_amount", N_("Its amount")),
    SectionColumn("older_created", N_("Opened")),
    SectionColumn("newer_id", N_("Newer deal")),
    SectionColumn("newer_title", N_("Title of the newer")),
    SectionColumn("newer_client", N_("Client of the newer")),
    SectionColumn("newer_owner", N_("Manager of the newer")),
    SectionColumn("newer_stage", N_("Stage of the newer")),
    SectionColumn("newer_product", N_("Product of the newer")),
    SectionColumn("newer_amount", N_("Amount of the newer")),
    SectionColumn("newer_created", N_("Newer opened")),
    SectionColumn("older_url", N_("Link to the older")),
    SectionColumn("newer_url", N_("Link to the newer")),
)
"""The list for the head: both deals side by side, and a column to decide in."""


def list_sides(
    table: Table, deals: OpenDeals, older: Codes, newer: Codes, why: "pd.Series[str]", settings: DealsSettings
) -> pd.DataFrame:
    """Return twins beside their older deals, the columns of ``DECIDE_COLUMNS``."""
    frame = pd.DataFrame({"decision": pd.Series("", index=why.index, dtype="str"), "why": why})
    for side, entries in (("older", older), ("newer", newer)):
        for name, texts in _describe(table, deals, entries, settings).items():
            frame[f"{side}_{name}"] = texts.array
    return frame[[column.name for column in DECIDE_COLUMNS]]


def _describe(table: Table, deals: OpenDeals, entries: Codes, settings: DealsSettings) -> dict[str, pd.Series]:
    """Return what the list for the head says of some deals."""
    rows = deals.rows[entries]

    def cells(role: str) -> "pd.Series[str]":
        return take_cells(table, role, rows)

    stage = stage_column(table)
    parts = pd.DataFrame({role: cells(role) for role in ("first_name", "middle_name", "full_name")})
    people = map_distinct(cells("last_name").str.cat(parts, sep=" "), collapse_spaces)
    labels = deals.labels.take(entries)
    return {
        "id": labels,
        "title": cells("deal_title"),
        "client": cells("company").where(cells("company").ne(""), people),
        "owner": cells("owner"),
        "stage": table.frame[stage.name].iloc[rows] if stage else labels.str[:0],
        "product": deals.texts["product"].take(entries),
        "amount": cells("amount"),
        "created": cells("created_at"),
        "url": _links(labels, settings.deal_url),
    }


def list_changes(
    table: Table, deals: OpenDeals, older: Codes, newer: Codes, speaks_for: "pd.Series[str]", settings: DealsSettings
) -> pd.DataFrame:
    """Return what is to be loaded into the CRM, in its own headings: ID, stage, and comment with a line added."""
    identity = id_column(table)
    stage = stage_column(table)
    comments = table.with_role("comment")
    comment = comments[0].header if comments else COMMENT_HEADINGS.get(table.origin.system, _("Comment"))
    rows = deals.rows[newer]
    old = (
        table.frame[comments[0].name].iloc[rows].reset_index(drop=True)
        if comments
        else pd.Series("", index=range(len(rows)), dtype="str")
    )
    lines = _say_twin(deals, older, speaks_for, settings)
    joined = (old.str.rstrip() + "\n").where(old.str.strip().ne(""), "") + lines
    frame = pd.DataFrame(
        {
            identity.header if identity else _("ID"): deals.labels.take(newer).reset_index(drop=True),
            stage.header if stage else _("Stage"): pd.Series(settings.status_word, index=range(len(rows)), dtype="str"),
            comment: joined,
        }
    )
    return frame if deals.has_ids else frame.iloc[:0]


def render_list(frame: pd.DataFrame, origin: Origin, excel_safe: bool = False) -> bytes:
    """Return a list as CSV in the encoding and with the delimiter of the export, so that the same program reads it.

    Args:
        origin: of the export; of one that is no CSV the list has semicolons and a BOM, as Excel wants it.
    """
    dialect, encoding, bom = Dialect(delimiter=";"), "utf-8", True
    if origin.format == "csv":
        quoting = origin.dialect.quoting
        dialect = replace(
            origin.dialect,
            quoting="minimal" if quoting in ("columns", "text", "bare") else quoting,
            heading_quoting="",
            quoted_columns=(),
            quoted_cells=(),
            unquoted_cells=(),
            final_newline=True,
        )
        encoding, bom = origin.encoding, origin.bom
    columns = tuple(Column(name=str(name), header=str(name)) for name in frame.columns)
    listed = Table(frame.astype("str"), columns, Origin(dialect=dialect, encoding=encoding, bom=bom))
    return render(listed, "csv", excel_safe).data


def title_columns(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the list for the head with its headings in the user's language."""
    return frame.rename(columns={column.name: _(column.title) for column in DECIDE_COLUMNS})


def _links(labels: "pd.Series[str]", url: str) -> "pd.Series[str]":
    return pd.Series([url.replace("{id}", label) for label in labels.tolist()], index=labels.index, dtype="str")


def _say_twin(
    deals: OpenDeals, older: Codes, speaks_for: "pd.Series[str]", settings: DealsSettings
) -> "pd.Series[str]":
    """Return the line that goes into the comment of each twin."""
    labels = deals.labels.take(older).reset_index(drop=True)
    titles = deals.texts["deal_title"].take(older).reset_index(drop=True)
    named = labels + (" (" + titles + ")").where(titles.ne(""), "")
    lines = _("Duplicate of deal {deal}: {why}")
    begin, _deal, rest = lines.partition("{deal}")
    between, _why, end = rest.partition("{why}")
    said = begin + named + between + speaks_for + end
    links = _links(labels, settings.deal_url)
    return said + (". " + links).where(links.ne(""), "")
