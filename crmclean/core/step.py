"""What a step returns: the new table, the findings, and the tables that the job made."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import pandas as pd

from crmclean.core.errors import RowBalanceError
from crmclean.core.finding import no_findings
from crmclean.core.section import Section
from crmclean.core.table import Table


@dataclass(frozen=True)
class Outcome:
    """The result of a step.

    Attributes:
        table: the table after the step.
        findings: what was seen and changed, see ``core.finding``.
        tables: what the job made beside it, by name (``clusters``, ``journal``, ``review`` …).
        figures: counts for the report and the history, by name.
        sections: which of the tables the report shows, in its order.
    """

    table: Table
    findings: pd.DataFrame = field(default_factory=no_findings)
    tables: Mapping[str, pd.DataFrame] = field(default_factory=lambda: MappingProxyType({}))
    figures: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    sections: tuple[Section, ...] = ()


def check_balance(rows_in: int, rows_out: int, merged: int) -> None:
    """Check that no row was lost.

    Raises:
        RowBalanceError: ``rows_in`` is not ``rows_out + merged``.
    """
    if rows_in != rows_out + merged:
        raise RowBalanceError(f"{rows_in} rows in, {rows_out} rows out, {merged} merged away")
