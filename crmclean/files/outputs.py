"""Output files, written whole or not at all: all temporary files first, then all of them put in place."""

import contextlib
import errno
import hashlib
import os
import secrets
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from crmclean.core.errors import FileError, UsageError
from crmclean.core.i18n import _

Content = bytes | Iterable[bytes | memoryview]
"""What is written to a file: its bytes, or pieces of them that come one after another."""

_FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass
class _Output:
    """One file on its way: ``temporary`` is None for what cannot be replaced (a device, a pipe)."""

    path: str
    target: Path
    existed: bool
    temporary: Path | None
    staged: bytes | None = None
    is_staged: bool = False
    backup: Path | None = None
    placed: bool = False


class Outputs:
    """Writes several files so that either all of them are there, or none has changed.

    ``reserve`` every path before any work, ``stage`` the bytes, ``commit``. Leaving the ``with`` block without a
    commit, by an error or Ctrl-C, leaves nothing behind.

    Args:
        force: replace files that exist, inputs too.
        inputs: paths of the files that are read; for a clearer message only.
    """

    def __init__(self, force: bool, inputs: Iterable[str] = ()) -> None:
        self._force = force
        self._inputs = {os.path.realpath(path) for path in inputs if path != "-"}
        self._outputs: dict[str, _Output] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.discard()

    def reserve(self, path: str) -> None:
        """Check that ``path`` can be written, by really making a temporary file beside it.

        Raises:
            UsageError: the same file was reserved before.
            FileError: the file exists and ``force`` is not set, or its folder does not exist or cannot be written.
        """
        target = Path(os.path.realpath(path))
        if any(output.target == target for output in self._outputs.values()):
            raise UsageError(
                _("{path} is named for two outputs.").format(path=path), _("Give each output a name of its own.")
            )
        existed = target.exists()
        if target.is_dir():
            raise FileError(_("{path} is a folder.").format(path=path), _("Name a file in it."))
        if existed and not target.is_file():
            self._outputs[path] = _Output(path, target, existed, temporary=None)
            return
        if existed and not self._force:
            raise self._exists(path, target)
        if not target.parent.is_dir():
            raise FileError(
                _("There is no folder {folder} for {path}.").format(folder=target.parent, path=path),
                _("Make the folder first, or name another."),
            )
        output = _Output(path, target, existed, target.with_name(f".{target.name[:100]}.{secrets.token_hex(4)}.tmp"))
        self._outputs[path] = output
        self._create(output)

    def stage(self, path: str, data: Content) -> str:
        """Write the content of a reserved path to its temporary file and see it on the disk.

        Args:
            path: as it was reserved.
            data: bytes, or pieces of them, which are never held together.

        Returns:
            The sha256 of the bytes, in hex.

        Raises:
            KeyError: the path was not reserved.
            FileError: the disk is full or fails; nothing was changed.
        """
        output = self._outputs[path]
        digest = hashlib.sha256()
        pieces = (data,) if isinstance(data, bytes) else data
        output.is_staged = True
        if output.temporary is None:
            output.staged = b"".join(pieces)
            return hashlib.sha256(output.staged).hexdigest()
        try:
            with open(output.temporary, "r+b") as file:
                file.truncate()
                for piece in pieces:
                    digest.update(piece)
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise explain_not_written(path, error) from error
        return digest.hexdigest()

    def commit(self) -> None:
        """Put every staged file in place; a reserved path without bytes is given up.

        Raises:
            FileError: a file could not be put in place; those already placed were taken back.
        """
        staged = [output for output in self._outputs.values() if output.is_staged]
        try:
            for output in staged:
                self._place(output)
        except BaseException as error:
            for output in reversed(staged):
                _take_back(output)
            if isinstance(error, OSError):
                raise explain_not_written(output.path, error) from error
            raise
        for folder in {output.target.parent for output in staged if output.temporary}:
            sync_folder(folder)
        self.discard()

    def discard(self) -> None:
        """Remove every temporary file that was not put in place."""
        for output in self._outputs.values():
            for leftover in (output.temporary, output.backup):
                if leftover is not None:
                    with contextlib.suppress(OSError):
                        leftover.unlink(missing_ok=True)
        self._outputs.clear()

    def _exists(self, path: str, target: Path) -> FileError:
        if str(target) in self._inputs:
            return FileError(
                _("{path} is the input; it would be overwritten.").format(path=path),
                _("Name another file, or add --force to replace it."),
            )
        return FileError(
            _("{path} exists already.").format(path=path), _("Name another file, or add --force to replace it.")
        )

    def _create(self, output: _Output) -> None:
        """Make the temporary file with the mode of the file that it replaces, else that of any new file."""
        assert output.temporary is not None
        try:
            os.close(os.open(output.temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
            if output.existed:
                before = output.target.stat()
                os.chmod(output.temporary, stat.S_IMODE(before.st_mode))
                if hasattr(os, "chown"):
                    # Only root may give a file away; for others it stays theirs.
                    with contextlib.suppress(PermissionError):
                        os.chown(output.temporary, before.st_uid, before.st_gid)
        except OSError as error:
            raise explain_not_written(output.path, error) from error

    def _place(self, output: _Output) -> None:
        if output.temporary is None:
            output.target.write_bytes(output.staged or b"")
            return
        if output.target.exists():
            if not output.existed and not self._force:
                raise self._exists(output.path, output.target)
            backup = output.temporary.with_suffix(".old")
            # Without hard links (some network disks) there is no way back for the earlier of several files.
            with contextlib.suppress(OSError):
                os.link(output.target, backup)
                output.backup = backup
        os.replace(output.temporary, output.target)
        output.placed = True


def write_whole(path: str, data: bytes, force: bool = False) -> None:
    """Write one file whole or not at all.

    Raises:
        FileError: the file exists and ``force`` is not set, or it cannot be written.
    """
    with Outputs(force) as outputs:
        outputs.reserve(path)
        outputs.stage(path, data)
        outputs.commit()


def _take_back(output: _Output) -> None:
    if not output.placed:
        return
    with contextlib.suppress(OSError):
        if output.backup is not None:
            os.replace(output.backup, output.target)
        elif not output.existed:
            output.target.unlink()
    output.placed = False


def sync_folder(folder: Path) -> None:
    """See the new names on the disk, where the system can (Windows cannot open a folder)."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def explain_not_written(path: str, error: OSError) -> FileError:
    """Return what the user should know of a file that could not be written, and what to do about it."""
    if error.errno in _FULL:
        return FileError(
            _("No space left on the disk to write {path}; nothing was changed.").format(path=path),
            _("Free some space, or name a file on another disk."),
        )
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        return FileError(
            _("{path} may not be written; nothing was changed.").format(path=path),
            _("Close it in other programs, or name a folder where you may write."),
        )
    return FileError(
        _("{path} could not be written ({reason}); nothing was changed.").format(
            path=path, reason=error.strerror or error
        ),
        _("Check the name and the disk, or name another file."),
    )
