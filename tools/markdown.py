"""What the generated pages are put together from: bilingual words, tables, paragraphs."""

from collections.abc import Iterable, Sequence
from typing import Final

from crmclean.core.i18n import language

Words = tuple[str, str]
"""A text in English and in Russian."""

GENERATED: Final = (
    "*This page is made by `make docs` from the program itself; do not edit it by hand.*",
    "*Эта страница сделана из самой программы командой `make docs`; руками её не правят.*",
)


def say(words: Words) -> str:
    """Return the text in the chosen language."""
    return words[language() == "ru"]


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table; a bar inside a cell is escaped."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def join_page(parts: Iterable[str]) -> str:
    """Return the parts of a page as paragraphs; empty ones are left out."""
    return "\n\n".join(part for part in parts if part) + "\n"
