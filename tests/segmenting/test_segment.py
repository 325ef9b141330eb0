"""The job `segment`: who is taken by which rule, what follows, what is refused, and what always holds."""

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmclean.core.errors import UsageError
from crmclean.core.segment_settings import Chain, ChainStep, Manager, SegmentRule, SegmentSettings
from crmclean.core.settings import ReadSettings
from crmclean.core.step import Outcome
from crmclean.core.table import Table
from crmclean.files.reading import read_table
from crmclean.segmenting.explaining import explain_record
from crmclean.segmenting.segment import ADDED, TAG_COLUMNS, segment
from crmclean.segmenting.tasks import TASK_COLUMNS

TEXT = """ID;ФИО;Телефон;Стадия;Сумма;Ответственный;Следующая задача;Город
1;Лисицын Олег;+7 900 123-45-67;Есть задачи;900000;Кротов Иван;;Москва
2;Котова Анна;+7 900 765-43-21;Недозвон;15000;Кротов Иван;;Казань
3;Зайцева Мария;+7 900 111-22-33;Купил;600000;Белова Нина;;Москва
4;Барсуков Пётр;+7 900 222-33-44;В работе;;Белова Нина;;Тверь
5;Ежова Ольга;+7 900 333-44-55;В работе;700000;;25.11.2026;Москва
"""
TEXT_WITH_DATES = "".join(
    f"{line};{'Дата изменения' if line.startswith('ID') else '20.11.2026'}\n" for line in TEXT.splitlines()
)
BIG = SegmentRule("Крупные", "amount >= 500000", action="Позвонить", due="today", why="Большая сумма")
MOSCOW = SegmentRule("Москва", "city = 'москва'", action="Пригласить на встречу", due="3 working days")


def read(text: str) -> Table:
    return read_table(text.encode(), "deals.csv", ReadSettings()).table


def run(*rules: SegmentRule, text: str = TEXT, **settings: Any) -> Outcome:
    return segment(read(text), SegmentSettings(rules=rules, as_of="2026-11-23 10:00", **settings))


def column(outcome: Outcome, name: str) -> list[str]:
    cells: list[str] = outcome.table.frame[f"crmclean_{name}"].tolist()
    return cells


def test_the_first_rule_that_fits_takes_the_client() -> None:
    outcome = run(BIG, MOSCOW)
    assert column(outcome, "segment") == ["Крупные", "", "Крупные", "", "Крупные"]
    assert column(outcome, "action") == ["Позвонить", "", "Позвонить", "", "Позвонить"]
    assert column(outcome, "due") == ["2026-11-23", "", "2026-11-23", "", "2026-11-23"]
    assert column(outcome, "owner") == ["Кротов Иван", "", "Белова Нина", "", ""]
    assert column(outcome, "why") == ["Большая сумма", "", "Большая сумма", "", "Большая сумма"]
    assert [item.name for item in outcome.table.columns[-5:]] == [f"crmclean_{name}" for name in ADDED]


def test_the_order_of_the_rules_decides() -> None:
    assert column(run(MOSCOW, BIG), "segment") == ["Москва", "", "Москва", "", "Москва"]


def test_all_rules_take_the_client_in_their_order() -> None:
    outcome = run(MOSCOW, BIG, take="all")
    both = "Москва; Крупные"
    assert column(outcome, "segment") == [both, "", both, "", both]
    assert column(outcome, "action")[0] == "Пригласить на встречу; Позвонить"
    assert column(outcome, "due")[0] == "2026-11-26; 2026-11-23"
    # What both say is said once.
    assert column(outcome, "owner")[0] == "Кротов Иван"
    tags = outcome.tables["tags"]
    assert tuple(tags.columns) == TAG_COLUMNS
    assert list(zip(tags["row"], tags["id"], tags["segment"], tags["due"], strict=True)) == [
        (1, "1", "Москва", "2026-11-26"),
        (1, "1", "Крупные", "2026-11-23"),
        (2, "2", "", ""),
        (3, "3", "Москва", "2026-11-26"),
        (3, "3", "Крупные", "2026-11-23"),
        (4, "4", "", ""),
        (5, "5", "Москва", "2026-11-26"),
        (5, "5", "Крупные", "2026-11-23"),
    ]


