"""The words that people, companies and places are made of, read once from the data files beside this module.

The lists are written for this generator alone. They share nothing with the dictionaries of crmclean, so that a
measurement cannot flatter it.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks.generator.chance import Weighted

_DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class City:
    """A city: its telephone code, the region of its INN and the first digits of its postal index."""

    name: str
    code: str
    region: str
    postal: str


@dataclass(frozen=True)
class PeopleWords:
    """What a Russian name is made of."""

    surnames: Weighted[str]
    tail: tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]
    double_surname_share: float
    male: Weighted[str]
    female: Weighted[str]
    diminutives: dict[str, tuple[str, ...]]
    patronymics: dict[str, tuple[str, str]]


@dataclass(frozen=True)
class CompanyWords:
    """What the name of a firm is made of."""

    forms: Weighted[str]
    long_forms: dict[str, str]
    other_forms: dict[str, str]
    qualifiers: dict[str, str]
    names: tuple[str, ...]
    roots: tuple[str, ...]
    endings: tuple[str, ...]
    suffixes: tuple[str, ...]
    posts: tuple[str, ...]


@dataclass(frozen=True)
class PlaceWords:
    """Where people live, and the words that managers fill a card with."""

    cities: Weighted[City]
    all_cities: tuple[City, ...]
    streets: tuple[str, ...]
    sources: tuple[str, ...]
    tags: tuple[str, ...]
    statuses: tuple[str, ...]
    comments: tuple[str, ...]
    managers: tuple[str, ...]


def _load(name: str) -> dict[str, Any]:
    with (_DATA / name).open("rb") as file:
        return tomllib.load(file)


def _listed(text: str, separator: str = ",") -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(separator) if part.strip())


@cache
def people_words() -> PeopleWords:
    """Return the words of names."""
    data = _load("people.toml")
    given = {**data["male"], **data["female"]}
    return PeopleWords(
        surnames=Weighted.by_rank(tuple(dict.fromkeys(data["surnames"].split()))),
        tail=(
            tuple(data["tail_beginnings"].split()),
            tuple(data["tail_middles"].split()),
            tuple(data["tail_endings"].split()),
        ),
        double_surname_share=data["double_surname_share"],
        male=Weighted.by_rank(tuple(data["male"])),
        female=Weighted.by_rank(tuple(data["female"])),
        diminutives={name: tuple(short.split()) for name, short in given.items()},
        patronymics={name: (pair.split()[0], pair.split()[1]) for name, pair in data["patronymics"].items()},
    )


@cache
def company_words() -> CompanyWords:
    """Return the words of company names."""
    data = _load("companies.toml")
    words = data["words"]
    return CompanyWords(
        forms=Weighted(data["forms"]),
        long_forms=data["long_forms"],
        other_forms=data["other_forms"],
        qualifiers=data["qualifiers"],
        names=tuple(dict.fromkeys(words["names"].split())),
        roots=tuple(words["roots"].split()),
        endings=tuple(words["endings"].split()),
        suffixes=_listed(words["suffixes"]),
        posts=_listed(words["posts"]),
    )


@cache
def place_words() -> PlaceWords:
    """Return cities, streets and the vocabulary of a card."""
    data = _load("places.toml")
    words = data["words"]
    weights = {
        City(name, code, region, postal): weight for name, (weight, code, region, postal) in data["cities"].items()
    }
    return PlaceWords(
        cities=Weighted(weights),
        all_cities=tuple(weights),
        streets=_listed(words["streets"]),
        sources=_listed(words["sources"]),
        tags=_listed(words["tags"]),
        statuses=_listed(words["statuses"]),
        comments=_listed(words["comments"], "|"),
        managers=_listed(words["managers"]),
    )


@cache
def read_headers() -> dict[str, tuple[str, ...]]:
    """Return the headings of each layout, by its name."""
    return {name: _listed(text, ";") for name, text in _load("headers.toml").items()}
