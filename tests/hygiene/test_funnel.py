"""The tags of a funnel, row by row, on the layouts of Bitrix24 and amoCRM; told on 22 November 2026."""

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmclean.core.errors import UsageError
from crmclean.core.hygiene_settings import FunnelSettings
from crmclean.core.settings import ReadSettings
from crmclean.core.step import Outcome
from crmclean.core.table import Column, Origin, Table
from crmclean.files.reading import read_table
from crmclean.hygiene.funnel import funnel

SETTINGS = FunnelSettings(as_of="2026-11-22")

BITRIX_DEALS = (
    "ID;Название сделки;Стадия сделки;Сумма;Контакт;Ответственный;Источник;Дата создания;Дата изменения;"
    "Дата изменения стадии;Предполагаемая дата закрытия;Сделка закрыта;Следующее дело"
)
AMO_DEALS = (
    "ID,Название сделки,Бюджет,Ответственный,Дата создания сделки,Дата редактирования,Дата закрытия,Этап сделки,"
    "Воронка,Полное имя контакта,Ближайшая задача"
)
BITRIX_LEADS = "ID;Название лида;Статус;Дела;Полное имя;Дата создания;Дата изменения;Источник;Ответственный"


def read(header: str, *rows: str) -> Table:
    """Return a table as the program reads it from a file."""
    return read_table("\n".join([header, *rows, ""]).encode(), "deals.csv", ReadSettings()).table


def tags_of(outcome: Outcome) -> list[str]:
    """Return the tags of every row."""
    return [str(cell) for cell in outcome.table.frame["crmclean_funnel"].tolist()]


_BITRIX_CASES = {
    # stage; created; modified; stage since; expected; closed; next task -> tags, days
    "fresh with a task": ("В работе;01.11.2026;20.11.2026;15.11.2026;;N;25.11.2026", "", "7"),
    "thirty days are allowed": ("В работе;01.09.2026;20.11.2026;23.10.2026;;N;25.11.2026", "", "30"),
    "thirty-one are not": ("В работе;01.09.2026;20.11.2026;22.10.2026;;N;25.11.2026", "stuck", "31"),
    "with a clock": ("В работе;01.09.2026 10:00:00;20.11.2026;22.10.2026 23:59:59;;N;25.11.2026", "stuck", "31"),
    "no task": ("Переговоры;10.11.2026;;15.11.2026;;N;", "no-task", "7"),
    "a dash is no task": ("Переговоры;10.11.2026;;15.11.2026;;N;-", "no-task", "7"),
    "no tasks in words": ("Переговоры;10.11.2026;;15.11.2026;;N;Нет задач", "no-task", "7"),
    "a task in words": ("Переговоры;10.11.2026;;15.11.2026;;N;Позвонить", "", "7"),
    "overdue by words": ("Переговоры;10.11.2026;;15.11.2026;;N;Просрочено: позвонить", "overdue-promise", "7"),
    "not overdue by words": ("Переговоры;10.11.2026;;15.11.2026;;N;Не просрочено", "", "7"),
    "task of yesterday": ("Переговоры;10.11.2026;;15.11.2026;;N;21.11.2026", "overdue-promise", "7"),
    "task of today": ("Переговоры;10.11.2026;;15.11.2026;;N;22.11.2026 09:00:00", "", "7"),
    "date within the task": ("Переговоры;10.11.2026;;15.11.2026;;N;Звонок 01.11.2026", "overdue-promise", "7"),
    "a later date keeps it": ("Переговоры;10.11.2026;;15.11.2026;;N;КП 01.11.2026, звонок 01.12.2026", "", "7"),
    "expected date passed": ("Переговоры;10.11.2026;;15.11.2026;20.11.2026;N;25.11.2026", "overdue-promise", "7"),
    "expected today": ("Переговоры;10.11.2026;;15.11.2026;22.11.2026;N;25.11.2026", "", "7"),
    "all at once": (
        "Согласование договора;01.03.2026;01.06.2026;01.06.2026;01.07.2026;N;",
        "stuck; no-task; overdue-promise",
        "174",
    ),
    "won is closed": ("Сделка успешна;01.01.2026;01.06.2026;11.01.2026;05.01.2026;Y;", "", "10"),
    "lost is closed": ("Сделка провалена;01.01.2026;01.06.2026;31.01.2026;05.01.2026;Y;01.02.2026", "", "30"),
    "duplicate is closed": ("Дубль;01.01.2026;01.06.2026;02.01.2026;;Y;", "", "1"),
    "closed whatever the stage": ("Переговоры;01.01.2026;01.06.2026;11.01.2026;;Y;", "", "10"),
    "open whatever the stage": ("Продажа;01.01.2026;01.06.2026;01.06.2026;;N;25.11.2026", "stuck", "174"),
    "own stage, open by the flag": ("Квиз пройден;01.01.2026;01.06.2026;01.06.2026;;N;25.11.2026", "stuck", "174"),
    "own stage, nothing else": ("Квиз пройден;01.01.2026;01.06.2026;01.06.2026;;;", "", ""),
    "no stage, no flag": (";01.01.2026;01.06.2026;01.06.2026;;;", "", ""),
    "unreached may be stuck": ("Недозвон 3;01.01.2026;01.06.2026;01.06.2026;;N;25.11.2026", "stuck", "174"),
    "gone silent is open": ("Пропал;01.11.2026;20.11.2026;20.11.2026;;N;", "no-task", "2"),
    "without a date of the stage": ("В работе;01.01.2026;01.06.2026;;;N;25.11.2026", "stuck", "174"),
    "only created": ("В работе;01.01.2026;;;;N;25.11.2026", "stuck", "325"),
    "without any date": ("В работе;;;;;N;25.11.2026", "", ""),
    "stage of a day to come": ("В работе;01.11.2026;10.11.2026;01.12.2026;;N;25.11.2026", "", "12"),
    "won before it was created": ("Сделка успешна;01.06.2026;01.06.2026;01.01.2026;;Y;", "", ""),
}  # fmt: skip


