"""Side files of a run (clusters, merge map, journal, changes) as CSV that any program reads."""

import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmclean.core.table import Dialect
from crmclean.files.dialects import join_cells, text_of, write_heading

_DIALECT: Final = Dialect(delimiter=",")
_ROWS_AT_ONCE: Final = 50_000
_MOST_WORKERS: Final = 4


def render_csv(frame: pd.DataFrame) -> bytes:
    """Return a table as CSV: UTF-8 without BOM, commas, ``\\n``, a heading, quotes only where needed (RFC 4180).

    Floats have at most four decimals and never an exponent; a missing value is an empty cell.

    >>> render_csv(pd.DataFrame({"row": [1, 2], "probability": [0.98766, float("nan")]}))
    b'row,probability\\n1,0.9877\\n2,\\n'
    """
    return b"".join(csv_pieces(frame))


def csv_pieces(frame: pd.DataFrame) -> Iterator[bytes | memoryview]:
    """Yield the CSV of a table (see ``render_csv``) some rows at a time: a journal is longer than the base itself.

    Several pieces are made side by side; Arrow works without Python's lock.
    """
    if not len(frame.columns):
        return
    yield (write_heading([str(name) for name in frame.columns], _DIALECT) + "\n").encode()
    columns = [_with_dictionary(frame.iloc[:, place]) for place in range(len(frame.columns))]
    pending: deque[Future[memoryview]] = deque()
    with ThreadPoolExecutor(min(_MOST_WORKERS, os.cpu_count() or 1)) as pool:
        for start in range(0, len(frame), _ROWS_AT_ONCE):
            pending.append(pool.submit(_render_rows, columns, start))
            if len(pending) > _MOST_WORKERS:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()


def _with_dictionary(values: "pd.Series[Any]") -> "pd.Series[Any] | pa.DictionaryArray":
    """Return categories as Arrow has them, once for all pieces; other columns as they are."""
    return pa.array(values) if isinstance(values.dtype, pd.CategoricalDtype) else values


def _render_rows(columns: Sequence["pd.Series[Any] | pa.DictionaryArray"], start: int) -> memoryview:
    cells = [
        _as_text(column.iloc[start : start + _ROWS_AT_ONCE])
        if isinstance(column, pd.Series)
        else pc.fill_null(column.slice(start, _ROWS_AT_ONCE).dictionary_decode().cast(pa.large_string()), "")
        for column in columns
    ]
    return text_of(join_cells(cells, _DIALECT, "\n"))


def _as_text(values: "pd.Series[Any]") -> pa.Array:
    if pd.api.types.is_float_dtype(values):
        # Few distinct probabilities and weights stand in many rows.
        codes, unique = pd.factorize(values.round(4), use_na_sentinel=True)
        words = np.array([*(_decimal(float(value)) for value in unique), ""], dtype=object)
        return pa.array(words[codes], type=pa.large_string())
    if pd.api.types.is_bool_dtype(values):
        return pa.array(np.where(values.to_numpy(dtype=bool), "1", "0"), type=pa.large_string())
    if pd.api.types.is_integer_dtype(values) and not pd.api.types.is_extension_array_dtype(values):
        return pa.array(values.to_numpy()).cast(pa.large_string())
    array = pa.array(values.astype("str"), type=pa.large_string(), from_pandas=True)
    joined = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    return pc.fill_null(joined, "")


def _decimal(value: float) -> str:
    text = f"{value:.4f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
