"""The generated page of the config file: every key, and examples that load."""

from dataclasses import MISSING, fields
from typing import Any, Final, get_args, get_origin, get_type_hints

from annotated_types import Ge, Le

from crmclean.config import SECTIONS, choices_of
from crmclean.config.sections import AT_TOP, SHARED
from crmclean.core.i18n import _
from tools.markdown import GENERATED, join_page, say, table


def config_page() -> str:
    """Return the page of the config file: every key, and an example with all of them."""
    parts = [
        "# crmclean.toml",
        say(GENERATED),
        say(
            (
                "Settings that you do not want to type every time. The file is read only where `--config` names it; an "
                "option on the command line goes before it. Every wrong setting is reported with its line, all at "
                "once.",
                "Настройки, которые не хочется набирать каждый раз. Файл читается, только если назван в `--config`; "
                "параметр командной строки важнее. Обо всех ошибках в файле сообщается сразу, с номерами строк.",
            )
        ),
        "```sh\ncrmclean dedup base.csv --config crmclean.toml\n```",
    ]
    for section, model in SECTIONS.items():
        parts += _describe(f"[{section}]", section, model)
    parts += [
        "## " + say(("A file with every setting", "Файл со всеми настройками")),
        say(("All values are the defaults.", "Все значения — по умолчанию.")),
        f"```toml\n{_full_config()}\n```",
        "## " + say(("A file of a firm", "Файл одной фирмы")),
        f"```toml\n{say(_FIRM)}\n```",
    ]
    return join_page(parts)


def _describe(title: str, path: str, model: type[Any]) -> list[str]:
    """Return the parts of the page on one table, and on the tables that stand below it."""
    hints = get_type_hints(model, include_extras=True)
    plain = [item for item in fields(model) if "tables" not in item.metadata]
    rows = [
        [
            f"`{item.name}`",
            _type_words(hints[item.name], item.name),
            _default_words(item.default, hints[item.name]),
            _(item.metadata["help"]) + _place_at_top(path, item.name),
        ]
        for item in plain
    ]
    heads = [
        say(("key", "ключ")),
        say(("type", "тип")),
        say(("default", "по умолчанию")),
        say(("meaning", "значение")),
    ]
    parts = [f"## {title}", table(heads, rows)]
    for item in fields(model):
        if "tables" in item.metadata:
            below = _TOP_NAMES.get((path, item.name), f"{path}.{item.name}")
            parts += _describe(f"[[{below}]]", below, item.metadata["tables"])
    return parts


def _default_words(default: object, hint: object) -> str:
    return say(("required", "обязательно")) if default is MISSING else f"`{_toml(default, hint)}`"


_TOP_NAMES: Final = {place: name for name, place in AT_TOP.items()}


def _place_at_top(section: str, name: str) -> str:
    if (section, name) not in _TOP_NAMES and name not in SHARED:
        return ""
    return " " + say(("It may also stand at the top of the file.", "Может стоять и в самом начале файла."))


_FIRM: Final = (
    """# The export of our old program: cp1251, and two headings of our own.
[read]
encoding = "cp1251"
map = { phone = ["Тел. 2", "Тел. директора"], email = "Почта для счетов" }

# The tags that the head of sales allows: other spellings are folded into these, the doubtful ones are listed.
[normalize]
area_code = "4852"
vocabulary = { "Теги" = ["VIP", "Опт", "Партнёр"] }

# Merge by itself only where it is as good as certain; ask about less.
[dedup]
keep = "newest"
merge_at = 0.99

[history]
keep = 90""",
    """# Выгрузка старой программы: cp1251 и свои заголовки.
[read]
encoding = "cp1251"
map = { phone = ["Тел. 2", "Тел. директора"], email = "Почта для счетов" }

# Теги, которые утвердил руководитель отдела продаж: другие написания сводятся к ним, сомнительные перечисляются.
[normalize]
area_code = "4852"
vocabulary = { "Теги" = ["VIP", "Опт", "Партнёр"] }

# Самостоятельно объединять только почти несомненное, об остальном спрашивать.
[dedup]
keep = "newest"
merge_at = 0.99

[history]
keep = 90""",
)


def _full_config() -> str:
    sections = []
    for section, model in SECTIONS.items():
        hints = get_type_hints(model, include_extras=True)
        lines = [f"[{section}]"]
        for item in fields(model):
            if "tables" in item.metadata:
                continue
            lines += [f"# {_(item.metadata['help'])}", f"{item.name} = {_toml(item.default, hints[item.name])}"]
        sections.append("\n".join(lines))
    return "\n\n".join(sections)


def _toml(value: object, hint: object) -> str:
    if value is MISSING:
        raise ValueError("a setting without a default")
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, tuple):
        if not value and _is_pairs(hint):
            return "{}"
        return "[" + ", ".join(_toml(item, None) for item in value) + "]"
    return str(value).lower() if isinstance(value, bool) else str(value)


_PAIRS: Final = {
    "map": ('table `{ role = "heading" }`', 'таблица `{ роль = "заголовок" }`'),
    "vocabulary": ('table `{ "Теги" = ["VIP", "Опт"] }`', 'таблица `{ "Теги" = ["VIP", "Опт"] }`'),
    "statuses": ('table `{ no-answer = ["НБТ", "НДВ"] }`', 'таблица `{ no-answer = ["НБТ", "НДВ"] }`'),
    "remarks": ('table `{ wrong-number = ["не он*"] }`', 'таблица `{ wrong-number = ["не он*"] }`'),
    "allowed": ('table `{ payment = "7" }`', 'таблица `{ payment = "7" }`'),
}


def _is_pairs(hint: object) -> bool:
    """Tell whether a setting is a list of pairs, which stands in a config file as a table."""
    return get_origin(hint) is tuple and any(get_origin(item) is tuple for item in get_args(hint))


def _type_words(hint: Any, name: str) -> str:
    choices = ", ".join(f'`"{choice}"`' for choice in choices_of(hint))
    if get_origin(hint) is tuple:
        if _is_pairs(hint):
            return say(_PAIRS[name])
        return say(("list of ", "список из ")) + (choices or say(("texts", "текстов")))
    if choices:
        return choices
    kind = getattr(hint, "__origin__", hint)
    words = {
        str: ("text", "текст"),
        int: ("whole number", "целое число"),
        float: ("number", "число"),
        bool: ("true or false", "true или false"),
    }[kind]
    limits = getattr(hint, "__metadata__", ())
    least = [f"{limit.ge:g}" for limit in limits if isinstance(limit, Ge)]
    most = [f"{limit.le:g}" for limit in limits if isinstance(limit, Le)]
    text = say(words)
    if least:
        text += say((" from ", " от ")) + least[0]
    if most:
        text += say((" to ", " до ")) + most[0]
    return text
