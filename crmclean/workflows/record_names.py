"""Which record of a table a user means: by its ID in the CRM, or by its row."""

import difflib
import re
from typing import Final

import numpy as np

from crmclean.core.errors import UsageError
from crmclean.core.i18n import _, ngettext
from crmclean.core.table import Table
from crmclean.matching.arrays import Ints
from crmclean.reporting.explanation import Named

_ROW: Final = re.compile(r"(?:row:|#)\s*(\d+)", re.IGNORECASE)
_ROWS_NAMED: Final = 5


def find_records(table: Table, first: str, second: str) -> tuple[int, int]:
    """Return the positions of two different records.

    Args:
        first, second: as the user named them: an ID of the CRM, ``row:17`` or ``#17``; a number alone is a row where
            the table has no IDs.

    Raises:
        UsageError: one is not there or is not one record, or both are the same.
    """
    one, other = find_record(table, first), find_record(table, second)
    if one == other:
        raise UsageError(
            _("“{first}” and “{second}” are one record, in row {row}.").format(first=first, second=second, row=one + 1),
            _("Name two different records."),
        )
    return one, other


def find_record(table: Table, name: str) -> int:
    """Return the position of a record that the user named.

    Raises:
        UsageError: there is no such record, or several have this ID.
    """
    name = name.strip()
    identity = table.coalesced("id")
    has_ids = bool(identity.ne("").any())
    found = np.flatnonzero(identity.eq(name).to_numpy()) if name else np.zeros(0, dtype=np.int64)
    if len(found) == 1:
        return int(found[0])
    if len(found) > 1:
        raise _doubled(name, found + 1)
    row = _ROW.fullmatch(name)
    if row is not None or (not has_ids and name.isdecimal()):
        return _check_row(table, int(row[1] if row is not None else name))
    raise _unknown(table, name, identity[identity.ne("")].tolist())


class RowNames:
    """What the rows of the matching are called in the file.

    Args:
        table: the file.
        order: position in ``table`` of each row of the matching.
    """

    def __init__(self, table: Table, order: Ints) -> None:
        self._order = order
        self._identity = table.coalesced("id")

    def place_of(self, position: int) -> int:
        """Return the row of the matching that a position of the table became."""
        return int((self._order == position).argmax())

    def name(self, place: int) -> Named:
        """Return what a row of the matching is called."""
        position = int(self._order[place])
        return Named(position + 1, str(self._identity.iat[position]))


def _check_row(table: Table, row: int) -> int:
    if not 1 <= row <= len(table):
        text = ngettext(
            "{path} has {count} record: there is no row {row}.",
            "{path} has {count} records: there is no row {row}.",
            len(table),
        )
        raise UsageError(
            text.format(path=table.origin.path, count=len(table), row=row),
            _("Rows are counted from 1, without the heading."),
        )
    return row - 1


def _doubled(name: str, rows: Ints) -> UsageError:
    shown = ", ".join(str(row) for row in rows[:_ROWS_NAMED].tolist()) + ("…" if len(rows) > _ROWS_NAMED else "")
    text = ngettext(
        "{count} record has the ID “{id}”: row {rows}.", "{count} records have the ID “{id}”: rows {rows}.", len(rows)
    )
    return UsageError(
        text.format(count=len(rows), id=name, rows=shown), _("Name the row instead: row:{row}").format(row=rows[0])
    )


def _unknown(table: Table, name: str, known: list[str]) -> UsageError:
    path = table.origin.path
    if not known:
        return UsageError(
            _("{path} has no column of IDs: “{id}” is no row number.").format(path=path, id=name),
            _("Name rows, as in row:17, or say which column holds the IDs: --map id=HEADER"),
        )
    near = difflib.get_close_matches(name, known[:100_000], n=1)
    hint = _("Did you mean “{name}”?").format(name=near[0]) + " " if near else ""
    column = table.with_role("id")[0].header
    return UsageError(
        _("{path}: no record has the ID “{id}” (column “{column}”).").format(path=path, id=name, column=column),
        hint + _("A row is named like this: row:17"),
    )
