"""The table that an earlier run worked on, read again from the copies that the history keeps of its inputs."""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from crmclean.core.settings import ReadSettings
from crmclean.core.table import Table
from crmclean.files.reading import read_table
from crmclean.files.stacking import stack_readings
from crmclean.history.runs import Run


def read_kept_table(run: Run) -> Table:
    """Return the table that a run read, with the settings that it was read with.

    Raises:
        FileError: a copy was dropped, is missing or is damaged.
        UsageError: the inputs are no parts of one export, or this version reads them otherwise.
    """
    inputs = [run.read_input(position) for position in range(1, len(run.input_paths) + 1)]
    settings = _kept_read_settings(run.settings)
    readings = [read_table(data, path, settings) for data, path in zip(inputs, run.input_paths, strict=True)]
    return stack_readings(readings, settings).table


def _kept_read_settings(kept: Mapping[str, Any]) -> ReadSettings:
    values = kept.get("read", {})
    # A key of another version is passed over: its default is the nearest that this version knows.
    known = {item.name: _frozen(values[item.name]) for item in fields(ReadSettings) if item.name in values}
    return replace(ReadSettings(), **known)


def _frozen(value: Any) -> Any:
    """Return a JSON value with its lists as tuples, as settings have them."""
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value
