"""Twin deals: two open deals of one client that are one sale.

Several people of a company ask, or one person asks twice, and two deals are opened. The older one stays. The newer is
proposed for closing (``close``) where the client and the sale are beyond doubt; all else is for the head (``decide``):
a wrongly closed deal is lost money. Deals that are won or lost are no twins, however alike: a client buys again.
"""

from collections.abc import Sequence
from functools import partial
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd

from crmclean.core.errors import UsageError
from crmclean.core.finding import join_findings, make_findings
from crmclean.core.hygiene_settings import DealsSettings
from crmclean.core.i18n import N_, _
from crmclean.core.section import Section, SectionColumn
from crmclean.core.step import Outcome
from crmclean.core.table import Table
from crmclean.hygiene.deals_clients import find_client_pairs
from crmclean.hygiene.deals_deciding import Twin, find_doubts, settle_twins
from crmclean.hygiene.deals_files import list_changes, list_sides
from crmclean.hygiene.deals_reading import Codes, Flags, OpenDeals, read_open_deals
from crmclean.hygiene.deals_sales import find_sale_pairs, may_be_one_sale
from crmclean.hygiene.deals_stages import Stages, read_stages, stage_column
from crmclean.hygiene.deals_words import collect_signs, join_words, say_against, say_for
from crmclean.hygiene.rules import RULES_SECTION, Rule, list_rules

_STAGE: Final = ("stage", "status")
_PERSON: Final = ("full_name", "last_name")

RULES: Final = (
    Rule("open", N_("Deals on the way, by stage"), (_STAGE,)),
    Rule("inn", N_("One client: same INN"), (_STAGE, ("inn",))),
    Rule("company", N_("One client: same name of the company"), (_STAGE, ("company",))),
    Rule("phone", N_("One client: same phone"), (_STAGE, ("phone",))),
    Rule("email", N_("One client: same mailbox"), (_STAGE, ("email",))),
    Rule("person", N_("One client: same name of the person"), (_STAGE, _PERSON)),
    Rule("same-product", N_("One sale: same product"), (_STAGE, ("product",))),
    Rule("same-amount", N_("One sale: same amount"), (_STAGE, ("amount",))),
    Rule("close-amount", N_("One sale: almost the same amount"), (_STAGE, ("amount",))),
    Rule("same-title", N_("One sale: titles say the same"), (_STAGE, ("deal_title",))),
    Rule("sent-twice", N_("One sale: the same person asked twice within a day"), (_STAGE, ("created_at",), _PERSON)),
    Rule("far-apart", N_("For the head: opened long after the other"), (_STAGE, ("created_at",))),
    Rule("other-owner", N_("For the head: another manager"), (_STAGE, ("owner",))),
    Rule("other-pipeline", N_("For the head: other pipeline"), (_STAGE, ("pipeline",))),
    Rule("other-office", N_("For the head: other KPP, a branch"), (_STAGE, ("kpp",))),
    Rule("many-open", N_("For the head: a client with many open deals"), (_STAGE,)),
    Rule("further-along", N_("For the head: the newer deal is further along"), (_STAGE,)),
    Rule("changes", N_("Changes for the CRM, by the ID of the deal"), (_STAGE, ("id",))),
)

_WHY: Final = SectionColumn("why", N_("Why"))
CLOSE_SECTION: Final = Section(
    "close",
    N_("Twins to close"),
    (
        SectionColumn("newer_id", N_("Twin")),
        SectionColumn("newer_title", N_("Title")),
        SectionColumn("older_id", N_("Older deal")),
        SectionColumn("newer_owner", N_("Manager")),
        SectionColumn("newer_amount", N_("Amount")),
        _WHY,
    ),
    note=N_("They stand in the file of changes with the new stage and a comment that names the older deal."),
)
DECIDE_SECTION: Final = Section(
    "decide",
    N_("For the head to decide"),
    (
        SectionColumn("newer_id", N_("Twin")),
        SectionColumn("newer_owner", N_("Its manager")),
        SectionColumn("older_id", N_("Older deal")),
        SectionColumn("older_owner", N_("Manager of the older")),
        SectionColumn("newer_amount", N_("Amount")),
        _WHY,
    ),
)
SECTIONS: Final = (CLOSE_SECTION, DECIDE_SECTION, RULES_SECTION)

TWIN_COLUMNS: Final = ("crmclean_twin_of", "crmclean_twin_group", "crmclean_twin_why", "crmclean_twin_action")


