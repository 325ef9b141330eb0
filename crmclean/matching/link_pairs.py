"""Which records of a base new records are: new records against an indexed base, and against one another.

The new records and the part of the base that shares a key with them are matched by the rules, vetoes and weights of
``dedup``, with the frequencies of the whole. What is known of the base (its clients and companies) stays as it is.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from crmclean.core.settings import DedupSettings
from crmclean.matching.answers import SAID_DIFFERENT, SAID_SAME, Answers, parse_levels
from crmclean.matching.arrays import MISSING, Bools, Ints, Levels
from crmclean.matching.blocking import Candidates
from crmclean.matching.clustering import Clustering, cluster_records
from crmclean.matching.company_links import number_companies
from crmclean.matching.comparing import compare_companies, compare_people
from crmclean.matching.deciding import (
    APART,
    MERGED,
    Decided,
    decide_companies,
    decide_people,
    veto_companies,
    veto_people,
)
from crmclean.matching.indexed_base import IndexedBase
from crmclean.matching.levels import Compared
from crmclean.matching.packed_rows import join_rows
from crmclean.matching.pipeline import Matched
from crmclean.matching.prepared import Prepared
from crmclean.matching.record_keys import (
    COMPANY_KEYS,
    RecordKeys,
    find_members,
    keys_of_companies,
    keys_of_people,
    pairs_with_base,
    person_keys,
)
from crmclean.matching.records import Companies, People, companies_of, people_of
from crmclean.matching.scoring import Scored, Weights, learn, score
from crmclean.matching.whole_base import (
    COMPANY_FIELDS,
    PERSON_FIELDS,
    shares_in_whole,
    with_people_of_whole,
)

Rows = NDArray[np.int32]

MEMBERS_TAKEN = 50
"""So many records of a client or company of the base are looked at beside those that share a key."""
NAMESAKES_TAKEN = 20


@dataclass(frozen=True)
class Part:
    """The new rows, and the rows of the base that they are compared with.

    Attributes:
        prepared: the new rows first.
        new: how many are new.
        base_rows: rows of the base, ascending; row ``new + i`` of the part is ``base_rows[i]`` of the base.
    """

    prepared: Prepared
    new: int
    base_rows: Ints

    def place(self, base_rows: "Ints | Rows") -> Ints:
        """Return where rows of the base stand in the part."""
        return self.new + np.searchsorted(self.base_rows, base_rows)


@dataclass(frozen=True)
class MatchedPart:
    """The matching of one kind of record of a part.

    Attributes:
        part: the rows.
        rows: row of the part per record, ``MISSING`` where the record is no row of its own.
        decided: every pair with its weights and tier.
        clustering: who is one client; it was made of the pairs ``merged``.
    """

    part: Part
    rows: Ints
    decided: Decided
    clustering: Clustering
    merged: Ints


@dataclass(frozen=True)
class _PartOfPeople(People):
    """Some of the people of a base that as a whole has phones, or lacks them."""

    whole_lacks_phones: bool = False

    @property
    def lacks_phones(self) -> bool:
        return self.whole_lacks_phones


@dataclass(frozen=True)
class _Rules:
    """How pairs of one kind of record are compared, weighed and decided, in the whole of base and new records."""

    size: int
    weights: Weights
    compare: Callable[[Ints, Ints], Compared]
    veto: Callable[[Compared], Bools]
    decide: Callable[[Scored, Bools], Decided]

    def judge(self, left: Ints, right: Ints, answers: Answers) -> Decided:
        """Return the pairs as weighed; what people said comes later."""
        weights = self.weights
        if answers.texts:
            levels = parse_levels(weights.comparisons, answers.texts)
            weights = learn(weights, self.size, levels, np.array(answers.verdicts, dtype=np.bool_))
        compared = self.compare(left, right)
        return self.decide(score(compared, weights, self.size), self.veto(compared))


def match_with_base(
    new: Prepared, base: IndexedBase, settings: DedupSettings, answers: "Callable[[str, Prepared, Ints], Answers]"
) -> tuple[MatchedPart, MatchedPart]:
    """Match new rows with a base and with one another.

    Args:
        answers: gives what people have decided of the records of a kind (``person`` or ``company``), whose rows are
            named, ``MISSING`` for none.

    Returns:
        The people, and the cards of companies.
    """
    cards, company = _match_companies(new, base, settings, answers)
    return _match_people(new, company, base, settings, answers), cards


def _match_people(
    new: Prepared,
    company: Ints,
    base: IndexedBase,
    settings: DedupSettings,
    answers: "Callable[[str, Prepared, Ints], Answers]",
) -> MatchedPart:
    new_keys = keys_of_people(people_of(new, company), base.lacks_phones)
    pairs = pairs_with_base(new_keys, base.people, person_keys(base.lacks_phones), settings.max_block)
    hit = base.people.row[np.unique(pairs[1])].astype(np.int64)
    part = _part(new, base, np.union1d(hit, _members(base.cluster, base.cluster[hit])))
    plain = people_of(part.prepared, np.concatenate([company, base.company[part.base_rows]]))
    keys = keys_of_people(plain, base.lacks_phones)
    people = _people_of_whole(plain, keys, new_keys, base)
    record = np.full(len(part.prepared), MISSING, dtype=np.int64)
    record[people.rows] = np.arange(len(people))
    left, right = _renumber(pairs, new_keys.row, base.people.row, part, record)
    present = {name: int(getattr(people, name).present.sum()) for name in ("phone", "email")}
    shares = shares_in_whole(PERSON_FIELDS, keys, new_keys, base.people, present)
    weights = base.person_weights
    rules = _Rules(
        len(new_keys) + len(base.people),
        weights,
        lambda one, other: shares.apply(compare_people(people, one, other), weights.comparisons),
        lambda compared: veto_people(people, compared),
        lambda scored, impossible: decide_people(people, scored, impossible, settings),
    )
    chain = _chains(record[part.place(part.base_rows)], base.cluster[part.base_rows])
    said = answers("person", part.prepared, people.rows)
    decided = _answered(rules, left, right, chain, said)
    return _clustered(part, people.rows, decided, _contradict(rules, said))


def _match_companies(
    new: Prepared, base: IndexedBase, settings: DedupSettings, answers: "Callable[[str, Prepared, Ints], Answers]"
) -> tuple[MatchedPart, Ints]:
    """Return the matching of the cards, and the number of the company of every new row, in the numbers of the base."""
    new_keys = keys_of_companies(companies_of(new))
    pairs = pairs_with_base(new_keys, base.companies, COMPANY_KEYS, settings.max_block)
    number_of_record = base.company[base.companies.row]
    namesakes = _namesakes(new_keys, base.companies, number_of_record)
    hit = np.union1d(pairs[1], namesakes)
    members = _members(number_of_record, number_of_record[hit])
    rows = base.companies.row[np.union1d(hit, members)].astype(np.int64)
    part = _part(new, base, np.union1d(rows, _members(base.cluster, base.cluster[rows])))
    plain = companies_of(part.prepared)
    keys = keys_of_companies(plain)
    companies = _companies_of_whole(plain, keys, new_keys, base)
    left, right = _renumber(pairs, new_keys.row, base.companies.row, part, companies.mention)
    present = {name: int(getattr(companies, name).present.sum()) for name in ("phone", "email")}
    shares = shares_in_whole(COMPANY_FIELDS, keys, new_keys, base.companies, present)
    weights = base.company_weights
    rules = _Rules(
        len(new_keys) + len(base.companies),
        weights,
        lambda one, other: shares.apply(compare_companies(companies, one, other), weights.comparisons),
        lambda compared: veto_companies(companies, compared),
        lambda scored, impossible: decide_companies(scored, impossible, settings),
    )
    card_row = np.full(len(companies), MISSING, dtype=np.int64)
    cards = np.flatnonzero(part.prepared.is_company)
    card_row[companies.mention[cards]] = cards
    said = answers("company", part.prepared, card_row)
    contradict = _contradict(rules, said)
    mentions = companies.mention[part.place(part.base_rows)]
    by_number = _chains(mentions, base.company[part.base_rows])
    firms = _matched(companies, _answered(rules, left, right, by_number, said), contradict)
    number = _numbers_of_base(number_companies(companies, firms), part, base)
    is_card = np.append(companies.is_card, False)[mentions]
    by_client = _chains(np.where(is_card, mentions, MISSING), base.cluster[part.base_rows])
    decided = _answered(rules, left, right, by_client, said)
    both = companies.is_card[decided.scored.compared.left] & companies.is_card[decided.scored.compared.right]
    decided = replace(decided, tier=np.where(both, decided.tier, APART).astype(np.uint8))
    return _clustered(part, card_row, decided, contradict), number


def _people_of_whole(people: People, keys: RecordKeys, new: RecordKeys, base: IndexedBase) -> People:
    names = ("root", "stem")
    counted = {
        field: with_people_of_whole(getattr(people, field), keys.several[field].value, field, names, new, base.people)
        for field in ("phone", "email")
    }
    values = {item.name: getattr(people, item.name) for item in fields(people)}
    return _PartOfPeople(**{**values, **counted}, whole_lacks_phones=base.lacks_phones)


def _companies_of_whole(companies: Companies, keys: RecordKeys, new: RecordKeys, base: IndexedBase) -> Companies:
    counted = {
        field: with_people_of_whole(
            getattr(companies, field), keys.several[field].value, field, ("key",), new, base.companies
        )
        for field in ("phone", "email", "domain")
    }
    return replace(companies, phone=counted["phone"], email=counted["email"], domain=counted["domain"])


def _part(new: Prepared, base: IndexedBase, base_rows: Ints) -> Part:
    return Part(join_rows(new, base.rows(base_rows)), len(new), base_rows)


def _members(group: Ints, wanted: Ints) -> Ints:
    """Return the positions of the first members of the groups that are wanted; ``MISSING`` is no group."""
    is_wanted = np.zeros(int(group.max(initial=MISSING)) + 2, dtype=np.bool_)
    is_wanted[wanted] = True
    is_wanted[MISSING] = False
    found = np.flatnonzero(is_wanted[group])
    found = found[np.argsort(group[found], kind="stable")]
    rank = np.arange(len(found)) - np.searchsorted(group[found], group[found], "left")
    return np.sort(found[rank < MEMBERS_TAKEN])


def _namesakes(new: RecordKeys, base: RecordKeys, number: Ints) -> Ints:
    """Return records of the base that have the name of a new mention that is a name and nothing else.

    Of two companies or none of that name nothing follows, so that two are enough; strangers alike are taken to tell.
    """
    bare = (new.single["known_key"] == 0) & (new.single["key"] != 0)
    wanted = np.unique(new.single["key"][bare]).astype(np.uint64)
    found, place = find_members(wanted, base.single["key"].astype(np.uint64))
    city = base.single["city"][found]
    known = base.single["known_key"][found] != 0
    order = np.lexsort((found, city, number[found], ~known, place))
    found, place = found[order], place[order]
    rank = np.arange(len(found)) - np.searchsorted(place, place, "left")
    return np.sort(found[rank < NAMESAKES_TAKEN])


def _renumber(
    pairs: tuple[Ints, Ints, Ints, Ints],
    new_row: Rows,
    base_row: Rows,
    part: Part,
    record: Ints,
) -> tuple[Ints, Ints]:
    """Return candidate pairs in the record numbers of the part, sorted, ``left < right``."""
    new_record, base_record, left, right = pairs
    ours = np.concatenate([record[new_row[new_record]], record[new_row[left]]])
    theirs = np.concatenate([record[part.place(base_row[base_record])], record[new_row[right]]])
    return _sorted_pairs(ours, theirs, len(record))


def _sorted_pairs(one: Ints, other: Ints, size: int) -> tuple[Ints, Ints]:
    low, high = np.minimum(one, other), np.maximum(one, other)
    numbers = np.unique((low * size + high)[low < high])
    left, right = np.divmod(numbers, max(size, 1))
    return left, right


def _chains(record: Ints, group: Ints) -> tuple[Ints, Ints]:
    """Return pairs that hold the records of each group together; a ``MISSING`` record or group has none."""
    kept = np.flatnonzero((record != MISSING) & (group != MISSING))
    order = kept[np.lexsort((record[kept], group[kept]))]
    same = group[order][1:] == group[order][:-1]
    return record[order][:-1][same], record[order][1:][same]


def _answered(rules: _Rules, left: Ints, right: Ints, chain: tuple[Ints, Ints], answers: Answers) -> Decided:
    """Return the pairs with what is known of the base, and with the answers of people, which come first."""
    size = answers.size
    everything = [np.concatenate(part) for part in ((left, chain[0], answers.left), (right, chain[1], answers.right))]
    left, right = _sorted_pairs(everything[0], everything[1], size)
    decided = rules.judge(left, right, answers)
    said = answers.verdict(left, right)
    low, high = _sorted_pairs(chain[0], chain[1], size)
    is_known = np.isin(left * size + right, low * size + high) & ~decided.impossible & (said == 0)
    said[is_known] = SAID_SAME
    same, different = said == SAID_SAME, said == SAID_DIFFERENT
    tier, probability = decided.tier.copy(), decided.scored.probability.copy()
    tier[same], probability[same] = MERGED, 1.0
    tier[different], probability[different] = APART, 0.0
    scored = replace(decided.scored, probability=probability)
    return Decided(scored, tier, (decided.impossible & ~same) | different, said)


def _contradict(rules: _Rules, answers: Answers) -> Callable[[Ints, Ints], Bools]:
    def contradict(left: Ints, right: Ints) -> Bools:
        said: Levels = answers.verdict(left, right)
        if not len(left):
            return np.zeros(0, dtype=np.bool_)
        vetoed = rules.veto(rules.compare(left, right))
        return np.asarray((vetoed & (said != SAID_SAME)) | (said == SAID_DIFFERENT))

    return contradict


def _clustered(part: Part, rows: Ints, decided: Decided, contradict: Callable[[Ints, Ints], Bools]) -> MatchedPart:
    merged = np.flatnonzero(decided.tier == MERGED)
    return MatchedPart(part, rows, decided, _cluster(len(rows), decided, merged, contradict), merged)


def _cluster(size: int, decided: Decided, merged: Ints, contradict: Callable[[Ints, Ints], Bools]) -> Clustering:
    compared = decided.scored.compared
    strength = decided.scored.probability[merged] + decided.said_same[merged]
    return cluster_records(size, compared.left[merged], compared.right[merged], strength, contradict)


def _matched(companies: Companies, decided: Decided, contradict: Callable[[Ints, Ints], Bools]) -> Matched:
    """Return the matching of cards and mentions in the form that ``number_companies`` takes."""
    scored = decided.scored
    merged = np.flatnonzero(decided.tier == MERGED)
    return Matched(
        candidates=Candidates(scored.compared.left, scored.compared.right, {}),
        weights=scored.weights,
        decided=decided,
        merged=merged,
        clustering=_cluster(len(companies), decided, merged, contradict),
        doubtful=np.zeros(0, dtype=np.int64),
        score=lambda left, right: np.zeros(len(left)),
        contradict=contradict,
        answers=0,
    )


def _numbers_of_base(number: Ints, part: Part, base: IndexedBase) -> Ints:
    """Return the company of every new row: the number that the base gives it, else one that no company there has."""
    first_free = int(base.company.max(initial=MISSING)) + 1
    width = int(number.max(initial=MISSING)) + 2
    of_base = np.full(width, first_free + width, dtype=np.int64)
    theirs, known = number[part.new :], base.company[part.base_rows]
    both = (theirs != MISSING) & (known != MISSING)
    np.minimum.at(of_base, theirs[both], known[both])
    strange = np.flatnonzero(of_base == first_free + width)
    of_base[strange] = first_free + strange
    of_base[MISSING] = MISSING
    return of_base[number[: part.new]]
