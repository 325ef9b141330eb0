"""Cities of Russia: one spelling for the large ones, and no guess about the small.

The list is ``data/cities.csv``: the cities of the census of 2021 with more than 50,000 inhabitants and many smaller
towns, each in its official spelling; ``large`` marks those of more than 100,000. Short, colloquial and Latin names
stand in ``data/city_names.csv``; one without a city belongs to several. A base may hold any village: a place that is
not in the list stays as it is, without a doubt.
"""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Final

import pandas as pd
from rapidfuzz import process
from rapidfuzz.distance import OSA

from crmclean.fields.text import distinct_texts, fold, romanize, spread_suggestions

_COUNTRY: Final = r"(?:россия|рф|российская федерация|russia|russian federation)"
_CITY_MARK: Final = r"(?:г|гор|город|g|city)"
_CORE: Final = re.compile(
    rf"(?:{_COUNTRY}[ ,.]+)?(?:{_CITY_MARK}(?:\. ?| ))?(?P<core>.+?)(?:,? (?:г|гор|город)\.?)?"
    rf"(?:,? ?\({_COUNTRY}\)|,? {_COUNTRY}\.?)?[ .,]*"
)
_JOINTS: Final = re.compile(r"[\s.\-–—−/]+")
_MARKS_AROUND: Final = " .,;'\"«»“”"
_NOT_ALONE: Final = re.compile(
    r"[,;\n@]|[0-9]{6}|^[\W0-9_]*[0-9][\W0-9_]*$|[^\W\d_]{3,} ?/ ?[^\W\d_]{3,}"
    r"|\b(?:ул|улица|просп|проспект|пр-т|пр-кт|пер|переулок|кв|квартира|дом|наб|набережная|шоссе|бульвар|б-р|площадь"
    r"|микрорайон|мкр|обл|область|край|респ|республика|район|р-н|округ|мо|ло|street|region|oblast)\b"
)
_COUNTRIES: Final = re.compile(rf"{_COUNTRY}\.?")
_NOTHING: Final = frozenset(
    {
        "нет", "нет данных", "нет информации", "не указан", "не указано", "не выбран", "не выбрано", "неизвестно",
        "неизвестен", "город", "без города", "не важно", "отсутствует", "нд", "н/д", "н.д", "#н/д", "n/a", "#n/a",
        "null", "none", "nan", "city", "другой", "другое", "тест", "test",
    }
)  # fmt: skip
_LATIN_SPELLINGS: Final = (
    ("'", ""), ("shch", "sch"), ("kh", "h"), ("iy", "y"), ("yy", "y"), ("ij", "y"), ("ye", "e"), ("yo", "e"),
    ("ya", "ia"), ("yu", "iu"), ("j", "y"), ("x", "ks"),
)  # fmt: skip
_SHORTEST_WITH_SLIPS, _LONGEST_NAME = 5, 26
_SHORTEST_LATIN: Final = 4


@dataclass(frozen=True)
class _Gazetteer:
    by_key: Mapping[str, str]
    by_latin_key: Mapping[str, str]
    large: Mapping[str, str]


def normalize_cities(cells: pd.Series) -> pd.DataFrame:
    """Return every city that is known in its official spelling; any other text stays exactly as it is.

    Args:
        cells: texts, any index.

    Returns:
        Columns ``value``, ``code`` (``city-normalized``, ``city-ambiguous``, ``city-misspelt``, ``city-not-alone``,
        ``city-filler`` or ``""``) and ``suggestion`` (the city that a misspelt one may be, ``""`` for none), same
        index as ``cells``.

    >>> normalize_cities(pd.Series(["г.Москва", "СПб", "Ростов", "Самарра", "Малые Вязёмы"]))
                 value             code suggestion
    0           Москва  city-normalized
    1  Санкт-Петербург  city-normalized
    2           Ростов   city-ambiguous
    3          Самарра    city-misspelt     Самара
    4     Малые Вязёмы
    """
    codes, texts = distinct_texts(cells)
    rows = [_normalize(text) for text in texts]
    return spread_suggestions(cells, codes, rows)


def _normalize(text: str) -> tuple[str, str, str]:
    if not text or text.isspace():
        return text, "", ""
    folded = fold(text).strip(_MARKS_AROUND)
    if not any(map(str.isalnum, text)) or folded in _NOTHING:
        return text, "city-filler", ""
    if "\n" in text.strip() or _COUNTRIES.fullmatch(folded):
        return text, "city-not-alone", ""
    found = _CORE.fullmatch(folded)
    core = (found["core"] if found else folded).strip(_MARKS_AROUND)
    city = _find_city(core)
    if city:
        return city, "" if city == text else "city-normalized", ""
    if city == "":
        return text, "city-ambiguous", ""
    if _NOT_ALONE.search(folded):
        return text, "city-not-alone", ""
    likely = _find_misspelt(core)
    return text, "city-misspelt" if likely else "", likely


def _find_city(core: str) -> str | None:
    """Return the official name, ``""`` for a name of several cities, None for one that is not known."""
    known = _gazetteer()
    key = _make_key(core)
    city = known.by_key.get(key)
    if city is None and key.isascii() and len(key) >= _SHORTEST_LATIN:
        return known.by_latin_key.get(_simplify_latin(key))
    return city


def _find_misspelt(core: str) -> str:
    key = _make_key(core)
    if not _SHORTEST_WITH_SLIPS <= len(key) <= _LONGEST_NAME:
        return ""
    large = _gazetteer().large
    near = process.extract(key, list(large), scorer=OSA.distance, score_cutoff=1, limit=2)
    return large[near[0][0]] if len(near) == 1 else ""


def _make_key(folded: str) -> str:
    return _JOINTS.sub(" ", folded).strip(_MARKS_AROUND)


def _simplify_latin(text: str) -> str:
    for spelling, one in _LATIN_SPELLINGS:
        text = text.replace(spelling, one)
    return text


@lru_cache(maxsize=1)
def _gazetteer() -> _Gazetteer:
    names = _read_data("cities.csv")
    by_key = {_make_key(fold(row["name"])): row["name"] for row in names}
    by_latin_key = {_simplify_latin(romanize(key)): name for key, name in by_key.items()}
    large = {_make_key(fold(row["name"])): row["name"] for row in names if row["large"]}
    others = {_make_key(fold(row["written"])): row["city"] for row in _read_data("city_names.csv")}
    latin = {_simplify_latin(key): city for key, city in others.items() if key.isascii()}
    # «Орехово Зуево» and «ОреховоЗуево» are one, as long as no other name reads so.
    tight = {key.replace(" ", ""): name for key, name in by_key.items()}
    return _Gazetteer({**tight, **by_key, **others}, {**by_latin_key, **latin}, large)


def _read_data(name: str) -> list[dict[str, str]]:
    text = files("crmclean.fields").joinpath(f"data/{name}").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines(), delimiter=";"))
