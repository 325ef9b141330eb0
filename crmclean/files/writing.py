"""A ``Table`` becomes a file again: in the format, encoding and dialect that it came in."""

import codecs
import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import PurePath
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmclean.core.errors import UsageError
from crmclean.core.i18n import _
from crmclean.core.table import Dialect, FileFormat, Origin, Table
from crmclean.files.html_tables import one_array, render_html_table
from crmclean.files.json_lines import render_json_lines
from crmclean.files.layout import headings_as_read, put_back, split_at_aside
from crmclean.files.parquet_files import render_parquet
from crmclean.files.workbook_writing import render_workbook, text_of

_FORMATS: Final = MappingProxyType[str, FileFormat](
    {
        ".csv": "csv",
        ".tsv": "csv",
        ".txt": "csv",
        ".xlsx": "xlsx",
        ".xls": "html",
        ".html": "html",
        ".htm": "html",
        ".jsonl": "jsonl",
        ".ndjson": "jsonl",
        ".parquet": "parquet",
    }
)
_ONLY_READ: Final = MappingProxyType[str, str](
    {
        ".xlsm": ".xlsx",
        ".xlsb": ".xlsx",
        ".ods": ".xlsx",
        ".vcf": ".csv",
        ".json": ".jsonl",
        ".gz": "",
        ".zip": "",
    }
)
"""Extensions of what is read but never written, and the one that is written instead."""

