"""The rules of the config that say who leaves the active base, and with what reason.

No record leaves without a reason: a rule without one is refused before anything runs.
"""

import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Final

import pandas as pd

from crmclean.core.errors import UsageError
from crmclean.core.i18n import _
from crmclean.core.segment_settings import ArchiveRule, ArchiveSettings
from crmclean.core.table import ROLES, Table
from crmclean.files.headings import heading_key
from crmclean.hygiene.statuses import group_pairs
from crmclean.segmenting.archive_taking import Taking, texts
from crmclean.segmenting.rule_evaluation import RuleContext, holds
from crmclean.segmenting.rule_names import BoundRule, resolve_rule
from crmclean.segmenting.rule_syntax import Rule, RuleError, RuleProblem, mark_problem, parse_rule

_IN_BRACKETS: Final = re.compile(r"\[(.+)\]")


def check_rules(settings: ArchiveSettings) -> tuple[Rule, ...]:
    """Return the rules of the settings, read; what is wrong with them is said before any file is read.

    Raises:
        UsageError: there is nothing to archive by, a rule cannot be read or gives no reason; all mistakes are named.
    """
    if not settings.rule and not settings.built_in:
        raise UsageError(
            _("There is no rule that says which records go into the archive."),
            _("Write [[archive.rule]] with “when” and “reason” into crmclean.toml, or add --built-in."),
        )
    rules, mistakes = [], []
    for number, rule in enumerate(settings.rule, 1):
        if not rule.reason.strip():
            text = _("archive rule {number} gives no reason: nothing is archived without one.")
            mistakes.append(text.format(number=number))
        try:
            rules.append(parse_rule(rule.when))
        except RuleError as error:
            mistakes += [_place(number, rule, problem) for problem in error.problems]
    _refuse(mistakes)
    return tuple(rules)


def apply_rules(table: Table, settings: ArchiveSettings, as_of: pd.Timestamp) -> list[Taking]:
    """Return what each rule of the settings takes; a rule whose columns the export lacks takes nothing.

    Raises:
        UsageError: a rule cannot be read, gives no reason or names a column that there is not; all are named.
    """
    rules = check_rules(settings)
    context = RuleContext(table, as_of, group_pairs(settings.statuses), settings.region)
    bound: list[tuple[BoundRule | None, pd.Series | None, str]] = []
    mistakes: list[str] = []
    for number, (rule, parsed) in enumerate(zip(settings.rule, rules, strict=True), 1):
        found, problems, missing = resolve_rule(parsed, table)
        mistakes += [_place(number, rule, problem) for problem in problems]
        reasons, lacking, mistake = _find_reasons(rule.reason.strip(), table)
        if mistake:
            mistakes.append(_("archive rule {number}: {problem}").format(number=number, problem=mistake))
        bound.append((found, reasons, ", ".join(_title(role) for role in dict.fromkeys((*missing, *lacking)))))
    _refuse(mistakes)
    return [_take(table, rule, *parts, context) for rule, parts in zip(settings.rule, bound, strict=True)]


def _take(
    table: Table,
    rule: ArchiveRule,
    bound: BoundRule | None,
    reasons: "pd.Series[str] | None",
    missing: str,
    context: RuleContext,
) -> Taking:
    size = len(table)
    nothing = texts(size)
    if bound is None or reasons is None:
        return Taking(rule.when, rule.reason, nothing.ne("").to_numpy(bool), nothing, nothing, nothing, missing)
    warm_up = texts(size, rule.warm_up.strip())
    return Taking(rule.when, rule.reason, holds(bound, context), reasons, warm_up, nothing)


def _find_reasons(reason: str, table: Table) -> "tuple[pd.Series[str] | None, tuple[str, ...], str]":
    """Return the reason of every row, the role that the table lacks for it, and what is wrong with it, in words."""
    bracketed = _IN_BRACKETS.fullmatch(reason)
    if bracketed is None:
        return texts(len(table), reason), (), ""
    name = bracketed[1].strip()
    key = heading_key(name)
    for column in table.columns:
        if name == column.header or (key and heading_key(column.header) == key):
            return table.frame[column.name].str.strip(), (), ""
    if name.casefold() in ROLES:
        role = name.casefold()
        return (table.coalesced(role), (), "") if table.with_role(role) else (None, (role,), "")
    problem = _("there is no column “{name}” to take the reason from.").format(name=name)
    near = get_close_matches(name, [*filter(None, table.headers), *ROLES], n=1)
    return None, (), problem + (" " + _("Did you mean “{name}”?").format(name=near[0]) if near else "")


def _title(role: str) -> str:
    return _(ROLES[role]) if role in ROLES else role


def _place(number: int, rule: ArchiveRule, problem: RuleProblem) -> str:
    said = _("archive rule {number}: {problem}").format(number=number, problem=problem.text)
    return said + "\n" + mark_problem(rule.when, problem)


def _refuse(mistakes: Sequence[str]) -> None:
    if mistakes:
        raise UsageError("\n".join(mistakes), _("Correct the rules and run again; nothing was archived."))
