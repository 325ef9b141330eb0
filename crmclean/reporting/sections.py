"""The tables of a job as sections of a page, cells ready to be shown."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from crmclean.core.i18n import _
from crmclean.core.section import Section, SectionColumn
from crmclean.reporting.numbers import format_count, format_share
from crmclean.reporting.summary import RunSummary
from crmclean.reporting.wording import COMMANDS, word_for

_NUMBERS = frozenset({"count", "number", "share", "money", "days"})


@dataclass(frozen=True)
class ShownSection:
    """One section, ready to be shown.

    Attributes:
        heads: titles of the columns.
        rows: the first rows, each a text per column.
        numbers: positions of the columns that hold numbers.
        total: rows of the whole table.
    """

    title: str
    note: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...]
    contacts: tuple[int, ...]
    total: int

    @property
    def hidden(self) -> int:
        """How many rows are not shown."""
        return self.total - len(self.rows)


def show_sections(summary: RunSummary, most: int | None = None) -> list[ShownSection]:
    """Return the sections of a run that have rows.

    Args:
        most: rows of each; by default as many as the section itself wants on a terminal.
    """
    found = ((section, summary.table(section.table)) for section in summary.outcome.sections)
    return [_show(section, frame, section.most if most is None else most) for section, frame in found if len(frame)]


def list_summaries(summary: RunSummary) -> dict[str, list[dict[str, object]]]:
    """Return the rows of the sections that tell of the base as a whole, by the name of the table."""
    return {
        section.table: [
            {column.name: entry[column.name] for column in section.columns}
            for entry in summary.table(section.table).to_dict("records")
        ]
        for section in summary.outcome.sections
        if section.is_summary and len(summary.table(section.table))
    }


def _show(section: Section, frame: pd.DataFrame, most: int) -> ShownSection:
    head = frame.head(most)
    cells = [[_as_text(column, value) for value in head[column.name].tolist()] for column in section.columns]
    return ShownSection(
        title=_title(section),
        note=_(section.note) if section.note else "",
        heads=tuple(_(column.title) for column in section.columns),
        rows=tuple(zip(*cells, strict=True)),
        numbers=_places(section.columns, [column.kind in _NUMBERS for column in section.columns]),
        contacts=_places(section.columns, [column.is_contact for column in section.columns]),
        total=len(frame),
    )


def _title(section: Section) -> str:
    title = _(section.title)
    return f"{word_for(COMMANDS, section.step)}: {title}" if section.step else title


def _places(columns: Sequence[SectionColumn], wanted: Sequence[bool]) -> tuple[int, ...]:
    return tuple(place for place, _column in enumerate(columns) if wanted[place])


def _as_text(column: SectionColumn, value: object) -> str:
    """Return a cell in the user's language; ``""`` where it is not known."""
    if value is None or value != value or value is pd.NaT:
        return ""
    if column.kind == "date":
        # The history keeps dates as ISO 8601.
        value = pd.Timestamp(str(value)) if value else ""
    if isinstance(value, pd.Timestamp):
        return value.strftime("%d.%m.%Y" if value == value.normalize() else "%d.%m.%Y %H:%M")
    if column.kind == "title":
        return _(str(value)) if value else ""
    if column.kind == "share":
        return format_share(float(str(value)))
    if column.kind in _NUMBERS:
        number = float(str(value))
        return format_count(round(number) if column.kind in ("money", "days", "count") else round(number, 1))
    return str(value)
