"""The rhythm of purchases: what every order and client gets, written from the rules of the docs, on real layouts."""

import math
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmclean.core.errors import UsageError
from crmclean.core.hygiene_settings import CadenceSettings
from crmclean.core.settings import ReadSettings
from crmclean.core.step import Outcome
from crmclean.core.table import ROLES, Column, Origin, Table
from crmclean.files.reading import read_table
from crmclean.hygiene.cadence import CLIENT_COLUMNS, cadence
from crmclean.hygiene.cadence_purchases import PURCHASE, WHY_NOT

_AS_OF = "2026-11-22"
_TODAY = pd.Timestamp(_AS_OF)

# Three clients who buy every 30 days, the last time today: the median of the base is 30 days, whatever one more does.
_REGULARS = [
    (f"Опора {name}", 30 * step, "1000", "Выполнен") for name in ("Первая", "Вторая", "Третья") for step in range(4)
]


def _day(days_ago: int) -> str:
    return f"{_TODAY - pd.Timedelta(days=days_ago):%d.%m.%Y}"


def _read(text: str, path: str = "orders.csv") -> Table:
    return read_table(text.encode(), path, ReadSettings()).table


def _run(text: str, **settings: Any) -> Outcome:
    return cadence(_read(text), replace(CadenceSettings(as_of=_AS_OF), **settings))


def _orders(rows: list[tuple[str, int, str, str]], heading: str = "Дата заказа;ФИО;Сумма;Статус") -> str:
    lines = [f"{_day(days_ago)};{name};{amount};{status}" for name, days_ago, amount, status in rows]
    return "\n".join([heading, *lines]) + "\n"


def _column(outcome: Outcome, name: str) -> list[str]:
    return outcome.table.frame[f"crmclean_{name}"].tolist()


def _client(outcome: Outcome, name: str) -> dict[str, object]:
    clients = outcome.tables["clients"]
    found = clients[clients["name"] == name].to_dict("records")
    assert len(found) == 1
    return {str(key): value for key, value in found[0].items()}


@pytest.mark.parametrize(
    ("status", "amount", "expected"),
    [
        pytest.param("Выполнен", "1 000,00", "yes", id="done"),
        pytest.param("Отгружен", "1000", "yes", id="shipped"),
        pytest.param("Закрыт", "1000", "yes", id="a-closed-order-is-done"),
        pytest.param("Доставлен", "1000", "yes", id="delivered"),
        pytest.param("Новый", "1000", "yes", id="an-open-order-is-a-purchase"),
        pytest.param("К отгрузке", "1000", "yes", id="to-be-shipped"),
        pytest.param("Ожидается оплата", "1000", "yes", id="not-paid-yet"),
        pytest.param("К обеспечению", "1000", "yes", id="unknown-status-of-an-order"),
        pytest.param("", "1000", "yes", id="no-status"),
        pytest.param("Выполнен", "", "yes", id="no-sum"),
        pytest.param("Выполнен", "по запросу", "yes", id="sum-in-words"),
        pytest.param("Отменён", "1000", "cancelled", id="cancelled"),
        pytest.param("Отменен покупателем", "1000", "cancelled", id="cancelled-by-the-buyer"),
        pytest.param("Возврат", "1000", "cancelled", id="returned"),
        pytest.param("Отказ покупателя", "1000", "cancelled", id="refused"),
        pytest.param("Не забрал", "1000", "cancelled", id="never-fetched"),
        pytest.param("Refunded", "1000", "cancelled", id="refunded"),
        pytest.param("Удалён", "1000", "cancelled", id="deleted"),
        pytest.param("Недозвон", "1000", "cancelled", id="never-confirmed"),
        pytest.param("Тестовый заказ", "1000", "cancelled", id="test-order"),
        pytest.param("Дубль", "1000", "cancelled", id="duplicate"),
        pytest.param("Выполнен", "0", "no-money", id="zero"),
        pytest.param("Выполнен", "0,00", "no-money", id="zero-with-kopecks"),
        pytest.param("Выполнен", "-1 000,00", "return", id="negative"),
        pytest.param("Возврат", "-1000", "return", id="returned-and-negative"),
    ],
)
def test_which_orders_are_purchases(status: str, amount: str, expected: str) -> None:
    outcome = _run(_orders([("Котова Анна", 3, amount, status), ("Лисицын Олег", 5, "500", "Выполнен")]))
    assert _column(outcome, "purchase") == [expected, "yes"]


