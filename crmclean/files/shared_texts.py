"""What the shared texts of a workbook amount to once every cell has its own copy.

A workbook keeps each text once, and its cells name it by number: ten megabytes that a hundred thousand cells name are
a terabyte in memory. The zip package shows nothing of it, so that it has to be counted before the cells are read.
"""

import re
from collections.abc import Iterator, Sequence
from typing import IO, Any, Final

import numpy as np
import numpy.typing as npt
from lxml import etree

_AT_ONCE: Final = 1024**2
_PLAIN: Final = re.compile(rb't="s"><v>([0-9]{1,9})</v>')
_SHARED: Final = b't="s"'
_UNCOMMON: Final = re.compile(rb"\bt(?:\s+=\s*|=\s+|=(?='))[\"']s")

Counts = npt.NDArray[np.int64]


def lengths_of_texts(part: IO[bytes]) -> Counts:
    """Return the length of every shared text of XLSX, in characters."""
    return np.array([sum(map(len, item.itertext())) for item in _parse(part, "si")], dtype=np.int64)


def count_references(part: IO[bytes], texts: int, *, is_odd: bool) -> Counts:
    """Return how many cells of a sheet of XLSX name each of so many shared texts.

    Args:
        part: the sheet; one laid out as usual is searched as text, any other is parsed.
        texts: how many shared texts there are.
        is_odd: its cells are known to be written in an uncommon way.
    """
    if not is_odd:
        counts = _count_plain(part, texts)
        if counts is not None:
            return counts
        part.seek(0)
    counts = np.zeros(texts, dtype=np.int64)
    for cell in _parse(part, "c"):
        if cell.get("t") == "s":
            number = cell.findtext("{*}v", "").strip().removeprefix("+")
            if number.isdecimal() and int(number) < texts:
                counts[int(number)] += 1
    return counts


def _count_plain(part: IO[bytes], texts: int) -> Counts | None:
    """Count the references of a sheet where each is written as nearly all writers do; None for another sheet."""
    counts = np.zeros(texts, dtype=np.int64)
    for piece in _pieces(part):
        found = _PLAIN.findall(piece)
        if len(found) != piece.count(_SHARED) or _UNCOMMON.search(piece):
            return None
        counts += _count(found, texts)
    return counts


def _pieces(part: IO[bytes]) -> Iterator[bytes]:
    """Yield the part in pieces that end before a cell, or where there is none, before a tag."""
    rest = b""
    while piece := part.read(_AT_ONCE):
        rest += piece
        cut = max(rest.rfind(b"<c "), 0) or rest.rfind(b"<")
        if cut > 0:
            yield rest[:cut]
            rest = rest[cut:]
    yield rest


def _count(numbers: Sequence[bytes], texts: int) -> Counts:
    places = np.array(numbers, dtype="S9").astype(np.int64)
    return np.bincount(places[places < texts], minlength=texts)


def _parse(part: IO[bytes], name: str) -> Iterator[Any]:
    """Yield the elements of this name in any namespace; they, and the rows that held them, are forgotten on the way."""
    events = etree.iterparse(
        part,
        events=("end",),
        tag=("{*}" + name, "{*}row"),
        resolve_entities=False,
        no_network=True,
        huge_tree=True,
        remove_comments=True,
        remove_pis=True,
    )
    for _event, element in events:
        if etree.QName(element).localname == name:
            yield element
        element.clear()
        while element.getprevious() is not None and element.getparent() is not None:
            del element.getparent()[0]
