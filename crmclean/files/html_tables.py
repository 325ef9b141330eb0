"""The HTML table that Bitrix24 saves under the name .xls: in through lxml, out in the same layout.

Cells are taken as text and never converted, so that a leading zero or plus stays.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from lxml import etree, html

from crmclean.core.errors import FileError
from crmclean.core.i18n import _
from crmclean.core.table import Table
from crmclean.files.sniffing import HEADING_WITHIN, pick_heading

_ROWS_AT_ONCE: Final = 20_000
_ENTITIES: Final = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("\n", "<br>"))
_TOP: Final = (
    '<meta http-equiv="Content-type" content="text/html;charset={charset}" />\n<table border="1">\n<thead>\n\t'
)


@dataclass(frozen=True)
class HtmlTable:
    """The table of a page.

    Attributes:
        headers: the row of headings.
        frame: the rows below it, named by position, as wide as the widest row or the heading.
        widths: number of cells that each of these rows had.
        header_row: 1-based row of the heading.
        above: the rows above it.
    """

    headers: tuple[str, ...]
    frame: pd.DataFrame
    widths: tuple[int, ...]
    header_row: int
    above: tuple[tuple[str, ...], ...]


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
    previews = [[_cells(row) for row in islice(_rows(table), HEADING_WITHIN)] for table in tables]
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


def _read_table(table: Any, heading: int) -> HtmlTable:
    rows = _rows(table)
    above = tuple(_cells(row) for row in islice(rows, heading))
    headers = _cells(next(rows))
    found = [cells for cells in map(_cells, rows) if cells]
    widths = tuple(len(cells) for cells in found)
    width = max([len(headers), *widths])
    padded = [cells + ("",) * (width - len(cells)) for cells in found]
    columns = list(zip(*padded, strict=True)) if padded else [()] * width
    frame = pd.DataFrame({place: pd.Series(list(cells), dtype="str") for place, cells in enumerate(columns)})
    return HtmlTable(headers, frame, widths, heading + 1, above)


def _rows(table: Any) -> Any:
    """Yield the rows of a table, not those of tables inside its cells."""
    for child in table:
        if child.tag == "tr":
            yield child
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from child.iterchildren("tr")


def _cells(row: Any) -> tuple[str, ...]:
    cells: list[str] = []
    for cell in row.iterchildren("td", "th"):
        cells.append((cell.text or "") if not len(cell) else _text(cell))
        span = cell.get("colspan", "1")
        if span.isdecimal() and int(span) > 1:
            cells.extend([""] * (int(span) - 1))
    return tuple(cells)


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


def one_array(cells: pd.Series) -> pa.Array:
    """Return the cells as one Arrow array of large_string (pandas may hold them in several)."""
    array = pa.array(cells, type=pa.large_string())
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def _block(frame: pd.DataFrame) -> list[str]:
    columns = []
    for name in frame.columns:
        cells = one_array(frame[name])
        for plain, entity in _ENTITIES:
            cells = pc.replace_substring(cells, plain, entity)
        columns.append(cells)
    rows: list[str] = pc.binary_join_element_wise(*columns, pa.scalar("</td><td>", pa.large_string())).to_pylist()
    return [f"<tr><td>{row}</td></tr>" for row in rows]
