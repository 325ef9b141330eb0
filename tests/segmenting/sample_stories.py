"""The samples as a person reads them: cells in plain Python, the stages sorted by hand, days counted back."""

import csv
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import pytest

from crmclean.core.i18n import language, set_language
from crmclean.core.segment_settings import SegmentSettings
from crmclean.core.settings import ReadSettings
from crmclean.core.table import Table
from crmclean.files.reading import read_bytes, read_table
from crmclean.segmenting.segment import segment

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
SAMPLES_DAY = date(2026, 11, 22)  # a Sunday

CLASSES = {
    "won": {"Сделка успешна", "Постоянный клиент", "Купил", "Успешно реализовано"},
    "lost": {
        *("Отказ", "Сделка провалена", "Отказался от покупки", "Не интересно", "Сделка не заключена"),
        *("Отказ клиента", "Закрыто и не реализовано"),
    },
    "duplicate": {"Дубль"},
    "new": {"Новая заявка", "Неразобранное", "Не обработан", "Новый"},
    "in-work": {"В работе", "В обработке", "Переговоры", "Переговоры в процессе", "Первичный контакт"},
    "payment": {"Счёт на предоплату", "Счёт выставлен", "Ждём оплату", "Финальный счёт"},
    "agreeing": {"Согласование КП", "Согласование договора", "Договор на согласовании", "Принимают решение"},
    "postponed": {"Думает", "Перезвонить позже", "Отложено до весны", "Отложенный спрос"},
    "no-answer": {"Недозвон", "Недозвон 2"},
    "has-tasks": {"Есть задачи"},
    "gone": {"Пропал"},
    "": {""},
}
OPEN = {"new", "in-work", "payment", "agreeing", "postponed", "no-answer", "has-tasks", "gone"}


@dataclass(frozen=True)
class Story:
    """One row of a sample as a person reads it; days are counted back from the day of the samples."""

    state: str
    amount: float | None
    untouched: int
    in_stage: int
    created: int
    task: int | None

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


def days(text: str) -> int:
    return (SAMPLES_DAY - datetime.strptime(text[:10], "%d.%m.%Y").date()).days


def read_rows(name: str, delimiter: str) -> list[dict[str, str]]:
    """Return the rows of a sample by their headings; of two equal headings the last."""
    with (SAMPLES / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def class_of(state: str) -> str:
    """Return the class of a stage or status of the samples."""
    return next(name for name, texts in CLASSES.items() if state in texts)


def read_stories(name: str, delimiter: str, headings: dict[str, str]) -> list[Story]:
    stories = []
    for row in read_rows(name, delimiter):
        cell = {role: row[heading] for role, heading in headings.items()}
        state = class_of(cell["state"])
        task = days(cell["task"]) if cell.get("task") else None
        amount = float(cell["amount"]) if cell.get("amount") else None
        stories.append(Story(state, amount, days(cell["touched"]), days(cell["in_stage"]), days(cell["created"]), task))
    return stories


BITRIX = {
    "state": "Стадия сделки",
    "amount": "Сумма",
    "touched": "Дата изменения",
    "created": "Дата создания",
    "in_stage": "Дата изменения стадии",
    "task": "Следующее дело",
}
AMOCRM = {
    "state": "Этап сделки",
    "amount": "Бюджет",
    "touched": "Дата редактирования",
    "in_stage": "Дата редактирования",
    "created": "Дата создания сделки",
    "task": "Ближайшая задача",
}
AMOCRM_CONTACTS = {
    "state": "Статус",
    "touched": "Дата редактирования",
    "in_stage": "Дата редактирования",
    "created": "Дата создания контакта",
}
DEALS = [
    pytest.param("bitrix24_deals.csv", ";", BITRIX, id="bitrix24 deals"),
    pytest.param("amocrm_leads.csv", ",", AMOCRM, id="amocrm deals"),
]


def read_sample(name: str) -> Table:
    path = str(SAMPLES / name)
    return read_table(read_bytes(path), path, ReadSettings()).table


def segments_of(table: Table, *packs: str, day: date = SAMPLES_DAY) -> list[str]:
    """Return the segment of each row."""
    outcome = segment(table, SegmentSettings(use=packs, as_of=day.isoformat()))
    found: list[str] = outcome.table.frame["crmclean_segment"].tolist()
    return found


@dataclass(frozen=True)
class Answer:
    """What a row gets; ``step`` counts from 1, 0 outside a chain."""

    segment: str = ""
    action: str = ""
    due: str = ""
    owner: str = ""
    chain: str = ""
    step: int = 0
    overdue_days: int = 0


def answers_of(table: Table, *packs: str) -> list[Answer]:
    """Return what each row gets on the day of the samples, in Russian: as the record, the tags and the tasks say."""
    before = language()
    set_language("ru")
    try:
        outcome = segment(table, SegmentSettings(use=packs, as_of=SAMPLES_DAY.isoformat()))
    finally:
        set_language(before)
    shown = ("segment", "action", "due", "owner")
    tags = outcome.tables["tags"]
    assert tags["row"].tolist() == list(range(1, len(table) + 1))
    records = outcome.table.frame[[f"crmclean_{name}" for name in shown]].to_numpy().tolist()
    assert tags[list(shown)].to_numpy().tolist() == records
    answers = [Answer(*record) for record in records]
    tasks = outcome.tables["tasks"]
    assert sorted(tasks["row"]) == [row for row, answer in enumerate(answers, start=1) if answer.action]
    for task in tasks.to_dict("records"):
        known = answers[task["row"] - 1]
        assert [task[name] for name in shown] == [known.segment, known.action, known.due, known.owner]
        answers[task["row"] - 1] = replace(
            known, chain=task["chain"], step=task["step"], overdue_days=task["overdue_days"]
        )
    return answers
