"""Who gets which client: skill, capacity, keeping and fairness, against a search through every possible way."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from typing import Literal

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmclean.core.errors import UsageError
from crmclean.core.segment_settings import Manager
from crmclean.segmenting.assignment import Assignment, assign_clients

Client = tuple[str, str, int]
"""Skill, owner, priority."""


def frame(clients: Sequence[Client]) -> pd.DataFrame:
    """Return the needs of clients who are called 0, 1, 2 …"""
    return pd.DataFrame(
        {
            "skill": pd.Series([skill for skill, _, _ in clients], dtype="str"),
            "owner": pd.Series([owner for _, owner, _ in clients], dtype="str"),
            "priority": pd.Series([priority for _, _, priority in clients], dtype="int64"),
            "key": pd.Series([str(number) for number in range(len(clients))], dtype="str"),
        }
    )


def totals(result: Assignment) -> dict[str, int]:
    return dict(zip(result.managers["manager"].tolist(), result.managers["total"].tolist(), strict=True))


ANNA = Manager("Анна", ("vip",))
BORIS = Manager("Борис", ("холодные",))
VERA = Manager("Вера", ("vip", "холодные"))


@pytest.mark.parametrize(
    ("clients", "managers", "expected"),
    [
        pytest.param([("vip", "", 0)] * 3, [ANNA, BORIS], {"Анна": 3, "Борис": 0}, id="only the one with the skill"),
        pytest.param([("", "", 0)] * 9, [ANNA, BORIS, VERA], {"Анна": 3, "Борис": 3, "Вера": 3}, id="evenly"),
        pytest.param([("", "", 0)] * 10, [ANNA, BORIS, VERA], {"Анна": 4, "Борис": 3, "Вера": 3}, id="one over"),
        pytest.param(
            [("", "", 0)] * 9,
            [Manager("А", (), 20), Manager("Б", (), 10)],
            {"А": 6, "Б": 3},
            id="against the capacity",
        ),
        pytest.param(
            [("", "", 0)] * 9,
            [Manager("А", (), 20), Manager("Б", (), 10), Manager("В")],
            {"А": 4, "Б": 2, "В": 3},
            id="no limit counts as the largest",
        ),
        pytest.param(
            [("", "", 0)] * 5, [Manager("А", (), 1), Manager("Б")], {"А": 1, "Б": 4}, id="never over the capacity"
        ),
        pytest.param(
            [("vip", "", 0)] * 4 + [("холодные", "", 1)] * 4,
            [ANNA, BORIS, VERA],
            {"Анна": 3, "Борис": 3, "Вера": 2},
            id="skills that overlap",
        ),
        pytest.param(
            [("vip", "", 0)] * 2 + [("холодные", "", 1)] * 2,
            [Manager("А", ("vip",), 2), Manager("Б", ("vip", "холодные"), 2)],
            {"А": 2, "Б": 2},
            id="who can do more is left for what only they can",
        ),
        pytest.param(
            [("", "Анна", 0)] * 5 + [("", "", 0)], [ANNA, BORIS], {"Анна": 5, "Борис": 1}, id="kept though uneven"
        ),
        pytest.param([("", "АННА", 0), ("", " анна ", 0)], [ANNA, BORIS], {"Анна": 2, "Борис": 0}, id="names folded"),
        pytest.param([("VIP ", "", 0)], [ANNA], {"Анна": 1}, id="skills folded"),
        pytest.param([("vip", "Борис", 0)], [ANNA, BORIS], {"Анна": 1, "Борис": 0}, id="taken for want of the skill"),
        pytest.param([("", "Григорий", 0)], [ANNA], {"Анна": 0}, id="a stranger keeps whom anybody may have"),
        pytest.param([("vip", "Григорий", 0)], [ANNA], {"Анна": 1}, id="a stranger has no skills"),
        pytest.param([], [ANNA], {"Анна": 0}, id="no clients"),
        pytest.param([("", "", 0)], [], {}, id="no managers"),
    ],
)
def test_loads(clients: list[Client], managers: list[Manager], expected: dict[str, int]) -> None:
    assert totals(assign_clients(frame(clients), managers)) == expected


def test_free_hands_everything_out_anew() -> None:
    needs = frame([("", "Анна", 0)] * 3 + [("", "Григорий", 0)])
    result = assign_clients(needs, [ANNA, BORIS], "free")
    assert totals(result) == {"Анна": 2, "Борис": 2}
    assert set(result.owner) == {"Анна", "Борис"}


def test_free_asks_nobody_who_had_the_client() -> None:
    before, after = frame([("", "Анна", 0)] * 5), frame([("", "Борис", 0)] * 5)
    assert assign_clients(before, [ANNA, BORIS], "free").owner.tolist() == (
        assign_clients(after, [ANNA, BORIS], "free").owner.tolist()
    )


def test_the_first_rule_goes_first() -> None:
    result = assign_clients(frame([("", "А", 1), ("", "А", 1), ("", "", 0)]), [Manager("А", (), 2)])
    assert result.owner.tolist()[2] == "А"
    assert sorted(result.owner.tolist()[:2]) == ["", "А"]
    assert result.managers[["kept", "given", "total"]].to_numpy().tolist() == [[1, 1, 2]]


def test_a_client_changes_hands_where_otherwise_one_is_left_out() -> None:
    managers = [Manager("А", ("vip",), 1), Manager("Б", (), 1)]
    assert assign_clients(frame([("", "А", 0), ("vip", "", 1)]), managers).owner.tolist() == ["Б", "А"]


def test_who_is_left_out_and_why() -> None:
    clients = [("vip", "", 0), ("vip", "", 0), ("опт", "", 0), ("", "Григорий", 0)]
    result = assign_clients(frame(clients), [Manager("А", ("vip",), 1)])
    assert result.left_out["reason"].tolist() == ["full", "no-skill"]
    assert result.left_out["skill"].tolist() == ["vip", "опт"]
    assert result.left_out["row"].tolist()[1] == 3
    assert result.owner.tolist()[3] == "Григорий"
    assert sorted(result.owner.tolist()[:3]) == ["", "", "А"]


def test_without_managers_nobody_can() -> None:
    result = assign_clients(frame([("", "", 0), ("", "Григорий", 0)]), [])
    assert result.owner.tolist() == ["", "Григорий"]
    assert result.left_out["reason"].tolist() == ["no-skill"]


def test_the_table_of_managers() -> None:
    result = assign_clients(frame([("", "Вера", 0), ("vip", "", 0)]), [Manager("Вера", ("vip", "опт"), 7), BORIS])
    assert result.managers.to_dict("records") == [
        {"manager": "Вера", "skills": "vip, опт", "capacity": 7, "kept": 1, "given": 1, "total": 2},
        {"manager": "Борис", "skills": "холодные", "capacity": 0, "kept": 0, "given": 0, "total": 0},
    ]


def test_every_manager_gets_of_the_first_rules_and_of_the_last() -> None:
    needs = frame([("", "", 0)] * 30 + [("", "", 1)] * 30)
    owner = assign_clients(needs, [ANNA, BORIS, VERA]).owner
    assert owner[needs["priority"].eq(0)].value_counts().to_dict() == {"Анна": 10, "Борис": 10, "Вера": 10}


def test_two_managers_of_one_name_are_refused() -> None:
    with pytest.raises(UsageError, match="Алёна"):
        assign_clients(frame([]), [Manager("Алена"), Manager("Алёна")])


def test_a_large_base_keeps_to_the_limits() -> None:
    clients = [(("vip", "опт", "")[number % 3], f"М{number % 7}", number % 4) for number in range(20_000)]
    managers = [Manager(f"М{number}", ("vip",) if number < 2 else ("опт",), 4_000) for number in range(5)]
    result = assign_clients(frame(clients), managers)
    # Strangers (М5, М6) keep those of theirs who ask for nothing.
    staying = sum(1 for skill, owner, _ in clients if not skill and owner > "М4")
    assert result.owner.isin(["М5", "М6"]).sum() == staying
    # 6667 clients ask for «vip», and 1905 of their own ask for nothing: the two who have it are full, the others even.
    each = (20_000 - staying - 8_000) // 3
    total = totals(result)
    assert (total["М0"], total["М1"]) == (4_000, 4_000)
    assert all(total[name] in (each, each + 1) for name in ("М2", "М3", "М4"))
    assert len(result.left_out) == 0


SKILLS = ("", "a", "b")
NAMES = ("Анна", "Борис", "Вера")

some_managers = st.lists(
    st.tuples(st.sets(st.sampled_from(SKILLS[1:])), st.integers(0, 3)), min_size=1, max_size=3
).map(lambda lines: [Manager(name, tuple(sorted(has)), most) for name, (has, most) in zip(NAMES, lines, strict=False)])
some_clients = st.lists(
    st.tuples(st.sampled_from(SKILLS), st.sampled_from(("", *NAMES, "Григорий")), st.integers(0, 2)), max_size=5
)


def may_take(manager: Manager, skill: str) -> bool:
    return not skill or skill in manager.skills


def worth(
    owners: Sequence[str], clients: Sequence[Client], managers: Sequence[Manager]
) -> tuple[tuple[int, ...], int, list[tuple[Fraction, Fraction]]] | None:
    """Return how good a way is, the larger the better; ``None`` where it breaks a rule.

    Of two ways that serve and keep as many, the fairer one is that whose clients fill their managers less: how full
    each client makes its manager, and how full that one was before.
    """
    largest = max((manager.capacity for manager in managers), default=0) or 1
    filling = []
    for manager in managers:
        mine = [clients[place] for place, owner in enumerate(owners) if owner == manager.name]
        if any(not may_take(manager, skill) for skill, _, _ in mine):
            return None
        if manager.capacity and len(mine) > manager.capacity:
            return None
        size = manager.capacity or largest
        filling += [(Fraction(number + 1, size), Fraction(number, size)) for number in range(len(mine))]
    served = tuple(
        sum(1 for owner, client in zip(owners, clients, strict=True) if owner and client[2] == priority)
        for priority in range(3)
    )
    kept = sum(1 for owner, client in zip(owners, clients, strict=True) if owner and owner == client[1])
    return served, kept, [(-after, -before) for after, before in sorted(filling, reverse=True)]


def best_worth(clients: Sequence[Client], managers: Sequence[Manager]) -> object:
    """Return how good the best of all ways is."""
    names = ["", *(manager.name for manager in managers)]
    found = (worth(owners, clients, managers) for owners in product(names, repeat=len(clients)))
    return max(value for value in found if value is not None)


@given(clients=some_clients, managers=some_managers)
@settings(max_examples=150, deadline=None)
def test_no_way_is_better(clients: list[Client], managers: list[Manager]) -> None:
    result = assign_clients(frame(clients), managers)
    known = {manager.name for manager in managers}
    ours = [place for place, (skill, owner, _) in enumerate(clients) if skill or not owner or owner in known]
    staying = set(range(len(clients))) - set(ours)
    assert all(result.owner[place] == clients[place][1] for place in staying)
    handed = [clients[place] for place in ours]
    assert worth([result.owner[place] for place in ours], handed, managers) == best_worth(handed, managers)


many_managers = st.lists(
    st.tuples(st.sets(st.sampled_from(("a", "b", "c", "d"))), st.sampled_from((0, 1, 3, 8, 20))), min_size=1, max_size=7
).map(lambda lines: [Manager(f"М{place}", tuple(sorted(has)), most) for place, (has, most) in enumerate(lines)])
many_clients = st.lists(
    st.tuples(
        st.sampled_from(("", "a", "b", "c", "d", "e")),
        st.sampled_from(("", *(f"М{place}" for place in range(9)))),
        st.integers(0, 4),
    ),
    max_size=60,
)
ways: st.SearchStrategy[Literal["keep", "free"]] = st.sampled_from(("keep", "free"))


@given(clients=many_clients, managers=many_managers, reassign=ways)
@settings(max_examples=100, deadline=None)
def test_what_always_holds(clients: list[Client], managers: list[Manager], reassign: Literal["keep", "free"]) -> None:
    needs = frame(clients)
    result = assign_clients(needs, managers, reassign)
    by_name = {manager.name: manager for manager in managers}
    total = totals(result)
    assert all(total[manager.name] <= (manager.capacity or len(clients)) for manager in managers)
    for (skill, owner, _), chosen in zip(clients, result.owner.tolist(), strict=True):
        if chosen in by_name:
            assert may_take(by_name[chosen], skill)
        elif chosen:
            assert (chosen, skill, reassign) == (owner, "", "keep")
    has_room = [manager for manager in managers if not manager.capacity or total[manager.name] < manager.capacity]
    left = {row - 1: reason for row, reason in zip(result.left_out["row"], result.left_out["reason"], strict=True)}
    assert set(left) == {place for place, owner in enumerate(result.owner) if not owner}
    for place, reason in left.items():
        skill = clients[place][0]
        assert not any(may_take(manager, skill) for manager in has_room)
        assert (reason == "no-skill") == (not any(may_take(manager, skill) for manager in managers))


@given(clients=many_clients, managers=many_managers, reassign=ways, seed=st.integers(0, 999))
@settings(max_examples=75, deadline=None)
def test_the_order_of_the_rows_decides_nothing(
    clients: list[Client], managers: list[Manager], reassign: Literal["keep", "free"], seed: int
) -> None:
    needs = frame(clients)
    shuffled = needs.sample(frac=1, random_state=seed)
    expected = assign_clients(needs, managers, reassign).owner
    found = assign_clients(shuffled.reset_index(drop=True), managers, reassign).owner
    assert dict(zip(shuffled["key"], found, strict=True)) == dict(zip(needs["key"], expected, strict=True))


@given(clients=many_clients, managers=many_managers, reassign=ways)
@settings(max_examples=75, deadline=None)
def test_assigning_again_moves_nobody(
    clients: list[Client], managers: list[Manager], reassign: Literal["keep", "free"]
) -> None:
    needs = frame(clients)
    owner = assign_clients(needs, managers, reassign).owner
    assert assign_clients(needs.assign(owner=owner), managers, reassign).owner.tolist() == owner.tolist()


@given(clients=many_clients, managers=many_managers)
@settings(max_examples=50, deadline=None)
def test_the_input_stays_as_it_is(clients: list[Client], managers: list[Manager]) -> None:
    needs = frame(clients)
    assign_clients(needs, managers)
    pd.testing.assert_frame_equal(needs, frame(clients))
