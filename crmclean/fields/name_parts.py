"""The parts of people's names put into their columns: last, first and middle name, whole columns at once in Arrow."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from crmclean.fields.full_name import is_initial_word, split_full_name, split_patronymic
from crmclean.fields.name_keys import rank_names
from crmclean.fields.plain_names import read_plain_names, split_plain_names


def settle_parts(parts: list[pa.Array], whole: pa.Array) -> list[pa.Array]:
    """Return last, first and middle name of every person.

    Args:
        parts: the three columns as they stand, spelled; ``large_string``, ``""`` where nothing is known.
        whole: the full name, where a column holds it.

    >>> cells = [["Сергеевна Анна", "Мария"], ["", "Петрова"], ["", ""], ["", ""]]
    >>> *parts, whole = [pa.array(column, pa.large_string()) for column in cells]
    >>> [part.to_pylist() for part in settle_parts(parts, whole)]
    [['', 'Петрова'], ['Анна', 'Мария'], ['Сергеевна', '']]
    """
    settled = list(parts)
    source = _choose_source(settled, whole)
    rows = np.flatnonzero(_bools(pc.not_equal(source, "")))
    if len(rows):
        chosen = source.take(pa.array(rows)).dictionary_encode()
        split = _split_texts(chosen.dictionary.to_pylist())
        _fill_from_split(settled, rows, split[chosen.indices.to_numpy()], chosen.dictionary_decode())
    _move_patronymics(settled)
    _swap_back(settled)
    return settled


def _split_texts(texts: list[str]) -> NDArray[np.object_]:
    """Return last, first and middle name of full names, shape (texts, 3)."""
    found, settled = split_plain_names(read_plain_names(texts))
    for place in np.flatnonzero(~settled).tolist():
        found[place] = split_full_name(texts[place])
    return found


def _choose_source(parts: list[pa.Array], whole: pa.Array) -> pa.Array:
    """Return, a row, the text that is to be split: a full name in ``last`` or ``first``, else ``full``; else ``""``."""
    last, first, middle = parts
    has_last = pc.not_equal(last, "")
    needs = pc.invert(pc.and_(has_last, pc.not_equal(first, "")))
    own = pc.if_else(has_last, last, first)
    several = pc.or_(
        pc.and_(pc.match_substring(own, " "), pc.equal(middle, "")), pc.greater(pc.count_substring(own, "."), 1)
    )
    return pc.if_else(needs, pc.if_else(several, own, whole), "")


def _fill_from_split(
    parts: list[pa.Array], rows: NDArray[np.int64], split: NDArray[np.object_], source: pa.Array
) -> None:
    """Put the split names into the empty parts, and in place of the cell that held the whole name."""
    last, first, _ = olds = [part.take(pa.array(rows)) for part in parts]
    found = (split != "").any(axis=1)
    whole = _bools(pc.or_(pc.equal(last, source), pc.equal(first, source)))
    for place, old in enumerate(olds):
        empty = _bools(pc.equal(old, ""))
        replaced = np.flatnonzero(found & (empty | whole if place < 2 else empty))
        parts[place] = _put(parts[place], rows[replaced], split[replaced, place].tolist())


def _move_patronymics(parts: list[pa.Array]) -> None:
    """Take the patronymic (or second initial) out of a cell of ``first`` or ``last`` that holds it beside the name."""
    for place in (1, 0):
        last, first, middle = parts
        alone = pc.and_(pc.and_(pc.not_equal(last, ""), pc.not_equal(first, "")), pc.equal(middle, ""))
        rows = np.flatnonzero(_bools(pc.and_(alone, pc.match_substring_regex(parts[place], "[ .]"))))
        moved = [split_patronymic(text) for text in parts[place].take(pa.array(rows)).to_pylist()]
        parts[place] = _put(parts[place], rows, [name for name, _ in moved])
        parts[2] = _put(middle, rows, [patronymic for _, patronymic in moved])


def _swap_back(parts: list[pa.Array]) -> None:
    """Exchange last and first name where the last is a given name of the list and the first is none."""
    last, first, _ = parts
    both = np.flatnonzero(_bools(pc.and_(pc.not_equal(last, ""), pc.not_equal(first, ""))))
    ranks = [_rank_cells(part.take(pa.array(both))) for part in (last, first)]
    swapped = both[((ranks[0] == 3) & (ranks[1] < 2)) | ((ranks[0] == 2) & (ranks[1] == 0))]
    names = last.take(pa.array(swapped)).to_pylist()
    swapped = swapped[[not is_initial_word(text) for text in names]] if names else swapped
    taken = pa.array(swapped)
    parts[0], parts[1] = _put(last, swapped, first.take(taken)), _put(first, swapped, last.take(taken))


def _put(column: pa.Array, rows: NDArray[np.int64], texts: pa.Array | list[str]) -> pa.Array:
    """Return the column with other texts in ``rows``, which are rising."""
    if not len(rows):
        return column
    mask = np.zeros(len(column), dtype=np.bool_)
    mask[rows] = True
    return pc.replace_with_mask(column, pa.array(mask), pa.array(texts, pa.large_string()))


def _bools(array: pa.Array) -> NDArray[np.bool_]:
    return np.asarray(array, dtype=np.bool_)


def _rank_cells(cells: pa.Array) -> NDArray[np.int64]:
    encoded = cells.dictionary_encode()
    ranks: NDArray[np.int64] = rank_names(encoded.dictionary)[encoded.indices.to_numpy()]
    return ranks
