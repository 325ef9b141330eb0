"""The words of cards, stages and deals for the bases of the hygiene jobs, read once from `data/hygiene.toml`."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

_DATA: Final = Path(__file__).parent / "data" / "hygiene.toml"
_ENDINGS: Final = re.compile(r"\[([^|\]]*)\|([^\]]*)\]")
_BETWEEN: Final = re.compile(r"\|(?![^\[\]]*\])")
"""A bar between two texts, not one between the two endings of a word."""

Remark = tuple[str, str]
"""One remark as it is written about a man and about a woman."""


@dataclass(frozen=True)
class Product:
    """Something that the firm sells and between which prices, in roubles."""

    name: str
    lowest: int
    highest: int


@dataclass(frozen=True)
class HygieneWords:
    """What managers write: by reason, by what only looks like one, by class of stage."""

    remarks: Mapping[str, tuple[Remark, ...]]
    living: Mapping[str, tuple[Remark, ...]]
    stages: Mapping[str, tuple[str, ...]]
    alive_states: tuple[str, ...]
    closed_states: tuple[str, ...]
    products: tuple[Product, ...]
    promises: tuple[str, ...]


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in _BETWEEN.split(text.replace("\n", "")))


def _remarks(texts: Mapping[str, str]) -> dict[str, tuple[Remark, ...]]:
    return {
        name: tuple((_ENDINGS.sub(r"\1", part), _ENDINGS.sub(r"\2", part)) for part in _listed(text))
        for name, text in texts.items()
    }


@cache
def hygiene_words() -> HygieneWords:
    """Return the words."""
    with _DATA.open("rb") as file:
        data = tomllib.load(file)
    return HygieneWords(
        remarks=_remarks(data["remarks"]),
        living=_remarks(data["living"]),
        stages={name: _listed(text) for name, text in data["stages"].items()},
        alive_states=_listed(data["company_states"]["alive"]),
        closed_states=_listed(data["company_states"]["closed"]),
        products=tuple(Product(name, *prices) for name, prices in data["products"].items()),
        promises=_listed(data["marks"]["promises"]),
    )
