"""What the history says of the nights before this one."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from crmclean.history.location import DATABASE_NAME
from crmclean.history.runs import Run
from crmclean.history.store import History
from crmclean.history.written_files import DATA_OUTPUT

NIGHTLY_COMMAND: Final = "run"


def figures_before(state: Path, run: str) -> Mapping[str, float] | None:
    """Return the figures of the night before a run, ``None`` where there is none.

    Args:
        run: its number as text; ``""`` for one that is not in the history.

    Raises:
        FileError: the history cannot be read.
    """
    if not (state / DATABASE_NAME).is_file():
        return None
    with History(state) as history:
        return next((night.figures for night in _nights(history) if night.id != run), None)


def paths_before(state: Path, name: str) -> frozenset[str]:
    """Return where earlier nights wrote a file of this name, ``archive`` for instance; it need not be there any more.

    Raises:
        FileError: the history cannot be read.
    """
    if not (state / DATABASE_NAME).is_file():
        return frozenset()
    with History(state) as history:
        return frozenset(night.outputs[name].path for night in _nights(history) if name in night.outputs)


def was_made_from(state: Path, folder: Path, digests: Sequence[str]) -> bool:
    """Tell whether the last night that wrote a folder of results read these inputs.

    Args:
        digests: the sha256 of every input in hex, in order.

    Raises:
        FileError: the history cannot be read.
    """
    if not (state / DATABASE_NAME).is_file():
        return False
    with History(state) as history:
        for night in _nights(history):
            written = night.outputs.get(DATA_OUTPUT)
            if written is not None and Path(written.path).parent == folder:
                return [night.input_digest(number + 1) for number in range(len(night.input_names))] == list(digests)
    return False


def _nights(history: History) -> list[Run]:
    return [run for run in history.runs() if run.command == NIGHTLY_COMMAND]
