"""People: the parts of a name, its gender, and the keys by which two records of one person are found.

Source of the rules: the order and the endings of Russian names (Family Code, art. 58: patronymic from the father's
name), and the list of given names in ``data/given_names.csv``.
"""

import re
from typing import Final, Literal

import numpy as np
import pandas as pd

from crmclean.fields.full_name import (
    SURNAME_END,
    gender_of_given_name,
    gender_of_patronymic,
    gender_of_surname,
    is_initial_word,
    rank_as_given,
    split_full_name,
    split_patronymic,
)
from crmclean.fields.given_names import key_of_words, load_given_names
from crmclean.fields.name_spelling import is_placeholder, placeholder_flags, spell_name, strip_notes
from crmclean.fields.text import distinct_texts, fold, map_distinct, spread_verdicts

NameKind = Literal["last", "first", "middle", "full"]

_PARTS: Final = ("last", "first", "middle")
_GENDER_END: Final = re.compile(r"(?<=[а-я]{2})(?:ии|ыи|ои|ая|яя)$|(?<=[а-я][ое]в)а$|(?<=[а-я][иы]н)а$")
_SPACED_HYPHEN: Final = re.compile(r"(?P<before>[^\W\d_]+)(?:\s+[-–—]\s*|\s*[-–—]\s+)(?P<after>.+)")


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
    given = [_clean_cells(cells) for cells in (last, first, middle)]
    whole = _clean_cells(full)
    parts = [cells.to_numpy(dtype=object) for cells in given]
    source = _choose_source(parts, whole.to_numpy(dtype=object))
    rows = np.flatnonzero(source != "")
    if len(rows):
        codes, texts = distinct_texts(pd.Series(source[rows], dtype="str"))
        split = np.array([split_full_name(text) for text in texts], dtype=object).reshape(-1, 3)[codes]
        _fill_from_split(parts, rows, split, source)
    _move_patronymics(parts)
    _swap_back(parts)
    frame = pd.DataFrame(
        {name: pd.Series(part, index=index, dtype="str") for name, part in zip(_PARTS, parts, strict=True)}
    )
    frame["gender"] = _guess_genders(frame)
    return frame


def _clean_cells(cells: pd.Series) -> pd.Series:
    return map_distinct(cells, _clean_cell)


def _clean_cell(text: str) -> str:
    if not text or is_placeholder(text):
        return ""
    bare = strip_notes(text).strip(" .,;*\"'«»" if not text.rstrip().endswith(".") else " ,;*\"'«»")
    if any(dash in bare for dash in "-–—"):
        bare = _SPACED_HYPHEN.sub(_join_double_surname, bare)
    return "" if not bare or (bare != text and is_placeholder(bare)) else spell_name(bare)


def _join_double_surname(match: re.Match[str]) -> str:
    """Return «Петрова - Водкина» as one surname; what follows the dash of any other name is a note and is cut."""
    before, after = match.group("before", "after")
    both = all(SURNAME_END.fullmatch(key_of_words(fold(word))) for word in (before, after.split()[0]))
    return f"{before}-{after}" if both else before


def _choose_source(parts: list[np.ndarray], whole: np.ndarray) -> np.ndarray:
    """Return, a row, the text that is to be split: a full name in ``last`` or ``first``, else ``full``; else ``""``."""
    last, first, middle = parts
    source = np.full(len(last), "", dtype=object)
    needs = (last == "") | (first == "")
    for row in np.flatnonzero(needs).tolist():
        own = last[row] or first[row]
        if (" " in own and not middle[row]) or own.count(".") > 1:
            source[row] = own
        else:
            source[row] = whole[row]
    return source


def _fill_from_split(parts: list[np.ndarray], rows: np.ndarray, split: np.ndarray, source: np.ndarray) -> None:
    """Put the split names into the empty parts, and in place of the cell that held the whole name."""
    last, first, middle = parts
    for place, row in enumerate(rows.tolist()):
        found = split[place]
        if not any(found):
            continue
        if last[row] == source[row] or first[row] == source[row]:
            last[row], first[row] = found[0], found[1]
            middle[row] = middle[row] or found[2]
            continue
        for part, text in zip(parts, found, strict=True):
            part[row] = part[row] or text


def _move_patronymics(parts: list[np.ndarray]) -> None:
    """Take the patronymic (or second initial) out of a cell of ``first`` or ``last`` that holds it beside the name."""
    last, first, middle = parts
    for part in (first, last):
        several = (last != "") & (first != "") & (middle == "")
        rows = [row for row in np.flatnonzero(several).tolist() if " " in part[row] or "." in part[row]]
        for row in rows:
            part[row], middle[row] = split_patronymic(part[row])


def _swap_back(parts: list[np.ndarray]) -> None:
    """Exchange last and first name where the last is a given name of the list and the first is none."""
    last, first, _ = parts
    both = np.flatnonzero((last != "") & (first != ""))
    ranks = [
        map_distinct(pd.Series(part[both], dtype="str"), lambda text: str(rank_as_given(text))).to_numpy(dtype=object)
        for part in (last, first)
    ]
    swapped = both[((ranks[0] == "3") & (ranks[1] < "2")) | ((ranks[0] == "2") & (ranks[1] == "0"))]
    swapped = swapped[[not is_initial_word(text) for text in last[swapped]]]
    last[swapped], first[swapped] = first[swapped], last[swapped]


def _guess_genders(frame: pd.DataFrame) -> pd.Series:
    gender = map_distinct(frame["middle"], gender_of_patronymic)
    gender = gender.where(gender != "", map_distinct(frame["first"], gender_of_given_name))
    return gender.where(gender != "", map_distinct(frame["last"], gender_of_surname)).astype("str")


def normalize_names(cells: pd.Series, kind: NameKind) -> pd.DataFrame:
    """Return names with their case, spaces and look-alike letters corrected, and nothing else.

    Args:
        cells: texts, any index.
        kind: which part of the name the column holds.

    Returns:
        Columns ``value`` and ``code`` (``name-normalized``, ``name-placeholder`` or ``""``), same index.

    >>> normalize_names(pd.Series(["ИВАНОВ", "Колеcник", "Клиент"]), "last")
          value              code
    0    Иванов   name-normalized
    1  Колесник   name-normalized
    2    Клиент  name-placeholder
    """
    codes, texts = distinct_texts(cells)
    values, verdicts = [], []
    for text in texts:
        if is_placeholder(text):
            value, verdict = text, "name-placeholder"
        else:
            value = spell_name(text)
            verdict = "" if value == text else "name-normalized"
        values.append(value)
        verdicts.append(verdict)
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
