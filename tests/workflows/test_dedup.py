import itertools
import random
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmclean.core.errors import UsageError
from crmclean.core.settings import DedupSettings
from crmclean.core.step import Outcome
from crmclean.core.table import Column, Origin, Table
from crmclean.history.decisions import Decision, answers_frame
from crmclean.matching.assigning import CLUSTER_COLUMNS
from crmclean.workflows.client_ids import add_client_ids
from crmclean.workflows.dedup import apply_clusters, dedup
from tests.matching.people import HEADINGS, company, contacts, person

A, B, C = "+79161112233", "+79262223344", "+79033334455"
LINE, OTHER_LINE = "+78432001122", "+73832003344"
MAILBOX, OFFICE_MAILBOX = "s.ivanov@example.ru", "info@example.ru"
IVANOV = "Иванов Сергей Петрович"
FIRM = "ООО «Ромашка»"
INN, OTHER_INN = "7707083893", "7736207543"
HEAD_OFFICE, BRANCH = "770701001", "540602001"
COLLEAGUES = ["Иванов Сергей", "Петрова Анна", "Ким Олег", "Дзюбенко Мария"]
Row = dict[str, str]


def run(*rows: Row) -> Outcome:
    return dedup(contacts(*rows), DedupSettings())


def clusters_of(*rows: Row) -> pd.DataFrame:
    return run(*rows).tables["clusters"]


def tier_in(clusters: pd.DataFrame) -> str:
    if clusters["cluster_id"].nunique() == 1:
        return "merged"
    return "doubtful" if clusters["likely_id"].nunique() == 1 else "apart"


def tier(*rows: Row) -> str:
    """Return what becomes of two records."""
    return tier_in(clusters_of(*rows))


def born(name: str, day: str, phone: str = "") -> Row:
    return person(name, phone, **{"Дата рождения": day})


SPELLINGS = {
    "the very same": (IVANOV, IVANOV),
    "neighbour key in the surname": (IVANOV, "Ивпнов Сергей Петрович"),
    "swapped letters in the surname": (IVANOV, "Иавнов Сергей Петрович"),
    "missing letter in the surname": (IVANOV, "Ивнов Сергей Петрович"),
    "doubled letter in the surname": (IVANOV, "Иваннов Сергей Петрович"),
    "neighbour key in the first name": (IVANOV, "Иванов Сепгей Петрович"),
    "swapped letters in the first name": (IVANOV, "Иванов Сегрей Петрович"),
    "missing letter in the first name": (IVANOV, "Иванов Серей Петрович"),
    "doubled letter in the first name": (IVANOV, "Иванов Серргей Петрович"),
    "neighbour key in the patronymic": (IVANOV, "Иванов Сергей Петровмч"),
    "swapped letters in the patronymic": (IVANOV, "Иванов Сергей Пертович"),
    "missing letter in the patronymic": (IVANOV, "Иванов Сергей Перович"),
    "doubled letter in the patronymic": (IVANOV, "Иванов Сергей Петтрович"),
    "typo, no patronymic": (IVANOV, "Ивонов Сергей"),
    "ё and case": ("Королёв Пётр", "королев петр"),
    "ё in every part": ("Семёнов Фёдор Артёмович", "СЕМЕНОВ ФЕДОР АРТЕМОВИЧ"),
    "one Latin look-alike": ("Колесник Олег", "Колеcник Олег"),
    "several Latin look-alikes": ("Ванко Нина", "Baнкo Hинa"),
    "transliteration BGN": ("Щербаков Юрий", "Shcherbakov Yuriy"),
    "transliteration of passports": ("Щербаков Юрий", "Shcherbakov Iurii"),
    "transliteration by ear": ("Щербаков Юрий", "Scherbakov Yury"),
    "two systems of transliteration": ("Shcherbakov Iurii", "Scherbakov Yury"),
    "transliteration of х": ("Хабибуллин Айдар", "Khabibullin Aydar"),
    "transliteration of кс": ("Филиппова Ксения", "Filippova Xenia"),
    "transliteration of е": ("Жуков Евгений", "Zhukov Yevgeniy"),
    "diminutive of both genders, man": ("Дзюбенко Александр", "Дзюбенко Саша"),
    "diminutive of both genders, woman": ("Дзюбенко Евгения", "Дзюбенко Женя"),
    "diminutive of other letters": ("Дзюбенко Дмитрий", "Дзюбенко Митя"),
    "two diminutives": ("Дзюбенко Дима", "Дзюбенко Митя"),
    "diminutive in Latin": ("Дзюбенко Екатерина", "Dzyubenko Katya"),
    "initials": (IVANOV, "Иванов С. П."),
    "one initial": ("Иванов Сергей", "Иванов С."),
    "swapped name columns": ("Дзюбенко Анна", "Анна Дзюбенко"),
    "only a first name": ("Иванов Сергей", "- Сергей"),
    "only a first name, twice": ("- Сергей", "- Сергей"),
}
"""One person: two spellings of the name."""


