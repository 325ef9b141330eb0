"""Deals: what one line holds, and the columns in which Bitrix24 and amoCRM export it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from benchmarks.generator.chance import Chance
from benchmarks.generator.hygiene_calendar import Calendar
from benchmarks.generator.hygiene_cards import Client
from benchmarks.generator.hygiene_truth import OPEN_STAGES, STAGE_DAYS
from benchmarks.generator.hygiene_words import hygiene_words
from benchmarks.generator.spelling import spell_email, spell_phone

DealSystem = Literal["bitrix24", "amocrm"]

DEAL_TRUTH_HEADER: Final = ("row", "id", "twin_of", "other_manager", "stuck", "no_task", "overdue_promise", "class")


@dataclass(slots=True, eq=False)
class Deal:
    """One deal; ages are days before today, an age below zero lies in the future.

    Attributes:
        twin: the older deal of the same sale, while both are open.
        task_age: the day of the next task; None where there is none.
        closed_age: the day when it was won or lost; None while it is open.
    """

    client: Client
    company: str
    product: str
    amount: int
    owner: str
    stage_class: str
    story: str
    created_age: int
    stage_age: int
    modified_age: int
    id: int = 0
    title: str = ""
    task_age: int | None = None
    closed_age: int | None = None
    twin: "Deal | None" = None
    comment: str = ""
    source: str = ""

    @property
    def open(self) -> bool:
        """Say whether work on the deal goes on."""
        return self.stage_class in OPEN_STAGES


@dataclass(frozen=True)
class DealLayout:
    """How a system exports deals; ``stage_dated`` says that a column holds the day when the stage was entered."""

    name: DealSystem
    header: tuple[str, ...]
    cells: Callable[[Chance, Calendar, Deal], list[str]]
    stage_dated: bool
    first_id: int


def _of_day(calendar: Calendar, age: int | None) -> str:
    return "" if age is None else calendar.day(age)


def _bitrix_cells(chance: Chance, calendar: Calendar, deal: Deal) -> list[str]:
    client = deal.client
    stage = "Дубль" if deal.stage_class == "duplicate" else chance.pick(hygiene_words().stages[deal.stage_class])
    created, modified, moved = calendar.moments(chance, deal.created_age, deal.modified_age, deal.stage_age)
    return [
        *(str(deal.id), deal.title, stage, f"{deal.amount}.00" if deal.amount else "", "RUB"),
        *(deal.company, client.inn if deal.company and chance.happens(0.75) else "", client.person),
        *(spell_phone(chance, client.phone, notes=False), spell_email(chance, client.mail) if client.mail else ""),
        *(deal.owner, deal.source, deal.product, created, calendar.day(deal.created_age), modified, moved),
        _of_day(calendar, deal.closed_age),
        "N" if deal.open else "Y",
        *(_of_day(calendar, deal.task_age), deal.comment),
    ]


def _amo_cells(chance: Chance, calendar: Calendar, deal: Deal) -> list[str]:
    client = deal.client
    stage = "Дубль" if deal.stage_class == "duplicate" else chance.pick(hygiene_words().stages[deal.stage_class])
    phone = "'" + spell_phone(chance, client.phone, notes=False).strip().lstrip("'")
    at_work = chance.happens(0.3)
    created, modified, closed = calendar.moments(chance, deal.created_age, deal.modified_age, deal.closed_age)
    return [
        *(str(deal.id), deal.title, str(deal.amount or ""), deal.owner, created),
        *(deal.owner, modified, deal.owner, closed),
        *("", deal.comment, "", stage, "Воронка", client.person, deal.company, client.owner, deal.company),
        *(phone if at_work else "", "" if at_work else phone, "", client.mail),
        *(client.city, "", "", client.inn if deal.company else "", _of_day(calendar, deal.task_age)),
        *(deal.source, deal.product, "", ""),
    ]


DEAL_LAYOUTS: Final[dict[DealSystem, DealLayout]] = {
    "bitrix24": DealLayout(
        "bitrix24",
        (
            *("ID", "Название сделки", "Стадия сделки", "Сумма", "Валюта", "Компания", "ИНН", "Контакт", "Телефон"),
            *("Рабочий e-mail", "Ответственный", "Источник", "Товар", "Дата создания", "Дата начала"),
            *("Дата изменения", "Дата изменения стадии", "Дата завершения", "Сделка закрыта", "Следующее дело"),
            "Комментарий",
        ),
        _bitrix_cells,
        True,
        201,
    ),
    "amocrm": DealLayout(
        "amocrm",
        (
            *("ID", "Название сделки", "Бюджет", "Ответственный", "Дата создания сделки", "Кем создана сделка"),
            *("Дата редактирования", "Кем редактирована", "Дата закрытия", "Теги", "Примечание", "Примечание 2"),
            *("Этап сделки", "Воронка", "Полное имя контакта", "Компания контакта", "Ответственный за контакт"),
            *("Компания", "Рабочий телефон", "Мобильный телефон", "Другой телефон", "Рабочий email", "Город"),
            # two headings come twice in real exports: once of the system, empty, and once of the firm's own fields
            *("Источник", "Товар", "ИНН", "Ближайшая задача", "Источник", "Товар", "utm_source", "utm_medium"),
        ),
        _amo_cells,
        False,
        30001,
    ),
}


def find_deal_truth(row: int, deal: Deal, layout: DealLayout) -> tuple[int | str, ...]:
    """Return what is true of a deal, in the order of DEAL_TRUTH_HEADER.

    Stuck is an open deal whose stage is older than STAGE_DAYS; where no column dates the stage, one that nobody has
    modified for so long, since to change the stage is a modification.
    """
    held = deal.stage_age if layout.stage_dated else deal.modified_age
    other = deal.twin is not None and deal.twin.owner != deal.owner
    return (
        row,
        deal.id,
        deal.twin.id if deal.twin else "",
        int(other),
        int(deal.open and held > STAGE_DAYS),
        int(deal.open and deal.task_age is None),
        int(deal.open and deal.task_age is not None and deal.task_age > 0),
        deal.story,
    )


def number_deals(deals: Sequence[Deal], first_id: int, chance: Chance) -> int:
    """Give deals that are born in this order their IDs; return the next free one."""
    for deal in deals:
        deal.id = first_id
        first_id += 1 + int(chance.random() ** 4 * 5)
    return first_id