_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so may be taken for a formula by a spreadsheet (OWASP, CSV injection)."""
_ROWS_AT_ONCE: Final = 50_000
_BOM: Final = MappingProxyType(
    {
        "utf-8": codecs.BOM_UTF8,
        "utf-16-le": codecs.BOM_UTF16_LE,
        "utf-16-be": codecs.BOM_UTF16_BE,
        "utf-32-le": codecs.BOM_UTF32_LE,
        "utf-32-be": codecs.BOM_UTF32_BE,
    }
)


@dataclass(frozen=True)
class Rendered:
    """A file ready to be written.

    Attributes:
        data: its bytes.
        notes: what is not as it was in the input, for the user to read.
    """

    data: bytes
    notes: tuple[str, ...] = ()


def format_for(path: str) -> FileFormat | None:
    """Return the format that the extension of a path stands for (``.xls`` is Bitrix24's HTML), or None.

    >>> format_for("base.XLSX"), format_for("base")
    ('xlsx', None)
    """
    extension = PurePath(path).suffix.casefold()
    if extension in _ONLY_READ:
        instead = PurePath(path).with_suffix(_ONLY_READ[extension])
        raise UsageError(
            _("{path}: files of the kind {extension} are read but not written.").format(path=path, extension=extension),
            _("Name {instead} instead.").format(instead=instead),
        )
    return _FORMATS.get(extension)


def written_format(format: FileFormat) -> FileFormat:
    """Return the format in which a table of this format is written where nobody says otherwise: a vCard becomes CSV."""
    return "csv" if format == "vcard" else format


def render(table: Table, format: FileFormat | None = None, excel_safe: bool = False) -> Rendered:
    """Return the table as a file.

    An untouched regular file comes out byte for byte. Where the encoding lacks a character, the file becomes UTF-8
    with a BOM, and a note says so: no character is ever replaced.

    Args:
        format: that of the origin where None.
        excel_safe: put an apostrophe before cells of CSV that a spreadsheet would take for formulas; a phone +7… too.

    Raises:
        UsageError: ``excel_safe`` with another format than CSV.
        FileError: the table does not fit into a sheet of XLSX.
    """
    format = format or written_format(table.origin.format)
    if excel_safe:
        if format != "csv":
            raise UsageError(
                _("--excel-safe is for CSV only."), _("In XLSX every cell is text already: leave the option out.")
            )
        table = _guard_formulas(table)
    if format != "csv":
        table = put_back(table)
    if format == "xlsx":
        return Rendered(*render_workbook(table))
    if format == "jsonl":
        return Rendered(render_json_lines(table))
    if format == "parquet":
        return Rendered(render_parquet(table))
    if format == "html":
        return _render_html(table)
    return _encode(_render_csv(table), table.origin)


def _render_html(table: Table) -> Rendered:
    page = render_html_table(table, _charset(table.origin.encoding))
    return _encode(page.encode("utf-8"), table.origin, lambda: render_html_table(table, "UTF-8").encode("utf-8"))


def _guard_formulas(table: Table) -> Table:
    frame = table.frame.copy()
    for name in frame.columns:
        cells = frame[name]
        frame[name] = cells.where(~cells.str.startswith(_FORMULA_STARTS), "'" + cells)
    columns = tuple(
        replace(column, header="'" + column.header) if column.header.startswith(_FORMULA_STARTS) else column
        for column in table.columns
    )
    return replace(table, frame=frame, columns=columns)


def _charset(encoding: str) -> str:
    return "windows-1251" if encoding == "cp1251" else encoding.upper()


def _render_csv(table: Table) -> bytes:
    """Return the table as delimited text in UTF-8, without a BOM."""
    dialect = table.origin.dialect
    written = io.BytesIO()
    terminator = dialect.line_terminator.encode("ascii")
    for line in _preamble(table.origin):
        written.write(line.encode("utf-8") + terminator)
    if table.origin.header_row:  # a file that came without a heading row goes without one
        written.write(_render_rows(pd.DataFrame([headings_as_read(table)], dtype="str"), dialect))
    for rows, aside in split_at_aside(table):
        for start in range(0, len(rows), _ROWS_AT_ONCE):
            written.write(_render_rows(rows.iloc[start : start + _ROWS_AT_ONCE], dialect))
        if aside is not None:
            written.write(aside.encode("utf-8") + terminator)
    if not dialect.final_newline:
        written.seek(-len(terminator), io.SEEK_END)
        written.truncate()
    return written.getvalue()


def _preamble(origin: Origin) -> list[str]:
    """Return the lines above the heading; those of a workbook or page are cells, joined by tabs."""
    if origin.format == "csv":
        return list(origin.preamble)
    delimiter = origin.dialect.delimiter
    return [delimiter.join(_quote(cell, delimiter) for cell in line.split("\t")) for line in origin.preamble]


def _quote(cell: str, delimiter: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if any(mark in cell for mark in (delimiter, '"', "\n", "\r")) else cell


def _render_rows(frame: pd.DataFrame, dialect: Dialect) -> memoryview:
    """Return rows as UTF-8: the cells joined by the delimiter, the rows ended by the line terminator.

    The joined rows lie one after another in Arrow's memory, so that their buffer is the text.
    """
    columns = [one_array(frame.iloc[:, place]) for place in range(frame.shape[1])]
    end = (dialect.delimiter if dialect.trailing_delimiter else "") + dialect.line_terminator
    if dialect.quoting == "all":
        cells = [_double_quotes(column) for column in columns]
        joint, before, after = f'"{dialect.delimiter}"', '"', '"' + end
    else:
        cells = [_quote_where_needed(column, dialect) for column in columns]
        joint, before, after = dialect.delimiter, "", end
        if len(cells) == 1:
            # An empty cell alone on its line would be an empty line, which readers leave out.
            cells = [pc.if_else(pc.equal(cells[0], ""), '""', cells[0])]
    joined = pc.binary_join_element_wise(*cells, pa.scalar(joint, pa.large_string()))
    rows = pc.binary_join_element_wise(
        pa.scalar(before, pa.large_string()),
        joined,
        pa.scalar(after, pa.large_string()),
        pa.scalar("", pa.large_string()),
    )
    return text_of(rows)


def _double_quotes(column: pa.Array) -> pa.Array:
    return pc.replace_substring(column, '"', '""') if _holds_any(column, '"') else column


def _quote_where_needed(column: pa.Array, dialect: Dialect) -> pa.Array:
    if not _holds_any(column, dialect.delimiter + '"\r\n'):
        return column
    bare = dialect.quoting == "bare"
    special = pc.starts_with(column, '"') if bare else pc.match_substring(column, '"')
    for mark in (dialect.delimiter, "\n", "\r"):
        special = pc.or_(special, pc.match_substring(column, mark))
    quote = pa.scalar('"', pa.large_string())
    quoted = pc.binary_join_element_wise(quote, _double_quotes(column), quote, pa.scalar("", pa.large_string()))
    return pc.if_else(special, quoted, column)


def _holds_any(column: pa.Array, marks: str) -> bool:
    """Check the bytes of a whole column for one of the (ASCII) marks: most columns have none."""
    wanted = np.zeros(256, dtype=bool)
    wanted[list(marks.encode("ascii"))] = True
    return bool(wanted[np.frombuffer(text_of(column), dtype=np.uint8)].any())


def _encode(utf8: bytes, origin: Origin, as_unicode: Callable[[], bytes] | None = None) -> Rendered:
    """Return the text in the encoding of its origin, or in UTF-8 with a BOM where that lacks a character.

    Args:
        as_unicode: makes the text anew for the second case (a page names its encoding in itself).
    """
    mark = _BOM.get(origin.encoding, b"") if origin.bom else b""
    if origin.encoding == "utf-8":
        return Rendered(mark + utf8)
    text = utf8.decode("utf-8")
    try:
        return Rendered(mark + text.encode(origin.encoding))
    except UnicodeEncodeError as error:
        note = _(
            "The file is written in UTF-8: its encoding {encoding} has no character '{character}' (U+{code:04X})."
        ).format(encoding=origin.encoding, character=text[error.start], code=ord(text[error.start]))
        return Rendered(codecs.BOM_UTF8 + (as_unicode() if as_unicode else utf8), (note,))
