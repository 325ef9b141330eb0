"""JSON Lines: one object a line, in and out. Numbers keep the digits that the file has."""

import io
import json
from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmclean.core.errors import FileError
from crmclean.core.i18n import _
from crmclean.core.table import Table
from crmclean.fields.text import one_array

MAX_KEYS: Final = 16_384
"""As many columns as a sheet has; objects whose keys are data (an ID each) are no table."""

JOINER: Final = ", "
"""Stands between the values of a list in one cell."""

_ROWS_AT_ONCE: Final = 50_000
_ESCAPES: Final = (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t"))
_CONTROL: Final = r"[\x00-\x1f]"


def looks_like_json(head: str) -> bool:
    """Check whether a text begins like JSON Lines, or like a JSON list of objects.

    >>> looks_like_json('{"ФИО": "Иванов"}'), looks_like_json("{Скидка};Телефон"), looks_like_json('[{"ФИО": 1}]')
    (True, False, True)
    """
    text = head.lstrip()
    if text.startswith("["):
        text = text[1:].lstrip()
    return text.startswith("{") and text[1:].lstrip()[:1] in ('"', "}")


def read_json_lines(utf8: memoryview, path: str) -> tuple[tuple[str, ...], pd.DataFrame]:
    """Return headings and cells: one column a key, in the order in which the keys first occur.

    A list of plain values is one cell, its values joined by ``JOINER``; what is nested deeper stays JSON.

    Raises:
        FileError: a line is no JSON object, or there are too many different keys.
    """
    columns: dict[str, list[str]] = {}
    count = 0
    for line, item in _objects(bytes(utf8).decode("utf-8"), path):
        if not isinstance(item, dict):
            raise _no_object(path, line)
        for key, value in item.items():
            cells = columns.setdefault(_text(key), [])
            cells.extend([""] * (count - len(cells)))
            cells.append(_text(value))
        count += 1
        if len(columns) > MAX_KEYS:
            raise FileError(
                _("{path} has objects of more than {limit} different keys: it is no table.").format(
                    path=path, limit=MAX_KEYS
                ),
                _("Export the base as CSV or XLSX."),
            )
    for cells in columns.values():
        cells.extend([""] * (count - len(cells)))
    frame = pd.DataFrame({place: pd.Series(cells, dtype="str") for place, cells in enumerate(columns.values())})
    return tuple(columns), frame.reset_index(drop=True)


def _objects(text: str, path: str) -> Iterator[tuple[int, object]]:
    # Numbers stay as they are written: the digits of an INN are no float.
    decoder = json.JSONDecoder(parse_float=_Digits, parse_int=_Digits, parse_constant=_Digits)
    if text.lstrip().startswith("["):
        items = _decode(decoder, text, path, 1)
        yield from enumerate(items if isinstance(items, list) else [items], 1)
        return
    for number, line in enumerate(io.StringIO(text, newline=None), 1):
        if line.strip():
            yield number, _decode(decoder, line, path, number)


def _decode(decoder: json.JSONDecoder, text: str, path: str, line: int) -> object:
    try:
        found: object = decoder.decode(text.strip())
    except json.JSONDecodeError as error:
        raise _no_object(path, line + error.lineno - 1) from error
    except RecursionError as error:
        raise _no_object(path, line) from error
    return found


class _Digits(str):
    """A number as it is written."""

    __slots__ = ()


def _text(value: object) -> str:
    if isinstance(value, str):
        # A half of a pair that JSON can escape alone is no character.
        return str(value).encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and not any(isinstance(part, list | dict) for part in value):
        return JOINER.join(text for text in map(_text, value) if text)
    return _text(json.dumps(value, ensure_ascii=False))


def _no_object(path: str, line: int) -> FileError:
    return FileError(
        _("{path}: line {line} is no JSON object.").format(path=path, line=line),
        _("JSON Lines have one object on each line: mend or remove that line."),
    )


def render_json_lines(table: Table) -> bytes:
    """Return one JSON object a row in UTF-8, every value a string; a heading that occurs twice is numbered."""
    written = io.BytesIO()
    keys = [json.dumps(column.name, ensure_ascii=False) for column in table.columns]
    for start in range(0, len(table), _ROWS_AT_ONCE):
        written.write(_render_rows(table.frame.iloc[start : start + _ROWS_AT_ONCE], keys))
    return written.getvalue()


def _render_rows(frame: pd.DataFrame, keys: Iterable[str]) -> bytes:
    parts: list[pa.Array | pa.Scalar] = []
    for place, key in enumerate(keys):
        parts.append(pa.scalar(f'{", " if place else "{"}{key}: "', pa.large_string()))
        parts.append(_escape(one_array(frame.iloc[:, place])))
        parts.append(pa.scalar('"', pa.large_string()))
    empty = pa.scalar("", pa.large_string())
    rows = pc.binary_join_element_wise(*parts, pa.scalar("}\n", pa.large_string()), empty)
    return "".join(rows.to_pylist()).encode("utf-8")


def _escape(cells: pa.Array) -> pa.Array:
    for plain, escaped in _ESCAPES:
        cells = pc.replace_substring(cells, plain, escaped)
    control = np.asarray(pc.match_substring_regex(cells, _CONTROL).to_numpy(zero_copy_only=False))
    if not control.any():
        return cells
    texts = cells.to_pylist()
    for place in np.flatnonzero(control):
        texts[place] = "".join(f"\\u{ord(mark):04x}" if mark < " " else mark for mark in texts[place])
    return pa.array(texts, pa.large_string())