@pytest.mark.parametrize(
    ("date", "expected", "code"),
    [
        pytest.param("22.11.2026", "yes", None, id="today"),
        pytest.param("2026-11-20", "yes", None, id="iso"),
        pytest.param("20.11.2026 23:59:59", "yes", None, id="with-time"),
        pytest.param("23.11.2026", "no-date", "cadence-no-date", id="tomorrow"),
        pytest.param("", "no-date", "cadence-no-date", id="none"),
        pytest.param("31.02.2026", "no-date", "cadence-no-date", id="impossible"),
    ],
)
def test_dates(date: str, expected: str, code: str | None) -> None:
    outcome = _run(
        f"Дата;Клиент;Телефон;Сумма\n{date};Котова Анна;+79001234567;100\n01.10.2026;Лисицын Олег;+79007654321;1\n"
    )
    assert _column(outcome, "purchase") == [expected, "yes"]
    assert outcome.findings["code"].tolist() == ([code] if code else [])


# The period is the own median drawn to 30 with the weight of one interval: own ** w * 30 ** (1 - w), w = n / (n + 1).
@pytest.mark.parametrize(
    ("days_ago", "rhythm", "period", "overdue"),
    [
        pytest.param([0, 30, 60, 90], "on-time", 30, None, id="bought-today"),
        pytest.param([20, 50, 80], "on-time", 30, None, id="due-in-ten-days"),
        pytest.param([23, 53, 83], "due", 30, None, id="due-in-a-week"),
        pytest.param([22, 52, 82], "on-time", 30, None, id="due-in-eight-days"),
        pytest.param([30, 60, 90], "due", 30, None, id="due-today"),
        pytest.param([45, 75, 105], "due", 30, None, id="exactly-one-and-a-half-periods"),
        pytest.param([46, 76, 106], "overdue", 30, 16, id="a-day-more"),
        pytest.param([300, 330, 360], "overdue", 30, 270, id="long-silent"),
        # 10 ** (3/4) * 30 ** (1/4) = 13.16: overdue beyond 19.7 days.
        pytest.param([19, 29, 39, 49], "due", 13, None, id="often-still-in-time"),
        pytest.param([20, 30, 40, 50], "overdue", 13, 7, id="often-and-overdue"),
        # 5 ** (2/3) * 30 ** (1/3) = 9.09: 13.6 days would do, but 14 is the least.
        pytest.param([14, 19, 24], "due", 9, None, id="never-overdue-within-a-fortnight"),
        pytest.param([15, 20, 25], "overdue", 9, 6, id="after-a-fortnight"),
        # 100 ** (2/3) * 30 ** (1/3) = 66.94: overdue beyond 100.4.
        pytest.param([100, 200, 300], "due", 67, None, id="seldom-still-in-time"),
        pytest.param([101, 201, 301], "overdue", 67, 34, id="seldom-and-overdue"),
        # One interval weighs as much as the base: sqrt(120 * 30) = 60.
        pytest.param([80, 200], "due", 60, None, id="two-purchases"),
        pytest.param([91, 211], "overdue", 60, 31, id="two-purchases-overdue"),
        # The median of 30, 30, 30 and 300 is 30: one long break changes nothing.
        pytest.param([10, 40, 70, 100, 400], "on-time", 30, None, id="one-long-break"),
        # Intervals 20 and 40: their median is 30.
        pytest.param([5, 25, 65], "on-time", 30, None, id="even-number-of-intervals"),
        pytest.param([10], "on-time", 30, None, id="bought-once-lately"),
        pytest.param([45], "due", 30, None, id="bought-once-at-the-limit"),
        pytest.param([46], "overdue", 30, 16, id="bought-once-overdue"),
        pytest.param([10, 10, 10], "on-time", 30, None, id="three-orders-of-one-day-are-one"),
    ],
)
def test_rhythm(days_ago: list[int], rhythm: str, period: int, overdue: int | None) -> None:
    rows = [("Котова Анна", age, "500", "Выполнен") for age in days_ago]
    outcome = _run(_orders([*rows, *_REGULARS]))
    client = _client(outcome, "Котова Анна")
    due = f"{_TODAY + pd.Timedelta(days=period - min(days_ago)):%Y-%m-%d}"
    assert round(float(str(client["period"]))) == period
    assert (client["rhythm"], client["due"], client["days_since"]) == (rhythm, due, min(days_ago))
    assert _column(outcome, "rhythm")[0] == rhythm
    assert _column(outcome, "due")[0] == due
    assert _column(outcome, "overdue_days")[0] == ("" if overdue is None else str(overdue))
    assert outcome.figures["base_period"] == 30


