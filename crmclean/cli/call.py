"""One call of a command: what the user asked for, as one object."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeVar

from crmclean.cli.options import ScreenOptions, flag_of, given_values, split_values
from crmclean.config import load_config, override_settings, setting_names, settings_from
from crmclean.core.errors import UsageError
from crmclean.core.i18n import N_, _

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Group = TypeVar("Group", bound="DataclassInstance")


@dataclass(frozen=True)
class Call:
    """What the user asked for.

    Attributes:
        command: name of the command.
        arguments: its positional arguments.
        values: every option by name, ``None`` where it was not given.
    """

    command: str
    arguments: tuple[str, ...]
    values: Mapping[str, Any] = field(repr=False)

    @property
    def screen(self) -> ScreenOptions:
        """What the user wants to see."""
        return self.options(ScreenOptions)

    @cached_property
    def config(self) -> Mapping[str, Any]:
        """The settings of every section, from the config file where one was named."""
        return load_config(self.values.get("config"), Path.cwd())

    def options(self, group: type[Group]) -> Group:
        """Return the options of a group that the command takes."""
        return group(**given_values(group, self.values))

    def settings(self, model: type[Group]) -> Group:
        """Return the settings of a step: the defaults, over them the config file, over it the options.

        Raises:
            FileError: the config file cannot be read.
            UsageError: settings are wrong; all that are wrong are named.
        """
        settings = settings_from(self.config, model)
        given = split_values(model, given_values(model, self.values))
        for name in given.keys() & _PAIRS.keys():
            given[name] = (*getattr(settings, name), *parse_pairs(given[name], name))
        result, mistakes = override_settings(settings, given, strict=False)
        if mistakes:
            text = "\n".join(mistake.text for mistake in mistakes)
            for name in setting_names(model):
                # A user of the command line knows the option, not the key of the config file.
                text = text.replace(_("“{name}”").format(name=name), flag_of(name))
            raise UsageError(text, help_hint(self.command))
        return result


_PAIRS: Final = MappingProxyType(
    {
        "map": (N_("--map {text}: ROLE=HEADER is expected."), N_('For example: --map phone="Тел. 2"')),
        "base_map": (
            N_("--base-map {text}: ROLE=HEADER is expected."),
            N_('For example: --base-map phone="Тел. 2"'),
        ),
        "vocabulary": (
            N_("--vocabulary {text}: HEADER=VALUE is expected."),
            N_('For example: --vocabulary "Теги=VIP" --vocabulary "Теги=Опт"'),
        ),
        "statuses": (
            N_("--statuses {text}: CLASS=STATUS is expected."),
            N_('For example: --statuses no-answer="НБТ"'),
        ),
        "remarks": (
            N_("--remarks {text}: REASON=PHRASE is expected."),
            N_('For example: --remarks wrong-number="ошибка номера"'),
        ),
        "allowed": (N_("--allowed {text}: STAGE=DAYS is expected."), N_('For example: --allowed "Переговоры=14"')),
    }
)


def parse_pairs(texts: Iterable[str], option: str = "map") -> tuple[tuple[str, str], ...]:
    """Return ``NAME=VALUE`` texts as pairs; the value may hold ``=`` itself.

    Args:
        texts: what was given.
        option: for what: ``map``, ``base_map``, ``vocabulary``, ``statuses``, ``remarks`` or ``allowed``.

    Raises:
        UsageError: a text has no ``=``, or nothing on one side of it.

    >>> parse_pairs(["phone=Тел. 2"])
    (('phone', 'Тел. 2'),)
    """
    pairs = []
    for text in texts:
        name, _equals, value = text.partition("=")
        if not name.strip() or not value.strip():
            message, hint = _PAIRS[option]
            raise UsageError(_(message).format(text=text), _(hint))
        pairs.append((name.strip(), value.strip()))
    return tuple(pairs)


def help_hint(command: str) -> str:
    """Return the sentence that leads to the help page of a command."""
    return _("“crmclean {command} --help” lists the options.").format(command=command)
