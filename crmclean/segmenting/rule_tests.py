"""Reading what is said of a value: comparisons, lists, parts of texts, empty cells, classes of a status."""

from typing import Final

from crmclean.core.i18n import _
from crmclean.segmenting.rule_operands import OperandReader
from crmclean.segmenting.rule_reading import ConditionError, TokenReader
from crmclean.segmenting.rule_tokens import Token
from crmclean.segmenting.rule_tree import (
    Among,
    Between,
    Comparison,
    Condition,
    Empty,
    Has,
    Manner,
    Match,
    Name,
    OfClass,
    Operand,
    Quantity,
    Sign,
    Text,
    Yes,
)
from crmclean.segmenting.rule_words import (
    AND,
    BETWEEN,
    CLASS_NAMES,
    CLASS_WORDS,
    COMPARING,
    EMPTY,
    FILLED,
    HAS,
    IN,
    IS,
    MANNERS,
    MOST_WORDS_OF_CLASS,
    NOT,
    OPPOSITE,
    PHRASES,
    QUANTITIES,
    RESERVED,
    SIGNS,
    YES,
    ask_if_meant,
    find_near,
    fold_class,
    fold_word,
)

MAX_PATTERN: Final = 200
"""Characters of a text with wildcards."""

_OF_QUANTITY: Final = frozenset({"of", "из"})


def say_no_comparison(text: str) -> str:
    """Return the message for a value that nothing is said of."""
    message = _("Nothing is said of “{text}”. Add a comparison, such as = 'text', > 5, is empty.")
    return message.format(text=text)


def read_test(reader: TokenReader, operands: OperandReader, part: Operand) -> Condition:
    """Return the condition that begins with this value.

    Raises:
        ConditionError: no condition follows; it is reported.
    """
    return _TestReader(reader, operands, part).read()