@pytest.mark.parametrize(("row", "tags", "days"), _BITRIX_CASES.values(), ids=_BITRIX_CASES.keys())
def test_deals_of_bitrix24(row: str, tags: str, days: str) -> None:
    stage, rest = row.split(";", 1)
    table = read(BITRIX_DEALS, f"1;Станок;{stage};1000;Лисицын Олег;Котова Анна;Сайт;{rest}")
    assert (table.origin.system, table.origin.entity) == ("bitrix24", "deal")
    outcome = funnel(table, SETTINGS)
    assert tags_of(outcome) == [tags]
    assert outcome.table.frame["crmclean_stage_days"].tolist() == [days]


_AMO_CASES = {
    # created, modified, closed, stage, next task -> tags, days
    "new, touched yesterday": ("20.11.2026 10:00:00,21.11.2026 10:00:00,,Неразобранное,23.11.2026", "", "1"),
    "not changed for long": ("01.03.2026 10:00:00,01.10.2026 10:00:00,,Переговоры,23.11.2026", "stuck", "52"),
    "no task": ("20.11.2026 10:00:00,21.11.2026 10:00:00,,Первичный контакт,", "no-task", "1"),
    "overdue": ("20.11.2026 10:00:00,21.11.2026 10:00:00,,Принимают решение,21.11.2026", "overdue-promise", "1"),
    "won": ("01.09.2026 10:00:00,21.11.2026 10:00:00,11.09.2026 10:00:00,Успешно реализовано,", "", "10"),
    "lost": ("01.09.2026 10:00:00,21.11.2026 10:00:00,01.10.2026 10:00:00,Закрыто и не реализовано,", "", "30"),
    "own stage, not closed": ("01.09.2026 10:00:00,01.10.2026 10:00:00,,Квиз пройден,", "stuck; no-task", "52"),
    "own stage, closed": ("01.09.2026 10:00:00,01.10.2026 10:00:00,11.09.2026 10:00:00,Квиз пройден,", "", "10"),
    "lost without a date": ("01.09.2026 10:00:00,01.10.2026 10:00:00,,Закрыто и не реализовано,", "", ""),
}


