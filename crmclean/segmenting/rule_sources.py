"""What a name of a rule stands for: columns, and the kind of their values."""

from dataclasses import dataclass
from typing import Final, Literal

from crmclean.core.table import DATE_ROLES

Kind = Literal["number", "date", "text", "open"]
"""``open`` is decided by what the column is compared with."""

_NUMBERS: Final = frozenset({"amount", "cost", "touches", "loyalty", "call_attempts"})
# Numbers and dates that are not counted with, and columns that hold this or that.
_OPEN: Final = frozenset(
    {"", "id", "inn", "kpp", "ogrn", "snils", "postal_code", "next_task", "referral", "product", "deal_title"}
)


def kind_of_role(role: str) -> Kind:
    """Return the kind of values of a role; ``open`` for none.

    >>> kind_of_role("amount"), kind_of_role("birthday"), kind_of_role("city"), kind_of_role("")
    ('number', 'date', 'text', 'open')
    """
    if role in _NUMBERS:
        return "number"
    if role in DATE_ROLES:
        return "date"
    return "open" if role in _OPEN else "text"


@dataclass(frozen=True)
class Source:
    """The columns that a name stands for.

    Attributes:
        role: a key of ``ROLES``, ``""`` for a heading that plays none.
        columns: labels in ``Table.frame``, empty where the file lacks the role.
        kind: what its values are.
        looks: of an open column, what most of its values look like; ``open`` for neither.
    """

    role: str
    columns: tuple[str, ...]
    kind: Kind
    looks: Kind = "open"
