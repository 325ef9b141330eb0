import numpy as np
import pytest

from crmclean.core.settings import DedupSettings
from crmclean.matching.answers import Answers
from crmclean.matching.arrays import MISSING
from crmclean.matching.company_links import number_companies
from crmclean.matching.pipeline import match_companies
from tests.matching.people import companies_in, company, person

A, B, LINE, OTHER_LINE = "+79161112233", "+79262223344", "+78432001122", "+73832003344"
FIRM, INN, OTHER_INN = "ООО «Ромашка»", "7707083893", "7736207543"
HEAD_OFFICE, BRANCH = "770701001", "540602001"
Row = dict[str, str]


def numbered(rows: list[Row], clients: list[int] | None = None) -> list[int]:
    """Return the company of every row as the number of the first row that has it, ``MISSING`` where none.

    Args:
        clients: number of the client of each row, where it is known.
    """
    companies = companies_in(*rows)
    matched = match_companies(companies, DedupSettings(), Answers.none(len(companies)))
    person_of = None if clients is None else np.array(clients, dtype=np.int64)
    numbers = number_companies(companies, matched, person_of).tolist()
    return [number if number == MISSING else numbers.index(number) for number in numbers]


def employee(name: str, firm: str, inn: str = "", phone: str = "", **more: str) -> Row:
    return person(name, phone, **{"Компания": firm, "ИНН": inn, **more})


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param([person("Ким Анна", A), company(FIRM)], [MISSING, 1], id="who names no company has none"),
        pytest.param([employee("Ким Анна", FIRM, INN), employee("Лис Олег", "Ромашка", INN)], [0, 0], id="one INN"),
        pytest.param([employee("Ким Анна", FIRM, INN), employee("Лис Олег", FIRM, OTHER_INN)], [0, 1], id="two INN"),
        pytest.param([company(FIRM, INN), employee("Лис Олег", FIRM, INN)], [0, 0], id="a card and its employee"),
        pytest.param(
            [company(FIRM, INN, LINE), employee("Лис Олег", "Ромашка", "", LINE)], [0, 0], id="name and office line"
        ),
        pytest.param(
            [company(FIRM, INN, КПП=HEAD_OFFICE), company(FIRM, INN, КПП=BRANCH)], [0, 1], id="branches are two"
        ),
        pytest.param(
            [employee("Ким Анна", FIRM, INN), employee("Лис Олег", FIRM)], [0, 0], id="the only firm of that name"
        ),
        pytest.param(
            [employee("Ким Анна", FIRM, INN), employee("Бо Ян", FIRM, OTHER_INN), employee("Лис Олег", FIRM)],
            [0, 1, 2],
            id="one of two firms of that name, nobody knows which",
        ),
        pytest.param(
            [employee("Ким Анна", FIRM, INN, Город="Казань"), employee("Лис Олег", FIRM, Город="Пермь")],
            [0, 1],
            id="the only firm of that name is in another town",
        ),
        pytest.param([employee("Ким Анна", FIRM), employee("Лис Олег", "Ромашка")], [0, 0], id="two bare names"),
        pytest.param(
            [employee("Ким Анна", FIRM, Город="Казань"), employee("Лис Олег", FIRM, Город="Пермь")],
            [0, 1],
            id="two bare names, two towns",
        ),
        pytest.param(
            [
                employee("Ким Анна", FIRM, "", LINE, Город="Казань"),
                employee("Лис Олег", FIRM, "", OTHER_LINE, Город="Пермь"),
            ],
            [0, 1],
            id="one name, two office lines in two towns",
        ),
        pytest.param(
            [employee("Ким Анна", FIRM, "", A), employee("Лис Олег", FIRM, "", B)],
            [0, 0],
            id="two mobiles say nothing against one firm",
        ),
        pytest.param([company(FIRM), company(FIRM)], [0, 1], id="two cards of one name are two rows of the base"),
    ],
)
def test_what_the_records_say_themselves(rows: list[Row], expected: list[int]) -> None:
    assert numbered(rows) == expected


TWO_FIRMS = [
    employee("Ким Анна", FIRM, INN),
    employee("Лис Олег", FIRM, OTHER_INN),
    employee("Ким Анна", "Ромашка"),
    employee("Лис Олег", "Ромашка"),
]


def test_other_records_of_the_same_person_say_which_firm_of_that_name_it_is() -> None:
    assert numbered(TWO_FIRMS) == [0, 1, 2, 3]
    assert numbered(TWO_FIRMS, clients=[0, 1, 0, 1]) == [0, 1, 0, 1]


def test_a_person_with_two_firms_does_not_make_them_one() -> None:
    rows = [employee("Ким Анна", FIRM, INN), employee("Ким Анна", "ООО «Василёк»", OTHER_INN)]

    assert numbered(rows, clients=[0, 0]) == [0, 1]


def test_a_person_who_knows_both_inn_of_one_name_does_not_make_them_one() -> None:
    rows = [employee("Ким Анна", FIRM, INN), employee("Ким Анна", FIRM, OTHER_INN), employee("Ким Анна", FIRM)]

    numbers = numbered(rows, clients=[0, 0, 0])

    assert numbers[0] != numbers[1]
