"""Names in their columns: last, first and middle name of a row put where they belong, where that is certain.

Source of the rules: as ``full_name``. What is not certain stays as it is and is named; nothing is added or lost.
"""

import re
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmclean.fields.full_name import (
    ends_as_surname,
    gender_of_given_name,
    gender_of_patronymic,
    is_initial_word,
    is_patronymic,
    rank_as_given,
    split_patronymic,
)
from crmclean.fields.name_notes import has_notes
from crmclean.fields.person import NameKind, normalize_names
from crmclean.fields.text import distinct_texts, fold, map_distinct

_KINDS: Final[tuple[NameKind, ...]] = ("last", "first", "middle", "full")
_PARTS: Final[tuple[NameKind, ...]] = ("last", "first", "middle")
_ONE_WORD: Final = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_SURE_SURNAME: Final = re.compile(r"[а-яё-]*[а-яё]{2}(?:[оеё]ва?|[сц]к(?:ий|ая)|енко|швили)")
_RUSSIAN_SURNAME: Final = re.compile(r"[а-яё-]*[а-яё]{2}[иы]на?")
_SURE_LATIN_SURNAME: Final = re.compile(r"[a-z-]*[a-z]{2}(?:[oe]va?|[st]sk(?:y|iy|ii|ij|aya|aia)|enko)")
_NO_COLUMN: Final = "absent"


class _Order(NamedTuple):
    """Where last, first and middle name are taken from: the numbers of the columns."""

    last: int
    first: int
    middle: int


@dataclass(frozen=True)
class _Forms:
    """What the cells of one column can be; every array has an entry a row."""

    filled: NDArray[np.bool_]
    given: NDArray[np.int64]
    """``rank_as_given`` of a cell of one word, -1 for initials and anything else."""
    surname: NDArray[np.bool_]
    mild: NDArray[np.bool_]
    """Surnames in -ин and -ина, endings that a foreign given name may have too."""
    ends: NDArray[np.bool_]
    """Cells with any ending of surnames; some given names have one (Мартин)."""
    father: NDArray[np.bool_]
    mother_sure: NDArray[np.bool_]
    """Feminine patronymics; no surname looks like one."""
    initial: NDArray[np.bool_]
    gender: NDArray[np.object_]


def settle_names(
    last: "pd.Series[str] | None" = None,
    first: "pd.Series[str] | None" = None,
    middle: "pd.Series[str] | None" = None,
    full: "pd.Series[str] | None" = None,
) -> pd.DataFrame:
    """Return the cells of the name columns as they should stand in the same columns.

    Every cell is spelled as ``normalize_names`` does. Then cells that stand in each other's column are exchanged, and a
    patronymic beside the first name is moved to the empty column of middle names, where both are certain.

    Args:
        last, first, middle, full: texts of one length and index; ``None`` for a column that the table lacks. At least
            one is given. A column that lacks is never filled.

    Returns:
        Columns ``last``, ``first``, ``middle``, ``full``, the codes of the findings of each (``last_code`` …, joined by
        spaces) and ``code``, those of the row as a whole: ``name-swapped``, ``name-split``, ``name-doubtful-order``.

    >>> last, first, none = (pd.Series([text]) for text in ("анна", "Петрова", ""))
    >>> settle_names(last, first, none).iloc[0].to_dict()
    {'last': 'Петрова', 'first': 'Анна', 'middle': '', 'full': '', 'last_code': 'name-normalized name-swapped',
     'first_code': 'name-swapped', 'middle_code': '', 'full_code': '', 'code': 'name-swapped'}
    """
    columns: dict[NameKind, pd.Series[str] | None] = {"last": last, "first": first, "middle": middle, "full": full}
    index = next(cells.index for cells in columns.values() if cells is not None)
    values: list[NDArray[np.object_]] = []
    codes: list[NDArray[np.object_]] = []
    for kind in _KINDS:
        cells = columns[kind]
        cells = pd.Series("", index=index, dtype="str") if cells is None else cells
        normal = normalize_names(cells, kind)
        values.append(normal["value"].to_numpy(dtype=object).copy())
        codes.append(normal["code"].to_numpy(dtype=object).copy())
    row_codes = np.full(len(index), "", dtype=object)
    if last is not None and first is not None:
        _exchange(values, codes, row_codes, has_middle=middle is not None)
    if first is not None and middle is not None:
        _move_apart(values, codes, row_codes)
    found = dict(zip(_KINDS, values, strict=True)) | {
        f"{kind}_code": code for kind, code in zip(_KINDS, codes, strict=True)
    }
    return pd.DataFrame(
        {name: pd.Series(texts, index=index, dtype="str") for name, texts in {**found, "code": row_codes}.items()}
    )


def _exchange(
    values: list[NDArray[np.object_]],
    codes: list[NDArray[np.object_]],
    row_codes: NDArray[np.object_],
    has_middle: bool,
) -> None:
    """Put the cells of the rows whose order is certainly another one into their places; say which order is doubtful."""
    last, first, middle = forms = [_measure(values[place], codes[place]) for place in range(3)]
    taken = np.zeros(len(row_codes), dtype=bool)
    for order, rows in _find_orders(last, first, middle, has_middle):
        chosen = np.flatnonzero(rows & ~taken & _agrees(forms, order))
        taken[chosen] = True
        old = [values[place][chosen] for place in range(3)]
        for place, source in enumerate(order):
            values[place][chosen] = old[source]
            if source != place:
                _add_code(codes[place], chosen[old[source] != old[place]], "name-swapped")
        _add_code(row_codes, chosen, "name-swapped")
    doubtful = np.flatnonzero(~taken & _is_doubtful(last, first))
    _add_code(codes[0], doubtful, "name-doubtful-order")
    _add_code(row_codes, doubtful, "name-doubtful-order")