@pytest.mark.parametrize(("one", "other"), SPELLINGS.values(), ids=list(SPELLINGS))
def test_one_name_in_two_spellings_on_one_phone_is_merged(one: str, other: str) -> None:
    assert tier(person(one, A), person(other, A)) == "merged"


FAMILIES = {
    "spouses": ("Петрова Анна", "Петров Игорь"),
    "spouses with patronymics": ("Петрова Анна Ильинична", "Петров Игорь Олегович"),
    "mother and daughter": ("Петрова Анна Ильинична", "Петрова Мария Игоревна"),
    "mother and daughter of one name": ("Петрова Анна Ильинична", "Петрова Анна Игоревна"),
    "father and child": ("Петров Игорь Олегович", "Петрова Мария Игоревна"),
    "brothers": ("Петров Иван Игоревич", "Петров Илья Игоревич"),
    "father and son": ("Иванов Сергей Иванович", "Иванов Иван Сергеевич"),
    "son and father": ("Иванов Иван Сергеевич", "Иванов Сергей Иванович"),
    "father and son of one first name": ("Иванов Иван Петрович", "Иванов Иван Иванович"),
    "sisters, two names a letter apart": ("Мариина Мария", "Мариина Марина"),
}
"""Two people of one family: never one client."""


@pytest.mark.parametrize(
    "contact",
    [{"phone": A}, {"email": "family@example.ru"}, {"phone": A, "email": "family@example.ru"}],
    ids=["phone", "mailbox", "both"],
)
@pytest.mark.parametrize(("one", "other"), FAMILIES.values(), ids=list(FAMILIES))
def test_a_family_is_linked_and_not_merged(one: str, other: str, contact: Row) -> None:
    clusters = clusters_of(person(one, **contact), person(other, **contact), person("Ким Олег", B))

    assert clusters["likely_id"].nunique() == 3
    assert clusters["household_id"].iloc[0] == clusters["household_id"].iloc[1] != ""
    assert clusters["household_id"].iloc[2] == ""


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        pytest.param(person(IVANOV, A), person(IVANOV, "8 (916) 111-22-33"), "merged", id="phone in another spelling"),
        pytest.param(person(IVANOV, A), person(IVANOV, "916 111 22 33"), "merged", id="phone without its 8"),
        pytest.param(
            person(IVANOV, A), {**person("Иванов Сергей"), "Телефон 2": A}, "merged", id="phone in another column"
        ),
        pytest.param(person(IVANOV, A), person(IVANOV, f"{B}, {A}"), "merged", id="second phone in the cell"),
        pytest.param(
            {**person(IVANOV, A), "Телефон 2": B}, person("Иванов Сергей", B), "merged", id="second phone alone"
        ),
        pytest.param(
            person(IVANOV, A, MAILBOX),
            person("Иванов Сергей", B, "S.Ivanov@Example.ru"),
            "merged",
            id="new phone, same mailbox",
        ),
        pytest.param(
            person("Юсупова Жанна", "", MAILBOX),
            person("Yusupova Zhanna", B, MAILBOX),
            "merged",
            id="new phone, same mailbox, transliterated",
        ),
        pytest.param(
            person("Дзюбенко Михаил", "", MAILBOX),
            person("Дзюбенко Миша", B, MAILBOX),
            "merged",
            id="new phone, same mailbox, diminutive",
        ),
        pytest.param(person(IVANOV, A), {"Фамилия": IVANOV, "Телефон": A}, "merged", id="ФИО in the surname column"),
        pytest.param(person(IVANOV, A), {"Имя": IVANOV, "Телефон": A}, "merged", id="ФИО in the first-name column"),
        pytest.param(
            person(IVANOV, A),
            {"Имя": "Сергей Петрович Иванов", "Телефон": A},
            "merged",
            id="ИОФ in the first-name column",
        ),
        pytest.param(
            person(IVANOV, A), {"Фамилия": "Иванов С.П.", "Телефон": A}, "merged", id="initials in the surname column"
        ),
        pytest.param(
            person("Петрова Анна Ильинична", A), person("Ким Анна Ильинична", A), "doubtful", id="maiden name"
        ),
        pytest.param(
            person("Петрова Анна", A), person("Ким Анна", A), "doubtful", id="maiden name without a patronymic"
        ),
        pytest.param(
            person("Петрова Анна", "", "anna@example.ru"),
            person("Ким Анна", "", "anna@example.ru"),
            "doubtful",
            id="maiden name, mailbox",
        ),
        pytest.param(
            born("Петрова Анна Ильинична", "03.04.1985", A),
            born("Ким Анна Ильинична", "03.04.1985", A),
            "doubtful",
            id="maiden name, birthday",
        ),
        pytest.param(
            born("Иванов Иван Иванович", "01.02.1960", A),
            born("Иванов Иван Иванович", "05.06.1988", A),
            "doubtful",
            id="one ФИО and phone, two birthdays",
        ),
        pytest.param(person("Ким Анна", A), person("Петров Игорь", A), "apart", id="couple of two surnames"),
        pytest.param(
            person("Петрова Александра", A), person("Петров Александр", A), "apart", id="spouses of one given name"
        ),
        pytest.param(
            person("Петрова Евгения", A), person("Петров Евгений", A), "apart", id="spouses, Евгения and Евгений"
        ),
        pytest.param(
            person("Иванов Сергей", A, Город="Казань"),
            person("Иванов Сергей", B, Город="Казань"),
            "apart",
            id="namesakes in one city",
        ),
        pytest.param(
            person("Иванов Сергей", Город="Казань"),
            person("Иванов Сергей", Город="Казань"),
            "apart",
            id="namesakes of whom nothing else is known",
        ),
        pytest.param(
            person("Иванов Сергей", "+79999999999"), person("Петров Сергей", "+79999999999"), "apart", id="filler"
        ),
        pytest.param(
            person("Иванов Сергей", "+79999999999"),
            person("Иванов Сергей", "+79999999999"),
            "apart",
            id="filler phone, namesakes",
        ),
        pytest.param(
            person("Иванов Сергей", "0000000000"), person("Иванов Сергей", "0000000000"), "apart", id="filler of zeros"
        ),
        pytest.param(
            person("Клиент", email="test@test.ru"), person("Клиент", email="test@test.ru"), "apart", id="test"
        ),
        pytest.param(
            person("Иванов Сергей", email="test@test.ru"),
            person("Иванов Сергей", email="test@test.ru"),
            "apart",
            id="filler mailbox, namesakes",
        ),
        pytest.param(person("Клиент", A), person("Клиент", B), "apart", id="filler name"),
        pytest.param(person("Иванов Сергей", A), person("Абдуллаев Рашид", A), "apart", id="reissued SIM"),
        pytest.param(
            person("Иванова Анна Олеговна", A), person("Ким Вера Павловна", A), "apart", id="reissued SIM, two women"
        ),
        pytest.param(
            person("Абрамов Сергей Ильич", A),
            person("Дзюбенко Сергей Олегович", A),
            "apart",
            id="reissued SIM, one given name",
        ),
    ],
)
def test_people(one: Row, other: Row, expected: str) -> None:
    assert tier(one, other) == expected


