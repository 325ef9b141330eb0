"""What an export says that belongs into a config file: its statuses, tags, managers and the columns it leaves unknown.

Only values of columns with few different ones, and only those that stand in the file at least twice: what stands once
may be anything, and no name, number, address or remark of a client belongs into a config file.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

import pandas as pd

from crmclean.core.table import ADDED_PREFIX, ROLES, Column, Table
from crmclean.fields.tag import split_values
from crmclean.fields.text import distinct_texts, fold
from crmclean.hygiene.statuses import CLASSES, read_statuses

MOST_VALUES: Final = 15
"""No more values of a column than this stand in a config file."""

MOST_STATUSES: Final = 40
"""Of stages and statuses more: one that is not listed cannot be sorted into its class."""

STATUS_ROLES: Final = ("stage", "status")
VALUE_ROLES: Final = frozenset({*STATUS_ROLES, "pipeline", "tags", "source", "city", "product", "loss_reason"})
"""Roles of columns whose values say nothing of one client alone."""

STAFF_ROLES: Final = frozenset({"owner"})
"""Roles of columns that name those who work with the clients."""

_LONGEST: Final = 60
_LEAST_TIMES: Final = 2
_OF_A_PERSON: Final = re.compile(r"@|(?:[0-9][\s()+.-]*){6}")
"""A mailbox, or digits enough for a phone."""


def frequent_values(table: Table, column: Column, most: int = MOST_VALUES) -> list[str]:
    """Return the most frequent values of a column, the most frequent first, each in its commonest spelling.

    Args:
        most: no more values than this.

    Returns:
        Nothing where the column may hold what belongs to one client; see ``VALUE_ROLES``.
    """
    if column.role not in VALUE_ROLES | STAFF_ROLES:
        return []
    return [text for text, _times in _count_values(table, column)][:most]


def status_values(table: Table) -> list[str]:
    """Return the most frequent stages and statuses of a table, in their order of appearance."""
    seen: dict[str, None] = {}
    for column in table.with_role(*STATUS_ROLES):
        frequent = set(frequent_values(table, column, MOST_STATUSES))
        texts = table.frame[column.name].str.strip().drop_duplicates().tolist()
        seen.update(dict.fromkeys(text for text in texts if text in frequent))
    return list(seen)


def class_statuses(values: Sequence[str]) -> dict[str, list[str]]:
    """Return statuses by the class that each was understood as, in the order of ``CLASSES``; ``""`` comes last.

    >>> class_statuses(["Чашка", "Недозвон", "Сделка успешна"])
    {'no-answer': ['Недозвон'], 'won': ['Сделка успешна'], '': ['Чашка']}
    """
    classes = read_statuses(pd.Series(values, dtype="str")).tolist()
    return {
        name: [text for text, of_text in zip(values, classes, strict=True) if of_text == name]
        for name in (*CLASSES, "")
        if name in classes
    }


def roles_with_headings(table: Table) -> list[tuple[str, list[str]]]:
    """Return the roles that were recognised with the headings of their columns, in the order of ``ROLES``."""
    found = [(role, _headings(table.with_role(role))) for role in ROLES]
    return [(role, headings) for role, headings in found if headings]


def unknown_headings(table: Table, most: int = MOST_VALUES) -> list[str]:
    """Return headings of columns that hold something and play no role, in their order.

    Args:
        most: no more headings than this.
    """
    known = set(_headings(column for column in table.columns if column.role))
    unknown = [
        column
        for column in table.columns
        if not column.role
        and column.header not in known
        and not column.header.startswith(ADDED_PREFIX)
        and table.frame[column.name].str.strip().ne("").any()
    ]
    return _headings(unknown)[:most]


def _headings(columns: Iterable[Column]) -> list[str]:
    return list(dict.fromkeys(column.header for column in columns if column.header.strip()))


def _count_values(table: Table, column: Column) -> list[tuple[str, int]]:
    """Return values that stand in a column more than once, with how often: the most frequent first."""
    cells = table.frame[column.name]
    if column.role == "tags":
        cells = split_values(cells)["value"]
    codes, texts = distinct_texts(cells.str.strip())
    times = Counter(codes.tolist())
    spellings: dict[str, tuple[str, int, int]] = {}
    for code, count in times.items():
        text = texts[code]
        key = fold(text)
        best, most, together = spellings.get(key, (text, 0, 0))
        spellings[key] = (text if (count, best) > (most, text) else best, max(count, most), together + count)
    found = [
        (text, together)
        for key, (text, _most, together) in spellings.items()
        if key and together >= _LEAST_TIMES and len(text) <= _LONGEST and not _OF_A_PERSON.search(text)
    ]
    return sorted(found, key=lambda value: (-value[1], value[0]))