def test_a_cancelled_order_does_not_make_a_client_less_overdue() -> None:
    rows = [("Котова Анна", age, "500", "Выполнен") for age in (60, 90, 120)]
    outcome = _run(_orders([*rows, ("Котова Анна", 2, "500", "Отменён"), *_REGULARS]))
    assert _client(outcome, "Котова Анна")["days_since"] == 60
    assert _column(outcome, "rhythm")[3] == "overdue"
    assert _column(outcome, "purchase")[3] == "cancelled"
    assert _column(outcome, "cadence_reason")[3].startswith("Does not count: cancelled, returned or refused. Overdue.")


def test_the_period_is_not_guessed_where_nobody_has_bought_twice() -> None:
    outcome = _run(_orders([("Котова Анна", 900, "500", ""), ("Лисицын Олег", 3, "500", "")]))
    assert _column(outcome, "rhythm") == ["", ""]
    assert _column(outcome, "due") == ["", ""]
    assert "base_period" not in outcome.figures
    assert not len(outcome.tables["reactivation"])


def test_the_factor_the_least_days_and_the_window_are_settings() -> None:
    text = _orders([("Котова Анна", age, "500", "") for age in (31, 61, 91)] + _REGULARS)
    assert _column(_run(text, factor=1.0), "rhythm")[0] == "overdue"
    assert _column(_run(text, factor=1.0, least_days=31), "rhythm")[0] == "due"
    text = _orders([("Котова Анна", age, "500", "") for age in (20, 50, 80)] + _REGULARS)
    assert _column(_run(text, soon_days=10), "rhythm")[0] == "due"


