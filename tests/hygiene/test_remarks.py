"""Remarks in comments: the golden table with its near misses, places, dated lines, the config."""

import csv
import re
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmclean.core.errors import UsageError
from crmclean.hygiene.remark_phrases import parse_phrase
from crmclean.hygiene.remark_vocabulary import REASONS, join_traces, load_reasons
from crmclean.hygiene.remarks import read_remarks

_GOLDEN = Path(__file__).parent / "golden" / "remarks.csv"


def _load_golden() -> list[dict[str, str]]:
    with _GOLDEN.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


_CASES = _load_golden()
_PARAMETERS = [pytest.param(case, id=f"{line}-{case['reasons'] or 'none'}") for line, case in enumerate(_CASES, 2)]


def _read(text: str, extra: dict[str, list[str]] | None = None) -> pd.DataFrame:
    return read_remarks(pd.Series([text], dtype="str"), extra)


def _reasons_of(text: str) -> str:
    return "|".join(sorted(set(_read(text)["reason"])))


@pytest.mark.parametrize("case", _PARAMETERS)
def test_golden(case: dict[str, str]) -> None:
    assert _reasons_of(case["text"]) == case["reasons"]


def test_golden_table_is_large_and_half_near_misses() -> None:
    assert len(_CASES) >= 250
    assert sum(not case["reasons"] for case in _CASES) >= 100
    assert {reason for case in _CASES for reason in case["reasons"].split("|") if reason} == set(REASONS)
    assert len({case["text"] for case in _CASES}) == len(_CASES)


def test_whole_column_is_read_as_its_cells() -> None:
    cells = pd.Series([case["text"] for case in _CASES] * 2, index=range(5, 5 + 2 * len(_CASES)), dtype="str")
    found = read_remarks(cells)
    expected = {
        (place, reason)
        for place, case in enumerate(_CASES * 2)
        for reason in case["reasons"].split("|")
        if reason
    }  # fmt: skip
    assert set(zip(found["position"].tolist(), found["reason"].tolist(), strict=True)) == expected
    assert found["position"].is_monotonic_increasing
    assert found.index.equals(pd.RangeIndex(len(found)))


def test_columns_and_kinds_hold_for_no_remark() -> None:
    found = read_remarks(pd.Series(["", "ндз"], dtype="str"))
    assert [str(kind) for kind in found.dtypes] == ["int64", "str", "str", "int64", "int64"]
    assert found.columns.tolist() == ["position", "reason", "phrase", "start", "end"]
    assert found.empty


@pytest.mark.parametrize(
    ("text", "phrase", "start"),
    [
        ("12.03: Номер  НЕ существует, увы", "Номер  НЕ существует", 7),
        ("😀 Ещё раз: клиент УМЕР", "клиент УМЕР", 11),
        ("Нoмeр не сущecтвует", "Нoмeр не сущecтвует", 0),
        ("İ номер не существует", "номер не существует", 2),
        ("ндз\r\nномер не существует", "номер не существует", 5),
    ],
)
def test_place_is_that_of_the_cell(text: str, phrase: str, start: int) -> None:
    found = _read(text)
    assert found[["phrase", "start", "end"]].values.tolist() == [[phrase, start, start + len(phrase)]]


def test_every_remark_of_a_cell_in_the_order_of_reading() -> None:
    found = _read("Номер не существует. Почта не работает. Просил больше не звонить")
    assert found["reason"].tolist() == ["not-in-service", "bad-mail", "do-not-call"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("28.12 дозвонились\n03.01 номер не существует", "not-in-service"),
        ("03.01 дозвонились\n28.12 номер не существует", ""),
        ("28.12.2024 номер не существует\n03.01.2025 дозвонились", ""),
        ("2024-05-01 закрылись\n2024-04-01 снова открылись", "company-closed"),
        ("01.05.2024 15:00 номер не существует\n01.05.2024 10:00 дозвонились", "not-in-service"),
        ("01.05.2024 10:00 номер не существует\n01.05.2024 15:00 дозвонились", ""),
        ("номер не существует\nне дозвонились снова", "not-in-service"),
        ("номер не существует\nдозвонились?", "not-in-service"),
        ("номер не существует\nдозвонились\nномер не существует", "not-in-service"),
    ],
    ids=range(1, 10),
)
def test_last_word_wins(text: str, expected: str) -> None:
    assert _reasons_of(text) == expected


