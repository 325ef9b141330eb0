"""Which two open deals of one client are one sale: by product, amount, title, pipeline and the days between them."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import pyarrow.compute as pc
from numpy.typing import NDArray

from crmclean.core.hygiene_settings import DealsSettings
from crmclean.core.table import Table
from crmclean.fields.text import distinct_texts, fold_cells, map_distinct, one_array
from crmclean.hygiene.deals_clients import STRONG, WEAK, ClientPairs
from crmclean.hygiene.deals_reading import Codes, Flags, OpenDeals, take_cells
from crmclean.hygiene.deals_titles import (
    OTHER,
    PART,
    SAME,
    UNKNOWN,
    compare_products,
    compare_titles,
    find_product,
    is_repeat_pipeline,
    read_title,
    read_words,
)

NO: Final = 0
MAYBE: Final = 1
LIKELY: Final = 2
SURE: Final = 3

_FOR: Final = frozenset({"same-product", "named-product", "same-amount", "close-amount", "same-title", "sent-twice"})
_KOPECK: Final = 0.005
_AUTOMATIC_TITLE: Final = r"(?i)^\s*(?:(?:сделка|лид|заявка|deal|lead)?\s*[#№]?\s*[0-9]*)?\s*$"
"""A title that the CRM gave says nothing."""

_UNTOUCHED: Final = ("new", "no-answer")


@dataclass(frozen=True)
class SalePairs:
    """Pairs of open deals that may be one sale.

    Attributes:
        clients: the pairs, and what their clients share.
        days: between the two deals, NaN where a day is not known.
        level: ``MAYBE``, ``LIKELY`` or ``SURE``.
        signs: a flag a pair by name: ``same-product``, ``named-product``, ``same-amount``, ``close-amount``,
            ``same-title`` and ``sent-twice`` speak for one sale, the others against.
    """

    clients: ClientPairs
    days: NDArray[np.float64]
    level: Codes
    signs: dict[str, Flags]

    def take(self, kept: Flags) -> "SalePairs":
        """Return the pairs that are marked."""
        signs = {name: flags[kept] for name, flags in self.signs.items()}
        return SalePairs(self.clients.take(kept), self.days[kept], self.level[kept], signs)


def may_be_one_sale(deals: OpenDeals, older: Codes, newer: Codes, settings: DealsSettings) -> Flags:
    """Say which pairs are worth a closer look, by the days between them, the pipelines, products and amounts."""
    kept = ~(_days_between(deals, older, newer) > settings.days_apart) & ~_one_repeats(deals, older, newer)
    near = np.flatnonzero(kept)
    amounts = _compare_amounts(deals, older[near], newer[near], settings.amount_tolerance)
    kept[near] = (_compare_products(deals, older[near], newer[near]) != OTHER) | amounts["same-amount"]
    return kept


def find_sale_pairs(table: Table, deals: OpenDeals, pairs: ClientPairs, settings: DealsSettings) -> SalePairs:
    """Return which of the pairs that ``may_be_one_sale`` are probably one sale of one client."""
    amounts = _compare_amounts(deals, pairs.older, pairs.newer, settings.amount_tolerance)
    # A name that several companies have needs the amount beside it.
    kept = (pairs.level >= WEAK) & ~(pairs.signs["common-name"] & ~amounts["same-amount"] & ~amounts["close-amount"])
    pairs = pairs.take(kept)
    signs = {name: flags[kept] for name, flags in amounts.items()}
    days = _days_between(deals, pairs.older, pairs.newer)
    product = _compare_products(deals, pairs.older, pairs.newer)
    signs["named-product"] = _title_names_product(deals, pairs, product)
    signs["same-product"] = (product == SAME) | signs["named-product"]
    signs["part-product"], signs["other-product"] = product == PART, product == OTHER
    signs.update(_compare_titles(table, deals, pairs))
    signs["other-pipeline"] = _differ(deals.codes["pipeline"], pairs.older, pairs.newer)
    signs["day-unknown"] = np.isnan(days)
    signs["far-apart"] = days > settings.sure_days
    signs["sent-twice"] = _sent_twice(deals, pairs, days)
    level = _grade(signs)
    against = np.logical_or.reduce([flags for name, flags in signs.items() if name not in _FOR])
    signs["little-known"] = (pairs.level == STRONG) & (level < SURE) & ~against
    enough = np.where(pairs.level == STRONG, MAYBE, LIKELY)
    enough[pairs.signs["common-name"]] = SURE
    return SalePairs(pairs, days, level, signs).take(level >= enough)


def _days_between(deals: OpenDeals, older: Codes, newer: Codes) -> NDArray[np.float64]:
    """Return the days between the two deals of each pair, NaN where one is not known."""
    days = deals.created.astype("datetime64[D]")
    return np.abs(np.asarray((days[newer] - days[older]) / np.timedelta64(1, "D"), dtype=np.float64))


def _grade(signs: dict[str, Flags]) -> Codes:
    """Return how sure it is that two deals are one sale, where the client is the same."""
    priced_alike = signs["same-amount"] | signs["close-amount"]
    speaks = signs["same-product"] | signs["same-title"] | signs["same-amount"]
    against = ["part-product", "other-product", "other-amount", "other-number", "other-object", "other-pipeline"]
    is_denied = np.logical_or.reduce([signs[name] for name in (*against, "one-repeats")])
    is_bare = ~speaks & ~is_denied & ~signs["far-apart"] & ~signs["day-unknown"]
    level = np.full(len(speaks), NO, dtype=np.int64)
    level[is_bare | (is_denied & (speaks | signs["part-product"]))] = MAYBE
    level[speaks & ~is_denied] = LIKELY
    in_time = ~signs["far-apart"] & ~signs["day-unknown"]
    told = signs["same-product"] | (signs["same-title"] & priced_alike) | signs["sent-twice"]
    level[told & ~is_denied & in_time] = SURE
    # Two papers, or two objects, are two sales unless both product and amount say that they are not.
    level[signs["other-number"] & ~(signs["same-product"] & signs["same-amount"])] = NO
    return level


def _differ(codes: Codes, older: Codes, newer: Codes) -> Flags:
    one, other = codes[older], codes[newer]
    return np.asarray((one >= 0) & (other >= 0) & (one != other))


def _one_repeats(deals: OpenDeals, older: Codes, newer: Codes) -> Flags:
    """Return the pairs of which one lies in a pipeline for sales after the sale, and the other does not."""
    repeats = map_distinct(deals.texts["pipeline"], lambda name: "1" if is_repeat_pipeline(name) else "").eq("1")
    flags = repeats.to_numpy()
    return np.asarray(flags[older] != flags[newer])


def _compare_amounts(deals: OpenDeals, older: Codes, newer: Codes, tolerance: float) -> dict[str, Flags]:
    one, other = deals.amounts[older], deals.amounts[newer]
    known = ~(np.isnan(one) | np.isnan(other))
    other_money = _differ(deals.codes["currency"], older, newer)
    apart = np.abs(one - other)
    same = known & ~other_money & (apart <= _KOPECK)
    close = known & ~other_money & ~same & (apart <= tolerance * np.fmax(one, other) + _KOPECK)
    return {"same-amount": same, "close-amount": close, "other-amount": known & ~same & ~close}


def _compare_products(deals: OpenDeals, older: Codes, newer: Codes) -> Codes:
    """Return how the products of each pair compare; every two distinct cells are compared once."""
    codes, texts = distinct_texts(deals.texts["product"])
    numbers, distinct = pd.factorize(codes[older] * len(texts) + codes[newer])
    found = [compare_products(texts[pair // len(texts)], texts[pair % len(texts)]) for pair in distinct.tolist()]
    return np.array(found, dtype=np.int64)[numbers]


def _title_names_product(deals: OpenDeals, pairs: ClientPairs, product: Codes) -> Flags:
    """Return the pairs of which one has no product, and its title names that of the other."""
    titles, products = deals.texts["deal_title"], deals.texts["product"]
    has_product = products.ne("").to_numpy()
    half = np.flatnonzero((product == UNKNOWN) & (has_product[pairs.older] != has_product[pairs.newer]))
    with_product = np.where(has_product[pairs.older], pairs.older, pairs.newer)[half]
    without = np.where(has_product[pairs.older], pairs.newer, pairs.older)[half]
    named = np.zeros(len(product), dtype=np.bool_)
    named[half] = [
        find_product(title, sold)
        for title, sold in zip(titles.iloc[without].tolist(), products.iloc[with_product].tolist(), strict=True)
    ]
    return named


def _compare_titles(table: Table, deals: OpenDeals, pairs: ClientPairs) -> dict[str, Flags]:
    """Return what the titles say; every title is read once, and every two of the same clients are compared once."""
    titles_of_all = one_array(deals.texts["deal_title"])
    is_automatic = pc.match_substring_regex(titles_of_all, _AUTOMATIC_TITLE).to_numpy(zero_copy_only=False)
    told = np.flatnonzero(~(is_automatic[pairs.older] & is_automatic[pairs.newer]))
    involved, places = np.unique(np.stack([pairs.older[told], pairs.newer[told]]), return_inverse=True)
    places = places.reshape(2, len(told))
    title_of, titles = distinct_texts(fold_cells(deals.texts["deal_title"].iloc[involved]))
    client_of, clients = distinct_texts(fold_cells(_name_clients(table, deals.rows[involved])))
    product_of, products = distinct_texts(fold_cells(deals.texts["product"].iloc[involved]))
    read, sold = [read_title(title) for title in titles], [read_words(product) for product in products]
    asked = pd.DataFrame(np.concatenate([title_of[places], client_of[places], product_of[places]]).T)
    numbers = asked.groupby(list(asked.columns), sort=False).ngroup().to_numpy()
    found = [
        compare_titles(read[one], read[two], clients[mine] + " " + clients[theirs], sold[what] | sold[other])
        for one, two, mine, theirs, what, other in asked.drop_duplicates().to_numpy().tolist()
    ]
    signs = {
        "same-title": [sign.is_same for sign in found],
        "other-number": [sign.other_number for sign in found],
        "other-object": [sign.other_object for sign in found],
        "one-repeats": [sign.one_repeats for sign in found],
    }
    result = {name: np.zeros(len(pairs.older), dtype=np.bool_) for name in signs}
    for name, flags in signs.items():
        result[name][told] = np.array(flags, dtype=np.bool_)[numbers]
    return result


def _name_clients(table: Table, rows: Codes) -> "pd.Series[str]":
    """Return all that may stand in a title and names the client only."""
    roles = ("last_name", "first_name", "middle_name", "full_name", "city")
    return take_cells(table, "company", rows).str.cat(
        pd.DataFrame({role: take_cells(table, role, rows) for role in roles}), sep=" "
    )


def _sent_twice(deals: OpenDeals, pairs: ClientPairs, days: NDArray[np.float64]) -> Flags:
    """Return the pairs of which the newer is a request of the same person within a day that nobody has worked on."""
    newest = np.isin(deals.classes[pairs.newer], _UNTOUCHED)
    reached = pairs.signs["phone"] | pairs.signs["email"]
    return np.asarray(newest & reached & pairs.signs["person"] & (days <= 1))