def test_in_a_large_base_the_data_say_how_much_an_own_period_weighs() -> None:
    # Twenty clients buy every 10 days and twenty every 40, each to the day: nothing is drawn to the median but for the
    # least weight of 0.1 interval. log-scale: 10 ** (3/3.1) * 25 ** (0.1/3.1) = 10.3.
    rows = [
        (f"Клиентов {'абвгдежзиклмнопрстуф'[n]} {period}", period * step, "100", "")
        for period in (10, 40)
        for n in range(20)
        for step in range(4)
    ]
    outcome = _run(_orders(rows))
    clients = outcome.tables["clients"]
    assert outcome.figures["base_period"] == 25
    assert clients.groupby("own_period")["period"].mean().round(1).to_dict() == {
        10.0: round(10 ** (3 / 3.1) * 25 ** (0.1 / 3.1), 1),
        40.0: round(40 ** (3 / 3.1) * 25 ** (0.1 / 3.1), 1),
    }


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param(["Ромашка;;;7707083893", "ООО «Ромашка»;;;7707083893"], [1, 1], id="one-inn"),
        pytest.param(["А Б;8 900 123-45-67;;", "В Г;+79001234567;;"], [1, 1], id="one-phone-in-two-spellings"),
        pytest.param(["А Б;;Anna@Example.com;", "В Г;;anna@example.com;"], [1, 1], id="one-mailbox"),
        pytest.param(["Котова Анна;;;", "анна котова;;;"], [1, 1], id="one-full-name-in-any-order"),
        pytest.param(["ООО «Ромашка»;;;", "Ромашка, ООО;;;"], [1, 1], id="one-company"),
        pytest.param(["Р;+79001234567;;7707083893", "Р;+79001234567;;"], [1, 1], id="phone-joins-the-inn"),
        pytest.param(["Р;+79001234567;;", "Р;+79001234567;;7707083893"], [1, 1], id="in-either-order"),
        pytest.param(
            ["Р;+79001234567;;7707083893", "С;+79001234567;;7736050003", "Т;+79001234567;;"], [1, 2, 3],
            id="a-phone-of-two-inns-joins-nobody",
        ),
        pytest.param(
            ["Р;+79001234567;a@example.com;", "Р;;a@example.com;", "Р;+79007654321;;"], [1, 1, 2],
            id="mail-joins-the-phone",
        ),
        pytest.param(["Котова Анна;+79001234567;;", "Котова Анна;;;"], [1, 1], id="name-joins-the-only-phone"),
        pytest.param(
            ["Котова Анна;+79001234567;;", "Котова Анна;+79007654321;;", "Котова Анна;;;"], [1, 2, 3],
            id="namesakes-stay-apart",
        ),
        pytest.param(["Анна;;;", "Анна;;;"], [0, 0], id="a-first-name-is-nobody"),
        pytest.param(["Розничный покупатель;;;", ";;;"], [0, 0], id="a-placeholder-is-nobody"),
        pytest.param(["Р;+79999999999;;", "С;+79999999999;;"], [0, 0], id="a-filler-phone-is-nobody"),
        pytest.param(
            [f"Клиентов {name};+79001234567;;" for name in ("Олег", "Иван", "Пётр", "Юрий", "Глеб", "Марк")],
            [1, 2, 3, 4, 5, 6],
            id="a-phone-under-six-names-is-the-shops-own",
        ),
    ],
)  # fmt: skip
def test_whose_order_it_is(rows: list[str], expected: list[int]) -> None:
    lines = [f"01.1{number % 2}.2026;{row};100" for number, row in enumerate(rows)]
    outcome = _run(
        "\n".join(["Дата заказа;Клиент;Телефон;E-mail;ИНН;Сумма", *lines, "01.10.2026;;+79005550101;;;1"]) + "\n"
    )
    assert [int(text or 0) for text in _column(outcome, "client")][:-1] == expected
    assert outcome.findings["code"].tolist() == ["cadence-no-client"] * expected.count(0)


def test_the_clients_own_number_tells_them_apart() -> None:
    outcome = _run(
        "Номер заказа;ID клиента;Дата заказа;Имя;Фамилия;Сумма\n"
        "1;7;01.11.2026;Анна;Котова;5\n2;8;02.11.2026;Анна;Котова;5\n3;7;;;;5\n"
    )
    assert _column(outcome, "client") == ["1", "2", "1"]


_BITRIX24_ROWS = (
    "ID;Название сделки;Стадия сделки;Сумма;Валюта;Компания;ИНН;Контакт;Телефон;Дата создания;Дата завершения",
    "1;Поставка;Сделка успешна;100000.00;RUB;ООО Ромашка;7707083893;;;01.01.2026 10:00:00;10.06.2026",
    "2;Поставка;Сделка успешна;120000.00;RUB;ООО Ромашка;7707083893;;;01.02.2026 10:00:00;10.07.2026",
    "3;Поставка;Сделка успешна;80000.00;RUB;ООО Ромашка;7707083893;;;01.03.2026 10:00:00;09.08.2026",
    "4;Поставка;Сделка провалена;500000.00;RUB;ООО Ромашка;7707083893;;;01.11.2026 10:00:00;20.11.2026",
    "5;Сервис;Сделка успешна;50000.00;RUB;;;Котова Анна;8 (900) 123-45-67;01.07.2026 10:00:00;11.07.2026",
    "6;Сервис;Сделка успешна;70000.00;RUB;;;Котова Анна;+79001234567;01.08.2026 10:00:00;10.08.2026",
    "7;Сервис;В работе;90000.00;RUB;;;Котова Анна;89001234567;20.11.2026 10:00:00;30.12.2026",
    "8;Сервис;Обжиг;10000.00;RUB;;;Лисицын Олег;+79007654321;05.11.2026 10:00:00;",
    "9;Сервис;Сделка успешна;300.00;USD;;;Лисицын Олег;+79007654321;05.11.2026 10:00:00;25.11.2026",
)
BITRIX24_DEALS = "".join('"' + row.replace(";", '";"') + '";\n' for row in _BITRIX24_ROWS)
"""Every cell in quotes, and a delimiter behind the last."""


