"""Where the history lives: ``--state``, else ``CRMCLEAN_STATE``, else ``.crmclean`` beside the output."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from crmclean.core.errors import FileError
from crmclean.core.i18n import _

STATE_VARIABLE: Final = "CRMCLEAN_STATE"
STATE_FOLDER_NAME: Final = ".crmclean"
DATABASE_NAME: Final = "history.db"


def state_folder(explicit: str | None, environ: Mapping[str, str], beside: Path) -> Path:
    """Return the folder that keeps the history of a run; it need not exist yet.

    Args:
        explicit: what ``--state`` says, ``None`` or ``""`` where it was not given.
        environ: the environment.
        beside: the folder of the output.

    >>> state_folder(None, {}, Path("base")).as_posix()
    'base/.crmclean'
    >>> state_folder(None, {"CRMCLEAN_STATE": "/srv/state"}, Path("base")).as_posix()
    '/srv/state'
    """
    chosen = _chosen_folder(explicit, environ)
    return beside / STATE_FOLDER_NAME if chosen is None else chosen


def find_state(explicit: str | None, environ: Mapping[str, str], candidates: Sequence[Path]) -> Path:
    """Return the folder that holds the history of earlier runs.

    Args:
        explicit: what ``--state`` says; a folder named there or in ``CRMCLEAN_STATE`` is the only one looked at.
        environ: the environment.
        candidates: folders to look in, in this order; each may be a state folder or one that has a ``.crmclean``.

    Raises:
        FileError: there is no history in any of them; the message names them.
    """
    chosen = _chosen_folder(explicit, environ)
    places = [chosen] if chosen is not None else _places_of(candidates)
    for place in places:
        if (place / DATABASE_NAME).is_file():
            return place
    raise FileError(
        _("No history of earlier runs was found; looked in: {places}.").format(
            places=", ".join(str(place) for place in places)
        ),
        _("Name the folder that holds {name} with --state DIR.").format(name=DATABASE_NAME),
    )


def _chosen_folder(explicit: str | None, environ: Mapping[str, str]) -> Path | None:
    chosen = explicit or environ.get(STATE_VARIABLE, "")
    # A crontab hands "~" over as it stands: no shell has expanded it.
    return Path(os.path.expanduser(chosen)) if chosen else None


def _places_of(candidates: Sequence[Path]) -> list[Path]:
    places: list[Path] = []
    for candidate in candidates:
        own = [] if candidate.name == STATE_FOLDER_NAME else [candidate / STATE_FOLDER_NAME]
        places += [place for place in (candidate, *own) if place not in places]
    return places
