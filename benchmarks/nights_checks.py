"""What has to hold after a night: of the ids, the decisions, the archive, and the figures of the history."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from typing import Final

from benchmarks.nights_archive import Expected
from benchmarks.nights_results import Question, Results
from benchmarks.nights_world import Card

SAME: Final = "one client"
DIFFERENT: Final = "different clients"
_NOTE: Final = "crmclean_archive_note"
_OLD_ID: Final = re.compile(r"\bID: (\d+)")


class Ids:
    """The ids of the clients from night to night.

    Attributes:
        merged: ids that are no longer in use, with those that took their clients over.
        torn: clients that have more than one id now: the program has not found that their cards are of one client.
    """

    def __init__(self) -> None:
        self.merged: dict[str, str] = {}
        self.torn: dict[int, set[str]] = {}
        self._of_card: dict[int, str] = {}
        self._owner: dict[str, int] = {}

    def check(self, results: Results, cards: Mapping[int, Card], merged: Mapping[str, str]) -> list[str]:
        """Return what is wrong with the ids of a night.

        Args:
            merged: ids that are no longer in use, with those that took their clients over.
        """
        self.merged = dict(merged)
        known = results.client_ids()
        problems = [f"an id is missing: card {card}" for card, client in known.items() if not client]
        tonight = {card: known[one] for one, group in results.groups.items() if one in known for card in group}
        problems += [f"card {one} is in no file" for one in results.groups if one not in known]
        tonight |= {card: client for card, client in known.items() if card not in tonight}
        before = {card: self._now(client) for card, client in self._of_card.items()}
        for card, client in sorted(tonight.items()):
            problems += self._check_owner(card, client, cards)
            if before.get(card, client) != client:
                problems += self._check_change(card, before[card], client, tonight, before)
        self._of_card |= tonight
        found: defaultdict[int, set[str]] = defaultdict(set)
        for card, client in self._of_card.items():
            found[cards[card].person].add(self._now(client))
        self.torn = {person: ids for person, ids in found.items() if len(ids) > 1}
        return problems

    def _check_owner(self, card: int, client: str, cards: Mapping[int, Card]) -> list[str]:
        person = cards[card].person
        owner = self._owner.setdefault(client, person)
        return [] if owner == person else [f"id {client} of client {owner} is given to card {card} of client {person}"]

    def _check_change(
        self, card: int, was: str, now: str, tonight: Mapping[int, str], before: Mapping[int, str]
    ) -> list[str]:
        """Return what is wrong where a card has another id than before: it may leave a client that keeps its id."""
        others = [one for one, client in tonight.items() if client == was and one != card and before.get(one) == was]
        return [] if others else [f"card {card} had the id {was} and has {now}, nobody kept {was}"]

    def _now(self, client: str) -> str:
        while client in self.merged:
            client = self.merged[client]
        return client


class Decisions:
    """What people have decided, from night to night.

    Attributes:
        given: the decision by the cards of the pair, with what both said then.
        asked_after_edit: so many pairs were asked again after one of their cards had been changed.
    """

    def __init__(self) -> None:
        self.given: dict[frozenset[int], tuple[str, frozenset[tuple[str, ...]]]] = {}
        self.keys: set[frozenset[str]] = set()
        self.asked_after_edit = 0

    def decide(self, questions: Collection[Question], cards: Mapping[int, Card]) -> dict[int, str]:
        """Return the decisions of somebody who knows the truth, by the row of the question."""
        answers = {}
        for question in questions:
            one, other = (cards[card] for card in question.cards)
            answers[question.row] = SAME if one.person == other.person else DIFFERENT
            self.given[question.cards] = (answers[question.row], frozenset({one.content(), other.content()}))
            self.keys.add(question.keys)
        return answers

    def check(self, results: Results, cards: Mapping[int, Card]) -> list[str]:
        """Return what is wrong with a night: pairs that are asked again, and decisions that were not followed."""
        problems = [f"asked again: {sorted(item.cards)}" for item in results.questions if item.keys in self.keys]
        group = {card: one for one, members in results.groups.items() for card in members}
        asked = {question.cards for question in results.questions}
        for pair, (decision, contents) in self.given.items():
            one, other = sorted(pair)
            if one not in group or other not in group:
                continue
            if group[one] == group[other] and decision == DIFFERENT:
                problems.append(f"decided “{decision}”, merged: {one} and {other}")
            if group[one] != group[other] and decision == SAME:
                problems.append(f"decided “{decision}”, parted: {one} and {other}")
            if pair in asked and frozenset({cards[one].content(), cards[other].content()}) == contents:
                problems.append(f"decided “{decision}”, asked again: {one} and {other}")
            self.asked_after_edit += pair in asked
        return problems


def check_merges(results: Results, cards: Mapping[int, Card]) -> list[str]:
    """Return the merges of two clients, with what the program says of them."""
    reasons = {int(line["id"]): line["reason"] for line in results.clusters}
    return [
        f"two clients merged: {', '.join(f'{card} ({reasons[card]})' for card in sorted(group))}"
        for group in results.groups.values()
        if len({cards[card].person for card in group}) > 1
    ]


def check_places(results: Results, exported: Collection[int], earlier: Collection[int]) -> list[str]:
    """Return which records of an export and of the earlier archive stand nowhere, or in two places."""
    away = Counter(results.merged_away)
    active, archive = (Counter(int(line["ID"]) for line in lines) for lines in (results.active, results.archive))
    places = active + archive + away
    # A client who was entered anew under another ID brings the old one along.
    renamed = {int(number) for line in results.active + results.archive for number in _OLD_ID.findall(line[_NOTE])}
    problems = [f"card {card} stands nowhere" for card in sorted({*exported, *earlier} - renamed) if not places[card]]
    for card, times in sorted(places.items()):
        if times > 1:
            where = f"active {active[card]}, archive {archive[card]}, merged away {away[card]}"
            problems.append(f"card {card} stands {times} times: {where}")
        if card not in exported and card not in earlier:
            problems.append(f"card {card} was neither in the export nor in the archive")
    return problems


def check_archive(results: Results, expected: Expected, day: date) -> list[str]:
    """Return where the archive and the active base are not as expected."""
    found = {
        int(line["ID"]): (line["crmclean_archived_at"], line["crmclean_archived_reason"]) for line in results.archive
    }
    problems = [
        f"archive: card {card}: {found.get(card)}, expected {expected.archive.get(card)}"
        for card in sorted(found.keys() | expected.archive.keys())
        if found.get(card) != expected.archive.get(card)
    ]
    active = {int(line["ID"]): line[_NOTE] for line in results.active}
    problems += [f"active base: card {card} is missing" for card in sorted(expected.active - active.keys())]
    problems += [f"active base: card {card} should not be there" for card in sorted(active.keys() - expected.active)]
    returned = {card for card, note in active.items() if f"returned {day:%d.%m.%Y}: " in note}
    problems += [f"card {card} has no note of its return" for card in sorted(expected.returned - returned)]
    problems += [f"card {card} has a note of a return" for card in sorted(returned - expected.returned)]
    return problems


def check_figures(figures: Mapping[str, float], results: Results, expected: Expected, exported: int) -> list[str]:
    """Return which figures of a run are not those of the world."""
    wanted = {
        "rows_in": exported,
        "rows_out": len(expected.active),
        "merged": exported - len(results.groups),
        "archived": len(expected.archived),
        "restored": len(expected.returned),
        "in_archive": len(expected.archive),
        "no_reason": expected.without_reason,
        "doubtful": len(results.questions),
    }
    return [
        f"figure {name}: {figures.get(name)}, expected {value}"
        for name, value in wanted.items()
        if figures.get(name) != value
    ]
