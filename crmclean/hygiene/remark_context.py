"""What stands about a phrase in a comment: its statement, denial and doubt, whom it is about, what came later."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import cached_property
from typing import Final, NamedTuple

from crmclean.fields.text import restore_cyrillic
from crmclean.hygiene.remark_vocabulary import Doubts, Reason

_STATEMENT_END: Final = re.compile(
    r"[!?;\n\r…]+|\.(?=\s|$)(?<!\bтел\.)(?<!\bмоб\.)(?<!\bраб\.)(?<!\bдоп\.)(?<!\bгор\.)(?<!\bт\.)"
)
_CLAUSE_END: Final = re.compile(r"[,:()]|\s[-–—]+\s")
_NO_WORD: Final = re.compile(r"[\W\d_]*")
_WORDS_BETWEEN: Final = re.compile(r"(?: +[\w:.-]+){0,2} *")
_WORD_BETWEEN: Final = re.compile(r" +(?:\w+ +)?")
_SMALL_WORDS: Final = re.compile(r"^ +(?:(?:ему|ей|им|мне|нам|его|ее|их|клиент[уа]|больше|вообще|пожалуйста) +)*")
_LETTER: Final = re.compile(r"[^\W\d_]")
# Behind a colon something else is said: «симку, похоже, сменили: номер не обслуживается».
_FEW_WORDS: Final = re.compile(r"\W*(?:\w+[^\w:]+){0,3}")
_DATED_LINE: Final = re.compile(
    r"^[^\w\n]*(?:(?P<day>[0-3]?[0-9])\.(?P<month>[01]?[0-9])(?:\.(?P<year>(?:20)?[0-9]{2}))?(?![0-9])"
    r"|(?P<iso_year>20[0-9]{2})-(?P<iso_month>[01][0-9])-(?P<iso_day>[0-3][0-9]))"
    r"(?:[ ,]+(?P<hour>[0-2]?[0-9]):(?P<minute>[0-5][0-9]))?",
    re.MULTILINE,
)
_DAYS_OF_MONTH, _DAYS_OF_YEAR, _MINUTES_OF_DAY = 31, 372, 1440


def fold_in_place(text: str) -> str:
    """Return the text in small Cyrillic letters with е for ё, each letter where it stood.

    >>> fold_in_place("Ещё ЗВОНОК")
    'еще звонок'
    """
    restored = restore_cyrillic(text)
    small = restored.lower()
    if len(small) != len(text):
        small = "".join(letter.lower() if len(letter.lower()) == 1 else letter for letter in restored)
    return small.replace("ё", "е")


class Surroundings(NamedTuple):
    """A phrase, what its statement says before and behind it, and whether the statement is a question."""

    before: str
    said: str
    after: str
    is_asked: bool


class Statements:
    """The statements and clauses of one folded comment, and the order in which they were written."""

    def __init__(self, folded: str) -> None:
        self.folded = folded
        self._ends = [match.span() for match in _STATEMENT_END.finditer(folded)]

    @cached_property
    def _clause_ends(self) -> list[tuple[int, int]]:
        return sorted([*self._ends, *(match.span() for match in _CLAUSE_END.finditer(self.folded))])

    def around(self, start: int, end: int) -> Surroundings:
        """Return what the statement says about a phrase."""
        ends, folded = self._ends, self.folded
        if not ends:
            return Surroundings(folded[:start], folded[start:end], folded[end:], False)
        next_end = bisect_left(ends, (end, end))
        stop, mark = (ends[next_end][0], folded[slice(*ends[next_end])]) if next_end < len(ends) else (len(folded), "")
        return Surroundings(folded[_last_end(ends, start) : start], folded[start:end], folded[end:stop], "?" in mark)

    def stands_alone(self, start: int, end: int, alone_in: str) -> bool:
        """Tell whether nothing else is said in the clause, or in the statement; numbers and dates do not count."""
        if not alone_in:
            return True
        ends = self._clause_ends if alone_in == "clause" else self._ends
        before, after = self.folded[_last_end(ends, start) : start], self.folded[end : self._next_end(ends, end)]
        return _NO_WORD.fullmatch(before) is not None and _NO_WORD.fullmatch(after) is not None

    def is_later(self, place: int, other: int) -> bool:
        """Tell whether what stands at a place was written later than what stands at the other."""
        return self._moment(place) > self._moment(other)

    def _next_end(self, ends: list[tuple[int, int]], end: int) -> int:
        place = bisect_left(ends, (end, end))
        return ends[place][0] if place < len(ends) else len(self.folded)

    def _moment(self, place: int) -> tuple[int, int]:
        """Return when a place was written: by the date of its line, then in the order of reading."""
        line = bisect_right(self._dated_lines, (place, _MINUTES_OF_DAY**3)) - 1
        return (self._dated_lines[line][1] if line >= 0 else -(_MINUTES_OF_DAY**3), place)

    @cached_property
    def _dated_lines(self) -> list[tuple[int, int]]:
        """Return where each dated line begins and when it was written, in minutes from the first."""
        lines = list(_DATED_LINE.finditer(self.folded))
        has_hours = all(line["hour"] for line in lines)
        moments: list[tuple[int, int]] = []
        days, earlier, earlier_has_year = 0, 0, False
        for line in lines:
            day, has_year = _day_of(line)
            step = day - earlier
            if not (has_year and earlier_has_year):
                # Without years the shorter way counts: from December to January time has not gone back.
                step = (step + _DAYS_OF_YEAR // 2) % _DAYS_OF_YEAR - _DAYS_OF_YEAR // 2
            days += step if moments else 0
            minutes = int(line["hour"]) * 60 + int(line["minute"]) if has_hours else 0
            moments.append((line.start(), days * _MINUTES_OF_DAY + minutes))
            earlier, earlier_has_year = day, has_year
        return moments


def _last_end(ends: list[tuple[int, int]], start: int) -> int:
    place = bisect_right(ends, (start, start))
    return ends[place - 1][1] if place else 0


def _day_of(line: re.Match[str]) -> tuple[int, bool]:
    year, month, day = (line[name] or line[f"iso_{name}"] for name in ("year", "month", "day"))
    years = int(year[-2:]) if year else 0
    return years * _DAYS_OF_YEAR + int(month) * _DAYS_OF_MONTH + int(day), bool(year)


def is_doubted(place: Surroundings, doubts: Doubts) -> bool:
    """Tell whether a phrase is denied, asked, doubted or a condition."""
    if place.is_asked or doubts.hedges.search(place.said):
        return True
    before = place.before
    if _LETTER.search(before):
        if doubts.asked.search(before) or doubts.conditions.search(before):
            return True
        if any(_FEW_WORDS.fullmatch(before, hedge.end()) for hedge in doubts.hedges.finditer(before)):
            return True
    if not _LETTER.search(place.after):
        return False
    behind = place.after.strip(" ,-–—().")
    hedge = doubts.hedges.match(behind)
    return behind == "ли" or behind.startswith("ли ") or (hedge is not None and hedge.end() == len(behind))


def is_of_another(place: Surroundings, reason: Reason, doubts: Doubts) -> bool:
    """Tell whether a phrase is said of somebody else, is limited, or means something else in this statement."""
    before, said, after = place.before, place.said, place.after
    if _LETTER.search(before):
        if any(_WORDS_BETWEEN.fullmatch(before, match.end()) for match in reason.not_before.finditer(before)):
            return True
        if reason.is_event and doubts.intents.search(before):
            return True
        near = (other for other in reason.others.finditer(before) if _WORDS_BETWEEN.fullmatch(before, other.end()))
        if any(not doubts.saying.search(before, other.end()) for other in near):
            return True
    if after[:1] == " " and _LETTER.search(after):
        if reason.not_after.match(_SMALL_WORDS.sub("", after)):
            return True
        if any(_WORD_BETWEEN.fullmatch(after, 0, other.start()) for other in reason.others.finditer(after)):
            return True
    return bool(reason.not_before.search(said) or reason.not_with.search(before + said + after))


def find_denials(statements: Statements, reason: Reason, doubts: Doubts) -> Iterator[int]:
    """Yield the places of what takes remarks of the reason back."""
    for match in reason.takes_back.finditer(statements.folded):
        place = statements.around(*match.span())
        if not (place.is_asked or doubts.not_later.search(place.before)):
            yield match.start()
