"""``crmclean.toml`` into settings: every mistake of a file is reported at once, with its line and the right spelling.

The keys, defaults and limits come from the dataclasses of ``core.settings``; nothing is written twice.
"""

import difflib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, TypeVar, get_args, get_origin, get_type_hints

from annotated_types import Ge

from crmclean.core.errors import FileError, UsageError
from crmclean.core.i18n import N_, _
from crmclean.core.settings import DedupSettings, NormalizeSettings, setting
from crmclean.core.steps import STEPS

if TYPE_CHECKING:
    from _typeshed import DataclassInstance
    from pydantic_core import ErrorDetails

Model = TypeVar("Model", bound="DataclassInstance")


@dataclass(frozen=True)
class HistorySettings:
    """How much of earlier runs stays."""

    keep: Annotated[int, Ge(1)] = setting(30, N_("So many of the last runs can be undone; older ones are dropped."))


SECTIONS: Final[Mapping[str, type[Any]]] = {**STEPS, "history": HistorySettings}
"""The tables that a config file may hold, and the settings behind each."""


@dataclass(frozen=True)
class Mistake:
    """One wrong setting.

    Attributes:
        key: name of the setting; ``""`` where the table itself is wrong.
        text: what is wrong with it, translated, beginning with a small letter or the name itself.
    """

    key: str
    text: str


def default_config() -> dict[str, Any]:
    """Return the settings of every section as they are without a config file."""
    return {name: model() for name, model in SECTIONS.items()}


def load_config(path: str | None, cwd: Path) -> dict[str, Any]:
    """Return the settings of every section of a config file, by the name of its table.

    Args:
        path: the file, relative to ``cwd``; ``None`` reads nothing and returns the defaults.

    Raises:
        FileError: the file cannot be read.
        UsageError: it is no TOML, or settings in it are wrong: all of them are named, each with its line.
    """
    if path is None:
        return default_config()
    text = _read_text(path, cwd)
    document = _parse(text, path)
    config = default_config()
    found: list[tuple[int, str]] = []
    for section, content in document.items():
        settings, mistakes = _check_section(section, content, config)
        config[section] = settings
        found.extend((_line_of(text, section, mistake.key), mistake.text) for mistake in mistakes)
    if found:
        lines = [f"{path}:{line}: {problem}" for line, problem in sorted(found)]
        raise UsageError("\n".join(lines), _("Correct the config file and run again."))
    return config


def settings_from(config: Mapping[str, Any], model: type[Model]) -> Model:
    """Return the settings that are of type ``model`` out of a config.

    Raises:
        KeyError: no section has this type.
    """
    for settings in config.values():
        if isinstance(settings, model):
            return settings
    raise KeyError(model.__name__)


def override_settings(settings: Model, values: Mapping[str, Any], *, strict: bool) -> tuple[Model, list[Mistake]]:
    """Return ``settings`` with other values, and what was wrong with those that were refused.

    Args:
        values: by the name of the setting.
        strict: a number must be a number (a config file); else its text will do (the command line).
    """
    hints = get_type_hints(type(settings), include_extras=True)
    accepted: dict[str, Any] = {}
    mistakes: list[Mistake] = []
    for key, value in values.items():
        if key not in hints:
            mistakes.append(Mistake(key, _unknown(key, hints, _("unknown setting “{name}”."))))
            continue
        checked, problem = _check_value(hints[key], value, strict)
        if problem:
            mistakes.append(Mistake(key, _("“{name}” {problem}").format(name=key, problem=problem)))
        else:
            accepted[key] = checked
    result = replace(settings, **accepted)
    if not mistakes:
        mistakes = _contradictions(result)
    return result, mistakes


def _read_text(path: str, cwd: Path) -> str:
    try:
        data = (cwd / path).read_bytes()
    except FileNotFoundError as error:
        raise FileError(
            _("{path}: there is no such file.").format(path=path), _("Check the name after --config.")
        ) from error
    except OSError as error:
        raise FileError(
            _("{path}: cannot be read ({reason}).").format(path=path, reason=error.strerror),
            _("Check the name after --config and the rights of the file."),
        ) from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise UsageError(
            _("{path}:{line}: the text is not in UTF-8.").format(path=path, line=line), _("Save the file as UTF-8.")
        ) from error


