"""What speaks of the cells of a sheet by their place: links, notes, tables, rules; kept where the place still holds.

Nobody knows which row a new row was before. So what belongs to whole columns of the table (rules, tables, filters)
gets the new rows, what stands above the rows stays, and what belongs to single rows is left out and counted.
Elements are those of ECMA-376 part 1, notes in VML those of part 4.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from lxml import etree

from crmclean.core.i18n import ngettext
from crmclean.core.table import ADDED_PREFIX
from crmclean.files.workbook_sheet import Area, column_letters

MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION_ID: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"

_EXTENDED_RANGES: Final = "{http://schemas.microsoft.com/office/excel/2006/main}sqref"
_RANGE: Final = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Z]{1,3})\$?([0-9]{1,7}))?")
_BEFORE_FILTER: Final = frozenset({"sheetCalcPr", "sheetProtection", "protectedRanges", "scenarios"})
_SHAPE: Final = re.compile(rb"<v:shape\b(?:[^>]*/>|.*?</v:shape\s*>)", re.DOTALL)
_NOTE_SHAPE: Final = re.compile(rb'ObjectType="Note"')
_SHAPE_ROW: Final = re.compile(rb"<x:Row>\s*([0-9]+)\s*</x:Row>")
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True)
class Places:
    """The old rows and the new ones.

    Attributes:
        area: where the new rows stand.
        old_last: 1-based last of the old rows.
    """

    area: Area
    old_last: int

    def is_above(self, reference: str) -> bool:
        """Check whether a cell or range ends above the rows: in the heading or over it."""
        rows = _rows(reference)
        return rows is not None and rows[1] < self.area.first

    def moved(self, reference: str) -> str | None:
        """Return a range of a rule for the new rows; None where it spoke of some of the old ones only."""
        rows = _rows(reference)
        if rows is None:
            return None
        start, end = rows
        if end < self.area.first or start > self.old_last:
            return reference
        if start > self.area.first or end < self.old_last:
            return None
        last = self.area.last if end == self.old_last else max(self.area.last, end)
        left, _, right = reference.partition(":")
        letters = re.sub(r"[^A-Z]", "", right or left)
        return f"{left}:{letters}{max(last, start)}"

    def moved_all(self, references: str) -> str:
        """Return the ranges of a rule, which stand apart by spaces, for the new rows."""
        kept = [self.moved(reference) for reference in references.split()]
        return " ".join(reference for reference in kept if reference)


def _rows(reference: str) -> tuple[int, int] | None:
    match = _RANGE.fullmatch(reference)
    return (int(match.group(2)), int(match.group(4) or match.group(2))) if match else None


def describe_left_out(left_out: Mapping[str, int]) -> list[str]:
    """Return what was left out, as words."""
    phrases = {
        "note": ngettext("{number} note", "{number} notes", left_out.get("note", 0)),
        "link": ngettext("{number} link", "{number} links", left_out.get("link", 0)),
        "merge": ngettext("{number} merged cell", "{number} merged cells", left_out.get("merge", 0)),
        "rule": ngettext(
            "{number} rule of formats or input", "{number} rules of formats or input", left_out.get("rule", 0)
        ),
        "table": ngettext("{number} table of Excel", "{number} tables of Excel", left_out.get("table", 0)),
    }
    return [phrase.format(number=left_out[kind]) for kind, phrase in phrases.items() if left_out.get(kind)]


def mend_links(root: Any, places: Places, left_out: Counter[str]) -> None:
    """Leave out the links of the rows."""
    for link in list(root.iter(MAIN + "hyperlink")):
        if not places.is_above(link.get("ref", "")):
            left_out["link"] += 1
            _remove(link)


def mend_rules(root: Any, places: Places, left_out: Counter[str]) -> None:
    """Bring conditional formats, checks of what is typed in, and merged cells to the new rows."""
    for merge in list(root.iter(MAIN + "mergeCell")):
        if not places.is_above(merge.get("ref", "")):
            left_out["merge"] += 1
            _remove(merge)
    for tag in ("conditionalFormatting", "dataValidation"):
        for rule in list(root.iter(MAIN + tag)):
            ranges = places.moved_all(rule.get("sqref", ""))
            rule.set("sqref", ranges)
            if not ranges:
                left_out["rule"] += 1
                _remove(rule)
    for element in list(root.iter(_EXTENDED_RANGES)):
        element.text = places.moved_all(element.text or "")
        if not element.text:
            left_out["rule"] += 1
            _remove(element.getparent())


def _remove(element: Any) -> None:
    """Remove an element, those above it that held nothing else, and correct the number that a list gives of itself."""
    if etree.QName(element).localname == "sparklines":  # a group has settings beside them, and is nothing without them
        element = element.getparent()
    parent = element.getparent()
    parent.remove(element)
    if not len(parent) and parent.getparent() is not None:
        _remove(parent)
    elif parent.get("count") is not None:
        parent.set("count", str(len(parent)))


def mend_filter(root: Any, places: Places, had_table: bool) -> None:
    """Stretch the filter over the new rows; one of a table that was left out becomes one of the sheet."""
    found = root.find(MAIN + "autoFilter")
    if found is None and not had_table:
        return
    if found is None:
        found = etree.SubElement(root, MAIN + "autoFilter")
        before = [child for child in root if etree.QName(child).localname in _BEFORE_FILTER]
        root.insert(len(before), found)
    _reset_filter(found, places.area.reference)


def _reset_filter(filter: Any, reference: str) -> None:
    for condition in list(filter):
        filter.remove(condition)
    filter.set("ref", reference)


def mend_notes(xml: bytes, tag: str, places: Places) -> tuple[bytes, int, int]:
    """Return notes without those of the rows, and how many were kept and left out.

    Args:
        xml: a part of comments, or of threaded comments.
        tag: the name of the element of one note.
    """
    root = etree.fromstring(xml, parser())
    kept = dropped = 0
    for note in list(root.iter("{*}" + tag)):
        if places.is_above(note.get("ref", "")):
            kept += 1
        else:
            dropped += 1
            note.getparent().remove(note)
    return as_part(root), kept, dropped


def mend_shapes(vml: bytes, places: Places) -> bytes:
    """Return a drawing in VML without the boxes of the notes of the rows; buttons and lists stay.

    It is searched as text: what Excel writes there is not always XML.
    """

    def keep(match: "re.Match[bytes]") -> bytes:
        shape = match.group()
        row = _SHAPE_ROW.search(shape)
        if _NOTE_SHAPE.search(shape) and row and int(row.group(1)) + 1 >= places.area.first:
            return b""
        return shape

    return _SHAPE.sub(keep, vml)


def holds_shapes(vml: bytes) -> bool:
    """Check whether a drawing in VML shows anything."""
    return _SHAPE.search(vml) is not None


def mend_table(xml: bytes, places: Places) -> bytes | None:
    """Return a table of Excel for the new rows and added columns; None where it cannot stay a table.

    Excel repairs (that is, damages) a workbook whose table has other names than the cells of its heading.
    """
    root = etree.fromstring(xml, parser())
    match = _RANGE.fullmatch(root.get("ref", ""))
    if match is None or places.is_above(match.group()):
        return xml
    area = places.area
    left, right = (_column(letters) for letters in (match.group(1), match.group(3) or match.group(1)))
    columns = root.find(MAIN + "tableColumns")
    if not area.has_heading or int(match.group(2)) != area.top + 1 or root.get("headerRowCount") == "0":
        return None
    names = [_decoded(column.get("name", "")) for column in columns]
    if names != list(area.headers[left - 1 : right]):
        return None
    added = area.headers[right:]
    if added and all(_can_join(header, (*names, *added)) for header in added):
        _add_columns(columns, added)
        right += len(added)
    start, end = column_letters(left - 1), column_letters(right - 1)
    reference = f"{start}{area.top + 1}:{end}{max(area.last, area.first)}"
    root.set("ref", reference)
    for filter in root.iter(MAIN + "autoFilter"):
        _reset_filter(filter, reference)
    for state in root.findall(MAIN + "sortState"):
        root.remove(state)
    _forget_totals(root)
    return as_part(root)


def _can_join(header: str, headers: tuple[str, ...]) -> bool:
    """Check whether a column is one of crmclean's own, with a heading as a table needs it: a name like no other."""
    names = [name.casefold() for name in headers]
    return header.startswith(ADDED_PREFIX) and names.count(header.casefold()) == 1


def _add_columns(columns: Any, headers: tuple[str, ...]) -> None:
    number = max(int(column.get("id", "0")) for column in columns)
    for place, header in enumerate(headers, number + 1):
        etree.SubElement(columns, MAIN + "tableColumn", {"id": str(place), "name": header})
    columns.set("count", str(len(columns)))


def _forget_totals(root: Any) -> None:
    """A row of totals was read as one of the rows, and is written as one."""
    root.attrib.pop("totalsRowCount", None)
    for column in root.iter(MAIN + "tableColumn"):
        for name in ("totalsRowFunction", "totalsRowLabel", "totalsRowCellStyle", "totalsRowDxfId"):
            column.attrib.pop(name, None)
        for formula in column.findall(MAIN + "totalsRowFormula"):
            column.remove(formula)


def _decoded(name: str) -> str:
    return _ESCAPED.sub(lambda match: chr(int(match.group(1), 16)), name)


def _column(letters: str) -> int:
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return column


def as_part(root: Any) -> bytes:
    """Return a tree as a part of a package."""
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return written


def parser() -> Any:
    """Return a parser that follows no entity and no address."""
    return etree.XMLParser(resolve_entities=False, no_network=True)
