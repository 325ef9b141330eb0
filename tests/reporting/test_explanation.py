"""The words and the JSON of an explanation, from explanations built by hand."""

import io
import json
from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console

from crmclean.core.i18n import set_language
from crmclean.matching.explaining import Common, FieldTrace, PairTrace, Reason
from crmclean.reporting.explanation import Explanation, Named, Obstacle, Relation, Side, Step, explanation_object
from crmclean.reporting.explanation_page import print_explanation
from crmclean.reporting.explanation_words import describe_company, describe_field, describe_obstacle, explain_verdict

FIRST, SECOND, THIRD = Named(1, "101"), Named(2, "102"), Named(7, "")
PHONE = FieldTrace(
    "phone",
    "phone",
    "same",
    "",
    ("+79000001122", "+79000001122"),
    Common("+79000001122", 3, 1),
    12.4,
    0.0,
    0.72,
    1 / 7000,
)
NAME = FieldTrace(
    "first_name", "first name", "different", "different", ("петр", "анна"), Common(), -6.5, 0.0, 0.01, 0.9
)
CITY = FieldTrace("city", "city", "", "", ("", "тверь"), Common(), 0.0, 0.0, 0.0, 0.0)
EVIDENCE = Reason("name_contact", "first and last name, and a phone or mailbox of their own")
VETO = Reason("first_name", "two different first names")
NAMESAKES = Reason("name_alone", "these may be namesakes")
FIRST_NAME = Reason("first_name", "the first name agrees")
PAIR = PairTrace(
    of="person",
    fields=(PHONE, NAME, CITY),
    prior=-13.9,
    namesakes=0.0,
    weight=-8.0,
    probability=0.97,
    tier="merged",
    is_candidate=True,
    said="",
    vetoes=(),
    merging=(EVIDENCE,),
    not_merging=(),
    asking=(FIRST_NAME,),
    not_asking=(),
)
DIRECT = Step(FIRST, SECOND, "phone, last name", 0.97)
BY_OTHERS = Step(FIRST, THIRD, "e-mail", 0.7)


def side(record: Named, of: str = "person") -> Side:
    return Side(record, f"Ромашкин {record.row}", of, "101", "101", "", "", "single")


def explanation(pair: PairTrace | None = PAIR, **other: Any) -> Explanation:
    whole = Explanation(
        path="contacts.csv",
        rows=9,
        of_kind=7,
        sides=(side(FIRST), side(SECOND)),
        verdict="one",
        pair=pair,
        stored={"phone": ("8 900 000-11-22", "+79000001122"), "first_name": ("Пётр", "Анна"), "city": ("", "Тверь")},
        answered_at="",
        chain=(DIRECT,),
        question=None,
        settled=None,
        company=None,
        household=None,
        merge_at=0.95,
        review_at=0.5,
    )
    return replace(whole, **other)


@pytest.fixture(autouse=True)
def english() -> None:
    """Show messages in English, whatever ran before."""
    set_language("en")


@pytest.mark.parametrize(
    ("found", "sentences"),
    [
        pytest.param(
            explanation(),
            ["Merged by itself: the probability is 95% or more", EVIDENCE.title],
            id="merged",
        ),
        pytest.param(
            explanation(replace(PAIR, said="same", vetoes=(VETO,)), answered_at="2026-03-12T09:30:00+00:00"),
            [
                "A person decided on 2026-03-12: one client.",
                "outweighs what speaks against it: two different first names",
            ],
            id="answered same in spite of a veto",
        ),
        pytest.param(
            explanation(replace(PAIR, tier="doubtful", merging=()), chain=(DIRECT, DIRECT)),
            ["by a chain of 2 links", "Not merged by itself: that takes the name and a way to reach the client"],
            id="by a chain",
        ),
        pytest.param(
            explanation(replace(PAIR, tier="doubtful", probability=0.7), verdict="asked", question=DIRECT),
            [
                "crmclean review shows the two",
                "Not merged by itself: the probability is less than 95%.",
                "Worth a question: the probability is 50% or more, and the first name agrees.",
            ],
            id="asked",
        ),
        pytest.param(
            explanation(
                replace(PAIR, tier="doubtful", not_merging=(Reason("other_birthday", "the birthdays differ"),)),
                verdict="asked",
                question=BY_OTHERS,
            ),
            ["by two other records: ID 101 and row 7 (e-mail)", "Not merged by itself: the birthdays differ."],
            id="asked by other records",
        ),
        pytest.param(
            explanation(verdict="asked", question=DIRECT),
            ["it would bring together records that contradict each other"],
            id="cut",
        ),
        pytest.param(
            explanation(replace(PAIR, tier="apart", vetoes=(VETO,)), verdict="apart"),
            ["Forbidden, whatever the weights say: two different first names."],
            id="veto",
        ),
        pytest.param(
            explanation(replace(PAIR, tier="apart", said="different"), verdict="apart"),
            ["A person decided: different clients."],
            id="answered different, day unknown",
        ),
        pytest.param(
            explanation(replace(PAIR, tier="doubtful", probability=0.7), verdict="apart", settled=BY_OTHERS),
            ["about two other records of the same two clients: ID 101 and row 7"],
            id="settled",
        ),
        pytest.param(
            explanation(replace(PAIR, tier="apart", is_candidate=False), verdict="apart", chain=()),
            ["The two were not compared"],
            id="not compared",
        ),
        pytest.param(
            explanation(replace(PAIR, tier="apart", merging=(), not_asking=(NAMESAKES,)), verdict="apart"),
            ["Nobody is asked: these may be namesakes."],
            id="namesakes",
        ),
        pytest.param(
            explanation(replace(PAIR, tier="apart", of="company", merging=(), asking=()), verdict="apart"),
            ["that takes INN, or the name and a contact or address", "neither INN nor the name agrees"],
            id="companies that have nothing in common",
        ),
        pytest.param(
            explanation(replace(PAIR, tier="apart", probability=0.2), verdict="apart"),
            ["Nobody is asked: the probability is less than 50%."],
            id="improbable",
        ),
        pytest.param(explanation(None, verdict="kinds"), [], id="two kinds"),
    ],
)
def test_the_sentences_name_the_rule_that_decided(found: Explanation, sentences: list[str]) -> None:
    said = explain_verdict(found)
    assert bool(said) == bool(sentences)
    for sentence in sentences:
        assert sentence in " ".join(said)


