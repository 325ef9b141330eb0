"""Which files a run reads: the patterns of its config, from the folder of the config."""

import os
from collections.abc import Sequence
from pathlib import Path

from crmclean.cli.sources import expand_wildcards, natural_order
from crmclean.core.errors import FileError, UsageError
from crmclean.core.i18n import _
from crmclean.core.run_settings import RunSettings


def inputs_of(settings: RunSettings, base: Path) -> list[str]:
    """Return the files that a run reads, each once.

    Args:
        base: the folder from which relative names are taken.

    Raises:
        FileError: no file fits.
        UsageError: the config names none.
    """
    if not settings.input:
        raise UsageError(
            _("The config says nothing of what to read."), _('Add it: [run], and below it input = ["exports/*.csv"].')
        )
    found = matching(settings.input, base)
    if not found:
        raise FileError(
            _("No file fits {patterns} in {folder}.").format(patterns=", ".join(settings.input), folder=base),
            _("Check “input” in the config, and whether the export was made."),
        )
    return [newest_of(found)] if settings.newest else found


def matching(patterns: Sequence[str], base: Path) -> list[str]:
    """Return the files that fit patterns, each once, in the order of the patterns and of people's numbering."""
    named = [os.path.join(base, os.path.expanduser(pattern)) for pattern in patterns]
    files = {os.path.realpath(path): path for path in expand_wildcards(named) if os.path.isfile(path)}
    return list(files.values())


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
