"""``crmclean inspect``: what these files are."""

from typing import Final

from crmclean.cli.call import Call
from crmclean.cli.command import MANY_FILES, Command
from crmclean.cli.options import ConfigOptions, ForceOptions, ReportOptions, ScreenOptions
from crmclean.core.errors import ExitCode
from crmclean.core.i18n import N_
from crmclean.core.settings import ReadSettings


def run(call: Call) -> ExitCode:
    """Look at every file and show what was seen."""
    from crmclean.cli.inspecting import inspect_files

    return inspect_files(call)


INSPECT: Final = Command(
    "inspect",
    N_("Show what files are: encoding, layout, recognised columns, how well they are filled."),
    (ReportOptions, ForceOptions, ReadSettings, ConfigOptions, ScreenOptions),
    run,
    MANY_FILES,
)
