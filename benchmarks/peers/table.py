"""Lines of text in columns that are Markdown too, and pages that hold the table of the last run."""

from collections.abc import Sequence
from pathlib import Path


def format_table(header: Sequence[str], rows: Sequence[Sequence[str]], left: int = 1) -> str:
    """Return a table; so many first columns stand to the left, the others to the right.

    >>> print(format_table(["who", "F1"], [["crmclean", "0.970"], ["Splink 5.0", "0.900"]]))
    | who        |    F1 |
    |:-----------|------:|
    | crmclean   | 0.970 |
    | Splink 5.0 | 0.900 |
    """
    widths = [max(len(row[place]) for row in (header, *rows)) for place in range(len(header))]
    lines = [_line(header, widths, left)]
    lines.append(
        "|" + "|".join(f":{'-' * (n + 1)}" if i < left else f"{'-' * (n + 1)}:" for i, n in enumerate(widths)) + "|"
    )
    lines.extend(_line(row, widths, left) for row in rows)
    return "\n".join(lines)


def _line(cells: Sequence[str], widths: Sequence[int], left: int) -> str:
    placed = [
        cell.ljust(width) if place < left else cell.rjust(width)
        for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return f"| {' | '.join(placed)} |"


def write_block(page: Path, name: str, text: str) -> None:
    """Put the text between the two comments of that name on a page.

    Raises:
        ValueError: the page has no such block.
    """
    first, last = f"<!-- {name} -->\n", f"<!-- /{name} -->"
    head, start, rest = page.read_text("utf-8").partition(first)
    _old, end, tail = rest.partition(last)
    if not start or not end:
        raise ValueError(f"{page} has no block {name}")
    page.write_text(f"{head}{start}\n{text}\n\n{end}{tail}", "utf-8", newline="\n")
