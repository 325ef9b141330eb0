"""``crmclean dedup``: find and merge duplicates."""

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

from crmclean.cli.call import Call
from crmclean.cli.command import PARTS, Command
from crmclean.cli.options import READING, STEP_PANEL, WRITING, option
from crmclean.cli.second_core import second_core
from crmclean.core.errors import ExitCode
from crmclean.core.i18n import N_
from crmclean.core.settings import DedupSettings

if TYPE_CHECKING:
    from crmclean.core.step import Outcome
    from crmclean.core.table import Table

WORD: Final = "clean"
"""Stands in the name of a result that is written beside the input."""

BESIDE: Final = {"review": "review.xlsx", "report": "report.html"}


@dataclass(frozen=True)
class DedupFiles:
    """What `dedup` can write beside the data."""

    clusters: str = option("", N_("Write one line per input row: which client it is, and why."), metavar=N_("FILE.csv"))
    merge_map: str = option("", N_("Write which ID went into which."), metavar=N_("FILE.csv"))
    journal: str = option("", N_("Write every cell that a merge dropped, kept or united."), metavar=N_("FILE.csv"))
    pairs: str = option(
        "", N_("Write every pair that was compared, with its probability; evaluate reads it."), metavar=N_("FILE.csv")
    )
    review: str = option("", N_("Write the doubtful pairs as a workbook to decide in."), metavar=N_("FILE.xlsx"))


@dataclass(frozen=True)
class DecisionOptions:
    """What people decided."""

    decisions: Sequence[str] = option(
        (),
        N_("Use the decisions in this review workbook, and keep them for later runs. May be given several times."),
        metavar=N_("FILE.xlsx"),
        panel=STEP_PANEL,
    )


def run(call: Call) -> ExitCode:
    """Merge the duplicates of one base."""
    with second_core(call.arguments) as beside:
        return _run(call, beside)


def _run(call: Call, beside: Executor) -> ExitCode:
    from crmclean.cli.answers import AnswersOfCall
    from crmclean.cli.clients import ClientsOfCall
    from crmclean.cli.running import Job, run_job
    from crmclean.workflows.dedup import dedup

    settings = call.settings(DedupSettings)
    asked = asdict(call.options(DedupFiles))
    answers = AnswersOfCall(call, call.options(DecisionOptions).decisions, WORD)
    answers.protect(asked["review"], BESIDE["review"])
    clients = ClientsOfCall(call, WORD)

    def work(table: "Table") -> "Outcome":
        outcome = dedup(table, settings, answers.frame, clients.known, bool(asked["pairs"]), beside)
        # Its memory is wanted for the writing.
        beside.shutdown()
        clients.assigned = outcome.assigned
        return answers.use(outcome, table, settings.region)

    return run_job(call, Job(WORD, "dedup", settings, asked, BESIDE, answers.notes, clients.remember), work)


DEDUP: Final = Command(
    "dedup",
    N_("Find duplicates and merge them without losing anything; doubtful pairs are left to you."),
    (*WRITING, DedupFiles, DedupSettings, DecisionOptions, *READING),
    run,
    PARTS,
)
