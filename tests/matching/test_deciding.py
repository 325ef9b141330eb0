from dataclasses import replace

import numpy as np
import pytest

from crmclean.core.settings import DedupSettings
from crmclean.matching.comparing import compare_companies, compare_people
from crmclean.matching.deciding import (
    TIER_NAMES,
    Rule,
    any_of,
    decide_companies,
    decide_people,
    rules_of_companies,
    rules_of_people,
    vetoes_of_companies,
    vetoes_of_people,
)
from crmclean.matching.levels import Compared
from crmclean.matching.scoring import Scored, prior_weights, score
from tests.matching.people import companies_in, company, people_in, person

A, B, LINE, OTHER_LINE = "+79161112233", "+79262223344", "+78432001122", "+73832003344"
MAILBOX, INFO = "s.ivanov@example.ru", "info@example.ru"
IVANOV = "Иванов Сергей Петрович"
FIRM, INN, OTHER_INN = "ООО «Ромашка»", "7707083893", "7736207543"
HEAD_OFFICE, BRANCH = "770701001", "540602001"
FIRST, SECOND = np.array([0]), np.array([1])
Row = dict[str, str]

OTHERS = (person("Лис Вера Ильинична", "+79000000001", INFO), person("Жуков Пётр Ильич", "+79000000002", INFO))
"""Two more people, so that the base is one in which people have phones."""


def born(name: str, day: str, phone: str = "", email: str = "") -> Row:
    return person(name, phone, email, **{"Дата рождения": day})


def names_of(rules: tuple[Rule, ...]) -> set[str]:
    """Return the codes of the rules that hold for the one pair that they are about."""
    return {rule.code for rule in rules if rule.holds.item()}


def sure(compared: Compared, records: int, probability: float) -> Scored:
    """Return one pair as if the weights had given it this probability."""
    scored = score(compared, prior_weights(compared.comparisons), records, np.zeros(1, dtype=np.bool_))
    return replace(scored, probability=np.array([probability]))


@pytest.mark.parametrize(
    ("one", "other", "vetoes"),
    [
        pytest.param(person(IVANOV, A), person("Иванов Сергей", A), set(), id="nothing against it"),
        pytest.param(person("Иванов С.", A), person(IVANOV, A), set(), id="initial"),
        pytest.param(person("Дзюбенко Саша", A), person("Дзюбенко Александр", A), set(), id="diminutive"),
        pytest.param(person("Петрова Анна", A), person("Ким Анна", A), set(), id="another surname"),
        pytest.param(person("Петров Иван", A), person("Петров Илья", A), {"first_name"}, id="two first names"),
        pytest.param(person("Петрова Анна", A), person("Петров Игорь", A), {"first_name", "gender"}, id="spouses"),
        pytest.param(
            person("Петрова Евгения", A), person("Петров Евгений", A), {"first_name", "gender"}, id="of one name"
        ),
        pytest.param(person("Петрова", A), person("Петров", A), {"gender"}, id="surnames of a man and a woman"),
        pytest.param(
            person("Иванов Сергей Иванович", A),
            person("Иванов Иван Сергеевич", A),
            {"first_name", "middle_name"},
            id="father and son",
        ),
        pytest.param(
            person("Иванов Иван Иванович", A), person("Иванов Иван Петрович", A), {"middle_name"}, id="two patronymics"
        ),
        pytest.param(
            born(IVANOV, "01.02.1960", A), born(IVANOV, "05.06.1988", B), {"birthday"}, id="born a generation apart"
        ),
        pytest.param(
            born(IVANOV, "01.02.1960", A), born(IVANOV, "05.06.1988", A), set(), id="two birthdays, but one phone"
        ),
        pytest.param(born(IVANOV, "01.02.1960", A), born(IVANOV, "02.01.1960", B), set(), id="day and month swapped"),
    ],
)
def test_what_keeps_two_people_apart(one: Row, other: Row, vetoes: set[str]) -> None:
    people = people_in(one, other, *OTHERS)
    compared = compare_people(people, FIRST, SECOND)

    assert names_of(vetoes_of_people(people, compared)) == vetoes


