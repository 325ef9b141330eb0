"""Rules of a job: what each needs of the export, how many rows it took, and why it was skipped.

A rule whose columns the export lacks is skipped and says so in the report: never a crash, never a guess.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from crmclean.core.i18n import N_, _
from crmclean.core.section import Section, SectionColumn
from crmclean.core.table import ROLES, Table

_NEEDED: Final = {**ROLES, "calls": N_("results of calls (--calls)"), "bounces": N_("returned mails (--bounces)")}

RULE_COLUMNS: Final = ("rule", "title", "rows", "missing")

RULES_SECTION: Final = Section(
    "rules",
    N_("Rules"),
    (
        SectionColumn("title", N_("Rule"), "title"),
        SectionColumn("rows", N_("Records"), "count"),
        SectionColumn("missing", N_("Skipped: the file lacks")),
    ),
    is_summary=True,
    most=40,
)


@dataclass(frozen=True)
class Rule:
    """One rule of a job.

    Attributes:
        code: as it stands in the ``crmclean_…`` columns.
        title: message id of what it says.
        needs: what it needs, all of it; of each group of roles (or of names of evidence files) one is enough.
    """

    code: str
    title: str
    needs: tuple[tuple[str, ...], ...] = ()

    def missing(self, table: Table, evidence: Iterable[str] = ()) -> tuple[str, ...]:
        """Return the groups that the table and the evidence lack, each as its names joined by ``/``."""
        known = {column.role for column in table.columns} | set(evidence)
        return tuple("/".join(group) for group in self.needs if not known.intersection(group))


def list_rules(
    rules: Sequence[Rule], table: Table, rows: Mapping[str, int], evidence: Iterable[str] = ()
) -> pd.DataFrame:
    """Return what each rule did, columns ``RULE_COLUMNS``, in the order of ``rules``.

    Args:
        rows: by code how many rows a rule took; of a skipped rule the number does not count.
        evidence: names of the evidence files that were given (``calls``, ``bounces``).

    Returns:
        ``rows`` (0 where skipped) and ``missing``: what the export lacks, ``""`` where the rule was applied.
    """
    names = set(evidence)
    lines = []
    for rule in rules:
        missing = rule.missing(table, names)
        lines.append((rule.code, rule.title, 0 if missing else rows.get(rule.code, 0), _in_words(missing)))
    return pd.DataFrame(lines, columns=list(RULE_COLUMNS)).astype({"rows": "int64"})


def _in_words(missing: Sequence[str]) -> str:
    either = " " + _("or") + " "
    return ", ".join(either.join(_(_NEEDED.get(name, name)) for name in group.split("/")) for group in missing)
