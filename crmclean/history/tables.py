"""The tables of a run on disk: CSV that anybody can open, gzip-packed, with the type of each column beside it.

The same frame always gives the same bytes.
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

from crmclean.core.errors import FileError
from crmclean.core.i18n import _
from crmclean.history.copies import pack
from crmclean.history.private_files import write_private_file

_ARROW_TYPES: Final = MappingProxyType(
    {"str": pa.string(), "int64": pa.int64(), "float64": pa.float64(), "bool": pa.bool_()}
)

_KINDS: Final = MappingProxyType({"i": "int64", "u": "int64", "f": "float64", "b": "bool"})


def write_table(folder: Path, name: str, frame: pd.DataFrame) -> None:
    """Write ``frame`` as ``<name>.csv.gz`` and its types as ``<name>.types.json``.

    Args:
        folder: the folder of the run.
        name: a plain word, new in the folder.
        frame: uniquely named columns of text, NumPy integers, floats or booleans. The index is not kept.

    Raises:
        TypeError: a column holds something else, or two columns share a name.
        OSError: a file cannot be written.
    """
    types = {str(column): _kept_type(series) for column, series in frame.items()}
    unknown = [column for column, kept in types.items() if not kept]
    if unknown or not types or len(types) != frame.shape[1]:
        raise TypeError(f"table {name} cannot be kept: {unknown or list(frame.columns)}")
    schema = pa.schema([(column, _ARROW_TYPES[dtype]) for column, dtype in types.items()])
    with (
        write_private_file(table_path(folder, name)) as file,
        pack(file) as packed,
    ):
        table = pa.Table.from_pandas(frame, schema=schema, preserve_index=False)
        pyarrow.csv.write_csv(table, packed, pyarrow.csv.WriteOptions(quoting_style="all_valid"))
    with write_private_file(_types_path(folder, name)) as file:
        file.write(json.dumps(types, ensure_ascii=False).encode())


def read_table(folder: Path, name: str) -> pd.DataFrame:
    """Return the frame that ``write_table`` wrote: the same names and values, with a ``RangeIndex``.

    Text has dtype ``str``, integers ``int64``, floats ``float64``, booleans ``bool``, whatever their width was.

    Raises:
        FileError: a file is missing or damaged.
    """
    try:
        types: dict[str, str] = json.loads(_types_path(folder, name).read_bytes())
        data = gzip.decompress(table_path(folder, name).read_bytes())
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
    except (OSError, EOFError, ValueError, KeyError, zlib.error) as error:
        raise FileError(
            _("The table {name} of an earlier run cannot be read: {path} is missing or damaged.").format(
                name=name, path=table_path(folder, name)
            ),
            _("The whole run can still be taken back: crmclean undo RUN."),
        ) from error


def _kept_type(series: "pd.Series[Any]") -> str:
    """Return the dtype with which a column comes back, ``""`` if it cannot."""
    dtype = series.dtype
    if isinstance(dtype, np.dtype) and dtype.kind in _KINDS:
        return _KINDS[dtype.kind]
    # A column of texts without rows is ``object`` in many a frame.
    texts = dtype == "str" or pd.api.types.infer_dtype(series, skipna=False) in ("string", "empty")
    return "str" if texts else ""


def table_path(folder: Path, name: str) -> Path:
    """Return where the table ``name`` lies in the folder of a run."""
    return folder / f"{name}.csv.gz"


def _types_path(folder: Path, name: str) -> Path:
    return folder / f"{name}.types.json"
