"""The quick way to read a column of companies: names that differ in ordinary words only are read once.

«ООО "Ромашка"» and «ООО "Лютик"» are one shape. The first name of a shape is read by the rules; what became of its
words is kept as a pattern into which the words of the others are put. A base of a million companies has some thousand
shapes. Words that mean anything to a rule are part of the shape (``company_words``), and so are quotes and spaces;
what has any other sign is read by the rules alone.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Final, TypeAlias

from crmclean.fields.company_words import (
    INITIAL,
    LONGEST_NUMBER,
    NUMBER,
    describe_person_word,
    describe_word,
    names_person_form,
)

WORD: Final = re.compile(r"([А-ЯЁ]\.|[A-Za-zА-Яа-яЁё]+|[0-9]+)")
_BETWEEN: Final = re.compile(r"[ \u00a0\"«»“”„‟″'‘’`<>()\[\].,:;/&+#№!?–—-]*")
_BETWEEN_NAMES: Final = re.compile(r"[ \"«»“”„,]*")
_MOST_SHAPES: Final = 1 << 17
_MOST_ATTEMPTS: Final = 16
_JOINING_WORD: Final = "и"
"""What a key has for «&»."""

_Shape: TypeAlias = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Pattern:
    """What became of the names of a shape.

    Attributes:
        texts: each as what it is joined of: texts, and places of words among the pieces of a name.
        constants: texts that hold no word.
    """

    texts: tuple[tuple[str | int, ...], ...]
    constants: tuple[str, ...]

    def fill(self, pieces: list[str]) -> tuple[str, ...]:
        """Return the answer for a name of these pieces."""
        texts = ["".join([pieces[part] if isinstance(part, int) else part for part in text]) for text in self.texts]
        return (*texts, *self.constants)


class _Way(Enum):
    """How the names of a shape are read that has no pattern."""

    BY_PERSON = "by a shape that tells surnames from given names"
    BY_RULES = "by the rules"


class Sort:
    """A sort of words, told from every text that could stand in a name."""


@cache
def _sort_of(name: str) -> Sort:
    return Sort()


_NO_WORDS: Final = frozenset({_sort_of(INITIAL), _sort_of(NUMBER)})


class _Descriptions(dict[str, object]):
    """What stands for a piece of a name in its shape, found once for every distinct piece."""

    def __init__(self, describe: Callable[[str], object]) -> None:
        super().__init__()
        self._describe = describe

    def __missing__(self, piece: str) -> object:
        self[piece] = description = self._describe(piece)
        return description


def _describe_piece(piece: str) -> object:
    sort = describe_word(piece) if WORD.fullmatch(piece) else ""
    return _sort_of(sort) if sort else piece


class ShapeReader:
    """Reads names by their shapes; the answer is always that of ``read``.

    Args:
        read: reads one name and returns texts.
        constants: how many of the texts, the last ones, never hold a word of the name.
        folds: the texts have the words in small letters, without ё and dots.

    >>> reader = ShapeReader(lambda text: (text.replace('"', ""),))
    >>> reader.read('ООО "Ромашка"'), reader.read('ООО "Лютик"')
    (('ООО Ромашка',), ('ООО Лютик',))
    """

    def __init__(self, read: Callable[[str], tuple[str, ...]], *, constants: int = 0, folds: bool = False) -> None:
        self._read = read
        self.constants = constants
        self.folds = folds
        self.words = _Descriptions(_describe_piece)
        self.person_words = _Descriptions(describe_person_word)
        self._ways: dict[_Shape, Pattern | _Way] = {}
        self._attempts: Counter[_Shape] = Counter()

    def read(self, text: str) -> tuple[str, ...]:
        """Return what ``read`` makes of the text."""
        pieces = WORD.split(text)
        key, way = self._look_up(pieces)
        if isinstance(way, Pattern):
            return tuple(map(fold_word, way.fill(pieces))) if self.folds else way.fill(pieces)
        return self._read_anew(text, pieces, key, way)

    def read_by_rules(self, text: str) -> tuple[str, ...]:
        """Return the same without a look at the shape, and without a lesson for other names."""
        return self._read(text)

    def find_pattern(self, text: str) -> Pattern | None:
        """Return the pattern of all names of the shape of a text, ``None`` where they must be read one by one."""
        pieces = WORD.split(text)
        key, way = self._look_up(pieces)
        if way is None:
            self._read_anew(text, pieces, key, way)
            way = self._ways.get(key)
        return way if isinstance(way, Pattern) else None

    def tells_persons(self, text: str) -> bool:
        """Tell whether names of the shape of a text differ by what the rules of personal names ask of their words."""
        shape = tuple(map(self.words.__getitem__, WORD.split(text)))
        return self._ways.get(shape) is _Way.BY_PERSON

    def _look_up(self, pieces: list[str]) -> tuple[_Shape, Pattern | _Way | None]:
        """Return the shape of a name, and how such names are read; ``None`` where a pattern can be made."""
        shape = tuple(map(self.words.__getitem__, pieces))
        way = self._ways.get(shape)
        if way is None:
            way = self._choose_way(shape, pieces)
        if way is not _Way.BY_PERSON:
            return shape, way
        key = (shape, tuple([self.person_words[pieces[place]] for place in _ordinary_places(shape)]))
        return key, self._ways.get(key)

    def _read_anew(self, text: str, pieces: list[str], key: _Shape, way: _Way | None) -> tuple[str, ...]:
        answer = self._read(text)
        if way is None and len(self._ways) < _MOST_SHAPES:
            shape = tuple(map(self.words.__getitem__, pieces))
            self._learn(key, self._make_pattern(shape, pieces, answer))
        return answer

    def _choose_way(self, shape: _Shape, pieces: list[str]) -> _Way | None:
        """Return the way of a shape that is new, ``None`` where a pattern can be made."""
        places = _ordinary_places(shape)
        between = pieces[::2]
        if not all(map(_BETWEEN.fullmatch, between)) or all(shape[place] in _NO_WORDS for place in places):
            return _Way.BY_RULES
        if any(len(piece) > LONGEST_NUMBER and piece.isdigit() for piece in pieces):
            # A long number could be taken out, and what stood around it meet.
            return _Way.BY_RULES
        if names_person_form(pieces[1::2]):
            sure = all(map(_BETWEEN_NAMES.fullmatch, between))
            self._ways[shape] = way = _Way.BY_PERSON if sure else _Way.BY_RULES
            return way
        # Initials in brackets could be read as a form.
        return _Way.BY_RULES if _sort_of(INITIAL) in shape and "(" in "".join(between) else None

    def _learn(self, key: _Shape, pattern: Pattern | None) -> None:
        self._attempts[key] += pattern is None
        if pattern is not None:
            self._ways[key] = pattern
        elif self._attempts[key] == _MOST_ATTEMPTS:
            self._ways[key] = _Way.BY_RULES

    def _make_pattern(self, shape: _Shape, pieces: list[str], answer: tuple[str, ...]) -> Pattern | None:
        """Return the answer with places for the words of the name; ``None`` where it is not sure what became of one."""
        fold = fold_word if self.folds else str
        ordinary = _ordinary_places(shape)
        places = {fold(pieces[place]): place for place in ordinary}
        others = {fold(piece) for piece in shape[1::2] if isinstance(piece, str)} | {_JOINING_WORD}
        if len(places) < len(ordinary) or not others.isdisjoint(places):
            return None
        last = len(answer) - self.constants
        found = [_find_words(text, places) for text in answer[:last]]
        left = "\n".join([text for _, text in found]).lower()
        if any(len(word) > 2 and word.lower() in left for word in places):
            return None
        return Pattern(tuple([parts for parts, _ in found]), answer[last:])


def _ordinary_places(shape: _Shape) -> list[int]:
    return [place for place in range(1, len(shape), 2) if isinstance(shape[place], Sort)]


def _find_words(text: str, places: dict[str, int]) -> tuple[tuple[str | int, ...], str]:
    """Return what the text is joined of, places for the words that are known; and what is left of it without them."""
    parts: list[str | int] = [places.get(piece, piece) for piece in WORD.split(text)]
    joined: list[str | int] = []
    for part in parts:
        if isinstance(part, str) and joined and isinstance(joined[-1], str):
            joined[-1] += part
        elif part != "":
            joined.append(part)
    return tuple(joined), " ".join([part for part in joined if isinstance(part, str)])


def fold_word(text: str) -> str:
    """Return a text of a key: small letters, without ё and dots.

    >>> fold_word("Жёлудь И.")
    'желудь и'
    """
    return text.lower().replace("ё", "е").replace(".", "")
