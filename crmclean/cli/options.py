"""The options of the commands: groups that several commands share, and the settings of the steps as options.

A group is a frozen dataclass, like the settings of a step in ``core.settings``; a command names the groups that it
takes. Default and help of every option stand in its field and nowhere else.
"""

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, field, fields
from typing import Annotated, Any, Final, NamedTuple, TypeVar, get_args, get_origin, get_type_hints

import typer

from crmclean.config import choices_of
from crmclean.core.i18n import N_
from crmclean.core.settings import ReadSettings
from crmclean.core.steps import STEPS, setting_field

OUTPUT_PANEL: Final = N_("Output")
STEP_PANEL: Final = N_("Settings of the step")
INPUT_PANEL: Final = N_("How to read the file")
STATE_PANEL: Final = N_("History")
SCREEN_PANEL: Final = N_("Screen and language")

FORMATS: Final = ("csv", "xlsx", "jsonl", "parquet", "html")

_PANELS: Final = {"read": INPUT_PANEL}
_METAVARS: Final = {
    "sheet": N_("SHEET"),
    "encoding": N_("ENCODING"),
    "delimiter": N_("CHARACTER"),
    "map": N_("ROLE=HEADER"),
    "region": N_("COUNTRY"),
    "area_code": N_("CODE"),
    "dns": N_("ADDRESS"),
    "vocabulary": N_("HEADER=VALUE"),
    "source": N_("NAME"),
    "as_of": N_("DATE"),
    "statuses": N_("CLASS=STATUS"),
    "remarks": N_("REASON=PHRASE"),
    "status_word": N_("STAGE"),
    "deal_url": N_("URL"),
    "vip_tags": N_("TAG,TAG"),
    "required": N_("ROLE,ROLE"),
    "stages": N_("STAGE,STAGE"),
    "allowed": N_("STAGE=DAYS"),
    "use": N_("PACK,PACK"),
    "without": N_("RULE,RULE"),
    "hours": N_("FROM-TO"),
    "workdays": N_("DAYS"),
    "holidays": N_("COUNTRY"),
    "days_off": N_("DATE,DATE"),
}
_NUMBER: Final = N_("NUMBER")

Group = TypeVar("Group")


class Argument(NamedTuple):
    """A positional argument: its name, its type (``str``, or ``list[str]`` for several), and message ids to show."""

    name: str
    kind: type[Any]
    metavar: str
    help: str


def option(default: Any, help: str, *flags: str, metavar: str = "", panel: str = OUTPUT_PANEL) -> Any:
    """Return a field that is an option: its default, the message id of its help, its names if not the field's own."""
    return field(default=default, metadata={"help": help, "flags": flags, "metavar": metavar, "panel": panel})


@dataclass(frozen=True)
class OutputOptions:
    """Where the data goes."""

    output: str = option("", N_("Write the result to this file; - is stdout."), "-o", "--output", metavar=N_("FILE"))


@dataclass(frozen=True)
class FormatOptions:
    """As what the data is written, or whether at all."""

    format: str = option(
        "",
        N_("Format of the result; by default that of the file name, else that of the input."),
        metavar="|".join(FORMATS),
    )
    excel_safe: bool = option(
        False, N_("For CSV that is opened in Excel: an apostrophe before cells that would be taken for formulas.")
    )
    dry_run: bool = option(False, N_("Show what would be done and write nothing."))


@dataclass(frozen=True)
class ForceOptions:
    """Whether files may be replaced."""

    force: bool = option(False, N_("Replace files that exist, the input too where -o names it."))


@dataclass(frozen=True)
class ReportOptions:
    """The report as a file."""

    report: str = option("", N_("Write the report to this file: .html or .json."), metavar=N_("FILE.html"))


@dataclass(frozen=True)
class StateOptions:
    """What stays for `undo`."""

    state: str = option(
        "",
        N_("Folder of the history; by default CRMCLEAN_STATE, else .crmclean beside the output."),
        metavar=N_("DIR"),
        panel=STATE_PANEL,
    )
    no_history: bool = option(False, N_("Leave nothing behind; the run cannot be undone."), panel=STATE_PANEL)


@dataclass(frozen=True)
class AnswersOptions:
    """Where the answers of people are kept, for a command that writes no file."""

    state: str = option(
        "",
        N_("Folder of the history; by default CRMCLEAN_STATE, else .crmclean beside the file."),
        metavar=N_("DIR"),
        panel=STATE_PANEL,
    )


@dataclass(frozen=True)
class ScreenOptions:
    """What the user sees."""

    json: bool = option(False, N_("Print the figures to stdout as one JSON object on one line."), panel=SCREEN_PANEL)
    quiet: bool = option(False, N_("Print errors only."), "-q", "--quiet", panel=SCREEN_PANEL)
    verbose: bool = option(False, N_("Print more."), "-v", "--verbose", panel=SCREEN_PANEL)
    lang: str = option(
        "", N_("Language; by default CRMCLEAN_LANG, else that of the system."), metavar="ru|en", panel=SCREEN_PANEL
    )
    no_color: bool = option(False, N_("No colours (NO_COLOR does the same)."), panel=SCREEN_PANEL)


