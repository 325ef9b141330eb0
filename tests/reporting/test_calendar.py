"""The calendar of tasks: read back by another reader, and line by line after RFC 5545."""

from datetime import date, datetime, timedelta

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Alarm, Calendar, Event

from crmclean.reporting.calendar import make_uid, render_calendar

AS_OF = pd.Timestamp("2026-11-22 09:00")
COLUMNS = ["row", "id", "client", "action", "due", "owner", "segment", "chain", "step", "overdue_days", "why"]


def make_tasks(*rows: tuple[str, str, str, str]) -> pd.DataFrame:
    """Return tasks of id, client, action and due."""
    lines = [
        (place, name, client, action, due, "Макетов Игорь", "Горячие", "", 0, 0, "не дозвонились")
        for place, (name, client, action, due) in enumerate(rows, start=1)
    ]
    frame = pd.DataFrame(lines, columns=COLUMNS)
    return frame.astype({name: "str" for name in COLUMNS if name not in ("row", "step", "overdue_days")})


TASKS = make_tasks(
    ("101", "Ли Анна", "Перезвонить", "2026-11-23 10:00"),
    ("102", "ООО «Ромашка»; опт, розница", "Написать письмо\\предложение\nи перезвонить", "2026-11-24"),
    ("103", "Мир Олег", "Закрыть", ""),
)


def read_events(data: bytes) -> list[Event]:
    return [part for part in Calendar.from_ical(data.decode()).walk("VEVENT") if isinstance(part, Event)]


def read_alarms(data: bytes) -> list[Alarm]:
    return [part for part in Calendar.from_ical(data.decode()).walk("VALARM") if isinstance(part, Alarm)]


def test_a_time_is_half_an_hour_and_a_day_is_a_day() -> None:
    timed, whole = read_events(render_calendar(TASKS, "Задачи", AS_OF))
    assert (datetime(2026, 11, 23, 10, 0), datetime(2026, 11, 23, 10, 30)) == (timed.DTSTART, timed.DTEND)
    assert (date(2026, 11, 24), date(2026, 11, 25)) == (whole.DTSTART, whole.DTEND)
    assert (str(whole["TRANSP"]), "TRANSP" in timed) == ("TRANSPARENT", False)


def test_texts_come_back_as_they_were() -> None:
    timed, whole = read_events(render_calendar(TASKS, "Задачи", AS_OF))
    assert str(timed["SUMMARY"]) == "Перезвонить: Ли Анна"
    assert str(timed["DESCRIPTION"]) == "не дозвонились\nSegment: Горячие\nOwner: Макетов Игорь\nID: 101"
    assert str(whole["SUMMARY"]) == "Написать письмо\\предложение\nи перезвонить: ООО «Ромашка»; опт, розница"
    assert timed.categories == ["Горячие"]


def test_the_calendar_says_what_it_is() -> None:
    calendar = Calendar.from_ical(render_calendar(TASKS, "Задачи, ноябрь", AS_OF).decode())
    assert (str(calendar["VERSION"]), str(calendar["METHOD"])) == ("2.0", "PUBLISH")
    assert str(calendar["X-WR-CALNAME"]) == "Задачи, ноябрь"
    assert "PRODID" in calendar


def test_lines_follow_the_standard() -> None:
    long_name = make_tasks(("1", "Очень длинное название " * 20, "Позвонить", "2026-11-23 10:00"))
    data = render_calendar(pd.concat([TASKS, long_name]), "Задачи", AS_OF, remind=True)
    assert data.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in data.replace(b"\r\n", b"")
    for line in data.split(b"\r\n"):
        # RFC 5545, 3.1: no longer than 75 octets, and no character cut in two.
        assert len(line) <= 75
        line.decode()
    assert b"DTSTART:20261123T100000\r\n" in data
    assert b"DTSTART;VALUE=DATE:20261124\r\n" in data
    assert data.count(b"DTSTAMP:20261122T090000Z\r\n") == 3


def test_an_event_keeps_its_identifier_which_tells_nothing() -> None:
    first = render_calendar(TASKS, "Задачи", AS_OF)
    assert first == render_calendar(TASKS, "Задачи", AS_OF)
    moved = TASKS.assign(due="2026-12-01", client="Ли-Мир Анна")
    later = read_events(render_calendar(moved, "Задачи", pd.Timestamp("2026-11-30")))
    before = [str(event["UID"]) for event in read_events(first)]
    assert [str(event["UID"]) for event in later][:2] == before
    assert not any(name in " ".join(before) for name in ("101", "Ли", "Анна"))


def test_two_tasks_of_one_client_have_identifiers_of_their_own() -> None:
    tasks = make_tasks(
        ("7", "Ли Анна", "Позвонить", "2026-11-23"),
        ("7", "Ли Анна", "Позвонить", "2026-11-25"),
        ("7", "Ли Анна", "Написать", "2026-11-25"),
        ("", "Ли Анна", "Позвонить", "2026-11-25"),
        ("", "", "Позвонить", "2026-11-25"),
    )
    uids = [str(event["UID"]) for event in read_events(render_calendar(tasks, "", AS_OF))]
    assert len(set(uids)) == 5


def test_reminds_on_the_eve_only_on_request() -> None:
    assert b"VALARM" not in render_calendar(TASKS, "Задачи", AS_OF)
    alarms = read_alarms(render_calendar(TASKS, "Задачи", AS_OF, remind=True))
    # Of a day that begins at midnight: 15:00 of the day before.
    assert [alarm.TRIGGER for alarm in alarms] == [timedelta(days=-1), timedelta(hours=-9)]
    assert [str(alarm["ACTION"]) for alarm in alarms] == ["DISPLAY", "DISPLAY"]


def test_no_tasks_give_an_empty_calendar() -> None:
    assert read_events(render_calendar(TASKS.iloc[:0], "Задачи", AS_OF)) == []


@given(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), max_size=200))
def test_any_name_can_be_read_back(name: str) -> None:
    data = render_calendar(make_tasks(("1", name, "Позвонить", "2026-11-23")), "Задачи", AS_OF)
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    summary = str(read_events(data)[0]["SUMMARY"])
    assert summary == (f"Позвонить: {name}" if name else "Позвонить")


def test_identifiers_do_not_repeat() -> None:
    assert len({make_uid(str(number)) for number in range(1000)}) == 1000
