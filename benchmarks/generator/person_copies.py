"""Records of people: the first one, and the ways in which the same person is entered again.

Every copy keeps enough to be known for the same person: the phone, the mailbox, or a second phone that the first
record carries too.
"""

from collections.abc import Callable
from typing import Final

from benchmarks.generator.chance import Chance, Weighted
from benchmarks.generator.companies import spell_company
from benchmarks.generator.people import Person, Registry, draw_surname, feminine_surname
from benchmarks.generator.records import Record, Truth, open_record, spell_city
from benchmarks.generator.spelling import (
    add_extension,
    mistype,
    spell_phone,
    spell_word,
    transliterate,
    use_latin_twins,
)
from benchmarks.generator.vocabulary import people_words

COPIES: Final = Weighted(
    {
        "same-again": 11,
        "phone-spelling": 9,
        "phone-column": 9,
        "second-phone": 8,
        "new-phone-same-mail": 9,
        "typo": 11,
        "yo": 16,
        "lookalikes": 4,
        "transliteration": 5,
        "diminutive": 9,
        "initials": 5,
        "swapped-name": 5,
        "full-name-in-one": 6,
        "maiden-name": 2,
        "first-name-and-phone": 8,
    }
)
_SAFE: Final = frozenset({"same-again", "phone-spelling", "phone-column", "typo", "lookalikes", "full-name-in-one"})
"""Copies that keep first name and patronymic, so that father and son behind one phone stay apart."""
_NEEDS_OWN_PHONE: Final = frozenset(
    {"phone-spelling", "phone-column", "second-phone", "first-name-and-phone", "maiden-name", "initials"}
)
_NEEDS_SURE_NAME: Final = frozenset({"first-name-and-phone", "initials"})
_COPY_COUNTS: Final = Weighted({0: 60, 1: 22, 2: 9, 3: 4, 4: 2, 5: 1.2, 6: 0.8, 7: 0.4, 8: 0.3, 9: 0.3})


def plan_copies(chance: Chance, person: Person, count: int | None = None) -> list[str]:
    """Return the classes of the further records of a person, and note what their first record must show for it."""
    if count is None:
        count = _COPY_COUNTS.draw(chance)
    plan: list[str] = []
    while len(plan) < count:
        class_ = COPIES.draw(chance)
        if _fits(person, class_):
            plan.append(class_)
    person.shows_second_phone = "second-phone" in plan
    person.shows_mail = "new-phone-same-mail" in plan
    return plan


def _fits(person: Person, class_: str) -> bool:
    if person.easily_confused and class_ not in _SAFE:
        return False
    if class_ == "yo":
        return "ё" in person.last + person.first
    if class_ == "maiden-name":
        return person.female and bool(person.phone) and not person.household
    if class_ in _NEEDS_SURE_NAME and person.household:
        return False
    return bool(person.phone) or class_ not in _NEEDS_OWN_PHONE


def write_person(world: Registry, person: Person, class_: str, created: int) -> Record:
    """Return a record of the person with the change that ``class_`` names; any other name makes a first record."""
    chance = world.chance
    record = open_record(chance, Truth(person.id, "", person.household, class_), created, person.owner)
    if chance.happens(0.12):
        record.owner = world.manager()
    _write_name(chance, record, person)
    if class_ in _CONTACTS:
        _CONTACTS[class_](world, record, person)
    else:
        _write_contacts(chance, record, person)
    if class_ != "first-name-and-phone":
        _write_rest(chance, record, person)
        _write_company(world, record, person)
    if class_ in _CHANGES:
        _CHANGES[class_](chance, record, person)
    return record


def _write_name(chance: Chance, record: Record, person: Person) -> None:
    record.last = spell_word(chance, person.last)
    record.first = spell_word(chance, person.first)
    if person.easily_confused or (person.middle_known and chance.happens(0.85)):
        record.middle = spell_word(chance, person.middle)


def _write_contacts(chance: Chance, record: Record, person: Person) -> None:
    if person.phone:
        record.add_phone(chance, "mobile", person.phone)
    if person.phone and (person.shows_second_phone or chance.happens(0.12)):
        record.add_phone(chance, chance.pick(("mobile", "home", "other")), person.second_phone)
    if person.shows_mail or (person.mail_known and chance.happens(0.75)):
        record.add_mail(chance, "private", person.mail)


def _write_rest(chance: Chance, record: Record, person: Person) -> None:
    if person.birth_known and chance.happens(0.75):
        record.birth = person.birth
    if chance.happens(0.7):
        record.city = spell_city(chance, person.city)
        if chance.happens(0.35):
            record.street = f"ул. {person.street}"
            record.flat = person.flat
            record.postal = f"{person.city.postal}{person.number % 1000:03d}"


