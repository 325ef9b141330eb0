"""The generated pages of the documentation: commands, findings, settings and columns, in both languages.

Everything that the program itself says comes from its own catalogue of messages; only the words around it stand here.
"""

import tomllib
from collections.abc import Callable, Iterable, Sequence
from importlib.resources import files
from math import log2
from types import MappingProxyType
from typing import Any, Final

from crmclean.cli.help_pages import LocalizedCommand
from crmclean.cli.tree import build_commands
from crmclean.core.errors import ExitCode
from crmclean.core.finding import CATALOGUE
from crmclean.core.i18n import _
from crmclean.core.table import ROLES
from crmclean.files.headings import heading_key
from crmclean.matching.model import COMPANY, PERSON, Comparison
from crmclean.reporting.wording import LEVELS, SEVERITIES, word_for
from tools.config_page import config_page
from tools.markdown import GENERATED, Words, join_page, say, table

RUSSIAN_HEADINGS_SHOWN: Final = 5
OTHER_HEADINGS_SHOWN: Final = 3

EXIT_CODES: Final = MappingProxyType[ExitCode, Words](
    {
        ExitCode.DONE: (
            "Done. Findings and doubtful pairs are no failures.",
            "Сделано. Замечания и спорные пары ошибкой не считаются.",
        ),
        ExitCode.THRESHOLD_MISSED: (
            "A threshold that you set was missed.",
            "Не достигнут порог, который вы задали.",
        ),
        ExitCode.USAGE: (
            "The call or the config file is wrong.",
            "Ошибка в команде или в файле настроек.",
        ),
        ExitCode.FILE: (
            "A file could not be read or written, or exists already and `--force` was not given.",
            "Файл не удалось прочитать или записать, либо он уже есть, а `--force` не указан.",
        ),
        ExitCode.LOCKED: (
            "Another run holds the history.",
            "История занята другим запуском.",
        ),
        ExitCode.BUG: (
            "An error in crmclean itself; a file whose name is printed says where, without any of your data.",
            "Ошибка самой программы; подробности без ваших данных лежат в файле, имя которого напечатано.",
        ),
        ExitCode.INTERRUPTED: (
            "Interrupted with Ctrl-C. Told to end by a signal: 128 plus its number (SIGTERM: 143).",
            "Прервано клавишами Ctrl-C. Остановлено сигналом: 128 плюс его номер (SIGTERM: 143).",
        ),
    }
)

ENVIRONMENT: Final = MappingProxyType[str, Words](
    {
        "CRMCLEAN_LANG": (
            "Language, `ru` or `en`, where `--lang` is not given.",
            "Язык, `ru` или `en`, если нет `--lang`.",
        ),
        "CRMCLEAN_STATE": (
            "Folder of the history where `--state` is not given.",
            "Папка истории, если нет `--state`.",
        ),
        "NO_COLOR": ("Set to anything: no colours.", "Задана любым значением: без цвета."),
    }
)


def commands_page() -> str:
    """Return the page of all commands with all their options."""
    group = build_commands("crmclean")
    parts = [
        "# " + say(("Commands", "Команды")),
        say(GENERATED),
        say(
            (
                "The same is shown by `crmclean COMMAND --help`. Data goes to stdout only where you ask for it or "
                "where stdout is a pipe or a file; reports and messages go to stderr.",
                "То же показывает `crmclean КОМАНДА --help`. Данные идут в stdout, только если вы об этом попросили "
                "или если stdout перенаправлен в файл или в другую программу; отчёты и сообщения идут в stderr.",
            )
        ),
        table(
            [say(("command", "команда")), say(("what it does", "что делает"))],
            [[f"[`{name}`](#crmclean-{name})", command.help or ""] for name, command in group.commands.items()],
        ),
    ]
    for name, command in group.commands.items():
        if isinstance(command, LocalizedCommand):
            parts.append(_command_section(name, command))
    parts += ["## " + say(("All commands together", "Общие параметры")), _option_tables(group.params)]
    parts += [
        "## " + say(("Exit codes", "Коды возврата")),
        table(
            [say(("code", "код")), say(("means", "значит"))],
            [[f"`{int(code)}`", say(EXIT_CODES[code])] for code in ExitCode],
        ),
        "## " + say(("Environment variables", "Переменные окружения")),
        table(
            [say(("variable", "переменная")), say(("means", "значит"))],
            [[f"`{name}`", say(meaning)] for name, meaning in ENVIRONMENT.items()],
        ),
    ]
    return join_page(parts)


def _command_section(name: str, command: LocalizedCommand) -> str:
    arguments = [param for param in command.params if param.param_type_name == "argument"]
    usage = " ".join([f"crmclean {name}", _("[OPTIONS]"), *(_argument_name(param) for param in arguments)])
    parts = [f"## crmclean {name}", command.help or "", f"```text\n{usage}\n```"]
    rows = [[f"`{_argument_name(param)}`", getattr(param, "help", "") or ""] for param in arguments]
    parts.append(table([say(("argument", "аргумент")), say(("meaning", "значение"))], rows))
    parts.append(_option_tables(command.params))
    return "\n\n".join(parts)


def _option_tables(params: Iterable[Any]) -> str:
    panels: dict[str, list[list[str]]] = {}
    for param in params:
        if param.param_type_name == "option" and not param.hidden:
            panel = _(param.rich_help_panel or "Options")
            panels.setdefault(panel, []).append(_option_row(param))
    parts = []
    for panel, rows in panels.items():
        heads = [panel, say(("meaning", "значение")), say(("default", "по умолчанию"))]
        parts.append(table(heads, rows))
    return "\n\n".join(parts)


