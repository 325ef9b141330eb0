"""A file becomes a ``Table``: what it is, is decided by its content, never by its name."""

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pandas as pd

from crmclean.core.errors import FileError
from crmclean.core.finding import join_findings, make_findings, no_findings
from crmclean.core.i18n import _
from crmclean.core.settings import ReadSettings
from crmclean.core.table import Dialect, Origin, Table
from crmclean.files.archives import is_workbook_package, unpack
from crmclean.files.columns import check_has_client, find_entity, recognise
from crmclean.files.content_roles import recognise_content
from crmclean.files.delimited import read_delimited
from crmclean.files.encoding import NotInEncodingError, Text, check_letters, decode_text, sniff_text
from crmclean.files.frames import frame_of
from crmclean.files.headless import keep_first_record
from crmclean.files.html_tables import read_html_table
from crmclean.files.json_lines import looks_like_json, read_json_lines
from crmclean.files.parquet_files import MAGIC as PARQUET
from crmclean.files.parquet_files import read_parquet
from crmclean.files.rows import width_findings
from crmclean.files.sheet_layout import settle_sheet
from crmclean.files.sheet_names import other_sheets
from crmclean.files.sniffing import kind_of_bytes, kind_of_text, parse_delimiter
from crmclean.files.vcards import read_cards
from crmclean.files.workbooks import read_workbook

MAX_FILE: Final = 4 * 1024**3
"""A file is held in memory several times over: more than this is no export of one base."""

MAX_LINE: Final = 64 * 1024**2
"""The longest real line is a row of a few long notes; a line of a gigabyte is no table, and would be one cell."""

_HEAD: Final = 4096
_LINE_ENDS: Final = (b"\n", b"\r")

SPREADSHEET_DIALECT: Final = Dialect(delimiter=";", line_terminator="\r\n")
"""The CSV that a Russian Excel opens by a double click (with a BOM): for tables that came from a workbook."""


@dataclass(frozen=True)
class Reading:
    """What a file held.

    Attributes:
        table: its table, with the role of every column.
        findings: what was odd about its rows and headings.
        skipped: 1-based line (or sheet row) and text of what stood above the heading.
        other_sheets: visible sheets of the workbook beside the one that was read.
    """

    table: Table
    findings: pd.DataFrame
    skipped: tuple[tuple[int, str], ...]
    other_sheets: tuple[str, ...] = ()


