"""How registration numbers are typed and damaged: spaces, labels, traces of a spreadsheet, and words for «none»."""

import re
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

_SPACE: Final = r"[\s\x{a0}\x{2000}-\x{200b}\x{202f}\x{2060}\x{feff}]"
_DASH: Final = r"\-\x{2010}-\x{2015}\x{2212}"
_LABEL: Final = (
    rf"(?i)^(?:инн(?:{_SPACE}*/{_SPACE}*кпп)?|кпп|огрн(?:ип)?|снилс|inn|kpp|ogrn|snils){_SPACE}*[:№=.]?{_SPACE}*"
)
_FORMULA: Final = r"^=?\"([^\"]*)\"$"
_SPREADSHEET_FRACTION: Final = r"^([0-9 \x{a0}]+)[.,]0+$"
_SPACED: Final = rf"^[0-9](?:[0-9'{_DASH}]|{_SPACE})*[0-9]$"
_LONGEST: Final = 15
_EDGES: Final = " .,;:/\\'’`*_\u00a0\ufeff\u200b\t\r\n"
_DAMAGED: Final = re.compile(r"[+-]?\d+(?:[.,]\d+)?\s?[eEеЕ]\s?[+-]?\d+")
_NONE: Final = re.compile(
    r"нет(?:\s\w+)?|не\s(?:указан|известен|имеет|заполнен)\w*|отсутству\w+|без\s\w+|н[./]?\s?д\.?|#н/д|б/н|неизвест\w+|пусто"
    r"|none|null|nan|n/a|#n/a|unknown|no|инн|кпп|огрн|огрнип|снилс|x+|х+|[\W_]+|0+|([1-9])\1{6,}|1234567890?(?:1|12)?"
)

KPP_PATTERN: Final = r"[0-9]{4}[0-9A-Z]{2}[0-9]{3}"
"""Office (4), reason (2 digits or capital letters), number (3): the same order of the tax service as the INN."""

_KPP: Final = re.compile(r"(?!00)(?P<office>\d{4})(?P<reason>(?!00)[0-9A-Z]{2})(?P<number>(?!000)\d{3})", re.ASCII)
_USUAL_KPP: Final = re.compile(r"(?:0[1-9]|[1-8]\d|9[1259])\d\d(?:0[1-9]|[1-3]\d|4[0-5]|50|51)00[1-9]", re.ASCII)


def clean_numbers(texts: list[str]) -> list[str]:
    """Return numbers without label, spaces, dashes and the traces of a spreadsheet; every other text only trimmed.

    >>> clean_numbers(["ИНН: 7707 083 893", "1673005251.0", '="0274062111"', ".1037701907759", "2320033471д"])
    ['7707083893', '1673005251', '0274062111', '1037701907759', '2320033471д']
    """
    if not texts:
        return []
    bare = pc.replace_substring_regex(_trim(pa.array(texts, pa.string())), _FORMULA, r"\1")
    bare = pc.replace_substring_regex(_trim(bare), _LABEL, "")
    bare = _trim(pc.replace_substring_regex(bare, _SPREADSHEET_FRACTION, r"\1"))
    joined = pc.replace_substring_regex(bare, "[^0-9]", "")
    # More digits than the longest number has are two numbers with a space between them.
    is_one = pc.and_(pc.match_substring_regex(bare, _SPACED), pc.less_equal(pc.utf8_length(joined), _LONGEST))
    cleaned: list[str] = pc.if_else(is_one, joined, bare).to_pylist()
    return cleaned


def _trim(texts: pa.Array) -> pa.Array:
    return pc.utf8_trim(pc.utf8_trim_whitespace(texts), characters=_EDGES)


def is_damaged(text: str) -> bool:
    """Tell whether a spreadsheet has written the number with an exponent, so that its last digits are lost.

    >>> is_damaged("7,70708E+09"), is_damaged("7707083893")
    (True, False)
    """
    return _DAMAGED.fullmatch(text.strip().lstrip("'")) is not None


def is_filler(text: str) -> bool:
    """Tell whether the cell says that there is no number («нет», «-», zeros, 1234567890).

    >>> [is_filler(text) for text in ("—", "нет данных", "0000000000", "7777777777", "7707083893")]
    [True, True, True, True, False]
    """
    folded = " ".join(text.lower().replace("ё", "е").split()).strip("'\"()")
    return _NONE.fullmatch(folded.replace(" ", "") if folded.replace(" ", "").isdecimal() else folded) is not None


def is_kpp(text: str) -> bool:
    """Tell whether nine characters can be a KPP; no part of it is all zeros.

    >>> is_kpp("772401001"), is_kpp("7701AB001"), is_kpp("770100001"), is_kpp("000000000")
    (True, True, False, False)
    """
    return _KPP.fullmatch(text) is not None


def is_usual_kpp(text: str) -> bool:
    """Tell whether nine digits are a KPP as nearly all are: a known region and reason, a number up to 009.

    >>> is_usual_kpp("772401001"), is_usual_kpp("274062111")
    (True, False)
    """
    return _USUAL_KPP.fullmatch(text) is not None
