"""What managers write in comments: that a number is dead, that the client asked for silence, that the company is gone.

The vocabulary is ``data/remarks.toml``. A phrase is no remark where it is denied («не умер»), asked («закрылись?»),
doubted («вроде», «если»), said of another («конкурент закрылся»), limited («не звонить до 18:00») or taken back later
in the cell; of lines with dates the latest is the last word.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from crmclean.core.i18n import _
from crmclean.fields.text import one_array, take_texts
from crmclean.hygiene.remark_context import Statements, find_denials, fold_in_place, is_doubted, is_of_another
from crmclean.hygiene.remark_vocabulary import (
    REASONS,
    Doubts,
    Reason,
    join_traces,
    load_doubts,
    load_reasons,
    with_own_phrases,
)
from crmclean.hygiene.statuses import check_names

_MIXED_WORD: Final = "[a-z][а-яё]|[а-яё][a-z]"


@dataclass(frozen=True)
class _Found:
    """A remark of one text: the code of its reason and where it stands."""

    code: str
    start: int
    end: int


def read_remarks(cells: pd.Series, extra: Mapping[str, Sequence[str]] | None = None) -> pd.DataFrame:
    """Return every remark that stands in a column of comments.

    Args:
        cells: texts, any index.
        extra: phrases of one's own by reason, in the notation of ``remark_phrases`` («съехал* из офиса»).

    Returns:
        Columns ``position`` (which cell, from 0), ``reason``, ``phrase`` (as it stands), ``start`` and ``end`` (its
        place in the cell), in the order of the cells; a cell may have several or none.

    Raises:
        UsageError: ``extra`` names no reason.

    >>> read_remarks(pd.Series(["ндз", "Номер не существует", "не звонить до 18:00"]))
       position          reason               phrase  start  end
    0         1  not-in-service  Номер не существует      0   19
    """
    check_names(list(extra or ()), REASONS, _("There is no reason “{name}” of remarks."))
    reasons = with_own_phrases(load_reasons(), extra) if extra else load_reasons()
    positions, texts = _find_candidates(one_array(cells), reasons)
    # Most comments differ and say nothing of interest: only those that may are looked for copies.
    encoded = _mask_numbers(texts).dictionary_encode()
    found = [_read(text, possible) for text, possible in _select_reasons(encoded.dictionary, reasons)]
    return _spread(positions, texts, encoded.indices.to_numpy().astype(np.int64), found)


def _find_candidates(texts: pa.Array, reasons: Sequence[Reason]) -> tuple[NDArray[np.int64], pa.Array]:
    """Return the places and texts of the cells that hold the words of any reason, or words of two alphabets."""
    small = pc.utf8_lower(texts)
    hit = np.zeros(len(texts), dtype=np.bool_)
    for pattern in join_traces(reasons):
        hit |= _search(small, f"{pattern}|{_MIXED_WORD}")
    positions = np.flatnonzero(hit)
    return positions, texts.take(pa.array(positions))


def _mask_numbers(texts: pa.Array) -> pa.Array:
    """Return the texts with every digit as 0, but for several lines, of which dates say the order.

    The same remark of another day is read once.
    """
    is_line = pc.invert(pc.match_substring_regex(texts, "[\r\n]"))
    return pc.if_else(is_line, pc.replace_substring_regex(texts, "[0-9]", "0"), texts)


def _select_reasons(texts: pa.Array, reasons: Sequence[Reason]) -> Iterator[tuple[str, list[Reason]]]:
    """Yield every text with the reasons whose words it has, in their order."""
    small = _lower(texts)
    masks = np.array([_search(small, reason.traces) for reason in reasons]).T.tolist()
    for text, has in zip(texts.to_pylist(), masks, strict=True):
        yield text, list(compress(reasons, has))


def _lower(texts: pa.Array) -> pa.Array:
    """Return the texts in small letters, look-alikes in words of two alphabets as Cyrillic; ё may stay."""
    small = pc.utf8_lower(texts)
    is_mixed = pc.match_substring_regex(small, _MIXED_WORD)
    folded = pa.array([fold_in_place(text) for text in texts.filter(is_mixed).to_pylist()], pa.large_string())
    return pc.replace_with_mask(small, is_mixed, folded)


def _search(texts: pa.Array, pattern: str) -> NDArray[np.bool_]:
    return np.asarray(pc.fill_null(pc.match_substring_regex(texts, pattern), False), dtype=np.bool_)


def _read(text: str, reasons: Sequence[Reason]) -> list[_Found]:
    """Return the remarks of one text in the order of their places."""
    if not reasons:
        return []
    statements, doubts = Statements(fold_in_place(text)), load_doubts()
    found: list[_Found] = []
    for reason in reasons:
        stated = [span for span in _find_phrases(statements, reason) if _is_stated(statements, span, reason, doubts)]
        if not stated:
            continue
        denials = list(find_denials(statements, reason, doubts))
        found += [
            _Found(reason.code, start, end)
            for start, end in stated
            if not any(statements.is_later(denial, start) for denial in denials)
        ]
    return sorted(found, key=lambda remark: (remark.start, remark.end, remark.code))


def _is_stated(statements: Statements, span: tuple[int, int], reason: Reason, doubts: Doubts) -> bool:
    place = statements.around(*span)
    return not (is_doubted(place, doubts) or is_of_another(place, reason, doubts))


def _find_phrases(statements: Statements, reason: Reason) -> list[tuple[int, int]]:
    """Return where phrases of a reason stand; of those that overlap, the first and longest."""
    spans = [
        match.span()
        for alone_in, pattern in reason.patterns
        for match in pattern.finditer(statements.folded)
        if not alone_in or statements.stands_alone(*match.span(), alone_in)
    ]
    if len(spans) < 2:
        return spans
    kept: list[tuple[int, int]] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept


def _spread(
    positions: NDArray[np.int64], texts: pa.Array, codes: NDArray[np.int64], found: Sequence[Sequence[_Found]]
) -> pd.DataFrame:
    """Return the remarks of every distinct text for every cell that holds it.

    Args:
        positions: of the cells.
        texts: of the cells.
        codes: of the cells, each the place of its remarks in ``found``.
        found: the remarks of every distinct text.
    """
    remarks = [remark for of_text in found for remark in of_text]
    firsts = np.cumsum([0, *map(len, found)])
    counts = np.diff(firsts)[codes]
    # The remarks of one text lie side by side: of every cell the first, then the next ones.
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    chosen = np.repeat(firsts[:-1][codes], counts) + within
    starts = np.array([remark.start for remark in remarks], dtype=np.int64)[chosen]
    ends = np.array([remark.end for remark in remarks], dtype=np.int64)[chosen]
    written = texts.take(pa.array(np.repeat(np.arange(len(codes)), counts))).to_pylist()
    places = zip(written, starts.tolist(), ends.tolist(), strict=True)
    codes_of_reasons = pa.array([remark.code for remark in remarks], pa.large_string())
    return pd.DataFrame(
        {
            "position": np.repeat(positions, counts).astype(np.int64),
            "reason": take_texts(codes_of_reasons, chosen, pd.RangeIndex(len(chosen))),
            "phrase": pd.Series([text[start:end] for text, start, end in places], dtype="str"),
            "start": starts,
            "end": ends,
        }
    )
