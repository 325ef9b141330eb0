"""Why a client gets the step of a chain, in words."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from crmclean.core.i18n import _, ngettext
from crmclean.core.segment_settings import Chain
from crmclean.fields.text import take_texts
from crmclean.hygiene.dead_found import spell_day
from crmclean.segmenting.due_dates import Dues

SINCE: Final = 0
ATTEMPTS: Final = 1
AGREED: Final = 2
"""What says which step is next: the day since which the chain runs, attempts, or the day that was agreed on."""


def explain_steps(
    chains: Sequence[Chain],
    chain: NDArray[np.int64],
    step: NDArray[np.int64],
    basis: NDArray[np.int64],
    number: NDArray[np.int64],
    dues: Dues,
) -> "pd.Series[str]":
    """Return why each client gets its step, ``""`` for those without one.

    Args:
        chain, step: places, -1 for none.
        basis: ``SINCE``, ``ATTEMPTS`` or ``AGREED``.
        number: of attempts; else a day, as its number since 1 January 1970.
    """
    rows = np.flatnonzero(step >= 0)
    said = [part[rows] for part in (chain, step, basis, number, dues.overdue_days)]
    codes, first = _find_distinct(said)
    distinct = zip(*(part[first].tolist() for part in said), strict=True)
    texts = ["", *(_explain(chains[parts[0]], *parts[1:]) for parts in distinct)]
    places = np.zeros(len(step), dtype=np.int64)
    places[rows] = codes + 1
    return take_texts(pa.array(texts, pa.large_string()), places, pd.RangeIndex(len(step)))


def _find_distinct(columns: Sequence[NDArray[np.int64]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the code of the combination in every row, and the place where each combination stands first."""
    codes = np.zeros(len(columns[0]), dtype=np.int64)
    count = 0
    for column in columns:
        of_column, distinct = pd.factorize(column)
        codes, combinations = pd.factorize(codes * len(distinct) + of_column)
        count = len(combinations)
    first = np.zeros(count, dtype=np.int64)
    # The last to be written stays: that of the first row.
    first[codes[::-1]] = np.arange(len(codes))[::-1]
    return codes, first


def _explain(chain: Chain, step: int, basis: int, number: int, overdue: int) -> str:
    parts = [
        chain.why,
        _("{chain}: step {step} of {steps}").format(chain=chain.name, step=step + 1, steps=len(chain.step)),
    ]
    if basis == ATTEMPTS:
        parts.append(ngettext("{count} attempt so far", "{count} attempts so far", number).format(count=number))
    else:
        text = _("agreed for {date}") if basis == AGREED else _("since {date}")
        parts.append(text.format(date=spell_day(np.datetime64(number, "D"))))
    if overdue:
        parts.append(ngettext("overdue by {days} day", "overdue by {days} days", overdue).format(days=overdue))
    return "; ".join(filter(None, parts))
