"""Where each record of a funnel stands: its pipeline, its stage, and whether it is open, won or lost.

A stage whose name says nothing is open or closed only where the export says so: «Сделка закрыта» of Bitrix24, the date
of closing, or the stages that the user listed. Else the record is left alone.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmclean.core.hygiene_settings import FunnelSettings
from crmclean.core.table import Table
from crmclean.fields.text import fold
from crmclean.hygiene.closed_deals import read_closed
from crmclean.hygiene.evidence_columns import encode_combinations
from crmclean.hygiene.statuses import LOST, OPEN, WON, group_pairs, read_statuses

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

OPEN_STATE, WON_STATE, LOST_STATE, CLOSED_STATE, UNKNOWN_STATE = range(5)
"""What a record is; closed is one that ended, nobody knows how."""

_ENDS: Final = WON | LOST
_PREFIX: Final = re.compile(r"^\s*(?P<pipeline>c[0-9]+|dt[0-9]+_[0-9]+):", re.IGNORECASE)


@dataclass(frozen=True)
class Stages:
    """The stages of a table and which of them each row stands in.

    Attributes:
        listed: one row a stage of a pipeline: ``pipeline``, ``stage`` (its commonest spelling), ``key`` (its spelling
            for comparisons), ``name`` (its class, see ``statuses``), ``records``, ``open`` (so many of them are),
            ``told`` (a column beside the status tells that deals ended in it).
        now: of every row the place of its stage in ``listed``.
        last: the same of the last stage before the end, where a column of its own keeps it; else that of ``now``.
        state: of every row one of the states above.
        names: of every row the class of its stage.
    """

    listed: pd.DataFrame
    now: Ints
    last: Ints
    state: Ints
    names: "pd.Series[str]"

    @property
    def is_open(self) -> Bools:
        """Tell which rows are open."""
        mask: Bools = self.state == OPEN_STATE
        return mask


@dataclass(frozen=True)
class _Reading:
    pipeline: str
    now: str
    last: str
    name: str
    last_name: str
    state: int


def stage_key(text: str) -> str:
    """Return the form in which two spellings of one stage are equal: without case, ё and the code of a pipeline.

    >>> stage_key("C5:NEW") == stage_key("new"), stage_key(" Счёт выставлен")
    (True, 'счет выставлен')
    """
    return fold(_PREFIX.sub("", text))


def read_stages(
    table: Table, settings: FunnelSettings, closed: "pd.Series[pd.Timestamp]", as_of: pd.Timestamp
) -> Stages:
    """Return where each record of a table stands.

    Args:
        closed: the dates of closing, ``NaT`` where there is none or it cannot be read.

    Raises:
        UsageError: a class of ``settings.statuses`` does not exist.
    """
    columns = [
        table.coalesced("pipeline"),
        table.coalesced("stage"),
        table.coalesced("status"),
        read_closed(table),
        _read_closing(table, closed, as_of),
    ]
    codes, rows = encode_combinations(columns)
    said = pd.DataFrame(rows, columns=["pipeline", "stage", "status", "flag", "closing"], dtype="str")
    extra = group_pairs(settings.statuses)
    classes = zip(
        read_statuses(said["stage"], extra).tolist(), read_statuses(said["status"], extra).tolist(), strict=True
    )
    listed = frozenset(map(stage_key, settings.stages))
    dates_close = table.origin.system == "amocrm"
    readings = [
        _settle(row, names, listed, dates_close)
        for row, names in zip(said.itertuples(index=False, name=None), classes, strict=True)
    ]
    return _list_stages(readings, codes)


def _read_closing(table: Table, dates: "pd.Series[pd.Timestamp]", as_of: pd.Timestamp) -> "pd.Series[str]":
    """Return ``past`` or ``none`` by the date of closing; ``""`` where it says nothing, as a day that was planned."""
    cells = table.coalesced("closed_at")
    closing = pd.Series("", index=cells.index, dtype="str")
    if not dates.notna().any():
        return closing
    return closing.mask(dates < as_of + pd.Timedelta(days=1), "past").mask(cells.eq(""), "none")


def _settle(
    row: tuple[str, str, str, str, str], names: tuple[str, str], listed: frozenset[str], dates_close: bool
) -> _Reading:
    """Return what one combination of cells says; a status that ends the deal comes before the stage it ended in."""
    pipeline, stage, status, flag, closing = row
    of_stage, of_status = names
    now, name = (stage, of_stage or of_status) if stage else (status, of_status)
    if status and of_status in _ENDS and of_stage not in _ENDS:
        now, name = status, of_status
    if flag == "no" and name in _ENDS:
        name = ""
    last = stage or now
    prefix = _PREFIX.match(last)
    pipeline = pipeline or (prefix["pipeline"].upper() if prefix else "")
    if flag == "no":
        state = OPEN_STATE
    elif name in _ENDS:
        state = WON_STATE if name in WON else LOST_STATE
    elif flag == "yes":
        state = CLOSED_STATE
    elif name in OPEN or closing == "none" or stage_key(now) in listed:
        state = OPEN_STATE
    else:
        state = CLOSED_STATE if closing == "past" and dates_close else UNKNOWN_STATE
    return _Reading(pipeline, now, last, name, of_stage if stage else name, state)


class _Register:
    """The stages that were met, each under its pipeline, with how often each spelling and class was."""

    def __init__(self) -> None:
        self._places: dict[tuple[str, str], int] = {}
        self._pipelines: dict[str, dict[str, int]] = {}
        self._spellings: list[dict[str, int]] = []
        self._names: list[dict[str, int]] = []
        self._records: list[int] = []
        self._open: list[int] = []
        self._told: list[bool] = []

    def add(self, pipeline: str, stage: str, name: str, records: int, opened: int, told: bool = False) -> int:
        """Return the place of a stage; ``told`` is one that only a column beside the status names."""
        place = self._places.setdefault((fold(pipeline), stage_key(stage)), len(self._places))
        if place == len(self._records):
            self._spellings.append({})
            self._names.append({})
            self._records.append(0)
            self._open.append(0)
            self._told.append(False)
        _count(self._pipelines.setdefault(fold(pipeline), {}), pipeline, records)
        _count(self._spellings[place], stage, records)
        _count(self._names[place], name, records)
        self._records[place] += records
        self._open[place] += opened
        self._told[place] |= told
        return place

    def list(self) -> pd.DataFrame:
        """Return the stages as ``Stages.listed`` has them."""
        pipelines = {key: _commonest(seen) for key, seen in self._pipelines.items()}
        return pd.DataFrame(
            {
                "pipeline": pd.Series([pipelines[pipeline] for pipeline, _key in self._places], dtype="str"),
                "stage": pd.Series([_commonest(seen) for seen in self._spellings], dtype="str"),
                "key": pd.Series([key for _pipeline, key in self._places], dtype="str"),
                "name": pd.Series([_commonest(seen) for seen in self._names], dtype="str"),
                "records": np.array(self._records, dtype=np.int64),
                "open": np.array(self._open, dtype=np.int64),
                "told": np.array(self._told, dtype=np.bool_),
            }
        )


def _list_stages(readings: Sequence[_Reading], codes: Ints) -> Stages:
    """Return the stages of all combinations and, by their codes, of all rows."""
    counts = np.bincount(codes, minlength=len(readings)).tolist()
    register = _Register()
    now, last = [], []
    for reading, records in zip(readings, counts, strict=True):
        opened = records if reading.state == OPEN_STATE else 0
        now.append(register.add(reading.pipeline, reading.now, reading.name, records, opened))
        differs = stage_key(reading.last) != stage_key(reading.now)
        last.append(
            register.add(reading.pipeline, reading.last, reading.last_name, 0, 0, told=True) if differs else now[-1]
        )
    names = np.array([reading.name for reading in readings], dtype=object)
    return Stages(
        register.list(),
        np.array(now, dtype=np.int64)[codes],
        np.array(last, dtype=np.int64)[codes],
        np.array([reading.state for reading in readings], dtype=np.int64)[codes],
        pd.Series(names[codes], dtype="str"),
    )


def _count(seen: dict[str, int], text: str, records: int) -> None:
    seen[text] = seen.get(text, 0) + records


def _commonest(seen: Mapping[str, int]) -> str:
    """Return the text that most records have; of several the first by the alphabet, whatever the order of the file."""
    return min(seen, key=lambda text: (-seen[text], text))
