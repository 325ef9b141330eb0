"""The archive as it has to be after a night, reckoned from the truth of the world and the clients that the run saw.

Which cards are one client, the run says (that it is right is another check). What follows from it, is reckoned here
card by card, with nothing of the program.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from benchmarks.nights_results import SILENT_REASON
from benchmarks.nights_world import LOST, SILENT_AFTER, Card


@dataclass
class Entry:
    """A client of the archive.

    Attributes:
        shown: the ID of the card that stands for the client.
        cards: all that were known as the client's when it was archived, or since.
        person: who it is.
        client: the id that the program gave.
        since: the day of archiving.
        seen: the last sign of life that was known then.
        was_lost: the card was closed then.
        is_present: the CRM has the client's card tonight.
    """

    shown: int
    cards: frozenset[int]
    person: int
    client: str
    reason: str
    since: date
    seen: datetime
    was_lost: bool
    is_present: bool = False


@dataclass(frozen=True)
class Merged:
    """The cards that the run took for one client, merged as the documents say."""

    survivor: int
    cards: frozenset[int]
    person: int
    client: str
    active: datetime
    created: datetime
    changed: datetime
    is_lost: bool
    reason: str

    @classmethod
    def of(cls, survivor: int, members: Collection[Card], client: str) -> "Merged":
        """Merge cards: the first creation, the last activity and change; else the survivor's cell, else the newest."""
        kept = next(card for card in members if card.id == survivor)
        newest = sorted(members, key=lambda card: max(card.active, card.changed, card.created), reverse=True)
        return cls(
            survivor,
            frozenset(card.id for card in members),
            kept.person,
            client,
            max(card.active for card in members),
            min(card.created for card in members),
            max(card.changed for card in members),
            kept.status == LOST,
            kept.reason or next((card.reason for card in newest if card.reason), ""),
        )

    def reason_to_leave(self, day: date) -> str:
        """Return the reason of the first rule that fits and has one."""
        if (day - self.active.date()).days > SILENT_AFTER:
            return SILENT_REASON
        return self.reason if self.is_lost else ""

    def shows_news(self, entry: Entry) -> bool:
        """Tell whether a client of the archive shows that it is there again."""
        if entry.was_lost and not self.is_lost:
            return True
        is_closing = self.is_lost and not entry.was_lost
        signs = [self.active, self.created] if is_closing else [self.active, self.created, self.changed]
        # What another card of the client said before the archiving was not known to be the client's.
        is_in_time = len(self.cards) > 1 or max(signs).date() >= entry.since
        return max(signs) > entry.seen and is_in_time

    def entry(self, reason: str, day: date) -> Entry:
        """Return the client as it is archived."""
        seen = max(self.active, self.created, self.changed)
        return Entry(self.survivor, self.cards, self.person, self.client, reason, day, seen, self.is_lost)


@dataclass
class Expected:
    """What a night should have made of the archive.

    Attributes:
        archive: the day and the reason by the ID that stands there.
        active: the IDs of the active base.
        archived, returned: IDs of those who left and who came back tonight.
        without_reason: so many should have left, but nobody has said why.
    """

    archive: dict[int, tuple[str, str]] = field(default_factory=dict)
    active: set[int] = field(default_factory=set)
    archived: set[int] = field(default_factory=set)
    returned: set[int] = field(default_factory=set)
    without_reason: int = 0


class Ledger:
    """The archive from night to night."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def cards(self) -> frozenset[int]:
        """Return every card of a client of the archive."""
        return frozenset(card for entry in self.entries for card in entry.cards)

    def pass_night(
        self, day: date, clients: Iterable[Merged], cards: Mapping[int, Card], merged_ids: Mapping[str, str]
    ) -> Expected:
        """Reckon a night.

        Args:
            clients: as the run saw them.
            cards: every card there is.
            merged_ids: ids of clients that are no longer in use, with those that they were merged into.
        """
        expected = Expected()
        for entry in self.entries:
            entry.client = merged_ids.get(entry.client, entry.client)
        strangers, kept = self._match(clients, expected)
        staying = []
        for client in strangers:
            reason = client.reason_to_leave(day)
            if reason:
                kept.append(client.entry(reason, day))
                expected.archived.add(client.survivor)
            else:
                staying.append(client)
                expected.without_reason += client.is_lost
        for entry in list(kept):
            # A card that nobody took for the same tells that the client is there again; who is gone from the CRM stays.
            if entry.is_present and any(is_renewed(entry, client) for client in staying):
                kept.remove(entry)
                expected.returned.add(entry.shown)
                expected.active.add(entry.shown)
        expected.active |= {client.survivor for client in staying}
        self.entries = kept
        expected.archive = {entry.shown: (f"{entry.since}", entry.reason) for entry in kept}
        return expected

    def _match(self, clients: Iterable[Merged], expected: Expected) -> tuple[list[Merged], list[Entry]]:
        """Return the clients that the archive does not have, and its entries that show nothing new themselves."""
        left = list(clients)
        kept = []
        self._fold(left)
        for entry in self.entries:
            found = [client for client in left if client.client == entry.client]
            entry.is_present = bool(found)
            if not found:
                kept.append(entry)
                continue
            client = found[0]
            left.remove(client)
            if client.shows_news(entry):
                expected.returned.add(client.survivor)
                expected.active.add(client.survivor)
            else:
                entry.shown, entry.cards = client.survivor, entry.cards | client.cards
                kept.append(entry)
        return left, kept

    def _fold(self, clients: Iterable[Merged]) -> None:
        """Make the entries one whose cards turned out to be one client's: the first stays, with what is last known."""
        for client in clients:
            same = [one for one in self.entries if one.client == client.client and one.shown in client.cards]
            first = min(same, key=lambda entry: (entry.since, entry.shown), default=None)
            for entry in same:
                if first is not None and entry is not first:
                    first.seen = max(first.seen, entry.seen)
                    first.was_lost = entry.was_lost if entry.shown == client.survivor else first.was_lost
                    first.cards |= entry.cards
                    self.entries.remove(entry)


def is_renewed(entry: Entry, client: Merged) -> bool:
    """Tell whether a card that was entered after the archiving, on a later day, is of a client of the archive."""
    return (
        client.person == entry.person
        and client.created.date() >= entry.since + timedelta(days=1)
        and not client.is_lost
    )
