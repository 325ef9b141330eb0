"""What a command is: its name, its help, what it takes and what it does."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from crmclean.cli.call import Call
from crmclean.cli.options import Argument, build_signature
from crmclean.core.errors import ExitCode
from crmclean.core.i18n import N_

ONE_FILE = (Argument("file", str, N_("FILE"), N_("The export: CSV, XLSX, or the .xls of a CRM; - is stdin.")),)
PARTS = (
    Argument(
        "files",
        list[str],
        N_("FILE"),
        N_("The export: CSV, XLSX, or the .xls of a CRM; - is stdin. Several files are parts of one export."),
    ),
)
"""For a command that works on one base, which may lie in several files."""

MANY_FILES = (
    Argument("files", list[str], N_("FILE"), N_("The exports: CSV, XLSX, or the .xls of a CRM; - is stdin.")),
)


@dataclass(frozen=True)
class Command:
    """One command.

    Attributes:
        name: as the user types it.
        help: message id of what it does; the first sentence stands in the list of commands.
        models: option groups and settings of steps whose fields become its options, in the order of the help page.
        run: does the work.
        arguments: its positional arguments, in the order of the call; only the last may take several values.
    """

    name: str
    help: str
    models: tuple[type[Any], ...]
    run: Callable[[Call], ExitCode]
    arguments: tuple[Argument, ...] = ONE_FILE


class CommandFunction:
    """A command as the function that Typer wants: it reads its options from the signature."""

    def __init__(self, command: Command) -> None:
        self._command = command
        self.__name__ = command.name
        self.__doc__ = command.help
        self.__signature__ = build_signature(command.arguments, command.models)
        self.__annotations__ = {name: item.annotation for name, item in self.__signature__.parameters.items()}

    def __call__(self, **values: Any) -> ExitCode:
        given: list[str] = []
        for argument in self._command.arguments:
            value = values.pop(argument.name)
            given.extend([value] if isinstance(value, str) else value)
        return self._command.run(Call(self._command.name, tuple(given), values))
