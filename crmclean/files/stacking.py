"""Parts of one export become one table: a CRM that exports by 5,000 rows gives a base in many files.

The parts have the same headings, in whatever order; encoding, format and dialect may be each part's own. The whole is
laid out as the first part is.
"""

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import pandas as pd

from crmclean.core.errors import UsageError
from crmclean.core.finding import FINDING_COLUMNS, join_findings
from crmclean.core.i18n import _
from crmclean.core.settings import ReadSettings
from crmclean.core.table import ADDED_PREFIX, Origin, Table
from crmclean.files.columns import find_entity, recognise
from crmclean.files.content_roles import recognise_content
from crmclean.files.reading import Reading
from crmclean.files.restoring import cells_of_aside

_Key = tuple[str, int]
"""A column: its heading, and which of the columns with that heading it is."""

_SHOWN: Final = 3
_SAID_ANEW: Final = "heading-content-differ"


def stack_readings(readings: Sequence[Reading], settings: ReadSettings) -> Reading:
    """Return the parts of one export as one, in the order given and in the layout of the first.

    What a column is, is decided by the cells of all parts, as if they had come in one file. A column without heading
    (of rows that are too long) or of crmclean's own may be missing in a part: its cells are empty there.

    Args:
        readings: the parts, at least one.
        settings: those the parts were read with.

    Returns:
        Rows of findings and of what was put aside are counted over the whole. The lines in ``skipped`` are counted
        in each file, and of several files each text begins with the name of its own.

    Raises:
        UsageError: two parts have different headings; the message names them.
    """
    if len(readings) == 1:
        return readings[0]
    tables = [reading.table for reading in readings]
    headers = _merge_headings(tables)
    recognition = recognise(list(headers.values()), settings.map)
    frame = _stack_frames(tables, list(headers), [column.name for column in recognition.columns])
    columns, differing = recognise_content(frame, recognition.columns)
    origin = replace(
        tables[0].origin,
        entity=recognition.entity or find_entity(columns),
        aside=_stack_aside(tables, list(headers)),
        verbatim=_stack_verbatim(tables, list(headers)),
        heading_width=_width_of_heading(tables[0], list(headers.values())),
    )
    skipped = [(line, f"{reading.table.origin.path}: {text}") for reading in readings for line, text in reading.skipped]
    return replace(
        readings[0],
        table=Table(frame, columns, origin),
        findings=join_findings([differing, _stack_findings(readings)]),
        skipped=tuple(skipped),
    )


def _merge_headings(tables: Sequence[Table]) -> dict[_Key, str]:
    """Return the heading of every column of the whole: those of the first part, then what others have beyond them."""
    wanted = _keys_of(tables[0])
    merged = dict(zip(wanted, tables[0].headers, strict=True))
    for table in tables[1:]:
        keys = _keys_of(table)
        _check_headings(tables[0].origin, wanted, table.origin, keys)
        for key, header in zip(keys, table.headers, strict=True):
            merged.setdefault(key, header)
    return merged


def _keys_of(table: Table) -> list[_Key]:
    seen: Counter[str] = Counter()
    keys = []
    for header in table.headers:
        # The same heading may have a line break in a workbook and a space in a text file.
        words = " ".join(header.split())
        keys.append((words, seen[words]))
        seen[words] += 1
    return keys


def _may_be_missing(key: _Key) -> bool:
    return not key[0] or key[0].startswith(ADDED_PREFIX)


def _check_headings(first: Origin, wanted: Sequence[_Key], origin: Origin, keys: Sequence[_Key]) -> None:
    lacking = [header for header, copy in wanted if (header, copy) not in keys and not _may_be_missing((header, copy))]
    surplus = [header for header, copy in keys if (header, copy) not in wanted and not _may_be_missing((header, copy))]
    if not lacking and not surplus:
        return
    if bool(first.header_row) != bool(origin.header_row):
        text = _("{first} and {second} are no parts of one export: only one of them has a heading row.")
    elif not surplus:
        text = _("{first} and {second} are no parts of one export: {second} has no column {lacking}.")
    elif not lacking:
        text = _("{first} and {second} are no parts of one export: {first} has no column {surplus}.")
    else:
        text = _("{first} and {second} are no parts of one export: one has {lacking} where the other has {surplus}.")
    raise UsageError(
        text.format(first=first.path, second=origin.path, lacking=_list(lacking), surplus=_list(surplus)),
        _("Exports of different layouts are brought together by “crmclean import FILE… -o BASE”."),
    )


