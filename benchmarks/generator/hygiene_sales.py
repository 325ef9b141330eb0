"""What happens between a firm and its clients: each story makes the deals of one or a few clients."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from benchmarks.generator.chance import Chance, Weighted
from benchmarks.generator.hygiene_cards import Client
from benchmarks.generator.hygiene_deals import Deal
from benchmarks.generator.hygiene_truth import STAGE_DAYS
from benchmarks.generator.hygiene_words import Product, hygiene_words
from benchmarks.generator.vocabulary import place_words

_OPEN: Final = Weighted(
    {"new": 16, "no-answer": 10, "postponed": 10, "in-work": 30, "has-tasks": 6, "agreeing": 14, "payment": 14}
)
_LOST: Final = Weighted({"lost": 70, "refused": 30})
_YEAR: Final = 365


class SalesDesk:
    """Where stories get their clients, colleagues, namesakes and managers from.

    The caller gives two sources: the next client, and somebody new, who works at the firm of the client given or, for
    a firm of the same name, at another one.
    """

    def __init__(
        self,
        chance: Chance,
        next_client: Callable[[bool], Client],
        colleague: Callable[[Client], Client],
        same_name: Callable[[Client], Client],
        managers: tuple[str, ...],
    ) -> None:
        self.chance = chance
        self.next_client = next_client
        """Takes whether it must be somebody of a firm."""
        self.colleague = colleague
        self.same_name = same_name
        self.managers = managers

    def other_manager(self, owner: str) -> str:
        """Return a manager who is not the owner."""
        return self.chance.pick([name for name in self.managers if name != owner])

    def price(self, product: Product) -> int:
        """Return an amount between the prices of the product, rounded as people do."""
        amount = product.lowest + int(self.chance.random() ** 2 * (product.highest - product.lowest))
        return round(amount, -3 if amount > 50_000 else -2)

    def open_deal(self, story: str, client: Client, product: Product, amount: int, created: int) -> Deal:
        """Return a deal that is being worked on; one in eight of those old enough has not moved for half a year."""
        chance = self.chance
        if created > STAGE_DAYS + 10 and chance.happens(0.5):
            stage = chance.between(STAGE_DAYS + 5, created)
        else:
            stage = chance.between(0, min(created, STAGE_DAYS - 20))
        deal = self._deal(story, client, product, amount, _OPEN.draw(chance), created, stage)
        luck = chance.random()
        if luck < 0.64:
            deal.task_age = -chance.between(1, 45)
        elif luck < 0.82:
            deal.task_age = chance.between(1, max(1, min(created, 90)))
        if deal.task_age is not None and chance.happens(0.2):
            deal.comment = chance.pick(hygiene_words().promises)
        return deal

    def closed_deal(
        self, story: str, client: Client, product: Product, amount: int, created: int, won: bool = True
    ) -> Deal:
        """Return a deal that was won or lost at most 60 days after it was opened; a stale task may stand in it."""
        chance = self.chance
        closed = max(0, created - chance.between(3, 60))
        deal = self._deal(story, client, product, amount, "won" if won else _LOST.draw(chance), created, closed)
        deal.closed_age = closed
        if chance.happens(0.15):
            deal.task_age = closed + chance.between(0, 10)
        return deal

    def _deal(
        self, story: str, client: Client, product: Product, amount: int, stage: str, created: int, stage_age: int
    ) -> Deal:
        chance = self.chance
        modified = stage_age if chance.happens(0.5) else int(stage_age * chance.random())
        company = chance.pick(client.companies)
        deal = Deal(client, company, product.name, amount, client.owner, stage, story, created, stage_age, modified)
        luck = chance.random()
        if luck < 0.5:
            deal.title = f"{product.name}, {company or client.person}"
        elif luck < 0.8:
            deal.title = f"{chance.pick(('Поставка', 'Заявка', 'Заказ', 'Расчёт'))}: {product.name.lower()}"
        else:
            deal.title = f"Сделка #{chance.between(1000, 99999)}"
        if chance.happens(0.7):
            deal.source = chance.pick(place_words().sources)
        return deal

    def two_products(self) -> tuple[Product, Product]:
        """Return two products of which the first costs at least three times the second."""
        while True:
            dear, cheap = self.chance.pick(hygiene_words().products), self.chance.pick(hygiene_words().products)
            if dear.lowest > 3 * cheap.highest:
                return dear, cheap


SalesStory = Callable[[SalesDesk], list[Deal]]


def one_open(desk: SalesDesk) -> list[Deal]:
    """A client with one deal on the way."""
    product = desk.chance.pick(hygiene_words().products)
    client = desk.next_client(False)
    created = 1 + int(desk.chance.random() ** 2 * min(client.since, 400))
    return [desk.open_deal("open", client, product, desk.price(product), created)]


def one_closed(desk: SalesDesk) -> list[Deal]:
    """A client whose only deal was won or lost."""
    chance = desk.chance
    client, product = desk.next_client(False), chance.pick(hygiene_words().products)
    created = chance.between(5, max(6, min(client.since, 3 * _YEAR)))
    won = chance.happens(0.55)
    return [desk.closed_deal("won" if won else "lost", client, product, desk.price(product), created, won)]


def _twins(desk: SalesDesk, story: str, clients: list[Client]) -> list[Deal]:
    """Return open deals of one sale, one per client, the first the oldest."""
    chance = desk.chance
    product = chance.pick(hygiene_words().products)
    amount = desk.price(product)
    created = chance.between(2, max(2, min(160, clients[0].since)))
    deals = [desk.open_deal(story, clients[0], product, amount, created)]
    for client in clients[1:]:
        created = max(1, created - chance.between(1, 30))
        luck = chance.random()
        same = (
            amount if luck < 0.6 else round(amount * (0.93 + chance.random() * 0.14) / 100) * 100 if luck < 0.8 else 0
        )
        twin = desk.open_deal(story, client, product, same, created)
        twin.twin = deals[0]
        if chance.happens(0.4):
            twin.owner = desk.other_manager(deals[0].owner)
        else:
            twin.owner = deals[0].owner
        deals.append(twin)
    return deals


def twins_of_colleagues(desk: SalesDesk) -> list[Deal]:
    """Two or three people of one firm ask for the same."""
    client = desk.next_client(True)
    people = [client] + [desk.colleague(client) for _ in range(1 if desk.chance.happens(0.75) else 2)]
    return _twins(desk, "twins-colleagues", people)


def twins_of_one_person(desk: SalesDesk) -> list[Deal]:
    """One person asks twice, at the site and by telephone."""
    client = desk.next_client(False)
    return _twins(desk, "twins-person", [client, client])


def closed_twin(desk: SalesDesk) -> list[Deal]:
    """A twin that somebody has closed as a duplicate already."""
    first, second = _twins(desk, "twin-closed-already", [client := desk.next_client(True), desk.colleague(client)])
    second.stage_class, second.twin, second.task_age = "duplicate", None, None
    second.closed_age = second.stage_age
    return [first, second]


def bought_again(desk: SalesDesk) -> list[Deal]:
    """One to four deals won, and now a new one, often for the same."""
    chance = desk.chance
    client, product = desk.next_client(chance.happens(0.6)), chance.pick(hygiene_words().products)
    created = 1 + int(chance.random() * 90)
    deals = [desk.open_deal("bought-again", client, product, desk.price(product), created)]
    for _ in range(chance.between(1, 4)):
        created += chance.between(65, 300)
        deals.append(desk.closed_deal("bought-again", client, product, desk.price(product), created))
    return deals[::-1]


def back_after_loss(desk: SalesDesk) -> list[Deal]:
    """A deal was lost, and the client is back."""
    chance = desk.chance
    client, product = desk.next_client(False), chance.pick(hygiene_words().products)
    amount, created = desk.price(product), chance.between(1, 80)
    lost = desk.closed_deal("back-after-loss", client, product, amount, created + chance.between(62, 400), won=False)
    return [lost, desk.open_deal("back-after-loss", client, product, amount, created)]


def two_projects(desk: SalesDesk) -> list[Deal]:
    """A large client with two projects: other products, other amounts, months apart, both on the way."""
    chance = desk.chance
    client = desk.next_client(True)
    dear, cheap = chance.shuffled(desk.two_products())
    late = chance.between(1, 40)
    deals = [
        desk.open_deal("two-projects", client, dear, desk.price(dear), late + chance.between(95, 130)),
        desk.open_deal("two-projects", desk.colleague(client), cheap, desk.price(cheap), late),
    ]
    for deal, project in zip(deals, chance.shuffled(("склад", "цех № 2", "офис", "новая линия")), strict=False):
        deal.title = f"{deal.product}, {project}"
    return deals


def colleagues_apart(desk: SalesDesk) -> list[Deal]:
    """Two people of a firm ask for quite different things in one month."""
    chance = desk.chance
    client = desk.next_client(True)
    dear, cheap = desk.two_products()
    created = chance.between(20, 60)
    return [
        desk.open_deal("colleagues-apart", client, dear, desk.price(dear), created),
        desk.open_deal("colleagues-apart", desk.colleague(client), cheap, desk.price(cheap), created - 15),
    ]


def firms_of_one_name(desk: SalesDesk) -> list[Deal]:
    """Two firms of one name, with other INN, people and numbers, want the same."""
    client = desk.next_client(True)
    product, created = desk.chance.pick(hygiene_words().products), desk.chance.between(10, 90)
    other = desk.same_name(client)
    return [
        desk.open_deal("same-name-firm", client, product, desk.price(product), created),
        desk.open_deal("same-name-firm", other, product, desk.price(product), max(1, created - 5)),
    ]


def namesakes(desk: SalesDesk) -> list[Deal]:
    """Two people of one name, with other numbers and of no firm, want the same."""
    client = desk.next_client(False)
    other = desk.next_client(False)
    client, other = replace(client, companies=("",), inn=""), replace(other, companies=("",), inn="", mail="")
    other.person = client.person
    product, created = desk.chance.pick(hygiene_words().products), desk.chance.between(10, 90)
    return [
        desk.open_deal("namesakes", client, product, desk.price(product), created),
        desk.open_deal("namesakes", other, product, desk.price(product), max(1, created - 5)),
    ]


SALES_STORIES: Final[Mapping[SalesStory, float]] = {
    one_open: 32,
    one_closed: 30,
    twins_of_colleagues: 7,
    twins_of_one_person: 4,
    closed_twin: 2,
    bought_again: 8,
    back_after_loss: 5,
    two_projects: 4,
    colleagues_apart: 3,
    firms_of_one_name: 2,
    namesakes: 2,
}
"""How often each story is told."""
