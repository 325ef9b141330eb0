"""Invented people: who they are, before anybody writes them down."""

from dataclasses import dataclass
from typing import Final

from benchmarks.generator.chance import Chance, Weighted
from benchmarks.generator.companies import Chamber, Company
from benchmarks.generator.numbers import NumberBook
from benchmarks.generator.spelling import transliterate
from benchmarks.generator.vocabulary import City, people_words, place_words

_MAIL_DOMAINS: Final = Weighted(
    {
        "mail.ru": 20,
        "yandex.ru": 17,
        "gmail.com": 14,
        "bk.ru": 3,
        "inbox.ru": 3,
        "rambler.ru": 3,
        "example.ru": 25,
        "example.com": 15,
    }
)
_UNCHANGING: Final = frozenset({"Литвин"})
_TAIL_SHARE: Final = 0.3


@dataclass(slots=True)
class Person:
    """One person, with all that the base could know of them; what it does know is up to each record."""

    number: int
    female: bool
    last: str
    first: str
    middle: str
    birth: str
    phone: str
    mail: str
    city: City
    street: str
    flat: str
    owner: str
    middle_known: bool
    mail_known: bool
    birth_known: bool
    second_phone: str
    shows_second_phone: bool = False
    shows_mail: bool = False
    easily_confused: bool = False
    """Shares a phone with somebody of nearly the same name: no record of theirs may drop what tells them apart."""
    household: str = ""
    company: Company | None = None
    post: str = ""

    @property
    def id(self) -> str:
        """The identity of the person in the truth."""
        return f"p{self.number}"


class Registry:
    """Brings people to the world; no two of them get one telephone or mailbox unless a story says so."""

    def __init__(self, chance: Chance, numbers: NumberBook, home: City | None, managers: int, inn_shown: bool) -> None:
        self.chance = chance
        self.numbers = numbers
        self.chamber = Chamber(chance, numbers)
        self.inn_shown = inn_shown
        self._home = home
        self._managers = place_words().managers[:managers]
        self._people = 0
        self._households = 0
        self._mails = chance.between(1000, 9000)

    def city(self) -> City:
        """Return the city of somebody new: mostly the home city of a small firm, any for a large one."""
        if self._home is not None and self.chance.happens(0.75):
            return self._home
        return place_words().cities.draw(self.chance)

    def manager(self) -> str:
        """Return one of those who work with the base."""
        return self.chance.pick(self._managers)

    def household(self) -> str:
        """Return the identity of a new household."""
        self._households += 1
        return f"h{self._households}"

    def mail(self, last: str, first: str) -> str:
        """Return a new private mailbox; the number in it belongs to nobody else."""
        self._mails += self.chance.between(1, 3)
        number, luck = self._mails, self.chance.random()
        surname = transliterate(last.lower(), 2).replace(" ", "")
        name = transliterate(first.lower(), 2)
        if luck < 0.35:
            local = f"{surname}.{name}{number}"
        elif luck < 0.6:
            local = f"{name[0]}.{surname}{number}"
        elif luck < 0.8:
            local = f"{name}_{number}"
        else:
            local = f"user{number}"
        return f"{local}@{_MAIL_DOMAINS.draw(self.chance)}"

    def person(
        self, last: str = "", first: str = "", middle: str = "", female: bool | None = None, phone: str = ""
    ) -> Person:
        """Return a new person; ``last`` (masculine form), the other names and the phone may be given by the story."""
        chance = self.chance
        if female is None:
            female = chance.happens(0.54)
        self._people += 1
        first = first or draw_first_name(chance, female)
        surname = last or draw_surname(chance)
        surname = feminine_surname(surname) if female else surname
        return Person(
            number=self._people,
            female=female,
            last=surname,
            first=first,
            middle=middle or patronymic(draw_first_name(chance, female=False), female),
            birth=f"{chance.between(1, 28):02d}.{chance.between(1, 12):02d}.{chance.between(1950, 2004)}",
            phone=phone or self.numbers.mobile(),
            mail=self.mail(surname, first),
            city=self.city(),
            street=f"{chance.pick(place_words().streets)}, {chance.between(1, 120)}",
            flat=str(chance.between(1, 180)),
            owner=self.manager(),
            middle_known=chance.happens(0.62),
            mail_known=chance.happens(0.55),
            birth_known=chance.happens(0.3),
            second_phone=self.numbers.mobile(),
        )


def draw_first_name(chance: Chance, female: bool) -> str:
    """Return a given name."""
    words = people_words()
    return (words.female if female else words.male).draw(chance)


def draw_surname(chance: Chance) -> str:
    """Return a surname in its masculine form: a frequent one, one of the long tail or a double one."""
    words = people_words()
    if chance.happens(_TAIL_SHARE):
        beginnings, middles, endings = words.tail
        return chance.pick(beginnings) + chance.pick(middles) + chance.pick(endings)
    surname = words.surnames.draw(chance)
    if chance.happens(words.double_surname_share):
        return f"{surname}-{words.surnames.draw(chance)}"
    return surname


def feminine_surname(surname: str) -> str:
    """Return the form that a woman of the family bears: Иванов -> Иванова, Горский -> Горская, Бойко -> Бойко."""
    if "-" in surname:
        return "-".join(feminine_surname(part) for part in surname.split("-"))
    if surname in _UNCHANGING:
        return surname
    if surname.endswith("ский"):
        return surname[:-2] + "ая"
    if surname.endswith(("ов", "ев", "ёв", "ин", "ын")):
        return surname + "а"
    return surname


def patronymic(father: str, female: bool) -> str:
    """Return the patronymic made from the father's given name."""
    irregular = people_words().patronymics.get(father)
    if irregular:
        return irregular[female]
    if father.endswith("ий"):
        stem = father[:-2] + "ье"
    elif father.endswith(("й", "ь")):
        stem = father[:-1] + "е"
    else:
        stem = father + "о"
    return stem + ("вна" if female else "вич")
