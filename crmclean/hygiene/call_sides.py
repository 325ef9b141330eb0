"""Which of the two numbers of a call is the client's: the called one of an outgoing call, the calling one of another.

Own numbers are no clients': short internal extensions, names and devices in the place of a number, and the numbers
that one side of the log shares among many others.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd
import pyarrow.compute as pc
from numpy.typing import NDArray

from crmclean.fields.phone import split_phones
from crmclean.fields.text import distinct_texts, fold, on_distinct, one_array
from crmclean.files.headings import heading_key
from crmclean.hygiene.evidence_columns import Lines, encode_combinations, find_blank

_OWN_SHARE: Final = 0.2
"""A number in so large a share of the calls of one side …"""

_OWN_PARTNERS: Final = 3
"""… which met so many different numbers is our own."""

# «"Иванов" <79000000001>», «sip:79000000001@pbx», «SIP/operator/79000000001»: the number alone.
_CALLER_ID: Final = r"^.*<\s*(?:sip:|tel:)?(\+?[0-9]{2,15})(?:@[^>]*)?\s*>\s*$"
_ADDRESS: Final = r"(?i)^(?:sips?:|tel:)?(\+?[0-9]{2,15})(?:@.*|;.*)?$"
_CHANNEL: Final = r"(?i)^(?:pj)?sip/(?:.*/)?(\+?[0-9]{2,15})(?:-[0-9a-f]+)?$"
_DIALLED: Final = re.compile(r"\+?[\d\s().\-–—]{7,24}")

_INWARD: Final = re.compile(r"\bвх|^in$|^in\b|incom|inbound|пропущ|missed|lost|received|принят")
_OUTWARD: Final = re.compile(r"\bисх|^out$|^out\b|outgo|outbound|placed|callback|обратн|dialed|набран")
# In a column of results only these words speak of the direction: what was missed may have gone either way.
_STATED: Final = re.compile(r"\b(?:вход|исход|incoming|inbound|outgoing|outbound)")
_HIDDEN: Final = r"(?i)anonym|unknown|unavailable|restricted|private|hidden|withheld|скрыт|не ?определ|аноним|неизвест"
_INNER: Final = re.compile(r"внутр|internal|local")
# Bitrix24 counts from 1 (out, in, in and redirected, callback), Binotel from 0 (in, out); both head it CALL_TYPE.
_BITRIX: Final = MappingProxyType({"1": "out", "2": "in", "3": "in", "4": "out"})
_BINOTEL: Final = MappingProxyType({"0": "in", "1": "out"})
_COUNTED: Final = heading_key("CALL_TYPE")


@dataclass(frozen=True)
class Sides:
    """The clients' numbers of a log.

    Attributes:
        position: 0-based line of each number.
        numbers: E.164.
        directions: of every line, ``in``, ``out`` or ``""``.
        reasons: of every line why it has no number of a client, ``""`` where it has.
    """

    position: NDArray[np.int64]
    numbers: pd.Series
    directions: NDArray[np.object_]
    reasons: NDArray[np.object_]


@dataclass(frozen=True)
class _Side:
    """One column of numbers: those of its cells, and which cells are filled, or say that the number is hidden."""

    position: NDArray[np.int64]
    numbers: NDArray[np.object_]
    filled: NDArray[np.bool_]
    hidden: NDArray[np.bool_]

    def first(self) -> NDArray[np.object_]:
        """Return the first number of every line, ``""`` for none."""
        result = np.full(len(self.filled), "", dtype=object)
        result[self.position[::-1]] = self.numbers[::-1]
        return result


def is_number(text: str) -> bool:
    """Tell whether a text is one number as it is dialled.

    >>> is_number("8 (900) 000-00-01"), is_number("101"), is_number("Иванов")
    (True, False, False)
    """
    digits = sum(sign.isdigit() for sign in text)
    return digits >= 10 and _DIALLED.fullmatch(text.strip()) is not None


def read_directions(lines: Lines) -> NDArray[np.object_]:
    """Return the direction of every line: ``in``, ``out``, ``internal`` or ``""``."""
    directions = np.full(len(lines.frame), "", dtype=object)
    for name in lines.of("direction") + lines.of("result"):
        codes, texts = distinct_texts(lines.frame[name].str.strip())
        counted: Mapping[str, str] = {}
        if heading_key(lines.headers[name]) == _COUNTED:
            counted = _BINOTEL if "0" in texts else _BITRIX
        if name in lines.of("result"):
            texts = [text if _STATED.search(fold(text)) else "" for text in texts]
        said = np.array([counted.get(text) or direction_of(text) for text in texts], dtype=object)
        directions = np.where(directions == "", said[codes], directions)
    return directions


def direction_of(text: str) -> str:
    """Return what a text says of the direction: ``in``, ``out``, ``internal`` or ``""``.

    >>> [direction_of(text) for text in ("Входящий", "Исх.", "outgoing", "Внутренний", "")]
    ['in', 'out', 'out', 'internal', '']
    """
    folded = fold(text)
    if _INNER.search(folded):
        return "internal"
    if _OUTWARD.search(folded):
        return "out"
    return "in" if _INWARD.search(folded) else ""


def read_sides(lines: Lines, directions: NDArray[np.object_], region: str) -> Sides:
    """Return the clients' numbers.

    Args:
        directions: as ``read_directions`` returns them.
        region: how numbers without ``+`` are read.
    """
    caller, callee = _read_side(lines, "caller", region), _read_side(lines, "callee", region)
    client = _read_side(lines, "client", region)
    inner, stated = directions == "internal", directions != ""
    calls, called = caller.first(), callee.first()
    own = _find_own(calls, called) if not stated.all() else np.zeros(0, dtype=object)
    # What the log itself says of the direction needs no guess at whose the numbers are.
    has_caller = (calls != "") & (stated | ~np.isin(calls, own))
    has_callee = (called != "") & (stated | (~np.isin(called, own) & ~caller.hidden))
    one_sided = not lines.of("caller") or not lines.of("callee")
    inferred = np.select([has_callee & ~has_caller, has_caller & ~has_callee], ["out", "in"], "")
    directions = np.where(inner, "", np.where(stated, directions, inferred))
    by_client = (client.first() != "") & ~inner
    outward = ~by_client & has_callee & (directions == "out")
    inward = ~by_client & has_caller & (directions == "in")
    parts = [_pick(client, by_client), _pick(callee, outward), _pick(caller, inward)]
    position = np.concatenate([places for places, _numbers in parts])
    numbers = np.concatenate([found for _places, found in parts])
    order = np.argsort(position, kind="stable")
    if lines.of("client") and one_sided:
        # The number is the client's, whichever way the call went: without a word on it the way is not known.
        directions = np.where(stated & ~inner, directions, "")
    unread = np.flatnonzero(np.bincount(position, minlength=len(directions)) == 0)
    ours = caller.filled & callee.filled & ~caller.hidden & ~has_caller & ~has_callee
    unknown = has_caller & has_callee & (directions == "")
    reasons = np.full(len(directions), "", dtype=object)
    rest = replace(lines, frame=lines.frame.iloc[unread])
    reasons[unread] = _explain(rest, (inner | ours)[unread], unknown[unread])
    return Sides(position[order], pd.Series(numbers[order].tolist(), dtype="str"), directions, reasons)


def _read_side(lines: Lines, role: str, region: str) -> _Side:
    cells = on_distinct(lines.cells(role), _take_number)
    parts = split_phones(cells, region)
    known = parts["number"].ne("").to_numpy()
    return _Side(
        parts["position"].to_numpy(dtype=np.int64)[known],
        parts["number"].to_numpy(dtype=object)[known],
        cells.ne("").to_numpy(dtype=np.bool_),
        cells.str.contains(_HIDDEN).to_numpy(dtype=np.bool_),
    )


def _take_number(cells: pd.Series) -> pd.Series:
    """Return the number of every cell without the name and the address that telephony puts around it."""
    texts = pc.utf8_trim_whitespace(one_array(cells))
    for form in (_CALLER_ID, _ADDRESS, _CHANNEL):
        texts = pc.replace_substring_regex(texts, form, r"\1")
    return pd.Series(texts, dtype="str")


def _pick(side: _Side, lines: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.object_]]:
    """Return the numbers of one side on the lines where it is the client's."""
    taken = lines[side.position]
    return side.position[taken], side.numbers[taken]


