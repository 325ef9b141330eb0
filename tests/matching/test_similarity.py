import numpy as np
import pandas as pd
import pytest

from crmclean.matching.arrays import MISSING, Coded, Levels
from crmclean.matching.similarity import (
    COMPANY_PART,
    COMPANY_TYPO,
    NAME_INITIAL,
    NAME_SIMILAR,
    NAME_TYPO,
    UNLIKE,
    first_values,
    grade_addresses,
    grade_codes,
    grade_companies,
    grade_emails,
    grade_given_names,
    grade_names,
    grade_words,
    per_distinct_pair,
)

FORMS, TWO_NAMES, UNKNOWN = 1, 2, 0
ALIKE, ALMOST = 1, 2


def texts(*values: str) -> "pd.Series[str]":
    return pd.Series(values, dtype="str")


def both_ways(one: str, other: str) -> "tuple[pd.Series[str], pd.Series[str]]":
    """Return the pair and its reverse: no grade depends on which of the two stands first."""
    return texts(one, other), texts(other, one)


@pytest.mark.parametrize(
    ("one", "other", "grade"),
    [
        pytest.param("иванов", "ивпнов", NAME_TYPO, id="neighbour key"),
        pytest.param("иванов", "иавнов", NAME_TYPO, id="swap"),
        pytest.param("иванов", "ивнов", NAME_TYPO, id="missing letter"),
        pytest.param("иванов", "иваннов", NAME_TYPO, id="doubled letter"),
        pytest.param("хабибуллин", "хабибулин", NAME_TYPO, id="one of two equal letters"),
        pytest.param("мухаметзянов", "мухамедзанов", NAME_TYPO, id="two slips in a long name"),
        pytest.param("дзюбенко", "дзюбенок", NAME_TYPO, id="swap at the end"),
        pytest.param("иванов", "и", NAME_INITIAL, id="initial"),
        pytest.param("иванов", "п", UNLIKE, id="initial of another"),
        pytest.param("с", "п", UNLIKE, id="two initials"),
        pytest.param("ким", "кин", UNLIKE, id="three letters, one of them another"),
        pytest.param("оля", "юля", UNLIKE, id="two short names"),
        pytest.param("иванов", "петров", UNLIKE, id="two surnames"),
        pytest.param("коваленко", "ковальчук", NAME_SIMILAR, id="one beginning"),
        pytest.param("петрова", "петрова-водкина", NAME_SIMILAR, id="half of a double surname"),
        pytest.param("водкина", "петрова водкина", NAME_SIMILAR, id="other half, without the hyphen"),
    ],
)
def test_names(one: str, other: str, grade: int) -> None:
    assert grade_names(*both_ways(one, other)).tolist() == [grade, grade]


@pytest.mark.parametrize(
    ("one", "other", "grade"),
    [
        pytest.param("саша", "александр", FORMS, id="diminutive"),
        pytest.param("саша", "шура", FORMS, id="two diminutives"),
        pytest.param("катя", "екатерина", FORMS, id="diminutive of other letters"),
        pytest.param("наталья", "наталия", FORMS, id="two full forms"),
        pytest.param("мария", "марина", TWO_NAMES, id="two names a letter apart"),
        pytest.param("анна", "инна", TWO_NAMES, id="two names that rhyme"),
        pytest.param("дима", "вадим", TWO_NAMES, id="diminutive of another name"),
        pytest.param("сергей", "семён", TWO_NAMES, id="two names of one initial"),
        pytest.param("сергей", "сергкй", UNKNOWN, id="typo"),
        pytest.param("рввв", "мария", UNKNOWN, id="no name"),
    ],
)
def test_given_names(one: str, other: str, grade: int) -> None:
    assert grade_given_names(*both_ways(one, other)).tolist() == [grade, grade]


@pytest.mark.parametrize(
    ("one", "other", "grade"),
    [
        pytest.param("стройсервис", "стройсрвис", COMPANY_TYPO, id="missing letter"),
        pytest.param("ромашка", "ромшка", COMPANY_TYPO, id="missing letter of few"),
        pytest.param("ромашка плюс", "плюс ромашка", COMPANY_TYPO, id="order of words"),
        pytest.param("ромашка", "ромашка плюс", COMPANY_PART, id="one within the other"),
        pytest.param("аптека 5", "аптека 6", UNLIKE, id="another number"),
        pytest.param("торговая компания 21 век", "торговая компания 22 век", UNLIKE, id="another number in long names"),
        pytest.param("ромашка", "василек", UNLIKE, id="two names"),
        pytest.param("вектор", "вертикаль", UNLIKE, id="one beginning"),
        pytest.param("аб", "аб вг", UNLIKE, id="too short to be a part"),
    ],
)
def test_companies(one: str, other: str, grade: int) -> None:
    assert grade_companies(*both_ways(one, other)).tolist() == [grade, grade]


