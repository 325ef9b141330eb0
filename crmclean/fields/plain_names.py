"""The fast path of names: cells of one to three Russian words or initials, read a distinct word at a time.

Most cells of a base are such, and a million distinct full names have only some ten thousand distinct words. The answer
is that of ``name_spelling.spell_name`` and ``full_name.split_full_name``; a test proves it.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from crmclean.fields.full_name import PARTICLES, PATRONYMIC_TAIL
from crmclean.fields.keyboard_layout import is_surely_latin
from crmclean.fields.name_keys import are_patronymics, end_as_surnames, rank_names, tell_genders_by_patronymic
from crmclean.fields.name_notes import load_note_words
from crmclean.fields.name_placeholder import may_be_placeholders

_PLAIN_WORD: Final = r"^(?:[А-ЯЁ][а-яё]+(?:-[А-ЯЁ][а-яё]+)?|[A-Z][a-z]{3,})$"
_ONE_CASE_WORD: Final = r"^(?:[А-ЯЁ]{4,}(?:-[А-ЯЁ]{4,})?|[а-яё]{3,}(?:-[а-яё]{3,})?)$"
_INITIALS: Final = r"^[А-ЯЁ]\.(?:[А-ЯЁ]\.)?$"
_PREPOSITIONS: Final = frozenset({"для", "без", "под", "через"})
_MOST_WORDS: Final = 3
_UNSETTLED: Final = -2
_NONE: Final = -1


@dataclass(frozen=True)
class PlainNames:
    """Cells by their words.

    Attributes:
        words: the distinct words, spelled as they should be (``large_string``).
        is_changed: cells that have a word which was spelled in another way.
        codes: number of every word of a cell, shape (cells, 3), -1 where the cell has fewer words.
        count: words a cell has, 0 where the cell is not plain.
    """

    words: pa.Array
    codes: NDArray[np.int64]
    count: NDArray[np.int64]
    is_changed: NDArray[np.bool_]

    @property
    def is_plain(self) -> NDArray[np.bool_]:
        """Which cells have nothing to correct but capitals, no note, and name somebody."""
        return self.count > 0

    def spell(self, texts: list[str]) -> list[str]:
        """Return the texts that were read, those that are plain with their right capitals."""
        spelled = list(texts)
        words = self.words.to_pylist()
        for row in np.flatnonzero(self.is_plain & self.is_changed).tolist():
            codes = self.codes[row, : self.count[row]].tolist()
            spelled[row] = " ".join([words[code] for code in codes])
        return spelled


def read_plain_names(texts: list[str]) -> PlainNames:
    """Return the words of the cells that are plain.

    >>> texts = ["ИВАНОВ Пётр", "Иванов И.И.", "Анна (архив)", "Новый Клиент"]
    >>> read_plain_names(texts).is_plain.tolist()
    [True, True, False, False]
    >>> read_plain_names(texts).spell(texts)[0]
    'Иванов Пётр'
    """
    given = pa.array(texts, pa.large_string())
    collapsed = pc.utf8_trim(pc.replace_substring_regex(given, "[ \u00a0]+", " "), " ")
    lists = pc.split_pattern(collapsed, " ")
    lengths = pc.list_value_length(lists).to_numpy(zero_copy_only=False).astype(np.int64)
    encoded = pc.dictionary_encode(pc.list_flatten(lists))
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    flat = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int64) if len(lengths) else lengths
    words = _spell_plain_words(encoded.dictionary)
    good = _bools(pc.not_equal(words, ""))
    changed = _bools(pc.not_equal(words, encoded.dictionary))
    whole = ~_bools(pc.ends_with(words, "."))
    codes = np.full((len(texts), _MOST_WORDS), _NONE, dtype=np.int64)
    plain = (lengths > 0) & (lengths <= _MOST_WORDS)
    is_changed = pc.not_equal(collapsed, given).to_numpy(zero_copy_only=False).astype(bool)
    has_whole = np.zeros(len(texts), dtype=bool)
    for place in range(_MOST_WORDS):
        rows = np.flatnonzero(plain & (lengths > place))
        word_codes = flat[starts[rows] + place]
        codes[rows, place] = word_codes
        plain[rows] &= good[word_codes]
        is_changed[rows] |= changed[word_codes]
        has_whole[rows] |= whole[word_codes]
    return PlainNames(words, codes, np.where(plain & has_whole, lengths, 0), is_changed)


def _spell_plain_words(words: pa.Array) -> pa.Array:
    """Return the words with their right capitals; ``""`` where one needs a closer look."""
    is_written = pc.match_substring_regex(words, _PLAIN_WORD)
    is_one_case = pc.and_not(pc.match_substring_regex(words, _ONE_CASE_WORD), is_written)
    spelled = pc.if_else(is_one_case, pc.utf8_title(words), words)
    folded = pc.replace_substring(pc.utf8_lower(words), "ё", "е")
    meant = pa.array([*load_note_words(), *PARTICLES, *PATRONYMIC_TAIL, *_PREPOSITIONS], pa.large_string())
    is_name = pc.and_not(pc.or_(is_written, is_one_case), pc.is_in(folded, meant))
    good = _bools(is_name)
    places = np.flatnonzero(good)
    good[places] = ~may_be_placeholders(folded.take(pa.array(places)))
    for place in np.flatnonzero(good & _bools(pc.string_is_ascii(words))).tolist():
        good[place] = is_surely_latin(spelled[place].as_py())
    good |= _bools(pc.match_substring_regex(words, _INITIALS))
    return pc.if_else(pa.array(good), spelled, "")


def _bools(array: pa.Array) -> NDArray[np.bool_]:
    return np.array(array, dtype=np.bool_)


@dataclass(frozen=True)
class _WordForms:
    rank: NDArray[np.int64]
    patronymic: NDArray[np.bool_]
    feminine: NDArray[np.bool_]
    surname: NDArray[np.bool_]


def _measure_words(words: pa.Array) -> _WordForms:
    known = pc.if_else(pc.match_substring_regex(words, _PLAIN_WORD), words, "")
    return _WordForms(
        rank=rank_names(known),
        patronymic=are_patronymics(known),
        feminine=_bools(pc.equal(tell_genders_by_patronymic(known), "f")),
        surname=end_as_surnames(known),
    )


def split_plain_names(names: PlainNames) -> tuple[NDArray[np.object_], NDArray[np.bool_]]:
    """Return last, first and middle name of the plain cells, shape (cells, 3), and which cells it settled.

    >>> split_plain_names(read_plain_names(["Иван Сергеевич Петров", "Анна Петрова"]))[0].tolist()
    [['Петров', 'Иван', 'Сергеевич'], ['Петрова', 'Анна', '']]
    """
    places = np.full((len(names.count), _MOST_WORDS), _UNSETTLED, dtype=np.int64)
    forms = _measure_words(names.words)
    for count, place in ((1, _place_one), (2, _place_two), (3, _place_three)):
        rows = np.flatnonzero(names.count == count)
        if len(rows):
            places[rows] = place(names.codes[rows], forms)
    initials = np.append(_bools(pc.ends_with(names.words, ".")), False)
    settled = (places[:, 0] != _UNSETTLED) & ~initials[names.codes].any(axis=1)
    texts = np.array([*names.words.to_pylist(), ""], dtype=object)
    rows = np.arange(len(places))
    parts = np.full(places.shape, "", dtype=object)
    for part in range(_MOST_WORDS):
        chosen = names.codes[rows, np.maximum(places[:, part], 0)]
        parts[:, part] = texts[np.where(places[:, part] >= 0, chosen, _NONE)]
    parts[~settled] = ""
    return parts, settled


def _pick(conditions: list[NDArray[np.bool_]], choices: list[tuple[int, int, int]]) -> NDArray[np.int64]:
    """Return for every row the choice of the first condition that holds; the last choice where none does."""
    columns = [
        np.select(conditions, [choice[part] for choice in choices[:-1]], choices[-1][part])
        for part in range(_MOST_WORDS)
    ]
    return np.stack(columns, axis=1).astype(np.int64)


def _place_one(codes: NDArray[np.int64], forms: _WordForms) -> NDArray[np.int64]:
    only = codes[:, 0]
    return _pick(
        [forms.patronymic[only], forms.rank[only] > 1],
        [(_NONE, _NONE, 0), (_NONE, 0, _NONE), (0, _NONE, _NONE)],
    )


def _place_two(codes: NDArray[np.int64], forms: _WordForms) -> NDArray[np.int64]:
    one, other = codes[:, 0], codes[:, 1]
    first, second = forms.rank[one], forms.rank[other]
    surname_last = (first == 3) & (second == 3) & forms.surname[other] & ~forms.surname[one]
    return _pick(
        [
            forms.patronymic[other] & (first > 1),
            forms.patronymic[one] & (second > 1) & forms.feminine[one],
            forms.patronymic[one] & (second > 1),
            (first > second) | surname_last,
        ],
        [(_NONE, 0, 1), (_NONE, 1, 0), (0, 1, _NONE), (1, 0, _NONE), (0, 1, _NONE)],
    )


def _place_three(codes: NDArray[np.int64], forms: _WordForms) -> NDArray[np.int64]:
    ranks = forms.rank[codes]
    is_name_of_father = forms.patronymic[codes]
    second = is_name_of_father[:, 1] & (ranks[:, 0] > 1)
    third = ~second & is_name_of_father[:, 2]
    second |= ~third & is_name_of_father[:, 1]
    unsettled = (_UNSETTLED, _UNSETTLED, _UNSETTLED)
    return _pick(
        [second, third & (ranks[:, 0] > ranks[:, 1]), third],
        [(2, 0, 1), (1, 0, 2), (0, 1, 2), unsettled],
    )
