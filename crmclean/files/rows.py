"""The rows of a delimited text that needs care: blocks of pyarrow where all have one width, else Python's csv."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pa_csv

from crmclean.core.finding import join_findings, make_findings
from crmclean.files.sniffing import read_records

_BLOCK: Final = 8 * 1024 * 1024
_ROWS_AT_ONCE: Final = 20_000


@dataclass(frozen=True)
class Rows:
    """The rows of a text below its heading: ``widths`` is None where all have the width of the heading."""

    cells: pa.Table
    widths: np.ndarray | None


def read_rows(body: memoryview, codec: str, delimiter: str, width: int) -> Rows:
    """Return the cells of a text with pyarrow where every row has ``width`` cells, else with Python's csv.

    Args:
        body: the text below the heading, in UTF-8 or in a code page that extends ASCII.
        codec: in which of them.
        delimiter: what stands between cells.
        width: cells of the heading.
    """
    utf8 = body if codec == "utf-8" else memoryview(str(body, codec).encode("utf-8"))
    regular = _read_blocks(utf8, delimiter, width)
    return read_ragged_rows(utf8, "utf-8", delimiter, width) if regular is None else Rows(regular, None)


def read_ragged_rows(body: memoryview, codec: str, delimiter: str, width: int) -> Rows:
    """Return the cells of a text whose rows differ in width, and the widths.

    Where all rows have the same width, it is the heading that is short, and no row is at fault.
    """
    records = read_records(str(body, codec), delimiter)
    rows = (record.cells for record in records if record.cells)
    widths: list[int] = []
    chunks = [pa.table({str(place): pa.array([], pa.large_string()) for place in range(width)})]
    while block := list(islice(rows, _ROWS_AT_ONCE)):
        widths.extend(len(row) for row in block)
        chunks.append(_chunk(block, max(width, *(len(row) for row in block))))
    widest = max([width, *widths])
    cells = pa.concat_tables([_widen(chunk, widest) for chunk in chunks])
    if len(set(widths)) == 1 and widths[0] > width:
        return Rows(cells, None)
    return Rows(cells, np.array(widths, dtype=np.int64))


def width_findings(widths: Sequence[int], width: int) -> pd.DataFrame:
    """Return a finding for every row whose number of cells is not ``width``; before and after hold that number."""
    parts = []
    for code, rows in (
        ("row-too-long", [row for row, cells in enumerate(widths, 1) if cells > width]),
        ("row-too-short", [row for row, cells in enumerate(widths, 1) if cells < width]),
    ):
        counted = [str(widths[row - 1]) for row in rows]
        parts.append(make_findings(rows, "", [code] * len(rows), counted, counted))
    return join_findings(parts)


def _read_blocks(body: memoryview, delimiter: str, width: int) -> pa.Table | None:
    """Return the cells of a text whose rows all have ``width`` cells, or None."""
    names = [str(place) for place in range(width)]
    try:
        return pa_csv.read_csv(
            pa.BufferReader(pa.py_buffer(body)),
            read_options=pa_csv.ReadOptions(column_names=names, block_size=_block_size(body)),
            parse_options=pa_csv.ParseOptions(delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=True),
            convert_options=pa_csv.ConvertOptions(
                check_utf8=False,
                column_types=dict.fromkeys(names, pa.large_string()),
                strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid:
        return None


def _block_size(body: memoryview) -> int:
    """Return a size of block that parts no CR from its LF: pyarrow loses the LF of a cell where two blocks meet so."""
    size = _BLOCK
    while any(bytes(body[end - 1 : end + 1]) == b"\r\n" for end in range(size, len(body), size)):
        size += 1
    return size


def _chunk(rows: list[tuple[str, ...]], width: int) -> pa.Table:
    padded = [row + ("",) * (width - len(row)) for row in rows]
    return pa.table(
        {str(place): pa.array(column, pa.large_string()) for place, column in enumerate(zip(*padded, strict=True))}
    )


def _widen(chunk: pa.Table, width: int) -> pa.Table:
    empty = pa.array([""] * chunk.num_rows, pa.large_string())
    for place in range(chunk.num_columns, width):
        chunk = chunk.append_column(str(place), empty)
    return chunk
