"""``crmclean dead``: tag the contacts that can no longer be reached or won."""

from concurrent.futures import Executor
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

from crmclean.cli.call import Call
from crmclean.cli.command import PARTS, Command
from crmclean.cli.options import INPUT_PANEL, READING, WRITING, option
from crmclean.cli.second_core import second_core
from crmclean.core.errors import ExitCode
from crmclean.core.hygiene_settings import DeadSettings
from crmclean.core.i18n import N_

if TYPE_CHECKING:
    from crmclean.core.step import Outcome
    from crmclean.core.table import Table


BESIDE: Final = {"report": "dead.html"}


@dataclass(frozen=True)
class DeadFiles:
    """What `dead` can write beside the data."""

    tags: str = option("", N_("Write one line per record: dead or not, and the reasons."), metavar=N_("FILE.csv"))


@dataclass(frozen=True)
class DeadEvidence:
    """What else is known of the contacts."""

    calls: str = option(
        "", N_("Results of calls from your telephony: number, result, date."), metavar=N_("FILE"), panel=INPUT_PANEL
    )
    bounces: str = option(
        "", N_("Returned mails from your mailing service: address, code, date."), metavar=N_("FILE"), panel=INPUT_PANEL
    )


def run(call: Call) -> ExitCode:
    """Tag the dead contacts of one base."""
    with second_core(call.arguments) as beside:
        return _run(call, beside)


def _run(call: Call, beside: Executor) -> ExitCode:
    from crmclean.cli.running import Job, read_evidence, run_job
    from crmclean.hygiene.bounces import read_bounces
    from crmclean.hygiene.calls import read_calls
    from crmclean.hygiene.dead import find_dead

    settings = call.settings(DeadSettings)
    given = call.options(DeadEvidence)
    calls = read_calls(read_evidence("calls", given.calls), settings.region) if given.calls else None
    bounces = read_bounces(read_evidence("bounces", given.bounces)) if given.bounces else None
    job = Job("tagged", "dead", settings, asked=asdict(call.options(DeadFiles)), beside=BESIDE)

    def work(table: "Table") -> "Outcome":
        outcome = find_dead(table, settings, calls, bounces, beside)
        # Its memory is wanted for the writing.
        beside.shutdown()
        return outcome

    return run_job(call, job, work)


DEAD: Final = Command(
    "dead",
    N_("Tag dead contacts, with reasons and a proposal: archive, enrich or check. Nothing is deleted."),
    (*WRITING, DeadFiles, DeadEvidence, DeadSettings, *READING),
    run,
    PARTS,
)
