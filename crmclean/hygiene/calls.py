"""What telephony says became of calls: who was reached, who never picks up, which numbers are not in service.

Source of the codes: ITU-T Q.850 (causes), RFC 3261, 8197 and 8688 (SIP), RFC 3398 (how the two correspond), and the
documentation of the telephone systems; all of them stand in ``data/call_results.toml``. What our own side failed at
(no money, no line, a direction that is not allowed) says nothing of the client.
"""

import datetime
import re
import tomllib
from dataclasses import replace
from functools import cache, lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmclean.core.i18n import _
from crmclean.core.table import Table
from crmclean.fields.text import distinct_texts
from crmclean.hygiene.call_sides import is_number, read_directions, read_sides
from crmclean.hygiene.call_summary import summarise_lines
from crmclean.hygiene.evidence_columns import (
    UNREAD_REASONS,
    Evidence,
    Lines,
    encode_combinations,
    find_date_column,
    find_lines,
    free_columns,
    make_unread,
    names_role,
    no_column,
    parse_moments,
    says_mostly,
    spread_texts,
)
from crmclean.hygiene.evidence_words import Said, Vocabulary, word_key

__all__ = ["RESULTS", "UNREAD_REASONS", "Evidence", "read_calls", "result_of_call", "summarise_calls"]

RESULTS: Final = (
    "answered", "no-answer", "busy", "voicemail", "rejected", "not-in-service", "wrong-number", "failed", "unknown",
)  # fmt: skip
"""What can become of a call; ``failed`` is technical or forbidden on our side."""

_ASTERISK_WIDTHS: Final = (16, 17, 18)
# Places of the columns in Asterisk's Master.csv, which has no heading (cdr_csv).
_ASTERISK: Final = MappingProxyType(
    {"caller": 1, "callee": 2, "date": 9, "total": 12, "talk": 13, "result": 14}
)  # fmt: skip
_ASTERISK_RESULTS: Final = frozenset({"answered", "noanswer", "busy", "failed", "congestion"})

_LONGEST_RESULT: Final = 60
_WHOLE_CODE: Final = re.compile(r"(\d{1,4})(?:\.0)?(?:$|[\s:;,.\-–—(\[])")
_NAMED_CAUSE: Final = re.compile(r"(?:cause|q\.?850)\D{0,8}(\d{1,3})(?!\d)")
_NAMED_SIP: Final = re.compile(r"\bsip\b\D{0,12}([1-6]\d\d)(?!\d)")
_CLOCK: Final = re.compile(r"(?:(\d+):)?(\d{1,3}):(\d{2})(?:\.\d+)?")
_UNITS: Final = re.compile(r"(\d+(?:[.,]\d+)?)\s*([а-яa-z]*)")
_SECONDS: Final = MappingProxyType({"ч": 3600, "h": 3600, "м": 60, "m": 60, "с": 1, "s": 1, "": 1})


def read_calls(table: Table, region: str = "RU", least_seconds: int = 5) -> Evidence:
    """Return what a call log says of every client's number.

    Args:
        region: how numbers without ``+`` are read.
        least_seconds: where no word or code tells the result, a call that lasted so long was a conversation, and a
            shorter one was none.

    Returns:
        ``frame`` has ``row``, ``number`` (E.164), ``result`` (one of ``RESULTS``), ``certain`` (the network itself said
        that the number is not allocated), ``date`` (``NaT`` unknown), ``seconds`` (-1 unknown) and ``direction``
        (``in``, ``out`` or ``""``).

    Raises:
        UsageError: no column of numbers was found.
    """
    lines = _find_columns(table)
    if not any(lines.of(role) for role in ("client", "caller", "callee")):
        raise no_column(
            table,
            _("No column of phone numbers was found in {path}. Headings: {headings}."),
            _("Give the column the heading 'Phone', and 'Result' to what became of the call."),
        )
    directions = read_directions(lines)
    seconds = _read_seconds(lines)
    results, certain = _read_results(lines, seconds, least_seconds)
    sides = read_sides(lines, directions, region)
    position = sides.position
    frame = pd.DataFrame(
        {
            "row": lines.rows[position],
            "number": sides.numbers,
            "result": results.array.take(position),
            "certain": certain[position],
            "date": _read_dates(lines).array.take(position),
            "seconds": seconds[position],
            "direction": pd.Series(sides.directions[position].tolist(), dtype="str"),
        }
    ).drop_duplicates(["row", "number"], ignore_index=True)
    return Evidence(frame, make_unread(lines.rows, sides.reasons), lines.used())


