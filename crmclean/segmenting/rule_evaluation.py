"""Which rows of a table fulfil a rule.

A comparison with an empty cell, or with one that cannot be read, does not hold; ``!=`` and every other denial is the
exact opposite of what it denies.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from crmclean.fields.text import fold
from crmclean.segmenting.rule_columns import Bools
from crmclean.segmenting.rule_kinds import compare_as, read_date_text
from crmclean.segmenting.rule_names import BoundRule
from crmclean.segmenting.rule_reckoning import Reckoner
from crmclean.segmenting.rule_sources import Source
from crmclean.segmenting.rule_tree import (
    Always,
    Among,
    Between,
    Comparison,
    Condition,
    Empty,
    Group,
    Has,
    Manner,
    Match,
    Name,
    Negation,
    Number,
    OfClass,
    Operand,
    Sign,
    Test,
    Text,
    Yes,
    list_names,
    list_operands,
)
from crmclean.segmenting.rule_values import RuleContext

__all__ = ["BoundRule", "RuleContext", "check_one", "holds"]

_WILDCARDS: Final[Mapping[str, str]] = {"*": ".*", "?": "."}
_SPECIAL: Final = frozenset("\\.+()|[]{}^$")


def holds(rule: BoundRule, context: RuleContext) -> npt.NDArray[np.bool_]:
    """Tell which rows fulfil a rule.

    Args:
        rule: bound to the table of the context, or to one with the same columns.

    Returns:
        One bool a row; treat it as read-only.
    """
    return _Evaluator(rule, context).check(rule.rule.root)


def check_one(test: Test, rule: BoundRule, context: RuleContext) -> npt.NDArray[np.bool_]:
    """Tell which rows fulfil one condition of a rule."""
    return _Evaluator(rule, context).check(test)


class _Evaluator:
    def __init__(self, rule: BoundRule, context: RuleContext) -> None:
        self._context = context
        self._sources = rule.sources
        self._reckoner = Reckoner(context, rule.sources)

    def check(self, condition: Condition) -> Bools:
        """Return which rows fulfil a condition; the same condition of two rules is looked at once."""
        if isinstance(condition, Group):
            join = np.logical_and if condition.word == "and" else np.logical_or
            return np.asarray(reduce(join, map(self.check, condition.parts)), dtype=np.bool_)
        if isinstance(condition, Negation):
            return ~self.check(condition.part)
        names = [name for operand in list_operands(condition) for name in list_names(operand)]
        key = (condition, *(self._sources[name] for name in names))
        if key not in self._context.masks:
            mask = self._test(condition)
            mask.flags.writeable = False
            self._context.masks[key] = mask
        return self._context.masks[key]

    def _test(self, test: Test) -> Bools:
        size = len(self._context.table)
        match test:
            case Always():
                return np.ones(size, dtype=np.bool_)
            case Comparison():
                return self._compare(test.left, test.sign, test.right)
            case Between():
                within = self._compare(test.part, ">=", test.low) & self._compare(test.part, "<=", test.high)
                return _deny(within, test.is_negated)
            case Among():
                return _deny(self._is_among(test), test.is_negated)
            case Has() | Match():
                return _deny(self._find_texts(test), test.is_negated)
            case Empty():
                return _deny(self._any_column(test.part, self._context.columns.is_filled), not test.is_negated)
            case OfClass():
                name = test.name
                found = self._any_column(test.part, lambda column: self._context.columns.is_of_class(column, name))
                return _deny(found, test.is_negated)
            case Yes():
                return _deny(self._any_column(test.part, self._context.columns.says_yes), test.is_negated)

    def _any_column(self, operand: Operand, ask: Callable[[str], Bools]) -> Bools:
        assert isinstance(operand, Name)
        found = np.zeros(len(self._context.table), dtype=np.bool_)
        for column in self._sources[operand].columns:
            found |= ask(column)
        return found

    def _compare(self, left: Operand, sign: Sign, right: Operand) -> Bools:
        if sign == "!=":
            return ~self._compare(left, "=", right)
        kind = compare_as(left, right, sign != "=", self._sources)
        if kind == "text":
            return self._equals(left, right)
        return self._reckoner.compare(left, sign, right, kind)

    def _is_among(self, test: Among) -> Bools:
        """Return where the value is equal to any of the list; plain texts are looked up all at once."""
        texts = [value for value in test.values if isinstance(test.part, Name) and isinstance(value, Text)]
        plain = [text for text in texts if self._is_plain_text(test.part, text)]
        found = np.zeros(len(self._context.table), dtype=np.bool_)
        if plain and isinstance(test.part, Name):
            found |= self._equals_texts(test.part, [text.value for text in plain])
        for value in test.values:
            if value not in plain:
                found |= self._compare(test.part, "=", value)
        return found

    def _is_plain_text(self, part: Operand, text: Text) -> bool:
        return compare_as(part, text, False, self._sources) == "text" and read_date_text(text.value) is None

    def _equals(self, left: Operand, right: Operand) -> Bools:
        """Return where texts are equal; at least one of the two is a column."""
        if isinstance(left, Name) and isinstance(right, Name):
            return self._equals_columns(left, right)
        name, value = (left, right) if isinstance(left, Name) else (right, left)
        assert isinstance(name, Name)
        text = value.digits if isinstance(value, Number) else value.value if isinstance(value, Text) else ""
        found = self._equals_texts(name, [text])
        if self._sources[name].kind == "open" and isinstance(value, Text) and read_date_text(text) is not None:
            found = found | self._reckoner.compare(name, "=", value, "date")
        return found

    def _equals_texts(self, name: Name, texts: Iterable[str]) -> Bools:
        source = self._sources[name]
        spelled = pa.concat_arrays([self._context.texts.spell(text, source.role) for text in texts])
        return self._context.texts.find(source, "equal", lambda cells: pc.is_in(cells, value_set=spelled))

    def _equals_columns(self, left: Name, right: Name) -> Bools:
        found = np.zeros(len(self._context.table), dtype=np.bool_)
        for one in self._sources[left].columns:
            for other in self._sources[right].columns:
                same = pc.equal(self._folded(one), self._folded(other)).to_numpy(zero_copy_only=False)
                found |= same & self._context.columns.is_filled(one)
        return found

    def _folded(self, column: str) -> pa.Array:
        codes, _cells = self._context.columns.distinct(column)
        return self._context.texts.fold(column).texts.take(pa.array(codes))

    def _find_texts(self, test: Has | Match) -> Bools:
        assert isinstance(test.part, Name)
        source = self._sources[test.part]
        masks = [self._find_text(test, text.value, source) for text in test.values]
        join = np.logical_or if test.quantity == "any" else np.logical_and
        return np.asarray(reduce(join, masks), dtype=np.bool_)

    def _find_text(self, test: Has | Match, text: str, source: Source) -> Bools:
        if isinstance(test, Has):
            spelled = self._context.texts.spell(text, source.role)
            return self._context.texts.find(source, "has", lambda cells: pc.is_in(cells, value_set=spelled))
        ask = _make_question(test.manner, fold(text))
        return self._context.texts.find(source, "match", ask)


def _deny(mask: Bools, is_negated: bool) -> Bools:
    return ~mask if is_negated else mask


def _make_question(manner: Manner, text: str) -> Callable[[pa.Array], pa.Array]:
    """Return which of some folded texts fit; nothing fits a text of which folding leaves nothing."""
    if not text:
        return lambda cells: pc.equal(cells, None).fill_null(False)
    match manner:
        case "contains":
            return lambda cells: pc.match_substring(cells, text)
        case "starts with":
            return lambda cells: pc.starts_with(cells, text)
        case "ends with":
            return lambda cells: pc.ends_with(cells, text)
        case "like":
            # RE2 needs no more time for many wildcards than for one.
            pattern = "".join(_WILDCARDS.get(letter, _escape(letter)) for letter in text)
            return lambda cells: pc.and_(
                pc.match_substring_regex(cells, f"^(?s:{pattern})$"), pc.not_equal(cells, "")
            )  # fmt: skip


def _escape(letter: str) -> str:
    return f"\\{letter}" if letter in _SPECIAL else letter
