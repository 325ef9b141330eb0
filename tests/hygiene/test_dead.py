"""Who is tagged as dead, for what, and what is proposed: every case of ``dead_cases``, and what must always hold."""

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crmclean.core.errors import UsageError
from crmclean.core.hygiene_settings import DeadSettings
from crmclean.core.settings import ReadSettings
from crmclean.core.step import Outcome
from crmclean.core.table import Table
from crmclean.files.reading import read_table
from crmclean.hygiene.bounces import read_bounces
from crmclean.hygiene.calls import read_calls
from crmclean.hygiene.dead import find_dead
from crmclean.hygiene.dead_rules import NOTES, REASONS
from crmclean.hygiene.evidence_columns import Evidence
from tests.hygiene.dead_cases import (
    AMOCRM,
    AMOCRM_CASES,
    BITRIX24,
    BITRIX24_CASES,
    Case,
    write_base,
    write_bounces,
    write_calls,
)

TODAY = DeadSettings(as_of="2026-11-22")
LAYOUTS = {"bitrix24": (BITRIX24, BITRIX24_CASES), "amocrm": (AMOCRM, AMOCRM_CASES)}
ADDED = ["crmclean_dead", "crmclean_dead_reasons", "crmclean_dead_why", "crmclean_proposal", "crmclean_may_contact"]


def read(data: bytes, name: str = "base.csv", of_clients: bool = True) -> Table:
    return read_table(data, name, ReadSettings(), of_clients=of_clients).table


def base_of(text: str) -> Table:
    return read(text.encode())


def calls_of(text: str) -> Evidence:
    return read_calls(read(text.encode(), "calls.csv", of_clients=False))


@cache
def tagged(layout: str) -> Outcome:
    header, cases = LAYOUTS[layout]
    calls = read_calls(read(write_calls(cases), "calls.csv", of_clients=False))
    bounces = read_bounces(read(write_bounces(cases), "bounces.csv", of_clients=False))
    return find_dead(read(write_base(header, cases)), TODAY, calls, bounces)


@pytest.mark.parametrize(
    ("layout", "place", "case"),
    [
        pytest.param(layout, place, case, id=f"{layout}: {case.name}")
        for layout, (_header, cases) in LAYOUTS.items()
        for place, case in enumerate(cases)
    ],
)
def test_case(layout: str, place: int, case: Case) -> None:
    row = tagged(layout).table.frame.iloc[place]
    said = {
        "reasons": row["crmclean_dead_reasons"],
        "dead": row["crmclean_dead"],
        "proposal": row["crmclean_proposal"],
        "may_contact": row["crmclean_may_contact"],
    }
    assert said == {
        "reasons": case.reasons,
        "dead": "1" if case.dead else "0",
        "proposal": case.proposal,
        "may_contact": "yes" if case.may_contact else "no",
    }


def test_there_are_enough_cases() -> None:
    assert len(BITRIX24_CASES) + len(AMOCRM_CASES) >= 80
    shown = {reason for _header, cases in LAYOUTS.values() for case in cases for reason in case.reasons.split(",")}
    assert shown - {""} == set(REASONS)


def test_tags_are_one_line_per_row_in_the_form_that_scripts_know() -> None:
    tags = tagged("amocrm").tables["tags"]
    assert list(tags.columns) == ["row", "id", "dead", "reasons"]
    assert tags["row"].tolist() == list(range(1, len(AMOCRM_CASES) + 1))
    assert tags["id"].tolist() == [str(1000 + place) for place in range(len(AMOCRM_CASES))]
    assert tags["dead"].tolist() == [int(case.dead) for case in AMOCRM_CASES]
    assert tags["reasons"].tolist() == [case.reasons for case in AMOCRM_CASES]


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ("79000001101;;01.01.2025;;;", "silent for 690 days (by activity)"),
        ("79000001101;;;01.01.2025;;", "silent for 690 days (by modification)"),
        ("79000001101;;22.11.2026;;На согласовании;01.05.2026", "in the stage “На согласовании” for 205 days"),
        ("79000001101;Ошиблись  номером;22.11.2026;;;", "wrong number, as written: “Ошиблись номером”"),
        (";;22.11.2026;;;", "no phone and no e-mail"),
        ("79000001101;;22.11.2026;;Отказ;", "refused: “Отказ”"),
    ],
)  # fmt: skip
def test_why_says_the_facts(cells: str, why: str) -> None:
    heading = "Телефон;Комментарий;Последняя активность;Дата изменения;Стадия;Дата изменения стадии"
    table = base_of(f"{heading}\n{cells}\n")
    assert find_dead(table, TODAY).table.frame["crmclean_dead_why"].tolist() == [why]


