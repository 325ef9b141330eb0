"""People: the parts of a name, its gender, and the keys by which two records of one person are found.

Source of the rules: the order and the endings of Russian names (Family Code, art. 58: patronymic from the father's
name), and the list of given names in ``data/given_names.csv``.
"""

import re
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmclean.fields.full_name import (
    gender_of_given_name,
    gender_of_patronymic,
    gender_of_surname,
    is_initial_word,
    rank_as_given,
    split_full_name,
    split_patronymic,
)
from crmclean.fields.given_names import key_of_words, load_given_names
from crmclean.fields.keyboard_layout import restore_layout
from crmclean.fields.name_notes import strip_notes
from crmclean.fields.name_placeholder import is_placeholder, placeholder_flags
from crmclean.fields.name_spelling import spell_name
from crmclean.fields.name_verdict import NameKind as NameKind
from crmclean.fields.name_verdict import judge_name
from crmclean.fields.plain_names import read_plain_names, split_plain_names
from crmclean.fields.text import collapse_spaces, distinct_texts, fold, map_distinct, spread_verdicts

_PARTS: Final = ("last", "first", "middle")
_GENDER_END: Final = re.compile(r"(?<=[а-я]{2})(?:ии|ыи|ои|ая|яя)$|(?<=[а-я][ое]в)а$|(?<=[а-я][иы]н)а$")


def parse_people(last: pd.Series, first: pd.Series, middle: pd.Series, full: pd.Series) -> pd.DataFrame:
    """Return the parts of every person's name and the gender.

    What stands in ``last`` and ``first`` wins; a full name in one of them, or in ``full``, fills what is missing.
    A patronymic beside one of them goes to ``middle``; names that stand in each other's column are put right.

    Args:
        last, first, middle, full: texts of one length and index; any may be all ``""``.

    Returns:
        Columns ``last``, ``first``, ``middle`` (spelled as ``normalize_names`` does, ``""`` where nothing is known
        or the cell names nobody) and ``gender`` (``m``, ``f`` or ``""``), same index.

    >>> names = pd.Series(["ПЕТРОВА АННА СЕРГЕЕВНА", "Сергей Иванов", "Иванов И.И.", "Без имени"])
    >>> none = pd.Series([""] * 4)
    >>> parse_people(none, none, none, names)
          last   first     middle gender
    0  Петрова    Анна  Сергеевна      f
    1   Иванов  Сергей                 m
    2   Иванов      И.         И.      m
    3
    """
    index = last.index
    parts = [_clean_cells(cells).to_numpy(dtype=object) for cells in (last, first, middle)]
    source = _choose_source(parts, _clean_cells(full).to_numpy(dtype=object))
    rows = np.flatnonzero(source != "")
    if len(rows):
        codes, texts = distinct_texts(pd.Series(source[rows], dtype="str"))
        _fill_from_split(parts, rows, _split_texts(texts)[codes], source[rows])
    _move_patronymics(parts)
    _swap_back(parts)
    frame = pd.DataFrame(
        {name: pd.Series(part, index=index, dtype="str") for name, part in zip(_PARTS, parts, strict=True)}
    )
    frame["gender"] = guess_genders(frame["last"], frame["first"], frame["middle"])
    return frame


def _clean_cells(cells: pd.Series) -> pd.Series:
    codes, texts = distinct_texts(cells)
    names = read_plain_names(texts)
    plain = zip(names.spell(texts), names.is_plain.tolist(), strict=True)
    cleaned = [text if good else _clean_cell(text) for text, good in plain]
    return pd.Series(pd.Series(cleaned, dtype="str").array.take(codes), index=cells.index, dtype="str")


def _clean_cell(text: str) -> str:
    if not text or is_placeholder(text):
        return ""
    text = spell_name(restore_layout(collapse_spaces(text)))
    bare = strip_notes(text).strip(" .,;*\"'«»" if not text.endswith(".") else " ,;*\"'«»")
    if bare == text:
        return text
    return "" if not bare or is_placeholder(bare) else spell_name(bare)


def _split_texts(texts: list[str]) -> NDArray[np.object_]:
    """Return last, first and middle name of full names, shape (texts, 3)."""
    found, settled = split_plain_names(read_plain_names(texts))
    for place in np.flatnonzero(~settled).tolist():
        found[place] = split_full_name(texts[place])
    return found