def test_a_field_says_how_frequent_its_value_is() -> None:
    stored = ("8 900 000-11-22", "+79000001122")
    words = describe_field(PHONE, stored, "person", verbose=True)
    assert words == (
        "in common: +79000001122; 3 records have it; 1 person uses it; "
        "so it is with 72% of the pairs that are one client, and with one in 7,000 of the others"
    )
    learned = describe_field(replace(PHONE, learned=-0.3), stored, "company", verbose=False)
    assert (
        learned
        == "in common: +79000001122; 3 records have it; 1 company uses it; −0.3 of it from the answers of people"
    )


@pytest.mark.parametrize(
    ("stored", "keys", "words"),
    [
        pytest.param(("Пётр", "Анна"), ("петр", "анна"), "", id="case and ё are nothing to speak of"),
        pytest.param(("Щербак", "Shcherbak"), ("щербак", "щербак"), "compared as щербак", id="one key"),
        pytest.param(("Пётр И.", "Анна"), ("петр", "анна"), "compared as петр | анна", id="two keys"),
    ],
)
def test_a_key_is_shown_where_it_is_not_what_stands_there(
    stored: tuple[str, str], keys: tuple[str, str], words: str
) -> None:
    assert describe_field(replace(NAME, keys=keys), stored, "person", verbose=False) == words


def test_a_cut_says_which_records_contradict_each_other() -> None:
    assert describe_obstacle(Obstacle((FIRST, THIRD), (VETO,))) == (
        "not merged, because ID 101 and row 7 contradict each other: two different first names"
    )
    assert describe_obstacle(Obstacle(None, (Reason("too_large", "too many"),))) == "not merged: too many"


def test_a_company_says_what_joins_or_parts() -> None:
    assert describe_company(Relation(True)).endswith("both say the same of it.")
    assert describe_company(Relation(True, (DIRECT,))).endswith("which follows from:")
    assert describe_company(Relation(False, against=(Reason("inn", "two different INN"),))).endswith(
        "(company_id): two different INN."
    )
    assert describe_company(Relation(False)).endswith("different companies (company_id).")


@pytest.mark.parametrize("width", [40, 80, 120])
def test_the_page_fits_its_width_and_shows_hostile_cells_harmless(width: int) -> None:
    stream = io.StringIO()
    hostile = replace(side(FIRST), label="\x1b[31m[bold]Ромашкин[/bold]")
    found = explanation(
        sides=(hostile, side(SECOND)),
        verdict="asked",
        question=DIRECT,
        chain=(replace(DIRECT, obstacle=Obstacle((FIRST, SECOND), (VETO,))),),
        household=Relation(True, (DIRECT,)),
    )
    print_explanation(found, Console(file=stream, width=width, no_color=True), verbose=True)
    page = stream.getvalue()
    assert "\x1b" not in page
    assert "[bold]" in page
    assert "−13.9" in page
    assert "city." in page
    assert max(map(len, page.splitlines())) <= width


def test_json_has_nothing_but_its_own_types() -> None:
    found = explanation(
        chain=(replace(DIRECT, obstacle=Obstacle(None, (VETO,))),), company=Relation(True, (BY_OTHERS,))
    )
    value = json.loads(json.dumps(explanation_object(found, 0.1234)))
    assert value["seconds"] == 0.123
    assert value["records"][0] == {
        "row": 1,
        "id": "101",
        "label": "Ромашкин 1",
        "of": "person",
        "cluster_id": "101",
        "likely_id": "101",
        "company_id": "",
        "household_id": "",
        "role": "single",
    }
    assert value["chain"][0]["cut"] == {
        "a": None,
        "b": None,
        "reasons": [{"code": "first_name", "title": "two different first names"}],
    }
    assert value["company"]["chain"][0]["b"] == {"row": 7, "id": ""}
    assert value["pair"]["fields"][2]["level"] is None
    assert explanation_object(explanation(None), 0.0)["pair"] is None
