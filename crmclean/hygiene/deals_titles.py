"""What titles, products and pipelines of two deals say of their being one sale.

The words are ``data/deal_words.toml``. A title is read without what says nothing of the sale: «Заявка с сайта», the
name of the client, the number that every CRM gives a deal by itself («Сделка #123»).
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

from crmclean.fields.text import fold

SAME: Final = 2
PART: Final = 1
UNKNOWN: Final = 0
OTHER: Final = -1

_WORD: Final = re.compile(r"[^\W\d_]+")
_NUMBER: Final = re.compile(r"\d+")
_DATE_OR_PHONE: Final = re.compile(r"\b\d{1,2}[.:/]\d{1,2}(?:[.:/]\d{2,4})?\b|\+?\d(?:[\s()-]*\d){9,}")
_AUTOMATIC: Final = re.compile(r"\b(?:сделк\w*|заявк\w*|лид\w*|обращени\w*|deal|lead|request)\s*(?:№|#|n)?\s*:?\s*\d+")
_PARTS: Final = re.compile(r"\s*[,;|\n]\s*")
_ENDING: Final = re.compile(r"[аеиоуыэюяйь]+$")
_STEM: Final = 8
_SHORTEST: Final = 3
_LONGEST_ENDING: Final = 3


@dataclass(frozen=True)
class _Words:
    generic: frozenset[str]
    repeat: tuple[str, ...]
    numbered: re.Pattern[str]


@dataclass(frozen=True)
class TitleSigns:
    """What two titles say: the same; of two papers; of two objects; of a repeat sale in one of them."""

    is_same: bool
    other_number: bool
    other_object: bool
    one_repeats: bool


@dataclass(frozen=True)
class Title:
    """What a title says.

    Attributes:
        words: that say something of the sale, without their endings.
        numbers: that stand in it, but for dates, phones and those that a CRM gives by itself.
        papers: numbers of papers and objects by what they number.
    """

    words: frozenset[str]
    numbers: frozenset[str]
    papers: Mapping[str, str]


def read_title(folded: str) -> Title:
    """Return what a title says.

    Args:
        folded: a title as ``fold`` returns it.

    >>> title = read_title("заявка: вентиляция цеха № 2, договор 15")
    >>> sorted(title.words), sorted(title.numbers), title.papers
    (['вентиляц', 'цех'], ['15', '2'], {'цех': '2', 'договор': '15'})
    """
    if not _NUMBER.search(folded):
        return Title(read_words(folded), frozenset(), {})
    clean = _cut_automatic(folded)
    return Title(
        words=read_words(clean),
        numbers=frozenset(_NUMBER.findall(clean)),
        papers=dict(_words().numbered.findall(clean)),
    )


def read_words(folded: str) -> frozenset[str]:
    """Return the words of a text that say something, without their endings.

    >>> sorted(read_words("заявка с сайта: вентиляции"))
    ['вентиляц']
    """
    return frozenset(filter(None, map(_read_word, _WORD.findall(folded))))


def compare_titles(one: Title, other: Title, clients: str, products: Set[str]) -> TitleSigns:
    """Compare two titles.

    Args:
        clients: the names of both clients, folded, which tell nothing where they stand in a title.
        products: words of the products of both deals, which are no objects where they stand in a title.

    >>> line, office = read_title("линия, склад на лесной"), read_title("линия, офис")
    >>> compare_titles(line, office, "", read_words("линия")).other_object
    True
    >>> compare_titles(read_title("договор № 15"), read_title("договор №16"), "", set()).other_number
    True
    """
    first, second = ({word for word in title.words if word not in clients} for title in (one, other))
    left = [first - products, second - products]
    return TitleSigns(
        is_same=bool(first) and first == second and one.numbers == other.numbers,
        other_number=any(one.papers[label] != other.papers[label] for label in one.papers.keys() & other.papers.keys()),
        other_object=bool(left[0]) and bool(left[1]) and not left[0] & left[1],
        one_repeats=_tell_repeat(left[0]) != _tell_repeat(left[1]),
    )


def compare_products(one: str, other: str) -> int:
    """Compare two cells of products, which may be lists: ``SAME``, ``PART``, ``OTHER``; ``UNKNOWN`` where one is empty.

    >>> compare_products("Погрузчик", " погрузчик "), compare_products("Погрузчик", "Погрузчик вилочный")
    (2, 1)
    >>> compare_products("Труба 57", "Труба 108"), compare_products("Погрузчик", "")
    (-1, 0)
    """
    lists = [{part for part in map(_spell, _PARTS.split(fold(text))) if part} for text in (one, other)]
    if not lists[0] or not lists[1]:
        return UNKNOWN
    if lists[0] == lists[1]:
        return SAME
    if lists[0] & lists[1]:
        return PART
    words = [set(" ".join(parts).split()) for parts in lists]
    added = words[0] ^ words[1]
    is_within = words[0] <= words[1] or words[1] <= words[0]
    return PART if is_within and not any(map(_NUMBER.search, added)) else OTHER


def find_product(title: str, product: str) -> bool:
    """Say whether a title names the product.

    >>> find_product("Расчёт: вентиляции цеха", "Вентиляция цеха"), find_product("Заявка с сайта", "Вентиляция цеха")
    (True, False)
    """
    wanted = {_stem(word) for word in _WORD.findall(fold(product))}
    numbers = set(_NUMBER.findall(fold(product)))
    said = fold(title)
    return (
        bool(wanted)
        and wanted <= {_stem(word) for word in _WORD.findall(said)}
        and numbers <= set(_NUMBER.findall(_cut_automatic(said)))
    )


def is_repeat_pipeline(name: str) -> bool:
    """Say whether a pipeline is for sales after the sale: repeat purchases, service, warranty.

    >>> is_repeat_pipeline("Повторные продажи"), is_repeat_pipeline("Продажи")
    (True, False)
    """
    return _tell_repeat(_WORD.findall(fold(name)))


def _spell(text: str) -> str:
    return " ".join(sorted(re.findall(r"[^\W_]+", text)))


def _stem(word: str) -> str:
    return _ENDING.sub("", word)[:_STEM] or word


def _cut_automatic(folded: str) -> str:
    """Return a title without dates, phones, and the numbers that a CRM gives by itself."""
    return _AUTOMATIC.sub(" ", _DATE_OR_PHONE.sub(" ", folded))


@lru_cache(maxsize=100_000)
def _read_word(word: str) -> str:
    """Return a word without its ending; ``""`` for one that says nothing of the sale."""
    if len(word) < _SHORTEST or _is_generic(word):
        return ""
    return _stem(word)


def _is_generic(word: str) -> bool:
    ends = range(max(_SHORTEST, len(word) - _LONGEST_ENDING), len(word) + 1)
    return any(word[:end] in _words().generic for end in ends)


def _tell_repeat(words: Iterable[str]) -> bool:
    return any(word.startswith(begin) for word in words for begin in _words().repeat)


@cache
def _words() -> _Words:
    source = tomllib.loads(files("crmclean.hygiene").joinpath("data/deal_words.toml").read_text("utf-8"))
    labels = "|".join(sorted(source["numbered"], key=len, reverse=True))
    return _Words(
        generic=frozenset(source["generic"]),
        repeat=tuple(source["repeat"]),
        numbered=re.compile(rf"\b({labels})[^\W\d_]*\.?\s*(?:№|#|no\.?|номер|number)?\s*(\d[\w/-]*)"),
    )
