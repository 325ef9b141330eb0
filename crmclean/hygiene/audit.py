"""Check a base against the regulation: empty required fields, doubtful values, tags off the list, and one score.

Nothing is changed: every record gets what is wrong with it, in codes and in words, and its own score.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from crmclean.core.hygiene_settings import AuditSettings
from crmclean.core.i18n import N_, _, ngettext
from crmclean.core.step import Outcome, check_balance
from crmclean.core.table import ROLES, Table
from crmclean.hygiene.as_of import days_before, read_as_of
from crmclean.hygiene.audit_consistency import CHECKS, SALES, SALES_LIST, Known, Verdict, check_consistency
from crmclean.hygiene.audit_days import read_days
from crmclean.hygiene.audit_kinds import CHECKED, NAME_ROLES, STANDARD, Bools, Floats, Values
from crmclean.hygiene.audit_managers import MANAGERS_SECTION, WORK_SECTION, list_managers
from crmclean.hygiene.audit_repeats import COMPARED_ENTITIES, find_repeats
from crmclean.hygiene.audit_required import Required, check_required, find_company_cards, title_of
from crmclean.hygiene.audit_sample import draw_sample
from crmclean.hygiene.audit_tags import TAGS_SECTION, TagVerdicts, check_tags
from crmclean.hygiene.audit_values import judge_values
from crmclean.hygiene.audit_words import Flag, name_flags
from crmclean.hygiene.quality import (
    QUALITY_SECTION,
    Part,
    freshness_of,
    list_parts,
    mean_part,
    ratio_part,
    score_base,
    score_records,
)
from crmclean.hygiene.rules import RULES_SECTION, Rule, list_rules
from crmclean.hygiene.statuses import LOST, WON, group_pairs, read_statuses

SECTIONS: Final = (QUALITY_SECTION, MANAGERS_SECTION, WORK_SECTION, TAGS_SECTION, replace(RULES_SECTION, most=60))

_DATED: Final = ("created_at", "modified_at", "last_activity", "closed_at", "birthday")
_TOUCHED: Final = ("last_activity", "modified_at", "created_at")
_CLIENTS: Final = N_("a list of clients, not of deals")
_VOCABULARY: Final = N_("a list of allowed values (--vocabulary)")


def audit(table: Table, settings: AuditSettings) -> Outcome:
    """Return the table with what is wrong with every record and its quality, and the figures of the base.

    Columns added: ``crmclean_audit`` (codes joined by spaces), ``crmclean_audit_why`` (the same in words) and
    ``crmclean_quality`` (0 to 100, rounded down; ``""`` where nothing can be measured).

    Tables: ``quality`` (the parts of the score), ``managers``, ``tags``, ``rules``, and ``sample``, the records for the
    controller, see ``audit_sample``. Figures: ``quality`` (0 to 100), its parts that could be measured as shares,
    and ``gaps``, the records with an empty required field.

    Raises:
        UsageError: a setting names a field or class that does not exist, or no date.
    """
    today = read_as_of(settings.as_of)
    cards = find_company_cards(table)
    values = judge_values(table, settings, today.date(), cards)
    required = check_required(table, settings, values, cards)
    tags = check_tags(table, settings.vocabulary)
    days = {role: read_days(table, role) for role in _DATED}
    known = Known(table, values.inn, days, _classes_of(table, settings), today)
    checks = check_consistency(known)
    touched = _days_untouched(known)
    is_ended = known.classes.isin(LOST | WON if table.origin.entity in SALES else LOST).to_numpy()
    is_touched = np.where(is_ended, np.nan, touched.to_numpy())
    repeats = find_repeats(table, values, cards) if table.origin.entity in COMPARED_ENTITIES else None
    parts = [
        _completeness(table, required),
        _validity(table, values),
        _uniqueness(repeats, len(table)),
        _consistency(checks, len(table)),
        _freshness(table, is_touched, settings),
    ]
    flags = [
        *[Flag(item.rule, item.gaps) for item in required],
        *_reach_flags(values),
        *_value_flags(values),
        *_tag_flags(table, tags),
        Flag(_REPEATED, np.zeros(len(table), np.bool_) if repeats is None else repeats[0]),
        *_check_flags(checks, len(table)),
        _stale_flag(is_touched, settings.fresh_days),
    ]
    return _make_outcome(table, settings, _Audit(values, required, tags, parts, flags, touched))


@dataclass(frozen=True)
class _Audit:
    """Everything that was found."""

    values: Values
    required: Sequence[Required]
    tags: TagVerdicts
    parts: Sequence[Part]
    flags: Sequence[Flag]
    touched: "pd.Series[float]"


_PHONES: Final = ("phone",)
_EMAILS: Final = ("email",)
_PHONE_NO_MAIL: Final = Rule("phone-no-mail", N_("A phone, but no e-mail: ask for the address"), (_PHONES, _EMAILS))
_MAIL_NO_PHONE: Final = Rule("mail-no-phone", N_("An e-mail, but no phone: ask for the number"), (_PHONES, _EMAILS))
_REPEATED: Final = Rule(
    "duplicate",
    N_("Another record is of the same client"),
    ((_CLIENTS,), ("phone", "email", "inn")),
)


def _make_outcome(table: Table, settings: AuditSettings, found: _Audit) -> Outcome:
    evidence = _evidence(table, found.tags)
    flags = [flag for flag in found.flags if not flag.rule.missing(table, evidence)]
    codes, why = name_flags(flags, table.frame.index)
    quality = score_records(found.parts)
    result = table.with_added(
        {"crmclean_audit": codes, "crmclean_audit_why": why, "crmclean_quality": _write_scores(quality, table)}
    )
    check_balance(len(table), len(result), 0)
    # What was skipped stands last: a list of sixty lines begins with what was found.
    rules = sorted((flag.rule for flag in found.flags), key=lambda rule: bool(rule.missing(table, evidence)))
    counts = {flag.rule.code: int(flag.marks.sum()) for flag in flags}
    tables = {
        "quality": list_parts(found.parts),
        "managers": list_managers(table, found.required, found.flags, quality),
        "tags": found.tags.table,
        "rules": list_rules(rules, table, counts, evidence),
        "sample": draw_sample(table, found.values, found.touched, why, settings.sample, settings.seed),
    }
    gaps = np.zeros(len(table), dtype=np.bool_)
    for item in found.required:
        if not item.rule.missing(table):
            gaps |= item.gaps
    figures: dict[str, float] = {"rows_in": len(table), "rows_out": len(result), "merged": 0, "gaps": int(gaps.sum())}
    score = score_base(found.parts)
    measured = {part.name: part.share for part in found.parts} | {"quality": score}
    figures |= {name: value for name, value in measured.items() if not np.isnan(value)}
    return Outcome(result, found.values.findings, tables, figures, SECTIONS)


def _evidence(table: Table, tags: TagVerdicts) -> tuple[str, ...]:
    """Return what rules need besides columns and what is there: a list of clients, of deals, of allowed values."""
    is_there = {
        _CLIENTS: table.origin.entity in COMPARED_ENTITIES,
        SALES_LIST: table.origin.entity in SALES,
        _VOCABULARY: tags.has_vocabulary,
    }
    return tuple(name for name, there in is_there.items() if there)


def _write_scores(quality: Floats, table: Table) -> "pd.Series[str]":
    """Return the scores rounded down: 99.6 is not 100, the last defect must not be rounded away."""
    whole = np.floor(np.nan_to_num(quality, nan=-1.0) + 1e-9).astype(np.int64)
    words = pd.Series(["", *map(str, range(101))], dtype="str")
    return pd.Series(words.array.take(whole + 1), index=table.frame.index, dtype="str")


def _classes_of(table: Table, settings: AuditSettings) -> "pd.Series[str]":
    stage = table.coalesced("stage")
    return read_statuses(stage.where(stage.ne(""), table.coalesced("status")), group_pairs(settings.statuses))


def _days_untouched(known: Known) -> "pd.Series[float]":
    """Return how many days ago each record was touched, NaN where unknown."""
    last = known.days[_TOUCHED[0]]
    for role in _TOUCHED[1:]:
        last = last.where(last.notna(), known.days[role])
    return days_before(last, known.today)


def _completeness(table: Table, required: Sequence[Required]) -> Part:
    measured = [item for item in required if not item.rule.missing(table)]
    filled, wanted = np.zeros(len(table), np.int64), np.zeros(len(table), np.int64)
    for item in measured:
        filled += item.applies & item.filled
        wanted += item.applies
    return ratio_part("completeness", filled, wanted, ", ".join(title_of(item.name) for item in measured))


def _validity(table: Table, values: Values) -> Part:
    filled, doubtful = np.zeros(len(table), np.int64), np.zeros(len(table), np.int64)
    roles = [role for role in CHECKED if values.kind(role).filled.any()]
    for role in roles:
        filled += values.kind(role).filled
        doubtful += values.kind(role).doubtful
    return ratio_part("validity", filled - doubtful, filled, ", ".join(_(ROLES[role]) for role in roles))


def _uniqueness(repeats: tuple[Bools, Bools] | None, rows: int) -> Part:
    if repeats is None:
        return Part("uniqueness", float("nan"), np.full(rows, np.nan), N_("not of deals: crmclean deals finds twins"))
    repeated, compared = repeats
    basis = N_("phone and name, e-mail and name, INN; dedup finds more")
    return mean_part("uniqueness", np.where(compared, 1.0 - repeated, np.nan), basis)


def _consistency(checks: dict[str, Verdict], rows: int) -> Part:
    checked, broken = np.zeros(rows, np.bool_), np.zeros(rows, np.bool_)
    for verdict in checks.values():
        checked |= verdict.checked
        broken |= verdict.broken
    basis = _("{number} of {total} checks").format(number=len(checks), total=len(CHECKS))
    return mean_part("consistency", np.where(checked, 1.0 - broken, np.nan), basis)


def _freshness(table: Table, touched: Floats, settings: AuditSettings) -> Part:
    told_by = [role for role in _TOUCHED if table.with_role(role)]
    basis = (", " + _("else") + " ").join(_(ROLES[role]) for role in told_by)
    return mean_part("freshness", freshness_of(touched, settings.fresh_days), basis)


def _reach_flags(values: Values) -> list[Flag]:
    has_number, has_address = values.has_number(), values.has_address()
    return [Flag(_PHONE_NO_MAIL, has_number & ~has_address), Flag(_MAIL_NO_PHONE, has_address & ~has_number)]


def _value_flags(values: Values) -> list[Flag]:
    """Return the flags of values in doubt and of those off the standard, for each kind of value."""
    flags = []
    for role in CHECKED:
        rule = Rule(f"doubtful:{role}", _("In doubt: {field}").format(field=_(ROLES[role])), ((role,),))
        flags.append(Flag(rule, values.kind(role).doubtful > 0))
    for kind in STANDARD:
        roles = NAME_ROLES if kind == "name" else (kind,)
        rule = Rule(f"off-standard:{kind}", _("Off the standard: {field}").format(field=title_of(kind)), (roles,))
        flags.append(Flag(rule, values.kind(kind).off_standard))
    return flags


def _tag_flags(table: Table, tags: TagVerdicts) -> list[Flag]:
    needed = (_VOCABULARY,) if tags.has_vocabulary else ("tags",)
    return [
        Flag(Rule("tag-unknown", N_("A value that the list does not have"), ((_VOCABULARY,),)), tags.unknown),
        Flag(Rule("tag-variant", N_("Another spelling of a tag"), (needed,)), tags.variant),
    ]


def _stale_flag(touched: Floats, fresh_days: int) -> Flag:
    title = ngettext("Not touched for more than {days} day", "Not touched for more than {days} days", fresh_days)
    rule = Rule("stale", title.format(days=fresh_days), (_TOUCHED,))
    return Flag(rule, np.nan_to_num(touched, nan=0.0) > fresh_days)


def _check_flags(checks: dict[str, Verdict], rows: int) -> list[Flag]:
    nobody = np.zeros(rows, dtype=np.bool_)
    return [
        Flag(check.rule, checks[check.rule.code].broken if check.rule.code in checks else nobody) for check in CHECKS
    ]
