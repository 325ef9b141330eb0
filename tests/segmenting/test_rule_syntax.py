"""What the text of a rule becomes."""

import subprocess
import sys

import pytest

from crmclean.segmenting.rule_syntax import parse_rule
from crmclean.segmenting.rule_tree import Comparison, Group, Name, Number, OfClass, Text


def test_spans_are_places_in_the_text() -> None:
    text = " amount >= 500 000  and город = «Москва» "
    root = parse_rule(text).root
    assert isinstance(root, Group)
    assert [text[part.start : part.end] for part in root.parts] == ["amount >= 500 000", "город = «Москва»"]


def test_and_binds_closer_than_or() -> None:
    one = parse_rule("a = 1 or b = 2 and c = 3").root
    assert one == parse_rule("a = 1 or (b = 2 and c = 3)").root
    assert one != parse_rule("(a = 1 or b = 2) and c = 3").root


@pytest.mark.parametrize(
    ("english", "russian"),
    [
        ("a = 1 and b != 2 or not c = 3", "a равно 1 и b не равно 2 или не c равно 3"),
        ("a > 1 and a < 2 and a >= 3 and a <= 4", "a больше 1 и a меньше 2 и a не меньше 3 и a не больше 4"),
        ("a in ('x', 'y')", "a в ('x', 'y')"),
        ("a not in ('x')", "a не в ('x')"),
        ("a between 1 and 2", "a между 1 и 2"),
        ("a is empty", "a пусто"),
        ("a is not empty", "a не пусто"),
        ("a is not empty", "a заполнено"),
        ("a has any ('x', 'y')", "a есть любой из ('x', 'y')"),
        ("a has all ('x', 'y')", "a есть все ('x', 'y')"),
        ("a contains 'x'", "a содержит 'x'"),
        ("a not contains 'x'", "a не содержит 'x'"),
        ("a starts with 'x'", "a начинается с 'x'"),
        ("a ends with 'x'", "a заканчивается на 'x'"),
        ("a like 'x*'", "a похоже на 'x*'"),
        ("a is no-answer", "a это недозвон"),
        ("a is not in-work", "a это не в работе"),
        ("a is has-tasks", "a это есть задачи"),
        ("a is yes", "a это да"),
        ("days_since(a) > 1", "дней с (a) > 1"),
        ("days_until(a) > 1", "дней_до(a) > 1"),
        ("a = today", "a = сегодня"),
        ("always", "ВСЕГДА"),
    ],
)
def test_russian_says_the_same(english: str, russian: str) -> None:
    assert parse_rule(english).root == parse_rule(russian).root


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        ("500000", "500000"),
        ("500_000", "500000"),
        ("500 000", "500000"),
        ("1\u00a0500\u00a0000", "1500000"),
        ("0.5", "0.5"),
        ("0,5", "0.5"),
        ("1 500,50", "1500.50"),
        ("1,5 млн", "1500000"),
        ("500 тыс.", "500000"),
        ("20k", "20000"),
        ("007", "007"),
    ],
)
def test_numbers(written: str, digits: str) -> None:
    root = parse_rule(f"a = {written}").root
    assert isinstance(root, Comparison)
    assert root.right == Number(digits=digits, start=0, end=0)


def test_comma_parts_values_in_a_list() -> None:
    assert parse_rule("a in (0,5)").root == parse_rule("a in (0, 5)").root


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("'it''s'", "it's"),
        ('"ООО «Ромашка»"', "ООО «Ромашка»"),
        ("“x”", "x"),
        ("2026-01-31", "2026-01-31"),
        ("31.01.2026", "31.01.2026"),
    ],
)
def test_texts(written: str, value: str) -> None:
    root = parse_rule(f"a = {written}").root
    assert isinstance(root, Comparison)
    assert root.right == Text(value=value, start=0, end=0)


@pytest.mark.parametrize(
    ("written", "name", "is_bracketed"),
    [
        ("Сумма  сделки", "Сумма сделки", False),
        ("Телефон 2", "Телефон 2", False),
        ("E-mail", "E-mail", False),
        ("№ заказа", "№ заказа", False),
        ("[Сумма, руб.]", "Сумма, руб.", True),
        ("[a]]b]", "a]b", True),
    ],
)
def test_names(written: str, name: str, is_bracketed: bool) -> None:
    root = parse_rule(f"{written} = 1").root
    assert isinstance(root, Comparison)
    assert root.left == Name(text=name, is_bracketed=is_bracketed, start=0, end=0)


def test_class_may_stand_in_quotes() -> None:
    assert parse_rule("a is 'В работе'").root == OfClass(
        part=Name(text="a", start=0, end=0), name="in-work", start=0, end=0
    )


def test_a_rule_is_checked_without_pandas() -> None:
    code = "import crmclean.segmenting.rule_syntax, sys; sys.exit('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
