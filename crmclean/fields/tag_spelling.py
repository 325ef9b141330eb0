"""When two spellings are one tag: keys that they share, and slips of one letter."""

import re
from typing import Final

from rapidfuzz.distance import OSA

from crmclean.fields.text import fold, romanize

# «вип клиент» is VIP: these words say only that something is tagged.
_EMPTY_WORDS: Final = frozenset({"клиент", "клиенты", "тег", "метка", "client", "clients", "tag"})
_WORDS: Final = re.compile(r"[^\W_]+")
_NUMBERS: Final = re.compile(r"[0-9]+")
_NOT: Final = frozenset({"не", "без", "нет", "not", "no", "non"})
_SHORTEST_WORD_WITH_SLIPS: Final = 5
_LONGEST_SPELLING: Final = 60
_LOOKALIKES: Final = str.maketrans("ABCEHKMOPTXYaceopxyk", "АВСЕНКМОРТХУасеорхук")


def spelling_key(text: str) -> str:
    """Return what is left of a tag without case, ё, spaces and punctuation; signs stay where they are all there is.

    >>> spelling_key("Тёплый-клиент"), spelling_key("теплый  клиент."), spelling_key("C++")
    ('теплыйклиент', 'теплыйклиент', 'c++')
    """
    folded = fold(text)
    if "+" in folded or "#" in folded:
        # A plus or a hash is part of the name: C, C++ and C# are three.
        return folded.replace(" ", "")
    return "".join(_WORDS.findall(folded)) or folded


def look_key(text: str) -> str:
    """Return the key of what looks alike: every Latin letter that has a Cyrillic twin as that twin.

    >>> look_key("HOBOE") == look_key("НОВОЕ")
    True
    """
    return spelling_key(text.translate(_LOOKALIKES))


def sound_key(text: str) -> str:
    """Return the key in Latin letters, so that VIP and ВИП share it.

    >>> sound_key("ВИП"), sound_key("V.I.P.")
    ('vip', 'vip')
    """
    return romanize(spelling_key(text))


def is_slip(one: str, other: str) -> bool:
    """Tell whether two texts differ by one slip (a letter wrong, lost, doubled or swapped) inside one long word.

    The first letter of the word, every other word and every number must agree.

    >>> is_slip("партнер", "партнёрр"), is_slip("Минск", "Пинск"), is_slip("опт 1", "опт 2")
    (True, False, False)
    """
    first, second = _WORDS.findall(fold(one)), _WORDS.findall(fold(other))
    if len(first) != len(second):
        return False
    differing = [(left, right) for left, right in zip(first, second, strict=True) if left != right]
    if len(differing) != 1:
        return False
    left, right = differing[0]
    if min(len(left), len(right)) < _SHORTEST_WORD_WITH_SLIPS or left[0] != right[0]:
        return False
    if _NUMBERS.findall(left) != _NUMBERS.findall(right):
        return False
    return OSA.distance(left, right, score_cutoff=1) == 1


def say_opposites(one: str, other: str) -> bool:
    """Tell whether one of two texts denies and the other does not.

    >>> say_opposites("в работе", "не в работе"), say_opposites("активный", "неактивный")
    (True, True)
    """
    first, second = _denials(one), _denials(other)
    return first != second or spelling_key(one) in _denied(other) or spelling_key(other) in _denied(one)


def _denials(text: str) -> int:
    return sum(word in _NOT for word in _WORDS.findall(fold(text)))


def _denied(text: str) -> tuple[str, ...]:
    key = spelling_key(text)
    return tuple(prefix + key for prefix in ("не", "без", "un", "in", "non"))


def find_leading_spellings(counts: dict[str, int]) -> dict[str, str]:
    """Return for each spelling that resembles a more frequent one the spelling that leads.

    Args:
        counts: how many cells hold each spelling, in the order of their first appearance, which decides ties.

    >>> find_leading_spellings({"vip": 1, "VIP": 5, "вип клиент": 1, "партнер": 3, "партнр": 1, "опт": 2})
    {'vip': 'VIP', 'вип клиент': 'VIP', 'партнр': 'партнер'}
    """
    leaders: dict[str, str] = {}
    near: dict[str, list[str]] = {}
    found: dict[str, str] = {}
    for tag in sorted(counts, key=lambda spelling: -counts[spelling]):
        keys = _tag_keys(tag)
        leader = next((leaders[key] for key in keys if key in leaders), None) or _find_slip(tag, near)
        if leader is None:
            leader = tag
            for gap in _gaps(tag):
                near.setdefault(gap, []).append(tag)
        for key in keys:
            leaders.setdefault(key, leader)
        if leader != tag:
            found[tag] = leader
    return {tag: found[tag] for tag in counts if tag in found}


def _tag_keys(tag: str) -> tuple[str, ...]:
    core = " ".join(word for word in fold(tag).split() if word not in _EMPTY_WORDS) or tag
    return tuple(dict.fromkeys((sound_key(core), look_key(core))))


def _gaps(tag: str) -> set[str]:
    """Return the key of a tag and the key without each of its letters: two slips apart by one share one of them."""
    if len(tag) > _LONGEST_SPELLING:
        return set()
    key = spelling_key(tag)
    return {key, *(key[:place] + key[place + 1 :] for place in range(1, len(key)))}


def _find_slip(tag: str, near: dict[str, list[str]]) -> str | None:
    for gap in sorted(_gaps(tag)):
        for other in near.get(gap, ()):
            if is_slip(tag, other):
                return other
    return None
