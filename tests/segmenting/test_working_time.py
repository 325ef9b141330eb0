"""Working hours, days off and public holidays; the days are those of the Russian calendars of 2026 and 2027."""

from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmclean.core.errors import UsageError
from crmclean.core.segment_settings import SegmentSettings
from crmclean.segmenting.working_time import Moments, Span, WorkingTime, read_now, read_working_time, write_clock

OFFICE = WorkingTime()
SHOP = WorkingTime(opens=10 * 60, closes=21 * 60, weekdays=frozenset(range(1, 8)), country="")
ROUND_THE_CLOCK = WorkingTime(opens=0, closes=24 * 60, weekdays=frozenset(range(1, 8)), country="")

HOUR, DAY, WORKING_DAY = Span(60, "minute"), Span(1, "day"), Span(1, "working-day")


def moments(*texts: str) -> Moments:
    return np.array(texts, dtype="datetime64[us]")


def add(text: str, span: Span, working: WorkingTime = OFFICE) -> str:
    return str(np.datetime_as_string(working.add(moments(text), span), unit="m")[0]).replace("T", " ")


@pytest.mark.parametrize(
    ("start", "span", "expected"),
    [
        pytest.param("2026-11-23T10:15", HOUR, "2026-11-23 11:15", id="an hour within the day"),
        pytest.param("2026-11-23T12:30", HOUR, "2026-11-23 13:30", id="lunch is working time"),
        pytest.param("2026-11-23T17:30", HOUR, "2026-11-24 09:30", id="an hour across the night"),
        pytest.param("2026-11-23T17:00", HOUR, "2026-11-24 09:00", id="the closing itself is the next opening"),
        pytest.param("2026-11-20T17:45", HOUR, "2026-11-23 09:45", id="Friday evening leads to Monday"),
        pytest.param("2026-11-20T22:00", HOUR, "2026-11-23 10:00", id="after hours counts from the opening"),
        pytest.param("2026-11-21T12:00", HOUR, "2026-11-23 10:00", id="Saturday counts from Monday's opening"),
        pytest.param("2026-11-23T07:00", HOUR, "2026-11-23 10:00", id="before hours counts from the opening"),
        pytest.param("2026-11-23T10:00", Span(0, "minute"), "2026-11-23 10:00", id="now stays now"),
        pytest.param("2026-11-23T19:00", Span(0, "minute"), "2026-11-24 09:00", id="now after hours is tomorrow"),
        pytest.param("2026-11-23T10:00", Span(540, "minute"), "2026-11-24 10:00", id="nine hours are a day"),
        pytest.param("2026-11-23T10:00", Span(45 * 60, "minute"), "2026-11-30 10:00", id="forty-five are a week"),
        pytest.param("2026-11-03T17:30", HOUR, "2026-11-05 09:30", id="across the 4th of November"),
        pytest.param("2026-12-30T17:30", HOUR, "2027-01-11 09:30", id="across the New Year holidays"),
        pytest.param("2026-12-31T10:00", HOUR, "2027-01-11 10:00", id="the 31st of December 2026 is off"),
        pytest.param("2027-02-19T17:30", HOUR, "2027-02-20 09:30", id="Saturday 20 February 2027 is worked"),
        pytest.param("2027-02-20T17:30", HOUR, "2027-02-24 09:30", id="and Monday the 22nd is off instead"),
        pytest.param("2026-03-28T23:30", HOUR, "2026-03-30 10:00", id="no summer time in the night of Europe's"),
        pytest.param("2026-11-20T15:00", Span(0, "day"), "2026-11-20 09:00", id="today is a day"),
        pytest.param("2026-11-20T18:30", Span(0, "day"), "2026-11-23 09:00", id="today after hours is the next one"),
        pytest.param("2026-11-20T15:00", DAY, "2026-11-23 09:00", id="a day from Friday is Monday"),
        pytest.param("2026-11-23T15:00", Span(2, "day"), "2026-11-25 09:00", id="two days"),
        pytest.param("2026-11-19T15:00", Span(2, "day"), "2026-11-23 09:00", id="two days of the calendar"),
        pytest.param("2026-11-23T15:00", Span(7, "day"), "2026-11-30 09:00", id="a week"),
        pytest.param("2026-12-25T15:00", Span(7, "day"), "2027-01-11 09:00", id="a week into the holidays"),
        pytest.param("2026-11-20T15:00", WORKING_DAY, "2026-11-23 09:00", id="a working day from Friday"),
        pytest.param("2026-11-20T20:00", WORKING_DAY, "2026-11-23 09:00", id="and from Friday evening"),
        pytest.param("2026-11-21T12:00", WORKING_DAY, "2026-11-23 09:00", id="and from Saturday"),
        pytest.param("2026-11-19T15:00", Span(3, "working-day"), "2026-11-24 09:00", id="three over a weekend"),
        pytest.param("2026-11-03T15:00", WORKING_DAY, "2026-11-05 09:00", id="over the 4th of November"),
        pytest.param("2026-12-30T15:00", WORKING_DAY, "2027-01-11 09:00", id="after the 30th of December"),
        pytest.param("2027-02-19T15:00", WORKING_DAY, "2027-02-20 09:00", id="the Saturday that is worked counts"),
        pytest.param("2027-02-19T15:00", Span(2, "working-day"), "2027-02-24 09:00", id="its Monday does not"),
        pytest.param("2026-10-30T15:00", Span(1, "month"), "2026-11-30 09:00", id="a month"),
        pytest.param("2027-01-31T15:00", Span(1, "month"), "2027-03-01 09:00", id="the 31st is the end of February"),
        pytest.param("2026-11-23T15:00", Span(12, "month"), "2027-11-23 09:00", id="a year"),
    ],
)  # fmt: skip
def test_adds_working_time(start: str, span: Span, expected: str) -> None:
    assert add(start, span) == expected


