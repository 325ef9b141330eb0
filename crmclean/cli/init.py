"""``crmclean init``: a commented crmclean.toml made for an export."""

from typing import Final

from crmclean.cli.call import Call
from crmclean.cli.command import PARTS, Command
from crmclean.cli.options import ForceOptions, OutputOptions, ScreenOptions
from crmclean.core.errors import ExitCode
from crmclean.core.i18n import N_
from crmclean.core.settings import ReadSettings


def run(call: Call) -> ExitCode:
    """Write a config file beside the export."""
    from crmclean.cli.initialising import write_config_file

    return write_config_file(call)


INIT: Final = Command(
    "init",
    N_("Write a commented crmclean.toml for this export: its columns, statuses, tags and rules to begin with."),
    (OutputOptions, ForceOptions, ReadSettings, ScreenOptions),
    run,
    PARTS,
)