def test_a_pack_of_groups_that_exclude_each_other_puts_a_client_into_one_of_them() -> None:
    outcome = run(MOSCOW, use=("temperature", "vip-in-trouble"), take="all", text=TEXT_WITH_DATES)
    assert column(outcome, "segment") == ["Москва; Warm; VIP: has tasks", "Cold", "Москва", "Warm", "Москва; Warm"]


def test_a_rule_in_the_place_of_a_packs_excludes_the_others_as_that_one_did() -> None:
    own = SegmentRule("Warm", "city = 'Казань'")
    outcome = run(own, use=("temperature",), take="all", text=TEXT_WITH_DATES)
    assert column(outcome, "segment")[1] == "Warm"


def test_tags_have_a_line_for_every_record() -> None:
    tags = run(BIG).tables["tags"]
    assert tags.to_dict("list") == {
        "row": [1, 2, 3, 4, 5],
        "id": ["1", "2", "3", "4", "5"],
        "segment": ["Крупные", "", "Крупные", "", "Крупные"],
        "action": ["Позвонить", "", "Позвонить", "", "Позвонить"],
        "due": ["2026-11-23", "", "2026-11-23", "", "2026-11-23"],
        "owner": ["Кротов Иван", "", "Белова Нина", "", ""],
    }


def test_the_report_says_what_each_rule_took_and_which_took_none() -> None:
    nobody = SegmentRule("Никто", "city = 'Пермь'")
    outcome = run(BIG, MOSCOW, nobody)
    rules = outcome.tables["segments"]
    assert rules["segment"].tolist() == ["Крупные", "Москва", "Никто"]
    assert rules["rows"].tolist() == [3, 0, 0]
    assert rules["fits"].tolist() == [3, 3, 0]
    assert rules["share"].tolist() == [0.6, 0, 0]
    assert outcome.figures == {
        "rows_in": 5,
        "rows_out": 5,
        "segmented": 3,
        "unsegmented": 2,
        "tasks": 3,
        "overdue_tasks": 0,
        "without_task": 2,
        "rules": 3,
        "empty_rules": 2,
        "skipped_rules": 0,
    }


def test_a_rule_of_ones_own_goes_before_the_packs() -> None:
    outcome = run(BIG, use=("vip-in-trouble",))
    assert column(outcome, "segment")[0] == "Крупные"
    assert outcome.tables["segments"]["pack"].tolist() == ["", *["vip-in-trouble"] * 5]


@pytest.mark.parametrize("name", ["VIP: has tasks", "vip: есть задачи"])
def test_a_rule_of_the_name_of_a_packs_stands_in_its_place(name: str) -> None:
    own = SegmentRule(name, "amount > 1 and stage is has-tasks", action="Свой шаг")
    rules = run(MOSCOW, own, use=("vip-in-trouble",)).tables["segments"]
    assert rules["segment"].tolist()[:2] == ["Москва", name]
    assert rules["pack"].tolist() == ["", "", *["vip-in-trouble"] * 4]
    assert len(rules) == 6


def test_without_leaves_rules_of_the_packs_out() -> None:
    rules = run(use=("vip-in-trouble",), without=("VIP: stands still", "VIP: нет задачи")).tables["segments"]
    assert rules["segment"].tolist() == ["VIP: has tasks", "VIP: does not answer", "VIP: a promised date has passed"]


def test_without_a_name_that_no_pack_has_is_refused() -> None:
    with pytest.raises(UsageError, match="no pack that is used has a rule “VIP: stand still”") as refused:
        run(use=("vip-in-trouble",), without=("VIP: stand still",))
    assert refused.value.hint == "Did you mean “VIP: stands still”?"


