"""From probabilities to the three tiers: merged by itself, put to a person, different.

A probability alone decides nothing. A veto keeps a pair apart whatever it weighs; a merge by itself needs evidence
of two kinds: the name, and a way to reach the client that is not used by many.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from crmclean.core.settings import DedupSettings
from crmclean.matching.arrays import MISSING, Bools, Levels
from crmclean.matching.comparing import Compared
from crmclean.matching.model import DIFFERENT, SAME
from crmclean.matching.records import Companies, People
from crmclean.matching.scoring import Scored

MERGED: Final = 2
DOUBTFUL: Final = 1
APART: Final = 0

RARE_NAME: Final = 0.95
"""From this probability on two records are put to a person although only their names agree."""


@dataclass(frozen=True)
class Decided:
    """Scored pairs with their tier.

    Attributes:
        tier: ``MERGED``, ``DOUBTFUL`` or ``APART`` per pair.
        impossible: pairs that a veto keeps apart.
    """

    scored: Scored
    tier: Levels
    impossible: Bools


def veto_people(people: People, compared: Compared) -> Bools:
    """Return which pairs cannot be one person.

    Two given names that are neither spellings, diminutives nor initials of one another; two patronymics; a man
    and a woman. A birthday that agrees outweighs a patronymic that does not.
    """
    left, right = compared.left, compared.right
    gender = (people.gender[left] != people.gender[right]) & (people.gender[left] > 0) & (people.gender[right] > 0)
    same_name = compared.at("first_name", SAME) & compared.at("last_name", SAME)
    patronymic = compared.at("middle_name", DIFFERENT) & ~compared.at("birthday", SAME)
    birthday = compared.at("birthday", DIFFERENT) & ~_reachable(compared)
    return np.asarray(compared.at("first_name", DIFFERENT) | (gender & ~same_name) | patronymic | birthday)


def veto_companies(companies: Companies, compared: Compared) -> Bools:
    """Return which pairs cannot be one company card: two valid INN, or one INN with two KPP (branches)."""
    kpp_left, kpp_right = companies.kpp.codes[compared.left], companies.kpp.codes[compared.right]
    branches = (kpp_left != kpp_right) & (kpp_left != MISSING) & (kpp_right != MISSING)
    return np.asarray(compared.at("inn", DIFFERENT) | branches)


def decide_people(people: People, scored: Scored, impossible: Bools, settings: DedupSettings) -> Decided:
    """Return the tier of every pair of people; ``impossible`` is what ``veto_people`` says of them."""
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
    sure = (full_name & own_contact) | (part_of_name & own_contact & alone)
    sure |= exact_name & switchboard & ~compared.at("company", DIFFERENT)
    sure |= exact_name & compared.at("birthday", SAME)
    # «Логинов Александра», «Логинова Александра»: a lost ending, where more than the family agrees.
    one_person = compared.at("middle_name", SAME) | compared.at("birthday", SAME)
    sure |= compared.at("last_name", "gender") & compared.at("first_name", SAME) & one_person & own_contact
    sure &= ~compared.at("birthday", DIFFERENT)
    askable = first_agrees | last_agrees | compared.at("first_name", "initial") | (_nameless(people, compared) & alone)
    # Namesakes: a name alone is worth a question only where it has its patronymic and is rare.
    name_alone = ~_reachable(compared) & ~compared.at("birthday", SAME, "close") & ~compared.at("company", SAME)
    askable &= ~name_alone | (compared.at("middle_name", SAME) & (scored.probability >= RARE_NAME))
    return _tiers(scored, impossible, sure, askable, settings)


def decide_companies(scored: Scored, impossible: Bools, settings: DedupSettings) -> Decided:
    """Return the tier of every pair of company records; ``impossible`` is what ``veto_companies`` says of them."""
    compared = scored.compared
    same_name = compared.at("company", SAME, "close")
    reachable = compared.at("phone", SAME) | compared.at("email", SAME, "domain")
    sure = compared.at("inn", SAME) & (reachable | ~compared.at("company", DIFFERENT))
    sure |= same_name & reachable & ~compared.at("city", DIFFERENT)
    askable = same_name | compared.at("inn", SAME)
    return _tiers(scored, impossible, sure, askable, settings)


def _tiers(scored: Scored, impossible: Bools, sure: Bools, askable: Bools, settings: DedupSettings) -> Decided:
    tier = np.full(len(scored.probability), APART, dtype=np.uint8)
    tier[askable & (scored.probability >= settings.review_at)] = DOUBTFUL
    tier[sure & (scored.probability >= settings.merge_at)] = MERGED
    tier[impossible] = APART
    return Decided(scored, tier, impossible)


def _reachable(compared: Compared) -> Bools:
    return compared.at("phone", SAME, "shared") | compared.at("email", SAME, "shared")


def _alone(people: People, compared: Compared) -> Bools:
    """The shared phone or mailbox is used under one name only."""
    by_phone = people.phone.shared(compared.left, compared.right)
    by_email = people.email.shared(compared.left, compared.right)
    return np.asarray(
        (np.append(people.phone.people, 2)[by_phone] == 1) | (np.append(people.email.people, 2)[by_email] == 1)
    )


def _nameless(people: People, compared: Compared) -> Bools:
    """One of the two has no name at all."""
    named = people.last.present | people.first.present
    return np.asarray(~(named[compared.left] & named[compared.right]))
