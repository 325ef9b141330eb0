"""Plain spellings: whole columns of numbers of +7 read at once in Arrow, over the bytes of their texts."""

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from crmclean.fields.phone_numbering import SHARED_PLAN, compile_national_pattern, is_filler

_GAP: Final = r" ).\-\x{2010}-\x{2015}\x{2212}\x{a0}\x{2009}\x{202f}"
# A bracket may open before the area code only, and a first digit that stands apart is the trunk prefix.
_PLAIN: Final = (
    rf"^[' \x{{a0}}]*(?:(?:\+?7|8)[{_GAP}]{{0,3}}\(?[0-9](?:[{_GAP}]{{0,3}}[0-9]){{9}}"
    rf"|\(?[0-9][0-9](?:[{_GAP}]{{0,3}}[0-9]){{8}})[ \x{{a0}}]*$"
)
_SPREADSHEET_FRACTION: Final = r"[.,]0+[ \x{a0}]*$"
_PLAIN_FRACTION: Final = rf"^[' \x{{a0}}]*\+?[78]?[0-9]{{10}}{_SPREADSHEET_FRACTION}"
# A local number in front, hours or a date behind, and what a spreadsheet adds are no part of a plain number.
_NOT_PLAIN: Final = (
    rf"^[0-9]{{3}}-[0-9]{{2}}-[0-9]{{2}}[ (\x{{a0}}]|[ (\x{{a0}}][0-9]{{1,2}}\.[0-9]{{1,2}} ?[.\-\x{{2010}}-\x{{2015}}]"
    rf"|{_SPREADSHEET_FRACTION}"
)
EMPTY: Final = pa.scalar("", pa.large_string())
"""No text, of the type of the columns that are read and written here."""
_COUNTRY: Final = np.frombuffer(b"+7", dtype=np.uint8)
_SAME_STEPS: Final = 7
"""So many last digits of every filler are one digit again and again, or a run of the keyboard."""


def read_plain(texts: pa.Array, region: str) -> pa.Array:
    """Return the E.164 number of every text that is one plainly written number of +7, else ``""``.

    Args:
        texts: ``large_string`` without nulls.
        region: two letters; outside Russia and Kazakhstan nothing is plain.

    >>> read_plain(pa.array(["8 (916) 123-45-67", "916 123-45-67", "344-67-18"], pa.large_string()), "RU").to_pylist()
    ['+79161234567', '+79161234567', '']
    """
    if region not in SHARED_PLAN or not len(texts):
        return pa.repeat(EMPTY, len(texts))
    is_plain = pc.and_not(pc.match_substring_regex(texts, _PLAIN), pc.match_substring_regex(texts, _NOT_PLAIN))
    places = np.flatnonzero(is_plain.to_numpy(zero_copy_only=False))
    national = _take_last_ten_digits(texts.filter(is_plain))
    exists = _can_exist(national)
    return _write_e164(len(texts), places[exists], national[exists])


def read_plain_cells(texts: pa.Array, region: str) -> pa.Array:
    """Return the same for texts that are whole cells: a spreadsheet may have taken one for a number and added ``.0``.

    >>> read_plain_cells(pa.array(["79161234567.0", "8.916.123.45.0"], pa.large_string()), "RU").to_pylist()
    ['+79161234567', '']
    """
    numbers = read_plain(texts, region)
    places = np.flatnonzero(pc.equal(numbers, "").to_numpy(zero_copy_only=False))
    left = texts.take(pa.array(places))
    is_fraction = pc.match_substring_regex(left, _PLAIN_FRACTION)
    cut = read_plain(pc.replace_substring_regex(left.filter(is_fraction), _SPREADSHEET_FRACTION, ""), region)
    if not len(cut):
        return numbers
    mask = np.zeros(len(texts), dtype=np.bool_)
    mask[places[is_fraction.to_numpy(zero_copy_only=False)]] = True
    return pc.replace_with_mask(numbers, pa.array(mask), cut)


def _take_last_ten_digits(texts: pa.Array) -> NDArray[np.uint8]:
    """Return the last ten digits of texts that have at least ten, one row of bytes a text."""
    if not len(texts):
        return np.empty((0, 10), dtype=np.uint8)
    _, offset_buffer, data_buffer = texts.buffers()
    offsets = np.frombuffer(offset_buffer, dtype=np.int64)[texts.offset : texts.offset + len(texts) + 1]
    data = np.frombuffer(data_buffer, dtype=np.uint8)[offsets[0] : offsets[-1]]
    # Bytes below "0" wrap around to large ones.
    is_digit = (data - np.uint8(ord("0"))) < np.uint8(10)
    digits = data[is_digit]
    ends = np.cumsum(is_digit)[offsets[1:] - offsets[0] - 1]
    last: NDArray[np.uint8] = np.lib.stride_tricks.sliding_window_view(digits, 10)[ends - 10]
    return last


def _can_exist(national: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Tell of ten digits each whether they are a number behind +7 that is no filler."""
    texts = _as_texts(np.arange(len(national) + 1, dtype=np.int64) * 10, national)
    is_valid = pc.match_substring_regex(texts, f"^{compile_national_pattern()}$")
    exists: NDArray[np.bool_] = is_valid.to_numpy(zero_copy_only=False).copy()
    for place in _find_suspects(national):
        exists[place] = exists[place] and not is_filler("7" + texts[place].as_py())
    return exists


def _find_suspects(national: NDArray[np.uint8]) -> list[int]:
    """Return the places whose last digits all have one step of 0, 1 or -1 to the next; 9 and 0 are neighbours."""
    places = np.arange(len(national))
    for column in range(9, 10 - _SAME_STEPS, -1):
        step = (national[places, column] + np.uint8(10) - national[places, column - 1]) % np.uint8(10)
        if column == 9:
            first = step
            is_same = (step == 0) | (step == 1) | (step == 9)
        else:
            is_same = step == first
        places, first = places[is_same], first[is_same]
    found: list[int] = places.tolist()
    return found


def _write_e164(count: int, places: NDArray[np.int64], national: NDArray[np.uint8]) -> pa.Array:
    """Return a column of ``count`` texts: ``+7`` and ten digits in the given places, ``""`` elsewhere."""
    written = np.empty((len(national), len(_COUNTRY) + 10), dtype=np.uint8)
    written[:, : len(_COUNTRY)] = _COUNTRY
    written[:, len(_COUNTRY) :] = national
    lengths = np.zeros(count + 1, dtype=np.int64)
    lengths[places + 1] = written.shape[1]
    return _as_texts(np.cumsum(lengths), written)


def _as_texts(offsets: NDArray[np.int64], data: NDArray[np.uint8]) -> pa.Array:
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(data))]
    return pa.Array.from_buffers(pa.large_string(), len(offsets) - 1, buffers)
