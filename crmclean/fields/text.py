"""Folding of text that several kinds of value share: spaces, case, ё, and Latin letters that look Cyrillic."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

_LATIN_LOOKALIKES: Final = "ABCEHKMOPTXYaceopxyk"
_CYRILLIC_LOOKALIKES: Final = "АВСЕНКМОРТХУасеорхук"
_TO_CYRILLIC: Final = str.maketrans(_LATIN_LOOKALIKES, _CYRILLIC_LOOKALIKES)
_TO_LATIN: Final = str.maketrans(_CYRILLIC_LOOKALIKES, _LATIN_LOOKALIKES)

_CYRILLIC: Final = re.compile(r"[а-яёА-ЯЁ]")
_LATIN: Final = re.compile(r"[A-Za-z]")
_LATIN_WORD_IN_MIX: Final = re.compile(r"[A-Za-zа-яёА-ЯЁ]+")
# Of one alphabet, and with no sign that needs more than small letters and single spaces.
_PLAIN_TEXT: Final = "^(?:[ -~ №«»–—]*|[ -@\\[-`{-~ №«»–—А-Яа-яЁё]*)$"
_UNSEEN: Final = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")

_ALPHABET: Final = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
_ALPHABET_IN_LATIN: Final = "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch _ y _ e yu ya"
_CYRILLIC_TO_LATIN: Final = str.maketrans(
    dict(zip(_ALPHABET, _ALPHABET_IN_LATIN.replace("_", "").split(" "), strict=True))
)


def map_distinct(cells: pd.Series, function: Callable[[str], str]) -> pd.Series:
    """Return ``function`` of every cell, called once for each distinct text; same index, ``str`` dtype.

    >>> map_distinct(pd.Series(["a", "b", "a"]), str.upper).tolist()
    ['A', 'B', 'A']
    """
    codes, texts = encode_texts(cells)
    mapped = pa.array([function(text) for text in texts.to_pylist()], pa.large_string())
    return take_texts(mapped, codes, cells.index)


def on_distinct(cells: pd.Series, function: Callable[[pd.Series], pd.Series]) -> pd.Series:
    """Return ``function`` of the column, which is given the distinct texts alone; same index, ``str`` dtype.

    Args:
        function: takes and returns a column of texts; what it makes of a text does not depend on the others.

    >>> on_distinct(pd.Series(["a-b", "c", "a-b"]), lambda texts: texts.str.replace("-", "")).tolist()
    ['ab', 'c', 'ab']
    """
    codes, texts = encode_texts(cells)
    return take_texts(one_array(function(pd.Series(texts, dtype="str"))), codes, cells.index)


def distinct_texts(cells: pd.Series) -> tuple[NDArray[np.int64], list[str]]:
    """Return the code of every cell, and the distinct texts that the codes point at (a missing cell is ``""``).

    >>> codes, texts = distinct_texts(pd.Series(["a", "b", "a"]))
    >>> codes.tolist(), texts
    ([0, 1, 0], ['a', 'b'])
    """
    codes, texts = encode_texts(cells)
    return codes, texts.to_pylist()


def encode_texts(cells: pd.Series) -> tuple[NDArray[np.int64], pa.Array]:
    """Return the code of every cell, and the distinct texts as Arrow has them (a missing cell is ``""``).

    >>> codes, texts = encode_texts(pd.Series(["a", "b", "a"]))
    >>> codes.tolist(), texts.to_pylist()
    ([0, 1, 0], ['a', 'b'])
    """
    array = one_array(cells)
    encoded = (pc.fill_null(array, "") if array.null_count else array).dictionary_encode()
    return encoded.indices.to_numpy().astype(np.int64), encoded.dictionary


def take_texts(texts: pa.Array, codes: NDArray[np.int64], index: pd.Index) -> pd.Series:
    """Return the texts that the codes point at as a column with this index.

    >>> take_texts(pa.array(["A", "b"]), np.array([0, 1, 0]), pd.RangeIndex(3)).tolist()
    ['A', 'b', 'A']
    """
    return pd.Series(texts.take(pa.array(codes)), index=index, dtype="str")


def spread_verdicts(cells: pd.Series, codes: np.ndarray, values: list[str], verdicts: list[str]) -> pd.DataFrame:
    """Return what was decided of every distinct text for every cell: columns ``value`` and ``code``, same index.

    >>> spread_verdicts(pd.Series(["a", "b", "a"]), np.array([0, 1, 0]), ["A", "b"], ["name-normalized", ""])
      value             code
    0     A  name-normalized
    1     b
    2     A  name-normalized
    """
    return _spread(cells, codes, {"value": values, "code": verdicts})


def spread_suggestions(cells: pd.Series, codes: np.ndarray, rows: list[tuple[str, str, str]]) -> pd.DataFrame:
    """Return what was decided of every distinct text for every cell: ``value``, ``code``, ``suggestion``, same index.

    >>> spread_suggestions(pd.Series(["a", "a"]), np.array([0, 0]), [("a", "city-misspelt", "b")])
      value           code suggestion
    0     a  city-misspelt          b
    1     a  city-misspelt          b
    """
    names = ("value", "code", "suggestion")
    return _spread(cells, codes, {name: [row[place] for row in rows] for place, name in enumerate(names)})


def _spread(cells: pd.Series, codes: np.ndarray, columns: Mapping[str, list[str]]) -> pd.DataFrame:
    return pd.DataFrame(
        {name: take_texts(pa.array(texts, pa.large_string()), codes, cells.index) for name, texts in columns.items()}
    )


def one_array(cells: pd.Series) -> pa.Array:
    """Return the cells as one Arrow array of large_string (pandas may hold them in several)."""
    array = pa.array(cells, type=pa.large_string())
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def join_runs(texts: pa.Array, starts: NDArray[np.int64]) -> pa.Array:
    """Return texts joined, each run of neighbours to one.

    Args:
        texts: ``large_string`` without nulls.
        starts: where each run begins, and behind the last one the number of texts.

    >>> join_runs(pa.array(["ООО ", "Ромашка", "Лютик"], pa.large_string()), np.array([0, 2, 3])).to_pylist()
    ['ООО Ромашка', 'Лютик']
    """
    _, offset_buffer, data_buffer = texts.buffers()
    # The texts lie side by side: joined, they begin where the first one does and end where the next run begins.
    offsets = np.frombuffer(offset_buffer, dtype=np.int64)[starts + texts.offset]
    return pa.Array.from_buffers(texts.type, len(starts) - 1, [None, pa.py_buffer(offsets), data_buffer])


def collapse_spaces(text: str) -> str:
    """Return the text trimmed, with every run of white space (also no-break) as one space.

    >>> collapse_spaces("  Иван\\u00a0 Петров ")
    'Иван Петров'
    """
    if not text.isprintable():
        text = _UNSEEN.sub("", text)
    return " ".join(text.split())


def restore_cyrillic(text: str) -> str:
    """Return the text with Latin look-alikes in mostly Cyrillic words made Cyrillic.

    A word is left alone when it is all Latin, when one of its Latin letters has no Cyrillic twin, or when the Latin
    letters outnumber the Cyrillic ones.

    >>> restore_cyrillic("Колеcник, Xerox, Салюc")
    'Колесник, Xerox, Салюс'
    """
    if text.isascii() or not _LATIN.search(text):
        return text
    return _LATIN_WORD_IN_MIX.sub(lambda match: _word_to_cyrillic(match.group()), text)


def _word_to_cyrillic(word: str) -> str:
    latin = _LATIN.findall(word)
    if not latin or len(latin) > len(word) - len(latin):
        return word
    changed = word.translate(_TO_CYRILLIC)
    return word if _LATIN.search(changed) else changed


def restore_latin(text: str) -> str:
    """Return the text with Cyrillic letters that look Latin made Latin, if none of the Cyrillic ones is left.

    >>> restore_latin("klubо1@yandex.ru")
    'klubo1@yandex.ru'
    >>> restore_latin("почта@ромашка.рф")
    'почта@ромашка.рф'
    """
    if text.isascii() or not _LATIN.search(text):
        return text
    changed = text.translate(_TO_LATIN)
    return text if _CYRILLIC.search(changed) else changed


@lru_cache(maxsize=1 << 17)
def fold(text: str) -> str:
    """Return the text in the form that comparisons use: lower case, ё as е, look-alikes Cyrillic, single spaces.

    >>> fold("  Колеcников  Пётр")
    'колесников петр'
    """
    return restore_cyrillic(collapse_spaces(text)).lower().replace("ё", "е")


def fold_cells(cells: pd.Series) -> pd.Series:
    """Return ``fold`` of every cell; same index.

    >>> fold_cells(pd.Series(["Пётр", " ПЁТР "])).tolist()
    ['петр', 'петр']
    """
    codes, texts = encode_texts(cells)
    return take_texts(fold_texts(texts), codes, cells.index)


def fold_texts(texts: pa.Array) -> pa.Array:
    """Return ``fold`` of every text (``large_string`` without nulls); distinct ones, or the work is done for each copy.

    >>> fold_texts(pa.array(["Пётр", "Колеcников", " ул.  Ёлочная"], pa.large_string())).to_pylist()
    ['петр', 'колесников', 'ул. елочная']
    """
    is_plain = pc.match_substring_regex(texts, _PLAIN_TEXT)
    folded = pc.replace_substring(pc.utf8_lower(texts.filter(is_plain)), "ё", "е")
    folded = pc.utf8_trim(pc.replace_substring_regex(folded, "[  ]+", " "), " ")
    others = pa.array([fold(text) for text in texts.filter(pc.invert(is_plain)).to_pylist()], pa.large_string())
    return merge_by_mask(np.asarray(is_plain, dtype=np.bool_), folded, others)


def merge_by_mask(mask: NDArray[np.bool_], chosen: pa.Array, others: pa.Array) -> pa.Array:
    """Return one column of two: where the mask is true the next of ``chosen`` stands, else the next of ``others``.

    >>> merge_by_mask(np.array([False, True, False]), pa.array(["b"]), pa.array(["a", "c"])).to_pylist()
    ['a', 'b', 'c']
    """
    if not len(others):
        return chosen
    places = np.where(mask, np.cumsum(mask) - 1, len(chosen) + np.cumsum(~mask) - 1)
    return pa.concat_arrays([chosen, others]).take(pa.array(places))


def romanize(text: str) -> str:
    """Return lower-case Cyrillic in Latin letters (the table of Russian passports, without signs for ь and ъ).

    >>> romanize("щербаков"), romanize("юлия")
    ('shcherbakov', 'yuliya')
    """
    return text if text.isascii() else text.translate(_CYRILLIC_TO_LATIN)
