"""How a delimited file writes its cells: its style is found by writing its first rows in each, and used again.

The writers that real exports come from agree on which cells need quotes (RFC 4180: those with a delimiter, a quote or a
line end), but not on which others get them: ``Dialect`` names the styles. The style of a file is the first that gives
back all of its first rows, letter for letter, so that what nobody touches keeps its bytes.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from types import MappingProxyType
from typing import Final, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crmclean.core.table import Dialect, HeadingQuoting, Quoting
from crmclean.files.sniffing import Record, read_records

_SAMPLE_RECORDS: Final = 1000
_STRING: Final = pa.large_string()
_NO_CELL: Final = frozenset({"", "NA", "NaN", "nan", "NULL", "Null", "null", "None", "\\N", "NaT"})
"""What writers put, without quotes, for a value that is missing."""

_NUMBER: Final = r"^-?(?:0|[1-9][0-9]*)(?:[.,][0-9]+)?(?:[eE][-+]?[0-9]+)?$"
_MARKS: Final = MappingProxyType[str, str](
    {
        # ext/standard/file.c, php_fputcsv: delimiter, enclosure, escape character, "\n", "\r", "\t", " ".
        "php": " \t\\",
        "spaces": " \t",
    }
)
"""What a cell is quoted for, besides what makes quotes necessary."""


def find_dialect(
    heading: str, body: str, complete: bool, delimiter: str, *, bare: bool, trailing: bool, final_newline: bool
) -> Dialect:
    """Return how a delimited file is written: the first style that gives back its heading and its first rows.

    Where none gives back all of them (rows of another width, a lone quote), the one that gives back the most.

    Args:
        heading: its record as it stands in the file, with its line end.
        body: the beginning of what stands below it.
        complete: ``body`` is all of it; else its last record may be cut.
        bare: quotes stand inside unquoted cells.
        trailing: every row ends in a delimiter.
        final_newline: the last row ends in a line terminator.
    """
    base = Dialect(
        delimiter=delimiter,
        line_terminator=_line_terminator(heading),
        trailing_delimiter=trailing,
        final_newline=final_newline,
    )
    rows = _take_sample(body, complete, base)
    top = _take_sample(heading, True, base)
    best = _find_style(rows, top, _styles(base, rows, bare))
    return replace(best, heading_quoting=_find_heading_quoting(top, best))


def join_cells(columns: Sequence[pa.Array], dialect: Dialect, end: str) -> pa.Array:
    """Return the rows of delimited text that the columns make.

    Args:
        columns: arrays of large_string, of one length and without nulls.
        end: what ends every row.
    """
    after = (dialect.delimiter if dialect.trailing_delimiter else "") + end
    if dialect.quoting == "all" and not dialect.unquoted_cells:
        cells = [_double_quotes(column) for column in columns]
        joint, before, after = f'"{dialect.delimiter}"', '"', '"' + after
    else:
        cells = [_quote_cells(column, place, dialect) for place, column in enumerate(columns)]
        joint, before = dialect.delimiter, ""
        if len(cells) == 1:
            # An empty cell alone on its line would be an empty line, which readers leave out.
            cells = [pc.if_else(pc.equal(cells[0], ""), '""', cells[0])]
    joined = pc.binary_join_element_wise(*cells, pa.scalar(joint, _STRING))
    return _concatenate(before, joined, after) if before or after else joined


def dialect_of_heading(dialect: Dialect) -> Dialect:
    """Return the dialect in which the heading is written."""
    if not dialect.heading_quoting:
        return dialect
    return replace(dialect, quoting=dialect.heading_quoting, quoted_cells=(), unquoted_cells=())


def write_heading(headings: Sequence[str], dialect: Dialect) -> str:
    """Return the line of the heading, without its line end."""
    columns = [pa.array([heading], _STRING) for heading in headings]
    written: str = join_cells(columns, dialect_of_heading(dialect), "")[0].as_py()
    return written


def _concatenate(before: str, texts: pa.Array, after: str) -> pa.Array:
    scalars = [pa.scalar(text, _STRING) for text in (before, after, "")]
    return pc.binary_join_element_wise(scalars[0], texts, *scalars[1:])


def _quote_cells(column: pa.Array, place: int, dialect: Dialect) -> pa.Array:
    needed = _needing_quotes(column, dialect)
    styled = _quoted_by_style(column, place, dialect)
    if needed is None and styled is None:
        return column
    quoted = _concatenate('"', _double_quotes(column) if needed is not None else column, '"')
    wanted = styled if needed is None else needed if styled is None else pc.or_(needed, styled)
    return pc.if_else(wanted, quoted, column)


def _needing_quotes(column: pa.Array, dialect: Dialect) -> pa.Array | None:
    """Return which cells another program would read otherwise without quotes; None where no cell would be."""
    found = [_holding(column, mark) for mark in (dialect.delimiter, "\n", "\r")]
    starts = dialect.quoting == "bare"
    found.append(pc.starts_with(column, '"') if starts and _present(column, '"') else _holding(column, '"'))
    return _any_of(found)


def _quoted_by_style(column: pa.Array, place: int, dialect: Dialect) -> pa.Array | None:
    """Return which cells the style puts in quotes, needed or not; None where there is none."""
    quoted: pa.Array | None = None
    if dialect.quoting in _MARKS:
        quoted = _any_of([_holding(column, mark) for mark in _MARKS[dialect.quoting]])
    elif dialect.quoting == "edges" and _present(column, " "):
        quoted = pc.or_(pc.starts_with(column, " "), pc.ends_with(column, " "))
    elif dialect.quoting == "text":
        quoted = pc.invert(pc.match_substring_regex(column, _NUMBER))
    elif dialect.quoting == "all" or (dialect.quoting == "columns" and place in dialect.quoted_columns):
        quoted = pa.array(np.ones(len(column), dtype=bool))
    if quoted is not None:
        for cell in dialect.unquoted_cells:
            quoted = pc.and_(quoted, pc.not_equal(column, cell))
    return _any_of([quoted, *[pc.equal(column, cell) for cell in dialect.quoted_cells]])


def _any_of(masks: Sequence[pa.Array | None]) -> pa.Array | None:
    found: pa.Array | None = None
    for mask in masks:
        if mask is not None:
            found = mask if found is None else pc.or_(found, mask)
    return found


def _holding(column: pa.Array, mark: str) -> pa.Array | None:
    return pc.match_substring(column, mark) if _present(column, mark) else None


def _double_quotes(column: pa.Array) -> pa.Array:
    return pc.replace_substring(column, '"', '""') if _present(column, '"') else column


def _present(column: pa.Array, mark: str) -> bool:
    """Check the bytes of a whole column for an (ASCII) mark: most columns have none."""
    return bool((np.frombuffer(text_of(column), dtype=np.uint8) == ord(mark)).any())


def text_of(column: pa.Array) -> memoryview:
    """Return the texts of a column of large_string as they lie one after another in Arrow's memory."""
    _validity, offsets, data = column.buffers()
    if data is None or not len(column):
        return memoryview(b"")
    places = memoryview(offsets).cast("q")
    return memoryview(data)[places[column.offset] : places[column.offset + len(column)]]


