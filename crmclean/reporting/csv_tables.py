"""Side files of a run (clusters, merge map, journal, changes) as CSV that any program reads."""

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc


def render_csv(frame: pd.DataFrame) -> bytes:
    """Return a table as CSV: UTF-8 without BOM, commas, ``\\n``, a heading, quotes only where needed (RFC 4180).

    Floats have at most four decimals and never an exponent; a missing value is an empty cell.

    >>> render_csv(pd.DataFrame({"row": [1, 2], "probability": [0.98766, float("nan")]}))
    b'row,probability\\n1,0.9877\\n2,\\n'
    """
    heading = ",".join(_quote_one(str(name)) for name in frame.columns)
    if not len(frame.columns):
        return b""
    cells = [_quote(_as_text(frame.iloc[:, position])) for position in range(len(frame.columns))]
    if len(cells) == 1:
        # A line with nothing on it is skipped by readers, so a lone empty cell is written as "".
        cells[0] = pc.if_else(pc.equal(cells[0], ""), '""', cells[0])
    lines = pc.binary_join_element_wise(*cells, pa.scalar(",", pa.large_string()))
    ended = pc.binary_join_element_wise(lines, pa.scalar("", pa.large_string()), pa.scalar("\n", pa.large_string()))
    return (heading + "\n").encode() + _contiguous_bytes(ended)


def _as_text(values: "pd.Series[Any]") -> pa.Array:
    if pd.api.types.is_float_dtype(values):
        # Few distinct probabilities and weights stand in many rows.
        codes, unique = pd.factorize(values.round(4), use_na_sentinel=True)
        words = np.array([*(_decimal(float(value)) for value in unique), ""], dtype=object)
        return pa.array(words[codes], type=pa.large_string())
    if pd.api.types.is_bool_dtype(values):
        return pa.array(np.where(values.to_numpy(dtype=bool), "1", "0"), type=pa.large_string())
    array = pa.array(values.astype("str"), type=pa.large_string(), from_pandas=True)
    joined = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    return pc.fill_null(joined, "")


def _decimal(value: float) -> str:
    text = f"{value:.4f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _quote(cells: pa.Array) -> pa.Array:
    needed = pc.match_substring_regex(cells, pattern='[",\r\n]')
    if not pc.any(needed).as_py():
        return cells
    empty = pa.scalar("", pa.large_string())
    doubled = pc.replace_substring(cells, pattern='"', replacement='""')
    quoted = pc.binary_join_element_wise(empty, doubled, empty, pa.scalar('"', pa.large_string()))
    return pc.if_else(needed, quoted, cells)


def _quote_one(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if any(sign in cell for sign in '",\r\n') else cell


def _contiguous_bytes(lines: pa.Array) -> bytes:
    if not len(lines):
        return b""
    _validity, offsets, data = lines.buffers()
    first, last = np.frombuffer(offsets, dtype=np.int64)[[lines.offset, lines.offset + len(lines)]]
    return data.slice(int(first), int(last - first)).to_pybytes() if data is not None else b""