@pytest.mark.parametrize(
    ("working", "start", "span", "expected"),
    [
        pytest.param(SHOP, "2026-11-21T20:30", HOUR, "2026-11-22 10:30", id="a shop works on Sunday"),
        pytest.param(SHOP, "2026-11-04T12:00", HOUR, "2026-11-04 13:00", id="no holidays where none are wanted"),
        pytest.param(ROUND_THE_CLOCK, "2026-11-21T23:30", HOUR, "2026-11-22 00:30", id="round the clock"),
        pytest.param(
            WorkingTime(days_off=frozenset({date(2026, 11, 23)})), "2026-11-20T17:30", HOUR, "2026-11-24 09:30",
            id="a day off of the firm",
        ),
        pytest.param(
            WorkingTime(days_off=frozenset({date(2027, 2, 20)})), "2027-02-19T15:00", WORKING_DAY, "2027-02-24 09:00",
            id="a day off wins over a Saturday that is worked",
        ),
        pytest.param(WorkingTime(country="KZ"), "2026-12-15T15:00", WORKING_DAY, "2026-12-17 09:00", id="Kazakhstan"),
        pytest.param(
            WorkingTime(days_off=frozenset(date(2027, 1, 1) + timedelta(days) for days in range(365))),
            "2026-12-30T15:00", WORKING_DAY, "2028-01-10 09:00", id="a whole year off",
        ),
        pytest.param(
            WorkingTime(weekdays=frozenset({6}), country=""), "2026-11-21T15:00", Span(10, "working-day"),
            "2027-01-30 09:00", id="one day a week",
        ),
    ],
)  # fmt: skip
def test_other_working_times(working: WorkingTime, start: str, span: Span, expected: str) -> None:
    assert add(start, span, working) == expected


def test_unknown_moments_stay_unknown() -> None:
    given_moments = moments("2026-11-21", "NaT")
    assert np.isnat(OFFICE.add(given_moments, HOUR)).tolist() == [False, True]
    assert np.isnat(OFFICE.next_moments(given_moments)).tolist() == [False, True]
    assert OFFICE.is_working_day(given_moments).tolist() == [False, False]


@pytest.mark.parametrize("span", [HOUR, DAY, WORKING_DAY, Span(1, "month")])
def test_nothing_gives_nothing(span: Span) -> None:
    assert len(OFFICE.add(moments(), span)) == 0
    assert np.isnat(OFFICE.add(moments("NaT"), span)).all()


def test_public_holidays_of_russia_in_2026() -> None:
    year = np.arange("2026-01-01", "2027-01-01", dtype="datetime64[D]").astype("datetime64[us]")
    off = year[~OFFICE.is_working_day(year) & (((year.astype("datetime64[D]").astype(int) + 3) % 7) < 5)]
    assert np.datetime_as_string(off, unit="D").tolist() == [
        "2026-01-01", "2026-01-02", "2026-01-05", "2026-01-06", "2026-01-07", "2026-01-08", "2026-01-09", "2026-02-23",
        "2026-03-09", "2026-05-01", "2026-05-11", "2026-06-12", "2026-11-04", "2026-12-31",
    ]  # fmt: skip


SOME_TIME = st.builds(
    WorkingTime,
    opens=st.integers(0, 12 * 60),
    closes=st.integers(12 * 60 + 1, 24 * 60),
    weekdays=st.frozensets(st.integers(1, 7), min_size=1),
    country=st.sampled_from(["", "RU"]),
    days_off=st.frozensets(st.dates(date(2026, 1, 1), date(2027, 12, 31)), max_size=20),
)
SOME_MOMENTS = st.lists(st.datetimes(datetime(1990, 1, 1), datetime(2099, 12, 31)), min_size=2, max_size=5)
SOME_SPAN = st.one_of(
    st.builds(Span, st.integers(0, 3000), st.just("minute")),
    st.builds(Span, st.integers(0, 400), st.sampled_from(["day", "working-day"])),
    st.builds(Span, st.integers(0, 24), st.just("month")),
)