FIRM_NAMES = {
    "legal form behind": (FIRM, "Ромашка, ООО"),
    "another legal form": (FIRM, "АО «Ромашка»"),
    "legal form in full": (FIRM, 'Общество с ограниченной ответственностью "Ромашка"'),
    "legal form left out": (FIRM, "Ромашка"),
    "straight quotes and capitals": (FIRM, 'ООО "РОМАШКА"'),
    "low quotes": (FIRM, "ООО „Ромашка“"),
    "abbreviation of the trading house": ("ООО «Торговый дом Ромашка»", "ТД Ромашка"),
    "missing letter": ("ООО «Стройсервис»", "ООО «Стройсрвис»"),
    "missing letter in a short name": (FIRM, "ООО «Ромшка»"),
    "swapped letters": ("ООО «Стройсервис»", "ООО «Стройсеврис»"),
}
"""One company: two spellings of the name."""


@pytest.mark.parametrize("known_by", [{"phone": LINE}, {"inn": INN}], ids=["phone", "INN"])
@pytest.mark.parametrize(("one", "other"), FIRM_NAMES.values(), ids=list(FIRM_NAMES))
def test_one_company_in_two_spellings_is_merged(one: str, other: str, known_by: Row) -> None:
    assert tier(company(one, **known_by), company(other, **known_by)) == "merged"


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        pytest.param(company(FIRM, INN, A), company("Ромашка", "", A), "merged", id="INN missing, same phone"),
        pytest.param(
            company(FIRM, INN, "", "info@romashka.example"),
            company("Ромашка", "", "", "info@romashka.example"),
            "merged",
            id="INN missing, same mailbox",
        ),
        pytest.param(
            company(FIRM, INN, LINE), company(FIRM, "7707083983", LINE), "merged", id="two digits of the INN swapped"
        ),
        pytest.param(company(FIRM, INN, LINE), company(FIRM, "770708389", LINE), "merged", id="last digit cut off"),
        pytest.param(company(FIRM, INN, LINE), company(FIRM, "7,70708E+09", LINE), "merged", id="INN as Excel has it"),
        pytest.param(company(FIRM, INN), company(FIRM, f"{INN}.0"), "merged", id="INN as a float"),
        pytest.param(
            company("ООО «Медуза»", "0274062111"), company("Медуза ООО", "274062111"), "merged", id="lost zero"
        ),
        pytest.param(company(FIRM, INN, КПП=HEAD_OFFICE), company(FIRM, INN), "merged", id="KPP known of one"),
        pytest.param(company(FIRM, INN), company(FIRM, OTHER_INN), "apart", id="two valid INN"),
        pytest.param(company(FIRM, INN, LINE), company(FIRM, OTHER_INN, LINE), "apart", id="two INN, one phone"),
        pytest.param(
            company(FIRM, INN, LINE, OFFICE_MAILBOX, Город="Казань"),
            company(FIRM, OTHER_INN, LINE, OFFICE_MAILBOX, Город="Казань"),
            "apart",
            id="two INN, everything else the same",
        ),
        pytest.param(company(FIRM, INN, КПП=HEAD_OFFICE), company(FIRM, INN, КПП=BRANCH), "apart", id="branches"),
        pytest.param(
            company(FIRM, INN, LINE, КПП=HEAD_OFFICE),
            company(FIRM, INN, LINE, КПП=BRANCH),
            "apart",
            id="branches with one phone",
        ),
        pytest.param(company("Аптека № 5", "", LINE), company("Аптека № 6", "", LINE), "apart", id="numbers matter"),
        pytest.param(company(FIRM, Город="Казань"), company(FIRM, Город="Казань"), "apart", id="name and city alone"),
        pytest.param(
            company(FIRM, "", LINE, Город="Казань"),
            company(FIRM, "", OTHER_LINE, Город="Новосибирск"),
            "apart",
            id="one name in two towns",
        ),
        pytest.param(
            company(FIRM, "", LINE), company("ООО «Стройсервис»", "", LINE), "apart", id="two firms behind one line"
        ),
        pytest.param(company(FIRM, "0000000000"), company("ООО «Стройсервис»", "0000000000"), "apart", id="filler INN"),
        pytest.param(company("Частное лицо"), company("Частное лицо"), "apart", id="filler name"),
        pytest.param(
            company(FIRM, INN, LINE), {**person("Петрова Анна", LINE), "Компания": ""}, "apart", id="card and employee"
        ),
        pytest.param(
            company(FIRM, "", LINE, "anna@romashka.example"),
            person("Петрова Анна", LINE, "anna@romashka.example", Компания=FIRM),
            "apart",
            id="card with the mailbox of an employee",
        ),
        pytest.param(
            {"ИНН": INN, "Телефон": LINE},
            person("Петрова Анна", LINE, ИНН=INN),
            "apart",
            id="card without a name and employee",
        ),
    ],
)
def test_companies(one: Row, other: Row, expected: str) -> None:
    assert tier(one, other) == expected


