"""What a heading says: the dictionary ``headings.toml``, matched over every way of writing the same heading."""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

from crmclean.core.table import ADDED_PREFIX, ROLES
from crmclean.fields.text import restore_cyrillic, restore_latin

_NOT_WORD: Final = re.compile(r"[\W_]+")
_DIGITS: Final = re.compile(r"\d+")
_PREFIX: Final = re.compile(
    r"^\s*(?:реквизит \(россия\)|реквизит|доп\. поле|контакт|компания|клиент|сделка|лид"
    r"|person|organization|contact|company|client|deal|lead)\s*(?::|\s[-–—]\s)\s*",
    re.IGNORECASE,
)
_OTHER_THING: Final = re.compile(
    # Contacts of people who serve the client or stand near him, and of firms that are not he.
    r"\b(?:менеджер|ответственн|помощник|ассистент|секретар|сотрудник|автор|владел|оператор|исполнител|продав|кассир"
    r"|курьер|водител|куратор|создат|кем|логин|пользовател|супруг|родител|поручител|родствен|рекоменд|реферал|агент"
    r"|директор|бухгалтер|юрист|наш|банк|поставщик|перевозчик|грузо|страхов|производител|бренд|конкурент|дилер|страниц"
    r"|owner|manager|assistant|agent|user|login|author|creator|created|modified|updated|assigned|referr|spouse|parent"
    r"|vendor|supplier|bank|brand|insurer|carrier|sender|operator|staff|employee"
    # Numbers and codes of anything but a client.
    r"|номер|код|артикул|счет|договор|заказ|паспорт|снилс|унп|бин|иин|окпо|октмо|окато|оквэд|штрихкод|карт|полис|трек|серийн|ip|id|ид"
    r"|number|code|sku|account|contract|order|passport|barcode|card|policy|tracking|serial|uid|guid|hash)",
)

_SUFFIX: Final = re.compile(
    r"\s*\((?:контакт|компания|сделка|лид|клиент|contact|company|deal|lead)\)\s*$", re.IGNORECASE
)

# «Контакт: ID» in an export of deals is not the ID of the row: after a prefix these say nothing.
_OWN_ROLES: Final = frozenset({"id", "owner", "created_at", "created_by", "modified_at", "modified_by", "status"})


@dataclass(frozen=True)
class Meaning:
    """What a heading means.

    Attributes:
        role: a key of ``ROLES``; ``""`` for a heading that is known to play none.
        kind: which phone, e-mail or address, or ``""``.
        only_if_missing: the role is given only where no other column has it.
    """

    role: str
    kind: str = ""
    only_if_missing: bool = False


def heading_words(header: str) -> str:
    """Return the heading in lower case with ё as е, look-alike letters restored and punctuation as single spaces.

    >>> heading_words(" Cтатус:  «Е-mail» ")
    'статус e mail'
    """
    text = unicodedata.normalize("NFKC", header)
    restored = " ".join(restore_latin(restore_cyrillic(word)) for word in text.split())
    return " ".join(word for word in _NOT_WORD.split(restored) if word).casefold().replace("ё", "е")


def heading_key(header: str) -> str:
    """Return the form in which two spellings of one heading are equal: ``heading_words`` without the spaces.

    >>> heading_key("Ф.И.О.") == heading_key("ФИО")
    True
    """
    return heading_words(header).replace(" ", "")


@lru_cache(maxsize=4096)
def meaning_of(header: str) -> Meaning | None:
    """Return what the heading means, or None where the dictionary does not know it.

    A column that crmclean itself added never means anything.

    >>> meaning_of("Тел. моб. 2")
    Meaning(role='phone', kind='mobile', only_if_missing=False)
    >>> meaning_of("Реквизит (Россия): ИНН").role
    'inn'
    """
    if header.strip().startswith(ADDED_PREFIX):
        return None
    known = _dictionary()
    whole = heading_key(header)
    for key in (whole, _DIGITS.sub("", whole)):
        if key in known:
            return known[key]
    bare = heading_key(_PREFIX.sub("", _SUFFIX.sub("", header)))
    for key in (bare, _DIGITS.sub("", bare)):
        if key in known and known[key].role not in _OWN_ROLES:
            return known[key]
    return _meaning_of_levels(header)


def _meaning_of_levels(header: str) -> Meaning | None:
    """Return what a heading of two rows means, joined as «Контакты / Телефон»: the lower row first."""
    for level in reversed(header.split(" / ")):
        meaning = meaning_of(level) if level != header else None
        if meaning and meaning.role not in _OWN_ROLES:
            return meaning
    return None


def names_other_thing(header: str) -> bool:
    """Tell whether an unknown heading speaks of another person, another firm or a number of something else.

    The content of such a column gives it no role, however much it looks like a phone.

    >>> names_other_thing("E-mail, которым пишет менеджер"), names_other_thing("Для связи")
    (True, False)
    """
    return _OTHER_THING.search(heading_words(header)) is not None


@cache
def _dictionary() -> dict[str, Meaning]:
    """Return the dictionary by heading key; every numbered heading stands in it with and without its number."""
    source = files("crmclean.files").joinpath("headings.toml").read_text("utf-8")
    exact: dict[str, Meaning] = {}
    unnumbered: dict[str, Meaning] = {}
    for entry in tomllib.loads(source)["heading"]:
        meaning = Meaning(entry["role"], entry.get("kind", ""), entry.get("only_if_missing", False))
        if meaning.role and meaning.role not in ROLES:
            raise ValueError(f"headings.toml: no such role: {meaning.role}")
        for name in entry["names"]:
            key = heading_key(name)
            exact.setdefault(key, meaning)
            unnumbered.setdefault(_DIGITS.sub("", key), meaning)
    return unnumbered | exact
