"""What happens to the cards of a CRM in the course of a day."""

from collections.abc import Callable, Collection
from datetime import date, timedelta
from typing import Final

from benchmarks.generator.people import draw_first_name
from benchmarks.nights_world import LOST, OPEN, REASONS, Card, World

_AWAY: Final = (1, 6)
"""Nights after which a card that vanished is there again."""


class Days:
    """The days of a world, one after the other.

    Args:
        size: number of clients by which the number of events grows.
    """

    def __init__(self, world: World, size: int) -> None:
        self._world = world
        self._size = size
        self._coming_back: dict[int, date] = {}
        self._without_reason: dict[int, date] = {}
        self._day = date.min
        self._archived: Collection[int] = ()
        self._touched: set[int] = set()
        self._events: tuple[tuple[Callable[[], bool], float], ...] = (
            (self._enter_client, 3),
            (self._enter_again, 2),
            (self._change_phone, 1),
            (self._change_mail, 1),
            (self._marry, 1),
            (self._move, 1),
            (self._correct, 1),
            (self._vanish, 2),
            (self._hear_of_active, 5),
            (self._lose, 1.5),
            (self._reopen, 0.5),
            (self._enter_relative, 1),
            (self._enter_namesake, 1),
            (self._enter_with_other_surname, 0.7),
            (self._hear_of_archived, 1.5),
            (self._edit_archived, 0.5),
            (self._delete_archived, 1),
            (self._enter_archived_again, 0.7),
        )

    def pass_day(self, day: date, archived: Collection[int]) -> None:
        """Let a day pass.

        Args:
            archived: IDs of the cards whose clients are in the archive since the night, or longer.
        """
        self._day, self._archived = day, archived
        self._touched = set()
        self._come_back()
        self._enter_reasons()
        for event, share in self._events:
            often = share * max(self._size / 300, 0.35)
            for _number in range(int(often) + self._world.chance.happens(often % 1)):
                self._world.events[event.__name__.strip("_")] += event()

    def _choose(self, fits: Callable[[Card], bool], archived: bool = False) -> Card | None:
        """Return a card that nothing has happened to today, of a client in the active base or in the archive."""
        found = [
            card
            for card in self._world.present()
            if (card.id in self._archived) == archived and card.person not in self._touched and fits(card)
        ]
        if not found:
            return None
        card = self._world.chance.pick(found)
        self._touched.add(card.person)
        return card

    def _change(self, card: Card) -> bool:
        card.changed = self._world.moment(self._day)
        return True

    def _come_back(self) -> None:
        for number in [number for number, day in self._coming_back.items() if day <= self._day]:
            del self._coming_back[number]
            self._world.cards[number].present = True
            self._world.events["came_back"] += 1

    def _enter_reasons(self) -> None:
        for number in [number for number, day in self._without_reason.items() if day <= self._day]:
            del self._without_reason[number]
            card = self._world.cards[number]
            if card.status == LOST:
                card.reason = self._world.chance.pick(REASONS)
                self._change(card)

    def _enter_client(self) -> bool:
        self._world.write(self._world.meet(), self._day)
        return True

    def _enter_again(self) -> bool:
        card = self._choose(lambda card: not card.right)
        if card is not None:
            self._world.write_again(card, self._day)
        return card is not None

    def _change_phone(self) -> bool:
        card = self._choose(lambda card: True)
        if card is None:
            return False
        person = self._world.people[card.person]
        person.phone = self._world.registry.numbers.mobile()
        card.phone = self._world.spell_phone(person.phone)
        return self._change(card)

    def _change_mail(self) -> bool:
        card = self._choose(lambda card: True)
        if card is None:
            return False
        person = self._world.people[card.person]
        person.mail, person.mail_known = self._world.registry.mail(person.last, person.first), True
        card.mail = person.mail
        return self._change(card)

    def _marry(self) -> bool:
        people = self._world.people
        card = self._choose(lambda card: people[card.person].female and not card.right)
        if card is None:
            return False
        person = people[card.person]
        person.last = self._world.registry.person(female=True).last
        card.last = person.last
        return self._change(card)

    def _move(self) -> bool:
        card = self._choose(lambda card: True)
        if card is None:
            return False
        person = self._world.people[card.person]
        person.city = self._world.registry.city()
        card.city = person.city.name
        return self._change(card)

    def _correct(self) -> bool:
        card = self._choose(lambda card: bool(card.right))
        if card is None:
            return False
        card.last, card.right = card.right, ""
        return self._change(card)

    def _vanish(self) -> bool:
        card = self._choose(lambda card: True)
        if card is None:
            return False
        card.present = False
        if self._world.chance.happens(0.7):
            self._coming_back[card.id] = self._day + timedelta(days=self._world.chance.between(*_AWAY))
        return True

    def _hear_of_active(self) -> bool:
        card = self._choose(lambda card: True)
        if card is not None:
            card.active = self._world.moment(self._day)
        return card is not None

    def _lose(self) -> bool:
        card = self._choose(lambda card: card.status == OPEN)
        if card is None:
            return False
        cards = self._world.cards_of(card.person)
        reason = self._world.chance.pick(REASONS)
        if len(cards) == 1 and self._world.chance.happens(0.4):
            reason = ""
            self._without_reason[card.id] = self._day + timedelta(days=1)
        for one in cards:
            one.status, one.reason = LOST, reason
            self._change(one)
        return True

    def _reopen(self) -> bool:
        card = self._choose(lambda card: card.status == LOST, archived=True)
        if card is None:
            return False
        for one in self._world.cards_of(card.person):
            one.status, one.reason = OPEN, ""
            one.active = self._world.moment(self._day)
            self._change(one)
        return True

    def _enter_relative(self) -> bool:
        """Enter somebody of the family: the same phone, another first name."""
        card = self._choose(lambda card: not card.right)
        if card is None:
            return False
        world, person = self._world, self._world.people[card.person]
        first = draw_first_name(world.chance, person.female)
        if first == person.first:
            return False
        relative = world.meet(first=first, female=person.female, phone=person.phone)
        relative.last, relative.city = person.last, person.city
        world.write(relative, self._day)
        return True

    def _enter_namesake(self) -> bool:
        """Enter a son who bears his father's name and answers his father's phone: somebody has to be asked."""
        world = self._world
        card = self._choose(lambda card: not card.right and bool(card.birth) and self._is_known_once(card))
        if card is None:
            return False
        person = world.people[card.person]
        namesake = world.meet(first=person.first, middle=person.middle, female=person.female, phone=person.phone)
        namesake.last, namesake.city = person.last, person.city
        year = int(person.birth[-4:])
        namesake.birth = person.birth[:2] + namesake.birth[2:6] + str(year + 23 if year < 1980 else year - 23)
        namesake.birth_known, namesake.mail_known = True, False
        world.namesakes |= {person.number, namesake.number}
        world.write(namesake, self._day)
        return True

    def _is_known_once(self, card: Card) -> bool:
        """Tell whether the client has no namesake yet, and the CRM never had another card of the client."""
        cards = [one for one in self._world.cards.values() if one.person == card.person]
        return card.person not in self._world.namesakes and len(cards) == 1

    def _enter_with_other_surname(self) -> bool:
        """Enter a client anew under the surname of her husband: the phone is hers, somebody has to be asked."""
        world = self._world
        card = self._choose(lambda card: world.people[card.person].female and not card.right)
        if card is None:
            return False
        again = world.write_again(card, self._day)
        world.people[card.person].last = again.last = world.registry.person(female=True).last
        again.middle = world.people[card.person].middle
        return True

    def _hear_of_archived(self) -> bool:
        card = self._choose(lambda card: True, archived=True)
        if card is not None:
            card.active = self._world.moment(self._day)
        return card is not None

    def _edit_archived(self) -> bool:
        card = self._choose(lambda card: card.status == OPEN, archived=True)
        if card is None:
            return False
        card.city = self._world.registry.city().name
        return self._change(card)

    def _delete_archived(self) -> bool:
        card = self._choose(lambda card: True, archived=True)
        if card is None:
            return False
        for one in self._world.cards_of(card.person):
            one.present = False
        return True

    def _enter_archived_again(self) -> bool:
        """Delete a client of the archive from the CRM and enter the client anew, with a new ID."""
        card = self._choose(lambda card: not card.right, archived=True)
        if card is None:
            return False
        for one in self._world.cards_of(card.person):
            one.present = False
        again = self._world.write_again(card, self._day)
        if self._world.chance.happens(0.3):
            again.last = again.middle = ""
        return True
