"""Control digits of registration numbers: which texts are numbers that can exist.

Sources of the rules: INN, the order of the Federal Tax Service of 29.06.2012 № ММВ-7-6/435@; OGRN and OGRNIP, the
order of the Ministry of Finance of 30.10.2017 № 165н; SNILS, the order of the Pension Fund on insurance numbers
(control sum for numbers above 001-001-998); UNP of Belarus and BIN/IIN of Kazakhstan, the rules of their registers.
Every function takes plain texts and is vectorised over the digits; all zeros are refused.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

Bools = npt.NDArray[np.bool_]

_INN_10: Final = (2, 4, 10, 3, 5, 9, 4, 6, 8)
_INN_11: Final = (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
_INN_12: Final = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
_UNP: Final = (29, 23, 19, 17, 13, 7, 5, 3)
_BIN_FIRST: Final = tuple(range(1, 12))
_BIN_SECOND: Final = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)
_LAST_UNCHECKED_SNILS: Final = 1_001_998
_UNP_REGIONS: Final = 7


def holds_inn(texts: list[str]) -> Bools:
    """Return which texts are ten or twelve ASCII digits with the control digits of an INN.

    >>> holds_inn(["7707083893", "500100732259", "7707083894", "0000000000"]).tolist()
    [True, True, False, False]
    """
    holds = np.zeros(len(texts), dtype=bool)
    for length, controls in ((10, (_INN_10,)), (12, (_INN_11, _INN_12))):
        rows, digits = _read_digits(texts, length)
        right = digits.any(axis=1)
        for weights in controls:
            right &= _sum(digits, weights) % 11 % 10 == digits[:, len(weights)]
        holds[rows] = right
    return holds


def holds_ogrn(texts: list[str]) -> Bools:
    """Return which texts are an OGRN (13 digits from 1 or 5) or an OGRNIP (15 digits from 3) with its control digit.

    >>> holds_ogrn(["1037701907759", "1037701907758", "304500116000157"]).tolist()
    [True, False, True]
    """
    holds = np.zeros(len(texts), dtype=bool)
    for length, divisor, first in ((13, 11, (1, 5)), (15, 13, (3,))):
        rows, digits = _read_digits(texts, length)
        number = _as_number(digits[:, :-1])
        holds[rows] = (number % divisor % 10 == digits[:, -1]) & np.isin(digits[:, 0], first)
    return holds


def holds_snils(texts: list[str]) -> Bools:
    """Return which texts are eleven ASCII digits with the control sum of a SNILS; the oldest numbers have none.

    >>> holds_snils(["11223344595", "11223344596", "00100199800", "00000000000"]).tolist()
    [True, False, True, False]
    """
    rows, digits = _read_digits(texts, 11)
    number = _as_number(digits[:, :9])
    control = _sum(digits, tuple(range(9, 0, -1))) % 101 % 100
    right = control == digits[:, 9] * 10 + digits[:, 10]
    holds = np.zeros(len(texts), dtype=bool)
    holds[rows] = (right | (number <= _LAST_UNCHECKED_SNILS)) & (number > 0)
    return holds


def holds_unp(texts: list[str]) -> Bools:
    """Return which texts are nine ASCII digits with the region and the control digit of a Belarusian UNP.

    >>> holds_unp(["200988541", "200988542", "900988541"]).tolist()
    [True, False, False]
    """
    rows, digits = _read_digits(texts, 9)
    holds = np.zeros(len(texts), dtype=bool)
    in_region = (digits[:, 0] >= 1) & (digits[:, 0] <= _UNP_REGIONS)
    holds[rows] = (_sum(digits, _UNP) % 11 == digits[:, 8]) & in_region
    return holds


def holds_bin(texts: list[str]) -> Bools:
    """Return which texts are twelve ASCII digits that can be a BIN or IIN of Kazakhstan: month, kind, control digit.

    >>> holds_bin(["120540016870", "120540016871", "129940016876"]).tolist()
    [True, False, False]
    """
    rows, digits = _read_digits(texts, 12)
    month = digits[:, 2] * 10 + digits[:, 3]
    day = digits[:, 4] * 10 + digits[:, 5]
    person = (day >= 1) & (day <= 31) & (digits[:, 6] <= 6)
    company = (digits[:, 4] >= 4) & (digits[:, 4] <= 6) & (digits[:, 5] <= 3)
    first, second = _sum(digits, _BIN_FIRST) % 11, _sum(digits, _BIN_SECOND) % 11
    control = np.where(first == 10, second, first)
    holds = np.zeros(len(texts), dtype=bool)
    holds[rows] = (month >= 1) & (month <= 12) & (person | company) & (control == digits[:, 11])
    return holds


def _read_digits(texts: list[str], length: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the places of the texts that are ``length`` ASCII digits, and a matrix of their digits."""
    rows = [row for row, text in enumerate(texts) if len(text) == length and text.isascii() and text.isdecimal()]
    digits = np.frombuffer("".join(texts[row] for row in rows).encode("ascii"), dtype=np.uint8)
    return np.asarray(rows, dtype=np.int64), digits.reshape(-1, length).astype(np.int64) - ord("0")


def _sum(digits: npt.NDArray[np.int64], weights: tuple[int, ...]) -> npt.NDArray[np.int64]:
    return np.asarray(digits[:, : len(weights)] @ np.asarray(weights, dtype=np.int64))


def _as_number(digits: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    return _sum(digits, tuple(10**power for power in range(digits.shape[1] - 1, -1, -1)))
