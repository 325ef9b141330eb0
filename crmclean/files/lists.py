"""A file that is no client base but a list with agreed headings: labels of clusters, a truth, pairs, decisions.

Unlike ``reading``, nothing is recognised and nothing put aside: every line is a line, and only the columns that the
reader asks for are looked at.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from crmclean.core.errors import FileError
from crmclean.core.i18n import _
from crmclean.files.archives import unpack
from crmclean.files.encoding import decode_text
from crmclean.files.frames import frame_of
from crmclean.files.parquet_files import MAGIC as PARQUET
from crmclean.files.parquet_files import read_parquet
from crmclean.files.rows import read_rows
from crmclean.files.sniffing import find_layout, kind_of_bytes
from crmclean.files.workbooks import read_workbook

_HEAD_BYTES: Final = 262_144


@dataclass(frozen=True)
class Listing:
    """Columns of a list: the file as the user named it, and a frame of text with a ``RangeIndex``."""

    path: str
    frame: pd.DataFrame


def read_list(data: bytes, path: str, names: Sequence[str]) -> Listing:
    """Return those columns of a list that are called one of ``names``.

    Args:
        data: the file: delimited text in any encoding and dialect, a workbook, Parquet, or one of them packed.
        path: the file as the user named it; it stands in errors.
        names: the headings to take, in small letters; in the file their case does not matter.

    Returns:
        The columns by these names and in their order, each that the file has; text, stripped; lines in which all of
        them are empty are left out.

    Raises:
        FileError: the file is empty or damaged, or has a heading twice.
    """
    data = unpack(data, path)
    if not data.strip():
        raise FileError(_("{path} is empty.").format(path=path), _("Write the file again."))
    headers, frame = _cells_of(data, path, names)
    places: dict[str, int] = {}
    for place, header in enumerate(headers):
        name = header.strip().casefold()
        if name in names and name in places:
            raise FileError(
                _("{path} has two columns “{name}”.").format(path=path, name=name),
                _("Rename or remove one of them."),
            )
        places.setdefault(name, place)
    columns = {name: frame.iloc[:, places[name]].str.strip() for name in names if name in places}
    taken = pd.DataFrame(columns, index=frame.index)
    filled = (taken != "").any(axis="columns")
    return Listing(path, taken[filled].reset_index(drop=True))


def _cells_of(data: bytes, path: str, names: Sequence[str]) -> tuple[Sequence[str], pd.DataFrame]:
    """Return headings and cells, a column for each heading at least."""
    # Names that are to be found help to tell the heading from what stands above it, whatever role they stand for.
    known = tuple(("id", name) for name in names)
    if data.startswith(PARQUET):
        return read_parquet(data, path)
    if kind_of_bytes(data) == "workbook":
        sheet = read_workbook(data, path, "", known)
        return sheet.headers, sheet.frame
    text = decode_text(data, path)
    head = text.head(_HEAD_BYTES)
    layout = find_layout(head, "", known)
    start = len(head[: layout.heading.end].encode(text.codec))
    rows = read_rows(text.data[start:], text.codec, layout.delimiter, len(layout.headers))
    return layout.headers, frame_of(rows.cells)
