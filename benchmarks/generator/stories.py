"""What happens in a base: each story brings a few records that belong together or only look as if they did."""

from collections.abc import Callable, Mapping
from typing import Final, Literal

from benchmarks.generator.chance import Weighted
from benchmarks.generator.companies import Company, draw_company_name
from benchmarks.generator.company_copies import plan_company_copies, write_company
from benchmarks.generator.numbers import FILLER_PHONES, branch_kpp
from benchmarks.generator.people import Person, Registry, draw_first_name, draw_surname, feminine_surname, patronymic
from benchmarks.generator.person_copies import plan_copies, write_person
from benchmarks.generator.records import LAST_DAY, MINUTES_OF_DAY, Record, Truth, draw_day, open_record
from benchmarks.generator.spelling import spell_phone
from benchmarks.generator.vocabulary import City, company_words, people_words, place_words

Profile = Literal["b2c", "b2b", "mixed"]
Story = Callable[[Registry], list[Record]]


def one_client(world: Registry) -> list[Record]:
    """A private client, entered once or, four times in ten, again."""
    return _records_of(world, world.person(), "original")


def _records_of(world: Registry, person: Person, class_: str, since: int | None = None) -> list[Record]:
    created = draw_day(world.chance, latest=LAST_DAY - 30) if since is None else since
    plan = plan_copies(world.chance, person)
    records = [write_person(world, person, class_, created)]
    earliest = created // MINUTES_OF_DAY
    records += [write_person(world, person, copy, draw_day(world.chance, earliest)) for copy in plan]
    return records


def couple(world: Registry) -> list[Record]:
    """Spouses with one phone, and in some families children who are reached by it too."""
    chance = world.chance
    surname = draw_surname(chance)
    husband = world.person(last=surname, female=False)
    wife = world.person(last=surname, female=True, phone=husband.phone)
    family = [husband, wife]
    while chance.happens(0.3) and len(family) < 4:
        female = chance.happens(0.5)
        middle = patronymic(husband.first, female)
        child = world.person(surname, middle=middle, female=female, phone=husband.phone)
        if not any(_names(child.first) & _names(member.first) for member in family):
            child.birth = child.birth[:6] + str(chance.between(2005, 2016))
            family.append(child)
    if _names(husband.first) & _names(wife.first):  # Женя and Женя: nobody could tell them apart by that name
        wife.easily_confused = husband.easily_confused = True
    household, city = world.household(), husband.city
    records = []
    for member, class_ in zip(family, ("original", "spouse", "child", "child"), strict=False):
        member.household, member.city, member.street, member.flat = household, city, husband.street, husband.flat
        records += _records_of(world, member, class_)
    return records


def _names(first: str) -> set[str]:
    """Return all that somebody of this given name may be called."""
    return {first, *people_words().diminutives[first]}


def father_and_son(world: Registry) -> list[Record]:
    """Father and son behind one phone, at times of one first name: only patronymic and birthday tell them apart."""
    chance = world.chance
    father = world.person(female=False)
    first = father.first if chance.happens(0.25) else ""
    middle = patronymic(father.first, female=False)
    son = world.person(father.last, first, middle, female=False, phone=father.phone)
    while father.middle == son.middle:
        father.middle = patronymic(draw_first_name(chance, female=False), female=False)
    father.birth, son.birth = (
        father.birth[:6] + str(chance.between(1948, 1970)),
        son.birth[:6] + str(chance.between(1975, 2000)),
    )
    household = world.household()
    for person in (father, son):
        person.household, person.city = household, father.city
        person.easily_confused = True
    return _records_of(world, father, "father") + _records_of(world, son, "son")


def namesakes(world: Registry) -> list[Record]:
    """Two people of one name in one city, with nothing else in common."""
    chance = world.chance
    female, surname = chance.happens(0.54), draw_surname(chance)
    one = world.person(surname, female=female)
    other = world.person(surname, one.first, one.middle if chance.happens(0.6) else "", female)
    other.city = one.city
    return _records_of(world, one, "namesake") + _records_of(world, other, "namesake")


