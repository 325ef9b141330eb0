"""What Typer finds wrong with a call, said in the user's language with the next step.

Typer ships its parser as a private module, so that its errors are told apart by name and attributes.
"""

import re
from difflib import get_close_matches
from typing import Any

import typer

from crmclean.core.errors import UsageError
from crmclean.core.i18n import _


def explain_usage(error: typer.TyperException) -> UsageError:
    """Return the error of the parser as ours.

    >>> explain_usage(typer.BadParameter("no number")).message
    'no number'
    """
    context = getattr(error, "ctx", None)
    return UsageError(_message_of(error), _hint_of(error, context))


def is_bare_call(error: typer.TyperException) -> bool:
    """Tell whether nothing is wrong but that no command was named; the message is then the help page."""
    return type(error).__name__ == "NoArgsIsHelpError"


def _message_of(error: Any) -> str:
    match type(error).__name__:
        case "NoSuchOption":
            return _("there is no option {option}.").format(option=error.option_name)
        case "MissingParameter":
            return _("{name} is missing.").format(name=_name_of(error.param))
        case "BadOptionUsage":
            if _is_flag(error):
                return _("option {option} takes no value.").format(option=error.option_name)
            return _("option {option} needs a value.").format(option=error.option_name)
        case "UsageError" if (extra := re.search(r"extra argument\(s\) \((.*)\)$", error.message)) is not None:
            return _("unexpected: {arguments}").format(arguments=extra[1])
        case "UsageError" if error.message.startswith("Missing command"):
            return _("no command was named.")
        case "BadParameter" if error.param is not None:
            return f"{_name_of(error.param)}: {error.message}"
    return str(error.message)


def _hint_of(error: Any, context: Any) -> str:
    hints = []
    nearest = get_close_matches(
        getattr(error, "option_name", None) or "", getattr(error, "possibilities", None) or [], 1
    )
    if nearest:
        hints.append(_("Did you mean “{name}”?").format(name=nearest[0]))
    path = "crmclean" if context is None else context.command_path
    hints.append(_("“{command} --help” lists the options.").format(command=path))
    return " ".join(hints)


def _name_of(param: Any) -> str:
    if param.param_type_name == "argument":
        return str(param.metavar or param.name.upper())
    return str(max(param.opts, key=len))


def _is_flag(error: Any) -> bool:
    if error.ctx is None:
        return "does not take" in error.message
    return any(
        error.option_name in param.opts and getattr(param, "is_flag", False) for param in error.ctx.command.params
    )
