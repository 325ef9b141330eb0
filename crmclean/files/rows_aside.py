"""Rows of a file that are no clients: numbers of columns, repeated headings, groups and totals of reports.

Only unmistakable rows are put aside: a client named «Итого» who has a phone stays a client. What is put aside keeps its
place, is listed for the user, and goes back into the file when it is written.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

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
_TOTAL_OF_GROUP: Final = re.compile(
    r"\s*(?:итого|итог|всего|total)\s+(?:(?:по|за|на|for|of)\s+)?"
    r"(?P<kind>(?:групп[ае]|разделу|папке|отделу|менеджеру|ответственному|городу|региону|филиалу|складу|источнику|статусу"
    r"|group)\s+)?(?P<name>\S.*?)\s*[:.=]?\s*(?:[\d\s\u00a0]+)?",
    re.IGNORECASE | re.DOTALL,
)
_TOTAL_ENDS: Final = (" Итог", " Total")
_GRAND_TOTALS: Final = frozenset({"общий итог", "grand total"})
"""Excel names a subtotal by the group, «Москва Итог», in the column by which the rows are grouped; last comes this."""

_AMOUNT: Final = re.compile(
    r"\s*[-–]?[\d\s\u00a0\u202f]{1,20}(?:[.,]\d+)?\s*(?:руб\.?|р\.|₽|шт\.?|%|RUB)?\s*", re.IGNORECASE
)
_TAIL_ROWS: Final = 5

_GROUP_WORDS: Final = frozenset({
    "покупатели", "поставщики", "клиенты", "контрагенты", "прочие", "розница", "опт", "партнеры", "дилеры",
    "подрядчики", "сотрудники", "конкуренты", "покупатель", "поставщик", "физлица", "юрлица",
})  # fmt: skip
_GROUP_STARTS: Final = ("физические лица", "юридические лица", "группа ", "основная группа", "прочие ", "папка ")
_LEAST_FULL_COLUMNS: Final = 2

_RECORD: Final = re.compile(r"@|\d[\d\s().-]{3,}\d")
_LEVELS: Final = " / "
_SPACES: Final = " \t\n\r\u00a0"


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


def find_rows_aside(cells: pa.Table, headers: Sequence[str]) -> list[int]:
    """Return the places of the rows that are no clients, in order.

    Args:
        cells: the rows below the heading, one column of text per heading.
        headers: the headings; those of several rows joined.
    """
    if cells.num_columns < 2 or cells.num_rows < 2:
        return []
    numbered = [0] if _is_numbering(_row(cells, 0)) else []
    repeated = _find_repeated_headings(cells, headers)
    start = len(numbered)
    alone = {place: cells.column(0)[place].as_py().strip() for place in _find_lone(cells).tolist()}
    totals = _find_totals(cells, headers, start, set(alone.values()))
    named = _groups_of_totals(cells, totals)
    others = {*numbered, *repeated, *totals, *(place for place, name in alone.items() if name in named)}
    groups = _find_groups(cells, [place for place in alone if place not in others], others, start)
    return sorted({*others, *groups})


def _row(cells: pa.Table, place: int) -> list[str]:
    return [column[place].as_py() for column in cells.columns]


def _is_numbering(row: Sequence[str]) -> bool:
    """Check for 1;2;3… under the heading: the numbers of the columns."""
    while row and not row[-1]:
        row = row[:-1]
    return len(row) > 2 and [cell.strip(" ()") for cell in row] == [str(place) for place in range(1, len(row) + 1)]


def _find_repeated_headings(cells: pa.Table, headers: Sequence[str]) -> list[int]:
    """Return the rows that say the heading again, as reports in pages and exports put together have them.

    Where the heading is no heading but the first record of a file without one, a row like it is a client.
    """
    headers = [*headers, *[""] * (cells.num_columns - len(headers))]
    named = [place for place, header in enumerate(headers) if header.strip()]
    if len(named) < 2 or any(_RECORD.search(header) for header in headers):
        return []
    if not any(meaning_of(header) for header in headers):
        return []
    levels = [[level.strip() for level in header.split(_LEVELS)] for header in headers]
    found: set[int] = set()
    for place in _rows_that_say(cells, named, headers, levels):
        found.update(_repeated_at(cells, place, headers, levels))
    return sorted(found)


def _rows_that_say(
    cells: pa.Table, named: Sequence[int], headers: Sequence[str], levels: Sequence[Sequence[str]]
) -> list[int]:
    """Return the rows whose cell in one column is its heading, or the lowest level of it."""
    column = next((place for place in reversed(named) if len(levels[place]) > 1), named[0])
    texts = cells.column(column)
    mask = pc.or_(pc.equal(texts, headers[column]), pc.equal(texts, levels[column][-1]))
    places: list[int] = pc.indices_nonzero(mask).to_pylist()
    return places


def _repeated_at(cells: pa.Table, place: int, headers: Sequence[str], levels: Sequence[Sequence[str]]) -> Iterator[int]:
    """Yield the row, and the rows above it that repeat the upper levels, where together they say all of the heading."""
    if [cell.strip() for cell in _row(cells, place)] == [header.strip() for header in headers]:
        yield place
        return
    depth = max(len(level) for level in levels)
    rows = [_row(cells, row) for row in range(max(place - depth + 1, 0), place + 1)]
    said = [{row[column].strip() for row in rows if row[column].strip()} for column in range(len(headers))]
    whole = all(
        cells_said <= set(level) and level[-1] in {*cells_said, ""}
        for cells_said, level in zip(said, levels, strict=True)
    )
    if depth > 1 and whole:
        yield from range(place - len(rows) + 1, place + 1)


def _find_totals(cells: pa.Table, headers: Sequence[str], start: int, groups: Collection[str]) -> list[int]:
    """Return the rows of totals.

    Args:
        start: rows at the top that are none.
        groups: names that stand alone in a row: «Итого» with such a name is its subtotal.
    """
    roles = [meaning.role if (meaning := meaning_of(header)) else "" for header in headers]
    roles += [""] * (cells.num_columns - len(roles))
    labelled = pc.starts_with(cells.column(0), _TOTAL_STARTS[0])
    for word in _TOTAL_STARTS[1:]:
        labelled = pc.or_(labelled, pc.starts_with(cells.column(0), word))
    totals = {
        row
        for row in pc.indices_nonzero(labelled).to_pylist()
        if row >= start
        and (_is_total(found := _row(cells, row), roles, with_amount=True) or _is_subtotal(found, roles, groups))
    }
    for row in range(cells.num_rows - 1, max(start, cells.num_rows - _TAIL_ROWS) - 1, -1):
        found = _row(cells, row)
        if row in totals or not any(cell.strip() for cell in found):
            continue
        if not _is_total(found, roles, with_amount=False):
            break
        totals.add(row)
    if any(any(cell.strip().casefold() in _GRAND_TOTALS for cell in _row(cells, row)) for row in totals):
        totals |= _find_totals_of_excel(cells, roles)
    return sorted(totals)


def _groups_of_totals(cells: pa.Table, totals: Sequence[int]) -> set[str]:
    """Return the names of the groups that have a subtotal: a row with one of them alone heads its group."""
    labels = (next((cell for cell in _row(cells, place) if cell.strip()), "") for place in totals)
    found = (_TOTAL_OF_GROUP.fullmatch(label) for label in labels)
    return {_bare_name(label) for label in found if label}


def _bare_name(label: "re.Match[str]") -> str:
    return str(label["name"]).strip(' "«»')


def _is_total(row: Sequence[str], roles: Sequence[str], *, with_amount: bool) -> bool:
    """Check that the first filled cell says «Итого» and the others are sums, none of them in a column of contacts."""
    filled = [place for place, cell in enumerate(row) if cell.strip()]
    if not filled or not _TOTAL.fullmatch(row[filled[0]]):
        return False
    others = filled[1:]
    if with_amount and not others:
        return False
    return _are_amounts(row, others, roles)


def _is_subtotal(row: Sequence[str], roles: Sequence[str], groups: Collection[str]) -> bool:
    """Check for «Итого по группе Розница», or «Итого Розница» with sums where «Розница» heads a group."""
    filled = [place for place, cell in enumerate(row) if cell.strip()]
    label = _TOTAL_OF_GROUP.fullmatch(row[filled[0]]) if filled else None
    if label is None or not _are_amounts(row, filled[1:], roles):
        return False
    return bool(label["kind"]) or (len(filled) > 1 and _bare_name(label) in groups)


def _are_amounts(row: Sequence[str], places: Sequence[int], roles: Sequence[str]) -> bool:
    return all(roles[place] not in _CONTACT_ROLES and _AMOUNT.fullmatch(row[place]) for place in places)


def _find_totals_of_excel(cells: pa.Table, roles: Sequence[str]) -> set[int]:
    """Return the subtotals that Excel puts below a group: its name and «Итог», right below a row with that name."""
    totals: set[int] = set()
    for column in range(cells.num_columns):
        if roles[column] in _CONTACT_ROLES:
            continue
        texts = cells.column(column)
        for ending in _TOTAL_ENDS:
            for place in pc.indices_nonzero(pc.ends_with(texts, ending)).to_pylist():
                row = _row(cells, place)
                others = [other for other, cell in enumerate(row) if cell.strip() and other != column]
                follows = place > 0 and texts[place - 1].as_py() == row[column].removesuffix(ending)
                if follows and others and _are_amounts(row, others, roles):
                    totals.add(place)
    return totals


def _find_lone(cells: pa.Table) -> np.ndarray:
    """Return the places of the rows with a name in the first cell and nothing else."""
    second = cells.column(1)
    # Hardly a row of a base has its second cell empty and the third too: look no further at the others.
    may_be_empty = pc.equal(second, "")
    for space in _SPACES:
        may_be_empty = pc.or_(may_be_empty, pc.starts_with(second, space))
    alone = pc.indices_nonzero(may_be_empty)
    for place, column in enumerate(cells.columns):
        if not len(alone):
            break
        filled = _is_filled(column.take(alone))
        alone = alone.filter(pa.array(filled if place == 0 else ~filled))
    return np.asarray(alone.to_numpy())


def _find_groups(cells: pa.Table, lone: Sequence[int], others: set[int], start: int) -> list[int]:
    """Return the rows that head groups, as in lists of 1С: a name in the first cell, and nothing else.

    The rows between them must be full in the same columns, and none of the names may be that of a person or company.
    Where a group is not the first row of all, its name must be that of a group; so it must where there is but one.

    Args:
        lone: rows with nothing but a name.
        others: rows that are no clients for another reason.
        start: rows at the top that are none.
    """
    if not lone or cells.num_columns - start < 3:
        return []
    filled = np.column_stack([_is_filled(column) for column in cells.columns])
    places = [place for place in np.flatnonzero(filled.any(axis=1)).tolist() if place not in others]
    members = np.setdiff1d(places, lone)
    if lone[-1] == places[-1] or len(members) <= len(lone):
        return []
    if filled[members][:, 1:].all(axis=0).sum() < _LEAST_FULL_COLUMNS:
        return []
    names = [cells.column(0)[place].as_py() for place in lone]
    if any(_may_be_client(name) for name in names):
        return []
    is_sure = lone[0] == places[0] and len(lone) > 1
    return list(lone) if is_sure or all(_is_group_name(name) for name in names) else []


def _is_filled(column: pa.ChunkedArray) -> np.ndarray:
    return np.asarray(pc.not_equal(pc.utf8_trim_whitespace(column), "").to_numpy())


def _may_be_client(name: str) -> bool:
    if "@" in name or sum(character.isdigit() for character in name) > 4 or take_form(name)[0]:
        return True
    return any(rank_as_given(word) >= 2 for word in name.split())


def _is_group_name(name: str) -> bool:
    words = heading_words(name)
    return words in _GROUP_WORDS or words.startswith(_GROUP_STARTS)