def find_twin_deals(table: Table, settings: DealsSettings) -> Outcome:
    """Return the deals with what each is the twin of, and the lists that follow from it.

    Args:
        table: an export of deals, open and closed ones.

    Returns:
        The table with the columns ``TWIN_COLUMNS``: the ID of the older deal (the row, where the export has no IDs of
        deals), the same ID for all deals of a group, why in words, and ``close``, ``decide`` or ``""``. Its tables are
        ``deal_changes`` (what is to be loaded into the CRM), ``decide``, ``close`` and ``rules``.

    Raises:
        UsageError: a setting is wrong.
    """
    if settings.deal_url and "{id}" not in settings.deal_url:
        raise UsageError(
            _("--deal-url {url}: there is no {{id}} in it.").format(url=settings.deal_url),
            _("For example: --deal-url https://crm.example/crm/deal/details/{id}/"),
        )
    stages = read_stages(table, settings)
    deals = read_open_deals(table, stages, settings)
    clients = find_client_pairs(table, deals, settings, partial(may_be_one_sale, deals, settings=settings))
    pairs = find_sale_pairs(table, deals, clients, settings)
    doubts = find_doubts(deals, pairs, settings)
    twins = settle_twins(deals, pairs, doubts, settings)
    signs = collect_signs(pairs, doubts, twins)
    days = pairs.days[[twin.pair for twin in twins]]
    speaks_for = say_for(signs, days)
    is_closed = np.array([twin.action == "close" for twin in twins], dtype=np.bool_)
    # What is closed although a rule of the user's own lets it pass is closed without objections.
    against = say_against(signs).where(~is_closed, "")
    listed = _Listed(table, deals, twins, speaks_for, join_words(speaks_for, against), settings)
    counts = {code: int(signs[code].sum()) for code in signs.columns} | {"open": len(deals)}
    changes = listed.changes(is_closed)
    rules = list_rules(RULES, table, counts | {"changes": len(changes)})
    return Outcome(
        table=listed.tag(),
        findings=_make_findings(table, deals, stages, twins),
        tables={
            "deal_changes": changes,
            "decide": listed.sides(~is_closed),
            "close": listed.sides(is_closed),
            "rules": rules,
        },
        figures=_count(table, deals, is_closed, listed.newer),
        sections=SECTIONS,
    )


class _Listed:
    """The twins as columns and lists."""

    def __init__(
        self,
        table: Table,
        deals: OpenDeals,
        twins: Sequence[Twin],
        speaks_for: "pd.Series[str]",
        why: "pd.Series[str]",
        settings: DealsSettings,
    ) -> None:
        self._table = table
        self._deals = deals
        self._settings = settings
        self._for, self._why = speaks_for, why
        self._actions = pd.Series([twin.action for twin in twins], dtype="str")
        self.newer: Codes = np.array([twin.deal for twin in twins], dtype=np.int64)
        self._older: Codes = np.array([twin.of for twin in twins], dtype=np.int64)

    def tag(self) -> Table:
        """Return the table with the columns of this job; every row of a deal says the same."""
        labels = self._deals.labels
        texts = dict(zip(TWIN_COLUMNS, (labels.take(self._older), labels.take(self._older), self._why), strict=False))
        texts[TWIN_COLUMNS[3]] = self._actions
        by_deal = {name: _spread(values, self.newer, len(self._deals)) for name, values in texts.items()}
        stays = np.unique(self._older)
        by_deal["crmclean_twin_group"][stays] = labels.to_numpy(dtype=object)[stays]
        places = self._deals.deal_of_row
        return self._table.with_added(
            {name: pd.Series(np.append(cells, "")[places], dtype="str") for name, cells in by_deal.items()}
        )

    def changes(self, kept: Flags) -> pd.DataFrame:
        """Return the changes for the CRM of the twins that are marked."""
        said = self._for[kept].reset_index(drop=True)
        return list_changes(self._table, self._deals, self._older[kept], self.newer[kept], said, self._settings)

    def sides(self, kept: Flags) -> pd.DataFrame:
        """Return the twins that are marked beside their older deals."""
        why = self._why[kept].reset_index(drop=True)
        return list_sides(self._table, self._deals, self._older[kept], self.newer[kept], why, self._settings)


def _spread(values: pd.Series, places: Codes, count: int) -> "np.ndarray[tuple[int], np.dtype[np.object_]]":
    cells = np.full(count, "", dtype=object)
    cells[places] = values.to_numpy(dtype=object)
    return cells


def _count(table: Table, deals: OpenDeals, is_closed: Flags, newer: Codes) -> MappingProxyType[str, float]:
    """Return the figures; the money only where it is of one currency."""
    figures: dict[str, float] = {
        "rows_in": len(table),
        "rows_out": len(table),
        "open_deals": len(deals),
        "twins": len(is_closed),
        "twins_to_close": int(is_closed.sum()),
        "twins_to_decide": int((~is_closed).sum()),
    }
    if len(np.unique(deals.codes["currency"][newer])) == 1:
        figures["twin_amount"] = float(np.nansum(deals.amounts[newer]))
    return MappingProxyType(figures)


def _make_findings(table: Table, deals: OpenDeals, stages: Stages, twins: Sequence[Twin]) -> pd.DataFrame:
    """Return the twins as findings in the column of the stage, and the stages that nobody knows."""
    column = stage_column(table)
    if column is None:
        return join_findings([])
    cells = table.frame[column.name]
    action = np.append(np.full(len(deals), "", dtype=object), "")
    for twin in twins:
        action[twin.deal] = twin.action
    of_row = action[deals.deal_of_row]
    parts = []
    for code, rows in (
        ("deals-twin", np.flatnonzero(of_row == "close")),
        ("deals-twin-doubtful", np.flatnonzero(of_row == "decide")),
        ("deals-stage-unknown", np.flatnonzero(stages.is_unknown)),
    ):
        texts = cells.iloc[rows]
        parts.append(make_findings(rows + 1, column.header, [code] * len(rows), texts, texts))
    return join_findings(parts)
