"""``crmclean audit``: check a base against the regulation, and measure its quality."""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

from crmclean.cli.call import Call
from crmclean.cli.command import PARTS, Command
from crmclean.cli.options import READING, WRITING, option
from crmclean.core.errors import ExitCode
from crmclean.core.hygiene_settings import AuditSettings
from crmclean.core.i18n import N_, _

if TYPE_CHECKING:
    from crmclean.core.step import Outcome
    from crmclean.core.table import Table

WORD: Final = "audit"
"""Stands in the name of a result that is written beside the input."""


@dataclass(frozen=True)
class AuditFiles:
    """What `audit` can write beside the data."""

    checklist: str = option(
        "",
        N_("Write some records of every stage as a workbook in which the controller answers the checklist."),
        metavar=N_("FILE.xlsx"),
    )


def run(call: Call) -> ExitCode:
    """Audit one base."""
    from crmclean.cli.running import Job, run_job
    from crmclean.hygiene.audit import audit
    from crmclean.reporting.checklist import render_checklist

    settings = call.settings(AuditSettings)
    outcomes: list[Outcome] = []

    def work(table: "Table") -> "Outcome":
        outcomes.append(audit(table, settings))
        return outcomes[-1]

    job = Job(
        WORD,
        "audit",
        settings,
        asdict(call.options(AuditFiles)),
        {"report": "audit.html"},
        notes=lambda: judge_threshold(outcomes[-1], settings.fail_under),
        workbooks={"checklist": render_checklist},
        verdict=lambda outcome: (
            ExitCode.THRESHOLD_MISSED if misses_threshold(outcome, settings.fail_under) else ExitCode.DONE
        ),
    )
    return run_job(call, job, work)


def misses_threshold(outcome: "Outcome", least: float) -> bool:
    """Tell whether the quality is below a threshold; a base that cannot be measured meets none but 0."""
    return least > 0 and not outcome.figures.get("quality", -1.0) >= least


def judge_threshold(outcome: "Outcome", least: float) -> tuple[str, ...]:
    """Return what is to be said of the threshold; nothing where the user set none."""
    if not least:
        return ()
    from crmclean.reporting.numbers import format_count

    shown = format_count(least)
    if "quality" not in outcome.figures:
        return (_("The quality could not be measured: the threshold of {least} is missed.").format(least=shown),)
    if misses_threshold(outcome, least):
        text = _("The quality is {quality} of 100, below the threshold of {least}: exit code 1.")
    else:
        text = _("The quality is {quality} of 100, the threshold is {least}.")
    return (text.format(quality=format_count(outcome.figures["quality"]), least=shown),)


AUDIT: Final = Command(
    "audit",
    N_("Check a base against the regulation: empty fields, doubtful values, tags off the list; a score from 0 to 100."),
    (*WRITING, AuditFiles, AuditSettings, *READING),
    run,
    PARTS,
)
