"""A whole base: stories told until it is large enough, its records in the order in which they were entered."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

import numpy as np

from benchmarks.generator.chance import Chance
from benchmarks.generator.layouts import Layout, line_writer
from benchmarks.generator.numbers import NumberBook
from benchmarks.generator.people import Registry
from benchmarks.generator.records import Record, Truth
from benchmarks.generator.stories import PROFILES, Profile
from benchmarks.generator.vocabulary import place_words

Line = TypeVar("Line")

TRUTH_HEADER: Final = ("row", "id", "person_id", "company_id", "household_id", "class")
_SMALL: Final = 5_000
"""A base of fewer records belongs to a small firm: one city, four managers."""


@dataclass(frozen=True)
class Base(Generic[Line]):
    """The lines of a base (all but the ID), the ID and the truth of each, in the order of the file."""

    lines: list[Line]
    ids: list[int]
    truth: list[Truth]


def generate(
    rows: int, seed: int, profile: Profile, layout: Layout, compose: Callable[[list[str]], Line]
) -> Base[Line]:
    """Return a base of exactly so many rows; ``compose`` makes of the cells of one row what the caller keeps of it.

    The same arguments give the same base. Rows stand by date of creation, so that copies lie far from each other.
    """
    chance = Chance(seed)
    numbers = NumberBook(chance)
    home = place_words().cities.draw(chance) if rows < _SMALL else None
    world = Registry(chance, numbers, home, 4 if rows < _SMALL else 12, layout.inn_shown)
    stories = PROFILES[profile]
    lines: list[Line] = []
    truth: list[Truth] = []
    created: list[int] = []
    while len(lines) < rows:
        records: list[Record] = stories.draw(chance)(world)
        for record in records[: rows - len(lines)]:
            lines.append(compose(layout.cells(record)))
            truth.append(record.truth)
            created.append(record.created)
    order = np.argsort(np.array(created), kind="stable").tolist()
    return Base(
        [lines[place] for place in order], _draw_ids(rows, seed, layout.first_id), [truth[place] for place in order]
    )


def _draw_ids(rows: int, seed: int, first: int) -> list[int]:
    gaps = np.random.default_rng(seed).geometric(0.7, size=rows)  # deleted cards leave holes
    ids: list[int] = (first - 1 + np.cumsum(gaps)).tolist()
    return ids


def write_base(base: Base[str], layout: Layout, path: Path) -> None:
    """Write the base as the export of the system, byte for byte in its manner."""
    header = line_writer(layout)(list(layout.header))
    quote = '"' if layout.quote_all else ""
    with path.open("w", encoding="utf-8-sig" if layout.bom else "utf-8", newline="") as file:
        file.write(header)
        file.writelines(
            f"{quote}{number}{quote}{layout.delimiter}{line}" for number, line in zip(base.ids, base.lines, strict=True)
        )


def write_truth(base: Base[Any], path: Path) -> None:
    """Write the truth as CSV: row (1-based), id, person_id, company_id, household_id, class."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(TRUTH_HEADER)
        for row, (number, truth) in enumerate(zip(base.ids, base.truth, strict=True), start=1):
            writer.writerow((row, number, truth.person_id, truth.company_id, truth.household_id, truth.class_))
