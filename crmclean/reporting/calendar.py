"""The task list as an iCalendar file (RFC 5545) for Google, Outlook, Yandex and the phones.

Tasks are written as events (VEVENT): the imports of Google, Outlook and Yandex leave tasks (VTODO) out without a word.
Times are floating (RFC 5545, 3.3.5): they are those of the wall clock wherever the calendar is opened, as in the
export. The same tasks give the same bytes.
"""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Final

import pandas as pd

from crmclean.core.i18n import _

if TYPE_CHECKING:
    from icalendar import Alarm, Event

_PRODUCT: Final = "-//crmclean//crmclean//EN"
_LENGTH: Final = timedelta(minutes=30)
_DAY: Final = timedelta(days=1)
_EVE_OF_DAY: Final = timedelta(hours=9)
"""An event of a whole day begins at midnight: nine hours earlier it is three in the afternoon."""

_SHOWN: Final = ("action", "client", "due", "owner", "segment", "why", "id", "row")


def render_calendar(frame: pd.DataFrame, calendar_name: str, as_of: pd.Timestamp, remind: bool = False) -> bytes:
    """Return the tasks that have a date as a calendar: half an hour where a time is due, else the whole day.

    Args:
        frame: columns ``tasks.TASK_COLUMNS``.
        as_of: stands in every event as the moment of its writing, so that the bytes do not depend on the clock.
        remind: every event rings on its eve.
    """
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", calendar_name)
    seen: Counter[str] = Counter()
    dated = frame[frame["due"].ne("")]
    for task in dated[list(_SHOWN)].itertuples(index=False, name=None):
        told = dict(zip(_SHOWN, task, strict=True))
        client = str(told["id"] or told["client"] or told["row"])
        key = f"{client}\0{told['action']}"
        seen[key] += 1
        calendar.add_component(_make_event(told, make_uid(key, seen[key]), as_of, remind))
    return bytes(calendar.to_ical())


def make_uid(key: str, number: int = 1) -> str:
    """Return the identifier of an event: the same for the same task in every run, and nothing can be read from it.

    Args:
        number: counts the tasks with the same key.

    >>> make_uid("201") == make_uid("201"), make_uid("201") == make_uid("201", 2), len(make_uid("201"))
    (True, False, 41)
    """
    return sha256(f"{key}\0{number}".encode()).hexdigest()[:32] + "@crmclean"


def _make_event(told: dict[str, str], uid: str, as_of: pd.Timestamp, remind: bool) -> "Event":
    from icalendar import Event

    start, end = _read_times(told["due"])
    event = Event()
    event.add("uid", uid)
    # The standard wants UTC here; the zone of an export is not known, and the moment only has to be the same again.
    event.add("dtstamp", as_of.to_pydatetime().replace(tzinfo=UTC, microsecond=0))
    event.add("dtstart", start)
    event.add("dtend", end)
    summary = ": ".join(filter(None, (told["action"], told["client"])))
    event.add("summary", summary)
    event.add("description", _describe(told))
    if told["segment"]:
        event.add("categories", [told["segment"]])
    if not isinstance(start, datetime):
        # A task of the day leaves the day free for others.
        event.add("transp", "TRANSPARENT")
    if remind:
        event.add_component(_make_alarm(summary, _DAY if isinstance(start, datetime) else _EVE_OF_DAY))
    return event


def _read_times(due: str) -> tuple[date, date]:
    """Return when an event begins and ends: moments where a time is due, else days, the last of which is not in it."""
    if " " in due:
        moment = datetime.fromisoformat(due)
        return moment, moment + _LENGTH
    day = date.fromisoformat(due)
    return day, day + _DAY


def _describe(told: dict[str, str]) -> str:
    lines = [told["why"]]
    for text, name in ((_("Segment: {value}"), "segment"), (_("Owner: {value}"), "owner"), (_("ID: {value}"), "id")):
        if told[name]:
            lines.append(text.format(value=told[name]))
    return "\n".join(filter(None, lines))


def _make_alarm(text: str, before: timedelta) -> "Alarm":
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", text)
    alarm.add("trigger", -before)
    return alarm
