"""Open deals that are, or are not, one sale: what a sales manager would say of each, on real layouts."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

ROMASHKA: Final = "5831142148"
KVANT: Final = "7852209407"

Deal = Mapping[str, str]
Twins = Mapping[str, tuple[str, str]]

BITRIX24: Final = {
    "id": "ID",
    "title": "Название сделки",
    "stage": "Стадия сделки",
    "amount": "Сумма",
    "currency": "Валюта",
    "company": "Компания",
    "inn": "Реквизит (Россия): ИНН",
    "kpp": "Реквизит (Россия): КПП",
    "person": "Контакт",
    "phone": "Рабочий телефон",
    "mail": "Рабочий e-mail",
    "owner": "Ответственный",
    "product": "Товар",
    "pipeline": "Воронка",
    "created": "Дата создания",
    "closed": "Сделка закрыта",
    "comment": "Комментарий",
}
AMOCRM: Final = {
    "id": "ID",
    "title": "Название сделки",
    "amount": "Бюджет",
    "owner": "Ответственный",
    "created": "Дата создания сделки",
    "closed_at": "Дата закрытия",
    "comment": "Примечание",
    "stage": "Этап сделки",
    "pipeline": "Воронка",
    "person": "Полное имя контакта",
    "company": "Компания контакта",
    "phone": "Мобильный телефон",
    "mail": "Рабочий email",
    "city": "Город",
    "product": "Товар",
    "inn": "ИНН",
}

_COMMON: Final = {
    "title": "Сделка #",
    "stage": "В работе",
    "amount": "150000.00",
    "currency": "RUB",
    "company": "ООО «Ромашка»",
    "inn": ROMASHKA,
    "person": "Котова Анна",
    "phone": "+7 900 111-00-01",
    "owner": "Примерова Ольга",
    "product": "Погрузчик",
    "pipeline": "Продажи",
}
_OTHER: Final = {"person": "Лисицын Олег", "phone": "8 (900) 222-00-02"}
_ALONE: Final = {"company": "", "inn": ""}
_QUANT: Final = {"company": "ООО «Квант»", "inn": KVANT, "phone": "", "person": ""}


def deal(number: int, day: str, *changes: Mapping[str, str], **cells: str) -> dict[str, str]:
    """Return a deal of the firm «Ромашка» opened on a day of 2026, but for what is said otherwise."""
    made = {**_COMMON, "id": str(number), "created": f"{day}.2026 10:00:00"}
    made["title"] = f"Сделка #{number}"
    for change in changes:
        made |= change
    return made | cells


def write_export(layout: Mapping[str, str], deals: list[dict[str, str]], delimiter: str = ";") -> bytes:
    """Return an export in a layout; what the layout has no column for is left out."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerow(layout.values())
    writer.writerows([made.get(name, "") for name in layout] for made in deals)
    return text.getvalue().encode()


@dataclass(frozen=True)
class Case:
    """Some deals, and of which of them each twin is the twin, with what is to be done."""

    deals: list[dict[str, str]]
    twins: Twins = field(default_factory=dict)
    layout: Mapping[str, str] = field(default_factory=lambda: BITRIX24)


def _pair(*changes: Mapping[str, str], day: str = "05.10", **cells: str) -> list[dict[str, str]]:
    """Return two deals of which the newer is changed."""
    return [deal(1, "01.10"), deal(2, day, *changes, **cells)]


def _both(
    both: Mapping[str, str], *changes: Mapping[str, str], day: str = "05.10", **cells: str
) -> list[dict[str, str]]:
    """Return two deals that are both changed, the newer further."""
    return [deal(1, "01.10", both), deal(2, day, both, *changes, **cells)]


CLOSE: Final = {"2": ("1", "close")}
DECIDE: Final = {"2": ("1", "decide")}
NAMELESS: Final = {"inn": ""}
PLAIN: Final = {"product": "", "amount": ""}

