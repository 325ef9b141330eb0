"""``crmclean funnel``: stages, drop-out, stuck and forgotten clients, managers and sources."""

from dataclasses import asdict, dataclass
from typing import Final

from crmclean.cli.call import Call
from crmclean.cli.command import PARTS, Command
from crmclean.cli.options import INPUT_PANEL, READING, WRITING, option
from crmclean.core.errors import ExitCode
from crmclean.core.hygiene_settings import FunnelSettings
from crmclean.core.i18n import N_


@dataclass(frozen=True)
class FunnelFiles:
    """What `funnel` can write beside the data."""

    by_stage: str = option("", N_("Write one line per stage of each pipeline."), metavar=N_("FILE.csv"))
    by_source: str = option("", N_("Write one line per source."), metavar=N_("FILE.csv"))
    by_manager: str = option("", N_("Write one line per manager."), metavar=N_("FILE.csv"))


@dataclass(frozen=True)
class FunnelEvidence:
    """What `funnel` can learn from beside the data."""

    calls: str = option(
        "",
        N_("Results of calls from your telephony: who answered, and who never does."),
        metavar=N_("FILE"),
        panel=INPUT_PANEL,
    )


def run(call: Call) -> ExitCode:
    """Look through one funnel."""
    from crmclean.cli.running import Job, read_evidence, run_job
    from crmclean.hygiene.calls import read_calls
    from crmclean.hygiene.funnel import funnel

    settings = call.settings(FunnelSettings)
    path = call.options(FunnelEvidence).calls
    calls = read_calls(read_evidence("calls", path), settings.region) if path else None
    job = Job(
        "funnel", "funnel", settings, asdict(call.options(FunnelFiles)), {"report": "funnel.html"}, of_clients=False
    )

    return run_job(call, job, lambda table: funnel(table, settings, calls))


FUNNEL: Final = Command(
    "funnel",
    N_("Stages and their days, where clients drop out, who is stuck or forgotten, what managers and sources bring."),
    (*WRITING, FunnelFiles, FunnelEvidence, FunnelSettings, *READING),
    run,
    PARTS,
)
