"""The ready-made rules and chains: each pack is a TOML file in ``packs/``, with its texts in every language.

A pack has the tables of a config file. What a config writes as one text it may write otherwise:

    name, action, skill, why …   {ru = "…", en = "…"}: the language of the user is taken
    when                         a list: one of these is enough; those whose columns the file lacks are left out
    unless                       a list of whom the rule leaves alone; the same
    [either]                     {name} in a condition is the first of these texts whose columns the file has
    exclusive = true             a client is in one segment of this pack, even where all rules are taken
    everybody = true             the rule takes also those whom all packs leave alone (``packs/_common.toml``)

Here a pack is only read; ``pack_conditions`` fits its conditions to a file.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any, Final

from crmclean.core.errors import UsageError
from crmclean.core.i18n import _, language
from crmclean.core.segment_settings import Chain, ChainStep, SegmentRule

_FOLDER: Final = "packs"
_ENDING: Final = ".toml"
_COMMON: Final = "_common"
_OF_CONDITIONS: Final = frozenset({"when", "unless", "everybody"})


@dataclass(frozen=True)
class Conditions:
    """What a rule of a pack asks of a record, before it is known which columns the file has.

    Attributes:
        any_of: one of these must hold.
        none_of: none of these may hold.
        either: by name the texts that ``{name}`` may stand for.
    """

    any_of: tuple[str, ...]
    none_of: tuple[str, ...] = ()
    either: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class PackRule:
    """One rule of a pack.

    Attributes:
        names: its name in every language, by which the user may mean it.
        rule: its texts in the user's language; ``when`` is its condition as the pack writes it.
    """

    names: tuple[str, ...]
    rule: SegmentRule
    conditions: Conditions


@dataclass(frozen=True)
class PackChain:
    """One chain of a pack; ``steps`` are the conditions of its steps, in their order, ``None`` for one without."""

    names: tuple[str, ...]
    chain: Chain
    conditions: Conditions
    steps: tuple[Conditions | None, ...]


@dataclass(frozen=True)
class Pack:
    """Rules and chains that belong together, ``title`` and ``about`` in the user's language.

    Attributes:
        exclusive: only the first of its rules that fits takes a client, even where all rules are taken.
    """

    name: str
    title: str
    about: str
    exclusive: bool
    rules: tuple[PackRule, ...]
    chains: tuple[PackChain, ...]


def pack_names() -> tuple[str, ...]:
    """Return the names of all packs, in alphabetical order."""
    names = (entry.name.removesuffix(_ENDING) for entry in files(__package__).joinpath(_FOLDER).iterdir())
    return tuple(sorted(name for name in names if not name.startswith("_")))


def load_pack(name: str) -> Pack:
    """Return a pack in the language of the user.

    Raises:
        UsageError: there is no such pack.
    """
    known = pack_names()
    if name not in known:
        near = get_close_matches(name, known, n=1)
        hint = _("Did you mean “{name}”?").format(name=near[0]) if near else ""
        raise UsageError(
            _("There is no pack “{name}”.").format(name=name),
            hint or _("Known are: {names}.").format(names=", ".join(known)),
        )
    return _make_pack(name, language())


@cache
def _make_pack(name: str, chosen: str) -> Pack:
    source, common = _read(name), _read(_COMMON)
    either = {key: tuple(texts) for key, texts in {**common["either"], **source.get("either", {})}.items()}
    return Pack(
        name=name,
        title=_in_language(source["title"], chosen),
        about=_in_language(source["about"], chosen),
        exclusive=bool(source.get("exclusive", False)),
        rules=tuple(_make_rule(table, chosen, either, common["unless"]) for table in source.get("segment", ())),
        chains=tuple(_make_chain(table, chosen, either, common["unless"]) for table in source.get("chain", ())),
    )


@cache
def _read(name: str) -> Mapping[str, Any]:
    return tomllib.loads(files(__package__).joinpath(_FOLDER, name + _ENDING).read_text("utf-8"))


def _make_rule(
    table: Mapping[str, Any], chosen: str, either: Mapping[str, tuple[str, ...]], common: Sequence[str]
) -> PackRule:
    conditions = _read_conditions(table, either, common)
    texts = {key: _in_language(text, chosen) for key, text in table.items() if key not in _OF_CONDITIONS}
    return PackRule(_every_language(table["name"]), SegmentRule(when=_as_written(conditions), **texts), conditions)


def _make_chain(
    table: Mapping[str, Any], chosen: str, either: Mapping[str, tuple[str, ...]], common: Sequence[str]
) -> PackChain:
    conditions = _read_conditions(table, either, common)
    texts = {key: _in_language(text, chosen) for key, text in table.items() if key not in _OF_CONDITIONS | {"step"}}
    of_steps = tuple(_read_conditions(step, either, ()) if step.get("when") else None for step in table["step"])
    steps = tuple(
        ChainStep(
            when=_as_written(asked) if asked else "",
            **{key: _in_language(text, chosen) for key, text in step.items() if key not in _OF_CONDITIONS},
        )
        for step, asked in zip(table["step"], of_steps, strict=True)
    )
    chain = Chain(when=_as_written(conditions), step=steps, **texts)
    return PackChain(_every_language(table["name"]), chain, conditions, of_steps)


def _read_conditions(
    table: Mapping[str, Any], either: Mapping[str, tuple[str, ...]], common: Sequence[str]
) -> Conditions:
    asked = table["when"]
    any_of = (asked,) if isinstance(asked, str) else tuple(asked)
    left_alone = () if table.get("everybody") else tuple(common)
    return Conditions(any_of, (*table.get("unless", ()), *left_alone), either)


def _as_written(conditions: Conditions) -> str:
    return " or ".join(conditions.any_of)


def _in_language(text: str | Mapping[str, str], chosen: str) -> str:
    return text if isinstance(text, str) else text[chosen]


def _every_language(text: str | Mapping[str, str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text.values())
