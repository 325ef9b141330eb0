"""Of which kind the values of a rule are: what is compared must be of one kind, or the rule is a mistake."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final, Literal

import numpy as np
import pandas as pd

from crmclean.core.i18n import _
from crmclean.fields.date import parse_dates
from crmclean.fields.money import parse_money
from crmclean.segmenting.rule_sources import Kind, Source
from crmclean.segmenting.rule_tree import (
    Arithmetic,
    Name,
    Number,
    Operand,
    Text,
    Today,
    list_names,
)

ComparedAs = Literal["number", "date", "text"]
Sources = Mapping[Name, Source]

_SAMPLE: Final = 200


class KindError(Exception):
    """Two values that cannot be compared; the text is for the user."""


@lru_cache(maxsize=1024)
def read_date_text(text: str) -> pd.Timestamp | None:
    """Return the moment that a text of a rule writes; None where it is no date.

    >>> read_date_text("31.01.2026"), read_date_text("завтра")
    (Timestamp('2026-01-31 00:00:00'), None)
    """
    moment = parse_dates(pd.Series([text], dtype="str")).iloc[0]
    return None if pd.isna(moment) else pd.Timestamp(moment)


@lru_cache(maxsize=1024)
def read_number_text(text: str) -> float | None:
    """Return the number that a text of a rule writes; None where it is none.

    >>> read_number_text("1 500 000 руб."), read_number_text("много")
    (1500000.0, None)
    """
    amount = float(parse_money(pd.Series([text], dtype="str"))["amount"].iloc[0])
    return None if np.isnan(amount) else amount


def sniff_kind(cells: pd.Series) -> Kind:
    """Return what most of the first cells of a column look like: ``date``, ``number``, or ``open`` for neither.

    >>> sniff_kind(pd.Series(["31.01.2026", "", "01.02.2026"])), sniff_kind(pd.Series(["5", "12", "нет"]))
    ('date', 'number')
    """
    filled = cells[cells.str.strip().ne("")].head(_SAMPLE).reset_index(drop=True)
    if filled.empty:
        return "open"
    if parse_dates(filled).notna().mean() > 0.5:
        return "date"
    return "number" if parse_money(filled)["amount"].notna().mean() > 0.5 else "open"


def kind_of(operand: Operand, sources: Sources, wanted: Kind = "open") -> Kind:
    """Return the kind of a value; of a text in quotes it is ``open``.

    Args:
        wanted: the kind that fits what stands beside it, which decides what an open column of an arithmetic is.

    Raises:
        KindError: the parts of an arithmetic do not fit each other.
    """
    match operand:
        case Name():
            return sources[operand].kind
        case Today():
            return "date"
        case Text():
            return "open"
        case Arithmetic():
            left, right = split_kinds(operand, sources, wanted)
            return "date" if (left == "date") != (right == "date") else "number"
        case _:
            return "number"


def split_kinds(operand: Arithmetic, sources: Sources, wanted: Kind) -> tuple[ComparedAs, ComparedAs]:
    """Return as what the two sides of an arithmetic are reckoned.

    An open column is what the other side and the wanted kind leave; where they leave both, what it looks like. So a
    column that is empty today does not make the rule wrong.

    Raises:
        KindError: they do not fit each other.
    """
    left, right = _kind_within(operand.left, sources), _kind_within(operand.right, sources)
    if operand.sign in "*/":
        allowed: list[tuple[ComparedAs, ComparedAs]] = [("number", "number")]
    elif operand.sign == "+":
        allowed = [("number", "number"), ("date", "number"), ("number", "date")]
    else:
        allowed = [("number", "number"), ("date", "date"), ("date", "number")]
    fitting = [pair for pair in allowed if left in ("open", pair[0]) and right in ("open", pair[1])]
    if not fitting:
        raise KindError(_("A date takes only these: a date minus a date, a date plus or minus days."))
    of_wanted = [pair for pair in fitting if ("date" if pair[0] != pair[1] else "number") == wanted] or fitting
    looks = tuple(_looks_of(side, sources) for side in (operand.left, operand.right))
    return max(of_wanted, key=lambda pair: sum(kind == look for kind, look in zip(pair, looks, strict=True)))


def _kind_within(operand: Operand, sources: Sources) -> Kind:
    if isinstance(operand, Text):
        if read_date_text(operand.value) is not None:
            return "date"
        if read_number_text(operand.value) is not None:
            return "number"
        raise KindError(_say_no_number(operand.value))
    kind = kind_of(operand, sources)
    if kind == "text" and isinstance(operand, Name):
        raise KindError(_("“{name}” holds texts; arithmetic needs numbers or dates.").format(name=operand.text))
    return kind


def _looks_of(operand: Operand, sources: Sources) -> Kind:
    return sources[operand].looks if isinstance(operand, Name) else "open"


def compare_as(left: Operand, right: Operand, is_order: bool, sources: Sources) -> ComparedAs:
    """Return as what two values are compared.

    Args:
        is_order: for ``<`` and the like; only numbers and dates have an order.

    Raises:
        KindError: they cannot be compared.
    """
    wanted = "open" if isinstance(right, Arithmetic) else _kind_of_value(right, sources)
    kind = kind_of(left, sources, wanted)
    kinds = kind, kind_of(right, sources, kind if isinstance(left, Arithmetic) else _kind_of_value(left, sources))
    if "number" in kinds or "date" in kinds:
        return (
            _fit(left, right, kinds, is_order)
            if kinds[0] in ("number", "date")
            else _fit(right, left, kinds[::-1], is_order)
        )
    if not is_order:
        return "text"
    if "text" in kinds:
        raise KindError(_say_no_order())
    texts = [operand for operand in (left, right) if isinstance(operand, Text)]
    if not texts:
        looks = {_looks_of(operand, sources) for operand in (left, right)}
        return "date" if looks == {"date"} else "number"
    kind = _kind_of_value(texts[0], sources)
    if kind not in ("number", "date"):
        raise KindError(_say_no_order())
    return kind


def _kind_of_value(operand: Operand, sources: Sources) -> Kind:
    """Return the kind of a value; of a text in quotes what it writes."""
    if not isinstance(operand, Text):
        return kind_of(operand, sources)
    if read_date_text(operand.value) is not None:
        return "date"
    return "number" if read_number_text(operand.value) is not None else "open"


def _say_no_order() -> str:
    return _("Texts are neither larger nor smaller; this needs a number or a date.")


def _fit(first: Operand, other: Operand, kinds: tuple[Kind, Kind], is_order: bool) -> ComparedAs:
    """Return the kind of the first value, a number or a date, if the other one can be read so.

    Args:
        kinds: of the two.
    """
    wanted, given = kinds
    if isinstance(other, Text):
        read = read_number_text(other.value) if wanted == "number" else read_date_text(other.value)
        if read is None:
            raise KindError(_say_no_number(other.value) if wanted == "number" else say_no_date(other.value))
    elif given == "text":
        if isinstance(first, Number) and not is_order:
            return "text"
        message = _("“{name}” holds texts, no numbers.") if wanted == "number" else _("“{name}” holds texts, no dates.")
        raise KindError(message.format(name=" ".join(name.text for name in list_names(other))))
    elif given not in ("open", wanted):
        raise KindError(_("A date is compared with a number. Days since a date are days_since(…)."))
    return "number" if wanted == "number" else "date"


def _say_no_number(text: str) -> str:
    return _("“{text}” is no number.").format(text=text)


def say_no_date(text: str) -> str:
    """Return the message for a text that is no date."""
    return _("“{text}” is no date. Write it as 2026-01-31 or 31.01.2026.").format(text=text)
