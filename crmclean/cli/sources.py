"""Which files a command reads: names, and the patterns that the shell left alone."""

import glob
import os
import re
from collections.abc import Sequence
from pathlib import PurePath
from typing import Final

from crmclean.cli.targets import STREAM, name_beside

_DIGITS: Final = re.compile(r"(\d+)")


def expand_wildcards(names: Sequence[str]) -> list[str]:
    """Return file names with the patterns among them filled in: the shell of Windows leaves that to programs.

    A pattern that matches nothing stays as it is; what it matches is sorted as people do, ``part2`` before ``part10``.
    """
    return [path for name in names for path in _matches(name) or [name]]


def files_to_read(names: Sequence[str], output: str, word: str) -> list[str]:
    """Return the files to read, each once, in the order named.

    A pattern does not bring in what an earlier call of the same command wrote: neither ``output`` nor, beside
    ``part1.csv``, ``part1.clean.csv``. By their names, such files are read like any other.

    Args:
        names: as the user gave them.
        output: what ``-o`` says.
        word: stands in the name of a result that is written beside its input.
    """
    files: dict[str, str] = {}
    for name in names:
        for path in _without_results(_matches(name), output, word) or [name]:
            files.setdefault(path if path == STREAM else os.path.realpath(path), path)
    return list(files.values())


def natural_order(path: str) -> tuple[list[str | int], str]:
    """Return a key that sorts names by their numbers.

    >>> sorted(["part10.csv", "part2.csv", "Part1.csv"], key=natural_order)
    ['Part1.csv', 'part2.csv', 'part10.csv']
    """
    # Every second piece is a number, so that text is compared with text.
    pieces: list[str | int] = list(_DIGITS.split(path.casefold()))
    pieces[1::2] = [int(piece) for piece in pieces[1::2]]
    return pieces, path


def _matches(name: str) -> list[str]:
    """Return the files that a pattern stands for, without folders; none where the name is no pattern."""
    if os.path.exists(name) or not glob.has_magic(name):
        return []
    return sorted((path for path in glob.glob(name) if not os.path.isdir(path)), key=natural_order)


def _without_results(paths: Sequence[str], output: str, word: str) -> list[str]:
    """Return the matches of a pattern without the results among them; all, where it matches nothing else."""
    results = {name_beside(path, word) for path in paths}
    target = os.path.realpath(output) if output not in ("", STREAM) else ""
    kept = [
        path
        for path in paths
        if os.path.realpath(path) != target and str(PurePath(path).with_suffix("")) not in results
    ]
    return kept or list(paths)
