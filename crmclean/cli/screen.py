"""What a call shows: the report on stderr, the figures as JSON on stdout, what is going on while it works."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console

from crmclean.cli.options import ScreenOptions
from crmclean.cli.streams import discard_stream, write_stdout
from crmclean.reporting.json_report import render_json
from crmclean.reporting.summary import RunSummary
from crmclean.reporting.terminal import console_for_stderr, print_report


class Screen:
    """The screen of one call."""

    def __init__(self, options: ScreenOptions) -> None:
        self._options = options
        self._console = console_for_stderr(options.no_color, options.quiet)

    @contextmanager
    def busy(self, text: str) -> Iterator[Callable[[str], None]]:
        """Show that the work goes on, on a terminal only; yield what takes the name of the next stage."""
        if not self._console.is_terminal or self._console.quiet:
            yield lambda text: None
            return
        with self._console.status(text) as status:
            yield status.update

    def show(self, summary: RunSummary) -> None:
        """Print the report, and the figures as JSON where they were asked for."""
        if not self._console.quiet:
            self._print(summary)
        if self._options.json:
            write_stdout(render_json(summary).encode() + b"\n")

    def _print(self, summary: RunSummary) -> None:
        try:
            print_report(summary, self._console, self._options.verbose)
        except OSError:
            # The files are in place: a screen that is gone or full changes nothing about that.
            discard_stream(sys.stderr)

    def say(self, text: str, *, breaks: bool = True) -> None:
        """Print one line on stderr, broken into lines of the screen unless it is to be copied."""
        self._console.print(text, markup=False, soft_wrap=not breaks)


def console_for_stdout(no_color: bool) -> Console:
    """Return the console of reports that are the product of their command."""
    return Console(no_color=no_color or None, highlight=False)
