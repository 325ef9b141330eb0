"""The people and the companies among prepared rows, as the arrays that are compared."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd

from crmclean.fields import email as email_field
from crmclean.fields import person as person_field
from crmclean.matching.arrays import MISSING, Bools, Coded, Floats, Ints, MultiCoded, sorted_distinct
from crmclean.matching.prepared import Prepared

ONE_NAME: Final = 2
"""So many different surnames are one surname and a slip of the fingers."""

PUBLIC_FROM: Final = 4
"""A phone or mailbox that this many different people use is taken for a switchboard."""

_MOBILE: Final = r"\+79\d{9}"
"""The mobile numbers of the Russian numbering plan; every other number may be that of an office."""


@dataclass(frozen=True)
class People:
    """The records that are people; every array has one entry per record.

    Attributes:
        rows: position of the record in the prepared table.
        last, first, middle: name keys; ``stem`` is the surname without its gender ending, ``root`` the full given
            name behind a diminutive; ``is_listed`` says that the given name stands in the list of names.
        gender: 1 man, 2 woman, 0 unknown.
        company: number of the company that the record belongs to, as the companies were matched; ``company_name`` is
            the key of its name.
        shown: last, first, middle and company as the record has them, for people to read; keys are not.
    """

    rows: Ints
    last: Coded
    first: Coded
    middle: Coded
    stem: Coded
    root: Coded
    is_listed: Bools
    gender: Ints
    phone: MultiCoded
    email: MultiCoded
    birthday: Ints
    document: Coded
    company: Coded
    company_name: Coded
    address: Coded
    postal_code: Coded
    city: Coded
    region: Coded
    job_title: Coded
    shown: pd.DataFrame

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def is_line(self) -> Bools:
        """Which of the distinct phones may be that of an office: all that are no mobile."""
        return ~pd.Series(self.phone.values, dtype="str").str.fullmatch(_MOBILE).to_numpy(np.bool_)

    @property
    def lacks_phones(self) -> bool:
        """Whether names, dates, documents and places must tell who is who: most have one of these, and few a phone."""
        if not len(self) or self.phone.present.mean() >= 0.5:
            return False
        others = (self.birthday != MISSING, self.document.present, self.address.present, self.postal_code.present)
        return bool(max(present.mean() for present in others) >= 0.5)

    @property
    def pair_of_names(self) -> Coded:
        """Last and first name as one key, whichever of them stands first."""
        one, other = self.last.text_of_all(), self.first.text_of_all()
        joined = one.where(one <= other, other) + " " + one.where(one > other, other)
        return Coded.of(joined.where(one.ne("") & other.ne(""), ""))

    @property
    def birth_year(self) -> Coded:
        """The year of birth as a key."""
        days = np.datetime64("0001-01-01", "D") + self.birthday.clip(min=0)
        years = days.astype("datetime64[Y]").astype(np.int64)
        codes, values = pd.factorize(years)
        return Coded(np.where(self.birthday == MISSING, MISSING, codes.astype(np.int64)), pd.Index(values))

    @property
    def born(self) -> Coded:
        """The birthday as a key."""
        codes, days = pd.factorize(self.birthday)
        return Coded(np.where(self.birthday == MISSING, MISSING, codes.astype(np.int64)), pd.Index(days))

    @property
    def place(self) -> Coded:
        """Where the person lives, as a key: the postal code, else the city."""
        return Coded.of(self.postal_code.text_of_all().where(self.postal_code.present, self.city.text_of_all()))

    @property
    def beginning(self) -> Coded:
        """The first letters of the surname: a key that most typos leave alone."""
        return Coded.of(self.stem.text_of_all().str.slice(0, 3))


@dataclass(frozen=True)
class Companies:
    """The companies that are compared: every card, and every distinct mention of a company in the people's records.

    A mention is known by something beside its name: an INN, a line of the office, a domain. A name alone (``is_bare``)
    could be of any company that is called so.

    Attributes:
        mention: number of the company record per row of the prepared table, ``MISSING`` where the row has none.
        is_card: records that are a row of their own.
        is_bare: mentions that are a name and nothing else.
        key, sound: the name, and one key for all its spellings, Cyrillic or Latin.
        line: the phones that are no mobile: two companies with different lines are two, while the mobile of somebody
            who works there says nothing.
        shown: names as the records have them, for people to read.
    """

    mention: Ints
    is_card: Bools
    is_bare: Bools
    key: Coded
    sound: Coded
    inn: Coded
    kpp: Coded
    phone: MultiCoded
    line: MultiCoded
    email: MultiCoded
    domain: MultiCoded
    address: Coded
    postal_code: Coded
    city: Coded
    shown: "pd.Series[str]"

    def __len__(self) -> int:
        return len(self.is_card)

    @property
    def spot(self) -> Coded:
        """House and street as a key."""
        return spots_of(self.address)

    @property
    def known_key(self) -> Coded:
        """The key of all spellings of the name, missing where there is nothing but the name."""
        return replace(self.sound, codes=np.where(self.is_bare, MISSING, self.sound.codes))

    @cached_property
    def name_share(self) -> Floats:
        """Per distinct name, the share of the companies that are called so: by their INN, else by their cities.

        Not of the records: a company with many employees in the base is no frequent name.
        """
        firms = np.ones(len(self.key.values), dtype=np.int64)
        for told_by in (self.city, self.inn):
            both = (self.key.codes != MISSING) & (told_by.codes != MISSING)
            width = max(len(told_by.values), 1)
            of_name = np.bincount(
                sorted_distinct(self.key.codes[both] * width + told_by.codes[both]) // width, minlength=len(firms)
            )
            firms = np.where(of_name > 0, of_name, firms)
        share: Floats = firms / max(firms.sum(), 1)
        return share


def people_of(prepared: Prepared, company: Ints) -> People:
    """Return the people among the prepared rows.

    Args:
        company: number of the company per row, ``MISSING`` where the row names none.
    """
    rows = np.flatnonzero(~prepared.is_company)
    names = prepared.names.iloc[rows].reset_index(drop=True)
    last = Coded.of(person_field.name_key(names["last"]))
    stem = Coded.of(person_field.surname_key(names["last"]))
    root = Coded.of(_without_initials(names["first"], person_field.given_name_roots(names["first"])))
    people = People(
        rows=rows,
        last=last,
        first=Coded.of(person_field.name_key(names["first"])),
        middle=Coded.of(person_field.name_key(names["middle"])),
        stem=stem,
        root=root,
        is_listed=person_field.is_known_given_name(names["first"]).to_numpy(np.bool_),
        gender=np.where(names["gender"].eq("m"), 1, np.where(names["gender"].eq("f"), 2, 0)).astype(np.int64),
        phone=subset(prepared.phones, rows, len(prepared)),
        email=subset(prepared.emails, rows, len(prepared)),
        birthday=prepared.birthday[rows],
        document=Coded.of(prepared.document.iloc[rows]),
        company=Coded(company[rows], pd.Index(np.arange(int(company.max(initial=MISSING)) + 1))),
        company_name=Coded.of(_sound(prepared.company.iloc[rows])),
        address=Coded.of(prepared.address.iloc[rows]),
        postal_code=Coded.of(prepared.postal_code.iloc[rows]),
        city=Coded.of(prepared.city.iloc[rows]),
        region=Coded.of(prepared.region.iloc[rows]),
        job_title=Coded.of(prepared.job_title.iloc[rows]),
        shown=names.assign(company=prepared.company_text.iloc[rows].to_numpy()),
    )
    # Whoever is told apart by given name or by surname on one phone is another person.
    return replace(
        people,
        phone=with_people(people.phone, [people.root, people.stem]),
        email=with_people(people.email, [people.root, people.stem]),
    )


def companies_of(prepared: Prepared) -> Companies:
    """Return every company card, and every distinct mention of a company in the records of people.

    Mentions are one record where they agree in name, INN, KPP, city, domain and line of the office.
    """
    is_line = ~pd.Series(prepared.phones.values, dtype="str").str.fullmatch(_MOBILE).to_numpy(np.bool_)
    text = pd.DataFrame(
        {
            "key": prepared.company,
            "inn": prepared.inn,
            "kpp": prepared.kpp,
            "city": prepared.city,
            "domain": _first_domain(prepared.emails, len(prepared)),
            "line": _first_value(prepared.phones, is_line, len(prepared)),
        },
        dtype="str",
    )
    named = (text["key"].ne("") | text["inn"].ne("")).to_numpy()
    known = (text["inn"].ne("") | text["domain"].ne("") | text["line"].ne("")).to_numpy()
    # A card is compared for itself, and so is a bare name, which may be of several; other mentions are one record.
    text["card"] = np.where(prepared.is_company | ~known, np.arange(len(prepared)), MISSING)
    mention = np.full(len(prepared), MISSING, dtype=np.int64)
    present = named | prepared.is_company
    mention[present] = combine_texts(text[present])
    first = np.unique(mention[present], return_index=True)[1]
    rows = np.flatnonzero(present)[first]
    size = len(rows)
    sound = Coded.of(_sound(text["key"].iloc[rows]))

    def of_mentions(values: MultiCoded) -> MultiCoded:
        kept = mention[values.record] != MISSING
        return values.regrouped(size, mention[values.record[kept]], values.code[kept])

    phone, email = of_mentions(prepared.phones), of_mentions(prepared.emails)
    domains = email_field.company_domains(pd.Series(email.values, dtype="str"))
    on_line = is_line[phone.code]
    return Companies(
        mention=mention,
        is_card=prepared.is_company[rows],
        is_bare=~known[rows] & ~prepared.is_company[rows],
        key=Coded.of(text["key"].iloc[rows]),
        sound=sound,
        inn=Coded.of(text["inn"].iloc[rows]),
        kpp=Coded.of(text["kpp"].iloc[rows]),
        phone=with_people(phone, [sound]),
        line=phone.regrouped(size, phone.record[on_line], phone.code[on_line]),
        email=with_people(email, [sound]),
        domain=with_people(MultiCoded.of(size, email.record, domains.iloc[email.code].reset_index(drop=True)), [sound]),
        address=Coded.of(prepared.address.iloc[rows].where(prepared.is_company[rows], "")),
        postal_code=Coded.of(prepared.postal_code.iloc[rows].where(prepared.is_company[rows], "")),
        city=Coded.of(text["city"].iloc[rows]),
        shown=prepared.company_text.iloc[rows].reset_index(drop=True),
    )


def _sound(names: "pd.Series[str]") -> "pd.Series[str]":
    """Return one key for the spellings of a company name in both alphabets; numbers stay, at the end."""
    numbers = names.str.replace("[^0-9]+", " ", regex=True).str.strip()
    return (person_field.name_key(names) + " " + numbers).str.strip()


def spots_of(addresses: Coded) -> Coded:
    """Return the first number and the longest word of addresses as a key; missing where one of the two is."""
    spots = []
    for text in addresses.values.tolist():
        words = text.split()
        number = next((word for word in words if word[0].isdigit()), "")
        longest = max((word for word in words if not word[0].isdigit()), key=len, default="")
        spots.append(f"{number} {longest}" if number and len(longest) > 2 else "")
    codes, values = pd.factorize(np.array([*spots, ""], dtype=object))
    empty = codes[-1]
    result = codes.astype(np.int64)[addresses.codes]
    result[(addresses.codes == MISSING) | (result == empty)] = MISSING
    return Coded(result, pd.Index(values))


def combine_texts(texts: pd.DataFrame) -> Ints:
    """Return one number for each distinct row of texts, 0 … distinct - 1."""
    codes = np.zeros(len(texts), dtype=np.int64)
    for name in texts.columns:
        more, values = pd.factorize(texts[name])
        codes = pd.factorize(codes * max(len(values), 1) + more)[0].astype(np.int64)
    return codes


def _first_domain(emails: MultiCoded, size: int) -> "pd.Series[str]":
    """Return per record the company domain of its first mailbox that has one."""
    domains = email_field.company_domains(pd.Series(emails.values, dtype="str"))
    return _first_value(replace(emails, values=pd.Index(domains)), domains.ne("").to_numpy(), size)


def _first_value(values: MultiCoded, among: Bools, size: int) -> "pd.Series[str]":
    """Return per record the first of its values that is ``among`` (one flag a distinct value); ``""`` without one."""
    fit = among[values.code]
    record, first = np.unique(values.record[fit], return_index=True)
    code = np.full(size, len(values.values), dtype=np.int64)
    code[record] = values.code[fit][first]
    return pd.Series(pd.array([*values.values, ""], dtype="str").take(code), dtype="str")


def with_people(values: MultiCoded, names: list[Coded]) -> MultiCoded:
    """Return ``values`` with the number of people that use each, and which are public; see ``count_people``."""
    size = len(values.values)
    told_apart = []
    for name in names:
        codes = name.codes[values.record]
        known = codes != MISSING
        width = max(len(name.values), 1)
        distinct = sorted_distinct(values.code[known] * width + codes[known]) // width
        told_apart.append((np.bincount(distinct, minlength=size), np.bincount(values.code[known], minlength=size)))
    people, public = count_people(np.bincount(values.code, minlength=size), told_apart)
    return replace(values, people=people, public=values.public | public)


def count_people(records: Ints, told_apart: Sequence[tuple[Ints, Ints]]) -> tuple[Ints, Bools]:
    """Return how many people use each value, and whether it is public.

    People are told apart by several names (given name, surname): the most that any of them tells apart count. What
    ``PUBLIC_FROM`` people use is public, but for a family, which has one surname, or one person of one given name
    whose surname was misspelt: there the records agree in one of the names.

    Args:
        records: how many records have each value.
        told_apart: for each name, how many there are different, and how many records have it.
    """
    people = np.ones(len(records), dtype=np.int64)
    agree = np.zeros(len(records), dtype=np.bool_)
    for different, known in told_apart:
        people = np.maximum(people, different)
        if len(told_apart) > 1:
            agree |= (different <= ONE_NAME) & (2 * known >= records)
    return people, (people >= PUBLIC_FROM) & ~agree


def subset(values: MultiCoded, rows: Ints, size: int) -> MultiCoded:
    """Return the values of ``rows`` (sorted) alone, records renumbered by their place in ``rows``."""
    place = np.full(size, MISSING, dtype=np.int64)
    place[rows] = np.arange(len(rows))
    kept = place[values.record] != MISSING
    return values.regrouped(len(rows), place[values.record[kept]], values.code[kept])


def _without_initials(first: "pd.Series[str]", roots: "pd.Series[str]") -> "pd.Series[str]":
    return roots.where(~person_field.is_initial(first), "")