def test_an_unknown_pack_is_refused_with_the_right_name() -> None:
    with pytest.raises(UsageError, match="There is no pack “lost-client”") as refused:
        run(use=("lost-client",))
    assert refused.value.hint == "Did you mean “lost-clients”?"


def test_no_rules_at_all_are_refused_with_the_packs() -> None:
    with pytest.raises(UsageError, match="There are no rules") as refused:
        run()
    assert "lost-clients" in refused.value.hint
    assert "_common" not in refused.value.hint


def test_all_mistakes_of_the_rules_are_named_at_once_with_their_places() -> None:
    wrong = (
        SegmentRule("Один", "суммма > 5"),
        SegmentRule("Два", "amount >"),
        SegmentRule("Три", "amount > 5", due="2 dayz"),
        SegmentRule("Четыре", "amount > 5", chain="Недозвон"),
    )
    with pytest.raises(UsageError) as refused:
        run(*wrong)
    lines = refused.value.message.splitlines()
    assert lines[0] == "segment “Один”: There is no column and no role “суммма”. Did you mean “Сумма”?"
    assert lines[1:3] == ["суммма > 5", "^^^^^^"]
    assert any(line.startswith("segment “Два”: ") for line in lines)
    assert any(line.startswith("segment “Три”: ") and "“2 day" in line for line in lines)
    assert "segment “Четыре”: there is no chain “Недозвон”." in lines


def test_a_rule_for_a_role_that_the_file_lacks_is_skipped() -> None:
    outcome = run(SegmentRule("Лояльные", "loyalty >= 9"), BIG)
    assert outcome.tables["segments"]["missing"].tolist() == ["Loyalty", ""]
    assert outcome.tables["segments"]["rows"].tolist() == [0, 3]
    assert (outcome.figures["empty_rules"], outcome.figures["skipped_rules"]) == (0, 1)


def test_columns_that_other_jobs_add_can_be_asked_for() -> None:
    text = TEXT.replace("Город\n", "Город;crmclean_dead\n", 1).replace("Казань\n", "Казань;1\n")
    assert column(run(SegmentRule("Мёртвые", "crmclean_dead = '1'"), text=text), "segment")[1] == "Мёртвые"


def test_a_second_run_replaces_its_own_columns() -> None:
    first = run(BIG)
    again = segment(first.table, SegmentSettings(rules=(BIG,), as_of="2026-11-23 10:00"))
    assert again.table.headers == first.table.headers
    pd.testing.assert_frame_equal(again.table.frame, first.table.frame)


def test_the_date_of_a_column_is_the_date_of_the_task() -> None:
    outcome = run(replace(BIG, due="Следующая задача"))
    assert column(outcome, "due") == ["", "", "", "", "2026-11-25"]


def test_a_rule_may_say_who_does_it() -> None:
    outcome = run(replace(BIG, owner="Руководитель"))
    assert column(outcome, "owner") == ["Руководитель", "", "Руководитель", "", "Руководитель"]


CALLS = Chain(
    "Недозвон",
    "stage is no-answer",
    why="Не дозвонились",
    step=(ChainStep("1 hour", "Перезвонить"), ChainStep("1 working day", "Написать письмо")),
)


def test_a_record_that_no_rule_took_goes_into_the_chain_whose_condition_holds() -> None:
    outcome = run(BIG, chains=(CALLS,))
    assert column(outcome, "segment") == ["Крупные", "Недозвон", "Крупные", "", "Крупные"]
    assert column(outcome, "action")[1] == "Перезвонить"
    task = outcome.tables["tasks"].set_index("id").loc["2"]
    assert (task["chain"], task["step"], task["segment"]) == ("Недозвон", 1, "Недозвон")


