"""Companies: the name and the legal form, the standard spelling, and the keys that find one company again.

Source of the rules: Civil Code of the Russian Federation, art. 54 (a firm name holds the legal form and the name
proper), written in the registers as ООО «Ромашка».
"""

import re
from typing import Final

import pandas as pd

from crmclean.fields.company_form import PERSONAL_FORMS, SHORT_FORMS, take_form
from crmclean.fields.text import (
    collapse_spaces,
    distinct_texts,
    map_distinct,
    restore_cyrillic,
    romanize,
    spread_verdicts,
)

_QUOTES: Final = '"«»“”„‟″'
_QUOTE_PAIR: Final = re.compile(r"^[\"«“„‟'‘]+(?P<name>[^\"«»“”„]*[^\"«»“”„\s])[\"»”“'’]+$")
_FORMER: Final = re.compile(r"(?i)[\s(,]*\(?\s*\b(?:бывш\w*|ранее|экс|ex|formerly)\b[.:\s-].*$")
_SECOND_NAME: Final = re.compile(r"\s*\([^()]*\)?\s*$")
_NOT_NAME: Final = re.compile(r"[\W_]+")
_APOSTROPHE: Final = re.compile(r"(?<=\w)['’`]\s?(?=\w)")
_ROMAN: Final = re.compile(r"\b[xivхі]{2,}(?=в?\b)|\b[xх]{2}[iі](?=в?\b)")
_ROMAN_TO_LATIN: Final = str.maketrans("хі", "xi")
_ZEROS_FOR_LETTERS: Final = re.compile(r"^000(?=\s*[\"«“]|\s+[^\W\d_])")
_AND: Final = re.compile(r"\s*(?:&|\+(?=\s|\w))\s*")
_SOUND_STEPS: Final = tuple(
    (re.compile(pattern), letters)
    for pattern, letters in (
        (r"shch|sch|sh", "S"), (r"tch|ch", "C"), (r"kh", "h"), (r"zh", "j"), (r"x", "ks"), (r"ck|q", "k"), (r"ph", "f"),
        (r"w", "v"), (r"th", "t"), (r"ee", "i"), (r"oo", "u"), (r"c(?=[eiy])", "s"), (r"c", "k"),
        (r"[iy]+(?=[aeou])", ""), (r"[iy]+", "i"), (r"(\D)\1+", r"\1"), (r"(?<=[^aeiou])e\b", ""),
        ("S", "sh"), ("C", "ch"),
    )
)  # fmt: skip
_PLACEHOLDER: Final = re.compile(
    r"(?:нов(?:ая|ый) )?(?:компания|организация|фирма|контрагент|клиент)(?: ?\d*)"
    r"|без (?:названия|компании|имени|организации)|нет(?: (?:данных|компании|названия|организации))?"
    r"|не указан[аоы]?|отсутствует|неизвестн[аоы]\w*|тест\w*(?: \w*тест\w*)*"
    r"|test(?: company)?|new company|company|no(?:ne| company| name)?|n/?a|null|nan|unknown|н/?д|нд|нет|прочее|прочие"
    r"|физ\.? ?лиц[оа]|физлиц[оа]|частное лицо|физическое лицо|частник|розница|розничный покупатель|самозанят\w+|ччл"
    r"|asdf\w*|qwe\w*|фыва\w*|([^\W\d_])\1*|\d{1,3}"
)


def parse_companies(cells: pd.Series) -> pd.DataFrame:
    """Return the name, the legal form and the standard spelling of every company.

    Args:
        cells: texts, any index.

    Returns:
        Columns ``name``, ``legal_form`` (``""`` if there is none) and ``display``, same index.

    >>> parse_companies(pd.Series(['Ромашка, ООО', 'ооо "ромашка"', 'ИП Иванов Иван']))
              name legal_form         display
    0      Ромашка        ООО   ООО «Ромашка»
    1      ромашка        ООО   ООО «ромашка»
    2  Иванов Иван         ИП  ИП Иванов Иван
    """
    codes, texts = distinct_texts(cells)
    parsed = [_parse(text) for text in texts]
    return pd.DataFrame(
        {
            "name": pd.Series([name for name, _, _ in parsed], dtype="str").array.take(codes),
            "legal_form": pd.Series([form for _, form, _ in parsed], dtype="str").array.take(codes),
            "display": pd.Series([display for _, _, display in parsed], dtype="str").array.take(codes),
        },
        index=cells.index,
    )