@pytest.mark.parametrize(
    ("one", "other", "evidence"),
    [
        pytest.param(person(IVANOV, A), person("Иванов Сергей", A), {"name_contact"}, id="name and own phone"),
        pytest.param(
            person("Ивонов Сергей", "", MAILBOX), person("Иванов Серёжа", "", MAILBOX), {"name_contact"}, id="mailbox"
        ),
        pytest.param(person("- Сергей", A), person(IVANOV, A), {"part_of_name"}, id="a first name and a phone"),
        pytest.param(person("Иванов С.", A), person(IVANOV, A), {"part_of_name"}, id="an initial and a phone"),
        pytest.param(
            person(IVANOV, "", INFO), person(IVANOV, "", INFO), {"name_shared_contact"}, id="full name and info@"
        ),
        pytest.param(person("Ивонов Сергей", "", INFO), person(IVANOV, "", INFO), set(), id="typo in the name, info@"),
        pytest.param(
            person(IVANOV, "", INFO, Компания=FIRM),
            person(IVANOV, "", INFO, Компания="ООО «Василёк»"),
            set(),
            id="full name and info@, two firms",
        ),
        pytest.param(
            born(IVANOV, "01.02.1960", A), born(IVANOV, "01.02.1960", B), {"name_birthday"}, id="name and birthday"
        ),
        pytest.param(person(IVANOV, A), person(IVANOV, B), set(), id="a name alone"),
        pytest.param(person("Петрова Анна", A), person("Ким Анна", A), set(), id="another surname, one phone"),
        pytest.param(person("", A), person(IVANOV, A), set(), id="a phone alone"),
        pytest.param(
            person("Петрова Анна Ильинична", A),
            person("Петров Анна Ильинична", A),
            {"lost_ending"},
            id="ending lost, patronymic and phone",
        ),
    ],
)
def test_what_is_enough_for_a_merge_of_two_people(one: Row, other: Row, evidence: set[str]) -> None:
    people = people_in(one, other, *OTHERS)
    rules = rules_of_people(people, sure(compare_people(people, FIRST, SECOND), len(people), 0.99))

    assert names_of(rules.merging) == evidence


def test_a_first_name_on_a_phone_of_two_names_is_not_enough() -> None:
    people = people_in(person("- Сергей", A), person(IVANOV, A), person("Петров Сергей", A), *OTHERS)

    rules = rules_of_people(people, sure(compare_people(people, FIRST, SECOND), len(people), 0.99))

    assert "part_of_name" not in names_of(rules.merging)


@pytest.mark.parametrize(
    ("one", "other", "probability", "tier"),
    [
        pytest.param(person(IVANOV, A), person(IVANOV, A), 0.99, "merged", id="name and phone"),
        pytest.param(person(IVANOV, A), person(IVANOV, A), 0.94, "doubtful", id="not sure enough for a merge"),
        pytest.param(person(IVANOV, A), person(IVANOV, A), 0.49, "apart", id="not likely enough for a question"),
        pytest.param(person("Петрова Анна", A), person("Ким Анна", A), 0.99, "doubtful", id="another surname"),
        pytest.param(person("Петров Иван", A), person("Петров Илья", A), 1.0, "apart", id="veto, however sure"),
        pytest.param(born(IVANOV, "01.02.1960", A), born(IVANOV, "05.06.1988", A), 1.0, "doubtful", id="two birthdays"),
        pytest.param(person("Иванов Сергей", A), person("Иванов Сергей", B), 0.9, "apart", id="namesakes"),
        pytest.param(person(IVANOV, A), person(IVANOV, B), 0.96, "doubtful", id="a rare name with its patronymic"),
        pytest.param(person("", A), person(IVANOV, A), 0.9, "doubtful", id="one has no name"),
    ],
)
def test_the_tier_of_two_people(one: Row, other: Row, probability: float, tier: str) -> None:
    people = people_in(one, other, *OTHERS)
    compared = compare_people(people, FIRST, SECOND)
    impossible = any_of(vetoes_of_people(people, compared), 1)

    decided = decide_people(people, sure(compared, len(people), probability), impossible, DedupSettings())

    assert TIER_NAMES[decided.tier.item()] == tier


def test_the_settings_say_from_where_on_a_pair_is_merged_or_asked_about() -> None:
    people = people_in(person(IVANOV, A), person(IVANOV, A), *OTHERS)
    scored = sure(compare_people(people, FIRST, SECOND), len(people), 0.9)
    possible = np.zeros(1, dtype=np.bool_)

    for settings, tier in (
        (DedupSettings(merge_at=0.9), "merged"),
        (DedupSettings(review_at=0.9), "doubtful"),
        (DedupSettings(review_at=0.91), "apart"),
    ):
        assert TIER_NAMES[decide_people(people, scored, possible, settings).tier.item()] == tier


