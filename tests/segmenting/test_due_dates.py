"""By when something is due; told on Friday, 20 November 2026 at 15:00, working days 9:00 to 18:00."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmclean.core.i18n import _, set_language
from crmclean.core.settings import ReadSettings
from crmclean.core.table import Table
from crmclean.files.reading import read_table
from crmclean.segmenting.due_dates import (
    DateColumns,
    Dues,
    find_date_columns,
    find_dues,
    join_dues,
    parse_due,
    write_dues,
)
from crmclean.segmenting.span_text import SpanError, parse_span, read_span
from crmclean.segmenting.working_time import Span, WorkingTime

NOW = pd.Timestamp("2026-11-20 15:00")
OFFICE = WorkingTime()

DEALS = (
    "ID;Контакт;Стадия сделки;Дата создания;Предполагаемая дата закрытия;Следующее дело;Дата показа\n"
    "1;Юранкина Ирина;В работе;01.11.2026;10.12.2026;24.11.2026 11:00:00;28.11.2026\n"
    "2;Литвин Юрий;В работе;02.11.2026;;Встреча 25.11.2026;\n"
    "3;Ли Анна;В работе;03.11.2026;01.11.2026;Нет задач;03.11.2026 12:00\n"
)


@pytest.fixture(scope="module")
def deals() -> Table:
    return read_table(DEALS.encode(), "deals.csv", ReadSettings()).table


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("today", "2026-11-20"),
        ("Today", "2026-11-20"),
        ("0", "2026-11-20"),
        ("at once", "2026-11-20"),
        ("сегодня", "2026-11-20"),
        ("сразу", "2026-11-20"),
        ("now", "2026-11-20 15:00"),
        ("сейчас", "2026-11-20 15:00"),
        ("1 hour", "2026-11-20 16:00"),
        ("1 час", "2026-11-20 16:00"),
        ("час", "2026-11-20 16:00"),
        ("через час", "2026-11-20 16:00"),
        ("in 2 hours", "2026-11-20 17:00"),
        ("в течение двух часов", "2026-11-20 17:00"),
        ("2 часа", "2026-11-20 17:00"),
        ("5 часов", "2026-11-23 11:00"),
        ("1h", "2026-11-20 16:00"),
        ("1.5 hours", "2026-11-20 16:30"),
        ("1,5 часа", "2026-11-20 16:30"),
        ("полтора часа", "2026-11-20 16:30"),
        ("half an hour", "2026-11-20 15:30"),
        ("полчаса", "2026-11-20 15:30"),
        ("30 minutes", "2026-11-20 15:30"),
        ("30 мин.", "2026-11-20 15:30"),
        ("3 hours", "2026-11-23 09:00"),
        ("tomorrow", "2026-11-23"),
        ("завтра", "2026-11-23"),
        ("послезавтра", "2026-11-23"),
        ("1 day", "2026-11-23"),
        ("2 days", "2026-11-23"),
        ("2 дня", "2026-11-23"),
        ("4 дня", "2026-11-24"),
        ("5 calendar days", "2026-11-25"),
        ("5 календарных дней", "2026-11-25"),
        ("1 working day", "2026-11-23"),
        ("next working day", "2026-11-23"),
        ("на следующий рабочий день", "2026-11-23"),
        ("3 working days", "2026-11-25"),
        ("3 business days", "2026-11-25"),
        ("3 рабочих дня", "2026-11-25"),
        ("3 раб. дня", "2026-11-25"),
        ("3 р.д.", "2026-11-25"),
        ("три рабочих дня", "2026-11-25"),
        ("1 week", "2026-11-27"),
        ("неделя", "2026-11-27"),
        ("2 недели", "2026-12-04"),
        ("1 month", "2026-12-21"),
        ("месяц", "2026-12-21"),
        ("1 квартал", "2027-02-20"),
        ("год", "2027-11-22"),
        ("2026-12-01", "2026-12-01"),
        ("01.12.2026", "2026-12-01"),
        ("1 декабря 2026", "2026-12-01"),
        ("2026-12-01 10:30", "2026-12-01 10:30"),
        ("01.12.2026 10:30", "2026-12-01 10:30"),
        ("2026-12-31", "2027-01-11"),
        ("2026-12-05 12:00", "2026-12-07 09:00"),
        ("2026-11-01", "2026-11-20"),
        ("2026-11-20 10:00", "2026-11-20 15:00"),
    ],
)
def test_reads_what_is_due(deals: Table, text: str, expected: str) -> None:
    assert write_dues(find_dues(parse_due(text, deals), deals, NOW, OFFICE)).tolist() == [expected] * 3


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("next_task", ["2026-11-24 11:00", "2026-11-25", ""], id="role of tasks, dates within words"),
        pytest.param("Следующее дело", ["2026-11-24 11:00", "2026-11-25", ""], id="its heading"),
        pytest.param("дата показа", ["2026-11-30", "", "2026-11-20 15:00"], id="a heading of no role, any case"),
        pytest.param("[Дата показа]", ["2026-11-30", "", "2026-11-20 15:00"], id="in brackets"),
        pytest.param("expected_at", ["2026-12-10", "", "2026-11-20"], id="role"),
        pytest.param("Expected to close", ["2026-12-10", "", "2026-11-20"], id="title of the role"),
        pytest.param("last_activity", ["", "", ""], id="a role that the file lacks"),
    ],
)
def test_reads_dates_of_columns(deals: Table, text: str, expected: list[str]) -> None:
    assert write_dues(find_dues(parse_due(text, deals), deals, NOW, OFFICE)).tolist() == expected


def test_title_of_a_role_in_the_language_of_the_user(deals: Table) -> None:
    set_language("ru")
    try:
        found = find_date_columns(_("Last activity"), deals)
    finally:
        set_language("en")
    assert found == DateColumns((), "last_activity")
    assert find_date_columns("Last activity", deals) == found
    assert find_date_columns("Created", deals) == DateColumns(("Дата создания",), "created_at")
    assert find_date_columns("", deals) is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1 huor", "Did you mean “1 hour”?"),
        ("3 wroking days", "Did you mean “3 working days”?"),
        ("2 рабоих дня", "Did you mean “2 рабочих дня”?"),
        ("севодня", "Did you mean “сегодня”?"),
        ("tomorow", "Did you mean “tomorrow”?"),
        ("next_tsk", "Did you mean “next_task”?"),
        ("Дата показо", "Did you mean “Дата показа”?"),
        ("как-нибудь", "Write it as today, 1 hour, 2 days, 3 working days, 2026-12-01, or a heading with dates."),
        ("-1 day", "neither a date nor a length of time"),
        ("0.5 days", "neither a date nor a length of time"),
        ("100 years", "neither a date nor a length of time"),
        ("32.12.2026", "neither a date nor a length of time"),
        ("1 hour 30", "neither a date nor a length of time"),
        ("рабочая неделя", "neither a date nor a length of time"),
        ("", "neither a date nor a length of time"),
    ],
)
def test_refuses_what_nobody_understands(deals: Table, text: str, message: str) -> None:
    with pytest.raises(SpanError) as caught:
        parse_due(text, deals)
    assert isinstance(caught.value, ValueError)
    assert message in str(caught.value)
    assert f"“{text}”" in str(caught.value)


def test_a_span_is_no_date_and_no_heading() -> None:
    assert parse_span("3 рабочих дня") == Span(3, "working-day")
    with pytest.raises(SpanError, match=r"“2026-12-01” is no length of time\. Write it as 30 minutes"):
        parse_span("2026-12-01")
    with pytest.raises(SpanError, match=r"Did you mean “2 weeks”\?"):
        parse_span("2 weaks")


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    span = read_span(text)
    assert span is None or span.count >= 0


@pytest.mark.parametrize(
    ("now", "text", "due", "overdue"),
    [
        pytest.param("2026-11-23 10:00", "2026-11-20", "2026-11-23", 3, id="a day that passed: today, three days late"),
        pytest.param("2026-11-23 10:00", "2026-11-20 17:00", "2026-11-23 10:00", 3, id="a time that passed: now"),
        pytest.param("2026-11-23 15:00", "2026-11-23 10:00", "2026-11-23 15:00", 0, id="earlier today: now"),
        pytest.param("2026-11-23 15:00", "2026-11-23", "2026-11-23", 0, id="today is not late before the closing"),
        pytest.param("2026-11-23 19:00", "2026-11-23", "2026-11-24", 0, id="after the closing it is tomorrow"),
        pytest.param("2026-11-22 12:00", "today", "2026-11-23", 0, id="on Sunday today is Monday"),
        pytest.param("2026-11-22 12:00", "2026-11-20", "2026-11-23", 2, id="late on Sunday: two days, done on Monday"),
        pytest.param("2026-11-23 10:00:30", "now", "2026-11-23 10:01", 0, id="never before now"),
        pytest.param("2026-11-23 17:59:30", "now", "2026-11-24 09:00", 0, id="the last half minute is over"),
    ],
)
def test_is_never_before_now(deals: Table, now: str, text: str, due: str, overdue: int) -> None:
    dues = find_dues(parse_due(text, deals), deals, pd.Timestamp(now), OFFICE)
    assert write_dues(dues).tolist() == [due] * 3
    assert dues.overdue_days.tolist() == [overdue] * 3


def test_the_first_part_that_holds_is_taken() -> None:
    one, other = (
        Dues(np.full(3, moment, dtype="datetime64[us]"), np.full(3, clock), np.full(3, late))
        for moment, clock, late in (
            (np.datetime64("2026-11-23T10:00"), True, 1),
            (np.datetime64("2026-11-24T09:00"), False, 2),
        )
    )
    joined = join_dues([(np.array([True, False, False]), one), (np.array([True, True, False]), other)], 3)
    assert write_dues(joined).tolist() == ["2026-11-23 10:00", "2026-11-24", ""]
    assert joined.overdue_days.tolist() == [1, 2, 0]
