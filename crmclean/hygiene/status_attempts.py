"""Numbers in statuses: what only numbers the list of statuses, and what counts attempts to reach a client."""

import re
from typing import Final

_NUMBERING: Final = re.compile(
    r"^[\W_]*(?:\[\s*[0-9]+\s*\]|\(\s*[0-9]+\s*\)|#\s*[0-9]+|[0-9]+(?:\.[0-9]+)*(?:[.):\]]|\s+[-–—])(?!\S*[0-9])|0[0-9]+)"
    r"[\s._:–—-]*(?=[^\W\d_])"
)
_COUNT: Final = re.compile(
    r"(?:(?<![^\W_])(?<![.:])|(?<=ндз)|(?<=недозвон)|(?<=[хx]))(?P<count>[0-9]{1,2})"
    r"(?![0-9]|[.:,][0-9]|\s*(?:дн|день|нед(?!о)|мес|час|мин|сек|год|лет|ч\b|м\b|утра|вечера))"
)
_MOST_ATTEMPTS: Final = 30
_SPELLED: Final = {
    1: "перв\\w+", 2: "втор\\w+|два|две|дважды", 3: "трет\\w+|три|трижды", 4: "четверт\\w+|четыре", 5: "пят\\w+|пять",
    6: "шест\\w+", 7: "седьм\\w+|семь", 8: "восьм\\w+|восемь", 9: "девят\\w+", 10: "десят\\w+",
}  # fmt: skip
_SPELLED_COUNT: Final = re.compile(
    rf"\b(?:{'|'.join(f'(?P<n{number}>{words})' for number, words in _SPELLED.items())})\b"
)


def cut_numbering(folded: str) -> str:
    """Return a status without the number that only orders it: with a point, a bracket or a leading zero.

    >>> [cut_numbering(text) for text in ("1. новая", "03 переговоры", "[10] недозвон", "2 недозвон", "2-й недозвон")]
    ['новая', 'переговоры', 'недозвон', '2 недозвон', '2-й недозвон']
    """
    return _NUMBERING.sub("", folded, count=1)


def read_attempts(folded: str) -> int:
    """Return the number of attempts that a status of failure counts, 0 for none; dates and spans of time are none.

    >>> [read_attempts(text) for text in ("недозвон 3", "ндз х2", "третий недозвон", "недозвон 12.03", "ндз 3 дня")]
    [3, 2, 3, 0, 0]
    """
    text = cut_numbering(folded)
    counts = [int(match["count"]) for match in _COUNT.finditer(text)]
    counts += [int(str(match.lastgroup)[1:]) for match in _SPELLED_COUNT.finditer(text)]
    return next((count for count in counts if 0 < count <= _MOST_ATTEMPTS), 0)
