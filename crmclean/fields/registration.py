"""KPP, OGRN, OGRNIP and SNILS: one spelling each, and a doubt wherever a number is not proved.

Sources of the rules: KPP, the order of the Federal Tax Service of 29.06.2012 № ММВ-7-6/435@ (no control digit); OGRN
and OGRNIP, the order of the Ministry of Finance of 30.10.2017 № 165н; SNILS, eleven digits written XXX-XXX-XXX YY,
with a control sum for numbers above 001-001-998.
"""

from typing import Final

import numpy as np
import pandas as pd

from crmclean.fields.control_digits import holds_inn, holds_ogrn, holds_snils
from crmclean.fields.identifier_text import clean_numbers, is_damaged, is_filler, is_kpp
from crmclean.fields.text import distinct_texts, spread_verdicts

_TO_LATIN: Final = str.maketrans("АВСЕНКМОРТХУ", "ABCEHKMOPTXY")


def normalize_kpp(cells: pd.Series) -> pd.DataFrame:
    """Return every KPP as its nine characters. It has no control digit: a lost zero is never restored.

    Returns:
        Columns ``value`` and ``code`` (one of the ``kpp-…`` codes or ``""``), same index as ``cells``.

    >>> normalize_kpp(pd.Series(["770701001", "КПП 7707 01 001", "27401001", "7707083893"]))
                 value            code
    0        770701001
    1        770701001  kpp-normalized
    2         27401001     kpp-invalid
    3       7707083893      kpp-is-inn
    """
    codes, texts = distinct_texts(cells)
    bare = [_read_kpp(text) for text in clean_numbers(texts)]
    verdicts = [
        _judge(text, number, is_kpp(number), "kpp", "kpp-is-inn" if is_inn else "")
        for text, number, is_inn in zip(texts, bare, holds_inn(bare).tolist(), strict=True)
    ]
    return _spread(cells, codes, texts, bare, verdicts)


def normalize_ogrn(cells: pd.Series) -> pd.DataFrame:
    """Return every OGRN (13 digits) and OGRNIP (15) as bare digits, where the control digit proves it.

    Returns:
        Columns ``value`` and ``code`` (one of the ``ogrn-…`` codes or ``""``), same index as ``cells``.

    >>> normalize_ogrn(pd.Series([".1037701907759", "1,0377E+12", "00.023.495"]))
                value             code
    0   1037701907759  ogrn-normalized
    1      1,0377E+12     ogrn-damaged
    2      00.023.495     ogrn-invalid
    """
    codes, texts = distinct_texts(cells)
    bare = clean_numbers(texts)
    verdicts = [
        _judge(text, number, holds, "ogrn", "ogrn-is-inn" if is_inn else "")
        for text, number, holds, is_inn in zip(
            texts, bare, holds_ogrn(bare).tolist(), holds_inn(bare).tolist(), strict=True
        )
    ]
    return _spread(cells, codes, texts, bare, verdicts)


def normalize_snils(cells: pd.Series) -> pd.DataFrame:
    """Return every SNILS as XXX-XXX-XXX YY; a lost first zero returns only if the control sum then proves it.

    Returns:
        Columns ``value`` and ``code`` (one of the ``snils-…`` codes or ``""``), same index as ``cells``.

    >>> normalize_snils(pd.Series(["11223344595", "112-233-445 95", "112-233-445 96"]))
                value              code
    0  112-233-445 95  snils-normalized
    1  112-233-445 95
    2  112-233-445 96     snils-invalid
    """
    codes, texts = distinct_texts(cells)
    bare = clean_numbers(texts)
    padded = ["0" + text if len(text) == 10 else "" for text in bare]
    # An INN has ten digits too: its own control digit is as good a proof as the control sum behind a zero.
    restored = holds_snils(padded) & ~holds_inn(bare)
    holds = holds_snils(bare)
    values, verdicts = list(texts), [""] * len(texts)
    is_inn = holds_inn(bare)
    for row, text in enumerate(texts):
        number = bare[row] if holds[row] else padded[row] if restored[row] and padded[row] > "00100199899" else ""
        if number and not is_filler(bare[row]):
            values[row] = f"{number[:3]}-{number[3:6]}-{number[6:9]} {number[9:]}"
            change = "snils-zero-restored" if not holds[row] else "snils-normalized"
            verdicts[row] = "" if values[row] == text else change
        else:
            verdicts[row] = _judge(text, bare[row], False, "snils", "snils-is-inn" if is_inn[row] else "")
    return spread_verdicts(cells, codes, values, verdicts)


def is_valid_ogrn(values: pd.Series) -> pd.Series:
    """Tell which texts are an OGRN or OGRNIP with its control digit; same index.

    >>> is_valid_ogrn(pd.Series(["1037701907759", "1037701907758"])).tolist()
    [True, False]
    """
    codes, texts = distinct_texts(values)
    return pd.Series(holds_ogrn(texts)[codes], index=values.index, dtype=bool)


def _read_kpp(text: str) -> str:
    if len(text) < 9 or not text.isprintable() or text.isdecimal():
        return text
    joined = text.replace(" ", "").replace("\u00a0", "")
    spelled = joined.upper().translate(_TO_LATIN)
    return spelled if len(spelled) == 9 and is_kpp(spelled) else text


def _judge(text: str, number: str, holds: bool, kind: str, other: str) -> str:
    """Return the code of one text: right as it is, brought to the standard, or why it is doubted."""
    if not text.strip():
        return ""
    if is_filler(text) or is_filler(number):
        return f"{kind}-filler"
    if holds:
        return "" if number == text else f"{kind}-normalized"
    return f"{kind}-damaged" if is_damaged(text) else other or f"{kind}-invalid"


def _spread(
    cells: pd.Series, codes: np.ndarray, texts: list[str], numbers: list[str], verdicts: list[str]
) -> pd.DataFrame:
    values = [
        number if verdict.endswith("-normalized") else text
        for text, number, verdict in zip(texts, numbers, verdicts, strict=True)
    ]
    return spread_verdicts(cells, codes, values, verdicts)