def test_own_phrases_are_found_too() -> None:
    extra = {"company-closed": ["съехал* из офиса"], "wrong-number": ["Попал в Пятёрочку"]}
    cells = pd.Series(["Съехали из офиса", "попал в пятерочку", "не съехали из офиса", "закрылись"], dtype="str")
    found = read_remarks(cells, extra)
    assert found["position"].tolist() == [0, 1, 3]
    assert found["reason"].tolist() == ["company-closed", "wrong-number", "company-closed"]


def test_unknown_reason_names_the_nearest() -> None:
    with pytest.raises(UsageError) as raised:
        _read("", {"company-close": ["съехали"]})
    assert "company-close" in raised.value.message
    assert "company-closed" in raised.value.hint


@pytest.mark.parametrize("phrase", ["", "...", "[больше]", "..", "/"])
def test_own_phrase_without_a_word_is_refused(phrase: str) -> None:
    with pytest.raises(UsageError):
        _read("", {"company-closed": [phrase]})


def test_reasons_stand_in_their_order() -> None:
    assert [reason.code for reason in load_reasons()] == list(REASONS)


@pytest.mark.parametrize(
    "comment",
    [
        "отправил счёт на почту, ждём оплату до пятницы",
        "клиент думает, сравнивает цены с конкурентами",
        "ндз, перезвонить завтра в 12:00",
        "заказ отгружен, документы отправлены курьером",
        "работает с другим поставщиком, вернуться в марте",
        "спросил номер счёта, отправил письмо",
        "компания из Перми, 40 сотрудников, директор Сергей",
        "просил прислать прайс и позвонить после обеда",
    ],
)
def test_ordinary_comments_cost_one_scan(comment: str) -> None:
    assert not any(re.search(pattern, comment) for pattern in join_traces(load_reasons()))


_WORDS = [
    "номер", "не", "существует", "закрылись", "умер", "просил", "звонить", "до", "12.03", "\n", ".", "?", "удалить",
    "из", "базы", "дозвонились", "муж", "если", "тест", ",", "уволился", "почта", "работает", "(", "ё", "—",
]  # fmt: skip
_TEXTS = st.text(max_size=30) | st.lists(st.sampled_from(_WORDS), max_size=12).map(" ".join)


@given(st.lists(_TEXTS, max_size=5))
def test_any_text_gives_places_within_it(texts: list[str]) -> None:
    found = read_remarks(pd.Series(texts, dtype="str"))
    assert set(found["reason"]) <= set(REASONS)
    for remark in found.itertuples():
        assert texts[int(str(remark.position))][int(str(remark.start)) : int(str(remark.end))] == remark.phrase


@given(st.lists(_TEXTS, min_size=1, max_size=4))
def test_a_cell_is_read_by_itself(texts: list[str]) -> None:
    together = read_remarks(pd.Series(texts, dtype="str"))
    alone = [_read(text)["phrase"].tolist() for text in texts]
    assert together["phrase"].tolist() == [phrase for phrases in alone for phrase in phrases]


@given(st.sampled_from(_CASES), st.integers(0, 3), st.booleans())
def test_case_and_spaces_say_nothing(case: dict[str, str], spaces: int, upper: bool) -> None:
    text = " " * spaces + case["text"].replace(" ", " " * (spaces + 1)) + " " * spaces
    assert _reasons_of(text.upper() if upper else text.lower()) == case["reasons"]


@given(st.text(max_size=20))
def test_any_own_phrase_is_taken_or_refused(phrase: str) -> None:
    try:
        parse_phrase(phrase)
    except ValueError:
        with pytest.raises(UsageError):
            _read(phrase, {"company-closed": [phrase]})
    else:
        _read(phrase, {"company-closed": [phrase]})
