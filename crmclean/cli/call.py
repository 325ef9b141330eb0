"""One call of a command: what the user asked for, as one object."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from crmclean.cli.options import ScreenOptions, flag_of, given_values, split_values
from crmclean.config import load_config, override_settings, setting_names, settings_from
from crmclean.core.errors import UsageError
from crmclean.core.i18n import _
from crmclean.core.settings import ReadSettings

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
        if isinstance(settings, ReadSettings) and "map" in given:
            given["map"] = (*settings.map, *parse_map(given["map"]))
        result, mistakes = override_settings(settings, given, strict=False)
        if mistakes:
            text = "\n".join(mistake.text for mistake in mistakes)
            for name in setting_names(model):
                # A user of the command line knows the option, not the key of the config file.
                text = text.replace(_("“{name}”").format(name=name), flag_of(name))
            raise UsageError(text, help_hint(self.command))
        return result


def parse_map(texts: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return ``ROLE=HEADER`` texts as pairs; the heading may hold ``=`` itself.

    Raises:
        UsageError: a text has no ``=`` or no role before it.

    >>> parse_map(["phone=Тел. 2"])
    (('phone', 'Тел. 2'),)
    """
    pairs = []
    for text in texts:
        role, equals, header = text.partition("=")
        if not equals or not role.strip() or not header.strip():
            raise UsageError(
                _("--map {text}: ROLE=HEADER is expected.").format(text=text), _('For example: --map phone="Тел. 2"')
            )
        pairs.append((role.strip(), header.strip()))
    return tuple(pairs)


def help_hint(command: str) -> str:
    """Return the sentence that leads to the help page of a command."""
    return _("“crmclean {command} --help” lists the options.").format(command=command)
