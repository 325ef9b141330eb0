"""``crmclean cadence``: the rhythm of purchases."""

from dataclasses import asdict, dataclass
from typing import Final

from crmclean.cli.call import Call
from crmclean.cli.command import PARTS, Command
from crmclean.cli.options import READING, WRITING, option
from crmclean.core.errors import ExitCode
from crmclean.core.hygiene_settings import CadenceSettings
from crmclean.core.i18n import N_


@dataclass(frozen=True)
class CadenceFiles:
    """What `cadence` can write beside the data."""

    clients: str = option(
        "", N_("Write one line per client: rhythm, value, classes, whom to win back first."), metavar=N_("FILE.csv")
    )


def run(call: Call) -> ExitCode:
    """Read the rhythm of one list of orders."""
    from crmclean.cli.running import Job, run_job
    from crmclean.hygiene.cadence import cadence

    settings = call.settings(CadenceSettings)
    job = Job("cadence", "cadence", settings, asdict(call.options(CadenceFiles)), {"clients": "clients.csv"})

    return run_job(call, job, lambda table: cadence(table, settings))


CADENCE: Final = Command(
    "cadence",
    N_("How often each client buys, who is overdue, what clients are worth and whom to win back first."),
    (*WRITING, CadenceFiles, CadenceSettings, *READING),
    run,
    PARTS,
)