def _find_columns(table: Table) -> Lines:
    """Return the lines with every column that matters: by its heading, by its place, else by its cells."""
    lines = find_lines(table, "calls", is_number)
    names = list(lines.frame.columns)
    if lines.headless and len(names) in _ASTERISK_WIDTHS:
        words = {word_key(text) for text in lines.frame.iloc[:, _ASTERISK["result"]].unique().tolist()}
        if words <= _ASTERISK_RESULTS:
            return replace(lines, roles={role: (names[place],) for role, place in _ASTERISK.items()})
    if len(lines.of("client")) > 1:
        # «Номер» may be that of the line, «Клиент» a name: columns of phones come before them.
        dialled = tuple(name for name in lines.of("client") if says_mostly(lines.frame[name], is_number))
        lines = replace(lines, roles=dict(lines.roles) | {"client": dialled or lines.of("client")})
    if not any(lines.of(role) for role in ("client", "caller", "callee")):
        found = tuple(name for name in free_columns(lines) if says_mostly(lines.frame[name], is_number))
        sides = {"caller": found[:1], "callee": found[1:2]} if len(found) > 1 else {"client": found}
        lines = replace(lines, roles=dict(lines.roles) | sides)
    if not lines.of("date"):
        lines = replace(lines, roles=dict(lines.roles) | {"date": find_date_column(lines)})
    if not lines.of("result"):
        found = tuple(name for name in free_columns(lines) if says_mostly(lines.frame[name], _is_result))
        lines = replace(lines, roles=dict(lines.roles) | {"result": found})
    return lines


def _is_result(text: str) -> bool:
    """Tell whether a text without a heading is a result: known words; a bare number or a long note may be anything."""
    if len(text) > _LONGEST_RESULT or not any(sign.isalpha() for sign in text):
        return False
    return (_vocabulary().find_word(text) or _vocabulary().find_phrase(text)) is not None


def _read_dates(lines: Lines) -> pd.Series:
    """Return the moment of every call, of a date and perhaps a clock that stands in another column."""
    columns = lines.of("date") + lines.of("clock")
    cells = [lines.frame[name].str.strip() for name in columns]
    if not cells:
        return parse_moments(pd.Series("", index=lines.frame.index, dtype="str"))
    return parse_moments(cells[0], cells[1] if len(cells) > 1 else None)


def _read_seconds(lines: Lines) -> NDArray[np.int64]:
    """Return how long every call lasted, the conversation rather than the whole call; -1 unknown."""
    cells = lines.cells("talk") if lines.of("talk") else lines.cells("total")
    codes, texts = distinct_texts(cells)
    return np.array([seconds_of(text) for text in texts], dtype=np.int64)[codes]


def seconds_of(text: str) -> int:
    """Return the seconds that a duration says, -1 where it says none.

    >>> [seconds_of(text) for text in ("35", "00:01:05", "1:05", "1 мин 5 с", "-")]
    [35, 65, 65, 65, -1]
    """
    text = text.strip().lower()
    clock = _CLOCK.fullmatch(text)
    if clock:
        hours, minutes, rest = (int(part or 0) for part in clock.groups())
        return min(hours * 3600 + minutes * 60 + rest, np.iinfo(np.int32).max)
    parts = _UNITS.findall(text)
    if not parts or _UNITS.sub("", text).strip(" .,"):
        return -1
    units = [_SECONDS.get(unit[:1]) for _number, unit in parts]
    if None in units or (len(parts) > 1 and "" in (unit for _number, unit in parts)):
        return -1
    total = sum(float(number.replace(",", ".")) * (unit or 0) for (number, _u), unit in zip(parts, units, strict=True))
    return int(min(total, np.iinfo(np.int32).max))


