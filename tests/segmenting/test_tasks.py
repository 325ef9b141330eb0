"""The task list: its columns, its order, and how clients are called in it."""

import numpy as np
import pandas as pd
import pytest

from crmclean.core.settings import ReadSettings
from crmclean.core.table import Table
from crmclean.files.reading import read_table
from crmclean.segmenting.due_dates import Dues
from crmclean.segmenting.tasks import TASK_COLUMNS, Answers, name_clients, tasks_frame


def read(header: str, *rows: str) -> Table:
    """Return a table as the program reads it from a file."""
    return read_table("\n".join([header, *rows, ""]).encode(), "deals.csv", ReadSettings()).table


TABLE = read(
    "ID;Контакт;Компания;Телефон",
    "101;Ли Анна;ООО Ромашка;+7 900 000-11-22",
    "102;Мир Олег;;+7 900 000-11-23",
    "103;;ООО Лютик;+7 900 000-11-24",
)


def texts(*cells: str) -> "pd.Series[str]":
    return pd.Series(cells, dtype="str")


def make_answers(
    rows: list[int], actions: list[str], dues: list[str], clocks: list[bool], overdue: list[int] | None = None
) -> Answers:
    size = len(rows)
    return Answers(
        rows=np.array(rows, dtype=np.int64),
        segment=texts(*(f"сегмент {row}" for row in rows)),
        action=texts(*actions),
        dues=Dues(np.array(dues, dtype="datetime64[us]"), np.array(clocks), np.array(overdue or [0] * size)),
        owner=texts(*["Макетов Игорь"] * size),
        chain=texts(*["Недозвон"] * size),
        step=np.arange(1, size + 1),
        why=texts(*["не дозвонились"] * size),
    )


def test_a_task_says_all_of_itself() -> None:
    frame = tasks_frame(TABLE, make_answers([0], ["Перезвонить"], ["2026-11-23T10:00"], [True], [2]))
    assert tuple(frame.columns) == TASK_COLUMNS
    assert frame.to_dict("records") == [
        {
            "row": 1,
            "id": "101",
            "client": "Ли Анна, ООО Ромашка",
            "action": "Перезвонить",
            "due": "2026-11-23 10:00",
            "owner": "Макетов Игорь",
            "segment": "сегмент 0",
            "chain": "Недозвон",
            "step": 1,
            "overdue_days": 2,
            "why": "не дозвонились",
        }
    ]


def test_the_first_due_stand_first_and_those_without_an_action_are_left_out() -> None:
    answers = make_answers(
        [0, 1, 2, 0, 1],
        ["поздно", "без срока", "", "рано", "просрочено"],
        ["2026-11-25T09:00", "NaT", "2026-11-20T09:00", "2026-11-23T09:00", "2026-11-23T09:00"],
        [False] * 5,
        [0, 0, 0, 0, 3],
    )
    frame = tasks_frame(TABLE, answers)
    assert frame["action"].tolist() == ["просрочено", "рано", "поздно", "без срока"]
    assert frame["due"].tolist() == ["2026-11-23", "2026-11-23", "2026-11-25", ""]
    assert frame.index.tolist() == [0, 1, 2, 3]


def test_a_task_that_two_segments_give_stands_once() -> None:
    answers = make_answers([0, 0, 1], ["Позвонить"] * 3, ["2026-11-23T09:00"] * 3, [False] * 3)
    assert tasks_frame(TABLE, answers)["row"].tolist() == [1, 2]


def test_no_answers_give_an_empty_list() -> None:
    frame = tasks_frame(TABLE, make_answers([], [], [], []))
    assert (len(frame), tuple(frame.columns)) == (0, TASK_COLUMNS)


@pytest.mark.parametrize(
    ("header", "row", "expected"),
    [
        ("ID;Контакт;Компания", "1;Ли Анна;ООО Ромашка", "Ли Анна, ООО Ромашка"),
        ("ID;Контакт;Компания", "1;Ли Анна;", "Ли Анна"),
        ("ID;Контакт;Компания", "1;;ООО Ромашка", "ООО Ромашка"),
        ("ID;Фамилия;Имя;Отчество", "1;Ли;Анна;Петровна", "Ли Анна Петровна"),
        ("ID;Фамилия;Имя;Отчество", "1;Ли;;Петровна", "Ли Петровна"),
        ("ID;Название сделки;Контакт", "1;Поставка;", "Поставка"),
        ("ID;Телефон", "1;+7 900 000-11-22", ""),
        ("rank;client;name;phone", "1;14;Ли Анна;+7 900 000-11-22", "Ли Анна"),
    ],
)
def test_clients_are_called_as_people_call_them(header: str, row: str, expected: str) -> None:
    assert name_clients(read(header, row), np.array([0])).tolist() == [expected]
