"""Wrong and hostile rules: what is said, and which part of the rule is marked."""

from collections.abc import Iterator

import pytest

from crmclean.core.i18n import language, set_language
from crmclean.segmenting.rule_names import resolve_rule
from crmclean.segmenting.rule_reading import MAX_LENGTH, MAX_NESTING, MAX_OPERATIONS, MAX_TESTS
from crmclean.segmenting.rule_syntax import RuleError, RuleProblem, mark_problem, parse_rule
from tests.segmenting.rule_tables import read_amocrm

AMOCRM = read_amocrm()

NOTHING_SAID = "Nothing is said of “{}”. Add a comparison, such as = 'text', > 5, is empty."
NO_MEANING = "“{}” has no meaning in a rule."
NO_MEANING_BUT_IN_HEADING = NO_MEANING + " A heading with such a sign stands in square brackets."
NO_COLUMN = "There is no column and no role “{}”."
END = "A value is missing at the end of the rule."


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    before = language()
    set_language("en")
    yield
    set_language(before)


def find_problems(text: str) -> list[tuple[str, str]]:
    """Return the marked part and the message of everything that is wrong with a rule for the deals."""
    try:
        _bound, problems, _missing = resolve_rule(parse_rule(text), AMOCRM)
    except RuleError as error:
        problems = error.problems
    return [(text[problem.start : problem.end], problem.text) for problem in problems]


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("", [("", "The rule is empty. To take every record write “always”.")]),
        ("amount", [("amount", NOTHING_SAID.format("amount"))]),
        ("(amount)", [("amount", NOTHING_SAID.format("amount"))]),
        ("city = 'x' and amount", [("amount", NOTHING_SAID.format("amount"))]),
        ("amount > ", [("", END)]),
        ("status == ", [("", END)]),
        ("not", [("", END)]),
        ("city = 'x' and", [("", END)]),
        ("= 5", [("=", "A value is missing before “=”.")]),
        ("amount > and city = 'x'", [("and", "A value is missing before “and”.")]),
        (
            "stage = есть задачи",
            [("есть", "A value is missing before “есть”. A text stands in quotes, a heading in square brackets.")],
        ),
        ("amount => 5", [("=>", NO_MEANING.format("=>") + " Did you mean “>=”?")]),
        ("amount =< 5", [("=<", NO_MEANING.format("=<") + " Did you mean “<=”?")]),
        ("amount === 5", [("===", NO_MEANING.format("===") + " Did you mean “=”?")]),
        (
            "amount > 1 && city = 'x' || amount < 5",
            [
                ("&&", NO_MEANING.format("&&") + " Did you mean “and”?"),
                ("||", NO_MEANING.format("||") + " Did you mean “or”?"),
            ],
        ),
        ("!city = 'x'", [("!", NO_MEANING.format("!") + " Did you mean “not”?")]),
        ("amount > 5 adn city = 'x'", [("adn", "“adn” is not expected here. Did you mean “and”?")]),
        ("amount > 5 аnd city = 'x'", [("аnd", "“аnd” is not expected here. Did you mean “and”?")]),
        (
            "amount > 180 дней",
            [("дней", "“дней” is not expected here. Join conditions with “and” or “or”.")],
        ),
        ("city starst with 'x'", [("starst", "“starst” is not expected here. Did you mean “starts with”?")]),
        (
            "10 < amount < 20",
            [
                (
                    "<",
                    "Only two values are compared at a time. Write “between 10 and 20”, or two comparisons and “and”.",
                )
            ],
        ),
        ("amount between 10", [("", "“between” needs two values: between 10 and 20.")]),
        ("amount > 1,234", [("1,234", "“1,234” can mean two numbers. Write 1234 or 1.234.")]),
        ("amount > 1.234.567", [("1.234.567", "“1.234.567” is no number. A number is written 1234567.89.")]),
        (
            "amount > 5руб",
            [("5руб", "“5руб” is no number. A text stands in quotes, a heading in square brackets.")],
        ),
        ("amount > " + "9" * 40, [("9" * 40, "This number is too long.")]),
        ("city in ()", [("()", "The list is empty.")]),
        ("city in 'x'", [("'x'", "A list stands in brackets: ('Moscow', 'Kazan').")]),
        ("city in ('x' 'y')", [("'y'", "A comma is missing before this.")]),
        ("tags has ('a', 'b')", [("('a', 'b')", "Say which of these: any ('a', 'b') or all ('a', 'b').")]),
        ("tags has vip", [("vip", "A text stands in quotes: 'vip'.")]),
        (
            "amount > 5, city = 'x'",
            [(",", "A comma parts the values of a list only. Join conditions with “and” or “or”.")],
        ),
        ("city = ''", [("''", "Nothing stands in the quotes. Write “is empty”.")]),
        ("city = 'x", [("'", "This quote is never closed.")]),
        ("city = «x", [("«", "This quote is never closed.")]),
        (
            "[Бюджет > 5",
            [("[", "This square bracket is never closed."), ("[Бюджет > 5", NOTHING_SAID.format("[Бюджет > 5"))],
        ),
        ("(amount > 5", [("(", "This bracket is never closed.")]),
        ("amount > 5)", [(")", "This bracket was never opened.")]),
        ("stage is lostt", [("lostt", "There is no class of statuses “lostt”. Did you mean “lost”?")]),
        ("stage is 5", [("5", "A class of statuses is missing after “is”.")]),
        (
            "stage is 'Переговоры'",
            [("'Переговоры'", "“is” names a class of statuses. To compare with a text write = 'Переговоры'.")],
        ),
        ("day_since(created_at) > 5", [("day_since", "There is no function “day_since”. Did you mean “days_since”?")]),
        (
            "eval(amount) > 5",
            [("eval", "There is no function “eval”. A heading with round brackets stands in square brackets.")],
        ),
        (
            "days_since(created_at, closed_at) > 5",
            [("days_since(created_at, closed_at)", "“days_since” takes one value.")],
        ),
        ("days_since() > 5", [(")", "A value is missing before “)”.")]),
        ("(amount > 5) + 3 > 2", [("amount > 5", "This is a condition; a value is expected here.")]),
        ("amount > 5\u202e", [("\u202e", "A sign that cannot be seen stands here (U+202E). Delete it.")]),
        ("city = 'x\u202ey'", [("\u202e", "A sign that cannot be seen stands here (U+202E). Delete it.")]),
        ("amount\x00 > 5", [("\x00", "A sign that cannot be seen stands here (U+0000). Delete it.")]),
        ("city = 'a\x00'", [("\x00", "A sign that cannot be seen stands here (U+0000). Delete it.")]),
        # Hostile ones
        (
            "__import__('os').system('x')",
            [
                (
                    "__import__",
                    "There is no function “__import__”. A heading with round brackets stands in square brackets.",
                ),
                (".", NO_MEANING_BUT_IN_HEADING.format(".")),
            ],
        ),
        ("@os", [("@", NO_MEANING_BUT_IN_HEADING.format("@")), ("os", NOTHING_SAID.format("os"))]),
        (
            "; drop table",
            [(";", NO_MEANING_BUT_IN_HEADING.format(";")), ("drop table", NOTHING_SAID.format("drop table"))],
        ),
        ("amount.real > 5", [(".", NO_MEANING_BUT_IN_HEADING.format("."))]),
        ("{amount} > 5", [(sign, NO_MEANING_BUT_IN_HEADING.format(sign)) for sign in "{}"]),
        # Names and kinds, which only the file can tell
        ("аmount > 5", [("аmount", NO_COLUMN.format("аmount") + " Did you mean “amount”?")]),
        ("ammount > 5", [("ammount", NO_COLUMN.format("ammount") + " Did you mean “amount”?")]),
        ("Бюджетт > 5", [("Бюджетт", NO_COLUMN.format("Бюджетт") + " Did you mean “Бюджет”?")]),
        (
            "План руб год > 5 and План > 5",
            [("План", NO_COLUMN.format("План") + " Did you mean “[План, руб. (год)]”?")],
        ),
        ("city = Москва", [("Москва", NO_COLUMN.format("Москва") + " A text stands in quotes: 'Москва'.")]),
        ("amount-cost > 5", [("amount-cost", NO_COLUMN.format("amount-cost") + " A minus stands between spaces.")]),
        ("city = null", [("null", "Empty cells are found by “is empty” and “is not empty”.")]),
        ("amount > 'много'", [("'много'", "“много” is no number.")]),
        ("city > 5", [("city > 5", "“city” holds texts, no numbers.")]),
        (
            "created_at > 'вчера'",
            [("'вчера'", "“вчера” is no date. Write it as 2026-01-31 or 31.01.2026.")],
        ),
        (
            "created_at > 5",
            [("created_at > 5", "A date is compared with a number. Days since a date are days_since(…).")],
        ),
        (
            "city > 'М'",
            [("'М'", "Texts are neither larger nor smaller; this needs a number or a date.")],
        ),
        ("days_since(city) > 5", [("city", "“days_since” needs a date; “city” is none.")]),
        ("city + 5 > 5", [("city + 5", "“city” holds texts; arithmetic needs numbers or dates.")]),
        (
            "created_at * 2 > 5",
            [
                (
                    "created_at * 2",
                    "A date takes only these: a date minus a date, a date plus or minus days.",
                )
            ],
        ),
        ("amount is lost", [("amount", "“amount” is no status.")]),
        ("amount + 5 is empty", [("amount + 5", "This can be said of a column only, not of a computed value.")]),
        ("count(5) > 1", [("5", "“count” needs a column.")]),
        ("1 = 1", [("1 = 1", "No column is named here.")]),
        (
            "'Город' = 'Москва'",
            [("'Город' = 'Москва'", "No column is named here. A heading stands in square brackets: [Город].")],
        ),
        # All that is wrong is said at once
        (
            "ammount > 5 and stage > 'x' or days_since(city) > 1",
            [
                ("ammount", NO_COLUMN.format("ammount") + " Did you mean “amount”?"),
                ("'x'", "Texts are neither larger nor smaller; this needs a number or a date."),
                ("city", "“days_since” needs a date; “city” is none."),
            ],
        ),
        (
            "amount => 5 and city in () or stage is lostt",
            [
                ("=>", NO_MEANING.format("=>") + " Did you mean “>=”?"),
                ("()", "The list is empty."),
                ("lostt", "There is no class of statuses “lostt”. Did you mean “lost”?"),
            ],
        ),
    ],
)
def test_says_what_is_wrong_and_where(text: str, problems: list[tuple[str, str]]) -> None:
    assert find_problems(text) == problems


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("(" * MAX_LENGTH, f"Brackets and “not” are nested no deeper than {MAX_NESTING} times."),
        ("not " * 400 + "amount > 5", f"Brackets and “not” are nested no deeper than {MAX_NESTING} times."),
        ("days_since(" * 800, f"Brackets and “not” are nested no deeper than {MAX_NESTING} times."),
        ("amount = 1 or " * 700 + "amount = 2", f"A rule holds no more than {MAX_TESTS} conditions."),
        ("amount > " + "1 + " * 2000 + "1", f"A rule holds no more than {MAX_OPERATIONS} signs of arithmetic."),
        ("amount > " + "-" * 9000 + "1", f"A rule holds no more than {MAX_OPERATIONS} signs of arithmetic."),
        ("x" * (MAX_LENGTH + 1), f"A rule is no longer than {MAX_LENGTH} characters."),
    ],
    ids=["brackets", "not", "functions", "conditions", "sums", "minuses", "length"],
)
def test_limits_hold(text: str, message: str) -> None:
    assert [found for _part, found in find_problems(text)] == [message]


