"""``crmclean explain``: why two records are, or are not, one client."""

from typing import Final

from crmclean.cli.call import Call
from crmclean.cli.command import ONE_FILE, Command
from crmclean.cli.options import AnswersOptions, Argument, ConfigOptions, ScreenOptions
from crmclean.core.errors import ExitCode
from crmclean.core.i18n import N_
from crmclean.core.settings import DedupSettings, ReadSettings


def run(call: Call) -> ExitCode:
    """Explain one pair of records of one base."""
    from crmclean.cli.explaining import explain_call

    return explain_call(call)


EXPLAIN: Final = Command(
    "explain",
    N_("Say why two records are, or are not, one client: field by field, in words and weights. Nothing is written."),
    (AnswersOptions, ConfigOptions, DedupSettings, ReadSettings, ScreenOptions),
    run,
    (
        *ONE_FILE,
        Argument("first", str, N_("ID1"), N_("A record: its ID in the CRM, or its row as in row:17.")),
        Argument("second", str, N_("ID2"), N_("Another record of the same file.")),
    ),
)
