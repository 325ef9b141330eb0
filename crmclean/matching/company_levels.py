"""Comparison levels of pairs of companies."""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from crmclean.matching.arrays import MISSING, Ints
from crmclean.matching.levels import (
    Judged,
    equal,
    equal_or_close,
    judge_address,
    judge_city,
    judge_postal_code,
    refine,
    shared_values,
)
from crmclean.matching.model import DIFFERENT, SAME, Comparison
from crmclean.matching.records import Companies
from crmclean.matching.similarity import COMPANY_PART, COMPANY_TYPO, grade_companies


def _judge_company_name(companies: Companies, item: Comparison, left: Ints, right: Ints) -> Judged | None:
    levels = equal(item, companies.key, left, right)
    if levels is None:
        return None
    # «Ромашка» and Romashka are one spelling for the ear.
    same_sound = companies.sound.codes[left] == companies.sound.codes[right]
    levels[same_sound & (levels == item.number(DIFFERENT))] = item.number("close")
    grades = {COMPANY_TYPO: "close", COMPANY_PART: "part"}
    refine(levels, item, companies.sound, left, right, grade_companies, grades)
    return levels, np.append(companies.name_share, np.nan).astype(np.float32)[companies.key.codes[left]]


def _judge_inn(companies: Companies, item: Comparison, left: Ints, right: Ints) -> Judged | None:
    return equal_or_close(item, companies.inn, left, right)


def _judge_company_phone(companies: Companies, item: Comparison, left: Ints, right: Ints) -> Judged | None:
    judged = shared_values(item, companies.phone, left, right, companies.phone.shared(left, right))
    if judged is None:
        return None
    # The mobiles of two people who work there say nothing against one company, two lines of an office do.
    lines = companies.line.present
    judged[0][(judged[0] == item.number(DIFFERENT)) & ~(lines[left] & lines[right])] = 0
    return judged


def _judge_company_email(companies: Companies, item: Comparison, left: Ints, right: Ints) -> Judged | None:
    code = companies.email.shared(left, right)
    judged = shared_values(item, companies.email, left, right, code, item.number(SAME))
    if judged is None:
        return None
    levels, share = judged
    domain = companies.domain.shared(left, right)
    open_ = levels == item.number(DIFFERENT)
    present = companies.domain.present
    levels[open_ & ~(present[left] & present[right])] = 0
    levels[open_ & (domain != MISSING)] = item.number("domain")
    return levels, share


JUDGES: Final[Mapping[str, Callable[[Companies, Comparison, Ints, Ints], Judged | None]]] = {
    "company": _judge_company_name,
    "inn": _judge_inn,
    "phone": _judge_company_phone,
    "email": _judge_company_email,
    "address": judge_address,
    "postal_code": judge_postal_code,
    "city": judge_city,
}
