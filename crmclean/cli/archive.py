"""``crmclean archive``: the active base without who left, and the archive with a reason for each."""

from dataclasses import dataclass
from typing import Final

from crmclean.cli.call import Call
from crmclean.cli.command import PARTS, Command
from crmclean.cli.options import READING, WRITING, option
from crmclean.core.errors import ExitCode
from crmclean.core.i18n import N_
from crmclean.core.segment_settings import ArchiveSettings


@dataclass(frozen=True)
class ArchiveFiles:
    """The archive itself and what `archive` can write beside it."""

    archive: str = option(
        "", N_("The archive: one file that grows from run to run; made where there is none."), metavar=N_("FILE")
    )
    warm_up: str = option(
        "", N_("Write the records of the archive that are on a list for warming up."), metavar=N_("FILE.csv")
    )
    restore: bool = option(False, N_("Bring back the archived clients of whom the export shows new activity."))


def run(call: Call) -> ExitCode:
    """Part one base into the active records and the archive."""
    from crmclean.cli.archiving import archive_files

    return archive_files(call, call.options(ArchiveFiles), call.settings(ArchiveSettings))


ARCHIVE: Final = Command(
    "archive",
    N_("Move clients into the archive, each with a reason, and bring back who is active again. Nothing is deleted."),
    (*WRITING, ArchiveFiles, ArchiveSettings, *READING),
    run,
    PARTS,
)
