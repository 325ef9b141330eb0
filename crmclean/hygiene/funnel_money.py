"""What the deals of a funnel are worth, in the one currency that most of them have."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmclean.core.table import Table
from crmclean.fields.money import parse_money
from crmclean.fields.text import map_distinct


@dataclass(frozen=True)
class Money:
    """The amount of every row.

    Attributes:
        amounts: NaN where it is not known, or stands in another currency.
        currency: the code of the currency, ``""`` where none is named.
        others: so many rows have an amount in another currency.
        known: the file has a column of amounts.
    """

    amounts: NDArray[np.float64]
    currency: str
    others: int
    known: bool


def read_amounts(table: Table) -> Money:
    """Return the amounts of a table; where a row names no currency, that of most rows is meant.

    Sums of different currencies would be no sums: those that fewer rows have are left out and counted.
    """
    read = parse_money(table.coalesced("amount"))
    named = map_distinct(table.coalesced("currency"), _read_currency)
    currency = read["currency"].where(read["currency"].ne(""), named)
    amounts = read["amount"].to_numpy(dtype=np.float64).copy()
    amounts[~np.isfinite(amounts)] = np.nan
    counts = currency[currency.ne("") & ~np.isnan(amounts)].value_counts()
    main = min(counts.index[counts.eq(counts.max())].tolist(), default="")
    other = (currency.ne("") & currency.ne(main)).to_numpy() & ~np.isnan(amounts)
    amounts[other] = np.nan
    return Money(amounts, main, int(other.sum()), bool(table.with_role("amount")))


def _read_currency(text: str) -> str:
    """Return the code of a currency that is written as a code, a sign or a word; else the text in capitals."""
    if not text:
        return ""
    code = str(parse_money(pd.Series([f"1 {text}"], dtype="str"))["currency"].iloc[0])
    return code or text.upper()
