"""Bases that were matched once, kept in the state folder so that records can be looked up in them at once.

An index is a folder of its own, known by all that it depends on: the bytes of the base, the settings, and the code
that made it. It holds what the base holds, and is as private. It is written whole or not at all, and whatever is wrong
with one, it is made again.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.ipc

import crmclean
from crmclean.core.errors import FileError
from crmclean.core.i18n import _
from crmclean.history.private_files import make_private_folder, remove_folder, sync_folder, write_private_file
from crmclean.matching.indexed_base import IndexedBase

INDEXES_NAME: Final = "indexes"
KEPT: Final = 3
"""So many indexes stay, those that were used last."""

_FACTS_NAME: Final = "facts"
_STAGED: Final = ".new"
_CODE: Final = ("core", "fields", "files", "matching")
"""Packages on which depends what is read from a base and how it is matched."""


def digest_file(path: str) -> str:
    """Return the sha256 of a file in hex.

    Raises:
        FileError: it cannot be read.
    """
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise FileError(
            _("{path} cannot be read: {reason}.").format(path=path, reason=error.strerror or type(error).__name__),
            _("Check the name of the base."),
        ) from error


def index_name(digest: str, settings: Mapping[str, object]) -> str:
    """Return the name of the index of a base.

    Args:
        digest: sha256 of its bytes.
        settings: all that decides how it is read and matched, in types that JSON has.
    """
    known = json.dumps([_code_digest(), digest, settings], sort_keys=True)
    return hashlib.sha256(known.encode()).hexdigest()


def load_index(folder: Path, name: str) -> IndexedBase | None:
    """Return an index of a state folder; ``None`` where there is none that is whole."""
    place = folder / INDEXES_NAME / name
    try:
        digest, _newline, written = (place / _FACTS_NAME).read_bytes().partition(b"\n")
        if hashlib.sha256(written).hexdigest().encode() != digest:
            return None
        facts = json.loads(written)
        tables = {table: _read(place / f"{table}.arrow", known) for table, known in facts["files"].items()}
        base = IndexedBase.of(tables, facts["base"])
    except (OSError, pa.ArrowException, ValueError, KeyError, TypeError, AttributeError):
        return None
    with suppress(OSError):
        os.utime(place)
    return base


def save_index(folder: Path, name: str, base: IndexedBase) -> bool:
    """Keep an index in a state folder, and drop those that were not used for longest.

    Returns:
        Whether it is kept: what can be made again is no reason to stop for.
    """
    indexes = folder / INDEXES_NAME
    staged = indexes / f"{name}.{os.getpid()}{_STAGED}"
    try:
        for needed in (folder, indexes):
            with suppress(FileExistsError):
                make_private_folder(needed)
        make_private_folder(staged)
        files = {table: _write(staged / f"{table}.arrow", value) for table, value in base.tables().items()}
        facts = json.dumps({"files": files, "base": base.facts()}).encode()
        with write_private_file(staged / _FACTS_NAME) as file:
            file.write(hashlib.sha256(facts).hexdigest().encode() + b"\n" + facts)
        sync_folder(staged)
        # One that is there already was not whole.
        shutil.rmtree(indexes / name, ignore_errors=True)
        os.rename(staged, indexes / name)
    except OSError:
        remove_folder(staged)
        return False
    except BaseException:
        remove_folder(staged)
        raise
    _drop_old(indexes)
    return True


def _drop_old(indexes: Path) -> None:
    with suppress(OSError):
        whole = [place for place in indexes.iterdir() if not place.name.endswith(_STAGED)]
        whole.sort(key=lambda place: place.stat().st_mtime_ns, reverse=True)
        for place in whole[KEPT:]:
            remove_folder(place)


def _read(path: Path, digest: str) -> pa.Table:
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != digest:
        raise ValueError(path.name)
    return pa.ipc.open_file(pa.BufferReader(data)).read_all()


def _write(path: Path, table: pa.Table) -> str:
    """Write a table and return the sha256 of its file."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
        writer.write_table(table.combine_chunks())
    data = sink.getvalue()
    with write_private_file(path) as file:
        file.write(data)
    return hashlib.sha256(data).hexdigest()


@cache
def _code_digest() -> str:
    """Return a digest of the code and the vocabularies that an index depends on."""
    package = Path(crmclean.__file__).parent
    digest = hashlib.sha256()
    for part in _CODE:
        for path in sorted((package / part).rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                digest.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
