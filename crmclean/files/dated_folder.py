"""The results of one run in a folder of their own, which appears whole or not at all.

Files that are renamed one by one can be cut off in between: then a report stands beside the base of another night. A
folder is renamed once.
"""

import contextlib
import hashlib
import os
import re
import secrets
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from crmclean.core.errors import FileError
from crmclean.core.i18n import _
from crmclean.files.outputs import Content, explain_not_written, sync_folder

LATEST: Final = "latest"
"""A link to the newest folder, where the system has links."""

_DATED: Final = re.compile(r"(\d{4}-\d{2}-\d{2})(?:\.(\d{1,9}))?")
_UNFINISHED: Final = re.compile(r"\.\d{4}-\d{2}-\d{2}\.[0-9a-f]{8}\.tmp")


class DatedFolder:
    """A folder of results on its way. A context manager: left without ``commit``, nothing of it stays.

    Only one process at a time may work with one parent: what others left half done there is removed.

    Args:
        parent: the folder that gets it; it is made where there is none.
        date: its name, ``2026-11-22``; a second one of a day becomes ``2026-11-22.2``.

    Raises:
        FileError: the folder cannot be made.
    """

    def __init__(self, parent: Path, date: str) -> None:
        self._parent = parent
        self._date = date
        self._digests: dict[str, str] = {}
        self._temporary = parent / f".{date}.{secrets.token_hex(4)}.tmp"

    def __enter__(self) -> Self:
        with _file_errors(self._parent):
            self._parent.mkdir(parents=True, exist_ok=True)
            for name in os.listdir(self._parent):
                if _UNFINISHED.fullmatch(name):
                    shutil.rmtree(self._parent / name, ignore_errors=True)
            self._temporary.mkdir()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self._temporary, ignore_errors=True)

    @property
    def digests(self) -> Mapping[str, str]:
        """The sha256 of every file that was written, in hex, by name."""
        return dict(self._digests)

    def write(self, name: str, content: Content) -> str:
        """Write a file and see it on the disk.

        Returns:
            The sha256 of its bytes, in hex.

        Raises:
            FileError: the disk is full or fails; nothing was changed.
        """
        digest = hashlib.sha256()
        path = self._temporary / name
        with _file_errors(path), open(path, "xb") as file:
            for piece in (content,) if isinstance(content, bytes) else content:
                digest.update(piece)
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        self._digests[name] = digest.hexdigest()
        return self._digests[name]

    def target(self, passing: frozenset[str] = frozenset()) -> Path:
        """Return where the folder will stand: the newest one of the day, if it has just these files, or a new one.

        Args:
            passing: names of files that need not have the same content, as reports; those that stand there stay.
        """
        same_day = [folder for folder in dated_folders(self._parent) if _day_of(folder) == self._date]
        if same_day and self._equals(same_day[0], passing):
            self._digests |= {name: _digest_of(same_day[0] / name) for name in passing & self._digests.keys()}
            return same_day[0]
        number = _number_of(same_day[0]) + 1 if same_day else 1
        return self._parent / (self._date if number == 1 else f"{self._date}.{number}")

    def commit(self, target: Path) -> None:
        """Put the folder in place and point the link to it; where ``target`` stands already, it stays as it is.

        Raises:
            FileError: it could not be put in place.
        """
        with _file_errors(target):
            if not target.exists():
                sync_folder(self._temporary)
                os.rename(self._temporary, target)
                sync_folder(self._parent)
            self._point_to(target)

    def _equals(self, folder: Path, passing: frozenset[str]) -> bool:
        with _file_errors(folder):
            if set(os.listdir(folder)) != set(self._digests):
                return False
            return all(name in passing or _digest_of(folder / name) == digest for name, digest in self._digests.items())

    def _point_to(self, target: Path) -> None:
        link, new = self._parent / LATEST, self._temporary.with_suffix(".link")
        if link.exists() and not link.is_symlink():
            return
        # Windows allows links to few, some disks to none: the link is a convenience.
        with contextlib.suppress(OSError, NotImplementedError):
            os.symlink(target.name, new, target_is_directory=True)
            os.replace(new, link)


def dated_folders(parent: Path) -> list[Path]:
    """Return the folders of results in a folder, the newest day first, of a day the last one.

    Raises:
        FileError: the folder cannot be read.
    """
    if not parent.is_dir():
        return []
    with _file_errors(parent):
        found = [folder for folder in parent.iterdir() if _DATED.fullmatch(folder.name) and folder.is_dir()]
    return sorted(found, key=lambda folder: (_day_of(folder), _number_of(folder)), reverse=True)


def _day_of(folder: Path) -> str:
    return folder.name[:10]


def _number_of(folder: Path) -> int:
    match = _DATED.fullmatch(folder.name)
    return int(match[2] or 1) if match else 0


def _digest_of(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextlib.contextmanager
def _file_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except NotADirectoryError as error:
        raise FileError(
            _("{path} is no folder.").format(path=path), _("Name another folder for the results.")
        ) from error
    except OSError as error:
        raise explain_not_written(str(path), error) from error
