"""``crmclean deals``: twin deals, closed by a file of changes or put to the head."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from crmclean.cli.call import Call
from crmclean.cli.command import PARTS, Command
from crmclean.cli.options import READING, WRITING, FormatOptions, option
from crmclean.core.errors import ExitCode
from crmclean.core.hygiene_settings import DealsSettings
from crmclean.core.i18n import N_

if TYPE_CHECKING:
    from crmclean.reporting.summary import RunSummary

WORD: Final = "deals"
"""Stands in the name of a result that is written beside the input."""

BESIDE: Final = {"deal_changes": "changes.csv", "decide": "decide.csv", "report": "report.html"}


@dataclass(frozen=True)
class DealsFiles:
    """What `deals` writes beside the data."""

    changes: str = option(
        "", N_("Write the deals to change, in the headings of the CRM, to load them into it."), metavar=N_("FILE.csv")
    )
    decide: str = option(
        "", N_("Write the doubtful twins beside their older deals, for the head to decide."), metavar=N_("FILE.csv")
    )


def run(call: Call) -> ExitCode:
    """Find the twin deals of one export."""
    from crmclean.cli.running import Job, run_job
    from crmclean.hygiene.deals import find_twin_deals
    from crmclean.hygiene.deals_files import render_list, title_columns

    settings = call.settings(DealsSettings)
    files = call.options(DealsFiles)
    excel_safe = call.options(FormatOptions).excel_safe

    def render_changes(summary: "RunSummary") -> bytes:
        return render_list(summary.table("deal_changes"), summary.before.origin, excel_safe)

    def render_decide(summary: "RunSummary") -> bytes:
        return render_list(title_columns(summary.table("decide")), summary.before.origin, excel_safe)

    job = Job(
        WORD,
        "deals",
        settings,
        {"deal_changes": files.changes, "decide": files.decide},
        BESIDE,
        workbooks={"deal_changes": render_changes, "decide": render_decide},
    )
    return run_job(call, job, lambda table: find_twin_deals(table, settings))


DEALS: Final = Command(
    "deals",
    N_("Find twin deals: two open deals of one client for one sale; doubtful ones are left to the head."),
    (*WRITING, DealsFiles, DealsSettings, *READING),
    run,
    PARTS,
)