CASES: Final[dict[str, Case]] = {
    # ---- who is one client
    "colleagues by INN": Case(_pair(_OTHER), CLOSE),
    "INN with a KPP in one cell": Case(_pair(_OTHER, inn=f"{ROMASHKA}/583101001"), CLOSE),
    "INN says more than the spelling of the name": Case(_pair(_OTHER, company="Ромашка-Сервис"), CLOSE),
    "name and phone, no INN": Case(_both(NAMELESS, company='"РОМАШКА" ООО', phone="89001110001"), CLOSE),
    "name and person, other phone": Case(_both(NAMELESS, phone="8 900 333-00-03"), CLOSE),
    "name and mailboxes of one domain": Case(
        _both(NAMELESS | {"mail": "kotova@romashka.example"}, _OTHER, mail="lisitsyn@romashka.example"), CLOSE
    ),
    "nothing but the name of the firm": Case(_both(NAMELESS, _OTHER), DECIDE),
    "INN in one of the deals only": Case(_pair(NAMELESS, _OTHER), DECIDE),
    "one name, two INNs": Case(_pair(_OTHER, inn=KVANT)),
    "two INNs on one phone": Case(_pair(company="ООО «Квант»", inn=KVANT)),
    "a name that two firms have, other amount": Case(
        [
            deal(1, "01.10"),
            deal(2, "05.10", NAMELESS, _OTHER, amount="900000"),
            deal(3, "06.10", inn=KVANT, phone="", person="", product="Компрессор"),
        ]
    ),
    "a name that two firms have, same amount": Case(
        [
            deal(1, "01.10"),
            deal(2, "05.10", NAMELESS, _OTHER),
            deal(3, "06.10", inn=KVANT, phone="", person="", product="Компрессор", amount="9000"),
        ],
        DECIDE,
    ),
    "branches of one INN": Case(_both({"kpp": "583101001"}, _OTHER, kpp="780601001"), DECIDE),
    "person asks twice, phone spelled otherwise": Case(_both(_ALONE, phone="8(900)111-00-01"), CLOSE),
    "person by a short name": Case(_both(_ALONE, person="Аня Котова"), CLOSE),
    "person by mailbox": Case(_both(_ALONE | {"mail": "anna.kotova@example.com"}, phone="8 900 333-00-03"), CLOSE),
    "family on one phone": Case(_both(_ALONE, person="Котов Пётр"), DECIDE),
    "strangers on one phone want different things": Case(
        _both(_ALONE, person="Лисицын Олег", product="Компрессор", amount="70000")
    ),
    "caller without a name": Case(_both(_ALONE, person=""), CLOSE),
    "namesakes": Case(_both(_ALONE, phone="8 900 333-00-03")),
    "two firms on one phone": Case(_both(NAMELESS, company="ООО «Квант»", person="Лисицын Олег")),
    "one person asks for two firms": Case(_both(NAMELESS, company="ООО «Квант»"), DECIDE),
    "a phone that many clients use": Case(
        [
            deal(1, "01.10", _ALONE),
            deal(2, "05.10", _ALONE),
            *(
                deal(number, "02.02", inn="", company=name, person="", product=name, amount=f"{number}000")
                for number, name in enumerate(("Альфа", "Бета", "Гамма"), 3)
            ),
        ]
    ),
    "filler phones are nobody's": Case(_both(_ALONE | {"person": "", "phone": "8 000 000-00-00"})),
    # ---- what is one sale
    "almost the same amount": Case(_pair(_OTHER, amount="160000.00"), CLOSE),
    "the amount is not known yet": Case(_pair(_OTHER, amount="0.00"), CLOSE),
    "ten times the amount": Case(_pair(_OTHER, amount="1500000.00"), DECIDE),
    "the amount in another currency": Case(_pair(_OTHER, currency="USD"), DECIDE),
    "other product, other amount": Case(_pair(_OTHER, product="Компрессор", amount="70000.00")),
    "other product, no amount": Case(_pair(_OTHER, product="Компрессор", amount="")),
    "other product, the very same amount": Case(_pair(_OTHER, product="Компрессор"), DECIDE),
    "a part of the products": Case(_both({"product": "Погрузчик, Стеллажи"}, _OTHER, product="Стеллажи"), DECIDE),
    "sizes are products": Case(_both({"product": "Труба 57"}, _OTHER, product="Труба 108", amount="")),
    "the title names the product": Case(_pair(_OTHER, product="", title="Расчёт погрузчика", amount=""), CLOSE),
    "titles say the same, amounts too": Case(
        _both({"product": "", "title": "Поставка стеллажей"}, _OTHER, title="Стеллажи: заявка"), CLOSE
    ),
    "titles say the same, no amounts": Case(
        _both({"product": "", "title": "Поставка стеллажей", "amount": ""}, _OTHER, title="Стеллажи: заявка"), DECIDE
    ),
    "the amount alone": Case(_both({"product": ""}, _OTHER), DECIDE),
    "nothing is known of the sale": Case(_both(PLAIN, _OTHER), DECIDE),
    "nothing is known, and a month lies between": Case(_both(PLAIN, _OTHER, day="15.11")),
    "the request was sent twice": Case(_both(_ALONE | PLAIN, stage="Новая", day="01.10"), CLOSE),
    "the second request is in work": Case(_both(_ALONE | PLAIN, stage="Переговоры", day="01.10"), DECIDE),
    "other numbers of orders": Case(
        _both({"title": "Заказ № 15"}, _OTHER, title="Заказ №16", amount="70000.00")
    ),
    "other numbers, all else the same": Case(_both({"title": "Заказ № 15"}, _OTHER, title="Заказ №16"), DECIDE),
    "other places": Case(_both({"title": "Погрузчик, Самара"}, _OTHER, title="Погрузчик, Тверь"), DECIDE),
    "a repeat order by its title": Case(_pair(_OTHER, title="Повторный заказ"), DECIDE),
    "the pipeline of repeat sales": Case(_pair(_OTHER, pipeline="Повторные продажи")),
    "both in the pipeline of service": Case(_both({"pipeline": "Сервис"}, _OTHER), CLOSE),
    "another pipeline": Case(_pair(_OTHER, pipeline="Опт"), DECIDE),
    # ---- when
    "thirty days": Case(_pair(_OTHER, day="31.10"), CLOSE),
    "thirty-one days": Case(_pair(_OTHER, day="01.11"), DECIDE),
    "ninety days": Case([deal(1, "01.08"), deal(2, "30.10", _OTHER)], DECIDE),
    "ninety-one days": Case([deal(1, "01.08"), deal(2, "31.10", _OTHER)]),
    "the day is not known": Case(_pair(_OTHER, created=""), DECIDE),
    "a day to come is no day": Case(_pair(_OTHER, created="01.12.2026 10:00:00"), DECIDE),
    # ---- which deals are on the way
    "the first is won": Case([deal(1, "01.10", stage="Сделка успешна"), deal(2, "05.10")]),
    "the first is lost": Case([deal(1, "01.10", stage="Сделка не заключена"), deal(2, "05.10")]),
    "the second is a duplicate already": Case(_pair(_OTHER, stage="Дубль")),
    "closed by its own column": Case(_pair(_OTHER, closed="Y")),
    "a stage of one's own, open by its own column": Case(_pair(_OTHER, stage="Квиз пройден", closed="N"), DECIDE),
    "the older has a stage of one's own": Case(
        [deal(1, "01.10", stage="Квиз пройден", closed="N"), deal(2, "05.10", _OTHER, closed="N")], CLOSE
    ),
    "a stage of one's own, nothing else": Case(_pair(_OTHER, stage="Квиз пройден")),
    # ---- who decides
    "another manager": Case(_pair(_OTHER, owner="Образцов Пётр"), DECIDE),
    "a manager who is not named": Case(_pair(_OTHER, owner=""), CLOSE),
    "the newer waits for the money": Case(
        [deal(1, "01.10", stage="Новая"), deal(2, "05.10", _OTHER, stage="Счёт выставлен")], DECIDE
    ),
    "both wait for the money": Case(_both({"stage": "Счёт выставлен"}, _OTHER), CLOSE),
    # ---- groups
    "three of one sale": Case(
        [deal(1, "01.10"), deal(2, "05.10", _OTHER), deal(3, "09.10", person="Ёлкина Вера", phone="89003330003")],
        {"2": ("1", "close"), "3": ("1", "close")},
    ),
    "the third is known by the second only": Case(
        [
            deal(1, "01.10", NAMELESS, company=""),
            deal(2, "05.10", NAMELESS, company="", mail="anna.kotova@example.com"),
            deal(3, "09.10", NAMELESS, company="", phone="89003330003", mail="anna.kotova@example.com"),
        ],
        {"2": ("1", "close"), "3": ("1", "decide")},
    ),
    "a chain between two firms is cut": Case(
        [deal(1, "01.10"), deal(2, "05.10", _ALONE), deal(3, "09.10", company="ООО «Квант»", inn=KVANT)],
        DECIDE,
    ),
    "two firms behind one person": Case(
        [deal(1, "01.10", _ALONE), deal(2, "05.10"), deal(3, "09.10", company="ООО «Квант»", inn=KVANT)],
        DECIDE,
    ),
    "a client with six open deals": Case(
        [deal(number, f"0{number}.10", person="", phone="") for number in range(1, 7)],
        {str(number): ("1", "decide") for number in range(2, 7)},
    ),
    "the file begins with the newest": Case([deal(2, "05.10", _OTHER), deal(1, "01.10")], CLOSE),
    "opened at one moment, the smaller ID is older": Case(
        [deal(10, "01.10", _OTHER), deal(9, "01.10")], {"10": ("9", "close")}
    ),
    "a deal of two rows, one for each product": Case(
        [deal(1, "01.10"), deal(1, "01.10", product="Стеллажи"), deal(2, "05.10", _QUANT)]
    ),
    # ---- amoCRM
    "amo: colleagues by INN": Case(_pair(_OTHER, phone="'+79002220002"), CLOSE, AMOCRM),
    "amo: person asks twice": Case(_both(_ALONE, phone="'89001110001"), CLOSE, AMOCRM),
    "amo: namesakes of one city": Case(
        _both(_ALONE | {"city": "Пермь"}, phone="8 900 333-00-03", city="г. Пермь"), DECIDE, AMOCRM
    ),
    "amo: one name of a firm in two cities": Case(
        _both(NAMELESS | {"city": "Пермь"}, _OTHER, city="Тверь"), DECIDE, AMOCRM
    ),
    "amo: unsorted, then taken into work": Case(
        [deal(1, "01.10", stage="Неразобранное"), deal(2, "05.10", stage="Первичный контакт")], CLOSE, AMOCRM
    ),
    "amo: realised": Case(
        [deal(1, "01.10", stage="Успешно реализовано", closed_at="03.10.2026 12:00:00"), deal(2, "05.10")], {}, AMOCRM
    ),
    "amo: closed and not realised": Case(
        [deal(1, "01.10", stage="Закрыто и не реализовано", closed_at="03.10.2026 12:00:00"), deal(2, "05.10")],
        {},
        AMOCRM,
    ),
    "amo: a stage of one's own without a day of closing": Case(
        [deal(1, "01.10", stage="Квиз пройден"), deal(2, "05.10")], DECIDE, AMOCRM
    ),
    "amo: a stage of one's own with a day of closing": Case(
        [deal(1, "01.10", stage="Квиз пройден", closed_at="03.10.2026 12:00:00"), deal(2, "05.10")], {}, AMOCRM
    ),
    "amo: another manager": Case(_pair(owner="Тестова Анна"), DECIDE, AMOCRM),
}  # fmt: skip
