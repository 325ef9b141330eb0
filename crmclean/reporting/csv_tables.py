"""Side files of a run (clusters, merge map, journal, changes) as CSV that any program reads."""

from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmclean.core.table import Dialect
from crmclean.files.dialects import join_cells, text_of, write_heading

_DIALECT: Final = Dialect(delimiter=",")


def render_csv(frame: pd.DataFrame) -> bytes:
    """Return a table as CSV: UTF-8 without BOM, commas, ``\\n``, a heading, quotes only where needed (RFC 4180).

    Floats have at most four decimals and never an exponent; a missing value is an empty cell.

    >>> render_csv(pd.DataFrame({"row": [1, 2], "probability": [0.98766, float("nan")]}))
    b'row,probability\\n1,0.9877\\n2,\\n'
    """
    if not len(frame.columns):
        return b""
    heading = write_heading([str(name) for name in frame.columns], _DIALECT)
    cells = [_as_text(frame.iloc[:, position]) for position in range(len(frame.columns))]
    return (heading + "\n").encode() + bytes(text_of(join_cells(cells, _DIALECT, "\n")))


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
