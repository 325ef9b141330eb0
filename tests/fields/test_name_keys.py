"""Names read a column at a time say what each says by itself."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from crmclean.fields.full_name import (
    ends_as_surname,
    gender_of_given_name,
    gender_of_patronymic,
    gender_of_surname,
    is_patronymic,
    rank_as_given,
)
from crmclean.fields.given_names import key_of_words, load_given_names
from crmclean.fields.name_keys import (
    are_patronymics,
    end_as_surnames,
    make_name_keys,
    make_root_keys,
    make_surname_keys,
    rank_names,
    tell_genders_by_given_name,
    tell_genders_by_patronymic,
    tell_genders_by_surname,
)
from crmclean.fields.name_placeholder import is_placeholder, may_be_placeholders
from crmclean.fields.person import parse_people
from crmclean.fields.text import fold
from tests.fields.golden import load_golden

_PARTS = (
    "Иван", "Пётр", "Анна", "Саша", "Мария", "Гасан", "Ильинич", "Сергеев", "Андриев", "Иванов", "Достоевск", "Бел",
    "Ким", "Соловьёв", "Объедков", "Ь", "э", "и", "ова", "ева", "иева", "ина", "ий", "ый", "ой", "ая", "яя", "ович",
    "овна", "ична", "оглы", "кызы", "чук", "ко", "Ivan", "Sergey", "yev", "skaya", "ovich", "Клиент", "Тест", "нет",
)  # fmt: skip
_JOINTS = ("", "", "", " ", "-", "--", " - ", ".", "'", "  ", "\u00a0")
_NAMES = st.lists(st.tuples(st.sampled_from(_PARTS), st.sampled_from(_JOINTS)), min_size=1, max_size=4).map(
    lambda pieces: "".join(part + joint for part, joint in pieces)
)
_CELLS = _NAMES | _NAMES.map(str.upper) | _NAMES.map(str.lower) | st.text(max_size=8)
_ANSWERS: list[tuple[Callable[[pa.Array], pa.Array | NDArray[np.generic]], Callable[[str], object]]] = [
    (make_name_keys, lambda text: key_of_words(fold(text))),
    (rank_names, rank_as_given),
    (are_patronymics, is_patronymic),
    (end_as_surnames, ends_as_surname),
    (tell_genders_by_patronymic, gender_of_patronymic),
    (tell_genders_by_given_name, gender_of_given_name),
    (tell_genders_by_surname, gender_of_surname),
    (make_root_keys, lambda text: load_given_names().root.get(key_of_words(fold(text)), key_of_words(fold(text)))),
]


def _assert_alike(texts: list[str]) -> None:
    array = pa.array(texts, pa.large_string())
    for of_column, of_one in _ANSWERS:
        assert of_column(array).tolist() == [of_one(text) for text in texts], of_one


@given(st.lists(_CELLS, max_size=8))
@settings(deadline=None, max_examples=500)
def test_a_column_says_what_each_name_says(texts: list[str]) -> None:
    _assert_alike(texts)


@pytest.mark.parametrize("kind", ["name", "person"])
def test_golden_names_are_read_alike(kind: str) -> None:
    cells = [case.input for case in load_golden(kind)]
    _assert_alike([*cells, *(word for cell in cells for word in cell.split())])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Иванова", "Иванов"),
        ("Достоевская", "Достоевский"),
        ("Белая", "Белый"),
        ("Кузьмина", "Кузьмин"),
        ("Иванова-Петрова", "Иванов-Петров"),
        ("Solovyova", "Соловьёв"),
    ],
)
def test_surnames_of_man_and_wife_have_one_key(one: str, other: str) -> None:
    keys = make_surname_keys(pa.array([one, other], pa.large_string())).to_pylist()
    assert keys[0] == keys[1] != ""


@given(st.lists(st.from_regex("[а-яa-z]{1,9}(-[а-я]{1,5})?", fullmatch=True), max_size=6))
def test_no_placeholder_escapes(words: list[str]) -> None:
    near = may_be_placeholders(pa.array(words, pa.large_string())).tolist()
    assert [is_placeholder(word) and not is_near for word, is_near in zip(words, near, strict=True)] == [False] * len(
        words
    )


@pytest.mark.parametrize("word", ["нд", "аа", "клиент", "фио", "физлицо", "noname", "qweasdzxc", "zxcvb", "тестов"])
def test_words_of_placeholders_are_near(word: str) -> None:
    assert may_be_placeholders(pa.array([word], pa.large_string())).tolist() == [True]


@given(st.lists(st.tuples(_CELLS, _CELLS, st.just("") | _CELLS, st.just("") | _CELLS), min_size=1, max_size=6))
@settings(deadline=None, max_examples=200)
def test_people_do_not_depend_on_their_neighbours(rows: list[tuple[str, str, str, str]]) -> None:
    columns = [pd.Series(list(cells), dtype="str") for cells in zip(*rows, strict=True)]
    together = parse_people(*columns).to_numpy().tolist()
    alone = [
        parse_people(*(column.iloc[[row]] for column in columns)).to_numpy().tolist()[0] for row in range(len(rows))
    ]
    assert together == alone
