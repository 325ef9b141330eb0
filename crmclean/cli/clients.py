"""The ids of clients that a call works with: those that the history knows, and those that it gives.

This module imports the libraries that do the work: commands import it when they run, not before.
"""

from datetime import date

from crmclean.cli.call import Call
from crmclean.cli.options import OutputOptions
from crmclean.cli.recording import state_of
from crmclean.cli.sources import files_to_read
from crmclean.cli.streams import stdout_takes_data
from crmclean.cli.targets import choose_target
from crmclean.history.client_file import load_clients, save_clients
from crmclean.history.clients import AssignedIds
from crmclean.history.database import Database
from crmclean.history.known_clients import KnownClients


class ClientsOfCall:
    """The clients of one call that merges.

    Args:
        call: the call.
        word: stands in the name of a result that is written beside the input.

    Attributes:
        known: the clients that earlier runs know; nobody where the call has no history.
        assigned: the ids that the call gave, once they are there.

    Raises:
        FileError: the ids cannot be read.
    """

    def __init__(self, call: Call, word: str) -> None:
        output = call.options(OutputOptions).output
        source = files_to_read(call.arguments, output, word)[0]
        target = choose_target(source, output, call.screen.json, stdout_takes_data())
        folder = state_of(call, target, source)
        self.known = KnownClients.none() if folder is None else load_clients(folder)
        self.assigned: AssignedIds | None = None

    def remember(self, database: Database, run: int) -> None:
        """Keep the ids that were given, before the run is finished.

        Raises:
            FileError: they cannot be kept.
            LockedError: another run has given out ids meanwhile by which these would be others.
        """
        if self.assigned is not None:
            save_clients(database, self.assigned, run, date.today())