def test_bitrix24_deals() -> None:
    outcome = _run(BITRIX24_DEALS)
    assert outcome.table.origin.system == "bitrix24"
    # Won deals alone are purchases, on the day they were closed; one that closes later on the day it was made.
    assert _column(outcome, "purchase") == [
        "yes", "yes", "yes", "cancelled", "yes", "yes", "not-won", "status-unknown", "yes",
    ]  # fmt: skip
    # 30 days each: 105 and 104 days of silence are overdue by 75 and 74.
    assert _column(outcome, "rhythm") == ["overdue"] * 7 + ["on-time"] * 2
    assert _column(outcome, "overdue_days") == ["75"] * 4 + ["74"] * 3 + ["", ""]
    assert outcome.tables["clients"].set_index("client")["turnover"].to_dict()[1] == 300_000
    # Котова is overdue as well, but somebody works on her deal.
    assert outcome.tables["reactivation"]["name"].tolist() == ["ООО Ромашка"]
    assert outcome.findings[["row", "code"]].to_numpy().tolist() == [
        [8, "cadence-status-unknown"], [9, "cadence-other-currency"],
    ]  # fmt: skip


def test_the_user_says_what_a_stage_means() -> None:
    outcome = _run(BITRIX24_DEALS, statuses=(("won", "Обжиг"),))
    assert _column(outcome, "purchase")[7] == "yes"
    with pytest.raises(UsageError, match="sold"):
        _run(BITRIX24_DEALS, statuses=(("sold", "Обжиг"),))


AMOCRM_LEADS = (
    "ID,Название сделки,Бюджет,Дата создания сделки,Дата закрытия,Этап сделки,Воронка,Полное имя контакта,"
    "Компания,Рабочий телефон,Мобильный телефон,Рабочий email\n"
    "1,Заказ,1000,01.06.2026 10:00:00,03.06.2026 12:00:00,Успешно реализовано,В,Котова Анна,,,'79001234567,\n"
    "2,Заказ,2000,01.07.2026 10:00:00,03.07.2026 12:00:00,Успешно реализовано,В,Котова Анна,,'79001234567,,\n"
    "3,Заказ,3000,01.08.2026 10:00:00,03.08.2026 12:00:00,Закрыто и не реализовано,В,Котова Анна,,,'79001234567,\n"
    "4,Заказ,4000,10.11.2026 10:00:00,,Первичный контакт,В,Лисицын Олег,,,'79007654321,o.lisitsyn@example.ru\n"
    "5,Заказ,5000,10.10.2026 10:00:00,12.10.2026 10:00:00,Успешно реализовано,В,,ИП Котов,,,o.lisitsyn@example.ru\n"
)


def test_amocrm_leads() -> None:
    outcome = _run(AMOCRM_LEADS)
    assert outcome.table.origin.system == "amocrm"
    assert _column(outcome, "purchase") == ["yes", "yes", "cancelled", "not-won", "yes"]
    assert _column(outcome, "client") == ["1", "1", "1", "2", "2"]
    # 30 days between 3 June and 3 July; 142 days of silence. The second client bought once, 41 days ago.
    assert _column(outcome, "overdue_days") == ["112", "112", "112", "", ""]
    assert _column(outcome, "rhythm") == ["overdue"] * 3 + ["due"] * 2