def reissued_sim(world: Registry) -> list[Record]:
    """A number that years later belongs to somebody else."""
    chance = world.chance
    one = world.person()
    female = chance.happens(0.5)
    first = draw_first_name(chance, female)
    while _names(one.first) & _names(first):
        first = draw_first_name(chance, female)
    other = world.person(first=first, female=female, phone=one.phone)
    one.city = other.city = world.city()
    first_day = chance.between(0, 1500)
    since = draw_day(chance, first_day + 900, LAST_DAY)
    earlier = write_person(world, one, "sim-first-owner", draw_day(chance, first_day, first_day + 60))
    return [earlier, *_records_of(world, other, "sim-reissued", since)]


def placeholder(world: Registry) -> list[Record]:
    """A line typed to get past required fields: it stands for nobody."""
    chance = world.chance
    record = open_record(chance, Truth("", "", "", "placeholder"), draw_day(chance), world.manager())
    record.first = chance.pick(
        ("Клиент", "клиент", "Без имени", "-", "Тест", "Новый контакт", "Имя", "Неизвестный", "", "тест тест")
    )
    if record.first in ("Тест", "Имя"):
        record.last = chance.pick(("Тестов", "Фамилия", "Тест", "-"))
    if chance.happens(0.75):
        digits = chance.pick(FILLER_PHONES)
        record.phones.append(
            ("mobile", spell_phone(chance, digits, notes=False) if chance.happens(0.5) else "+7 999 999-99-99")
        )
    else:
        record.phones.append(("mobile", chance.pick(("-", "нет", "0000000", "нет данных", "—", "+7"))))
    if chance.happens(0.5):
        record.mails.append(
            (
                "private",
                chance.pick(("test@test.ru", "test@test.com", "no@no.ru", "asdf@asdf.ru", "нет", "123@mail.ru")),
            )
        )
    return [record]


def filler_contact(world: Registry) -> list[Record]:
    """A real person whose phone or mailbox the manager did not ask for and filled with nines."""
    chance = world.chance
    person = world.person()
    record = write_person(world, person, "filler-contact", draw_day(chance))
    filler = "+7 999 999-99-99" if chance.happens(0.6) else spell_phone(chance, chance.pick(FILLER_PHONES), notes=False)
    record.phones[:] = [("mobile", filler)]
    if chance.happens(0.5):
        record.mails[:] = [("private", chance.pick(("test@test.ru", "no@no.ru", "test@test.com")))]
    return [record]


def firm(world: Registry) -> list[Record]:
    """A company with its cards and the people who work there."""
    chance = world.chance
    company = _new_company(world)
    records = _cards_of(world, company, "company-card") if chance.happens(0.75) else []
    people = chance.between(0, 3) if records else chance.between(1, 3)
    for _ in range(people):
        records += _records_of(world, _employee(world, company), "original")
    return records


def _new_company(world: Registry) -> Company:
    chance, city, owner = world.chance, world.city(), world.manager()
    if chance.happens(0.17):
        female = chance.happens(0.4)
        surname = draw_surname(chance)
        father = draw_first_name(chance, female=False)
        parts = (
            feminine_surname(surname) if female else surname,
            draw_first_name(chance, female),
            patronymic(father, female),
        )
        return world.chamber.proprietor(city, owner, " ".join(parts))
    return world.chamber.company(city, owner)


def _cards_of(world: Registry, company: Company, class_: str) -> list[Record]:
    chance = world.chance
    created = draw_day(chance, latest=LAST_DAY - 30)
    plan = plan_company_copies(chance, company, world.inn_shown)
    records = [write_company(world, company, class_, created)]
    earliest = created // MINUTES_OF_DAY
    records += [write_company(world, company, copy, draw_day(chance, earliest)) for copy in plan]
    return records


