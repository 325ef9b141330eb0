"""Every step that has settings, by the name of its table in a config file."""

from dataclasses import MISSING, Field, fields
from typing import Any, Final

from crmclean.core.hygiene_settings import AuditSettings, CadenceSettings, DeadSettings, DealsSettings, FunnelSettings
from crmclean.core.segment_settings import ArchiveSettings, SegmentSettings
from crmclean.core.settings import DedupSettings, ImportSettings, NormalizeSettings, ReadSettings

STEPS: Final = {
    "read": ReadSettings,
    "normalize": NormalizeSettings,
    "import": ImportSettings,
    "dedup": DedupSettings,
    "dead": DeadSettings,
    "deals": DealsSettings,
    "cadence": CadenceSettings,
    "funnel": FunnelSettings,
    "audit": AuditSettings,
    "segments": SegmentSettings,
    "archive": ArchiveSettings,
}
"""The settings a config file may hold, by the name of its table."""


def setting_field(model: type[Any], name: str) -> "Field[Any]":
    """Return the dataclass field ``name`` of a settings model.

    Raises:
        KeyError: the model has no such setting.
    """
    return {item.name: item for item in fields(model)}[name]


def default_of(model: type[Any], name: str) -> Any:
    """Return the default of a setting."""
    default = setting_field(model, name).default
    if default is MISSING:
        raise KeyError(name)
    return default