@given(SOME_TIME, SOME_MOMENTS, SOME_SPAN)
def test_is_always_in_working_time_and_never_goes_back(working: WorkingTime, times: list[datetime], span: Span) -> None:
    starts = np.sort(np.array(times, dtype="datetime64[us]"))
    ends = working.add(starts, span)
    minutes = (ends - ends.astype("datetime64[D]").astype("datetime64[us]")) // np.timedelta64(1, "m")
    assert working.is_working_day(ends).all()
    assert ((minutes >= working.opens) & (minutes < working.closes)).all()
    assert (ends[1:] >= ends[:-1]).all()
    assert (ends.astype("datetime64[D]") >= starts.astype("datetime64[D]")).all()


@given(SOME_TIME, SOME_MOMENTS, st.integers(0, 600), st.integers(0, 600))
def test_minutes_add_up(working: WorkingTime, times: list[datetime], one: int, other: int) -> None:
    starts = np.array(times, dtype="datetime64[us]")
    in_two = working.add(working.add(starts, Span(one, "minute")), Span(other, "minute"))
    assert (in_two == working.add(starts, Span(one + other, "minute"))).all()


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        pytest.param(SegmentSettings(), WorkingTime(), id="by default"),
        pytest.param(SegmentSettings(hours="9-18"), WorkingTime(), id="without minutes"),
        pytest.param(SegmentSettings(hours=" 8.30 – 17.15 "), WorkingTime(510, 1035), id="points and a dash"),
        pytest.param(SegmentSettings(hours="0:00-24:00"), WorkingTime(0, 1440), id="round the clock"),
        pytest.param(SegmentSettings(workdays="1,2,3,6"), WorkingTime(weekdays=frozenset({1, 2, 3, 6})), id="listed"),
        pytest.param(SegmentSettings(workdays="1-4, 6"), WorkingTime(weekdays=frozenset({1, 2, 3, 4, 6})), id="both"),
        pytest.param(SegmentSettings(workdays="пн - сб"), WorkingTime(weekdays=frozenset(range(1, 7))), id="by name"),
        pytest.param(SegmentSettings(holidays="none"), WorkingTime(country=""), id="no holidays"),
        pytest.param(SegmentSettings(holidays="kz"), WorkingTime(country="KZ"), id="another country"),
        pytest.param(
            SegmentSettings(days_off=("2026-12-30", "08.12.2026")),
            WorkingTime(days_off=frozenset({date(2026, 12, 30), date(2026, 12, 8)})),
            id="days off",
        ),
    ],
)
def test_reads_the_settings(settings: SegmentSettings, expected: WorkingTime) -> None:
    assert read_working_time(settings) == expected


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        pytest.param(SegmentSettings(hours="18:00-9:00"), "hours: '18:00-9:00' are no working hours.", id="reversed"),
        pytest.param(SegmentSettings(hours="9:00-25:00"), "hours: '9:00-25:00' are no working hours.", id="25 o'clock"),
        pytest.param(SegmentSettings(hours="9:75-18:00"), "hours: '9:75-18:00' are no working hours.", id="75 minutes"),
        pytest.param(SegmentSettings(hours=""), "hours: '' are no working hours.", id="no hours"),
        pytest.param(SegmentSettings(workdays="0-5"), "workdays: '0-5' are no days of the week.", id="day 0"),
        pytest.param(SegmentSettings(workdays=""), "workdays: '' are no days of the week.", id="no days"),
        pytest.param(SegmentSettings(workdays="5-1"), "workdays: '5-1' are no days of the week.", id="days reversed"),
        pytest.param(SegmentSettings(workdays="1--5"), "workdays: '1--5' are no days of the week.", id="two dashes"),
        pytest.param(SegmentSettings(holidays="R"), "holidays: no public holidays are known for 'R'.", id="no country"),
        pytest.param(SegmentSettings(days_off=("завтра",)), "days_off: 'завтра' is no date.", id="no date"),
    ],
)  # fmt: skip
def test_refuses_what_it_cannot_read(settings: SegmentSettings, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_working_time(settings)
    assert caught.value.message == message
    assert caught.value.hint


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-22", "2026-11-22 09:00"),
        ("22.11.2026", "2026-11-22 09:00"),
        ("2026-11-22 09:30", "2026-11-22 09:30"),
        ("22.11.2026 17:45:10", "2026-11-22 17:45:10"),
    ],
)
def test_reads_the_moment_of_today(text: str, expected: str) -> None:
    assert read_now(text, OFFICE) == pd.Timestamp(expected)


def test_today_without_a_setting_is_this_day_at_the_opening() -> None:
    days = {date.today()}
    now = read_now("", SHOP)
    days.add(date.today())
    assert now.date() in days
    assert write_clock(now.hour * 60 + now.minute) == "10:00"


def test_refuses_a_moment_that_is_none() -> None:
    with pytest.raises(UsageError, match="as_of: 'soon' is no date"):
        read_now("soon", OFFICE)
