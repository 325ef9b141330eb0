"""Runs the commands that the documentation shows, and puts what they really say below them.

A page shows a session in a block of the language ``console``: lines that begin with ``$`` are commands, the others are
what they answered. All blocks of one page share one folder, which holds the samples, as the page itself tells its
reader. In a block ``console quiet`` the commands are run, and what they say is not shown.
"""

import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from unittest.mock import patch

from crmclean.cli.app import main

ROOT: Final = Path(__file__).resolve().parent.parent
SAMPLES: Final = ROOT / "samples"
PROMPT: Final = "$ "
WIDTH: Final = 88
SHOWN_FOLDER: Final = "/home/anna/base"
"""What the documentation calls the folder in which its commands were really run."""

_BLOCK: Final = re.compile(r"^```console( quiet)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SECONDS: Final = re.compile(r"\d+([.,])\d (s|с)$", re.MULTILINE)
_TRAILING: Final = re.compile(r"[ \t]+$", re.MULTILINE)


@dataclass(frozen=True)
class Answer:
    """What a command said.

    Attributes:
        code: its exit code.
        text: stdout and stderr as on a screen, without what differs from run to run.
    """

    code: int
    text: str


def commands_of(page: str) -> list[str]:
    """Return the commands of all sessions of a page.

    >>> commands_of("```console\\n$ crmclean undo last\\nDone.\\n```\\n")
    ['crmclean undo last']
    """
    return [command for block in _BLOCK.finditer(page) for command in _commands(block[2])]


def with_answers(page: str, lang: str) -> str:
    """Return a page in which every session holds what its commands say now.

    Raises:
        RuntimeError: a command failed.
    """
    if not _BLOCK.search(page):
        return page
    with session(lang):

        def replay(block: re.Match[str]) -> str:
            lines = []
            for command in _commands(block[2]):
                answer = run(command)
                if answer.code:
                    raise RuntimeError(f"{command}: exit code {answer.code}\n{answer.text}")
                lines += [PROMPT + command, *([answer.text] if answer.text and not block[1] else [])]
            return f"```console{block[1] or ''}\n" + "\n".join(lines) + "\n```"

        return _BLOCK.sub(replay, page)


@contextmanager
def session(lang: str) -> Iterator[Path]:
    """Yield a new folder with the samples, the current one while the block runs, in a language and of a known width."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve() / "base"
        folder.mkdir()
        for sample in SAMPLES.iterdir():
            if ".truth." not in sample.name:
                shutil.copy(sample, folder)
        environment = {
            **{key: value for key, value in os.environ.items() if key not in ("CRMCLEAN_STATE", "FORCE_COLOR")},
            "CRMCLEAN_LANG": lang,
            "COLUMNS": str(WIDTH),
            "NO_COLOR": "1",
            "PYTHONPATH": str(ROOT),
            "PYTHONIOENCODING": "utf-8",
        }
        with patch.dict(os.environ, environment, clear=True), chdir(folder):
            yield folder


def run(command: str) -> Answer:
    """Run one command line of a session; inside this process unless it needs a shell."""
    words = shlex.split(command, comments=True)
    if words[0] == "crmclean" and not {"|", ">", "<", "&&"} & set(words):
        answer = call_on_screen(words[1:])
    else:
        answer = _run_shell(command)
    text = answer.text.replace(str(Path.cwd()), SHOWN_FOLDER)
    text = _SECONDS.sub(r"1\g<1>0 \2", _TRAILING.sub("", text))
    return Answer(answer.code, text.strip("\n"))


def call_on_screen(arguments: list[str]) -> Answer:
    """Call the program with stdout and stderr led to one place that is, to the program, neither a pipe nor a file."""
    shown = io.BytesIO()
    screen = io.TextIOWrapper(shown, encoding="utf-8", write_through=True)
    with redirect_stdout(screen), redirect_stderr(screen):
        code = main(arguments)
    return Answer(code, shown.getvalue().decode("utf-8"))


def _run_shell(command: str) -> Answer:
    line = re.sub(r"(^|[|&]\s*)crmclean\b", lambda found: found[1] + f'"{sys.executable}" -m crmclean', command)
    done = subprocess.run(
        line, shell=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, encoding="utf-8"
    )
    return Answer(done.returncode, done.stdout)


def _commands(block: str) -> list[str]:
    return [line.removeprefix(PROMPT) for line in block.splitlines() if line.startswith(PROMPT)]
