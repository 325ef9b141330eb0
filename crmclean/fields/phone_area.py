"""Area codes of Russian cities: what a number of five to seven digits lacks.

The list is ``data/city_codes.csv``: city, region, code. Source: the Russian plan of numbering (codes ABC with the first
digits of the local zone, as the cities themselves print them). A city with several codes (Москва: 495 and 499) has
none here, since one local number exists behind each of them. A line without a code is a namesake that makes the name
ambiguous.
"""

import re
from functools import cache
from importlib.resources import files
from typing import Final

import pandas as pd

from crmclean.fields.text import collapse_spaces, map_distinct

_PIECE_END: Final = re.compile(r"[,;()/\n]+")
_CITY_WORD: Final = re.compile(r"^(?:г|гор|город|пгт)(?:\.\s*|\s+)|\s+(?:г|гор|город)\.?$")
_REGION_WORD: Final = re.compile(r"\b([а-я\-]{4,}) (?:обл|край|респ|ао|автономн)|\bресп(?:ублика|\.)? ([а-я\-]{3,})")
_STEM: Final = 5


@cache
def load_city_codes() -> dict[str, frozenset[tuple[str, str]]]:
    """Return the list, read once: region and code of every city of a name, lower case with е for ё.

    >>> sorted(load_city_codes()["благовещенск"])
    [('амурская область', '4162'), ('республика башкортостан', '34766')]
    """
    text = files("crmclean.fields").joinpath("data/city_codes.csv").read_text(encoding="utf-8")
    found: dict[str, set[tuple[str, str]]] = {}
    for line in text.splitlines()[1:]:
        city, region, code = line.split(";")
        found.setdefault(_fold(city), set()).add((_fold(region), code))
    return {city: frozenset(places) for city, places in found.items()}


def area_codes_of_cities(cities: pd.Series) -> pd.Series:
    """Return the area code of every city, ``""`` where it is unknown or not certain; same index.

    A cell may hold a whole address. A name that several towns share needs its region in the cell.

    >>> rows = pd.Series(["г. Ярославль", "Москва", "Железногорск", "Курская обл., Железногорск", "Казань, ул. Мира"])
    >>> area_codes_of_cities(rows).tolist()
    ['4852', '', '', '47148', '843']
    """
    return map_distinct(cities, _find_code)


def _find_code(cell: str) -> str:
    folded = _fold(cell)
    if not folded:
        return ""
    known = load_city_codes()
    pieces = {_CITY_WORD.sub("", piece.strip(" .-\"'«»")).strip() for piece in _PIECE_END.split(folded)}
    named = pieces & known.keys()
    if len(named) != 1:
        return ""
    places = known[named.pop()]
    regions = [next(filter(None, groups)) for groups in _REGION_WORD.findall(folded)]
    if regions:
        places = frozenset(place for place in places if any(_is_of_region(place[0], word) for word in regions))
    codes = {code for _, code in places}
    return codes.pop() if len(codes) == 1 else ""


def _is_of_region(region: str, word: str) -> bool:
    stem = word[:_STEM]
    return any(part.startswith(stem) for part in re.split(r"[\s(]+", region) if part != "республика")


def _fold(text: str) -> str:
    return collapse_spaces(text).lower().replace("ё", "е")
