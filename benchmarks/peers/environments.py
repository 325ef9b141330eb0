"""The virtual environments of the peers: made once from pinned requirements, used again while these stay the same."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

from benchmarks.processes import ROOT

REQUIREMENTS: Final = Path(__file__).parent
FOLDER: Final = ROOT / ".peers"
_STAMP: Final = "made-from.txt"


class BrokenEnvironmentError(Exception):
    """An environment could not be made; the message says why."""


def python_of(name: str, folder: Path = FOLDER) -> Path:
    """Return the interpreter of a peer's environment, made where it is missing or of other requirements.

    Args:
        name: of the requirements beside this module, `splink` for `splink.txt`.
        folder: where the environments stand.

    Raises:
        BrokenEnvironmentError: pip or venv failed.
    """
    wanted = (REQUIREMENTS / f"{name}.txt").read_text("utf-8")
    environment = (folder / name).absolute()
    python = environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp = environment / _STAMP
    if stamp.exists() and stamp.read_text("utf-8") == wanted:
        return python
    print(f"making the environment of {name} in {environment}", file=sys.stderr, flush=True)
    _call([sys.executable, "-m", "venv", "--clear", str(environment)])
    requirements = str(REQUIREMENTS / f"{name}.txt")
    _call([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements])
    stamp.write_text(wanted, "utf-8")
    return python


def _call(command: list[str]) -> None:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        words = (done.stderr or done.stdout).strip().splitlines()
        raise BrokenEnvironmentError(f"{' '.join(command[:4])} … ended with {done.returncode}: {' '.join(words[-1:])}")
