"""What a rule says, as a tree: conditions, which hold or do not, over operands, which are values.

Two trees of the same meaning are equal wherever their parts stand in the text.
"""

from dataclasses import dataclass, field
from typing import Final, Literal

Sign = Literal["=", "!=", "<", "<=", ">", ">="]
Function = Literal[
    "days_since", "days_until", "months_since", "count", "length", "year", "month", "day", "weekday"
]  # fmt: skip
Manner = Literal["contains", "starts with", "ends with", "like"]
Quantity = Literal["any", "all"]

DATE_FUNCTIONS: Final = frozenset({"days_since", "days_until", "months_since", "year", "month", "day", "weekday"})
"""Functions of a date; ``count`` and ``length`` take a column of any kind."""


@dataclass(frozen=True, kw_only=True)
class Node:
    """A part of a rule: 0-based, from ``start`` up to ``end`` in its text."""

    start: int = field(compare=False)
    end: int = field(compare=False)


@dataclass(frozen=True)
class Name(Node):
    """A column: by its heading, a role or the title of a role; a bracketed one is a heading before all."""

    text: str
    is_bracketed: bool = False


@dataclass(frozen=True)
class Number(Node):
    """A number: digits with at most one dot."""

    digits: str
    is_percent: bool = False

    @property
    def value(self) -> float:
        """The number; 15 for 15%."""
        return float(self.digits)


@dataclass(frozen=True)
class Text(Node):
    """A text in quotes, or a date."""

    value: str


@dataclass(frozen=True)
class Today(Node):
    """The day of the run."""


@dataclass(frozen=True)
class Call(Node):
    """A function of one operand; ``count`` may have several."""

    function: Function
    arguments: tuple["Operand", ...]


@dataclass(frozen=True)
class Arithmetic(Node):
    """Two operands and what is made of them."""

    sign: Literal["+", "-", "*", "/"]
    left: "Operand"
    right: "Operand"


@dataclass(frozen=True)
class Negative(Node):
    """An operand with a minus."""

    part: "Operand"


Operand = Name | Number | Text | Today | Call | Arithmetic | Negative


@dataclass(frozen=True)
class Group(Node):
    """Two conditions or more, of which all or any must hold."""

    word: Literal["and", "or"]
    parts: tuple["Condition", ...]


@dataclass(frozen=True)
class Negation(Node):
    """The opposite of a condition."""

    part: "Condition"


@dataclass(frozen=True)
class Comparison(Node):
    """One operand beside another."""

    left: Operand
    sign: Sign
    right: Operand


@dataclass(frozen=True)
class Between(Node):
    """Within two bounds, both included."""

    part: Operand
    low: Operand
    high: Operand
    is_negated: bool = False


@dataclass(frozen=True)
class Among(Node):
    """Equal to one of several values."""

    part: Operand
    values: tuple[Operand, ...]
    is_negated: bool = False


@dataclass(frozen=True)
class Has(Node):
    """A cell of several values has any, or all, of these."""

    part: Operand
    values: tuple[Text, ...]
    quantity: Quantity = "any"
    is_negated: bool = False


@dataclass(frozen=True)
class Match(Node):
    """A text contains, begins or ends with any, or all, of these, or looks so (``*`` and ``?``)."""

    part: Operand
    manner: Manner
    values: tuple[Text, ...]
    quantity: Quantity = "any"
    is_negated: bool = False


@dataclass(frozen=True)
class Empty(Node):
    """Nothing stands in the cell."""

    part: Operand
    is_negated: bool = False


@dataclass(frozen=True)
class OfClass(Node):
    """A status or stage of one of these classes; ``name`` is the class or group as ``CLASS_NAMES`` has it."""

    part: Operand
    name: str
    is_negated: bool = False


@dataclass(frozen=True)
class Yes(Node):
    """A flag that says yes."""

    part: Operand
    is_negated: bool = False


@dataclass(frozen=True)
class Always(Node):
    """What every record fulfils."""


Test = Comparison | Between | Among | Has | Match | Empty | OfClass | Yes | Always
Condition = Group | Negation | Test


@dataclass(frozen=True)
class Rule:
    """A rule: its text and what it says."""

    text: str = field(compare=False)
    root: Condition


@dataclass(frozen=True)
class RuleProblem:
    """What is wrong in a rule: 0-based, from ``start`` up to ``end`` in its text; ``text`` is for the user."""

    start: int
    end: int
    text: str


class RuleError(ValueError):
    """A rule that cannot be understood.

    Attributes:
        problems: what is wrong, in the order of the text, at least one.
    """

    def __init__(self, problems: tuple[RuleProblem, ...]) -> None:
        super().__init__(" ".join(problem.text for problem in problems))
        self.problems = problems


def list_tests(condition: Condition) -> tuple[Test, ...]:
    """Return the conditions that consist of no others, in the order of the text."""
    if isinstance(condition, Group):
        return tuple(test for part in condition.parts for test in list_tests(part))
    if isinstance(condition, Negation):
        return list_tests(condition.part)
    return (condition,)


def list_operands(test: Test) -> tuple[Operand, ...]:
    """Return the operands of a test itself, in the order of the text."""
    match test:
        case Comparison(left=left, right=right):
            return left, right
        case Between(part=part, low=low, high=high):
            return part, low, high
        case Among(part=part, values=values):
            return part, *values
        case Has(part=part) | Match(part=part) | Empty(part=part) | OfClass(part=part) | Yes(part=part):
            return (part,)
        case Always():
            return ()


def list_names(operand: Operand) -> tuple[Name, ...]:
    """Return the columns that an operand is made of, in the order of the text."""
    match operand:
        case Name():
            return (operand,)
        case Call(arguments=arguments):
            return tuple(name for argument in arguments for name in list_names(argument))
        case Arithmetic(left=left, right=right):
            return (*list_names(left), *list_names(right))
        case Negative(part=part):
            return list_names(part)
        case _:
            return ()
