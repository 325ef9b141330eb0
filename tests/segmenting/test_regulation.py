"""The next step of every client, row by row; told on Monday, 23 November 2026 at 12:00, working days 9:00 to 18:00."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmclean.core.i18n import set_language
from crmclean.core.segment_settings import Chain, ChainStep
from crmclean.core.settings import ReadSettings
from crmclean.core.table import Table
from crmclean.files.reading import read_table
from crmclean.segmenting.chain_facts import find_without_task
from crmclean.segmenting.due_dates import write_dues
from crmclean.segmenting.regulation import (
    ChainCall,
    NextSteps,
    apply_chains,
    choose_chains,
    find_chain_problems,
)
from crmclean.segmenting.span_text import SpanError
from crmclean.segmenting.working_time import WorkingTime

NOW = pd.Timestamp("2026-11-23 12:00")
OFFICE = WorkingTime()

NO_ANSWER = Chain(
    "Недозвон",
    "status is no-answer",
    step=(
        ChainStep("1 час", "Перезвонить"),
        ChainStep("1 рабочий день", "Перезвонить ещё раз"),
        ChainStep("1 рабочий день", "СМС", when="phone is not empty"),
        ChainStep("2 рабочих дня", "Потерян", owner="Руководитель"),
    ),
)
BITRIX = (
    "ID;Контакт;Телефон;Стадия сделки;Дата создания;Дата изменения;Дата изменения стадии;"
    "Дата последней активности;Предполагаемая дата закрытия;Следующее дело;Попыток дозвона;Сделка закрыта"
)


def read(*rows: str, header: str = BITRIX) -> Table:
    """Return a table as the program reads it from a file."""
    return read_table("\n".join([header, *rows, ""]).encode(), "deals.csv", ReadSettings()).table


def has_phone(table: Table) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    return table.coalesced("phone").ne("").to_numpy(dtype=np.bool_)


def steps_of(table: Table, chain: Chain = NO_ANSWER, now: pd.Timestamp = NOW) -> NextSteps:
    """Return the next steps of a table all of whose clients are in one chain."""
    steps = tuple(has_phone(table) if step.when else None for step in chain.step)
    return apply_chains(table, [ChainCall(chain, steps)], np.zeros(len(table), dtype=np.int64), now, OFFICE)


# stage; created; modified; stage since; activity; expected; task; attempts
_CASES = {
    "just now: call back in an hour": (
        "Недозвон;01.11.2026;23.11.2026 11:30;23.11.2026 11:30;;;;", "Перезвонить", "2026-11-23 12:30", 0,
    ),
    "at the end of Friday: on Monday morning": (
        "Недозвон;01.11.2026;;20.11.2026 17:45;;;;", "Перезвонить", "2026-11-23 12:00", 0,
    ),
    "this morning: the hour has passed": (
        "Недозвон;01.11.2026;;23.11.2026 09:30;;;;", "Перезвонить", "2026-11-23 12:00", 0,
    ),
    "on Thursday, nothing was done since": (
        "Недозвон;01.11.2026;;19.11.2026 10:00;;;;", "Перезвонить", "2026-11-23 12:00", 4,
    ),
    "on Thursday, the last activity is the change itself": (
        "Недозвон;01.11.2026;;19.11.2026 10:00;19.11.2026 10:00;;;", "Перезвонить", "2026-11-23 12:00", 4,
    ),
    "on Thursday, called back the same day": (
        "Недозвон;01.11.2026;;19.11.2026 10:00;19.11.2026 15:00;;;", "Перезвонить ещё раз", "2026-11-23", 3,
    ),
    "called back too early: still to be done": (
        "Недозвон;01.11.2026;;19.11.2026 10:00;19.11.2026 10:30;;;", "Перезвонить", "2026-11-23 12:00", 4,
    ),
    "on Friday, called back the same day: again today": (
        "Недозвон;01.11.2026;;20.11.2026 10:00;20.11.2026 15:00;;;", "Перезвонить ещё раз", "2026-11-23", 0,
    ),
    "on Thursday, called again on Friday: a message today": (
        "Недозвон;01.11.2026;;19.11.2026 10:00;20.11.2026 12:00;;;", "СМС", "2026-11-23", 0,
    ),
    "on Wednesday, messages sent on Friday: lost tomorrow": (
        "Недозвон;01.11.2026;;18.11.2026 10:00;20.11.2026 12:00;;;", "Потерян", "2026-11-24", 0,
    ),
    "long ago and worked on since: stays at the last step": (
        "Недозвон;01.06.2026;;01.09.2026 10:00;20.11.2026 12:00;;;", "Потерян", "2026-11-23", 77,
    ),
    "one attempt: the second call, a working day after the last touch": (
        "Недозвон 1;01.11.2026;;23.11.2026 10:00;;;;", "Перезвонить ещё раз", "2026-11-24", 0,
    ),
    "two attempts: a message": (
        "Недозвон 2;01.11.2026;;20.11.2026 16:00;;;;", "СМС", "2026-11-23", 0,
    ),
    "three attempts: lost": (
        "Недозвон 3;01.11.2026;;20.11.2026 16:00;;;;", "Потерян", "2026-11-24", 0,
    ),
    "ten attempts: stays at the last step": (
        "Недозвон;01.11.2026;;20.11.2026 16:00;;;;10", "Потерян", "2026-11-24", 0,
    ),
    "no attempt by the column": (
        "Недозвон;01.11.2026;;23.11.2026 11:30;;;;0", "Перезвонить", "2026-11-23 12:30", 0,
    ),
    "the column counts more than the status": (
        "Недозвон 1;01.11.2026;;20.11.2026 16:00;;;;2", "СМС", "2026-11-23", 0,
    ),
    "a column of words counts nothing": (
        "Недозвон;01.11.2026;;23.11.2026 11:30;;;;много", "Перезвонить", "2026-11-23 12:30", 0,
    ),
    "attempts count from the last activity": (
        "Недозвон 2;01.11.2026;;10.11.2026 16:00;23.11.2026 10:00;;;", "СМС", "2026-11-24", 0,
    ),
    "a call is agreed on": (
        "Недозвон;01.11.2026;;20.11.2026 16:00;;;25.11.2026 14:00;", "Перезвонить", "2026-11-25 14:00", 0,
    ),
    "a call is agreed on for a Saturday: on Monday": (
        "Недозвон;01.11.2026;;20.11.2026 16:00;;;28.11.2026;", "Перезвонить", "2026-11-30", 0,
    ),
    "a call is agreed on for today": (
        "Недозвон;01.11.2026;;20.11.2026 16:00;;;23.11.2026;", "Перезвонить", "2026-11-23", 0,
    ),
    "an agreed call was missed": (
        "Недозвон;01.11.2026;;10.11.2026 16:00;;;20.11.2026;", "Перезвонить", "2026-11-23", 3,
    ),
    "the agreed call was made": (
        "Недозвон;01.11.2026;;18.11.2026 10:00;20.11.2026 12:00;;20.11.2026;", "Потерян", "2026-11-24", 0,
    ),
    "the agreed call is what nobody answered": (
        "Недозвон;01.11.2026;;20.11.2026 16:00;;;20.11.2026 16:00;", "Перезвонить", "2026-11-23 12:00", 3,
    ),
    "tasks without a date do not count": (
        "Недозвон;01.11.2026;;23.11.2026 11:30;;;Нет задач;", "Перезвонить", "2026-11-23 12:30", 0,
    ),
    "the day of closing is no day to call": (
        "Недозвон;01.11.2026;;23.11.2026 11:30;;25.12.2026;;", "Перезвонить", "2026-11-23 12:30", 0,
    ),
    "postponed: on the day that was named": (
        "Отложено до весны;01.11.2026;;20.11.2026 16:00;;01.03.2027;;", "Перезвонить", "2027-03-01", 0,
    ),
    "postponed: a task goes before it": (
        "Отложено до весны;01.11.2026;;20.11.2026 16:00;;01.03.2027;15.02.2027;", "Перезвонить", "2027-02-15", 0,
    ),
    "was reached since: old attempts say nothing": (
        "Переговоры;01.11.2026;;23.11.2026 11:30;;;;3", "Перезвонить", "2026-11-23 12:30", 0,
    ),
    "an unknown status: attempts count": (
        "Ёлки;01.11.2026;;20.11.2026 16:00;;;;2", "СМС", "2026-11-23", 0,
    ),
    "no date of the stage: from the last activity": (
        "Недозвон;01.11.2026;01.11.2026;;23.11.2026 11:30;;;", "Перезвонить", "2026-11-23 12:30", 0,
    ),
    "neither: from the last change": (
        "Недозвон;01.11.2026;23.11.2026 11:30;;;;;", "Перезвонить", "2026-11-23 12:30", 0,
    ),
    "nor that: from the creation": (
        "Недозвон;23.11.2026 11:30;;;;;;", "Перезвонить", "2026-11-23 12:30", 0,
    ),
    "no dates at all: from now": (
        "Недозвон;;;;;;;", "Перезвонить", "2026-11-23 13:00", 0,
    ),
    "a date of the future: from now": (
        "Недозвон;01.11.2026;;25.12.2026 10:00;;;;", "Перезвонить", "2026-11-23 13:00", 0,
    ),
}  # fmt: skip


def _row(number: int, cells: str, phone: str = "+7 900 000-11-22") -> str:
    return f"{number};Ли Анна;{phone};{cells};N"


@pytest.mark.parametrize(("cells", "action", "due", "overdue"), _CASES.values(), ids=_CASES.keys())
def test_next_step(cells: str, action: str, due: str, overdue: int) -> None:
    steps = steps_of(read(_row(1, cells)))
    assert (steps.action[0], write_dues(steps.dues)[0], int(steps.dues.overdue_days[0])) == (action, due, overdue)


def test_all_rows_at_once_give_the_same() -> None:
    table = read(*(_row(number, case[0]) for number, case in enumerate(_CASES.values(), start=1)))
    steps = steps_of(table)
    told = zip(steps.action, write_dues(steps.dues), steps.dues.overdue_days.tolist(), strict=True)
    assert list(told) == [case[1:] for case in _CASES.values()]


@pytest.mark.parametrize(
    ("cells", "action", "due"),
    [
        pytest.param("Недозвон 2;01.11.2026;;20.11.2026 16:00;;;;", "Потерян", "2026-11-24", id="after two attempts"),
        pytest.param(
            "Недозвон;01.11.2026;;19.11.2026 10:00;20.11.2026 12:00;;;", "Потерян", "2026-11-24",
            id="its time does not count either",
        ),
    ],
)  # fmt: skip
def test_a_step_that_does_not_suit_is_passed_over(cells: str, action: str, due: str) -> None:
    steps = steps_of(read(_row(1, cells, phone=""), _row(2, cells)))
    assert steps.action.tolist() == [action, "СМС"]
    assert write_dues(steps.dues)[0] == due


def test_owner_step_and_chain_are_told() -> None:
    table = read(_row(1, "Недозвон 3;01.11.2026;;20.11.2026 16:00;;;;"), _row(2, "Недозвон;;;;;;;"))
    steps = steps_of(table)
    assert steps.chain.tolist() == [0, 0]
    assert steps.step.tolist() == [3, 0]
    assert steps.owner.tolist() == ["Руководитель", ""]


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ("Недозвон 2;01.11.2026;;20.11.2026 16:00;;;;", "Недозвон: step 3 of 4; 2 attempts so far"),
        ("Недозвон;01.11.2026;;19.11.2026 10:00;;;;", "Недозвон: step 1 of 4; since 19.11.2026; overdue by 4 days"),
        ("Недозвон;01.11.2026;;20.11.2026 16:00;;;25.11.2026;", "Недозвон: step 1 of 4; agreed for 25.11.2026"),
    ],
)
def test_says_why(cells: str, why: str) -> None:
    assert steps_of(read(_row(1, cells))).why.tolist() == [why]
    with_words = replace(NO_ANSWER, why="Не дозвонились")
    assert steps_of(read(_row(1, cells)), with_words).why.tolist() == [f"Не дозвонились; {why}"]


def test_a_chain_may_start_from_a_column_of_the_file() -> None:
    header = "ID;Контакт;Дата показа;Дата создания"
    table = read("1;Ли Анна;20.11.2026;01.11.2026", "2;Ли Анна;30.11.2026;01.11.2026", "3;Ли Анна;;23.11.2026",
                 header=header)  # fmt: skip
    chain = Chain("После показа", "", start="дата показа", step=(ChainStep("2 working days", "Узнать мнение"),))
    steps = apply_chains(table, [ChainCall(chain, (None,))], np.zeros(3, dtype=np.int64), NOW, OFFICE)
    assert write_dues(steps.dues).tolist() == ["2026-11-24", "2026-12-02", "2026-11-25"]


def test_a_role_that_the_file_lacks_starts_from_the_last_touch() -> None:
    table = read("1;Ли Анна;23.11.2026", header="ID;Контакт;Дата создания")
    chain = Chain("Покупка", "", start="ordered_at", step=(ChainStep("1 week", "Спросить"),))
    assert find_chain_problems([chain], table) == ()
    steps = apply_chains(table, [ChainCall(chain, (None,))], np.zeros(1, dtype=np.int64), NOW, OFFICE)
    assert write_dues(steps.dues).tolist() == ["2026-11-30"]


def test_a_step_of_the_same_day_is_due_until_something_is_done() -> None:
    chain = Chain("Пропал", "", step=(ChainStep("0", "Позвонить"), ChainStep("3 рабочих дня", "Написать")))
    rows = [
        _row(1, "Пропал;01.11.2026;;23.11.2026 10:00;23.11.2026 10:00;;;"),
        _row(2, "Пропал;01.11.2026;;23.11.2026 10:00;23.11.2026 11:00;;;"),
        _row(3, "Пропал;01.11.2026;;16.11.2026 10:00;17.11.2026 11:00;;;"),
    ]
    steps = steps_of(read(*rows), chain)
    assert steps.action.tolist() == ["Позвонить", "Написать", "Написать"]
    assert write_dues(steps.dues).tolist() == ["2026-11-23", "2026-11-26", "2026-11-23"]


def test_clients_outside_every_chain_get_nothing() -> None:
    table = read(_row(1, "Недозвон;;;;;;;"), _row(2, "В работе;;;;;;;"))
    call = ChainCall(NO_ANSWER, (None, None, has_phone(table), None))
    steps = apply_chains(table, [call], np.array([0, -1]), NOW, OFFICE)
    assert steps.chain.tolist() == [0, -1]
    assert steps.action.tolist() == ["Перезвонить", ""]
    assert steps.why[1] == ""
    assert write_dues(steps.dues)[1] == ""
    nobody = apply_chains(table, [], np.array([-1, -1]), NOW, OFFICE)
    assert nobody.step.tolist() == [-1, -1]


def test_no_step_suits() -> None:
    table = read(_row(1, "Недозвон;;;;;;25.11.2026;", phone=""))
    chain = Chain("СМС", "", step=(ChainStep("0", "СМС", when="phone is not empty"),))
    steps = steps_of(table, chain)
    assert (steps.chain.tolist(), steps.action.tolist(), write_dues(steps.dues).tolist()) == ([-1], [""], [""])


def test_the_first_chain_takes_a_client() -> None:
    one, other = Chain("А", "", step=(ChainStep("0", "а"),)), Chain("Б", "", step=(ChainStep("0", "б"),))
    table = read(*(_row(number, "Недозвон;;;;;;;") for number in (1, 2, 3)))
    chosen = choose_chains([np.array([True, False, False]), np.array([True, True, False])], 3)
    steps = apply_chains(table, [ChainCall(one, (None,)), ChainCall(other, (None,))], chosen, NOW, OFFICE)
    assert steps.action.tolist() == ["а", "б", ""]


def test_problems_of_chains_are_named_together() -> None:
    chain = Chain("Недозвон", "", start="Дата показа", step=(ChainStep("1 huor", "а"), ChainStep("вчера", "б")))
    assert find_chain_problems([NO_ANSWER, chain, Chain("Пустая", "")], read(_row(1, "Недозвон;;;;;;;"))) == (
        "The chain “Недозвон” starts with “Дата показа”, and the file has no such column.",
        "Chain “Недозвон”, step 1: “1 huor” is no length of time. Did you mean “1 hour”?",
        "Chain “Недозвон”, step 2: “вчера” is no length of time. Write it as 30 minutes, 1 hour, 2 days, "
        "3 working days, 1 week or 1 month.",
        "The chain “Пустая” has no steps.",
    )
    with pytest.raises(SpanError):
        apply_chains(read(_row(1, "Недозвон;;;;;;;")), [ChainCall(chain, (None, None))], np.array([0]), NOW, OFFICE)


def test_own_statuses_count() -> None:
    table = read(_row(1, "НБТ;01.11.2026;;20.11.2026 16:00;;;;2"), _row(2, "Ждём;01.11.2026;;20.11.2026;;01.03.2027;;"))
    call = ChainCall(NO_ANSWER, (None, None, has_phone(table), None))
    own = {"no-answer": ["НБТ"], "postponed": ["Ждём"]}
    steps = apply_chains(table, [call], np.zeros(2, dtype=np.int64), NOW, OFFICE, own)
    assert steps.action.tolist() == ["СМС", "Перезвонить"]
    assert write_dues(steps.dues).tolist() == ["2026-11-23", "2027-03-01"]


@pytest.mark.parametrize(
    ("stage", "task", "closed", "has_action", "expected"),
    [
        pytest.param("В работе", "", "N", False, True, id="open, no task, no action"),
        pytest.param("В работе", "Нет задач", "N", False, True, id="no tasks in words"),
        pytest.param("Ёлки", "", "", False, True, id="an unknown stage counts as open"),
        pytest.param("Пропал", "", "N", False, True, id="vanished is still open"),
        pytest.param("В работе", "", "N", True, False, id="gets an action"),
        pytest.param("В работе", "25.11.2026", "N", False, False, id="has a task"),
        pytest.param("В работе", "Позвонить", "N", False, False, id="has a task in words"),
        pytest.param("Сделка успешна", "", "N", False, False, id="won"),
        pytest.param("Отказ", "", "N", False, False, id="lost"),
        pytest.param("Дубль", "", "N", False, False, id="a duplicate"),
        pytest.param("В работе", "", "Y", False, False, id="closed by its column"),
    ],
)
def test_finds_who_is_without_a_task(stage: str, task: str, closed: str, has_action: bool, expected: bool) -> None:
    table = read(f"1;Ли Анна;+7 900 000-11-22;{stage};;;;;;{task};;{closed}")
    assert find_without_task(table, np.array([has_action]), NOW).tolist() == [expected]


def test_nobody_is_without_a_task_where_the_file_has_no_tasks() -> None:
    table = read("1;Ли Анна;В работе", header="ID;Контакт;Стадия сделки")
    assert find_without_task(table, np.array([False]), NOW).tolist() == [False]


def test_speaks_the_language_of_the_user() -> None:
    set_language("ru")
    try:
        steps = steps_of(read(_row(1, "Недозвон 2;01.11.2026;;20.11.2026 16:00;;;;")))
    finally:
        set_language("en")
    assert steps.why[0].startswith("Недозвон: ")


CELLS = st.sampled_from(
    [
        "", "Недозвон", "Недозвон 2", "В работе", "Отложено", "23.11.2026", "01.01.1970", "20.11.2026 16:00",
        "31.12.9999", "5",
    ]
)  # fmt: skip


@given(st.lists(st.lists(CELLS, min_size=8, max_size=8), min_size=1, max_size=6))
def test_no_cells_stop_it_and_the_order_does_not_matter(rows: list[list[str]]) -> None:
    table = read(*(_row(number, ";".join(cells)) for number, cells in enumerate(rows, start=1)))
    steps = steps_of(table)
    assert (steps.dues.moments >= np.datetime64(NOW - pd.Timedelta(hours=3), "us")).all()
    assert OFFICE.is_working_day(steps.dues.moments).all()
    assert steps.action.ne("").all()
    turned = table.with_frame(table.frame.iloc[::-1])
    again = steps_of(turned)
    assert again.action.tolist() == steps.action.tolist()[::-1]
    assert write_dues(again.dues).tolist() == write_dues(steps.dues).tolist()[::-1]
