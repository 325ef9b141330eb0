"""Bring the values of a table to one standard of entry."""

from collections.abc import Callable
from types import MappingProxyType
from typing import Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmclean.core.finding import CATALOGUE, join_findings, make_findings
from crmclean.core.settings import FieldKind, NormalizeSettings
from crmclean.core.step import Outcome, check_balance
from crmclean.core.table import Column, Table
from crmclean.fields.company import normalize_companies
from crmclean.fields.email import normalize_emails
from crmclean.fields.inn import normalize_inn
from crmclean.fields.person import normalize_names
from crmclean.fields.phone import normalize_phones

Normalizer = Callable[["pd.Series[str]", Table, NormalizeSettings], pd.DataFrame]
"""Cells, their table and the settings in; a frame ``value, code`` of the same length out."""


def _phones(cells: "pd.Series[str]", table: Table, settings: NormalizeSettings) -> pd.DataFrame:
    return normalize_phones(cells, settings.region, table.origin.multi_value_joiner)


def _emails(cells: "pd.Series[str]", table: Table, _settings: NormalizeSettings) -> pd.DataFrame:
    return normalize_emails(cells, table.origin.multi_value_joiner)


def _names(kind: Literal["last", "first", "middle", "full"]) -> Normalizer:
    return lambda cells, _table, _settings: normalize_names(cells, kind)


NORMALIZERS: Final[MappingProxyType[str, tuple[FieldKind, Normalizer]]] = MappingProxyType(
    {
        "phone": ("phone", _phones),
        "fax": ("phone", _phones),
        "email": ("email", _emails),
        "last_name": ("name", _names("last")),
        "first_name": ("name", _names("first")),
        "middle_name": ("name", _names("middle")),
        "full_name": ("name", _names("full")),
        "company": ("company", lambda cells, _table, _settings: normalize_companies(cells)),
        "inn": ("inn", lambda cells, _table, _settings: normalize_inn(cells)),
    }
)
"""For each role the kind that ``--only`` names, and what normalises its cells."""


def normalize(table: Table, settings: NormalizeSettings) -> Outcome:
    """Bring phones, e-mails, names, companies and INN to one spelling; what cannot be known stays as it is.

    Returns:
        The table with the same rows and columns, and the table ``changes`` (row, column, code, before, after).
    """
    frame = table.frame.copy()
    parts: list[pd.DataFrame] = []
    for column in table.columns:
        if column.role not in NORMALIZERS:
            continue
        kind, normalizer = NORMALIZERS[column.role]
        if settings.only and kind not in settings.only:
            continue
        before = table.frame[column.name]
        # Each distinct text once.
        codes, distinct = pd.factorize(before)
        result = normalizer(pd.Series(distinct, dtype="str"), table, settings).reset_index(drop=True)
        frame[column.name] = result["value"].take(codes).reset_index(drop=True).astype("str")
        parts.append(_findings(column, before, frame[column.name], result["code"].to_numpy(object)[codes]))
    findings = join_findings(parts)
    changes = findings[findings["before"].ne(findings["after"])].reset_index(drop=True)
    check_balance(len(table), len(frame), 0)
    doubts = [code for code, item in CATALOGUE.items() if item.severity == "doubt"]
    figures = {
        "rows_in": len(table),
        "rows_out": len(frame),
        "merged": 0,
        "changed": len(changes),
        "doubtful": int(findings["code"].isin(doubts).sum()),
    }
    return Outcome(table.with_frame(frame), findings, {"changes": changes}, figures)


def _findings(
    column: Column, before: "pd.Series[str]", after: "pd.Series[str]", code: NDArray[np.object_]
) -> pd.DataFrame:
    rows = np.flatnonzero(code != "")
    return make_findings(rows + 1, column.header, code[rows], before.iloc[rows], after.iloc[rows])
