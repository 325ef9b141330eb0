"""The pages of ``--help``: plain text in the user's language, built without the libraries that do the work.

Typer's own words ("Options", "Usage" …) come from another catalogue than ours and its coloured pages import Rich,
so that the pages are laid out here.
"""

import difflib
from collections.abc import Iterable
from typing import Any, Final

from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from crmclean.core.errors import UsageError
from crmclean.core.i18n import N_, _

ARGUMENTS_PANEL: Final = N_("Arguments")
OPTIONS_PANEL: Final = N_("Options")
COMMANDS_PANEL: Final = N_("Commands")
HELP_OPTION: Final = N_("Show this message and exit.")
TYPER_TEXTS: Final = (
    N_("Install completion for the current shell."),
    N_("Install completion for the specified shell."),
    N_("Show completion for the current shell, to copy it or customize the installation."),
    N_("Show completion for the specified shell, to copy it or customize the installation."),
)
"""Help texts that Typer brings along, here for the catalogue of messages."""


def _translate_help(option: TyperOption | None) -> TyperOption | None:
    if option is not None:
        option.help = _(HELP_OPTION)
    return option


class LocalizedCommand(TyperCommand):
    """A command whose help page speaks the user's language."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """Return ``[OPTIONS] FILE`` and the like."""
        return [_("[OPTIONS]"), *(_argument_name(param) for param in self.params if isinstance(param, TyperArgument))]

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """Write the line of usage."""
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix=_("Usage: "))

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write arguments and options by panel."""
        _write_parameters(self.get_params(ctx), formatter)

    def get_help_option(self, ctx: Any) -> TyperOption | None:
        """Return ``--help`` with its text translated."""
        return _translate_help(super().get_help_option(ctx))


class LocalizedGroup(TyperGroup):
    """The root command: its help page, and what to say where no command or an unknown one is named."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """Return ``[OPTIONS] COMMAND [ARGUMENTS]…``."""
        return [_("[OPTIONS]"), _("COMMAND [ARGUMENTS]…")]

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """Write the line of usage."""
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix=_("Usage: "))

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the commands first: they are what the user came for."""
        rows = [(name, command.help or "") for name, command in self.commands.items() if not command.hidden]
        with formatter.section(_(COMMANDS_PANEL)):
            formatter.write_dl(rows)
        _write_parameters(self.get_params(ctx), formatter)

    def get_help_option(self, ctx: Any) -> TyperOption | None:
        """Return ``--help`` with its text translated."""
        return _translate_help(super().get_help_option(ctx))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command that ``args`` begin with.

        Raises:
            UsageError: there is no such command.
        """
        name = args[0]
        if name in self.commands or name.startswith("-") or ctx.resilient_parsing:
            return super().resolve_command(ctx, args)
        near = difflib.get_close_matches(name, list(self.commands), n=1)
        known = _("Commands are: {names}.").format(names=", ".join(self.commands))
        raise UsageError(
            _("there is no command “{name}”.").format(name=name),
            _("Did you mean “{name}”?").format(name=near[0]) if near else known,
        )


def translate_tree(command: LocalizedCommand | LocalizedGroup) -> None:
    """Translate the help texts of a command, of its options and of all commands below it, in place."""
    command.help = _(command.help) if command.help else command.help
    command.epilog = _(command.epilog) if command.epilog else command.epilog
    for param in command.params:
        if isinstance(param, TyperArgument | TyperOption):
            param.help = _(param.help) if param.help else param.help
            param.metavar = _(param.metavar) if param.metavar else param.metavar
    if isinstance(command, LocalizedGroup):
        for child in command.commands.values():
            if isinstance(child, LocalizedCommand | LocalizedGroup):
                translate_tree(child)


def _argument_name(param: TyperArgument) -> str:
    name = param.metavar or param.name.upper()
    return name if param.nargs == 1 else f"{name}…"


def _write_parameters(params: Iterable[object], formatter: Any) -> None:
    panels: dict[str, list[tuple[str, str]]] = {}
    for param in params:
        if isinstance(param, TyperArgument):
            panels.setdefault(ARGUMENTS_PANEL, []).append((_argument_name(param), param.help or ""))
        elif isinstance(param, TyperOption) and not param.hidden:
            panel = param.rich_help_panel or OPTIONS_PANEL
            panels.setdefault(panel, []).append((_option_name(param), _option_help(param)))
    for panel, rows in panels.items():
        with formatter.section(_(panel)):
            formatter.write_dl(rows)


def _option_name(param: TyperOption) -> str:
    names = ", ".join(sorted(param.opts, key=len))
    return names if param.is_flag else f"{names} {param.metavar or param.name.upper()}"


def _option_help(param: TyperOption) -> str:
    text = param.help or ""
    if isinstance(param.show_default, str):
        text += " " + _("[default: {value}]").format(value=param.show_default)
    return text
