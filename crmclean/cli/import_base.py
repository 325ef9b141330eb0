"""``crmclean import``: many exports, one base."""

from dataclasses import dataclass
from typing import Final

from crmclean.cli.call import Call
from crmclean.cli.command import MANY_FILES, Command
from crmclean.cli.options import READING, ForceOptions, ReportOptions, option
from crmclean.core.errors import ExitCode
from crmclean.core.i18n import N_
from crmclean.core.settings import ImportSettings


@dataclass(frozen=True)
class BaseOptions:
    """The base that the exports go into."""

    output: str = option(
        "",
        N_("The base, .csv or .xlsx: made where there is none, else added to; - is stdout."),
        "-o",
        "--output",
        metavar=N_("BASE"),
    )
    dry_run: bool = option(False, N_("Show what would be done and write nothing."))


def run(call: Call) -> ExitCode:
    """Bring the exports together."""
    from crmclean.cli.importing import import_files

    return import_files(call, call.options(BaseOptions).output, call.options(BaseOptions).dry_run)


IMPORT: Final = Command(
    "import",
    N_("Bring exports of different systems together in one base, each record knowing where it came from."),
    (BaseOptions, ForceOptions, ReportOptions, ImportSettings, *READING),
    run,
    MANY_FILES,
)