def _write_company(world: Registry, record: Record, person: Person) -> None:
    chance, company = world.chance, person.company
    if company is None:
        return
    record.city = spell_city(chance, company.city) if chance.happens(0.7) else ""
    record.street = record.flat = record.postal = ""
    record.company = spell_company(chance, company, "" if chance.happens(0.15) else None)
    if person.post and chance.happens(0.7):
        record.post = person.post
    if not person.phone or chance.happens(0.55):
        reception = spell_phone(chance, company.phone, notes=False)
        record.phones.append(("work", add_extension(chance, reception) if chance.happens(0.15) else reception))
    if world.inn_shown and chance.happens(0.25):
        record.inn, record.kpp = company.inn, company.kpp
    named_by_phone = any(kind == "work" for kind, _ in record.phones)
    own_domain = person.mail.endswith(company.domain) and not company.told_apart_by_kpp
    named_by_mail = bool(record.mails) and own_domain  # the offices of one firm share a domain
    if record.inn or named_by_phone or named_by_mail:  # by its name alone nobody could know which firm is meant
        record.truth.company_id = company.id


def _write_second_phone(world: Registry, record: Record, person: Person) -> None:
    chance = world.chance
    record.add_phone(chance, "mobile", person.second_phone)
    if chance.happens(0.4):
        record.add_phone(chance, "other", person.phone)
    if person.mail_known and chance.happens(0.4):
        record.add_mail(chance, "private", person.mail)


def _write_new_phone(world: Registry, record: Record, person: Person) -> None:
    record.add_phone(world.chance, "mobile", world.numbers.mobile())
    record.add_mail(world.chance, "private", person.mail)


def _write_first_name(world: Registry, record: Record, person: Person) -> None:
    record.last = record.middle = ""
    record.add_phone(world.chance, "mobile", person.phone)


def _respell_phone(chance: Chance, record: Record, person: Person) -> None:
    plain = "+" + person.phone
    while record.phones[0][1] == plain:
        record.phones[0] = ("mobile", spell_phone(chance, person.phone))
    record.mails.clear()


def _move_phone(chance: Chance, record: Record, person: Person) -> None:
    record.phones[0] = (chance.pick(("work", "home", "other")), record.phones[0][1])


def _mistype_name(chance: Chance, record: Record, person: Person) -> None:
    luck = chance.random()
    if luck < 0.6:
        record.last = mistype(chance, record.last)
    elif luck < 0.85 or not record.middle:
        record.first = mistype(chance, record.first)
    else:
        record.middle = mistype(chance, record.middle)


def _drop_dots(chance: Chance, record: Record, person: Person) -> None:
    record.last, record.first, record.middle = (
        part.replace("ё", "е").replace("Ё", "Е") for part in (record.last, record.first, record.middle)
    )


def _use_twins(chance: Chance, record: Record, person: Person) -> None:
    record.last = use_latin_twins(chance, record.last)
    if chance.happens(0.4):
        record.first = use_latin_twins(chance, record.first)


def _transliterate_name(chance: Chance, record: Record, person: Person) -> None:
    alphabet = chance.between(0, 1)
    record.last = transliterate(record.last, alphabet)
    record.first = transliterate(record.first, alphabet)
    record.middle = transliterate(record.middle, alphabet) if chance.happens(0.25) else ""


def _use_diminutive(chance: Chance, record: Record, person: Person) -> None:
    record.first = chance.pick(people_words().diminutives[person.first])
    record.middle = ""
    if person.phone and not person.household and chance.happens(0.15):
        record.last = ""


def _use_initials(chance: Chance, record: Record, person: Person) -> None:
    initials = f"{person.first[0]}."
    if record.middle:
        record.middle = f"{person.middle[0]}."
    if chance.happens(0.5):
        record.last = f"{record.last.strip()} {initials}{record.middle}"
        record.first = record.middle = ""
    else:
        record.first = initials


def _swap_columns(chance: Chance, record: Record, person: Person) -> None:
    record.last, record.first = record.first, record.last


def _join_name(chance: Chance, record: Record, person: Person) -> None:
    last, first, middle = record.last.strip(), record.first.strip(), record.middle.strip()
    order = (first, middle, last) if chance.happens(0.3) else (last, first, middle)
    joined = " ".join(part for part in order if part)
    record.last = record.first = record.middle = ""
    if chance.happens(0.5):
        record.last = joined
    else:
        record.first = joined


def _use_maiden_name(chance: Chance, record: Record, person: Person) -> None:
    maiden = person.last
    while maiden == person.last:
        maiden = feminine_surname(draw_surname(chance))
    record.last = maiden
    record.middle = person.middle
    if person.birth_known:
        record.birth = person.birth


_CONTACTS: Final[dict[str, Callable[[Registry, Record, Person], None]]] = {
    "second-phone": _write_second_phone,
    "new-phone-same-mail": _write_new_phone,
    "first-name-and-phone": _write_first_name,
}
_CHANGES: Final[dict[str, Callable[[Chance, Record, Person], None]]] = {
    "phone-spelling": _respell_phone,
    "phone-column": _move_phone,
    "typo": _mistype_name,
    "yo": _drop_dots,
    "lookalikes": _use_twins,
    "transliteration": _transliterate_name,
    "diminutive": _use_diminutive,
    "initials": _use_initials,
    "swapped-name": _swap_columns,
    "full-name-in-one": _join_name,
    "maiden-name": _use_maiden_name,
}