@pytest.mark.parametrize("contact", [{"phone": A}, {"email": "x@example.ru"}], ids=["phone", "mailbox"])
def test_a_shared_contact_alone_never_merges_two_people(contact: Row) -> None:
    outcome = run(*(person(name, **contact) for name in [*COLLEAGUES, ""]))

    assert outcome.figures["merged"] == 0


def test_colleagues_behind_a_reception_phone_stay_apart_and_the_phone_is_reported() -> None:
    names = [*COLLEAGUES, "Петрова Инна"]

    outcome = run(*(person(name, A, Компания=FIRM) for name in names))

    assert outcome.figures["merged"] == 0
    assert outcome.tables["shared"].values.tolist() == [["phone", A, 5, 5]]
    assert outcome.findings["code"].tolist() == ["shared-phone"]


@pytest.mark.parametrize(
    "contact",
    [{"phone": LINE}, {"email": OFFICE_MAILBOX}, {"phone": LINE, "email": OFFICE_MAILBOX}],
    ids=["reception", "info@", "both"],
)
@pytest.mark.parametrize("named", ["own first names", "one first name"])
def test_colleagues_are_of_one_company_and_no_two_are_merged(contact: Row, named: str) -> None:
    names = COLLEAGUES if named == "own first names" else [f"{name.split()[0]} Инна" for name in COLLEAGUES]

    outcome = run(*(person(name, Компания=FIRM, **contact) for name in names))

    assert outcome.figures["merged"] == 0
    assert outcome.tables["clusters"]["company_id"].tolist() == ["c1"] * len(names)


