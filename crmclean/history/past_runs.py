"""What a page or a script wants to know of earlier runs, as plain values."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Final, Literal

from crmclean.history.written_files import STREAM

MERGING: Final = frozenset({"dedup", "import", "run"})
"""Commands that leave fewer records than they read: of others the number of those left tells nothing new."""

_DIGITS: Final = re.compile(r"\d+")


def series_of(path: str) -> str:
    """Return what the exports of one source have in common: the path without the digits in the name of the file.

    >>> series_of("/srv/2026/base-2026-11-21.csv") == series_of("/srv/2026/base-2026-11-22.csv")
    True
    >>> series_of("/srv/2026/base.csv") == series_of("/srv/2025/base.csv")
    False
    """
    if path == STREAM:
        return path
    folder, name = os.path.split(path)
    return os.path.join(folder, _DIGITS.sub("0", name))


@dataclass(frozen=True)
class RunFacts:
    """What the history knows of one run without looking into its folder.

    Attributes:
        number, command, source, started_at, seconds: as in ``Run``; ``source`` is its first input.
        undone: it was taken back.
        merges_undone: how many of its merges were taken back one by one.
        dropped: its folder was removed to keep newer ones.
        figures: counts by name.
    """

    number: int
    command: str
    source: str
    started_at: datetime
    seconds: float
    undone: bool
    merges_undone: int
    dropped: bool
    figures: Mapping[str, float]

    @property
    def series(self) -> tuple[str, str]:
        """The command, and the source without the digits in its name: exports of every night are one series."""
        return self.command, series_of(self.source)


@dataclass(frozen=True)
class Trend:
    """How one figure went from run to run.

    Attributes:
        figure: its name.
        points: runs of one series that have it, oldest first; none of them was taken back.
    """

    figure: str
    points: tuple[RunFacts, ...]

    @property
    def values(self) -> tuple[float, ...]:
        """The figure of each run."""
        return tuple(run.figures[self.figure] for run in self.points)


@dataclass(frozen=True)
class FigureChange:
    """One figure of two runs; ``None`` where a run does not have it."""

    name: str
    then: float | None
    now: float | None

    @property
    def difference(self) -> float | None:
        """By how much it grew."""
        return None if self.then is None or self.now is None else self.now - self.then


@dataclass(frozen=True)
class RecordChanges:
    """What became of the records.

    Attributes:
        by: ``id`` where every record of both exports has an ID of its own, else ``content``: then an edited record
            counts as one that is gone and one that is new.
        new, gone: how many records only the later, or only the earlier export has.
        changed: how many have the same ID and other cells, in columns that both exports have; ``None`` by content.
        ids: the first of their IDs, by ``new``, ``gone`` and ``changed``, in the order of the files; empty by content.
    """

    by: Literal["id", "content"]
    new: int
    gone: int
    changed: int | None
    ids: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Since:
    """What changed between two runs of one command on one source.

    Attributes:
        then, now: the runs.
        figures: every figure that one of them has, by name.
        records: what became of the records of the input; ``None`` where that cannot be told.
        reason: why not, for the user.
        merged: IDs of the records that were merged now and not then; ``None`` where that cannot be told.
    """

    then: RunFacts
    now: RunFacts
    figures: tuple[FigureChange, ...]
    records: RecordChanges | None
    reason: str
    merged: tuple[str, ...] | None
