"""The settings of a run as they are kept in its folder: JSON that a person can read, too."""

import json
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any, Final

from crmclean.history.private_files import write_private_file

SETTINGS_NAME: Final = "settings.json"


def write_settings(folder: Path, settings: Mapping[str, object]) -> None:
    """Write the settings of a run: by the name of the step, a settings object or its plain values.

    Raises:
        OSError: they cannot be written.
    """
    text = json.dumps(dict(settings), default=_plain_value, ensure_ascii=False, indent=2, sort_keys=True)
    with write_private_file(folder / SETTINGS_NAME) as file:
        # A file name may hold bytes that are no text; ``json.loads`` takes them back the same way.
        file.write(text.encode(errors="surrogatepass"))


def read_settings(folder: Path) -> Mapping[str, Any]:
    """Return the settings as plain JSON values: tuples are lists.

    Raises:
        OSError: they cannot be read.
        ValueError: they are damaged.
    """
    settings = json.loads((folder / SETTINGS_NAME).read_bytes())
    if not isinstance(settings, dict):
        raise ValueError(SETTINGS_NAME)
    return settings


def _plain_value(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"settings cannot be kept: {type(value).__name__}")
