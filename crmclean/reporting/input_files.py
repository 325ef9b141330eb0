"""The files that a run read: which gave how many rows, and what stands beside the sheet that was read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from crmclean.core.i18n import _, ngettext
from crmclean.core.table import Origin
from crmclean.reporting.numbers import format_count


@dataclass(frozen=True)
class InputFile:
    """One file that was read.

    Attributes:
        path: as the user named it, ``-`` for stdin.
        rows: the records it gave.
        origin: how it is laid out; without the file's own bytes.
        other_sheets: the other sheets of the workbook that hold something, where the user chose none.
    """

    path: str
    rows: int
    origin: Origin
    other_sheets: tuple[str, ...] = ()


def name_of_file(path: str) -> str:
    """Return the name of a file without its folder, or what ``-`` stands for."""
    return _("standard input") if path == "-" else PurePath(path).name


def name_of_source(source: str, inputs: Sequence[InputFile]) -> str:
    """Return what a run read in few words: the name of the file, or of the first with the number of the others."""
    name = name_of_file(source)
    others = len(inputs) - 1
    if others < 1:
        return name
    text = ngettext("{name} and {number} more file", "{name} and {number} more files", others)
    return text.format(name=name, number=format_count(others))


def number_rows(inputs: Sequence[InputFile]) -> Iterator[tuple[InputFile, int]]:
    """Yield every file with the 1-based row of the whole that its first record is."""
    row = 1
    for item in inputs:
        yield item, row
        row += item.rows


def span_of_rows(item: InputFile, first: int) -> str:
    """Return which rows of the whole the records of a file are, ``""`` where it has none."""
    if not item.rows:
        return ""
    if item.rows == 1:
        return _("row {row}").format(row=format_count(first))
    return _("rows {first}–{last}").format(first=format_count(first), last=format_count(first + item.rows - 1))


def note_other_sheets(inputs: Sequence[InputFile]) -> tuple[str, ...]:
    """Return a sentence for every workbook that has more sheets than the one that was read, equal ones once."""
    names: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for item in inputs:
        if item.other_sheets:
            names.setdefault((item.origin.sheet, item.other_sheets), []).append(name_of_file(item.path))
    return tuple(_say_sheets(files, sheet, others) for (sheet, others), files in names.items())


def _say_sheets(files: Sequence[str], sheet: str, others: Sequence[str]) -> str:
    text = ngettext(
        "{files}: the sheet “{sheet}” was read. There is another one: {others}. Choose with --sheet.",
        "{files}: the sheet “{sheet}” was read. There are others: {others}. Choose with --sheet.",
        len(others),
    )
    listed = ", ".join(f"“{name}”" for name in others)
    return text.format(files=", ".join(files), sheet=sheet, others=listed)
