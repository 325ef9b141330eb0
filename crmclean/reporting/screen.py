"""The console that reports are printed on, whatever it can show: colours or none, cp866, any width."""

import re
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from typing import Final

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

# Cells come from strangers' files: escape sequences could drive the terminal, direction marks could turn the line.
_UNSAFE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]+")

_PLAIN: Final = str.maketrans(
    {
        "→": "->",
        "«": '"',
        "»": '"',
        "“": '"',
        "”": '"',
        "’": "'",
        "—": "-",
        "–": "-",
        "−": "-",
        "…": "...",
        "·": "-",
        "×": "x",
        "━": "#",
        "─": ".",
        "\u00a0": " ",
    }
)


def console_for_stderr(no_color: bool, quiet: bool) -> Console:
    """Return the console of reports and messages: stderr, without colour on demand (or by ``NO_COLOR``)."""
    if isinstance(sys.stderr, TextIOWrapper):
        sys.stderr.reconfigure(errors="replace")
    return Console(stderr=True, no_color=no_color or None, quiet=quiet, highlight=False, soft_wrap=False)


class Screen:
    """Prints the blocks that every report is built from; texts are data, never markup."""

    def __init__(self, console: Console) -> None:
        self.console = console

    def text(self, words: str, style: str = "") -> Text:
        """Return words as this console can show them, with control characters taken out."""
        clean = _UNSAFE.sub(" ", words)
        encoding = self.console.encoding
        if not encoding.startswith("utf"):
            try:
                clean.encode(encoding)
            except UnicodeEncodeError:
                clean = clean.translate(_PLAIN).encode(encoding, "replace").decode(encoding)
        else:
            clean = clean.encode("utf-8", "replace").decode("utf-8")
        return Text(clean, style=style)

    def title(self, words: str, detail: str) -> None:
        """Print the head of a report: what was done, and to what."""
        self.console.print(self.text(words, "bold"), self.text(detail, "bold cyan"), sep="  ")

    def heading(self, words: str) -> None:
        """Print the heading of a block, a blank line above it."""
        self.console.print()
        self.console.print(self.text(words, "bold cyan"))

    def line(self, words: str, style: str = "", indent: int = 2) -> None:
        """Print one indented paragraph."""
        self.block(self.text(words, style), indent)

    def block(self, content: RenderableType, indent: int = 2) -> None:
        """Print something indented."""
        self.console.print(Padding(content, (0, 0, 0, indent), expand=False))

    def columns(self, rows: Sequence[Sequence[Text]], right: Sequence[int] = ()) -> None:
        """Print rows of cells in columns; those in ``right`` hold numbers and never wrap; empty ones are left out."""
        grid = Grid.grid(padding=(0, 2, 0, 0))
        filled = [number for number, cells in enumerate(zip(*rows, strict=True)) if any(cell.plain for cell in cells)]
        for number in filled:
            is_number = number in right
            grid.add_column(justify="right" if is_number else "left", no_wrap=is_number, overflow="fold")
        for row in rows:
            grid.add_row(*(row[number] for number in filled))
        self.block(grid)

    def bar(self, share: float, width: int = 20) -> Text:
        """Return a share as a thin bar."""
        filled = round(max(0.0, min(1.0, share)) * width)
        return Text.assemble(self.text("━" * filled, "cyan"), self.text("─" * (width - filled), "dim"))
