"""Rules for one export, in its own headings and the user's language: examples that can be asked of it at once."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from crmclean.core.i18n import N_, _
from crmclean.core.table import Table
from crmclean.segmenting.rule_names import resolve_rule
from crmclean.segmenting.rule_syntax import RuleError, parse_rule

_TOUCHED: Final = "last_activity/modified_at/closed_at/ordered_at/created_at"
_STATE: Final = "stage/status"

_WORD: Final = re.compile(r"[^\W\d_]\w*")
_BRACKETED: Final = re.compile(r"[^\[\]\n\"'«»]+")


@dataclass(frozen=True)
class Example:
    """A rule that would suit many bases.

    Attributes:
        when: message id of what it says, with the names of ``asks`` for headings.
        asks: roles of the columns that it asks, by name; of ``a/b`` the first that the file has.
        texts: what else stands in its table, by the name of the setting: message ids.
    """

    when: str
    asks: Mapping[str, str]
    texts: Mapping[str, str] = field(default_factory=dict)


SEGMENTS: Final = (
    Example(
        N_("{amount} >= 500000 and {state} is open"),
        {"amount": "amount", "state": _STATE},
        {
            "name": N_("Large deals"),
            "action": N_("Call and agree the next step"),
            "due": N_("today"),
            "why": N_("A large deal is still open"),
        },
    ),
    Example(
        N_("{state} is postponed"),
        {"state": _STATE},
        {
            "name": N_("Put off"),
            "action": N_("Ask whether the time has come"),
            "due": N_("3 working days"),
            "why": N_("The client asked to be called later"),
        },
    ),
    Example(
        N_("{phone} is not empty and {email} is empty"),
        {"phone": "phone", "email": "email"},
        {
            "name": N_("A phone and no e-mail"),
            "action": N_("Call and ask for the e-mail address"),
            "due": N_("1 week"),
            "why": N_("News and offers do not arrive"),
        },
    ),
    Example(
        N_("{client} is not empty"),
        {"client": "company/full_name/last_name/first_name/phone/email/inn"},
        {"name": N_("All clients"), "action": N_("Call"), "due": N_("1 week"), "why": N_("An example")},
    ),
)
"""For ``[[segment]]``: the first that the file has the columns for."""

CHAINS: Final = (
    Example(
        N_("{state} is no-answer"),
        {"state": _STATE},
        {"name": N_("Does not answer"), "why": N_("The client has not picked up yet")},
    ),
    Example(
        N_("days_since({touched}) > 180"),
        {"touched": _TOUCHED},
        {"name": N_("Silent for half a year"), "why": N_("Nobody has been in touch for half a year")},
    ),
)
"""For ``[[chain]]``."""

CHAIN_STEPS: Final = (
    (N_("1 hour"), N_("Call again")),
    (N_("1 working day"), N_("Write a message")),
    (N_("3 working days"), N_("Close with a reason")),
)
"""The steps of an example of a chain: how long after the one before, and what is done; message ids."""

ARCHIVES: Final = (
    Example(N_("{state} is lost and {reason} is not empty"), {"state": _STATE, "reason": "loss_reason"}),
    Example(N_("{state} is lost"), {"state": _STATE}, {"reason": N_("The deal was lost")}),
    Example(
        N_("{touched} is not empty and days_since({touched}) > 730"),
        {"touched": _TOUCHED},
        {"reason": N_("No activity for two years")},
    ),
    Example(
        N_("{phone} is empty and {email} is empty"),
        {"phone": "phone", "email": "email"},
        {"reason": N_("No phone and no e-mail")},
    ),
)
"""For ``[[archive.rule]]``; the first takes its reason from the column of reasons."""


@dataclass(frozen=True)
class BoundExample:
    """An example in the headings of a file.

    Attributes:
        when: its rule.
        names: how the rule calls the columns that it asks, by their names in the example.
        texts: what else stands in its table, translated.
    """

    when: str
    names: Mapping[str, str]
    texts: Mapping[str, str]


def choose_example(examples: Sequence[Example], table: Table) -> BoundExample | None:
    """Return the first example that can be asked of a table; ``None`` where none can."""
    found = (bind_example(example, table) for example in examples)
    return next((bound for bound in found if bound is not None), None)


def bind_example(example: Example, table: Table) -> BoundExample | None:
    """Return an example in the headings of a table, or in roles where a heading will not do.

    Returns:
        ``None`` where the table lacks a column.
    """
    known = {column.role for column in table.columns}
    roles = {
        name: next((role for role in group.split("/") if role in known), "") for name, group in example.asks.items()
    }
    if not all(roles.values()):
        return None
    for names in ({name: write_name(role, table) for name, role in roles.items()}, roles):
        rule = _(example.when).format(**names)
        if can_be_asked(rule, table):
            return BoundExample(rule, names, {name: _(text) for name, text in example.texts.items()})
    return None


def write_name(role: str, table: Table) -> str:
    """Return how a rule calls the columns of a role: by their heading where it is one and its own, else by role."""
    headings = [column.header for column in table.with_role(role)]
    if len(headings) != 1 or Counter(table.headers)[headings[0]] != 1:
        return role
    heading = headings[0]
    if _WORD.fullmatch(heading):
        return heading
    return f"[{heading}]" if _BRACKETED.fullmatch(heading) else role


def can_be_asked(rule: str, table: Table) -> bool:
    """Tell whether a rule can be read and the table has all that it asks for."""
    try:
        bound, _problems, _missing = resolve_rule(parse_rule(rule), table)
    except RuleError:
        return False
    return bound is not None
