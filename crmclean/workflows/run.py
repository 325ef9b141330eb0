"""Several steps one after another over one table, and what came of all of them together."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from typing import Any, Final

import pandas as pd

from crmclean.core.errors import CrmCleanError
from crmclean.core.finding import join_findings
from crmclean.core.section import Section
from crmclean.core.step import Outcome
from crmclean.core.table import Table
from crmclean.workflows.run_steps import RUN_STEPS, Evidence

OWN_NAMES: Final = ("import", "normalize", "dedup")
"""Steps whose tables keep their names: the pages know them. Of the others each bears the name of its step before it."""


@dataclass(frozen=True)
class StepResult:
    """What one step of a run made.

    Attributes:
        name: of the step.
        settings: with which it worked.
        before: the table that it got.
        outcome: what it returned.
    """

    name: str
    settings: Any
    before: Table
    outcome: Outcome


def run_steps(
    table: Table, names: Sequence[str], config: Mapping[str, Any], today: pd.Timestamp, evidence: Evidence
) -> list[StepResult]:
    """Do steps one after another, each with the table that the one before it left.

    Args:
        names: of ``RUN_STEPS``, in order.
        config: the settings of every section.
        today: the day for every step whose settings name none.

    Raises:
        CrmCleanError: a step cannot do its work; the message names it.
    """
    results = []
    for name in names:
        settings = dated(settings_of(config, name), today)
        with _saying_which(name):
            outcome = RUN_STEPS[name].work(table, settings, evidence)
        results.append(StepResult(name, settings, table, outcome))
        table = outcome.table
    return results


def settings_of(config: Mapping[str, Any], name: str) -> Any:
    """Return the settings of a step out of a config."""
    return next(item for item in config.values() if isinstance(item, RUN_STEPS[name].settings))


def dated(settings: Any, today: pd.Timestamp) -> Any:
    """Return settings with the day of the run where they have a day and name none."""
    if any(item.name == "as_of" for item in fields(settings)) and not settings.as_of:
        return replace(settings, as_of=f"{today:%Y-%m-%d}")
    return settings


def join_outcomes(before: Table, results: Sequence[StepResult]) -> Outcome:
    """Return what several steps made as one outcome.

    Of a figure that two steps have, that of the merge counts, else the later one; the other bears the name of its step
    before it.
    """
    figures = _join_figures(sorted(results, key=lambda result: result.name == "dedup"))
    tables: dict[str, pd.DataFrame] = {}
    sections: list[Section] = []
    for result in results:
        tables |= {table_name(result.name, name): frame for name, frame in result.outcome.tables.items()}
        sections += [
            replace(section, table=table_name(result.name, section.table), step=result.name)
            for section in result.outcome.sections
        ]
    table = results[-1].outcome.table if results else before
    read = [result.outcome.figures["rows_in"] for result in results if result.name == "import"]
    figures |= {"rows_in": sum(read) if read else len(before), "rows_out": len(table)}
    findings = join_findings([result.outcome.findings for result in results])
    return Outcome(table, findings, tables, figures, tuple(sections))


def _join_figures(results: Sequence[StepResult]) -> dict[str, float]:
    figures: dict[str, float] = {}
    steps: dict[str, str] = {}
    for result in results:
        for name, value in result.outcome.figures.items():
            if name in figures and figures[name] != value:
                figures[f"{steps[name]}_{name}"] = figures[name]
            figures[name], steps[name] = value, result.name
    # Each step counts the rows that it got and left; those of the run are counted by the caller.
    return {name: value for name, value in figures.items() if not name.endswith(("rows_in", "rows_out"))}


def table_name(step: str, name: str) -> str:
    """Return the name of a table of a step among those of the whole run.

    >>> table_name("dedup", "clusters"), table_name("dead", "tags")
    ('clusters', 'dead_tags')
    """
    return name if step in OWN_NAMES else f"{step}_{name}"


@contextmanager
def _saying_which(name: str) -> Iterator[None]:
    try:
        yield
    except CrmCleanError as error:
        error.message = f"{name}: {error.message}"
        raise
