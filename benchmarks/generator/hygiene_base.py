"""The base of one firm for the hygiene jobs: contacts, deals and orders with their truth, calls and bounces.

Everything is written as it is invented, so that a base of any size takes the same memory but for the INNs given out.
"""

from collections.abc import Mapping
from contextlib import ExitStack
from datetime import date
from itertools import count
from pathlib import Path
from typing import Final

from benchmarks.generator.chance import Chance, Weighted
from benchmarks.generator.companies import spell_company
from benchmarks.generator.hygiene_calendar import Calendar
from benchmarks.generator.hygiene_calls import CALL_CELLS, CALL_DELIMITERS, CALL_HEADERS, CallLayout, draw_call
from benchmarks.generator.hygiene_cards import CARD_HEADER, Card, Client, Office, card_cells
from benchmarks.generator.hygiene_dead import DEAD_STORIES
from benchmarks.generator.hygiene_deals import DEAL_LAYOUTS, DEAL_TRUTH_HEADER, Deal, find_deal_truth, number_deals
from benchmarks.generator.hygiene_lines import LineFile, Mixed
from benchmarks.generator.hygiene_living import LIVING_STORIES, Story
from benchmarks.generator.hygiene_mail import BOUNCE_HEADER, delivery_cells
from benchmarks.generator.hygiene_orders import (
    ORDER_HEADER,
    ORDER_STORIES,
    ORDER_TRUTH_HEADER,
    find_order_truth,
    order_cells,
)
from benchmarks.generator.hygiene_sales import SALES_STORIES, SalesDesk
from benchmarks.generator.hygiene_truth import find_reasons, is_dead, propose
from benchmarks.generator.numbers import NumberBook
from benchmarks.generator.people import Registry
from benchmarks.generator.vocabulary import place_words

CARD_TRUTH_HEADER: Final = ("row", "id", "dead", "reasons", "proposal", "class")

_LOST_SHARE: Final = 0.4
_MANAGERS: Final = 12


def _shared(stories: Mapping[Story, float], share: float) -> dict[Story, float]:
    total = sum(stories.values())
    return {story: share * weight / total for story, weight in stories.items()}


_CARD_STORIES: Final[Weighted[Story]] = Weighted(
    _shared(DEAD_STORIES, _LOST_SHARE) | _shared(LIVING_STORIES, 1 - _LOST_SHARE)
)
_SALES: Final = Weighted(SALES_STORIES)
_PURCHASES: Final = Weighted(ORDER_STORIES)


def write_hygiene(folder: Path, rows: int, seed: int, today: date, calls: CallLayout = "mango") -> list[Path]:
    """Write the files of a base of so many contacts, deals and orders each into the folder; return their paths.

    The same arguments give the same bytes. Deals and orders speak of living clients of the contacts, and of others.
    """
    folder.mkdir(parents=True, exist_ok=True)
    chance = Chance(seed)
    world = Registry(chance, NumberBook(chance), None, _MANAGERS, inn_shown=True)
    office = Office(chance, world, Calendar(today))
    with ExitStack() as stack:
        writers = _Writers(folder, calls, office, stack)
        for step in range(1, rows + 1):
            writers.write_card(step)
            while writers.deals < step:
                writers.write_deals(rows)
            while writers.orders < step:
                writers.write_orders(rows)
        writers.finish()
    return writers.paths


