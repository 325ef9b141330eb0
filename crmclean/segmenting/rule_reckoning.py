"""Reckoning with the values of a rule: numbers and dates of all rows at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from typing import Final

import numpy as np
import numpy.typing as npt

from crmclean.core.table import Table
from crmclean.segmenting.rule_columns import Bools, Moments, Numbers
from crmclean.segmenting.rule_kinds import (
    ComparedAs,
    Sources,
    read_date_text,
    read_number_text,
    split_kinds,
)
from crmclean.segmenting.rule_sources import Source
from crmclean.segmenting.rule_tree import Arithmetic, Call, Name, Negative, Number, Operand, Sign, Text, Today
from crmclean.segmenting.rule_values import RuleContext

_DAY: Final = np.timedelta64(1, "D")
_NO_DATE: Final = np.datetime64("NaT", "us")
# More days than these leave the calendar.
_MOST_DAYS: Final = 700_000

_COMPARE: Final[Mapping[Sign, Callable[..., npt.NDArray[np.bool_]]]] = {
    "=": np.equal,
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}

_RECKON: Final[Mapping[str, Callable[..., Numbers]]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
}


@dataclass(frozen=True)
class Dates:
    """Moments of all rows, or one for all; whole days are compared as days."""

    moments: Moments
    is_whole: bool
    read_days: Callable[[], Moments] | None = None

    @property
    def days(self) -> Moments:
        """The days of the moments."""
        return self.read_days() if self.read_days else _to_days(self.moments)


Values = Numbers | Dates


class Reckoner:
    """Reckons the operands of one rule over one table."""

    def __init__(self, context: RuleContext, sources: Sources) -> None:
        self._context = context
        self._sources = sources

    def compare(self, left: Operand, sign: Sign, right: Operand, kind: ComparedAs) -> Bools:
        """Tell for which rows two numbers or dates compare so; a sign other than ``!=``.

        Equality holds where any of several columns is equal; else each side has one value a row.
        """
        found = np.zeros(len(self._context.table), dtype=np.bool_)
        is_any = sign == "="
        for one in self._alternatives(left, kind, is_any):
            for other in self._alternatives(right, kind, is_any):
                found |= _compare_values(one, sign, other)
        return found

    def _alternatives(self, operand: Operand, kind: ComparedAs, is_any: bool) -> list[Values]:
        if isinstance(operand, Name) and is_any:
            source = self._sources[operand]
            return [self._read(replace(source, columns=(column,)), kind) for column in source.columns]
        return [self.reckon(operand, kind)]

    def reckon(self, operand: Operand, kind: ComparedAs) -> Values:
        """Return the values of an operand as numbers or as dates."""
        return self.dates(operand) if kind == "date" else self.numbers(operand)

    def _read(self, source: Source, kind: ComparedAs) -> Values:
        return self._read_dates(source) if kind == "date" else self._context.columns.numbers(source)

    def _read_dates(self, source: Source) -> Dates:
        return Dates(self._context.columns.moments(source), False, lambda: self._context.columns.days(source))

    def numbers(self, operand: Operand, within: bool = False) -> Numbers:
        """Return the numbers of an operand, NaN where there is none.

        Args:
            within: the operand stands within arithmetic, where 15% is 0.15.
        """
        match operand:
            case Number():
                return np.asarray(operand.value / 100 if operand.is_percent and within else operand.value)
            case Text():
                read = read_number_text(operand.value)
                return np.asarray(np.nan if read is None else read)
            case Name():
                return self._context.columns.numbers(self._sources[operand])
            case Call():
                return self._call(operand)
            case Negative():
                return -self.numbers(operand.part, within)
            case Arithmetic():
                return self._count(operand)
            case Today():
                raise AssertionError("a date is no number")

    def dates(self, operand: Operand) -> Dates:
        """Return the moments of an operand, ``NaT`` where there is none."""
        match operand:
            case Today():
                return Dates(np.asarray(self._context.today), True)
            case Text():
                moment = read_date_text(operand.value)
                read = _NO_DATE if moment is None else moment.to_datetime64().astype("datetime64[us]")
                return Dates(np.asarray(read), moment is None or moment == moment.normalize())
            case Name():
                return self._read_dates(self._sources[operand])
            case Arithmetic():
                return self._shift(operand)
            case _:
                raise AssertionError("a number is no date")

    def _count(self, operand: Arithmetic) -> Numbers:
        if split_kinds(operand, self._sources, "number")[0] == "date":
            return _count_days(self.dates(operand.left).days, self.dates(operand.right).days)
        first, second = self.numbers(operand.left, True), self.numbers(operand.right, True)
        with np.errstate(all="ignore"):
            result = _RECKON[operand.sign](first, second)
            return np.where(np.isfinite(result), result, np.nan)

    def _shift(self, operand: Arithmetic) -> Dates:
        """Return dates that are so many days later or earlier."""
        is_left = split_kinds(operand, self._sources, "date")[0] == "date"
        dates = self.dates(operand.left if is_left else operand.right)
        days = self.numbers(operand.right if is_left else operand.left, True)
        days = -days if operand.sign == "-" else days
        is_near = np.abs(days) <= _MOST_DAYS
        moved = np.where(is_near, days, 0) * (24 * 60 * 60 * 1_000_000)
        moments = dates.moments + np.asarray(moved).astype("timedelta64[us]")
        is_whole = dates.is_whole and bool(np.all(np.where(is_near, days, 0) % 1 == 0))
        return Dates(np.where(is_near, moments, _NO_DATE), is_whole)

    def _call(self, call: Call) -> Numbers:
        if call.function == "count":
            names = [argument for argument in call.arguments if isinstance(argument, Name)]
            return reduce(np.add, [self._context.texts.count(self._sources[name]) for name in names])
        argument = call.arguments[0]
        if call.function == "length":
            assert isinstance(argument, Name)
            return _measure(self._context.table, self._sources[argument])
        return _ask_date(call.function, self.dates(argument).days, self._context.today)


def _ask_date(function: str, days: Moments, today: np.datetime64) -> Numbers:
    """Return what a function of a date says, NaN where there is no date."""
    if function == "days_since":
        return _count_days(_to_days(np.asarray(today)), days)
    if function == "days_until":
        return _count_days(days, _to_days(np.asarray(today)))
    months = days.astype("datetime64[M]")
    day_of_month = (days - months.astype("datetime64[D]")).astype(np.float64) + 1
    if function == "day":
        result = day_of_month
    elif function == "month":
        result = months.astype(np.float64) % 12 + 1
    elif function == "year":
        result = days.astype("datetime64[Y]").astype(np.float64) + 1970
    elif function == "weekday":
        # The first day of this calendar, 1970-01-01, was a Thursday.
        result = (days.astype(np.float64) + 3) % 7 + 1
    else:
        result = _count_months(months, day_of_month, today)
    return np.where(np.isnat(days), np.nan, result)


def _count_months(months: Moments, day_of_month: Numbers, today: np.datetime64) -> Numbers:
    """Return the whole months from each date to today; negative for one that lies ahead."""
    this_month = today.astype("datetime64[M]")
    this_day = float((today.astype("datetime64[D]") - this_month.astype("datetime64[D]")).astype(np.int64)) + 1
    between = np.float64(this_month.astype(np.int64)) - months.astype(np.float64)
    is_behind = (between > 0) & (day_of_month > this_day)
    is_ahead = (between < 0) & (day_of_month < this_day)
    return between - is_behind + is_ahead


def _to_days(moments: Moments) -> Moments:
    return moments.astype("datetime64[D]")


def _count_days(later: Moments, earlier: Moments) -> Numbers:
    days = (later - earlier) / _DAY
    return np.asarray(days, dtype=np.float64)


def _measure(table: Table, source: Source) -> Numbers:
    """Return how many characters the first filled cell of every row has; 0 where none is."""
    lengths = np.zeros(len(table), dtype=np.float64)
    for column in source.columns:
        length = table.frame[column].str.strip().str.len().to_numpy(dtype=np.float64)
        lengths = np.where(lengths == 0, length, lengths)
    return lengths


def _compare_values(left: Values, sign: Sign, right: Values) -> Bools:
    if isinstance(left, Dates) and isinstance(right, Dates):
        if left.is_whole or right.is_whole:
            return _COMPARE[sign](left.days, right.days)
        return _COMPARE[sign](left.moments, right.moments)
    return _COMPARE[sign](left, right)