def _find_orders(
    last: _Forms, first: _Forms, middle: _Forms, has_middle: bool
) -> list[tuple[_Order, NDArray[np.bool_]]]:
    """Return every order that names may have been typed in, with the rows that certainly have it."""
    given = last.given == 3
    family = first.surname | (first.mild & ~last.ends & (last.gender == first.gender))
    in_two = ((last.given >= 2) & first.surname) | (given & family)
    in_two |= given & first.father & middle.father & ~last.surname
    at_end = middle.surname | middle.mild
    orders = [
        (_Order(1, 0, 2), in_two & ~first.mother_sure & (middle.father | ~middle.filled)),
        (_Order(1, 0, 2), given & family & ~first.father & middle.initial),
    ]
    if has_middle:
        orders += [
            (_Order(2, 0, 1), given & first.father & at_end & ~middle.father),
            (_Order(2, 1, 0), last.father & (first.given == 3) & at_end & ~middle.father),
            (_Order(1, 2, 0), last.father & ~last.surname & first.surname & ~first.father & (middle.given == 3)),
            (_Order(2, 0, 1), given & first.mother_sure & ~middle.filled),
            (_Order(0, 2, 1), (last.surname | last.mild) & ~last.father & first.father & (middle.given == 3)),
            (_Order(2, 1, 0), last.mother_sure & (first.given == 3) & ~middle.filled),
        ]
    return orders


def _is_doubtful(last: _Forms, first: _Forms) -> NDArray[np.bool_]:
    """Tell which rows look exchanged, but not surely."""
    looks_given = (last.given == 3) & ((first.given == 1) | (first.given == 0))
    doubtful: NDArray[np.bool_] = looks_given | (last.mother_sure & first.filled)
    return doubtful


def _agrees(forms: list[_Forms], order: _Order) -> NDArray[np.bool_]:
    """Tell where given name and patronymic, once in their places, are not of different genders."""
    first, middle = forms[order.first].gender, forms[order.middle].gender
    agree: NDArray[np.bool_] = (first == "") | (middle == "") | (first == middle)
    return agree


def _move_apart(
    values: list[NDArray[np.object_]], codes: list[NDArray[np.object_]], row_codes: NDArray[np.object_]
) -> None:
    """Move the patronymic, or the second initial, from the first name to an empty middle name."""
    last, first, middle, _ = values
    rows = np.flatnonzero((first != "") & (middle == ""))
    cell_codes, texts = distinct_texts(pd.Series(first[rows], dtype="str"))
    parts = np.array([_split_first(text) for text in texts], dtype=object).reshape(-1, 2)[cell_codes]
    # Without a surname «Роман Абрамович» may be a name and a surname; a feminine patronymic is never one.
    feminine = pd.Series(parts[:, 1], dtype="str").pipe(map_distinct, gender_of_patronymic).eq("f").to_numpy(dtype=bool)
    moved = (parts[:, 1] != "") & ((last[rows] != "") | feminine)
    chosen = rows[moved]
    first[chosen], middle[chosen] = parts[moved, 0], parts[moved, 1]
    for place in (codes[1], codes[2], row_codes):
        _add_code(place, chosen, "name-split")


def _split_first(text: str) -> tuple[str, str]:
    if (" " not in text and "." not in text) or has_notes(text):
        return text, ""
    first, middle = split_patronymic(text)
    return (first, middle) if middle and (is_initial_word(first) or _ONE_WORD.fullmatch(first)) else (text, "")


def _measure(cells: NDArray[np.object_], cell_codes: NDArray[np.object_]) -> _Forms:
    """Return what the cells can be; a cell with a doubt or a note can be nothing."""
    clean = pd.Series(cell_codes, dtype="str").str.fullmatch("(?:name-normalized|name-layout)?").to_numpy(dtype=bool)
    codes, texts = distinct_texts(pd.Series(np.where(clean, cells, ""), dtype="str"))
    single = [text if _ONE_WORD.fullmatch(text) and not is_initial_word(text) else "" for text in texts]
    return _Forms(
        filled=cells != "",
        given=np.array([rank_as_given(text) if text else -1 for text in single], dtype=np.int64)[codes],
        surname=np.array([_is_surely_surname(text) for text in single], dtype=bool)[codes],
        mild=np.array([_may_be_surname(text) for text in single], dtype=bool)[codes],
        ends=np.array([ends_as_surname(text) for text in texts], dtype=bool)[codes],
        father=np.array([is_patronymic(text) for text in texts], dtype=bool)[codes],
        mother_sure=np.array(
            [is_patronymic(text) and " " not in text and gender_of_patronymic(text) == "f" for text in texts],
            dtype=bool,
        )[codes],
        initial=np.array([is_initial_word(text) for text in texts], dtype=bool)[codes],
        gender=np.array([_find_gender(text) for text in texts], dtype=object)[codes],
    )


def _is_surely_surname(text: str) -> bool:
    folded = fold(text)
    pattern = _SURE_LATIN_SURNAME if text.isascii() else _SURE_SURNAME
    return rank_as_given(text) == 0 and pattern.fullmatch(folded) is not None if text else False


def _may_be_surname(text: str) -> bool:
    return bool(text) and rank_as_given(text) == 0 and _RUSSIAN_SURNAME.fullmatch(fold(text)) is not None


def _find_gender(text: str) -> str:
    if is_patronymic(text):
        return gender_of_patronymic(text)
    if _may_be_surname(text):
        return "f" if fold(text).endswith("а") else "m"
    return gender_of_given_name(text)


def _add_code(codes: NDArray[np.object_], rows: NDArray[np.int64], code: str) -> None:
    for row in rows.tolist():
        codes[row] = f"{codes[row]} {code}" if codes[row] else code
