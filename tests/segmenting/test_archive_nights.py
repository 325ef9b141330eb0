"""Many random nights: whatever the CRM does to its cards, none is lost and none stands in both files."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.segmenting.archive_nights import Base, Card, Night, cells_of

FIRST_DAY = date(2026, 10, 1)
LOST = "Закрыто и не реализовано"
SURNAMES = ("Котов", "Лисицын", "Зайцев", "Волков", "Медведев", "Барсуков")

EVENTS = ("new", "edit", "call", "lose", "reopen", "vanish", "appear", "nothing")


def spell(day: date) -> str:
    return day.strftime("%d.%m.%Y")


def make_card(number: int, today: date, silent_days: int) -> Card:
    seen = today - timedelta(days=silent_days)
    return Card(
        id=str(number),
        name=f"{SURNAMES[number % len(SURNAMES)]} Олег",
        phone=f"+7 900 00{number // 100}-{number % 100:02d}-01",
        stage="В работе",
        active=spell(seen),
        created=spell(seen),
        reason="Дорого" if number % 3 else "",
    )


class Crm:
    """A CRM whose cards change from night to night; some are hidden from the export for a while."""

    def __init__(self) -> None:
        self.cards: dict[int, Card] = {}
        self.hidden: set[int] = set()

    def happen(self, event: str, place: int, today: date) -> None:
        """Let one thing happen to one of the cards."""
        number = sorted(self.cards)[place % len(self.cards)] if self.cards else 0
        if event == "new" or not self.cards:
            number = len(self.cards) + 1
            self.cards[number] = make_card(number, today, silent_days=place * 40)
            return
        card = self.cards[number]
        changes = {
            "edit": {"phone": f"+7 900 {place:03d}-{number % 100:02d}-{today.day:02d}"},
            "call": {"active": spell(today)},
            "lose": {"stage": LOST},
            "reopen": {"stage": "Переговоры"},
        }
        self.cards[number] = replace(card, **changes.get(event, {}))
        if event == "vanish":
            self.hidden.add(number)
        if event == "appear":
            self.hidden.discard(number)

    def export(self, turned: bool) -> tuple[Card, ...]:
        """Return the cards that the export shows."""
        shown = [card for number, card in sorted(self.cards.items()) if number not in self.hidden]
        return tuple(reversed(shown) if turned else shown)


NIGHTS = st.lists(
    st.tuples(
        st.lists(st.tuples(st.sampled_from(EVENTS), st.integers(0, 29)), min_size=1, max_size=6),
        st.booleans(),
        st.booleans(),
    ),
    min_size=5,
    max_size=10,
)


def archived(base: Base) -> dict[str, tuple[str, str]]:
    if base.file is None:
        return {}
    names = ("ID", "crmclean_archived_at", "crmclean_archived_reason")
    return {identity: (day, reason) for identity, day, reason in zip(*map(base.column, names), strict=True)}


@settings(max_examples=4)
@given(NIGHTS)
def test_no_record_is_ever_lost_or_doubled(nights: list[tuple[list[tuple[str, int]], bool, bool]]) -> None:
    crm, base = Crm(), Base()
    crm.happen("new", 0, FIRST_DAY)
    for count, (events, restore, turned) in enumerate(nights):
        today = FIRST_DAY + timedelta(days=7 * count)
        for event, place in events:
            crm.happen(event, place, today)
        cards = crm.export(turned)
        if not cards:
            continue
        before = archived(base)
        outcome = base.run(Night(today.isoformat(), cards, restore))
        active, kept = cells_of(outcome.table, "ID"), archived(base)
        assert len(active) == len(set(active))
        assert not set(active) & set(kept)
        assert set(active) | set(kept) == {card.id for card in cards} | set(before)
        assert len(base.column("ID")) == len(kept)
        assert all(reason for _day, reason in kept.values())
        # Who stays keeps the day and the reason; who comes back was in the archive, and is new in it only by a rule.
        assert all(kept[identity] == before[identity] for identity in set(kept) & set(before))
        if not restore:
            assert set(before) <= set(kept)
        shown = {card.id: card for card in cards}
        phones = dict(zip(base.column("ID"), base.column("Телефон"), strict=True))
        assert all(phones[identity] == shown[identity].phone for identity in set(kept) & set(shown))


@settings(max_examples=4)
@given(NIGHTS)
def test_the_order_of_the_export_decides_nothing(nights: list[tuple[list[tuple[str, int]], bool, bool]]) -> None:
    crm, base, turned = Crm(), Base(without=("ID",)), Base(without=("ID",))
    crm.happen("new", 0, FIRST_DAY)
    for count, (events, restore, _turned) in enumerate(nights[:5]):
        today = FIRST_DAY + timedelta(days=7 * count)
        for event, place in events:
            crm.happen(event, place, today)
        if not (cards := crm.export(turned=False)):
            continue
        one = base.run(Night(today.isoformat(), cards, restore))
        other = turned.run(Night(today.isoformat(), tuple(reversed(cards)), restore))
        assert sorted(one.table.frame.itertuples(index=False)) == sorted(other.table.frame.itertuples(index=False))
        assert sorted(one.tables["archive"].itertuples(index=False)) == sorted(
            other.tables["archive"].itertuples(index=False)
        )
        assert one.figures == other.figures


@settings(max_examples=4)
@given(NIGHTS)
def test_every_phone_that_an_archived_record_had_is_still_there(
    nights: list[tuple[list[tuple[str, int]], bool, bool]],
) -> None:
    crm, base = Crm(), Base()
    crm.happen("new", 0, FIRST_DAY)
    had: dict[str, set[str]] = {}
    for count, (events, restore, turned) in enumerate(nights[:6]):
        today = FIRST_DAY + timedelta(days=7 * count)
        for event, place in events:
            crm.happen(event, place, today)
        if not (cards := crm.export(turned)):
            continue
        outcome = base.run(Night(today.isoformat(), cards, restore))
        shown = {card.id: card.phone for card in cards}
        back = outcome.tables["returning"]
        notes = dict(zip(cells_of(outcome.table, "ID"), cells_of(outcome.table, "crmclean_archive_note"), strict=True))
        for identity in back.loc[back["done"].eq("came back"), "id"].tolist():
            said = notes[identity] + shown.get(identity, "")
            assert all(phone in said for phone in had.get(identity, ()))
            had.pop(identity, None)
        kept = zip(base.column("ID"), base.column("Телефон"), base.column("crmclean_archive_note"), strict=True)
        for identity, phone, note in kept:
            had.setdefault(identity, set()).add(shown.get(identity, phone))
            assert all(earlier in phone + note for earlier in had[identity])
