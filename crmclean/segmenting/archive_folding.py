"""Records of the archive that were merged since: one of them stays, with what the others said in its note."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from crmclean.core.table import Table
from crmclean.fields.date import parse_dates
from crmclean.segmenting.archive_columns import ARCHIVED_AT, NOTE, SEEN, STAGE, WARM_UP, Rows, own_cells
from crmclean.segmenting.archive_notes import join_notes, list_lost_cells, say_merged
from crmclean.segmenting.archive_pairs import Both, Candidates


@dataclass(frozen=True)
class Known:
    """The archive beside the export, and who of it is known again.

    Attributes:
        earlier: the archive.
        both: the records of both files.
        partner: row of the export that is the same record as each row of the archive, -1 where none is.
        found: which of the other rows of the export may be of the client of a row of the archive.
    """

    earlier: Table
    both: Both
    partner: Rows
    found: Candidates

    @property
    def archived(self) -> Table:
        """The records of the archive in the columns of both files."""
        return self.both.table.with_frame(self.both.table.frame.iloc[: self.both.old])


def fold(known: Known, day: pd.Timestamp) -> Known:
    """Return the archive with one record where several were merged into one row of the export since.

    The one that was archived first stays, with its day and its reason. Its last sign of life becomes the last of all of
    them, its stage that of the record which survived the merge, and its note says what the row of the export does not.

    Args:
        known: several rows of the archive may have the same partner.
        day: today.
    """
    leader = _choose_leaders(known)
    gone = np.flatnonzero(leader != np.arange(len(leader)))
    if not len(gone):
        return known
    kept = np.flatnonzero(leader == np.arange(len(leader)))
    place = np.empty(len(leader), dtype=np.int64)
    place[kept] = np.arange(len(kept))
    earlier = _take_over(known, leader, gone, day)
    found = replace(known.found, old=place[leader[known.found.old]])
    return Known(earlier.with_frame(earlier.frame.iloc[kept]), known.both.without(gone), known.partner[kept], found)


def _choose_leaders(known: Known) -> Rows:
    """Return the row that stays for each row of the archive: its own, but for those that were merged."""
    size = len(known.partner)
    leader = np.arange(size)
    paired = np.flatnonzero(known.partner >= 0)
    partners, counts = np.unique(known.partner[paired], return_counts=True)
    rows = paired[np.isin(known.partner[paired], partners[counts > 1])]
    if len(rows):
        at = parse_dates(own_cells(known.earlier, ARCHIVED_AT)).to_numpy("datetime64[us]")[rows]
        ids = known.both.table.coalesced("id").iloc[rows].to_numpy(dtype=str)
        # A day that somebody emptied sorts last.
        order = np.lexsort((known.both.content()[rows], ids, at, known.partner[rows]))
        ordered = rows[order]
        begins = np.flatnonzero(np.diff(known.partner[ordered], prepend=-1))
        leader[ordered] = np.repeat(ordered[begins], np.diff(begins, append=len(ordered)))
    return leader


def _take_over(known: Known, leader: Rows, gone: Rows, day: pd.Timestamp) -> Table:
    """Return the archive whose records that stay have taken over what has to be known of the others."""
    earlier, both, partner = known.earlier, known.both, known.partner
    cells = {name: own_cells(earlier, name).tolist() for name in (SEEN, STAGE, WARM_UP, NOTE)}
    seen = parse_dates(own_cells(earlier, SEEN)).to_numpy("datetime64[us]")
    ids = both.table.coalesced("id").to_numpy()
    names = [column.name for column in both.table.columns]
    lost = list_lost_cells(both.table, gone, both.old + partner[gone], names)
    said = say_merged(earlier, gone, lost, day)
    newest, survivor = seen.copy(), ids[: both.old] == ids[both.old + partner]
    # In an order of their own, whatever that of the archive is.
    for number in np.lexsort((both.content()[gone], ids[gone].astype(str))).tolist():
        row, first = int(gone[number]), int(leader[gone[number]])
        if np.isnat(newest[first]) or seen[row] > newest[first]:
            newest[first], cells[SEEN][first] = seen[row], cells[SEEN][row]
        if survivor[row] and not survivor[first]:
            cells[STAGE][first] = cells[STAGE][row]
        cells[WARM_UP][first] = cells[WARM_UP][first] or cells[WARM_UP][row]
        cells[NOTE][first] = join_notes(cells[NOTE][first], cells[NOTE][row], said[number])
    changed = {column.name: cells[column.header] for column in earlier.columns if column.header in cells}
    frame = earlier.frame.assign(**{name: pd.Series(texts, dtype="str") for name, texts in changed.items()})
    return earlier.with_frame(frame)