def read_bytes(path: str) -> bytes:
    """Return the content of a file; ``-`` is stdin.

    Raises:
        FileError: the file is missing, is a folder, is larger than ``MAX_FILE``, or may not be read.
    """
    try:
        if path == "-":
            data = sys.stdin.buffer.read(MAX_FILE + 1)
        else:
            with open(path, "rb") as file:
                data = file.read(MAX_FILE + 1)
    except FileNotFoundError as error:
        raise FileError(
            _("There is no file {path}.").format(path=path),
            _("Check the name and the folder; put names with spaces in quotes."),
        ) from error
    except IsADirectoryError as error:
        raise FileError(
            _("{path} is a folder.").format(path=path), _("Name a file in it: CSV, XLSX or XLS.")
        ) from error
    except PermissionError as error:
        what = _("{path} is a folder.") if Path(path).is_dir() else _("{path} may not be read.")
        raise FileError(
            what.format(path=path),
            _("Close it in other programs, or ask its owner for the right to read it."),
        ) from error
    except OSError as error:
        raise FileError(
            _("{path} could not be read: {reason}.").format(path=path, reason=error.strerror or error),
            _("Copy the file to a local disk and try again."),
        ) from error
    if len(data) > MAX_FILE:
        raise FileError(
            _("{path} is larger than {limit} GB.").format(path=path, limit=MAX_FILE // 1024**3),
            _("Export the base in parts."),
        )
    return data


def read_table(data: bytes, path: str, settings: ReadSettings, of_clients: bool = True) -> Reading:
    """Return the table of a file.

    Args:
        data: its bytes.
        path: the file as the user named it; it stands in errors and in ``Origin``.
        settings: sheet, encoding, delimiter and roles where the file itself does not say enough.
        of_clients: refuse a file in which no column says who the client is.

    Raises:
        FileError: the file is empty, damaged, or no table.
        UsageError: a setting does not fit the file, or no column says who the client is.
    """
    reading = _read_table(data, path, settings)
    if of_clients:
        check_has_client(reading.table.columns)
    return reading


def _read_table(data: bytes, path: str, settings: ReadSettings) -> Reading:
    _refuse_empty(data, path)
    data = unpack(data, path)
    _refuse_empty(data, path)
    if data.startswith(PARQUET):
        return _from_parquet(data, path, settings)
    if kind_of_bytes(data) == "workbook":
        return _from_workbook(data, path, settings)
    try:
        return _from_text(sniff_text(data, path, settings.encoding), path, settings)
    except NotInEncodingError:
        # Its head was UTF-8, the rest is not: now that every byte is looked at, it is known what it is.
        return _from_text(decode_text(data, path, settings.encoding), path, settings)


def _from_text(text: Text, path: str, settings: ReadSettings) -> Reading:
    """Return the table of a text; NotInEncodingError where a byte of it is no letter."""
    _refuse_empty(text.data, path)
    head = text.head(_HEAD)
    kind = kind_of_text(head)
    if kind == "html":
        check_letters(text)
        return _from_html(text, path, settings)
    _refuse_long_line(text.data, path)
    if kind == "text" and (settings.delimiter or not looks_like_json(head)):
        return _from_delimited(text, path, settings)
    check_letters(text)
    return _from_vcard(text, path, settings) if kind == "vcard" else _from_json_lines(text, path, settings)


def _refuse_empty(data: bytes | memoryview, path: str) -> None:
    if not bytes(data[:_HEAD]).strip() and not bytes(data).strip():
        raise FileError(_("{path} is empty.").format(path=path), _("Export the base again."))


def _refuse_long_line(text: memoryview, path: str) -> None:
    at = 0
    while len(text) - at > MAX_LINE:
        # Most steps find a line end in the last bytes that they may take.
        for width in (_HEAD, MAX_LINE):
            window = bytes(text[at + MAX_LINE - width : at + MAX_LINE])
            found = max(window.rfind(end) for end in _LINE_ENDS)
            if found >= 0:
                at += MAX_LINE - width + found + 1
                break
        else:
            raise FileError(
                _("{path} has a line of more than {limit} MB: it is no table.").format(
                    path=path, limit=MAX_LINE // 1024**2
                ),
                _("Export the base again as CSV or XLSX."),
            )


def _from_vcard(text: Text, path: str, settings: ReadSettings) -> Reading:
    cards = read_cards(bytes(text.utf8).decode("utf-8"))
    origin = Origin(path=path, format="vcard", encoding="utf-8", bom=True, dialect=SPREADSHEET_DIALECT)
    return _reading(cards.headers, cards.frame, origin, settings, cards.findings, cards.skipped)


def _from_json_lines(text: Text, path: str, settings: ReadSettings) -> Reading:
    headers, frame = read_json_lines(text.utf8, path)
    origin = Origin(path=path, format="jsonl", encoding="utf-8", bom=True, dialect=SPREADSHEET_DIALECT)
    return _reading(headers, frame, origin, settings, no_findings(), ())


def _from_parquet(data: bytes, path: str, settings: ReadSettings) -> Reading:
    headers, frame = read_parquet(data, path)
    origin = Origin(path=path, format="parquet", encoding="utf-8", bom=True, dialect=SPREADSHEET_DIALECT)
    return _reading(headers, frame, origin, settings, no_findings(), ())


def _from_delimited(text: Text, path: str, settings: ReadSettings) -> Reading:
    delimiter = parse_delimiter(settings.delimiter) if settings.delimiter else ""
    read = read_delimited(text, path, delimiter, settings.map)
    origin = Origin(
        path=path,
        format="csv",
        encoding=text.encoding,
        bom=text.bom,
        dialect=read.dialect,
        header_row=read.layout.heading.line,
        preamble=read.layout.preamble,
        heading=read.heading,
        heading_width=read.heading_width,
        verbatim=read.verbatim,
        aside=read.aside,
    )
    return _reading(read.headers, frame_of(read.cells), origin, settings, read.findings, read.skipped)


def _from_workbook(data: bytes, path: str, settings: ReadSettings) -> Reading:
    sheet = read_workbook(data, path, settings.sheet, settings.map)
    settled = settle_sheet(sheet.headers, sheet.frame, [cells for _row, cells in sheet.above], sheet.findings)
    origin = Origin(
        path=path,
        format="xlsx",
        bom=True,
        dialect=SPREADSHEET_DIALECT,
        sheet=sheet.name,
        package=data if is_workbook_package(data) else b"",
        header_row=settled.header_row,
        preamble=settled.preamble,
        heading=settled.heading,
        aside=settled.aside,
    )
    reading = _reading(settled.headers, settled.frame, origin, settings, settled.findings, settled.skipped)
    return replace(reading, other_sheets=() if settings.sheet else sheet.others or other_sheets(origin))


def _from_html(text: Text, path: str, settings: ReadSettings) -> Reading:
    read = read_html_table(text.utf8, path, settings.map)
    origin = Origin(
        path=path,
        format="html",
        encoding=text.encoding,
        bom=text.bom,
        dialect=SPREADSHEET_DIALECT,
        header_row=read.header_row,
        preamble=tuple("\t".join(cells).rstrip("\t") for cells in read.above),
        heading=read.heading,
        aside=read.aside,
    )
    headers = read.headers + ("",) * (len(read.frame.columns) - len(read.headers))
    findings = width_findings(read.widths, len(read.headers))
    return _reading(headers, read.frame, origin, settings, findings, read.skipped)


def _reading(
    headers: Sequence[str],
    frame: pd.DataFrame,
    origin: Origin,
    settings: ReadSettings,
    findings: pd.DataFrame,
    skipped: tuple[tuple[int, str], ...],
) -> Reading:
    headers, frame, origin, findings = keep_first_record(headers, frame, origin, findings, settings.map)
    recognition = recognise(headers, settings.map)
    frame = frame.set_axis([column.name for column in recognition.columns], axis="columns")
    columns, differing = recognise_content(frame, recognition.columns)
    origin = replace(
        origin,
        system=recognition.system,
        entity=recognition.entity or find_entity(columns),
        multi_value_joiner=recognition.multi_value_joiner,
    )
    table = Table(frame, columns, origin)
    return Reading(table, join_findings([_duplicate_headings(headers), differing, findings]), skipped)


def _duplicate_headings(headers: Sequence[str]) -> pd.DataFrame:
    twice = [header for header, times in Counter(headers).items() if times > 1 and header]
    parts = [make_findings([0], header, ["heading-duplicate"], [header], [header]) for header in twice]
    return join_findings(parts)
