"""Columns of pyarrow as a frame of text, nothing copied."""

from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa

_TEXT: Final = {pa.large_string(): pd.StringDtype("pyarrow", na_value=np.nan)}


def frame_of(cells: pa.Table) -> pd.DataFrame:
    """Return columns of large_string without nulls as a frame with the same names.

    Without the dtype named, pandas would look through and copy every column.

    >>> frame_of(pa.table({"a": pa.array(["1", ""], pa.large_string())})).dtypes.astype(str).to_dict()
    {'a': 'str'}
    """
    frame: pd.DataFrame = cells.to_pandas(types_mapper=_TEXT.get)
    return frame
