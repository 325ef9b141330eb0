"""Several numbers in a cell that has room for one: move the others to the free phone columns of the row."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from crmclean.fields.phone import split_phones
from crmclean.fields.phone_cell import PhoneCell, read_cell
from crmclean.fields.phone_style import PhoneStyle
from crmclean.fields.phone_writing import can_bracket, write_part

_SEVERAL: Final = 2


@dataclass(frozen=True)
class SpreadPhones:
    """Phone columns of a table with one number a cell as far as there was room.

    Attributes:
        values: the cells, shape and labels of the input.
        codes: ``phone-moved`` for every cell that was changed, else ``""``; the same shape.
    """

    values: pd.DataFrame
    codes: pd.DataFrame


def spread_phones(
    columns: pd.DataFrame, region: str = "RU", joiner: str = ", ", style: PhoneStyle = "e164"
) -> SpreadPhones:
    """Return the columns with the second and further numbers of a cell in the next free columns of its row.

    The next free column is looked for to the right, then to the left. What finds no room stays joined in its cell; a
    cell with a doubt, or with words that belong to no number, stays whole. Extension and words go with their number.

    Args:
        columns: phone columns of one meaning in the order of the table (not fax), already normalised.
        region, joiner, style: as for ``normalize_phones``.

    >>> rows = pd.DataFrame({"work": ["+74951060506, +79161234567"], "mobile": [""]})
    >>> spread_phones(rows).values
               work        mobile
    0  +74951060506  +79161234567
    """
    values = columns.copy()
    codes = pd.DataFrame("", index=columns.index, columns=columns.columns).astype("str")
    free = np.column_stack([columns.iloc[:, place].str.strip().eq("").to_numpy() for place in range(columns.shape[1])])
    crowded = np.zeros_like(free)
    for place in range(columns.shape[1]):
        crowded[:, place] = _has_several(columns.iloc[:, place], region)
    rows = np.flatnonzero(crowded.any(axis=1) & free.any(axis=1)).tolist()
    texts = columns.iloc[rows].to_numpy(dtype=object).tolist()
    moved = [
        _spread_row(cells, crowded[row].tolist(), region, joiner, style) for row, cells in zip(rows, texts, strict=True)
    ]
    for place in range(columns.shape[1]):
        changed = [
            (row, after[place])
            for row, before, after in zip(rows, texts, moved, strict=True)
            if before[place] != after[place]
        ]
        if changed:
            at = [row for row, _ in changed]
            values.iloc[at, place] = pd.array([text for _, text in changed], dtype="str")
            codes.iloc[at, place] = "phone-moved"
    return SpreadPhones(values, codes)


def _has_several(cells: pd.Series, region: str) -> np.ndarray:
    position = split_phones(cells, region)["position"].to_numpy()
    return np.bincount(position, minlength=len(cells)) >= _SEVERAL


def _spread_row(cells: list[str], crowded: list[bool], region: str, joiner: str, style: PhoneStyle) -> list[str]:
    spread = list(cells)
    numbers = [{part.number for part in read_cell(cell, region).parts} for cell in cells]
    for place, is_crowded in enumerate(crowded):
        cell = read_cell(cells[place], region)
        if not is_crowded or not _can_be_taken_apart(cell):
            continue
        parts = {write_part(part, style): part.number for part in cell.parts}
        elsewhere = set().union(*numbers[:place], *numbers[place + 1 :])
        staying: list[str] = []
        for text, number in parts.items():
            target = _next_free(spread, place)
            # The first stays; one that another cell has already would only stand twice in more cells.
            if not staying or number in elsewhere or target is None:
                staying.append(text)
            else:
                spread[target] = text
        if len(staying) < len(parts):
            spread[place] = joiner.join(staying)
    return spread


def _can_be_taken_apart(cell: PhoneCell) -> bool:
    return cell.rewritable and all(part.number and not part.code and can_bracket(part) for part in cell.parts)


def _next_free(cells: list[str], place: int) -> int | None:
    right_then_left = [*range(place + 1, len(cells)), *range(place)]
    return next((other for other in right_then_left if not cells[other].strip()), None)
