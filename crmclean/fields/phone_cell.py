"""What stands in one phone cell: numbers, extensions, notes, and what is none of these."""

import re
from dataclasses import dataclass, field
from typing import Final

from crmclean.fields.phone_numbering import is_filler, read_number

_HOURS: Final = r"\d{1,2}[:.]\d{2}\s?[-–—]\s?\d{1,2}[:.]\d{2}"
_EXTENSION_ITEM: Final = r"\d{1,6}(?:-\d{1,3})?(?![\d\-–—]|\s*\(\s*\d|\s+\d)"
_NOTE_INSIDE: Final = rf"[^()]*(?:[^\W\d_]|{_HOURS})"
_TOKEN: Final = re.compile(
    rf"""
      (?P<email>[^\s,;()<>]+@[^\s,;()<>]*)
    | (?P<damaged>\d(?:[.,]\d+)?[eEеЕ][+]\d+)
    | [(\[]?\s*(?:\b(?:доб(?:авочный)?|внутр?|вн|ext|x|х|оп)\b|\#)\s*[.:№\#]*\s*
      (?P<extension>{_EXTENSION_ITEM}(?:\s*,\s*(?:{_EXTENSION_ITEM})(?=\s*(?:[,;)\]/\n]|$|\()))*)\s*[)\]]?
    | \((?={_NOTE_INSIDE})(?P<note>[^()]*)\)
    | (?P<hours>(?:\bс\s+)?{_HOURS}|\bс\s+\d{{1,2}}(?::\d\d)?\s+до\s+\d{{1,2}}(?::\d\d)?(?!\d))
    | (?P<number>[+]?\s?\(?\s?[+]?\d(?:[\d)\-–—−. ]|\((?!{_NOTE_INSIDE}))*)
    | (?P<separator>[,;/\\|\n\r]+)
    | (?P<word>(?:[^\W\d_]|[?])+)
    | (?P<harmless>[\s"'=:.\-–—()\[\]<>_№+]+)
    | (?P<odd>.)
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_ONE_RUN: Final = re.compile(r"\+?\(?\d[\d)\-–—. (]*")
_AREA_IN_SLASHES: Final = re.compile(r"^(\s*\+?[78]?[\s-]*)/(\d{3,5})/")
_SPREADSHEET_FORMULA: Final = re.compile(r'^="(.*)"$', re.DOTALL)
_SPREADSHEET_FRACTION: Final = re.compile(r"^(\+?\d{10,11})[.,]0+$")
_LABEL: Final = re.compile(r"(?:тел(?:ефон)?|т|tel|phone|ph|номер)", re.IGNORECASE)
_TAIL_IN_BRACKETS: Final = re.compile(r"(.*\d)\s*\((\d{2})\)\s*", re.DOTALL)
_PIECE_START: Final = re.compile(r"[+(]|(?<=\s)\d")
_LEAST_DIGITS_OF_TWO: Final = 18
_MOST_DIGITS_OF_RUN: Final = 60
_GROUP: Final = re.compile(r"\d+")
_LOCAL_NUMBER_FIRST: Final = re.compile(r"\s*\d{3}-\d{2}-\d{2}[\s(]")
_EMPTY_WORDS: Final = frozenset(
    {
        "нет", "нет данных", "нет информации", "нет телефона", "нет номера", "без телефона", "без номера", "нд", "н/д",
        "н.д.", "н/д.", "#н/д", "отсутствует", "не указан", "не указано", "неизвестно", "неизвестен", "пусто", "no",
        "none", "n/a", "na", "#n/a", "null", "nan", "unknown", "empty", "not provided",
    }
)  # fmt: skip


@dataclass(slots=True)
class PhonePart:
    """One number of a cell, or one piece that is no known number.

    Attributes:
        number: E.164, or ``""``.
        extension: digits, several joined by ``, ``.
        raw: the text as it stood.
        code: ``""`` or why the piece is doubtful.
        notes: words beside the number.
    """

    number: str
    extension: str
    raw: str
    code: str
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class PhoneCell:
    """The parts of a cell; ``rewritable`` is false where a rewritten cell would lose or misplace a word."""

    parts: list[PhonePart]
    rewritable: bool = True


def read_cell(cell: str, region: str) -> PhoneCell:
    """Return what stands in one phone cell.

    >>> [(part.number, part.extension) for part in read_cell("8-495-607-42-68/607-04-36 доб. 15", "RU").parts]
    [('+74956074268', ''), ('+74956070436', '15')]
    """
    text = _strip_artefacts(cell)
    if not text:
        return PhoneCell([])
    if _says_nothing(text):
        return PhoneCell([PhonePart("", "", cell, "phone-filler")])
    if _ONE_RUN.fullmatch(text):
        return PhoneCell(_read_run(text, region, None, ""))
    reader = _CellReader(region)
    for match in _TOKEN.finditer(text):
        reader.take(match)
    return reader.finish(cell)


def _strip_artefacts(cell: str) -> str:
    text = cell.replace("\u00a0", " ").strip()
    formula = _SPREADSHEET_FORMULA.match(text) if text.startswith("=") else None
    if formula:
        text = formula.group(1).strip()
    text = text.lstrip("'`’").strip()
    fraction = _SPREADSHEET_FRACTION.match(text) if text.endswith("0") else None
    if fraction:
        return fraction.group(1)
    return _AREA_IN_SLASHES.sub(r"\1(\2)", text) if "/" in text else text


def _says_nothing(text: str) -> bool:
    return text.lower() in _EMPTY_WORDS or not any(map(str.isalnum, text))


class _CellReader:
    """Walks over the tokens of one cell and keeps what was seen."""

    def __init__(self, region: str) -> None:
        self.region = region
        self.parts: list[PhonePart] = []
        self.rewritable = True
        self.separator = ""
        self._words: list[str] = []
        self._segment: list[PhonePart] = []
        self._words_after = False

    def take(self, match: re.Match[str]) -> None:
        """Take the next token."""
        kind = match.lastgroup or ""
        text = match.group(kind)
        if kind == "number":
            self._take_run(text)
        elif kind in ("word", "hours"):
            self._take_words(text)
        elif kind == "note":
            self._take_note(text)
        elif kind == "separator":
            self._end_segment()
            self.separator = text
        elif kind == "extension":
            self._take_extension(text, match.group())
        elif kind == "email":
            self.parts.append(PhonePart("", "", text, "phone-not-a-phone"))
        elif kind == "damaged":
            self.parts.append(PhonePart("", "", text, "phone-damaged"))
        elif kind == "odd":
            self.rewritable = False

    def finish(self, cell: str) -> PhoneCell:
        """Return the cell when all tokens are taken."""
        self._end_segment()
        if not self.parts:
            self.parts.append(PhonePart("", "", cell, "phone-not-a-phone"))
        return PhoneCell(self.parts, self.rewritable)

    def _take_run(self, text: str) -> None:
        if self._words_after:
            # Words between two numbers: nobody can tell whose they are.
            self.rewritable = False
        parts = _read_run(text, self.region, self.parts[-1] if self.parts else None, self.separator)
        if self._words and parts:
            parts[0].notes.append(" ".join(self._words))
            self._words = []
        self.parts.extend(parts)
        self._segment.extend(parts)
        self._words_after = False
        self.separator = ""

    def _take_words(self, text: str) -> None:
        if _LABEL.fullmatch(text):
            return
        self._words.append(text)
        self._words_after = bool(self._segment)

    def _take_note(self, text: str) -> None:
        note = " ".join(text.split())
        if self._segment:
            self._segment[-1].notes.append(note)
        else:
            self._words.append(note)

    def _take_extension(self, text: str, raw: str) -> None:
        extension = ", ".join(item.strip().replace("-", "") for item in text.split(","))
        if not self.parts or not self.parts[-1].number:
            self.parts.append(PhonePart("", "", raw.strip(), "phone-impossible"))
            return
        last = self.parts[-1]
        last.extension = f"{last.extension}, {extension}" if last.extension else extension

    def _end_segment(self) -> None:
        if self._words:
            if self._segment:
                self._segment[-1].notes.append(" ".join(self._words))
            else:
                self.rewritable = False
        self._words, self._segment, self._words_after = [], [], False


def _read_run(text: str, region: str, before: PhonePart | None, separator: str) -> list[PhonePart]:
    """Return the numbers of one run of digits and punctuation; ``before`` is the number that stands before it."""
    raw = text.strip(" -–—−.")
    whole = _read_whole(raw, region)
    if whole:
        return [_judge(whole, raw)]
    tail = _TAIL_IN_BRACKETS.fullmatch(raw) if raw.endswith(")") else None
    if tail:
        first = _read_whole(tail.group(1), region)
        if first:
            return [_judge(first, tail.group(1)), _judge(first[:-2] + tail.group(2), raw)]
    pieces = _split_run(raw, region)
    if pieces:
        return [_judge(number, piece) for number, piece in pieces]
    borrowed = _borrow_from(before, raw, separator, region)
    if borrowed:
        return [_judge(borrowed, raw)]
    return [PhonePart("", "", raw, _doubt_of("".join(_GROUP.findall(raw))))]


def _read_whole(raw: str, region: str) -> str:
    """Return the number if the run is one; a bracket far inside it means that two things stand side by side."""
    digits_before_bracket = sum(map(str.isdecimal, raw[: raw.rfind("(") + 1]))
    if digits_before_bracket > 1 and not raw.lstrip(" (").startswith("+"):
        return ""
    if _LOCAL_NUMBER_FIRST.match(raw):
        return ""
    return read_number(raw, region)


def _split_run(raw: str, region: str) -> list[tuple[str, str]]:
    """Return the run as complete numbers that stand side by side, or nothing if a rest would be left."""
    if not _LEAST_DIGITS_OF_TWO <= sum(map(str.isdecimal, raw)) <= _MOST_DIGITS_OF_RUN:
        return []
    starts = [match.start() for match in _PIECE_START.finditer(raw) if match.start()]
    for start in starts:
        number = _read_whole(raw[:start].strip(" -–—−."), region)
        if not number:
            continue
        rest = raw[start:].strip()
        last = _read_whole(rest, region)
        following = [(last, rest)] if last else _split_run(rest, region)
        if following:
            return [(number, raw[:start].strip()), *following]
    return []


def _borrow_from(before: PhonePart | None, raw: str, separator: str, region: str) -> str:
    """Return the number with the area code, or the beginning, of the number before it: ``688-10-05, 106-05-06``."""
    if before is None or not before.number.startswith("+7") or before.extension:
        return ""
    digits = "".join(_GROUP.findall(raw))
    if raw.isdecimal() and len(digits) == 2 and "/" in separator:
        return before.number[:-2] + digits
    if not separator or not 5 <= len(digits) <= 7 or before.number[2] == "9":
        return ""
    code_length = 10 - len(digits)
    groups = _GROUP.findall(before.raw)
    if groups and groups[0] in ("7", "8"):
        groups = groups[1:]
    if not groups or len(groups[0].removeprefix("8") if len(groups[0]) > code_length else groups[0]) != code_length:
        return ""
    return read_number(before.number[: 2 + code_length] + digits, region)


def _judge(number: str, raw: str) -> PhonePart:
    return PhonePart(number, "", raw, "phone-filler" if is_filler(number[1:]) else "")


def _doubt_of(digits: str) -> str:
    if is_filler(digits):
        return "phone-filler"
    return "phone-no-area-code" if 5 <= len(digits) <= 7 else "phone-impossible"
