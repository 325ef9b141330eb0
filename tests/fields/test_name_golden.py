"""Names and people of the golden tables, and what must hold for any text."""

import re
from collections import Counter

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmclean.core.finding import CATALOGUE
from crmclean.fields.full_name import split_full_name
from crmclean.fields.keyboard_layout import restore_layout
from crmclean.fields.name_columns import settle_names
from crmclean.fields.name_notes import load_note_words
from crmclean.fields.name_verdict import NameKind, judge_name
from crmclean.fields.person import normalize_names, parse_people
from crmclean.fields.plain_names import read_plain_names, split_plain_names
from tests.fields.golden import GoldenCase, golden_parameters

_KINDS: dict[str, NameKind] = {"last": "last", "first": "first", "middle": "middle", "full": "full"}


def _cells(*texts: str) -> pd.Series:
    return pd.Series(list(texts), dtype="str")


def _split_cells(text: str) -> list[str]:
    return [part.strip() for part in text.split("|")]


@pytest.mark.parametrize("case", golden_parameters("name"))
def test_name_cell_becomes_what_the_table_says(case: GoldenCase) -> None:
    frame = normalize_names(_cells(case.input), _KINDS[case.options.get("kind", "full")])
    assert frame["value"].tolist() == [case.value], case.why
    assert set(frame["code"].iloc[0].split()) == set(case.codes.split()), case.why


@pytest.mark.parametrize("case", golden_parameters("person"))
def test_names_of_a_row_become_what_the_table_says(case: GoldenCase) -> None:
    last, first, middle, full = (_cells(text) for text in _split_cells(case.input))
    if case.options["function"] == "parse":
        person = parse_people(last, first, middle, full).iloc[0]
        assert person["gender"] == case.options.get("gender", ""), case.why
    else:
        person = settle_names(last, first, None if case.options.get("without") == "middle" else middle, full).iloc[0]
        assert person["full"] == full.iloc[0]
        assert set(person["code"].split()) == set(case.codes.split()), case.why
    assert [person["last"], person["first"], person["middle"]] == _split_cells(case.value), case.why


_VOCABULARY = """
Иванов Иванова Анна Иван Сергеевна Петрович Ким Нгуен Роман Мартин Абрамович Саша Кузьмина Оглы Ван Новый Клиент Тест
Бухгалтер Петрова-Водкина ИВАНОВ анна И. А.С. И.И оглы фон Ли Юлия Лидия ПЕТРОВА Мама для ДЛЯ Имя Серик Тестов Bdfyjd
Fyyf Smith Maria Contact New Name Нет Физ Лицо Данных Lynch (архив) Колеcник О'КОННОР и - : , 2 +79000000001
"""
_WORDS = st.sampled_from(_VOCABULARY.split())
_PHRASES = st.lists(_WORDS, max_size=5).map(" ".join)
_LETTERS = st.text(alphabet="абвИОПёЁcaAT .-–'ьийя(),:Bdfyj[;", max_size=25)
_TEXTS = _PHRASES | _LETTERS | st.text(max_size=25)


def _letters(*texts: str) -> Counter[str]:
    """Count the letters and digits of texts as they are compared: one case, one alphabet for look-alikes and layout."""
    restored = " ".join(restore_layout(" ".join(text.split())) for text in texts)
    folded = restored.casefold().translate(str.maketrans("abcehkmoptxy", "авсенкмортху"))
    return Counter(sign for sign in folded if sign.isalnum())


@given(_TEXTS, st.sampled_from(sorted(_KINDS)))
@settings(deadline=None, max_examples=400)
def test_a_cell_is_stable_and_loses_nothing(text: str, kind: str) -> None:
    once = normalize_names(_cells(text), _KINDS[kind]).iloc[0]
    again = normalize_names(_cells(once["value"]), _KINDS[kind]).iloc[0]
    assert again["value"] == once["value"]
    assert _letters(once["value"]) == _letters(text)
    codes = once["code"].split()
    changes = [code for code in codes if CATALOGUE[code].severity == "change"]
    assert bool(changes) == (once["value"] != text)
    assert len(changes) < 2


@given(st.tuples(_TEXTS, _TEXTS, _TEXTS), st.booleans())
@settings(deadline=None, max_examples=400)
def test_a_row_is_stable_and_loses_nothing(row: tuple[str, str, str], has_middle: bool) -> None:
    last, first, middle = (_cells(text) for text in row)
    column = middle if has_middle else None
    once = settle_names(last, first, column)
    again = settle_names(once["last"], once["first"], once["middle"] if has_middle else None)
    parts = ["last", "first", "middle"]
    assert again[parts].to_numpy().tolist() == once[parts].to_numpy().tolist()
    assert _letters(*once[parts].iloc[0].tolist()) == _letters(*(row if has_middle else row[:2]))
    assert has_middle or once["middle"].iloc[0] == ""
    for part, before in zip(parts, row, strict=False):
        changes = [code for code in once[f"{part}_code"].iloc[0].split() if CATALOGUE[code].severity == "change"]
        assert has_middle or part != "middle" or not changes
        if part != "middle" or has_middle:
            assert bool(changes) == (once[part].iloc[0] != before)


@given(st.lists(_PHRASES, min_size=1, max_size=8))
@settings(deadline=None, max_examples=400)
def test_fast_path_answers_as_the_slow_one(texts: list[str]) -> None:
    names = read_plain_names(texts)
    spelled = names.spell(texts)
    for place in [place for place, plain in enumerate(names.is_plain.tolist()) if plain]:
        code = "" if spelled[place] == texts[place] else "name-normalized"
        assert judge_name(texts[place]) == (spelled[place], code)
    parts, settled = split_plain_names(names)
    for place in [place for place, done in enumerate(settled.tolist()) if done]:
        assert tuple(parts[place]) == split_full_name(spelled[place])


def test_columns_that_a_table_lacks_stay_empty() -> None:
    frame = settle_names(None, None, None, _cells("ИВАНОВ ИВАН"))
    assert frame["full"].tolist() == ["Иванов Иван"]
    assert frame["full_code"].tolist() == ["name-normalized"]
    assert frame[["last", "first", "middle"]].to_numpy().tolist() == [["", "", ""]]


def test_index_is_kept() -> None:
    cells = pd.Series(["Анна", "Петрова"], index=[7, 3], dtype="str")
    assert settle_names(cells, cells).index.tolist() == [7, 3]


def test_words_of_the_data_are_of_one_form() -> None:
    assert all(re.fullmatch(r"[а-яa-z-]+", word) for word in load_note_words())
