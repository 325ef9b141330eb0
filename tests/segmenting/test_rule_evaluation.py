from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from crmclean.core.table import Column, Table
from crmclean.hygiene.statuses import CLASSES, LOST, OPEN, WON
from crmclean.segmenting.rule_columns import GROUPS
from crmclean.segmenting.rule_evaluation import RuleContext, holds
from crmclean.segmenting.rule_names import resolve_rule
from crmclean.segmenting.rule_syntax import parse_rule
from crmclean.segmenting.rule_words import CLASS_NAMES
from tests.segmenting.rule_tables import SUNDAY, bind, find_rows, read_amocrm, read_bitrix24

AMOCRM = read_amocrm()
BITRIX24 = read_bitrix24()


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        # Numbers
        ("amount >= 500000", [1, 2]),
        ("amount > 500 000", [1]),
        ("amount = 500_000", [2]),
        ("Бюджет = 0", [5]),
        ("бюджет < 1 млн", [2, 5]),
        ("amount >= 1,5 млн", [1]),
        ("amount >= 500 тыс", [1, 2]),
        ("amount = '1 500 000 руб.'", [1]),
        ("500000 <= amount", [1, 2]),
        ("сумма больше 500000", [1]),
        ("сумма не меньше 500000", [1, 2]),
        ("amount between 0 and 500000", [2, 5]),
        ("amount not between 0 and 500000", [1, 3, 4]),
        ("amount in (0, 500000)", [2, 5]),
        ("amount is empty", [3]),
        ("amount is not empty and not (amount >= 0)", [4]),
        # != is the exact opposite of =
        ("amount != 500000", [1, 3, 4, 5]),
        ("not amount = 500000", [1, 3, 4, 5]),
        ("Скидка >= 15%", [1, 4]),
        ("Скидка = 5", [2]),
        ("[План, руб. (год)] > amount", [1]),
        ("amount - [План, руб. (год)] > 0", [2]),
        ("amount * 10% > 100 000", [1]),
        ("(amount + 100000) / 2 >= 300000", [1, 2]),
        ("amount / [План, руб. (год)] > 1", [2]),
        ("-amount < -1 000 000", [1]),
        # Texts
        ("city in ('Москва', 'Казань')", [1, 2, 3]),
        ("city = 'КАЗАНЬ'", [2, 3]),
        ("город не в ('Москва', 'Казань')", [4, 5]),
        ("city = 'спб'", [4]),
        ("full_name = 'орлов петр ильич'", [1]),
        ("Полное имя контакта начинается с 'сем'", [2]),
        ("full_name ends with 'Илья'", [5]),
        ("company like 'ООО*'", [1, 3]),
        ("company like '??? кр?т'", [5]),
        ("company not like 'ООО*'", [2, 4, 5]),
        ("comment contains 'ДОРОГО'", [2]),
        ("примечание содержит любой ('перезвонить', 'ушел')", [1, 2]),
        ("comment contains all ('дорого', 'другим')", [2]),
        ("comment not contains 'дорого'", [1, 3, 4, 5]),
        ("comment is empty", [3, 4, 5]),
        ("источник = 'реклама'", [2]),
        ("source is not empty", [1, 2]),
        ("id = 103", [3]),
        ("id in (101, '105')", [1, 5]),
        ("owner = 'Иванова Анна' or owner пусто", [1, 3, 4]),
        # Several values
        ("tags has 'vip'", [1, 4]),
        ("теги есть 'опт'", [1]),
        ("tags has any ('опт', 'розница')", [1, 3]),
        ("tags has all ('VIP', 'постоянный')", [4]),
        ("tags not has 'vip'", [2, 3, 5]),
        ("tags = 'опт'", [1]),
        ("count(tags) = 2", [1, 4]),
        ("count(phone) = 2", [1, 3]),
        ("число(Рабочий телефон) = 0", [2, 4, 5]),
        ("count(phone, email) >= 2", [1, 2, 3]),
        ("phone = '8 900 000 00 02'", [1]),
        ("phone starts with '+7900'", [1, 3]),
        ("phone is empty and email is not empty", [2, 4]),
        ("email = 'Alena@Example.ru'", [2]),
        ("email ends with '@example.com'", [2, 4]),
        ("Мобильный телефон не пусто", [1, 3]),
        ("length(comment) > 18", [2]),
        # Dates
        ("days_since(modified_at) > 180", [2, 3]),
        ("дней_с(Дата редактирования) <= 2", [1, 4]),
        ("days_since(modified_at) = 2", [1]),
        ("created_at = 2026-03-05", [1]),
        ("created_at > '31.01.2026'", [1, 4]),
        ("created_at >= '31.01.2026'", [1, 2, 4]),
        ("created_at < '31.01.2026 09:30'", [2, 3]),
        ("created_at between 2026-01-01 and 2026-03-05", [1, 2]),
        ("created_at = today", [4]),
        ("Дата осмотра > сегодня", [1]),
        ("Дата осмотра < today - 30", [5]),
        ("Дата осмотра = '30.11.2026'", [1]),
        ("дней_до(Дата осмотра) between 0 and 8", [1, 4]),
        ("closed_at - created_at = 10", [2]),
        ("today - [Дата осмотра] > 300", [5]),
        ("closed_at > created_at", [2]),
        ("year(created_at) = 2025", [3]),
        ("месяц(created_at) in (1, 3)", [1, 2]),
        ("day(created_at) = 31", [2]),
        ("weekday(created_at) = 4", [1]),
        ("weekday(today) = 7 and amount > 0", [1, 2]),
        ("months_since(created_at) = 8", [1]),
        ("months_since(created_at) >= 9", [2, 3]),
        # What the system writes where it knows no date is no date.
        ("days_since(modified_at) > 10000", []),
        # Stages
        ("stage is lost", [2]),
        ("этап это согласование", [5]),
        ("stage is won", [4]),
        ("stage is not won", [1, 2, 3, 5]),
        ("stage is open", [1, 3, 5]),
        ("stage is closed", [2, 4]),
        ("stage is in-work or stage is agreeing", [1, 3, 5]),
        # How conditions are joined: and before or
        ("city = 'Москва' or city = 'Казань' and amount > 0", [1, 2]),
        ("(city = 'Москва' or city = 'Казань') and amount > 1 млн", [1]),
        ("not (city = 'Москва' or tags has 'vip')", [2, 3, 5]),
        ("сумма >= 500000 и не этап это lost", [1]),
        ("always", [1, 2, 3, 4, 5]),
        ("not always", []),
    ],
)
def test_takes_rows_of_amocrm(text: str, rows: list[int]) -> None:
    assert find_rows(text, AMOCRM) == rows


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("status is new", [1]),
        ("status is no-answer", [2]),
        ("статус это недозвон", [2]),
        ("статус есть недозвон", [2]),
        ("status is junk", [3]),
        ("amount >= 500000 and status = 'есть задачи'", [4]),
        ("сумма >= 500000 и статус = 'есть задачи'", [4]),
        ("status is has-tasks", [4]),
        ("status is 'есть задачи'", [4]),
        ("next_task > today", [1]),
        ("Дела < today", [4]),
        ("next_task is empty", [2]),
        ("days_until(next_task) = 3", [1]),
        ("next_task contains 'позвонить'", [3]),
        ("opt_out is yes", [2, 3]),
        ("Не_звонить is yes", [2, 3]),
        ("[Не звонить] is not yes", [1, 4]),
        ("touches > 4 and amount / touches > 3000", [4]),
        ("amount / touches > 0", [1, 2, 4]),
        ("birthday < 1970-01-01", [4]),
        ("month(birthday) = 2", [1]),
        ("city = 'Санкт-Петербург'", [2]),
        ("days_since(created_at) = 365", [4]),
    ],
)
def test_takes_rows_of_bitrix24(text: str, rows: list[int]) -> None:
    assert find_rows(text, BITRIX24) == rows


