"""The open deals of an export as arrays: who the client is, what is sold, when it was opened, and by whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from crmclean.core.hygiene_settings import DealsSettings
from crmclean.core.table import Column, Table
from crmclean.fields.city import normalize_cities
from crmclean.fields.company import company_key
from crmclean.fields.date import parse_dates
from crmclean.fields.email import company_domains, email_keys, is_disposable_email, is_filler_email, split_emails
from crmclean.fields.inn import inn_keys
from crmclean.fields.money import parse_money
from crmclean.fields.phone import split_phones
from crmclean.fields.text import fold_cells, on_distinct, one_array
from crmclean.hygiene.as_of import read_as_of
from crmclean.hygiene.deals_stages import Stages

Codes = NDArray[np.int64]
Flags = NDArray[np.bool_]

_OF_DEALS: Final = ("сделк", "лид", "deal", "lead", "opportunity")


@dataclass(frozen=True)
class Uses:
    """Which deal has which phone or mailbox: a code of each, one entry a use.

    Attributes:
        names: what the codes stand for.
    """

    deals: Codes
    keys: Codes
    names: pd.Index


@dataclass(frozen=True)
class OpenDeals:
    """The deals on the way, one entry each, from the oldest to the newest.

    A deal that fills several rows, one for each product, is one entry.

    Attributes:
        rows: the first row of each deal, from 0.
        deal_of_row: the entry of every row of the table; -1 where the deal is not open.
        labels: its ID; the number of its row where the IDs are missing or do not tell the deals apart.
        has_ids: the labels are the IDs of the CRM.
        classes: of the stage, ``""`` where it is not known.
        is_certain: that the deal is open is said, and not only not denied.
        created: when it was opened, NaT where that is not known or lies in the future.
        amounts: NaN where there is none.
        codes: of ``inn``, ``kpp``, ``company``, ``domain``, ``city``, ``owner``, ``pipeline``, ``currency``; -1 where
            nothing is known.
        texts: the cells of ``company``, ``deal_title``, ``product`` (of all its rows) and ``pipeline``.
    """

    rows: Codes
    deal_of_row: Codes
    labels: "pd.Series[str]"
    has_ids: bool
    classes: NDArray[np.object_]
    is_certain: Flags
    created: NDArray[np.datetime64]
    amounts: NDArray[np.float64]
    codes: Mapping[str, Codes]
    texts: Mapping[str, "pd.Series[str]"]
    phones: Uses
    mails: Uses

    def __len__(self) -> int:
        return len(self.rows)


def id_column(table: Table) -> Column | None:
    """Return the column that holds the ID of the deal, and not that of its contact, where the headings tell."""
    columns = table.with_role("id")
    named = [column for column in columns if any(word in column.header.lower() for word in _OF_DEALS)]
    return next(iter([*named, *columns]), None)


def read_open_deals(table: Table, stages: Stages, settings: DealsSettings) -> OpenDeals:
    """Return the deals on the way as arrays."""
    rows = np.flatnonzero(stages.is_open)
    ids, has_ids = _read_ids(table, rows)
    created = _read_created(table, rows, settings)
    entries = pd.factorize(ids)[0].astype(np.int64) if has_ids else np.arange(len(rows), dtype=np.int64)
    firsts = np.flatnonzero(~pd.Series(entries).duplicated().to_numpy())
    order = firsts[_by_age(created[firsts], ids.take(firsts) if has_ids else None)]
    place = np.empty(len(order), dtype=np.int64)
    place[entries[order]] = np.arange(len(order))
    deal_of_row = np.full(len(table), -1, dtype=np.int64)
    deal_of_row[rows] = place[entries]
    chosen = rows[order]
    cells = {role: take_cells(table, role, chosen) for role in ("company", "deal_title", "pipeline", "owner", "city")}
    cells["product"] = _unite_products(table, rows, place[entries], len(order))
    phones = _read_phones(table, chosen, settings.region)
    mails, domains = _read_mails(table, chosen)
    money = parse_money(table.coalesced("amount")).iloc[chosen]
    return OpenDeals(
        rows=chosen,
        deal_of_row=deal_of_row,
        labels=(ids.iloc[order] if has_ids else pd.Series(chosen + 1).astype("str")).reset_index(drop=True),
        has_ids=has_ids,
        classes=stages.classes.to_numpy(dtype=object)[chosen],
        is_certain=stages.is_certain[chosen],
        created=created[order],
        amounts=money["amount"].where(money["amount"] > 0).to_numpy(dtype=np.float64),
        codes={
            **_read_codes(table, chosen, cells),
            "domain": domains,
            "currency": _encode(_currencies(table, chosen, money["currency"])),
        },
        texts=cells,
        phones=phones,
        mails=mails,
    )


def take_cells(table: Table, role: str, rows: Codes) -> "pd.Series[str]":
    """Return what ``Table.coalesced`` does of some rows, from 0 on: only their cells are looked at."""
    columns = [table.frame[column.name].iloc[rows].reset_index(drop=True) for column in table.with_role(role)]
    if not columns:
        return pd.Series("", index=range(len(rows)), dtype="str")
    result: pd.Series[str] = columns[0].str.strip()
    for cells in columns[1:]:
        result = result.where(result.ne(""), cells.str.strip())
    return result


def _encode(cells: pd.Series) -> Codes:
    """Return a code for every text, -1 for an empty one."""
    return pd.factorize(cells.where(cells.ne("")))[0].astype(np.int64)


def _read_ids(table: Table, rows: Codes) -> tuple["pd.Series[str]", bool]:
    """Return the IDs of the open deals, and whether they tell the deals apart.

    Rows of one ID are one deal only where the title and the day are the same too: else it is the ID of something else.
    """
    column = id_column(table)
    if column is None:
        return pd.Series("", index=range(len(rows)), dtype="str"), False
    ids = table.frame[column.name].iloc[rows].str.strip().reset_index(drop=True)
    if ids.eq("").any() or ids.is_unique:
        return ids, bool(len(ids)) and bool(ids.ne("").all())
    told = pd.DataFrame({role: take_cells(table, role, rows) for role in ("deal_title", "created_at")}).assign(id=ids)
    return ids, len(told.drop_duplicates()) == ids.nunique()


def _read_created(table: Table, rows: Codes, settings: DealsSettings) -> NDArray[np.datetime64]:
    """Return when each deal was opened; a day after today is no such day."""
    # The whole column, since other rows may prove whether the day or the month comes first.
    created = parse_dates(table.coalesced("created_at")).iloc[rows]
    tomorrow = read_as_of(settings.as_of) + pd.Timedelta(days=1)
    return created.where(created < tomorrow).to_numpy(dtype="datetime64[us]")


def _by_age(created: NDArray[np.datetime64], ids: "pd.Series[str] | None") -> Codes:
    """Return the order from the oldest deal: by the day, then by the number of the ID, then as in the file."""
    if ids is None:
        numbers = np.arange(len(created), dtype=np.float64)
    else:
        texts = one_array(ids)
        digits = pc.if_else(pc.match_substring_regex(texts, "^[0-9]{1,15}$"), texts, "inf")
        numbers = pc.cast(digits, pa.float64()).to_numpy(zero_copy_only=False)
    return np.lexsort((numbers, created, np.isnat(created)))


def _unite_products(table: Table, rows: Codes, deals: Codes, count: int) -> "pd.Series[str]":
    """Return the products of every deal: a deal of several rows has one in each."""
    cells = take_cells(table, "product", rows)
    if len(rows) == count:
        return cells.iloc[np.argsort(deals)].reset_index(drop=True)
    known = pd.DataFrame({"deal": deals, "product": cells})[cells.ne("")].drop_duplicates()
    united = known.groupby("deal")["product"].agg("; ".join)
    return united.reindex(range(count), fill_value="").astype("str")


def _read_codes(table: Table, rows: Codes, cells: Mapping[str, "pd.Series[str]"]) -> dict[str, Codes]:
    numbers = inn_keys(take_cells(table, "inn", rows))
    office = take_cells(table, "kpp", rows)
    return {
        "inn": _encode(numbers["inn"]),
        "kpp": _encode(office.where(office.ne(""), numbers["kpp"])),
        "company": _encode(company_key(cells["company"])),
        "city": _encode(fold_cells(normalize_cities(cells["city"])["value"])),
        "owner": _encode(fold_cells(cells["owner"])),
        "pipeline": _encode(fold_cells(cells["pipeline"])),
    }


def _currencies(table: Table, rows: Codes, written: "pd.Series[str]") -> "pd.Series[str]":
    cells = on_distinct(take_cells(table, "currency", rows), lambda texts: texts.str.upper())
    return cells.where(cells.ne(""), written.reset_index(drop=True))


def _uses(deals: list[Codes], names: list["pd.Series[str]"]) -> Uses:
    """Return every use once; codes are given in the order of the first use."""
    if not deals:
        return Uses(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), pd.Index([], dtype="str"))
    frame = pd.DataFrame({"deal": np.concatenate(deals), "name": pd.concat(names, ignore_index=True)})
    frame = frame.drop_duplicates(ignore_index=True)
    codes, index = pd.factorize(frame["name"])
    return Uses(frame["deal"].to_numpy(), codes.astype(np.int64), pd.Index(index))


def _read_phones(table: Table, rows: Codes, region: str) -> Uses:
    deals: list[Codes] = []
    names: list[pd.Series[str]] = []
    for column in table.with_role("phone"):
        split = split_phones(table.frame[column.name].iloc[rows], region)
        known = split[split["number"].ne("") & split["code"].eq("")]
        deals.append(known["position"].to_numpy(dtype=np.int64))
        names.append(known["number"])
    return _uses(deals, names)


def _read_mails(table: Table, rows: Codes) -> tuple[Uses, Codes]:
    """Return the mailboxes of the deals, and of each deal the first domain that is a company's own."""
    deals: list[Codes] = []
    names: list[pd.Series[str]] = []
    domains = pd.Series("", index=range(len(rows)), dtype="str")
    for column in table.with_role("email"):
        split = split_emails(table.frame[column.name].iloc[rows])
        split = split[split["address"].ne("")].reset_index(drop=True)
        split = split[~(is_filler_email(split["address"]) | is_disposable_email(split["address"]))]
        deals.append(split["position"].to_numpy(dtype=np.int64))
        names.append(email_keys(split["address"]))
        own = company_domains(split["address"])
        first = split.assign(domain=own)[own.ne("")].drop_duplicates("position").set_index("position")["domain"]
        domains = domains.where(domains.ne(""), first.reindex(domains.index, fill_value=""))
    return _uses(deals, names), _encode(domains)