def test_why_of_calls_says_how_many_and_when() -> None:
    table = base_of("Имя;Телефон\nОлег;+7 900 000-11-01\n")
    days = ("01.11.2026", "03.11.2026", "05.11.2026", "07.11.2026", "09.11.2026")
    log = "\n".join(f"{day};79000001101;Нет ответа" for day in days)
    outcome = find_dead(table, TODAY, calls_of(f"Дата;Номер;Результат\n{log}\n"))
    assert outcome.table.frame["crmclean_dead_why"].tolist() == ["5 calls in a row failed (last 09.11.2026)"]


@pytest.mark.parametrize(
    ("changed", "cells", "reasons"),
    [
        (DeadSettings(silent_days=30), "79000001101;;01.10.2026;;", "silent"),
        (DeadSettings(silent_days=400), "79000001101;;21.11.2025;;", ""),
        (DeadSettings(attempts=3), "79000001101;;22.11.2026;Недозвон 3;", "attempts-failed"),
        (DeadSettings(stage_days=20), "79000001101;;22.11.2026;В работе;01.11.2026", "stage-too-long"),
        (DeadSettings(statuses=(("refused", "НБТ"),)), "79000001101;;22.11.2026;НБТ;", "opted-out"),
        (DeadSettings(remarks=(("wrong-number", "не он*"),)), "79000001101;это не они;22.11.2026;;", "wrong-number"),
        (DeadSettings(remarks=(("opted-out", "злой"),)), "79000001101;злой;22.11.2026;;", "opted-out"),
    ],
)
def test_settings_move_the_rules(changed: DeadSettings, cells: str, reasons: str) -> None:
    table = base_of(f"Телефон;Комментарий;Последняя активность;Стадия;Дата изменения стадии\n{cells}\n")
    outcome = find_dead(table, replace(changed, as_of="2026-11-22"))
    assert outcome.table.frame["crmclean_dead_reasons"].tolist() == [reasons]


def test_rules_without_their_columns_are_skipped_and_say_so() -> None:
    outcome = find_dead(base_of("Имя;Телефон\nОлег;\n"), TODAY)
    rules = outcome.tables["rules"].set_index("rule")
    assert rules.loc["silent", "missing"] == "Last activity or Modified"
    assert rules.loc["stage-too-long", "missing"] == "Stage or Status, Stage changed"
    assert rules.loc["bounced", "missing"] == "E-mail, returned mails (--bounces) or Comment"
    assert rules.loc["no-contact", "missing"] == ""
    assert rules.loc["no-contact", "rows"] == 1


def test_a_base_without_contacts_in_its_columns_has_nobody_without_a_way() -> None:
    outcome = find_dead(base_of("Имя;Фамилия;Город\nОлег;Лисицын;Тверь\n"), TODAY)
    assert outcome.table.frame["crmclean_dead"].tolist() == ["0"]
    assert outcome.tables["rules"].set_index("rule").loc["no-contact", "missing"] == "Phone or E-mail"


def test_calls_after_today_do_not_count() -> None:
    table = base_of("Имя;Телефон\nОлег;+7 900 000-11-01\n")
    calls = calls_of(
        "Дата;Номер;Результат\n23.11.2026;79000001101;Номер не существует\n24.11.2026;79000001101;Номер не существует\n"
    )
    assert find_dead(table, TODAY, calls).table.frame["crmclean_dead"].tolist() == ["0"]


def test_figures_sections_and_findings_tell_of_the_whole() -> None:
    outcome = tagged("bitrix24")
    cases = BITRIX24_CASES
    assert outcome.figures["rows_in"] == outcome.figures["rows_out"] == len(cases)
    assert outcome.figures["dead"] == sum(case.dead for case in cases)
    for proposal in ("archive", "enrich", "check"):
        assert outcome.figures[proposal] == sum(case.proposal == proposal for case in cases)
    assert outcome.figures["left_in_peace"] == sum(not case.may_contact for case in cases)
    for section in outcome.sections:
        assert {column.name for column in section.columns} <= set(outcome.tables[section.table].columns)
    evidence = outcome.tables["dead_evidence"]
    assert evidence["lines"].tolist() == [
        sum(len(case.calls) for case in cases),
        sum(len(case.bounces) for case in cases),
    ]
    assert set(outcome.findings["code"]) == {"dead-contradicted", "dead-which-number"}


