"""The documentation is what the program gives: generated pages, sessions with their answers, pictures, links."""

import re
import shlex
import sys
from dataclasses import MISSING
from pathlib import Path
from typing import Any

import pytest
from typer.core import TyperCommand

from crmclean.cli.registry import COMMANDS
from crmclean.cli.tree import build_commands
from crmclean.config import SECTIONS, default_config, load_config, setting_names
from crmclean.core.errors import ExitCode
from crmclean.core.finding import CATALOGUE
from crmclean.core.i18n import LANGUAGES, set_language
from crmclean.core.segment_settings import ArchiveRule, Chain, ChainStep, Manager, SegmentRule
from crmclean.core.settings import DedupSettings, ReadSettings
from crmclean.core.steps import setting_field
from crmclean.core.table import ROLES
from tools.docs import DOCS, fresh_pages, hand_written, language_of
from tools.docs import main as write_docs
from tools.markdown import table
from tools.picture import draw
from tools.reference import PAGES
from tools.tour import ROOT, commands_of, run, session, with_answers

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the sessions of the pages use tools of a Unix shell")

GUIDES = ("start.md", "how-it-decides.md", "files.md", "cron.md", "run.md", "init.md", "segment.md", "archive.md")
ALL_PAGES = [ROOT / "README.md", ROOT / "README.ru.md", *sorted(DOCS.rglob("*.md"))]
GENERATED = [DOCS / lang / name for lang in LANGUAGES for name in PAGES]

