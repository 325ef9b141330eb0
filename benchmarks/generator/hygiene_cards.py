"""Cards of clients for the hygiene jobs, and the columns in which an export of Bitrix24 shows them."""

from collections import deque
from dataclasses import dataclass, field
from typing import Final

from benchmarks.generator.chance import Chance, Weighted
from benchmarks.generator.companies import Company, spell_company
from benchmarks.generator.hygiene_calendar import Calendar
from benchmarks.generator.hygiene_calls import Call
from benchmarks.generator.hygiene_mail import Delivery
from benchmarks.generator.hygiene_truth import OPEN_STAGES, STAGE_DAYS, VIP_AMOUNT, Facts
from benchmarks.generator.hygiene_words import HygieneWords, Remark, hygiene_words
from benchmarks.generator.people import Person, Registry
from benchmarks.generator.records import MailKind, PhoneKind, spell_city
from benchmarks.generator.spelling import mistype, spell_email, spell_phone, spell_word
from benchmarks.generator.vocabulary import company_words, place_words

CARD_HEADER: Final = (
    *("ID", "Контакт", "Имя", "Фамилия", "Отчество", "Должность", "Компания", "Реквизит (Россия): ИНН"),
    *("Статус компании", "Рабочий телефон", "Мобильный телефон", "Домашний телефон", "Другой телефон"),
    *("Рабочий e-mail", "Частный e-mail", "Город", "Стадия", "Дата изменения стадии", "Сумма", "Теги", "Источник"),
    *("Не звонить", "Ответственный", "Комментарий", "Дата создания", "Дата изменения", "Последняя активность"),
)
_TYPO_SHARE: Final = 0.08
_LIVING_STAGES: Final = Weighted(
    {"": 20, "new": 8, "no-answer": 4, "postponed": 8, "in-work": 22, "has-tasks": 6, "agreeing": 6, "payment": 5}
    | {"won": 24, "lost": 3}
)
_SETTLED_STAGES: Final = Weighted({"": 40, "won": 52, "lost": 8})


@dataclass(slots=True)
class Client:
    """Somebody who buys: what deals, orders and calls know of a person and a firm; ``since`` is an age in days."""

    person: str
    phone: str
    mail: str = ""
    companies: tuple[str, ...] = ("",)
    """The ways in which the name of the firm is written."""
    inn: str = ""
    city: str = ""
    owner: str = ""
    since: int = 1500


@dataclass(slots=True)
class Card:
    """One card of the base with the facts about it; ages are days before today, -1 where the cell is empty."""

    story: str
    person: Person
    owner: str
    facts: Facts = field(default_factory=Facts)
    last: str = ""
    first: str = ""
    middle: str = ""
    post: str = ""
    company: str = ""
    inn: str = ""
    company_state: str = ""
    phones: list[tuple[PhoneKind, str]] = field(default_factory=list)
    mails: list[tuple[MailKind, str]] = field(default_factory=list)
    city: str = ""
    stage: str = ""
    stage_age: int = -1
    amount: int = 0
    tags: str = ""
    source: str = ""
    opt_out: str = ""
    comment: str = ""
    created_age: int = 1
    modified_age: int = 1
    activity_age: int = -1
    contact_age: int = 1
    """The age of what counts as the last contact: the activity, or else the modification."""
    calls: list[Call] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)

    def drop_contacts(self) -> None:
        """Take away every phone and address."""
        self.phones.clear()
        self.mails.clear()
        self.facts.live_channel = False

    def set_firm(self, company: Company | None, chance: Chance) -> None:
        """Write the firm into the card, or take it out."""
        self.person.company = company
        self.company = spell_company(chance, company) if company else ""
        self.inn = company.inn if company and chance.happens(0.6) else ""
        self.facts.has_company = company is not None


