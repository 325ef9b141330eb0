"""Twin deals: what is closed, what the head decides and what is left alone, row by row; on 22 November 2026."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmclean.core.errors import UsageError
from crmclean.core.hygiene_settings import DealsSettings
from crmclean.core.settings import ReadSettings
from crmclean.core.step import Outcome
from crmclean.core.table import Column, Origin, Table
from crmclean.files.reading import read_table
from crmclean.hygiene.deals import TWIN_COLUMNS, find_twin_deals
from tests.hygiene.deal_cases import AMOCRM, BITRIX24, CASES, KVANT, Case, deal, write_export

SETTINGS = DealsSettings(as_of="2026-11-22")


def read(deals: list[dict[str, str]], layout: Mapping[str, str] = BITRIX24) -> Table:
    """Return deals as the program reads them from a file."""
    return read_table(write_export(layout, deals), "deals.csv", ReadSettings()).table


def find(deals: list[dict[str, str]], layout: Mapping[str, str] = BITRIX24, **settings: Any) -> Outcome:
    """Return what the job finds."""
    return find_twin_deals(read(deals, layout), replace(SETTINGS, **settings))


def twins_of(outcome: Outcome) -> list[tuple[str, str, str]]:
    """Return the ID, the older deal and the action of every row."""
    frame = outcome.table.frame
    columns = ("ID", "crmclean_twin_of", "crmclean_twin_action")
    return list(zip(*(frame[name].tolist() for name in columns), strict=True))


@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in CASES.items()])
def test_every_row_of_a_case(case: Case) -> None:
    found = twins_of(find(case.deals, case.layout))
    assert found == [(made["id"], *case.twins.get(made["id"], ("", ""))) for made in case.deals]


def test_all_deals_of_a_group_have_the_id_of_the_oldest() -> None:
    outcome = find([deal(7, "09.10"), deal(5, "01.10"), deal(9, "01.10", inn=KVANT, company="ООО «Квант»", phone="")])
    assert outcome.table.frame["crmclean_twin_group"].tolist() == ["5", "5", ""]


def test_the_words_say_what_speaks_for_it_and_what_against() -> None:
    outcome = find([deal(1, "01.10"), deal(2, "02.10", owner="Образцов Пётр"), deal(3, "01.10", owner="")])
    assert outcome.table.frame["crmclean_twin_why"].tolist() == [
        "",
        "same INN, same phone, same person, same product, same amount, opened 1 day apart; against it: another manager",
        "same INN, same phone, same person, same product, same amount, opened on the same day",
    ]


def test_a_twin_of_another_manager_may_be_closed_by_rule() -> None:
    deals = [deal(1, "01.10"), deal(2, "05.10", owner="Образцов Пётр")]
    assert twins_of(find(deals, other_owner="close"))[1] == ("2", "1", "close")


@pytest.mark.parametrize(
    ("settings", "action"),
    [
        ({"days_apart": 3}, ""),
        ({"sure_days": 3}, "decide"),
        ({"amount_tolerance": 0.0}, "decide"),
        ({"amount_tolerance": 0.03}, "close"),
        ({"most_open": 1}, "decide"),
        ({"statuses": (("won", "В работе"),)}, ""),
    ],
    ids=lambda value: str(value),
)
def test_settings_move_the_borders(settings: dict[str, Any], action: str) -> None:
    deals = [deal(1, "01.10", amount="100000"), deal(2, "05.10", amount="103000")]
    assert twins_of(find(deals, **settings))[1][2] == action


def test_a_stage_of_ones_own_gets_its_meaning_from_the_settings() -> None:
    deals = [deal(1, "01.10", stage="Квиз пройден"), deal(2, "05.10", stage="Квиз пройден")]
    assert twins_of(find(deals))[1][2] == ""
    assert twins_of(find(deals, statuses=(("in-work", "квиз пройден"),)))[1][2] == "close"


def test_the_phone_of_a_reception_is_known_by_closed_deals_too() -> None:
    alone = {"company": "", "inn": ""}
    pair = [deal(1, "01.10", alone), deal(2, "05.10", alone)]
    others = [
        deal(number, "02.02", inn="", company=name, person="", stage="Сделка успешна")
        for number, name in enumerate(("Альфа", "Бета", "Гамма", "Дельта"), 3)
    ]
    assert twins_of(find(pair))[1][2] == "close"
    assert twins_of(find([*pair, *others]))[1][2] == ""
    assert twins_of(find([*pair, *others], shared_by=4))[1][2] == "close"


def test_the_file_of_changes_has_the_headings_of_the_crm() -> None:
    outcome = find(
        [deal(1, "01.10", title="Погрузчик, склад"), deal(2, "05.10", comment="перезвонить"), deal(3, "06.10")],
        deal_url="https://crm.example/crm/deal/details/{id}/",
    )
    said = "same INN, same phone, same person, same product, same amount"
    line = f"Duplicate of deal 1 (Погрузчик, склад): {said}, opened {{}} days apart. https://crm.example/crm/deal/details/1/"
    changes = outcome.tables["deal_changes"]
    assert changes.columns.tolist() == ["ID", "Стадия сделки", "Комментарий"]
    assert changes.to_numpy().tolist() == [
        ["2", "Дубль", "перезвонить\n" + line.format(4)],
        ["3", "Дубль", line.format(5)],
    ]


def test_the_word_of_the_status_and_no_link_by_default() -> None:
    outcome = find([deal(1, "01.10", title=""), deal(2, "05.10")], AMOCRM, status_word="Дубликат")
    changes = outcome.tables["deal_changes"]
    assert changes.columns.tolist() == ["ID", "Этап сделки", "Примечание"]
    assert changes["Этап сделки"].tolist() == ["Дубликат"]
    assert changes["Примечание"].tolist()[0].startswith("Duplicate of deal 1: same INN")
    assert "http" not in changes["Примечание"].tolist()[0]


def test_an_export_without_comments_gets_the_column_of_its_crm() -> None:
    layout = {name: header for name, header in BITRIX24.items() if name != "comment"}
    outcome = find([deal(1, "01.10"), deal(2, "05.10")], layout)
    assert outcome.tables["deal_changes"].columns.tolist() == ["ID", "Стадия сделки", "Комментарий"]


def test_the_list_for_the_head_has_both_sides() -> None:
    outcome = find([deal(1, "01.10"), deal(2, "05.10", owner="Образцов Пётр", amount="0")])
    assert not len(outcome.tables["deal_changes"])
    [listed] = outcome.tables["decide"].to_dict("records")
    assert listed["decision"] == ""
    assert (listed["older_id"], listed["older_owner"], listed["older_amount"]) == ("1", "Примерова Ольга", "150000.00")
    assert (listed["newer_id"], listed["newer_owner"], listed["newer_amount"]) == ("2", "Образцов Пётр", "0")
    assert listed["newer_client"] == "ООО «Ромашка»"
    assert listed["why"].endswith("against it: another manager")


def test_a_deal_of_several_rows_is_tagged_in_all_and_changed_once() -> None:
    deals = [deal(1, "01.10"), deal(2, "05.10", product="Погрузчик"), deal(2, "05.10", product="Погрузчик")]
    outcome = find(deals)
    assert twins_of(outcome) == [("1", "", ""), ("2", "1", "close"), ("2", "1", "close")]
    assert outcome.tables["deal_changes"]["ID"].tolist() == ["2"]


def test_without_ids_the_rows_are_named_and_nothing_can_be_loaded() -> None:
    layout = {name: header for name, header in BITRIX24.items() if name != "id"}
    outcome = find([deal(1, "01.10"), deal(2, "05.10")], layout)
    assert outcome.table.frame["crmclean_twin_of"].tolist() == ["", "1"]
    assert not len(outcome.tables["deal_changes"])
    rules = outcome.tables["rules"].set_index("rule")
    assert rules.loc["changes", "missing"] == "ID"


def test_an_id_that_deals_share_is_not_theirs() -> None:
    layout = {**BITRIX24, "id": "ID контакта"}
    outcome = find([deal(77, "01.10", title="Погрузчик"), deal(77, "05.10", title="Заявка")], layout)
    assert outcome.table.frame["crmclean_twin_of"].tolist() == ["", "1"]
    assert not len(outcome.tables["deal_changes"])


@pytest.mark.parametrize(
    ("dropped", "rule", "missing"),
    [
        ("inn", "inn", "INN"),
        ("company", "company", "Company"),
        ("phone", "phone", "Phone"),
        ("mail", "email", "E-mail"),
        ("product", "same-product", "Product"),
        ("amount", "same-amount", "Amount"),
        ("owner", "other-owner", "Owner"),
        ("pipeline", "other-pipeline", "Pipeline"),
        ("created", "far-apart", "Created"),
        ("stage", "open", "Stage or Status"),
    ],
)
def test_a_rule_without_its_column_is_skipped_and_says_so(dropped: str, rule: str, missing: str) -> None:
    layout = {name: header for name, header in BITRIX24.items() if name != dropped}
    outcome = find([deal(1, "01.10"), deal(2, "05.10")], layout)
    rules = outcome.tables["rules"].set_index("rule")
    assert rules.loc[rule, "missing"] == missing
    assert rules.loc[rule, "rows"] == 0


def test_figures_and_findings_count_the_same() -> None:
    outcome = find(
        [
            deal(1, "01.10"),
            deal(2, "05.10"),
            deal(3, "06.10", owner="Образцов Пётр"),
            deal(4, "07.10", stage="Квиз пройден"),
            deal(5, "08.10", stage="Сделка успешна"),
        ]
    )
    assert dict(outcome.figures) == {
        "rows_in": 5,
        "rows_out": 5,
        "open_deals": 3,
        "twins": 2,
        "twins_to_close": 1,
        "twins_to_decide": 1,
        "twin_amount": 300_000.0,
    }
    found = outcome.findings[["row", "column", "code"]].to_numpy().tolist()
    assert found == [
        [2, "Стадия сделки", "deals-twin"],
        [3, "Стадия сделки", "deals-twin-doubtful"],
        [4, "Стадия сделки", "deals-stage-unknown"],
    ]


def test_money_of_two_currencies_is_not_added_up() -> None:
    euros = {"currency": "EUR", "inn": KVANT, "company": "ООО «Квант»", "phone": "+7 900 555-00-05", "person": ""}
    outcome = find([deal(1, "01.10"), deal(2, "05.10"), deal(3, "01.10", euros), deal(4, "05.10", euros)])
    assert outcome.figures["twins"] == 2
    assert "twin_amount" not in outcome.figures


@pytest.mark.parametrize(
    "settings",
    [{"deal_url": "https://crm.example/deal/"}, {"as_of": "послезавтра"}, {"statuses": (("отказ", "НБТ"),)}],
    ids=["no place for the ID", "no date", "no class"],
)
def test_wrong_settings_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        find([deal(1, "01.10"), deal(2, "05.10")], **settings)


def test_the_order_of_the_file_decides_nothing() -> None:
    deals = [made | {"id": f"{number}{made['id']}"} for number, case in enumerate(CASES.values(), 1)
             for made in case.deals if case.layout is BITRIX24]  # fmt: skip
    forward, backward = twins_of(find(deals)), twins_of(find(deals[::-1]))
    assert sorted(forward) == sorted(backward)


_TEXTS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["В работе", "Новая", "Дубль", "ООО «Ромашка»", "5831142148", "+7 900 111-00-01", "Котова Анна", "Погрузчик",
         "150000", "01.10.2026", "Заказ № 15", "1", "2", "", "  ", "Пермь", "a@example.com", "RUB", "\x00", "1e9"]
    ),
)  # fmt: skip
_ROLES = (
    "id", "deal_title", "stage", "status", "amount", "currency", "company", "inn", "kpp", "full_name", "last_name",
    "first_name", "phone", "email", "city", "owner", "product", "pipeline", "created_at", "closed_at", "comment", "",
)  # fmt: skip


@st.composite
def _tables(draw: st.DrawFn) -> Table:
    roles = draw(st.lists(st.sampled_from(_ROLES), min_size=1, max_size=12))
    rows = draw(st.integers(0, 7))
    columns = tuple(Column(f"c{place}", f"c{place}", role) for place, role in enumerate(roles))
    frame = pd.DataFrame(
        {
            column.name: pd.Series(draw(st.lists(_TEXTS, min_size=rows, max_size=rows)), dtype="str")
            for column in columns
        },
        index=pd.RangeIndex(rows),
    )
    return Table(frame, columns, Origin(path="deals.csv"))


@given(_tables())
def test_no_table_breaks_it_or_loses_a_cell(table: Table) -> None:
    outcome = find_twin_deals(table, SETTINGS)
    names = [column.name for column in table.columns]
    pd.testing.assert_frame_equal(outcome.table.frame[names], table.frame)
    assert outcome.table.headers == [*table.headers, *TWIN_COLUMNS]
    frame = outcome.table.frame
    assert set(frame["crmclean_twin_action"]) <= {"", "close", "decide"}
    assert frame["crmclean_twin_of"].ne("").equals(frame["crmclean_twin_action"].ne(""))
    assert outcome.figures["twins"] == len(outcome.tables["close"]) + len(outcome.tables["decide"])


@given(_tables())
def test_a_second_run_says_the_same(table: Table) -> None:
    once = find_twin_deals(table, SETTINGS).table
    twice = find_twin_deals(once, SETTINGS).table
    pd.testing.assert_frame_equal(once.frame, twice.frame)