class _Writers:
    """The open files of a base."""

    def __init__(self, folder: Path, calls: CallLayout, office: Office, stack: ExitStack) -> None:
        self.office = office
        self.paths: list[Path] = []
        self.deals = self.orders = 0
        self._deal_layout = DEAL_LAYOUTS["bitrix24"]
        self._call_cells = CALL_CELLS[calls]
        self._card_id = self._deal_id = 101
        self._order_numbers = count(1)
        self._deal_rows = count(1)

        def add(name: str, header: tuple[str, ...], delimiter: str = ";", bitrix: bool = False) -> LineFile:
            self.paths.append(folder / name)
            return stack.enter_context(LineFile(folder / name, header, delimiter, bitrix))

        chance = office.chance
        self._cards = add("contacts.csv", CARD_HEADER, bitrix=True)
        self._card_truth = add("contacts.truth.csv", CARD_TRUTH_HEADER, ",")
        self._deal_lines = add("deals.csv", self._deal_layout.header, bitrix=True)
        self._deal_truth = add("deals.truth.csv", DEAL_TRUTH_HEADER, ",")
        self._order_lines = Mixed(chance, add("orders.csv", ORDER_HEADER).write)
        self._order_truth = add("orders.truth.csv", ORDER_TRUTH_HEADER, ",")
        self._calls = Mixed(chance, add("calls.csv", CALL_HEADERS[calls], CALL_DELIMITERS[calls]).write)
        self._bounces = Mixed(chance, add("bounces.csv", BOUNCE_HEADER, ",").write)
        self._mixed_deals = Mixed(chance, self._write_deal)
        self._desk = SalesDesk(chance, self._next_client, self._colleague, self._same_name, place_words().managers)

    def write_card(self, row: int) -> None:
        """Tell a story of a contact: its line, its truth, its calls and bounces."""
        office = self.office
        card = _CARD_STORIES.draw(office.chance)(office)
        reasons = find_reasons(card.facts)
        happened = [call.age for call in card.calls] + [letter.age for letter in card.deliveries]
        card.created_age = max([card.created_age, *happened])
        self._cards.write(card_cells(office.chance, office.calendar, self._card_id, card))
        proposal = propose(reasons, card.facts)
        dead = int(is_dead(reasons))
        self._card_truth.write((row, self._card_id, dead, ",".join(reasons), proposal, card.story))
        self._card_id += 1 + int(office.chance.random() ** 4 * 4)
        self._write_evidence(card)
        if card.story == "ordinary" and not reasons:
            office.offer(card)

    def _write_evidence(self, card: Card) -> None:
        office = self.office
        for call in card.calls:
            self._calls.put(self._call_cells(office.chance, office.calendar, call))
        for letter in card.deliveries:
            self._bounces.put(delivery_cells(office.calendar, letter))
        if office.chance.happens(0.02):  # telephony knows people whom the base does not
            stranger = draw_call(
                office.chance, office.world.numbers.mobile(), office.chance.between(1, 700), "answered"
            )
            self._calls.put(self._call_cells(office.chance, office.calendar, stranger))

    def write_deals(self, rows: int) -> None:
        """Tell a story of deals, cut off where the file is full."""
        office = self.office
        deals = _SALES.draw(office.chance)(self._desk)[: rows - self.deals]
        self._deal_id = number_deals(deals, self._deal_id, office.chance)
        for deal in deals:
            self._mixed_deals.put(deal)
        self.deals += len(deals)

    def _write_deal(self, deal: Deal) -> None:
        office = self.office
        self._deal_lines.write(self._deal_layout.cells(office.chance, office.calendar, deal))
        self._deal_truth.write(find_deal_truth(next(self._deal_rows), deal, self._deal_layout))

    def write_orders(self, rows: int) -> None:
        """Tell the purchases of one client; those for which there is no room are left untold."""
        office = self.office
        purchases = _PURCHASES.draw(office.chance)(office.chance, self._next_client(False))
        if len(purchases.orders) > rows - self.orders:
            return
        for order in purchases.orders:
            number = next(self._order_numbers)
            self._order_lines.put(order_cells(office.chance, office.calendar, number, purchases.client, order))
        self.orders += len(purchases.orders)
        self._order_truth.write(tuple(find_order_truth(office.calendar, purchases).values()))

    def finish(self) -> None:
        """Let out the lines that still wait."""
        self._order_lines.finish()
        self._calls.finish()
        self._bounces.finish()
        self._mixed_deals.finish()

    def _next_client(self, of_firm: bool) -> Client:
        clients = self.office.clients
        if clients and (clients[0].companies[0] or not of_firm):
            return clients.popleft()
        return self._new_client(of_firm)

    def _new_client(self, of_firm: bool) -> Client:
        chance, world = self.office.chance, self.office.world
        person = world.person()
        client = Client(f"{person.last} {person.first}", person.phone, city=person.city.name, owner=person.owner)
        if of_firm or chance.happens(0.4):
            company = self.office.company()
            client.companies = (spell_company(chance, company), spell_company(chance, company))
            client.inn = company.inn
        return client

    def _colleague(self, client: Client) -> Client:
        person = self.office.world.person()
        return Client(
            f"{person.last} {person.first}",
            person.phone,
            "",
            client.companies,
            client.inn,
            client.city,
            client.owner,
            client.since,
        )

    def _same_name(self, client: Client) -> Client:
        other = self._colleague(client)
        region = self.office.chance.pick(place_words().all_cities)
        other.inn, other.city = self.office.world.numbers.company_inn(region.region), region.name
        other.owner = self.office.world.manager()
        return other
