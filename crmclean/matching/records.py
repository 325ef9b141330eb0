"""From a table to the arrays that are compared: who of the rows is a person, who a company, and their keys."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from crmclean.core.table import Table
from crmclean.fields import company as company_field
from crmclean.fields import email as email_field
from crmclean.fields import inn as inn_field
from crmclean.fields import person as person_field
from crmclean.fields import phone as phone_field
from crmclean.fields.date import parse_dates
from crmclean.fields.text import fold_cells
from crmclean.matching.arrays import MISSING, Bools, Coded, Ints, MultiCoded

PUBLIC_FROM = 4
"""A phone or mailbox that this many different people use is taken for a switchboard."""

_COMPANY_TYPES = frozenset({"компания", "организация", "юр. лицо", "юр лицо", "юридическое лицо", "company", "account"})


@dataclass(frozen=True)
class Prepared:
    """The values of every row of a table, brought to matching keys once.

    Attributes:
        names: last, first, middle, gender as text, one row per record.
        phones, emails: every valid value that is no placeholder.
        inn, kpp, company, city: text per record, ``""`` where unknown; ``company_text`` is the name as it stands.
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
            name behind a diminutive.
        gender: 1 man, 2 woman, 0 unknown.
        company: number of the company that the record belongs to, as ``companies`` found it.
        shown: last, first, middle and company as the record has them, for people to read; keys are not.
    """

    rows: Ints
    last: Coded
    first: Coded
    middle: Coded
    stem: Coded
    root: Coded
    gender: Ints
    phone: MultiCoded
    email: MultiCoded
    birthday: Ints
    company: Coded
    city: Coded
    shown: pd.DataFrame

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True)
class Companies:
    """The companies that are compared: every card, and every distinct mention of a company in the people's records.

    Attributes:
        mention: number of the company record per row of the prepared table, ``MISSING`` where the row has none.
        is_card: records that are a row of their own.
        shown: names as the records have them, for people to read.
    """

    mention: Ints
    is_card: Bools
    key: Coded
    inn: Coded
    kpp: Coded
    phone: MultiCoded
    email: MultiCoded
    domain: MultiCoded
    city: Coded
    shown: "pd.Series[str]"

    def __len__(self) -> int:
        return len(self.is_card)


def prepare(table: Table, region: str) -> Prepared:
    """Bring the values of ``table`` to matching keys.

    Args:
        region: country of phones written without a country code.
    """
    size = len(table)
    text = table.coalesced
    names = person_field.parse_people(text("last_name"), text("first_name"), text("middle_name"), text("full_name"))
    company = company_field.company_key(text("company"))
    keys = inn_field.inn_keys(text("inn"))
    kpp = _digits(text("kpp")) if table.with_role("kpp") else keys["kpp"]
    has_name = names["last"].ne("") | names["first"].ne("")
    is_company = company_rows(table, has_name.to_numpy(), company.ne("").to_numpy())
    return Prepared(
        names=names.mask(pd.Series(is_company), ""),
        phones=_values(table, "phone", size, region),
        emails=_values(table, "email", size, region),
        inn=keys["inn"],
        kpp=kpp,
        company=company,
        company_text=text("company"),
        city=fold_cells(text("city")).str.replace(r"^(?:г|гор|город)\b\.?\s*", "", regex=True),
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
        gender=np.where(names["gender"].eq("m"), 1, np.where(names["gender"].eq("f"), 2, 0)).astype(np.int64),
        phone=subset(prepared.phones, rows, len(prepared)),
        email=subset(prepared.emails, rows, len(prepared)),
        birthday=prepared.birthday[rows],
        company=Coded(company[rows], pd.Index(np.arange(int(company.max(initial=MISSING)) + 1))),
        city=Coded.of(prepared.city.iloc[rows]),
        shown=names.assign(company=prepared.company_text.iloc[rows].to_numpy()),
    )
    # Whoever is told apart by given name or by surname on one phone is another person.
    return replace(
        people,
        phone=with_people(people.phone, [people.root, people.stem]),
        email=with_people(people.email, [people.root, people.stem]),
    )


def companies_of(prepared: Prepared) -> Companies:
    """Return every company card, and every distinct mention (name, INN, KPP, city, domain) in the records of people."""
    named = (prepared.company.ne("") | prepared.inn.ne("")).to_numpy()
    text = pd.DataFrame(
        {
            "key": prepared.company,
            "inn": prepared.inn,
            "kpp": prepared.kpp,
            "city": prepared.city,
            "domain": _first_domain(prepared.emails, len(prepared)),
        },
        dtype="str",
    )
    # A card is compared for itself; mentions with the same words are one record.
    text["card"] = np.where(prepared.is_company, np.arange(len(prepared)), MISSING)
    mention = np.full(len(prepared), MISSING, dtype=np.int64)
    present = named | prepared.is_company
    mention[present] = text[present].groupby(list(text.columns), sort=False).ngroup().to_numpy()
    first = np.unique(mention[present], return_index=True)[1]
    rows = np.flatnonzero(present)[first]
    size = len(rows)
    key = Coded.of(text["key"].iloc[rows])

    def of_mentions(values: MultiCoded) -> MultiCoded:
        kept = mention[values.record] != MISSING
        texts = pd.Series(values.values.to_numpy()[values.code[kept]], dtype="str")
        return _public_kept(MultiCoded.of(size, mention[values.record[kept]], texts), values)

    phone, email = of_mentions(prepared.phones), of_mentions(prepared.emails)
    domains = email_field.company_domains(pd.Series(email.values, dtype="str"))
    return Companies(
        mention=mention,
        is_card=prepared.is_company[rows],
        key=key,
        inn=Coded.of(text["inn"].iloc[rows]),
        kpp=Coded.of(text["kpp"].iloc[rows]),
        phone=with_people(phone, [key]),
        email=with_people(email, [key]),
        domain=MultiCoded.of(size, email.record, domains.iloc[email.code].reset_index(drop=True)),
        city=Coded.of(text["city"].iloc[rows]),
        shown=prepared.company_text.iloc[rows].reset_index(drop=True),
    )


def _first_domain(emails: MultiCoded, size: int) -> "pd.Series[str]":
    """Return per record the company domain of its first mailbox that has one."""
    domains = email_field.company_domains(pd.Series(emails.values, dtype="str")).to_numpy(object)[emails.code]
    own = domains != ""
    record, first = np.unique(emails.record[own], return_index=True)
    result = np.full(size, "", dtype=object)
    result[record] = domains[own][first]
    return pd.Series(result, dtype="str")


def with_people(values: MultiCoded, names: list[Coded]) -> MultiCoded:
    """Return ``values`` with the number of people that use each: the most that any of ``names`` tells apart."""
    people = np.ones(len(values.values), dtype=np.int64)
    for name in names:
        codes = name.codes[values.record]
        known = codes != MISSING
        width = max(len(name.values), 1)
        distinct = np.unique(values.code[known] * width + codes[known]) // width
        people = np.maximum(people, np.bincount(distinct, minlength=len(people)))
    return replace(values, people=people, public=values.public | (people >= PUBLIC_FROM))


def subset(values: MultiCoded, rows: Ints, size: int) -> MultiCoded:
    """Return the values of ``rows`` (sorted) alone, records renumbered by their place in ``rows``."""
    place = np.full(size, MISSING, dtype=np.int64)
    place[rows] = np.arange(len(rows))
    kept = place[values.record] != MISSING
    texts = pd.Series(values.values.to_numpy()[values.code[kept]], dtype="str")
    return _public_kept(MultiCoded.of(len(rows), place[values.record[kept]], texts), values)


def _public_kept(values: MultiCoded, source: MultiCoded) -> MultiCoded:
    return replace(values, public=source.public[source.values.get_indexer(values.values)])


def _values(table: Table, role: str, size: int, region: str) -> MultiCoded:
    records: list[Ints] = [np.zeros(0, dtype=np.int64)]
    keys: list[pd.Series[str]] = [pd.Series([], dtype="str")]
    for column in table.with_role(role):
        filled = np.flatnonzero(table.frame[column.name].str.strip().ne(""))
        cells = table.frame[column.name].iloc[filled].reset_index(drop=True)
        if role == "phone":
            found = phone_field.split_phones(cells, region)
            good = found[found["code"].eq("") & found["number"].ne("")]
            keys.append(good["number"])
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
    digits = texts.str.removesuffix(".0").str.replace(r"\s", "", regex=True)
    return digits.where(digits.str.fullmatch(r"\d{9}"), "")


def _days(dates: "pd.Series[pd.Timestamp]") -> Ints:
    days = dates.to_numpy().astype("datetime64[D]")
    return np.where(np.isnat(days), MISSING, (days - np.datetime64("0001-01-01", "D")).astype(np.int64))
