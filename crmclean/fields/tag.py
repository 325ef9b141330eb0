"""Tags and other values of which one cell holds several."""

import re
from typing import Final

import numpy as np
import pandas as pd

from crmclean.fields.tag_spelling import find_leading_spellings
from crmclean.fields.text import collapse_spaces, distinct_texts, fold, spread_suggestions

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
    values = [part_values(text) for text in texts]
    counts = np.fromiter((len(found) for found in values), dtype=np.int64, count=len(values))
    starts = np.cumsum(counts) - counts
    per_cell = counts[codes]
    position = np.repeat(np.arange(len(codes), dtype=np.int64), per_cell)
    within = np.arange(len(position)) - np.repeat(np.cumsum(per_cell) - per_cell, per_cell)
    flat = pd.Series([value for found in values for value in found], dtype="str")
    taken = flat.array.take(np.repeat(starts[codes], per_cell) + within)
    return pd.DataFrame({"position": position, "value": pd.Series(taken, dtype="str")})


def normalize_tags(cells: pd.Series, joiner: str = ", ") -> pd.DataFrame:
    """Return every cell with its tags trimmed, parted in one way and each only once, in their order.

    Spellings of one tag in different cells are only suggested to be united: which of them is right the column does
    not prove.

    Args:
        cells: the whole column, any index, repeated cells included: the most frequent spelling leads.
        joiner: what stands between the tags of one cell.

    Returns:
        Columns ``value``, ``code`` (``tag-normalized``, ``tag-near-duplicate``, both or ``""``) and ``suggestion``
        (the cell with the leading spellings, ``""`` for none), same index as ``cells``.

    >>> normalize_tags(pd.Series(["VIP ;опт", "VIP", "вип клиент"]))
            value                code suggestion
    0    VIP, опт      tag-normalized
    1         VIP
    2  вип клиент  tag-near-duplicate        VIP
    """
    codes, texts = distinct_texts(cells)
    parted = [part_values(text) for text in texts]
    counts: dict[str, int] = {}
    for values, count in zip(parted, np.bincount(codes, minlength=len(texts)).tolist(), strict=True):
        for value in join_once(values):
            counts[value] = counts.get(value, 0) + count
    leading = find_leading_spellings(counts)
    rows = [_write_tags(text, values, leading, joiner) for text, values in zip(texts, parted, strict=True)]
    return spread_suggestions(cells, codes, rows)


def _write_tags(text: str, values: list[str], leading: dict[str, str], joiner: str) -> tuple[str, str, str]:
    """Return the new cell, its codes and the suggestion."""
    if not values:
        return text, "", ""
    kept = join_once(values)
    value = joiner.join(kept)
    suggested = joiner.join(join_once([leading.get(tag, tag) for tag in kept]))
    found = ["tag-normalized"] if value != text else []
    if suggested == value:
        return value, " ".join(found), ""
    return value, " ".join([*found, "tag-near-duplicate"]), suggested


def join_once(values: list[str]) -> list[str]:
    """Return each value once, in the spelling and the order of its first appearance.

    >>> join_once(["VIP", "Тёплый", "теплый", "vip"])
    ['VIP', 'Тёплый']
    """
    seen: dict[str, str] = {}
    for value in values:
        seen.setdefault(fold(value), value)
    return list(seen.values())


def part_values(text: str) -> list[str]:
    """Return the values of one cell, trimmed, in order.

    >>> part_values("VIP, опт;  Москва")
    ['VIP', 'опт', 'Москва']
    """
    return [value for value in map(collapse_spaces, _SEPARATOR.split(text)) if value]


def unite(cells: list[str], joiner: str) -> str:
    """Return all values of several cells in one, each once, in the order of their first appearance.

    Values are compared without case and Latin look-alikes, with ё as е; the first spelling stays.

    >>> unite(["VIP, Тёплый", "теплый; опт", "vip"], ", ")
    'VIP, Тёплый, опт'
    """
    return joiner.join(join_once([value for cell in cells for value in part_values(cell)]))
