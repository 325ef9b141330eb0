"""Contradictions inside one record: two cells that cannot both be right.

Each check has a rule with the columns that it needs, and tells of every record whether it could be checked and whether
it contradicts itself. What only may be wrong (a phone of another region than the city) is no contradiction.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmclean.core.i18n import N_
from crmclean.core.table import Table
from crmclean.fields.name_keys import tell_genders_by_patronymic
from crmclean.fields.text import encode_texts, fold_cells, on_distinct, one_array, take_texts
from crmclean.hygiene.audit_kinds import Bools
from crmclean.hygiene.audit_nothing import says_something
from crmclean.hygiene.rules import Rule
from crmclean.hygiene.statuses import LOST, WON

_GENDERS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("м", "муж", "муж.", "мужской", "мужчина", "m", "male", "man"), "m"),
    **dict.fromkeys(("ж", "жен", "жен.", "женский", "женщина", "f", "female", "woman"), "f"),
}
_NO_LETTER: Final = r"[^\p{L}]"
_FIRM: Final = (
    rf"(?i)(?:^|{_NO_LETTER})(?:ооо|оао|зао|пао|нао|ао|ано|муп|гуп|фгуп)(?:{_NO_LETTER}|$)"
    r"|с ограниченной ответственностью|акционерное общество"
)
_SOLE_TRADER: Final = (
    rf"(?i)^[^\p{{L}}]*(?:ип|индивидуальный предприниматель){_NO_LETTER}|(?:^|{_NO_LETTER})ип[^\p{{L}}]*$"
)
# Other surnames (Литвин, Глина, Черных) are borne by men and women alike.
_SURE_SURNAME: Final = r"(?i)^(?:[а-яё-]{2,}(?:(?P<m>[оеё]в|[сц]кий)|(?P<f>[оеё]ва|[сц]кая)))$"
_THREE_WORDS: Final = r"^\s*(?P<last>[^\s]+)\s+[^\s]+\s+(?P<middle>[^\s]+)\s*$"
SALES: Final = frozenset({"deal", "lead", "order"})
"""Entities that are sales, which end when they are won; a client does not."""

SALES_LIST: Final = N_("a list of deals")
"""What rules of sales need: of a contact the stage says nothing of money."""

_STAGES: Final = ("stage", "status")
_DATED: Final = ("created_at", "modified_at", "last_activity")


@dataclass(frozen=True)
class Known:
    """What the checks look at.

    Attributes:
        days: the day of every record by role (``created_at`` …), ``NaT`` where it is not known.
        classes: of the stage or status of every record, see ``statuses``.
        inn: columns ``inn`` and ``kpp``.
        today: at midnight.
    """

    table: Table
    inn: pd.DataFrame
    days: "Mapping[str, pd.Series[pd.Timestamp]]"
    classes: "pd.Series[str]"
    today: pd.Timestamp


@dataclass(frozen=True)
class Verdict:
    """What one check said: which records could be checked, and which of them contradict themselves."""

    checked: Bools
    broken: Bools


@dataclass(frozen=True)
class Check:
    """One check: its rule, and the function that applies it."""

    rule: Rule
    apply: Callable[[Known], Verdict]


def check_consistency(known: Known) -> dict[str, Verdict]:
    """Return the verdict of every check whose columns the table has, by the code of its rule."""
    evidence = (SALES_LIST,) if known.table.origin.entity in SALES else ()
    return {check.rule.code: check.apply(known) for check in CHECKS if not check.rule.missing(known.table, evidence)}


def _gender_and_name(known: Known) -> Verdict:
    words = fold_cells(known.table.coalesced("gender"))
    said = on_distinct(words, lambda texts: texts.map(_GENDERS).fillna("").astype("str"))
    return _differ(said, _genders(_name_part(known.table, "middle"), tell_genders_by_patronymic))


def _gender_of_parts(known: Known) -> Verdict:
    by_father = _genders(_name_part(known.table, "middle"), tell_genders_by_patronymic)
    return _differ(_genders(_name_part(known.table, "last"), _tell_by_sure_surname), by_father)


def _inn_and_form(known: Known) -> Verdict:
    table = known.table
    length = known.inn["inn"].str.len().to_numpy()
    codes, names = encode_texts(table.coalesced("legal_form") + " " + table.coalesced("company"))
    names = pc.utf8_trim_whitespace(names)
    is_firm, is_trader = (_bools(pc.match_substring_regex(names, form))[codes] for form in (_FIRM, _SOLE_TRADER))
    checked = (is_firm ^ is_trader) & (length > 0)
    return Verdict(checked, checked & np.where(is_firm, length == 12, length == 10))


def _kpp_of_person(known: Known) -> Verdict:
    length = known.inn["inn"].str.len().to_numpy()
    return Verdict(length > 0, known.inn["kpp"].ne("").to_numpy() & (length == 12))


def _closed_before_created(known: Known) -> Verdict:
    return _earlier(known, "closed_at", "created_at")


def _modified_before_created(known: Known) -> Verdict:
    return _earlier(known, "modified_at", "created_at")


def _dated_in_future(known: Known) -> Verdict:
    checked = np.zeros(len(known.table), dtype=np.bool_)
    broken = checked.copy()
    for role in _DATED:
        checked |= known.days[role].notna().to_numpy()
        broken |= known.days[role].gt(known.today).to_numpy()
    return Verdict(checked, broken)


def _born_in_future(known: Known) -> Verdict:
    days = known.days["birthday"]
    return Verdict(days.notna().to_numpy(), days.gt(known.today).to_numpy())


def _won_without_amount(known: Known) -> Verdict:
    is_won = known.classes.isin(WON).to_numpy()
    has_sum = known.table.coalesced("amount").str.contains("[1-9]").to_numpy(dtype=np.bool_)
    return Verdict(is_won, is_won & ~has_sum)


def _lost_without_reason(known: Known) -> Verdict:
    is_lost = known.classes.isin(LOST).to_numpy()
    return Verdict(is_lost, is_lost & ~says_something(known.table.coalesced("loss_reason")))


CHECKS: Final = (
    Check(
        Rule(
            "gender-differs",
            N_("The gender is not that of the patronymic"),
            (("gender",), ("middle_name", "full_name")),
        ),
        _gender_and_name,
    ),
    Check(
        Rule(
            "name-gender-differs",
            N_("Surname and patronymic are of different gender"),
            (("last_name", "full_name"), ("middle_name", "full_name")),
        ),
        _gender_of_parts,
    ),
    Check(
        Rule(
            "inn-form-differs",
            N_("The length of the INN does not fit the legal form"),
            (("inn",), ("company", "legal_form")),
        ),
        _inn_and_form,
    ),
    Check(Rule("kpp-of-person", N_("A KPP beside the INN of a person"), (("inn",), ("kpp",))), _kpp_of_person),
    Check(
        Rule("closed-before-created", N_("Closed before it was created"), (("closed_at",), ("created_at",))),
        _closed_before_created,
    ),
    Check(
        Rule("modified-before-created", N_("Changed before it was created"), (("modified_at",), ("created_at",))),
        _modified_before_created,
    ),
    Check(
        Rule("date-in-future", N_("Created, changed or last touched in the future"), (_DATED,)),
        _dated_in_future,
    ),
    Check(Rule("birthday-in-future", N_("Birthday in the future"), (("birthday",),)), _born_in_future),
    Check(
        Rule("won-no-amount", N_("Won, but without an amount"), ((SALES_LIST,), _STAGES, ("amount",))),
        _won_without_amount,
    ),
    Check(
        Rule("lost-no-reason", N_("Lost, but without a reason"), ((SALES_LIST,), _STAGES, ("loss_reason",))),
        _lost_without_reason,
    ),
)


def _name_part(table: Table, part: str) -> "pd.Series[str]":
    """Return the patronymic (``middle``) or the surname (``last``), else that of a full name of three words."""
    own = table.coalesced(f"{part}_name")
    if not table.with_role("full_name"):
        return own
    codes, texts = encode_texts(table.coalesced("full_name"))
    found = pc.struct_field(pc.extract_regex(texts, _THREE_WORDS), part)
    return own.where(own.ne(""), take_texts(pc.fill_null(found, ""), codes, own.index))


def _genders(names: "pd.Series[str]", tell: Callable[[pa.Array], pa.Array]) -> "pd.Series[str]":
    return on_distinct(names, lambda texts: pd.Series(tell(one_array(texts)), dtype="str"))


def _tell_by_sure_surname(texts: pa.Array) -> pa.Array:
    found = pc.extract_regex(texts, _SURE_SURNAME)
    is_man, is_woman = (pc.fill_null(pc.not_equal(pc.struct_field(found, gender), ""), False) for gender in "mf")
    return pc.if_else(is_man, "m", pc.if_else(is_woman, "f", "")).cast(pa.large_string())


def _differ(one: "pd.Series[str]", other: "pd.Series[str]") -> Verdict:
    checked = (one.ne("") & other.ne("")).to_numpy()
    return Verdict(checked, checked & one.ne(other).to_numpy())


def _earlier(known: Known, role: str, than: str) -> Verdict:
    one, other = known.days[role], known.days[than]
    return Verdict((one.notna() & other.notna()).to_numpy(), one.lt(other).to_numpy())


def _bools(array: pa.Array) -> Bools:
    return np.asarray(pc.fill_null(array, False), dtype=np.bool_)