@pytest.mark.parametrize(("row", "tags", "days"), _AMO_CASES.values(), ids=_AMO_CASES.keys())
def test_deals_of_amocrm(row: str, tags: str, days: str) -> None:
    created, modified, closed, stage, task = row.split(",")
    # The closed deal beside it shows that the column of closing is used.
    table = read(
        AMO_DEALS,
        f"1,Станок,1000,Котова Анна,{created},{modified},{closed},{stage},Продажи,Лисицын Олег,{task}",
        "2,Насос,500,Котова Анна,01.01.2026,01.02.2026,01.02.2026,Успешно реализовано,Продажи,Белкин Пётр,",
    )
    assert (table.origin.system, table.origin.entity) == ("amocrm", "deal")
    outcome = funnel(table, SETTINGS)
    assert tags_of(outcome) == [tags, ""]
    assert outcome.table.frame["crmclean_stage_days"].tolist() == [days, "31"]


_LEAD_CASES = {
    "not touched": ("Не обработан;;01.11.2026;01.11.2026", "no-task"),
    "not reached": ("Не удалось связаться;Перезвонить 25.11.2026;01.11.2026;01.11.2026", ""),
    "put off": ("Обработка приостановлена;Позвонить 01.09.2026;01.08.2026;01.08.2026", "stuck; overdue-promise"),
    "converted": ("Сконвертирован;;01.01.2026;01.02.2026", ""),
    "junk": ("Некачественный лид;;01.01.2026;01.02.2026", ""),
    "code of a stage": ("C5:IN_PROCESS;;01.08.2026;01.08.2026", "stuck; no-task"),
}


@pytest.mark.parametrize(("row", "tags"), _LEAD_CASES.values(), ids=_LEAD_CASES.keys())
def test_leads_of_bitrix24(row: str, tags: str) -> None:
    status, task, dates = row.split(";", 2)
    table = read(BITRIX_LEADS, f"1;Заявка;{status};{task};Лисицын Олег;{dates};Сайт;Котова Анна")
    assert (table.origin.system, table.origin.entity) == ("bitrix24", "lead")
    assert tags_of(funnel(table, SETTINGS)) == [tags]


def test_contacts_with_a_status() -> None:
    table = read(
        "ФИО;Телефон;Статус;Дата следующего контакта;Дата изменения",
        "Лисицын Олег;+79000000001;в работе;01.12.2026;20.11.2026",
        "Котова Анна;+79000000002;думает;01.11.2026;20.11.2026",
        "Белкин Пётр;+79000000003;недозвон;;20.11.2026",
        "Орлова Нина;+79000000004;отказ;;20.11.2026",
        "Зайцев Яков;+79000000005;клиент друга;;20.11.2026",
    )
    outcome = funnel(table, SETTINGS)
    assert tags_of(outcome) == ["", "overdue-promise", "no-task", "", ""]
    assert outcome.findings[["code", "before"]].to_numpy().tolist() == [["funnel-stage-unknown", "клиент друга"]]


def test_words_name_the_days_and_where_they_come_from() -> None:
    outcome = funnel(
        read(
            BITRIX_DEALS,
            "1;Станок;Согласование договора;1000;Лисицын Олег;;;01.03.2026;01.06.2026;01.06.2026;01.11.2026;N;",
            "2;Станок;В работе;1000;Лисицын Олег;;;01.01.2026;21.10.2026;;;N;21.11.2026",
            "3;Станок;В работе;1000;Лисицын Олег;;;21.10.2026;;;;N;просрочено",
            "4;Станок;Сделка успешна;1000;Лисицын Олег;;;21.10.2026;;;;Y;",
        ),
        SETTINGS,
    )
    assert outcome.table.frame["crmclean_funnel_why"].tolist() == [
        "in “Согласование договора” for 174 days (30 allowed); no next task; the expected date passed 21 days ago",
        "in “В работе”, no change for 32 days (30 allowed); the next task is 1 day overdue",
        "in “В работе”, created 32 days ago (30 allowed); the next task is overdue",
        "",
    ]


