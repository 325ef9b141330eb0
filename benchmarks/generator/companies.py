"""Invented firms and the ways their names are written."""

from dataclasses import dataclass

from benchmarks.generator.chance import Chance
from benchmarks.generator.numbers import NumberBook, head_office_kpp
from benchmarks.generator.spelling import transliterate
from benchmarks.generator.vocabulary import City, company_words, place_words


@dataclass(slots=True)
class Company:
    """One firm (or one branch of a firm) as the register knows it."""

    number: int
    form: str
    qualifier: str
    name: str
    inn: str
    kpp: str
    city: City
    street: str
    phone: str
    domain: str
    mail: str
    owner: str
    branch: str = ""
    told_apart_by_kpp: bool = False
    """One of several offices of one INN: where the INN is written, the KPP is too."""

    @property
    def id(self) -> str:
        """The identity of the company in the truth."""
        return f"c{self.number}"


class Chamber:
    """Registers firms: no two of them get one INN or telephone unless a story says so."""

    def __init__(self, chance: Chance, numbers: NumberBook) -> None:
        self._chance = chance
        self._numbers = numbers
        self._companies = 0

    def company(self, city: City, owner: str, names: tuple[str, str] = ("", "")) -> Company:
        """Return a new firm of the city; ``names`` are its qualifier and name where they are given."""
        chance = self._chance
        self._companies += 1
        qualifier, name = names if names[1] else draw_company_name(chance)
        form = company_words().forms.draw(chance)
        while form == "ИП":  # a sole proprietor bears the name of a person: see `proprietor`
            form = company_words().forms.draw(chance)
        inn = self._numbers.company_inn(city.region)
        return self._registered(form, qualifier, name, inn, head_office_kpp(inn), city, owner)

    def proprietor(self, city: City, owner: str, person_name: str) -> Company:
        """Return a new sole proprietor (ИП) under the name of a person; such have no KPP."""
        self._companies += 1
        return self._registered("ИП", "", person_name, self._numbers.person_inn(city.region), "", city, owner)

    def _registered(self, form: str, qualifier: str, name: str, inn: str, kpp: str, city: City, owner: str) -> Company:
        chance = self._chance
        slug = transliterate(name.split()[0].lower(), 2).replace("'", "")
        domain = f"{slug}{self._companies}.example"
        return Company(
            number=self._companies,
            form=form,
            qualifier=qualifier,
            name=name,
            inn=inn,
            kpp=kpp,
            city=city,
            street=f"{chance.pick(place_words().streets)}, {chance.between(1, 120)}",
            phone=self._numbers.landline(city),
            domain=domain,
            mail=f"{chance.pick(('info', 'info', 'office', 'sales', 'zakaz'))}@{domain}",
            owner=owner,
        )

    def branch_of(self, head: Company, city: City, kpp: str) -> Company:
        """Return a branch: the INN of the head office; KPP, city, telephone and mailbox of its own."""
        self._companies += 1
        head.told_apart_by_kpp = True
        slug = transliterate(city.name.lower(), 2).replace(" ", "-").replace("'", "")
        town = self._chance.pick((f"филиал в г. {city.name}", f"филиал {city.name}", f"({city.name})", ""))
        return Company(
            number=self._companies,
            form=head.form,
            qualifier=head.qualifier,
            name=head.name,
            inn=head.inn,
            kpp=kpp,
            city=city,
            street=f"{self._chance.pick(place_words().streets)}, {self._chance.between(1, 120)}",
            phone=self._numbers.landline(city),
            domain=head.domain,
            mail=f"{slug}@{head.domain}",
            owner=head.owner,
            branch=town,
            told_apart_by_kpp=True,
        )


def draw_company_name(chance: Chance) -> tuple[str, str]:
    """Return (qualifier or "", name) of a firm."""
    words = company_words()
    luck = chance.random()
    if luck < 0.22:
        name = chance.pick(words.names)
    elif luck < 0.62:
        name = chance.pick(words.roots) + chance.pick(words.endings)
    elif luck < 0.84:
        name = chance.pick(words.roots) + chance.pick(words.roots).lower() + chance.pick(words.endings)
    else:
        name = f"{chance.pick(words.names)}-{(chance.pick(words.roots) + chance.pick(words.endings))}"
    if chance.happens(0.12):
        name = f"{name} {chance.pick(words.suffixes)}"
    qualifier = chance.pick(tuple(words.qualifiers)) if chance.happens(0.22) else ""
    return qualifier, name


def spell_company(chance: Chance, company: Company, form: str | None = None, name: str | None = None) -> str:
    """Return the name of the firm with a legal form and quotes as people put them; "" as ``form`` leaves it out."""
    form = company.form if form is None else form
    if name is None:
        name = f"{company.qualifier} {company.name}" if company.qualifier else company.name
    tail = f" {company.branch}" if company.branch else ""
    if company.form == "ИП":
        return f"{form} {name}".strip()
    if not form:
        return chance.pick((name, f"«{name}»", f'"{name}"')) + tail
    luck = chance.random()
    if luck < 0.36:
        return f'{form} "{name}"{tail}'
    if luck < 0.66:
        return f"{form} «{name}»{tail}"
    if luck < 0.86:
        return f"{form} {name}{tail}"
    if luck < 0.93:
        return f"{name} {form}{tail}"
    if luck < 0.96:
        return f'"{name}" {form}{tail}'
    return f"{form}  “{name}”{tail}"
