"""A table that a job made, as pages show it: which columns, under which titles, as what kind of number."""

from dataclasses import dataclass
from typing import Literal

SectionKind = Literal["text", "title", "count", "number", "share", "money", "days", "date"]
"""How the cells of a column are shown: ``title`` is a message id, ``share`` a part of 1, ``days`` a number of days."""


@dataclass(frozen=True)
class SectionColumn:
    """One column of a section.

    Attributes:
        name: of the column in the table.
        title: message id.
        is_contact: phones and mailboxes, which are partly hidden on the terminal.
    """

    name: str
    title: str
    kind: SectionKind = "text"
    is_contact: bool = False


@dataclass(frozen=True)
class Section:
    """One table of an outcome as a section of the report.

    Attributes:
        table: its name in ``Outcome.tables``; a section without rows is not shown.
        title, note: message ids of the heading and of a sentence below it.
        columns: in the order of the page.
        is_summary: it tells of the whole base and names nobody: it stands in the JSON report too.
        most: so many rows are shown on the terminal.
        step: the step of a run that made it, ``""`` where a command has one step only.
    """

    table: str
    title: str
    columns: tuple[SectionColumn, ...]
    note: str = ""
    is_summary: bool = False
    most: int = 12
    step: str = ""
