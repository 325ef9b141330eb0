"""People: the parts of a name, spelling, keys, short forms, and what must always hold."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmclean.fields.given_names import load_given_names
from crmclean.fields.person import (
    given_name_roots,
    given_names_related,
    is_placeholder_name,
    name_key,
    normalize_names,
    parse_people,
    surname_key,
)


def _cells(*texts: str) -> pd.Series:
    return pd.Series(list(texts), dtype="str")


def _parse(last: str = "", first: str = "", middle: str = "", full: str = "") -> tuple[str, ...]:
    frame = parse_people(_cells(last), _cells(first), _cells(middle), _cells(full))
    return tuple(frame.iloc[0].tolist())


@pytest.mark.parametrize(
    ("full", "expected"),
    [
        pytest.param("Иванов Иван Иванович", ("Иванов", "Иван", "Иванович", "m"), id="last first middle"),
        pytest.param("Иван Иванович Иванов", ("Иванов", "Иван", "Иванович", "m"), id="first middle last"),
        pytest.param("Анна Петрова", ("Петрова", "Анна", "", "f"), id="first last"),
        pytest.param("Петрова Анна", ("Петрова", "Анна", "", "f"), id="last first"),
        pytest.param("ИВАНОВ ПЁТР", ("Иванов", "Пётр", "", "m"), id="capitals"),
        pytest.param("иванов иван", ("Иванов", "Иван", "", "m"), id="lower case"),
        pytest.param("Анна Сергеевна", ("", "Анна", "Сергеевна", "f"), id="first middle"),
        pytest.param("Иванов И.И.", ("Иванов", "И.", "И.", "m"), id="initials"),
        pytest.param("И. И. Иванов", ("Иванов", "И.", "И.", "m"), id="initials in front"),
        pytest.param("Иванов ИИ", ("Иванов", "И.", "И.", "m"), id="initials without dots"),
        pytest.param("Серик Алтынбеков", ("Алтынбеков", "Серик", "", "m"), id="Kazakh"),
        pytest.param("С. Алтынбеков", ("Алтынбеков", "С.", "", "m"), id="one initial"),
        pytest.param("Алтынбеков Серик Б.", ("Алтынбеков", "Серик", "Б.", "m"), id="initial of the middle name"),
        pytest.param("Мамедов Али Гасан оглы", ("Мамедов", "Али", "Гасан оглы", "m"), id="оглы"),
        pytest.param("Алиева Лейла Мамед кызы", ("Алиева", "Лейла", "Мамед кызы", "f"), id="кызы"),
        pytest.param("Петрова - Водкина Анна", ("Петрова-Водкина", "Анна", "", "f"), id="double surname"),
        pytest.param("Абрамович Роман Аркадьевич", ("Абрамович", "Роман", "Аркадьевич", "m"), id="surname in -ич"),
        pytest.param("Абрамович Роман", ("Абрамович", "Роман", "", "m"), id="surname in -ич and a name"),
        pytest.param("Никита Кузьмин", ("Кузьмин", "Никита", "", "m"), id="man's name in -а"),
        pytest.param("Ким Анна", ("Ким", "Анна", "", "f"), id="short surname"),
        pytest.param("Анна Ким", ("Ким", "Анна", "", "f"), id="short surname last"),
        pytest.param("Анна", ("", "Анна", "", "f"), id="only a name"),
        pytest.param("Иванова", ("Иванова", "", "", "f"), id="only a surname"),
        pytest.param("Колеcник Анна", ("Колесник", "Анна", "", "f"), id="Latin c"),
        pytest.param("Smith, John - USD", ("Smith", "John", "", "m"), id="comma and a note"),
        pytest.param("Maria Lopez (deleted)", ("Lopez", "Maria", "", "f"), id="note in brackets"),
        pytest.param("Начальник:\u00a0Петров Иван", ("Петров", "Иван", "", "m"), id="role in front"),
        pytest.param("Ivanova Yuliya Petrovna", ("Ivanova", "Yuliya", "Petrovna", "f"), id="Latin"),
        pytest.param("Иван и Мария Петровы", ("", "", "", ""), id="a couple is nobody's name"),
        pytest.param("Тест Тестович", ("", "", "", ""), id="test"),
        pytest.param("+7 916 123-45-67", ("", "", "", ""), id="phone"),
        pytest.param("petrova@example.ru", ("", "", "", ""), id="e-mail"),
    ],
)
def test_full_name_is_split(full: str, expected: tuple[str, ...]) -> None:
    assert _parse(full=full) == expected


def test_parts_that_are_given_win_and_the_full_name_fills_the_rest() -> None:
    assert _parse(last="Петров", full="Сидоров Иван Сергеевич") == ("Петров", "Иван", "Сергеевич", "m")
    assert _parse(last="ПЕТРОВА", first="анна", full="Иван") == ("Петрова", "Анна", "", "f")


def test_full_name_in_one_column_is_split() -> None:
    assert _parse(last="Иванов Иван Иванович") == ("Иванов", "Иван", "Иванович", "m")
    assert _parse(first="Анна Петрова") == ("Петрова", "Анна", "", "f")
    assert _parse(last="Клиент", first="Анна") == ("", "Анна", "", "f")


def test_index_is_kept() -> None:
    cells = pd.Series(["Анна", "Анна"], index=[5, 5], dtype="str")
    assert parse_people(cells, cells, cells, cells).index.tolist() == [5, 5]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("ИВАНОВА-ПЕТРОВА", "Иванова-Петрова", id="double"),
        pytest.param("  анна   мария ", "Анна Мария", id="spaces"),
        pytest.param("о'коннор", "О'Коннор", id="apostrophe"),
        pytest.param("Салюc", "Салюс", id="look-alike"),
        pytest.param("иванов и.и.", "Иванов И.И.", id="initials"),
        pytest.param("Фёдор", "Фёдор", id="ё stays"),
        pytest.param("МакДональд", "МакДональд", id="mixed case stays"),
        pytest.param("Sergey", "Sergey", id="Latin stays"),
    ],
)
def test_names_are_spelled_one_way(text: str, value: str) -> None:
    frame = normalize_names(_cells(text), "full")
    assert frame["value"].tolist() == [value]
    assert frame["code"].tolist() == ["" if text == value else "name-normalized"]


@pytest.mark.parametrize(
    "spellings",
    [
        pytest.param(("Сергей", "Sergey", "Sergei", "Sergej", "СЕРГЕЙ"), id="Сергей"),
        pytest.param(("Юлия", "Yuliya", "Julia", "Iuliia"), id="Юлия"),
        pytest.param(("Александр", "Aleksandr", "Alexander", "Alexandr"), id="Александр"),
        pytest.param(("Соловьёв", "Соловьев", "Solovyov", "Solovyev"), id="Соловьёв"),
        pytest.param(("Зайцев", "Zaitsev", "Zaytsev"), id="Зайцев"),
        pytest.param(("Щербаков", "Shcherbakov", "Scherbakov"), id="Щербаков"),
        pytest.param(("Достоевский", "Dostoevsky", "Dostoyevskiy", "Dostoevskij"), id="Достоевский"),
        pytest.param(("Яковлев", "Yakovlev", "Iakovlev", "Jakovlev"), id="Яковлев"),
        pytest.param(("Цветков", "Tsvetkov"), id="Цветков"),
        pytest.param(("Алиев", "Aliev"), id="Алиев"),
        pytest.param(("Васильев", "Vasiliev", "Vasilyev"), id="Васильев"),
        pytest.param(("Хрущёв", "Khrushchev"), id="Хрущёв"),
        pytest.param(("Дмитрий", "Dmitry", "Dmitri", "Dmitriy"), id="Дмитрий"),
        pytest.param(("Ксения", "Ksenia", "Xenia", "Kseniya"), id="Ксения"),
        pytest.param(("Колесник", "Колеcник"), id="look-alike"),
    ],
)
def test_one_name_has_one_key(spellings: tuple[str, ...]) -> None:
    assert len(set(name_key(_cells(*spellings)).tolist())) == 1


def test_surname_key_has_no_gender() -> None:
    women = _cells("Иванова", "Достоевская", "Кузьмина", "Толстая", "Ivanova", "Зайцева-Белая")
    men = _cells("Иванов", "Достоевский", "Кузьмин", "Толстой", "Иванов", "Зайцев-Белый")
    assert surname_key(women).tolist() == surname_key(men).tolist()
    assert len(set(surname_key(_cells("Цой", "Ким", "Савченко", "Черных")).tolist())) == 4


@pytest.mark.parametrize(
    ("one", "other", "related"),
    [
        ("Саша", "Александр", True),
        ("Саша", "Александра", True),
        ("Александр", "Александра", False),
        ("Аня", "Анна", True),
        ("Аня", "Анюта", True),
        ("Катя", "Ekaterina", True),
        ("Наталья", "Наталия", True),
        ("Софья", "София", True),
        ("Даниил", "Данила", True),
        ("Алёна", "Елена", True),
        ("Вера", "Вероника", False),
        ("Мария", "Марина", False),
        ("Юлия", "Юлиана", False),
        ("Ирина", "Инна", False),
        ("Анна", "Алла", False),
        ("", "", False),
    ],
)
def test_related_given_names(one: str, other: str, related: bool) -> None:
    assert given_names_related(_cells(one), _cells(other)).tolist() == [related]
    assert given_names_related(_cells(other), _cells(one)).tolist() == [related]


def test_root_is_shared_by_a_name_and_its_short_forms() -> None:
    assert len(set(given_name_roots(_cells("Саша", "Александр", "Александра", "Sasha", "Шура")).tolist())) == 1
    assert len(set(given_name_roots(_cells("Женя", "Евгений", "Евгения")).tolist())) == 1
    roots = given_name_roots(_cells("Анна", "Анастасия", "Алина", "Мария", "Елена", "Ольга", "Александр", "Семён"))
    assert len(set(roots.tolist())) == 8


def test_list_of_given_names_is_sound() -> None:
    names = load_given_names()
    with_short_forms = {full for form, fulls in names.full.items() for full in fulls if form != full}
    assert len(with_short_forms) >= 120
    assert all(key in names.full for key in names.latin.values())
    assert {"m", "f"} == set(names.gender.values())


def test_placeholders_name_nobody() -> None:
    nobody = _cells(
        "Без имени", "Клиент", "клиент №5", "Новый контакт", "-", "Тест Тестович", "Test", "8 916 123 45 67"
    )
    assert is_placeholder_name(nobody).all()
    somebody = _cells("Анна", "Ли", "Ян", "Имя Фамильевич", "Клиентов Иван", "Тестов Иван", "Гость Анна", "")
    assert not is_placeholder_name(somebody).any()
    frame = normalize_names(_cells("клиент"), "last")
    assert frame.iloc[0].tolist() == ["клиент", "name-placeholder"]


_NAME = st.text(alphabet="абвИОПёЁcaA .-'ьийя(),:", max_size=25) | st.text(max_size=25)


@given(st.lists(_NAME, max_size=4))
@settings(deadline=None, max_examples=200)
def test_what_must_always_hold(cells: list[str]) -> None:
    series = pd.Series(cells, dtype="str")
    once = normalize_names(series, "full")["value"]
    assert normalize_names(once, "full")["value"].tolist() == once.tolist()
    key = name_key(series)
    assert name_key(key).tolist() == key.tolist()
    assert given_names_related(series, series).tolist() == (key != "").tolist()
    assert len(parse_people(series, series, series, series)) == len(cells)
    assert len(surname_key(series)) == len(given_name_roots(series)) == len(cells)
