"""Records side by side: which fields to show of a few records, and where they differ."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from crmclean.core.i18n import _
from crmclean.core.table import Column, Table

CellState = Literal["same", "differs", "empty"]

IDENTIFYING_ROLES: Final = (
    "full_name",
    "last_name",
    "first_name",
    "middle_name",
    "company",
    "inn",
    "phone",
    "email",
    "birthday",
    "city",
)
"""Roles by which a person recognises a client, the telling ones first; shown even where the records agree."""

_ROLE_ORDER: Final = {role: place for place, role in enumerate(IDENTIFYING_ROLES)}


@dataclass(frozen=True)
class Cell:
    """One cell and how it stands to the first record: equal, different, or empty."""

    text: str
    state: CellState


@dataclass(frozen=True)
class FieldLine:
    """One column over several records; ``differs`` where two filled cells are not alike."""

    title: str
    role: str
    cells: tuple[Cell, ...]

    @property
    def fills(self) -> bool:
        """Whether the first record lacks what another has."""
        return not self.cells[0].text

    @property
    def differs(self) -> bool:
        """Whether two records contradict each other here."""
        return any(cell.state == "differs" for cell in self.cells)


@dataclass(frozen=True)
class Records:
    """Some records of a table, read out of it once.

    Attributes:
        columns: the telling ones first.
        cells: the texts by column name, outer spaces removed.
        places: where a 1-based row of the table stands in these texts.
    """

    columns: tuple[Column, ...]
    cells: Mapping[str, Sequence[str]]
    places: Mapping[int, int]

    def read(self, name: str, row: int) -> str:
        """Return one cell."""
        return self.cells[name][self.places[row]]


def read_records(table: Table, rows: Iterable[int]) -> Records:
    """Return the records of the given 1-based rows."""
    distinct = sorted(set(rows))
    frame = table.frame.iloc[[row - 1 for row in distinct]]
    cells = {column.name: frame[column.name].str.strip().tolist() for column in table.columns}
    places = {row: place for place, row in enumerate(distinct)}
    return Records(tuple(order_columns(table.columns)), cells, places)


def order_columns(columns: Iterable[Column]) -> list[Column]:
    """Return columns with the telling roles first; the others stay in the order of the file."""
    return sorted(columns, key=lambda column: _ROLE_ORDER.get(column.role, len(_ROLE_ORDER)))


def compare_records(records: Records, rows: Sequence[int]) -> list[FieldLine]:
    """Return the columns that any of a few records fills, the telling ones first, with their cells compared.

    A cell is compared with the first record that has the field filled; the way of writing (case, punctuation, how a
    phone is split, where a legal form stands) is no difference.
    """
    lines = []
    for column in records.columns:
        texts = [records.read(column.name, row) for row in rows]
        if any(texts):
            lines.append(FieldLine(column.header, column.role, _compare_cells(texts, column.role)))
    return lines


def pick_lines(lines: Sequence[FieldLine], most: int) -> tuple[tuple[FieldLine, ...], int]:
    """Return the lines worth showing (telling roles, other values, gaps), at most ``most``, and how many more."""
    worth = [line for line in lines if line.role != "id" and (line.role in _ROLE_ORDER or line.differs or line.fills)]
    return tuple(worth[:most]), max(0, len(worth) - most)


def label_record(records: Records, row: int) -> str:
    """Return what a person would call a record: name and company, else the deal, else a contact."""
    parts = (_first(records, role, row) for role in ("last_name", "first_name", "middle_name"))
    name = " ".join(filter(None, parts)) or _first(records, "full_name", row)
    company = _first(records, "company", row)
    if name or company:
        return ", ".join(filter(None, (name, company)))
    contacts = (_first(records, role, row) for role in ("deal_title", "phone", "email"))
    return next(filter(None, contacts), _("no name"))


def _first(records: Records, role: str, row: int) -> str:
    texts = (records.read(column.name, row) for column in records.columns if column.role == role)
    return next(filter(None, texts), "")


def _compare_cells(texts: Sequence[str], role: str) -> tuple[Cell, ...]:
    reference = next(text for text in texts if text)
    return tuple(Cell(text, _state_of(text, role, reference)) for text in texts)


def _state_of(text: str, role: str, reference: str) -> CellState:
    if not text:
        return "empty"
    return "same" if text == reference or _fold(text, role) == _fold(reference, role) else "differs"


def _fold(text: str, role: str) -> str:
    if role == "phone":
        digits = re.sub(r"\D", "", text)
        # Eleven digits: the country code or the 8 before it is a way of writing.
        return digits[-10:] if len(digits) == 11 else digits or text
    folded = text.casefold().replace("ё", "е")
    if role in ("company", "full_name"):
        return " ".join(sorted(re.findall(r"\w+", folded))) or folded
    return folded
