"""``crmclean normalize``: every value in one spelling."""

from dataclasses import asdict, dataclass
from typing import Final

from crmclean.cli.call import Call
from crmclean.cli.command import PARTS, Command
from crmclean.cli.options import READING, WRITING, option
from crmclean.core.errors import ExitCode
from crmclean.core.i18n import N_
from crmclean.core.settings import NormalizeSettings


@dataclass(frozen=True)
class NormalizeFiles:
    """What `normalize` can write beside the data."""

    changes: str = option("", N_("Write every changed cell to this CSV file."), metavar=N_("FILE.csv"))
    suggestions: str = option(
        "", N_("Write what cells probably should be, but were not made, to this CSV file."), metavar=N_("FILE.csv")
    )


def run(call: Call) -> ExitCode:
    """Normalise one base."""
    from crmclean.cli.running import Job, run_job
    from crmclean.workflows.normalize import normalize

    settings = call.settings(NormalizeSettings)
    job = Job("normalized", "normalize", settings, asked=asdict(call.options(NormalizeFiles)))

    return run_job(call, job, lambda table: normalize(table, settings))


NORMALIZE: Final = Command(
    "normalize",
    N_("Bring phones to +7, and e-mails, names, companies, INN, dates, sums, tags and cities to one spelling."),
    (*WRITING, NormalizeFiles, NormalizeSettings, *READING),
    run,
    PARTS,
)
