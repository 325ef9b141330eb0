"""The HTML table that Bitrix24 saves under the name .xls: in through lxml, out in the same layout.

Cells are taken as text and never converted, so that a leading zero or plus stays.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from lxml import etree, html

from crmclean.core.errors import FileError
from crmclean.core.i18n import _
from crmclean.core.table import Table
from crmclean.fields.text import one_array
from crmclean.files.frames import frame_of
from crmclean.files.heading_rows import find_heading
from crmclean.files.rows_aside import put_rows_aside
from crmclean.files.sniffing import HEADING_WITHIN, pick_heading

_ROWS_AT_ONCE: Final = 20_000
_MOST_COLUMNS: Final = 16_384
"""As wide as a sheet of Excel can be: a span may claim any number."""

_MOST_ROWS: Final = 65_534
"""The most that the HTML standard lets a cell span."""

_ENTITIES: Final = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("\n", "<br>"))
_TOP: Final = (
    '<meta http-equiv="Content-type" content="text/html;charset={charset}" />\n<table border="1">\n<thead>\n\t'
)


@dataclass(frozen=True)
class HtmlTable:
    """The table of a page.

    Attributes:
        headers: the row of headings; those of two rows are joined.
        heading: the lower row of a heading of two, else empty.
        frame: the rows below it, named by position, as wide as the widest row or the heading.
        widths: number of cells that each of these rows had.
        header_row: 1-based row of the heading.
        above: the rows above it.
        aside: the rows below it that are no rows of the table: number of rows before each, and its cells by tabs.
        skipped: row and cells of what stands above the heading or was put aside.
    """

    headers: tuple[str, ...]
    heading: tuple[str, ...]
    frame: pd.DataFrame
    widths: tuple[int, ...]
    header_row: int
    above: tuple[tuple[str, ...], ...]
    aside: tuple[tuple[int, str], ...]
    skipped: tuple[tuple[int, str], ...]


def read_html_table(utf8: memoryview, path: str, map: Sequence[tuple[str, str]]) -> HtmlTable:
    """Return the table of the page whose first rows hold the most known headings; the first table where none does.

    Raises:
        FileError: the page has no table.
    """
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True)
    try:
        root = html.document_fromstring(bytes(utf8), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise _no_table(path) from error
    tables = [table for table in root.iter("table") if next(table.iterancestors("table"), None) is None]
    previews = [list(islice(_grid(table), HEADING_WITHIN)) for table in tables]
    filled = [place for place, preview in enumerate(previews) if any(any(row) for row in preview)]
    if not filled:
        raise _no_table(path)
    best = max(filled, key=lambda place: (pick_heading(previews[place], map)[1], -place))
    return _read_table(tables[best], pick_heading(previews[best], map)[0])


def _no_table(path: str) -> FileError:
    return FileError(
        _("{path} is a web page without a table.").format(path=path),
        _("Export the base again as CSV or XLSX."),
    )


def _read_table(table: Any, picked: int) -> HtmlTable:
    rows = _grid(table)
    top = list(islice(rows, picked + 3))
    heading = find_heading(top, picked)
    last, headers = heading.last, heading.names
    found = [cells for cells in chain(top[last + 1 :], rows) if cells]
    width = max([len(headers), *(len(cells) for cells in found)])
    padded = [cells + ("",) * (width - len(cells)) for cells in found]
    columns = list(zip(*padded, strict=True)) if padded else [()] * width
    names = [str(place) for place in range(width)]
    arrays = [pa.chunked_array([pa.array(cells, pa.large_string())]) for cells in columns]
    settled = put_rows_aside(pa.table(arrays, names=names), headers)
    frame = frame_of(settled.cells)
    frame.columns = pd.RangeIndex(width)
    lines = ["\t".join(cells).rstrip("\t") for cells in found]
    titles = top[: heading.first]
    return HtmlTable(
        headers,
        heading=(top[last] + ("",) * width)[:width] if heading.first < last else (),
        frame=frame,
        widths=tuple(len(found[place]) for place in np.flatnonzero(settled.kept)),
        header_row=last + 1,
        above=tuple(top[:last]),
        aside=tuple((place - earlier, lines[place]) for earlier, place in enumerate(settled.aside)),
        skipped=(
            *((number, text) for number, cells in enumerate(titles, 1) if (text := "\t".join(cells).strip())),
            *((last + 2 + place, lines[place]) for place in settled.aside),
        ),
    )


def _grid(table: Any) -> Iterator[tuple[str, ...]]:
    """Yield the cells of each row in their columns: a cell that spans columns or rows leaves the others empty."""
    below: dict[int, int] = {}
    for row in _rows(table):
        cells: list[str] = []
        following = {place: left - 1 for place, left in below.items() if left > 1}
        for cell in row.iterchildren("td", "th"):
            while len(cells) in below:
                cells.append("")
            columns, rows = _span(cell, "colspan", _MOST_COLUMNS), _span(cell, "rowspan", _MOST_ROWS)
            if rows > 1:
                following |= dict.fromkeys(range(len(cells), len(cells) + columns), rows - 1)
            cells.append((cell.text or "") if not len(cell) else _text(cell))
            cells.extend([""] * (columns - 1))
            if len(cells) > _MOST_COLUMNS:
                raise _too_wide()
        below = following
        yield tuple(cells)


def _span(cell: Any, name: str, most: int) -> int:
    written = cell.get(name, "1").strip()
    return min(max(int(written), 1), most) if written.isascii() and written.isdecimal() and len(written) < 10 else 1


def _too_wide() -> FileError:
    return FileError(
        _("A row of the table has more than {limit} columns.").format(limit=_MOST_COLUMNS),
        _("Export the base again as CSV or XLSX."),
    )


def _rows(table: Any) -> Iterator[Any]:
    """Yield the rows of a table, not those of tables inside its cells."""
    for child in table:
        if child.tag == "tr":
            yield child
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from child.iterchildren("tr")


def _text(cell: Any) -> str:
    """Return the text of a cell that holds elements: ``<br>`` is a line end, others leave their text."""
    parts = [cell.text or ""]
    for element in cell.iterdescendants():
        if element.tag == "br":
            parts.append("\n" + (element.tail or "").removeprefix("\r").removeprefix("\n"))
        else:
            parts.append(element.text or "")
            parts.append(element.tail or "")
    return "".join(parts)


def render_html_table(table: Table, charset: str) -> str:
    """Return the table as the HTML that Bitrix24 saves as .xls; the lines above the heading come as rows.

    Args:
        charset: the name of the encoding that the page declares.
    """
    parts = [_TOP.format(charset=charset)]
    for line in table.origin.preamble:
        parts.append(_row(line.split("\t"), "td"))
    if table.origin.header_row:  # a page that came without a heading goes without one
        parts.append(_row(table.headers, "th"))
    parts.append("\n</thead>\n\t<tbody>")
    for start in range(0, len(table), _ROWS_AT_ONCE):
        parts.extend(_block(table.frame.iloc[start : start + _ROWS_AT_ONCE]))
    parts.append("</tbody>\n</table>")
    return "".join(parts)


def _row(cells: Sequence[str], tag: str) -> str:
    return "<tr>" + "".join(f"<{tag}>{_escape(cell)}</{tag}>" for cell in cells) + "</tr>"


def _escape(text: str) -> str:
    for plain, entity in _ENTITIES:
        text = text.replace(plain, entity)
    return text


def _block(frame: pd.DataFrame) -> list[str]:
    columns = []
    for name in frame.columns:
        cells = one_array(frame[name])
        for plain, entity in _ENTITIES:
            cells = pc.replace_substring(cells, plain, entity)
        columns.append(cells)
    rows: list[str] = pc.binary_join_element_wise(*columns, pa.scalar("</td><td>", pa.large_string())).to_pylist()
    return [f"<tr><td>{row}</td></tr>" for row in rows]
