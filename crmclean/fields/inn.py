"""INN: the number of a Russian taxpayer, proved by its control digits; with the KPP that often stands beside it.

Source of the rules: the order of the Federal Tax Service of 29.06.2012 № ММВ-7-6/435@. An organisation has ten
digits (the last is a control digit), a person twelve (the last two). A KPP has nine characters: office (4), reason
(2 digits or capital letters), number (3).
"""

import re
from typing import Final

import numpy as np
import pandas as pd

from crmclean.fields.control_digits import holds_bin, holds_inn, holds_ogrn, holds_snils, holds_unp
from crmclean.fields.identifier_text import KPP_PATTERN, clean_numbers, is_damaged, is_filler, is_usual_kpp
from crmclean.fields.text import distinct_texts, spread_verdicts

_PAIR: Final = re.compile(
    r"(?P<inn>[0-9]{9,12}|[0-9][0-9 \u00a0]{8,15}[0-9](?=\s*[/\\]))(?:\s*[/\\;,|–—-]\s*|\s+)"
    rf"(?:(?i:кпп|kpp)\s*[:№.]?\s*)?(?P<kpp>{KPP_PATTERN})"
)
_MOBILE: Final = ("79", "89")


def is_valid_inn(values: pd.Series) -> pd.Series:
    """Tell which texts are ten or twelve digits whose control digits hold; same index. All zeros are refused.

    >>> is_valid_inn(pd.Series(["7707083893", "500100732259", "7707083894", "0000000000"])).tolist()
    [True, True, False, False]
    """
    codes, texts = distinct_texts(values)
    return pd.Series(holds_inn(texts)[codes], index=values.index, dtype=bool)


def normalize_inn(cells: pd.Series) -> pd.DataFrame:
    """Return every INN as bare digits, and INN with KPP as ``INN/KPP``, where the control digits prove it.

    Labels, spaces and a ``.0`` are removed; a lost first zero returns only if the control digits then hold and the
    nine digits are neither a usual KPP nor a number of Belarus. Every cell that is not proved stays exactly as it is,
    with a doubt that says what it is, if that is known.

    Returns:
        Columns ``value`` and ``code`` (one of the ``inn-…`` codes or ``""``), same index as ``cells``.

    >>> normalize_inn(pd.Series(["7707 083893", "274062111", "7,70708E+09", "123", "772401001"]))
                      value               code
    0            7707083893     inn-normalized
    1            0274062111  inn-zero-restored
    2           7,70708E+09        inn-damaged
    3                   123        inn-invalid
    4             772401001         inn-is-kpp
    """
    codes, texts = distinct_texts(cells)
    values, verdicts = list(texts), [""] * len(texts)
    # Nearly all cells are right as they are: only the others are looked at one by one.
    rows = [row for row, holds in enumerate(holds_inn(texts).tolist()) if not holds and texts[row].strip()]
    inn, kpp, restored, bare = _read([texts[row] for row in rows])
    others = _name_others(bare)
    for place, (row, number, office, zero) in enumerate(zip(rows, inn, kpp, restored, strict=True)):
        if number:
            values[row] = f"{number}/{office}" if office else number
            changed = values[row] != texts[row]
            verdicts[row] = "" if not changed else "inn-zero-restored" if zero else "inn-normalized"
        else:
            verdicts[row] = _doubt(texts[row], bare[place], others[place])
    return spread_verdicts(cells, codes, values, verdicts)


def inn_keys(cells: pd.Series) -> pd.DataFrame:
    """Return the valid INN of every cell, and the KPP that stands beside it; same index.

    Returns:
        Columns ``inn`` and ``kpp``, ``""`` where there is none.

    >>> inn_keys(pd.Series(["7707083893/770701001", "ИНН 7707083893", "770701001"]))
              inn        kpp
    0  7707083893  770701001
    1  7707083893
    2
    """
    codes, texts = distinct_texts(cells)
    inn, kpp, _, _ = _read(texts)
    return pd.DataFrame(
        {
            "inn": pd.Series(inn, dtype="str").array.take(codes),
            "kpp": pd.Series(kpp, dtype="str").array.take(codes),
        },
        index=cells.index,
    )


def _read(texts: list[str]) -> tuple[list[str], list[str], list[bool], list[str]]:
    """Return, a text, the proved INN, the KPP beside it, whether a lost zero was restored, and the cleaned text."""
    bare = clean_numbers(texts)
    found, offices = list(bare), [""] * len(bare)
    for row, text in enumerate(bare):
        if len(text) > 17 and (pair := _PAIR.fullmatch(text)):
            found[row] = "".join(filter(str.isdecimal, pair["inn"]))
            offices[row] = pair["kpp"]
    holds = holds_inn(found)
    padded = ["0" + text if len(text) in (9, 11) else "" for text in found]
    restored = holds_inn(padded)
    for row in np.flatnonzero(restored).tolist():
        restored[row] = not found[row].startswith(_MOBILE) if len(found[row]) == 11 else not is_usual_kpp(found[row])
    # Nine digits that are as well a number of Belarus are no proof of a lost zero.
    restored &= ~holds_unp(found)
    inn = [
        text if right else zero if lost else ""
        for text, zero, right, lost in zip(found, padded, holds, restored, strict=True)
    ]
    kpp = [office if number else "" for office, number in zip(offices, inn, strict=True)]
    return inn, kpp, restored.tolist(), bare


def _name_others(bare: list[str]) -> list[str]:
    """Return, a cleaned text that is no INN, the code of the other number that it is; ``""`` if that is not known."""
    foreign = holds_unp(bare) | holds_bin(bare)
    ogrn, snils = holds_ogrn(bare), holds_snils(bare)
    names = [""] * len(bare)
    for row, text in enumerate(bare):
        if is_usual_kpp(text):
            names[row] = "inn-is-kpp"
        elif ogrn[row]:
            names[row] = "inn-is-ogrn"
        elif foreign[row]:
            names[row] = "inn-foreign"
        elif snils[row] and not text.startswith((*_MOBILE, "00")):
            names[row] = "inn-is-snils"
    return names


def _doubt(text: str, bare: str, other: str) -> str:
    if is_filler(text) or is_filler(bare):
        return "inn-filler"
    return "inn-damaged" if is_damaged(text) else other or "inn-invalid"
