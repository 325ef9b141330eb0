"""Names that name nobody: what is typed to get past a required field, and values of another kind.

The words are those of the catalogue of real exports: «Без имени», «Клиент», «Тест Тестович», ``asdf``.
"""

import re
from functools import cache
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from crmclean.fields.text import fold, map_distinct

_PLACEHOLDER: Final = re.compile(
    r"""
    (?:без|нет|не\ указано|не\ указана|не\ указан|неизвестно|неизвестен)?\ ?
    (?:имени|имя|фамилии|фамилия|фио|отчество|отчества|названия)?
    | (?:нов(?:ый|ая|ое)\ )?(?:клиент|контакт|лид|покупатель|заказчик|посетитель|гость|пользователь|абонент|заявка
      |обращение|сделка|человек|лицо|имя|партнер)(?:\ (?:с\ сайта|без\ имени|нет|не\ указан[оа]?))?
    | тест(?:ов|ова|овый|овая)?(?:\ тест(?:ович|овна|овый|ов|ова)?)*(?:\ (?:клиент|контакт))?
    | test(?:er|ov)?(?:\ test(?:er|ov|ovich)?)*(?:\ (?:client|contact|user))?
    | (?:неизвестн(?:ый|ая|о)|аноним|анонимно|анонимный|инкогнито|физ\.?\ ?лицо|частное\ лицо|физическое\ лицо)
    | (?:розничный|частный|анонимный|неизвестный)\ (?:клиент|покупатель|заказчик)
    | (?:no\ ?name|unknown|none|null|nan|n/?a|empty|anonymous|guest|user|client|customer|contact|new\ contact|name)
    | (?:first|last)\ name | (?:фамилия\ имя(?:\ отчество)?|имя\ (?:и\ )?фамилия|имя\ отчество|ф\.?\ ?и\.?\ ?о\.?)
    | (?:asdf\w*|qwe\w*|zxc\w*)(?:\ (?:asdf\w*|qwe\w*|zxc\w*))* | (?:фыва\w*|йцук\w*|ячсм\w*)(?:\ (?:фыва\w*|йцук\w*))*
    | абв | абвгд? | abc | xyz | \#?н\.?\ ?/?д\.? | (?:нет|отсутствует|не\ имеется)(?:\ (?:данных|информации))?
    | нет\ фамилии | не\ (?:знаю|назвал(?:ась|ся|а)?|представил(?:ся|ась)|сообщил[аи]?|заполнено|определен)
    | удалить | удален[оа]? | дубль | спам | ошибка | ошиблись\ номером | не\ клиент | автоответчик | недозвон
    | spam | deleted | dummy | sample | no\ name\ given | тестовая\ запись | проба
    | ([^\W\d_])\1{1,}
    """,
    re.VERBOSE,
)
_SHORT_PART: Final = 3
_NUMBER_AT_END: Final = re.compile(r"\s*[#№]?\s*\d+$")


def is_placeholder(text: str) -> bool:
    """Tell whether a name cell names nobody: «Без имени», «Клиент», «Тест Тестович», a phone or a mail address.

    An empty text is no placeholder.

    >>> [is_placeholder(text) for text in ("Без имени", "Клиент 12", "+7 916 123-45-67", "Иван", "")]
    [True, True, True, False, False]
    """
    folded = fold(text).strip(" .,!?*\"'«»<>()[]")
    if not folded:
        return bool(text.strip())
    if is_other_value(folded):
        return True
    bare = _NUMBER_AT_END.sub("", folded)
    return _PLACEHOLDER.fullmatch(bare) is not None


def is_other_value(text: str) -> bool:
    """Tell whether a name cell holds another kind of value: an address, a phone, a number, signs without a letter.

    >>> [is_other_value(text) for text in ("petrova@example.ru", "8 916 123 45 67", "12", "Иван 2")]
    [True, True, True, False]
    """
    if "@" in text or "://" in text or not any(map(str.isalpha, text)):
        return True
    return text.lower().startswith("www.") or sum(map(str.isdecimal, text)) >= 7


@cache
def _placeholder_start() -> str:
    """Return the pattern (RE2) of how words begin that placeholders are made of."""
    parts = set(re.findall("[a-zа-яё]{3,}", _PLACEHOLDER.pattern))
    long = sorted(part for part in parts if len(part) > _SHORT_PART)
    short = sorted(part for part in parts if len(part) == _SHORT_PART)
    return rf"^(?:{'|'.join(long)}|(?:{'|'.join(short)}).{{0,2}}$)"


def may_be_placeholders(words: pa.Array) -> NDArray[np.bool_]:
    """Tell which words may be one of those that placeholders are made of; a text without them is none.

    Args:
        words: ``large_string``, folded, of letters and hyphens alone.

    >>> may_be_placeholders(pa.array(["клиент", "новый", "новиков", "иванов"], pa.large_string())).tolist()
    [True, True, False, False]
    """
    found = np.array(pc.match_substring_regex(words, _placeholder_start()), dtype=np.bool_)
    left = np.flatnonzero(~found)
    texts = words.take(pa.array(left)).to_pylist()
    found[left] = [_PLACEHOLDER.fullmatch(text) is not None for text in texts]
    return found


def placeholder_flags(cells: pd.Series) -> pd.Series:
    """Return ``is_placeholder`` of every cell; same index.

    >>> placeholder_flags(pd.Series(["Клиент", "Анна"])).tolist()
    [True, False]
    """
    return map_distinct(cells, lambda text: "1" if is_placeholder(text) else "") == "1"
