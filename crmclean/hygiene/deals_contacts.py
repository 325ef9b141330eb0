"""By which phones and mailboxes the client of a deal is known: one that many clients use shows nothing."""

from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmclean.core.hygiene_settings import DealsSettings
from crmclean.core.table import Table
from crmclean.fields.company import company_key
from crmclean.fields.phone import split_phones
from crmclean.fields.text import fold_cells, map_distinct, one_array
from crmclean.hygiene.deals_reading import Codes, Flags, OpenDeals, Uses, take_cells

NAMES: Final = ("last_name", "first_name", "middle_name", "full_name")

_TAIL: Final = 10
"""Digits that tell a number of +7 from another, however it is written."""


def drop_shared_contacts(
    table: Table, deals: OpenDeals, names: "pd.Series[str]", settings: DealsSettings
) -> tuple[Uses, Uses]:
    """Return the phones and the mailboxes of the deals without those that more clients use than the settings allow.

    Args:
        names: of the people, see ``name_people``.
    """
    clients = _client_codes(deals, names)
    of_phones = _count_clients(table, deals, clients, settings.region)
    of_mails = _count_of_deals(deals.mails, clients)
    phones = _drop_shared(deals.phones, of_phones, settings.shared_by)
    return phones, _drop_shared(deals.mails, of_mails, settings.shared_by)


def name_people(table: Table, deals: OpenDeals) -> "pd.Series[str]":
    """Return the name of the person of each deal where it tells clients apart: beside a city, or without a company."""
    asked = np.flatnonzero((deals.codes["company"] < 0) | (deals.codes["city"] >= 0))
    names = _join_names(table, deals.rows[asked]).set_axis(asked)
    return names.reindex(range(len(deals)), fill_value="").astype("str")


def _join_names(table: Table, rows: Codes) -> "pd.Series[str]":
    """Return the name of every person in small letters, its words in one order."""
    parts = pd.DataFrame({role: take_cells(table, role, rows) for role in NAMES[1:]})
    joined = take_cells(table, NAMES[0], rows).str.cat(parts, sep=" ")
    return map_distinct(fold_cells(joined), lambda text: " ".join(sorted(text.split())))


def reached_at_two(deals: OpenDeals, uses: Uses) -> Flags:
    """Return which deals name a phone or mailbox at which two companies are reached."""
    inn, company = deals.codes["inn"][uses.deals], deals.codes["company"][uses.deals]
    result = np.zeros(len(deals), dtype=np.bool_)
    for codes in (inn, company):
        known = pd.DataFrame({"key": uses.keys, "code": codes})[codes >= 0].drop_duplicates()
        several = np.bincount(known["key"].to_numpy(), minlength=len(uses.names)) > 1
        result[uses.deals[several[uses.keys]]] = True
    return result


def _client_codes(deals: OpenDeals, names: "pd.Series[str]") -> Codes:
    """Return a code for the client of each deal as it is named: the company, else the person; -1 for nobody."""
    persons = pd.factorize(names.where(names.ne("")))[0]
    shift = deals.codes["company"].max(initial=-1) + 1
    return np.where(deals.codes["company"] >= 0, deals.codes["company"], np.where(persons >= 0, persons + shift, -1))


def _count_of_deals(uses: Uses, clients: Codes) -> Codes:
    """Return how many clients use each phone or mailbox, as the open deals say."""
    found = clients[uses.deals]
    known = pd.DataFrame({"key": uses.keys, "client": found})[found >= 0].drop_duplicates()
    return np.bincount(known["key"].to_numpy(), minlength=len(uses.names))


def _count_clients(table: Table, deals: OpenDeals, clients: Codes, region: str) -> Codes:
    """Return how many clients use each phone: those of the open deals, or of the closed ones if these are more."""
    uses = deals.phones
    counts = _count_of_deals(uses, clients)
    linking = np.flatnonzero(np.bincount(uses.keys, minlength=len(uses.names)) > 1)
    tails = pa.array([str(name)[-_TAIL:] for name in uses.names[linking]], pa.large_string())
    closed = np.flatnonzero(deals.deal_of_row < 0)
    parts = []
    for column in table.with_role("phone"):
        cells = one_array(table.frame[column.name].iloc[closed])
        ends = pc.utf8_slice_codeunits(pc.replace_substring_regex(cells, "[^0-9]", ""), -_TAIL)
        rows = closed[pc.is_in(ends, value_set=tails).to_numpy(zero_copy_only=False)]
        split = split_phones(table.frame[column.name].iloc[rows], region)
        named = _name_clients(table, rows).iloc[split["position"]]
        parts.append(pd.DataFrame({"key": uses.names.get_indexer(pd.Index(split["number"])), "client": named.array}))
    if parts:
        known = pd.concat(parts, ignore_index=True)
        known = known[known["client"].ne("") & (known["key"] >= 0)].drop_duplicates()
        counts = np.maximum(counts, np.bincount(known["key"].to_numpy(), minlength=len(uses.names)))
    return counts


def _name_clients(table: Table, rows: Codes) -> "pd.Series[str]":
    """Return the company of the rows, else the person, as a text that tells clients apart."""
    companies = company_key(take_cells(table, "company", rows))
    return companies.where(companies.ne(""), _join_names(table, rows))


def _drop_shared(uses: Uses, clients: Codes, most: int) -> Uses:
    kept = clients[uses.keys] <= most
    return Uses(uses.deals[kept], uses.keys[kept], uses.names)