def make_table(headers: Sequence[tuple[str, str]], *cells: Sequence[str]) -> Table:
    """Return a table of columns that are given by heading and role, and of rows."""
    columns = tuple(Column(f"{place}", header, role) for place, (header, role) in enumerate(headers))
    frame = pd.DataFrame(
        {column.name: pd.Series([row[place] for row in cells], dtype="str") for place, column in enumerate(columns)}
    )
    return Table(frame, columns)


def test_heading_goes_before_title_and_key_before_heading_spelled_alike() -> None:
    table = make_table([("Сумма", ""), ("Бюджет", "amount"), ("Amount", "")], ("1", "2", "3"))
    assert find_rows("Сумма = 1", table) == [1]
    assert find_rows("amount = 2", table) == [1]
    assert find_rows("Amount = 3", table) == [1]
    assert find_rows("[amount] = 3", table) == [1]


def test_equality_holds_in_any_column_of_a_role() -> None:
    table = make_table([("A", "amount"), ("B", "amount")], ("1", "2"), ("", "2"), ("", ""))
    assert find_rows("amount = 2", table) == [1, 2]
    assert find_rows("amount != 2", table) == [3]
    assert find_rows("amount < 2", table) == [1]


def test_latest_of_several_dates_counts() -> None:
    table = make_table([("A", "last_activity"), ("B", "last_activity")], ("01.01.2026", "20.11.2026"))
    assert find_rows("days_since(last_activity) = 2", table) == [1]


