"""What the archive makes of clients whose cards `dedup` merges only once one of them, or both, are archived."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.segmenting.archive_nights import Base, Card, Night, cells_of

WAITS, TOLD, LATER, LAST = "2026-10-01", "2026-10-02", "2026-10-03", "2026-10-04"

# Irina was entered anew under the surname of her husband: until somebody has answered, the cards are of two clients.
SILENT_CARD = Card(
    id="9001", name="Коробова Ирина Павловна", phone="+7 900 000-21-01", stage="В работе", active="01.03.2025 15:00",
    changed="01.03.2025 15:00", created="10.02.2024 12:00",
)  # fmt: skip
ACTIVE_CARD = Card(
    id="9002", name="Плотникова Ирина Павловна", phone="8 (900) 000-21-01", mail="irina@example.com",
    stage="В работе", active="30.09.2026 11:00", changed="30.09.2026 11:00", created="05.05.2026 10:00",
)  # fmt: skip
OTHER = Card(
    id="1", name="Котова Анна Сергеевна", phone="+7 900 000-11-01", stage="В работе", active="20.09.2026 12:00",
    changed="20.09.2026 12:00", created="01.02.2024 10:00",
)  # fmt: skip
SILENT_SURVIVES = replace(SILENT_CARD, mail=ACTIVE_CARD.mail, active=ACTIVE_CARD.active, changed=ACTIVE_CARD.changed)
ACTIVE_SURVIVES = replace(ACTIVE_CARD, created=SILENT_CARD.created)
UNDATED = replace(ACTIVE_CARD, active="", changed="", created="")
UNDATED_SURVIVES = replace(UNDATED, active=SILENT_CARD.active, changed=SILENT_CARD.changed, created=SILENT_CARD.created)
QUIET = replace(ACTIVE_CARD, active="11.05.2025 09:00", changed="11.05.2025 09:00", created="11.05.2025 09:00")
QUIET_SURVIVES = replace(QUIET, created=SILENT_CARD.created)
SILENT_SURVIVES_QUIET = replace(SILENT_CARD, mail=QUIET.mail, active=QUIET.active, changed=QUIET.changed)
LOST = replace(QUIET, stage="Закрыто и не реализовано", reason="Дорого")
LOST_SURVIVES = replace(QUIET_SURVIVES, stage=LOST.stage, reason=LOST.reason)
SILENT_SURVIVES_LOST = replace(SILENT_SURVIVES_QUIET, reason=LOST.reason)
THIRD = replace(ACTIVE_CARD, id="9003", name="Плотникова Ира")
STRANGER = Card(
    id="9002", name="Сурова Нина", phone="+7 900 000-11-88", stage="В работе", active="30.09.2026",
    created="05.05.2026",
)  # fmt: skip

Seen = tuple[Card, str, str]
"""A card as dedup leaves it: the card, the id of the client, the IDs of what was merged into it."""


def night(day: str, *seen: Seen, restore: bool = True) -> Night:
    everybody = ((OTHER, "K", ""), *seen)
    return Night(
        day, [card for card, *_rest in everybody], restore, [(client, ids) for _card, client, ids in everybody]
    )


ASKED = night(WAITS, (SILENT_CARD, "Q", ""), (ACTIVE_CARD, "S", ""))
BOTH_LEAVE = night(WAITS, (SILENT_CARD, "Q", ""), (QUIET, "S", ""))
ONE_IS_LOST = night(WAITS, (SILENT_CARD, "Q", ""), (LOST, "S", ""))


@dataclass(frozen=True)
class Story:
    """What happens to the cards, and where they stand after every night.

    Attributes:
        nights: the runs.
        active: IDs of the active base after each, but for that of ``OTHER``, which stays there.
        archived: IDs of the archive after each.
    """

    nights: tuple[Night, ...]
    active: tuple[str, ...]
    archived: tuple[str, ...]


def told(*seen: Seen, first: Night = ASKED, active: str = "", archived: str = "") -> Story:
    """Return a story in which the answer is known in the second night, and nothing happens after it."""
    nights = (first, *(night(day, *seen) for day in (TOLD, LATER, LAST)))
    before = ("", "9001 9002") if first is not ASKED else ("9002", "9001")
    return Story(nights, (before[0], *[active] * 3), (before[1], *[archived] * 3))


STORIES = {
    "archived-survives": told((SILENT_SURVIVES, "Q", "9002"), active="9001"),
    "archived-survives-under-the-other-id": told((SILENT_SURVIVES, "S", "9002"), active="9001"),
    "active-survives": told((ACTIVE_SURVIVES, "S", "9001"), active="9002"),
    "active-survives-under-the-old-id": told((ACTIVE_SURVIVES, "Q", "9001"), active="9002"),
    "active-survives-among-several": told((ACTIVE_SURVIVES, "S", "8000, 9001, 9005"), active="9002"),
    "no-restore-until-the-last-night": Story(
        (
            ASKED,
            night(TOLD, (ACTIVE_SURVIVES, "S", "9001"), restore=False),
            night(LATER, (SILENT_SURVIVES, "S", "9002"), restore=False),
            night(LAST, (SILENT_SURVIVES, "S", "9002")),
        ),
        ("9002", "", "", "9001"),
        ("9001", "9002", "9001", ""),
    ),
    "nothing-newer-is-known": Story(
        (night(WAITS, (SILENT_CARD, "Q", ""), (UNDATED, "S", "")), night(TOLD, (UNDATED_SURVIVES, "S", "9001"))),
        ("9002", ""),
        ("9001", "9002"),
    ),
    "who-took-it-in-is-gone": Story(
        (
            night(WAITS, (SILENT_CARD, "Q", ""), (UNDATED, "S", "")),
            night(TOLD, (UNDATED_SURVIVES, "Q", "9001")),
            night(LATER, (SILENT_CARD, "Q", "")),
            night(LAST, (replace(SILENT_CARD, active="03.10.2026 10:00"), "Q", "")),
        ),
        ("9002", "", "", "9001"),
        ("9001", "9002", "9001", ""),
    ),
    "merge-is-taken-back": Story(
        (
            night(WAITS, (SILENT_CARD, "Q", ""), (UNDATED, "S", "")),
            night(TOLD, (UNDATED_SURVIVES, "Q", "9001")),
            night(LATER, (SILENT_CARD, "N", ""), (UNDATED, "Q", "")),
        ),
        ("9002", "", ""),
        ("9001", "9002", "9002 9001"),
    ),
    "both-archived": told((QUIET_SURVIVES, "Q", "9001"), first=BOTH_LEAVE, archived="9002"),
    "both-archived-the-other-survives": told((SILENT_SURVIVES_QUIET, "Q", "9002"), first=BOTH_LEAVE, archived="9001"),
    "both-archived-under-the-other-id": told((QUIET_SURVIVES, "S", "9001"), first=BOTH_LEAVE, archived="9002"),
    "both-archived-one-lost": told((LOST_SURVIVES, "Q", "9001"), first=ONE_IS_LOST, archived="9002"),
    "both-archived-one-lost-the-other-survives": told(
        (SILENT_SURVIVES_LOST, "Q", "9002"), first=ONE_IS_LOST, archived="9001"
    ),
    "both-archived-and-one-deleted": told((QUIET, "Q", ""), first=BOTH_LEAVE, archived="9001 9002"),
    "both-archived-same-surname-and-one-deleted": Story(
        (
            night(WAITS, (replace(SILENT_CARD, name=QUIET.name), "Q", ""), (QUIET, "S", "")),
            night(TOLD, (QUIET, "Q", "")),
            night(LATER, (replace(QUIET, active="02.10.2026 10:00"), "Q", "")),
        ),
        ("", "", "9002"),
        ("9001 9002", "9002", ""),
    ),
    "both-archived-then-called": Story(
        (
            BOTH_LEAVE,
            night(TOLD, (QUIET_SURVIVES, "Q", "9001")),
            night(LATER, (replace(QUIET_SURVIVES, active="02.10.2026 16:00"), "Q", "9001")),
        ),
        ("", "", "9002"),
        ("9001 9002", "9002", ""),
    ),
    "both-archived-and-called-at-once": Story(
        (BOTH_LEAVE, night(TOLD, (replace(QUIET_SURVIVES, active="01.10.2026 16:00"), "Q", "9001"))),
        ("", "9002"),
        ("9001 9002", ""),
    ),
    "both-archived-into-a-third": Story(
        (
            night(WAITS, (SILENT_CARD, "Q", ""), (QUIET, "S", ""), (THIRD, "T", "")),
            night(TOLD, (replace(THIRD, created=SILENT_CARD.created), "Q", "9001, 9002")),
            night(LATER, (replace(THIRD, created=SILENT_CARD.created), "Q", "9001, 9002")),
        ),
        ("9003", "9003", "9003"),
        ("9001 9002", "", ""),
    ),
    "id-of-somebody-else": told((STRANGER, "S", "9001"), active="9002", archived="9001"),
    "id-of-a-line-without-one": told((ACTIVE_CARD, "S", "1"), (SILENT_CARD, "Q", ""), active="9002", archived="9001"),
    "merged-before-it-was-archived": Story(
        tuple(night(day, (SILENT_SURVIVES_QUIET, "Q", "9002")) for day in (WAITS, TOLD, LATER)),
        ("", "", ""),
        ("9001", "9001", "9001"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_story(story: Story) -> None:
    """Every night in both orders of the rows, and the last one again."""
    base, turned = Base(), Base()
    for one, active, archived in zip(story.nights, story.active, story.archived, strict=True):
        first, second = base.run(one), turned.run(one.turned())
        assert sorted(cells_of(first.table, "ID")) == ["1", *active.split()]
        assert sorted(base.column("ID")) == sorted(archived.split())
        for a, b in ((first.table.frame, second.table.frame), (first.tables["archive"], second.tables["archive"])):
            assert sorted(a.itertuples(index=False)) == sorted(b.itertuples(index=False))
        assert first.figures == second.figures
    base.run(story.nights[-1])
    again = (base.file, base.active)
    base.run(story.nights[-1])
    assert (base.file, base.active) == again


def test_who_comes_back_with_the_card_that_took_it_in_says_what_it_was() -> None:
    base = Base()
    base.run(ASKED)
    outcome = base.run(night(TOLD, (ACTIVE_SURVIVES, "S", "9001")))
    assert cells_of(outcome.table, "crmclean_archive_note")[1] == (
        "returned 02.10.2026: new activity on 30.09.2026; was in the archive since 01.10.2026: молчит больше года; "
        "in the archive stood: ID: 9001, ФИО: Коробова Ирина Павловна, Телефон: +7 900 000-21-01"
    )
    assert outcome.tables["returning"][["row", "id", "done"]].to_numpy().tolist() == [[2, "9001", "came back"]]
    figures = outcome.figures
    assert (figures["rows_in"], figures["rows_out"], figures["in_archive"], figures["in_both"]) == (2, 2, 0, 1)


def test_who_was_archived_twice_stays_once_with_all_that_was_known() -> None:
    base = Base()
    base.run(night(WAITS, (SILENT_CARD, "Q", ""), (ACTIVE_CARD, "S", "")))
    base.run(night(TOLD, (SILENT_CARD, "Q", ""), (LOST, "S", "")))
    outcome = base.run(night(LATER, (LOST_SURVIVES, "Q", "9001")))
    assert base.column("ID") == ["9002"]
    assert base.column("crmclean_archived_at") == [WAITS]
    assert base.column("crmclean_archived_reason") == ["молчит больше года"]
    assert base.column("crmclean_archived_seen") == ["2025-05-11 09:00:00"]
    assert base.column("crmclean_archived_stage") == ["Закрыто и не реализовано"]
    assert base.column("crmclean_warm_up") == ["discounts"]
    note = base.column("crmclean_archive_note")[0]
    assert "by 03.10.2026 merged with a record that was in the archive since 02.10.2026: Дорого" in note
    assert "ФИО: Коробова Ирина Павловна" in note
    figures = outcome.figures
    assert (figures["rows_in"], figures["rows_out"], figures["in_archive"], figures["in_both"]) == (2, 1, 1, 2)


def spell(day: date) -> str:
    return day.strftime("%d.%m.%Y")


FIRST_DAY = date(2026, 10, 1)
SURNAMES = ("Котова", "Лисицына", "Зайцева")
FATES = st.lists(
    st.tuples(
        st.lists(st.tuples(st.sampled_from(("call", "lose", "reopen", "hide", "show")), st.integers(0, 8)), max_size=4),
        # Which of the three cards of each client is shown for which: one number is one client.
        st.lists(st.integers(0, 2), min_size=9, max_size=9),
        st.booleans(),
        st.booleans(),
    ),
    min_size=4,
    max_size=8,
)


def make_card(number: int) -> Card:
    seen = FIRST_DAY - timedelta(days=(30, 400, 364)[number % 3] + number)
    person = number // 3
    name = f"{SURNAMES[(number + person) % 3]} Ольга"
    phone = f"+7 900 000-31-0{person}"
    return Card(str(number + 101), name, phone, stage="В работе", active=spell(seen), created=spell(seen))


def merge(cards: dict[int, Card], groups: list[int]) -> list[Seen]:
    """Return the cards of every client with one number as one."""
    seen = []
    members: dict[tuple[int, int], list[int]] = {}
    for number in cards:
        members.setdefault((number // 3, groups[number]), []).append(number)
    for (person, group), numbers in members.items():
        survivor = numbers[group % len(numbers)]
        newest = max((cards[number].active for number in numbers), key=lambda text: text.split(".")[::-1])
        oldest = min((cards[number].created for number in numbers), key=lambda text: text.split(".")[::-1])
        others = ", ".join(cards[number].id for number in numbers if number != survivor)
        client = f"C{person}" if len(numbers) > 1 else f"C{survivor}"
        seen.append((replace(cards[survivor], active=newest, created=oldest), client, others))
    return seen


@settings(max_examples=5)
@given(FATES)
def test_no_card_is_ever_lost_and_none_stands_in_both(
    fates: list[tuple[list[tuple[str, int]], list[int], bool, bool]],
) -> None:
    base, hidden = Base(), set[int]()
    cards = {number: make_card(number) for number in range(9)}
    before: set[str] = set()
    for count, (events, groups, restore, turned) in enumerate(fates):
        today = FIRST_DAY + timedelta(days=count)
        for event, number in events:
            changes = {
                "call": {"active": spell(today)},
                "lose": {"stage": "Закрыто и не реализовано", "reason": "Дорого"},
                "reopen": {"stage": "Переговоры", "reason": ""},
            }
            cards[number] = replace(cards[number], **changes.get(event, {}))
            hidden = hidden | {number} if event == "hide" else hidden - {number} if event == "show" else hidden
        seen = merge({number: card for number, card in cards.items() if number not in hidden}, groups)
        one = night(today.isoformat(), *seen, restore=restore)
        outcome = base.run(one.turned() if turned else one)
        active, archived = cells_of(outcome.table, "ID"), base.column("ID")
        places = Counter(active + archived)
        away = {number for _card, _client, others in seen for number in others.split(", ") if others}
        assert max(places.values()) == 1
        assert {card.id for card, *_rest in seen} <= places.keys()
        assert not away & places.keys()
        notes = cells_of(outcome.table, "crmclean_archive_note") + base.column("crmclean_archive_note")
        assert all(number in places or number in away or f"ID: {number}" in "".join(notes) for number in before)
        before = set(archived)
