"""Small samples of deals, leads, orders, calls and bounces that speak of the people of the samples of contacts."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from itertools import cycle, takewhile
from pathlib import Path
from typing import Final, TypeVar

from benchmarks.generator.base import Base
from benchmarks.generator.chance import Chance, Weighted
from benchmarks.generator.hygiene_calendar import Calendar
from benchmarks.generator.hygiene_calls import CALL_CELLS, CALL_HEADERS, Call, CallResult, draw_call, draw_failures
from benchmarks.generator.hygiene_cards import Client
from benchmarks.generator.hygiene_deals import (
    DEAL_LAYOUTS,
    DEAL_TRUTH_HEADER,
    Deal,
    DealSystem,
    find_deal_truth,
    number_deals,
)
from benchmarks.generator.hygiene_lines import LineFile
from benchmarks.generator.hygiene_mail import BOUNCE_HEADER, Delivery, MailKindOfResult, delivery_cells, draw_delivery
from benchmarks.generator.hygiene_orders import (
    ORDER_HEADER,
    ORDER_STORIES,
    ORDER_TRUTH_HEADER,
    Purchases,
    find_order_truth,
    order_cells,
)
from benchmarks.generator.hygiene_sales import SALES_STORIES, SalesDesk
from benchmarks.generator.layouts import Layout
from benchmarks.generator.numbers import NumberBook
from benchmarks.generator.people import Registry
from benchmarks.generator.vocabulary import place_words

Told = TypeVar("Told")

SAMPLE_DAY: Final = date(2026, 11, 22)
CALL_TRUTH_HEADER: Final = ("number", "attempts", "failed_in_a_row", "days_tried", "not_in_service", "class")
BOUNCE_TRUTH_HEADER: Final = ("email", "letters", "hard", "class")

_DEALS: Final = 60
_ORDERS: Final = 150
_CALLED: Final = 48
_WRITTEN_TO: Final = 60
_HEADINGS: Final = {
    "bitrix24": ("Мобильный телефон", "Частный e-mail", "Компания", "Дата создания", ""),
    "amocrm": ("Мобильный телефон", "Личный email", "Название компании", "Дата создания контакта", "ИНН"),
}


class ClientBook:
    """The people of a sample of contacts whose name and number stand there plainly, in a repeatable random order."""

    def __init__(self, base: Base[list[str]], layout: Layout, seed: int) -> None:
        self.chance = Chance(seed)
        self.calendar = Calendar(SAMPLE_DAY)
        self.clients: list[Client] = []
        self._firms: defaultdict[str, list[Client]] = defaultdict(list)
        self._firm_of: dict[str, str] = {}
        self._world = Registry(self.chance, NumberBook(self.chance), None, 4, inn_shown=True)
        self._inns: dict[str, str] = {}
        for cells, truth in zip(base.lines, base.truth, strict=True):
            client = self._read(cells, layout)
            if client and truth.class_ == "original":
                if truth.company_id and client.companies[0]:
                    client.inn = self._inns.setdefault(truth.company_id, client.inn or self._new_inn())
                    self._firms[truth.company_id].append(client)
                    self._firm_of[client.phone] = truth.company_id
                self.clients.append(client)
        self._waiting = self.chance.shuffled(self.clients)

    def _read(self, cells: Sequence[str], layout: Layout) -> Client | None:
        def cell(heading: str) -> str:
            return cells[layout.header.index(heading) - 1] if heading else ""

        phone, mail, company, created, inn = (cell(heading) for heading in _HEADINGS[layout.name])
        digits = "".join(sign for sign in phone.split(",")[0] if sign.isdigit())
        last, first = cell("Фамилия").strip(), cell("Имя").strip()
        if len(digits) != 11 or digits[0] not in "78" or len(set(digits)) < 4 or not (last and first):
            return None
        mail = mail.strip() if mail.count("@") == 1 and ":" not in mail and " " not in mail.strip() else ""
        inn = inn if inn.isdigit() and len(inn) in (10, 12) else ""
        age = self.calendar.age_of(created)
        city, owner = cell("Город"), cell("Ответственный")
        return Client(f"{last} {first}", f"7{digits[1:]}", mail.strip(";"), (company,), inn, city, owner, age)

    def _new_inn(self) -> str:
        return self._world.numbers.company_inn(self._world.city().region)

    def next_client(self, of_firm: bool) -> Client:
        """Return a client who has not been taken yet, of a firm where that is asked."""
        place = next(
            place for place, client in enumerate(self._waiting) if not of_firm or client.phone in self._firm_of
        )
        return self._waiting.pop(place)

    def colleague(self, client: Client) -> Client:
        """Return somebody of the same firm: of the base where it knows one more, else somebody new."""
        known = [other for other in self._firms[self._firm_of.get(client.phone, "")] if other in self._waiting]
        if known:
            self._waiting.remove(known[0])
            return known[0]
        person = self._world.person()
        name = f"{person.last} {person.first}"
        return Client(name, person.phone, "", client.companies, client.inn, client.city, client.owner, client.since)

    def same_name(self, client: Client) -> Client:
        """Return somebody new at another firm of the same name."""
        person = self._world.person()
        inn, owner = self._new_inn(), self._world.manager()
        return Client(f"{person.last} {person.first}", person.phone, "", client.companies, inn, "", owner, client.since)


def write_deals(path: Path, system: DealSystem, book: ClientBook) -> tuple[Path, Path]:
    """Write a sample of deals, every story at least once, in the order in which they were opened; and its truth."""
    chance, layout = book.chance, DEAL_LAYOUTS[system]
    desk = SalesDesk(chance, book.next_client, book.colleague, book.same_name, place_words().managers[:4])
    deals: list[Deal] = []
    stories = _each_then_drawn(SALES_STORIES, chance)
    while len(deals) < _DEALS:
        deals += next(stories)(desk)
    deals.sort(key=lambda deal: -deal.created_age)  # keeps the older of twins first
    number_deals(deals, layout.first_id, chance)
    truth = path.with_name(f"{path.name}.truth.csv")
    bitrix = system == "bitrix24"
    lines = LineFile(path, layout.header, ";" if bitrix else ",", bitrix, "\n" if bitrix else "\r\n")
    with lines as file, LineFile(truth, DEAL_TRUTH_HEADER, ",") as truth_file:
        for row, deal in enumerate(deals, start=1):
            file.write(layout.cells(chance, book.calendar, deal))
            truth_file.write(find_deal_truth(row, deal, layout))
    return path, truth


def _each_then_drawn(stories: Mapping[Told, float], chance: Chance) -> Iterator[Told]:
    """Yield every story once, and then as they are drawn."""
    yield from stories
    drawn = Weighted(stories)
    while True:
        yield drawn.draw(chance)


def write_orders(path: Path, book: ClientBook) -> tuple[Path, Path]:
    """Write a sample of orders by date, every story at least once, and the truth about each client."""
    chance, truth = book.chance, path.with_name(f"{path.name}.truth.csv")
    stories = _each_then_drawn(ORDER_STORIES, chance)
    told: list[Purchases] = []
    while sum(len(purchases.orders) for purchases in told) < _ORDERS:
        client = book.next_client(False)
        told.append(next(stories)(chance, client))
    lines = [(order, purchases.client) for purchases in told for order in purchases.orders]
    lines.sort(key=lambda line: -line[0].age)
    with LineFile(path, ORDER_HEADER) as file, LineFile(truth, ORDER_TRUTH_HEADER, ",") as truth_file:
        for number, (order, client) in enumerate(lines, start=1):
            file.write(order_cells(chance, book.calendar, number, client, order))
        for purchases in told:
            truth_file.write(list(find_order_truth(book.calendar, purchases).values()))
    return path, truth


def _talks(chance: Chance, number: str, age: int) -> list[Call]:
    return [draw_call(chance, number, age + gap, "answered", gap == 6) for gap in (0, 6, 21)[: chance.between(1, 3)]]


def _never_answered(chance: Chance, number: str, age: int) -> list[Call]:
    return draw_failures(chance, number, age, chance.between(5, 8))


def _few_failures(chance: Chance, number: str, age: int) -> list[Call]:
    return draw_failures(chance, number, age, chance.between(2, 4))


def _failures_of_one_day(chance: Chance, number: str, age: int) -> list[Call]:
    return draw_failures(chance, number, age, 6, one_day=True)


def _not_in_service(chance: Chance, number: str, age: int) -> list[Call]:
    result: CallResult = "not-existing" if chance.happens(0.5) else "not-in-service"
    return [draw_call(chance, number, age + gap, result) for gap in (0, 2, 5)]


def _came_back(chance: Chance, number: str, age: int) -> list[Call]:
    lost = [draw_call(chance, number, age + gap, "not-in-service") for gap in (20, 24)]
    return [draw_call(chance, number, age, "answered"), *lost]


def _reached_at_last(chance: Chance, number: str, age: int) -> list[Call]:
    return [draw_call(chance, number, age, "answered"), *draw_failures(chance, number, age + 1, 6)]


def _called_back(chance: Chance, number: str, age: int) -> list[Call]:
    return [draw_call(chance, number, age, "answered", incoming=True), *draw_failures(chance, number, age + 1, 6)]


_CALL_STORIES: Final[Mapping[str, Callable[[Chance, str, int], list[Call]]]] = {
    "talks": _talks,
    "never-answered": _never_answered,
    "few-failures": _few_failures,
    "failures-of-one-day": _failures_of_one_day,
    "not-in-service": _not_in_service,
    "came-back": _came_back,
    "reached-at-last": _reached_at_last,
    "called-back": _called_back,
}
_MAIL_STORIES: Final[Mapping[str, tuple[MailKindOfResult, ...]]] = {
    "delivered": ("delivered", "delivered"),
    "hard": ("hard",),
    "delivered-then-hard": ("delivered", "hard", "hard"),
    "hard-then-delivered": ("hard", "delivered"),
    "soft": ("soft", "soft"),
}
"""What became of the letters to one address, the oldest first."""


def write_calls(path: Path, books: Sequence[ClientBook]) -> tuple[Path, Path]:
    """Write a sample of call records in the manner of MANGO OFFICE by date, and the truth about each number."""
    chance, calendar, truth = books[0].chance, books[0].calendar, path.with_name(f"{path.name}.truth.csv")
    clients = [client for pair in zip(*(book.clients for book in books), strict=False) for client in pair][:_CALLED]
    told: dict[str, tuple[str, list[Call]]] = {}
    for client, name in zip(clients, cycle(_CALL_STORIES), strict=False):
        told[client.phone] = name, _CALL_STORIES[name](chance, client.phone, chance.between(2, 60))
    calls = sorted((call for _, own in told.values() for call in own), key=lambda call: (-call.age, call.second_of_day))
    with LineFile(path, CALL_HEADERS["mango"]) as file, LineFile(truth, CALL_TRUTH_HEADER, ",") as truth_file:
        for call in calls:
            file.write(CALL_CELLS["mango"](chance, calendar, call))
        for number, (name, own) in told.items():
            truth_file.write(_find_call_truth(number, name, own))
    return path, truth


def _find_call_truth(number: str, name: str, calls: list[Call]) -> tuple[str | int, ...]:
    """Return what is true of a number: attempts are calls to the client, failures those since the last talk."""
    newest_first = sorted(calls, key=lambda call: (call.age, -call.second_of_day))
    failed = list(takewhile(lambda call: call.result != "answered" and not call.incoming, newest_first))
    attempts = sum(not call.incoming for call in calls)
    lost = name == "not-in-service"
    return f"+{number}", attempts, len(failed), len({call.age for call in failed}), int(lost), name


def write_bounces(path: Path, books: Sequence[ClientBook]) -> tuple[Path, Path]:
    """Write a sample of delivery reports in the manner of Unisender by date, and the truth about each address."""
    chance, calendar, truth = books[0].chance, books[0].calendar, path.with_name(f"{path.name}.truth.csv")
    mails = dict.fromkeys(client.mail.lower() for book in books for client in book.clients if client.mail)
    told: dict[str, tuple[str, list[Delivery]]] = {}
    for address, name in zip(list(mails)[:_WRITTEN_TO], cycle(_MAIL_STORIES), strict=False):
        age, letters = chance.between(2, 40), []
        for kind in reversed(_MAIL_STORIES[name]):
            letters.append(draw_delivery(chance, address, age, kind))
            age += chance.between(7, 30)
        told[address] = name, letters
    letters = sorted(
        (letter for _, own in told.values() for letter in own), key=lambda letter: (-letter.age, letter.second_of_day)
    )
    with LineFile(path, BOUNCE_HEADER, ",") as file, LineFile(truth, BOUNCE_TRUTH_HEADER, ",") as truth_file:
        for letter in letters:
            file.write(delivery_cells(calendar, letter))
        for address, (name, own) in told.items():
            truth_file.write((address, len(own), int(_MAIL_STORIES[name][-1] == "hard"), name))
    return path, truth


def write_hygiene_samples(
    folder: Path, bitrix: tuple[Base[list[str]], Layout], amo: tuple[Base[list[str]], Layout]
) -> list[Path]:
    """Write the samples and their truth into the folder; return the paths written."""
    books = ClientBook(*bitrix, seed=8), ClientBook(*amo, seed=67)
    return [
        *write_deals(folder / "bitrix24_deals.csv", "bitrix24", books[0]),
        *write_deals(folder / "amocrm_leads.csv", "amocrm", books[1]),
        *write_orders(folder / "orders.csv", books[0]),
        *write_calls(folder / "calls.csv", books),
        *write_bounces(folder / "bounces.csv", books),
    ]