@pytest.mark.parametrize(
    ("rule", "action"),
    [
        pytest.param(SegmentRule("Казань", "city = 'Казань'", action="Свой шаг"), "Свой шаг", id="own action"),
        pytest.param(SegmentRule("Казань", "city = 'Казань'"), "Перезвонить", id="no action"),
        pytest.param(
            SegmentRule("Казань", "city = 'Казань'", action="Свой шаг", chain="недозвон"), "Перезвонить", id="named"
        ),
    ],
)
def test_the_action_of_the_rule_goes_before_the_chain_unless_it_names_it(rule: SegmentRule, action: str) -> None:
    outcome = run(rule, chains=(CALLS,))
    assert column(outcome, "segment")[1] == "Казань"
    assert column(outcome, "action")[1] == action


def test_a_named_chain_takes_clients_that_its_own_condition_does_not() -> None:
    outcome = run(SegmentRule("Москва", "city = 'Москва'", chain="Недозвон"), chains=(CALLS,))
    assert column(outcome, "action") == ["Перезвонить", "Перезвонить", "Перезвонить", "", "Перезвонить"]


def test_two_rules_may_put_a_client_into_two_chains() -> None:
    other = Chain("Прогрев", "stage is gone", step=(ChainStep("0", "Отправить статью"),))
    rules = (SegmentRule("А", "city = 'Казань'", chain="Недозвон"), SegmentRule("Б", "amount > 0", chain="Прогрев"))
    outcome = run(*rules, chains=(CALLS, other), take="all")
    assert column(outcome, "segment")[1] == "А; Б"
    assert column(outcome, "action")[1] == "Перезвонить; Отправить статью"


def test_who_is_open_and_has_no_task_is_flagged() -> None:
    outcome = run(BIG)
    # Row 3 has bought; rows 1 and 5 got an action.
    assert outcome.tables["without_task"]["id"].tolist() == ["2", "4"]
    assert outcome.findings["code"].tolist() == ["segment-no-task"] * 2
    assert outcome.findings["row"].tolist() == [2, 4]


def test_managers_get_the_clients_of_their_skill_and_keep_their_own() -> None:
    managers = (Manager("Кротов Иван", ("продажи",)), Manager("Белова Нина", ("продажи",)))
    outcome = run(replace(BIG, skill="Продажи"), managers=managers)
    assert column(outcome, "owner")[:3] == ["Кротов Иван", "", "Белова Нина"]
    assert column(outcome, "owner")[4] in ("Кротов Иван", "Белова Нина")
    assert outcome.tables["managers"]["total"].sum() == 3
    assert outcome.figures["left_out"] == 0


def test_a_client_whom_nobody_can_take_is_flagged() -> None:
    outcome = run(replace(BIG, skill="переговоры"), managers=(Manager("Кротов Иван", ("продажи",)),))
    assert column(outcome, "owner") == [""] * 5
    assert outcome.tables["left_out"]["id"].tolist() == ["1", "3", "5"]
    assert outcome.findings["code"].tolist().count("segment-nobody") == 3


def test_an_owner_that_the_rule_names_is_not_handed_on() -> None:
    managers = (Manager("Белова Нина", ("продажи",)),)
    outcome = run(replace(BIG, owner="Руководитель", skill="продажи"), managers=managers)
    assert set(column(outcome, "owner")) == {"Руководитель", ""}
    assert outcome.tables["managers"]["total"].tolist() == [0]


def test_a_table_without_rows_gives_tables_without_rows() -> None:
    outcome = run(BIG, text=TEXT.splitlines()[0] + "\n", chains=(CALLS,), managers=(Manager("Кротов Иван"),))
    assert len(outcome.table) == 0
    assert tuple(outcome.tables["tasks"].columns) == TASK_COLUMNS
    assert len(outcome.tables["tags"]) == 0


