"""From matched people and companies back to the rows of the table: who is one client, one company, one household."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from crmclean.core.settings import DedupSettings
from crmclean.matching.answers import Answers, format_levels
from crmclean.matching.arrays import MISSING, Floats, Ints, Objects
from crmclean.matching.clustering import components
from crmclean.matching.company_links import number_companies, own_companies
from crmclean.matching.deciding import APART, TIER_NAMES
from crmclean.matching.explaining import company_values, comparison_table, people_values, reasons
from crmclean.matching.fingerprints import Hashes, format_keys, record_hashes
from crmclean.matching.likely import cluster_likely
from crmclean.matching.model import DIFFERENT, SAME
from crmclean.matching.pipeline import Matched, match_cards, match_companies, match_people
from crmclean.matching.prepared import Prepared
from crmclean.matching.records import Companies, People, companies_of, people_of

EXPLAINED_LINKS: Final = 5000
"""So many merges and so many doubtful pairs are explained field by field; every one has its reason in words."""


@dataclass(frozen=True)
class Links:
    """Pairs of rows with what was found about them.

    Attributes:
        left, right: row positions, ``left < right``.
        probability, weight: of being one client; weight in bits.
        reason: in words.
        of: ``person`` or ``company``.
        levels: as ``answers.format_levels`` writes them.
        comparisons: the first ``EXPLAINED_LINKS`` of them field by field: row_a, row_b (positions), comparison,
            level, value_a, value_b, weight.
    """

    left: Ints
    right: Ints
    probability: Floats
    weight: Floats
    reason: "pd.Series[str]"
    of: Objects
    levels: "pd.Series[str]"
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
        keys: content of each row, see ``fingerprints``.
        answers: how many answers of people were about rows that are here.
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
    keys: "pd.Series[str]"
    answers: int


@dataclass(frozen=True)
class MatchedRows:
    """How the people and the companies of prepared rows were matched.

    Attributes:
        hashes: content of each row, see ``fingerprints``.
        people, persons: the people, and their matching.
        companies, firms: the cards and mentions of companies, and their matching.
        cards: the matching of the company cards alone; records are numbered as ``companies``.
        card_row: row of each card, ``MISSING`` for a mention.
        company: number of the company of each card and mention, by what these say themselves.
    """

    hashes: Hashes
    people: People
    persons: Matched
    companies: Companies
    firms: Matched
    cards: Matched
    card_row: Ints
    company: Ints


def match_rows(
    prepared: Prepared, settings: DedupSettings, answers: pd.DataFrame | None = None, hashes: Hashes | None = None
) -> MatchedRows:
    """Match the people and the companies among prepared rows.

    Args:
        answers: what people have decided, columns ``answers.ANSWER_COLUMNS``.
        hashes: ``record_hashes(prepared)``, if it is at hand.
    """
    hashes = record_hashes(prepared) if hashes is None else hashes
    companies = companies_of(prepared)
    card_row = np.full(len(companies), MISSING, dtype=np.int64)
    card_rows = np.flatnonzero(prepared.is_company)
    card_row[companies.mention[card_rows]] = card_rows
    firms = match_companies(companies, settings, _answers_about_cards(answers, card_row, hashes))
    cards = match_cards(companies, firms)
    own = own_companies(companies, firms)
    people = people_of(prepared, number_companies(companies, firms, own=own))
    persons = match_people(people, settings, Answers.about(answers, "person", hashes[people.rows]))
    return MatchedRows(hashes, people, persons, companies, firms, cards, card_row, own)


def link_rows(prepared: Prepared, settings: DedupSettings, answers: pd.DataFrame | None = None) -> Linked:
    """Find the clients, companies and households among prepared rows.

    Args:
        answers: what people have decided, columns ``answers.ANSWER_COLUMNS``.
    """
    return link_matched(match_rows(prepared, settings, answers))


def link_matched(matched: MatchedRows) -> Linked:
    """Return the clients, companies and households that follow from the matching."""
    size = len(matched.hashes)
    people, persons, companies, cards = matched.people, matched.persons, matched.companies, matched.cards
    card_row = matched.card_row

    def of_people(records: Ints) -> pd.DataFrame:
        return people_values(people, records)

    def of_companies(records: Ints) -> pd.DataFrame:
        return company_values(companies, records)

    merges = _join(
        _row_links("person", persons, persons.tree, people.rows, of_people),
        _row_links("company", cards, cards.tree, card_row, of_companies),
    )
    doubtful = _join(
        _row_links("person", persons, persons.doubtful, people.rows, of_people),
        _row_links("company", cards, cards.doubtful, card_row, of_companies),
    )
    cluster = components(size, merges.left, merges.right)
    return Linked(
        cluster=cluster,
        likely=_likely(size, people, persons, cards, card_row),
        company=number_companies(companies, matched.firms, cluster, matched.company),
        household=_households(matched, cluster),
        merges=merges,
        doubtful=doubtful,
        levels=pd.concat(
            [persons.weights.table().assign(of="person"), matched.firms.weights.table().assign(of="company")],
            ignore_index=True,
        ),
        pairs_compared=len(persons.decided.tier) + len(matched.firms.decided.tier),
        people=people,
        keys=format_keys(matched.hashes),
        answers=persons.answers + matched.firms.answers,
    )


def list_pairs(matched: MatchedRows) -> pd.DataFrame:
    """Return every pair that was compared: row_a, row_b (positions of rows), probability, tier, of, asked (0 or 1).

    Of the doubtful pairs between two clusters only the strongest is asked about. A company that the records of
    several people mention in the same words stands for the first of them.
    """
    companies = matched.companies
    mentioned = np.flatnonzero(companies.mention != MISSING)[::-1]
    first_row = np.full(len(companies), MISSING, dtype=np.int64)
    first_row[companies.mention[mentioned]] = mentioned
    parts = []
    for of, found, questions, rows in (
        ("person", matched.persons, matched.persons.doubtful, matched.people.rows),
        ("company", matched.firms, matched.cards.doubtful, first_row),
    ):
        asked = np.zeros(len(found.decided.tier), dtype=np.int64)
        asked[questions] = 1
        compared, decided = found.decided.scored.compared, found.decided
        parts.append(
            pd.DataFrame(
                {
                    "row_a": rows[compared.left],
                    "row_b": rows[compared.right],
                    "probability": np.where(decided.impossible, 0.0, decided.scored.probability),
                    "tier": pd.Series(TIER_NAMES, dtype="str").take(decided.tier.astype(np.int64)).to_numpy(object),
                    "of": of,
                    "asked": asked,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _answers_about_cards(frame: pd.DataFrame | None, card_row: Ints, hashes: Hashes) -> Answers:
    """Return the answers about company cards; the mentions in the records of people are nobody's question."""
    cards = np.flatnonzero(card_row != MISSING)
    return Answers.about(frame, "company", hashes[card_row[cards]]).renumbered(cards, len(card_row))


