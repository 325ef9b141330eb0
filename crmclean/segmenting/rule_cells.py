"""Reading the numbers and dates of many different cells: the plain ones at once, the others by their fields.

``fields.money`` and ``fields.date`` are the authority; what is plain here they read the same way, which a test holds.
"""

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmclean.fields.date import parse_dates
from crmclean.fields.money import parse_money
from crmclean.fields.text import one_array

# No mark stands in these, so that they prove nothing for the other cells of their column.
_PLAIN_NUMBER: Final = r"^-?[0-9]{1,15}(?: (?:руб\.?|₽))?$"
_CURRENCY: Final = r" (?:руб\.?|₽)$"
_PERCENT: Final = r"\s*%\s*$"
_DAY_LENGTH: Final = 10
_PLAIN_DAY: Final = r"^(?:[0-9]{2}\.[0-9]{2}\.(?:19|20)[0-9]{2}|(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2})$"
_PLAIN_CLOCK: Final = r"^(?: (?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?)?$"


def read_numbers(cells: pd.Series) -> npt.NDArray[np.float64]:
    """Return the number of every cell, NaN where there is none; 15% is 15.

    >>> read_numbers(pd.Series(["1 500 руб.", "7", "15%", "много"])).tolist()
    [1500.0, 7.0, 15.0, nan]
    """
    texts = one_array(cells)
    if pc.any(pc.match_substring(texts, "%")).as_py():
        texts = pc.replace_substring_regex(texts, _PERCENT, "")
    is_plain = as_bools(pc.match_substring_regex(texts, _PLAIN_NUMBER))
    plain = pc.replace_substring_regex(texts.filter(pa.array(is_plain)), _CURRENCY, "")
    numbers = np.full(len(texts), np.nan)
    numbers[is_plain] = pc.cast(plain, pa.float64()).to_numpy(zero_copy_only=False)
    if not is_plain.all():
        others = pd.Series(texts.filter(pa.array(~is_plain)), dtype="str")
        numbers[~is_plain] = parse_money(others)["amount"].to_numpy(dtype=np.float64)
    return numbers


def read_moments(cells: pd.Series) -> npt.NDArray[np.datetime64]:
    """Return the moment of every cell, ``NaT`` where there is none.

    A base has many moments and few days: each day, and each time of day, is read once.

    >>> read_moments(pd.Series(["05.03.2026 10:15:00", "2026-03-05", "скоро"])).astype(str).tolist()
    ['2026-03-05T10:15:00.000000', '2026-03-05T00:00:00.000000', 'NaT']
    """
    texts = one_array(cells)
    days = pc.utf8_slice_codeunits(texts, 0, _DAY_LENGTH).dictionary_encode()
    clocks = pc.utf8_slice_codeunits(texts, _DAY_LENGTH).dictionary_encode()
    read_days = _read_days(days.dictionary)[days.indices.to_numpy()]
    read_clocks = _read_clocks(clocks.dictionary)[clocks.indices.to_numpy()]
    moments: npt.NDArray[np.datetime64] = read_days + read_clocks
    is_open = np.isnat(moments)
    if is_open.any():
        others = pd.Series(texts.filter(pa.array(is_open)), dtype="str")
        moments[is_open] = parse_dates(others).to_numpy("datetime64[us]")
    return moments


def _read_days(texts: pa.Array) -> npt.NDArray[np.datetime64]:
    days = np.full(len(texts), np.datetime64("NaT", "us"))
    is_plain = as_bools(pc.match_substring_regex(texts, _PLAIN_DAY))
    plain = pd.Series(texts.filter(pa.array(is_plain)), dtype="str")
    days[is_plain] = parse_dates(plain).to_numpy("datetime64[us]")
    return days


def _read_clocks(texts: pa.Array) -> npt.NDArray[np.timedelta64]:
    """Return the time of day; ``NaT`` for another text than a plain one."""
    clocks = np.full(len(texts), np.timedelta64("NaT", "us"))
    is_plain = as_bools(pc.match_substring_regex(texts, _PLAIN_CLOCK))
    seconds = [_count_seconds(text) for text in texts.filter(pa.array(is_plain)).to_pylist()]
    clocks[is_plain] = np.array(seconds, dtype="timedelta64[s]")
    return clocks


def _count_seconds(text: str) -> int:
    hours, minutes, seconds = text[1:3], text[4:6], text[7:9]
    return int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)


def as_bools(array: pa.Array) -> npt.NDArray[np.bool_]:
    """Return an Arrow array of bools without nulls as NumPy has it."""
    return np.asarray(array.to_numpy(zero_copy_only=False), dtype=np.bool_)