def test_whoever_is_entered_twice_with_the_reception_phone_is_one_client() -> None:
    clusters = clusters_of(*(person(name, LINE, Компания=FIRM) for name in [*COLLEAGUES, COLLEAGUES[0]]))

    assert clusters["cluster_id"].tolist() == ["1", "2", "3", "4", "1"]


CHAINS = {
    "two patronymics": (person(IVANOV, A), person("Иванов Сергей", f"{A}, {B}"), person("Иванов Сергей Ильич", B)),
    "two first names": (person("Иванов Сергей", A), person("Иванов С.", f"{A}, {B}"), person("Иванов Семён", B)),
    "two INN": (
        company(FIRM, INN, LINE),
        company(FIRM, "", f"{LINE}, {OTHER_LINE}"),
        company(FIRM, OTHER_INN, OTHER_LINE),
    ),
    "branches": (
        company(FIRM, INN, LINE, КПП=HEAD_OFFICE),
        company(FIRM, INN, f"{LINE}, {OTHER_LINE}"),
        company(FIRM, INN, OTHER_LINE, КПП=BRANCH),
    ),
    "no name between two": (
        person("Иванов Сергей", A),
        person("", A, "x@example.ru"),
        person("Ким Анна", "", "x@example.ru"),
    ),
}
"""Three records: the first may be the second, the second the third, but the first cannot be the third."""


@pytest.mark.parametrize("chain", CHAINS.values(), ids=list(CHAINS))
def test_a_chain_whose_ends_contradict_is_not_one_client(chain: tuple[Row, Row, Row]) -> None:
    for rows in itertools.permutations(chain):
        clusters = clusters_of(*rows)
        ends = [rows.index(chain[0]), rows.index(chain[2])]
        assert clusters["cluster_id"].iloc[ends].nunique() == 2


def test_a_frequent_full_name_in_one_city_is_no_question() -> None:
    others = [person(name, f"+7900{number:07}") for number, name in enumerate(["Иванов Сергей", "Лис Вера"] * 20)]

    outcome = run(person(IVANOV, A, Город="Казань"), person(IVANOV, B, Город="Казань"), *others)

    assert outcome.figures["merged"] == outcome.figures["doubtful"] == 0


SURNAMES = ["Иванов", "Петров", "Ким", "Дзюбенко", "Соколов", "Орлов", "Лис", "Жуков", "Панин", "Седов"]
SURNAMES += ["Титов", "Юдин", "Яшин", "Чернов", "Шилов", "Щукин", "Фомин", "Уваров", "Рябов", "Носков"]
GIVEN_NAMES = ["Сергей", "Олег", "Иван", "Рашид", "Пётр", "Юрий", "Роман", "Игорь", "Антон", "Вадим"]


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(
            [person(" ".join(name), LINE) for name in itertools.product(SURNAMES, GIVEN_NAMES)],
            id="200 people behind one phone",
        ),
        pytest.param(
            [person(" ".join(name), "", OFFICE_MAILBOX) for name in itertools.product(SURNAMES, GIVEN_NAMES)],
            id="200 people behind one mailbox",
        ),
        pytest.param([person("Клиент", f"+7900{number:07}") for number in range(500)], id="500 records «Клиент»"),
        pytest.param([person("Клиент", "+79999999999", "test@test.ru")] * 500, id="500 records of fillers alone"),
        pytest.param(
            [person("Иванов Сергей", f"+7900{number:07}", Город="Москва") for number in range(200)],
            id="200 namesakes in one city",
        ),
        pytest.param([person("", LINE, Компания=f"Фирма {number}") for number in range(200)], id="200 firms, one line"),
    ],
)
def test_no_cluster_swallows_the_base(rows: list[Row]) -> None:
    clusters = clusters_of(*rows)

    assert clusters["cluster_id"].nunique() == clusters["likely_id"].nunique() == len(rows)


