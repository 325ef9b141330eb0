"""The table that flows through every step: cells as text, the role of each column, and where it came from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final, Literal

import pandas as pd

from crmclean.core.i18n import N_

ROLES: Final = MappingProxyType(
    {
        "id": N_("ID"),
        "record_type": N_("Record type (person or company)"),
        "full_name": N_("Full name"),
        "last_name": N_("Last name"),
        "first_name": N_("First name"),
        "middle_name": N_("Middle name (patronymic)"),
        "company": N_("Company"),
        "legal_form": N_("Legal form"),
        "job_title": N_("Job title"),
        "phone": N_("Phone"),
        "fax": N_("Fax"),
        "email": N_("E-mail"),
        "website": N_("Website"),
        "messenger": N_("Messenger"),
        "inn": N_("INN"),
        "kpp": N_("KPP"),
        "ogrn": N_("OGRN"),
        "snils": N_("SNILS"),
        "birthday": N_("Birthday"),
        "gender": N_("Gender"),
        "owner": N_("Owner"),
        "source": N_("Source"),
        "status": N_("Status"),
        "stage": N_("Stage"),
        "stage_changed_at": N_("Stage changed"),
        "pipeline": N_("Pipeline"),
        "deal_title": N_("Title of the deal"),
        "product": N_("Product"),
        "amount": N_("Amount"),
        "currency": N_("Currency"),
        "tags": N_("Tags"),
        "comment": N_("Comment"),
        "city": N_("City"),
        "region": N_("Region"),
        "address": N_("Address"),
        "postal_code": N_("Postal code"),
        "country": N_("Country"),
        "created_at": N_("Created"),
        "created_by": N_("Created by"),
        "modified_at": N_("Modified"),
        "modified_by": N_("Modified by"),
        "last_activity": N_("Last activity"),
        "closed_at": N_("Closed"),
        "expected_at": N_("Expected to close"),
        "ordered_at": N_("Date of the order"),
        "next_task": N_("Next task"),
        "opt_out": N_("Opt-out"),
        "company_status": N_("Status of the company"),
        "loss_reason": N_("Reason of the loss"),
        "call_attempts": N_("Attempts to reach"),
        "touches": N_("Touches"),
        "cost": N_("Cost of the client"),
        "loyalty": N_("Loyalty"),
        "referral": N_("Readiness to recommend"),
    }
)
"""Every role a column can play, with its title. ``--map ROLE=HEADER`` takes the keys."""

DATE_ROLES: Final = (
    "birthday",
    "created_at",
    "modified_at",
    "last_activity",
    "closed_at",
    "stage_changed_at",
    "expected_at",
    "ordered_at",
)
"""Roles whose cells are dates and nothing else."""

ADDED_PREFIX: Final = "crmclean_"
"""Columns that crmclean adds to a base begin so and stand last; a second run replaces its own columns."""

FileFormat = Literal["csv", "xlsx", "html", "jsonl", "parquet", "vcard"]
"""What a table can come from; a vCard is never written."""


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes:
        name: the unique label in ``Table.frame``.
        header: the heading as read; two columns may share it.
        role: a key of ``ROLES``, or ``""`` where nothing was recognised.
        kind: which phone, e-mail or address: ``work``, ``mobile``, ``home``, ``direct``, ``other`` or ``""``.
        recognised_by: ``heading``, ``content`` (its cells), ``map`` or ``""``.
        confidence: how sure the role is, from 0 to 1.
    """

    name: str
    header: str
    role: str = ""
    kind: str = ""
    recognised_by: Literal["heading", "content", "map", ""] = ""
    confidence: float = 1.0


Quoting = Literal["minimal", "all", "bare", "php", "spaces", "edges", "columns", "text"]
"""Which cells stand in quotes though they need none; ``Dialect`` says what each of these means."""

HeadingQuoting = Literal["", "minimal", "all"]


@dataclass(frozen=True)
class Dialect:
    """How a delimited file writes its cells; a cell that needs quotes has them in every style.

    Attributes:
        quoting: what else stands in quotes.
            ``minimal``: nothing. ``all``: every cell.
            ``bare`` (1С, banks): nothing, and a quote in the middle of a cell needs none.
            ``php``: a cell with a space, tab or backslash (PHP, ``fputcsv``); ``spaces``: without the backslash.
            ``edges``: a cell that begins or ends with a space.
            ``columns``: the cells of ``quoted_columns`` (R, MySQL). ``text``: every cell that is no number.
        line_terminator: what ends a row.
        trailing_delimiter: every row, the heading too, ends in a delimiter (Bitrix24).
        final_newline: the last row ends in a line terminator.
        heading_quoting: how the heading is quoted; ``""`` as the rows are.
        quoted_columns: 0-based places of the columns that ``columns`` quotes.
        quoted_cells: cells in quotes wherever they stand (an empty one, of pandas).
        unquoted_cells: cells that ``all``, ``columns`` and ``text`` leave bare (an empty one, ``NA`` of R).
    """

    delimiter: str = ","
    quoting: Quoting = "minimal"
    line_terminator: Literal["\n", "\r\n", "\r"] = "\n"
    trailing_delimiter: bool = False
    final_newline: bool = True
    heading_quoting: HeadingQuoting = ""
    quoted_columns: tuple[int, ...] = ()
    quoted_cells: tuple[str, ...] = ()
    unquoted_cells: tuple[str, ...] = ()


