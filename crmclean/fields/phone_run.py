"""One run of digits and punctuation: the number or numbers that it is, or what is wrong with it."""

import re
from dataclasses import dataclass, field
from typing import Final

from crmclean.fields.phone_numbering import (
    NEIGHBOURS,
    SHARED_PLAN,
    is_filler,
    is_service,
    is_valid_national,
    read_number,
)

_TAIL_IN_BRACKETS: Final = re.compile(r"(.*\d\d)\((\d\d)\)\s*", re.DOTALL)
_PIECE_START: Final = re.compile(r"[+(]|(?<=\s)\d")
_LEAST_DIGITS_OF_TWO: Final = 18
_MOST_DIGITS_OF_RUN: Final = 60
_DIGITS_OF_GLUED: Final = (22, 33)
_GROUP: Final = re.compile(r"\d+")
_LOCAL_NUMBER_FIRST: Final = re.compile(r"\s*\d{3}-\d{2}-\d{2}[\s(]")


@dataclass(slots=True)
class PhonePart:
    """One number of a cell, or one piece that is no known number.

    Attributes:
        number: E.164, or ``""``.
        extension: digits, several joined by ``, ``.
        raw: the text as it stood.
        code: ``""`` or why the piece is doubtful.
        notes: words beside the number.
        area: the area code as the cell itself sets it apart, ``""`` where it does not.
        is_area_added: the area code came from outside the cell.
    """

    number: str
    extension: str
    raw: str
    code: str
    notes: list[str] = field(default_factory=list)
    area: str = ""
    is_area_added: bool = False


@dataclass(frozen=True, slots=True)
class PhoneContext:
    """What is known beside the digits: the country, and the area code of the row (``""`` unknown)."""

    region: str
    area_code: str = ""


def read_run(text: str, context: PhoneContext, before: PhonePart | None, separator: str) -> list[PhonePart]:
    """Return the numbers of one run of digits and punctuation.

    Args:
        text: digits, ``+``, brackets, dashes, dots and spaces.
        context: country and area code.
        before: the number that stands before the run in its cell.
        separator: what stands between the two.

    >>> [part.number for part in read_run("495) 257-0332(495) 251-2937", PhoneContext("RU"), None, "")]
    ['+74952570332', '+74952512937']
    """
    raw = text.strip(" -.")
    whole = _read_whole(raw, context.region)
    if whole:
        return [_judge(whole, raw)]
    tail = _TAIL_IN_BRACKETS.fullmatch(raw) if raw.endswith(")") else None
    if tail and tail.group(1)[-2:] < tail.group(2):
        first = _read_whole(tail.group(1), context.region)
        if first:
            return [_judge(first, tail.group(1)), _judge(first[:-2] + tail.group(2), raw)]
    pieces = _split_run(raw, context.region)
    if pieces:
        return [_judge(number, piece) for number, piece in pieces]
    borrowed = _borrow_from(before, raw, separator)
    if borrowed:
        part = _judge(borrowed, raw)
        part.area = before.area if before else ""
        return [part]
    digits = "".join(_GROUP.findall(raw))
    local = "" if is_filler(digits) or "+" in raw else _add_area(digits, context)
    if local:
        return [PhonePart(local, "", raw, "", is_area_added=True)]
    return [PhonePart("", "", raw, doubt_of(digits, raw))]


def _read_whole(raw: str, region: str) -> str:
    """Return the number if the run is one; a bracket far inside it means that two things stand side by side."""
    opening = raw.rfind("(")
    if opening > 0:
        before_bracket = "".join(filter(str.isdecimal, raw[:opening]))
        if len(before_bracket) > 1 and not raw.lstrip(" (").startswith("+") and before_bracket not in NEIGHBOURS:
            return ""
    if _LOCAL_NUMBER_FIRST.match(raw):
        return ""
    return read_number(raw, region)


def _split_run(raw: str, region: str) -> list[tuple[str, str]]:
    """Return the run as complete numbers that stand side by side, or nothing if a rest would be left."""
    count = sum(map(str.isdecimal, raw))
    if not _LEAST_DIGITS_OF_TWO <= count <= _MOST_DIGITS_OF_RUN:
        return []
    if raw.isdecimal() and region in SHARED_PLAN and count in _DIGITS_OF_GLUED:
        return _split_glued(raw)
    starts = [match.start() for match in _PIECE_START.finditer(raw) if match.start()]
    for start in starts:
        number = _read_whole(raw[:start].strip(" -."), region)
        if not number:
            continue
        rest = raw[start:].strip()
        last = _read_whole(rest, region)
        following = [(last, rest)] if last else _split_run(rest, region)
        if following:
            return [(number, raw[:start].strip()), *following]
    return []


def _split_glued(digits: str) -> list[tuple[str, str]]:
    """Return numbers of eleven digits each, glued together, when every one has the same prefix and can exist."""
    pieces = [digits[start : start + 11] for start in range(0, len(digits), 11)]
    same_prefix = {piece[0] for piece in pieces} in ({"7"}, {"8"})
    if not same_prefix or not all(is_valid_national(piece[1:]) for piece in pieces):
        return []
    return [("+7" + piece[1:], piece) for piece in pieces]


def _borrow_from(before: PhonePart | None, raw: str, separator: str) -> str:
    """Return the number with the area code, or the beginning, of the number before it: ``688-10-05, 106-05-06``."""
    if before is None or not before.number.startswith("+7") or before.extension:
        return ""
    digits = "".join(_GROUP.findall(raw))
    if raw.isdecimal() and len(digits) == 2 and "/" in separator:
        return before.number[:-2] + digits
    if not separator or not before.area or not 5 <= len(digits) <= 7 or len(before.area) + len(digits) != 10:
        return ""
    national = before.area + digits
    return "+7" + national if is_valid_national(national) else ""


def _add_area(digits: str, context: PhoneContext) -> str:
    """Return a local number with the area code of its row, or ``""``: the two must make ten digits exactly.

    No local number begins with 0: that is the prefix of services.
    """
    if context.region not in SHARED_PLAN or not 5 <= len(digits) <= 7 or digits[0] == "0":
        return ""
    national = context.area_code + digits
    return "+7" + national if len(national) == 10 and is_valid_national(national) else ""


def _judge(number: str, raw: str) -> PhonePart:
    return PhonePart(number, "", raw, "phone-filler" if is_filler(number[1:]) else "", area=_area_of(raw, number))


def _area_of(raw: str, number: str) -> str:
    """Return the area code that brackets or dashes set apart; a mobile code serves no local number."""
    groups = _GROUP.findall(raw)
    if not number.startswith("+7") or number[2] == "9" or not groups:
        return ""
    if groups[0] in ("7", "8"):
        del groups[0]
    area = groups[0] if groups else ""
    if len(area) > 3 and area[0] in "78" and not number.startswith(area, 2):
        area = area[1:]
    return area if 3 <= len(area) <= 5 and number.startswith(area, 2) else ""


def doubt_of(digits: str, raw: str) -> str:
    """Return why a run that is no whole number is doubtful.

    Args:
        digits: the digits of the run.
        raw: the run as it stands.

    >>> doubt_of("3446718", "344-67-18"), doubt_of("112", "112"), doubt_of("84951234", "8-495-12-34")
    ('phone-no-area-code', 'phone-service', 'phone-impossible')
    """
    if is_filler(digits):
        return "phone-filler"
    if is_service(raw):
        return "phone-service"
    is_local = 5 <= len(digits) <= 7 and "+" not in raw
    return "phone-no-area-code" if is_local else "phone-impossible"
