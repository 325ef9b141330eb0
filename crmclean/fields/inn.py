"""INN and KPP: numbers of Russian taxpayers, checked by their control digits.

Source of the rules: the order of the Federal Tax Service of 29.06.2012 № ММВ-7-6/435@. An organisation has ten
digits (the last is a control digit), a person twelve (the last two). A KPP has nine characters: office (4), reason
(2 digits or capital letters), number (3).
"""

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmclean.fields.text import distinct_texts, spread_verdicts

_WEIGHTS_10: Final = (2, 4, 10, 3, 5, 9, 4, 6, 8)
_WEIGHTS_11: Final = (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
_WEIGHTS_12: Final = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
_KPP: Final = r"[0-9]{4}[0-9A-Z]{2}[0-9]{3}"
_DAMAGED: Final = r"^[0-9](?:[.,][0-9]+)?[eEеЕ]\+?[0-9]+$"
_SPREADSHEET_FRACTION: Final = r"^([0-9]+)[.,]0+$"
_LABEL: Final = r"(?i)^(?:инн(?:\s*/\s*кпп)?|inn)\s*[:№]?\s*"
_PAIR: Final = rf"^(?P<inn>[0-9]{{9,12}})\s*(?:/|\\|;|,|\s|-)\s*(?:(?i:кпп|kpp)\s*[:№]?\s*)?(?P<kpp>{_KPP})$"
_SPACED: Final = r"^[0-9][0-9 \x{a0}\-']*[0-9]$"


def is_valid_inn(values: pd.Series) -> pd.Series:
    """Tell which texts are ten or twelve digits whose control digits hold; same index. All zeros are refused.

    >>> is_valid_inn(pd.Series(["7707083893", "500100732259", "7707083894", "0000000000"])).tolist()
    [True, True, False, False]
    """
    codes, texts = distinct_texts(values)
    return pd.Series(_check(texts)[codes], index=values.index, dtype=bool)


def normalize_inn(cells: pd.Series) -> pd.DataFrame:
    """Return every INN as bare digits, where the control digits prove it.

    Spaces and a ``.0`` are removed; a lost first zero returns only if the control digits then hold. A cell with an
    INN and a KPP, and every cell that is not proved, stays exactly as it is.

    Returns:
        Columns ``value`` and ``code`` (``inn-normalized``, ``inn-zero-restored``, ``inn-invalid``, ``inn-damaged`` or
        ``""``), same index as ``cells``.

    >>> normalize_inn(pd.Series(["7707 083893", "274062111", "7,70708E+09", "123"]))
                      value               code
    0            7707083893     inn-normalized
    1            0274062111  inn-zero-restored
    2           7,70708E+09        inn-damaged
    3                   123        inn-invalid
    """
    codes, texts = distinct_texts(cells)
    inn, kpp, restored = _read(texts)
    damaged = _matches(_trim(texts), _DAMAGED)
    values, verdicts = [], []
    for text, number, office, zero, lost in zip(texts, inn, kpp, restored, damaged, strict=True):
        value, verdict = text, ""
        if lost:
            verdict = "inn-damaged"
        elif not number:
            verdict = "inn-invalid" if text.strip() else ""
        elif not office:
            value = number
            verdict = "" if value == text else "inn-zero-restored" if zero else "inn-normalized"
        values.append(value)
        verdicts.append(verdict)
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
    inn, kpp, _ = _read(texts)
    return pd.DataFrame(
        {
            "inn": pd.Series(inn, dtype="str").array.take(codes),
            "kpp": pd.Series(kpp, dtype="str").array.take(codes),
        },
        index=cells.index,
    )


def _read(texts: list[str]) -> tuple[list[str], list[str], list[bool]]:
    """Return, a text, the proved INN, the KPP beside it, and whether a lost zero was restored."""
    if not texts:
        return [], [], []
    bare = pc.replace_substring_regex(_trim(texts), _LABEL, "")
    pair = pc.extract_regex(bare, _PAIR)
    is_pair = pc.is_valid(pair)
    kpp = pc.fill_null(pc.struct_field(pair, "kpp"), "")
    single = pc.replace_substring_regex(bare, _SPREADSHEET_FRACTION, r"\1")
    single = pc.if_else(
        pc.match_substring_regex(single, _SPACED), pc.replace_substring_regex(single, r"[^0-9]", ""), single
    )
    number = pc.if_else(is_pair, pc.fill_null(pc.struct_field(pair, "inn"), ""), single)
    found: list[str] = number.to_pylist()
    offices: list[str] = kpp.to_pylist()
    as_written = _check(found)
    with_zero = ["0" + text if len(text) in (9, 11) else "" for text in found]
    zero_proves = _check(with_zero)
    inn = [
        text if holds else padded if zero else ""
        for text, padded, holds, zero in zip(found, with_zero, as_written, zero_proves, strict=True)
    ]
    return inn, [office if proved else "" for office, proved in zip(offices, inn, strict=True)], zero_proves.tolist()


def _trim(texts: list[str]) -> pa.Array:
    return pc.utf8_trim(pc.utf8_trim_whitespace(pa.array(texts, pa.string())), characters="'\u00a0\ufeff")


def _matches(texts: pa.Array, pattern: str) -> list[bool]:
    flags: list[bool] = pc.match_substring_regex(texts, pattern).to_pylist()
    return flags


def _check(texts: list[str]) -> npt.NDArray[np.bool_]:
    """Return which texts are ten or twelve ASCII digits with right control digits."""
    holds = np.zeros(len(texts), dtype=bool)
    for length in (10, 12):
        rows = [row for row, text in enumerate(texts) if len(text) == length and text.isascii() and text.isdecimal()]
        if not rows:
            continue
        digits = np.frombuffer("".join(texts[row] for row in rows).encode("ascii"), dtype=np.uint8)
        matrix = digits.reshape(-1, length).astype(np.int64) - ord("0")
        right = matrix.any(axis=1)
        for weights in (_WEIGHTS_10,) if length == 10 else (_WEIGHTS_11, _WEIGHTS_12):
            control = matrix[:, : len(weights)] @ np.asarray(weights) % 11 % 10
            right &= control == matrix[:, len(weights)]
        holds[np.asarray(rows)] = right
    return holds
