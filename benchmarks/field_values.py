"""Invented values for `benchmarks.fields`: most of them plain, some as mistyped as in real bases, some repeated."""

from collections.abc import Callable
from typing import Final

import pandas as pd

from benchmarks.generator.chance import Chance
from benchmarks.generator.people import draw_first_name, draw_surname, feminine_surname, patronymic
from benchmarks.generator.spelling import mistype, transliterate, use_latin_twins

_DOMAINS: Final = ("mail.ru", "yandex.ru", "gmail.com", "bk.ru", "list.ru", "inbox.ru", "example.ru", "example.com")
_ODD_SHARE: Final = 0.12
_REPEATED: Final = 0.1

_ODD_ADDRESSES: Final[tuple[Callable[[str, str], str], ...]] = (
    lambda one, _: one.replace("@", " @"),
    lambda one, _: one.upper(),
    lambda one, _: f"mailto:{one}",
    lambda one, _: f"{one};",
    lambda one, other: f"{one}, {other}",
    lambda one, other: f"{one} {other}",
    lambda one, _: one.replace("mail.ru", "mail.ri").replace("gmail.com", "gmial.com"),
    lambda one, _: one.partition("@")[0],
    lambda one, _: one.rpartition(".")[0],
    lambda one, _: f"почта: {one}",
    lambda _one, _other: "нет",
    lambda _one, _other: "info@example.ru",
)


def make_addresses(rows: int, seed: int) -> list[str]:
    """Return a column of e-mails: 12 % of them odd in one of the usual ways, one in ten seen before."""
    chance = Chance(seed)
    cells: list[str] = []
    for _ in range(rows):
        if cells and chance.happens(_REPEATED):
            cells.append(chance.pick(cells))
            continue
        one = _address(chance)
        cells.append(chance.pick(_ODD_ADDRESSES)(one, _address(chance)) if chance.happens(_ODD_SHARE) else one)
    return cells


def _address(chance: Chance) -> str:
    name = transliterate(draw_surname(chance).lower(), chance.between(0, 1)).replace("'", "")
    number = chance.between(1, 99_999)
    return f"{name}{chance.pick(('.', '_', '-', ''))}{number}@{chance.pick(_DOMAINS)}"


def make_people(rows: int, seed: int) -> pd.DataFrame:
    """Return people in columns ``last``, ``first``, ``middle`` and, all in one, ``full``.

    Of the names 6 % are in capitals or small letters, 3 % have a Latin letter among Russian ones, 3 % a slip; 8 % of
    the full names have initials; a third has no patronymic; the full name has any of the usual orders.
    """
    chance = Chance(seed)
    parts = [_person(chance) for _ in range(rows)]
    last, first, middle = (list(column) for column in zip(*parts, strict=True))
    full = [_written_whole(chance, *person) for person in parts]
    return pd.DataFrame({"last": last, "first": first, "middle": middle, "full": full}, dtype="str")


def _person(chance: Chance) -> tuple[str, str, str]:
    female = chance.happens(0.55)
    surname = draw_surname(chance)
    words = [
        feminine_surname(surname) if female else surname,
        draw_first_name(chance, female),
        patronymic(draw_first_name(chance, False), female) if chance.happens(0.66) else "",
    ]
    place = chance.between(0, 2)
    spoiled = chance.random()
    if spoiled < 0.03:
        words = [word.upper() for word in words]
    elif spoiled < 0.06:
        words = [word.lower() for word in words]
    elif spoiled < 0.09:
        words[place] = use_latin_twins(chance, words[place])
    elif spoiled < 0.12:
        words[place] = mistype(chance, words[place])
    return words[0], words[1], words[2]


def _written_whole(chance: Chance, last: str, first: str, middle: str) -> str:
    order = chance.random()
    if order < 0.08:
        return " ".join(filter(None, (last, "".join(f"{word[0]}." for word in (first, middle) if word))))
    words = (last, first, middle) if order < 0.8 else (first, middle, last)
    return " ".join(filter(None, words))