def _likely(size: int, people: People, persons: Matched, cards: Matched, card_row: Ints) -> Ints:
    """Return the clients as they would be if every doubtful pair were merged too, as far as none contradicts."""
    links = []
    for matched, rows in ((persons, people.rows), (cards, card_row)):
        compared = matched.decided.scored.compared
        likely = cluster_likely(
            matched.clustering.cluster,
            compared.left[matched.doubtful],
            compared.right[matched.doubtful],
            matched.decided.scored.probability[matched.doubtful],
            matched.score,
            matched.contradict,
        )
        first = np.unique(likely, return_index=True)[1][likely]
        links.append((rows, rows[first]))
    known = [own != MISSING for own, _ in links]
    left = np.concatenate([own[there] for (own, _), there in zip(links, known, strict=True)])
    right = np.concatenate([first[there] for (_, first), there in zip(links, known, strict=True)])
    return components(size, left, right)


def household_links(matched: MatchedRows, cluster: Ints) -> tuple[Ints, Ints]:
    """Return the pairs of rows that link two clients: of one surname on one phone or mailbox, branches under one INN.

    A switchboard makes no household.

    Args:
        cluster: number of the client of each row.
    """
    people = matched.people
    compared = matched.persons.decided.scored.compared
    apart = (matched.persons.decided.tier == APART) & compared.at("first_name", DIFFERENT, SAME, "close")
    family = compared.at("last_name", SAME, "gender") & (compared.at("phone", SAME) | compared.at("email", SAME))
    pairs = np.flatnonzero(apart & family)
    branches = _branches(matched.companies, matched.cards, matched.card_row)
    left = np.concatenate([people.rows[compared.left[pairs]], branches[0]])
    right = np.concatenate([people.rows[compared.right[pairs]], branches[1]])
    different = cluster[left] != cluster[right]
    return left[different], right[different]


def _households(matched: MatchedRows, cluster: Ints) -> Ints:
    left, right = household_links(matched, cluster)
    first_of_cluster = np.unique(cluster, return_index=True)[1][cluster]
    everyone = np.arange(len(cluster))
    home = components(len(cluster), np.concatenate([left, everyone]), np.concatenate([right, first_of_cluster]))
    return np.where(np.isin(home, home[left]), home, MISSING)


def _branches(companies: Companies, cards: Matched, card_row: Ints) -> tuple[Ints, Ints]:
    """Return the pairs of rows that are cards of one INN and of different KPP."""
    compared = cards.decided.scored.compared
    both = companies.is_card[compared.left] & companies.is_card[compared.right]
    pairs = np.flatnonzero(both & compared.at("inn", SAME) & cards.decided.impossible)
    return card_row[compared.left[pairs]], card_row[compared.right[pairs]]


def _row_links(of: str, matched: Matched, links: Ints, rows: Ints, values_of: Callable[[Ints], pd.DataFrame]) -> Links:
    scored = matched.decided.scored
    first, second = scored.compared.left[links], scored.compared.right[links]
    left, right = rows[first], rows[second]
    shown = links[:EXPLAINED_LINKS]
    values = [values_of(first[:EXPLAINED_LINKS]), values_of(second[:EXPLAINED_LINKS])]
    table = comparison_table(scored, shown, values)
    place = table.pop("link").to_numpy(np.int64)
    table.insert(0, "row_a", left[place])
    table.insert(1, "row_b", right[place])
    return Links(
        left=left,
        right=right,
        probability=scored.probability[links],
        weight=scored.weight[links],
        reason=reasons(matched.decided, links),
        of=np.full(len(links), of, dtype=object),
        levels=format_levels(scored.compared.comparisons, scored.compared.levels[links]),
        comparisons=table,
    )


def _join(one: Links, other: Links) -> Links:
    return Links(
        left=np.concatenate([one.left, other.left]),
        right=np.concatenate([one.right, other.right]),
        probability=np.concatenate([one.probability, other.probability]),
        weight=np.concatenate([one.weight, other.weight]),
        reason=pd.concat([one.reason, other.reason], ignore_index=True),
        of=np.concatenate([one.of, other.of]),
        levels=pd.concat([one.levels, other.levels], ignore_index=True),
        comparisons=pd.concat([one.comparisons, other.comparisons], ignore_index=True),
    )