def test_branches_are_linked_and_not_merged() -> None:
    clusters = clusters_of(company(FIRM, INN, КПП=HEAD_OFFICE), company(FIRM, INN, КПП=BRANCH))

    assert clusters["household_id"].iloc[0] == clusters["household_id"].iloc[1] != ""
    assert clusters["company_id"].nunique() == 2


COMPANIES = {
    "name, or name and INN": (
        [
            person("Иванов Сергей", A, Компания=FIRM, ИНН=INN),
            person("Ким Олег", B, Компания="Ромашка", ИНН=INN),
            person("Ким Инна", C, Компания=FIRM, ИНН=OTHER_INN),
        ],
        [0, 0, 2],
    ),
    "known by INN, and by name in a record of the same person": (
        [
            person("Иванов Сергей", A, Компания=FIRM, ИНН=INN),
            person("Иванов Сергей", A, Компания="Ромашка"),
            person("Ким Анна", B, Компания=FIRM, ИНН=OTHER_INN),
            person("Ким Анна", B, Компания="Ромашка"),
        ],
        [0, 0, 2, 2],
    ),
    "one name in two towns, two office lines": (
        [
            person("Иванов Сергей", LINE, Компания=FIRM, Город="Казань"),
            person("Орлова Вера", LINE, Компания=FIRM, Город="Казань"),
            person("Ким Анна", OTHER_LINE, Компания=FIRM, Город="Новосибирск"),
            person("Лис Олег", OTHER_LINE, Компания=FIRM, Город="Новосибирск"),
        ],
        [0, 0, 2, 2],
    ),
    "one domain": (
        [
            person("Иванов Сергей", A, "ivanov@romashka.example", Компания=FIRM),
            person("Ким Олег", B, "kim@romashka.example", Компания="Ромашка"),
        ],
        [0, 0],
    ),
    "a card and its employee": ([company(FIRM, INN, LINE), person("Иванов Сергей", LINE, Компания="Ромашка")], [0, 0]),
    "branches and their employees": (
        [
            company(FIRM, INN, LINE, КПП=HEAD_OFFICE),
            company(FIRM, INN, OTHER_LINE, КПП=BRANCH),
            person("Иванов Сергей", LINE, Компания=FIRM, ИНН=INN, КПП=HEAD_OFFICE),
            person("Ким Анна", OTHER_LINE, Компания=FIRM, ИНН=INN, КПП=BRANCH),
        ],
        [0, 1, 0, 1],
    ),
    "nobody's": ([person("Иванов Сергей", A), person("Ким Олег", B, Компания=FIRM)], [None, 1]),
}
"""Rows, and the row after which the company of each is called."""


@pytest.mark.parametrize(("rows", "first"), COMPANIES.values(), ids=list(COMPANIES))
def test_the_company_of_every_row(rows: list[Row], first: list[int | None]) -> None:
    expected = ["" if row is None else f"c{row + 1}" for row in first]

    assert clusters_of(*rows)["company_id"].tolist() == expected


def test_what_is_written_for_a_merge() -> None:
    outcome = run(person("Иванов Сергей", A), person(IVANOV, A, "s@example.ru", Город="Казань"), person("Ким Олег", B))

    clusters = outcome.tables["clusters"]
    assert tuple(clusters.columns) == CLUSTER_COLUMNS
    assert clusters["row"].tolist() == [1, 2, 3]
    assert clusters["cluster_id"].tolist() == ["2", "2", "3"]
    assert clusters["role"].tolist() == ["merged", "survivor", "single"]
    assert clusters["probability"].iloc[0] > 0.95
    assert pd.isna(clusters["probability"].iloc[2])
    assert clusters["reason"].iloc[0] == "phone, last name, first name"
    assert outcome.tables["merge_map"].values.tolist() == [["1", "2", "2"]]
    assert outcome.table.frame["ID"].tolist() == ["2", "3"]
    assert outcome.table.frame["crmclean_merged"].tolist() == ["1", ""]
    assert {"phone", "last_name", "first_name"} <= set(outcome.tables["comparisons"]["comparison"])


