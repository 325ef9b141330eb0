"""Phones: the numbers of a cell, and the one standard way of writing them (E.164).

Source of the rules: ITU-T E.164 and the national plans in phonenumbers, which is the authority. Plain spellings of
+7 take a fast path on whole columns; every other distinct cell is read by itself.
"""

from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmclean.fields.phone_cell import PhoneCell, PhonePart, read_cell
from crmclean.fields.phone_numbering import SHARED_PLAN, compile_national_pattern, is_filler
from crmclean.fields.text import distinct_texts, spread_verdicts

# A bracket may open before the area code only, and a first digit that stands apart is the trunk prefix.
_PLAIN: Final = (
    r"^(?:\+?7|8)[ \-–—]{0,2}\(?[0-9](?:[ )\-–—]{0,3}[0-9]){9}$"
    r"|^\(?[0-9][0-9](?:[ )\-–—]{0,3}[0-9]){8}$"
)
_SPREADSHEET_FRACTION: Final = r"^(\+?[0-9]{10,11})[.,]0+$"
_LOCAL_NUMBER_FIRST: Final = r"^[0-9]{3}-[0-9]{2}-[0-9]{2}[ (]"
_FILLER_TAIL: Final = r"0000000$|1111111$|2222222$|3333333$|4444444$|5555555$|6666666$|7777777$|8888888$|9999999$|34567"
_EXTENSION_WORD: Final = "доб."


def split_phones(cells: pd.Series, region: str = "RU") -> pd.DataFrame:
    """Return the numbers of every cell, one row a number.

    Args:
        cells: texts, any index.
        region: two letters; how a number without ``+`` is read.

    Returns:
        Columns ``position`` (0-based place of the cell), ``number`` (E.164, or ``""`` where it cannot be known),
        ``extension``, ``raw`` (the text of the number) and ``code`` (``""``, or why the number is doubtful).
        A cell that holds nothing has no row.

    >>> split_phones(pd.Series(["8 (495) 688-10-05, 106-05-06", "", "нет"]))
       position        number extension                raw          code
    0         0  +74956881005             8 (495) 688-10-05
    1         0  +74951060506                     106-05-06
    2         2                                         нет  phone-filler
    """
    codes, texts = distinct_texts(cells)
    plain = _read_plain(texts, region)
    is_plain = np.array([number != "" for number in plain], dtype=np.bool_)
    owners = np.flatnonzero(is_plain).tolist()
    parts: list[PhonePart] = []
    for owner in np.flatnonzero(~is_plain).tolist():
        found = read_cell(texts[owner], region).parts
        owners.extend([owner] * len(found))
        parts.extend(found)
    # First the cells that are one plain number, then the others: brought into the order of the cells at the end.
    numbers = [number for number in plain if number]
    nothing = [""] * len(numbers)
    frame = pd.DataFrame(
        {
            "number": pd.Series(numbers + [part.number for part in parts], dtype="str"),
            "extension": pd.Series(nothing + [part.extension for part in parts], dtype="str"),
            "raw": pd.Series(
                [texts[owner] for owner in owners[: len(numbers)]] + [part.raw for part in parts], dtype="str"
            ),
            "code": pd.Series(nothing + [part.code for part in parts], dtype="str"),
        }
    )
    owner_of_part = np.array(owners, dtype=np.int64)
    order = np.argsort(owner_of_part, kind="stable")
    counts = np.bincount(owner_of_part, minlength=len(texts))
    starts = np.cumsum(counts) - counts
    per_cell = counts[codes]
    position = np.repeat(np.arange(len(codes), dtype=np.int64), per_cell)
    within = np.arange(len(position)) - np.repeat(np.cumsum(per_cell) - per_cell, per_cell)
    frame = frame.take(order[np.repeat(starts[codes], per_cell) + within]).reset_index(drop=True)
    frame.insert(0, "position", position)
    return frame


def normalize_phones(cells: pd.Series, region: str = "RU", joiner: str = ", ") -> pd.DataFrame:
    """Return every cell with its numbers in E.164.

    A cell with any part that cannot be known stays exactly as it is. Words beside a number follow it in brackets.

    Args:
        cells: texts, any index.
        region: two letters; how a number without ``+`` is read.
        joiner: what stands between the numbers of one cell.

    Returns:
        Columns ``value`` and ``code`` (``phone-normalized``, a doubt, or ``""``), same index as ``cells``.

    >>> normalize_phones(pd.Series(["8 916 123-45-67 доб. 15", "касса: 84951060506", "344-67-18"]))
                             value                code
    0        +79161234567 доб. 15    phone-normalized
    1        +74951060506 (касса)    phone-normalized
    2                   344-67-18  phone-no-area-code
    """
    codes, texts = distinct_texts(cells)
    values: list[str] = []
    verdicts: list[str] = []
    for text, number in zip(texts, _read_plain(texts, region), strict=True):
        value, verdict = (number, "") if number else _write_cell(text, read_cell(text, region), joiner)
        values.append(value)
        verdicts.append(verdict or ("phone-normalized" if value != text else ""))
    return spread_verdicts(cells, codes, values, verdicts)


def _read_plain(texts: list[str], region: str) -> list[str]:
    """Return the E.164 number of every text that is one plainly written number of +7, else ``""``."""
    if region not in SHARED_PLAN or not texts:
        return [""] * len(texts)
    spelled = pc.utf8_ltrim(pc.replace_substring(pa.array(texts, pa.string()), "\u00a0", " "), characters="'")
    spelled = pc.utf8_trim(spelled, characters=" ")
    spelled = pc.replace_substring_regex(spelled, _SPREADSHEET_FRACTION, r"\1")
    is_plain = pc.and_not(
        pc.match_substring_regex(spelled, _PLAIN), pc.match_substring_regex(spelled, _LOCAL_NUMBER_FIRST)
    )
    digits = pc.replace_substring_regex(spelled, r"[^0-9]", "")
    national = pc.utf8_slice_codeunits(digits, -10)
    is_valid = pc.and_(is_plain, pc.match_substring_regex(national, f"^{compile_national_pattern()}$"))
    number = pc.if_else(is_valid, pc.binary_join_element_wise("+7", national, ""), "")
    suspects = pc.match_substring_regex(number, _FILLER_TAIL)
    result: list[str] = number.to_pylist()
    for index in np.flatnonzero(suspects.to_numpy(zero_copy_only=False)).tolist():
        if is_filler(result[index][1:]):
            result[index] = ""
    return result


def _write_cell(text: str, cell: PhoneCell, joiner: str) -> tuple[str, str]:
    """Return the cell as it is to be written, and the doubt if there is one."""
    doubts = [part.code for part in cell.parts if part.code]
    if doubts:
        return text, doubts[0]
    if not cell.rewritable or not cell.parts or any(not _can_bracket(part) for part in cell.parts):
        return text, ""
    written = dict.fromkeys(_write_part(part) for part in cell.parts)
    return joiner.join(written), ""


def _can_bracket(part: PhonePart) -> bool:
    return not any("(" in note or ")" in note for note in part.notes)


def _write_part(part: PhonePart) -> str:
    extension = f" {_EXTENSION_WORD} {part.extension}" if part.extension else ""
    notes = "".join(f" ({note})" for note in part.notes)
    return part.number + extension + notes
