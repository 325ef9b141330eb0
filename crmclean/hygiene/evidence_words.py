"""What a word or a diagnostic text says, by a vocabulary that stands in a data file: whole cells, then patterns."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from crmclean.fields.text import fold

_NOT_WORD: Final = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Said:
    """What a text says.

    Attributes:
        meaning: a code of the data file, such as ``hard`` or ``no-answer``.
        weight: how exact the text is; the heaviest of several decides.
        mark: the whole cell as ``word_key`` writes it, or ``""`` where a pattern was found in it.
    """

    meaning: str
    weight: int
    mark: str = ""


@lru_cache(maxsize=1 << 16)
def word_key(text: str) -> str:
    """Return the form in which two spellings of one word are equal: case, ё, spaces and punctuation do not count.

    >>> word_key("Hard_Bounce") == word_key("hard bounce"), word_key("Не отвечён")
    (True, 'неотвечен')
    """
    return _NOT_WORD.sub("", fold(text))


class Vocabulary:
    """The words and patterns of one data file.

    Args:
        words: tables with ``words``, and perhaps ``weight``.
        phrases: tables with ``patterns`` over folded text; the first that is found counts.
        field: the name under which both say what they mean.
    """

    def __init__(
        self, words: Sequence[Mapping[str, object]], phrases: Sequence[Mapping[str, object]], field: str
    ) -> None:
        self._words: dict[str, Said] = {}
        for table in words:
            weight = table.get("weight", 3)
            for word in _texts(table["words"]):
                key = word_key(word)
                said = Said(str(table[field]), weight if isinstance(weight, int) else 3, key)
                if self._words.setdefault(key, said).meaning != said.meaning:
                    raise ValueError(f"the word {word!r} has two meanings")
        self._phrases = [
            (re.compile("|".join(f"(?:{pattern})" for pattern in _texts(table["patterns"]))), str(table[field]))
            for table in phrases
        ]

    def find_word(self, cell: str) -> Said | None:
        """Return what the cell says as a whole, None where it is no known word."""
        return self._words.get(word_key(cell))

    def find_phrase(self, text: str) -> Said | None:
        """Return what the first pattern that is found in a text says, None for none."""
        folded = fold(text)
        return next((Said(meaning, 3) for pattern, meaning in self._phrases if pattern.search(folded)), None)


def _texts(value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise ValueError("a list of texts is expected")
    return value