def _read_results(lines: Lines, seconds: NDArray[np.int64], least_seconds: int) -> tuple[pd.Series, NDArray[np.bool_]]:
    """Return the result of every line, and whether the network said that the number is not allocated."""
    names = lines.of("result") + lines.of("direction")
    codes, rows = encode_combinations([lines.frame[name].str.strip() for name in names])
    if not names:
        codes, rows = np.zeros(len(lines.frame), dtype=np.int64), [()]
    headers = tuple(lines.headers[name] for name in names)
    judged = [result_of_call(headers, row) for row in rows]
    # A row of no columns stands for a log that is empty as well.
    results = spread_texts([result for result, _sure in judged] or ["unknown"], codes)
    certain = np.array([sure for _result, sure in judged] or [False], dtype=np.bool_)[codes]
    open_ = results.eq("unknown") & (seconds >= 0)
    results = results.mask(open_ & (seconds >= least_seconds), "answered")
    return results.mask(open_ & (seconds < least_seconds), "no-answer"), certain


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(files("crmclean.hygiene").joinpath("data/call_results.toml").read_text("utf-8"))


@cache
def _vocabulary() -> Vocabulary:
    return Vocabulary(_data()["word"], _data()["phrase"], "result")


@cache
def _codes(system: str) -> dict[int, str]:
    return {code: result for result, codes in _data()[system].items() for code in codes}


@lru_cache(maxsize=1 << 16)
def result_of_call(headers: tuple[str, ...], cells: tuple[str, ...]) -> tuple[str, bool]:
    """Return what became of a call and whether the network itself said that its number is not allocated.

    Args:
        headers: headings of the columns that speak of the result: a number means what its column counts in.
        cells: what they say of one call.

    >>> result_of_call(("disposition",), ("NO ANSWER",)), result_of_call(("hangupcause",), ("1",))
    (('no-answer', False), ('not-in-service', True))
    >>> result_of_call(("CALL_FAILED_CODE",), ("304",)), result_of_call(("Статус",), ("1",))
    (('no-answer', False), ('unknown', False))
    """
    said = [_read_cell(header, cell) for header, cell in zip(headers, cells, strict=True) if cell]
    order: list[str] = _data()["order"]
    best = min(said, key=lambda item: order.index(item.meaning), default=Said("unknown", 0))
    certain = set(_data()["certain"])
    sure = any(item.meaning == "not-in-service" and item.mark in certain for item in said)
    return best.meaning, sure and best.meaning == "not-in-service"


def _read_cell(header: str, cell: str) -> Said:
    """Return what one cell says: a known word, a code, else a phrase."""
    if names_role(header, "calls", "lost"):
        return Said(_data()["lost"].get(word_key(cell), "unknown"), 3)
    word = _vocabulary().find_word(cell)
    if word is not None:
        return replace(word, mark=f"word:{word.mark}")
    return _read_code(header, cell) or _vocabulary().find_phrase(cell) or Said("unknown", 0)


def _read_code(header: str, cell: str) -> Said | None:
    """Return what a code at the head of a cell, or behind its name, says; None where there is none."""
    folded = cell.casefold()
    for system, named in (("sip", _NAMED_SIP.search(folded)), ("q850", _NAMED_CAUSE.search(folded))):
        if named:
            return _said_by(system, int(named.group(1)))
    whole = _WHOLE_CODE.match(cell)
    if not whole:
        return None
    number = int(whole.group(1))
    if names_role(header, "calls", "bitrix"):
        return _said_by("bitrix", number)
    if number >= 1000:
        return _said_by("mango", number)
    if number >= 200:
        return _said_by("sip", number)
    return _said_by("q850", number) if names_role(header, "calls", "cause") else None


def _said_by(system: str, number: int) -> Said | None:
    meaning = _codes(system).get(number)
    return Said(meaning, 3, f"{system}:{number}") if meaning else None


def summarise_calls(evidence: Evidence, as_of: datetime.date) -> pd.DataFrame:
    """Return what is known of every number on a day; lines of later days are left out.

    Outgoing calls, and those of an unknown direction, are attempts. A call that was answered, and any that the client
    made himself, ends the failures before it; so does one whose result is unknown. Technical failures neither count
    nor end anything. Where two lines have one moment, or no date, the sign of life counts as the later.

    Returns:
        Sorted by ``number``: ``attempts``, ``failed_in_a_row`` (the last attempts, newest first), ``days_tried`` (the
        different days among these), ``not_in_service`` (said of the last attempt, and at least twice among the
        failures in a row or once by the network's own code), ``wrong_number`` (said by whoever was reached last),
        ``last_answered``, ``last_incoming`` and ``last_try`` (``NaT`` for never, or not known when).
    """
    return summarise_lines(evidence.frame, as_of)
