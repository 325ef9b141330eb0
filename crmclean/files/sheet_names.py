"""The sheets of a workbook beside the one that was read: whoever named none should know that there are others."""

import io
import posixpath
import re
import zipfile
from typing import Final

from lxml import etree

from crmclean.core.table import Origin
from crmclean.files.archives import DAMAGE

_WORKBOOK: Final = "xl/workbook.xml"
_RELATIONS: Final = "xl/_rels/workbook.xml.rels"
_RELATION_ID: Final = re.compile(r"\{[^}]*/relationships\}id")
_VALUE: Final = re.compile(rb"<(?:\w+:)?(?:v|is|f)[\s>]")
"""A value, a text or a formula in a cell (ECMA-376 part 1, 18.3.1); an empty cell has a style at most."""

_LOOKED_THROUGH: Final = 1024**2


def other_sheets(origin: Origin) -> tuple[str, ...]:
    """Return the names of the other visible sheets that hold any cell, in the order of the workbook.

    Of a table that did not come from XLSX there is no workbook to look into: the result is empty.
    """
    if not origin.package:
        return ()
    try:
        with zipfile.ZipFile(io.BytesIO(origin.package)) as archive:
            return tuple(
                name
                for name, part in _visible_sheets(archive).items()
                if name != origin.sheet and _holds_cells(archive, part)
            )
    except (*DAMAGE, etree.XMLSyntaxError):
        # Its table was read all the same; this is only to mention what stands beside it.
        return ()


def holds_xml_sheets(data: bytes) -> bool:
    """Check whether a file is a workbook whose sheets ``other_sheets`` can tell: XLSX or XLSM."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _WORKBOOK in archive.namelist()
    except DAMAGE:
        return False


def _visible_sheets(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the part of every visible sheet by the name of the sheet."""
    # The parts were looked at for what could do harm before the workbook was read.
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    relations = etree.fromstring(archive.read(_RELATIONS), parser)
    targets = {relation.get("Id", ""): relation.get("Target", "") for relation in relations}
    sheets = {}
    for element in etree.fromstring(archive.read(_WORKBOOK), parser).iter("{*}sheet"):
        ids = [value for name, value in element.items() if _RELATION_ID.fullmatch(name)]
        if ids and element.get("state", "visible") == "visible":
            target = targets.get(ids[0], "")
            sheets[element.get("name", "")] = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
    return sheets


def _holds_cells(archive: zipfile.ZipFile, part: str) -> bool:
    with archive.open(part) as sheet:
        return _VALUE.search(sheet.read(_LOOKED_THROUGH)) is not None
