"""``crmclean.toml`` into settings: every mistake of a file is reported at once, with its line and the right spelling.

The keys, defaults and limits come from the dataclasses of the settings; nothing is written twice.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, Final

from crmclean.config.checks import Mistake
from crmclean.config.lines import line_numbers, line_of
from crmclean.config.sections import AT_TOP, SECTIONS, SHARED, default_config, setting_names
from crmclean.config.values import override_settings, unknown
from crmclean.core.errors import FileError, UsageError
from crmclean.core.i18n import N_, _

_TOP_NAMES: Final = {place: name for name, place in AT_TOP.items()}

_TOML_HINT: Final = N_("Text stands in quotes, lists in square brackets, each setting on a line of its own.")
_TOML_HINTS: Final = {
    "Unescaped '\\' in a string": N_("Write / in paths instead of \\, or the text in single quotes: 'C:\\exports'."),
    "twice": N_("The same table stands twice: put its settings together under one."),
    "overwrite": N_("The same setting stands twice: keep one of the lines."),
    "Invalid statement": N_("A key stands first in a line; one with other signs than Latin letters stands in quotes."),
}
"""What to do about the mistakes that the reader of TOML names, by a part of its message."""


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
    lines = line_numbers(text)
    config, mistakes = _check_document(document)
    if mistakes:
        # Several mistakes of one line stay in the order in which they were found.
        found = sorted(((line_of(lines, mistake.path), mistake.text) for mistake in mistakes), key=lambda item: item[0])
        raise UsageError(
            "\n".join(f"{path}:{line}: {problem}" for line, problem in found),
            _("Correct the config file and run again."),
        )
    return config


def load_section(path: str, cwd: Path, section: str) -> Any | None:
    """Return the settings of one section of a file, whatever is wrong elsewhere; ``None`` where it is wrong itself.

    For a notice of what is wrong: whom to tell stands in the same file.
    """
    try:
        document = tomllib.loads(_read_text(path, cwd))
    except (FileError, UsageError, tomllib.TOMLDecodeError):
        return None
    settings, mistakes = _check_section(section, document.get(section, {}), default_config()[section])
    return None if mistakes else settings


def _check_document(document: Mapping[str, Any]) -> tuple[dict[str, Any], list[Mistake]]:
    """Return the settings of every section, and what is wrong, each with its path from the top of the file."""
    config = default_config()
    mistakes: list[Mistake] = []
    gathered = {name: content for name, content in document.items() if name not in (*AT_TOP, *SHARED)}
    for name in filter(document.__contains__, AT_TOP):
        section, field = AT_TOP[name]
        table = gathered.setdefault(section, {})
        if isinstance(table, dict) and field in table:
            mistakes.append(Mistake((section, field), _("“{name}” stands here and at the top.").format(name=field)))
        elif isinstance(table, dict):
            gathered[section] = {**table, field: document[name]}
    for section, content in gathered.items():
        if section not in SECTIONS:
            names = [*SECTIONS, *AT_TOP, *SHARED]
            mistakes.append(Mistake((section,), unknown(section, names, _("unknown table “{name}”."))))
            continue
        config[section], wrong = _check_section(section, content, config[section])
        mistakes += [_seen_from_top(section, mistake, document) for mistake in wrong]
    for name in filter(document.__contains__, SHARED):
        mistakes += _share(name, document[name], config)
    return config, mistakes


def _share(name: str, content: object, config: dict[str, Any]) -> list[Mistake]:
    """Give a setting that stands at the top to every table that has it; return what is wrong with it."""
    sharing = [section for section, model in SECTIONS.items() if name in setting_names(model)]
    shared, mistakes = override_settings(SECTIONS[sharing[0]](), {name: content}, strict=True)
    for section in sharing:
        together = getattr(config[section], name) + getattr(shared, name)
        config[section] = replace(config[section], **{name: together})
    return mistakes


def _check_section(section: str, content: object, settings: Any) -> tuple[Any, list[Mistake]]:
    if isinstance(content, dict):
        settings, mistakes = override_settings(settings, content, strict=True)
        return settings, [_below_a_table(mistake, settings) for mistake in mistakes]
    lists = [item.name for item in fields(settings) if "tables" in item.metadata]
    if isinstance(content, list) and section != "segments" and lists:
        text = _("“{name}” stands in single brackets, [{name}], and what it lists in double ones: [[{name}.{item}]].")
        return settings, [Mistake((), text.format(name=section, item=lists[0]))]
    text = _("“{name}” must be a table: write [{name}] on a line of its own.").format(name=section)
    return settings, [Mistake((), text)]


def _below_a_table(mistake: Mistake, settings: Any) -> Mistake:
    """Say of what belongs to the top of the file that it stands below a table: TOML takes it for a part of that."""
    name = mistake.path[0] if len(mistake.path) == 1 else ""
    if name not in AT_TOP or hasattr(settings, str(name)):
        return mistake
    if name == "use":
        text = _("“{name}” stands at the top of the file: above the first line in square brackets.")
    else:
        text = _("“{name}” stands in a table of its own: [[{name}]].")
    return Mistake(mistake.path, text.format(name=name))


def _seen_from_top(section: str, mistake: Mistake, document: Mapping[str, Any]) -> Mistake:
    """Return a mistake with its path from the top of the file, and the names of tables as the file has them."""
    name = _TOP_NAMES.get((section, str(mistake.path[0])) if mistake.path else ("", ""), "")
    path = (name, *mistake.path[1:]) if name in document else (section, *mistake.path)
    if not mistake.path:
        return Mistake(path, mistake.text)
    table = ".".join(key for key in path if isinstance(key, str))
    # Who writes [segment] knows nothing of the field behind it.
    text = mistake.text
    if mistake.path[-1] not in AT_TOP:
        text = text.replace(f"[[{mistake.path[-1]}]]", f"[[{table}]]")
    if name in document:
        text = text.replace(_("“{name}”").format(name=mistake.path[0]), _("“{name}”").format(name=name))
    return Mistake(path, text)


def _read_text(path: str, cwd: Path) -> str:
    try:
        data = (cwd / path).read_bytes()
    except FileNotFoundError as error:
        raise FileError(
            _("{path}: there is no such file.").format(path=path), _("Check the name of the config file.")
        ) from error
    except OSError as error:
        raise FileError(
            _("{path}: cannot be read ({reason}).").format(path=path, reason=error.strerror),
            _("Check the name of the config file, and whether you may read it."),
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
        hints = [hint for sign, hint in _TOML_HINTS.items() if sign in problem]
        raise UsageError(
            _("{path}:{line}: this is not TOML ({problem}).").format(path=path, line=line, problem=problem),
            _(hints[0] if hints else _TOML_HINT),
        ) from error
