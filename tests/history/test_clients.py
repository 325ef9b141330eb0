"""The ids of clients: they stay with whom they were given to, whatever happens around."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmclean.history.client_claims import CONTACTS
from crmclean.history.client_memory import KEPT_MONTHS, known_after
from crmclean.history.client_numbers import ALPHABET, CAPACITY, LETTERS, make_numbers, write_ids
from crmclean.history.clients import AssignedIds, assign_ids
from crmclean.history.known_clients import IDENTITY, KnownClients

DAY = date(2026, 3, 1)
NONE = KnownClients.none()


def record(cluster: str, key: int, origin: int = 0, **more: object) -> dict[str, object]:
    """Return a record: of the given client, content and ID; a contact of its own unless ``more`` says otherwise."""
    blank = dict.fromkeys(IDENTITY, 0)
    own = {"cluster": cluster, "key": key, "origin": origin or key + 10_000, "contact_1": key + 1, "survivor": True}
    return {**blank, **own, "card": False, **more}


def frame(records: Sequence[dict[str, object]]) -> pd.DataFrame:
    """Return records as ``assign_ids`` takes them."""
    table = pd.DataFrame(list(records), columns=["cluster", *IDENTITY])
    return table.astype(dict(IDENTITY))


def run(records: Sequence[dict[str, object]], known: KnownClients = NONE) -> AssignedIds:
    return assign_ids(frame(records), known)


def after(records: Sequence[dict[str, object]], known: KnownClients = NONE, number: int = 1) -> KnownClients:
    return known_after(run(records, known), number, DAY)


def ids(records: Sequence[dict[str, object]], known: KnownClients = NONE) -> list[str]:
    texts: list[str] = run(records, known).ids.tolist()
    return texts


ANNA = record("anna", 1, surname=11, given=21, contact_1=31)
BORIS = record("boris", 2, surname=12, given=22, contact_1=32)
VERA = record("vera", 3, surname=13, given=23, contact_1=33)


def test_id_is_twelve_characters_without_look_alikes() -> None:
    (anna, boris) = ids([ANNA, BORIS])
    assert anna != boris
    for text in (anna, boris):
        assert len(text) == 12
        assert set(text) <= set(ALPHABET)
        # A spreadsheet would take digits, or digits around an E, for a number.
        assert text[0] in LETTERS
    assert not set(ALPHABET) & set("0125ABCEHIKLMOPTUXY")


def test_records_of_one_client_have_one_id() -> None:
    first, second, other = ids([record("a", 1), record("a", 2), record("b", 3)])
    assert first == second != other


def test_new_client_needs_no_memory() -> None:
    assert ids([ANNA, BORIS]) == [*ids([ANNA]), *ids([BORIS])]


def test_added_and_removed_records_change_nobody_else() -> None:
    known = after([ANNA, BORIS])
    anna, boris = ids([ANNA, BORIS])
    assert ids([VERA, BORIS], known)[1] == boris
    assert ids([VERA, ANNA], known)[1] == anna


def test_client_absent_for_a_night_is_not_forgotten() -> None:
    together = [ANNA, {**BORIS, "cluster": "anna"}]
    known = after(together)
    night = after([VERA], known, 2)
    assert ids(together, night) == ids(together)
    # The half whose key made the id was away: the other half brings the id along all the same.
    assert ids([BORIS], night) == ids(together)[1:]


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"key": 99, "contact_1": 98}, id="id-and-names"),
        pytest.param({"key": 99, "surname": 97, "contact_1": 98}, id="id-and-given-name"),
        pytest.param({"key": 99, "given": 97, "contact_1": 98}, id="id-and-surname"),
        pytest.param({"key": 99, "surname": 0, "given": 0}, id="id-and-contact"),
        pytest.param({"key": 99, "surname": 97, "given": 0, "contact_1": 0, "contact_2": 31}, id="contact-moved"),
        pytest.param({"key": 99, "origin": 98}, id="name-and-contact-without-id"),
        pytest.param({"origin": 98}, id="same-content-with-another-id"),
    ],
)
def test_corrected_record_keeps_its_id(changed: dict[str, object]) -> None:
    known = after([ANNA, BORIS])
    assert ids([{**ANNA, **changed}, BORIS], known) == ids([ANNA, BORIS])


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"key": 99, "surname": 97, "given": 96, "contact_1": 95}, id="same-id-nothing-shared"),
        pytest.param({"key": 99, "surname": 97, "given": 96}, id="new-person-on-the-old-card-and-phone"),
        pytest.param({"key": 99, "origin": 98, "given": 96}, id="relative-on-the-same-phone"),
        pytest.param({"key": 99, "origin": 98, "contact_1": 95}, id="namesake"),
        pytest.param({"key": 99, "origin": 98, "surname": 0, "given": 0}, id="nameless-with-the-same-phone"),
    ],
)
def test_somebody_else_gets_another_id(other: dict[str, object]) -> None:
    known = after([ANNA, BORIS])
    somebody, boris = ids([{**ANNA, **other}, BORIS], known)
    assert somebody not in ids([ANNA, BORIS])
    assert boris == ids([BORIS])[0]


def test_content_without_a_contact_is_not_the_same_client_in_another_layout() -> None:
    only_a_name = record("anna", 1, given=21, contact_1=0)
    known = after([only_a_name])
    assert ids([only_a_name], known) == ids([only_a_name])
    assert ids([{**only_a_name, "origin": 77}], known) != ids([only_a_name])


def test_name_on_a_contact_of_two_known_clients_points_to_neither() -> None:
    twin = {**BORIS, "surname": 11, "given": 21, "contact_1": 31}
    known = after([ANNA, twin])
    corrected = {**ANNA, "key": 99, "origin": 98}
    assert ids([corrected], known)[0] not in ids([ANNA, twin])


def test_card_is_known_by_its_inn() -> None:
    card = record("firm", 5, surname=15, inn=45, contact_1=0, card=True)
    known = after([card])
    renamed = {**card, "key": 99, "origin": 98, "surname": 16}
    assert ids([renamed], known) == ids([card])
    # People of one company share its INN and are not one.
    person = {**renamed, "card": False, "given": 25}
    assert ids([person], known) != ids([card])


def test_older_id_stays_when_two_become_one() -> None:
    known = after([ANNA], number=1)
    known = after([ANNA, BORIS], known, 2)
    older, younger = ids([ANNA, BORIS], known)
    merged = run([{**ANNA, "cluster": "one"}, {**BORIS, "cluster": "one"}], known)
    assert merged.ids.tolist() == [older, older]
    assert merged.merged.to_numpy().tolist() == [[younger, older]]
    assert merged.born.empty
    kept = known_after(merged, 3, DAY)
    assert kept.merged().to_numpy().tolist() == [[younger, older, 3, "2026-03-01"]]
    assert kept.records["born_run"].tolist() == [1, 1]
    # Boris alone is still the client that he became.
    assert ids([BORIS], kept) == [older]


def test_of_two_of_one_age_the_survivor_keeps_its_id() -> None:
    known = after([ANNA, BORIS])
    for survivor in (0, 1):
        pair = [{**each, "cluster": "one", "survivor": place == survivor} for place, each in enumerate((ANNA, BORIS))]
        assert ids(pair, known) == [ids([ANNA, BORIS])[survivor]] * 2


def test_merged_id_leads_to_the_one_of_today() -> None:
    known = after([ANNA], number=1)
    known = after([ANNA, BORIS], known, 2)
    known = after([ANNA, BORIS, VERA], known, 3)
    anna, boris, vera = ids([ANNA, BORIS, VERA])
    known = after([ANNA, {**BORIS, "cluster": "b"}, {**VERA, "cluster": "b"}], known, 4)
    known = after([{**each, "cluster": "a"} for each in (ANNA, BORIS, VERA)], known, 5)
    table = known.merged()
    assert table[["merged_id", "surviving_id", "run"]].to_numpy().tolist() == [[vera, anna, 4], [boris, anna, 5]]


def test_part_with_most_known_records_keeps_the_id() -> None:
    whole = [record("one", key, survivor=key == 1) for key in (1, 2, 3)]
    known = after(whole)
    split = [{**each, "cluster": "small" if each["key"] == 1 else "big"} for each in whole]
    small, big, same = ids(split, known)
    assert big == same == ids(whole)[0]
    assert small not in (big, "")


@pytest.mark.parametrize("survivor", [1, 2])
def test_of_equal_parts_that_of_the_survivor_keeps_the_id(survivor: int) -> None:
    whole = [record("one", key, survivor=key == survivor) for key in (1, 2)]
    known = after(whole)
    split = run([{**each, "cluster": str(each["key"]), "survivor": True} for each in whole], known)
    assert split.ids[survivor - 1] == ids(whole)[0]
    assert split.born.tolist() == [split.ids[2 - survivor]]
    again = known_after(split, 2, DAY)
    assert ids([{**each, "cluster": str(each["key"])} for each in whole], again) == split.ids.tolist()


def test_id_of_a_merged_client_is_never_given_again() -> None:
    known = after([ANNA], number=1)
    known = after([ANNA, BORIS], known, 2)
    boris = ids([BORIS])[0]
    known = after([ANNA, {**BORIS, "cluster": "anna"}], known, 3)
    parted = run([ANNA, BORIS], known)
    assert parted.ids[0] == ids([ANNA])[0]
    assert parted.ids[1] not in (boris, parted.ids[0])


def test_record_that_moves_leaves_its_client_the_id() -> None:
    people = [record("a", 1, survivor=False), record("a", 2), record("b", 3), record("b", 4, survivor=False)]
    known = after(people)
    a, b = ids(people)[0], ids(people)[2]
    moved = run([people[0], {**people[1], "cluster": "b"}, people[2], people[3]], known)
    assert moved.ids.tolist() == [a, b, b, b]
    assert moved.merged.empty


def test_two_layouts_do_not_disturb_each_other() -> None:
    here = [record("one", 1, 101, contact_1=31, surname=11), record("one", 2, 102, contact_1=32)]
    there = [record("x", 1, 201, contact_1=31, surname=11), record("y", 2, 202, contact_1=32)]
    known = after(there, after(here), 2)
    first_here, first_there = ids(here, known), ids(there, known)
    assert first_here == ids(here)
    for number in range(3, 7):
        known = after(there if number % 2 else here, known, number)
        assert ids(here, known) == first_here
        assert ids(there, known) == first_there


def test_two_portals_with_one_id_stay_apart() -> None:
    portals = [[ANNA], [{**BORIS, "origin": ANNA["origin"]}]]
    known = after(portals[0])
    known = after(portals[1], known, 2)
    assert ids(portals[0], known) == ids([ANNA])
    assert ids(portals[1], known) == ids([BORIS])
    assert ids([{**portals[1][0], "key": 99}], known) == ids([BORIS])


def test_clients_that_nothing_tells_apart_have_each_an_id() -> None:
    blank = [record(str(number), 7, contact_1=0) for number in range(50)]
    first = ids(blank)
    assert len(set(first)) == 50
    known = after(blank)
    assert set(ids(blank[:20], known)) < set(first)
    more = ids([record(str(number), 7, contact_1=0) for number in range(60)], known)
    assert set(first) < set(more)
    assert len(set(more)) == 60


def test_id_that_all_rows_share_tells_nothing() -> None:
    rows = [record(str(key), key, 5, surname=11, contact_1=0) for key in range(1, 40)]
    known = after(rows)
    changed = [{**row, "key": int(str(row["key"])) + 100} for row in rows]
    assert not set(ids(changed, known)) & set(ids(rows))


@pytest.mark.parametrize(("months", "is_known"), [(KEPT_MONTHS, True), (KEPT_MONTHS + 1, False)])
def test_record_not_seen_for_years_is_forgotten_and_its_id_kept_back(months: int, is_known: bool) -> None:
    known = after([ANNA, BORIS])
    month = DAY.year * 12 + DAY.month - 1 + months
    later = known_after(run([BORIS], known), 2, date(month // 12, month % 12 + 1, 1))
    assert (ids([ANNA], later) == ids([ANNA])) is is_known
    assert len(later.retired) == (not is_known)


def test_born_says_run_and_day() -> None:
    known = known_after(run([ANNA]), 7, date(2026, 1, 2))
    known = known_after(run([ANNA, BORIS], known), 8, date(2026, 1, 3))
    born = {tuple(line) for line in known.records[["born_run", "born_day"]].to_numpy().tolist()}
    days = [(date(2026, 1, day) - date(1970, 1, 1)).days for day in (2, 3)]
    assert born == {(7, days[0]), (8, days[1])}


def test_no_records() -> None:
    known = after([ANNA])
    nobody = run([], known)
    assert nobody.ids.tolist() == []
    assert known_after(nobody, 2, DAY).same_as(known)
    assert after([]).same_as(NONE)


def test_number_in_use_is_hashed_again() -> None:
    keys = np.array([1, 2, 3], dtype=np.uint64)
    first = make_numbers(keys, np.empty(0, dtype=np.uint64))
    second = make_numbers(keys, first)
    assert not set(first.tolist()) & set(second.tolist())
    assert make_numbers(keys, first[:1])[1:].tolist() == first[1:].tolist()


@given(st.lists(st.integers(1, CAPACITY), unique=True, max_size=50))
def test_every_number_has_its_own_id(numbers: list[int]) -> None:
    texts = write_ids(np.array(numbers, dtype=np.uint64)).tolist()
    assert len(set(texts)) == len(numbers)


@st.composite
def bases(draw: st.DrawFn) -> list[dict[str, object]]:
    """Draw a base: distinct records, some of them of one client, some with shared names and contacts."""
    small = st.integers(0, 4)
    keys = draw(st.lists(st.integers(1, 60), unique=True, min_size=1, max_size=14))
    return [
        {
            **record(f"c{draw(small)}" if draw(st.booleans()) else f"k{key}", key),
            "surname": draw(small),
            "given": draw(small),
            "inn": draw(st.sampled_from([0, 0, 0, 9])),
            **{name: draw(small) for name in CONTACTS},
            "survivor": draw(st.booleans()),
        }
        for key in keys
    ]


def by_key(records: Sequence[dict[str, object]], known: KnownClients) -> dict[object, str]:
    return dict(zip([each["key"] for each in records], ids(records, known), strict=True))


@given(bases(), bases(), st.data())
def test_order_decides_nothing(
    first: list[dict[str, object]], second: list[dict[str, object]], data: st.DataObject
) -> None:
    known = after(first)
    shuffled = data.draw(st.permutations(second))
    assert by_key(shuffled, known) == by_key(second, known)
    assert after(shuffled, known, 2).same_as(after(second, known, 2))
    assert after(data.draw(st.permutations(first))).same_as(known)


@given(bases())
def test_same_base_again_gives_the_same_ids_and_memory(base: list[dict[str, object]]) -> None:
    known = after(base)
    again = run(base, known)
    assert again.ids.tolist() == ids(base)
    assert again.born.empty
    assert known_after(again, 2, DAY).same_as(known)


@given(bases(), st.data())
def test_ids_of_the_others_stay(base: list[dict[str, object]], data: st.DataObject) -> None:
    known, before = after(base), by_key(base, NONE)
    kept = data.draw(st.lists(st.sampled_from(base), unique_by=lambda each: str(each["key"]), min_size=1))
    added = [record(f"new{key}", key) for key in data.draw(st.lists(st.integers(100, 130), unique=True, max_size=5))]
    corrected = data.draw(st.integers(0, len(kept) - 1))
    night = [{**each, "key": 200} if place == corrected else each for place, each in enumerate(kept)]
    found = by_key([*night, *added], known)
    others = [each for place, each in enumerate(kept) if place != corrected]
    # A client who has another record besides is known by it, whatever became of the corrected one.
    assert {each["key"]: found[each["key"]] for each in others} == {each["key"]: before[each["key"]] for each in others}
    assert not {found[each["key"]] for each in added} & set(before.values())


@given(bases(), bases(), bases())
def test_one_id_a_client_and_none_is_given_twice(
    first: list[dict[str, object]], second: list[dict[str, object]], third: list[dict[str, object]]
) -> None:
    known, given_out = NONE, set[str]()
    for number, base in enumerate((first, second, third), 1):
        assigned = run(base, known)
        owners = pd.DataFrame({"cluster": [each["cluster"] for each in base], "id": assigned.ids}).drop_duplicates()
        assert owners["cluster"].is_unique
        assert owners["id"].is_unique
        assert not set(assigned.born) & given_out
        known = known_after(assigned, number, DAY)
        given_out |= set(assigned.ids)
        alive = set(write_ids(known.clients()["client"].to_numpy(np.uint64)))
        retired = write_ids(known.retired["client"].to_numpy(np.uint64)).tolist()
        assert alive | set(retired) == given_out
        assert not alive & set(retired)
        assert len(set(retired)) == len(retired)
