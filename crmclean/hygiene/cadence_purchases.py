"""Which rows are purchases, of which day and for how much money."""

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmclean.core.errors import UsageError
from crmclean.core.finding import join_findings, make_findings
from crmclean.core.hygiene_settings import CadenceSettings
from crmclean.core.i18n import N_, _
from crmclean.core.table import Table
from crmclean.fields.date import parse_dates
from crmclean.fields.money import parse_money
from crmclean.fields.text import fold_cells, on_distinct
from crmclean.hygiene.cadence_clients import NOBODY, Clients
from crmclean.hygiene.statuses import FAILED_TO_REACH, LOST, OPEN, WON, group_pairs, read_statuses

NO_DAY: Final = np.iinfo(np.int64).min
"""The day of a row without a date."""

PURCHASE: Final = "yes"

WHY_NOT: Final = MappingProxyType(
    {
        "cancelled": N_("Cancelled, returned or refused"),
        "return": N_("A return: a negative sum"),
        "no-money": N_("The sum is zero"),
        "not-won": N_("A deal that is not won yet"),
        "status-unknown": N_("A deal whose stage is not known"),
        "no-client": N_("Nothing says whose order it is"),
        "no-date": N_("No date, or one in the future"),
    }
)
"""Why a row is no purchase, by the code that stands in ``crmclean_purchase``."""

DEALS: Final = frozenset({"deal", "lead"})
"""Exports whose rows are sales that may still fail: only those that are won count."""

# What the statuses of orders mean besides; a closed order is a done one, a closed deal need not be.
_STATUSES_OF_ORDERS: Final = MappingProxyType(
    {
        "won": ("закрыт", "закрыта", "закрыто", "closed"),
        "lost": (
            "refund*",
            "return*",
            "сторно*",
            "void*",
            "не забрал*",
            "невыкуп*",
            "не выкупл*",
            "удален*",
            "deleted",
        ),
    }
)
_NOT_BOUGHT: Final = (LOST - {"archived"}) | FAILED_TO_REACH
_STATUS_ROLES: Final = ("status", "stage")


@dataclass(frozen=True)
class Purchases:
    """The orders of a table.

    Attributes:
        why: per row ``PURCHASE`` or a key of ``WHY_NOT``.
        days: per row days since 1970-01-01, or ``NO_DAY``.
        money: per row the sum, NaN where it is not known; below zero for a return.
        is_open: rows that are deals somebody is working on.
        currency: of the sums, ``""`` where none is written.
        findings: what could not be read.
    """

    why: NDArray[np.object_]
    days: NDArray[np.int64]
    money: NDArray[np.float64]
    is_open: NDArray[np.bool_]
    currency: str
    findings: pd.DataFrame

    @property
    def bought(self) -> NDArray[np.bool_]:
        """Rows that are purchases."""
        return np.asarray(self.why == PURCHASE)


def check_orders(table: Table) -> None:
    """Check that the lines of a table are orders.

    Raises:
        UsageError: no column holds the date of an order, or none says who ordered.
    """
    if not _date_roles(table):
        dated = next(iter(table.with_role("created_at", "last_activity", "closed_at")), None)
        header = dated.header if dated else _("Date of the order")
        raise UsageError(
            _("The rhythm of purchases is told from orders: a line per order, with its date. This file has none."),
            _('If its lines are orders, say which column is their date: --map ordered_at="{header}".').format(
                header=header
            ),
        )


def read_purchases(table: Table, clients: Clients, settings: CadenceSettings, today: pd.Timestamp) -> Purchases:
    """Return which rows are purchases.

    A row without a sum that can be read is a purchase whose money is not known. Where an export has no sums at all,
    every order counts.

    Args:
        today: later dates do not count.

    Raises:
        UsageError: a setting names no class of statuses.
    """
    days, blamed = _read_days(table, today)
    money, currency, found = _read_money(table)
    classes = _read_classes(table, settings.statuses)
    is_deal = table.origin.entity in DEALS and any(column.role in _STATUS_ROLES for column in table.columns)
    lost = np.any([np.isin(names, list(_NOT_BOUGHT)) for names in classes], axis=0)
    why = np.full(len(table), PURCHASE, dtype=object)
    is_open = np.zeros(len(table), dtype=np.bool_)
    # The last reason wins: what is wrong with the order itself tells more than what the row lacks.
    why[days == NO_DAY] = "no-date"
    why[clients.codes == NOBODY] = "no-client"
    why[money == 0] = "no-money"
    if is_deal:
        won = np.any([np.isin(names, list(WON)) for names in classes], axis=0) & ~lost
        known = np.any([names != "" for names in classes], axis=0)
        is_open = ~won & np.any([np.isin(names, list(OPEN - FAILED_TO_REACH)) for names in classes], axis=0) & ~lost
        why[~won] = "not-won"
        why[~won & ~known] = "status-unknown"
    why[lost] = "cancelled"
    why[money < 0] = "return"
    findings = [
        _find(table, why == "no-client", "", "cadence-no-client"),
        _find(table, why == "no-date", blamed, "cadence-no-date"),
        _find(table, why == "status-unknown", _first_header(table, *_STATUS_ROLES), "cadence-status-unknown"),
        *(_find(table, rows & (why == PURCHASE), header, code) for rows, header, code in found),
    ]
    return Purchases(why, days, money, is_open, currency, join_findings(findings))


