"""The tables that a config file may hold, and the settings behind each."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Annotated, Any, Final, TypeVar

from annotated_types import Ge

from crmclean.core.i18n import N_
from crmclean.core.run_settings import NotifySettings, RunSettings
from crmclean.core.settings import setting
from crmclean.core.steps import STEPS

Model = TypeVar("Model")


@dataclass(frozen=True)
class HistorySettings:
    """How much of earlier runs stays."""

    keep: Annotated[int, Ge(1)] = setting(30, N_("So many of the last runs can be undone; older ones are dropped."))


SECTIONS: Final[Mapping[str, type[Any]]] = {
    **STEPS,
    "run": RunSettings,
    "notify": NotifySettings,
    "history": HistorySettings,
}
"""By the name of the table in a config file."""

AT_TOP: Final[Mapping[str, tuple[str, str]]] = {
    "use": ("segments", "use"),
    "segment": ("segments", "rules"),
    "chain": ("segments", "chains"),
    "manager": ("segments", "managers"),
}
"""Settings that stand at the top of a file, under a name of their own: their table and their field."""

SHARED: Final = ("statuses",)
"""Settings that may stand at the top for all tables that have them; what a table has of its own goes before."""


def default_config() -> dict[str, Any]:
    """Return the settings of every section as they are without a config file."""
    return {name: model() for name, model in SECTIONS.items()}


def settings_from(config: Mapping[str, Any], model: type[Model]) -> Model:
    """Return the settings that are of type ``model`` out of a config.

    Raises:
        KeyError: no section has this type.
    """
    for settings in config.values():
        if isinstance(settings, model):
            return settings
    raise KeyError(model.__name__)


def setting_names(model: type[Any]) -> tuple[str, ...]:
    """Return the names of a model's settings in their order.

    >>> setting_names(HistorySettings)
    ('keep',)
    """
    return tuple(item.name for item in fields(model))
