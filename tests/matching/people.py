"""Small tables of people and companies for the tests of matching."""

import numpy as np
import pandas as pd

from crmclean.core.table import Column, Table
from crmclean.matching.arrays import MISSING
from crmclean.matching.prepared import prepare
from crmclean.matching.records import Companies, People, companies_of, people_of

HEADINGS = {
    "ID": "id",
    "Фамилия": "last_name",
    "Имя": "first_name",
    "Отчество": "middle_name",
    "Телефон": "phone",
    "Телефон 2": "phone",
    "E-mail": "email",
    "Компания": "company",
    "ИНН": "inn",
    "КПП": "kpp",
    "Дата рождения": "birthday",
    "Город": "city",
}


def contacts(*rows: dict[str, str]) -> Table:
    """Return a table with one row per argument; IDs are 1, 2, …, cells that are not given are empty."""
    full = [{"ID": str(number), **row} for number, row in enumerate(rows, 1)]
    frame = pd.DataFrame(
        [[row.get(name, "") for name in HEADINGS] for row in full], columns=list(HEADINGS), dtype="str"
    )
    return Table(frame, tuple(Column(name, name, role) for name, role in HEADINGS.items()))


def person(name: str = "", phone: str = "", email: str = "", **more: str) -> dict[str, str]:
    """Return the cells of a person: «Фамилия Имя Отчество», a ``-`` for a part that is missing."""
    last, first, middle = ([part.strip("-") for part in name.split()] + ["", "", ""])[:3]
    return {"Фамилия": last, "Имя": first, "Отчество": middle, "Телефон": phone, "E-mail": email, **more}


def company(name: str, inn: str = "", phone: str = "", email: str = "", **more: str) -> dict[str, str]:
    """Return the cells of a company card."""
    return {"Компания": name, "ИНН": inn, "Телефон": phone, "E-mail": email, **more}


def people_in(*rows: dict[str, str], companies: list[int] | None = None) -> People:
    """Return the people of ``contacts(*rows)``, who belong to the companies of these numbers, or to none."""
    numbers = np.array(companies or [MISSING] * len(rows), dtype=np.int64)
    return people_of(prepare(contacts(*rows), "RU"), numbers)


def companies_in(*rows: dict[str, str]) -> Companies:
    """Return the cards of ``contacts(*rows)``, and what its people say of companies."""
    return companies_of(prepare(contacts(*rows), "RU"))
