import itertools
import random

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmclean.core.errors import UsageError
from crmclean.core.settings import DedupSettings
from crmclean.core.step import Outcome
from crmclean.core.table import Column, Origin, Table
from crmclean.matching.assigning import CLUSTER_COLUMNS
from crmclean.workflows.dedup import apply_clusters, dedup
from tests.matching.people import HEADINGS, company, contacts, person

A, B, C = "+79161112233", "+79262223344", "+79033334455"
IVANOV = "Иванов Сергей Петрович"
INN, OTHER_INN = "7707083893", "7736207543"


def run(*rows: dict[str, str]) -> Outcome:
    return dedup(contacts(*rows), DedupSettings())


def tier(*rows: dict[str, str]) -> str:
    """Return what becomes of two records."""
    clusters = run(*rows).tables["clusters"]
    if clusters["cluster_id"].nunique() == 1:
        return "merged"
    return "doubtful" if clusters["likely_id"].nunique() == 1 else "apart"


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        pytest.param(person(IVANOV, A), person(IVANOV, "8 (916) 111-22-33"), "merged", id="phone in another spelling"),
        pytest.param(
            person(IVANOV, A), {**person("Иванов Сергей"), "Телефон 2": A}, "merged", id="phone in another column"
        ),
        pytest.param(person(IVANOV, A), person(IVANOV, f"{B}, {A}"), "merged", id="second phone in the cell"),
        pytest.param(
            person(IVANOV, A, "s.ivanov@example.ru"),
            person("Иванов Сергей", B, "S.Ivanov@Example.ru"),
            "merged",
            id="new phone, same mailbox",
        ),
        pytest.param(person(IVANOV, A), person("Ивонов Сергей", A), "merged", id="typo in the surname"),
        pytest.param(person("Королёв Пётр", A), person("королев петр", A), "merged", id="ё and case"),
        pytest.param(person("Колесник Олег", A), person("Колеcник Олег", A), "merged", id="Latin look-alike"),
        pytest.param(person("Щербаков Юрий", A), person("Shcherbakov Yuriy", A), "merged", id="transliteration"),
        pytest.param(person("Дзюбенко Александр", A), person("Дзюбенко Саша", A), "merged", id="diminutive"),
        pytest.param(person("Дзюбенко Анна", A), person("Анна Дзюбенко", A), "merged", id="swapped name columns"),
        pytest.param(person(IVANOV, A), {"Фамилия": IVANOV, "Телефон": A}, "merged", id="ФИО in one column"),
        pytest.param(
            person("Петрова Анна Ильинична", A), person("Ким Анна Ильинична", A), "doubtful", id="maiden name"
        ),
        pytest.param(person("Петрова Анна", A), person("Петров Игорь", A), "apart", id="spouses on one phone"),
        pytest.param(
            person("Петрова Александра", A), person("Петров Александр", A), "apart", id="spouses of one given name"
        ),
        pytest.param(
            person("Иванов Сергей Иванович", A), person("Иванов Иван Сергеевич", A), "apart", id="father and son"
        ),
        pytest.param(
            person("Иванов Иван Иванович", A), person("Иванов Иван Петрович", A), "apart", id="other patronymic"
        ),
        pytest.param(person("Мариина Мария", A), person("Мариина Марина", A), "apart", id="two names a letter apart"),
        pytest.param(
            person("Иванов Сергей", A, Город="Казань"),
            person("Иванов Сергей", B, Город="Казань"),
            "apart",
            id="namesakes",
        ),
        pytest.param(
            person("Иванов Сергей", "+79999999999"), person("Петров Сергей", "+79999999999"), "apart", id="filler"
        ),
        pytest.param(
            person("Клиент", email="test@test.ru"), person("Клиент", email="test@test.ru"), "apart", id="test"
        ),
        pytest.param(person("Иванов Сергей", A), person("Абдуллаев Рашид", A), "apart", id="reissued SIM"),
        pytest.param(company("ООО «Ромашка»", INN), company("Ромашка, ООО", INN), "merged", id="legal form and quotes"),
        pytest.param(
            company("ООО «Ромашка»", INN, A), company("Ромашка", "", A), "merged", id="INN missing, same phone"
        ),
        pytest.param(company("ООО «Ромашка»", INN), company("ООО «Ромашка»", OTHER_INN), "apart", id="two valid INN"),
        pytest.param(
            company("ООО «Ромашка»", INN, A), company("ООО «Ромашка»", OTHER_INN, A), "apart", id="two INN, one phone"
        ),
        pytest.param(
            company("ООО «Ромашка»", INN, КПП="770701001"),
            company("ООО «Ромашка»", INN, КПП="540602001"),
            "apart",
            id="branches",
        ),
        pytest.param(company("Аптека № 5", "", A), company("Аптека № 6", "", A), "apart", id="numbers matter"),
        pytest.param(
            company("ООО «Ромашка»", INN, A),
            {**person("Петрова Анна", A), "Компания": ""},
            "apart",
            id="card and employee",
        ),
    ],
)
def test_pairs(one: dict[str, str], other: dict[str, str], expected: str) -> None:
    assert tier(one, other) == expected


