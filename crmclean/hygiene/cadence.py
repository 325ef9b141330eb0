"""``cadence``: how often each client buys, who is overdue, what clients are worth, and whom to win back first.

From a list of orders. The rule of each figure stands with the module that makes it: ``cadence_clients`` (whose order),
``cadence_purchases`` (which orders count), ``cadence_rhythm`` (periods), ``cadence_classes`` (recency, frequency and
money, ABC), ``cadence_benefit`` (cost, readiness to recommend).

What winning a client back is worth in a year: average purchase × purchases a year × probability that the client comes
back, less the part that the client costs of its turnover, less the cost of the attempt.
"""

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmclean.core.errors import UsageError
from crmclean.core.hygiene_settings import CadenceSettings
from crmclean.core.i18n import _
from crmclean.core.step import Outcome
from crmclean.core.table import Table
from crmclean.fields.yes_no import is_yes
from crmclean.hygiene.as_of import read_as_of
from crmclean.hygiene.cadence_benefit import find_promoters, measure_benefit
from crmclean.hygiene.cadence_classes import class_by_quantile, class_by_share, name_segments
from crmclean.hygiene.cadence_clients import NOBODY, Clients, identify_clients, latest_texts, person_texts
from crmclean.hygiene.cadence_purchases import Purchases, check_orders, read_purchases
from crmclean.hygiene.cadence_rhythm import YEAR, Base, measure_rhythm, purchase_days
from crmclean.hygiene.cadence_sections import choose_sections, make_tables
from crmclean.hygiene.cadence_words import tell_clients, tell_orders

CLIENT_COLUMNS: Final = (
    "rank", "client", "name", "inn", "phone", "email", "owner", "purchases", "first_purchase", "last_purchase",
    "turnover", "average", "own_period", "period", "due", "days_since", "overdue_days", "rhythm", "recency",
    "frequency", "money", "segment", "abc", "touches", "cost", "per_touch", "cost_share", "attractiveness",
    "probability", "expected_purchases", "expected_value", "repeat", "recommend", "open_deal", "opt_out", "reason",
)  # fmt: skip
"""Columns of the table ``clients``: those to be won back stand first, by expected value, then the others."""


def cadence(table: Table, settings: CadenceSettings) -> Outcome:
    """Return the orders with what is known of their clients, and a line per client.

    Args:
        table: a line per order (or per line of one), with its date and whose it is.

    Returns:
        The table with ``crmclean_client``, ``crmclean_purchase``, ``crmclean_due``, ``crmclean_overdue_days``,
        ``crmclean_rhythm``, ``crmclean_segment``, ``crmclean_abc`` and ``crmclean_cadence_reason``; the tables of
        ``cadence_sections`` and ``clients`` with ``CLIENT_COLUMNS``.

    Raises:
        UsageError: the table is no list of orders, or a setting is wrong.
    """
    check_orders(table)
    if settings.a_share > settings.b_share:
        raise UsageError(
            _("“a_share” ({a_share}) must not be above “b_share” ({b_share}).").format(
                a_share=settings.a_share, b_share=settings.b_share
            )
        )
    today = read_as_of(settings.as_of)
    known = identify_clients(table, settings.region)
    purchases = read_purchases(table, known, settings, today)
    rhythm, base = measure_rhythm(purchases, known, settings, today)
    clients = _describe(table, known, purchases, rhythm, settings)
    cancelled = np.isin(purchases.why, ["cancelled", "return"]) & (known.codes != NOBODY)
    return Outcome(
        table=table.with_added(_added(clients, known, purchases)),
        findings=purchases.findings,
        tables=make_tables(table, _rank(clients), purchases, len(np.unique(known.codes[cancelled]))),
        figures=_figures(table, clients, purchases, base),
        sections=choose_sections(clients),
    )


def _describe(
    table: Table, known: Clients, purchases: Purchases, rhythm: pd.DataFrame, settings: CadenceSettings
) -> pd.DataFrame:
    """Return everything that is known of every client, one row each in the order of their numbers."""
    has_bought = (rhythm["purchases"] > 0).to_numpy()
    turnover, average = _sum_money(known, purchases, rhythm)
    recency = class_by_quantile(-rhythm["days_since"].to_numpy(dtype=np.float64))
    frequency = class_by_quantile(rhythm["purchases"].where(has_bought).to_numpy(dtype=np.float64))
    money = class_by_quantile(turnover)
    opt_outs = [
        is_yes(latest_texts(table.frame[column.name].str.strip(), known, purchases.days)).to_numpy(dtype=np.bool_)
        for column in table.with_role("opt_out")
    ]
    clients = rhythm.assign(
        client=np.arange(1, known.count + 1),
        turnover=turnover,
        average=average,
        recency=recency,
        frequency=frequency,
        money=money,
        segment=pd.Series(name_segments(recency, frequency, money), dtype="str"),
        abc=pd.Series(class_by_share(turnover, settings.a_share, settings.b_share), dtype="str"),
        recommend=find_promoters(table, known, purchases.days, settings.promoter_from) & has_bought,
        repeat=(rhythm["rhythm"] == "due").to_numpy(),
        open_deal=np.bincount(known.codes[purchases.is_open & (known.codes != NOBODY)], minlength=known.count) > 0,
        opt_out=np.any([np.zeros(known.count, dtype=np.bool_), *opt_outs], axis=0),
        first_purchase=_as_dates(rhythm["first_day"], has_bought),
        last_purchase=_as_dates(rhythm["last_day"], has_bought),
        due=_as_dates(rhythm["due_day"], has_bought & rhythm["period"].notna().to_numpy()),
    )
    clients["repeat"] &= ~clients["opt_out"]
    clients = pd.concat([clients, measure_benefit(table, known, turnover), _contacts(table, known, purchases)], axis=1)
    clients["expected_purchases"] = clients["probability"] * YEAR / clients["period"]
    worth = clients["average"] * (1 - clients["cost_share"].fillna(0))
    clients["expected_value"] = (clients["expected_purchases"] * worth - settings.touch_cost).round(2)
    return clients.assign(reason=tell_clients(clients))


