"""Reads a client base as an analyst who knows the data would prepare it for a general tool.

Runs inside the environments of the peers: pandas and phonenumbers, nothing of crmclean.
"""

import re
from pathlib import Path
from typing import Any, Final

import pandas as pd
import phonenumbers

FIELDS: Final = {
    "last_name": "Фамилия",
    "first_name": "Имя",
    "middle_name": "Отчество",
    "phone": "Телефон",
    "phone_2": "Телефон 2",
    "email": "E-mail",
    "company": "Компания",
    "inn": "ИНН",
    "birthday": "Дата рождения",
    "city": "Город",
}
"""What is compared, by the heading it stands under."""

_NAMES: Final = ["last_name", "first_name", "middle_name"]
_BETWEEN_NUMBERS: Final = re.compile(r"[,;\n]")
_LEGAL_FORM: Final = r"\b(?:ооо|оао|зао|пао|ао|ип|нко|фгуп|муп|ано|тоо|llc|ltd|ooo)\b"


def read_client_base(path: Path) -> pd.DataFrame:
    """Return one row a record: `row` from 1, the fields cleaned, `phones` as a list; None where nothing is known."""
    raw = pd.read_csv(path, sep=";", dtype=str, keep_default_na=False, encoding="utf-8-sig")
    base = pd.DataFrame({name: raw[heading].str.strip() for name, heading in FIELDS.items()})
    for name in (*_NAMES, "email", "company", "city"):
        base[name] = base[name].str.lower().str.replace(r"\s+", " ", regex=True)
    for name in (*_NAMES, "company", "city"):
        base[name] = base[name].str.replace("ё", "е")
    _split_whole_names(base)
    base["company"] = base["company"].str.replace(_LEGAL_FORM, " ", regex=True)
    base["company"] = base["company"].str.replace(r"[^\w]+", " ", regex=True).str.strip()
    base["inn"] = base["inn"].str.replace(r"\D", "", regex=True)
    born = pd.to_datetime(base["birthday"], format="mixed", dayfirst=True, errors="coerce")
    base["birthday"] = born.dt.strftime("%Y-%m-%d")
    numbers = _numbers_of(base["phone"] + "," + base["phone_2"])
    base = base.astype(object).where(base.notna() & (base != ""), None)
    base.insert(0, "row", range(1, len(base) + 1))
    mobiles = [mobile for mobile, _ in numbers]
    landlines = [landline for _, landline in numbers]
    base["mobile"] = _objects([numbers[0] if numbers else None for numbers in mobiles])
    base["landline"] = _objects([numbers[0] if numbers else None for numbers in landlines])
    base["mobiles"] = _objects([numbers or None for numbers in mobiles])
    base["phones"] = _objects([[*one, *other] or None for one, other in zip(mobiles, landlines, strict=True)])
    full = base["last_name"].notna() & base["first_name"].notna()
    base["full_name"] = (base["last_name"] + " " + base["first_name"]).astype(object).where(full, None)
    return base


def _objects(values: list[Any]) -> "pd.Series[Any]":
    return pd.Series(values, dtype=object)


def _split_whole_names(base: pd.DataFrame) -> None:
    """Give the words of a whole name that stands in one column to the three columns, in their Russian order."""
    for column in _NAMES:
        others = [name for name in _NAMES if name != column]
        words = base[column].str.split(" ", n=2, expand=True).reindex(columns=range(3)).astype("str").fillna("")
        whole = words[1].ne("") & base[others[0]].eq("") & base[others[1]].eq("")
        for place, name in enumerate(_NAMES):
            base[name] = base[name].mask(whole, words[place])


def _numbers_of(cells: "pd.Series[str]") -> list[tuple[list[str], list[str]]]:
    """Return for each cell its mobile and its other numbers as +7…, each once, in their order."""
    known = {cell: _numbers_in(cell) for cell in cells.unique().tolist()}
    return [known[cell] for cell in cells.tolist()]


def _numbers_in(cell: str) -> tuple[list[str], list[str]]:
    mobiles: list[str] = []
    others: list[str] = []
    for part in _BETWEEN_NUMBERS.split(cell):
        try:
            number = phonenumbers.parse(part.strip().removesuffix(".0"), "RU")
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_possible_number(number):
            is_mobile = phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE
            written = phonenumbers.format_number(
                phonenumbers.PhoneNumber(country_code=number.country_code, national_number=number.national_number),
                phonenumbers.PhoneNumberFormat.E164,
            )
            found = mobiles if is_mobile else others
            if written not in found:
                found.append(written)
    return mobiles, others
