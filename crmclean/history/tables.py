"""The tables of a run on disk: Parquet, which keeps the type of each column. The same frame gives the same bytes.

Runs of earlier versions have gzip-packed CSV with the types beside it; their tables are still read.
"""

import gzip
import json
import zlib
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from crmclean.core.errors import FileError
from crmclean.core.i18n import _
from crmclean.history.private_files import write_private_file

_ARROW_TYPES: Final = MappingProxyType(
    {"str": pa.large_string(), "int64": pa.int64(), "float64": pa.float64(), "bool": pa.bool_()}
)
_TYPES_BACK: Final = MappingProxyType(
    {
        pa.string(): pd.StringDtype("pyarrow", na_value=np.nan),
        pa.large_string(): pd.StringDtype("pyarrow", na_value=np.nan),
    }
)
_KINDS: Final = MappingProxyType({"i": "int64", "u": "int64", "f": "float64", "b": "bool"})


def write_table(folder: Path, name: str, frame: pd.DataFrame) -> None:
    """Write ``frame`` as ``<name>.parquet``.

    Args:
        folder: the folder of the run.
        name: a plain word, new in the folder.
        frame: uniquely named columns of text (categories of text, too), NumPy integers, floats or booleans. The index
            is not kept.

    Raises:
        TypeError: a column holds something else, or two columns share a name.
        OSError: the file cannot be written.
    """
    types = {str(column): _kept_type(series) for column, series in frame.items()}
    unknown = [column for column, kept in types.items() if not kept]
    if unknown or not types or len(types) != frame.shape[1]:
        raise TypeError(f"table {name} cannot be kept: {unknown or list(frame.columns)}")
    columns = {column: _as_arrow(frame[column], _ARROW_TYPES[kept]) for column, kept in types.items()}
    with write_private_file(_path(folder, name)) as file:
        pyarrow.parquet.write_table(pa.table(columns), file, compression="zstd", store_schema=False)


def read_table(folder: Path, name: str) -> pd.DataFrame:
    """Return the frame that ``write_table`` wrote: the same names and values, with a ``RangeIndex``.

    Text has dtype ``str``, integers ``int64``, floats ``float64``, booleans ``bool``, whatever their width was.

    Raises:
        FileError: a file is missing or damaged.
    """
    path = table_path(folder, name)
    try:
        return _read_packed_csv(folder, name) if path == _earlier_path(folder, name) else _read_parquet(path)
    except (OSError, EOFError, ValueError, KeyError, zlib.error) as error:
        raise FileError(
            _("The table {name} of an earlier run cannot be read: {path} is missing or damaged.").format(
                name=name, path=path
            ),
            _("The whole run can still be taken back: crmclean undo RUN."),
        ) from error


def table_path(folder: Path, name: str) -> Path:
    """Return where the table ``name`` lies in the folder of a run, or would lie."""
    earlier = _earlier_path(folder, name)
    return earlier if earlier.exists() else _path(folder, name)


def _path(folder: Path, name: str) -> Path:
    return folder / f"{name}.parquet"


def _earlier_path(folder: Path, name: str) -> Path:
    return folder / f"{name}.csv.gz"


def _kept_type(series: "pd.Series[Any]") -> str:
    """Return the dtype with which a column comes back, ``""`` if it cannot."""
    dtype = series.dtype
    if isinstance(dtype, np.dtype) and dtype.kind in _KINDS:
        return _KINDS[dtype.kind]
    if isinstance(dtype, pd.CategoricalDtype):
        return "str" if dtype.categories.dtype == "str" and not series.isna().any() else ""
    # A column of texts without rows is ``object`` in many a frame.
    texts = dtype == "str" or pd.api.types.infer_dtype(series, skipna=False) in ("string", "empty")
    return "str" if texts else ""


def _as_arrow(series: "pd.Series[Any]", kept: pa.DataType) -> pa.Array | pa.ChunkedArray:
    if isinstance(series.dtype, pd.CategoricalDtype):
        # Parquet has a dictionary of its own: the texts need not be spread out first.
        return pa.array(series)
    return pa.array(series, type=kept, from_pandas=False)


def _read_parquet(path: Path) -> pd.DataFrame:
    read = pyarrow.parquet.read_table(BytesIO(path.read_bytes()))
    frame: pd.DataFrame = read.to_pandas(types_mapper=_TYPES_BACK.get)
    return frame


def _read_packed_csv(folder: Path, name: str) -> pd.DataFrame:
    types: dict[str, str] = json.loads((folder / f"{name}.types.json").read_bytes())
    data = gzip.decompress(_earlier_path(folder, name).read_bytes())
    frame: pd.DataFrame = pyarrow.csv.read_csv(
        BytesIO(data),
        # One block, because a row may not be longer than a block.
        read_options=pyarrow.csv.ReadOptions(block_size=min(len(data) + 1, 2**31 - 1)),
        parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types={column: _ARROW_TYPES[dtype] for column, dtype in types.items()},
            strings_can_be_null=False,
        ),
    ).to_pandas()
    return frame.astype(types)
