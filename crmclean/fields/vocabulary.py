"""Values from a list that is fixed in advance: wild variants are folded into it, or put to a person.

What is rewritten is either the same value in another spelling, or one slip away from exactly one allowed value that no
other allowed value is near. All else is at most a suggestion.
"""

from collections.abc import Callable, Sequence
from typing import Final

import pandas as pd
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from crmclean.fields.tag import join_once, part_values
from crmclean.fields.tag_spelling import is_slip, look_key, say_opposites, sound_key, spelling_key
from crmclean.fields.text import collapse_spaces, distinct_texts, fold, spread_suggestions

_NEAR: Final = 2
_RESEMBLES: Final = 80.0
_SHORTEST_SOUND: Final = 3

_Verdict = tuple[str, str, str]
"""Value, code and suggestion."""


def fold_into_vocabulary(
    cells: pd.Series, allowed: Sequence[str], joiner: str = ", ", multi: bool = False
) -> pd.DataFrame:
    """Return every value in the spelling of the vocabulary, where it is one of it beyond doubt.

    Args:
        cells: texts, any index.
        allowed: the spellings that are allowed; the first of two equal ones counts.
        joiner: what stands between the values of one cell.
        multi: a cell may hold several values (tags); else it is one value as a whole.

    Returns:
        Columns ``value``, ``code`` (``tag-folded``, ``tag-typo-corrected``, ``tag-doubtful``,
        ``tag-not-in-vocabulary``, several of them, ``tag-normalized`` for order alone, or ``""``) and ``suggestion``
        (the cell as it would be with the doubtful values taken for what they resemble, ``""`` for none), same index
        as ``cells``.

    >>> fold_into_vocabulary(pd.Series(["вип", "Партнр", "вип клиент", "опт"]), ["VIP", "Партнёр"])
               value                   code suggestion
    0            VIP             tag-folded
    1        Партнёр     tag-typo-corrected
    2  вип клиент           tag-doubtful        VIP
    3            опт  tag-not-in-vocabulary
    """
    vocabulary = _Vocabulary(allowed)
    codes, texts = distinct_texts(cells)
    rows = [vocabulary.fold_cell(text, joiner) if multi else vocabulary.fold_value(text) for text in texts]
    return spread_suggestions(cells, codes, rows)


class _Vocabulary:
    def __init__(self, allowed: Sequence[str]) -> None:
        self._allowed = list(dict.fromkeys(value for value in map(collapse_spaces, allowed) if value))
        self._exact = frozenset(self._allowed)
        self._folded = [fold(value) for value in self._allowed]
        self._known: dict[str, _Verdict] = {}
        self._indexes = [self._index(key) for key in _KEYS]
        self._sounds = [
            (value, frozenset(map(sound_key, folded.split())))
            for value, folded in zip(self._allowed, self._folded, strict=True)
            if len(sound_key(value)) >= _SHORTEST_SOUND
        ]
        self._crowded = {
            value
            for value, key in zip(self._allowed, self._folded, strict=True)
            for other in self._folded
            if key != other and OSA.distance(key, other, score_cutoff=_NEAR) <= _NEAR
        }

    def fold_cell(self, text: str, joiner: str) -> _Verdict:
        """Return a cell of several values; one that is an allowed value as a whole is not parted."""
        if not text or text in self._exact:
            return text, "", ""
        parts = part_values(text)
        if not parts:
            return text, "", ""
        found = [self.fold_value(part) for part in parts]
        value = joiner.join(join_once([new for new, _, _ in found]))
        verdicts = list(dict.fromkeys(code for _, code, _ in found if code))
        if value != text and not any(new != part for (new, _, _), part in zip(found, parts, strict=True)):
            verdicts.insert(0, "tag-normalized")
        suggested = ""
        if any(suggestion for _, _, suggestion in found):
            suggested = joiner.join(join_once([suggestion or new for new, _, suggestion in found]))
        return value, " ".join(verdicts), suggested

    def fold_value(self, text: str) -> _Verdict:
        """Return one value; the verdict of a text is found once."""
        if not text or text.isspace() or text in self._exact:
            return text, "", ""
        verdict = self._known.get(text)
        if verdict is None:
            verdict = self._known[text] = self._find(text)
        return verdict

    def _index(self, make_key: Callable[[str], str]) -> dict[str, str | None]:
        """Return the allowed value of every key, None where two share it."""
        index: dict[str, str | None] = {}
        for value in self._allowed:
            key = make_key(value)
            index[key] = None if key in index else value
        return index

    def _find(self, text: str) -> _Verdict:
        for make_key, index in zip(_KEYS, self._indexes, strict=True):
            key = make_key(text)
            if key and key in index:
                value = index[key]
                return (text, "tag-doubtful", "") if value is None else (value, "tag-folded", "")
        near = process.extract(fold(text), self._folded, scorer=OSA.distance, score_cutoff=_NEAR, limit=None)
        slips = [self._allowed[place] for _, _, place in near if is_slip(text, self._allowed[place])]
        if len(slips) == 1 and slips[0] not in self._crowded and not say_opposites(text, slips[0]):
            return slips[0], "tag-typo-corrected", ""
        resembled = slips[0] if slips else self._find_resembling(text)
        return (text, "tag-doubtful", resembled) if resembled else (text, "tag-not-in-vocabulary", "")

    def _find_resembling(self, text: str) -> str:
        """Return the allowed value that a text may mean: nearly its letters, or its words among others."""
        folded = fold(text)
        nearest = process.extractOne(folded, self._folded, scorer=fuzz.ratio, score_cutoff=_RESEMBLES)
        if nearest and not say_opposites(text, self._allowed[nearest[2]]):
            return self._allowed[nearest[2]]
        words = {sound_key(word) for word in folded.split()}
        for value, inside in self._sounds:
            if inside < words and not say_opposites(text, value):
                return value
        return ""


def _long_sound_key(text: str) -> str:
    key = sound_key(text)
    return key if len(key) >= _SHORTEST_SOUND else ""


_KEYS: Final[tuple[Callable[[str], str], ...]] = (fold, spelling_key, look_key, _long_sound_key)