def test_turnover_is_less_the_returns_and_the_average_is_of_a_day() -> None:
    rows = [("Котова Анна", 10, "1 000,50", ""), ("Котова Анна", 10, "500", ""), ("Котова Анна", 40, "700", "")]
    outcome = _run(_orders([*rows, ("Котова Анна", 5, "-200", "Возврат"), *_REGULARS]))
    client = _client(outcome, "Котова Анна")
    assert (client["purchases"], client["turnover"], client["average"]) == (2, 2000.5, 1000.25)


def test_the_value_of_winning_back() -> None:
    # Silent for 60 days at a period of 30: exp(-1) to come back, 365 / 30 purchases of 1000 a year, 100 for the try.
    rows = [("Котова Анна", age, "1000", "") for age in (60, 90, 120)]
    client = _client(_run(_orders([*rows, *_REGULARS]), touch_cost=100.0), "Котова Анна")
    assert client["rank"] == 1
    assert client["probability"] == pytest.approx(math.exp(-1))
    assert client["expected_value"] == pytest.approx(math.exp(-1) * 365 / 30 * 1000 - 100, abs=0.01)


def test_who_bought_once_comes_back_as_seldom_as_the_base_does() -> None:
    rows = [("Котова Анна", 60, "1000", ""), *_REGULARS]
    assert _client(_run(_orders(rows)), "Котова Анна")["probability"] == pytest.approx(math.exp(-1) * 3 / 4)


def test_the_list_to_win_back_is_by_value_and_leaves_out_who_opted_out() -> None:
    heading = "Дата заказа;ФИО;Сумма;Статус;Не звонить"
    rows = [
        (name, age, amount, flag)
        for name, amount, flag in (
            ("Котова Анна", "100", ";"),
            ("Лисицын Олег", "900", ";"),
            ("Зайцев Пётр", "9000", ";да"),
        )
        for age in (60, 90, 120)
    ]
    regulars = [(name, age, amount, ";") for name, age, amount, _status in _REGULARS]
    outcome = _run(_orders([*rows, *regulars], heading))
    assert outcome.tables["reactivation"]["name"].tolist() == ["Лисицын Олег", "Котова Анна"]
    assert outcome.tables["reactivation"]["rank"].tolist() == [1, 2]
    assert _client(outcome, "Зайцев Пётр")["rhythm"] == "overdue"
    assert "may not be contacted" in str(_client(outcome, "Зайцев Пётр")["reason"])


def test_abc_and_segments_of_a_base_worked_out_by_hand() -> None:
    # Turnover 500 + 300 + 150 + 40 + 10 = 1000. Recency 1, 2, 3, 4, 5 months; frequency 5, 4, 3, 2, 1 purchases.
    names = ["Первая Анна", "Вторая Анна", "Третья Анна", "Четвёртая Анна", "Пятая Анна"]
    sums = [100, 75, 50, 20, 10]
    rows = [
        (name, 30 * (place + 1) + step, str(sums[place]), "")
        for place, name in enumerate(names)
        for step in range(5 - place)
    ]
    clients = _run(_orders(rows)).tables["clients"].set_index("name").loc[names]
    assert clients["turnover"].tolist() == [500, 300, 150, 40, 10]
    assert clients["abc"].tolist() == ["A", "A", "B", "C", "C"]
    assert clients["recency"].tolist() == clients["frequency"].tolist() == clients["money"].tolist() == [5, 4, 3, 2, 1]
    assert clients["segment"].tolist() == ["champion", "champion", "cooling", "sleeping", "lost"]


def test_without_sums_the_rules_of_money_say_so() -> None:
    outcome = _run(f"Дата заказа;ФИО\n{_day(60)};Котова Анна\n{_day(90)};Котова Анна\n{_day(100)};Лисицын Олег\n")
    rules = outcome.tables["rules"].set_index("rule")["missing"]
    assert {rule for rule, missing in rules.items() if "Amount" in missing} == {"value", "abc", "benefit"}
    assert _column(outcome, "abc") == ["", "", ""]
    assert outcome.tables["reactivation"]["name"].tolist() == ["Котова Анна", "Лисицын Олег"]
    assert "expected_value" not in {column.name for column in outcome.sections[0].columns}


