"""Nights of an archive: exports written by hand, and what one run after the other makes of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from crmclean.core.segment_settings import ArchiveRule, ArchiveSettings
from crmclean.core.settings import ReadSettings
from crmclean.core.step import Outcome
from crmclean.core.table import Table
from crmclean.files.reading import read_table
from crmclean.files.writing import render
from crmclean.segmenting.archive import archive, archive_table

HEADINGS = (
    "ID", "ФИО", "Телефон", "E-mail", "ИНН", "Компания", "Стадия", "Последняя активность", "Дата изменения",
    "Дата изменения стадии", "Дата создания", "Причина отказа", "Комментарий",
)  # fmt: skip

LOST = ArchiveRule("stage is lost", "[Причина отказа]", "discounts")
SILENT = ArchiveRule("days_since(last_activity) > 365", "молчит больше года")


@dataclass(frozen=True)
class Card:
    """One line of an export; the fields stand in the order of ``HEADINGS``."""

    id: str = ""
    name: str = ""
    phone: str = ""
    mail: str = ""
    inn: str = ""
    company: str = ""
    stage: str = ""
    active: str = ""
    changed: str = ""
    moved: str = ""
    created: str = ""
    reason: str = ""
    comment: str = ""

    def cells(self) -> tuple[str, ...]:
        """Return the cells of the line."""
        return tuple(vars(self).values())


@dataclass(frozen=True)
class Night:
    """One run.

    Attributes:
        day: of the run.
        cards: the export.
        restore: who is back comes back.
        clients: the id of the client of each card, and the IDs of the cards that dedup has merged into it; none where
            dedup has not run.
    """

    day: str
    cards: Sequence[Card]
    restore: bool = False
    clients: Sequence[tuple[str, str]] = ()

    def turned(self) -> "Night":
        """Return the run with the rows of the export in the opposite order."""
        return replace(self, cards=tuple(reversed(self.cards)), clients=tuple(reversed(self.clients)))

    def read(self, without: Sequence[str] = ()) -> Table:
        """Return the export as it reaches the archive, without some columns."""
        table = read_export(self.cards, without)
        if not self.clients:
            return table
        clients, merged = (pd.Series(cells, dtype="str") for cells in zip(*self.clients, strict=True))
        return table.with_added({"crmclean_merged": merged, "crmclean_id": clients})


@dataclass
class Base:
    """Runs one night after the other; the archive goes from one to the next as the bytes of a file."""

    rules: tuple[ArchiveRule, ...] = (LOST, SILENT)
    built_in: bool = False
    without: tuple[str, ...] = ()
    file: bytes | None = None
    outcome: Outcome = field(init=False)
    active: bytes = b""

    def run(self, night: Night) -> Outcome:
        """Run one night."""
        settings = ArchiveSettings(as_of=night.day, rule=self.rules, built_in=self.built_in)
        table, earlier = night.read(self.without), self.archive()
        self.outcome = archive(table, settings, earlier, night.restore)
        self.file = render(archive_table(self.outcome, earlier)).data
        self.active = render(self.outcome.table).data
        return self.outcome

    def archive(self) -> Table | None:
        """Return the archive as it lies on the disk."""
        if self.file is None:
            return None
        return read_table(self.file, "archive.csv", ReadSettings(), of_clients=False).table

    def column(self, header: str) -> list[str]:
        """Return the cells of a column of the archive."""
        table = self.archive()
        assert table is not None
        return cells_of(table, header)


def read_export(cards: Sequence[Card], without: Sequence[str] = ()) -> Table:
    """Return cards as they are read from a file, without some columns."""
    kept = [place for place, header in enumerate(HEADINGS) if header not in without]
    lines = [HEADINGS, *(card.cells() for card in cards)]
    text = "".join(";".join(line[place] for place in kept) + "\r\n" for line in lines)
    return read_table(text.encode(), "export.csv", ReadSettings(map=(("id", "ID"),) if 0 in kept else ())).table


def cells_of(table: Table, header: str) -> list[str]:
    """Return the cells of the column with this heading."""
    place = table.headers.index(header)
    return list(table.frame.iloc[:, place])