@dataclass(frozen=True)
class _Sample:
    """Records of one width.

    Attributes:
        columns: their cells, without the empty one after a trailing delimiter.
        lines: the records as they stand in the file, without line ends.
    """

    columns: tuple[pa.Array, ...]
    lines: tuple[str, ...]


def _take_sample(text: str, complete: bool, base: Dialect) -> _Sample:
    """Return the first records, of the width that most of them have."""
    records = list(islice(read_records(text, base.delimiter), _SAMPLE_RECORDS + 1))
    if len(records) > _SAMPLE_RECORDS or (records and not complete):
        records.pop()
    records = [record for record in records if record.cells]
    widths = Counter(len(record.cells) for record in records)
    width = max(widths, key=lambda width: widths[width], default=0)
    if base.trailing_delimiter:
        width -= 1
    kept = [record.cells[:width] for record in records if _has_width(record, width, base)]
    lines = [_line(text, record) for record in records if _has_width(record, width, base)]
    columns = [pa.array(cells, _STRING) for cells in zip(*kept, strict=True)]
    return _Sample(tuple(columns), tuple(lines))


def _has_width(record: Record, width: int, base: Dialect) -> bool:
    return width > 0 and len(record.cells) == width + base.trailing_delimiter


def _line(text: str, record: Record) -> str:
    return text[record.start : record.end].rstrip("\r\n")


