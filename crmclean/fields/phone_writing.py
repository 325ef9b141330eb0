"""A phone cell that was read, written again: numbers in one style, and not a word lost."""

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from crmclean.fields.phone_cell import PhoneCell
from crmclean.fields.phone_plain import EMPTY
from crmclean.fields.phone_run import PhonePart
from crmclean.fields.phone_simple import PhoneColumns
from crmclean.fields.phone_style import PhoneStyle, write_number, write_plain
from crmclean.fields.text import join_runs

_EXTENSION_WORD: Final = "доб."


def write_cell(text: str, cell: PhoneCell, joiner: str, style: PhoneStyle) -> tuple[str, str]:
    """Return the cell as it is to be written, and the code of what was done or of what is doubtful.

    >>> from crmclean.fields.phone_cell import read_cell
    >>> write_cell("8 495 6244416 доб 5", read_cell("8 495 6244416 доб 5", "RU"), ", ", "e164")
    ('+74956244416 доб. 5', 'phone-normalized')
    """
    doubt = next((part.code for part in cell.parts if part.code), "")
    if doubt or not cell.parts:
        return text, doubt
    if cell.rewritable and all(map(can_bracket, cell.parts)):
        value = joiner.join(dict.fromkeys(write_part(part, style) for part in cell.parts))
    else:
        value = _write_in_place(cell, joiner, style)
    if value == text:
        return text, ""
    return value, "phone-area-added" if any(part.is_area_added for part in cell.parts) else "phone-normalized"


def can_bracket(part: PhonePart) -> bool:
    """Tell whether the words of a number can stand behind it in brackets: brackets do not nest.

    >>> can_bracket(PhonePart("+74956244416", "", "", "", ["касса (2)"]))
    False
    """
    return not any("(" in note or ")" in note for note in part.notes)


def write_part(part: PhonePart, style: PhoneStyle) -> str:
    """Return one number with its extension and the words that belong to it.

    >>> write_part(PhonePart("+74956244416", "5", "", "", ["касса"]), "international")
    '+7 495 624-44-16 доб. 5 (касса)'
    """
    extension = f" {_EXTENSION_WORD} {part.extension}" if part.extension else ""
    notes = "".join(f" ({note})" for note in part.notes)
    return write_number(part.number, style) + extension + notes


def write_columns(
    parts: PhoneColumns, texts: pa.Array, joiner: str, style: PhoneStyle
) -> tuple[NDArray[np.int64], pa.Array, pa.Array]:
    """Return cells as ``write_cell`` does, whole columns at once: their places, what is to be written, and the codes.

    Args:
        parts: what stands in the cells.
        texts: ``large_string``, the cells themselves by their places.
        joiner: what stands between the numbers of one cell.
        style: how numbers are written.

    >>> from crmclean.fields.phone_simple import read_ordered_cells
    >>> cells = pa.array(["8 495 6244416 доб. 5; 89161234567 (касса)"], pa.large_string())
    >>> write_columns(read_ordered_cells(cells, "RU"), cells, ", ", "e164")[1].to_pylist()
    ['+74956244416 доб. 5, +79161234567 (касса)']
    """
    written = pc.binary_join_element_wise(
        write_plain(parts.number, style),
        _surround(f" {_EXTENSION_WORD} ", parts.extension, ""),
        _surround(" (", parts.before, ")"),
        _surround(" (", parts.behind, ")"),
        EMPTY,
    )
    starts = np.flatnonzero(np.diff(parts.owners, prepend=-1))
    owners = parts.owners[starts]
    values = _join_parts(parts.owners, written, joiner)
    before = texts.take(pa.array(owners))
    doubts = parts.code.take(pa.array(starts))
    is_doubtful = pc.not_equal(doubts, "")
    values = pc.if_else(is_doubtful, before, values)
    change = pc.if_else(pc.equal(values, before), "", "phone-normalized").cast(pa.large_string())
    return owners, values, pc.if_else(is_doubtful, doubts, change)


def _surround(opening: str, texts: pa.Array, closing: str) -> pa.Array:
    """Return every text between two others, and ``""`` where there is none."""
    surrounded = pc.binary_join_element_wise(
        pa.scalar(opening, texts.type), texts, pa.scalar(closing, texts.type), EMPTY
    )
    return pc.if_else(pc.equal(texts, ""), texts, surrounded)


def _join_parts(owners: NDArray[np.int64], written: pa.Array, joiner: str) -> pa.Array:
    """Return one text an owner: its parts, each different one once, in their order."""
    seen = written.dictionary_encode().indices.to_numpy().astype(np.int64)
    _, first = np.unique(owners * len(written) + seen, return_index=True)
    kept = np.sort(first)
    owners = owners[kept]
    is_last = np.diff(owners, append=-1) != 0
    marks = pa.array([joiner, ""], pa.large_string()).take(pa.array(is_last.astype(np.int8)))
    parts = pc.binary_join_element_wise(written.take(pa.array(kept)), marks, EMPTY)
    return join_runs(parts, np.concatenate([[0], np.flatnonzero(is_last) + 1]))


def _write_in_place(cell: PhoneCell, joiner: str, style: PhoneStyle) -> str:
    """Return the text of the cell with each run of digits replaced by its numbers, and every word where it stood."""
    pieces: list[str] = []
    end = 0
    for start, stop, parts in cell.spans:
        pieces += [cell.words[end:start], joiner.join(write_number(part.number, style) for part in parts)]
        end = stop
    return "".join([*pieces, cell.words[end:]])
