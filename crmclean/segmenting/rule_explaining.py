"""Why a rule takes a record, or does not: every condition, what the cells say, and whether it holds."""

from dataclasses import dataclass

import numpy as np

from crmclean.core.i18n import _
from crmclean.segmenting.rule_evaluation import BoundRule, RuleContext, check_one
from crmclean.segmenting.rule_kinds import ComparedAs, compare_as
from crmclean.segmenting.rule_reckoning import Dates, Reckoner
from crmclean.segmenting.rule_tree import (
    Among,
    Arithmetic,
    Between,
    Call,
    Comparison,
    Name,
    OfClass,
    Operand,
    Test,
    list_names,
    list_operands,
    list_tests,
)

__all__ = ["RulePart", "explain_rule"]


@dataclass(frozen=True)
class RulePart:
    """One condition of a rule, for one record.

    Attributes:
        text: the condition as it is written.
        found: what the cells say, and what was reckoned of them.
        holds: whether the record fulfils it.
    """

    text: str
    found: str
    holds: bool


def explain_rule(rule: BoundRule, context: RuleContext, row: int) -> tuple[RulePart, ...]:
    """Return the conditions of a rule as they are for one record, in the order of the text.

    Args:
        row: 0-based.
    """
    return tuple(
        RulePart(
            " ".join(rule.rule.text[test.start : test.end].split()),
            _say_found(test, rule, context, row),
            bool(check_one(test, rule, context)[row]),
        )
        for test in list_tests(rule.rule.root)
    )


def _say_found(test: Test, rule: BoundRule, context: RuleContext, row: int) -> str:
    operands = [operand for operand in list_operands(test) if list_names(operand)]
    kind = _compared_as(test, rule)
    said = dict.fromkeys(_say_operand(operand, kind, rule, context, row) for operand in operands)
    found = "; ".join(said)
    if isinstance(test, OfClass) and isinstance(test.part, Name):
        classes = [context.columns.class_at(column, row) for column in rule.sources[test.part].columns]
        named = ", ".join(filter(None, dict.fromkeys(classes)))
        return f"{found} ({named})" if named else found
    return found


def _compared_as(test: Test, rule: BoundRule) -> ComparedAs:
    match test:
        case Comparison(left=left, right=right):
            return compare_as(left, right, test.sign not in ("=", "!="), rule.sources)
        case Between(part=part, low=low):
            return compare_as(part, low, True, rule.sources)
        case Among(part=part, values=values):
            return compare_as(part, values[0], False, rule.sources)
        case _:
            return "text"


def _say_operand(operand: Operand, kind: ComparedAs, rule: BoundRule, context: RuleContext, row: int) -> str:
    """Return the cells of an operand, and in brackets what it comes to where it is reckoned."""
    cells = dict.fromkeys(
        " ".join(context.table.frame[column].iloc[row].split())
        for name in list_names(operand)
        for column in rule.sources[name].columns
    )
    text = ", ".join(filter(None, cells)) or _("empty")
    value = _reckon(operand, kind, rule, context, row) if isinstance(operand, Call | Arithmetic) else ""
    return f"{text} ({value})" if value else text


def _reckon(operand: Call | Arithmetic, kind: ComparedAs, rule: BoundRule, context: RuleContext, row: int) -> str:
    reckoner = Reckoner(context, rule.sources)
    values = reckoner.dates(operand) if kind == "date" else reckoner.numbers(operand)
    if isinstance(values, Dates):
        moment = values.moments[row] if values.moments.ndim else values.moments[()]
        return "" if np.isnat(moment) else str(moment.astype("datetime64[D]"))
    number = float(values[row] if values.ndim else values)
    return "" if np.isnan(number) else f"{number:.2f}".rstrip("0").rstrip(".")
