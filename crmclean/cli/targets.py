"""Where the data and the files beside it go."""

import os
from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import Final

from crmclean.cli.options import FORMATS
from crmclean.core.errors import UsageError
from crmclean.core.i18n import _
from crmclean.core.table import FileFormat

STREAM: Final = "-"
BESIDE: Final = ""
"""The target of a call that names none and whose stdout is a screen: files beside the input."""

_EXTENSIONS: Final[Mapping[FileFormat, tuple[str, ...]]] = {
    "csv": (".csv", ".txt", ".tsv"),
    "xlsx": (".xlsx",),
    "html": (".xls", ".html", ".htm"),
    "jsonl": (".jsonl", ".ndjson"),
    "parquet": (".parquet",),
}
_PACKED: Final = (".gz", ".zip")
_SIDE_EXTENSIONS: Final = {"report": (".html", ".htm", ".json"), "review": (".xlsx",), "checklist": (".xlsx",)}


def choose_target(source: str, output: str, json: bool, stdout_takes_data: bool) -> str:
    """Return where the data goes: a path, ``STREAM`` or ``BESIDE``.

    Args:
        source: the input, ``-`` for stdin.
        output: what ``-o`` says, ``""`` where it was not given.
        json: whether the figures go to stdout.
        stdout_takes_data: whether stdout leads into a pipe or a file.

    Raises:
        UsageError: data and figures would both go to stdout.
    """
    target = output
    if not output:
        target = STREAM if source == STREAM or (stdout_takes_data and not json) else BESIDE
    if target == STREAM and json:
        raise UsageError(
            _("--json and the data cannot both go to stdout."), _("Name a file for the data with -o FILE.")
        )
    return target


def check_format(name: str) -> FileFormat | None:
    """Return the format that ``--format`` names, ``None`` where it was not given.

    Raises:
        UsageError: there is no such format.
    """
    for format in _EXTENSIONS:
        if name.lower() == format:
            return format
    if name:
        raise UsageError(
            _("--format {format}: there is no such format.").format(format=name),
            _("Choose one of: {choices}.").format(choices=", ".join(FORMATS)),
        )
    return None


def check_side_files(paths: Mapping[str, str]) -> None:
    """Check the names of the files that were asked for beside the data.

    Raises:
        UsageError: one would go to stdout, or its extension names no format that can be written.
    """
    for name, path in paths.items():
        flag = "--" + name.replace("_", "-")
        if path == STREAM:
            raise UsageError(
                _("{option} -: only the data goes to stdout.").format(option=flag), _("Name a file instead.")
            )
        known = _SIDE_EXTENSIONS.get(name)
        if known is not None and PurePath(path).suffix.lower() not in known:
            raise UsageError(
                _("{option} {path}: the name must end in one of {extensions}.").format(
                    option=flag, path=path, extensions=", ".join(known)
                )
            )


def path_beside(source: str, word: str, format: FileFormat) -> str:
    """Return the path of the result beside the input; its extension stays where it fits the format.

    >>> path_beside("base/export.csv", "clean", "csv").replace(chr(92), "/")
    'base/export.clean.csv'
    >>> path_beside("export.xls", "clean", "xlsx")
    'export.clean.xlsx'
    >>> path_beside("export.csv.gz", "clean", "csv")
    'export.clean.csv'
    """
    return name_beside(source, word) + extension_for(source, format)


def extension_for(source: str, format: FileFormat) -> str:
    """Return the extension of a result in a format: that of the input where it fits.

    >>> extension_for("export.tsv.gz", "csv"), extension_for("export.xls", "xlsx")
    ('.tsv', '.xlsx')
    """
    known = _EXTENSIONS[format]
    suffix = _unpacked(source).suffix
    return suffix if suffix.lower() in known else known[0]


def name_beside(source: str, word: str) -> str:
    """Return the path of the result beside the input up to its extension.

    >>> name_beside("export.csv.gz", "clean")
    'export.clean'
    """
    path = _unpacked(source)
    return str(path.with_name(f"{path.stem}.{word}"))


def _unpacked(source: str) -> Path:
    path = Path(source)
    return path.with_suffix("") if path.suffix.lower() in _PACKED else path


def side_beside(source: str, ending: str) -> str:
    """Return the path of a report or list beside the input.

    >>> side_beside("export.csv", "review.xlsx")
    'export.review.xlsx'
    """
    path = Path(source)
    return str(path.with_name(f"{path.stem}.{ending}"))


def folder_of_run(source: str, target: str) -> Path:
    """Return the folder beside whose files the history lives: that of the output, else of the input, else this one."""
    for path in (target, source):
        # A device such as /dev/null is no place for a history.
        if path not in (STREAM, BESIDE) and (not os.path.exists(path) or os.path.isfile(path)):
            return Path(path).parent
    return Path()


def asked_for(paths: Mapping[str, str]) -> dict[str, str]:
    """Return the files that were named."""
    return {name: path for name, path in paths.items() if path}
