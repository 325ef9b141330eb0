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
from crmclean.files.columns import recognise
from crmclean.files.delimited import read_delimited, width_findings
from crmclean.files.encoding import Text, decode_text
from crmclean.files.html_tables import read_html_table
from crmclean.files.sniffing import kind_of_bytes, kind_of_text, parse_delimiter
from crmclean.files.workbooks import read_workbook

_HEAD: Final = 4096

SPREADSHEET_DIALECT: Final = Dialect(delimiter=";", line_terminator="\r\n")
"""The CSV that a Russian Excel opens by a double click (with a BOM): for tables that came from a workbook."""


@dataclass(frozen=True)
class Reading:
    """What a file held.

    Attributes:
        table: its table, with the role of every column.
        findings: what was odd about its rows and headings.
        skipped: 1-based line (or sheet row) and text of what stood above the heading.
    """

    table: Table
    findings: pd.DataFrame
    skipped: tuple[tuple[int, str], ...]


def read_bytes(path: str) -> bytes:
    """Return the content of a file; ``-`` is stdin.

    Raises:
        FileError: the file is missing, is a folder, or may not be read.
    """
    try:
        return sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
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


def read_table(data: bytes, path: str, settings: ReadSettings) -> Reading:
    """Return the table of a file.

    Args:
        data: its bytes.
        path: the file as the user named it; it stands in errors and in ``Origin``.
        settings: sheet, encoding, delimiter and roles where the file itself does not say enough.

    Raises:
        FileError: the file is empty, damaged, or no table.
        UsageError: a setting does not fit the file, or no column says who the client is.
    """
    _refuse_empty(data, path)
    if kind_of_bytes(data) == "workbook":
        return _from_workbook(data, path, settings)
    text = decode_text(data, path, settings.encoding)
    _refuse_empty(text.utf8, path)
    head = bytes(text.utf8[:_HEAD]).decode("utf-8", "ignore")
    kind = kind_of_text(head)
    if kind == "html":
        return _from_html(text, path, settings)
    if kind == "vcard":
        raise FileError(
            _("{path} is a vCard, not a table.").format(path=path),
            _("Export the contacts as CSV."),
        )
    return _from_delimited(text, path, settings)


def _refuse_empty(data: bytes | memoryview, path: str) -> None:
    if not bytes(data[:_HEAD]).strip() and not bytes(data).strip():
        raise FileError(_("{path} is empty.").format(path=path), _("Export the base again."))


def _from_delimited(text: Text, path: str, settings: ReadSettings) -> Reading:
    delimiter = parse_delimiter(settings.delimiter) if settings.delimiter else ""
    read = read_delimited(text.utf8, path, delimiter, settings.map)
    origin = Origin(
        path=path,
        format="csv",
        encoding=text.encoding,
        bom=text.bom,
        dialect=read.dialect,
        header_row=read.layout.heading.line,
        preamble=read.layout.preamble,
    )
    return _reading(read.headers, read.cells.to_pandas(), origin, settings, read.findings, read.layout.skipped)


def _from_workbook(data: bytes, path: str, settings: ReadSettings) -> Reading:
    sheet = read_workbook(data, path, settings.sheet, settings.map)
    origin = Origin(
        path=path,
        format="xlsx",
        bom=True,
        dialect=SPREADSHEET_DIALECT,
        sheet=sheet.name,
        header_row=sheet.header_row,
        preamble=tuple("\t".join(cells).rstrip("\t") for _row, cells in sheet.above),
    )
    return _reading(sheet.headers, sheet.frame, origin, settings, no_findings(), _say_something(origin.preamble))


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
    )
    headers = read.headers + ("",) * (len(read.frame.columns) - len(read.headers))
    findings = width_findings(read.widths, len(read.headers))
    return _reading(headers, read.frame, origin, settings, findings, _say_something(origin.preamble))


def _reading(
    headers: Sequence[str],
    frame: pd.DataFrame,
    origin: Origin,
    settings: ReadSettings,
    findings: pd.DataFrame,
    skipped: tuple[tuple[int, str], ...],
) -> Reading:
    recognition = recognise(headers, settings.map)
    frame = frame.set_axis([column.name for column in recognition.columns], axis="columns")
    origin = replace(
        origin,
        system=recognition.system,
        entity=recognition.entity,
        multi_value_joiner=recognition.multi_value_joiner,
    )
    table = Table(frame, recognition.columns, origin)
    return Reading(table, join_findings([_duplicate_headings(headers), findings]), skipped)


def _duplicate_headings(headers: Sequence[str]) -> pd.DataFrame:
    twice = [header for header, times in Counter(headers).items() if times > 1 and header]
    parts = [make_findings([0], header, ["heading-duplicate"], [header], [header]) for header in twice]
    return join_findings(parts)


def _say_something(lines: Sequence[str]) -> tuple[tuple[int, str], ...]:
    return tuple((number, line) for number, line in enumerate(lines, 1) if line.strip())
