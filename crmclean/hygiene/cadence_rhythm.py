"""How often each client buys, and who has been silent for longer than that.

The period of a client is the median of the days between its purchases, drawn towards that of the base on the scale of
logarithms: ``log(period) = w * log(own) + (1 - w) * log(base)`` with ``w = n / (n + k)`` for ``n`` intervals. ``k`` is
the variance of the intervals of one client divided by the variance between the clients (empirical Bayes, by moments),
from 0.1 to 10; 1 where fewer than 30 clients have two intervals. The median of the base counts every client once.

The probability that a silent client comes back halves, roughly, with every 0.7 periods past the due day:
``exp(-overdue / period)``, at least 0.01; for who has bought once it is multiplied by the share of clients who ever
bought again.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmclean.core.hygiene_settings import CadenceSettings
from crmclean.hygiene.cadence_clients import Clients, sort_distinct
from crmclean.hygiene.cadence_purchases import Purchases

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

YEAR: Final = 365.0
_LEAST_PROBABILITY: Final = 0.01
_LEAST_CLIENTS: Final = 30
_WEIGHT_OF_BASE: Final = 1.0
_WEIGHTS_OF_BASE: Final = (0.1, 10.0)


@dataclass(frozen=True)
class Base:
    """What the base as a whole says.

    Attributes:
        period: median days between purchases, NaN where nobody has bought twice.
        weight: so many intervals of a client weigh as much as the base, ``k``.
        repeat_share: of the clients who have bought, those who did so on two days or more.
    """

    period: float
    weight: float
    repeat_share: float


def measure_rhythm(
    purchases: Purchases, clients: Clients, settings: CadenceSettings, today: pd.Timestamp
) -> tuple[pd.DataFrame, Base]:
    """Return the rhythm of every client; orders of one day are one purchase.

    Returns:
        One row per client: ``purchases``, ``first_day``, ``last_day`` (days since 1970, of no use where there is no
        purchase), ``own_period`` (NaN below two purchases), ``period``, ``days_since`` (NaN without purchases),
        ``due_day``, ``overdue_days`` (days past the due day, where overdue; else NaN), ``rhythm`` (``on-time``,
        ``due``, ``overdue``, or ``""`` where the period is not known) and ``probability``. And what the base says.
    """
    client, day = purchase_days(clients.codes[purchases.bought], purchases.days[purchases.bought])
    bought = np.bincount(client, minlength=clients.count)
    first, last = (np.zeros(clients.count, dtype=np.int64) for _side in range(2))
    last[client] = day  # in the order of the days: the last one stays
    first[client[::-1]] = day[::-1]
    own, base = _measure_base(client, day, bought)
    period = _shrink(own, np.maximum(bought - 1, 0), base)
    now = int(np.datetime64(today, "D").astype(np.int64))
    has_bought = bought > 0
    silent = np.where(has_bought, (now - last).astype(np.float64), np.nan)
    step = np.floor(period + 0.5)
    due = np.where(has_bought, last + np.nan_to_num(step), 0).astype(np.int64)
    known = has_bought & ~np.isnan(period)
    overdue = known & (silent > np.maximum(settings.factor * period, settings.least_days))
    soon = known & ~overdue & (due <= now + settings.soon_days)
    frame = pd.DataFrame(
        {
            "purchases": bought,
            "first_day": first,
            "last_day": last,
            "own_period": own,
            "period": np.where(has_bought, period, np.nan),
            "days_since": silent,
            "due_day": due,
            "overdue_days": np.where(overdue, silent - step, np.nan),
            "rhythm": pd.Series(np.select([overdue, soon, known], ["overdue", "due", "on-time"], ""), dtype="str"),
            "probability": _estimate_return(silent, period, bought, base),
        }
    )
    return frame, base


def purchase_days(client: Ints, day: Ints) -> tuple[Ints, Ints]:
    """Return every day on which a client bought, by client and day."""
    if not len(client):
        return client, day
    start = int(day.min())
    width = int(day.max()) - start + 1
    pairs = sort_distinct(client * width + (day - start))
    return pairs // width, pairs % width + start


def _measure_base(client: Ints, day: Ints, bought: Ints) -> tuple[Floats, Base]:
    """Return the median interval of every client, NaN where there is none, and what the base says."""
    same = client[1:] == client[:-1]
    owner, gap = client[1:][same], (day[1:] - day[:-1])[same].astype(np.float64)
    order = np.lexsort((gap, owner))
    owner, gap = owner[order], gap[order]
    counts = np.bincount(owner, minlength=len(bought))
    starts = np.cumsum(counts) - counts
    own = np.full(len(bought), np.nan)
    has = np.flatnonzero(counts)
    low, high = starts[has] + (counts[has] - 1) // 2, starts[has] + counts[has] // 2
    own[has] = (gap[low] + gap[high]) / 2
    buyers = int((bought > 0).sum())
    period = float(np.median(own[has])) if len(has) else np.nan
    share = len(has) / buyers if buyers else 0.0
    return own, Base(period, _weigh_base(owner, gap, counts), share)


def _weigh_base(owner: Ints, gap: Floats, counts: Ints) -> float:
    """Return ``k``: how much intervals of one client differ, in units of how much the clients differ."""
    several = counts >= 2
    if int(several.sum()) < _LEAST_CLIENTS:
        return _WEIGHT_OF_BASE
    logs = np.log(gap)
    means = np.bincount(owner, logs, len(counts)) / np.maximum(counts, 1)
    squares = np.bincount(owner, (logs - means[owner]) ** 2, len(counts))
    within = float(squares[several].sum() / (counts[several] - 1).sum())
    between = float(np.var(means[several])) - within * float(np.mean(1 / counts[several]))
    low, high = _WEIGHTS_OF_BASE
    return high if between <= within / high else max(low, within / between)


def _shrink(own: Floats, intervals: Ints, base: Base) -> Floats:
    weight = intervals / (intervals + base.weight)
    logs = np.log(np.where(np.isnan(own), 1.0, own))
    return np.asarray(np.exp(weight * logs + (1 - weight) * np.log(base.period)))


def _estimate_return(silent: Floats, period: Floats, bought: Ints, base: Base) -> Floats:
    """Return the probability that a client buys again; NaN without purchases or period."""
    late = np.maximum(silent - period, 0.0)
    decayed = np.maximum(np.exp(-late / period), _LEAST_PROBABILITY)
    return np.asarray(decayed * np.where(bought == 1, base.repeat_share, 1.0))
