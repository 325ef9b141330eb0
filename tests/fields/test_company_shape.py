"""The quick way to read companies says what the rules say, whatever the words and however they stand."""

import csv
import random
import re
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.companies import make_names
from crmclean.fields.company import company_key, normalize_companies, parse_companies
from crmclean.fields.company_column import read_company_column
from crmclean.fields.company_form_list import list_spelled_forms, load_short_forms
from crmclean.fields.company_key import KEY_PATTERNS, make_company_key
from crmclean.fields.company_name import NAME_PATTERNS, read_company
from crmclean.fields.company_shape import ShapeReader
from crmclean.fields.company_words import describe_word

_GOLDEN = Path(__file__).parent / "golden"
_ORDINARY = (
    "Ромашка", "Лютик", "ВЕКТОР", "заря", "ТоргСервис", "Ёлка", "Мебельщик", "Самарский", "Горный", "Лес", "Юг",
    "Alpha", "Xerox", "ROMASHKA", "Салюc", "Промінь", "Café",
)  # fmt: skip
_PEOPLE = (
    "Иванов", "Петрова", "ИВАН", "Иван", "Анна", "Сергеевна", "Абрамович", "Ким", "Нгуен", "оглы", "ван", "Тимур",
    "Мартин", "И.", "К.", "О.", "Х.", "ИИ", "Саша", "Сидоренко", "иванов",
)  # fmt: skip
_MEANT = (
    "ООО", "ооо", "АО", "ЗАО", "ИП", "ип", "ЧП", "КФХ", "К(Ф)Х", "LLC", "OOO", "ГБУ", "МУП", "О.О.О.", "филиал",
    "бывш.", "ранее", "г.", "Самара", "Ростов-на-Дону", "Москва", "Школа", "Центр", "торговый", "дом", "тест", "нет",
    "XXI", "ХХI", "и", "&", "№", "инн 7707083893", "частное", "охранное", "предприятие", "детский",
    "сад", "Общество с ограниченной ответственностью", "Индивидуальный предприниматель", "Новая", "компания",
    "не звонить",
)  # fmt: skip
_NUMBERS = ("5", "12", "123", "2000", "000", "12345", "7707083893")
_SIGNS = (" ", " ", " ", " ", ' "', '" ', "«", "»", "»", ", ", "-", " - ", "(", ")", "'", "/", ".", "  ", '""', "", "_")
_KINDS = (_ORDINARY, _PEOPLE, _NUMBERS)
_WORD = st.sampled_from((*_ORDINARY, *_PEOPLE, *_NUMBERS, *_MEANT))


@st.composite
def _alike(draw: st.DrawFn) -> list[str]:
    """Return names of one shape or nearly so: the same signs and marked words around other words."""
    pieces = draw(st.lists(st.tuples(_WORD, st.sampled_from(_SIGNS)), min_size=1, max_size=6))
    lead = draw(st.sampled_from(("", "", "ООО ", 'ООО "', "ИП ", '"', "Общество с ограниченной ответственностью ")))
    names = []
    for _ in range(draw(st.integers(2, 7))):
        words = [draw(st.sampled_from(next((kind for kind in _KINDS if word in kind), (word,)))) for word, _ in pieces]
        names.append(lead + "".join(word + sign for word, (_, sign) in zip(words, pieces, strict=True)))
    return names


def _read(text: str) -> tuple[str, ...]:
    company = read_company(text)
    return company.name, company.display, company.form, company.code


def _assert_same(names: list[str]) -> None:
    reader, keys = ShapeReader(_read, constants=2), ShapeReader(lambda text: (make_company_key(text),), folds=True)
    for name in names:
        assert reader.read(name) == _read(name), name
        assert keys.read(name) == (make_company_key(name),), name
    _assert_column_same(names)


def _assert_column_same(names: list[str]) -> None:
    distinct = list(dict.fromkeys(names))
    texts = pa.array(distinct, pa.large_string())
    columns = read_company_column(texts, ShapeReader(_read, constants=2))
    assert list(zip(*(column.to_pylist() for column in columns), strict=True)) == [_read(name) for name in distinct]
    (keys,) = read_company_column(texts, ShapeReader(lambda text: (make_company_key(text),), folds=True))
    assert keys.to_pylist() == [make_company_key(name) for name in distinct]


@given(_alike())
@settings(deadline=None, max_examples=1000)
def test_quick_way_says_what_the_rules_say(names: list[str]) -> None:
    _assert_same(names)


@given(st.lists(st.text(alphabet="ОАИПКХ «»\"'(),.Ромашкатес1xXI-&№", max_size=20), min_size=2, max_size=6))
@settings(deadline=None, max_examples=500)
def test_quick_way_says_what_the_rules_say_of_any_text(names: list[str]) -> None:
    _assert_same(names)


def test_quick_way_says_what_the_rules_say_of_a_base() -> None:
    _assert_same(make_names(5000, random.Random(1)))


@pytest.mark.parametrize("table", ["company.csv", "company_pairs.csv"])
def test_quick_way_says_what_the_rules_say_of_the_golden_names(table: str) -> None:
    """Every golden name is read behind another one of its shape."""
    with (_GOLDEN / table).open(encoding="utf-8", newline="") as file:
        names = [row[column] for row in csv.DictReader(file) for column in ("input", "one", "other") if column in row]
    words = {"Ромашка": "Василёк", "Иванов": "Петров", "Вектор": "Ястреб", "Мебельщик": "Садовник", "Альфа": "Дельта"}
    others = [re.sub("|".join(words), lambda match: words[match.group()], name) for name in names]
    _assert_same([name for pair in zip(others, names, strict=True) for name in pair])