@dataclass(frozen=True)
class ConfigOptions:
    """The config file."""

    config: str = option(
        "",
        N_("Take settings from this file (crmclean.toml); options go before it."),
        metavar=N_("FILE.toml"),
        panel=STEP_PANEL,
    )


WRITING: Final = (OutputOptions, FormatOptions, ForceOptions, ReportOptions)
READING: Final = (ConfigOptions, ReadSettings, StateOptions, ScreenOptions)
"""The groups that every command which changes a file takes, before and after its own."""


def build_signature(arguments: Iterable[Argument], models: Iterable[type[Any]]) -> inspect.Signature:
    """Return the signature that Typer turns into the command line of a command.

    Args:
        arguments: the positional arguments, in the order of the call.
        models: option groups and settings of steps; each field becomes one option.

    Raises:
        ValueError: two arguments or fields have the same name.
    """
    parameters: dict[str, inspect.Parameter] = {}
    for argument in arguments:
        if argument.name in parameters:
            raise ValueError(f"two arguments are called {argument.name}")
        info = typer.Argument(metavar=argument.metavar, help=argument.help, show_default=False)
        parameters[argument.name] = inspect.Parameter(
            argument.name, inspect.Parameter.KEYWORD_ONLY, annotation=Annotated[argument.kind, info]
        )
    for model in models:
        hints = get_type_hints(model, include_extras=True)
        for item in option_fields(model):
            if item.name in parameters:
                raise ValueError(f"two options are called {item.name}")
            parameters[item.name] = _parameter_of(model, item, hints[item.name])
    return inspect.Signature(list(parameters.values()))


def option_fields(model: type[Any]) -> "list[Field[Any]]":
    """Return the fields of a model that are options: all but lists of tables, which stand in a config file only."""
    return [item for item in fields(model) if "tables" not in item.metadata]


def given_values(model: type[Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the user gave for the options of ``model``; what was not given is left out."""
    return {item.name: values[item.name] for item in option_fields(model) if values[item.name] not in (None, False, [])}


def split_values(model: type[Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return given options of a step as the settings hold them: a comma list as a tuple, other text as it is."""
    hints = get_type_hints(model)
    return {
        name: tuple(part.strip() for part in value.split(",") if part.strip())
        if isinstance(value, str) and get_origin(hints[name]) is tuple
        else value
        for name, value in given.items()
    }


def flag_of(name: str) -> str:
    """Return the long option of a setting.

    >>> flag_of("merge_at")
    '--merge-at'
    """
    return "--" + name.replace("_", "-")


def help_of(model: type[Any], name: str) -> str:
    """Return the message id of the help of an option or setting."""
    return str(setting_field(model, name).metadata["help"])


def _parameter_of(model: type[Any], item: "Field[Any]", hint: Any) -> inspect.Parameter:
    metadata = item.metadata
    info = typer.Option(
        *(metadata.get("flags") or (flag_of(item.name),)),
        help=metadata["help"],
        metavar=metadata.get("metavar") or _metavar_of(item.name, hint),
        rich_help_panel=metadata.get("panel") or _panel_of(model),
        show_default=_shown_default(item),
        autocompletion=_completion_of(hint, metadata.get("metavar", "")),
    )
    kind: Any = str | None
    default: Any = None
    if hint is bool:
        kind, default = bool, False
    elif get_args(hint) == (tuple[str, str], ...) or hint == Sequence[str]:
        kind = list[str] | None  # pairs or texts, each given on its own
    return inspect.Parameter(
        item.name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[kind, info]
    )


def _panel_of(model: type[Any]) -> str:
    names = [name for name, step in STEPS.items() if step is model]
    return _PANELS.get(names[0], STEP_PANEL) if names else STEP_PANEL


def _metavar_of(name: str, hint: Any) -> str | None:
    if hint is bool:
        return None
    choices = choices_of(hint)
    if choices:
        return ",".join(choices) if get_origin(hint) is tuple else "|".join(choices)
    return _METAVARS.get(name, _NUMBER)


def _shown_default(item: "Field[Any]") -> str | bool:
    """Return the default for the help page: Typer itself sees only that an option was not given."""
    if item.default is MISSING or item.default in ("", (), False):
        return False
    return str(item.default)


def _completion_of(hint: Any, metavar: str) -> "Callable[[str], list[str]] | None":
    choices = choices_of(hint) or tuple(metavar.split("|") if "|" in metavar else ())
    if not choices:
        return None

    def complete(incomplete: str) -> list[str]:
        head, comma, last = incomplete.rpartition(",")
        return [head + comma + choice for choice in choices if choice.startswith(last)]

    return complete
