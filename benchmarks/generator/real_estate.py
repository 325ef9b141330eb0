"""A small sample of leads of an estate agency in the columns of amoCRM, with the agency's own fields behind them.

Every lead is told with the segment that it belongs to, by what an agent would do with it: so the truth does not come
from the rules that it is to test. Leads that must not be taken stand beside those that must.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from benchmarks.generator.chance import Chance
from benchmarks.generator.hygiene_calendar import Calendar
from benchmarks.generator.hygiene_deals import DEAL_LAYOUTS
from benchmarks.generator.hygiene_lines import LineFile
from benchmarks.generator.numbers import NumberBook
from benchmarks.generator.people import Person, Registry
from benchmarks.generator.spelling import spell_phone
from benchmarks.generator.vocabulary import place_words

OWN_FIELDS: Final = ("Тип клиента", "Тип сделки", "Форма оплаты", "Ипотека", "Цель покупки", "Причина отказа")
HEADER: Final = (*DEAL_LAYOUTS["amocrm"].header[:25], "Ближайшая задача", *OWN_FIELDS)
TRUTH_HEADER: Final = ("row", "id", "segment", "loss_segment", "class")

_FIRST_ID: Final = 51_001
_LOST: Final = "Закрыто и не реализовано"
_WON: Final = "Успешно реализовано"
_CLOSED: Final = frozenset({_LOST, _WON, "Дубль", "Спам"})


@dataclass(frozen=True)
class Lead:
    """One lead; ages are days before today, an age below zero lies in the future.

    Attributes:
        story: what it is an example of.
        segment: of the pack ``real-estate``, ``""`` for none.
        loss: of the pack ``loss-reasons``, ``""`` for none.
        touched: when it was last changed; a closed lead was closed then.
        task: the day of the next task; None where there is none.
    """

    story: str
    segment: str
    stage: str
    touched: int
    amount: int = 0
    tags: str = ""
    client: str = "Покупатель"
    deal: str = "Покупка"
    payment: str = ""
    mortgage: str = ""
    purpose: str = ""
    reason: str = ""
    loss: str = ""
    task: int | None = None


LEADS: Final = (
    # Sellers: whatever else is said of them, one reports to them until the flat is sold.
    Lead("seller-tag", "Продавец", "В работе", 3, 6_400_000, "собственник", "", "Продажа"),
    Lead("seller-type", "Продавец", "Объект в рекламе", 9, 7_100_000, "", "Продавец", "Продажа"),
    Lead("seller-of-an-expensive-flat", "Продавец", "Переговоры", 2, 24_000_000, "премиум", "Собственник", "Продажа"),
    Lead("seller-who-lets", "Продавец", "Первичный контакт", 1, 45_000, "", "Собственник", "Аренда"),
    Lead("seller-after-a-viewing", "Продавец", "Показ состоялся", 6, 8_900_000, "", "Собственник", "Продажа"),
    Lead("sold", "", _WON, 20, 5_900_000, "собственник", "Продавец", "Продажа"),
    Lead("seller-lost", "", _LOST, 15, 7_700_000, "", "Собственник", "Продажа", reason="Ушёл к конкуренту",
         loss="Отказ: ушёл к конкуренту"),
    # After a viewing: from the third day on one asks what was liked.
    Lead("viewed", "После показа", "Показ состоялся", 5, 7_300_000),
    Lead("viewed-three-days-ago", "После показа", "Показ проведён", 3, 6_800_000),
    Lead("viewed-two-days-ago", "", "Показ состоялся", 2, 8_100_000),
    Lead("after-the-viewing", "После показа", "После показа", 4, 5_500_000),
    Lead("inspected-with-mortgage", "После показа", "Осмотр квартиры", 10, 9_200_000, payment="Ипотека", mortgage="да"),
    Lead("viewing-tag", "После показа", "В работе", 3, 6_100_000, "показ"),
    Lead("viewing-tag-of-yesterday", "", "В работе", 1, 6_150_000, "показ"),
    Lead("viewing-tag-of-two", "После показа", "Переговоры", 6, 10_400_000, "ипотека,после показа"),
    Lead("viewing-arranged", "", "Показ назначен", 4, 7_000_000, task=-1),
    Lead("viewing-arranged-with-mortgage", "Ипотека", "Показ назначен", 5, 6_600_000, mortgage="да", task=-2),
    Lead("viewing-put-off", "Подбор", "Показ перенесён", 9, 5_800_000, task=-6),
    # Mortgage: the bank's approval runs out.
    Lead("mortgage-tag", "Ипотека", "Принимают решение", 1, 8_700_000, "ипотека"),
    Lead("mortgage-payment", "Ипотека", "В работе", 2, 4_900_000, payment="Военная ипотека"),
    Lead("mortgage-field", "Ипотека", "Первичный контакт", 0, 5_100_000, mortgage="да"),
    Lead("mortgage-of-an-expensive-flat", "Ипотека", "Ждём оплату", 4, 21_500_000, payment="Ипотека", task=-3),
    Lead("mortgage-not-reached", "Ипотека", "Недозвон", 12, 5_300_000, "ипотека"),
    Lead("no-mortgage", "", "Переговоры", 3, 7_900_000, payment="Наличные", mortgage="нет"),
    Lead("mortgage-bought", "", _WON, 30, 6_300_000, "ипотека", payment="Ипотека", mortgage="да"),
    # Investors buy an income.
    Lead("investor-tag", "Инвестор", "Первичный контакт", 2, 11_200_000, "новостройка,инвестор"),
    Lead("investor-purpose", "Инвестор", "Думает", 25, 32_000_000, purpose="Инвестиции"),
    Lead("not-an-investor", "", "В работе", 5, 12_000_000, purpose="Для себя"),
    # Expensive flats, from 20 million on.
    Lead("expensive", "Дорогой объект", "Подбор объектов", 1, 20_000_000),
    Lead("not-quite-expensive", "", "Подбор объектов", 7, 19_900_000),
    Lead("premium-tag", "Дорогой объект", "Новый", 0, 0, "премиум"),
    Lead("elite-tag", "Дорогой объект", "Переговоры", 16, 18_000_000, "элит"),
    # Who rents decides within a day.
    Lead("rent", "Аренда", "Неразобранное", 0, 52_000, "", "Арендатор", "Аренда"),
    Lead("rent-tag", "Аренда", "В работе", 20, 38_000, "аренда", "Арендатор", ""),
    Lead("rented", "", _WON, 11, 41_000, "", "Арендатор", "Аренда"),
    # A selection for all others after a week.
    Lead("selection", "Подбор", "Подбор объектов", 8, 6_900_000),
    Lead("selection-of-a-week", "", "Подбор объектов", 7, 7_400_000),
    Lead("selection-thinks", "Подбор", "Думает", 40, 5_700_000),
    # Neither twins nor spam, and no lost lead: what comes of these is up to the reason.
    Lead("twin", "", "Дубль", 14, 6_900_000, mortgage="да"),
    Lead("spam", "", "Спам", 33),
    Lead("lost-expensive", "", _LOST, 28, 35_000_000, "премиум", reason="Дорого", loss="Отказ: цена"),
    Lead("lost-no-money", "", _LOST, 41, 6_200_000, reason="Банк отказал, нет средств", loss="Отказ: нет денег"),
    Lead("lost-layout", "", _LOST, 19, 9_800_000, "показ", reason="Не подошла планировка",
         loss="Отказ: не хватило возможностей"),
    Lead("lost-not-now", "", _LOST, 55, 7_600_000, reason="Отложили покупку до весны", loss="Отказ: не сейчас"),
    Lead("lost-in-time", "", _LOST, 62, 8_300_000, reason="Не устроил срок сдачи дома", loss="Отказ: сроки"),
    Lead("lost-unknown", "", _LOST, 8, 5_400_000, loss="Отказ: причина неизвестна"),
    Lead("lost-for-another-reason", "", _LOST, 70, 6_000_000, reason="Передумали переезжать"),
    Lead("lost-rent", "", _LOST, 6, 47_000, "аренда", "Арендатор", "Аренда", reason="Сняли у других",
         loss="Отказ: ушёл к конкуренту"),
)  # fmt: skip


def write_real_estate(path: Path, today: date, seed: int) -> tuple[Path, Path]:
    """Write the leads in the order in which they were made, and the truth about them; return the paths written."""
    chance, calendar = Chance(seed), Calendar(today)
    world = Registry(chance, NumberBook(chance), place_words().all_cities[0], 3, inn_shown=False)
    told = [(lead, lead.touched + chance.between(1, 90), world.person()) for lead in chance.shuffled(LEADS)]
    told.sort(key=lambda one: -one[1])
    truth = path.with_name(f"{path.name}.truth.csv")
    with LineFile(path, HEADER, ",", line_end="\r\n") as file, LineFile(truth, TRUTH_HEADER, ",") as truth_file:
        for row, (lead, created, person) in enumerate(told, start=1):
            number = _FIRST_ID + 2 * (row - 1)
            file.write(_cells(chance, calendar, number, lead, created, person))
            truth_file.write((row, number, lead.segment, lead.loss, lead.story))
    return path, truth


def _cells(chance: Chance, calendar: Calendar, number: int, lead: Lead, created: int, person: Person) -> list[str]:
    closed_age = lead.touched if lead.stage in _CLOSED else None
    made, changed, closed = calendar.moments(chance, created, lead.touched, closed_age)
    name = f"{person.last} {person.first}"
    phone = "'" + spell_phone(chance, person.phone, notes=False).strip()
    mail = person.mail.split("@")[0] + "@example.com" if person.mail_known else ""
    return [
        *(str(number), f"{lead.deal or 'Заявка'}: {person.last}", str(lead.amount or ""), person.owner, made),
        *(person.owner, changed, person.owner, closed, lead.tags, "", "", lead.stage, "Продажи", name, ""),
        *(person.owner, "", "", phone, "", mail, person.city.name, "", ""),
        "" if lead.task is None else calendar.day(lead.task),
        *(lead.client, lead.deal, lead.payment, lead.mortgage, lead.purpose, lead.reason),
    ]