def test_columns_are_what_the_rules_say() -> None:
    names = make_names(2000, random.Random(2))
    cells = pd.Series(names, dtype="str")
    read = [_read(name) for name in names]
    assert normalize_companies(cells)["value"].tolist() == [display for _, display, _, _ in read]
    assert normalize_companies(cells)["code"].tolist() == [code for *_, code in read]
    assert parse_companies(cells).to_numpy().tolist() == [[name, form, display] for name, display, form, _ in read]
    assert company_key(cells).tolist() == [make_company_key(name) for name in names]


def test_a_shape_is_read_once() -> None:
    asked: list[str] = []

    def read(text: str) -> tuple[str, ...]:
        asked.append(text)
        return _read(text)

    reader = ShapeReader(read, constants=2)
    assert [reader.read(f'ООО "{word}"')[1] for word in ("Ромашка", "Лютик", "Ястреб")] == [
        "ООО «Ромашка»", "ООО «Лютик»", "ООО «Ястреб»",
    ]  # fmt: skip
    assert asked == ['ООО "Ромашка"']


@pytest.mark.parametrize(
    "names",
    [
        [],
        [""],
        ["ООО \x1f Ромашка", "ООО Лютик", "ООО \x1f Ястреб"],
        ["ИП Иванов", "ИП Петров", "ИП Сидоров", "ИП Иван", "ИП Пётр", "ИП Мария"],
        ["ООО Мир Мир", "ООО Лес Лес", "ООО Юла Лес", "ООО Лес Юла"],
        ["ИП Иванов Иван", "ИП Иван Иванов", "ИП Пётр Петров", "ИП Петров Пётр", "ИП Анна Ким"],
    ],
    ids=["no cells", "empty", "the mark itself", "people", "a word twice", "people in both orders"],
)
def test_column_says_what_the_rules_say(names: list[str]) -> None:
    _assert_column_same(names)


def test_rules_are_asked_once_for_a_shape_of_a_column() -> None:
    asked: list[str] = []

    def read(text: str) -> tuple[str, ...]:
        asked.append(text)
        return (make_company_key(text),)

    names = [f'ООО "{word}"' for word in ("Ромашка", "Лютик", "Ястреб", "Вектор")]
    keys = read_company_column(pa.array(names, pa.large_string()), ShapeReader(read, folds=True))
    assert keys[0].to_pylist() == ["ромашка", "лютик", "ястреб", "вектор"]
    assert [text for text in asked if text] == ['ООО "Ромашка"']


@pytest.mark.parametrize(
    "word",
    [
        "ооо", "Тестовая", "филиал", "Ромашкатест", "Нижний", "XIV", "ААА", "ОООРомашка", "Торговый", "дом", "Lim",
        "AO", "агрообщество", "Салюc", "Юг", "000", "12345",
    ],
)  # fmt: skip
def test_words_that_mean_something_are_not_ordinary(word: str) -> None:
    assert describe_word(word) == ""


def test_words_of_a_sort_are_alike() -> None:
    assert describe_word("Ромашка") == describe_word("Ястреб") != ""
    assert len({describe_word(word) for word in ("Ромашка", "РОМАШКА", "ромашка", "РомСервис", "Romashka")}) == 5
    assert describe_word("Самарский") != describe_word("Ромашка")
    assert describe_word("Школьная") != describe_word("Ромашка")
    assert describe_word("Самара") == describe_word("Пермь") != describe_word("Ромашка")


_LONG_WORD = re.compile(r"[^\W\d_]{3,}")


@pytest.mark.parametrize("form", load_short_forms())
def test_no_word_of_a_form_is_ordinary(form: str) -> None:
    assert not any(map(describe_word, _LONG_WORD.findall(form)))


@pytest.mark.parametrize("pattern", list_spelled_forms())
def test_no_word_of_a_form_spelled_out_is_ordinary(pattern: str) -> None:
    spelled = re.sub(r"\\.[*+?]?|\?", " ", pattern)
    assert not any(map(describe_word, _LONG_WORD.findall(spelled)))


_SIGNS_OF_PATTERNS = "абвгдеёжзийклмнопрстуфхцчшщъыьэюяabcdefghijklmnopqrstuvwxyz0123456789 .,:;-()/&+№@"


@pytest.mark.parametrize("pattern", [*NAME_PATTERNS, *KEY_PATTERNS], ids=lambda pattern: pattern.pattern[:20])
@given(data=st.data())
@settings(deadline=None, max_examples=100)
def test_no_pattern_asks_for_an_ordinary_word(pattern: re.Pattern[str], data: st.DataObject) -> None:
    """What a pattern finds it finds as well where another word stands for every ordinary one."""
    text = data.draw(st.from_regex(pattern, alphabet=_SIGNS_OF_PATTERNS))
    sort = describe_word("щука")
    changed = re.sub("[а-яёa-z]+", lambda word: "щука" if describe_word(word[0]) == sort else word[0], text)
    assert (pattern.search(text) is None) == (pattern.search(changed) is None)