def _date_roles(table: Table) -> list[str]:
    """Return the roles of the dates that tell the day of an order, the best first.

    The day on which a card was made tells of an order only where the cards are orders or deals.
    """
    roles = ["ordered_at"]
    known = {column.role for column in table.columns}
    is_sale = table.origin.entity in DEALS | {"order"}
    if is_sale or "deal_title" in known:
        roles += ["closed_at", "created_at"]
    elif "amount" in known:
        roles += ["closed_at"]
    return [role for role in roles if role in known]


def _read_days(table: Table, today: pd.Timestamp) -> tuple[NDArray[np.int64], str]:
    """Return the day of every row, and the heading of the first column of dates."""
    days = np.full(len(table), NO_DAY, dtype=np.int64)
    last = int(np.datetime64(today, "D").astype(np.int64))
    columns = [column for role in _date_roles(table) for column in table.with_role(role)]
    for column in columns:
        dates = parse_dates(table.frame[column.name]).to_numpy().astype("datetime64[D]")
        read = np.where(np.isnat(dates), NO_DAY, dates.astype(np.int64))
        days = np.where((days == NO_DAY) & (read <= last), read, days)
    return days, columns[0].header


_Found = tuple[NDArray[np.bool_], str, str]


def _read_money(table: Table) -> tuple[NDArray[np.float64], str, list[_Found]]:
    """Return the sum of every row, the currency that counts, and the rows with a doubt about either."""
    cells = table.coalesced("amount")
    read = parse_money(cells)
    money = read["amount"].to_numpy(dtype=np.float64).copy()
    header = _first_header(table, "amount")
    unread = np.isnan(money) & cells.ne("").to_numpy()
    currency = read["currency"].where(read["currency"].ne(""), _read_currencies(table.coalesced("currency")))
    named = currency[currency.ne("") & pd.Series(money, index=currency.index).notna()]
    if not len(named):
        return money, "", [(unread, header, "cadence-amount-unread")]
    counts = named.value_counts()
    main = min(counts.index[counts == counts.max()])
    foreign = currency.ne("").to_numpy() & currency.ne(main).to_numpy() & ~np.isnan(money)
    money[foreign] = np.nan
    return money, str(main), [(unread, header, "cadence-amount-unread"), (foreign, header, "cadence-other-currency")]


def _read_currencies(cells: "pd.Series[str]") -> "pd.Series[str]":
    """Return the codes of a column of currencies (руб., RUB, ₽); an unknown word stands for itself."""
    codes = on_distinct(cells, lambda texts: parse_money("1 " + texts.str.strip())["currency"])
    return codes.where(codes.ne("") | cells.eq(""), fold_cells(cells))


def _read_classes(table: Table, pairs: Sequence[tuple[str, str]]) -> list[NDArray[np.object_]]:
    """Return the class of every row by each column of statuses or stages; one of ``""`` where there is none."""
    more = {} if table.origin.entity in DEALS else _STATUSES_OF_ORDERS
    extra = group_pairs([*pairs, *((name, status) for name, listed in more.items() for status in listed)])
    columns = [table.frame[column.name] for column in table.with_role(*_STATUS_ROLES)]
    columns = columns or [pd.Series("", index=table.frame.index, dtype="str")]
    return [read_statuses(cells, extra).to_numpy(dtype=object) for cells in columns]


def _first_header(table: Table, *roles: str) -> str:
    columns = table.with_role(*roles)
    return columns[0].header if columns else ""


def _find(table: Table, rows: NDArray[np.bool_], header: str, code: str) -> pd.DataFrame:
    places = np.flatnonzero(rows)
    name = next((column.name for column in table.columns if column.header == header), "")
    cells = table.frame[name].iloc[places] if name else pd.Series([""] * len(places), dtype="str")
    return make_findings(places + 1, header, [code] * len(places), cells, cells)
