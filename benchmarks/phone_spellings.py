"""`python -m benchmarks.phone_spellings [COUNT]`: phones against phonenumbers on generated spellings (200,000)."""

import random
import sys
from collections.abc import Callable, Iterator

import pandas as pd
import phonenumbers

from crmclean.fields.phone import split_phones

SEED = 20260101
_PREFIXES = ("8", "+7", "7", "8 ", "+7 ", "8-", "+7-", "8.", "")
_DASHES = ("-", " ", "", ".", "–", "\u00a0", " - ", "‑")
_CODES_OF_THREE = ("495", "499", "812", "343", "383", "846", "843", "831", "351", "863", "861", "800", "391", "473")
_ODD: tuple[Callable[[str, str], str], ...] = (
    lambda one, _: f"{one} доб. 15",
    lambda one, _: f"{one} (касса)",
    lambda one, two: f"{one}, {two}",
    lambda one, two: f"{one}; {two}",
    lambda one, _: f"Иван {one}",
    lambda one, _: f"{one[-7:-4]}-{one[-4:-2]}-{one[-2:]}",
    lambda one, _: one[:-1],
    lambda _one, _two: "нет",
    lambda _one, _two: "9,16E+10",
    lambda one, _: f"{one} с 9:00 до 18:00",
)


def generate_spellings(count: int, chance: random.Random) -> Iterator[str]:
    """Yield spellings of one number each, in Russian and Kazakh prefixes, brackets, dashes and groups.

    Some of the numbers cannot exist.
    """
    for _ in range(count):
        yield _spell(_national(chance), chance)


def _national(chance: random.Random) -> str:
    kind = chance.random()
    if kind < 0.5:
        return "9" + "".join(chance.choices("0123456789", k=9))
    if kind < 0.8:
        return chance.choice(_CODES_OF_THREE) + chance.choice("23456789") + "".join(chance.choices("0123456789", k=6))
    return chance.choice("34578") + "".join(chance.choices("0123456789", k=9))


def _spell(national: str, chance: random.Random) -> str:
    code_length = chance.choice((3, 3, 3, 3, 4, 5)) if national[0] in "348" else 3
    code, local = national[:code_length], national[code_length:]
    prefix, dash = chance.choice(_PREFIXES), chance.choice(_DASHES)
    groups: tuple[int, ...] = {7: (3, 2, 2), 6: (2, 2, 2), 5: (1, 2, 2)}[len(local)]
    if chance.random() < 0.2:
        groups = (len(local),)
    pieces = []
    for size in groups:
        pieces.append(local[:size])
        local = local[size:]
    opening, closing = chance.choice((("(", ")"), ("(", ") "), ("", dash), ("", dash), ("", "-")))
    if prefix in ("8", "7", "+7") and not opening:
        prefix += dash if chance.random() < 0.5 else ""
    spelling = prefix + opening + code + closing + dash.join(pieces)
    return f" {spelling} " if chance.random() < 0.05 else spelling


def read_with_library(cell: str) -> str:
    """Return what phonenumbers alone makes of a cell: E.164 of a valid number, else ``""``."""
    try:
        number = phonenumbers.parse(cell, "RU")
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def compare_spellings(count: int) -> tuple[int, list[tuple[str, str, str]]]:
    """Return how many spellings are valid numbers, and the disagreements: cell, ours, that of phonenumbers."""
    cells = list(generate_spellings(count, random.Random(SEED)))
    expected = [read_with_library(cell) for cell in cells]
    found = split_phones(pd.Series(cells, dtype="str"))
    numbers = [""] * len(cells)
    for place, number in zip(found["position"].tolist(), found["number"].tolist(), strict=True):
        numbers[place] += number
    different = [row for row in zip(cells, numbers, expected, strict=True) if row[1] != row[2]]
    return sum(map(bool, expected)), different


def make_column(rows: int, chance: random.Random) -> list[str]:
    """Return a column as bases have it: 87 % plain spellings, 13 % odd cells, one cell in four seen before."""
    cells: list[str] = []
    for _ in range(rows):
        if cells and chance.random() < 0.25:
            cells.append(chance.choice(cells))
            continue
        cell = _spell("9" + "".join(chance.choices("012568", k=1) + chance.choices("0123456789", k=8)), chance)
        if chance.random() < 0.13:
            cell = chance.choice(_ODD)(cell.strip(), _spell("495" + "".join(chance.choices("23456789", k=7)), chance))
        cells.append(cell)
    return cells


def main() -> None:
    """Print how many of the spellings are numbers that exist, and every disagreement."""
    spellings = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    valid, different = compare_spellings(spellings)
    print(f"{spellings} spellings, {valid} of them numbers that exist: {len(different)} disagreements")
    for row in different[:20]:
        print("  ", row)


if __name__ == "__main__":
    main()
