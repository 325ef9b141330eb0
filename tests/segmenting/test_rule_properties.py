"""What must hold of every rule and of every table."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmclean.core.table import Column, Table
from crmclean.fields.date import parse_dates
from crmclean.fields.money import parse_money
from crmclean.segmenting.rule_cells import read_moments, read_numbers
from crmclean.segmenting.rule_evaluation import RuleContext, holds
from crmclean.segmenting.rule_explaining import explain_rule
from crmclean.segmenting.rule_names import resolve_rule
from crmclean.segmenting.rule_syntax import RuleError, RuleProblem, mark_problem, parse_rule
from crmclean.segmenting.rule_tree import list_tests
from tests.segmenting.rule_tables import SUNDAY, bind, read_amocrm

AMOCRM = read_amocrm()
COLUMNS = (
    Column("Сумма", "Сумма", "amount"),
    Column("Создан", "Создан", "created_at"),
    Column("Город", "Город", "city"),
    Column("Теги", "Теги", "tags"),
    Column("Телефон", "Телефон", "phone"),
    Column("Телефон 2", "Телефон 2", "phone"),
    Column("E-mail", "E-mail", "email"),
    Column("Статус", "Статус", "status"),
    Column("Прочее", "Прочее"),
)
TESTS = (
    "amount >= 500", "amount / Прочее > 2", "amount between 1 and 9", "amount in (5, 7)", "amount is empty",
    "days_since(created_at) > 30", "created_at = 2026-01-31", "created_at + amount > today", "month(created_at) = 2",
    "months_since(created_at) > 1", "city in ('Москва', 'Казань')", "city like '*а?'", "tags has 'vip'",
    "tags has all ('vip', 'опт')", "count(tags) > 1", "count(phone) > 0", "phone = '+7 900 000-00-01'",
    "phone is not empty", "email ends with '.ru'", "email = 'a@example.ru'", "status is lost", "status is not open",
    "Прочее is yes", "Прочее = '31.01.2026'", "Прочее > 5", "Прочее < 2026-01-31", "length(Прочее) > 3",
    "Прочее = city", "Прочее contains 'x'", "today - Прочее > 5", "year(Прочее) = 2026",
)  # fmt: skip
CELLS = st.one_of(
    st.sampled_from(
        [
            "", " ", "-", "5", "500", "1 500 000 руб.", "15%", "1,234", "31.01.2026", "2026-01-31 10:15:00",
            "01.01.1970", "99.99.9999", "Москва", "г. Казань", "VIP, опт", "vip; vip", "8 900 000-00-01",
            "89000000001, 89000000002", "a@example.ru", "A@Example.ru, b@example.com", "отказ", "Недозвон 3", "да",
            "Y", "inf", "nan", "1e400", "x" * 300,
        ]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
)  # fmt: skip
ROWS = st.lists(st.lists(CELLS, min_size=len(COLUMNS), max_size=len(COLUMNS)), min_size=1, max_size=6)
CONDITIONS = st.recursive(
    st.sampled_from(TESTS),
    lambda inner: st.one_of(
        st.builds("({} and {})".format, inner, inner),
        st.builds("({} or {})".format, inner, inner),
        st.builds("not ({})".format, inner),
    ),
    max_leaves=4,
)
WORDS = (
    "amount Сумма Телефон 2 [ ] ( ) ' \" « » and or not и или не in в is это has есть any all between like contains",
    "starts with empty пусто lost has-tasks today days_since count = != < >= => && + - * / , . 5 1,5 500 000 50% млн",
    "2026-01-31 31.01.2026 'vip' \x00 \u202e аmount ; @ always yes больше",
)
PIECES = st.lists(st.sampled_from([*" ".join(WORDS).split(" "), "\n"]), max_size=14)


def make_table(rows: list[list[str]]) -> Table:
    frame = pd.DataFrame(rows, columns=[column.name for column in COLUMNS]).astype("str")
    return Table(frame, COLUMNS)


def evaluate(text: str, table: Table) -> list[bool]:
    found: list[bool] = holds(bind(text, table), RuleContext(table, SUNDAY)).tolist()
    return found


def check_problems(text: str, problems: tuple[RuleProblem, ...]) -> None:
    assert problems
    for problem in problems:
        assert 0 <= problem.start <= problem.end <= len(text)
        assert problem.text
        assert "^" in mark_problem(text, problem)


def check_any_text(text: str) -> None:
    table = AMOCRM
    try:
        rule = parse_rule(text)
    except RuleError as error:
        check_problems(text, error.problems)
        return
    bound, problems, missing = resolve_rule(rule, table)
    assert (bound is None) == bool(problems or missing)
    if bound is not None:
        context = RuleContext(table, SUNDAY)
        assert holds(bound, context).shape == (len(table),)
        assert all(part.text for part in explain_rule(bound, context, 0))


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_a_rule_or_a_rule_error(text: str) -> None:
    check_any_text(text)


@settings(max_examples=150, deadline=None)
@given(PIECES.map(" ".join) | PIECES.map("".join))
def test_any_row_of_words_is_a_rule_or_a_rule_error(text: str) -> None:
    check_any_text(text)


@settings(max_examples=25, deadline=None)
@given(ROWS, CONDITIONS)
def test_not_is_the_complement(rows: list[list[str]], text: str) -> None:
    table = make_table(rows)
    assert evaluate(f"not ({text})", table) == [not found for found in evaluate(text, table)]


@settings(max_examples=15, deadline=None)
@given(ROWS, CONDITIONS, CONDITIONS)
def test_de_morgan(rows: list[list[str]], one: str, other: str) -> None:
    table = make_table(rows)
    assert evaluate(f"not ({one} and {other})", table) == evaluate(f"not ({one}) or not ({other})", table)
    assert evaluate(f"not ({one} or {other})", table) == evaluate(f"not ({one}) and not ({other})", table)


# What 1,234 or 1/2/2024 means the other cells of a column may prove, but their order never does.
@settings(max_examples=15, deadline=None)
@given(ROWS, CONDITIONS, st.integers(0, 5))
def test_order_of_rows_does_not_matter(rows: list[list[str]], text: str, first: int) -> None:
    order = np.roll(np.arange(len(rows))[::-1], first)
    found = evaluate(text, make_table(rows))
    assert evaluate(text, make_table([rows[place] for place in order])) == [found[place] for place in order]


@settings(max_examples=25, deadline=None)
@given(ROWS, CONDITIONS)
def test_parts_of_an_explanation_are_rules_that_say_the_same(rows: list[list[str]], text: str) -> None:
    table = make_table(rows)
    rule = bind(text, table)
    context = RuleContext(table, SUNDAY)
    parts = explain_rule(rule, context, 0)
    tests = list_tests(rule.rule.root)
    assert [parse_rule(part.text).root for part in parts] == list(tests)
    assert [evaluate(part.text, table)[0] for part in parts] == [part.holds for part in parts]


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.one_of(
            CELLS,
            st.from_regex(r"\A-?[0-9]{1,17}( (руб\.?|₽))?%?\Z"),
            st.sampled_from(["1.234", "1,234,567", "1.5000", "1 234", "(500)"]),
        ),
        max_size=5,
        unique=True,
    )
)
def test_numbers_are_those_of_the_field(cells: list[str]) -> None:
    column = pd.Series(cells, dtype="str")
    bare = column.str.replace(r"\s*%\s*$", "", regex=True)
    np.testing.assert_array_equal(read_numbers(column), parse_money(bare)["amount"].to_numpy())


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.one_of(
            CELLS,
            st.from_regex(r"\A[0-3][0-9]\.[01][0-9]\.(19|20|00)[0-9]{2}([ T][0-2][0-9]:[0-6][0-9](:[0-6][0-9])?)?\Z"),
            st.from_regex(r"\A(19|20)[0-9]{2}-[01][0-9]-[0-3][0-9]([ T][0-2][0-9]:[0-6][0-9](:[0-6][0-9])?Z?)?\Z"),
            st.sampled_from(["3/15/2024", "1/2/2024", "1/2/2024 10:15"]),
        ),
        max_size=5,
        unique=True,
    )
)
def test_moments_are_those_of_the_field(cells: list[str]) -> None:
    column = pd.Series(cells, dtype="str")
    expected = parse_dates(column).to_numpy("datetime64[us]")
    np.testing.assert_array_equal(read_moments(column), expected)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "amount >= 500000 and (stage is lost or not tags has 'vip')",
            [
                ("amount >= 500000", "1 500 000 руб.", True),
                ("stage is lost", "Переговоры (in-work)", False),
                ("tags has 'vip'", "VIP, опт", True),
            ],
        ),
        ("days_since(modified_at) > 180", [("days_since(modified_at) > 180", "20.11.2026 18:00:00 (2)", False)]),
        ("closed_at is empty", [("closed_at is empty", "empty", True)]),
        ("created_at + 10 < today", [("created_at + 10 < today", "05.03.2026 10:15:00 (2026-03-15)", True)]),
        (
            "phone is not empty",
            [("phone is not empty", "8 (900) 000-00-01, +7 900 000-00-02", True)],
        ),
    ],
    ids=["tests", "function", "empty", "arithmetic", "several columns"],
)
def test_explains_what_the_cells_say(text: str, parts: list[tuple[str, str, bool]]) -> None:
    table = read_amocrm()
    found = explain_rule(bind(text, table), RuleContext(table, SUNDAY), 0)
    assert [(part.text, part.found, part.holds) for part in found] == parts