@pytest.mark.parametrize(
    ("one", "other", "grade"),
    [
        pytest.param("ленина 5 12", "лениина 5 12", ALIKE, id="typo in the street"),
        pytest.param("ленина 5", "ленина 5 12", ALIKE, id="flat missing"),
        pytest.param("ленина 5", "ленина 7", UNLIKE, id="another house"),
        pytest.param("ленина 5", "мира 5", UNLIKE, id="another street"),
        pytest.param("ленина", "ленина 5", UNLIKE, id="a street without a house"),
    ],
)
def test_addresses(one: str, other: str, grade: int) -> None:
    assert grade_addresses(*both_ways(one, other)).tolist() == [grade, grade]


@pytest.mark.parametrize(
    ("one", "other", "grade"),
    [
        pytest.param("420111", "420112", ALIKE, id="another digit"),
        pytest.param("420111", "421011", ALIKE, id="swap"),
        pytest.param("420111", "42011", ALIKE, id="missing digit"),
        pytest.param("11223344595", "11223344585", ALIKE, id="SNILS"),
        pytest.param("420111", "420122", UNLIKE, id="two other digits"),
        pytest.param("123", "124", UNLIKE, id="too short to tell"),
    ],
)
def test_codes(one: str, other: str, grade: int) -> None:
    assert grade_codes(*both_ways(one, other)).tolist() == [grade, grade]


@pytest.mark.parametrize(
    ("one", "other", "grade"),
    [
        pytest.param("казань", "казпнь", ALIKE, id="neighbour key"),
        pytest.param("екатеринбург", "екатиренбург", ALIKE, id="two vowels exchanged"),
        pytest.param("казань", "рязань", UNLIKE, id="Казань and Рязань"),
        pytest.param("пермь", "тверь", UNLIKE, id="Пермь and Тверь"),
    ],
)
def test_cities(one: str, other: str, grade: int) -> None:
    assert grade_words(*both_ways(one, other)).tolist() == [grade, grade]


@pytest.mark.parametrize(
    ("one", "other", "grade"),
    [
        pytest.param("s.ivanov@example.ru", "s.ivanow@example.ru", ALIKE, id="another letter"),
        pytest.param("s.ivanov@example.ru", "s.ivanov@exmaple.ru", ALIKE, id="swap in the domain"),
        pytest.param("s.ivanov@example.ru", "ivanov@example.ru", ALMOST, id="initial left out"),
        pytest.param("user74476@example.ru", "user74479@example.ru", ALMOST, id="another number is another mailbox"),
        pytest.param("a@b.ru", "c@b.ru", UNLIKE, id="too short to tell"),
        pytest.param("s.ivanov@example.ru", "petrova@example.com", UNLIKE, id="two mailboxes"),
    ],
)
def test_mailboxes(one: str, other: str, grade: int) -> None:
    assert grade_emails(*both_ways(one, other)).tolist() == [grade, grade]


def test_a_pair_of_values_is_judged_once_whichever_record_has_which() -> None:
    values = Coded.of(texts("а", "б", "а", "б", "в"))
    asked: list[tuple[str, str]] = []

    def judge(one: "pd.Series[str]", other: "pd.Series[str]") -> Levels:
        asked.extend(zip(one, other, strict=True))
        return np.array([ord(a) + ord(b) - 2 * ord("а") for a, b in zip(one, other, strict=True)], dtype=np.uint8)

    grades = per_distinct_pair(values, np.array([0, 1, 2, 4]), np.array([1, 2, 3, 0]), judge)

    assert grades.tolist() == [1, 1, 1, 2]
    assert asked == [("а", "б"), ("а", "в")]


def test_the_first_value_of_every_record() -> None:
    codes, start = np.array([7, 8, 9]), np.array([0, 2, 2, 3])

    assert first_values(codes, start).tolist() == [7, MISSING, 9]
