"""``crmclean dedup``: find and merge duplicates."""

from dataclasses import asdict, dataclass
from typing import Final

from crmclean.cli.call import Call
from crmclean.cli.command import PARTS, Command
from crmclean.cli.options import READING, WRITING, option
from crmclean.core.errors import ExitCode
from crmclean.core.i18n import N_
from crmclean.core.settings import DedupSettings

BESIDE: Final = {"review": "review.xlsx", "report": "report.html"}


@dataclass(frozen=True)
class DedupFiles:
    """What `dedup` can write beside the data."""

    clusters: str = option("", N_("Write one line per input row: which client it is, and why."), metavar=N_("FILE.csv"))
    merge_map: str = option("", N_("Write which ID went into which."), metavar=N_("FILE.csv"))
    journal: str = option("", N_("Write every cell that a merge dropped, kept or united."), metavar=N_("FILE.csv"))
    review: str = option("", N_("Write the doubtful pairs as a workbook to decide in."), metavar=N_("FILE.xlsx"))


def run(call: Call) -> ExitCode:
    """Merge the duplicates of one base."""
    from crmclean.cli.running import Job, run_job
    from crmclean.workflows.dedup import dedup

    settings = call.settings(DedupSettings)
    job = Job("clean", "dedup", settings, asked=asdict(call.options(DedupFiles)), beside=BESIDE)

    return run_job(call, job, lambda table: dedup(table, settings))


DEDUP: Final = Command(
    "dedup",
    N_("Find duplicates and merge them without losing anything; doubtful pairs are left to you."),
    (*WRITING, DedupFiles, DedupSettings, *READING),
    run,
    PARTS,
)
