"""The text of a rule becomes a tree: every mistake is reported with its place before anything runs.

A grammar of its own, read by recursive descent; Python is never asked to evaluate a text. No pandas here.

    any     = all {"or" all}
    all     = one {"and" one}
    one     = {"not"} test
    test    = "(" any ")" | "always" | sum and a comparison (rule_tests)
    sum     = product {("+" | "-") product}
    product = minus {("*" | "/") minus}
    minus   = {"-"} value
    value   = number | text | [heading] | name | "today" | function "(" sum {"," sum} ")" | "(" sum ")"
"""

from collections.abc import Callable
from typing import Literal

from crmclean.core.i18n import _
from crmclean.segmenting.rule_marking import mark_problem
from crmclean.segmenting.rule_operands import OperandReader
from crmclean.segmenting.rule_reading import MAX_LENGTH, ConditionError, LimitError, TokenReader
from crmclean.segmenting.rule_tests import read_test, say_no_comparison
from crmclean.segmenting.rule_tokens import Token, split_tokens
from crmclean.segmenting.rule_tree import (
    Always,
    Condition,
    Group,
    Negation,
    Node,
    Operand,
    Rule,
    RuleError,
    RuleProblem,
)
from crmclean.segmenting.rule_words import ALWAYS, AND, NOT, OR, SIGNS, ask_if_meant, find_near

__all__ = ["Rule", "RuleError", "RuleProblem", "mark_problem", "parse_rule"]


def parse_rule(text: str) -> Rule:
    """Return what a rule says.

    Raises:
        RuleError: it cannot be understood; all that is wrong is in ``problems``.

    >>> parse_rule("amount >= 500000").root
    Comparison(start=0, end=16, left=Name(start=0, end=6, text='amount', is_bracketed=False), sign='>=',
    right=Number(start=10, end=16, digits='500000', is_percent=False))
    """
    if len(text) > MAX_LENGTH:
        message = _("A rule is no longer than {most} characters.").format(most=MAX_LENGTH)
        raise RuleError((RuleProblem(MAX_LENGTH, len(text), message),))
    if not text.strip():
        raise RuleError((RuleProblem(0, len(text), _("The rule is empty. To take every record write “always”.")),))
    tokens, problems = split_tokens(text)
    reader = TokenReader(text, tokens)
    root: Condition = Always(start=0, end=len(text))
    try:
        root = _RuleReader(reader).read()
    except LimitError:
        problems = []
    found = sorted({*problems, *reader.problems}, key=lambda problem: (problem.start, problem.end, problem.text))
    if found:
        raise RuleError(tuple(found))
    return Rule(text, root)


class _RuleReader:
    """Reads conditions and what joins them; values are read by ``rule_operands``, comparisons by ``rule_tests``."""

    def __init__(self, reader: TokenReader) -> None:
        self._reader = reader
        self._operands = OperandReader(reader, self._read_any)

    def read(self) -> Condition:
        root = self._demand_condition(self._read_any())
        while self._reader.look().kind != "end":
            # Only a closing bracket ends the reading early.
            token = self._reader.take()
            self._reader.report(token.start, token.end, _("This bracket was never opened."))
            self._reader.depth = 0
            if self._go_on():
                self._read_any()
        return root

    def _read_any(self) -> Node:
        return self._join("or", OR, lambda: self._join("and", AND, self._read_one))

    def _join(self, word: Literal["and", "or"], words: frozenset[str], read: Callable[[], Node]) -> Node:
        parts = [read()]
        while self._reader.accept(words):
            parts.append(read())
        if len(parts) == 1:
            return parts[0]
        conditions = tuple(self._demand_condition(part) for part in parts)
        return Group(word=word, parts=conditions, start=conditions[0].start, end=conditions[-1].end)

    def _read_one(self) -> Node:
        """Return one condition; of one that cannot be read something in its place, behind it."""
        reader = self._reader
        start, depth, denials = reader.look().start, reader.depth, 0
        try:
            while reader.accept(NOT):
                denials += 1
                reader.check_nesting(denials)
            node = self._read_test()
            for _denial in range(denials):
                node = Negation(part=self._demand_condition(node), start=start, end=node.end)
        except ConditionError:
            node = Always(start=start, end=reader.look().start)
            reader.skip_condition(depth)
            return node
        self._refuse_stray(depth)
        return node

    def _read_test(self) -> Node:
        reader = self._reader
        reader.count_test()
        if reader.sees(ALWAYS):
            token = reader.take()
            return Always(start=token.start, end=token.end)
        node = self._operands.read_sum()
        if not isinstance(node, Operand):
            return node
        # Within brackets it may be a value: (amount - cost) > 10.
        if reader.depth and reader.sees_sign(")"):
            return node
        return read_test(reader, self._operands, node)

    def _demand_condition(self, node: Node) -> Condition:
        if isinstance(node, Operand):
            self._reader.report(node.start, node.end, say_no_comparison(self._reader.text[node.start : node.end]))
            return Always(start=node.start, end=node.end)
        assert isinstance(node, Condition)
        return node

    def _refuse_stray(self, depth: int) -> None:
        """Report what stands behind a condition and joins nothing, and go on to the next condition."""
        reader = self._reader
        token = reader.look()
        if token.kind == "end" or reader.sees(AND | OR) or reader.sees_sign(")"):
            return
        reader.report(token.start, token.end, _say_stray(token))
        reader.skip_condition(depth)

    def _go_on(self) -> bool:
        self._reader.skip_condition(0)
        return self._reader.accept(AND | OR)


def _say_stray(token: Token) -> str:
    if token.kind == "sign" and token.value in SIGNS:
        return _("Only two values are compared at a time. Write “between 10 and 20”, or two comparisons and “and”.")
    if token.kind == "sign" and token.value == ",":
        return _("A comma parts the values of a list only. Join conditions with “and” or “or”.")
    near = find_near(token.value, AND | OR, 0.6) if token.kind == "word" else ""
    message = _("“{text}” is not expected here.").format(text=token.value)
    return message + (ask_if_meant(near) or " " + _("Join conditions with “and” or “or”."))