class Office:
    """One firm with its managers: draws its cards, and remembers a few living clients who may buy."""

    def __init__(self, chance: Chance, world: Registry, calendar: Calendar) -> None:
        self.chance = chance
        self.world = world
        self.calendar = calendar
        self.words: HygieneWords = hygiene_words()
        self.clients: deque[Client] = deque(maxlen=2000)

    def company(self) -> Company:
        """Return a new firm."""
        return self.world.chamber.company(self.world.city(), self.world.manager())

    def open_card(self, story: str, old: bool = False, firm: float = 0.5, mail: float = 0.55) -> Card:
        """Return the card of a new person with one phone; ``firm`` and ``mail`` are the shares of those that have one.

        An ``old`` card has been silent for more than a year.
        """
        chance, person = self.chance, self.world.person()
        card = Card(story, person, person.owner)
        card.last, card.first = spell_word(chance, person.last), spell_word(chance, person.first)
        card.middle = person.middle if person.middle_known else ""
        card.phones.append(("mobile", spell_phone(chance, person.phone, notes=False)))
        card.city = spell_city(chance, person.city) if chance.happens(0.7) else ""
        card.source = chance.pick(place_words().sources) if chance.happens(0.7) else ""
        if chance.happens(firm):
            card.set_firm(self.company(), chance)
            card.post = chance.pick(company_words().posts) if chance.happens(0.6) else ""
        if chance.happens(mail):
            card.mails.append(("private", spell_email(chance, person.mail)))
        _draw_dates(chance, card, old)
        self.draw_stage(card)
        self._draw_worth(card)
        if chance.happens(0.25):
            self.remark(card, self.words.living["plain"])
        return card

    def draw_stage(self, card: Card, classes: Weighted[str] | None = None) -> None:
        """Give the card a stage of one of the classes, with the day when it was entered.

        An open stage is young by itself. To enter a stage is a modification: where the card has not been modified for
        long, what is open now would have been open too long, and a settled stage is drawn.
        """
        chance = self.chance
        settled = card.modified_age >= STAGE_DAYS - 5
        stage = (classes or (_SETTLED_STAGES if settled else _LIVING_STAGES)).draw(chance)
        latest = card.created_age
        if stage in OPEN_STAGES and not settled:
            latest = min(latest, STAGE_DAYS - 2)
        age = chance.between(card.modified_age, max(card.modified_age, latest)) if stage else -1
        self.set_stage(card, stage, age)

    def set_stage(self, card: Card, stage: str, age: int) -> None:
        """Write a stage of the class that was entered so many days ago."""
        card.stage = self.chance.pick(self.words.stages[stage]) if stage else ""
        card.facts.stage_class, card.facts.stage_age, card.stage_age = stage, age, age
        card.created_age = max(card.created_age, age)

    def _draw_worth(self, card: Card) -> None:
        chance = self.chance
        luck = chance.random()
        if luck < 0.03:
            card.amount = chance.between(VIP_AMOUNT, 4_000_000)
        elif luck < 0.5:
            card.amount = 1000 + int(chance.random() ** 3 * 450_000)
        luck = chance.random()
        if luck < 0.35:
            card.tags = chance.pick([tag for tag in place_words().tags if tag != "vip"])
        if luck < 0.02 or luck > 0.98:
            card.tags = f"{card.tags}, VIP" if card.tags else chance.pick(("VIP", "vip"))
        card.facts.vip = card.amount >= VIP_AMOUNT or "vip" in card.tags.lower()

    def remark(self, card: Card, remarks: tuple[Remark, ...], dated: float = 0.15) -> None:
        """Write one of the remarks into the comment of the card, as a hurried manager types it."""
        chance, calendar = self.chance, self.calendar
        text = chance.pick(remarks)[card.person.female]
        if "{" in text:
            text = text.format(
                other=chance.pick(company_words().names),
                date=calendar.day(card.contact_age),
                old_date=calendar.day(card.contact_age + chance.between(10, 60)),
                year=calendar.year(card.contact_age),
                hour=chance.between(15, 19),
            )
        elif chance.happens(dated):
            text = f"{calendar.day(card.contact_age)}: {text}"
        elif chance.happens(0.12):  # who wrote it; one of them is Тестова, who is no test
            text = f"{card.owner}: {text}"
        luck = chance.random()
        if luck < _TYPO_SHARE:
            text = mistype(chance, text)
        elif luck < 0.3:
            text = text[:1].upper() + text[1:]
        elif luck < 0.33:
            text = text.upper()
        card.comment = f"{card.comment}{chance.pick((chr(10), '. ', '; '))}{text}" if card.comment else text

    def offer(self, card: Card) -> None:
        """Remember a living client, so that deals and orders speak of people whom the base knows."""
        person = card.person
        companies = (card.company, spell_company(self.chance, person.company)) if person.company else ("",)
        mail = person.mail if card.mails else ""
        inn = person.company.inn if person.company else ""
        name = f"{person.last} {person.first}"
        self.clients.append(
            Client(name, person.phone, mail, companies, inn, person.city.name, card.owner, card.created_age)
        )


def _draw_dates(chance: Chance, card: Card, old: bool) -> None:
    card.contact_age = chance.between(375, 2200) if old else 1 + int(chance.random() ** 2 * 340)
    card.modified_age = card.contact_age
    if chance.happens(0.75):
        card.activity_age = card.contact_age
        luck = chance.random()
        if old and luck < 0.15:  # somebody changed the owner of all the cards at once
            card.modified_age = chance.between(5, 300)
        elif luck < 0.3:
            card.modified_age += int(chance.random() ** 2 * 500)
    card.created_age = max(card.modified_age, card.contact_age) + chance.between(0, 900)
    card.facts.silent_age = card.contact_age


def _phones(card: Card, kind: PhoneKind) -> str:
    return ", ".join([text for own, text in card.phones if own == kind])


def card_cells(chance: Chance, calendar: Calendar, number: int, card: Card) -> list[str]:
    """Return the cells of one line in the order of CARD_HEADER."""
    ages = (card.stage_age, card.created_age, card.modified_age, card.activity_age)
    moved, created, modified, active = calendar.moments(chance, *ages)
    title = f"{card.first.strip()} {card.last.strip()}".strip() or "Без имени"
    return [
        *(str(number), title, card.first, card.last, card.middle, card.post, card.company, card.inn),
        *(card.company_state, _phones(card, "work"), _phones(card, "mobile"), _phones(card, "home")),
        *(_phones(card, "other"), ", ".join([text for kind, text in card.mails if kind == "work"])),
        *(", ".join([text for kind, text in card.mails if kind == "private"]), card.city, card.stage),
        moved,
        f"{card.amount}.00" if card.amount else "",
        *(card.tags, card.source, card.opt_out, card.owner, card.comment),
        *(created, modified, active),
    ]
