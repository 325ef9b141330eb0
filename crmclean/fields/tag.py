"""Tags and other values of which one cell holds several."""

import re
from typing import Final

import numpy as np
import pandas as pd

from crmclean.fields.text import collapse_spaces, distinct_texts

_SEPARATOR: Final = re.compile(r"\s:::\s|[,;\n\r]")


def split_values(cells: pd.Series) -> pd.DataFrame:
    """Return the values of every cell, one row a value, parted at ``,`` ``;`` line breaks and `` ::: ``.

    Args:
        cells: texts, any index.

    Returns:
        Columns ``position`` (0-based place of the cell) and ``value`` (trimmed, never ``""``), in order.

    >>> split_values(pd.Series(["VIP, опт;  Москва", "", "* myContacts ::: Группа"]))
       position         value
    0         0           VIP
    1         0           опт
    2         0        Москва
    3         2  * myContacts
    4         2        Группа
    """
    codes, texts = distinct_texts(cells)
    values = [_split(text) for text in texts]
    counts = np.fromiter((len(found) for found in values), dtype=np.int64, count=len(values))
    starts = np.cumsum(counts) - counts
    per_cell = counts[codes]
    position = np.repeat(np.arange(len(codes), dtype=np.int64), per_cell)
    within = np.arange(len(position)) - np.repeat(np.cumsum(per_cell) - per_cell, per_cell)
    flat = pd.Series([value for found in values for value in found], dtype="str")
    taken = flat.array.take(np.repeat(starts[codes], per_cell) + within)
    return pd.DataFrame({"position": position, "value": pd.Series(taken, dtype="str")})


def _split(text: str) -> list[str]:
    return [value for value in map(collapse_spaces, _SEPARATOR.split(text)) if value]


def unite(cells: list[str], joiner: str) -> str:
    """Return all values of several cells in one, each once, in the order of their first appearance.

    Values are compared without case and with ё as е; the first spelling stays.

    >>> unite(["VIP, Тёплый", "теплый; опт", "vip"], ", ")
    'VIP, Тёплый, опт'
    """
    seen: dict[str, str] = {}
    for cell in cells:
        for value in _split(cell):
            seen.setdefault(value.casefold().replace("ё", "е"), value)
    return joiner.join(seen.values())
