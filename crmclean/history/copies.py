"""The copy of an input that an undo brings back: gzip-packed, and known by its sha256.

``gunzip`` opens it too, should there ever be no crmclean at hand.
"""

import gzip
import hashlib
import zlib
from pathlib import Path
from typing import BinaryIO, Final

from crmclean.history.private_files import sync_folder, write_private_file

COMPRESSION: Final = 1
"""gzip's fastest level: it packs a base nearly as small as the default does, and a run should not wait for it."""

_CHUNK: Final = 1 << 20


def pack(file: BinaryIO) -> gzip.GzipFile:
    """Return a gzip stream into ``file`` whose bytes depend on the data alone: no time and no name in its header."""
    return gzip.GzipFile(filename="", mode="wb", compresslevel=COMPRESSION, fileobj=file, mtime=0)


def write_copy(path: Path, data: bytes) -> None:
    """Write ``data`` packed to the new file ``path``; it is on the disk when this returns.

    Raises:
        OSError: it cannot be written.
    """
    view = memoryview(data)
    with write_private_file(path) as file, pack(file) as packed:
        for start in range(0, len(view), _CHUNK):
            packed.write(view[start : start + _CHUNK])
    sync_folder(path.parent)


def read_copy(path: Path, sha256: str) -> bytes:
    """Return the bytes that ``write_copy`` was given.

    Raises:
        OSError: the file cannot be read.
        ValueError: it no longer holds those bytes.
    """
    try:
        data = gzip.decompress(path.read_bytes())
    except (EOFError, zlib.error) as error:
        raise ValueError(str(error)) from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise ValueError(path)
    return data