def _choose_source(parts: list[NDArray[np.object_]], whole: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return, a row, the text that is to be split: a full name in ``last`` or ``first``, else ``full``; else ``""``."""
    last, first, middle = parts
    needs = (last == "") | (first == "")
    own = np.where(last != "", last, first)
    text = pd.Series(own, dtype="str").str
    several = text.contains(" ", regex=False).to_numpy(dtype=bool) & (middle == "")
    several |= text.count(r"\.").to_numpy(dtype=np.int64) > 1
    source: NDArray[np.object_] = np.where(needs, np.where(several, own, whole), "")
    return source


def _fill_from_split(
    parts: list[NDArray[np.object_]], rows: NDArray[np.int64], split: NDArray[np.object_], source: NDArray[np.object_]
) -> None:
    """Put the split names into the empty parts, and in place of the cell that held the whole name."""
    last, first, _ = (part[rows] for part in parts)
    found = (split != "").any(axis=1)
    whole = (last == source) | (first == source)
    for place, part in enumerate(parts):
        old = part[rows]
        replaced = found & ((old == "") | whole if place < 2 else old == "")
        part[rows] = np.where(replaced, split[:, place], old)


def _move_patronymics(parts: list[NDArray[np.object_]]) -> None:
    """Take the patronymic (or second initial) out of a cell of ``first`` or ``last`` that holds it beside the name."""
    last, first, middle = parts
    for part in (first, last):
        several = (last != "") & (first != "") & (middle == "")
        for row in np.flatnonzero(several).tolist():
            if " " in part[row] or "." in part[row]:
                part[row], middle[row] = split_patronymic(part[row])


def _swap_back(parts: list[NDArray[np.object_]]) -> None:
    """Exchange last and first name where the last is a given name of the list and the first is none."""
    last, first, _ = parts
    both = np.flatnonzero((last != "") & (first != ""))
    ranks = [_rank_cells(part[both]) for part in (last, first)]
    swapped = both[((ranks[0] == 3) & (ranks[1] < 2)) | ((ranks[0] == 2) & (ranks[1] == 0))]
    swapped = swapped[[not is_initial_word(text) for text in last[swapped]]]
    last[swapped], first[swapped] = first[swapped], last[swapped]


def _rank_cells(cells: NDArray[np.object_]) -> NDArray[np.int64]:
    codes, texts = distinct_texts(pd.Series(cells, dtype="str"))
    ranks: NDArray[np.int64] = np.array([rank_as_given(text) for text in texts], dtype=np.int64)[codes]
    return ranks


def guess_genders(last: pd.Series, first: pd.Series, middle: pd.Series) -> pd.Series:
    """Return ``m``, ``f`` or ``""`` a person, told by the patronymic, else the given name, else the surname.

    Args:
        last, first, middle: texts of one length and index.

    >>> none = pd.Series(["", "", ""])
    >>> guess_genders(pd.Series(["Ким", "Белая", "Ким"]), pd.Series(["Женя", "Саша", "Анна"]), none).tolist()
    ['', 'f', 'f']
    """
    gender = map_distinct(middle, gender_of_patronymic)
    gender = gender.where(gender != "", map_distinct(first, gender_of_given_name))
    return gender.where(gender != "", map_distinct(last, gender_of_surname)).astype("str")


def normalize_names(cells: pd.Series, kind: NameKind) -> pd.DataFrame:
    """Return names with their case, spaces, look-alike letters and keyboard layout corrected, and nothing else.

    Notes beside a name stay letter for letter; what is uncertain stays as it is and gets a code.

    Args:
        cells: texts, any index.
        kind: which part of the name the column holds.

    Returns:
        Columns ``value`` and ``code`` (codes of the findings joined by spaces, ``""`` for none), same index.

    >>> normalize_names(pd.Series(["ИВАНОВ", "Колеcник", "Клиент", "Bdfyjd", "анна (архив)"]), "last")
              value                       code
    0        Иванов            name-normalized
    1      Колесник            name-normalized
    2        Клиент           name-placeholder
    3        Иванов                name-layout
    4  Анна (архив)  name-normalized name-note
    """
    codes, texts = distinct_texts(cells)
    names = read_plain_names(texts)
    values = names.spell(texts)
    verdicts = np.where(names.is_changed & names.is_plain, "name-normalized", "").tolist()
    for place in np.flatnonzero(~names.is_plain).tolist():
        values[place], verdicts[place] = judge_name(texts[place], kind)
    return spread_verdicts(cells, codes, values, verdicts)


def name_key(values: pd.Series) -> pd.Series:
    """Return one key for all spellings of a name, Cyrillic or Latin; same index. A key is for comparing, not showing.

    >>> name_key(pd.Series(["Сергей", "Sergey", "Sergei", "Sergej", "Julia", "Yuliya"])).tolist()
    ['сергеи', 'сергеи', 'сергеи', 'сергеи', 'юлия', 'юлия']
    """
    return map_distinct(values, lambda text: key_of_words(fold(text)))


def surname_key(values: pd.Series) -> pd.Series:
    """Return ``name_key`` without the ending that tells the gender; same index.

    >>> surname_key(pd.Series(["Иванова", "Ivanov", "Достоевская", "Dostoevsky", "Иванова-Петрова"])).tolist()
    ['иванов', 'иванов', 'достоевск', 'достоевск', 'иванов-петров']
    """
    return map_distinct(values, _make_surname_key)


def _make_surname_key(text: str) -> str:
    return "-".join(_GENDER_END.sub("", part) for part in key_of_words(fold(text)).split("-"))


def given_names_related(a: pd.Series, b: pd.Series) -> pd.Series:
    """Tell whether two given names can be of one person: equal keys, or forms of one full name; index of ``a``.

    Pairs with an empty name are not related. ``a`` and ``b`` are aligned by position.

    >>> names = pd.Series(["Саша", "Саша", "Аня", "Анна"])
    >>> given_names_related(names, pd.Series(["Александр", "Александра", "Anna", "Инна"])).tolist()
    [True, True, True, False]
    """
    one_codes, one_texts = distinct_texts(name_key(a))
    other_codes, other_texts = distinct_texts(name_key(b))
    pair = one_codes.astype(np.int64) * len(other_texts) + other_codes
    codes, distinct = pd.factorize(pair)
    full = load_given_names().full
    related = np.zeros(len(distinct), dtype=bool)
    for place, value in enumerate(distinct.tolist()):
        one, other = one_texts[value // len(other_texts)], other_texts[value % len(other_texts)]
        same = one == other or not full.get(one, frozenset()).isdisjoint(full.get(other, frozenset()))
        related[place] = bool(one) and bool(other) and same
    return pd.Series(related[codes], index=a.index, dtype=bool)


def is_known_given_name(values: pd.Series) -> pd.Series:
    """Tell which cells are a given name or a short form of the list; same index.

    Two names of the list that are not related are two names, however few letters apart (Мария, Марина).

    >>> is_known_given_name(pd.Series(["Марина", "Maria", "Мрина", ""])).tolist()
    [True, True, False, False]
    """
    full = load_given_names().full
    return map_distinct(values, lambda text: "1" if key_of_words(fold(text)) in full else "") == "1"


def given_name_roots(values: pd.Series) -> pd.Series:
    """Return one key for a full name and all its short forms, for blocking; an unknown name is its own; same index.

    >>> given_name_roots(pd.Series(["Саша", "Александр", "Александра", "Маша", "Mary"])).tolist()
    ['александр', 'александр', 'александр', 'мария', 'мария']
    """
    return map_distinct(values, _find_root)


def _find_root(text: str) -> str:
    key = key_of_words(fold(text))
    return load_given_names().root.get(key, key)


def is_initial(values: pd.Series) -> pd.Series:
    """Tell which cells are one letter, with or without its dot; same index.

    >>> is_initial(pd.Series(["И.", "и", "Ия", ""])).tolist()
    [True, True, False, False]
    """
    return map_distinct(values, lambda text: "1" if is_initial_word(text.strip()) else "") == "1"


def is_placeholder_name(cells: pd.Series) -> pd.Series:
    """Tell which name cells name nobody («Без имени», «Клиент», a phone number); same index.

    >>> is_placeholder_name(pd.Series(["Тест Тестович", "Анна", ""])).tolist()
    [True, False, False]
    """
    return placeholder_flags(cells)
