"""Cards of companies: the first one, and the ways in which the same firm is entered again.

A copy keeps at least one of INN, telephone and mailbox of the firm as they are.
"""

from typing import Final

from benchmarks.generator.chance import Chance, Weighted
from benchmarks.generator.companies import Company, spell_company
from benchmarks.generator.people import Registry
from benchmarks.generator.records import Record, Truth, open_record, spell_city
from benchmarks.generator.spelling import mistype, spell_phone, transliterate
from benchmarks.generator.vocabulary import company_words

COMPANY_COPIES: Final = Weighted(
    {
        "company-again": 14,
        "company-form": 16,
        "company-quotes": 14,
        "company-abbreviation": 8,
        "company-latin": 9,
        "company-typo": 13,
        "inn-missing": 14,
        "inn-damaged": 8,
        "inn-lost-zero": 10,
    }
)
_COPY_COUNTS: Final = Weighted({0: 68, 1: 20, 2: 7, 3: 3, 4: 1, 5: 0.7, 6: 0.3})
_NEEDS_INN: Final = frozenset({"inn-missing", "inn-damaged", "inn-lost-zero"})


def plan_company_copies(chance: Chance, company: Company, inn_shown: bool, count: int | None = None) -> list[str]:
    """Return the classes of the further cards of a company."""
    if count is None:
        count = _COPY_COUNTS.draw(chance)
    plan: list[str] = []
    while len(plan) < count:
        class_ = COMPANY_COPIES.draw(chance)
        if _fits(company, class_, inn_shown):
            plan.append(class_)
    return plan


def _fits(company: Company, class_: str, inn_shown: bool) -> bool:
    if class_ == "inn-lost-zero":
        return inn_shown and company.inn.startswith("0")
    if class_ in _NEEDS_INN:
        return inn_shown
    if class_ == "company-abbreviation":
        return bool(company.qualifier)
    return company.form != "ИП" or class_ not in ("company-latin", "company-quotes")


def write_company(world: Registry, company: Company, class_: str, created: int) -> Record:
    """Return a card of the company with the change that ``class_`` names; any other name makes a first card."""
    chance = world.chance
    record = open_record(chance, Truth("", company.id, "", class_), created, company.owner)
    record.is_company = True
    record.company = _spell(chance, company, class_)
    shows_phone, shows_mail = chance.happens(0.85), chance.happens(0.7)
    first = class_ not in COMPANY_CLASSES
    if first or shows_phone or not shows_mail:
        record.phones.append(("work", spell_phone(chance, company.phone, notes=False)))
    if first or shows_mail:
        record.add_mail(chance, "work", company.mail)
    if world.inn_shown and class_ != "inn-missing":
        record.inn = _spell_inn(chance, company, class_)
        if class_ != "inn-damaged" and (company.told_apart_by_kpp or chance.happens(0.75)):
            record.kpp = company.kpp
    if chance.happens(0.85):
        record.city = spell_city(chance, company.city)
    if chance.happens(0.45):
        record.street = f"ул. {company.street}"
        record.postal = f"{company.city.postal}{company.number % 1000:03d}"
    if chance.happens(0.3):
        record.web = company.domain
    return record


def _spell(chance: Chance, company: Company, class_: str) -> str:
    words = company_words()
    name = f"{company.qualifier} {company.name}".strip()
    if class_ == "company-form":
        forms = ["", words.long_forms[company.form]]
        if company.form in words.other_forms:
            forms.append(words.other_forms[company.form])
        return spell_company(chance, company, chance.pick(forms))
    if class_ == "company-quotes":
        opening, closing = chance.pick((("«", "»"), ('"', '"'), ("'", "'"), ("“", "”"), ("", ""), ("«", ""), ("", '"')))
        return (
            f"{company.form}{chance.pick((' ', ' ', '  ', ''))}{opening}{name}{closing}"
            if opening
            else f"{company.form} {name}{closing}"
        )
    if class_ == "company-abbreviation":
        return spell_company(chance, company, None, f"{words.qualifiers[company.qualifier]} {company.name}")
    if class_ == "company-latin":
        latin = transliterate(name, chance.between(0, 1))
        return chance.pick(
            (f"{transliterate(company.form)} {latin}", latin, f"{latin} LLC", f'{company.form} "{latin}"')
        )
    if class_ == "company-typo":
        return spell_company(chance, company, None, mistype(chance, name))
    return spell_company(chance, company)


def _spell_inn(chance: Chance, company: Company, class_: str) -> str:
    inn = company.inn
    if class_ == "inn-lost-zero":
        return inn[1:]
    if class_ != "inn-damaged":
        return inn
    luck = chance.random()
    if luck < 0.2:
        return inn + ".0"
    if luck < 0.35:
        return inn + chance.pick("дгa")
    if luck < 0.5:
        return f"{inn[:3]} {inn[3:6]} {inn[6:]}"
    if luck < 0.6:
        return f"{inn}/{company.kpp}" if company.kpp else f"ИНН {inn}"
    if luck < 0.7:
        return f"{inn[0]},{inn[1:6]}E+{len(inn) - 1:02d}"
    place = chance.between(4, 8)  # one digit mistyped: the control digit does not hold any more
    return f"{inn[:place]}{(int(inn[place]) + chance.between(1, 9)) % 10}{inn[place + 1 :]}"


COMPANY_CLASSES: Final = frozenset(
    {
        "company-again",
        "company-form",
        "company-quotes",
        "company-abbreviation",
        "company-latin",
        "company-typo",
        "inn-missing",
        "inn-damaged",
        "inn-lost-zero",
    }
)
