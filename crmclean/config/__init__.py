"""What a config file may hold, and the way from its text to settings."""

from crmclean.config.loading import load_config, load_section
from crmclean.config.sections import SECTIONS, HistorySettings, default_config, setting_names, settings_from
from crmclean.config.values import choices_of, override_settings

__all__ = [
    "SECTIONS",
    "HistorySettings",
    "choices_of",
    "default_config",
    "load_config",
    "load_section",
    "override_settings",
    "setting_names",
    "settings_from",
]
