"""Who is told how a run ended: the log, and those whom the config names, whatever stopped it."""

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from crmclean.cli.crashes import say_on_stderr
from crmclean.cli.interrupts import Terminated
from crmclean.config import load_section
from crmclean.core.errors import CrmCleanError, ExitCode, LockedError
from crmclean.core.i18n import _
from crmclean.core.run_settings import NotifySettings, RunSettings
from crmclean.reporting.run_words import Result, RunEntry, log_line, notice_subject, notice_text
from crmclean.workflows.sending import send_notice

_RESULTS: Final[Mapping[Result, str]] = {
    "done": "success",
    "threshold": "threshold",
    "failed": "failure",
    "locked": "failure",
    "stopped": "failure",
}
"""Which of the words of ``[notify] on`` a result is."""


class RunWatch:
    """Watches one run. A context manager: when the block ends, however it ends, the log and the notice are written.

    It never changes how the run ended: what cannot be logged or sent is said on stderr.

    Args:
        config: the config file as the user named it; from the folder ``base`` its paths are taken.
        quiet: nobody is told: a dry run.
    """

    def __init__(self, config: str, base: Path, quiet: bool) -> None:
        self._config = config
        self._base = base
        self._quiet = quiet
        self._started = time.perf_counter()
        self._settings: tuple[RunSettings, NotifySettings] | None = None
        self._entry = RunEntry("", Path(config).name, "done", 0, 0.0)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._quiet:
            return
        entry = self._ended(error)
        run, notify = self._settings or self._rescued()
        if run is not None and run.log:
            self._write_log(self._base / os.path.expanduser(run.log), log_line(entry, run.log_format))
        if notify is not None and _RESULTS[entry.result] in notify.on:
            facts = {
                "CRMCLEAN_RESULT": entry.result,
                "CRMCLEAN_EXIT_CODE": str(entry.exit_code),
                "CRMCLEAN_RUN": entry.run,
                "CRMCLEAN_OUTPUT": entry.output,
            }
            for failure in send_notice(notify, notice_subject(entry), notice_text(entry), facts, os.environ):
                say_on_stderr(failure)

    def use(self, run: RunSettings, notify: NotifySettings) -> None:
        """Take the settings of the config, once they are known."""
        self._settings = run, notify

    def tell(
        self, run: str, figures: Mapping[str, float], output: str, code: ExitCode, messages: Sequence[str]
    ) -> None:
        """Say how the run ended where nothing stopped it."""
        result: Result = "threshold" if messages or code == ExitCode.THRESHOLD_MISSED else "done"
        self._entry = replace(
            self._entry,
            run=run,
            figures=figures,
            output=output,
            result=result,
            exit_code=int(code),
            messages=tuple(messages),
        )

    def _ended(self, error: BaseException | None) -> RunEntry:
        entry = replace(
            self._entry,
            time=datetime.now().astimezone().isoformat(timespec="seconds"),
            seconds=time.perf_counter() - self._started,
        )
        if error is None:
            return entry
        if isinstance(error, CrmCleanError):
            result: Result = "locked" if isinstance(error, LockedError) else "failed"
            return replace(entry, result=result, exit_code=int(error.exit_code), messages=(str(error),))
        if isinstance(error, KeyboardInterrupt):
            code = error.exit_code if isinstance(error, Terminated) else int(ExitCode.INTERRUPTED)
            return replace(entry, result="stopped", exit_code=code)
        # What an unknown error says may hold data of clients.
        text = _("An error in the program itself ({kind}); stderr names the file with the details.")
        message = text.format(kind=type(error).__name__)
        return replace(entry, result="failed", exit_code=int(ExitCode.BUG), messages=(message,))

    def _rescued(self) -> tuple[RunSettings | None, NotifySettings | None]:
        """Return what can be used of a config that has mistakes elsewhere."""
        return (
            load_section(self._config, Path.cwd(), "run"),
            load_section(self._config, Path.cwd(), "notify"),
        )

    def _write_log(self, path: Path, line: str) -> None:
        try:
            with open(path, "ab") as file:
                file.write(line.encode() + b"\n")
        except OSError as error:
            text = _("The log {path} could not be written: {reason}.")
            say_on_stderr(text.format(path=path, reason=error.strerror or type(error).__name__))
