"""``crmclean link``: which of these records does a base already have."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from crmclean.cli.call import Call
from crmclean.cli.command import PARTS, Command
from crmclean.cli.options import INPUT_PANEL, READING, WRITING, option
from crmclean.core.errors import ExitCode
from crmclean.core.i18n import N_
from crmclean.core.settings import DedupSettings


@dataclass(frozen=True)
class LinkOptions:
    """Where to look the records up, and which of them to write."""

    base: str = option("", N_("The base to look in; nothing in it changes."), metavar=N_("FILE"))
    only: str = option("", N_("Write only records of these kinds."), metavar="known,doubtful,new")
    base_map: Sequence[str] = option(
        (),
        N_("Role of a column of the base: ROLE=HEADER. May be given several times."),
        metavar=N_("ROLE=HEADER"),
        panel=INPUT_PANEL,
    )


def run(call: Call) -> ExitCode:
    """Look the records of one export up in a base."""
    from crmclean.cli.linking import link_export

    return link_export(call, call.options(LinkOptions))


LINK: Final = Command(
    "link",
    N_("Say which records a base already has: known (which), doubtful or new."),
    (LinkOptions, *WRITING, DedupSettings, *READING),
    run,
    PARTS,
)