@pytest.mark.parametrize("contact", [{"phone": A}, {"email": "x@example.ru"}], ids=["phone", "mailbox"])
def test_a_shared_contact_alone_never_merges_two_people(contact: dict[str, str]) -> None:
    names = ["Иванов Сергей", "Петрова Анна", "Ким Олег", "Дзюбенко Мария", ""]

    outcome = run(*(person(name, **contact) for name in names))

    assert outcome.figures["merged"] == 0


def test_colleagues_behind_a_reception_phone_stay_apart_and_the_phone_is_reported() -> None:
    names = ["Иванов Сергей", "Петрова Анна", "Ким Олег", "Дзюбенко Мария", "Петрова Инна"]

    outcome = run(*(person(name, A, Компания="ООО «Ромашка»") for name in names))

    assert outcome.figures["merged"] == 0
    assert outcome.tables["shared"].values.tolist() == [["phone", A, 5, 5]]
    assert outcome.findings["code"].tolist() == ["shared-phone"]


def test_a_chain_whose_ends_contradict_is_not_one_client() -> None:
    outcome = run(
        person("Иванов Сергей Петрович", A), person("Иванов Сергей", f"{A}, {B}"), person("Иванов Сергей Ильич", B)
    )

    clusters = outcome.tables["clusters"]
    assert clusters["cluster_id"].iloc[0] != clusters["cluster_id"].iloc[2]
    assert outcome.figures["rows_in"] == outcome.figures["rows_out"] + outcome.figures["merged"]


def test_a_household_is_linked_and_not_merged() -> None:
    clusters = run(person("Петрова Анна", A), person("Петров Игорь", A), person("Ким Олег", B)).tables["clusters"]

    assert clusters["household_id"].iloc[0] == clusters["household_id"].iloc[1] != ""
    assert clusters["household_id"].iloc[2] == ""
    assert clusters["cluster_id"].nunique() == 3


def test_branches_are_linked_and_not_merged() -> None:
    clusters = run(
        company("ООО «Ромашка»", INN, КПП="770701001"), company("ООО «Ромашка»", INN, КПП="540602001")
    ).tables["clusters"]

    assert clusters["household_id"].iloc[0] == clusters["household_id"].iloc[1] != ""
    assert clusters["company_id"].nunique() == 2


def test_colleagues_have_one_company() -> None:
    clusters = run(
        person("Иванов Сергей", A, Компания="ООО «Ромашка»", ИНН=INN),
        person("Ким Олег", B, Компания="Ромашка", ИНН=INN),
        person("Ким Инна", C, Компания="ООО «Ромашка»", ИНН=OTHER_INN),
    ).tables["clusters"]

    assert clusters["company_id"].iloc[0] == clusters["company_id"].iloc[1] != clusters["company_id"].iloc[2]


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

    again = apply_clusters(source, outcome.tables["clusters"])

    pd.testing.assert_frame_equal(again.table.frame, outcome.table.frame)
