"""From a table to the arrays that are compared: who of the rows is a person, who a company, and their keys."""

import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd

from crmclean.core.table import Table
from crmclean.fields import company as company_field
from crmclean.fields import email as email_field
from crmclean.fields import inn as inn_field
from crmclean.fields import person as person_field
from crmclean.fields import phone as phone_field
from crmclean.fields.date import parse_dates
from crmclean.fields.text import fold_cells, map_distinct
from crmclean.matching.arrays import MISSING, Bools, Coded, Floats, Ints, MultiCoded, sorted_distinct

PUBLIC_FROM = 4
"""A phone or mailbox that this many different people use is taken for a switchboard."""

_MOBILE: Final = r"\+79\d{9}"
"""The mobile numbers of the Russian numbering plan; every other number may be that of an office."""

_STREET_WORDS: Final = frozenset(
    word
    for line in (
        "ул улица пр проспект пер переулок пл площадь ш шоссе бульвар наб набережная д дом кв квартира оф офис г город",
        "street st avenue ave road rd boulevard blvd drive dr lane ln place pl court ct",
    )
    for word in line.split()
)
"""What kind of street or room it is: written, abbreviated or left out as it comes."""

_NO_WORD: Final = re.compile(r"[\W_]+")
_TOWN: Final = re.compile(r"^(?:г|гор|город)\b\.?\s*")

_COMPANY_TYPES = frozenset({"компания", "организация", "юр. лицо", "юр лицо", "юридическое лицо", "company", "account"})


@dataclass(frozen=True)
class Prepared:
    """The values of every row of a table, brought to matching keys once.

    Attributes:
        names: last, first, middle, gender as text, one row per record.
        phones, emails: every valid value that is no placeholder.
        inn, kpp, company, city: text per record, ``""`` where unknown; ``company_text`` is the name as it stands.
        address, postal_code, region, document, job_title: text per record, folded; ``document`` is a SNILS or another
            personal number, digits and letters alone.
        birthday: days since 0001-01-01, or ``MISSING``.
        is_company: rows that are a card of a company, not of a person.
    """

    names: pd.DataFrame
    phones: MultiCoded
    emails: MultiCoded
    inn: "pd.Series[str]"
    kpp: "pd.Series[str]"
    company: "pd.Series[str]"
    company_text: "pd.Series[str]"
    city: "pd.Series[str]"
    address: "pd.Series[str]"
    postal_code: "pd.Series[str]"
    region: "pd.Series[str]"
    document: "pd.Series[str]"
    job_title: "pd.Series[str]"
    birthday: Ints
    is_company: Bools

    def __len__(self) -> int:
        return len(self.names)


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


def prepare(table: Table, region: str) -> Prepared:
    """Bring the values of ``table`` to matching keys.

    Args:
        region: country of phones written without a country code.
    """
    size = len(table)
    text = table.coalesced
    names = person_field.parse_people(text("last_name"), text("first_name"), text("middle_name"), text("full_name"))
    company_text = text("company")
    company = company_field.company_key(company_text)
    keys = inn_field.inn_keys(text("inn"))
    kpp = _digits(text("kpp"))
    kpp = kpp.where(kpp.ne(""), keys["kpp"])
    has_name = names["last"].ne("") | names["first"].ne("")
    is_company = company_rows(table, has_name.to_numpy(), company.ne("").to_numpy())
    return Prepared(
        names=names.mask(pd.Series(is_company), ""),
        phones=_values(table, "phone", size, region),
        emails=_values(table, "email", size, region),
        inn=keys["inn"],
        kpp=kpp,
        company=company,
        company_text=company_text,
        city=_without_kind(text("city")),
        address=_plain_address(table),
        postal_code=_letters_and_digits(text("postal_code")),
        region=fold_cells(text("region")),
        document=_letters_and_digits(text("snils")),
        job_title=fold_cells(text("job_title")),
        birthday=_days(parse_dates(text("birthday"))),
        is_company=is_company,
    )


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
    """Return ``values`` with the number of people that use each: the most that any of ``names`` tells apart."""
    people = np.ones(len(values.values), dtype=np.int64)
    for name in names:
        codes = name.codes[values.record]
        known = codes != MISSING
        width = max(len(name.values), 1)
        distinct = sorted_distinct(values.code[known] * width + codes[known]) // width
        people = np.maximum(people, np.bincount(distinct, minlength=len(people)))
    return replace(values, people=people, public=values.public | (people >= PUBLIC_FROM))


