"""Parquet: in with every value as the text that a person sees, out with every column as strings."""

import base64
import datetime as dt
import decimal
import io
import json
from typing import Any, Final

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from crmclean.core.errors import FileError
from crmclean.core.i18n import _
from crmclean.core.table import Table
from crmclean.files.archives import MAX_UNPACKED
from crmclean.files.json_lines import JOINER
from crmclean.files.workbooks import cell_text

MAGIC: Final = b"PAR1"
MAX_ROWS: Final = 100_000_000
"""Run lengths let a file of a few bytes claim any number of rows; a client base has not more than this."""

_HEADINGS: Final = b"crmclean:headings"
"""Metadata of the schema: the headings as they were, for names in Parquet are better unique."""


def read_parquet(data: bytes, path: str) -> tuple[tuple[str, ...], pd.DataFrame]:
    """Return headings and cells; a list is one cell, a structure is JSON.

    Raises:
        FileError: the file is damaged, encrypted, or unpacks to far more than a base holds.
    """
    try:
        file = pq.ParquetFile(io.BytesIO(data))
        metadata = file.metadata
        size = sum(metadata.row_group(group).total_byte_size for group in range(metadata.num_row_groups))
        if metadata.num_rows > MAX_ROWS or size > MAX_UNPACKED:
            raise FileError(
                _("{path} claims {rows} rows and {size} MB: more than a base holds.").format(
                    path=path, rows=metadata.num_rows, size=size // 1024**2
                ),
                _("It was not read."),
            )
        table = file.read()
        # Reading does not look whether texts are UTF-8.
        table.validate(full=True)
        columns = [_texts(table.column(place)) for place in range(table.num_columns)]
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        raise FileError(
            _("{path} is damaged or is no Parquet file.").format(path=path), _("Write it again, or export CSV.")
        ) from error
    frame = pd.DataFrame({place: pd.Series(cells, dtype="str") for place, cells in enumerate(columns)})
    return _headings(table), frame.reset_index(drop=True)


def _headings(table: pa.Table) -> tuple[str, ...]:
    kept = (table.schema.metadata or {}).get(_HEADINGS)
    try:
        headings = json.loads(kept) if kept else None
    except ValueError:
        headings = None
    if isinstance(headings, list) and len(headings) == table.num_columns:
        return tuple(str(heading) for heading in headings)
    return tuple(table.column_names)


def _texts(column: pa.ChunkedArray) -> Any:
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return column.fill_null("").cast(pa.large_string())
    if pa.types.is_integer(kind):
        return column.cast(pa.large_string()).fill_null("")
    if pa.types.is_timestamp(kind) and kind.unit == "ns":
        # Python's datetime ends at microseconds, and so does what a person reads.
        column = column.cast(pa.timestamp("us", kind.tz), safe=False)
    return [_text(value) for value in column.to_pylist()]


def _text(value: Any) -> str:
    if value is None or isinstance(value, str | bool | int | float | dt.date | dt.time | dt.timedelta):
        return cell_text(value)
    if isinstance(value, decimal.Decimal):
        return format(value, "f")
    if isinstance(value, bytes):
        return _text_of_bytes(value)
    if isinstance(value, list) and not any(isinstance(part, list | dict | tuple) for part in value):
        return JOINER.join(text for text in map(_text, value) if text)
    return json.dumps(value, ensure_ascii=False, default=_text)


def _text_of_bytes(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return base64.b64encode(value).decode("ascii")


def render_parquet(table: Table) -> bytes:
    """Return the table as Parquet: strings only, names unique, the headings as they were in the metadata."""
    arrays = [pa.array(table.frame[column.name], type=pa.large_string()) for column in table.columns]
    fields = [pa.field(column.name, pa.large_string()) for column in table.columns]
    headings = json.dumps(table.headers, ensure_ascii=False).encode("utf-8")
    schema = pa.schema(fields, metadata={_HEADINGS: headings})
    written = io.BytesIO()
    pq.write_table(pa.Table.from_arrays(arrays, schema=schema), written)
    return written.getvalue()