@pytest.mark.parametrize(
    ("columns", "cells", "expected"),
    [
        pytest.param("NPS", "9", True, id="nps-9"),
        pytest.param("NPS", "10", True, id="nps-10"),
        pytest.param("NPS", "8", False, id="nps-8"),
        pytest.param("NPS", "10/10", True, id="ten-of-ten"),
        pytest.param("NPS", "4 из 5", False, id="four-of-five"),
        pytest.param("NPS", "5 из 5", True, id="five-of-five"),
        pytest.param("NPS", "95%", True, id="per-cent"),
        pytest.param("Лояльность", "Промоутер", True, id="promoter"),
        pytest.param("Лояльность", "не лоялен", False, id="denied"),
        pytest.param("Лояльность", "Критик", False, id="detractor"),
        pytest.param("Лояльность", "нейтрален", False, id="passive"),
        pytest.param("Лояльность", "высокая", True, id="high"),
        pytest.param("Лояльность", "", False, id="nothing-said"),
        pytest.param("Готов рекомендовать", "да", True, id="yes"),
        pytest.param("Готов рекомендовать", "Нет", False, id="no"),
        pytest.param("Готов рекомендовать", "1", True, id="flag"),
        pytest.param("NPS;Готов рекомендовать", "10;нет", False, id="the-word-of-the-client-decides"),
        pytest.param("NPS;Готов рекомендовать", "10;", True, id="loyalty-where-the-word-is-missing"),
    ],
)
def test_ready_to_recommend(columns: str, cells: str, expected: bool) -> None:
    outcome = _run(f"Дата заказа;ФИО;Сумма;{columns}\n{_day(5)};Котова Анна;100;{cells}\n")
    assert _client(outcome, "Котова Анна")["recommend"] is expected


def test_the_latest_answer_counts() -> None:
    outcome = _run(f"Дата заказа;ФИО;NPS\n{_day(5)};Котова Анна;\n{_day(9)};Котова Анна;3\n{_day(90)};Котова Анна;10\n")
    assert _client(outcome, "Котова Анна")["recommend"] is False


def test_cost_against_benefit() -> None:
    # Turnover a rouble of cost: 10, 5, 2 and 0.5. By thirds, the last one costs more than it brings.
    rows = [
        ("Первая Анна", "1000", "100"),
        ("Вторая Анна", "500", "100"),
        ("Третья Анна", "200", "100"),
        ("Пятая Анна", "100", "200"),
    ]
    lines = [f"{_day(5)};{name};{amount};{cost};4" for name, amount, cost in rows]
    outcome = _run("\n".join(["Дата заказа;ФИО;Сумма;Затраты на клиента;Касания", *lines]) + "\n")
    clients = outcome.tables["clients"].set_index("name").loc[[name for name, _amount, _cost in rows]]
    assert clients["attractiveness"].tolist() == ["attractive", "ordinary", "ordinary", "loss"]
    assert clients["cost_share"].tolist() == [0.1, 0.2, 0.5, 2.0]
    assert clients["per_touch"].tolist() == [250, 125, 50, 25]


def test_a_cost_that_repeats_in_every_order_is_taken_once() -> None:
    heading = "Дата заказа;ФИО;Сумма;Затраты\n"
    same = [f"{_day(age)};Котова Анна;100;70" for age in (1, 2, 3)]
    each = [f"{_day(age)};Котова Анна;100;{age}0" for age in (1, 2, 3)]
    assert _client(_run(heading + "\n".join(same)), "Котова Анна")["cost"] == 70
    assert _client(_run(heading + "\n".join(each)), "Котова Анна")["cost"] == 60


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "ФИО;Телефон;Сумма;Дата последней активности\nКотова Анна;+79001234567;5;01.01.2026\n", id="contacts"
        ),
        pytest.param("ФИО;Телефон;Дата создания\nКотова Анна;+79001234567;01.01.2026\n", id="cards"),
        pytest.param("ФИО;Телефон\nКотова Анна;+79001234567\n", id="no-dates"),
    ],
)
def test_a_list_of_contacts_is_no_list_of_orders(text: str) -> None:
    with pytest.raises(UsageError, match="a line per order"):
        _run(text)


