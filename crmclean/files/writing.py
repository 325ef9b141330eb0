"""A ``Table`` becomes a file again: in the format, encoding and dialect that it came in."""

import codecs
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import PurePath
from types import MappingProxyType
from typing import Final

from crmclean.core.errors import UsageError
from crmclean.core.i18n import _
from crmclean.core.table import FileFormat, Origin, Table
from crmclean.files.delimited_writing import render_delimited
from crmclean.files.html_tables import render_html_table
from crmclean.files.json_lines import render_json_lines
from crmclean.files.parquet_files import render_parquet
from crmclean.files.restoring import put_back
from crmclean.files.workbook_writing import render_workbook

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
    return _encode(render_delimited(table), table.origin)


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
    # A line as it stood in the file would be unguarded.
    return replace(table, frame=frame, columns=columns, origin=replace(table.origin, verbatim={}))


def _charset(encoding: str) -> str:
    return "windows-1251" if encoding == "cp1251" else encoding.upper()


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