def _parse(text: str, path: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        match = re.search(r"at line (\d+)", str(error))
        line = int(match[1]) if match else text.count("\n") + 1
        problem = re.sub(r"\s*\(at .*\)$", "", str(error))
        raise UsageError(
            _("{path}:{line}: this is not TOML ({problem}).").format(path=path, line=line, problem=problem),
            _("Text stands in quotes, lists in square brackets, each setting on a line of its own."),
        ) from error


def _check_section(section: str, content: object, config: Mapping[str, Any]) -> tuple[Any, list[Mistake]]:
    if section not in SECTIONS:
        text = _unknown(section, SECTIONS, _("unknown table “{name}”."))
        return None, [Mistake("", text)]
    if not isinstance(content, dict):
        text = _("“{name}” must be a table: write [{name}] on a line of its own.").format(name=section)
        return config[section], [Mistake("", text)]
    return override_settings(config[section], content, strict=True)


def _unknown(name: str, known: Mapping[str, object], text: str) -> str:
    message = text.format(name=name)
    near = difflib.get_close_matches(name, list(known), n=1)
    if near:
        return message + " " + _("Did you mean “{name}”?").format(name=near[0])
    return message + " " + _("Known are: {names}.").format(names=", ".join(known))


def _check_value(hint: Any, value: Any, strict: bool) -> tuple[Any, str]:
    """Return the value as the setting holds it and ``""``, or ``None`` and what is wrong."""
    from pydantic import TypeAdapter, ValidationError

    try:
        return TypeAdapter(hint).validate_python(_as_tuples(value), strict=strict), ""
    except ValidationError as error:
        return None, _explain(error.errors()[0], hint)


def _as_tuples(value: Any) -> Any:
    """Return lists as tuples, and a table of roles (``{phone = ["Тел. 2"]}``) as its pairs."""
    if isinstance(value, list):
        return tuple(_as_tuples(item) for item in value)
    if isinstance(value, dict):
        return tuple(
            (key, item) for key, items in value.items() for item in (items if isinstance(items, list) else [items])
        )
    return value


def _explain(details: "ErrorDetails", hint: Any) -> str:
    """Say in the user's language what pydantic found wrong."""
    kind, limits = details["type"], details.get("ctx", {})
    if kind == "literal_error":
        return _explain_choice(str(details["input"]), choices_of(hint))
    if kind in ("greater_than_equal", "greater_than"):
        return _("must be {limit} or more.").format(limit=f"{limits.get('ge', limits.get('gt')):g}")
    if kind in ("less_than_equal", "less_than"):
        return _("must be {limit} or less.").format(limit=f"{limits.get('le', limits.get('lt')):g}")
    if kind.startswith("int_"):
        return _("must be a whole number.")
    if kind.startswith(("float_", "finite_")):
        return _("must be a number.")
    if kind == "string_type":
        return _("must be text in quotes.")
    if kind.startswith("bool_"):
        return _("must be true or false.")
    if kind.startswith(("tuple_", "missing", "unexpected")):
        return _("must be a list.")
    return _("has a value that cannot be used here.")


def _explain_choice(value: str, choices: Sequence[str]) -> str:
    message = _("must be one of: {choices}.").format(choices=", ".join(choices))
    near = difflib.get_close_matches(value, choices, n=1)
    return message + " " + _("Did you mean “{name}”?").format(name=near[0]) if near else message


def choices_of(hint: Any) -> tuple[str, ...]:
    """Return the words that a setting may be, or ``()`` where it is not a choice.

    >>> choices_of(tuple[Literal["phone", "email"], ...])
    ('phone', 'email')
    >>> choices_of(float)
    ()
    """
    if get_origin(hint) is Literal:
        return tuple(str(choice) for choice in get_args(hint))
    for part in get_args(hint):
        if get_origin(part) is Literal:
            return choices_of(part)
    return ()


def _contradictions(settings: object) -> list[Mistake]:
    """Return what the types of the settings do not tell: values that are wrong together, or no such code."""
    if isinstance(settings, DedupSettings) and settings.review_at > settings.merge_at:
        text = _("“review_at” ({review_at}) must not be above “merge_at” ({merge_at}).")
        return [Mistake("review_at", text.format(**asdict(settings)))]
    if isinstance(settings, NormalizeSettings) and not re.fullmatch(r"([1-9][0-9]{2,4})?", settings.area_code):
        return [Mistake("area_code", _("“area_code” must be three to five digits, as in 4852."))]
    return []


def _line_of(text: str, section: str, key: str) -> int:
    """Return the line on which a setting stands; that of its table where it cannot be told."""
    table = re.compile(rf"\s*(\[\s*[\"']?{re.escape(section)}[\"']?\s*[\].]|[\"']?{re.escape(section)}[\"']?\s*[=.])")
    setting_line = re.compile(rf"\s*[\"']?{re.escape(key)}[\"']?\s*[=.]")
    table_key = re.compile(rf"\s*(\[\s*)?{re.escape(section)}\s*\.\s*[\"']?{re.escape(key)}[\"']?\s*[=.\]]")
    at, inside = 1, False
    for number, line in enumerate(text.splitlines(), start=1):
        if key and (table_key.match(line) or (inside and setting_line.match(line))):
            return number
        if table.match(line):
            if not key:
                return number
            at, inside = number, line.lstrip().startswith("[")
        elif line.lstrip().startswith("["):
            inside = False
    return at


def setting_names(model: type[Any]) -> tuple[str, ...]:
    """Return the names of a model's settings in their order.

    >>> setting_names(HistorySettings)
    ('keep',)
    """
    return tuple(item.name for item in fields(model))