def _count_same(sample: _Sample, dialect: Dialect) -> int:
    """Return how many records the dialect writes as they stand."""
    if not sample.columns:
        return 0
    return sum(map(str.__eq__, join_cells(sample.columns, dialect, "").to_pylist(), sample.lines))


def _find_style(rows: _Sample, top: _Sample, styles: Iterator[Dialect]) -> Dialect:
    """Return the first style that gives back all rows and the heading, else the first that gives back the most."""
    whole = (len(rows.lines), len(top.lines))
    best, most = next(styles), (-1, -1)
    for style in chain([best], styles):
        same = (_count_same(rows, style), _count_same(top, style))
        if same > most:
            best, most = style, same
        if most == whole:
            break
    return best


def _styles(base: Dialect, rows: _Sample, bare: bool) -> Iterator[Dialect]:
    """Yield the styles that a file may have; those that say less about single columns first."""
    yield replace(base, quoting="all")
    plain: list[Quoting] = ["bare", "minimal"] if bare else ["minimal"]
    for quoting in plain:
        yield replace(base, quoting=quoting)
    yield replace(base, quoting="all", unquoted_cells=("",))
    others: list[Quoting] = ["php", "spaces", "edges"]
    for quoting in others:
        yield replace(base, quoting=quoting)
    by_columns = _style_by_columns(base, rows)
    if by_columns is not None:
        yield by_columns
    yield replace(base, quoting="text", unquoted_cells=("",))
    yield replace(base, quoting="text")


def _style_by_columns(base: Dialect, rows: _Sample) -> Dialect | None:
    """Return the style that quotes whole columns, but for cells that stand for no value."""
    quoted, bare = _needless_quotes(base, rows)
    unsure = set().union(*bare)
    quoted_cells = ("",) if "" in set().union(*quoted) and "" not in unsure else ()
    sure = [bool(cells.difference(quoted_cells)) for cells in quoted]
    unquoted = set().union(*(cells for cells, is_sure in zip(bare, sure, strict=True) if is_sure))
    if not unquoted <= _NO_CELL or not (any(sure) or quoted_cells):
        return None
    # A column without a value in all of the first rows is more often one of text than one of numbers.
    places = [
        place
        for place, cells in enumerate(bare)
        if sure[place] or (any(sure) and cells <= unquoted and not quoted[place].difference(quoted_cells))
    ]
    style = replace(base, quoted_cells=quoted_cells, unquoted_cells=tuple(sorted(unquoted)))
    if len(places) == len(bare):
        return replace(style, quoting="all", quoted_cells=())
    return replace(style, quoting="columns", quoted_columns=tuple(places)) if places else style


def _needless_quotes(base: Dialect, rows: _Sample) -> tuple[list[set[str]], list[set[str]]]:
    """Return, for every column, its cells in quotes that need none, and its cells without quotes."""
    edge = re.escape(base.delimiter)
    token = re.compile(rf'(?:^|{edge})("(?:[^"]|"")*"(?={edge}|\Z)|[^{edge}]*)')
    needing = re.compile(rf'[{edge}"\r\n]')
    quoted: list[set[str]] = [set() for _column in rows.columns]
    bare: list[set[str]] = [set() for _column in rows.columns]
    for line, *cells in zip(rows.lines, *(column.to_pylist() for column in rows.columns), strict=True):
        for place, (cell, found) in enumerate(zip(cells, token.finditer(line), strict=False)):
            if not needing.search(cell):
                (quoted if found.group(1).startswith('"') else bare)[place].add(cell)
    return quoted, bare


def _find_heading_quoting(top: _Sample, rows: Dialect) -> HeadingQuoting:
    quotings: tuple[HeadingQuoting, ...] = ("", "all", "minimal")
    for quoting in quotings:
        if top.columns and _count_same(top, dialect_of_heading(replace(rows, heading_quoting=quoting))):
            return quoting
    return ""


def _line_terminator(heading: str) -> Literal["\n", "\r\n", "\r"]:
    if heading.endswith("\r\n"):
        return "\r\n"
    return "\r" if heading.endswith("\r") else "\n"
