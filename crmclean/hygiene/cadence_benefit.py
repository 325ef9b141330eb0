"""What a client costs against what it brings, and who would recommend the firm."""

import re
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmclean.core.i18n import N_
from crmclean.core.table import Table
from crmclean.fields.money import parse_money
from crmclean.fields.text import fold, map_distinct
from crmclean.hygiene.cadence_clients import NOBODY, Clients, latest_texts

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ATTRACTIVENESS: Final = MappingProxyType(
    {
        "attractive": N_("Attractive clients"),
        "ordinary": N_("Ordinary clients"),
        "demanding": N_("Demanding clients"),
        "loss": N_("Clients who cost more than they bring"),
    }
)
"""Titles of the classes of cost against benefit, the best first."""

_THIRDS: Final = 3
_SAME_FOR_ALL: Final = 0.95

_SCORE: Final = re.compile(
    r"(?P<mark>[0-9]{1,3}(?:[.,][0-9]+)?)(?:\.0+)?\s*(?:(?:/|из|of|out of)\s*(?P<whole>[0-9]{1,3})|(?P<percent>%))?"
    r"(?:\s*балл\w*)?"
)
_NO: Final = re.compile(
    r"\b(?:не|нет|no|not|never|нелоял\w*|критик\w*|детрактор\w*|detractor\w*|нейтрал\w*|passive\w*|низк\w*|low|средн\w*|плох\w*"
    r"|недовол\w*|unlikely|ложь|false|н|n)\b|^[-−–—]$"
)
_YES: Final = re.compile(
    r"\b(?:да|yes|y|д|true|истина|промоутер\w*|promoter\w*|лоял\w*|loyal\w*|высок\w*|high|отличн\w*|готов\w*|рекоменд\w*|recommend\w*"
    r"|адвокат\w*|advocate\w*|likely|довол\w*)\b|^[+✓✔☑✅]$"
)
_FLAGS: Final = frozenset({"", "0", "1"})


def measure_benefit(table: Table, clients: Clients, turnover: Floats) -> pd.DataFrame:
    """Return what every client costs beside its turnover.

    A number that stays the same in all orders of a client, for nearly all clients, tells of the client and is taken
    once; else each order has its own, and they are added up.

    Args:
        turnover: per client, NaN where the export has no sums.

    Returns:
        One row per client: ``touches``, ``cost`` (NaN where not known), ``per_touch`` (turnover a touch),
        ``cost_share`` (cost in parts of the turnover) and ``attractiveness``, a key of ``ATTRACTIVENESS``: ``loss``
        where the cost exceeds the turnover, else by thirds of turnover a unit of cost, or a touch where no cost is
        given; or ``""``.
    """
    touches = _sum_per_client(table, "touches", clients)
    cost = _sum_per_client(table, "cost", clients)
    with np.errstate(divide="ignore", invalid="ignore"):
        per_touch = np.where(touches > 0, turnover / touches, np.nan)
        cost_share = np.where(turnover > 0, cost / turnover, np.where(cost > 0, np.inf, np.nan))
        per_cost = np.where(cost > 0, turnover / cost, np.where(np.isnan(cost + turnover), np.nan, np.inf))
    # Roubles and touches are not compared with each other.
    third = np.where(np.isnan(cost), _thirds(np.where(np.isnan(cost), per_touch, np.nan)), _thirds(per_cost))
    cases = [
        (np.isnan(third), ""),
        (cost > turnover, "loss"),
        (third == _THIRDS, "attractive"),
        (third == 2, "ordinary"),
    ]
    classes = np.select([mask for mask, _name in cases], [name for _mask, name in cases], "demanding")
    return pd.DataFrame(
        {
            "touches": touches,
            "cost": cost,
            "per_touch": per_touch,
            "cost_share": np.where(np.isinf(cost_share), np.nan, cost_share),
            "attractiveness": pd.Series(classes, dtype="str"),
        }
    )


def find_promoters(table: Table, clients: Clients, days: Ints, promoter_from: float) -> NDArray[np.bool_]:
    """Return which clients are ready to recommend, by their latest filled cells.

    The column of readiness to recommend decides; where it says nothing, that of loyalty. A mark counts from
    ``promoter_from`` of 10; one with its scale («4 из 5», 95 %) is converted to that.
    """
    ready = np.full(clients.count, np.nan)
    for role in ("referral", "loyalty"):
        for column in table.with_role(role):
            texts = latest_texts(table.frame[column.name].str.strip(), clients, days)
            said = read_readiness(texts, promoter_from)
            ready = np.where(np.isnan(ready), said.to_numpy(), ready)
    return np.asarray(ready == 1)


def read_readiness(texts: "pd.Series[str]", promoter_from: float) -> "pd.Series[float]":
    """Return 1 for a text that says yes, 0 for one that says no, NaN for one that says neither; same index.

    Where a column holds 0 and 1 alone, they are no and yes; else a bare number is a mark of 10.

    >>> read_readiness(pd.Series(["10", "8", "5/5", "не лоялен", "Промоутер", "?"]), 9).tolist()
    [1.0, 0.0, 1.0, 0.0, 1.0, nan]
    """
    are_flags = set(map_distinct(texts, str.strip).unique()) <= _FLAGS
    said = map_distinct(texts, lambda text: _read_readiness(fold(text), 1.0 if are_flags else promoter_from))
    return said.map({"yes": 1.0, "no": 0.0}).astype("float64")


def _read_readiness(text: str, promoter_from: float) -> str:
    if score := _SCORE.fullmatch(text):
        mark = float(score["mark"].replace(",", "."))
        whole = 100.0 if score["percent"] else float(score["whole"] or 10)
        if not whole or mark > whole:
            return ""
        return "yes" if mark * 10 / whole >= promoter_from else "no"
    if _NO.search(text):
        return "no"
    return "yes" if _YES.search(text) else ""


def _sum_per_client(table: Table, role: str, clients: Clients) -> Floats:
    """Return the number of every client in the columns of a role, NaN where none of its rows has one."""
    total = np.full(clients.count, np.nan)
    for column in table.with_role(role):
        values = parse_money(table.frame[column.name])["amount"].to_numpy(dtype=np.float64)
        rows = np.flatnonzero(~np.isnan(values) & (clients.codes != NOBODY))
        found = _of_clients(clients.codes[rows], values[rows], clients.count)
        total = np.where(np.isnan(total), found, total + np.nan_to_num(found))
    return total


def _of_clients(owner: Ints, values: Floats, count: int) -> Floats:
    rows = np.bincount(owner, minlength=count)
    sums = np.bincount(owner, values, count)
    first = np.full(count, np.nan)
    first[owner] = values
    differing = np.bincount(owner, values != first[owner], count) > 0
    several = rows > 1
    is_constant = several.any() and float((~differing[several]).mean()) >= _SAME_FOR_ALL
    # Of a client whose number grew from order to order the largest is the latest.
    largest = np.full(count, -np.inf)
    np.maximum.at(largest, owner, values)
    return np.where(rows > 0, largest if is_constant else sums, np.nan)


def _thirds(ratio: Floats) -> Floats:
    """Return 1 to 3 by thirds of the known values; equal ones are of one class."""
    known = int(np.count_nonzero(~np.isnan(ratio)))
    ranks = pd.Series(ratio).rank(method="average").to_numpy(dtype=np.float64)
    return np.asarray(np.floor(_THIRDS * (2 * ranks - 1) / (2 * max(known, 1))) + 1)