def test_two_surnames_behind_the_line_of_an_office_are_no_question() -> None:
    rows = [person(name, LINE, Компания=FIRM) for name in ("Иванов Сергей", "Ким Сергей")]
    people = people_in(*rows, *OTHERS, companies=[0, 0, -1, -1])

    rules = rules_of_people(people, sure(compare_people(people, FIRST, SECOND), len(people), 0.9))

    assert names_of(rules.not_asking) == {"colleagues"}


@pytest.mark.parametrize(
    ("one", "other", "vetoes"),
    [
        pytest.param(company(FIRM, INN), company("Ромашка", INN), set(), id="one INN"),
        pytest.param(company(FIRM, INN), company(FIRM), set(), id="INN missing"),
        pytest.param(company(FIRM, INN), company(FIRM, "7707083983"), set(), id="INN damaged"),
        pytest.param(company(FIRM, INN), company(FIRM, OTHER_INN), {"inn"}, id="two INN"),
        pytest.param(company(FIRM, INN, КПП=HEAD_OFFICE), company(FIRM, INN, КПП=BRANCH), {"kpp"}, id="branches"),
        pytest.param(company(FIRM, INN, КПП=HEAD_OFFICE), company(FIRM, INN), set(), id="KPP of one"),
    ],
)
def test_what_keeps_two_companies_apart(one: Row, other: Row, vetoes: set[str]) -> None:
    companies = companies_in(one, other)
    compared = compare_companies(companies, FIRST, SECOND)

    assert names_of(vetoes_of_companies(companies, compared)) == vetoes


@pytest.mark.parametrize(
    ("one", "other", "evidence"),
    [
        pytest.param(company(FIRM, INN), company("Ромашка, ООО", INN), {"inn"}, id="name and INN"),
        pytest.param(company(FIRM, INN, LINE), company("ООО «СТМ»", INN, LINE), {"inn"}, id="INN and phone"),
        pytest.param(company(FIRM, INN), company("ООО «СТМ»", INN), set(), id="INN alone, two names"),
        pytest.param(
            company(FIRM, "", LINE), company("Ромашка", "", LINE), {"name_contact", "name_phone"}, id="name and phone"
        ),
        pytest.param(
            company(FIRM, "", "", "info@romashka.example"),
            company("Ромашка", "", "", "info@romashka.example"),
            {"name_contact"},
            id="name and mailbox",
        ),
        pytest.param(
            company(FIRM, "", "", "info@romashka.example", Город="Казань"),
            company(FIRM, "", "", "info@romashka.example", Город="Пермь"),
            set(),
            id="name and mailbox, two towns",
        ),
        pytest.param(company(FIRM, Город="Казань"), company(FIRM, Город="Казань"), set(), id="name and town"),
        pytest.param(company(FIRM, "", LINE), company("ООО «СТМ»", "", LINE), set(), id="a phone alone"),
    ],
)
def test_what_is_enough_for_a_merge_of_two_companies(one: Row, other: Row, evidence: set[str]) -> None:
    companies = companies_in(one, other)

    rules = rules_of_companies(sure(compare_companies(companies, FIRST, SECOND), len(companies), 0.99))

    assert names_of(rules.merging) == evidence


@pytest.mark.parametrize(
    ("one", "other", "tier"),
    [
        pytest.param(company(FIRM, "", LINE), company("Ромашка", "", LINE), "merged", id="name and phone"),
        pytest.param(company(FIRM, "", LINE), company("Ромашка Плюс", "", LINE), "doubtful", id="part of the name"),
        pytest.param(company(FIRM, INN), company("ООО «СТМ»", INN), "doubtful", id="INN alone, two names"),
        pytest.param(company(FIRM), company(FIRM), "apart", id="a name alone"),
        pytest.param(company(FIRM, "", LINE), company("ООО «СТМ»", "", LINE), "apart", id="a phone alone"),
        pytest.param(company(FIRM, INN, LINE), company(FIRM, OTHER_INN, LINE), "apart", id="two INN"),
    ],
)
def test_the_tier_of_two_companies_of_which_the_weights_are_sure(one: Row, other: Row, tier: str) -> None:
    companies = companies_in(one, other)
    compared = compare_companies(companies, FIRST, SECOND)
    impossible = any_of(vetoes_of_companies(companies, compared), 1)

    decided = decide_companies(sure(compared, len(companies), 0.99), impossible, DedupSettings())

    assert TIER_NAMES[decided.tier.item()] == tier