def _option_row(param: Any) -> list[str]:
    names = ", ".join(sorted(param.opts, key=len))
    shown = names if param.is_flag else f"{names} {param.metavar or param.name.upper()}"
    default = f"`{param.show_default}`" if isinstance(param.show_default, str) else ""
    return [f"`{shown}`", param.help or "", default]


def _argument_name(param: Any) -> str:
    name = param.metavar or param.name.upper()
    return name if param.nargs == 1 else f"{name}…"


def findings_page() -> str:
    """Return the page of everything that can be seen in the data."""
    parts = [
        "# " + say(("Findings", "Замечания")),
        say(GENERATED),
        say(
            (
                "What crmclean sees in the data while it works. Bad data never stops it: a cell whose value cannot be "
                "known stays as it is and is counted under one of these codes in the report and in `--json`.",
                "Что crmclean замечает в данных. Плохие данные работу не останавливают: ячейка, значение которой "
                "узнать нельзя, остаётся как есть и попадает в отчёт и в `--json` под одним из этих кодов.",
            )
        ),
    ]
    for severity, title in SEVERITIES.items():
        rows = [
            [f"`{item.code}`", _(item.title), _(item.meaning), _(item.remedy)]
            for item in CATALOGUE.values()
            if item.severity == severity
        ]
        heads = [
            say(("code", "код")),
            say(("finding", "замечание")),
            say(("what it means", "что это значит")),
            say(("what to do", "что делать")),
        ]
        parts += ["## " + _capital(_(title)), table(heads, rows)]
    return join_page(parts)


def columns_page() -> str:
    """Return the page of the roles a column can play, and headings that are recognised for each."""
    known = _headings_by_role()
    rows = [[f"`{role}`", _(title), ", ".join(f"«{name}»" for name in known[role])] for role, title in ROLES.items()]
    parts = [
        "# " + say(("Columns that are recognised", "Какие столбцы распознаются")),
        say(GENERATED),
        say(
            (
                "A heading is recognised whatever its case, spaces, punctuation and numbers («Телефон 2», "
                "`Phone 1 - Value`); ё and е are the same, and so are look-alike Latin and Cyrillic letters. Here are "
                "some headings of each role; all are in `crmclean/files/headings.toml`. A column that is not "
                "recognised passes through untouched.",
                "Регистр, пробелы, знаки и номера в заголовке не важны («Телефон 2», `Phone 1 - Value`); ё и е, "
                "а также похожие латинские и русские буквы считаются одинаковыми. Здесь несколько заголовков каждой "
                "роли, все — в `crmclean/files/headings.toml`. Нераспознанный столбец проходит нетронутым.",
            )
        ),
        say(
            (
                "If a heading was not recognised, or wrongly, name the role yourself; the role `none` takes it away:",
                "Если заголовок не распознан или распознан неверно, назовите роль сами; роль `none` её снимает:",
            )
        ),
        '```sh\ncrmclean dedup base.csv --map phone="Тел. 2" --map none="Код"\n```',
        table([say(("role", "роль")), say(("meaning", "значение")), say(("headings", "заголовки"))], rows),
    ]
    return join_page(parts)


def _headings_by_role() -> dict[str, list[str]]:
    source = files("crmclean.files").joinpath("headings.toml").read_text("utf-8")
    found: dict[str, list[list[str]]] = {role: [] for role in ROLES}
    for entry in tomllib.loads(source)["heading"]:
        if entry["role"] and not entry.get("only_if_missing"):
            found[entry["role"]].append(entry["names"])
    return {role: _some_of(lists) for role, lists in found.items()}


def _some_of(lists: Sequence[Sequence[str]]) -> list[str]:
    """Return a few Russian and a few other names, from each list in turn, so that every kind of phone is there."""
    longest = max(map(len, lists), default=0)
    mixed = [names[place] for place in range(longest) for names in lists if place < len(names)]
    different = {heading_key(name): name for name in reversed(mixed)}
    ordered = [name for name in mixed if different[heading_key(name)] is name]
    russian = [name for name in ordered if not name.isascii()]
    other = [name for name in ordered if name.isascii()]
    return [*russian[:RUSSIAN_HEADINGS_SHOWN], *other[:OTHER_HEADINGS_SHOWN]]


def weights_block() -> str:
    """Return the shipped match weights of people and of companies, for the guide that explains them."""
    heads = [say(("field", "поле")), say(("how the two agree: weight in bits", "как совпали: вес в битах"))]
    parts = []
    for title, comparisons in ((("People", "Люди"), PERSON), (("Companies", "Компании"), COMPANY)):
        rows = [[_(item.title), ", ".join(_level_weights(item))] for item in comparisons]
        parts += [f"**{say(title)}**", table(heads, rows)]
    return "\n\n".join(parts)


def _level_weights(comparison: Comparison) -> list[str]:
    texts = []
    for level in comparison.levels:
        # gettext answers an empty message with the header of its catalogue.
        title = _(level.title) if level.title else word_for(LEVELS, level.code)
        weight = f"{log2(level.m / level.u):+.1f}".replace("-", "−")
        texts.append(f"{title} **{weight}**")
    return texts


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


PAGES: Final = MappingProxyType[str, Callable[[], str]](
    {
        "cli.md": commands_page,
        "config.md": config_page,
        "findings.md": findings_page,
        "columns.md": columns_page,
    }
)
"""The pages that are wholly generated, by the name they have in `docs/en` and `docs/ru`."""

BLOCKS: Final = MappingProxyType[str, Callable[[], str]]({"weights": weights_block})
"""What is generated inside hand-written pages, between `<!-- name -->` and `<!-- /name -->`."""
