"""Lines of a delimited file that are kept as they stand: those put aside, and those that no dialect writes so."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa

from crmclean.core.finding import join_findings, make_findings
from crmclean.core.table import Dialect
from crmclean.files.dialects import join_cells
from crmclean.files.lines import Lines
from crmclean.files.quotes import Repair
from crmclean.files.rows import Rows
from crmclean.files.rows_aside import SettledRows

_MOST_VERBATIM: Final = 50_000
"""A file with more odd rows than this is written with all of them as wide as its heading."""


def lines_aside(
    lines: Lines, settled: SettledRows, first_line: int
) -> tuple[tuple[tuple[int, str], ...], tuple[tuple[int, str], ...]]:
    """Return blank lines and rows put aside, in their order, with the rows before each; and those with a text."""
    taken = np.flatnonzero(~settled.kept)
    found = [(before, 0) for before in lines.blank] + [(place, 1) for place in taken.tolist()]
    aside: list[tuple[int, str]] = []
    skipped: list[tuple[int, str]] = []
    for place, is_row in sorted(found):
        text = lines.text(place) if is_row else ""
        aside.append((place - int(np.searchsorted(taken, place)), text))
        if is_row:
            skipped.append((first_line + lines.number(place), text))
    return tuple(aside), tuple(skipped)


def places_repaired(repairs: Sequence[tuple[int, Repair]], lines: Lines, first_line: int) -> list[tuple[int, Repair]]:
    """Return, for repairs by line, the place of the row among those of the file.

    A line that was repaired and then turned out to belong to no row (line ends of several kinds in one file) has none.
    """
    found = ((lines.row_at(line - first_line), repair) for line, repair in repairs if line >= first_line)
    return [(place, repair) for place, repair in found if place >= 0]


def repair_findings(repaired: Sequence[tuple[int, Repair]], settled: SettledRows) -> pd.DataFrame:
    """Return a finding for every cell whose quote was taken for a letter."""
    parts = []
    for place, repair in repaired:
        row = place - int((~settled.kept[:place]).sum()) + 1
        parts.append(make_findings([row], "", ["quote-repaired"], [repair.cell], [repair.cell]))
    return join_findings(parts)


def lines_verbatim(
    lines: Lines, settled: SettledRows, cells: pa.Table, odd: Sequence[int], repaired: Sequence[tuple[int, Repair]]
) -> dict[tuple[str, ...], str]:
    """Return the cells of rows, and their lines as they stand before any repair.

    Args:
        odd: places, among the rows of the file, of those that no dialect writes as they stand.
    """
    if len(odd) > _MOST_VERBATIM:
        return {}
    texts = {place: lines.text(place) for place in odd}
    for place, repair in reversed(repaired):
        if settled.kept[place]:
            # The first repair of a line knows it as it stood.
            texts[place] = repair.line
    earlier = np.cumsum(~settled.kept)
    taken = cells.take(pa.array([place - int(earlier[place]) for place in texts], pa.int64()))
    found = zip(*(column.to_pylist() for column in taken.columns), strict=True)
    return dict(zip(found, texts.values(), strict=True))


def find_odd_rows(
    lines: Lines, rows: Rows, settled: SettledRows, cells: pa.Table, width: int, dialect: Dialect, is_repaired: bool
) -> list[int]:
    """Return the places of rows longer or shorter than the heading, or, after a repair, of all unlike the dialect."""
    kept = np.flatnonzero(settled.kept)
    if is_repaired:
        written = join_cells([column.combine_chunks() for column in cells.columns], dialect, "").to_pylist()
        pairs = zip(kept.tolist(), written, strict=True)
        return [place for place, line in pairs if lines.text(place) != line]
    return [] if rows.widths is None else kept[rows.widths[kept] != width].tolist()
