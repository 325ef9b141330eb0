"""Reading the values of a rule: numbers, texts, columns, functions and arithmetic."""

from collections.abc import Callable
from typing import Final, Literal, cast

from crmclean.core.i18n import _
from crmclean.segmenting.rule_reading import ConditionError, TokenReader
from crmclean.segmenting.rule_tokens import Token
from crmclean.segmenting.rule_tree import (
    Arithmetic,
    Call,
    Name,
    Negative,
    Node,
    Number,
    Operand,
    Text,
    Today,
)
from crmclean.segmenting.rule_words import (
    AND,
    FUNCTIONS,
    OR,
    TODAY,
    ask_if_meant,
    find_near,
    fold_word,
)

_SUM: Final = ("+", "-")
_PRODUCT: Final = ("*", "/")


class OperandReader:
    """Reads values; what stands in brackets may be conditions, which ``read_inside`` reads."""

    def __init__(self, reader: TokenReader, read_inside: Callable[[], Node]) -> None:
        self._reader = reader
        self._read_inside = read_inside

    def read_operand(self) -> Operand:
        """Return a value; a condition in its place is a mistake."""
        return self._demand_operand(self.read_sum())

    def read_sum(self) -> Node:
        """Return a value, or the conditions that stand here in brackets."""
        return self._read_chain(_SUM, lambda: self._read_chain(_PRODUCT, self._read_minus))

    def _read_chain(self, signs: tuple[str, ...], read: Callable[[], Node]) -> Node:
        node = read()
        while self._reader.look().kind == "sign" and self._reader.look().value in signs:
            self._reader.count_operation()
            sign = cast(Literal["+", "-", "*", "/"], self._reader.take().value)
            left, right = self._demand_operand(node), self._demand_operand(read())
            node = Arithmetic(sign=sign, left=left, right=right, start=left.start, end=right.end)
        return node

    def _read_minus(self) -> Node:
        starts = []
        while self._reader.sees_sign("-"):
            self._reader.count_operation()
            starts.append(self._reader.take().start)
        node = self._read_value()
        for start in reversed(starts):
            node = Negative(part=self._demand_operand(node), start=start, end=node.end)
        return node

    def _demand_operand(self, node: Node) -> Operand:
        if not isinstance(node, Operand):
            raise self._reader.refuse(node.start, node.end, _("This is a condition; a value is expected here."))
        return node

    def _read_value(self) -> Node:
        reader = self._reader
        token = reader.look()
        if token.kind in ("number", "percent"):
            reader.take()
            return Number(digits=token.value, is_percent=token.kind == "percent", start=token.start, end=token.end)
        if token.kind == "text":
            reader.take()
            return Text(value=token.value, start=token.start, end=token.end)
        if token.kind == "heading":
            reader.take()
            return Name(text=token.value, is_bracketed=True, start=token.start, end=token.end)
        if reader.sees_sign("("):
            return self._read_brackets()
        if reader.sees_name():
            return self._read_words()
        raise self._refuse(token)

    def _read_brackets(self) -> Node:
        opened = self._reader.take()
        self._reader.check_nesting(self._reader.depth)
        node = self._read_inside()
        self._reader.close_bracket(opened)
        return node

    def _read_words(self) -> Operand:
        """Return what words without brackets mean: today, a function, or a column."""
        reader = self._reader
        first = last = reader.take()
        while reader.sees_name() or self._sees_number_of_heading():
            last = reader.take()
        text = " ".join(reader.text[first.start : last.end].split())
        if reader.sees_sign("("):
            return self._read_call(text, first.start, last.end)
        if fold_word(text) in TODAY:
            return Today(start=first.start, end=last.end)
        return Name(text=text, start=first.start, end=last.end)

    def _sees_number_of_heading(self) -> bool:
        """Tell whether a number follows that belongs to a heading, as in «Телефон 2»."""
        token = self._reader.look()
        return token.kind == "number" and self._reader.text[token.start : token.end].isdigit()

    def _read_call(self, text: str, start: int, end: int) -> Operand:
        reader = self._reader
        function = FUNCTIONS.get(fold_word(text).replace(" ", "_"))
        if function is None:
            near = find_near(text.replace(" ", "_"), FUNCTIONS)
            asked = ask_if_meant(near) or " " + _("A heading with round brackets stands in square brackets.")
            raise reader.refuse(start, end, _("There is no function “{name}”.").format(name=text) + asked)
        opened = reader.take()
        reader.check_nesting(reader.depth)
        arguments = [self.read_operand()]
        while reader.accept_sign(","):
            arguments.append(self.read_operand())
        closed = reader.close_bracket(opened)
        if len(arguments) > 1 and function != "count":
            reader.report(start, closed.end, _("“{name}” takes one value.").format(name=text))
        return Call(function=function, arguments=tuple(arguments), start=start, end=closed.end)

    def _refuse(self, token: Token) -> ConditionError:
        reader = self._reader
        if token.kind == "end":
            end = len(reader.text.rstrip())
            return reader.refuse(end, end, _("A value is missing at the end of the rule."))
        if token.kind == "word" and fold_word(token.value) not in AND | OR:
            message = _("A value is missing before “{word}”. A text stands in quotes, a heading in square brackets.")
            return reader.refuse(token.start, token.end, message.format(word=token.value))
        return reader.refuse(token.start, token.end, _("A value is missing before “{word}”.").format(word=token.value))
