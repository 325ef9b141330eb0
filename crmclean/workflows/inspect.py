"""Say what a file is: its columns, how well they are filled, and how good their values are."""

from typing import Final

import numpy as np
import pandas as pd

from crmclean.core.finding import CATALOGUE
from crmclean.core.settings import NormalizeSettings
from crmclean.core.step import Outcome
from crmclean.core.table import DATE_ROLES, Column, Table
from crmclean.workflows.normalize import normalize

_CHECKED: Final = ("phone", "fax", "email", "inn", "kpp", "ogrn", "snils", "amount", *DATE_ROLES)
_NAMED: Final = ("full_name", "last_name", "first_name", "company")
_REACHED: Final = ("phone", "email")

_CHANGES: Final = [code for code, item in CATALOGUE.items() if item.severity == "change"]
_DOUBTS: Final = [code for code, item in CATALOGUE.items() if item.severity == "doubt"]


def inspect(table: Table) -> Outcome:
    """Return the table unchanged with a table ``columns`` and the figures of its quality.

    ``columns`` has one line per column: position (from 1), header, role, kind, recognised_by, confidence (0 to 1;
    NaN without a role), filled (share of rows), distinct, example (masked), valid (share of filled cells that hold
    a possible value; NaN where that cannot be told).

    The figures are shares: ``completeness`` of rows with a name and a way to reach the client, ``validity`` of the
    cells of phones, e-mails, numbers of registers, dates and sums that leave no doubt, and ``quality`` from 0 to 100,
    the mean of the two.
    """
    checked = normalize(table, NormalizeSettings())
    findings = checked.findings
    bad = findings[findings["code"].isin(_DOUBTS) & findings["row"].gt(0)].drop_duplicates(["row", "column"])
    bad_by_header = bad.groupby("column").size()
    columns = pd.DataFrame(
        [_describe(table, place, column, bad_by_header) for place, column in enumerate(table.columns, 1)]
    )
    tellable = columns[columns["valid"].notna()]
    cells = tellable["filled"].sum()
    validity = float((tellable["valid"] * tellable["filled"]).sum() / cells) if cells else float("nan")
    completeness = float((_any_filled(table, _NAMED) & _any_filled(table, _REACHED)).mean()) if len(table) else 0.0
    known = [share for share in (completeness, validity) if not np.isnan(share)]
    figures = {
        "rows": len(table),
        "columns": len(table.columns),
        "completeness": completeness,
        "validity": validity,
        "quality": round(100 * sum(known) / len(known), 1),
    }
    return Outcome(
        table, findings[~findings["code"].isin(_CHANGES)].reset_index(drop=True), {"columns": columns}, figures
    )


def mask(text: str) -> str:
    """Return a text in which every letter and digit but the first of each word is hidden.

    >>> mask("Иванов Пётр"), mask("+7 916 123-45-67")
    ('И***** П***', '+7 9** 1**-4*-6*')
    """
    result: list[str] = []
    inside = False
    for sign in text:
        word = sign.isalnum()
        result.append("*" if word and inside else sign)
        inside = word
    return "".join(result)


def _describe(table: Table, place: int, column: Column, bad: "pd.Series[int]") -> dict[str, object]:
    cells = table.frame[column.name].str.strip()
    filled = cells[cells.ne("")]
    checked = column.role in _CHECKED and len(filled) > 0
    same_header = [other for other in table.columns if other.header == column.header]
    wrong = int(bad.get(column.header, 0)) if len(same_header) == 1 else 0
    return {
        "position": place,
        "header": column.header,
        "role": column.role,
        "kind": column.kind,
        "recognised_by": column.recognised_by,
        "confidence": column.confidence if column.role else float("nan"),
        "filled": len(filled) / max(len(table), 1),
        "distinct": int(filled.nunique()),
        "example": mask(" ".join(filled.iloc[0].split())[:40]) if len(filled) else "",
        "valid": 1 - wrong / len(filled) if checked else float("nan"),
    }


def _any_filled(table: Table, roles: tuple[str, ...]) -> "pd.Series[bool]":
    result = pd.Series(False, index=table.frame.index)
    for column in table.with_role(*roles):
        result |= table.frame[column.name].str.strip().ne("")
    return result
