"""What stands beside a name in its cell: roles, remarks, titles, where the client came from. It is kept, not read.

The words are in ``data/name_notes.csv``, by kind; a word that is a surname as well (Кравец, Мастер) is not in it.
"""

import re
from functools import cache
from importlib.resources import files
from typing import Final

from crmclean.fields.full_name import ends_as_surname, is_patronymic, rank_as_given
from crmclean.fields.text import collapse_spaces, fold

_BRACKETS: Final = re.compile(r"[(\[{][^()\[\]{}]*(?:[)\]}]|$)")
_DASH: Final = re.compile(r"(?:\s+[-–—]\s*|\s*[–—]\s+|(?<=[^\W\d_])-\s+)")
_PREPOSITION: Final = re.compile(
    r"(?<=\s)(?:(?:из|от|для|через|без|под|ИЗ|ОТ|ДЛЯ|ЧЕРЕЗ|БЕЗ|from|by)|(?:на|по|со|во|ко)|(?:с|в|у|к)(?=\s+[^\W\d_]{3}))"
    r"\s+\S.*$",
    re.DOTALL,
)
_WORD: Final = re.compile(r"[^\W\d_][\w.'’`-]*")
_WORD_WITH_DIGITS: Final = re.compile(r"(?<!\S)[#№(]*\d\S*(?:\s*(?:г\.?\s?р\.?|г\.|лет|года?)(?!\w))?")
_APART: Final = frozenset({"bracket", "tail", "number"})
_FORMS: Final = frozenset({"form", "title"})


@cache
def load_note_words() -> dict[str, str]:
    """Return the words that are no part of a name, folded, with their kind; read once.

    >>> load_note_words()["бухгалтер"], load_note_words()["mr"]
    ('role', 'title')
    """
    text = files("crmclean.fields").joinpath("data/name_notes.csv").read_text(encoding="utf-8")
    return {
        fold(word): kind
        for kind, _, words in (line.partition(";") for line in text.splitlines()[1:])
        for word in words.split()
    }


def split_notes(text: str) -> list[tuple[str, str]]:
    """Return the pieces of a name cell with the kind of each; joined, they are the text.

    The kind is ``""`` for what is read as the name, ``bracket`` for brackets, ``tail`` for what follows a dash or a
    preposition or precedes a colon, ``number``, or that of a word in ``data/name_notes.csv``.

    >>> split_notes("Начальник: Петров Иван (архив)")
    [('Начальник:', 'tail'), (' Петров Иван ', ''), ('(архив)', 'bracket')]
    >>> split_notes("Оля маникюр")
    [('Оля ', ''), ('маникюр', 'service')]
    """
    pieces: list[tuple[str, str]] = []
    end = 0
    for match in _BRACKETS.finditer(text):
        pieces += _split_tails(text[end : match.start()])
        pieces.append((match.group(), "bracket"))
        end = match.end()
    pieces += _split_tails(text[end:])
    return [piece for piece in pieces if piece[0]]


def _split_tails(text: str) -> list[tuple[str, str]]:
    head, colon, tail = text.rpartition(":")
    pieces = []
    if colon and tail.strip():
        pieces.append((head + colon, "tail"))
        text = tail
    ends = [match.start() for pattern in (_DASH, _PREPOSITION) for match in [_find_tail(pattern, text)] if match]
    cut = min(ends, default=len(text))
    return [*pieces, *_split_words(text[:cut]), (text[cut:], "tail")]


def _find_tail(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """Return where the remark begins; a dash between two surnames («Петрова - Водкина») is no beginning."""
    for match in pattern.finditer(text):
        before, after = text[: match.start()].split(), text[match.end() :].split()
        if before and not (pattern is _DASH and after and are_surnames(before[-1], after[0])):
            return match
    return None


def are_surnames(one: str, other: str) -> bool:
    """Tell whether two words are surnames by their endings, so that a dash between them makes one surname.

    >>> are_surnames("Петрова", "Водкина"), are_surnames("Иванов", "директор")
    (True, False)
    """
    return ends_as_surname(one) and ends_as_surname(other)


def _split_words(text: str) -> list[tuple[str, str]]:
    words = load_note_words()
    pieces: list[tuple[str, str]] = []
    end = 0
    for start, stop, kind in sorted(_find_note_words(text, words)):
        if start < end:
            continue
        pieces += [(text[end:start], ""), (text[start:stop], kind)]
        end = stop
    return [*pieces, (text[end:], "")]


def _find_note_words(text: str, words: dict[str, str]) -> list[tuple[int, int, str]]:
    found = [
        (match.start(), match.end(), words[word])
        for match in _WORD.finditer(text)
        if (word := match.group().rstrip(".").lower().replace("ё", "е")) in words
    ]
    if any(map(str.isdecimal, text)):
        found += [(match.start(), match.end(), "number") for match in _WORD_WITH_DIGITS.finditer(text)]
    return found


def has_notes(text: str) -> bool:
    """Tell whether a cell holds anything beside a name; the form of a sole trader and a title are not counted.

    >>> has_notes("Иванова Мария (бухгалтер)"), has_notes("ИП Иванов Иван")
    (True, False)
    """
    return any(kind and kind not in _FORMS and piece.strip() for piece, kind in split_notes(text))


def strip_notes(text: str) -> str:
    """Return a name without brackets, remarks, titles and roles.

    A role stays where nothing else in the cell looks like a name, and so does a relation («Мама Оли»): it tells two
    people on one phone apart.

    >>> strip_notes("Начальник: Петров Иван (deleted)"), strip_notes("Женя Сантехник"), strip_notes("Мама Оли")
    ('Петров Иван', 'Женя', 'Мама Оли')
    """
    pieces = split_notes(text)
    words = [(piece, kind) for piece, kind in pieces if kind not in _APART]
    kept = collapse_spaces(" ".join(piece for piece, _ in words)) or collapse_spaces(text.strip(" :"))
    if not any(kind for _, kind in words) or any(kind == "relation" for _, kind in words):
        return kept
    name = collapse_spaces(" ".join(piece for piece, kind in words if not kind))
    return name if any(map(_looks_like_name, name.split())) else kept


def _looks_like_name(word: str) -> bool:
    word = word.strip(".,;*\"'«»")
    if len(word) < 2:
        return False
    return rank_as_given(word) != 1 or is_patronymic(word)
