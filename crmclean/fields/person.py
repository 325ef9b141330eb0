"""People: the parts of a name, its gender, and the keys by which two records of one person are found.

Source of the rules: the order and the endings of Russian names (Family Code, art. 58: patronymic from the father's
name), and the list of given names in ``data/given_names.csv``.
"""

from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmclean.fields.full_name import (
    is_initial_word,
)
from crmclean.fields.given_names import key_of_words, load_given_names
from crmclean.fields.keyboard_layout import restore_layout
from crmclean.fields.name_keys import (
    make_name_keys,
    make_root_keys,
    make_surname_keys,
    tell_genders_by_given_name,
    tell_genders_by_patronymic,
    tell_genders_by_surname,
)
from crmclean.fields.name_notes import strip_notes
from crmclean.fields.name_parts import settle_parts
from crmclean.fields.name_placeholder import is_placeholder, placeholder_flags
from crmclean.fields.name_spelling import spell_name
from crmclean.fields.name_verdict import NameKind as NameKind
from crmclean.fields.name_verdict import judge_name
from crmclean.fields.plain_names import read_plain_names
from crmclean.fields.text import (
    collapse_spaces,
    distinct_texts,
    encode_texts,
    fold,
    map_distinct,
    spread_verdicts,
    take_texts,
)

_PARTS: Final = ("last", "first", "middle")


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
    parts = [_clean_cells(cells) for cells in (last, first, middle)]
    parts = settle_parts(parts, _clean_cells(full))
    frame = pd.DataFrame(
        {name: pd.Series(part, index=last.index, dtype="str") for name, part in zip(_PARTS, parts, strict=True)}
    )
    frame["gender"] = guess_genders(frame["last"], frame["first"], frame["middle"])
    return frame


def _clean_cells(cells: pd.Series) -> pa.Array:
    codes, array = encode_texts(cells)
    texts = array.to_pylist()
    names = read_plain_names(texts)
    plain = zip(names.spell(texts), names.is_plain.tolist(), strict=True)
    cleaned = [text if good else _clean_cell(text) for text, good in plain]
    return pa.array(cleaned, pa.large_string()).take(pa.array(codes))


def _clean_cell(text: str) -> str:
    if not text or is_placeholder(text):
        return ""
    text = spell_name(restore_layout(collapse_spaces(text)))
    bare = strip_notes(text).strip(" .,;*\"'«»" if not text.endswith(".") else " ,;*\"'«»")
    if bare == text:
        return text
    return "" if not bare or is_placeholder(bare) else spell_name(bare)


def guess_genders(last: pd.Series, first: pd.Series, middle: pd.Series) -> pd.Series:
    """Return ``m``, ``f`` or ``""`` a person, told by the patronymic, else the given name, else the surname.

    Args:
        last, first, middle: texts of one length and index.

    >>> none = pd.Series(["", "", ""])
    >>> guess_genders(pd.Series(["Ким", "Белая", "Ким"]), pd.Series(["Женя", "Саша", "Анна"]), none).tolist()
    ['', 'f', 'f']
    """
    sources = (
        (middle, tell_genders_by_patronymic),
        (first, tell_genders_by_given_name),
        (last, tell_genders_by_surname),
    )
    gender = pa.repeat(pa.scalar("", pa.large_string()), len(last))
    for cells, tell in sources:
        codes, texts = encode_texts(cells)
        gender = pc.if_else(pc.equal(gender, ""), tell(texts).take(pa.array(codes)), gender)
    return pd.Series(gender, index=last.index, dtype="str")


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
    codes, texts = encode_texts(values)
    return take_texts(make_name_keys(texts), codes, values.index)


def surname_key(values: pd.Series) -> pd.Series:
    """Return ``name_key`` without the ending that tells the gender; same index.

    >>> surname_key(pd.Series(["Иванова", "Ivanov", "Достоевская", "Dostoevsky", "Иванова-Петрова"])).tolist()
    ['иванов', 'иванов', 'достоевск', 'достоевск', 'иванов-петров']
    """
    codes, texts = encode_texts(values)
    return take_texts(make_surname_keys(texts), codes, values.index)


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
    codes, texts = encode_texts(values)
    return take_texts(make_root_keys(texts), codes, values.index)


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
