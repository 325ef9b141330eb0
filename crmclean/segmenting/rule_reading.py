"""Walking through the tokens of a rule: what stands next, what is wrong, and the limits that no rule may pass."""

from collections.abc import Collection
from typing import Final

from crmclean.core.i18n import _
from crmclean.segmenting.rule_tokens import Token
from crmclean.segmenting.rule_tree import RuleProblem
from crmclean.segmenting.rule_words import AND, OR, RESERVED, fold_word

MAX_LENGTH: Final = 10_000
"""Characters of a rule."""

MAX_NESTING: Final = 50
"""Brackets within brackets, and so many times ``not`` in a row."""

MAX_TESTS: Final = 500
"""Conditions of a rule, each of which looks at every record."""

MAX_OPERATIONS: Final = 100
"""Signs of arithmetic in a rule."""


class ConditionError(Exception):
    """One condition cannot be read; what is wrong is reported, and the next one is looked at."""


class LimitError(Exception):
    """The rule passes a limit; what is wrong is reported, and nothing more is looked at."""


class TokenReader:
    """The tokens of a rule from the first to the last.

    Attributes:
        text: the rule.
        problems: what is wrong so far.
        depth: brackets that are open.
    """

    def __init__(self, text: str, tokens: list[Token]) -> None:
        self.text = text
        self.problems: list[RuleProblem] = []
        self.depth = 0
        self._tokens = tokens
        self._place = 0
        self._tests = 0
        self._operations = 0

    def look(self, ahead: int = 0) -> Token:
        """Return the next token, or one behind it; ``end`` for all behind the last."""
        return self._tokens[min(self._place + ahead, len(self._tokens) - 1)]

    def take(self) -> Token:
        """Return the next token and go on behind it."""
        token = self.look()
        if token.kind == "sign":
            self.depth += (token.value == "(") - (token.value == ")")
        self._place = min(self._place + 1, len(self._tokens) - 1)
        return token

    def sees(self, words: Collection[str], ahead: int = 0) -> bool:
        """Tell whether the next token is one of these words."""
        token = self.look(ahead)
        return token.kind == "word" and fold_word(token.value) in words

    def sees_sign(self, sign: str) -> bool:
        """Tell whether the next token is this sign."""
        token = self.look()
        return token.kind == "sign" and token.value == sign

    def sees_word(self) -> bool:
        """Tell whether the next token is a word."""
        return self.look().kind == "word"

    def sees_name(self, ahead: int = 0) -> bool:
        """Tell whether the next token is a word that may belong to a heading without brackets."""
        token = self.look(ahead)
        return token.kind == "word" and fold_word(token.value) not in RESERVED

    def accept(self, words: Collection[str]) -> bool:
        """Take the next token if it is one of these words, and tell whether it was."""
        found = self.sees(words)
        if found:
            self.take()
        return found

    def accept_sign(self, sign: str) -> bool:
        """Take the next token if it is this sign, and tell whether it was."""
        found = self.sees_sign(sign)
        if found:
            self.take()
        return found

    def close_bracket(self, opened: Token) -> Token:
        """Take the closing bracket.

        Raises:
            ConditionError: another token stands here.
        """
        if not self.sees_sign(")"):
            if self.look().kind == "end":
                raise self.refuse(opened.start, opened.end, _("This bracket is never closed."))
            token = self.look()
            raise self.refuse(token.start, token.end, _("A closing bracket is missing before this."))
        return self.take()

    def report(self, start: int, end: int, text: str) -> None:
        """Note what is wrong; the rule is looked at further."""
        self.problems.append(RuleProblem(start, end, text))

    def refuse(self, start: int, end: int, text: str) -> ConditionError:
        """Note what is wrong and return the error with which this condition is given up."""
        self.report(start, end, text)
        return ConditionError(text)

    def skip_condition(self, depth: int) -> None:
        """Go on to the next condition outside all brackets that were opened since ``depth`` brackets were open."""
        while self.look().kind != "end":
            if self.depth <= depth and (self.sees(AND | OR) or self.sees_sign(")")):
                return
            self.take()

    def count_test(self) -> None:
        """Count a condition.

        Raises:
            LimitError: there are too many.
        """
        self._tests += 1
        self._check(self._tests, MAX_TESTS, _("A rule holds no more than {most} conditions."))

    def count_operation(self) -> None:
        """Count a sign of arithmetic.

        Raises:
            LimitError: there are too many.
        """
        self._operations += 1
        self._check(self._operations, MAX_OPERATIONS, _("A rule holds no more than {most} signs of arithmetic."))

    def check_nesting(self, count: int) -> None:
        """Check how deep brackets, or repeated words, are nested.

        Raises:
            LimitError: they are nested too deep.
        """
        self._check(count, MAX_NESTING, _("Brackets and “not” are nested no deeper than {most} times."))

    def _check(self, count: int, most: int, text: str) -> None:
        if count > most:
            token = self.look()
            # What was noted before this may follow from reading so much that makes no sense.
            self.problems = [RuleProblem(token.start, token.end, text.format(most=most))]
            raise LimitError
