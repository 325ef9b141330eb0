"""From probabilities to the three tiers: merged by itself, put to a person, different.

A probability alone decides nothing. A veto keeps a pair apart whatever it weighs; a merge by itself needs evidence
of two kinds: the name, and a way to reach the client that is not used by many.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from crmclean.core.i18n import N_
from crmclean.core.settings import DedupSettings
from crmclean.matching.answers import SAID_DIFFERENT, SAID_SAME
from crmclean.matching.arrays import MISSING, Bools, Levels
from crmclean.matching.evidence import is_name_alone, is_reachable, is_same_place
from crmclean.matching.levels import Compared
from crmclean.matching.model import DIFFERENT, SAME
from crmclean.matching.records import Companies, People
from crmclean.matching.scoring import Scored

MERGED: Final = 2
DOUBTFUL: Final = 1
APART: Final = 0
TIER_NAMES: Final = ("apart", "doubtful", "merged")
"""Names of the tiers for lists, by their numbers."""

_OTHER_DAY: Final = ("year", "decade", DIFFERENT)

RARE_NAME: Final = 0.95
"""From this probability on two records are put to a person although only their names agree."""


@dataclass(frozen=True)
class Rule:
    """One thing that decides about pairs.

    Attributes:
        code: stable name for reports and scripts.
        title: message id of what has to be true.
        holds: of which pairs it is true.
    """

    code: str
    title: str
    holds: Bools


@dataclass(frozen=True)
class Rules:
    """What decides about scored pairs beside their probability and the vetoes.

    Attributes:
        merging: evidence; one that holds is enough for a merge by itself.
        not_merging: one that holds keeps a pair from it.
        asking: one that holds makes a pair worth a question.
        not_asking: one that holds keeps a pair from it.
    """

    merging: tuple[Rule, ...]
    not_merging: tuple[Rule, ...]
    asking: tuple[Rule, ...]
    not_asking: tuple[Rule, ...]


def any_of(rules: tuple[Rule, ...], size: int) -> Bools:
    """Return of which of ``size`` pairs one of ``rules`` holds."""
    result = np.zeros(size, dtype=np.bool_)
    for rule in rules:
        result |= rule.holds
    return result


@dataclass(frozen=True)
class Decided:
    """Scored pairs with their tier.

    Attributes:
        tier: ``MERGED``, ``DOUBTFUL`` or ``APART`` per pair.
        impossible: pairs that a veto keeps apart.
        said: what people said of each pair, as ``Answers.verdict`` gives it.
    """

    scored: Scored
    tier: Levels
    impossible: Bools
    said: Levels

    @property
    def said_same(self) -> Bools:
        """Return which pairs a person called one client."""
        return np.asarray(self.said == SAID_SAME)

    @property
    def said_different(self) -> Bools:
        """Return which pairs a person called two clients."""
        return np.asarray(self.said == SAID_DIFFERENT)


def veto_people(people: People, compared: Compared) -> Bools:
    """Return which pairs cannot be one person: those of which one of ``vetoes_of_people`` holds."""
    return any_of(vetoes_of_people(people, compared), len(compared))


def vetoes_of_people(people: People, compared: Compared) -> tuple[Rule, ...]:
    """Return what keeps two people apart whatever they weigh.

    Two given names that are neither spellings, diminutives nor initials of one another; two patronymics; a man
    and a woman; two birthdays. What identifies a person by itself (a document, a birthday with surname and place)
    outweighs a name that may be badly misspelt, but not two names of the list of names.
    """
    left, right = compared.left, compared.right
    identified = _identified(compared)
    listed = people.is_listed[left] & people.is_listed[right]
    # A name that is in no list may be misspelt beyond recognition, where surname and contact are those of the other.
    misspelt = compared.at("last_name", SAME, "close") & compared.at("phone", SAME) & compared.at("email", SAME)
    first = compared.at("first_name", DIFFERENT) & (listed | ~(identified | misspelt))
    if people.lacks_phones:
        # The weights know what another name or birthday is worth where records are known by nothing else.
        first &= listed & ~identified
    gender = (people.gender[left] != people.gender[right]) & (people.gender[left] > 0) & (people.gender[right] > 0)
    same_name = compared.at("first_name", SAME) & compared.at("last_name", SAME)
    patronymic = compared.at("middle_name", DIFFERENT) & ~compared.at("birthday", SAME)
    birthday = compared.at("birthday", *_OTHER_DAY) & ~is_reachable(compared) & ~_lives_there(compared)
    if people.lacks_phones:
        birthday[:] = False
    unknown = ~compared.at("snils", SAME)
    return (
        Rule("first_name", N_("two different first names"), first),
        Rule("gender", N_("a man and a woman"), gender & ~same_name & unknown),
        Rule("middle_name", N_("two different patronymics"), patronymic & unknown),
        Rule("birthday", N_("two different birthdays, and neither phone nor mailbox in common"), birthday & unknown),
    )


def _identified(compared: Compared) -> Bools:
    """What is no name agrees so far that a name need not."""
    surname = compared.at("last_name", SAME, "close", "similar", "gender")
    place = compared.at("address", SAME, "close") | compared.at("postal_code", SAME) | compared.at("city", SAME)
    birthday = compared.at("birthday", SAME, "close")
    return np.asarray(compared.at("snils", SAME, "close") | (birthday & surname & place))


def _lives_there(compared: Compared) -> Bools:
    """Both names agree, and the address."""
    names = compared.at("first_name", SAME, "close", "diminutive") & compared.at("last_name", SAME, "close")
    return np.asarray(names & (compared.at("address", SAME, "close") | compared.at("snils", SAME, "close")))


def veto_companies(companies: Companies, compared: Compared) -> Bools:
    """Return which pairs cannot be one company card: those of which one of ``vetoes_of_companies`` holds."""
    return any_of(vetoes_of_companies(companies, compared), len(compared))


def vetoes_of_companies(companies: Companies, compared: Compared) -> tuple[Rule, ...]:
    """Return what keeps two company cards apart: two valid INN, or one INN with two KPP (branches)."""
    kpp_left, kpp_right = companies.kpp.codes[compared.left], companies.kpp.codes[compared.right]
    branches = (kpp_left != kpp_right) & (kpp_left != MISSING) & (kpp_right != MISSING)
    return (
        Rule("inn", N_("two different INN"), compared.at("inn", DIFFERENT)),
        Rule("kpp", N_("two different KPP: these are branches"), branches),
    )


def decide_people(people: People, scored: Scored, impossible: Bools, settings: DedupSettings) -> Decided:
    """Return the tier of every pair of people; ``impossible`` is what ``veto_people`` says of them."""
    return _tiers(scored, impossible, rules_of_people(people, scored), settings)


def rules_of_people(people: People, scored: Scored) -> Rules:
    """Return what has to be true of two people beside their probability, for a merge and for a question."""
    compared = scored.compared
    alone = _alone(people, compared)
    first_agrees = compared.at("first_name", SAME, "diminutive", "close")
    last_agrees = compared.at("last_name", SAME, "close")
    full_name = first_agrees & last_agrees
    # «И. Иванов» and «Иван Иванов», or a first name alone on a phone that nobody of another name uses.
    part_of_name = (compared.at("first_name", SAME, "diminutive") & compared.missing("last_name")) | (
        compared.at("last_name", SAME) & compared.at("first_name", "initial")
    )
    own_contact = compared.at("phone", SAME) | compared.at("email", SAME)
    switchboard = compared.at("phone", "shared") | compared.at("email", "shared")
    exact_name = compared.at("first_name", SAME) & compared.at("last_name", SAME)
    place = is_same_place(compared)
    same_day = compared.at("birthday", SAME)
    known = compared.at("birthday", SAME, "close") | compared.at("snils", SAME)
    # «Логинов Александра», «Логинова Александра»: a lost ending, where more than the family agrees.
    lost_ending = compared.at("last_name", "gender") & compared.at("first_name", SAME)
    one_person = compared.at("middle_name", SAME) | same_day
    other_day = compared.at("birthday", *_OTHER_DAY) & ~compared.at("snils", SAME)
    # Namesakes: a name alone is worth a question only where it has its patronymic and is rare.
    name_alone = is_name_alone(compared)
    rare = compared.at("middle_name", SAME) & (scored.probability >= RARE_NAME)
    lacks_phones = np.full(len(compared), people.lacks_phones)
    of_office = compared.at("company", "office") | (compared.at("company", SAME) & ~compared.at("phone", SAME))
    colleagues = of_office & compared.at("last_name", DIFFERENT)
    # What is somebody's own, and not of the office that they share.
    is_own = compared.at("email", SAME) | known | compared.at("middle_name", SAME)
    return Rules(
        merging=(
            Rule(
                "name_contact", N_("first and last name, and a phone or mailbox of their own"), full_name & own_contact
            ),
            Rule(
                "part_of_name",
                N_("a part of the name, and a phone or mailbox that is used under one name only"),
                part_of_name & own_contact & alone,
            ),
            Rule(
                "name_shared_contact",
                N_("first and last name letter by letter, and a phone or mailbox that several people use"),
                exact_name & switchboard & ~compared.at("company", DIFFERENT),
            ),
            Rule("name_birthday", N_("first and last name letter by letter, and the birthday"), exact_name & same_day),
            Rule(
                "name_address",
                N_("first and last name, the address, and the birthday or SNILS"),
                full_name & place & known,
            ),
            Rule(
                "document",
                N_("SNILS and a part of the name"),
                (first_agrees | last_agrees) & compared.at("snils", SAME),
            ),
            Rule(
                "lost_ending",
                N_("the name but for its gender ending, patronymic or birthday, and a phone or mailbox of their own"),
                lost_ending & one_person & own_contact,
            ),
        ),
        not_merging=(Rule("other_birthday", N_("the birthdays differ"), other_day),),
        asking=(
            Rule("first_name", N_("the first name agrees"), first_agrees),
            Rule("last_name", N_("the last name agrees"), last_agrees),
            Rule("initial", N_("the initial of the first name agrees"), compared.at("first_name", "initial")),
            Rule(
                "similar_name",
                N_("the first names are alike, and a phone or mailbox agrees"),
                compared.at("first_name", "similar") & is_reachable(compared),
            ),
            Rule(
                "nameless",
                N_("one of the two has no name, and the phone or mailbox is used under one name only"),
                _nameless(people, compared) & alone,
            ),
            Rule("identified", N_("SNILS agrees, or the birthday with last name and place"), _identified(compared)),
            Rule(
                "birthday",
                N_("the birthday agrees, and the address, phone or mailbox"),
                same_day & (place | own_contact),
            ),
            Rule("few_phones", N_("few people of the base have a phone: the probability alone decides"), lacks_phones),
        ),
        not_asking=(
            Rule(
                "name_alone",
                N_("nothing but names agrees, and not a rare name with its patronymic: these may be namesakes"),
                name_alone & ~rare & ~lacks_phones,
            ),
            Rule(
                "colleagues",
                N_("two last names behind the phone of an office: these may be colleagues"),
                colleagues & ~is_own & ~lacks_phones,
            ),
        ),
    )


def decide_companies(scored: Scored, impossible: Bools, settings: DedupSettings) -> Decided:
    """Return the tier of every pair of company records; ``impossible`` is what ``veto_companies`` says of them."""
    return _tiers(scored, impossible, rules_of_companies(scored), settings)


def rules_of_companies(scored: Scored) -> Rules:
    """Return what has to be true of two companies beside their probability, for a merge and for a question."""
    compared = scored.compared
    same_name = compared.at("company", SAME, "close")
    same_inn, same_phone = compared.at("inn", SAME), compared.at("phone", SAME)
    reachable = same_phone | compared.at("email", SAME, "domain")
    elsewhere = compared.at("city", DIFFERENT) | compared.at("phone", DIFFERENT)
    place = compared.at("address", SAME, "close") & ~compared.at("postal_code", DIFFERENT)
    # A name alone, and the same town, are no reason to ask: firms of one name are many.
    name_alone = ~(same_inn | reachable | place | compared.at("phone", "shared"))
    return Rules(
        merging=(
            Rule(
                "inn",
                N_("INN, and names that are not different or a phone, mailbox or domain"),
                same_inn & (reachable | ~compared.at("company", DIFFERENT)),
            ),
            # The branches of one company have its domain, but a mailbox each.
            Rule(
                "name_contact",
                N_("the name, and a phone, mailbox or address; neither city nor phone differs"),
                same_name & (same_phone | compared.at("email", SAME) | place) & ~elsewhere,
            ),
            Rule("name_phone", N_("the name and a phone of their own"), same_name & same_phone),
        ),
        not_merging=(),
        asking=(
            Rule("name", N_("the name agrees"), same_name),
            Rule("inn", N_("INN agrees"), same_inn),
            Rule(
                "part_of_name",
                N_("one name stands within the other, and a phone, mailbox, domain or address agrees"),
                compared.at("company", "part") & (reachable | place),
            ),
            # One house and one line: a firm may have been renamed, or go by two names.
            Rule(
                "address_phone",
                N_("address and phone agree: it may have two names"),
                place & compared.at("phone", SAME, "shared"),
            ),
        ),
        not_asking=(
            Rule("name_alone", N_("nothing but name and city agrees: firms of one name are many"), name_alone),
        ),
    )


def _tiers(scored: Scored, impossible: Bools, rules: Rules, settings: DedupSettings) -> Decided:
    size = len(scored.probability)
    sure = any_of(rules.merging, size) & ~any_of(rules.not_merging, size)
    askable = any_of(rules.asking, size) & ~any_of(rules.not_asking, size)
    tier = np.full(size, APART, dtype=np.uint8)
    tier[askable & (scored.probability >= settings.review_at)] = DOUBTFUL
    tier[sure & (scored.probability >= settings.merge_at)] = MERGED
    tier[impossible] = APART
    return Decided(scored, tier, impossible, np.zeros(size, dtype=np.uint8))


def _alone(people: People, compared: Compared) -> Bools:
    """The shared phone or mailbox is used under one name only."""
    by_phone, by_email = compared.shared["phone"], compared.shared["email"]
    return np.asarray(
        (np.append(people.phone.people, 2)[by_phone] == 1) | (np.append(people.email.people, 2)[by_email] == 1)
    )


def _nameless(people: People, compared: Compared) -> Bools:
    """One of the two has no name at all."""
    named = people.last.present | people.first.present
    return np.asarray(~(named[compared.left] & named[compared.right]))
