"""Which files a run reads: the patterns of its config, from the folder of the config."""

import glob
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path, PurePath

from crmclean.cli.sources import expand_wildcards, natural_order
from crmclean.core.errors import FileError, UsageError
from crmclean.core.i18n import _
from crmclean.core.run_settings import RunSettings
from crmclean.workflows.import_base import name_sources


@dataclass(frozen=True)
class RunInput:
    """One file that a run reads.

    Attributes:
        path: with the folder of the config before it.
        source: what its records have as their source where exports of several systems become one base: the folder that
            a pattern looks into, the same every night, else the name of the file.
    """

    path: str
    source: str


def inputs_of(settings: RunSettings, base: Path) -> list[RunInput]:
    """Return the files that a run reads, each once.

    Args:
        base: the folder from which relative names are taken.

    Raises:
        FileError: no file fits one of the patterns.
        UsageError: the config names none.
    """
    if not settings.input:
        raise UsageError(
            _("The config says nothing of what to read."), _('Add it: [run], and below it input = ["exports/*.csv"].')
        )
    files: dict[str, RunInput] = {}
    for pattern in settings.input:
        found = matching([pattern], base)
        if not found:
            raise FileError(
                _("No file fits {patterns} in {folder}.").format(patterns=pattern, folder=base),
                _("Check “input” in the config, and whether the export was made."),
            )
        for path in [newest_of(found)] if settings.newest else found:
            files.setdefault(os.path.realpath(path), RunInput(path, _source_of(pattern, path)))
    return _distinct_sources(list(files.values()))


def matching(patterns: Sequence[str], base: Path) -> list[str]:
    """Return the files that fit patterns, each once, in the order of the patterns and of people's numbering.

    A folder stands for the files in it, but for hidden ones and those that Office keeps beside an open workbook.
    """
    named = [os.path.join(base, os.path.expanduser(pattern)) for pattern in patterns]
    named = [os.path.join(glob.escape(name), "[!.~]*") if os.path.isdir(name) else name for name in named]
    files = {os.path.realpath(path): path for path in expand_wildcards(named) if os.path.isfile(path)}
    return list(files.values())


def _source_of(pattern: str, path: str) -> str:
    if pattern.endswith(("/", os.sep)) or os.path.basename(pattern) != os.path.basename(path):
        fixed = list(takewhile(lambda part: not glob.has_magic(part), PurePath(pattern).parts))
        return fixed[-1] if fixed and fixed[-1] not in (os.curdir, os.sep) else os.path.basename(path)
    return os.path.basename(path)


def _distinct_sources(inputs: list[RunInput]) -> list[RunInput]:
    """Return inputs whose sources are distinct: where two have one, the names of the files tell them apart."""
    times = Counter(item.source for item in inputs)
    names = name_sources([item.path for item in inputs])
    return [
        replace(item, source=name) if times[item.source] > 1 else item for item, name in zip(inputs, names, strict=True)
    ]


def newest_of(paths: Sequence[str]) -> str:
    """Return the file that was changed last; of several at once, the one whose name comes last."""
    return max(paths, key=lambda path: (os.stat(path).st_mtime_ns, natural_order(path)))


def newest_evidence(pattern: str, base: Path) -> str:
    """Return the newest file that fits a pattern, ``""`` where the config names no pattern.

    Raises:
        FileError: no file fits.
    """
    if not pattern:
        return ""
    found = matching([pattern], base)
    if not found:
        raise FileError(
            _("No file fits {patterns} in {folder}.").format(patterns=pattern, folder=base),
            _("Check “calls” and “bounces” in the config, and whether the lists were made."),
        )
    return newest_of(found)
