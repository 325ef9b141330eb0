"""From a table to matching keys: the values of every row, and which rows are a person and which a company."""

import re
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from crmclean.core.executing import IN_TURN
from crmclean.core.table import Table
from crmclean.fields import company as company_field
from crmclean.fields import email as email_field
from crmclean.fields import inn as inn_field
from crmclean.fields import person as person_field
from crmclean.fields import phone as phone_field
from crmclean.fields.date import parse_dates
from crmclean.fields.text import fold_cells, map_distinct
from crmclean.matching.arrays import MISSING, Bools, Ints, MultiCoded

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


def prepare(table: Table, region: str, beside: Executor = IN_TURN) -> Prepared:
    """Bring the values of ``table`` to matching keys.

    Args:
        region: country of phones written without a country code.
        beside: reads the names of people and companies, which cost half of the time, while phones and mails are read.
    """
    size = len(table)
    text = table.coalesced
    company_text = text("company")
    reading_companies = beside.submit(company_field.company_key, company_text)
    reading_people = beside.submit(
        person_field.parse_people, text("last_name"), text("first_name"), text("middle_name"), text("full_name")
    )
    phones, emails = _values(table, "phone", size, region), _values(table, "email", size, region)
    address, birthday = _plain_address(table), _days(parse_dates(text("birthday")))
    keys = inn_field.inn_keys(text("inn"))
    kpp = _digits(text("kpp"))
    kpp = kpp.where(kpp.ne(""), keys["kpp"])
    company, names = reading_companies.result(), reading_people.result()
    has_name = names["last"].ne("") | names["first"].ne("")
    is_company = company_rows(table, has_name.to_numpy(), company.ne("").to_numpy())
    return Prepared(
        names=names.mask(pd.Series(is_company), ""),
        phones=phones,
        emails=emails,
        inn=keys["inn"],
        kpp=kpp,
        company=company,
        company_text=company_text,
        city=_without_kind(text("city")),
        address=address,
        postal_code=_letters_and_digits(text("postal_code")),
        region=fold_cells(text("region")),
        document=_letters_and_digits(text("snils")),
        job_title=fold_cells(text("job_title")),
        birthday=birthday,
        is_company=is_company,
    )


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
