"""Records that another record repeats, by exact keys alone: a lower bound, quickly found; ``dedup`` finds the rest.

Two records are one where they share a number or a mailbox together with the name, or, as cards of companies, INN and
KPP. A number or mailbox alone proves nothing: families and receptions share them.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from crmclean.core.table import Table
from crmclean.fields.company import company_key
from crmclean.fields.email import email_keys, is_role_mailbox
from crmclean.fields.person import given_name_roots, parse_people, surname_key
from crmclean.hygiene.audit_kinds import Bools, Ints, Values

COMPARED_ENTITIES: Final = frozenset({"", "contact", "company", "mixed", "lead"})
"""What lists clients; of deals and orders one client rightly has several."""

_NAMES: Final = ("last_name", "first_name", "middle_name", "full_name")


def find_repeats(table: Table, values: Values, cards: Bools) -> "tuple[Bools, Bools]":
    """Return which records another repeats, and which have a key to compare by.

    Args:
        cards: which records are cards of companies.
    """
    mailboxes = values.addresses[~is_role_mailbox(values.addresses["address"])]
    keys = [
        (values.numbers["row"].to_numpy(), values.numbers["number"]),
        (mailboxes["row"].to_numpy(), email_keys(mailboxes["address"])),
    ]
    repeated, compared = np.zeros(len(table), dtype=np.bool_), np.zeros(len(table), dtype=np.bool_)
    for rows, _texts in keys:
        compared[rows] = True
    _mark_named(table, keys, repeated)
    _mark_companies(values.inn, cards, repeated, compared)
    return repeated, compared


def _mark_named(table: Table, keys: "Sequence[tuple[Ints, pd.Series[str]]]", repeated: Bools) -> None:
    """Mark records that share a key and a name; names are read only of those that share a key at all."""
    shared = [(rows, codes, _holders(rows, codes) > 1) for rows, codes in ((r, pd.factorize(t)[0]) for r, t in keys)]
    candidates = np.unique(np.concatenate([rows[is_shared] for rows, _codes, is_shared in shared]))
    if not len(candidates):
        return
    name = np.zeros(len(table), dtype=np.int64)
    name[candidates] = _name_codes(table, candidates)
    for rows, codes, is_shared in shared:
        rows, codes = rows[is_shared], codes[is_shared]
        together = pd.factorize(codes.astype(np.int64) * (len(candidates) + 1) + name[rows])[0]
        repeated[rows[_holders(rows, together) > 1]] = True


def _mark_companies(inn: pd.DataFrame, cards: Bools, repeated: Bools, compared: Bools) -> None:
    rows = np.flatnonzero(cards & inn["inn"].ne("").to_numpy())
    found = inn.take(rows)
    together = pd.factorize(found["inn"] + "/" + found["kpp"])[0]
    compared[rows] = True
    repeated[rows[_holders(rows, together) > 1]] = True


def _name_codes(table: Table, rows: Ints) -> Ints:
    """Return a number for the name of each record: that of the person, else of the company, else for no name at all."""
    last, first, middle, full = (table.coalesced(role).take(rows).reset_index(drop=True) for role in _NAMES)
    people = parse_people(last, first, middle, full)
    key = (surname_key(people["last"]) + " " + given_name_roots(people["first"])).str.strip()
    nameless = np.flatnonzero(key.eq("").to_numpy())
    companies = table.coalesced("company").take(rows).reset_index(drop=True)
    words = companies.where(companies.ne(""), full).take(nameless)
    key.iloc[nameless] = "=" + company_key(words)
    return pd.factorize(key)[0].astype(np.int64)


def _holders(rows: Ints, codes: Ints) -> Ints:
    """Return for every mention of a key how many records hold it; a record that holds it twice is one."""
    if not len(rows):
        return np.empty(0, dtype=np.int64)
    pairs = pd.DataFrame({"row": rows, "code": codes}).drop_duplicates()
    return np.bincount(pairs["code"], minlength=int(codes.max()) + 1)[codes]
