"""Layouts of known CRMs, one data file each: a new system needs a file here and no code.

``marks`` are headings that are typical of the system; ``least_marks`` of them make a file its export. The entity whose
own marks are most numerous names what the rows are; its ``roles`` overrule the general dictionary. Marks are
compared by words, so that «Рабочий e-mail» (Bitrix24) and «Рабочий email» (amoCRM) stay apart.
"""

import tomllib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

from crmclean.files.headings import heading_words

_ANY_SYSTEM: Final = "_any_system.toml"


@dataclass(frozen=True)
class Entity:
    """One kind of export of a system: ``roles`` maps ``heading_words`` to the role they play here."""

    name: str
    marks: frozenset[str] = frozenset()
    least_marks: int = 1
    roles: MappingProxyType[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Profile:
    """The export layouts of one system."""

    system: str
    multi_value_joiner: str
    least_marks: int
    marks: frozenset[str]
    entities: tuple[Entity, ...]


@cache
def load_profiles() -> tuple[Profile, ...]:
    """Return every profile of this folder, in the order of their file names."""
    names = (item.name for item in files(__name__).iterdir())
    found = sorted(name for name in names if name.endswith(".toml") and name != _ANY_SYSTEM)
    return tuple(_profile(_load(name)) for name in found)


def match_profile(headers: Sequence[str]) -> tuple[Profile, Entity] | None:
    """Return the profile with the most marks among the headings and its entity, or None where none has enough.

    An entity without a name means that the system is known and the kind of rows is not.
    """
    words = {heading_words(header) for header in headers}
    best = max(load_profiles(), key=lambda profile: len(profile.marks & words))
    if len(best.marks & words) < best.least_marks:
        return None
    entity = max(best.entities, key=lambda entity: len(entity.marks & words), default=Entity(""))
    return best, entity if entity.marks & words else Entity("")


def match_entity(headers: Sequence[str]) -> str:
    """Return what the rows are by headings that are typical whatever the system, or ``""``."""
    words = {heading_words(header) for header in headers}
    for entity in _entities_of_any_system():
        if len(entity.marks & words) >= entity.least_marks:
            return entity.name
    return ""


@cache
def _entities_of_any_system() -> tuple[Entity, ...]:
    return tuple(_entity(entry) for entry in _load(_ANY_SYSTEM)["entity"])


def _load(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__name__).joinpath(name).read_text("utf-8"))


def _profile(source: dict[str, Any]) -> Profile:
    return Profile(
        system=source["system"],
        multi_value_joiner=source["multi_value_joiner"],
        least_marks=source["least_marks"],
        marks=_as_words(source["marks"]),
        entities=tuple(_entity(entry) for entry in source.get("entity", [])),
    )


def _entity(entry: dict[str, Any]) -> Entity:
    roles = {heading_words(header): role for header, role in entry.get("roles", {}).items()}
    return Entity(entry["name"], _as_words(entry["marks"]), entry.get("least_marks", 1), MappingProxyType(roles))


def _as_words(headers: Collection[str]) -> frozenset[str]:
    return frozenset(heading_words(header) for header in headers)
