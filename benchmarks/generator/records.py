"""What one line of a base holds before a layout puts it into columns, and the truth about it."""

from dataclasses import dataclass, field
from typing import Final, Literal

from benchmarks.generator.chance import Chance
from benchmarks.generator.spelling import spell_email, spell_phone
from benchmarks.generator.vocabulary import City, place_words

PhoneKind = Literal["mobile", "work", "direct", "home", "other"]
MailKind = Literal["work", "private", "other"]

MINUTES_OF_DAY: Final = 24 * 60
LAST_DAY: Final = 3926
"""Days from 1 January 2016 to 1 October 2026: records are made in this span."""


@dataclass(slots=True)
class Truth:
    """Whom a record stands for, and what was done to it."""

    person_id: str
    company_id: str
    household_id: str
    class_: str


@dataclass(slots=True)
class Record:
    """One line of the base; ``created`` and ``modified`` are minutes since the beginning of 2016."""

    truth: Truth
    created: int
    modified: int
    owner: str
    last: str = ""
    first: str = ""
    middle: str = ""
    phones: list[tuple[PhoneKind, str]] = field(default_factory=list)
    mails: list[tuple[MailKind, str]] = field(default_factory=list)
    company: str = ""
    inn: str = ""
    kpp: str = ""
    web: str = ""
    post: str = ""
    birth: str = ""
    city: str = ""
    postal: str = ""
    street: str = ""
    flat: str = ""
    tags: str = ""
    status: str = ""
    source: str = ""
    comment: str = ""
    opt_out: bool = False
    is_company: bool = False

    def add_phone(self, chance: Chance, kind: PhoneKind, digits: str) -> None:
        """Write a number down in one of its spellings."""
        self.phones.append((kind, spell_phone(chance, digits)))

    def add_mail(self, chance: Chance, kind: MailKind, address: str) -> None:
        """Write an address down as people type it."""
        self.mails.append((kind, spell_email(chance, address)))


def draw_day(chance: Chance, earliest: int = 0, latest: int = LAST_DAY) -> int:
    """Return a moment of a working day, in minutes since the beginning of 2016; more of them in later years."""
    share = chance.random() ** 0.7
    day = earliest + int((latest - earliest) * share)
    return day * MINUTES_OF_DAY + chance.between(9 * 60, 19 * 60)


def open_record(chance: Chance, truth: Truth, created: int, owner: str) -> Record:
    """Return a record with all that managers fill in around a client: owner, dates, tags, status, comment."""
    words = place_words()
    modified = created
    if chance.happens(0.7):
        day = min(LAST_DAY, created // MINUTES_OF_DAY + int(chance.random() ** 3 * 500))
        modified = max(created, day * MINUTES_OF_DAY + chance.between(9 * 60, 19 * 60))
    record = Record(truth, created, modified, owner)
    luck = chance.random()
    if luck < 0.35:
        record.tags = chance.pick(words.tags)
        second = chance.pick(words.tags)
        if luck < 0.12 and second != record.tags:
            record.tags += f",{second}"
    if chance.happens(0.7):
        record.status = chance.pick(words.statuses)
    if chance.happens(0.6):
        record.source = chance.pick(words.sources)
    luck = chance.random()
    if luck < 0.3:
        record.comment = chance.pick(words.comments)
        if luck < 0.06:
            record.comment += f'\n{chance.pick(words.comments)}; "срочно"'
    record.opt_out = chance.happens(0.02)
    return record


def spell_city(chance: Chance, city: City) -> str:
    """Return the name of a city as managers write it."""
    luck = chance.random()
    if luck > 0.2:
        return city.name
    if luck > 0.1:
        return f"г. {city.name}"
    if luck > 0.05:
        return city.name.lower()
    if luck > 0.03:
        return f"г.{city.name}"
    short = {"Москва": "МСК", "Санкт-Петербург": "СПб", "Нижний Новгород": "Н. Новгород", "Екатеринбург": "Екб"}
    return short.get(city.name, city.name.upper())
