"""One table of a config file, or the options of a call, into settings: every wrong value is named, none raises."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from crmclean.config.checks import Mistake, check_settings
from crmclean.core.i18n import _

if TYPE_CHECKING:
    from _typeshed import DataclassInstance
    from pydantic_core import ErrorDetails

Model = TypeVar("Model", bound="DataclassInstance")


@dataclass(frozen=True)
class _Checked:
    """The values of one table that can be used, and what is wrong with the others."""

    accepted: Mapping[str, Any]
    mistakes: list[Mistake]


def override_settings(settings: Model, values: Mapping[str, Any], *, strict: bool) -> tuple[Model, list[Mistake]]:
    """Return ``settings`` with other values, and what was wrong with those that were refused.

    Args:
        values: by the name of the setting.
        strict: a number must be a number (a config file); else its text will do (the command line).
    """
    checked = _check_values(type(settings), values, strict)
    result = replace(settings, **checked.accepted)
    together = check_settings(result)
    if checked.mistakes:
        # Of a list that has lost its wrong tables, nothing can be said about which stands where.
        together = [mistake for mistake in together if not any(isinstance(key, int) for key in mistake.path)]
    return result, checked.mistakes + together


def unknown(name: str, known: Sequence[str], text: str) -> str:
    """Return what is wrong with a name that is none of those known, and which one was perhaps meant."""
    message = text.format(name=name)
    near = difflib.get_close_matches(name, list(known), n=1)
    if near:
        return message + " " + _("Did you mean “{name}”?").format(name=near[0])
    return message + " " + _("Known are: {names}.").format(names=", ".join(known))


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


def _check_values(model: type[Any], values: Mapping[str, Any], strict: bool) -> _Checked:
    hints = get_type_hints(model, include_extras=True)
    models = {item.name: item.metadata.get("tables") for item in fields(model)}
    accepted: dict[str, Any] = {}
    mistakes: list[Mistake] = []
    for key, value in values.items():
        if key not in hints:
            mistakes.append(Mistake((key,), unknown(key, list(hints), _("unknown setting “{name}”."))))
        elif model_below := models[key]:
            accepted[key], wrong = _check_tables(model_below, value, key)
            mistakes += [mistake.within(key) for mistake in wrong]
        else:
            checked, problem = _check_value(hints[key], value, strict)
            if problem:
                mistakes.append(Mistake((key,), _("“{name}” {problem}").format(name=key, problem=problem)))
            else:
                accepted[key] = checked
    return _Checked(accepted, mistakes)


def _check_tables(model: type[Any], value: Any, key: str) -> tuple[tuple[Any, ...], list[Mistake]]:
    """Return the settings that a list of tables holds, and what is wrong in each of them."""
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        return (), [Mistake((), _("“{name}” stands in double brackets, once for each: [[{name}]].").format(name=key))]
    items = []
    mistakes: list[Mistake] = []
    for number, table in enumerate(value):
        checked = _check_values(model, table, strict=True)
        needed = [item.name for item in fields(model) if item.default is MISSING]
        wrong = checked.mistakes + [
            Mistake((), _("“{name}” is missing here.").format(name=name)) for name in needed if name not in table
        ]
        if checked.accepted.keys() >= set(needed):
            item = model(**checked.accepted)
            # What is wrong with the table as a whole may come of what is wrong in it.
            wrong += [mistake for mistake in check_settings(item) if mistake.path or not wrong]
            if not wrong:
                items.append(item)
        mistakes += [mistake.within(number) for mistake in wrong]
    return tuple(items), mistakes


def _check_value(hint: Any, value: Any, strict: bool) -> tuple[Any, str]:
    """Return the value as the setting holds it and ``""``, or ``None`` and what is wrong."""
    from pydantic import TypeAdapter, ValidationError

    if isinstance(value, str) and get_args(hint) == (str, ...):
        value = [value]  # one text is a list of one
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
