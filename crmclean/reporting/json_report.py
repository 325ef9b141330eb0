"""The figures of a run as one JSON object, for scripts and monitoring: no cell of the base is in it."""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from typing import Final

from crmclean.reporting.input_files import number_rows
from crmclean.reporting.masking import mask_contacts
from crmclean.reporting.sections import list_summaries
from crmclean.reporting.summary import RunSummary

_OF_THE_FILE: Final = frozenset({"package", "preamble", "heading", "aside"})
"""What an origin keeps of the file's own bytes and lines; those that say something stand masked in ``skipped``."""


def render_json(summary: RunSummary) -> str:
    """Return the object of a run as one line without a line end."""
    return write_object(summary_object(summary))


def write_object(value: Mapping[str, object]) -> str:
    """Return an object as one line of JSON; for several summaries wrapped in one object, too."""
    # A path may hold bytes that are no UTF-8; as an escape they are still valid JSON.
    return json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8", "backslashreplace").decode("utf-8")


def summary_object(summary: RunSummary) -> dict[str, object]:
    """Return what a script wants to know of a run, in types that JSON has.

    ``inspect`` adds ``origin`` and, in ``columns``, how far each column is filled and valid (shares, null where
    unknown), with a masked example, and the lines that are no records in ``skipped``, their contacts masked: this
    object ends in logs.
    """
    result: dict[str, object] = {
        "run": summary.run,
        "command": summary.command,
        "source": summary.source,
        "inputs": _describe_inputs(summary),
        "rows_in": summary.rows_in,
        "rows_out": summary.rows_out,
        "merged": summary.merged,
        "doubtful": summary.doubtful,
        "seconds": round(summary.seconds, 3),
        "outputs": dict(summary.outputs),
        "figures": {name: _plain(value) for name, value in summary.outcome.figures.items()},
        "findings": summary.finding_counts(),
        "sections": _plain(list_summaries(summary)),
        "columns": _describe_columns(summary),
        "notes": list(summary.notes),
        "undo": summary.undo_command,
        "settings": _plain(summary.settings),
    }
    if summary.command == "link":
        result |= {name: _plain(summary.outcome.figures[name]) for name in ("known", "new")}
    if summary.command == "inspect":
        result["origin"] = {
            name: _plain(value) for name, value in asdict(summary.before.origin).items() if name not in _OF_THE_FILE
        }
        result["skipped"] = [
            {"line": _plain(entry["line"]), "text": mask_contacts(str(entry["text"]))}
            for entry in summary.table("skipped").to_dict("records")
        ]
    return result


def _describe_inputs(summary: RunSummary) -> list[object]:
    """Return every file that was read: ``first_row`` is the row of the whole that its first record is."""
    if not summary.inputs:
        return [
            {"path": str(entry["path"]), "rows": _plain(entry["rows"])}
            for entry in summary.table("sources").to_dict("records")
        ]
    return [
        {
            "path": item.path,
            "rows": item.rows,
            "first_row": first if item.rows else None,
            "format": item.origin.format,
            "encoding": item.origin.encoding,
            "sheet": item.origin.sheet,
            "other_sheets": list(item.other_sheets),
        }
        for item, first in number_rows(summary.inputs)
    ]


def _describe_columns(summary: RunSummary) -> list[object]:
    measured = summary.table("columns")
    if measured.empty:
        return [
            {
                "header": column.header,
                "role": column.role,
                "kind": column.kind,
                "recognised_by": column.recognised_by,
                "confidence": _plain(column.confidence) if column.role else None,
            }
            for column in summary.before.columns
        ]
    return [_plain(entry) for entry in measured.to_dict("records")]


def _plain(value: object) -> object:
    """Return a value in JSON's own types: numpy numbers and whole floats as int, NaN as null, the rest as text."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        return _plain(asdict(value))
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if hasattr(value, "item"):
        return _plain(value.item())
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return int(value) if value.is_integer() else round(value, 6)
    return str(value)
