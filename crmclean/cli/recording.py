"""The run in the history while it goes on: kept if it ends well, gone without trace if not."""

import os
import shlex
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from crmclean.cli.call import Call
from crmclean.cli.options import StateOptions
from crmclean.cli.targets import STREAM, folder_of_run
from crmclean.config import HistorySettings, settings_from

if TYPE_CHECKING:
    import pandas as pd

    from crmclean.history.copies import PackedInput
    from crmclean.history.database import Database
    from crmclean.history.runs import Run
    from crmclean.history.store import History


def remember_nothing(database: "Database", run: int) -> None:
    """Keep nothing beside the run itself."""


class Recording:
    """What a job tells the history.

    Attributes:
        run_id: number of the run as text, ``""`` where no history is kept.
        undo_command: the command line that takes the run back, ``""`` where there is none.
    """

    def __init__(
        self,
        history: "History | None" = None,
        run: "Run | None" = None,
        keep: int = 0,
        remember: Callable[["Database", int], None] = remember_nothing,
    ) -> None:
        self._history = history
        self._run = run
        self._keep = keep
        self._remember = remember
        self.run_id = "" if run is None else run.id
        self.undo_command = "" if history is None else _undo_command(self.run_id, history.folder)

    def keep_tables(self, tables: Mapping[str, "pd.DataFrame"]) -> None:
        """Keep the tables of the outcome. May run in a thread of its own: it asks nothing of the database.

        Raises:
            FileError: one cannot be written.
        """
        if self._run is not None:
            for name, frame in tables.items():
                self._run.save_table(name, frame)

    def finish(self, written: Mapping[str, tuple[str, str]], figures: Mapping[str, float], seconds: float) -> None:
        """Say that the run is whole, keep what was written where, and drop the oldest runs.

        Args:
            written: name to path and sha256 in hex.
            figures: counts by name.
            seconds: how long the run took.
        """
        if self._run is not None and self._history is not None:
            self._remember(self._history.database, self._run.number)
            self._run.finish(written, figures, seconds)
            self._history.drop_old(self._keep)


@contextmanager
def recording(
    folder: Path | None,
    call: Call,
    settings: Mapping[str, object],
    inputs: "Mapping[str, bytes | PackedInput]",
    remember: Callable[["Database", int], None] = remember_nothing,
) -> Iterator[Recording]:
    """Record a run in the history of ``folder`` while the block runs; nothing of it stays if the block fails.

    Args:
        folder: the state folder; ``None`` keeps no history.
        call: the call.
        settings: by the name of the step.
        inputs: path to bytes, packed or not; they are kept by their full path, so that an undo finds the way back from
            anywhere.
        remember: keeps what outlives the run, given the database of the history and the number of the run.

    Raises:
        FileError: the history cannot be written.
    """
    if folder is None:
        yield Recording()
        return
    from crmclean.history.store import History
    from crmclean.history.written_files import absolute_path

    with History(folder) as history:
        named = {absolute_path(path): data for path, data in inputs.items()}
        run = history.begin(call.command, settings, named, next(iter(inputs)))
        with ExitStack() as on_error:
            on_error.callback(run.abandon)
            yield Recording(history, run, settings_from(call.config, HistorySettings).keep, remember)
            on_error.pop_all()


def state_of(call: Call, target: str, source: str = "") -> Path | None:
    """Return the folder of the history of a call, ``None`` where it keeps none.

    A call from stdin to stdout keeps none unless it says where: there is no file to put it beside.

    Args:
        call: the call.
        target: where the data goes.
        source: the first file that is read; the first argument by default.
    """
    from crmclean.history.location import STATE_VARIABLE, state_folder

    options = call.options(StateOptions)
    source = source or call.arguments[0]
    named = bool(options.state or os.environ.get(STATE_VARIABLE))
    if options.no_history or (source == STREAM and target == STREAM and not named):
        return None
    return state_folder(options.state or None, os.environ, folder_of_run(source, target))


def _undo_command(run_id: str, folder: Path) -> str:
    """Return the line that undoes a run from the folder where the user is now."""
    from crmclean.history.location import state_folder

    line = ["crmclean", "undo", run_id]
    if folder.absolute() != state_folder(None, os.environ, Path.cwd()).absolute():
        line += ["--state", str(folder)]
    return subprocess.list2cmdline(line) if os.name == "nt" else shlex.join(line)
