"""In which style most cells of a column are written: a value that is corrected gets the style of its column.

An export must go back into the CRM that wrote it, which reads dates, sums and lists as it writes them.
"""

from typing import Final, Literal

import pandas as pd

from crmclean.fields.text import fold

_ISO_DATE: Final = r"^\s*\d{4}-\d{1,2}-\d{1,2}"
_ISO_TIME: Final = r"^\d{{4}}-\d{{2}}-\d{{2}}{}\d{{2}}:\d{{2}}"
_COMMA: Final = r"\d,\d{1,2}(?!\d)[^.,]*$"
_POINT: Final = r"\d\.\d{1,2}(?!\d)[^.,]*$"
_JOINERS: Final = (" ::: ", "; ", ";", ", ", ",", " | ", "|", "\n")
_SAMPLE: Final = 10_000


def date_style(cells: "pd.Series[str]") -> Literal["dmy", "iso"]:
    """Return ``iso`` where most filled cells begin with a year, else ``dmy``, the form of Russian documents.

    >>> date_style(pd.Series(["2024-03-05 10:15", "2024-03-06", "07.03.2024"]))
    'iso'
    """
    filled = cells[cells.str.strip().ne("")]
    return "iso" if len(filled) and filled.str.match(_ISO_DATE).mean() > 0.5 else "dmy"


def keep_iso_spelling(before: "pd.Series[str]", found: pd.DataFrame) -> pd.DataFrame:
    """Return what ``normalize_dates`` found for a column in ISO order, in the column's own spelling of it.

    ISO 8601 has a ``T`` before the time, most exports a space: both are right, and a CRM reads its own.

    >>> before = pd.Series(["2024-03-05 10:15", "2024-03-06 09:00", "07.03.2024 08:30"])
    >>> found = pd.DataFrame({"value": ["2024-03-05T10:15", "2024-03-06T09:00", "2024-03-07T08:30"]})
    >>> keep_iso_spelling(before, found.assign(code="date-normalized"))
                  value             code
    0  2024-03-05 10:15
    1  2024-03-06 09:00
    2  2024-03-07 08:30  date-normalized
    """
    has_space = int(before.str.match(_ISO_TIME.format(" ")).sum()) > int(before.str.match(_ISO_TIME.format("T")).sum())
    value = found["value"].astype("str")
    if has_space:
        rewritten = found["code"].ne("") & value.str.match(_ISO_TIME.format("T"))
        value = value.where(~rewritten, value.str.replace("T", " ", n=1, regex=False))
    is_same = found["code"].eq("date-normalized") & value.eq(before.astype("str"))
    return found.assign(value=value, code=found["code"].astype("str").where(~is_same, ""))


def decimal_mark(cells: "pd.Series[str]") -> Literal[".", ","]:
    """Return what most fractions of a column begin with.

    >>> decimal_mark(pd.Series(["1 234,50", "99,9", "12.5", "700"]))
    ','
    """
    return "," if cells.str.contains(_COMMA).sum() > cells.str.contains(_POINT).sum() else "."


def joiner_of(cells: "pd.Series[str]", usual: str) -> str:
    """Return what stands between the values of most cells that hold several, else what the system writes.

    >>> joiner_of(pd.Series(["VIP;опт", "опт; VIP", "VIP;дилер", "новый"]), ", ")
    ';'
    """
    distinct = pd.Series(cells.unique()[:_SAMPLE], dtype="str")
    counts: dict[str, int] = {}
    left = distinct
    for joiner in _JOINERS:
        holds = left.str.contains(joiner, regex=False)
        counts[joiner] = int(holds.sum())
        left = left[~holds]
    most = max(counts, key=lambda joiner: counts[joiner])
    return most if counts[most] > counts.get(usual, 0) else usual


def says_one_pair(cells: "pd.Series[str]") -> bool:
    """Check that a column of flags has at most two words: it is written in one way already, whatever the words are.

    >>> says_one_pair(pd.Series(["Y", "N", "", "Y"])), says_one_pair(pd.Series(["Y", "да", "нет"]))
    (True, False)
    """
    return len({fold(text) for text in cells.unique()} - {""}) <= 2
