"""A CRM of invented clients: who they are, the cards that managers keep of them, and the export of a night.

The world knows the truth: which cards are of one client, and when a client was last heard of. The export says what
managers have typed, under the headings of Bitrix24 and three fields that a firm has added to its contacts.
"""

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from benchmarks.generator.chance import Chance
from benchmarks.generator.numbers import NumberBook
from benchmarks.generator.people import Person, Registry
from benchmarks.generator.spelling import mistype
from benchmarks.generator.vocabulary import place_words

FIRST_NIGHT: Final = date(2026, 10, 24)
SILENT_AFTER: Final = 365
"""Days without a sign of life after which a client leaves the active base."""

OPEN: Final = "В работе"
LOST: Final = "Провал"
REASONS: Final = ("дорого", "выбрали другого", "нет бюджета", "передумали")
HEADINGS: Final = (
    "ID", "Имя", "Фамилия", "Отчество", "Дата рождения", "Тип контакта", "Мобильный телефон", "Частный e-mail",
    "Ответственный", "Город", "Дата создания", "Дата изменения", "Статус", "Причина отказа", "Последняя активность",
)  # fmt: skip

_MANAGERS: Final = 6
_PHONES: Final = ("+{0}{1}{2}{3}{4}", "8{1}{2}{3}{4}", "8 ({1}) {2}-{3}-{4}", "+{0} {1} {2}-{3}-{4}", "{1}{2}{3}{4}")
"""How managers type a phone; the parts of a number are its country, code and three groups of digits."""


@dataclass(slots=True)
class Card:
    """What a manager keeps of a client.

    Attributes:
        person: number of the client: the truth, which no export tells.
        present: the CRM has it now.
        right: the surname as it should be, where a manager has mistyped it.
    """

    id: int
    person: int
    last: str
    first: str
    middle: str
    birth: str
    phone: str
    mail: str
    owner: str
    city: str
    created: datetime
    changed: datetime
    active: datetime
    status: str = OPEN
    reason: str = ""
    present: bool = True
    right: str = ""

    def cells(self) -> tuple[str, ...]:
        """Return the line of the export, in the order of ``HEADINGS``."""
        created, changed, active = (
            f"{moment:%d.%m.%Y %H:%M:%S}" for moment in (self.created, self.changed, self.active)
        )
        who = (str(self.id), self.first, self.last, self.middle, self.birth, "Клиенты", self.phone, self.mail)
        return (*who, self.owner, self.city, created, changed, self.status, self.reason, active)

    def content(self) -> tuple[str, ...]:
        """Return the cells that duplicates are told by."""
        return (self.last, self.first, self.middle, self.birth, self.phone, self.mail, self.city)


class World:
    """The clients and their cards; one seed gives one world.

    Args:
        clients: so many people are there before the first night.

    Attributes:
        cards: every card there ever was, by ID.
        people: everybody there ever was, by number.
        namesakes: those who share name and phone with another client.
        events: how often what happened.
    """

    def __init__(self, clients: int, seed: int) -> None:
        self.chance = Chance(seed)
        home = place_words().cities.draw(self.chance)
        self.registry = Registry(self.chance, NumberBook(self.chance), home, _MANAGERS, False)
        self.cards: dict[int, Card] = {}
        self.people: dict[int, Person] = {}
        self.namesakes: set[int] = set()
        self.events: Counter[str] = Counter()
        for _number in range(clients):
            self._settle(self.write(self.meet(), FIRST_NIGHT - timedelta(days=1)))
        for card in self.chance.shuffled(self.present())[: clients // 15]:
            second = self.write_again(card, FIRST_NIGHT - timedelta(days=1))
            second.created, second.changed, second.active = card.changed, card.changed, card.active

    def present(self) -> list[Card]:
        """Return the cards that the CRM has now."""
        return [card for card in self.cards.values() if card.present]

    def cards_of(self, person: int) -> list[Card]:
        """Return the cards of a client that the CRM has now."""
        return [card for card in self.present() if card.person == person]

    def meet(
        self, last: str = "", first: str = "", middle: str = "", female: bool | None = None, phone: str = ""
    ) -> Person:
        """Return a new client."""
        person = self.registry.person(last, first, middle, female, phone)
        self.people[person.number] = person
        return person

    def moment(self, day: date) -> datetime:
        """Return some time of a working day."""
        return datetime(day.year, day.month, day.day, self.chance.between(9, 18), self.chance.between(0, 59))

    def write(self, person: Person, day: date) -> Card:
        """Return a new card of a client, entered on a day."""
        now = self.moment(day)
        card = Card(
            id=1001 + len(self.cards),
            person=person.number,
            last=person.last,
            first=person.first,
            middle=person.middle if person.middle_known else "",
            birth=person.birth if person.birth_known else "",
            phone=self.spell_phone(person.phone),
            mail=person.mail if person.mail_known else "",
            owner=person.owner,
            city=person.city.name,
            created=now,
            changed=now,
            active=now,
        )
        self.cards[card.id] = card
        return card

    def write_again(self, known: Card, day: date) -> Card:
        """Return a second card of a client: the phone and the name as another manager types them."""
        person, chance = self.people[known.person], self.chance
        card = self.write(person, day)
        card.phone = self.spell_phone(person.phone)
        card.owner = self.registry.manager()
        card.mail = card.mail if chance.happens(0.5) else ""
        card.middle = card.middle if chance.happens(0.6) else ""
        # Of two namesakes on one phone a card without a birthday may be of either.
        card.birth = card.birth if person.number in self.namesakes or chance.happens(0.5) else ""
        card.city = card.city if chance.happens(0.7) else ""
        card.last = card.last.upper() if chance.happens(0.2) else card.last.replace("ё", "е")
        return card

    def spell_phone(self, digits: str) -> str:
        """Return a phone as one manager or another types it."""
        parts = (digits[0], digits[1:4], digits[4:7], digits[7:9], digits[9:])
        return self.chance.pick(_PHONES).format(*parts)

    def _settle(self, card: Card) -> None:
        """Give a card of the first night its past: most were heard of lately, some fall silent in these nights."""
        chance, luck = self.chance, self.chance.random()
        low, high = (330, 366) if luck < 0.25 else (367, 900) if luck < 0.4 else (1, 320)
        heard = self.moment(FIRST_NIGHT - timedelta(days=chance.between(low, high)))
        card.active = heard
        card.created = heard - timedelta(days=chance.between(0, 1500))
        card.changed = heard - timedelta(days=chance.between(0, (heard - card.created).days))
        if chance.happens(0.05):
            card.right, card.last = card.last, mistype(chance, card.last)
        if chance.happens(0.06):
            card.status, card.reason = LOST, chance.pick(REASONS)


def write_export(path: Path, cards: Sequence[Card]) -> None:
    """Write cards as the CRM exports them."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";", quoting=csv.QUOTE_ALL)
        writer.writerow(HEADINGS)
        writer.writerows(card.cells() for card in cards)
