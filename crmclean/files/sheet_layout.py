"""Sheets of reports: a heading of several rows, and the rows that are no clients, settled as in delimited text."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa

from crmclean.fields.text import one_array
from crmclean.files.heading_rows import find_heading
from crmclean.files.rows_aside import put_rows_aside

_ROWS_BELOW: Final = 2
"""So many rows below the one that was picked may belong to the heading."""


@dataclass(frozen=True)
class SettledSheet:
    """A sheet whose heading is one row and whose rows are all clients.

    Attributes:
        headers: the headings; those of several rows are joined.
        heading: the lowest row of a heading of several, else empty.
        frame: the rows below it.
        header_row: 1-based row of the heading in the sheet.
        preamble: the rows above it, their cells joined by tabs.
        aside: rows put aside: number of rows of the table before each, and its cells joined by tabs.
        skipped: row of the sheet and text of what stands above the heading or was put aside, and says something.
        findings: those that were given, their rows counted anew.
    """

    headers: tuple[str, ...]
    heading: tuple[str, ...]
    frame: pd.DataFrame
    header_row: int
    preamble: tuple[str, ...]
    aside: tuple[tuple[int, str], ...]
    skipped: tuple[tuple[int, str], ...]
    findings: pd.DataFrame


def settle_sheet(
    headers: Sequence[str], frame: pd.DataFrame, above: Sequence[Sequence[str]], findings: pd.DataFrame
) -> SettledSheet:
    """Return the table of a sheet.

    Args:
        headers: the row that reads most like headings.
        frame: the rows below it.
        above: the rows above it.
        findings: what was seen in the rows, by 1-based row of ``frame``.
    """
    first_rows = [tuple(row) for row in frame.head(_ROWS_BELOW).itertuples(index=False, name=None)]
    top = [*(tuple(cells) for cells in above), tuple(headers), *first_rows]
    found = find_heading(top, len(above))
    last, joined = found.last, found.names
    lower = len(headers)
    heading = (top[last] + ("",) * lower)[:lower] if found.first < last else ()
    below = last - len(above)
    frame = frame.iloc[below:].reset_index(drop=True)
    cells = pa.table([one_array(frame[name]) for name in frame], names=_names(frame))
    settled = put_rows_aside(cells, joined)
    places = settled.aside
    lines = ["\t".join(row).rstrip("\t") for row in frame.iloc[places].itertuples(index=False, name=None)]
    preamble = tuple("\t".join(row).rstrip("\t") for row in top[:last])
    titles = preamble[: found.first]
    return SettledSheet(
        headers=joined[:lower],
        heading=heading,
        frame=frame[settled.kept].reset_index(drop=True) if places else frame,
        header_row=last + 1,
        preamble=preamble,
        aside=tuple((place - earlier, line) for earlier, (place, line) in enumerate(zip(places, lines, strict=True))),
        skipped=(
            *((number, line) for number, line in enumerate(titles, 1) if line.strip()),
            *((last + 2 + place, line) for place, line in zip(places, lines, strict=True)),
        ),
        findings=_count_anew(findings, settled.kept, below),
    )


def _names(frame: pd.DataFrame) -> list[str]:
    return [str(place) for place in range(frame.shape[1])]


def _count_anew(findings: pd.DataFrame, kept: np.ndarray, below: int) -> pd.DataFrame:
    """Return the findings with their rows counted without the rows put aside; those of such rows are left out."""
    if not len(findings) or (kept.all() and not below):
        return findings
    places = findings["row"].to_numpy() - 1 - below
    stays = (places < 0) | np.append(kept, True)[np.clip(places, 0, len(kept))]
    rows = np.where(findings["row"].eq(0), 0, np.cumsum(kept)[np.clip(places, 0, max(len(kept) - 1, 0))])
    stays &= findings["row"].eq(0).to_numpy() | (places >= 0)
    counted: pd.DataFrame = findings.assign(row=rows)[stays]
    return counted.reset_index(drop=True)