def test_a_stage_that_is_not_given_is_called_so() -> None:
    table = read(BITRIX_DEALS, "1;Станок;;1000;Лисицын Олег;;;01.03.2026;01.06.2026;01.06.2026;;N;")
    assert funnel(table, SETTINGS).table.frame["crmclean_funnel_why"].tolist() == [
        "in “(not given)” for 174 days (30 allowed); no next task"
    ]


def test_days_allowed_by_stage_and_by_class() -> None:
    table = read(
        BITRIX_DEALS,
        "1;Станок;Переговоры;;;;;;;10.11.2026;;N;25.11.2026",
        "2;Станок;В работе;;;;;;;10.11.2026;;N;25.11.2026",
        "3;Станок;Счёт выставлен;;;;;;;10.11.2026;;N;25.11.2026",
        "4;Станок;Новая;;;;;;;10.11.2026;;N;25.11.2026",
    )
    allowed = (("in-work", "5"), ("ПЕРЕГОВОРЫ", "20"), ("счет выставлен", "11"), ("Сделка мечты", "3"))
    outcome = funnel(table, replace(SETTINGS, allowed=allowed))
    assert tags_of(outcome) == ["", "stuck", "stuck", ""]
    assert outcome.findings[["code", "before"]].to_numpy().tolist() == [["funnel-stage-not-found", "Сделка мечты"]]
    assert tags_of(funnel(table, replace(SETTINGS, stage_days=11))) == ["stuck"] * 4


def test_statuses_of_ones_own() -> None:
    table = read(BITRIX_DEALS, "1;Станок;Квиз пройден;;;;;;;01.01.2026;;;25.11.2026")
    assert tags_of(funnel(table, replace(SETTINGS, statuses=(("in-work", "Квиз пройден"),)))) == ["stuck"]
    assert tags_of(funnel(table, replace(SETTINGS, stages=("Квиз пройден", "Замер")))) == ["stuck"]


@pytest.mark.parametrize(
    "wrong",
    [{"as_of": "скоро"}, {"allowed": (("Переговоры", "две недели"),)}, {"allowed": (("Переговоры", "0"),)},
     {"statuses": (("open", "Квиз"),)}],
    ids=["no date", "no number", "no days", "no class"],
)  # fmt: skip
def test_wrong_settings_stop_the_work(wrong: dict[str, object]) -> None:
    table = read(BITRIX_DEALS, "1;Станок;Переговоры;;Лисицын Олег;;;;;;;N;")
    with pytest.raises(UsageError) as error:
        funnel(table, FunnelSettings(**wrong))  # type: ignore[arg-type]
    assert "Лисицын" not in str(error.value)


def test_rules_without_their_columns_are_skipped_and_say_so() -> None:
    table = read("ФИО;Телефон;Статус", "Лисицын Олег;+79000000001;в работе")
    outcome = funnel(table, SETTINGS)
    missing = dict(zip(outcome.tables["rules"]["rule"], outcome.tables["rules"]["missing"], strict=True))
    assert missing == {
        "stuck": "Stage changed or Modified or Created",
        "no-task": "Next task",
        "overdue-promise": "Next task or Expected to close",
        "silent": "",
        "by-manager": "Owner",
        "by-source": "Source",
        "losses": "Reason of the loss",
        "money": "Amount",
    }
    assert tags_of(outcome) == [""]
    assert outcome.figures.keys().isdisjoint({"stuck", "no_task", "overdue_promises"})
    stages = outcome.tables["by_stage"]
    assert stages[["stuck", "no_task", "overdue", "money"]].isna().all(axis=None)
    assert outcome.tables["by_manager"].empty
    assert outcome.tables["by_source"].empty


