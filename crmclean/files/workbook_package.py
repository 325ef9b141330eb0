"""The package of an XLSX workbook with one of its sheets opened for new rows; everything else stays as it is.

Parts are those of ECMA-376. Macros are left out, and what belonged to single rows of the sheet (``workbook_places``).
"""

import io
import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final, Self

import numpy as np
from lxml import etree

from crmclean.files.archives import DAMAGE
from crmclean.files.shared_texts import count_references
from crmclean.files.workbook_places import (
    MAIN,
    RELATION_ID,
    Places,
    as_part,
    holds_shapes,
    mend_filter,
    mend_links,
    mend_notes,
    mend_rules,
    mend_shapes,
    mend_table,
    parser,
)
from crmclean.files.workbook_sheet import Area, Part, split_sheet

_WORKBOOK: Final = "xl/workbook.xml"
_TYPES: Final = "[Content_Types].xml"
_STRINGS: Final = "xl/sharedStrings.xml"
_XLSX_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_DROPPED: Final = ("/calcChain", "/vbaProject")
"""Ends of the types of relations of the workbook to parts that are left out."""

_ROOT: Final = re.compile(rb"<worksheet\b[^>]*>")
_STRING: Final = re.compile(rb"<si\s*/>|<si\b[^>]*>.*?</si\s*>", re.DOTALL)
_FILTER_NAME: Final = re.compile(rb'<definedName [^>]*name="_xlnm\._FilterDatabase".*?</definedName>', re.DOTALL)