_SHELL_BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_TOML_BLOCK = re.compile(r"^```toml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
_FLAG = re.compile(r"(?<![\w-])--[a-z][a-z-]+")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def read(path: Path) -> str:
    return path.read_text("utf-8")


def shell_lines(page: str) -> list[str]:
    """Return the calls of crmclean in blocks of the language sh."""
    lines = [line for block in _SHELL_BLOCK.findall(page) for line in block.splitlines()]
    return [line for line in lines if line.startswith("crmclean ")]


@pytest.fixture(scope="module")
def fresh() -> dict[str, str]:
    """Every generated page as the program would write it now; all sessions are run for it."""
    pages = {name_of(path): text for path, text in fresh_pages()}
    set_language("en")
    return pages


@pytest.mark.parametrize("path", [*GENERATED, *hand_written()], ids=name_of)
def test_page_is_what_the_program_gives(path: Path, fresh: dict[str, str]) -> None:
    assert read(path) == fresh[name_of(path)], f"{name_of(path)} is stale: run `make docs`"


def test_stale_page_is_named_and_fails_the_check(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tools.docs.fresh_pages", lambda: iter([(DOCS / "en" / "cli.md", "another text")]))
    assert write_docs(["--check"]) == 1
    assert "docs/en/cli.md: stale" in capsys.readouterr().out


def test_fresh_page_passes_the_check(monkeypatch: pytest.MonkeyPatch) -> None:
    path = DOCS / "en" / "cli.md"
    monkeypatch.setattr("tools.docs.fresh_pages", lambda: iter([(path, read(path))]))
    assert write_docs(["--check"]) == 0


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_command_and_exit_code_is_documented(lang: str) -> None:
    page = read(DOCS / lang / "cli.md")
    for command in COMMANDS:
        assert f"\n## crmclean {command.name}\n" in page
    for code in ExitCode:
        assert f"\n| `{int(code)}` |" in page


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_finding_is_documented(lang: str) -> None:
    page = read(DOCS / lang / "findings.md")
    for code in CATALOGUE:
        assert f"| `{code}` |" in page


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_role_is_documented_with_headings(lang: str) -> None:
    lines = read(DOCS / lang / "columns.md").splitlines()
    for role in ROLES:
        (line,) = [line for line in lines if line.startswith(f"| `{role}` |")]
        assert "«" in line


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_setting_is_documented(lang: str) -> None:
    page = read(DOCS / lang / "config.md")
    for section, model in SECTIONS.items():
        part = page.split(f"## [{section}]")[1].split("\n## ")[0]
        for name in plain_settings(model):
            assert f"| `{name}` |" in part


LISTS = {
    "segment": SegmentRule,
    "chain": Chain,
    "chain.step": ChainStep,
    "manager": Manager,
    "archive.rule": ArchiveRule,
}


def plain_settings(model: type[Any]) -> list[str]:
    """Return the settings of a table that are no lists of tables themselves."""
    return [name for name in setting_names(model) if "tables" not in setting_field(model, name).metadata]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("title", LISTS)
def test_every_list_of_tables_is_documented(lang: str, title: str) -> None:
    part = read(DOCS / lang / "config.md").split(f"## [[{title}]]")[1].split("\n## ")[0]
    for name in plain_settings(LISTS[title]):
        (line,) = [line for line in part.splitlines() if line.startswith(f"| `{name}` |")]
        is_needed = setting_field(LISTS[title], name).default is MISSING
        assert is_needed == (("required" if lang == "en" else "обязательно") in line)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_config_of_every_setting_loads_as_the_defaults(lang: str, tmp_path: Path) -> None:
    whole, _firm = _TOML_BLOCK.findall(read(DOCS / lang / "config.md"))
    (tmp_path / "crmclean.toml").write_text(whole, "utf-8")
    assert load_config("crmclean.toml", tmp_path) == default_config()
    for model in SECTIONS.values():
        for name in plain_settings(model):
            assert re.search(rf"^{name} = ", whole, re.MULTILINE)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_config_of_a_firm_loads_as_it_reads(lang: str, tmp_path: Path) -> None:
    _whole, firm = _TOML_BLOCK.findall(read(DOCS / lang / "config.md"))
    (tmp_path / "crmclean.toml").write_text(firm, "utf-8")
    config = load_config("crmclean.toml", tmp_path)
    assert config["read"] == ReadSettings(
        encoding="cp1251", map=(("phone", "Тел. 2"), ("phone", "Тел. директора"), ("email", "Почта для счетов"))
    )
    assert config["dedup"] == DedupSettings(keep="newest", merge_at=0.99)
    assert config["history"].keep == 90


@pytest.mark.parametrize("name", GUIDES)
def test_guide_shows_the_same_commands_in_both_languages(name: str) -> None:
    english, russian = (commands_of(read(DOCS / lang / name)) for lang in ("en", "ru"))
    assert english == russian


def test_readme_shows_the_same_commands_in_both_languages() -> None:
    assert commands_of(read(ROOT / "README.md")) == commands_of(read(ROOT / "README.ru.md")) != []


@pytest.mark.parametrize("path", [ROOT / "README.md", ROOT / "README.ru.md"], ids=name_of)
def test_readme_begins_with_the_two_commands_of_a_new_user(path: Path) -> None:
    first = _SHELL_BLOCK.findall(read(path))[0].splitlines()
    assert [line.split("#")[0].strip() for line in first] == ["make demo", "make test"]


@pytest.mark.parametrize("path", [path for path in ALL_PAGES if path.name.startswith(("README", "start"))], ids=name_of)
def test_calls_outside_of_sessions_succeed(path: Path) -> None:
    with session(language_of(path)):
        for line in shell_lines(read(path)):
            assert run(line).code == 0, line
    set_language("en")


@pytest.mark.parametrize("path", ALL_PAGES, ids=name_of)
def test_every_call_that_is_shown_can_be_parsed(path: Path) -> None:
    group = build_commands("crmclean")
    for line in shell_lines(read(path)):
        _program, name, *arguments = shlex.split(line, comments=True)
        if not name.startswith("-"):
            command = group.commands[name]
            assert isinstance(command, TyperCommand)
            with command.make_context(name, arguments):
                pass


@pytest.mark.parametrize("path", hand_written(), ids=name_of)
def test_every_option_that_is_named_exists(path: Path) -> None:
    group = build_commands("crmclean")
    commands = [group, *group.commands.values()]
    known = {flag for command in commands for param in command.params for flag in param.opts} | {"--help"}
    assert set(_FLAG.findall(read(path))) <= known


@pytest.mark.parametrize("path", ALL_PAGES, ids=name_of)
def test_every_link_leads_to_a_file(path: Path) -> None:
    targets = [link for link in _LINK.findall(read(path)) if not link.startswith("https://")]
    assert [link for link in targets if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_picture_is_what_the_program_draws(lang: str) -> None:
    path = DOCS / ("report.svg" if lang == "en" else f"report.{lang}.svg")
    drawn = draw(lang)
    set_language("en")
    assert read(path) == drawn, f"{name_of(path)} is stale: run `make picture`"
    assert "/tmp" not in drawn
    assert "http" not in drawn.replace("http://www.w3.org/2000/svg", "")


def test_session_shows_what_its_commands_say() -> None:
    page = "Before\n\n```console\n$ crmclean --version\nold answer\n```\n\nAfter\n"
    shown = with_answers(page, "en")
    assert re.fullmatch(r"Before\n\n```console\n\$ crmclean --version\ncrmclean [\d.]+\S*\n```\n\nAfter\n", shown)


def test_quiet_session_is_run_and_shows_nothing() -> None:
    page = "```console quiet\n$ crmclean inspect bitrix24_contacts.csv\n```\n"
    assert with_answers(page, "en") == page


def test_session_that_fails_stops_the_writing() -> None:
    with pytest.raises(RuntimeError, match="exit code 3"):
        with_answers("```console\n$ crmclean dedup missing.csv\n```\n", "en")


def test_bar_inside_a_cell_does_not_end_it() -> None:
    assert table(["option"], [["--format csv|xlsx"]]).splitlines()[-1] == "| --format csv\\|xlsx |"