def test_own_statuses_are_known() -> None:
    table = make_table([("Статус", "status")], ("НБТ",), ("иное",))
    context = RuleContext(table, SUNDAY, statuses={"no-answer": ["НБТ"]})
    assert holds(bind("status is no-answer", table), context).tolist() == [True, False]


def test_missing_roles_are_told_apart_from_mistakes() -> None:
    bound, problems, missing = resolve_rule(parse_rule("touches > 5 and Лояльность = 1 or amount > 5"), AMOCRM)
    assert (bound, problems, missing) == (None, (), ("touches", "loyalty"))


def test_empty_table_has_no_rows() -> None:
    table = make_table([("Сумма", "amount"), ("Город", "city"), ("Телефон", "phone")])
    for text in ("amount > 5", "city = 'x'", "count(phone) > 0", "phone is empty", "today > 2020-01-01"):
        assert holds(bind(text, table), RuleContext(table, SUNDAY)).shape == (0,)


def test_wildcards_take_no_more_time_than_letters() -> None:
    table = make_table([("Компания", "company")], ("а" * 20_000,))
    assert find_rows("company like '" + "*а" * 90 + "б'", table) == []


def test_answer_does_not_depend_on_order_of_rules() -> None:
    rules = [bind(text, AMOCRM) for text in ("amount > 5", "amount / 2 > 5", "not amount > 5", "city = 'Москва'")]
    forward, backward = RuleContext(AMOCRM, SUNDAY), RuleContext(AMOCRM, SUNDAY)
    one = [holds(rule, forward).tolist() for rule in rules]
    other = [holds(rule, backward).tolist() for rule in reversed(rules)]
    assert one == other[::-1]


def test_input_is_not_changed() -> None:
    before = AMOCRM.frame.copy()
    find_rows("days_since(modified_at) > 180 and count(phone) > 0 and Скидка > 1%", AMOCRM)
    pd.testing.assert_frame_equal(AMOCRM.frame, before)


def test_every_class_of_statuses_can_be_named() -> None:
    assert set(CLASS_NAMES) == {*CLASSES, "open", "closed"}
    assert dict(GROUPS) == {"open": OPEN, "won": WON, "lost": LOST, "closed": WON | LOST}
    assert np.all([len(bind(f"stage is {name}", AMOCRM).sources) == 1 for name in CLASS_NAMES])


@pytest.mark.parametrize(
    ("text", "cells", "rows"),
    [
        ("today - X > 5", ["", "1.11.2026"], [2]),
        ("today - X > 5", ["", ""], []),
        ("today - X > 2026-01-01", ["10", ""], [1]),
        ("X + 10 < today", ["01.11.2026", ""], [1]),
        ("X + 10 < 100", ["50", "01.11.2026"], [1]),
        ("X - 10 < today", ["", ""], []),
        ("days_since(X - 5) = 26", ["01.11.2026", ""], [1]),
    ],
    ids=["dates", "empty today", "days", "date plus days", "number", "empty date", "within a function"],
)
def test_kind_of_a_column_in_arithmetic_follows_from_the_comparison(
    text: str, cells: list[str], rows: list[int]
) -> None:
    assert find_rows(text, make_table([("X", "")], *[[cell] for cell in cells])) == rows


def test_days_that_leave_the_calendar_are_unknown() -> None:
    table = make_table([("X", ""), ("Создан", "created_at")], ("9999999999", "01.01.2026"), ("1", "01.01.2026"))
    assert find_rows("created_at + X < today", table) == [2]
    assert find_rows("created_at / 1 = 1 or X / 0 > 1", make_table([("X", ""), ("created_at", "")], ("1", "2"))) == []


def test_month_of_a_birthday_is_compared_with_this_month() -> None:
    table = make_table([("Дата рождения", "birthday")], ("29.11.1960",), ("29.12.1960",), ("",))
    assert find_rows("month(birthday) = month(today)", table) == [1]