def _find_own(calls: NDArray[np.object_], called: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the numbers that one side shares among many others, given those of both sides of every line."""
    own: list[str] = []
    for side, other in ((calls, called), (called, calls)):
        lines = np.flatnonzero(side != "")
        if not len(lines):
            continue
        codes, numbers = pd.factorize(side[lines])
        often = np.bincount(codes) >= _OWN_SHARE * len(lines)
        _pairs, rows = encode_combinations(
            [pd.Series(side[lines].tolist(), dtype="str"), pd.Series(other[lines].tolist(), dtype="str")]
        )
        partners = pd.Series([number for number, partner in rows if partner], dtype="str").value_counts()
        met = partners.reindex(numbers, fill_value=0).to_numpy()
        own += numbers[often & (met >= _OWN_PARTNERS)].tolist()
    return np.array(sorted(set(own)), dtype=object)


def _explain(lines: Lines, ours: NDArray[np.bool_], unknown: NDArray[np.bool_]) -> NDArray[np.object_]:
    """Return why lines have no client's number; given which are calls of our own, and of which no side is known."""
    digits = np.zeros(len(lines.frame), dtype=np.bool_)
    if not (lines.of("caller") and lines.of("callee")):
        for role in ("client", "caller", "callee"):
            digits |= lines.cells(role).str.contains("[0-9]").to_numpy(dtype=np.bool_)
    reasons = ["empty", "internal", "side-unknown", "number-impossible"]
    return np.select([find_blank(lines.frame), ours, unknown, digits], reasons, "no-number").astype(object)
