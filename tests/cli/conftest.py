"""One call of the program, as a user sees it; the people are invented."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from crmclean.cli.app import main
from crmclean.core.i18n import set_language

EXPORT = (
    "ID;Фамилия;Имя;Отчество;Дата рождения;Телефон;E-mail;Город\r\n"
    "1;Котова;Анна;Сергеевна;01.02.1980;8 (900) 123-45-67;a.kotova@example.com;Пермь\r\n"
    "2;Котова;Анна;Сергеевна;01.02.1980;+7 900 123-45-67;A.KOTOVA@example.com;\r\n"
    "3;Лисицын;Олег;Павлович;17.11.1975;8 900 765 43 21;o.lisitsyn@example.ru;Тверь\r\n"
)
"""Two rows of one client, and another client."""


@dataclass(frozen=True)
class Answer:
    """What a call left: exit code and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one object on stdout."""
        assert self.out.count("\n") == 1
        value = json.loads(self.out)
        assert isinstance(value, dict)
        return value


Call = Callable[..., Answer]


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    for name in ("CRMCLEAN_STATE", "CRMCLEAN_LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    yield
    set_language("en")


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """A small export of contacts in the encoding of a Russian Windows, in a folder of its own."""
    folder = tmp_path / "base"
    folder.mkdir()
    path = folder / "contacts.csv"
    path.write_bytes(EXPORT.encode("cp1251"))
    return path


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    """Call the program inside this process; stdout is no file, as on a screen."""

    def make_call(*arguments: str | Path) -> Answer:
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Answer(code, captured.out, captured.err)

    return make_call


@pytest.fixture
def start() -> Iterator[Callable[..., "subprocess.Popen[bytes]"]]:
    """Start the program as a process of its own; pipes for what is not given."""
    started: list[subprocess.Popen[bytes]] = []

    def start_process(*arguments: str | Path, **streams: Any) -> "subprocess.Popen[bytes]":
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        command = [sys.executable, "-m", "crmclean", *map(str, arguments)]
        process = subprocess.Popen(command, env=environment(), **{**pipes, **streams})
        started.append(process)
        return process

    yield start_process
    for process in started:
        process.kill()
        process.communicate()


def environment() -> dict[str, str]:
    """Return the environment of a process that runs the package of this working tree, from whatever folder."""
    return {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}


def files_below(folder: Path) -> set[str]:
    """Return every file below a folder, hidden ones too, as paths relative to it."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