class _TestReader:
    def __init__(self, reader: TokenReader, operands: OperandReader, part: Operand) -> None:
        self._reader = reader
        self._operands = operands
        self._part = part

    def read(self) -> Condition:
        reader = self._reader
        if reader.look().kind == "sign" and reader.look().value in SIGNS:
            return self._compare(SIGNS[reader.take().value])
        if reader.accept(IS):
            return self._read_is(reader.accept(NOT))
        is_negated = not reader.sees(HAS) and reader.accept(NOT)
        found = self._read_words(is_negated)
        if found is None:
            raise self._refuse()
        return found

    def _read_is(self, is_negated: bool) -> Condition:
        # A class before a list: «это в работе» begins as a list does.
        found = self._read_emptiness(is_negated) or self._read_class(is_negated)
        found = found or self._read_list_or_bounds(is_negated)
        if found is None:
            raise self._refuse_class()
        return found

    def _read_words(self, is_negated: bool) -> Condition | None:
        reader = self._reader
        if reader.sees(COMPARING):
            sign = COMPARING[fold_word(reader.take().value)]
            return self._compare(OPPOSITE[sign] if is_negated else sign)
        found = self._read_emptiness(is_negated) or self._read_list_or_bounds(is_negated)
        if found:
            return found
        if reader.sees(HAS):
            return self._read_has(reader.take(), is_negated)
        manner = self._accept_manner()
        if manner:
            return self._read_match(manner, is_negated)
        return None

    def _read_has(self, word: Token, is_negated: bool) -> Condition:
        """Return “has”; «статус есть недозвон» says “is”."""
        if word.value.lower() == "есть" and self._reader.sees_word() and not self._reader.sees(QUANTITIES):
            return self._read_is(is_negated or self._reader.accept(NOT))
        quantity, values, end = self._read_values()
        return Has(
            part=self._part, values=values, quantity=quantity, is_negated=is_negated, start=self._part.start, end=end
        )

    def _read_match(self, manner: Manner, is_negated: bool) -> Condition:
        quantity, values, end = self._read_values()
        for value in values:
            if manner == "like" and len(value.value) > MAX_PATTERN:
                message = _("A text with wildcards is no longer than {most} characters.").format(most=MAX_PATTERN)
                self._reader.report(value.start, value.end, message)
        return Match(
            part=self._part, manner=manner, values=values, quantity=quantity, is_negated=is_negated,
            start=self._part.start, end=end,
        )  # fmt: skip

    def _compare(self, sign: Sign) -> Condition:
        right = self._operands.read_operand()
        self._check_text(self._part)
        self._check_text(right)
        return Comparison(left=self._part, sign=sign, right=right, start=self._part.start, end=right.end)

    def _read_emptiness(self, is_negated: bool) -> Condition | None:
        reader, start = self._reader, self._part.start
        for words in (EMPTY, FILLED, YES if reader.sees(YES) else frozenset()):
            if reader.sees(words):
                end = reader.take().end
                if words is YES:
                    return Yes(part=self._part, is_negated=is_negated, start=start, end=end)
                return Empty(part=self._part, is_negated=is_negated != (words is FILLED), start=start, end=end)
        return None

    def _read_list_or_bounds(self, is_negated: bool) -> Condition | None:
        reader, start = self._reader, self._part.start
        if reader.accept(BETWEEN):
            low = self._operands.read_operand()
            if not reader.accept(AND):
                token = reader.look()
                raise reader.refuse(token.start, token.end, _("“between” needs two values: between 10 and 20."))
            high = self._operands.read_operand()
            return Between(part=self._part, low=low, high=high, is_negated=is_negated, start=start, end=high.end)
        if reader.accept(IN):
            values, end = self._read_list()
            for value in values:
                self._check_text(value)
            return Among(part=self._part, values=values, is_negated=is_negated, start=start, end=end)
        return None

    def _read_list(self) -> tuple[tuple[Operand, ...], int]:
        reader = self._reader
        opened = reader.look()
        if not reader.accept_sign("("):
            raise reader.refuse(opened.start, opened.end, _("A list stands in brackets: ('Moscow', 'Kazan')."))
        if reader.sees_sign(")"):
            raise reader.refuse(opened.start, reader.look().end, _("The list is empty."))
        values = [self._operands.read_operand()]
        while reader.accept_sign(","):
            values.append(self._operands.read_operand())
        if reader.look().kind in ("text", "number", "percent"):
            token = reader.look()
            raise reader.refuse(token.start, token.end, _("A comma is missing before this."))
        return tuple(values), reader.close_bracket(opened).end

    def _read_values(self) -> tuple[Quantity, tuple[Text, ...], int]:
        """Return one text, or a list of which any or all count."""
        reader = self._reader
        quantity: Quantity | None = None
        if reader.sees(QUANTITIES):
            quantity = QUANTITIES[fold_word(reader.take().value)]
            reader.accept(_OF_QUANTITY)
        if not reader.sees_sign("("):
            value = self._make_text(self._operands.read_operand())
            return quantity or "any", (value,), value.end
        opened = reader.look()
        values, end = self._read_list()
        if quantity is None and len(values) > 1:
            reader.report(opened.start, end, _("Say which of these: any ('a', 'b') or all ('a', 'b')."))
        return quantity or "any", tuple(self._make_text(value) for value in values), end

    def _make_text(self, operand: Operand) -> Text:
        if isinstance(operand, Text):
            self._check_text(operand)
            return operand
        written = self._reader.text[operand.start : operand.end]
        if not isinstance(operand, Name) and written.isdigit():
            return Text(value=written, start=operand.start, end=operand.end)
        raise self._reader.refuse(
            operand.start, operand.end, _("A text stands in quotes: '{text}'.").format(text=written)
        )

    def _check_text(self, operand: Operand) -> None:
        if isinstance(operand, Text) and not operand.value.strip():
            self._reader.report(operand.start, operand.end, _("Nothing stands in the quotes. Write “is empty”."))

    def _accept_manner(self) -> Manner | None:
        reader = self._reader
        for words, manner in MANNERS.items():
            if all(reader.sees({word}, ahead) for ahead, word in enumerate(words)):
                for _word in words:
                    reader.take()
                return manner
        return None

    def _read_class(self, is_negated: bool) -> Condition | None:
        reader, start = self._reader, self._part.start
        first = reader.look()
        if first.kind == "text":
            name = CLASS_WORDS.get(fold_class(first.value), "")
            if not name:
                message = _("“is” names a class of statuses. To compare with a text write = '{text}'.")
                raise reader.refuse(first.start, first.end, message.format(text=first.value))
            return OfClass(part=self._part, name=name, is_negated=is_negated, start=start, end=reader.take().end)
        for count in range(MOST_WORDS_OF_CLASS, 0, -1):
            tokens = [reader.look(ahead) for ahead in range(count)]
            name = CLASS_WORDS.get(fold_class(" ".join(token.value for token in tokens)), "")
            if name and all(token.kind == "word" for token in tokens):
                for _token in tokens:
                    reader.take()
                return OfClass(part=self._part, name=name, is_negated=is_negated, start=start, end=tokens[-1].end)
        return None

    def _refuse_class(self) -> ConditionError:
        reader = self._reader
        first = last = reader.look()
        if first.kind != "word":
            return reader.refuse(
                first.start, max(first.end, first.start), _("A class of statuses is missing after “is”.")
            )
        reader.take()
        while reader.sees_name():
            last = reader.take()
        written = reader.text[first.start : last.end]
        near = CLASS_WORDS.get(find_near(fold_class(written), CLASS_WORDS), "") or find_near(written, {"empty", "yes"})
        message = _("There is no class of statuses “{name}”.").format(name=written)
        known = _("Known are: {names}.").format(names=", ".join(CLASS_NAMES))
        return reader.refuse(first.start, last.end, message + (ask_if_meant(near) or " " + known))

    def _refuse(self) -> ConditionError:
        """Say that nothing follows the value; where one of its words is nearly one of the language, say which."""
        reader, part = self._reader, self._part
        written = reader.text[part.start : part.end]
        if isinstance(part, Name) and not part.is_bracketed:
            place = part.start
            for number, word in enumerate(written.split()):
                start = reader.text.index(word, place)
                place = start + len(word)
                near = find_near(word, RESERVED) if number else ""
                if near:
                    message = _("“{text}” is not expected here.").format(text=word) + ask_if_meant(
                        PHRASES.get(near, near)
                    )
                    return reader.refuse(start, place, message)
        return reader.refuse(part.start, part.end, say_no_comparison(written))
