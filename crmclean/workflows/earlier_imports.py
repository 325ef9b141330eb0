"""Which files a base holds already, by what the history says."""

import hashlib
from typing import Final

from crmclean.history.store import History
from crmclean.history.written_files import DATA_OUTPUT, absolute_path

IMPORT_COMMAND: Final = "import"


def imported_before(history: History, path: str, data: bytes) -> frozenset[str]:
    """Return the sha256, in hex, of every file that went into a base.

    Imports that were taken back do not count, nor do those that are younger than the run that wrote the base as it is
    now: somebody has brought an older base back. A base that another command made of an older one holds what that held.

    Args:
        history: the runs.
        path, data: the base as it is.
    """
    runs = history.runs()
    digest = hashlib.sha256(data).hexdigest()
    writers = [place for place, run in enumerate(runs) if run.undone_at is None and run.wrote(digest)]
    paths = {absolute_path(path)}
    digests: set[str] = set()
    for run in runs[writers[0] if writers else 0 :]:
        written = run.outputs.get(DATA_OUTPUT)
        if run.undone_at is not None or written is None or written.path not in paths:
            continue
        if run.command != IMPORT_COMMAND:
            paths |= set(run.input_paths)
            continue
        digests |= {
            run.input_digest(position)
            for position, name in enumerate(run.input_names, 1)
            if absolute_path(name) not in paths
        }
    return frozenset(digests)