def test_a_second_run_on_the_clean_table_changes_nothing() -> None:
    first = run(person(IVANOV, A), person("Иванов Сергей", A), person("Ким Олег", B))

    second = dedup(first.table, DedupSettings())

    assert second.figures["merged"] == 0
    assert second.table.headers == first.table.headers


@pytest.mark.parametrize(
    ("roles", "entity"),
    [(("deal_title", "phone"), ""), (("stage", "phone"), "deal"), (("amount", "phone"), "order")],
    ids=["title", "stage of a deal", "amount of an order"],
)
def test_an_export_of_deals_is_refused(roles: tuple[str, ...], entity: str) -> None:
    frame = pd.DataFrame({"Сделка": ["Окна", "Двери"], "Телефон": [A, A]}, dtype="str")
    columns = tuple(Column(name, name, role) for name, role in zip(frame.columns, roles, strict=True))

    with pytest.raises(UsageError, match="deals") as error:
        dedup(Table(frame, columns, Origin(path="deals.csv", entity=entity)), DedupSettings())

    assert '--map none="Сделка"' in error.value.hint


def test_a_table_without_rows() -> None:
    outcome = run()

    assert len(outcome.table) == 0
    assert outcome.figures["rows_in"] == outcome.figures["merged"] == 0


NAMES = st.sampled_from(["Иванов Сергей", "Иванова Анна", "Аня", "Иванов С.", "Петров Сергей Ильич", "", "Клиент"])
PHONES = st.sampled_from(["", A, B, f"{A}, {B}", "8 916 111-22-33", "+7 999 999-99-99"])
MAILS = st.sampled_from(["", "a@example.ru", "info@example.ru"])
FIRMS = st.sampled_from(["", "ООО «Ромашка»", "Ромашка", "ИП Иванов С.П."])
PEOPLE = st.lists(
    st.builds(lambda name, phone, mail, firm: person(name, phone, mail, Компания=firm), NAMES, PHONES, MAILS, FIRMS),
    min_size=1,
    max_size=9,
)


def partition(table: Table, outcome: Outcome) -> set[frozenset[str]]:
    clusters = outcome.tables["clusters"].assign(id=table.frame["ID"])
    return {frozenset(ids) for _, ids in clusters.groupby("cluster_id")["id"]}


