"""A week of nights of a small firm: the benchmark of nights finds nothing wrong, and it would find it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from benchmarks.nights import Nights
from benchmarks.nights_archive import Ledger, Merged
from benchmarks.nights_checks import DIFFERENT, Decisions, check_archive, check_merges, check_places
from benchmarks.nights_results import Question, Results
from benchmarks.nights_world import LOST, Card, World
from crmclean.core.i18n import set_language

DAY = date(2026, 10, 24)
LONG_AGO = datetime(2025, 10, 20, 12, 0)


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("CRMCLEAN_STATE", raising=False)
    yield
    set_language("en")


def test_a_week_goes_well(tmp_path: Path) -> None:
    report = Nights(tmp_path / "firm", clients=60, seed=1, again_every=3, shuffle_every=5).pass_nights(7)
    assert [text for texts in report.problems.values() for text in texts] == []
    assert report.counts["nights"] == 7
    assert min(report.done.values()) >= 1
    assert min(report.counts[name] for name in ("archived", "returned", "questions", "vanish", "enter_again")) >= 1


def test_one_seed_gives_one_world() -> None:
    assert World(20, 5).cards == World(20, 5).cards
    assert World(20, 5).cards != World(20, 6).cards


def card(number: int, person: int, **cells: object) -> Card:
    """Return a card of somebody who was heard of on the day."""
    noon = datetime(DAY.year, DAY.month, DAY.day, 12, 0)
    names = ("Котова", "Анна", "Сергеевна", "", "+7 900 123-45-67", "", "Тестова Анна", "Пермь")
    result = Card(number, person, *names, noon, noon, noon)
    for name, value in cells.items():
        setattr(result, name, value)
    return result


def results(*groups: tuple[int, ...]) -> Results:
    """Return a night whose active base holds the first card of each group; the others were merged into it."""
    clusters = [
        {
            "id": str(one),
            "cluster_id": str(group[0]),
            "role": "merged" if one != group[0] else "survivor",
            "reason": "x",
        }
        for group in groups
        for one in group
    ]
    active = [{"ID": str(group[0]), "crmclean_id": f"C{group[0]}", "crmclean_archive_note": ""} for group in groups]
    return Results(Path(), {}, active, [], clusters, ())


def test_two_clients_merged_are_found() -> None:
    cards = {1: card(1, 1), 2: card(2, 1), 3: card(3, 2)}
    assert check_merges(results((1, 2), (3,)), cards) == []
    assert check_merges(results((1, 3), (2,)), cards) == ["two clients merged: 1 (x), 3 (x)"]


def test_who_is_lost_or_stands_twice_is_found() -> None:
    night = results((1, 2), (3,))
    assert check_places(night, {1, 2, 3}, set()) == []
    assert check_places(night, {1, 2, 3}, {4}) == ["card 4 stands nowhere"]
    twice = replace(night, archive=night.active[:1])
    assert check_places(twice, {1, 2, 3}, {1}) == ["card 1 stands 2 times: active 1, archive 1, merged away 0"]


def test_a_decision_that_is_not_followed_is_found() -> None:
    cards = {1: card(1, 1), 2: card(2, 2)}
    decisions = Decisions()
    assert decisions.decide([Question(3, frozenset({1, 2}), frozenset({"ka", "kb"}))], cards) == {3: DIFFERENT}
    assert decisions.check(results((1,), (2,)), cards) == []
    assert decisions.check(results((1, 2)), cards) == [f"decided “{DIFFERENT}”, merged: 1 and 2"]
    again = replace(results((1,), (2,)), questions=(Question(3, frozenset({1, 2}), frozenset({"ka", "kc"})),))
    assert decisions.check(again, cards) == [f"decided “{DIFFERENT}”, asked again: 1 and 2"]
    cards[2].city = "Тверь"
    assert decisions.check(again, cards) == []
    assert decisions.check(results((1, 2)), cards) == [f"decided “{DIFFERENT}”, merged: 1 and 2"]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({"active": datetime(2025, 10, 24, 9, 0)}, {}, id="365 days: still there"),
        pytest.param({"active": datetime(2025, 10, 23, 18, 59)}, {1: "молчит больше года"}, id="366 days: silent"),
        pytest.param({"status": LOST, "reason": "дорого"}, {1: "дорого"}, id="lost, with the reason of the card"),
        pytest.param({"status": LOST}, {}, id="lost without a reason: stays"),
    ],
)
def test_who_has_to_leave(cells: dict[str, object], expected: dict[int, str]) -> None:
    cards = {1: card(1, 1, **cells)}
    ledger = Ledger()
    night = ledger.pass_night(DAY, [Merged.of(1, [cards[1]], "C1")], cards, {})
    assert night.archive == {number: ("2026-10-24", reason) for number, reason in expected.items()}
    found = results((1,))
    assert (check_archive(found, night, DAY) == []) == (not expected)


def test_who_is_heard_of_again_has_to_come_back() -> None:
    cards = {1: card(1, 1, active=LONG_AGO, created=LONG_AGO, changed=LONG_AGO)}
    ledger = Ledger()
    ledger.pass_night(DAY, [Merged.of(1, [cards[1]], "C1")], cards, {})
    assert ledger.cards() == {1}
    cards[1].active = datetime(2026, 10, 24, 15, 0)
    night = ledger.pass_night(date(2026, 10, 25), [Merged.of(1, [cards[1]], "C1")], cards, {})
    assert (night.archive, night.active, night.returned) == ({}, {1}, {1})
    assert check_archive(results((1,)), night, date(2026, 10, 25)) == ["card 1 has no note of its return"]
