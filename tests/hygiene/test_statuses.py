"""Statuses and stages of every system as classes: the golden table, negations, counting words, the config."""

import csv
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmclean.core.errors import UsageError
from crmclean.hygiene.statuses import (
    CLASSES,
    FAILED_TO_REACH,
    LOST,
    OPEN,
    WON,
    failed_attempts,
    read_statuses,
)

_GOLDEN = Path(__file__).parent / "golden" / "statuses.csv"


def _load_golden() -> list[dict[str, str]]:
    with _GOLDEN.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


_CASES = _load_golden()
_PARAMETERS = [pytest.param(case, id=f"{line}-{case['system']}") for line, case in enumerate(_CASES, 2)]


def _class_of(text: str) -> str:
    return str(read_statuses(pd.Series([text], dtype="str")).iloc[0])


def _attempts_of(text: str) -> int:
    return int(failed_attempts(pd.Series([text], dtype="str")).iloc[0])


@pytest.mark.parametrize("case", _PARAMETERS)
def test_golden(case: dict[str, str]) -> None:
    assert (_class_of(case["text"]), _attempts_of(case["text"])) == (case["class"], int(case["attempts"]))


def test_golden_table_knows_every_class() -> None:
    assert len(_CASES) >= 200
    assert {case["class"] for case in _CASES} == {*CLASSES, ""}
    assert len({case["text"] for case in _CASES}) == len(_CASES)


def test_whole_column_is_read_as_its_cells() -> None:
    cells = pd.Series([case["text"] for case in _CASES] * 2, index=range(7, 7 + 2 * len(_CASES)), dtype="str")
    classes, attempts = read_statuses(cells), failed_attempts(cells)
    assert classes.index.equals(cells.index)
    assert attempts.index.equals(cells.index)
    assert (classes.dtype, str(attempts.dtype)) == (pd.Series([""], dtype="str").dtype, "int64")
    assert classes.tolist() == [case["class"] for case in _CASES] * 2


def test_empty_column() -> None:
    empty = pd.Series([], dtype="str")
    assert read_statuses(empty).tolist() == []
    assert failed_attempts(empty).tolist() == []


def test_groups_part_the_classes() -> None:
    assert set(CLASSES) == OPEN | WON | LOST
    assert not OPEN & WON | OPEN & LOST | WON & LOST
    assert FAILED_TO_REACH <= OPEN


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Реанимация отказов / В работе", "in-work"),
        ("Отказ / причина не указана", "refused"),
        ("Закрыто и не реализовано: дорого", "lost"),
        ("Отказ: недозвон", "refused"),
        ("Продажи > В работе", "in-work"),
        ("Воронка: Продажи / Счёт выставлен", "payment"),
        ("Опт → Новая заявка", "new"),
        ("(2) Переговоры", "in-work"),
        ("ОТКАЗ!!!", "refused"),
        ('"Дубль"', "duplicate"),
    ],
)
def test_pipelines_and_reasons(text: str, expected: str) -> None:
    assert _class_of(text) == expected


@pytest.mark.parametrize(
    ("text", "extra", "expected"),
    [
        ("Отказ", {"in-work": ["отказ"]}, "in-work"),
        ("Опт / Ждёт звонка", {"postponed": ["ждет звонка"]}, "postponed"),
        ("4. Ждёт звонка!", {"postponed": ["Ждёт звонка"]}, "postponed"),
        ("Отказ клиента", {"in-work": ["отказ"]}, "refused"),
        ("Отказа нет", {"won": ["отказ* .. нет"]}, "won"),
        ("C7:UC_5SCNOB", {"postponed": ["UC_5SCNOB"]}, "postponed"),
        ("C7:UC_5SCNOB", {"postponed": ["C7:UC_5SCNOB"]}, "postponed"),
        ("31415926", {"agreeing": ["31415926"]}, "agreeing"),
        ("142", {"lost": ["142"]}, "lost"),
        ("Новая", {"won": ["", "—", "C5:"]}, "new"),
    ],
)
def test_own_statuses_win(text: str, extra: dict[str, list[str]], expected: str) -> None:
    assert read_statuses(pd.Series([text], dtype="str"), extra).tolist() == [expected]


def test_own_status_may_count_attempts() -> None:
    cells = pd.Series(["Зависание 4"], dtype="str")
    assert failed_attempts(cells, {"no-answer": ["зависание 4"]}).tolist() == [4]


def test_unknown_class_names_the_nearest() -> None:
    with pytest.raises(UsageError) as raised:
        read_statuses(pd.Series(["x"], dtype="str"), {"no-anwser": ["ждун"]})
    assert "no-anwser" in raised.value.message
    assert "no-answer" in raised.value.hint


def test_class_like_no_other_names_them_all() -> None:
    with pytest.raises(UsageError) as raised:
        read_statuses(pd.Series(["x"], dtype="str"), {"xyz": ["ждун"]})
    assert all(name in raised.value.hint for name in CLASSES)


_PIECES = st.lists(
    st.sampled_from(
        ["не", "отказ", "недозвон", "3", "/", ":", ".", "C5:", "WON", "нов", "ая", " ", "х", "оплач", "1)", "(", "ё"]
    ),
    max_size=8,
).map("".join)


@given(st.lists(st.text(max_size=20) | _PIECES, max_size=5))
def test_any_text_has_a_class(texts: list[str]) -> None:
    cells = pd.Series(texts, dtype="str")
    assert set(read_statuses(cells)) <= {*CLASSES, ""}
    assert failed_attempts(cells).between(0, 30).all()


@given(st.lists(st.text(max_size=12), max_size=4))
def test_any_own_status_is_taken(phrases: list[str]) -> None:
    assert read_statuses(pd.Series(["новая"], dtype="str"), {"won": phrases}).isin(["new", "won"]).all()


@given(st.sampled_from(_CASES), st.integers(0, 3), st.booleans())
def test_case_and_spaces_say_nothing(case: dict[str, str], spaces: int, upper: bool) -> None:
    text = " " * spaces + case["text"].replace(" ", " " * (spaces + 1)) + " " * spaces
    text = text.upper() if upper else text.lower()
    assert (_class_of(text), _attempts_of(text)) == (case["class"], int(case["attempts"]))
