"""The tables of a funnel, every number counted by hand on small exports; told on 22 November 2026."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from crmclean.core.hygiene_settings import FunnelSettings
from crmclean.core.settings import ReadSettings
from crmclean.core.step import Outcome
from crmclean.core.table import Table
from crmclean.files.reading import read_table
from crmclean.hygiene.calls import read_calls
from crmclean.hygiene.funnel import funnel
from crmclean.hygiene.funnel_counts import find_interval

SETTINGS = FunnelSettings(as_of="2026-11-22")

HEADER = (
    "ID,Этап сделки,Воронка,Бюджет,Ответственный,Источник,Причина отказа,Дата создания сделки,Дата редактирования,"
    "Дата закрытия,Ближайшая задача,Полное имя контакта\n"
)
EXPORT = f"""{HEADER}\
1,Неразобранное,Продажи,100,Анна,ВК,,12.11.2026,12.11.2026,,25.11.2026,А
2,Неразобранное,Продажи,,Анна,ВК,,02.11.2026,02.11.2026,,,Б
3,Недозвон,Продажи,,Анна,ВК,,01.10.2026,03.10.2026,,01.11.2026,В
4,Недозвон,Продажи,,Пётр,вк,,12.11.2026,12.11.2026,,25.11.2026,Г
5,Переговоры,Продажи,300,Анна,Сайт,,01.11.2026,12.11.2026,,25.11.2026,Д
6,Переговоры,Продажи,500,Пётр,Сайт,,01.09.2026,13.10.2026,,,Е
7,Согласование договора,Продажи,1000,Пётр,Сайт,,01.11.2026,20.11.2026,,21.11.2026,Ж
8,Успешно реализовано,Продажи,2000,Анна,Сайт,,01.09.2026,21.09.2026,21.09.2026,,З
9,Успешно реализовано,Продажи,4000,Пётр,Сайт,,01.09.2026,01.10.2026,01.10.2026,,И
10,Закрыто и не реализовано,Продажи,700,Анна,ВК,Нет контакта,01.09.2026,11.09.2026,11.09.2026,,К
11,Закрыто и не реализовано,Продажи,900,Пётр,Сайт,Дорого,01.09.2026,11.10.2026,11.10.2026,,Л
12,Дубль,Продажи,,Анна,Сайт,,01.09.2026,02.09.2026,02.09.2026,,М
13,Новая,Сервис,50,Анна,Сайт,,20.11.2026,20.11.2026,,25.11.2026,Н
"""


def read(text: str) -> Table:
    """Return a table as the program reads it from a file."""
    return read_table(text.encode(), "deals.csv", ReadSettings()).table


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    """What the export above comes to."""
    return funnel(read(EXPORT), SETTINGS)


def rows_of(frame: pd.DataFrame, *names: str) -> list[list[object]]:
    """Return the cells of some columns; None where a number is not known."""
    return [
        [None if isinstance(cell, float) and np.isnan(cell) else cell for cell in row]
        for row in frame[list(names)].itertuples(index=False, name=None)
    ]


def test_figures(outcome: Outcome) -> None:
    assert dict(outcome.figures) == {
        "rows_in": 13, "rows_out": 13, "open_records": 8, "won": 2, "lost": 3, "stuck": 2, "no_task": 2,
        "overdue_promises": 2, "silent": 3,
    }  # fmt: skip


def test_tags(outcome: Outcome) -> None:
    tagged = {2: "no-task", 3: "stuck; overdue-promise", 6: "stuck; no-task", 7: "overdue-promise"}
    assert outcome.table.frame["crmclean_funnel"].tolist() == [tagged.get(row, "") for row in range(1, 14)]


def test_stages(outcome: Outcome) -> None:
    names = ("pipeline", "step", "stage", "class", "records", "median_days", "allowed_days", "stuck", "no_task")
    assert rows_of(outcome.tables["by_stage"], *names, "overdue", "money") == [
        ["Продажи", 1, "Недозвон", "no-answer", 2, 30, 30, 1, 0, 1, 0],
        ["Продажи", 1, "Неразобранное", "new", 2, 15, 30, 0, 1, 0, 100],
        ["Продажи", 2, "Переговоры", "in-work", 2, 25, 30, 1, 1, 0, 800],
        ["Продажи", 3, "Согласование договора", "agreeing", 1, 2, 30, 0, 0, 1, 1000],
        ["Продажи", 0, "Закрыто и не реализовано", "lost", 2, 25, None, 0, 0, 0, 1600],
        ["Продажи", 0, "Успешно реализовано", "won", 2, 25, None, 0, 0, 0, 6000],
        ["Продажи", 0, "Дубль", "duplicate", 1, 1, None, 0, 0, 0, 0],
        ["Сервис", 1, "Новая", "new", 1, 2, 30, 0, 0, 0, 50],
    ]
    assert outcome.tables["by_stage"]["share"].tolist() == pytest.approx(
        [2 / 12] * 3 + [1 / 12, 2 / 12, 2 / 12, 1 / 12, 1]
    )


def test_drop_out(outcome: Outcome) -> None:
    lines = outcome.tables["drop_out"]
    assert rows_of(lines, "pipeline", "step", "stages", "reached", "lost_here", "went_on", "unplaced") == [
        ["Продажи", 1, "Недозвон, Неразобранное", 9, 0, 5, 2],
        ["Продажи", 2, "Переговоры", 5, 0, 3, 2],
        ["Продажи", 3, "Согласование договора", 3, 0, 2, 2],
        ["Продажи", 4, "won", 2, 0, 0, 2],
        ["Сервис", 1, "Новая", 1, 0, 0, 0],
        ["Сервис", 2, "won", 0, 0, 0, 0],
    ]
    # The two lost deals were lost in that step, or later.
    assert rows_of(lines, "least", "most") == [
        [5 / 11, 7 / 11], [3 / 7, 5 / 7], [2 / 5, 4 / 5], [None, None], [0, 0], [None, None],
    ]  # fmt: skip


def test_sources(outcome: Outcome) -> None:
    lines = outcome.tables["by_source"]
    assert rows_of(
        lines, "source", "leads", "reached", "silent", "silent_share", "won", "conversion", "money", "remark"
    ) == [
        ["Сайт", 8, 6, 0, 0, 2, 0.25, 6000, "few"],
        ["ВК", 5, 0, 3, 0.6, 0, 0, 0, "few"],
    ]
    # 3 of 5 by the formula of Wilson: (0.6 + 0.384 ± 0.576) / 1.768
    assert lines["silent_low"].round(3).tolist() == [0, 0.231]
    assert lines["silent_high"].round(3).tolist()[1] == 0.882
    assert lines["money_per_lead"].tolist() == [750, 0]


def test_a_source_that_does_not_answer_is_one_line_of_a_table() -> None:
    shown = funnel(read(EXPORT), replace(SETTINGS, few=1)).tables["source_lines"]
    assert rows_of(shown, "source", "silent", "leads", "remark_text") == [
        ["Сайт", 0, 8, "sells better"],
        ["ВК", 3, 5, "does not answer"],
    ]


def test_managers(outcome: Outcome) -> None:
    names = ("manager", "records", "open", "stuck", "no_task", "overdue", "won", "lost", "conversion", "money")
    assert rows_of(outcome.tables["by_manager"], *names, "open_money") == [
        ["Анна", 8, 5, 1, 1, 1, 1, 2, 0.125, 2000, 450],
        ["Пётр", 5, 3, 1, 1, 1, 1, 1, 0.2, 4000, 1500],
    ]


def test_losses(outcome: Outcome) -> None:
    assert rows_of(outcome.tables["losses"], "reason", "records", "share", "money") == [
        ["", 1, 1 / 3, 0], ["Дорого", 1, 1 / 3, 900], ["Нет контакта", 1, 1 / 3, 700],
    ]  # fmt: skip


def test_whom_to_see_first(outcome: Outcome) -> None:
    lines = outcome.tables["first"]
    assert rows_of(lines, "row", "id", "manager", "money") == [
        [7, "7", "Пётр", 1000], [6, "6", "Пётр", 500], [3, "3", "Анна", None], [2, "2", "Анна", None],
    ]  # fmt: skip


def test_method(outcome: Outcome) -> None:
    assert outcome.tables["method"]["text"].tolist() == [
        "Order of the stages of “Продажи”: as the system itself orders them.",
        "Order of the stages of “Сервис”: by what their names mean.",
        "8 open records without a date of their stage: their days are counted from their last change, too few rather "
        "than too many.",
        "3 ended records do not tell at which stage they ended.",
    ]


def test_people_stand_in_no_summary(outcome: Outcome) -> None:
    summaries = {section.table for section in outcome.sections if section.is_summary}
    assert summaries == {"stage_lines", "drop_out", "source_lines", "rules", "method"}


_ORDERS = {
    "settings": (("Замер", "Договор", "Монтаж"), ["Замер", "Договор", "Монтаж"], (), "as the settings list them"),
    "numbers": (("3. Монтаж", "1. Замер", "2. Договор"), ["1. Замер", "2. Договор", "3. Монтаж"], None,
                "by the numbers in their names"),
    "known": (("C3:FINAL_INVOICE", "C3:NEW", "C3:EXECUTING"), ["C3:NEW", "C3:EXECUTING", "C3:FINAL_INVOICE"], None,
                    "as the system itself orders them"),
    "meaning": (("Ждём оплату", "Заявка", "Замер"), ["Заявка", "Замер", "Ждём оплату"], None,
                "by what their names mean"),
    "age": (("Квиз", "Новая", "Дизайн"), ["Квиз", "Новая", "Дизайн"], None,
            "by the median age of their records: a guess, name your order with --stages"),
}  # fmt: skip


@pytest.mark.parametrize(("stages", "expected", "wanted", "basis"), _ORDERS.values(), ids=_ORDERS.keys())
def test_order_of_stages(
    stages: tuple[str, ...], expected: list[str], wanted: tuple[str, ...] | None, basis: str
) -> None:
    lines = [f"{row},{stage},{15 - row:02d}.10.2026,N,А" for row, stage in enumerate(stages, start=1)]
    table = read("\n".join(["ID,Стадия сделки,Дата создания,Сделка закрыта,Контакт", *lines, ""]))
    settings = SETTINGS if wanted is None else replace(SETTINGS, stages=("замер", "договор", "монтаж"))
    outcome = funnel(table, settings)
    assert outcome.tables["drop_out"]["stages"].tolist() == [*expected, "won"]
    assert basis in outcome.tables["method"]["text"].iloc[0]


def test_a_column_beside_the_status_tells_where_deals_were_lost() -> None:
    table = read(
        "Deal - ID,Deal - Title,Deal - Stage,Deal - Status,Deal - Contact person\n"
        "1,a,Lead in,Open,А\n2,b,Contact made,Open,Б\n3,c,Contact made,Lost,В\n4,d,Proposal made,Lost,Г\n"
        "5,e,Proposal made,Won,Д\n"
    )
    outcome = funnel(table, SETTINGS)
    lines = outcome.tables["drop_out"]
    assert rows_of(lines, "stages", "reached", "lost_here", "went_on", "least", "most") == [
        ["Lead in", 5, 0, 4, 0.8, 0.8],
        ["Contact made", 4, 1, 2, 0.5, 0.5],
        ["Proposal made", 2, 1, 1, 0.5, 0.5],
        ["won", 1, 0, 0, None, None],
    ]
    assert (outcome.figures["won"], outcome.figures["lost"], outcome.figures["open_records"]) == (1, 2, 2)


def test_sums_of_two_currencies_are_not_added() -> None:
    table = read(
        "ID,Стадия сделки,Сумма,Валюта,Ответственный,Контакт\n"
        "1,Сделка успешна,100,RUB,Анна,А\n2,Сделка успешна,200,руб.,Анна,Б\n3,Сделка успешна,5000,USD,Анна,В\n"
        "4,Сделка успешна,40,,Анна,Г\n5,Сделка успешна,7 $,,Анна,Д\n"
    )
    outcome = funnel(table, SETTINGS)
    assert outcome.tables["by_manager"]["money"].tolist() == [340]
    assert "Money is in RUB; 2 records in other currencies are left out." in outcome.tables["method"]["text"].tolist()


CALLS = """\
Дата;Кто звонил;Кому звонили;Тип вызова;Результат
01.11.2026 10:00:00;74950000101;79000000001;Исходящий;Нет ответа
02.11.2026 10:00:00;74950000101;79000000001;Исходящий;Нет ответа
03.11.2026 10:00:00;74950000101;79000000001;Исходящий;Занято
01.11.2026 10:00:00;74950000101;79000000002;Исходящий;Нет ответа
02.11.2026 10:00:00;74950000101;79000000002;Исходящий;Отвечен
01.11.2026 10:00:00;74950000101;79000000003;Исходящий;Нет ответа
"""


def test_calls_tell_who_answers() -> None:
    table = read(
        "ФИО;Телефон;Статус;Источник\n"
        "Лисицын Олег;8 900 000-00-01;Новый;ВК\n"
        "Котова Анна;8 900 000-00-02;Недозвон;ВК\n"
        "Белкин Пётр;8 900 000-00-03;Новый;ВК\n"
        "Орлова Нина;8 900 000-00-01;В работе;Сайт\n"
    )
    calls = read_calls(read_table(CALLS.encode(), "calls.csv", ReadSettings(), of_clients=False).table)
    names = ("source", "leads", "reached", "silent")
    # Three calls in vain; one answered after a failed one; one call is not enough; a talk that the status knows of.
    assert rows_of(funnel(table, SETTINGS, calls).tables["by_source"], *names) == [["ВК", 3, 1, 1], ["Сайт", 1, 1, 0]]
    assert rows_of(funnel(table, SETTINGS).tables["by_source"], *names) == [["ВК", 3, 0, 1], ["Сайт", 1, 1, 0]]
    one = funnel(table, replace(SETTINGS, attempts=1), calls)
    assert rows_of(one.tables["by_source"], *names) == [["ВК", 3, 1, 2], ["Сайт", 1, 1, 0]]


def test_attempts_activities_and_reasons_tell_who_answers() -> None:
    table = read(
        "ФИО;Телефон;Статус;Попытки дозвона;Последний контакт;Дата создания;Источник;Причина отказа\n"
        "А;+79000000001;Новый;3;;01.11.2026;a;\n"
        "Б;+79000000002;Новый;2;;01.11.2026;b;\n"
        "В;+79000000003;Новый;;05.11.2026;01.11.2026;c;\n"
        "Г;+79000000004;Новый;;01.11.2026;01.11.2026;d;\n"
        "Д;+79000000005;Закрыто и не реализовано;;;01.11.2026;e;Недозвон\n"
        "Е;+79000000006;Закрыто и не реализовано;;;01.11.2026;f;Не устроила цена\n"
        "Ж;+79000000007;Закрыто и не реализовано;;;01.11.2026;g;Спам\n"
    )
    lines = funnel(table, SETTINGS).tables["by_source"]
    assert rows_of(lines, "source", "reached", "silent") == [
        ["a", 0, 1], ["b", 0, 0], ["c", 1, 0], ["d", 0, 0], ["e", 0, 1], ["f", 1, 0], ["g", 0, 0],
    ]  # fmt: skip


def test_an_interval_holds_the_share_and_ends_at_the_ends() -> None:
    whole = np.full(11, 10)
    parts = np.arange(11)
    low, high = find_interval(parts, whole)
    assert low[0] == 0
    assert high[10] == 1
    assert (low <= parts / whole).all()
    assert (parts / whole <= high).all()
    # 0 of 10: the upper bound of Wilson is z² / (n + z²)
    assert high[0] == pytest.approx(3.8415 / 13.8415, abs=1e-4)
