"""Rows of a file that are no clients: a second row of headings, numbers of columns, groups and totals of reports.

Only unmistakable rows are put aside: a client named «Итого» who has a phone stays a client. What is put aside keeps its
place, is listed for the user, and goes back into the file when it is written.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmclean.core.table import ADDED_PREFIX, Origin, Table
from crmclean.fields.company_form import take_form
from crmclean.fields.full_name import rank_as_given
from crmclean.files.headings import heading_words, meaning_of

_CONTACT_ROLES: Final = frozenset({"phone", "fax", "email", "inn", "messenger", "website", "first_name", "middle_name"})
"""A row with something in one of these is a client, whatever its name."""

_TOTAL_STARTS: Final = ("Итог", "ИТОГ", "итог", "Всего", "ВСЕГО", "всего", "Total", "TOTAL", "total", "Общий", "Grand")
_TOTAL: Final = re.compile(
    r"\s*(?:общий\s+итог|итого|итог|всего|grand\s+total|total)"
    r"(?:\s+(?:оборотов|обороты|остатков|сумма|записей|строк|контактов|клиентов|компаний|контрагентов|лидов|сделок"
    r"|rows|records|contacts|(?:по|за|на)\s.*))?\s*[:.=]?\s*(?:[\d\s\u00a0]+)?\s*",
    re.IGNORECASE | re.DOTALL,
)
_AMOUNT: Final = re.compile(
    r"\s*[-–]?[\d\s\u00a0\u202f]{1,20}(?:[.,]\d+)?\s*(?:руб\.?|р\.|₽|шт\.?|%|RUB)?\s*", re.IGNORECASE
)
_TAIL_ROWS: Final = 5

_GROUP_WORDS: Final = frozenset(
    {
        "покупатели",
        "поставщики",
        "клиенты",
        "контрагенты",
        "прочие",
        "розница",
        "опт",
        "партнеры",
        "дилеры",
        "подрядчики",
        "сотрудники",
        "конкуренты",
        "покупатель",
        "поставщик",
        "физлица",
        "юрлица",
    }
)
_GROUP_STARTS: Final = ("физические лица", "юридические лица", "группа ", "основная группа", "прочие ", "папка ")
_LEAST_FULL_COLUMNS: Final = 2

_SECTIONS: Final = frozenset(
    {
        "контакты",
        "контактные",
        "данные",
        "контактная",
        "информация",
        "реквизиты",
        "банковские",
        "адрес",
        "адреса",
        "даты",
        "телефоны",
        "руководитель",
        "представитель",
        "договор",
        "документ",
        "прочее",
        "дополнительно",
        "основные",
        "сведения",
        "основное",
        "клиента",
        "контактное",
        "лицо",
        "менеджер",
        "работа",
        "доставка",
        "contacts",
        "details",
        "address",
    }
)
_NOT_HEADING: Final = re.compile(r"@|\d[\d\s().-]{3,}\d|:\s*$")
_LONGEST_HEADING: Final = 80
_LEVELS: Final = " / "


def settle_heading(rows: Sequence[Sequence[str]], place: int) -> tuple[int, tuple[str, ...]]:
    """Return the place of the lowest row of the heading, and the headings, those of two rows joined.

    >>> settle_heading([["ФИО", "Контакты", ""], ["", "Телефон", "E-mail"], ["Иван", "1", "a@example.com"]], 0)
    (1, ('ФИО', 'Контакты / Телефон', 'Контакты / E-mail'))
    """
    for upper, lower in ((place - 1, place), (place, place + 1)):
        if upper >= 0 and lower < len(rows):
            width = max(len(rows[upper]), len(rows[lower]))
            above, below = _padded(rows[upper], width), _padded(rows[lower], width)
            if _are_two_levels(above, below):
                return lower, _join_levels(above, below)
    return place, tuple(rows[place])


def _padded(cells: Sequence[str], width: int) -> list[str]:
    return [*cells, *[""] * (width - len(cells))]


def _are_two_levels(above: Sequence[str], below: Sequence[str]) -> bool:
    """Check that a row of sections spans a row of headings: both read as headings, and one section has two of them."""
    upper, lower = ([cell for cell in cells if cell.strip()] for cells in (above, below))
    if len(upper) < 2 or not lower or any(_NOT_HEADING.search(cell) for cell in (*upper, *lower)):
        return False
    if any(len(cell) > _LONGEST_HEADING for cell in (*upper, *lower)):
        return False
    understood = sum(1 for cell in lower if meaning_of(cell) is not None)
    if understood * 2 < len(lower) or not any(_is_section(cell) for cell in upper):
        return False
    return any(
        above[place].strip() and below[place].strip() and not above[place + 1].strip() and below[place + 1].strip()
        for place in range(len(above) - 1)
    )


def _is_section(cell: str) -> bool:
    return meaning_of(cell) is not None or bool(set(heading_words(cell).split()) & _SECTIONS)


def _join_levels(above: Sequence[str], below: Sequence[str]) -> tuple[str, ...]:
    names: list[str] = []
    section = ""
    for upper, lower in zip(above, below, strict=True):
        if not lower.strip():
            section = ""
            names.append(upper)
            continue
        section = upper if upper.strip() else section
        names.append(lower if section.strip() in ("", lower.strip()) else f"{section.strip()}{_LEVELS}{lower.strip()}")
    return tuple(names)


def find_rows_aside(cells: pa.Table, headers: Sequence[str]) -> list[int]:
    """Return the places of the rows that are no clients, in order.

    Args:
        cells: the rows below the heading, one column of text per heading.
        headers: the headings.
    """
    if cells.num_columns < 2 or cells.num_rows < 2:
        return []
    numbered = [0] if _is_numbering(_row(cells, 0)) else []
    totals = _find_totals(cells, headers, len(numbered))
    groups = _find_groups(cells, set(totals), len(numbered))
    return sorted({*numbered, *totals, *groups})


def _row(cells: pa.Table, place: int) -> list[str]:
    return [column[place].as_py() for column in cells.columns]


def _is_numbering(row: Sequence[str]) -> bool:
    """Check for 1;2;3… under the heading: the numbers of the columns."""
    while row and not row[-1]:
        row = row[:-1]
    return len(row) > 2 and [cell.strip(" ()") for cell in row] == [str(place) for place in range(1, len(row) + 1)]


def _find_totals(cells: pa.Table, headers: Sequence[str], start: int) -> list[int]:
    roles = [meaning.role if (meaning := meaning_of(header)) else "" for header in headers]
    roles += [""] * (cells.num_columns - len(roles))
    labelled = pc.starts_with(cells.column(0), _TOTAL_STARTS[0])
    for word in _TOTAL_STARTS[1:]:
        labelled = pc.or_(labelled, pc.starts_with(cells.column(0), word))
    suspects = pc.indices_nonzero(labelled).to_pylist()
    tail = range(max(start, cells.num_rows - _TAIL_ROWS), cells.num_rows)
    totals = {row for row in suspects if row >= start and _is_total(_row(cells, row), roles, with_amount=True)}
    for row in reversed(tail):
        found = _row(cells, row)
        if not any(cell.strip() for cell in found):
            continue
        if not _is_total(found, roles, with_amount=False):
            break
        totals.add(row)
    return sorted(totals)


def _is_total(row: Sequence[str], roles: Sequence[str], *, with_amount: bool) -> bool:
    """Check that the first filled cell says «Итого» and the others are sums, none of them in a column of contacts."""
    filled = [place for place, cell in enumerate(row) if cell.strip()]
    if not filled or not _TOTAL.fullmatch(row[filled[0]]):
        return False
    others = filled[1:]
    if with_amount and not others:
        return False
    return all(roles[place] not in _CONTACT_ROLES and _AMOUNT.fullmatch(row[place]) for place in others)


def _find_groups(cells: pa.Table, totals: set[int], start: int) -> list[int]:
    """Return the rows that head groups, as in lists of 1С: a name in the first cell, nothing else, and first of all.

    The rows between them must be full in the same columns, and none of the names may be that of a person or company.
    """
    if cells.num_columns - start < 3 or not _is_lone(_row(cells, start)):
        return []
    filled = np.column_stack([_is_filled(column) for column in cells.columns])
    counted = np.ones(len(filled), dtype=bool)
    counted[[*range(start), *totals]] = False
    counted &= filled.any(axis=1)
    lone = counted & filled[:, 0] & ~filled[:, 1:].any(axis=1)
    members = counted & ~lone
    places = np.flatnonzero(counted)
    if lone[places[-1]] or members.sum() <= lone.sum():
        return []
    if filled[members][:, 1:].all(axis=0).sum() < _LEAST_FULL_COLUMNS:
        return []
    groups: list[int] = np.flatnonzero(lone).tolist()
    names = [cells.column(0)[place].as_py() for place in groups]
    if any(_may_be_client(name) for name in names):
        return []
    return groups if len(groups) > 1 or _is_group_name(names[0]) else []


def _is_lone(row: Sequence[str]) -> bool:
    return bool(row[0].strip()) and not any(cell.strip() for cell in row[1:])


def _is_filled(column: pa.ChunkedArray) -> np.ndarray:
    return np.asarray(pc.not_equal(pc.utf8_trim_whitespace(column), "").to_numpy())


def _may_be_client(name: str) -> bool:
    if "@" in name or sum(character.isdigit() for character in name) > 4 or take_form(name)[0]:
        return True
    return any(rank_as_given(word) >= 2 for word in name.split())


def _is_group_name(name: str) -> bool:
    words = heading_words(name)
    return words in _GROUP_WORDS or words.startswith(_GROUP_STARTS)


@dataclass(frozen=True)
class SettledRows:
    """The rows of a table, and those put aside.

    Attributes:
        cells: the rows that are clients.
        kept: for every row of the file, whether it is one of them.
    """

    cells: pa.Table
    kept: np.ndarray

    @property
    def aside(self) -> list[int]:
        """The places of the others among all rows."""
        places: list[int] = np.flatnonzero(~self.kept).tolist()
        return places


def put_rows_aside(cells: pa.Table, headers: Sequence[str]) -> SettledRows:
    """Return the rows that are clients, and where the others stood."""
    found = find_rows_aside(cells, headers)
    kept = np.ones(cells.num_rows, dtype=bool)
    kept[found] = False
    return SettledRows(cells.filter(pa.array(kept)) if found else cells, kept)


def headings_as_read(table: Table) -> list[str]:
    """Return the last row of the heading as the file has it; the rows above it stand in the preamble."""
    own = [column for column in table.columns if not column.header.startswith(ADDED_PREFIX)]
    if len(own) != len(table.origin.heading):
        return table.headers
    lower = iter(table.origin.heading)
    return [column.header if column.header.startswith(ADDED_PREFIX) else next(lower) for column in table.columns]


def split_at_aside(table: Table) -> Iterator[tuple[pd.DataFrame, str | None]]:
    """Yield the rows up to each line put aside, with that line as delimited text; last the rows left and None."""
    done = 0
    for place, line in table.origin.aside:
        place = min(place, len(table))
        yield table.frame.iloc[done:place], _delimited_line(line, table.origin)
        done = place
    yield table.frame.iloc[done:], None


def _delimited_line(line: str, origin: Origin) -> str:
    if origin.format == "csv":
        return line
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=origin.dialect.delimiter, lineterminator="").writerow(line.split("\t"))
    return written.getvalue()


def cells_of_aside(line: str, origin: Origin) -> list[str]:
    """Return the cells of a row put aside: of a delimited file it is kept as it stands, else joined by tabs."""
    if origin.format != "csv":
        return line.split("\t")
    reader = csv.reader(io.StringIO(line, newline=""), delimiter=origin.dialect.delimiter)
    return next(reader, [])


def put_back(table: Table) -> Table:
    """Return the table with the rows put aside among its rows and its lowest heading as read; for other formats."""
    columns = tuple(
        replace(column, header=header) for column, header in zip(table.columns, headings_as_read(table), strict=True)
    )
    width = len(columns)
    rows = [(place, cells_of_aside(line, table.origin)) for place, line in table.origin.aside]
    rows = [(min(place, len(table)), cells[:width]) for place, cells in rows if any(cells)]
    origin = replace(table.origin, aside=(), heading=())
    if not rows:
        return replace(table, columns=columns, origin=origin)
    names = list(table.frame.columns)
    aside = pd.DataFrame([_padded(cells, width) for _place, cells in rows], columns=names, dtype="str")
    order = np.argsort([*range(1, len(table) + 1), *[place + 0.5 for place, _cells in rows]], kind="stable")
    frame = pd.concat([table.frame, aside], ignore_index=True).take(order).reset_index(drop=True)
    return Table(frame, columns, origin)
