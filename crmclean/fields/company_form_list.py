"""The list of legal forms, ``data/legal_forms.csv``, as it is read once."""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class LegalForm:
    """One form: its standard short spelling, how the name behind it is written, and where it counts."""

    form: str
    kind: str
    place: str
    letters: str


@cache
def load_form_rows() -> tuple[dict[str, str], ...]:
    """Return the rows of the list.

    >>> load_form_rows()[0]["form"]
    'ООО'
    """
    source = files("crmclean.fields") / "data" / "legal_forms.csv"
    return tuple(csv.DictReader(source.read_text("utf-8").splitlines()))


def make_form(row: dict[str, str]) -> LegalForm:
    """Return the form of a row.

    >>> make_form(load_form_rows()[0])
    LegalForm(form='ООО', kind='firm', place='any', letters='any')
    """
    return LegalForm(row["form"], row["kind"], row["place"], row["letters"])


@cache
def load_short_forms() -> dict[str, LegalForm]:
    """Return the forms by each of their short spellings; of two that are written alike the first of the list counts.

    >>> load_short_forms()["Limited"].form
    'Ltd'
    """
    forms: dict[str, LegalForm] = {}
    for row in load_form_rows():
        for text in filter(None, (row["form"], *row["also"].split("|"))):
            forms.setdefault(text, make_form(row))
    return forms


def list_spelled_forms(kind: str = "") -> list[str]:
    """Return the patterns of the forms spelled out, of one kind or all.

    >>> list_spelled_forms("person")[1]
    'индивидуальный предприниматель'
    """
    return [row["spelled"] for row in load_form_rows() if row["spelled"] and kind in ("", row["kind"])]