class Package:
    """A package whose sheets are to be filled.

    Attributes:
        sheets: the sheets that are to be filled.
        has_macros: whether macros were left out.
        left_out: how many notes, links, tables … of single rows were left out.
    """

    def __init__(self, contents: dict[str, bytes], infos: dict[str, zipfile.ZipInfo], sheets: list[Part]) -> None:
        self._contents = contents
        self._infos = infos
        self.sheets = sheets
        self.has_macros = False
        self.left_out: Counter[str] = Counter()

    @classmethod
    def of_new(cls, data: bytes, areas: Sequence[Area]) -> Self:
        """Return a workbook that was made for the purpose: its sheets are to be filled, one an area."""
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = {info.filename: info for info in archive.infolist()}
            contents = {name: archive.read(name) for name in infos}
        names = [name for name in infos if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name)]
        names.sort(key=lambda name: int(re.sub(r"\D", "", name)))
        parts = []
        for name, area in zip(names, areas, strict=True):
            part = split_sheet(name, contents[name], area)
            if part is None:
                raise AssertionError("a new sheet has no heading")
            parts.append(part)
        return cls(contents, infos, parts)

    def members(self) -> Iterator[tuple[zipfile.ZipInfo, bytes]]:
        """Yield every part with its content; that of the sheets to be filled is empty."""
        filled = {sheet.name for sheet in self.sheets}
        for name, info in self._infos.items():
            fresh = zipfile.ZipInfo(name, info.date_time)
            fresh.external_attr = info.external_attr
            fresh.compress_type = zipfile.ZIP_DEFLATED
            yield fresh, b"" if name in filled else self._contents[name]

    def prune(self) -> None:
        """Bring what speaks of places to the new rows; leave out what cannot be, and the texts of the old rows."""
        sheet = self.sheets[0]
        self._mend_sheet(sheet)
        relations = self._relations(_WORKBOOK)
        for identifier, (kind, target) in relations.items():
            if kind.endswith(_DROPPED):
                self.has_macros = self.has_macros or kind.endswith("/vbaProject")
                self._drop_relation(_WORKBOOK, identifier, target)
        types = self._contents[_TYPES]
        self._contents[_TYPES] = re.sub(rb"application/vnd\.ms-excel\.[\w.]*main\+xml", _XLSX_TYPE.encode(), types)
        workbook = _FILTER_NAME.sub(b"", self._contents[_WORKBOOK])
        self._contents[_WORKBOOK] = workbook.replace(b"<definedNames></definedNames>", b"")
        self._forget_strings(sheet)

    def _mend_sheet(self, sheet: Part) -> None:
        opening = _ROOT.search(sheet.before)
        if opening is None:
            raise KeyError("worksheet")
        root = etree.fromstring(opening.group() + sheet.after, parser())
        places = Places(sheet.area, sheet.old_last)
        mend_links(root, places, self.left_out)
        mend_rules(root, places, self.left_out)
        self._mend_notes(sheet, root, places)
        mend_filter(root, places, self._mend_tables(sheet, root, places))
        used = {element.get(RELATION_ID) for element in root.iter() if element.get(RELATION_ID)}
        for identifier, (kind, target) in self._relations(sheet.name).items():
            if kind.endswith("/hyperlink") and identifier not in used:
                self._drop_relation(sheet.name, identifier, target)
        written: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=False)
        sheet.after = written[written.index(b">") + 1 :] if len(root) else b"</worksheet>"

    def _mend_notes(self, sheet: Part, root: Any, places: Places) -> None:
        for identifier, (kind, target) in self._relations(sheet.name).items():
            if not kind.endswith(("/comments", "/threadedComment")) or target not in self._contents:
                continue
            tag = "comment" if kind.endswith("/comments") else "threadedComment"
            self._contents[target], kept, dropped = mend_notes(self._contents[target], tag, places)
            if tag == "comment":  # every threaded one has an ordinary one beside it
                self.left_out["note"] += dropped
            if not kept:
                self._drop_relation(sheet.name, identifier, target)
        drawing = root.find(MAIN + "legacyDrawing")
        if drawing is None:
            return
        _kind, target = self._relations(sheet.name)[drawing.get(RELATION_ID)]
        if target in self._contents:
            self._contents[target] = mend_shapes(self._contents[target], places)
            if not holds_shapes(self._contents[target]):
                self._drop_relation(sheet.name, drawing.get(RELATION_ID), target)
                root.remove(drawing)

    def _mend_tables(self, sheet: Part, root: Any, places: Places) -> bool:
        """Return whether a table of the rows was left out."""
        had_table = False
        relations = self._relations(sheet.name)
        for entry in list(root.iter(MAIN + "tablePart")):
            identifier = entry.get(RELATION_ID)
            _kind, target = relations[identifier]
            mended = mend_table(self._contents[target], places)
            if mended is not None:
                self._contents[target] = mended
                continue
            had_table = True
            self.left_out["table"] += 1
            self._drop_relation(sheet.name, identifier, target)
            self._drop(_relations_of(target))
            entries = entry.getparent()
            entries.remove(entry)
            entries.set("count", str(len(entries)))
            if not len(entries):
                root.remove(entries)
        return had_table

    def _relations(self, owner: str) -> dict[str, tuple[str, str]]:
        """Return type and part (or address) of every relation of a part."""
        path = _relations_of(owner)
        if path not in self._contents:
            return {}
        root = etree.fromstring(self._contents[path], parser())
        return {
            relation.get("Id", ""): (
                relation.get("Type", ""),
                "" if relation.get("TargetMode") == "External" else _resolve(owner, relation.get("Target", "")),
            )
            for relation in root
        }

    def _drop_relation(self, owner: str, identifier: str, target: str) -> None:
        path = _relations_of(owner)
        root = etree.fromstring(self._contents[path], parser())
        for relation in list(root):
            if relation.get("Id") == identifier:
                root.remove(relation)
        self._contents[path] = as_part(root)
        self._drop(target)

    def _drop(self, name: str) -> None:
        self._infos.pop(name, None)
        self._contents.pop(name, None)
        override = rb'<Override [^>]*PartName="/' + re.escape(name.encode("utf-8")) + rb'"[^>]*/>'
        self._contents[_TYPES] = re.sub(override, b"", self._contents[_TYPES])

    def _forget_strings(self, sheet: Part) -> None:
        """Empty the shared texts that nothing shows any more: rows that were merged away must not stay in the file."""
        if _STRINGS not in self._contents:
            return
        sources = [b"<sheetData>" + sheet.rows + b"</sheetData>"]
        sources += [
            text for name, text in self._contents.items() if name.startswith("xl/worksheets/") and name != sheet.name
        ]
        texts = len(_STRING.findall(self._contents[_STRINGS]))
        used = np.zeros(texts, dtype=np.int64)
        for source in sources:
            used += count_references(io.BytesIO(source), texts, is_odd=False)
        places = iter(range(texts))

        def keep(match: "re.Match[bytes]") -> bytes:
            return match.group() if used[next(places)] else b"<si><t/></si>"

        self._contents[_STRINGS] = _STRING.sub(keep, self._contents[_STRINGS])


def open_package(data: bytes, sheet: str, area: Area) -> Package | None:
    """Return the workbook with the named sheet emptied from its heading on; None where it is laid out unusually."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = {info.filename: info for info in archive.infolist()}
            if not {_WORKBOOK, _TYPES} <= set(infos):
                return None
            contents = {name: archive.read(name) for name in infos}
        name = _part_of_sheet(contents, sheet)
        part = split_sheet(name, contents[name], area) if name in contents else None
        if part is None:
            return None
        package = Package(contents, infos, [part])
        package.prune()
    except (*DAMAGE, etree.XMLSyntaxError):
        return None
    return package


def _part_of_sheet(contents: dict[str, bytes], sheet: str) -> str:
    workbook = etree.fromstring(contents[_WORKBOOK], parser())
    relations = etree.fromstring(contents["xl/_rels/workbook.xml.rels"], parser())
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    wanted = [item.get(RELATION_ID) for item in workbook.iter(MAIN + "sheet") if item.get("name") == sheet]
    return _resolve(_WORKBOOK, targets[wanted[0]])


def _relations_of(owner: str) -> str:
    folder, name = posixpath.split(owner)
    return f"{folder}/_rels/{name}.rels"


def _resolve(owner: str, target: str) -> str:
    if target.startswith("/"):
        return target[1:]
    return posixpath.normpath(posixpath.join(posixpath.dirname(owner), target))
