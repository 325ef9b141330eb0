"""Headings of two or three rows: groups of columns, merged, over the headings proper."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from crmclean.files.headings import heading_words, meaning_of

_SECTIONS: Final = frozenset({
    "контакты", "контактные", "данные", "контактная", "информация", "реквизиты", "банковские", "адрес", "адреса",
    "даты", "телефоны", "руководитель", "представитель", "договор", "документ", "прочее", "дополнительно",
    "основные", "сведения", "основное", "клиента", "контактное", "лицо", "менеджер", "работа", "доставка", "связь",
    "contacts", "details", "address",
})  # fmt: skip
"""A word of these makes a cell above others the name of their group."""

_SUBHEADINGS: Final = frozenset({
    "рабочий", "рабочая", "рабочее", "домашний", "домашняя", "личный", "личная", "личное", "основной", "основная",
    "дополнительный", "другой", "другая", "добавочный", "городской", "прямой", "серия", "номер", "дата", "дом",
    "корпус", "квартира", "офис", "юридический", "юридическая", "фактический", "фактическая", "почтовый",
    "почтовая", "work", "home", "mobile", "other", "main",
})  # fmt: skip
"""What stands in the lowest row below the name of a group, and says nothing alone."""

_NOT_HEADING: Final = re.compile(r"@|\d[\d\s().-]{3,}\d|:\s*$")
_LONGEST_HEADING: Final = 80
_MOST_ROWS: Final = 3
_LEVELS: Final = " / "


@dataclass(frozen=True)
class Heading:
    """The rows of a heading.

    Attributes:
        first, last: their places.
        names: the headings; those of several rows joined, the highest first.
    """

    first: int
    last: int
    names: tuple[str, ...]


def find_heading(rows: Sequence[Sequence[str]], place: int) -> Heading:
    """Return the heading of which the row at ``place`` is one, perhaps the only one.

    >>> rows = [["ФИО", "Контакты", "", ""], ["", "Телефоны", "", "E-mail"], ["", "Рабочий", "Домашний", ""]]
    >>> find_heading([*rows, ["Иван", "1", "2", "a@example.com"]], 1).names
    ('ФИО', 'Контакты / Телефоны / Рабочий', 'Контакты / Телефоны / Домашний', 'Контакты / E-mail')
    """
    for depth in range(_MOST_ROWS, 1, -1):
        for first in range(max(place - depth + 1, 0), min(place, len(rows) - depth) + 1):
            levels = _pad(rows[first : first + depth])
            if _are_levels(levels):
                return Heading(first, first + depth - 1, _join_levels(levels))
    return Heading(place, place, tuple(rows[place]))


def _pad(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    width = max(len(row) for row in rows)
    return [[*row, *[""] * (width - len(row))] for row in rows]


def _are_levels(levels: Sequence[Sequence[str]]) -> bool:
    """Check that every row spans the one below it: all read as headings, and each has a group of two or more."""
    filled = [[cell for cell in level if cell.strip()] for level in levels]
    if len(filled[0]) < 2 or not all(filled):
        return False
    if any(_NOT_HEADING.search(cell) or len(cell) > _LONGEST_HEADING for cells in filled for cell in cells):
        return False
    if not all(any(_is_section(cell) for cell in cells) for cells in filled[:-1]):
        return False
    lowest = filled[-1]
    understood = sum(1 for cell in lowest if meaning_of(cell) is not None)
    understood += sum(1 for cell in lowest if meaning_of(cell) is None and _is_subheading(cell))
    return understood * 2 >= len(lowest) and all(
        _spans(above, levels[row:]) for row, above in enumerate(levels[:-1], 1)
    )


def _spans(above: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Check that under one filled cell and the empty ones after it two columns or more are filled, its own first."""
    starts = [place for place, cell in enumerate(above) if cell.strip()]
    filled = [any(cell.strip() for cell in cells) for cells in zip(*below, strict=True)]
    return any(
        filled[start] and any(filled[start + 1 : end])
        for start, end in zip(starts, [*starts[1:], len(above)], strict=True)
    )


def _is_section(cell: str) -> bool:
    return meaning_of(cell) is not None or bool(set(heading_words(cell).split()) & _SECTIONS)


def _is_subheading(cell: str) -> bool:
    return any(word in _SUBHEADINGS for word in heading_words(cell).split())


def _join_levels(levels: Sequence[Sequence[str]]) -> tuple[str, ...]:
    names: list[str] = []
    path = [""] * len(levels)
    for cells in zip(*levels, strict=True):
        filled = [level for level, cell in enumerate(cells) if cell.strip()]
        if not filled:
            names.append("")
            continue
        for level in range(filled[0], len(levels)):
            path[level] = cells[level]
        named = list(dict.fromkeys(part.strip() for part in path if part.strip()))
        names.append(_LEVELS.join(named) if len(named) > 1 else cells[filled[-1]])
        if filled[-1] < len(levels) - 1:
            # It reaches down to the lowest row, merged: it is no group of the columns after it.
            path[filled[-1] :] = [""] * (len(levels) - filled[-1])
    return tuple(names)
