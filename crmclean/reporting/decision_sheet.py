"""What the sheets have in common in which a person decides: drop-downs, and how they are printed."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from crmclean.core.i18n import _

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

LINE_HEIGHT: Final = 15.0
"""Points that one line takes."""

CELL_LIMIT: Final = 32_000
"""So many characters fit a cell (Excel takes 32,767)."""

_CELLS_PER_RULE: Final = 200
"""A list of so many cells is short enough for every reader."""


def offer_choices(sheet: "Worksheet", cells: Sequence[str], words: Sequence[str], title: str) -> None:
    """Give cells a drop-down.

    Args:
        cells: their names (``C7``), in the order of the sheet.
        words: what can be chosen, in the user's language.
        title: of the message when something else was typed.
    """
    for start in range(0, len(cells), _CELLS_PER_RULE):
        some = cells[start : start + _CELLS_PER_RULE]
        rule = {
            "validate": "list",
            "source": list(words),
            "multi_range": " ".join(some),
            "error_title": title,
            "error_message": _("Choose one of: {words}").format(words=", ".join(words)),
        }
        sheet.data_validation(some[0], rule)


def print_on_a4(sheet: "Worksheet", heading_row: int) -> None:
    """Set a sheet up for print: A4 across, as wide as the page, the heading on every page."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(heading_row)


def height_of(text: str, width: int, highest: float) -> float:
    """Return the height of a row that holds a wrapped text; LibreOffice does not fit the rows of a file by itself."""
    lines = sum(1 + len(paragraph) // (width - 3) for paragraph in text.split("\n"))
    return min(lines * LINE_HEIGHT, highest)


def cut_cell(text: str, limit: int = CELL_LIMIT) -> str:
    """Return a text as it fits a cell.

    >>> cut_cell("Дубль", 4)
    'Дуб…'
    """
    return text if len(text) <= limit else text[: limit - 1] + "…"