def test_a_second_run_replaces_its_own_columns() -> None:
    table = read(BITRIX_DEALS, "1;Станок;Переговоры;;Лисицын Олег;;;01.01.2026;;;;N;")
    once = funnel(table, SETTINGS).table
    again = funnel(once, SETTINGS).table
    pd.testing.assert_frame_equal(once.frame, again.frame)
    assert once.headers[-3:] == ["crmclean_funnel", "crmclean_funnel_why", "crmclean_stage_days"]


_HEADINGS = (
    "ID", "Стадия", "Статус", "Воронка", "Сделка закрыта", "Ответственный", "Источник", "Сумма", "Валюта", "Телефон",
    "Дата создания", "Дата изменения", "Дата изменения стадии", "Дата закрытия", "Предполагаемая дата закрытия",
    "Следующее дело", "Причина отказа", "Попытки дозвона", "Последний контакт", "Название сделки", "Компания", "ФИО",
)  # fmt: skip
_CELLS = st.one_of(
    st.sampled_from(
        ["", "Переговоры", "1. Новая", "2. Недозвон 3", "C5:WON", "Отказ", "Y", "N", "22.11.2026", "01.01.2026 25:00",
         "0000-00-00", "31.12.9999", "01.01.0001", "1e308", "-5", "99999999999999999999", "100 USD", "+79000000001"]
    ),
    st.text(max_size=12),
)  # fmt: skip


@st.composite
def _tables(draw: st.DrawFn) -> Table:
    headings = draw(st.lists(st.sampled_from(_HEADINGS), unique=True, min_size=1, max_size=12))
    rows = draw(st.lists(st.tuples(*[_CELLS] * len(headings)), max_size=6))
    roles = {column.header: column.role for column in read(";".join(_HEADINGS)).columns}
    frame = pd.DataFrame(rows, columns=headings, dtype="str")
    columns = tuple(Column(heading, heading, roles[heading]) for heading in headings)
    return Table(frame, columns, Origin(system=draw(st.sampled_from(["", "amocrm"]))))


@given(_tables())
def test_no_input_stops_the_work_or_loses_a_cell(table: Table) -> None:
    outcome = funnel(table, replace(SETTINGS, stages=("Переговоры",), allowed=(("новая", "3"),)))
    own = outcome.table.frame
    pd.testing.assert_frame_equal(own[list(table.frame.columns)], table.frame)
    assert [column.header for column in outcome.table.columns[-3:]] == [
        "crmclean_funnel", "crmclean_funnel_why", "crmclean_stage_days",
    ]  # fmt: skip
    assert own["crmclean_funnel"].eq("").tolist() == own["crmclean_funnel_why"].eq("").tolist()
    assert outcome.figures["rows_in"] == outcome.figures["rows_out"] == len(table) == len(own)
    assert outcome.tables["by_stage"]["records"].sum() == len(table)
    for section in outcome.sections:
        lines = outcome.tables.get(section.table, pd.DataFrame())
        assert not len(lines) or {column.name for column in section.columns} <= set(lines.columns)
    drop_out = outcome.tables["drop_out"]
    if len(drop_out):
        assert drop_out["least"].dropna().between(0, 1).all()
        assert (drop_out["most"].dropna() >= drop_out["least"].dropna()).all()


@given(_tables())
def test_the_order_of_rows_decides_nothing(table: Table) -> None:
    turned = table.with_frame(table.frame.iloc[::-1])
    one, other = funnel(table, SETTINGS), funnel(turned, SETTINGS)
    assert one.figures == other.figures
    assert tags_of(one) == tags_of(other)[::-1]
    for name in ("by_stage", "by_source", "by_manager", "drop_out", "losses", "method"):
        pd.testing.assert_frame_equal(one.tables[name], other.tables[name])
