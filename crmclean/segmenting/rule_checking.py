"""What makes no sense in a rule, although it can be read: a number beside a text, a function of the wrong kind."""

from collections.abc import Iterator

from crmclean.core.i18n import _
from crmclean.segmenting.rule_kinds import KindError, Sources, compare_as, kind_of, read_date_text, say_no_date
from crmclean.segmenting.rule_tree import (
    DATE_FUNCTIONS,
    Among,
    Arithmetic,
    Between,
    Call,
    Comparison,
    Empty,
    Has,
    Match,
    Name,
    Negative,
    OfClass,
    Operand,
    RuleProblem,
    Test,
    Text,
    Today,
    Yes,
    list_operands,
)


def check_test(test: Test, sources: Sources, text: str) -> Iterator[RuleProblem]:
    """Return what makes no sense in a condition.

    Args:
        text: the rule, of which parts are shown.
    """
    operands = list_operands(test)
    found = [problem for operand in operands for problem in _check_calls(operand, sources, text)]
    yield from found
    if found:
        return
    if operands and not any(_names_something(operand) for operand in operands):
        yield _note(test, _say_no_column(test))
        return
    match test:
        case Comparison():
            yield from _check_pair(test.left, test.right, test.sign not in ("=", "!="), sources, test)
        case Between():
            yield from _check_pair(test.part, test.low, True, sources, test.low)
            yield from _check_pair(test.part, test.high, True, sources, test.high)
        case Among():
            for value in test.values:
                yield from _check_pair(test.part, value, False, sources, value)
        case Has() | Match() | Empty() | OfClass() | Yes():
            if not isinstance(test.part, Name):
                yield _note(test.part, _("This can be said of a column only, not of a computed value."))
            elif isinstance(test, OfClass) and sources[test.part].kind in ("number", "date"):
                yield _note(test.part, _("“{name}” is no status.").format(name=test.part.text))


def _check_pair(
    left: Operand, right: Operand, is_order: bool, sources: Sources, place: Operand | Test
) -> Iterator[RuleProblem]:
    try:
        compare_as(left, right, is_order, sources)
    except KindError as error:
        texts = [operand for operand in (right, left) if isinstance(operand, Text)]
        yield _note(texts[0] if texts else place, str(error))


def _check_calls(operand: Operand, sources: Sources, text: str) -> Iterator[RuleProblem]:
    """Return what is wrong with the functions and the arithmetic of a value."""
    match operand:
        case Call():
            for argument in operand.arguments:
                yield from _check_argument(operand, argument, sources, text)
        case Arithmetic():
            within = [*_check_calls(operand.left, sources, text), *_check_calls(operand.right, sources, text)]
            yield from within
            if not within:
                try:
                    kind_of(operand, sources)
                except KindError as error:
                    yield _note(operand, str(error))
        case Negative():
            within = list(_check_calls(operand.part, sources, text))
            yield from within
            if not within and kind_of(operand.part, sources, "number") not in ("number", "open"):
                yield _note(operand, _("Only a number can have a minus."))


def _check_argument(call: Call, argument: Operand, sources: Sources, text: str) -> Iterator[RuleProblem]:
    within = list(_check_calls(argument, sources, text))
    yield from within
    if within:
        return
    if call.function not in DATE_FUNCTIONS:
        if not isinstance(argument, Name):
            yield _note(argument, _("“{name}” needs a column.").format(name=call.function))
    elif isinstance(argument, Text):
        if read_date_text(argument.value) is None:
            yield _note(argument, say_no_date(argument.value))
    elif kind_of(argument, sources, "date") not in ("date", "open"):
        written = text[argument.start : argument.end]
        message = _("“{name}” needs a date; “{text}” is none.").format(name=call.function, text=written)
        yield _note(argument, message)


def _names_something(operand: Operand) -> bool:
    match operand:
        case Today():
            return True
        case Call(arguments=arguments):
            return any(_names_something(argument) for argument in arguments)
        case Arithmetic(left=left, right=right):
            return _names_something(left) or _names_something(right)
        case Negative(part=part):
            return _names_something(part)
        case _:
            return isinstance(operand, Name)


def _say_no_column(test: Test) -> str:
    first = list_operands(test)[0]
    if isinstance(first, Text):
        return _("No column is named here. A heading stands in square brackets: [{text}].").format(text=first.value)
    return _("No column is named here.")


def _note(place: Operand | Test, text: str) -> RuleProblem:
    return RuleProblem(place.start, place.end, text)
