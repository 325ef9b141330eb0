"""The days of columns of dates: an audit needs no clock, and a million moments fall on few days."""

from typing import Final

import pandas as pd
import pyarrow.compute as pc

from crmclean.core.table import Table
from crmclean.fields.date import parse_dates
from crmclean.fields.text import distinct_texts, one_array

_CLOCK: Final = "(?: (?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?)?"
_DAY_FIRST: Final = rf"^[0-3][0-9]\.[01][0-9]\.(?:19[89][0-9]|20[0-9]{{2}}){_CLOCK}$"
_YEAR_FIRST: Final = rf"^(?:19[89][0-9]|20[0-9]{{2}})-[01][0-9]-[0-3][0-9]{_CLOCK}$"
_LENGTH: Final = 10


def read_days(table: Table, role: str) -> "pd.Series[pd.Timestamp]":
    """Return the day of the first filled cell of a role in every row, at midnight; ``NaT`` where it is not known."""
    cells = table.coalesced(role)
    if is_plain(cells):
        cells = cells.str.slice(0, _LENGTH)
    codes, texts = distinct_texts(cells)
    days = parse_dates(pd.Series(texts, dtype="str")).dt.normalize()
    return pd.Series(days.to_numpy()[codes], index=cells.index)


def is_plain(cells: "pd.Series[str]") -> bool:
    """Tell whether all filled cells are DD.MM.YYYY, or all YYYY-MM-DD, from 1980 on, with or without a clock.

    >>> is_plain(pd.Series(["30.09.2026 22:37", ""])), is_plain(pd.Series(["30.09.2026", "2026-09-30"]))
    (True, False)
    """
    texts = one_array(cells)
    empty = pc.equal(texts, "")
    return any(
        pc.all(pc.or_(empty, pc.match_substring_regex(texts, form))).as_py() in (True, None)
        for form in (_DAY_FIRST, _YEAR_FIRST)
    )


def may_be_doubtful(cells: "pd.Series[str]") -> bool:
    """Tell whether a column of dates needs a look at each: it is not plain, or holds a day that never was.

    >>> may_be_doubtful(pd.Series(["28.02.2026 10:00"])), may_be_doubtful(pd.Series(["30.02.2026"]))
    (False, True)
    """
    if not is_plain(cells):
        return True
    days = pc.unique(pc.utf8_slice_codeunits(one_array(cells), 0, _LENGTH))
    return bool(parse_dates(pd.Series(days.filter(pc.not_equal(days, "")), dtype="str")).isna().any())