def subset(values: MultiCoded, rows: Ints, size: int) -> MultiCoded:
    """Return the values of ``rows`` (sorted) alone, records renumbered by their place in ``rows``."""
    place = np.full(size, MISSING, dtype=np.int64)
    place[rows] = np.arange(len(rows))
    kept = place[values.record] != MISSING
    return values.regrouped(len(rows), place[values.record[kept]], values.code[kept])


def _values(table: Table, role: str, size: int, region: str) -> MultiCoded:
    records: list[Ints] = [np.zeros(0, dtype=np.int64)]
    keys: list[pd.Series[str]] = [pd.Series([], dtype="str")]
    for column in table.with_role(role):
        filled = np.flatnonzero(table.frame[column.name].str.strip().ne(""))
        cells = table.frame[column.name].iloc[filled].reset_index(drop=True)
        if role == "phone":
            found = phone_field.split_phones(cells, region)
            good, numbers = _numbers(found)
            keys.append(numbers)
        else:
            found = email_field.split_emails(cells)
            good = found[found["address"].ne("") & ~email_field.is_filler_email(found["address"])]
            keys.append(email_field.email_keys(good["address"]))
        records.append(filled[good["position"].to_numpy()])
    values = MultiCoded.of(size, np.concatenate(records), pd.concat(keys, ignore_index=True).astype("str"))
    if role == "email":
        roles = email_field.is_role_mailbox(pd.Series(values.values, dtype="str")).to_numpy()
        return replace(values, public=roles.astype(np.bool_))
    return values


def _numbers(found: pd.DataFrame) -> tuple[pd.DataFrame, "pd.Series[str]"]:
    """Return the lines of ``split_phones`` that are a number of somebody, and its key.

    A number without an area code is known by its digits: with the same name, and beside other values, it counts.
    """
    whole = found["code"].eq("") & found["number"].ne("")
    local = found["code"].eq("phone-no-area-code")
    if not local.any():
        return found[whole], found["number"][whole]
    digits = map_distinct(found["raw"].where(local, ""), lambda text: "".join(filter(str.isdecimal, text)))
    good = whole | (local & digits.str.len().between(5, 7))
    return found[good], found["number"].where(whole, "local " + digits)[good]


def company_rows(table: Table, has_name: Bools, has_company: Bools) -> Bools:
    """Return which rows are cards of a company: the table or their type says so, or they name a company and nobody.

    Args:
        has_name, has_company: which rows name a person, and which a company.
    """
    kind = fold_cells(table.coalesced("record_type"))
    said = kind.isin(_COMPANY_TYPES).to_numpy()
    if table.origin.entity == "company" or not table.with_role("last_name", "first_name", "full_name"):
        return np.asarray(has_company | said)
    nameless_card = has_company & ~has_name & kind.eq("").to_numpy()
    return np.asarray(said | nameless_card)


def _without_initials(first: "pd.Series[str]", roots: "pd.Series[str]") -> "pd.Series[str]":
    return roots.where(~person_field.is_initial(first), "")


def _digits(texts: "pd.Series[str]") -> "pd.Series[str]":
    return map_distinct(texts, _nine_digits)


def _nine_digits(text: str) -> str:
    digits = "".join(text.removesuffix(".0").split())
    return digits if len(digits) == 9 and digits.isascii() and digits.isdecimal() else ""


def _letters_and_digits(texts: "pd.Series[str]") -> "pd.Series[str]":
    return map_distinct(fold_cells(texts), lambda text: _NO_WORD.sub("", text.removesuffix(".0")))


def _without_kind(cities: "pd.Series[str]") -> "pd.Series[str]":
    return map_distinct(fold_cells(cities), lambda text: _TOWN.sub("", text))


def _plain_address(table: Table) -> "pd.Series[str]":
    """Return the words of the address: of all its columns (street, flat) that are of the kind of the first."""
    columns = table.with_role("address")
    same_kind = [table.frame[column.name] for column in columns if column.kind == columns[0].kind]
    if not same_kind:
        return pd.Series("", index=table.frame.index, dtype="str")
    texts = same_kind[0]
    for more in same_kind[1:]:
        texts = texts.str.cat(more, sep=" ")
    return map_distinct(fold_cells(texts), _plain_words)


def _plain_words(address: str) -> str:
    words = _NO_WORD.sub(" ", address).split()
    kept = [word for word in words if word not in _STREET_WORDS]
    # «ул. Набережная, 81»: the kind of a street may be its name.
    return " ".join(kept if any(word.isalpha() for word in kept) else words)


def _days(dates: "pd.Series[pd.Timestamp]") -> Ints:
    days = dates.to_numpy().astype("datetime64[D]")
    return np.where(np.isnat(days), MISSING, (days - np.datetime64("0001-01-01", "D")).astype(np.int64))