def _list(headers: Sequence[str]) -> str:
    shown = ", ".join(f"“{header}”" for header in headers[:_SHOWN])
    return shown + " …" if len(headers) > _SHOWN else shown


def _stack_frames(tables: Sequence[Table], keys: Sequence[_Key], names: Sequence[str]) -> pd.DataFrame:
    """Return the rows of all parts under the columns of the whole; the cells themselves are not copied."""
    frames = []
    for table in tables:
        places = {key: place for place, key in enumerate(_keys_of(table))}
        empty = pd.Series("", index=table.frame.index, dtype="str")
        cells = [table.frame.iloc[:, places[key]] if key in places else empty for key in keys]
        frames.append(pd.concat(cells, axis="columns", keys=range(len(keys))).set_axis(list(names), axis="columns"))
    return pd.concat(frames, ignore_index=True)


def _stack_findings(readings: Sequence[Reading]) -> pd.DataFrame:
    """Return the findings of all parts; what was said of a whole file is said once."""
    moved, start = [], 0
    for reading in readings:
        seen = reading.findings[reading.findings["code"].ne(_SAID_ANEW) | reading.findings["row"].ne(0)]
        moved.append(seen.assign(row=seen["row"].where(seen["row"].eq(0), seen["row"] + start)))
        start += len(reading.table)
    joined = join_findings(moved)
    return joined[joined["row"].ne(0) | ~joined.duplicated(list(FINDING_COLUMNS))].reset_index(drop=True)


def _stack_aside(tables: Sequence[Table], keys: Sequence[_Key]) -> tuple[tuple[int, str], ...]:
    """Return the rows put aside of all parts, counted over the whole and written as the first part writes its own."""
    aside: list[tuple[int, str]] = []
    start = 0
    for table in tables:
        order = _order_of(table, keys)
        for place, line in table.origin.aside:
            aside.append((start + min(place, len(table)), _lay_out(line, table, tables[0].origin, order)))
        start += len(table)
    return tuple(aside)


def _stack_verbatim(tables: Sequence[Table], keys: Sequence[_Key]) -> dict[tuple[str, ...], str]:
    """Return the lines that are to go back as they stand, of the parts whose lines may stand in the first."""
    verbatim: dict[tuple[str, ...], str] = {}
    for table in tables:
        order = _order_of(table, keys)
        if _is_laid_out_as(tables[0].origin, table.origin, order):
            for cells, line in table.origin.verbatim.items():
                verbatim.setdefault(tuple(cells[place] if place >= 0 else "" for place in order), line)
    return verbatim


def _width_of_heading(first: Table, headers: Sequence[str]) -> int:
    """Return the cells of the heading where a part has columns without heading beyond it, else what the first says."""
    beyond = headers[len(first.columns) :]
    return first.origin.heading_width or (len(first.columns) if beyond and not any(beyond) else 0)


def _order_of(table: Table, keys: Sequence[_Key]) -> list[int]:
    """Return which cell of a row of this part stands in each column of the whole; -1 for a column that it lacks."""
    places = {key: place for place, key in enumerate(_keys_of(table))}
    return [places.get(key, -1) for key in keys]


def _is_laid_out_as(first: Origin, origin: Origin, order: Sequence[int]) -> bool:
    """Tell whether a line of a part, as it stands, is a line of the whole."""
    width = sum(place >= 0 for place in order)
    # A column that is missing before others would move their cells.
    if (origin.format == "csv") != (first.format == "csv") or list(order[:width]) != list(range(width)):
        return False
    own, wanted = origin.dialect, first.dialect
    return first.format != "csv" or (
        own.delimiter == wanted.delimiter
        and own.trailing_delimiter == wanted.trailing_delimiter
        and (own.quoting == "bare") == (wanted.quoting == "bare")
    )


def _lay_out(line: str, part: Table, first: Origin, order: Sequence[int]) -> str:
    """Return a row put aside as the first part would have it."""
    if not line or _is_laid_out_as(first, part.origin, order):
        return line
    read = cells_of_aside(line, part.origin)
    cells = [read[place] if 0 <= place < len(read) else "" for place in order]
    beyond = read[len(part.columns) :]
    cells += beyond if any(beyond) else []
    if first.format != "csv":
        return "\t".join(cells).rstrip("\t")
    written = io.StringIO(newline="")
    dialect = first.dialect
    writer = csv.writer(
        written,
        delimiter=dialect.delimiter,
        lineterminator="",
        quoting=csv.QUOTE_ALL if dialect.quoting == "all" else csv.QUOTE_MINIMAL,
    )
    writer.writerow(cells)
    return written.getvalue() + (dialect.delimiter if dialect.trailing_delimiter else "")