def _sum_money(
    known: Clients, purchases: Purchases, rhythm: pd.DataFrame
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the turnover of every client less its returns, and its average purchase; NaN where no sum is known."""
    counted = ~np.isnan(purchases.money) & (known.codes != NOBODY)
    paid = counted & purchases.bought
    returned = counted & (purchases.why == "return")
    owner = known.codes[paid]
    gained = np.bincount(owner, purchases.money[paid], known.count)
    lost = np.bincount(known.codes[returned], purchases.money[returned], known.count)
    # Orders of one day are one purchase; those without a sum are none that an average can be taken of.
    number = np.bincount(purchase_days(owner, purchases.days[paid])[0], minlength=known.count)
    has_sum = (number > 0) & (rhythm["purchases"] > 0).to_numpy()
    turnover = np.where(has_sum, np.maximum(gained + lost, 0.0), np.nan).astype(np.float64)
    average = turnover / np.maximum(number, 1).astype(np.float64)
    return np.round(turnover, 2), np.round(average, 2)


def _contacts(table: Table, known: Clients, purchases: Purchases) -> pd.DataFrame:
    """Return how every client is called and reached, as the latest of its orders says."""

    def latest(role: str) -> "pd.Series[str]":
        return latest_texts(table.coalesced(role), known, purchases.days)

    name = latest("company")
    name = name.where(name.ne(""), latest_texts(person_texts(table), known, purchases.days))
    phone = latest_texts(known.phones, known, purchases.days)
    return pd.DataFrame({"name": name, "phone": phone} | {role: latest(role) for role in ("inn", "email", "owner")})


def _rank(clients: pd.DataFrame) -> pd.DataFrame:
    """Return the clients by what winning them back is worth; those who need it first."""
    wanted = clients["rhythm"].eq("overdue") & ~clients["open_deal"] & ~clients["opt_out"]
    order = clients.assign(other=~wanted).sort_values(
        ["other", "expected_value", "expected_purchases", "client"],
        ascending=[True, False, False, True],
        na_position="last",
        ignore_index=True,
    )
    rank = np.where(order["other"], np.nan, np.arange(1, len(order) + 1))
    return order.assign(rank=rank)[list(CLIENT_COLUMNS)]


def _added(clients: pd.DataFrame, known: Clients, purchases: Purchases) -> "dict[str, pd.Series[str]]":
    """Return the columns that every order gets of its client; empty where nothing says whose it is."""
    texts = {
        "client": clients["client"].astype("str"),
        "due": clients["due"],
        "overdue_days": clients["overdue_days"]
        .astype("Int64")
        .astype("str")
        .where(clients["overdue_days"].notna(), ""),
        "rhythm": clients["rhythm"],
        "segment": clients["segment"],
        "abc": clients["abc"],
        "cadence_reason": clients["reason"],
    }
    # One text more for the orders of nobody, whose code is -1.
    spread = {
        name: pd.Series([*values.astype("str").tolist(), ""], dtype="str").array.take(known.codes)
        for name, values in texts.items()
    }
    reasons = tell_orders(purchases.why, pd.Series(spread.pop("cadence_reason")))
    added = {"client": pd.Series(spread.pop("client")), "purchase": pd.Series(purchases.why).astype("str")}
    added |= {name: pd.Series(values) for name, values in spread.items()}
    return {f"crmclean_{name}": values for name, values in {**added, "cadence_reason": reasons}.items()}


def _figures(table: Table, clients: pd.DataFrame, purchases: Purchases, base: Base) -> dict[str, float]:
    figures: dict[str, float] = {
        "rows_in": len(table),
        "rows_out": len(table),
        "clients": len(clients),
        "purchases": int(purchases.bought.sum()),
        "overdue_clients": int(clients["overdue_days"].notna().sum()),
        "due_clients": int(clients["repeat"].sum()),
        "promoters": int(clients["recommend"].sum()),
    }
    return figures | ({} if np.isnan(base.period) else {"base_period": base.period})


def _as_dates(days: "pd.Series[int]", known: NDArray[np.bool_]) -> "pd.Series[str]":
    """Return days as 2026-11-22, ``""`` where there is none: the history keeps texts and numbers alone."""
    texts = np.datetime_as_string(days.to_numpy().astype("datetime64[D]"))
    return pd.Series(np.where(known, texts, ""), dtype="str")