@dataclass(frozen=True)
class Origin:
    """Where a table came from: all that is needed to write it back the same way.

    Attributes:
        path: the file as the user named it, ``-`` for stdin.
        encoding: Python's name of the encoding, without the BOM (``utf-8``, ``cp1251``, ``utf-16-le``).
        header_row: 1-based row (line or sheet row) of the heading; 0 where the file has none.
        system: the CRM whose layout this is (``bitrix24``, ``amocrm``), or ``""``.
        entity: ``contact``, ``company``, ``lead``, ``deal``, ``order``, ``mixed`` (people and companies) or ``""``.
        multi_value_joiner: what this system writes between several values in one cell.
        preamble: the lines above the heading (titles, ``sep=;``) as they stand in the file, without their line ends;
            of a workbook, the cells of each row joined by tabs.
        heading: the last row of a heading of several rows as the file has it; the rows above it end the preamble.
        aside: rows below the heading that are no clients (blank lines, totals, groups): the number of rows of the table
            before each, and its line as it stands in the file; of a workbook or page, the cells joined by tabs.
        verbatim: rows of a delimited file that its dialect would write otherwise (longer or shorter than the heading, a
            lone quote): their cells as they stand in the table, and the line as it stands in the file.
        heading_width: cells of the heading where longer rows widened the table by columns without a heading, else 0.
        package: the workbook itself where it was XLSX: its other sheets and its looks are written back from it.
    """

    path: str = "-"
    format: FileFormat = "csv"
    encoding: str = "utf-8"
    bom: bool = False
    dialect: Dialect = field(default_factory=Dialect)
    sheet: str = ""
    header_row: int = 1
    system: str = ""
    entity: str = ""
    multi_value_joiner: str = ", "
    preamble: tuple[str, ...] = ()
    heading: tuple[str, ...] = ()
    aside: tuple[tuple[int, str], ...] = ()
    verbatim: Mapping[tuple[str, ...], str] = field(default_factory=dict, repr=False, compare=False)
    heading_width: int = 0
    package: bytes = field(default=b"", repr=False, compare=False)


@dataclass(frozen=True)
class Table:
    """A frozen table: every cell is text exactly as read, headings and order are the file's own.

    Attributes:
        frame: columns are the unique ``Column.name``s, dtype ``str``, no missing values (an empty cell is ``""``),
            a ``RangeIndex``: position ``i`` is data row ``i + 1``. Treat it as read-only.
        columns: one entry per column of ``frame``, in order.
        origin: where it came from.
    """

    frame: pd.DataFrame
    columns: tuple[Column, ...]
    origin: Origin = field(default_factory=Origin)

    def __post_init__(self) -> None:
        names = [column.name for column in self.columns]
        if names != list(self.frame.columns):
            raise ValueError("columns do not describe the frame")
        if len(set(names)) != len(names):
            raise ValueError("column names are not unique")

    def __len__(self) -> int:
        return len(self.frame)

    @property
    def headers(self) -> list[str]:
        """The headings as the file has them, duplicates included."""
        return [column.header for column in self.columns]

    def with_role(self, *roles: str) -> list[Column]:
        """Return the columns that play one of ``roles``, in the order of the table."""
        return [column for column in self.columns if column.role in roles]

    def coalesced(self, role: str) -> "pd.Series[str]":
        """Return one text per row: the first non-empty cell, stripped, among the columns of ``role``.

        Rows without any are ``""``; so is everything where no column has the role.
        """
        columns = self.with_role(role)
        if not columns:
            return pd.Series("", index=self.frame.index, dtype="str")
        result: pd.Series[str] = self.frame[columns[0].name].str.strip()
        for column in columns[1:]:
            result = result.where(result.ne(""), self.frame[column.name].str.strip())
        return result

    def with_frame(self, frame: pd.DataFrame) -> "Table":
        """Return this table with other cells in the same columns; the index becomes a ``RangeIndex``."""
        return replace(self, frame=frame.reset_index(drop=True))

    def with_added(self, added: "dict[str, pd.Series[str]]") -> "Table":
        """Return this table with columns of crmclean's own standing last.

        Args:
            added: name (which must begin with ``crmclean_``) to text, aligned with ``frame``. A column of an
                earlier run with the same name is replaced; one with another name stays where it is.
        """
        wrong = [name for name in added if not name.startswith(ADDED_PREFIX)]
        if wrong:
            raise ValueError(f"not crmclean's own columns: {wrong}")
        kept = [column for column in self.columns if column.header not in added]
        frame = self.frame[[column.name for column in kept]].copy()
        for name, values in added.items():
            frame[name] = values.astype("str")
        new = tuple(Column(name=name, header=name) for name in added)
        return replace(self, frame=frame, columns=(*kept, *new))


def unique_names(headers: Sequence[str]) -> list[str]:
    """Return a unique label for each heading: the heading itself, or with `` [2]`` for a second of that name.

    >>> unique_names(["Товар", "ИНН", "Товар", ""])
    ['Товар', 'ИНН', 'Товар [2]', '']
    """
    taken = set(headers)
    seen: set[str] = set()
    names: list[str] = []
    for header in headers:
        name, number = header, 1
        while name in seen or (number > 1 and name in taken):
            number += 1
            name = f"{header} [{number}]"
        seen.add(name)
        names.append(name)
    return names