def normalize_companies(cells: pd.Series) -> pd.DataFrame:
    """Return companies as ООО «Ромашка»: form, quotes, spaces and look-alike letters; the words stay as they are.

    Returns:
        Columns ``value`` and ``code`` (``company-normalized``, ``company-placeholder`` or ``""``), same index.

    >>> normalize_companies(pd.Series(['ООО"Салюc"', "ООО «Ромашка»", "нет"]))
               value                 code
    0    ООО «Салюс»   company-normalized
    1  ООО «Ромашка»
    2            нет  company-placeholder
    """
    codes, texts = distinct_texts(cells)
    values, verdicts = [], []
    for text in texts:
        if _is_placeholder(text):
            value, verdict = text, "company-placeholder"
        else:
            value = _parse(text)[2]
            verdict = "" if value == text else "company-normalized"
        values.append(value)
        verdicts.append(verdict)
    return spread_verdicts(cells, codes, values, verdicts)


def company_key(cells: pd.Series) -> pd.Series:
    """Return the key of a company: its folded name without form, quotes and punctuation; ``""`` for a placeholder.

    A former name («бывш. …») and a second name in brackets do not count; numbers do.

    >>> company_key(pd.Series(['ООО «Мебельщик» (бывш.ООО «Фирма «Фараон»)', "Салюc фарм", "нет"])).tolist()
    ['мебельщик', 'салюс фарм', '']
    """
    return map_distinct(cells, _make_key)


def company_sound_key(cells: pd.Series) -> pd.Series:
    """Return a key that a Cyrillic name and its usual Latin spelling share; same index.

    >>> company_sound_key(pd.Series(["ООО Димон-Т", "Dimon-T Ltd", "Химавтоматика", "Khimavtomatika"])).tolist()
    ['dimont', 'dimont', 'himavtomatika', 'himavtomatika']
    """
    return map_distinct(cells, _make_sound_key)


def is_placeholder_company(cells: pd.Series) -> pd.Series:
    """Tell which cells name no company («Новая компания», «нет», «физлицо»); an empty cell is none of them.

    >>> is_placeholder_company(pd.Series(["Новая компания", "-", "Ромашка", ""])).tolist()
    [True, True, False, False]
    """
    return map_distinct(cells, lambda text: "1" if _is_placeholder(text) else "") == "1"


def _parse(text: str) -> tuple[str, str, str]:
    clean = restore_cyrillic(collapse_spaces(text))
    form, rest = take_form(clean)
    if not form:
        name = _unquote(clean)
        return name, "", clean
    if form in PERSONAL_FORMS:
        name = _unquote(rest)
        return name, form, f"{form} {name}"
    if any(mark in rest for mark in "()") or _count_quotes(_unquote(rest)):
        # A second name, a former name or quotes inside: the words stay exactly as they are.
        return _unquote(rest), form, _keep_order(clean, form, rest)
    name = _unquote(rest)
    return name, form, f"{form} «{name}»"


def _keep_order(clean: str, form: str, rest: str) -> str:
    """Return a name too tangled to quote anew, unchanged but for a form in front."""
    return f"{form} {rest}" if clean.endswith(rest) else clean


def _unquote(text: str) -> str:
    """Return the text without the quotes around all of it, also where one of the pair is missing."""
    pair = _QUOTE_PAIR.fullmatch(text)
    if pair:
        return pair.group("name").strip()
    if _count_quotes(text) == 1:
        return text.strip(_QUOTES + " ")
    doubled = text.replace('""', '"')
    return doubled if doubled == text else _unquote(doubled)


def _count_quotes(text: str) -> int:
    return sum(text.count(mark) for mark in _QUOTES)


def _make_key(text: str) -> str:
    if _is_placeholder(text):
        return ""
    clean = _FORMER.sub("", restore_cyrillic(collapse_spaces(text))).strip()
    clean = _ZEROS_FOR_LETTERS.sub("ООО", clean)
    without_second = _SECOND_NAME.sub("", clean)
    _, rest = take_form(without_second if without_second.strip() else clean)
    folded = _fold_company(rest)
    return folded or _fold_company(clean)


def _fold_company(text: str) -> str:
    folded = _AND.sub(" и ", _APOSTROPHE.sub("", text.lower().replace("ё", "е")))
    folded = _ROMAN.sub(lambda match: match.group().translate(_ROMAN_TO_LATIN), folded)
    return " ".join(_NOT_NAME.sub(" ", folded).split())


def _make_sound_key(text: str) -> str:
    sound = romanize(_make_key(text))
    for pattern, letters in _SOUND_STEPS:
        sound = pattern.sub(letters, sound)
    return sound.replace(" ", "")


def _is_placeholder(text: str) -> bool:
    folded = collapse_spaces(text).lower().replace("ё", "е").strip(_QUOTES + " .,-—_()'!?#")
    if not folded:
        return bool(text.strip())
    return folded.upper() in SHORT_FORMS or _PLACEHOLDER.fullmatch(folded) is not None
