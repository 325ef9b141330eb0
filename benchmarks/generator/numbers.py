"""Telephone numbers, INN and KPP that are formally valid and belong to nobody known.

Numbers are handed out by counting through a permutation, so that no two people share one by accident.
"""

from collections import defaultdict
from typing import Final

from benchmarks.generator.chance import Chance
from benchmarks.generator.vocabulary import City

MOBILE_CODES: Final = tuple(
    str(code) for code in (*range(900, 930), *range(950, 956), 960, 961, *range(962, 970), *range(977, 990), 999)
)
FILLER_PHONES: Final = ("79999999999", "79000000000", "71111111111", "89999999999", "79991111111")
"""Digits that managers type to get past a required field."""

_STRIDE: Final = 4_850_639  # coprime to ten million: the walk visits every subscriber number once
_SPREAD: Final = 1_234_577  # cities and operators begin their walks at different places
_INN_WEIGHTS: Final = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)


class NumberBook:
    """Hands out every telephone number and INN once."""

    def __init__(self, chance: Chance) -> None:
        self._chance = chance
        self._offset = chance.between(0, 9_999_999)
        self._mobiles = 0
        self._landlines: defaultdict[str, int] = defaultdict(int)
        self._inns: set[str] = set()

    def mobile(self) -> str:
        """Return a new mobile number as 11 digits that begin with 7."""
        while True:
            turn, place = divmod(self._mobiles, len(MOBILE_CODES))
            self._mobiles += 1
            subscriber = (turn * _STRIDE + self._offset + place * _SPREAD) % 10_000_000
            digits = f"7{MOBILE_CODES[place]}{subscriber:07d}"
            if len(set(digits[1:])) > 3:  # nobody is given a number that looks like a filler
                return digits

    def landline(self, city: City) -> str:
        """Return a new number of the city as 11 digits that begin with 7."""
        self._landlines[city.code] += 1
        subscriber = (
            2_000_000 + (self._landlines[city.code] * _STRIDE + self._offset + int(city.code) * 1_234_577) % 7_000_000
        )
        return f"7{city.code}{subscriber:07d}"

    def company_inn(self, region: str) -> str:
        """Return a new INN of an organisation, ten digits, registered in the region (two digits)."""
        while True:
            stem = f"{region}{self._chance.between(1, 52):02d}{self._chance.between(1, 99999):05d}"
            inn = stem + control_digit(stem, _INN_WEIGHTS[2:])
            if inn not in self._inns:
                self._inns.add(inn)
                return inn

    def person_inn(self, region: str) -> str:
        """Return a new INN of a person, twelve digits, registered in the region (two digits)."""
        while True:
            stem = f"{region}{self._chance.between(1, 52):02d}{self._chance.between(1, 999999):06d}"
            stem += control_digit(stem, _INN_WEIGHTS[1:])
            inn = stem + control_digit(stem, _INN_WEIGHTS)
            if inn not in self._inns:
                self._inns.add(inn)
                return inn


def control_digit(stem: str, weights: tuple[int, ...]) -> str:
    """Return the control digit of an INN after the order of the tax service (ФНС): weighted sum mod 11 mod 10."""
    return str(sum(int(digit) * weight for digit, weight in zip(stem, weights, strict=True)) % 11 % 10)


def head_office_kpp(inn: str) -> str:
    """Return the KPP that an organisation has where it is registered: its tax office, reason 01, number 001."""
    return f"{inn[:4]}01001"


def branch_kpp(chance: Chance, city: City, number: int) -> str:
    """Return the KPP of a branch: the tax office of its own city and reason 43."""
    return f"{city.region}{chance.between(1, 52):02d}43{number:03d}"