@given(PEOPLE, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_decides_nothing(rows: list[dict[str, str]], chance: random.Random) -> None:
    source = contacts(*rows)
    order = list(range(len(rows)))
    chance.shuffle(order)
    shuffled = source.with_frame(source.frame.iloc[order])

    assert partition(source, dedup(source, DedupSettings())) == partition(shuffled, dedup(shuffled, DedupSettings()))


@given(PEOPLE)
def test_no_row_and_no_value_is_lost(rows: list[dict[str, str]]) -> None:
    source = contacts(*rows)
    outcome = dedup(source, DedupSettings())

    assert outcome.figures["rows_in"] == outcome.figures["rows_out"] + outcome.figures["merged"]
    kept = {text for name in HEADINGS for text in outcome.table.frame[name]}
    told = set(outcome.tables["journal"]["before"])
    for row in source.frame.itertuples(index=False):
        assert all(cell in kept | told or not cell for cell in row)


def test_the_clusters_alone_give_the_same_table_again() -> None:
    source = contacts(*(person(IVANOV, phone) for phone, _ in itertools.product([A, B], range(2))))
    outcome = dedup(source, DedupSettings())

    assert outcome.assigned is not None
    again = add_client_ids(apply_clusters(source, outcome.tables["clusters"]), outcome.assigned)

    pd.testing.assert_frame_equal(again.table.frame, outcome.table.frame)


ASKED = (person("Петрова Анна Ильинична", A), person("Ким Анна Ильинична", A), person("Лис Олег", C))
"""A maiden name changed: only a person can tell."""


def answered(outcome: Outcome, *verdicts: bool) -> pd.DataFrame:
    """Return the answers to the questions of a run, one verdict a question."""
    columns = [outcome.tables["review"][name].tolist() for name in ("key_a", "key_b", "of", "levels")]
    now = datetime(2026, 3, 1, 12, tzinfo=UTC)
    return answers_frame(
        Decision(key_a, key_b, same, of, levels, now)
        for key_a, key_b, of, levels, same in zip(*columns, verdicts, strict=True)
    )


def asked_again(outcome: Outcome, answers: pd.DataFrame) -> set[tuple[str, str]]:
    """Return the questions of a run that are answered already."""
    review = outcome.tables["review"]
    asked = {tuple(sorted(keys)) for keys in zip(review["key_a"], review["key_b"], strict=True)}
    return asked & {tuple(sorted(keys)) for keys in zip(answers["key_a"], answers["key_b"], strict=True)}


@pytest.mark.parametrize(("same", "clients"), [(True, 2), (False, 3)], ids=["same", "different"])
def test_an_answer_is_obeyed_and_nothing_is_asked_again(same: bool, clients: int) -> None:
    first = run(*ASKED)
    assert len(first.tables["review"]) == 1

    second = dedup(contacts(*ASKED), DedupSettings(), answered(first, same))

    clusters = second.tables["clusters"]
    assert (clusters["cluster_id"].iloc[0] == clusters["cluster_id"].iloc[1]) == same
    assert clusters["cluster_id"].nunique() == clusters["likely_id"].nunique() == clients
    assert second.tables["review"].empty
    assert second.figures["answers"] == 1


@pytest.mark.parametrize("same", [True, False], ids=["same", "different"])
def test_an_answer_holds_for_the_next_export(same: bool) -> None:
    """The rows stand in another order, under other IDs, with tags that were not there."""
    answers = answered(run(*ASKED), same)
    source = contacts(*({**row, "ID": f"N-{number}"} for number, row in enumerate(reversed(ASKED))))
    tagged = Table(source.frame.assign(Теги=["vip", "", "old"]), (*source.columns, Column("Теги", "Теги", "tags")))

    outcome = dedup(tagged, DedupSettings(), answers)

    labels = outcome.tables["clusters"]["cluster_id"]
    assert (labels.iloc[1] == labels.iloc[2]) == same
    assert outcome.tables["review"].empty


def test_an_answer_about_one_pair_says_nothing_of_a_changed_record() -> None:
    answers = answered(run(*ASKED), False)
    changed = [{**ASKED[0], "E-mail": "anna@example.ru"}, *ASKED[1:]]

    outcome = dedup(contacts(*changed), DedupSettings(), answers)

    assert outcome.figures["answers"] == 0
    assert len(outcome.tables["review"]) == 1


def test_the_newest_of_two_answers_counts() -> None:
    first = run(*ASKED)
    answers = pd.concat([answered(first, True), answered(first, False)], ignore_index=True)

    assert dedup(contacts(*ASKED), DedupSettings(), answers).figures["merged"] == 0


@pytest.mark.parametrize(("same", "companies"), [(True, 1), (False, 2)], ids=["same", "different"])
def test_an_answer_about_two_companies_is_obeyed(same: bool, companies: int) -> None:
    rows = [company("ООО «Ромашка»", "", LINE), company("ООО «Ромашка Плюс»", "", LINE)]
    first = run(*rows)
    assert first.tables["review"]["of"].tolist() == ["company"]

    second = dedup(contacts(*rows), DedupSettings(), answered(first, same))

    assert second.tables["clusters"]["cluster_id"].nunique() == companies
    assert second.tables["review"].empty


@given(PEOPLE, st.data())
@settings(max_examples=15)
def test_answers_always_hold(rows: list[Row], data: st.DataObject) -> None:
    source = contacts(*rows)
    first = dedup(source, DedupSettings())
    questions = len(first.tables["review"])
    verdicts = data.draw(st.lists(st.booleans(), min_size=questions, max_size=questions))
    answers = answered(first, *verdicts)

    second = dedup(source, DedupSettings(), answers)

    assert not asked_again(second, answers)
    different = ~np.array(verdicts, dtype=np.bool_)
    one, other = (first.tables["review"][name].to_numpy(np.int64)[different] - 1 for name in ("row_a", "row_b"))
    for ids in ("cluster_id", "likely_id"):
        labels = second.tables["clusters"][ids].to_numpy(object)
        assert (labels[one] != labels[other]).all()
    order = data.draw(st.permutations(range(len(rows))))
    shuffled = source.with_frame(source.frame.iloc[order])
    assert partition(source, second) == partition(shuffled, dedup(shuffled, DedupSettings(), answers))


@given(PEOPLE)
@settings(max_examples=25)
def test_likely_clients_are_made_of_whole_clients(rows: list[Row]) -> None:
    clusters = clusters_of(*rows)

    assert (clusters.groupby("cluster_id")["likely_id"].nunique() == 1).all()
