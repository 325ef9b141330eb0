"""The columns of an archive: those of the exports that its records came from, and what crmclean knows of each record.

An archive gathers the exports of many nights, and exports change: its columns are matched by heading, a new heading
becomes a new column, and a column that the export no longer has keeps its cells.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmclean.core.errors import FileError, UsageError
from crmclean.core.i18n import _
from crmclean.core.table import ADDED_PREFIX, Column, Origin, Table, unique_names
from crmclean.files.sheet_names import other_sheets

REASON: Final = f"{ADDED_PREFIX}archived_reason"
ARCHIVED_AT: Final = f"{ADDED_PREFIX}archived_at"
RULE: Final = f"{ADDED_PREFIX}archived_rule"
STAGE: Final = f"{ADDED_PREFIX}archived_stage"
SEEN: Final = f"{ADDED_PREFIX}archived_seen"
WARM_UP: Final = f"{ADDED_PREFIX}warm_up"
NOTE: Final = f"{ADDED_PREFIX}archive_note"
CLIENT_ID: Final = f"{ADDED_PREFIX}id"
"""The id that `dedup` gives a client for ever."""
MERGED: Final = f"{ADDED_PREFIX}merged"
"""The IDs of the records that `dedup` has merged into a record, joined by ``, ``."""

ARCHIVE_COLUMNS: Final = (REASON, ARCHIVED_AT, RULE, STAGE, SEEN, WARM_UP, NOTE)
"""What an archive says of each record: why it left, when, by which rule, its stage and its last sign of life on that
day, the list for warming up, and what happened to it since."""

_MARKS: Final = frozenset({REASON, ARCHIVED_AT})

Rows = NDArray[np.int64]
Key = tuple[str, int]
"""A column: its heading, and which of the columns with that heading it is."""


def check_is_archive(table: Table) -> None:
    """Check that a file is an archive that `archive` wrote.

    Raises:
        FileError: it lacks the columns of one.
    """
    missing = sorted(_MARKS - set(table.headers))
    if missing:
        raise FileError(
            _("{path} is no archive of crmclean: it has no column {column}.").format(
                path=table.origin.path, column=missing[0]
            ),
            _("Name another file with --archive; one that does not exist yet is made."),
        )


def check_is_no_archive(table: Table) -> None:
    """Check that what is to be archived is not itself an archive.

    Raises:
        UsageError: it is one.
    """
    if set(table.headers) >= _MARKS:
        raise UsageError(
            _("{path} is an archive already.").format(path=table.origin.path),
            _("Name the export of the CRM, and the archive with --archive."),
        )


def empty_archive() -> Table:
    """Return an archive that holds nothing yet."""
    frame = pd.DataFrame({name: pd.Series([], dtype="str") for name in ARCHIVE_COLUMNS})
    return Table(frame, tuple(Column(name=name, header=name) for name in ARCHIVE_COLUMNS))


def key_columns(table: Table) -> dict[Key, Column]:
    """Return the columns of a table by what they are known by in another file, but for those of the archive itself."""
    seen: Counter[str] = Counter()
    found: dict[Key, Column] = {}
    for column in table.columns:
        # The same heading may have a line break in a workbook and a space in a text file.
        words = " ".join(column.header.split())
        if words not in ARCHIVE_COLUMNS:
            found[words, seen[words]] = column
        seen[words] += 1
    return found


def lay_out(table: Table, earlier: Table | None) -> dict[Key, Column]:
    """Return the columns of the archive without its own: of the earlier archive, of the export, what crmclean added.

    What a column is, the export says where it has it: the archive may be too small to tell by its cells.
    """
    of_export = key_columns(table)
    united = {**(key_columns(earlier) if earlier is not None else {}), **of_export}
    order = sorted(united, key=lambda key: key[0].startswith(ADDED_PREFIX))
    names = unique_names([united[key].header for key in order])
    return {key: replace(united[key], name=name) for key, name in zip(order, names, strict=True)}


def align(table: Table, layout: dict[Key, Column]) -> Table:
    """Return the cells of a table in the columns of a layout, ``""`` in those that it lacks."""
    own = key_columns(table)
    empty = pd.Series("", index=table.frame.index, dtype="str")
    cells = {column.name: table.frame[own[key].name] if key in own else empty for key, column in layout.items()}
    frame = pd.DataFrame(cells, index=table.frame.index)
    return Table(frame, tuple(layout.values()), table.origin)


def own_cells(table: Table, name: str) -> "pd.Series[str]":
    """Return the cells of a column that crmclean added, stripped; ``""`` where there is none."""
    for column in table.columns:
        if column.header == name:
            return table.frame[column.name].str.strip()
    return pd.Series("", index=table.frame.index, dtype="str")


def with_own_columns(layout: dict[Key, Column]) -> tuple[Column, ...]:
    """Return the columns of the whole archive."""
    return (*layout.values(), *(Column(name=name, header=name) for name in ARCHIVE_COLUMNS))


def origin_of_archive(table: Table, earlier: Table | None) -> Origin:
    """Return how the archive is written: as it was, or a new one as the export, without what is no row of it."""
    if earlier is not None:
        # The same archive comes out as the same bytes; a workbook with sheets of the user's keeps them.
        package = earlier.origin.package if other_sheets(earlier.origin) else b""
        return replace(earlier.origin, verbatim={}, heading_width=0, package=package)
    return replace(
        table.origin, header_row=1, preamble=(), heading=(), aside=(), verbatim={}, heading_width=0, package=b""
    )


def take_rows(table: Table, rows: Rows) -> Table:
    """Return these rows of a table, in this order; what was put aside between rows stays between the same rows."""
    kept = np.zeros(len(table) + 1, dtype=np.int64)
    kept[rows + 1] = 1
    before = np.cumsum(kept)
    aside = tuple((int(before[min(place, len(table))]), line) for place, line in table.origin.aside)
    taken = table.with_frame(table.frame.iloc[rows])
    return replace(taken, origin=replace(table.origin, aside=aside))


def stack(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return frames of the same columns one below the other, with a ``RangeIndex``."""
    filled = [part for part in parts if len(part)] or list(parts[:1])
    return pd.concat(filled, ignore_index=True)