def test_deepest_rule_is_read_within_a_deep_program() -> None:
    def call_deeper(depth: int) -> bool:
        return call_deeper(depth - 1) if depth else bool(parse_rule("(" * MAX_NESTING + "a = 1" + ")" * MAX_NESTING))

    assert call_deeper(200)


def test_unknown_class_lists_all() -> None:
    ((part, message),) = find_problems("stage is qqqqqq")
    assert part == "qqqqqq"
    assert message.endswith(
        "Known are: new, no-answer, postponed, in-work, has-tasks, agreeing, payment, won, lost, refused, gone, junk, "
        "duplicate, archived, open, closed."
    )


@pytest.mark.parametrize(
    ("text", "start", "end", "shown"),
    [
        ("city = 'x' adn", 11, 14, "city = 'x' adn\n           ^^^"),
        ("amount > ", 8, 8, "amount > \n        ^"),
        ("amount > 5 and\n\tcity in ()\nand x = 1", 24, 26, " city in ()\n         ^^"),
        ("a\u202eb = 1", 1, 2, "a·b = 1\n ^"),
        ("名 = 'x", 4, 5, "名 = 'x\n     ^"),
        ("", 0, 0, "\n^"),
    ],
    ids=["word", "end", "line", "unseen", "wide", "empty"],
)
def test_marks_place(text: str, start: int, end: int, shown: str) -> None:
    assert mark_problem(text, RuleProblem(start, end, "")) == shown


def test_long_line_is_cut_around_place() -> None:
    line, marks = mark_problem("a" * 300 + "XY" + "b" * 300, RuleProblem(300, 302, "")).split("\n")
    assert line.startswith("…aaa")
    assert line.endswith("bbb…")
    assert line[marks.index("^") : len(marks)] == "XY"
    assert len(line) <= 102
