"""Quotes in the name of a company: which mark opens, which closes, and the same name in «French» quotes.

Source of the rule: Russian typography; a quote inside quotes of one sort is closed once where both would close.
"""

import re
from typing import Final

_MARKS: Final = '"«»“”„‟″'
_RUN: Final = re.compile(rf"[{_MARKS}]+")
_STAND_INS: Final = (("<<", "«"), (">>", "»"), ("''", '"'), ("``", '"'))
_SINGLE_PAIR: Final = re.compile(r"['‘’`](?P<name>[^'‘’`]+)['‘’`]")
_BEFORE_OPENING: Final = " (/«-–—,:.["
_AFTER_CLOSING: Final = " ),.;:/»-–—]"


def unify_marks(text: str) -> str:
    """Return the text with what people type for quotes (<<…>>, ''…'', a CSV's doubled quotes) as quotes.

    >>> unify_marks("<<Ромашка>>"), unify_marks("'Ромашка'")
    ('«Ромашка»', '"Ромашка"')
    """
    for typed, mark in _STAND_INS:
        text = text.replace(typed, mark)
    if len(text) > 4 and text[0] == text[-1] == '"' and re.search(r'[^"]""+[^"]', text):
        text = text[1:-1].replace('""', '"').strip()
    pair = _SINGLE_PAIR.fullmatch(text)
    return f'"{pair["name"]}"' if pair else text


def count_marks(text: str) -> int:
    """Return how many quotes stand in the text.

    >>> count_marks('ООО "Ромашка»')
    2
    """
    return sum(map(len, _RUN.findall(text)))


def strip_marks(text: str) -> str:
    """Return the text without quotes and spaces at its ends.

    >>> strip_marks(' "Ромашка» ')
    'Ромашка'
    """
    return text.strip(_MARKS + " ")


def direct_quotes(text: str) -> str | None:
    """Return the text with every quote as « or », told by its neighbours; ``None`` where they do not pair.

    >>> direct_quotes('"Торговый дом "Ромашка"'), direct_quotes('Ром"ашка')
    ('«Торговый дом «Ромашка»', None)
    """
    pieces: list[str] = []
    depth = deepest = position = 0
    for run in _RUN.finditer(text):
        side = _side_of(text, run.start(), run.end(), depth)
        size = run.end() - run.start()
        if side == "open":
            # «""Ромашка""» is one pair: nobody opens twice at one place.
            depth, mark = depth + 1, "«"
        elif side == "close" and depth:
            size = min(size, depth)
            depth, mark = depth - size, "»" * size
        else:
            return None
        deepest = max(deepest, depth)
        inner = text[position : run.start()]
        pieces += [inner.rstrip() if side == "close" else inner, mark]
        position = run.end() + (len(text[run.end() :]) - len(text[run.end() :].lstrip()) if side == "open" else 0)
    pieces.append(text[position:])
    return "".join(pieces) if depth == 0 or (depth == 1 and deepest > 1) else None


def _side_of(text: str, start: int, end: int, depth: int) -> str:
    before, after = text[start - 1 : start], text[end : end + 1]
    can_open = (not before or before in _BEFORE_OPENING) and bool(after)
    can_close = bool(before) and (not after or after in _AFTER_CLOSING)
    if can_open and can_close:
        # «Ромашка » closes behind a space; where spaces stand on both sides, what is open is closed.
        return "close" if depth and before == " " else "open" if before == after == " " else ""
    return "open" if can_open else "close" if can_close else ""
