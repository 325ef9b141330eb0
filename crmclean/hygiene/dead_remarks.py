"""What is written of every contact: in comments, in reasons of losses, in tags and in the names of statuses."""

import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from crmclean.core.executing import IN_TURN
from crmclean.core.table import Table
from crmclean.fields.text import one_array
from crmclean.hygiene.dead_found import Bools, Moments, not_moments
from crmclean.hygiene.dead_rules import REASON_OF_REMARK
from crmclean.hygiene.evidence_columns import parse_moments
from crmclean.hygiene.remarks import read_remarks

_REMARK_OF_REASON: Final = MappingProxyType({reason: remark for remark, reason in REASON_OF_REMARK.items()})

# A status or a tag is no sentence: «Закрыта», «Тест» and «Проверка» say something else there.
_OF_STATUS: Final = frozenset({"not-in-service", "wrong-number", "do-not-call", "asked-to-delete", "person-died"})
_OF_TAG: Final = _OF_STATUS | {"company-closed"}

_DATE: Final = re.compile(r"(?<!\d)(?:[0-3]?\d\.[01]?\d\.(?:20)?\d{2}|20\d{2}-[01]\d-[0-3]\d)(?!\d)")
_SEPARATOR_OF_TAGS: Final = r"[,;|]|:::"


@dataclass(frozen=True)
class Written:
    """One reason that somebody wrote down.

    Attributes:
        rows: of which contacts.
        phrases: the words that say so, of every row; ``""`` where there are none.
        dates: when it was written, where that stands before it.
    """

    rows: Bools
    phrases: pd.Series
    dates: Moments


class Reading:
    """The reading of what is written, which goes on while other columns are read."""

    def __init__(self, table: Table, own: Mapping[str, Sequence[str]], beside: Executor = IN_TURN) -> None:
        """Begin to read.

        Args:
            own: phrases of the user's own, by reason.
            beside: reads; most of the columns are comments, and each is read by itself.

        Raises:
            UsageError: ``own`` names no reason; with another executor than ``IN_TURN`` it is raised by ``result``.
        """
        extra = {_REMARK_OF_REASON.get(reason, reason): list(phrases) for reason, phrases in own.items()}
        self._size = len(table)
        self._parts = [(beside.submit(_read, cells, extra), allowed) for cells, allowed in _written_columns(table)]

    def result(self) -> dict[str, Written]:
        """Return what is written of every row, by the reason of remarks (``do-not-call``, ``bad-mail`` …)."""
        frames = []
        for reading, allowed in self._parts:
            found = reading.result()
            frames.append(found if allowed is None else found[found["reason"].isin(allowed)])
        frame = pd.concat(frames, ignore_index=True)
        return {str(reason): _spread(part, self._size) for reason, part in frame.groupby("reason", sort=True)}


def _written_columns(table: Table) -> "Iterator[tuple[pd.Series[str], frozenset[str] | None]]":
    """Yield the columns in which something may be written of a row, and the reasons that count there; None: all."""
    yield _comments_of(table), None
    for role, allowed in (("loss_reason", None), ("tags", _OF_TAG), ("status", _OF_STATUS), ("stage", _OF_STATUS)):
        for column in table.with_role(role):
            cells = table.frame[column.name]
            if role == "tags":
                cells = cells.str.replace(_SEPARATOR_OF_TAGS, "\n", regex=True)
            yield cells, allowed


def _comments_of(table: Table) -> pd.Series:
    """Return all comments of every row in one text, each on lines of its own."""
    columns = [one_array(table.frame[column.name]) for column in table.with_role("comment")]
    if not columns:
        return pd.Series("", index=table.frame.index, dtype="str")
    if len(columns) == 1:
        return pd.Series(columns[0], dtype="str")
    return pd.Series(pc.binary_join_element_wise(*columns, pa.scalar("\n", pa.large_string())), dtype="str")


def _read(cells: pd.Series, extra: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Return ``position``, ``reason``, ``phrase`` and ``date`` of every remark."""
    found = read_remarks(cells, extra)
    texts = cells.iloc[found["position"].to_numpy(dtype=np.int64)].tolist()
    dates = [_date_before(text, start) for text, start in zip(texts, found["start"].tolist(), strict=True)]
    return found[["position", "reason", "phrase"]].assign(date=parse_moments(pd.Series(dates, dtype="str")))


def _date_before(text: str, start: int) -> str:
    """Return the last date before a place on its line, ``""`` where there is none."""
    line = text[:start].rpartition("\n")[2]
    return next((match.group() for match in reversed(list(_DATE.finditer(line)))), "")


def _spread(frame: pd.DataFrame, size: int) -> Written:
    """Return the remarks of one reason by row; of several the one written last counts."""
    order = frame.sort_values(["position", "date"], kind="stable", na_position="first")
    last = order.drop_duplicates("position", keep="last")
    position: NDArray[np.int64] = last["position"].to_numpy(dtype=np.int64)
    rows = np.zeros(size, dtype=np.bool_)
    rows[position] = True
    place = np.full(size, len(last), dtype=np.int64)
    place[position] = np.arange(len(last))
    phrases = pd.Series([*last["phrase"].tolist(), ""], dtype="str").take(place).reset_index(drop=True)
    dates = not_moments(size)
    dates[position] = last["date"].to_numpy("datetime64[us]")
    return Written(rows, phrases, dates)


def nothing_written(size: int) -> Written:
    """Return what is written where nobody wrote anything."""
    return Written(
        np.zeros(size, dtype=np.bool_), pd.Series("", index=pd.RangeIndex(size), dtype="str"), not_moments(size)
    )