def test_the_cells_of_the_base_stay_as_they_are() -> None:
    table = read(TEXT)
    before = table.frame.copy()
    outcome = segment(table, SegmentSettings(rules=(BIG,), use=("lost-clients",), as_of="2026-11-23"))
    pd.testing.assert_frame_equal(table.frame, before)
    pd.testing.assert_frame_equal(outcome.table.frame[before.columns], before)


def test_an_explanation_names_the_rule_and_why_the_earlier_ones_did_not_take_it() -> None:
    rules = (MOSCOW, replace(BIG, when="amount >= 500000 and stage is open"), BIG)
    wanted = SegmentSettings(rules=rules, as_of="2026-11-23 10:00")
    text = TEXT.replace("700000;;25.11.2026;Москва", "700000;;25.11.2026;Тверь")
    found = explain_record(read(text), wanted, 4)
    assert (found.row, found.id, found.client) == (5, "5", "Ежова Ольга")
    assert [rule.verdict for rule in found.rules] == ["refused", "took", "fits"]
    assert [(part.text, part.found, part.holds) for part in found.rules[0].parts] == [
        ("city = 'москва'", "Тверь", False)
    ]
    assert [part.holds for part in found.rules[1].parts] == [True, True]
    assert [(answer.segment, answer.due) for answer in found.answers] == [("Крупные", "2026-11-23")]


STAGES = (
    "Новая заявка",
    "Недозвон 2",
    "Думает",
    "Счёт выставлен",
    "Купил",
    "Отказ",
    "Есть задачи",
    "Пропал",
    "",
    "???",
)
ROWS = st.lists(
    st.tuples(
        st.sampled_from(STAGES),
        st.sampled_from(("", "9000", "700000", "много")),
        st.sampled_from(("", "25.11.2026", "01.09.2026", "позвонить")),
        st.sampled_from(("Кротов Иван", "Белова Нина", "")),
        st.sampled_from(("Москва", "Казань")),
    ),
    min_size=1,
    max_size=12,
)
EVERYTHING = SegmentSettings(
    use=("vip-in-trouble", "lost-clients", "temperature", "regulation"),
    rules=(BIG, replace(MOSCOW, skill="продажи")),
    chains=(CALLS,),
    managers=(Manager("Кротов Иван", ("продажи",), 3), Manager("Белова Нина", (), 2)),
    as_of="2026-11-23 10:00",
)


def write_rows(rows: list[tuple[int, tuple[str, ...]]]) -> str:
    lines = [
        f"{number};Клиент {number};+7 900 000-00-{number:02};{stage};{amount};{owner};{task};{city}"
        for number, (stage, amount, task, owner, city) in rows
    ]
    return "\n".join([TEXT.splitlines()[0], *lines]) + "\n"


@settings(max_examples=12)
@given(rows=ROWS, random=st.randoms(use_true_random=False), take=st.sampled_from(("first", "all")))
def test_no_row_is_lost_and_the_order_of_the_rows_decides_nothing(rows: Any, random: Any, take: Any) -> None:
    numbered = list(enumerate(rows, 1))
    shuffled = random.sample(numbered, len(numbered))
    wanted = replace(EVERYTHING, take=take)
    one, other = (segment(read(write_rows(order)), wanted) for order in (numbered, shuffled))
    assert len(one.table) == len(rows)
    assert set(one.tables["tags"]["row"]) == set(range(1, len(rows) + 1))
    added = ["ID", *(f"crmclean_{name}" for name in ADDED)]
    left, right = (outcome.table.frame[added].sort_values("ID", ignore_index=True) for outcome in (one, other))
    pd.testing.assert_frame_equal(left, right)
    if take == "first":
        assert len(one.tables["tags"]) == len(rows)
    # A task belongs to a record that stands in the tags with the same action.
    tags = set(zip(one.tables["tags"]["row"], one.tables["tags"]["action"], strict=True))
    assert set(zip(one.tables["tasks"]["row"], one.tables["tasks"]["action"], strict=True)) <= tags
