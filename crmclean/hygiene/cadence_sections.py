"""What the report on the rhythm of purchases shows."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd

from crmclean.core.i18n import N_
from crmclean.core.section import Section, SectionColumn
from crmclean.core.table import Table
from crmclean.hygiene.cadence_benefit import ATTRACTIVENESS
from crmclean.hygiene.cadence_classes import SEGMENTS
from crmclean.hygiene.cadence_purchases import DEALS, WHY_NOT, Purchases
from crmclean.hygiene.rules import Rule, list_rules

RULES: Final = (
    Rule("overdue", N_("Overdue: silent for longer than the own period allows")),
    Rule("due", N_("Ready for a repeat sale: the next purchase is due")),
    Rule("value", N_("To be won back, by expected value"), (("amount",),)),
    Rule("segment", N_("Segment by recency, frequency and money")),
    Rule("abc", N_("Class A, B or C by share of the turnover"), (("amount",),)),
    Rule("benefit", N_("Cost against benefit"), (("touches", "cost"), ("amount",))),
    Rule("recommend", N_("Ready to recommend"), (("loyalty", "referral"),)),
    Rule("cancelled", N_("Cancelled or returned orders, which do not count"), (("status", "stage"),)),
    Rule("open-deal", N_("A deal is open: not to be won back"), (("status", "stage"),)),
    Rule("opt-out", N_("Opted out: not to be won back"), (("opt_out",),)),
)

_CLIENTS: Final = N_("Clients")
_TURNOVER: Final = N_("Turnover")
_SHARE_OF_TURNOVER: Final = N_("Share of turnover")
_SHARES: Final = (
    SectionColumn("clients", _CLIENTS, "count"),
    SectionColumn("share", N_("Share of clients"), "share"),
    SectionColumn("turnover", _TURNOVER, "money"),
    SectionColumn("turnover_share", _SHARE_OF_TURNOVER, "share"),
    SectionColumn("overdue", N_("Overdue"), "count"),
)
_WHO: Final = (
    SectionColumn("name", N_("Client")),
    SectionColumn("contact", N_("Contact"), is_contact=True),
)
_LAST: Final = SectionColumn("last_purchase", N_("Last purchase"), "date")
_PERIOD: Final = SectionColumn("period", N_("Period"), "count")

SECTIONS: Final = (
    Section(
        "reactivation",
        N_("Whom to win back first"),
        (
            *_WHO,
            _LAST,
            _PERIOD,
            SectionColumn("overdue_days", N_("Overdue"), "count"),
            SectionColumn("probability", N_("Comes back"), "share"),
            SectionColumn("expected_value", N_("A year"), "money"),
        ),
        N_(
            "Usual period and delay in days; what a year would bring: "
            "average purchase × purchases a year × probability to come back, less the cost."
        ),
    ),
    Section(
        "repeat",
        N_("Ready for a repeat sale"),
        (
            *_WHO,
            _LAST,
            _PERIOD,
            SectionColumn("due", N_("Next"), "date"),
            SectionColumn("average", N_("Average purchase"), "money"),
        ),
    ),
    Section(
        "recommend",
        N_("Ready to recommend"),
        (*_WHO, _LAST, SectionColumn("turnover", _TURNOVER, "money")),
    ),
    Section(
        "segments",
        N_("Segments by recency, frequency and money"),
        (
            SectionColumn("title", N_("Segment"), "title"),
            *_SHARES,
        ),
        is_summary=True,
    ),
    Section(
        "abc",
        N_("ABC by share of the turnover"),
        (
            SectionColumn("abc", N_("Class")),
            *_SHARES,
        ),
        is_summary=True,
    ),
    Section(
        "benefit",
        N_("Cost against benefit"),
        (
            SectionColumn("title", N_("Class"), "title"),
            SectionColumn("clients", _CLIENTS, "count"),
            SectionColumn("turnover", _TURNOVER, "money"),
            SectionColumn("touches", N_("Touches"), "count"),
            SectionColumn("cost", N_("Cost"), "money"),
        ),
        is_summary=True,
    ),
    Section(
        "left_out",
        N_("Orders that do not count"),
        (SectionColumn("title", N_("Why"), "title"), SectionColumn("rows", N_("Orders"), "count")),
        is_summary=True,
    ),
    Section(
        "rules",
        N_("Rules"),
        (
            SectionColumn("title", N_("Rule"), "title"),
            SectionColumn("rows", _CLIENTS, "count"),
            SectionColumn("missing", N_("Skipped: the file lacks")),
        ),
        is_summary=True,
        most=40,
    ),
)


def choose_sections(clients: pd.DataFrame) -> tuple[Section, ...]:
    """Return the sections without the columns that are empty for every client (no sums)."""
    empty = {name for name in ("turnover", "average", "expected_value") if not clients[name].notna().any()}
    empty |= {"turnover_share"} if "turnover" in empty else set()
    return tuple(
        replace(section, columns=tuple(column for column in section.columns if column.name not in empty))
        for section in SECTIONS
    )


def make_tables(table: Table, clients: pd.DataFrame, purchases: Purchases, cancelled: int) -> dict[str, pd.DataFrame]:
    """Return the tables of the report, by the names in ``SECTIONS``.

    Args:
        clients: as ``cadence`` returns them, the first to be won back first.
        cancelled: clients with orders that were cancelled or returned.
    """
    is_deals = table.origin.entity in DEALS
    bought = clients[clients["purchases"] > 0]
    by_turnover = bought.sort_values(["turnover", "client"], ascending=[False, True], kind="stable")
    taken = {
        "overdue": int((clients["rhythm"] == "overdue").sum()),
        "due": int(clients["repeat"].sum()),
        "value": int((clients["rank"].notna() & clients["expected_value"].notna()).sum()),
        "segment": int((clients["segment"] != "").sum()),
        "abc": int((clients["abc"] != "").sum()),
        "benefit": int((clients["attractiveness"] != "").sum()),
        "recommend": int(clients["recommend"].sum()),
        "cancelled": cancelled,
        "open-deal": int(clients["open_deal"].sum()),
        "opt-out": int(clients["opt_out"].sum()),
    }
    return {
        "clients": clients,
        "reactivation": _with_contact(clients[clients["rank"].notna()]),
        "repeat": _with_contact(bought[bought["repeat"]].sort_values(["due", "client"], kind="stable")),
        "recommend": _with_contact(by_turnover[by_turnover["recommend"]]),
        "segments": _sum_up(bought, "segment", SEGMENTS),
        "abc": _sum_up(bought, "abc", {name: name for name in "ABC"}),
        "benefit": _sum_up(clients, "attractiveness", ATTRACTIVENESS),
        "left_out": _list_left_out(purchases),
        "rules": list_rules([rule for rule in RULES if is_deals or rule.code != "open-deal"], table, taken),
    }


def _with_contact(clients: pd.DataFrame) -> pd.DataFrame:
    """Return the clients with the way to reach each of them: a phone, else an e-mail."""
    return clients.assign(contact=clients["phone"].where(clients["phone"].ne(""), clients["email"]))


def _sum_up(clients: pd.DataFrame, by: str, titles: Mapping[str, str]) -> pd.DataFrame:
    """Return one row per class that has clients, in the order of ``titles``."""
    known = clients[clients[by] != ""]
    groups = known.groupby(by)
    total = known["turnover"].sum()
    frame = pd.DataFrame(
        {
            "clients": groups.size(),
            "turnover": groups["turnover"].sum(min_count=1),
            "touches": groups["touches"].sum(min_count=1),
            "cost": groups["cost"].sum(min_count=1),
            "overdue": groups["overdue_days"].count(),
        }
    )
    frame = frame.reindex([name for name in titles if name in frame.index])
    frame.insert(0, by, frame.index.astype("str"))
    frame.insert(1, "title", pd.Series([titles[name] for name in frame.index], index=frame.index, dtype="str"))
    frame["share"] = frame["clients"] / max(len(known), 1)
    frame["turnover_share"] = frame["turnover"] / total if total > 0 else np.nan
    return frame.reset_index(drop=True)


def _list_left_out(purchases: Purchases) -> pd.DataFrame:
    counts = pd.Series(purchases.why).value_counts()
    lines = [(code, title, int(counts[code])) for code, title in WHY_NOT.items() if code in counts.index]
    return pd.DataFrame(lines, columns=["why", "title", "rows"]).astype({"why": "str", "title": "str", "rows": "int64"})
