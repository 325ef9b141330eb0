"""Orders: the rhythm in which clients buy, and the lines of an export of 1С."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from benchmarks.generator.chance import Chance, Weighted
from benchmarks.generator.hygiene_calendar import Calendar
from benchmarks.generator.hygiene_cards import Client
from benchmarks.generator.spelling import spell_phone

ORDER_HEADER: Final = ("Номер", "Дата", "Клиент", "Телефон", "ИНН", "Сумма", "Статус")
ORDER_TRUTH_HEADER: Final = ("client", "phone", "inn", "orders", "turnover", "period", "last_order", "overdue", "class")

_DONE: Final = ("Выполнен", "Отгружен", "Закрыт", "Оплачен")
_CANCELLED: Final = ("Отменён", "Отменен", "Возврат")
_PERIODS: Final = Weighted({7: 5, 14: 12, 30: 38, 45: 10, 60: 14, 90: 14, 180: 5, 365: 2})


@dataclass(slots=True)
class Order:
    """One order; ``age`` is days before today."""

    age: int
    amount: int
    done: bool = True


@dataclass(slots=True)
class Purchases:
    """The orders of one client, and what is true of them.

    Attributes:
        period: days between purchases as the story has it; 0 where one order tells nothing of it.
        overdue: silent for at least twice that, or, with one order, for more than a year.
    """

    client: Client
    story: str
    period: int
    overdue: bool
    orders: list[Order]

    @property
    def bought(self) -> list[Order]:
        """Return the orders that were carried out."""
        return [order for order in self.orders if order.done]


OrderStory = Callable[[Chance, Client], Purchases]


def _repeat(chance: Chance, period: int, last_age: int, count: int, amount: int) -> list[Order]:
    """Return so many orders a period apart, each gap up to a fifth longer or shorter."""
    orders, age = [], last_age
    for _ in range(count):
        orders.append(Order(age, _to_hundreds(amount * (0.7 + chance.random() * 0.6))))
        age += max(1, round(period * (0.8 + chance.random() * 0.4)))
    return orders


def _to_hundreds(amount: float) -> int:
    return round(amount / 100) * 100


def _draw_amount(chance: Chance) -> int:
    return 3000 + int(chance.random() ** 4 * 600_000)


def _count(chance: Chance, period: int) -> int:
    return min(chance.between(4, 20), max(3, 1800 // period))


def regular(chance: Chance, client: Client) -> Purchases:
    """A client who buys in a rhythm, the last time no longer ago than four fifths of it."""
    period = _PERIODS.draw(chance)
    last = chance.between(0, max(1, period * 4 // 5))
    orders = _repeat(chance, period, last, _count(chance, period), _draw_amount(chance))
    return Purchases(client, "regular", period, False, orders)


def lapsed(chance: Chance, client: Client) -> Purchases:
    """A client who bought in a rhythm and has been silent for twice to six times as long."""
    period = _PERIODS.draw(chance)
    last = period * 2 + chance.between(5, 10 + period * 4)
    orders = _repeat(chance, period, last, _count(chance, period), _draw_amount(chance))
    return Purchases(client, "lapsed", period, True, orders)


def lapsed_but_cancelled(chance: Chance, client: Client) -> Purchases:
    """A silent client whose only order of late was cancelled: it is no purchase."""
    purchases = lapsed(chance, client)
    purchases.story = "lapsed-cancelled"
    purchases.orders.append(Order(chance.between(0, purchases.period // 2), _draw_amount(chance), done=False))
    return purchases


def split_invoices(chance: Chance, client: Client) -> Purchases:
    """A regular client whose purchases are written as two or three orders of one day."""
    purchases = regular(chance, client)
    purchases.story = "split-invoices"
    for order in list(purchases.orders):
        for _ in range(chance.between(0, 2)):
            purchases.orders.append(Order(order.age, _to_hundreds(order.amount * 0.4)))
    return purchases


def bought_once_lately(chance: Chance, client: Client) -> Purchases:
    """One order, a few days ago."""
    return Purchases(client, "once-lately", 0, False, [Order(chance.between(0, 10), _draw_amount(chance))])


def bought_once_long_ago(chance: Chance, client: Client) -> Purchases:
    """One order, more than a year ago."""
    return Purchases(client, "once-long-ago", 0, True, [Order(chance.between(400, 1500), _draw_amount(chance))])


ORDER_STORIES: Final[Mapping[OrderStory, float]] = {
    regular: 40,
    lapsed: 22,
    lapsed_but_cancelled: 5,
    split_invoices: 7,
    bought_once_lately: 9,
    bought_once_long_ago: 17,
}
"""How often each story is told."""


def order_cells(chance: Chance, calendar: Calendar, number: int, client: Client, order: Order) -> list[str]:
    """Return the cells of one line: amounts as 12 500,00, the phone in any spelling."""
    amount = f"{order.amount:,}".replace(",", " ")
    return [
        f"ЗК-{number:07d}",
        calendar.day(order.age),
        client.companies[0] or client.person,
        spell_phone(chance, client.phone, notes=False),
        client.inn,
        f"{amount},00",
        chance.pick(_DONE if order.done else _CANCELLED),
    ]


def find_order_truth(calendar: Calendar, purchases: Purchases) -> Mapping[str, str | int]:
    """Return what is true of a client, by the names of ORDER_TRUTH_HEADER; ``orders`` counts days with a purchase."""
    client, bought = purchases.client, purchases.bought
    return {
        "client": client.companies[0] or client.person,
        "phone": f"+{client.phone}",
        "inn": client.inn,
        "orders": len({order.age for order in bought}),
        "turnover": sum(order.amount for order in bought),
        "period": purchases.period or "",
        "last_order": calendar.iso_second(min(order.age for order in bought), 0)[:10],
        "overdue": int(purchases.overdue),
        "class": purchases.story,
    }
