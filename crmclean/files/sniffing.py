"""What kind of file this is and how it is laid out: by its content, never by its name."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from crmclean.core.errors import UsageError
from crmclean.core.i18n import _
from crmclean.files.columns import score_headings
from crmclean.files.content import looks_like_record
from crmclean.files.heading_rows import find_heading

DELIMITERS: Final = (";", ",", "\t", "|")
HEADING_WITHIN: Final = 20
"""The heading is looked for in so many first rows."""

_SAMPLE_RECORDS: Final = 60
_LEAST_VOTE: Final = 0.45
"""Two columns that half of the rows agree on, and nothing known in the heading, are one column with punctuation."""

_ZIP: Final = b"PK\x03\x04"
_OLE2: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SEP_LINE: Final = re.compile(r'"?sep=([\t !#-&(-/:-@\[-`{-~])"?(\r\n|\r|\n|\Z)', re.IGNORECASE)
_HTML: Final = re.compile(r"\s*<(?:!doctype|html|head|meta|table|body|style|div)\b", re.IGNORECASE)

MAX_CELL: Final = 2**31 - 1
"""Python's csv refuses cells beyond 128 kB unless told otherwise."""


@dataclass(frozen=True)
class Record:
    """One record of a delimited text.

    Attributes:
        cells: its cells.
        line: 1-based line on which it begins.
        start, end: where it stands in the text, in characters; ``end`` is after its line end.
    """

    cells: tuple[str, ...]
    line: int
    start: int
    end: int


@dataclass(frozen=True)
class Layout:
    """How a delimited text is laid out.

    Attributes:
        delimiter: what stands between cells.
        heading: the record of the heading, the lower one of two.
        headers: the headings; those of two rows are joined.
        preamble: the lines above it, as they stand, without line ends.
        skipped: line number and text of those that say something.
    """

    delimiter: str
    heading: Record
    headers: tuple[str, ...]
    preamble: tuple[str, ...]
    skipped: tuple[tuple[int, str], ...]


def kind_of_bytes(data: bytes) -> Literal["workbook", "text"]:
    """Return ``workbook`` for a zip or OLE2 container (XLSX, XLSB, ODS, XLS), else ``text``."""
    return "workbook" if data.startswith((_ZIP, _OLE2)) else "text"


def kind_of_text(head: str) -> Literal["html", "vcard", "text"]:
    """Return what a text is by its beginning.

    >>> kind_of_text('<meta charset="utf-8"><table border="1">')
    'html'
    """
    if _HTML.match(head):
        return "html"
    return "vcard" if head.lstrip().upper().startswith("BEGIN:VCARD") else "text"


def read_records(text: str, delimiter: str) -> Iterator[Record]:
    """Yield the records of a text lazily, empty lines included (a record without cells)."""
    csv.field_size_limit(MAX_CELL)
    consumed = [0, 0]

    def feed() -> Iterator[str]:
        for line in io.StringIO(text, newline=""):
            consumed[0] += 1
            consumed[1] += len(line)
            yield line

    reader = csv.reader(feed(), delimiter=delimiter)
    line, start = 1, 0
    for cells in reader:
        yield Record(tuple(cells), line, start, consumed[1])
        line, start = consumed[0] + 1, consumed[1]


def parse_delimiter(asked: str) -> str:
    """Return the delimiter that the user named.

    Raises:
        UsageError: it is no single character that can stand between cells.

    >>> parse_delimiter("tab")
    '\\t'
    """
    named = {"tab": "\t", "\\t": "\t", "semicolon": ";", "comma": ",", "pipe": "|"}
    delimiter = named.get(asked.casefold(), asked)
    if len(delimiter) != 1 or not delimiter.isascii() or delimiter.isalnum() or delimiter in '"\r\n\0':
        raise UsageError(
            _("--delimiter: '{delimiter}' cannot stand between cells.").format(delimiter=asked),
            _("Give one character: ';' ',' '|' or tab."),
        )
    return delimiter


def find_layout(head: str, delimiter: str, map: Sequence[tuple[str, str]]) -> Layout:
    """Return the layout of a delimited text from its first lines.

    Args:
        head: the beginning of the text; a last line that is cut off does no harm.
        delimiter: the user's word on it; found by itself where empty.
        map: the user's pairs of role and heading, which help to find the heading.
    """
    declared = _SEP_LINE.match(head)
    body_at = declared.end() if declared else 0
    if not delimiter and declared:
        delimiter = declared.group(1)
    body = head[body_at:]
    found = delimiter or _vote_delimiter(body, map)
    records = _first_records(body, found)
    rows = [record.cells for record in records]
    picked = _pick_heading(rows, map)
    heading = find_heading(rows, picked)
    record = records[heading.last]
    above = head[: body_at + record.start]
    lines = tuple(line.rstrip("\r\n") for line in io.StringIO(above, newline=""))
    titles = lines[: len(lines) - (heading.last - heading.first)]
    skipped = tuple((number, line) for number, line in enumerate(titles, 1) if line.strip(" \t" + found + '"'))
    record = Record(record.cells, len(lines) + 1, body_at + record.start, body_at + record.end)
    return Layout(found, record, heading.names, lines, skipped)


def _first_records(body: str, delimiter: str) -> list[Record]:
    records: list[Record] = []
    for record in read_records(body, delimiter):
        if any(record.cells) or delimiter in body[record.start : record.end]:
            records.append(record)
        if len(records) >= _SAMPLE_RECORDS:
            break
    return records or [Record(("",), 1, 0, len(body))]


def _pick_heading(rows: Sequence[Sequence[str]], map: Sequence[tuple[str, str]]) -> int:
    """Return the place of the row that reads most like headings; the first widest row where none does."""
    candidates = rows[:HEADING_WITHIN]
    scores = [score_headings(row, map) for row in candidates]
    if max(scores) > 0:
        return scores.index(max(scores))
    filled = [sum(1 for cell in row if cell.strip()) for row in candidates]
    # A record ends the search: the heading stands above it, or the file has none and this is its first row.
    record = next((place for place, row in enumerate(candidates) if looks_like_record(row)), None)
    if record is not None:
        above = max(filled[:record], default=0)
        return filled.index(above) if above > filled[record] / 2 else record
    return filled.index(max(filled))


def pick_heading(rows: Sequence[Sequence[str]], map: Sequence[tuple[str, str]]) -> tuple[int, int]:
    """Return the place of the heading among the first rows, and how many of its cells are known headings."""
    if not rows:
        return 0, 0
    place = _pick_heading(rows, map)
    return place, score_headings(rows[place], map)


def _vote_delimiter(body: str, map: Sequence[tuple[str, str]]) -> str:
    """Return the delimiter under which rows agree on their width and the heading is best understood."""
    votes: dict[str, float] = {}
    for delimiter in DELIMITERS:
        rows = [record.cells for record in _first_records(body, delimiter)]
        widths = Counter(len(row) for row in rows)
        width, times = max(widths.items(), key=lambda item: (item[0] > 1, item[1], item[0]))
        if width > 1:
            top = rows[:HEADING_WITHIN]
            understood = max(score_headings(row, map) for row in top) or int(any(looks_like_record(row) for row in top))
            votes[delimiter] = times / len(rows) * (1 - 1 / width) + min(understood, 10) / 10
    best = max(votes, key=lambda delimiter: votes[delimiter], default="")
    if best and votes[best] >= _LEAST_VOTE:
        return best
    return next((delimiter for delimiter in DELIMITERS if delimiter not in body), best or DELIMITERS[0])