def _employee(world: Registry, company: Company, has_mobile: bool = True) -> Person:
    chance = world.chance
    person = world.person()
    person.company, person.city, person.owner = company, company.city, company.owner
    person.post = chance.pick(company_words().posts)
    if not has_mobile:
        person.phone = ""
    if chance.happens(0.6):
        person.mail = f"{person.mail.split('@')[0]}@{company.domain}"
    return person


def reception(world: Registry) -> list[Record]:
    """Colleagues of whom the base knows nothing but the telephone of their reception."""
    company = _new_company(world)
    records = _cards_of(world, company, "company-card") if world.chance.happens(0.5) else []
    for _ in range(world.chance.between(2, 6)):
        records += _records_of(world, _employee(world, company, has_mobile=False), "colleague-reception")
    return records


def shared_mailbox(world: Registry) -> list[Record]:
    """Colleagues who all wrote from info@."""
    company = _new_company(world)
    records = []
    for _ in range(world.chance.between(2, 5)):
        person = _employee(world, company)
        person.mail, person.mail_known = company.mail, True
        records += _records_of(world, person, "colleague-info-mail")
    return records


def firms_of_one_name(world: Registry) -> list[Record]:
    """Two or three firms of the same name, each with an INN and a city of its own."""
    chance = world.chance
    names = draw_company_name(chance)
    records = []
    for city in _different_cities(world, chance.between(2, 3)):
        company = world.chamber.company(city, world.manager(), names)
        records += _cards_of(world, company, "same-name-company")
        if chance.happens(0.4):
            records += _records_of(world, _employee(world, company), "original")
    return records


def branches(world: Registry) -> list[Record]:
    """A head office and its branches: one INN, a KPP, a city and a telephone each."""
    chance = world.chance
    head_city, *cities = _different_cities(world, chance.between(2, 4))
    head = world.chamber.company(head_city, world.manager())
    offices = [
        world.chamber.branch_of(head, city, branch_kpp(chance, city, number))
        for number, city in enumerate(cities, start=1)
    ]
    records = _cards_of(world, head, "head-office")
    for branch in offices:
        records += _cards_of(world, branch, "branch")
        if chance.happens(0.4):
            records += _records_of(world, _employee(world, branch), "original")
    return records


def _different_cities(world: Registry, count: int) -> list[City]:
    cities: dict[City, None] = {}
    while len(cities) < count:
        cities[place_words().cities.draw(world.chance)] = None
    return list(cities)


def northern_zero(world: Registry) -> list[Record]:
    """A company registered in a region below ten: its INN begins with a zero that Excel likes to drop."""
    city = world.chance.pick([city for city in place_words().all_cities if city.region.startswith("0")])
    company = world.chamber.company(city, world.manager())
    records = _cards_of(world, company, "company-card")
    if world.inn_shown and world.chance.happens(0.5):
        since = records[0].created // MINUTES_OF_DAY
        records.append(write_company(world, company, "inn-lost-zero", draw_day(world.chance, since)))
    return records


_PRIVATE: Final[Mapping[Story, float]] = {
    one_client: 78,
    couple: 7,
    father_and_son: 2.5,
    namesakes: 4,
    reissued_sim: 2.5,
    placeholder: 3,
    filler_contact: 3,
}
_BUSINESS: Final[Mapping[Story, float]] = {
    firm: 74,
    reception: 5,
    shared_mailbox: 4,
    firms_of_one_name: 5,
    branches: 4,
    northern_zero: 4,
    placeholder: 7,
    filler_contact: 4,
}
PROFILES: Final[dict[Profile, Weighted[Story]]] = {
    "b2c": Weighted(_PRIVATE),
    "b2b": Weighted(_BUSINESS),
    "mixed": Weighted(
        {story: _PRIVATE.get(story, 0) * 1.6 + _BUSINESS.get(story, 0) for story in {**_PRIVATE, **_BUSINESS}}
    ),
}
"""How often each story is told in a base of private clients, of firms and of both."""