def test_wrong_settings() -> None:
    text = _orders(_REGULARS)
    with pytest.raises(UsageError, match="as-of"):
        _run(text, as_of="вчера")
    with pytest.raises(UsageError, match="a_share"):
        _run(text, a_share=0.99)


def test_orders_in_any_order_say_the_same() -> None:
    table = _read(_orders([("Котова Анна", age, str(age), "") for age in (20, 31, 47)] + _REGULARS))
    turned = table.with_frame(table.frame.iloc[::-1])
    settings = CadenceSettings(as_of=_AS_OF)
    drop = ["client"]
    one, other = (cadence(each, settings).tables["clients"].drop(columns=drop) for each in (table, turned))
    one, other = (frame.sort_values("name", ignore_index=True).drop(columns="rank") for frame in (one, other))
    pd.testing.assert_frame_equal(one, other)


def test_a_second_run_replaces_its_own_columns() -> None:
    settings = CadenceSettings(as_of=_AS_OF)
    first = cadence(_read(_orders(_REGULARS)), settings).table
    again = cadence(first, settings).table
    pd.testing.assert_frame_equal(first.frame, again.frame)


def test_an_empty_table_has_no_clients() -> None:
    outcome = _run("Дата заказа;ФИО;Сумма;Касания;NPS;Не звонить\n")
    assert list(outcome.tables["clients"].columns) == list(CLIENT_COLUMNS)
    assert not len(outcome.tables["clients"])
    assert outcome.figures["clients"] == 0


_CELLS = st.one_of(
    st.sampled_from(
        ["", "01.11.2026", "2026-05-01", "99.99.9999", "+79001234567", "Котова Анна", "ООО «Ромашка»", "-5", "1 000,50",
         "да", "1e400", "100", "Отменён", "Сделка успешна", "7707083893", "anna@example.com", "10 из 0", "%", "руб."]
    ),
    st.text(max_size=12),
)  # fmt: skip
_ROLES = st.sampled_from([role for role in ROLES if role not in ("gender", "kpp", "snils", "ogrn")])


@st.composite
def _tables(draw: st.DrawFn) -> Table:
    roles = ["ordered_at", *draw(st.lists(_ROLES, min_size=1, max_size=9))]
    height = draw(st.integers(0, 6))
    columns = tuple(Column(name=f"{role} {place}", header=role, role=role) for place, role in enumerate(roles))
    cells = {column.name: draw(st.lists(_CELLS, min_size=height, max_size=height)) for column in columns}
    entity = draw(st.sampled_from(["", "order", "deal", "contact"]))
    return Table(pd.DataFrame(cells, dtype="str"), columns, Origin(entity=entity))


@given(_tables())
def test_any_table_keeps_its_rows_and_cells(table: Table) -> None:
    outcome = cadence(table, CadenceSettings(as_of=_AS_OF))
    kept = [column.name for column in table.columns]
    pd.testing.assert_frame_equal(outcome.table.frame[kept], table.frame)
    assert outcome.figures["rows_in"] == outcome.figures["rows_out"] == len(table)
    kinds = {str(kind) for made in outcome.tables.values() for kind in made.dtypes}
    assert kinds <= {"str", "int64", "float64", "bool"}
    assert set(_column(outcome, "purchase")) <= {PURCHASE, *WHY_NOT}
    numbers = {text for text in _column(outcome, "client") if text}
    assert numbers == {str(number) for number in outcome.tables["clients"]["client"].tolist()}
    assert outcome.tables["clients"]["turnover"].dropna().ge(0).all()
