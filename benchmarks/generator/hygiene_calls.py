"""Call records of the firm's telephony, in the manner of MANGO OFFICE or of an Asterisk.

MANGO writes the reason why a call ended in words (the list of results of its API, codes 1100 to 1183). Asterisk writes
CDR: a disposition of four words, and the cause of ITU-T Q.850 where the dial plan saves it as ``hangupcause``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from benchmarks.generator.chance import Chance, Weighted
from benchmarks.generator.hygiene_calendar import Calendar

CallResult = Literal["answered", "no-answer", "busy", "rejected", "unavailable", "not-in-service", "not-existing"]
CallLayout = Literal["mango", "asterisk"]

FAILED: Final[Weighted[CallResult]] = Weighted({"no-answer": 55, "busy": 12, "rejected": 13, "unavailable": 20})
"""How a call fails to a number that exists."""

_OWN_LINES: Final = ("74950000101", "74950000102", "78000000103")
_EXTENSIONS: Final = ("101", "102", "103", "104", "107", "110")
_MANGO_RESULTS: Final[dict[CallResult, tuple[str, ...]]] = {
    "answered": (
        "Вызов завершен в нормальном режиме",
        "Вызов завершен вызывающим абонентом",
        "Вызов завершен вызываемым абонентом",
    ),
    "no-answer": ("Вызов не получил ответа в течение времени ожидания",),
    "busy": ('Получен ответ "занято" от удаленной стороны',),
    "rejected": ("Вызов отклонен вызываемым абонентом",),
    "unavailable": ("Вызываемый номер недоступен",),
    "not-in-service": ("Вызываемый номер не обслуживается",),
    "not-existing": ("Вызываемый номер не существует",),
}
_ASTERISK_RESULTS: Final[dict[CallResult, tuple[str, str]]] = {
    "answered": ("ANSWERED", "16"),  # normal call clearing
    "no-answer": ("NO ANSWER", "19"),  # no answer from user (user alerted)
    "busy": ("BUSY", "17"),  # user busy
    "rejected": ("BUSY", "21"),  # call rejected
    "unavailable": ("NO ANSWER", "20"),  # subscriber absent
    "not-in-service": ("FAILED", "1"),  # unallocated (unassigned) number
    "not-existing": ("FAILED", "1"),
}


@dataclass(slots=True)
class Call:
    """One call with a client; ``age`` is days before today, ``seconds`` the length of the talk."""

    number: str
    age: int
    result: CallResult
    incoming: bool = False
    seconds: int = 0
    second_of_day: int = 0


def draw_call(chance: Chance, number: str, age: int, result: CallResult, incoming: bool = False) -> Call:
    """Return a call of that day within working hours; a talk lasts from 20 seconds to ten minutes."""
    seconds = 20 + int(chance.random() ** 2 * 580) if result == "answered" else 0
    return Call(number, age, result, incoming, seconds, chance.between(9 * 3600, 19 * 3600))


def draw_failures(chance: Chance, number: str, last_age: int, count: int, one_day: bool = False) -> list[Call]:
    """Return so many outgoing calls that nobody answered, the last of them ``last_age`` days ago.

    They lie on as many days as there are calls, at most five days apart, or all on one day.
    """
    calls, age = [], last_age
    for _ in range(count):
        calls.append(draw_call(chance, number, age, FAILED.draw(chance)))
        if not one_day:
            age += chance.between(1, 5)
    return calls


def _mango_cells(chance: Chance, calendar: Calendar, call: Call) -> list[str]:
    client = call.number if chance.happens(0.8) else f"+{call.number}"
    own = chance.pick(_OWN_LINES)
    sides = [client, own] if call.incoming else [own, client]
    talk = f"{call.seconds // 3600}:{call.seconds // 60 % 60:02d}:{call.seconds % 60:02d}"
    return [
        "Входящий" if call.incoming else "Исходящий",
        calendar.second(call.age, call.second_of_day),
        *sides,
        chance.pick(_EXTENSIONS),
        talk,
        chance.pick(_MANGO_RESULTS[call.result]),
    ]


def _asterisk_cells(chance: Chance, calendar: Calendar, call: Call) -> list[str]:
    extension, own = chance.pick(_EXTENSIONS), chance.pick(_OWN_LINES)
    ringing = chance.between(3, 40)
    disposition, cause = _ASTERISK_RESULTS[call.result]
    stamp = calendar.iso_second(call.age, call.second_of_day)
    number = call.number if call.incoming or chance.happens(0.5) else f"8{call.number[1:]}"
    unique = f"{calendar.epoch_second(call.age, call.second_of_day)}.{chance.between(1000, 99999)}"
    if call.incoming:
        sides = [f'"{call.number}" <{call.number}>', call.number, own, "from-trunk", "SIP/trunk", f"SIP/{extension}"]
    else:
        sides = [f'"{extension}" <{extension}>', extension, number, "from-internal", f"SIP/{extension}", "SIP/trunk"]
    return [stamp, *sides, str(call.seconds + ringing), str(call.seconds), disposition, cause, unique]


CALL_HEADERS: Final[dict[CallLayout, tuple[str, ...]]] = {
    "mango": (
        "Тип вызова",
        "Дата и время",
        "Кто звонил",
        "Кому звонили",
        "Внутренний номер",
        "Длительность разговора",
        "Результат",
    ),
    "asterisk": (
        "calldate",
        "clid",
        "src",
        "dst",
        "dcontext",
        "channel",
        "dstchannel",
        "duration",
        "billsec",
        "disposition",
        "hangupcause",
        "uniqueid",
    ),
}
CALL_CELLS: Final[dict[CallLayout, Callable[[Chance, Calendar, Call], list[str]]]] = {
    "mango": _mango_cells,
    "asterisk": _asterisk_cells,
}
CALL_DELIMITERS: Final[dict[CallLayout, str]] = {"mango": ";", "asterisk": ","}
