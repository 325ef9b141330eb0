"""`explain` says what `dedup` does with two records, and why; the people are invented."""

import random
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from crmclean.core.errors import UsageError
from crmclean.core.i18n import set_language
from crmclean.core.settings import DedupSettings, ReadSettings
from crmclean.core.table import Table
from crmclean.files.reading import read_bytes, read_table
from crmclean.matching.answers import ANSWER_COLUMNS
from crmclean.matching.explaining import FieldTrace, Reason
from crmclean.matching.fingerprints import record_keys
from crmclean.matching.prepared import prepare
from crmclean.reporting.explanation import Explanation, Named
from crmclean.workflows.dedup import dedup
from crmclean.workflows.explain import MatchedTable, explain
from crmclean.workflows.record_names import find_record, find_records
from tests.matching.people import company, contacts, person

A, B, C = "+79161112233", "+79262223344", "+79033334455"
OFFICE = "+74951234567"
INN, OTHER_INN = "7707083893", "7736207543"
SAMPLE = Path(__file__).parents[2] / "samples" / "bitrix24_contacts.csv"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Show messages in English, whatever ran before."""
    set_language("en")
    yield
    set_language("en")


def explain_two(*rows: dict[str, str], first: str = "1", second: str = "2") -> Explanation:
    return explain(contacts(*rows), first, second, DedupSettings())


def codes(reasons: tuple[Reason, ...]) -> set[str]:
    return {reason.code for reason in reasons}


def field_of(explanation: Explanation, name: str) -> FieldTrace:
    assert explanation.pair is not None
    return next(field for field in explanation.pair.fields if field.comparison == name)


def answers_about(table: Table, *verdicts: tuple[int, int, bool]) -> pd.DataFrame:
    """Return answers about pairs of rows, from 1, as the history keeps them."""
    keys = record_keys(prepare(table, "RU")).tolist()
    lines = [
        (*sorted((keys[one - 1], keys[other - 1])), same, "person", "", "2026-03-12T09:30:00+00:00")
        for one, other, same in verdicts
    ]
    return pd.DataFrame(lines, columns=list(ANSWER_COLUMNS))


def test_what_merges_two_is_named_with_its_evidence() -> None:
    found = explain_two(
        person("Дзюбенко Александр Ильич", "8 (916) 111-22-33"),
        person("Дзюбенко Саша", A, "sasha@example.com"),
        person("Ким Олег Петрович", B),
    )
    assert found.verdict == "one"
    assert found.pair is not None
    assert (found.pair.tier, found.pair.vetoes, found.pair.said) == ("merged", (), "")
    assert "name_contact" in codes(found.pair.merging)
    assert field_of(found, "first_name").level == "diminutive"
    assert field_of(found, "phone").keys == (A, A)
    assert found.stored["phone"] == ("8 (916) 111-22-33", A)
    assert field_of(found, "middle_name").level == ""
    assert field_of(found, "middle_name").weight == 0


def test_weights_add_up_to_the_sum_and_the_sum_is_the_probability() -> None:
    found = explain_two(person("Дзюбенко Олег", A), person("Дзюбенко Олег", B), person("Ким Пётр", C))
    pair = found.pair
    assert pair is not None
    total = pair.prior + pair.namesakes + sum(field.weight for field in pair.fields)
    assert pair.weight == pytest.approx(total)
    assert pair.probability == pytest.approx(1 / (1 + 2**-pair.weight))
    phone = field_of(found, "phone")
    assert phone.level == "different"
    assert phone.weight < 0


def test_how_many_records_and_people_have_a_value_is_counted() -> None:
    found = explain_two(
        person("Петрова Анна", A),
        person("Петров Игорь", A),
        person("Петров Игорь", A),
        person("Ким Анна", B),
    )
    phone = field_of(found, "phone")
    assert (phone.common.text, phone.common.records, phone.common.people) == (A, 3, 2)
    assert field_of(found, "first_name").common.records == 0


def test_spouses_are_kept_apart_by_a_veto_and_linked_as_a_household() -> None:
    found = explain_two(person("Петрова Анна", A), person("Петров Игорь", A))
    assert found.verdict == "apart"
    assert found.pair is not None
    assert codes(found.pair.vetoes) == {"first_name", "gender"}
    assert found.household is not None
    assert [(step.one.id, step.other.id) for step in found.household.chain] == [("1", "2")]
    assert found.sides[0].household_id == found.sides[1].household_id != ""


def test_a_chain_within_a_cluster_is_shown_link_by_link() -> None:
    found = explain_two(
        person("Дзюбенко Олег", A),
        person("Дзюбенко Олег", B),
        {**person("Дзюбенко Олег", A), "Телефон 2": B},
        person("Ким Пётр", C),
    )
    assert found.verdict == "one"
    assert found.pair is not None
    assert found.pair.tier != "merged"
    assert [(step.one.id, step.other.id) for step in found.chain] == [("1", "3"), ("3", "2")]
    assert all(step.obstacle is None and "phone" in step.reason for step in found.chain)


def test_a_cut_link_names_the_two_records_that_contradict_each_other() -> None:
    # The second could be the first or the third, whose patronymics differ.
    rows = [
        person("Дзюбенко Олег Ильич", A, "oleg@example.com"),
        {**person("Дзюбенко Олег", A, "oleg@example.com"), "Телефон 2": B},
        person("Дзюбенко Олег Петрович", B),
        person("Ким Пётр", C),
    ]
    found = explain_two(*rows, first="1", second="3")
    assert found.verdict == "asked"
    assert found.pair is not None
    assert codes(found.pair.vetoes) == {"middle_name"}
    assert [(step.one.id, step.other.id) for step in found.chain] == [("1", "2"), ("2", "3")]
    obstacle = found.chain[1].obstacle
    assert found.chain[0].obstacle is None
    assert obstacle is not None
    assert obstacle.records is not None
    assert {record.id for record in obstacle.records} == {"1", "3"}
    assert codes(obstacle.reasons) == {"middle_name"}
    assert found.question is not None
    assert {found.question.one.id, found.question.other.id} == {"2", "3"}
    direct = explain_two(*rows, first="2", second="3")
    assert direct.verdict == "asked"
    assert direct.pair is not None
    assert direct.pair.tier == "merged"
    assert direct.is_about(direct.question)


def test_a_pair_for_a_person_says_what_a_merge_would_need() -> None:
    found = explain_two(person("Петрова Анна Ильинична", A), person("Ким Анна Ильинична", A), person("Орлов Пётр", B))
    assert found.verdict == "asked"
    assert found.is_about(found.question)
    assert found.pair is not None
    assert found.pair.tier == "doubtful"
    assert (found.pair.merging, found.pair.vetoes) == ((), ())
    assert "first_name" in codes(found.pair.asking)


def test_two_records_that_nothing_brought_together_are_weighed_all_the_same() -> None:
    found = explain_two(person("Дзюбенко Олег", A), person("Ким Пётр", B))
    assert found.verdict == "apart"
    assert found.pair is not None
    assert not found.pair.is_candidate
    assert found.pair.probability < 0.01
    assert found.chain == ()


def test_namesakes_are_said_to_have_nothing_but_a_name_in_common() -> None:
    found = explain_two(person("Иванов Сергей", A), person("Иванов Сергей", B))
    assert found.verdict == "apart"
    assert found.pair is not None
    assert codes(found.pair.not_asking) == {"name_alone"}
    assert found.pair.namesakes < 0


@pytest.mark.parametrize(("same", "verdict"), [(True, "one"), (False, "apart")], ids=["same", "different"])
def test_the_answer_of_a_person_decides_and_is_named(same: bool, verdict: str) -> None:
    table = contacts(person("Петрова Анна Ильинична", A), person("Ким Анна Ильинична", A), person("Орлов Пётр", B))
    found = explain(table, "2", "1", DedupSettings(), answers_about(table, (1, 2, same)))
    assert found.verdict == verdict
    assert found.pair is not None
    assert found.pair.said == ("same" if same else "different")
    assert found.answered_at == "2026-03-12T09:30:00+00:00"


def test_an_answer_about_another_pair_of_the_same_clients_is_named() -> None:
    table = contacts(
        person("Петрова Анна Ильинична", A, "anna@example.com"),
        person("Ким Анна Ильинична", A),
        person("Петрова Анна Ильинична", A, "anna@example.com", Город="Пермь"),
    )
    found = explain(table, "3", "2", DedupSettings(), answers_about(table, (1, 2, False)))
    assert found.verdict == "apart"
    assert found.settled is not None
    assert {found.settled.one.id, found.settled.other.id} == {"1", "2"}


def test_cards_of_companies_are_explained_by_their_own_fields() -> None:
    found = explain_two(company("ООО «Ромашка»", INN, OFFICE), company("Ромашка, ООО", INN), company("Луг", OTHER_INN))
    assert found.verdict == "one"
    assert [side.of for side in found.sides] == ["company", "company"]
    assert found.pair is not None
    assert codes(found.pair.merging) == {"inn"}
    assert (field_of(found, "inn").common.text, field_of(found, "inn").common.records) == (INN, 2)
    assert field_of(found, "company").keys == ("ромашка", "ромашка")


def test_branches_are_kept_apart_and_linked() -> None:
    found = explain_two(
        company("ООО Ромашка", INN, КПП="770701001"), company("ООО Ромашка", INN, КПП="540601001"), company("ООО Луг")
    )
    assert found.verdict == "apart"
    assert found.pair is not None
    assert codes(found.pair.vetoes) == {"kpp"}
    assert found.household is not None
    assert found.company is not None
    assert not found.company.is_one
    assert codes(found.company.against) == {"kpp"}


def test_a_person_and_a_company_card_are_of_two_kinds_but_may_be_of_one_company() -> None:
    found = explain_two(
        company("ООО Ромашка", INN, OFFICE), person("Дзюбенко Олег", A, Компания="Ромашка", ИНН=INN), company("ООО Луг")
    )
    assert (found.verdict, found.pair, found.chain) == ("kinds", None, ())
    assert [side.of for side in found.sides] == ["company", "person"]
    assert found.company is not None
    assert found.company.is_one
    assert [(step.one.id, step.other.id) for step in found.company.chain] == [("1", "2")]
    assert "INN" in found.company.chain[0].reason


def test_people_who_say_the_same_of_their_company_need_no_chain() -> None:
    rows = [
        person(name, phone, Компания="ООО Ромашка", ИНН=INN) for name, phone in (("Дзюбенко Олег", A), ("Ким Ян", B))
    ]
    found = explain_two(*rows)
    assert found.company is not None
    assert (found.company.is_one, found.company.chain) == (True, ())


def test_a_name_in_one_cell_is_shown_as_it_stands() -> None:
    found = explain_two({"Фамилия": "Дзюбенко Олег Ильич", "Телефон": A}, person("Дзюбенко Олег", A))
    assert found.stored["last_name"] == ("Дзюбенко Олег Ильич", "Дзюбенко")
    assert field_of(found, "first_name").keys == ("олег", "олег")


def test_every_pair_is_explained_as_the_run_decides() -> None:
    table = read_table(read_bytes(str(SAMPLE)), str(SAMPLE), ReadSettings()).table
    outcome = dedup(table, DedupSettings())
    cluster = outcome.tables["clusters"]["cluster_id"].tolist()
    review, weights = outcome.tables["review"], outcome.tables["comparisons"]
    asked = dict(zip(zip(review["row_a"], review["row_b"], strict=True), review["probability"], strict=True))
    links = list(dict.fromkeys(zip(weights["row_a"], weights["row_b"], strict=True)))
    chance = random.Random(5)
    rows = range(1, len(table) + 1)
    pairs = chance.sample(links, min(60, len(links))) + [tuple(sorted(chance.sample(rows, 2))) for _ in range(60)]
    matched = MatchedTable(table, DedupSettings())
    for row_a, row_b in pairs:
        found = matched.explain((row_a - 1, row_b - 1))
        assert found.records == (Named(row_a, found.records[0].id), Named(row_b, found.records[1].id))
        assert (found.verdict == "one") == (cluster[row_a - 1] == cluster[row_b - 1])
        if (row_a, row_b) in asked:
            assert found.verdict == "asked"
            assert found.pair is not None
            assert found.pair.probability == pytest.approx(asked[row_a, row_b])
        shown = weights[weights["row_a"].eq(row_a) & weights["row_b"].eq(row_b)]
        for line in shown.to_dict("records"):
            field = field_of(found, str(line["comparison"]))
            assert field.level == line["level"]
            assert field.weight == pytest.approx(line["weight"])


NAMED = contacts(person("Дзюбенко Олег"), {**person("Ким Пётр"), "ID": "1001"}, {**person("Орлов Ян"), "ID": "7"})
DOUBLED = contacts({**person("Дзюбенко Олег"), "ID": "5"}, {**person("Ким Пётр"), "ID": "5"}, person("Орлов Ян"))
NAMELESS = contacts({**person("Дзюбенко Олег"), "ID": ""}, {**person("Ким Пётр"), "ID": ""})


@pytest.mark.parametrize(
    ("table", "name", "position"),
    [
        pytest.param(NAMED, "1001", 1, id="ID"),
        pytest.param(NAMED, " 7 ", 2, id="ID before row, spaces around"),
        pytest.param(NAMED, "row:2", 1, id="row"),
        pytest.param(NAMED, "ROW: 3", 2, id="row in capitals"),
        pytest.param(NAMED, "#1", 0, id="hash"),
        pytest.param(NAMELESS, "2", 1, id="number where there are no IDs"),
        pytest.param(DOUBLED, "row:2", 1, id="row of a doubled ID"),
    ],
)
def test_a_record_is_found_by_its_id_or_row(table: Table, name: str, position: int) -> None:
    assert find_record(table, name) == position


@pytest.mark.parametrize(
    ("table", "name", "message", "hint"),
    [
        pytest.param(NAMED, "2", "no record has the ID “2”", "row:17", id="no such ID is no row"),
        pytest.param(NAMED, "1002", "no record has the ID “1002”", "Did you mean “1001”?", id="near ID"),
        pytest.param(NAMED, "row:4", "- has 3 records: there is no row 4", "counted from 1", id="row too far"),
        pytest.param(NAMED, "row:0", "there is no row 0", "counted from 1", id="row 0"),
        pytest.param(DOUBLED, "5", "2 records have the ID “5”: rows 1, 2", "row:1", id="doubled ID"),
        pytest.param(NAMELESS, "abc", "no column of IDs", "--map id=HEADER", id="no IDs"),
        pytest.param(NAMED, "", "no record has the ID “”", "row:17", id="nothing"),
    ],
)
def test_what_names_no_record_is_said_with_the_way_out(table: Table, name: str, message: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        find_record(table, name)
    assert message in caught.value.message
    assert hint in caught.value.hint


def test_one_record_named_twice_is_refused() -> None:
    with pytest.raises(UsageError, match="one record, in row 2"):
        find_records(NAMED, "1001", "row:2")
