"""What people said of a card holds when the card is corrected."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import pytest

from crmclean.core.settings import DedupSettings, ReadSettings
from crmclean.files.reading import read_table
from crmclean.history.client_memory import known_after
from crmclean.history.clients import AssignedIds
from crmclean.history.decisions import Decision, answers_frame, newest_answers
from crmclean.history.known_clients import KnownClients
from crmclean.workflows.dedup import Deduplicated, dedup

HEADING = "ID;Фамилия;Имя;Отчество;Дата рождения;Телефон;E-mail;Город"
CARDS: Mapping[str, str] = {
    "1": "1;Котова;Жанна;Владимировна;;8 900 123-45-67;;Пермь",
    "2": "2;Белкина;Жанна;Владимировна;;8 900 123-45-67;anna@example.com;Тверь",
    "3": "3;Лисицын;Олег;Павлович;17.11.1975;8 900 765 43 21;;Тверь",
}
"""Two cards that may be one client, who has married, and somebody else."""


class Nights:
    """Runs of `dedup` one after another, with the memory that the history keeps between them."""

    def __init__(self) -> None:
        self.known = KnownClients.none()
        self.answers = answers_frame([])
        self.moment = datetime(2026, 11, 1, tzinfo=UTC)
        self.night = 0

    def run(self, cards: Mapping[str, str]) -> Deduplicated:
        """Do one night and remember it."""
        text = "\n".join([HEADING, *cards.values()])
        table = read_table(text.encode(), "export.csv", ReadSettings()).table
        outcome = dedup(table, DedupSettings(), self.answers, self.known)
        assert isinstance(outcome.assigned, AssignedIds)
        self.night += 1
        self.known = known_after(outcome.assigned, self.night, date(2026, 11, self.night))
        if outcome.carried is not None:
            self.answers = newest_answers([self.answers, outcome.carried])
        return outcome

    def answer(self, outcome: Deduplicated, same: bool) -> None:
        """Answer every question of a night."""
        self.moment += timedelta(days=1)
        given = [
            Decision(line["key_a"], line["key_b"], same, line["of"], line["levels"], self.moment)
            for line in outcome.tables["review"].to_dict("records")
        ]
        assert given
        self.answers = newest_answers([self.answers, answers_frame(given)])


def clusters(outcome: Deduplicated) -> list[set[str]]:
    """Return the clients as sets of IDs."""
    frame = outcome.tables["clusters"]
    return sorted((set(group["id"]) for _name, group in frame.groupby("cluster_id")), key=sorted)


@pytest.fixture
def nights() -> Nights:
    """A base before its first night."""
    return Nights()


@pytest.mark.parametrize("same", [pytest.param(False, id="two clients"), pytest.param(True, id="one client")])
@pytest.mark.parametrize(
    ("card", "edited"),
    [
        pytest.param("2", "2;Белкина;Жанна;Владимировна;;8 900 123-45-67;new@example.com;Тверь", id="another mail"),
        pytest.param("2", "2;Белкина;Жанна;Владимировна;;8 900 123-45-67;anna@example.com;Псков", id="another city"),
        pytest.param("1", "1;Котова;Жанна;Владимировна;;8 900 123-45-67;a@example.com;Пермь", id="a mail is known now"),
        pytest.param("2", "2;Зайцева;Жанна;Владимировна;;8 900 123-45-67;anna@example.com;Тверь", id="married"),
    ],
)
def test_an_answer_follows_a_corrected_card(nights: Nights, card: str, edited: str, same: bool) -> None:
    nights.answer(nights.run(CARDS), same)
    expected = [{"1", "2"}, {"3"}] if same else [{"1"}, {"2"}, {"3"}]
    assert clusters(nights.run(CARDS)) == expected
    later = {**CARDS, card: edited}
    for _night in range(3):
        outcome = nights.run(later)
        assert clusters(outcome) == expected
        assert not len(outcome.tables["review"])


def test_an_answer_follows_a_card_through_many_corrections(nights: Nights) -> None:
    nights.answer(nights.run(CARDS), False)
    cards = dict(CARDS)
    for number in range(5):
        cards["1"] = f"1;Котова;Жанна;Владимировна;;8 900 123-45-67;a{number}@example.com;Пермь"
        cards["2"] = f"2;Белкина;Жанна;Владимировна;;8 900 123-45-67;anna{number}@example.com;Тверь"
        outcome = nights.run(cards)
        assert clusters(outcome) == [{"1"}, {"2"}, {"3"}]
        assert not len(outcome.tables["review"])


def test_both_cards_corrected_before_the_answer_was_used(nights: Nights) -> None:
    nights.answer(nights.run(CARDS), False)
    cards = {
        **CARDS,
        "1": "1;Котова;Жанна;Владимировна;;8 900 123-45-67;a@example.com;Пермь",
        "2": "2;Белкина;Жанна;Владимировна;;8 900 123-45-67;new@example.com;Тверь",
    }
    assert clusters(nights.run(cards)) == [{"1"}, {"2"}, {"3"}]


def test_somebody_else_on_the_same_id_is_asked_about_anew(nights: Nights) -> None:
    nights.answer(nights.run(CARDS), True)
    cards = {**CARDS, "2": "2;Орлов;Пётр;;;8 900 123-45-67;orlov@example.com;Тверь"}
    outcome = nights.run(cards)
    assert outcome.carried is not None
    assert not len(outcome.carried)
    assert clusters(outcome) == [{"1"}, {"2"}, {"3"}]


def test_a_newer_answer_about_the_corrected_cards_counts(nights: Nights) -> None:
    nights.answer(nights.run(CARDS), False)
    cards = {**CARDS, "2": "2;Белкина;Жанна;Владимировна;;8 900 123-45-67;new@example.com;Тверь"}
    carried = nights.run(cards).carried
    assert carried is not None
    (line,) = carried.to_dict("records")
    newer = Decision(line["key_a"], line["key_b"], True, line["of"], "", nights.moment + timedelta(days=9))
    nights.answers = newest_answers([nights.answers, answers_frame([newer])])
    assert clusters(nights.run(cards)) == [{"1", "2"}, {"3"}]


def test_a_carried_answer_moves_no_weights_a_second_time(nights: Nights) -> None:
    nights.answer(nights.run(CARDS), False)
    cards = {**CARDS, "2": "2;Белкина;Жанна;Владимировна;;8 900 123-45-67;new@example.com;Тверь"}
    carried = nights.run(cards).carried
    assert carried is not None
    assert carried["levels"].tolist() == [""]
    assert len(nights.answers) == 2
    # What was carried once is there: nothing is carried again.
    again = nights.run(cards).carried
    assert again is not None
    assert not len(again)
