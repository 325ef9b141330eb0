"""Whose order each row is: the same client known by INN in one order and by phone in another is one client.

A row belongs to the client of its strongest key: INN, the client's own code, phone, e-mail, company, full name. A
client known by a weaker key alone is the client of a stronger one where every other row with that key is of that one
client; where they are of several, it is a client by itself. A phone or mailbox under more than five names says nothing.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmclean.core.table import Table
from crmclean.fields.company import company_key
from crmclean.fields.company_form_list import load_short_forms
from crmclean.fields.email import email_keys, is_filler_email, split_emails
from crmclean.fields.inn import inn_keys
from crmclean.fields.person import is_placeholder_name
from crmclean.fields.phone import split_phones
from crmclean.fields.text import fold_cells, on_distinct

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

NOBODY: Final = -1

_MOST_NAMES: Final = 5
"""A phone or mailbox with more names than this is that of a shop or of a manager."""

_OF_A_CLIENT: Final = re.compile(
    r"клиент|контрагент|контакт|покупател|заказчик|компани|организаци|customer|client|contact|account|compan|person|buyer"
)
_WORD: Final = re.compile(r"[^\W_]+")
_SOLE_TRADER: Final = frozenset({"ип", "чп", "кфх"})


@dataclass(frozen=True)
class Clients:
    """The client of every row.

    Attributes:
        codes: 0-based number of the client in the order of their first rows, ``NOBODY`` where the row names none.
        count: how many clients there are.
        phones: per row the first number that somebody can be called on (E.164), or ``""``.
    """

    codes: Ints
    count: int
    phones: "pd.Series[str]"


def identify_clients(table: Table, region: str) -> Clients:
    """Return the client of every row; see the module for the rule.

    Args:
        region: country of phones written without a country code.
    """
    company, person = _part_names(table)
    phones = _first_phone(table, region)
    names = _codes_of(on_distinct(company.where(company.ne(""), person), _sort_words))
    keys: tuple[Callable[[], Ints], ...] = (
        lambda: _codes_of(inn_keys(table.coalesced("inn"))["inn"]),
        lambda: _codes_of(_client_code(table)),
        lambda: _without_shared(_codes_of(phones), names),
        lambda: _without_shared(_codes_of(_first_email(table)), names),
        lambda: _codes_of(company_key(company)),
        lambda: _codes_of(on_distinct(person, _person_keys)),
    )
    found = np.full(len(table), NOBODY, dtype=np.int64)
    count = 0
    for make_key in keys:
        # Keys that no row waits for are not made: those of companies cost most.
        count += _settle(make_key(), found, count) if (found == NOBODY).any() else 0
    seen = found[found != NOBODY]
    _codes, order = pd.factorize(seen)
    numbers = np.full(count, NOBODY, dtype=np.int64)
    numbers[order] = np.arange(len(order))
    return Clients(np.where(found == NOBODY, NOBODY, numbers[found]) if count else found, count, phones)


def latest_texts(texts: "pd.Series[str]", clients: Clients, days: Ints) -> "pd.Series[str]":
    """Return the last filled text of every client, by day and then by row; ``""`` where there is none.

    Args:
        texts: one per row, stripped.
        days: one per row; that of an unknown date is the smallest.
    """
    rows = np.flatnonzero(texts.ne("").to_numpy() & (clients.codes != NOBODY))
    rows = rows[np.argsort(days[rows], kind="stable")]
    last = np.full(clients.count, -1, dtype=np.int64)
    last[clients.codes[rows]] = rows
    if not clients.count:
        return pd.Series([], dtype="str")
    return pd.Series(texts.array.take(np.maximum(last, 0)), dtype="str").where(last >= 0, "")


def person_texts(table: Table) -> "pd.Series[str]":
    """Return the full name of every row, put together from its parts where it has no column of its own."""
    full = table.coalesced("full_name")
    if not table.with_role("last_name", "first_name", "middle_name"):
        return full
    last, first, middle = (table.coalesced(role) for role in ("last_name", "first_name", "middle_name"))
    whole = last.str.cat(first, sep=" ").str.cat(middle, sep=" ").str.strip()
    return full.where(full.ne(""), whole)


def sort_distinct(values: Ints) -> Ints:
    """Return the distinct numbers in their order: of a million numpy.unique is several times slower.

    >>> sort_distinct(np.array([2, 1, 2])).tolist()
    [1, 2]
    """
    ordered = np.sort(values)
    is_first = np.ones(len(ordered), dtype=np.bool_)
    is_first[1:] = ordered[1:] != ordered[:-1]
    return np.asarray(ordered[is_first])


def _settle(key: Ints, found: Ints, count: int) -> int:
    """Give a client to the rows that have this key and no stronger one; return how many clients are new."""
    waiting = (key >= 0) & (found == NOBODY)
    if not waiting.any():
        return 0
    known = np.flatnonzero((key >= 0) & (found != NOBODY))
    owner = np.full(int(key.max()) + 1, NOBODY, dtype=np.int64)
    owner[key[known]] = found[known]
    several = np.zeros(len(owner), dtype=np.bool_)
    several[key[known][owner[key[known]] != found[known]]] = True
    is_new = (owner == NOBODY) | several
    fresh = sort_distinct(key[waiting & is_new[key]])
    owner[fresh] = count + np.arange(len(fresh))
    found[waiting] = owner[key[waiting]]
    return len(fresh)


def _without_shared(key: Ints, names: Ints) -> Ints:
    """Return a key without the values that stand with too many names."""
    rows = (key >= 0) & (names >= 0)
    if not rows.any():
        return key
    width = int(names.max()) + 1
    pairs = sort_distinct(key[rows] * width + names[rows])
    shared = np.bincount(pairs // width, minlength=int(key.max()) + 1) > _MOST_NAMES
    return np.where((key >= 0) & shared[key], NOBODY, key)


def _codes_of(texts: "pd.Series[str]") -> Ints:
    codes, _values = pd.factorize(texts.where(texts.ne(""), None), use_na_sentinel=True)
    return codes.astype(np.int64)


def _part_names(table: Table) -> tuple["pd.Series[str]", "pd.Series[str]"]:
    """Return the company and the person of every row as they stand; «Клиент» may hold either."""
    full = person_texts(table)
    firm = on_distinct(full, _firms_only)
    company = table.coalesced("company")
    return company.where(company.ne(""), firm), full.where(firm.eq(""), "")


def _firms_only(texts: "pd.Series[str]") -> "pd.Series[str]":
    """Return the texts that name a firm by its legal form or its quotes; a sole trader is a person."""
    return texts.where(texts.str.contains(_firm_pattern(), regex=True), "")


@cache
def _firm_pattern() -> str:
    forms = "|".join(re.escape(text) for text, form in load_short_forms().items() if form.kind != "person")
    return rf"(?i)(?:^|[^\pL\pN])(?:{forms}|общество|предприятие|компания|учреждение)(?:$|[^\pL\pN])|[«„“\"]"


def _sort_words(texts: "pd.Series[str]") -> "pd.Series[str]":
    """Return the words of names in one order, whatever stands first and however it is marked."""
    folded = fold_cells(texts).tolist()
    return pd.Series([" ".join(sorted(set(_WORD.findall(text)) - _SOLE_TRADER)) for text in folded], dtype="str")


def _person_keys(texts: "pd.Series[str]") -> "pd.Series[str]":
    """Return the key of full names; a single word, or a placeholder, names nobody."""
    keys = _sort_words(texts)
    return keys.where(keys.str.contains(" ", regex=False) & ~is_placeholder_name(texts), "")


def _client_code(table: Table) -> "pd.Series[str]":
    """Return the client's own number in the system, where an ID column says that it is the client's."""
    columns = [column for column in table.with_role("id") if _OF_A_CLIENT.search(column.header.casefold())]
    if not columns:
        return pd.Series("", index=table.frame.index, dtype="str")
    codes = fold_cells(table.frame[columns[0].name])
    return codes.where(codes.str.contains(r"[1-9a-zа-я]", regex=True), "")


def _first_phone(table: Table, region: str) -> "pd.Series[str]":
    """Return the first phone of every row that somebody can be called on."""
    found = pd.Series("", index=table.frame.index, dtype="str")
    for column in table.with_role("phone"):
        rows, cells = _still_empty(found, table.frame[column.name])
        phones = split_phones(cells, region)
        phones = phones[phones["code"].eq("") & phones["number"].ne("")].drop_duplicates("position")
        found = _fill(found, rows[phones["position"].to_numpy()], phones["number"])
    return found


def _first_email(table: Table) -> "pd.Series[str]":
    """Return the key of the first mailbox of every row that is no placeholder."""
    found = pd.Series("", index=table.frame.index, dtype="str")
    for column in table.with_role("email"):
        rows, cells = _still_empty(found, table.frame[column.name])
        mails = split_emails(cells)
        mails = mails[mails["address"].ne("") & ~is_filler_email(mails["address"])].drop_duplicates("position")
        found = _fill(found, rows[mails["position"].to_numpy()], email_keys(mails["address"]))
    return found


def _still_empty(found: "pd.Series[str]", cells: "pd.Series[str]") -> tuple[Ints, "pd.Series[str]"]:
    rows = np.flatnonzero(found.eq("").to_numpy() & cells.str.strip().ne("").to_numpy())
    return rows, cells.iloc[rows].reset_index(drop=True)


def _fill(found: "pd.Series[str]", rows: Ints, texts: "pd.Series[str]") -> "pd.Series[str]":
    if not len(rows):
        return found
    filled = found.to_numpy(dtype=object, copy=True)
    filled[rows] = texts.to_numpy(dtype=object)
    return pd.Series(filled, dtype="str")
