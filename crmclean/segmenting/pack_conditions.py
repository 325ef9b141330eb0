"""The conditions of a pack, fitted to one file: what its columns cannot say is left out.

Exports differ: one has the date of the last activity, another that of the last change; one a stage, another a status.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from crmclean.core.i18n import _
from crmclean.core.table import ROLES, Table
from crmclean.segmenting.packs import Conditions
from crmclean.segmenting.rule_names import resolve_rule
from crmclean.segmenting.rule_syntax import parse_rule

_PLACE: Final = re.compile(r"\{(\w+)\}")
_OPERAND: Final = re.compile(r"\w+|\[[^\]]+\]")
_OF_CLIENTS: Final = "{clients} "
_SALES: Final = frozenset({"deal", "order"})

Missing = tuple[tuple[str, ...], ...]
"""What a file lacks: of each group of roles and headings one would be enough."""


@dataclass(frozen=True)
class Fitted:
    """A condition as a rule of this file, or what the file lacks for it."""

    when: str = ""
    missing: Missing = ()


class Fitting:
    """Fits the conditions of packs to one table."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._known: dict[str, Missing] = {}

    def fit(self, conditions: Conditions) -> Fitted:
        """Return the rule that conditions become, or what the file lacks for every one that would be enough."""
        wanted = [self._expand(text, conditions.either) for text in conditions.any_of]
        usable = [fitted.when for fitted in wanted if not fitted.missing]
        if not usable:
            return wanted[0]
        barred = [self._expand(text, conditions.either) for text in conditions.none_of]
        excluded = [fitted.when for fitted in barred if not fitted.missing]
        when = usable[0] if len(usable) == 1 else " or ".join(f"({text})" for text in usable)
        if excluded:
            when = " and ".join([f"({when})", *(f"not ({text})" for text in excluded)])
        return Fitted(when)

    def _expand(self, text: str, either: Mapping[str, Sequence[str]]) -> Fitted:
        """Return a condition without ``{name}``, if the file has its columns."""
        if text.startswith(_OF_CLIENTS):
            if self._has_sales():
                return Fitted(missing=((_("a row per client"),),))
            text = text.removeprefix(_OF_CLIENTS)
        pieces, place = [], 0
        missing: list[tuple[str, ...]] = []
        for match in _PLACE.finditer(text):
            chosen = self._choose([self._expand(choice, either) for choice in either[match[1]]])
            missing += chosen.missing
            pieces += [text[place : match.start()], chosen.when]
            place = match.end()
        if missing:
            return Fitted(missing=tuple(dict.fromkeys(missing)))
        whole = "".join((*pieces, text[place:]))
        lacking = self._lacking(whole)
        return Fitted(missing=lacking) if lacking else Fitted(whole)

    def _choose(self, choices: Sequence[Fitted]) -> Fitted:
        """Return the first choice that the file has, or one group of all that would do."""
        for fitted in choices:
            if not fitted.missing:
                return fitted
        group = tuple(dict.fromkeys(name for fitted in choices for part in fitted.missing for name in part))
        return Fitted(missing=(group,))

    def _has_sales(self) -> bool:
        """Tell whether one client may stand in several rows: a list of deals or orders."""
        return self._table.origin.entity in _SALES or bool(self._table.with_role("deal_title", "ordered_at"))

    def _lacking(self, text: str) -> Missing:
        """Return the roles and headings of a condition, or of a column alone, that the file lacks."""
        if text not in self._known:
            asked = f"{text} is not empty" if _OPERAND.fullmatch(text) else text
            _bound, problems, missing = resolve_rule(parse_rule(asked), self._table)
            headings = (asked[problem.start : problem.end].strip("[]") for problem in problems)
            self._known[text] = tuple((name,) for name in (*missing, *headings))
        return self._known[text]


def name_missing(missing: Missing) -> str:
    """Return what a file lacks in the user's words: “Stage or Status, Next task”."""
    either = " " + _("or") + " "
    return ", ".join(either.join(_(ROLES[name]) if name in ROLES else name for name in group) for group in missing)
