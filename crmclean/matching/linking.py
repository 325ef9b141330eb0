"""From matched people and companies back to the rows of the table: who is one client, one company, one household."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from crmclean.core.settings import DedupSettings
from crmclean.matching.arrays import MISSING, Floats, Ints
from crmclean.matching.clustering import cluster_records, components
from crmclean.matching.comparing import compare_companies
from crmclean.matching.deciding import APART, DOUBTFUL, MERGED, veto_companies
from crmclean.matching.explaining import company_values, comparison_table, people_values, reasons
from crmclean.matching.model import DIFFERENT, SAME
from crmclean.matching.pipeline import Matched, match_cards, match_companies, match_people
from crmclean.matching.records import Companies, People, Prepared, companies_of, people_of

EXPLAINED_LINKS: Final = 5000
"""So many merges and so many doubtful pairs are explained field by field; every one has its reason in words."""


@dataclass(frozen=True)
class Links:
    """Pairs of rows with what was found about them.

    Attributes:
        left, right: row positions, ``left < right``.
        probability, weight: of being one client; weight in bits.
        reason: in words.
        comparisons: the first ``EXPLAINED_LINKS`` of them field by field: row_a, row_b (positions), comparison,
            level, value_a, value_b, weight.
    """

    left: Ints
    right: Ints
    probability: Floats
    weight: Floats
    reason: "pd.Series[str]"
    comparisons: pd.DataFrame


@dataclass(frozen=True)
class Linked:
    """Who is who, one entry per row.

    Attributes:
        cluster, likely: number of the client as merged by itself, and as it would be with every doubtful pair.
        company, household: number, or ``MISSING`` where the row has none.
        merges: links that hold the clusters together.
        doubtful: links put to a person.
        levels: the match weights that were used.
    """

    cluster: Ints
    likely: Ints
    company: Ints
    household: Ints
    merges: Links
    doubtful: Links
    levels: pd.DataFrame
    pairs_compared: int
    people: People


def link_rows(prepared: Prepared, settings: DedupSettings) -> Linked:
    """Find the clients, companies and households among prepared rows."""
    size = len(prepared)
    companies = companies_of(prepared)
    firms = match_companies(companies, settings)
    cards = match_cards(companies, firms)
    company = _company_numbers(companies, firms)
    people = people_of(prepared, company)
    persons = match_people(people, settings)

    card_row = np.full(len(companies), MISSING, dtype=np.int64)
    card_rows = np.flatnonzero(prepared.is_company)
    card_row[companies.mention[card_rows]] = card_rows

    def of_people(records: Ints) -> pd.DataFrame:
        return people_values(people, records)

    def of_companies(records: Ints) -> pd.DataFrame:
        return company_values(companies, records)

    merges = _join(
        _row_links(persons, persons.tree, people.rows, of_people),
        _row_links(cards, cards.tree, card_row, of_companies),
    )
    doubtful = _join(
        _row_links(persons, persons.doubtful, people.rows, of_people),
        _row_links(cards, cards.doubtful, card_row, of_companies),
    )
    cluster = components(size, merges.left, merges.right)
    return Linked(
        cluster=cluster,
        likely=components(
            size, np.concatenate([merges.left, doubtful.left]), np.concatenate([merges.right, doubtful.right])
        ),
        company=company,
        household=_households(size, people, persons, _branches(companies, cards, card_row), cluster),
        merges=merges,
        doubtful=doubtful,
        levels=pd.concat(
            [persons.weights.table().assign(of="person"), firms.weights.table().assign(of="company")],
            ignore_index=True,
        ),
        pairs_compared=len(persons.decided.tier) + len(firms.decided.tier),
        people=people,
    )


def _company_numbers(companies: Companies, matched: Matched) -> Ints:
    """Return the company of every row; a mention follows the likeliest, branches stay apart."""
    compared = matched.decided.scored.compared
    mention = ~(companies.is_card[compared.left] & companies.is_card[compared.right])
    tier = matched.decided.tier
    links = np.flatnonzero((tier == MERGED) | (mention & (tier == DOUBTFUL)))
    clustering = cluster_records(
        len(companies),
        compared.left[links],
        compared.right[links],
        matched.decided.scored.probability[links],
        lambda left, right: veto_companies(companies, compare_companies(companies, left, right)),
    )
    return np.append(clustering.cluster, MISSING)[companies.mention]


def _households(size: int, people: People, persons: Matched, branches: tuple[Ints, Ints], cluster: Ints) -> Ints:
    """Link clients who are not one: people of one surname on one phone or mailbox, branches under one INN.

    A switchboard makes no household.
    """
    compared = persons.decided.scored.compared
    apart = (persons.decided.tier == APART) & compared.at("first_name", DIFFERENT, SAME, "close")
    family = compared.at("last_name", SAME, "gender") & (compared.at("phone", SAME) | compared.at("email", SAME))
    pairs = np.flatnonzero(apart & family)
    left = np.concatenate([people.rows[compared.left[pairs]], branches[0]])
    right = np.concatenate([people.rows[compared.right[pairs]], branches[1]])
    different = cluster[left] != cluster[right]
    left, right = left[different], right[different]
    first_of_cluster = np.unique(cluster, return_index=True)[1][cluster]
    everyone = np.arange(size)
    home = components(size, np.concatenate([left, everyone]), np.concatenate([right, first_of_cluster]))
    return np.where(np.isin(home, home[left]), home, MISSING)


def _branches(companies: Companies, cards: Matched, card_row: Ints) -> tuple[Ints, Ints]:
    """Return the pairs of rows that are cards of one INN and of different KPP."""
    compared = cards.decided.scored.compared
    both = companies.is_card[compared.left] & companies.is_card[compared.right]
    pairs = np.flatnonzero(both & compared.at("inn", SAME) & cards.decided.impossible)
    return card_row[compared.left[pairs]], card_row[compared.right[pairs]]


def _row_links(matched: Matched, links: Ints, rows: Ints, values_of: Callable[[Ints], pd.DataFrame]) -> Links:
    scored = matched.decided.scored
    first, second = scored.compared.left[links], scored.compared.right[links]
    left, right = rows[first], rows[second]
    shown = links[:EXPLAINED_LINKS]
    values = [values_of(first[:EXPLAINED_LINKS]), values_of(second[:EXPLAINED_LINKS])]
    table = comparison_table(scored, shown, values)
    place = table.pop("link").to_numpy(np.int64)
    table.insert(0, "row_a", left[place])
    table.insert(1, "row_b", right[place])
    return Links(left, right, scored.probability[links], scored.weight[links], reasons(scored, links), table)


def _join(one: Links, other: Links) -> Links:
    return Links(
        left=np.concatenate([one.left, other.left]),
        right=np.concatenate([one.right, other.right]),
        probability=np.concatenate([one.probability, other.probability]),
        weight=np.concatenate([one.weight, other.weight]),
        reason=pd.concat([one.reason, other.reason], ignore_index=True),
        comparisons=pd.concat([one.comparisons, other.comparisons], ignore_index=True),
    )
