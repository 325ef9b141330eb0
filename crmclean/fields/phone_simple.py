"""Cells that follow a simple order of words and digits, or hold too few digits for a number: read a column at a time.

Reading such a cell by itself says the same; most cells that are not one plain number are of these kinds.
"""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from crmclean.fields.phone_numbering import SHARED_PLAN, compile_national_pattern
from crmclean.fields.phone_plain import EMPTY, read_plain
from crmclean.fields.phone_run import doubt_of
from crmclean.fields.phone_tokens import DASHES, MAYBE_TIME, ONE_RUN, SPACES, WORD_WITH_MEANING, WORKING_HOURS

_SEPARATOR: Final = "[,;\\n]"
_GAP: Final = r"[ \t]"
_WORD: Final = "[А-Яа-яЁёA-Za-z]{4,}"
# An extension behind a comma is of the number in front of it; slashes around an area code stand for brackets.
_COMMA_BEFORE_EXTENSION: Final = (rf",{_GAP}*(доб)", r" \1")
_AREA_IN_SLASHES: Final = (r"^( *\+?[78]?[ -]*)/([0-9]{3,5})/", r"\1(\2)")
_PIECE: Final = (
    rf"^\s*(?:(?P<before>{_WORD}) )?(?P<run>[+(0-9][^A-Za-zА-Яа-яЁё,;/#*:]*[0-9])"
    rf"(?:(?:{_GAP}+\(?доб\.?|{_GAP}*#){_GAP}*(?P<extension>[0-9]{{1,6}})\)?|{_GAP}*\((?P<note>[А-Яа-яЁёA-Za-z]+)\)"
    rf"|{_GAP}+(?P<word>{_WORD})|{_GAP}+(?P<hours>{WORKING_HOURS}))?\s*$"
)
_WITH_MEANING: Final = f"^{WORD_WITH_MEANING}$"
_RUN_OF_CELL: Final = rf"^ *['`]* *{ONE_RUN}$"
_MARKS_AROUND_RUN: Final = " '`-."
# No number abroad is so short that these could be one; 00 and 810 lead abroad.
_TOO_SHORT: Final = r"^(?:\+?[0-9]{1,8}|\+7[0-9]{8,9}|(?:[1-79][0-9]|8[02-9])[0-9]{7,8})$"


@dataclass(frozen=True)
class PhoneColumns:
    """Numbers and pieces of many cells, one row each.

    Attributes:
        owners: place of the cell, rising.
        number, extension, raw, code: as of ``PhonePart``.
        before, behind: words that stand in front of the number and behind it, ``""`` none.
    """

    owners: NDArray[np.int64]
    number: pa.Array
    extension: pa.Array
    raw: pa.Array
    code: pa.Array
    before: pa.Array
    behind: pa.Array

    def of_cells(self, places: NDArray[np.int64]) -> Self:
        """Return the same rows for cells that stand elsewhere: cell ``n`` is now ``places[n]``."""
        return type(self)(
            places[self.owners], self.number, self.extension, self.raw, self.code, self.before, self.behind
        )


def read_short_runs(texts: pa.Array, region: str) -> PhoneColumns:
    """Return the cells that are one run of digits, too few or of a code that no number has, with their doubt.

    Args:
        texts: ``large_string`` of cells whose row has no area code.
        region: two letters; how a number without ``+`` is read.

    >>> read_short_runs(pa.array(["344-67-18", "+7 916 123", "89161234567"], pa.large_string()), "RU").code.to_pylist()
    ['phone-no-area-code', 'phone-impossible']
    """
    if region not in SHARED_PLAN:
        texts = texts.slice(0, 0)
    unified = pc.replace_substring_regex(pc.replace_substring_regex(texts, f"[{DASHES}]", "-"), f"[{SPACES}]", " ")
    is_run = pc.and_not(pc.match_substring_regex(unified, _RUN_OF_CELL), pc.match_substring_regex(unified, MAYBE_TIME))
    owners = np.flatnonzero(is_run.to_numpy(zero_copy_only=False))
    raw = pc.utf8_trim(unified.filter(is_run), _MARKS_AROUND_RUN)
    dialled = pc.replace_substring_regex(raw, "[^0-9+]+", "")
    is_national = pc.match_substring_regex(dialled, f"^{compile_national_pattern()}$")
    is_short = pc.and_not(pc.match_substring_regex(dialled, _TOO_SHORT), is_national)
    raw, dialled = raw.filter(is_short), dialled.filter(is_short)
    codes = [
        doubt_of(digits.lstrip("+"), text) for digits, text in zip(dialled.to_pylist(), raw.to_pylist(), strict=True)
    ]
    nothing = pa.repeat(EMPTY, len(raw))
    return PhoneColumns(
        owners[is_short.to_numpy(zero_copy_only=False)],
        nothing,
        nothing,
        raw,
        pa.array(codes, pa.large_string()),
        nothing,
        nothing,
    )


def read_ordered_cells(texts: pa.Array, region: str) -> PhoneColumns:
    """Return the cells that are plain numbers with one extension, word or working hours each at most.

    >>> cells = pa.array(["Иван 8 916 123-45-67; 84956244416 доб. 5", "89161234567 пн-пт 9-18"], pa.large_string())
    >>> found = read_ordered_cells(cells, "RU")
    >>> found.number.to_pylist(), found.before.to_pylist(), found.behind.to_pylist()
    (['+79161234567', '+74956244416', '+79161234567'], ['Иван', '', ''], ['', '', 'пн-пт 9-18'])
    """
    if region not in SHARED_PLAN:
        texts = texts.slice(0, 0)
    plainer = pc.replace_substring_regex(pc.replace_substring_regex(texts, *_COMMA_BEFORE_EXTENSION), *_AREA_IN_SLASHES)
    pieces = pc.split_pattern_regex(plainer, _SEPARATOR)
    owners = pc.list_parent_indices(pieces).to_numpy(zero_copy_only=False)
    found = pc.extract_regex(pc.list_flatten(pieces), _PIECE)
    run, extension, before, *behind = (
        pc.fill_null(pc.struct_field(found, name), "")
        for name in ("run", "extension", "before", "note", "word", "hours")
    )
    numbers = read_plain(run, region)
    word = behind[1]
    has_meaning = pc.or_(pc.match_substring_regex(before, _WITH_MEANING), pc.match_substring_regex(word, _WITH_MEANING))
    is_known = pc.and_not(pc.not_equal(numbers, ""), has_meaning).to_numpy(zero_copy_only=False)
    unknown = np.bincount(owners[~is_known], minlength=len(texts)) > 0
    kept = np.flatnonzero(~unknown[owners])
    taken = pa.array(kept)
    return PhoneColumns(
        owners[kept],
        numbers.take(taken),
        extension.take(taken),
        run.take(taken),
        pa.repeat(EMPTY, len(kept)),
        before.take(taken),
        # One of the three at most is there.
        pc.binary_join_element_wise(*(column.take(taken) for column in behind), EMPTY),
    )
