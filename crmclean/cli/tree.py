"""The tree of commands as Typer parses it."""

from typing import Annotated, Final

import typer
from typer.main import get_command

from crmclean import __version__
from crmclean.cli.command import CommandFunction
from crmclean.cli.help_pages import LocalizedCommand, LocalizedGroup, translate_tree
from crmclean.cli.options import SCREEN_PANEL, ScreenOptions, help_of
from crmclean.cli.registry import COMMANDS
from crmclean.core.i18n import N_

HELP: Final = N_("Cleans client bases: finds duplicates in the export of any CRM, and can take every step back.")
EPILOG: Final = N_("“crmclean COMMAND --help” explains a command. The base never leaves this machine.")


def build_commands(program: str) -> LocalizedGroup:
    """Return the tree of commands, its texts in the language that was chosen."""
    app = typer.Typer(
        name=program,
        help=HELP,
        epilog=EPILOG,
        cls=LocalizedGroup,
        callback=_root,
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"max_content_width": 100},
    )
    for command in COMMANDS:
        app.command(command.name, help=command.help, cls=LocalizedCommand)(CommandFunction(command))
    group = get_command(app)
    if not isinstance(group, LocalizedGroup):
        raise TypeError(type(group))
    translate_tree(group)
    return group


def _print_version(asked: bool) -> None:
    if asked:
        print(f"crmclean {__version__}")
        raise typer.Exit


def _root(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help=N_("Show the version and exit."))
    ] = False,
    lang: Annotated[
        str | None, typer.Option(metavar="ru|en", help=help_of(ScreenOptions, "lang"), rich_help_panel=SCREEN_PANEL)
    ] = None,
) -> None:
    """Take the options that stand before the command; both did their work before this is called."""