def test_a_second_run_replaces_its_own_columns() -> None:
    once = tagged("amocrm").table
    again = find_dead(once, TODAY).table
    assert list(again.frame.columns) == list(once.frame.columns)
    assert again.headers[-5:] == ADDED


def test_a_wrong_setting_says_what_there_is() -> None:
    table = base_of("Имя;Телефон\nОлег;+7 900 000-11-01\n")
    with pytest.raises(UsageError, match="wrong-nummer"):
        find_dead(table, DeadSettings(remarks=(("wrong-nummer", "x"),)))
    with pytest.raises(UsageError, match="no-anwser"):
        find_dead(table, DeadSettings(statuses=(("no-anwser", "x"),)))
    with pytest.raises(UsageError, match="завтра"):
        find_dead(table, DeadSettings(as_of="завтра"))


_CELLS = st.one_of(
    st.sampled_from(
        [
            "", "Тест", "+7 900 000-11-01", "8-916-12", "нет", "a@example.ru", "no@no.ru", "номер не существует",
            "01.01.2020", "22.11.2026", "Отказ", "Недозвон 7", "В работе", "600000", "VIP", "да", "Ликвидировано", "-",
        ]
    ),
    st.text(max_size=12),
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    columns=st.lists(st.sampled_from(BITRIX24), min_size=1, max_size=8, unique=True),
    rows=st.integers(0, 6),
    data=st.data(),
)
def test_no_input_raises_loses_a_row_or_changes_a_cell(columns: list[str], rows: int, data: st.DataObject) -> None:
    whole = read(write_base(BITRIX24, BITRIX24_CASES[:1]))
    chosen = [column for column in whole.columns if column.header in columns]
    cells = {column.name: data.draw(st.lists(_CELLS, min_size=rows, max_size=rows)) for column in chosen}
    table = Table(pd.DataFrame(cells, dtype="str", index=pd.RangeIndex(rows)), tuple(chosen), whole.origin)
    before = table.frame.copy()
    calls = read_calls(read(write_calls(BITRIX24_CASES), "calls.csv", of_clients=False))
    outcome = find_dead(table, TODAY, calls)
    frame = outcome.table.frame
    pd.testing.assert_frame_equal(table.frame, before)
    pd.testing.assert_frame_equal(frame[list(before.columns)], before)
    assert list(frame.columns)[-5:] == ADDED
    assert set(frame["crmclean_dead"]) <= {"0", "1"}
    assert set(frame["crmclean_proposal"]) <= {"", "archive", "enrich", "check"}
    reasons = [set(filter(None, text.split(","))) for text in frame["crmclean_dead_reasons"].tolist()]
    assert all(own <= set(REASONS) for own in reasons)
    for own, flag, proposal in zip(reasons, frame["crmclean_dead"], frame["crmclean_proposal"], strict=True):
        assert bool(own - NOTES) or flag == "0"
        assert own or proposal == ""


@settings(max_examples=15, deadline=None)
@given(order=st.permutations(range(len(BITRIX24_CASES))))
def test_the_order_of_rows_decides_nothing(order: list[int]) -> None:
    header, cases = LAYOUTS["bitrix24"]
    table = read(write_base(header, cases))
    moved = table.with_frame(table.frame.iloc[order])
    one = find_dead(table, TODAY).table.frame.iloc[order].reset_index(drop=True)
    pd.testing.assert_frame_equal(find_dead(moved, TODAY).table.frame, one)


def test_many_contacts_may_share_a_number() -> None:
    rows = "\n".join(f"{place};+7 900 000-11-01;+7 901 {place:03d}-22-02" for place in range(100))
    table = base_of(f"ID;Рабочий телефон;Мобильный телефон\n{rows}\n")
    log = "\n".join(f"{day:02d}.10.2026;79000001101;Нет ответа" for day in range(1, 20))
    outcome = find_dead(table, TODAY, calls_of(f"Дата;Номер;Результат\n{log}\n"))
    # The number of each own has not been tried.
    assert np.unique(outcome.table.frame["crmclean_dead"]).tolist() == ["0"]
    assert outcome.table.frame["crmclean_proposal"].unique().tolist() == ["check"]
