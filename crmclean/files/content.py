"""What the cells of a column say of themselves: the share of them that is a phone, an e-mail, an INN, a name.

The question is asked of a bounded sample of distinct cells, and the answer is on the side of caution: a column of
numbers that could be anything (IDs, accounts, passports) is nothing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa

from crmclean.fields.company_form import take_form
from crmclean.fields.email import split_emails
from crmclean.fields.full_name import SURNAME_END, gender_of_patronymic, is_initial_word, rank_as_given
from crmclean.fields.inn import inn_keys
from crmclean.fields.name_spelling import spelling_key
from crmclean.fields.phone import split_phones
from crmclean.fields.text import fold

SAMPLE_ROWS: Final = 2000
"""So many rows, spread over the file, are looked at."""

SAMPLE_DISTINCT: Final = 300
"""So many different cells of them are read."""

_FIRST_LOOK: Final = 50
_WORTH_A_SECOND_LOOK: Final = 0.6
"""Of the first cells: with a smaller share of every kind, the rest is not read."""

_LONGEST: Final = 150
_LEAST_FILLED: Final = 20
"""With fewer filled cells among the rows of the sample, the filled cells of the whole column are the sample."""

_LEAST_DISTINCT: Final = 3
_CLEAR: Final = {
    "phone": 0.85,
    "email": 0.9,
    "inn": 0.9,
    "full_name": 0.85,
    "company": 0.7,
    "date": 0.95,
    "money": 0.95,
}

# A random number of ten digits passes the control digit once in 11 times, one of twelve digits once in 121.
_ODDS_OF_INN: Final = {10: 11.0, 12: 121.0}
_LEAST_ODDS: Final = 10_000.0

# Numbers whose neighbours are so near are counted up, not dialled.
_DENSE_STEP: Final = 50

_SPLIT: Final = re.compile(r"[,;\n]")
_DIALLED: Final = re.compile(
    r"\+\d[\d\s().\-–—]{8,22}"  # international
    r"|[78][\s\-–—]*\(?[3489]\d{2}(?:[\s().\-–—]*\d){7}"  # national with its trunk prefix
    r"|\(\d{3}\)\s*\d{3}(?:[\s\-–—]*\d){4}|\(\d{4}\)\s*\d{2}(?:[\s\-–—]*\d){4}"
    r"|\d{3}[\s\-–—]\d{3}[\s\-–—]\d{2}[\s\-–—]?\d{2}"
)
_ADDRESS: Final = re.compile(r"[^\s@<>,;:\"()]+@[^\s@<>,;:\"()]+\.[^\W\d_]{2,}")
_MONEY: Final = re.compile(
    r"-?(?:\d{1,3}(?:[ \u00a0\u202f']\d{3})+(?:[.,]\d{1,2})?|\d+[.,]\d{2}"
    r"|\d[\d \u00a0]*(?:[.,]\d{1,2})?\s*(?:₽|руб\.?|р\.|RUB|USD|EUR|\$|€|₸))"
)
_AMOUNT: Final = re.compile(r"-?\d+(?:[.,]\d+)?")
_DATE: Final = re.compile(
    r"(?:\d{1,2}[./\-]\d{1,2}[./\-]\d{4}|\d{4}[./\-]\d{1,2}[./\-]\d{1,2})(?:[T ,]+\d{1,2}:\d{2}.*)?"
)
_COMPACT_DATE: Final = re.compile(r"(?:19|20)\d{6}")
_NAME_WORD: Final = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*\.?|[^\W\d_]\.[^\W\d_]\.?")


@dataclass(frozen=True)
class Content:
    """What a column holds, by a sample of its cells.

    Attributes:
        filled: filled cells of the sample.
        distinct: different ones among them.
        shares: of the different cells, the share that can only be this kind: ``phone``, ``email``, ``inn``,
            ``full_name``, ``company`` (a legal form), ``date``, ``money``.
        agreeing: the share that can be read as the expected kind in any spelling.
        kind: the kind that the column clearly is, or ``""``.
        example: a filled cell, or ``""``.
    """

    filled: int
    distinct: int
    shares: dict[str, float]
    agreeing: float
    kind: str
    example: str


def measure_content(cells: "pd.Series[str]", expected: str = "") -> Content:
    """Return what a column holds.

    Args:
        cells: the cells of the column.
        expected: the kind that the heading names, measured in any of its spellings; a few cells settle the other
            kinds.

    >>> measure_content(pd.Series(["+7 900 000-00-01", "8 (495) 688-10-05", "+7 900 000-00-03"])).kind
    'phone'
    >>> measure_content(pd.Series(["1000000001", "1000000002", "1000000003", "1000000004"])).kind
    ''
    """
    filled = _sample(cells)
    texts = list(dict.fromkeys(filled))[:SAMPLE_DISTINCT]
    if not texts:
        return Content(0, 0, {}, 0.0, "", "")
    shares = _measure(texts[:_FIRST_LOOK])
    if len(texts) > _FIRST_LOOK and max(shares.values()) >= _WORTH_A_SECOND_LOOK:
        shares = _measure(texts)
    return Content(
        filled=len(filled),
        distinct=len(texts),
        shares=shares,
        agreeing=_measure_loosely(texts[:_FIRST_LOOK], expected) if expected else 0.0,
        kind=_find_kind(texts, shares, len(cells)),
        example=texts[0],
    )


def looks_like_record(cells: Sequence[str]) -> bool:
    """Tell whether a row can only be data: one of its cells is a phone, an e-mail or a person's full name.

    >>> looks_like_record(["Иванов Пётр", "+7 900 000-00-01"]), looks_like_record(["ФИО", "Телефон", "01.03.2024"])
    (True, False)
    """
    return any(_is_record_cell(cell.strip()) for cell in cells)


@lru_cache(maxsize=4096)
def _is_record_cell(cell: str) -> bool:
    if not cell or len(cell) > 120:
        return False
    if _ADDRESS.fullmatch(cell):
        return True
    if _DIALLED.fullmatch(cell):
        return bool(split_phones(pd.Series([cell], dtype="str"))["number"].ne("").any())
    words = cell.split()
    if not 2 <= len(words) <= 3 or not all(_NAME_WORD.fullmatch(word) for word in words):
        return False
    given = any(rank_as_given(word) == 3 for word in words)
    family = any(SURNAME_END.fullmatch(spelling_key(fold(word))) or gender_of_patronymic(word) for word in words)
    return given and family


def _sample(cells: "pd.Series[str]") -> list[str]:
    """Return the filled cells, stripped, of rows spread over the column."""
    filled = _filled(_pick(cells, _spread(len(cells))))
    if len(filled) < _LEAST_FILLED and len(cells) > SAMPLE_ROWS:
        rows = cells[cells.ne("")]
        filled = _filled(_pick(rows, _spread(len(rows))))
    return filled


def _pick(cells: "pd.Series[str]", places: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> list[str]:
    """Return the cells of ascending places; to take them from a column in many chunks would copy all of it."""
    column = pa.array(cells.array)
    chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
    ends = np.cumsum([0, *(len(chunk) for chunk in chunks)])
    bounds = np.searchsorted(places, ends)
    picked: list[str] = []
    for chunk, end, first, last in zip(chunks, ends.tolist(), bounds.tolist(), bounds[1:].tolist(), strict=False):
        picked += chunk.take(pa.array(places[first:last] - end)).to_pylist()
    return picked


def _filled(texts: list[str]) -> list[str]:
    return [stripped for text in texts if (stripped := text.strip())]


def _spread(size: int) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    if size <= SAMPLE_ROWS:
        return np.arange(size, dtype=np.int64)
    return np.linspace(0, size - 1, SAMPLE_ROWS).astype(np.int64)


def _measure(texts: list[str]) -> dict[str, float]:
    """Return, of every kind, the share of the texts that can be nothing else."""
    found = dict.fromkeys(_CLEAR, 0)
    by_form: dict[str, list[str]] = {}
    for text in texts:
        by_form.setdefault(_kind_of_text(text), []).append(text)
    for kind in found:
        found[kind] = len(by_form.get(kind, []))
    found["phone"] = _count_phones(by_form.get("phone", []))
    found["inn"] = _count_inn([text for text in texts if _is_whole_inn(text)])
    return {kind: number / len(texts) for kind, number in found.items()}


def _kind_of_text(text: str) -> str:
    """Return the kind that the form of a text speaks for. An INN may have that of a phone and is counted apart."""
    if len(text) > _LONGEST:
        return ""
    if text[-1].isdigit() and _is_dialled(text):
        return "" if _MONEY.fullmatch(text) else "phone"
    if "@" in text:
        return "email" if _ADDRESS.fullmatch(_SPLIT.split(text)[0].strip()) else ""
    if _DATE.fullmatch(text):
        return "date"
    if _MONEY.fullmatch(text):
        return "money"
    if _has_form(text):
        return "company"
    return "full_name" if _is_name(text) else ""


def _measure_loosely(texts: list[str], expected: str) -> float:
    """Return the share of the texts that can be read as the expected kind, however they are written."""
    if expected == "phone":
        return _count_phones(texts) / len(texts)
    if expected == "email":
        parts = split_emails(pd.Series(texts, dtype="str"))
        return parts.loc[parts["address"].ne(""), "position"].nunique() / len(texts)
    if expected == "inn":
        return _count_inn(texts) / len(texts)
    if expected == "date":
        return sum(1 for text in texts if _DATE.fullmatch(text) or _COMPACT_DATE.fullmatch(text)) / len(texts)
    if expected == "money":
        return sum(1 for text in texts if _AMOUNT.fullmatch(text) or _MONEY.fullmatch(text)) / len(texts)
    return sum(1 for text in texts if _is_name(text)) / len(texts)


def _count_phones(texts: list[str]) -> int:
    if not texts:
        return 0
    parts = split_phones(pd.Series(texts, dtype="str"))
    return int(parts.loc[parts["number"].ne(""), "position"].nunique())


def _count_inn(texts: list[str]) -> int:
    return int(inn_keys(pd.Series(texts, dtype="str"))["inn"].ne("").sum()) if texts else 0


def _find_kind(texts: list[str], shares: dict[str, float], rows: int) -> str:
    """Return the one kind that the cells clearly are."""
    if len(texts) < min(_LEAST_DISTINCT, max(1, rows // 2)):
        return ""
    clear = [kind for kind, least in _CLEAR.items() if shares[kind] >= least]
    if "inn" in clear and _odds_of_inn(texts) < _LEAST_ODDS:
        clear.remove("inn")
    if "phone" in clear and _is_counted(texts):
        clear.remove("phone")
    return max(clear, key=lambda kind: shares[kind], default="")


def _odds_of_inn(texts: list[str]) -> float:
    """Return how much more likely it is that control digits hold by design than by chance."""
    odds = 1.0
    for text in texts:
        odds *= _ODDS_OF_INN.get(len(text), _LEAST_ODDS)
        if odds >= _LEAST_ODDS:
            break
    return odds


def _is_counted(texts: list[str]) -> bool:
    """Tell whether bare numbers of one length follow each other closely, as those of a counter do."""
    numbers = sorted(int(text) for text in texts if text.isascii() and text.isdecimal())
    if len(numbers) < len(texts) / 2 or len(numbers) < _LEAST_DISTINCT:
        return False
    return float(np.median(np.diff(np.array(numbers, dtype=np.float64)))) < _DENSE_STEP


def _is_dialled(text: str) -> bool:
    return _DIALLED.fullmatch(_SPLIT.split(text.lstrip("'"))[0].strip()) is not None


def _is_whole_inn(text: str) -> bool:
    head, _slash, tail = text.partition("/")
    return len(head.strip()) in _ODDS_OF_INN and head.strip().isdecimal() and (not tail or len(tail.strip()) == 9)


def _is_name(text: str) -> bool:
    """Tell whether a text is a person's name of two to four words: a known given name, a patronymic or initials."""
    words = text.split()
    if not 2 <= len(words) <= 4 or not all(_NAME_WORD.fullmatch(word) for word in words):
        return False
    if any(rank_as_given(word) == 3 or gender_of_patronymic(word) for word in words):
        return True
    family = any(SURNAME_END.fullmatch(spelling_key(fold(word))) for word in words)
    return family and any(is_initial_word(word) or rank_as_given(word) == 2 or word.count(".") == 2 for word in words)


def _has_form(text: str) -> bool:
    form, rest = take_form(text)
    return bool(form) and any(sign.isalpha() for sign in rest)
