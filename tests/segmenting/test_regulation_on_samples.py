"""The regulation on the deals of the samples, row by row: chain, step, action, date and delay of each.

Neither file has a last activity, so nothing was done since the chain of a deal began: it began with the change of its
stage in Bitrix24, with the last change in amoCRM. Steps are counted here by hand, over a calendar that says which days
are off. The day of the samples, the 22nd, is a Sunday: what is late is due on Monday the 23rd.
"""

import re
from datetime import date, datetime, timedelta

import pytest

from tests.segmenting.sample_stories import (
    AMOCRM,
    BITRIX,
    SAMPLES_DAY,
    Answer,
    answers_of,
    class_of,
    read_rows,
    read_sample,
)

DAYS_OFF = {date(2026, 11, 4), date(2026, 12, 31), *(date(2027, 1, day) for day in range(1, 9))}
"""Public holidays of Russia from October 2026 to January 2027 (31 December by the decree on days off of 2026)."""

CALL_BACK = "Перезвонить"
MESSAGE = "Написать СМС или в мессенджер: кто звонил и зачем"
AGREE_ON_A_DAY = "Договориться о дате следующего звонка"
CALL_ON_THE_DAY = "Позвонить в оговорённый день"
ASK_WHO_AGREES = "Позвонить и узнать, на ком стоит согласование"


def works(day: date) -> bool:
    return day.weekday() < 5 and day not in DAYS_OFF


def next_working_day(day: date) -> date:
    """Return the day itself if somebody works on it."""
    while not works(day):
        day += timedelta(days=1)
    return day


def read_day(text: str) -> date:
    return datetime.strptime(text[:10], "%d.%m.%Y").date()


def find_step(state: str, stage: str, start: date, is_dated: bool) -> tuple[str, int, str, date]:
    """Return the chain, the step from 1, its action and the day on which it was due, no day agreed on."""
    after_a_day = next_working_day(start + timedelta(days=1))
    if state == "no-answer":
        counted = re.search(r"\d+$", stage)
        if counted:
            assert counted[0] == "2"
            return "Недозвон", 3, MESSAGE, after_a_day
        return "Недозвон", 1, CALL_BACK, start
    if state == "postponed":
        if is_dated:
            return "Не готов сейчас", 2, CALL_ON_THE_DAY, next_working_day(start)
        return "Не готов сейчас", 1, AGREE_ON_A_DAY, after_a_day
    return "Долгое согласование", 1, ASK_WHO_AGREES, next_working_day(start + timedelta(days=14))


def expect_answer(row: dict[str, str], headings: dict[str, str]) -> Answer:
    """Return what the regulation asks of a deal."""
    stage, task = row[headings["state"]], row[headings["task"]]
    state = class_of(stage)
    if state not in ("no-answer", "postponed", "agreeing"):
        return Answer()
    start = read_day(row[headings["in_stage"]])
    chain, step, action, wanted = find_step(state, stage, start, bool(task))
    # A day that was agreed on counts, unless it had passed when the chain began.
    if task and (read_day(task) >= SAMPLES_DAY or read_day(task) > start):
        wanted = read_day(task)
    due = next_working_day(max(wanted, SAMPLES_DAY))
    overdue = max((SAMPLES_DAY - wanted).days, 0)
    return Answer(chain, action, due.isoformat(), row["Ответственный"], chain, step, overdue)


@pytest.mark.parametrize(
    ("name", "delimiter", "headings"),
    [
        pytest.param("bitrix24_deals.csv", ";", BITRIX, id="bitrix24 deals"),
        pytest.param("amocrm_leads.csv", ",", AMOCRM, id="amocrm deals"),
    ],
)
def test_deals_row_by_row(name: str, delimiter: str, headings: dict[str, str]) -> None:
    rows = read_rows(name, delimiter)
    assert len(rows) == 60
    assert answers_of(read_sample(name), "regulation") == [expect_answer(row, headings) for row in rows]


BY_NAME = {
    "bitrix24_deals.csv": {
        # agreed on for Saturday the 28th
        "238": ("Долгое согласование", ASK_WHO_AGREES, "2026-11-30", 1, 0),
        # put off on Friday 18.09. without a date: that was to be asked for on Monday the 21st, 9 + 31 + 22 days ago
        "254": ("Не готов сейчас", AGREE_ON_A_DAY, "2026-11-23", 1, 62),
        # a call was agreed on for 27.10. and not made
        "260": ("Не готов сейчас", CALL_ON_THE_DAY, "2026-11-23", 2, 26),
        # «Недозвон 2» since Thursday 05.11.; the task of 27.10. is what came to nothing
        "261": ("Недозвон", MESSAGE, "2026-11-23", 3, 16),
    },
    "amocrm_leads.csv": {
        "30021": ("Недозвон", CALL_BACK, "2026-11-23", 1, 50),  # a task of 03.10.
        "30068": ("Не готов сейчас", CALL_ON_THE_DAY, "2027-01-11", 2, 0),  # 31.12.: after the holidays
        "30075": ("Недозвон", MESSAGE, "2026-11-23", 3, 0),  # «Недозвон 2», a task of the 23rd
        "30081": ("Долгое согласование", ASK_WHO_AGREES, "2026-12-07", 1, 0),  # sent on 21.11.; 05.12. is a Saturday
        "30103": ("Долгое согласование", ASK_WHO_AGREES, "2026-12-07", 1, 0),  # sent on 22.11.; 06.12. is a Sunday
    },
}


@pytest.mark.parametrize("name", BY_NAME)
def test_some_deals_by_name(name: str) -> None:
    table = read_sample(name)
    found = dict(zip(table.coalesced("id"), answers_of(table, "regulation"), strict=True))
    for key, expected in BY_NAME[name].items():
        answer = found[key]
        assert (answer.chain, answer.action, answer.due, answer.step, answer.overdue_days) == expected
