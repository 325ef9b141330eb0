"""What reading took apart goes back into a file: the lowest row of its heading, and the rows that were put aside."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from crmclean.core.table import ADDED_PREFIX, Origin, Table


def headings_as_read(table: Table) -> list[str]:
    """Return the last row of the heading as the file has it; the rows above it stand in the preamble."""
    own = [column for column in table.columns if not column.header.startswith(ADDED_PREFIX)]
    if len(own) != len(table.origin.heading):
        return table.headers
    lower = iter(table.origin.heading)
    return [column.header if column.header.startswith(ADDED_PREFIX) else next(lower) for column in table.columns]


def split_at_aside(table: Table) -> Iterator[tuple[pd.DataFrame, str | None]]:
    """Yield the rows up to each line put aside, with that line as delimited text; last the rows left and None."""
    done = 0
    for place, line in table.origin.aside:
        place = min(place, len(table))
        yield table.frame.iloc[done:place], _delimited_line(line, table.origin)
        done = place
    yield table.frame.iloc[done:], None


def _delimited_line(line: str, origin: Origin) -> str:
    if origin.format == "csv":
        return line
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=origin.dialect.delimiter, lineterminator="").writerow(line.split("\t"))
    return written.getvalue()


def cells_of_aside(line: str, origin: Origin) -> list[str]:
    """Return the cells of a row put aside: of a delimited file it is kept as it stands, else joined by tabs."""
    if origin.format != "csv":
        return line.split("\t")
    reader = csv.reader(io.StringIO(line, newline=""), delimiter=origin.dialect.delimiter)
    return next(reader, [])


def put_back(table: Table) -> Table:
    """Return the table with the rows put aside among its rows and its lowest heading as read; for other formats."""
    columns = tuple(
        replace(column, header=header) for column, header in zip(table.columns, headings_as_read(table), strict=True)
    )
    width = len(columns)
    rows = [(place, cells_of_aside(line, table.origin)) for place, line in table.origin.aside]
    rows = [(min(place, len(table)), cells[:width]) for place, cells in rows if any(cells)]
    origin = replace(table.origin, aside=(), heading=())
    if not rows:
        return replace(table, columns=columns, origin=origin)
    names = list(table.frame.columns)
    aside = pd.DataFrame([_pad(cells, width) for _place, cells in rows], columns=names, dtype="str")
    order = np.argsort([*range(1, len(table) + 1), *[place + 0.5 for place, _cells in rows]], kind="stable")
    frame = pd.concat([table.frame, aside], ignore_index=True).take(order).reset_index(drop=True)
    return Table(frame, columns, origin)


def _pad(cells: Sequence[str], width: int) -> list[str]:
    return [*cells, *[""] * (width - len(cells))]
