"""Help, version, language and completion: what a user meets first."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from crmclean import __version__
from crmclean.cli.registry import COMMANDS
from crmclean.core import i18n
from crmclean.core.settings import DedupSettings, NormalizeSettings, ReadSettings
from crmclean.core.steps import setting_field
from tests.cli.conftest import Call, environment

RUSSIAN = {
    "Usage: ": "Использование: ",
    "[OPTIONS]": "[ПАРАМЕТРЫ]",
    "Options": "Параметры",
    "Arguments": "Аргументы",
    "Commands": "Команды",
    "Output": "Результат",
    "FILE": "ФАЙЛ",
    "Show this message and exit.": "Показать эту справку и выйти.",
    "Print errors only.": "Печатать только ошибки.",
    "[default: {value}]": "[по умолчанию: {value}]",
    "there is no option {option}.": "нет параметра {option}.",
    "there is no command “{name}”.": "нет команды «{name}».",
    "Did you mean “{name}”?": "Может быть, «{name}»?",
}


@pytest.fixture
def russian(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A catalogue of messages that is here whether or not the real one is compiled."""
    catalog = Catalog(locale="ru")
    for message, text in RUSSIAN.items():
        catalog.add(message, text)
    folder = tmp_path / "locale" / "ru" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "crmclean.mo").open("wb") as file:
        write_mo(file, catalog)
    monkeypatch.setattr(i18n, "LOCALE_DIR", tmp_path / "locale")
    yield
    i18n.set_language("en")


def test_version(call: Call) -> None:
    assert call("--version").out == f"crmclean {__version__}\n"


def test_help_lists_every_command(call: Call) -> None:
    answer = call("--help")
    assert answer.code == 0
    assert answer.err == ""
    for command in COMMANDS:
        assert f"\n  {command.name} " in answer.out


def test_a_bare_call_shows_the_help_and_is_no_success(call: Call) -> None:
    answer = call()
    assert answer.code == 2
    assert answer.out == ""
    assert answer.err.startswith("Usage: crmclean")


@pytest.mark.parametrize("name", [command.name for command in COMMANDS])
def test_help_of_every_command(call: Call, name: str) -> None:
    answer = call(name, "--help")
    assert answer.code == 0
    assert answer.out.startswith(f"Usage: crmclean {name} [OPTIONS]")
    assert "None" not in answer.out


@pytest.mark.parametrize(
    ("command", "model", "name"),
    [
        pytest.param("dedup", DedupSettings, "merge_at", id="dedup merge-at"),
        pytest.param("dedup", DedupSettings, "keep", id="dedup keep"),
        pytest.param("dedup", ReadSettings, "sheet", id="dedup sheet"),
        pytest.param("normalize", NormalizeSettings, "only", id="normalize only"),
        pytest.param("inspect", ReadSettings, "encoding", id="inspect encoding"),
    ],
)
def test_settings_are_options_with_their_own_help(call: Call, command: str, model: type[object], name: str) -> None:
    page = " ".join(call(command, "--help").out.split())
    setting = setting_field(model, name)
    assert f"--{name.replace('_', '-')} " in page
    assert setting.metadata["help"] in page
    if setting.default:
        assert f"[default: {setting.default}]" in page


@pytest.mark.parametrize(
    "arguments",
    [("--lang", "ru", "dedup", "--help"), ("dedup", "--lang=ru", "--help"), ("dedup", "--help", "--lang", "ru")],
    ids=["before the command", "after it", "after --help"],
)
@pytest.mark.usefixtures("russian")
def test_russian_help(call: Call, arguments: tuple[str, ...]) -> None:
    page = call(*arguments).out
    assert page.startswith("Использование: crmclean dedup [ПАРАМЕТРЫ] ФАЙЛ…\n")
    for text in (
        "Аргументы:",
        "Параметры:",
        "Результат:",
        "Показать эту справку",
        f"[по умолчанию: {DedupSettings().merge_at}]",
    ):
        assert text in page
    assert "Печатать только ошибки." in page


@pytest.mark.usefixtures("russian")
def test_russian_errors(call: Call) -> None:
    assert "нет параметра --forse." in call("--lang", "ru", "dedup", "x.csv", "--forse").err
    assert "Может быть, «dedup»?" in call("dedupp", "--lang", "ru").err


@pytest.mark.parametrize(
    ("variable", "value", "expected"),
    [
        ("CRMCLEAN_LANG", "ru", "Использование"),
        ("LC_ALL", "ru_RU.UTF-8", "Использование"),
        ("CRMCLEAN_LANG", "xx", "Usage"),
    ],
    ids=["own variable", "locale", "unknown"],
)
@pytest.mark.usefixtures("russian")
def test_language_of_the_environment(
    call: Call, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, expected: str
) -> None:
    monkeypatch.setenv(variable, value)
    assert call("--help").out.startswith(expected)


def test_missing_catalogue_means_english(call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(i18n, "LOCALE_DIR", tmp_path / "nowhere")
    assert call("--lang", "ru", "--help").out.startswith("Usage")


def test_help_imports_none_of_the_heavy_libraries() -> None:
    code = (
        "import sys; from crmclean.cli.app import main; main(['dedup', '--help']); "
        "print(sorted({'pandas', 'pyarrow', 'numpy', 'scipy', 'rich', 'phonenumbers', 'rapidfuzz'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.endswith("\n[]\n")


@pytest.mark.parametrize(
    ("words", "position", "expected"),
    [
        ("crmclean no", "1", ["normalize"]),
        ("crmclean dedup --keep ", "3", ["fullest", "oldest", "newest"]),
        ("crmclean normalize --only phone,e", "3", ["phone,email"]),
        ("crmclean dedup --merge-", "2", ["--merge-map", "--merge-at"]),
    ],
    ids=["command", "choice", "comma list", "option"],
)
def test_completion(
    call: Call, monkeypatch: pytest.MonkeyPatch, words: str, position: str, expected: list[str]
) -> None:
    monkeypatch.setenv("_CRMCLEAN_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", position)
    answer = call()
    assert answer.code == 0
    assert sorted(answer.out.split()) == sorted(expected)


def test_completion_script(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION", "1")
    answer = call("--show-completion", "bash")
    assert answer.code == 0
    assert "_CRMCLEAN_COMPLETE=complete_bash" in answer.out
