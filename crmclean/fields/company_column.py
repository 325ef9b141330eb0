"""A column of company names read by their shapes in Arrow: the rules are asked once for every shape.

The answer is that of ``ShapeReader.read`` for every name; a test proves it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from crmclean.fields.company_shape import WORD, Pattern, ShapeReader, Sort, fold_word
from crmclean.fields.text import join_runs

_MARK: Final = "\x1f"
"""What parts the pieces of a name for a moment; a name that has it is read by itself."""
_NO_PATTERN: Final = -1
_RARE: Final = -2
"""A name of a shape that hardly any other has."""
_LEAST_ALIKE: Final = 3
"""So many names of one shape are worth a pattern; fewer are sooner read by the rules."""

_Ints = NDArray[np.int64]
_Parts = tuple[str | int, ...]


@dataclass(frozen=True)
class _Pieces:
    """Names cut into what stands between their words and the words, in turn.

    Attributes:
        texts: the distinct pieces.
        codes: the pieces of all names, one name behind the other.
        starts: where each name begins in ``codes``; one more than there are names.
    """

    texts: pa.Array
    codes: _Ints
    starts: _Ints

    def of(self, names: _Ints) -> tuple[_Ints, _Ints]:
        """Return the codes of the pieces of some names, and how many each name has."""
        counts = np.diff(self.starts)[names]
        return self.codes[_list_runs(self.starts[names], counts)], counts


def read_company_column(texts: pa.Array, reader: ShapeReader) -> list[pa.Array]:
    """Return what the reader makes of every name: one column for each text of its answer.

    Args:
        texts: ``large_string``, distinct.

    >>> reader = ShapeReader(lambda text: (text.replace('"', ""),))
    >>> read_company_column(pa.array(['ООО "Ромашка"', 'ООО "Лютик"'], pa.large_string()), reader)[0].to_pylist()
    ['ООО Ромашка', 'ООО Лютик']
    """
    pieces = _cut(texts)
    which, patterns = _find_patterns(texts, pieces, reader)
    known, left = np.flatnonzero(which >= 0), np.flatnonzero(which < 0)
    alone = [
        reader.read_by_rules(text) if is_rare else reader.read(text)
        for text, is_rare in zip(texts.take(pa.array(left)).to_pylist(), (which[left] == _RARE).tolist(), strict=True)
    ]
    order = pa.array(np.argsort(np.concatenate([known, left])))
    columns = []
    for place in range(len(reader.read(""))):
        filled = _fill(pieces, known, which[known], [_parts_of(pattern, place) for pattern in patterns], reader.folds)
        others = pa.array([answer[place] for answer in alone], pa.large_string())
        columns.append(pa.concat_arrays([filled, others]).take(order))
    return columns


def _cut(texts: pa.Array) -> _Pieces:
    """Return the pieces of all names; a name that has the mark itself counts as one without pieces."""
    marked = pc.replace_substring_regex(texts, WORD.pattern, rf"{_MARK}\0{_MARK}")
    lists = pc.split_pattern(pc.if_else(pc.match_substring(texts, _MARK), "", marked), _MARK)
    pieces = lists.flatten().dictionary_encode()
    starts = np.concatenate([[0], np.cumsum(pc.list_value_length(lists).to_numpy())]).astype(np.int64)
    return _Pieces(pieces.dictionary, pieces.indices.to_numpy().astype(np.int64), starts)


def _find_patterns(texts: pa.Array, pieces: _Pieces, reader: ShapeReader) -> tuple[_Ints, list[Pattern]]:
    """Return the pattern of every name as its place in a list; ``_NO_PATTERN`` or ``_RARE`` where it has none."""
    which = np.full(len(texts), _NO_PATTERN, dtype=np.int64)
    patterns: list[Pattern] = []
    names = np.flatnonzero(~np.asarray(pc.match_substring(texts, _MARK), dtype=np.bool_))

    def describe_person(piece: str) -> object:
        sort = reader.words[piece]
        return (sort, reader.person_words[piece]) if isinstance(sort, Sort) else sort

    # Names of people are told apart by what kind of name each word is, in a second turn.
    for describe in (reader.words.__getitem__, describe_person):
        is_last_turn = describe is describe_person
        shape, first = _group(pieces, names, describe)
        is_rare = np.bincount(shape, minlength=len(first)) < _LEAST_ALIKE
        examples = texts.take(pa.array(names[first])).to_pylist()
        place = np.where(is_rare, _RARE, _NO_PATTERN)
        is_person = np.zeros(len(first), dtype=np.bool_)
        for number in np.flatnonzero(~is_rare).tolist():
            pattern = reader.find_pattern(examples[number])
            is_person[number] = not is_last_turn and reader.tells_persons(examples[number])
            if pattern is not None and not is_person[number]:
                place[number] = len(patterns)
                patterns.append(pattern)
        which[names] = place[shape]
        names = names[is_person[shape]]
    return which, patterns


def _group(pieces: _Pieces, names: _Ints, describe: Callable[[str], object]) -> tuple[_Ints, _Ints]:
    """Return the number of the shape of every name, and where in ``names`` the first of each shape stands."""
    codes, counts = pieces.of(names)
    used = np.unique(codes)
    numbers: dict[object, int] = {}
    described = np.zeros(len(pieces.texts), dtype=np.int32)
    described[used] = [
        numbers.setdefault(describe(text), len(numbers)) for text in pieces.texts.take(pa.array(used)).to_pylist()
    ]
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64) * described.itemsize
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(described[codes])]
    shapes = pa.Array.from_buffers(pa.large_binary(), len(names), buffers).dictionary_encode().indices.to_numpy()
    return shapes.astype(np.int64), np.unique(shapes, return_index=True)[1].astype(np.int64)


def _parts_of(pattern: Pattern, place: int) -> _Parts:
    texts = len(pattern.texts)
    return pattern.texts[place] if place < texts else (pattern.constants[place - texts],)


def _fill(pieces: _Pieces, names: _Ints, which: _Ints, patterns: list[_Parts], folds: bool) -> pa.Array:
    """Return every name as its pattern has it, joined of the words of the name and the texts of the pattern.

    Args:
        which: number of the pattern of each of the names.
    """
    own = {text: number for number, text in enumerate(dict.fromkeys(_list_texts(patterns)))}
    words = _fold(pieces.texts) if folds else pieces.texts
    choice = pa.concat_arrays([words, pa.array([fold_word(text) if folds else text for text in own], words.type)])
    flat = [part for parts in patterns for part in parts]
    is_place = np.array([isinstance(part, int) for part in flat], dtype=np.bool_)
    value = np.array([part if isinstance(part, int) else len(words) + own[part] for part in flat], dtype=np.int64)
    sizes = np.array([len(parts) for parts in patterns], dtype=np.int64)
    counts = sizes[which]
    run = _list_runs((np.cumsum(sizes) - sizes)[which], counts)
    taken, from_name = value[run], is_place[run]
    taken[from_name] = pieces.codes[np.repeat(pieces.starts[names], counts)[from_name] + taken[from_name]]
    return join_runs(choice.take(pa.array(taken)), np.concatenate([[0], np.cumsum(counts)]).astype(np.int64))


def _list_texts(patterns: list[_Parts]) -> list[str]:
    return [part for parts in patterns for part in parts if isinstance(part, str)]


def _fold(words: pa.Array) -> pa.Array:
    """Return what ``fold_word`` makes of every word."""
    return pc.replace_substring(pc.replace_substring(pc.utf8_lower(words), "ё", "е"), ".", "")


def _list_runs(starts: _Ints, counts: _Ints) -> _Ints:
    """Return the numbers from each start on, as many as its count says, one run behind the other."""
    ends = np.cumsum(counts)
    places: _Ints = np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts - (ends - counts), counts)
    return places
