"""Prepared rows as columnar tables, to be kept in files, and any of those rows as prepared rows again."""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmclean.fields.text import one_array
from crmclean.matching.arrays import Ints, MultiCoded
from crmclean.matching.prepared import Prepared

ROWS: Final = "rows"

_TEXT: Final = pd.StringDtype("pyarrow", na_value=np.nan)

Tables = Mapping[str, pa.Table]


def pack_rows(prepared: Prepared) -> dict[str, pa.Table]:
    """Return prepared rows as tables: ``rows``, and for each field of several values its entries and its values."""
    columns: dict[str, pa.Array] = {}
    tables: dict[str, pa.Table] = {}
    for item in fields(prepared):
        value = getattr(prepared, item.name)
        if isinstance(value, MultiCoded):
            tables[item.name] = pa.table({"record": value.record.astype(np.int32), "code": value.code.astype(np.int32)})
            texts = pd.Series(value.values, dtype="str")
            tables[_values_of(item.name)] = pa.table({"value": one_array(texts), "public": value.public})
        elif isinstance(value, pd.DataFrame):
            for name in value.columns:
                columns[f"{item.name}.{name}"] = _encoded(value[name])
        elif isinstance(value, pd.Series):
            columns[item.name] = _encoded(value)
        else:
            columns[item.name] = pa.array(value)
    return {ROWS: pa.table(columns), **tables}


def unpack_rows(tables: Tables, rows: Ints) -> Prepared:
    """Return some of the rows that ``pack_rows`` packed.

    Args:
        rows: positions, ascending.

    Raises:
        KeyError: a table or column is missing.
    """
    table = tables[ROWS].take(pa.array(rows))
    values: dict[str, Any] = {}
    for item in fields(Prepared):
        if item.name in tables:
            values[item.name] = _unpack_values(tables[item.name], tables[_values_of(item.name)], rows)
            continue
        parts = [name for name in table.column_names if name.startswith(f"{item.name}.")]
        if parts:
            names = {name.removeprefix(f"{item.name}."): _texts(table.column(name)) for name in parts}
            values[item.name] = pd.DataFrame(names)
        elif pa.types.is_dictionary(table.column(item.name).type):
            values[item.name] = _texts(table.column(item.name))
        else:
            values[item.name] = table.column(item.name).to_numpy()
    return Prepared(**values)


def join_rows(one: Prepared, other: Prepared) -> Prepared:
    """Return the rows of both, those of ``one`` first."""
    joined: dict[str, Any] = {}
    for item in fields(Prepared):
        first, second = getattr(one, item.name), getattr(other, item.name)
        if isinstance(first, MultiCoded):
            joined[item.name] = _join_values(first, second, len(one), len(other))
        elif isinstance(first, (pd.DataFrame, pd.Series)):
            joined[item.name] = pd.concat([first, second], ignore_index=True)
        else:
            joined[item.name] = np.concatenate([first, second])
    return Prepared(**joined)


def _values_of(name: str) -> str:
    return f"{name}.values"


def _encoded(texts: "pd.Series[str]") -> pa.Array:
    return one_array(texts).dictionary_encode()


def _texts(column: pa.ChunkedArray) -> "pd.Series[str]":
    return pd.Series(pc.cast(column, pa.large_string()).combine_chunks(), dtype=_TEXT).astype("str")


def _unpack_values(entries: pa.Table, values: pa.Table, rows: Ints) -> MultiCoded:
    record = entries.column("record").to_numpy()
    first, last = np.searchsorted(record, rows, "left"), np.searchsorted(record, rows, "right")
    counts = last - first
    owner = np.repeat(np.arange(len(rows)), counts)
    entry = first[owner] + np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    codes = entries.column("code").to_numpy()[entry]
    distinct, code = np.unique(codes, return_inverse=True)
    kept = values.take(pa.array(distinct))
    texts = pd.Series(kept.column("value").combine_chunks(), dtype=_TEXT).astype("str")
    made = MultiCoded.of(len(rows), owner, texts.take(code).reset_index(drop=True))
    place = pd.Index(texts).get_indexer(made.values)
    return replace(made, public=kept.column("public").to_numpy()[place])


def _join_values(one: MultiCoded, other: MultiCoded, size: int, more: int) -> MultiCoded:
    texts = [pd.Series(values.values, dtype="str").take(values.code) for values in (one, other)]
    record = np.concatenate([one.record, other.record + size])
    made = MultiCoded.of(size + more, record, pd.concat(texts, ignore_index=True))
    public = np.zeros(len(made.values), dtype=np.bool_)
    for values in (one, other):
        public |= np.append(values.public, False)[values.values.get_indexer(made.values)]
    return replace(made, public=public)
