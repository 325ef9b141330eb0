"""The copy of an input that an undo brings back: packed by zstd, and known by its sha256.

``zstd -d`` opens it too, should there ever be no crmclean at hand. Copies of earlier versions are packed by gzip.
"""

import gzip
import hashlib
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pyarrow as pa

from crmclean.history.private_files import sync_folder, write_private_file

GZIP: Final = ".gz"
ZSTD: Final = ".zst"

_LEVEL: Final = 1
"""The fastest: it packs a base as small as gzip's fastest does, in a sixth of the time."""


@dataclass(frozen=True)
class PackedInput:
    """The bytes of an input, packed, and what is known of them unpacked."""

    packed: pa.Buffer = field(repr=False)
    size: int
    sha256: str


def pack_input(data: bytes) -> PackedInput:
    """Return an input packed; the work is done beside Python, so that a thread may do it while another thread works."""
    codec = pa.Codec("zstd", compression_level=_LEVEL)
    return PackedInput(codec.compress(data), len(data), hashlib.sha256(data).hexdigest())


def write_copy(path: Path, copy: PackedInput) -> None:
    """Write a packed input to the new file ``path``; it is on the disk when this returns.

    Raises:
        OSError: it cannot be written.
    """
    with write_private_file(path) as file:
        file.write(memoryview(copy.packed))
    sync_folder(path.parent)


def read_copy(path: Path, sha256: str) -> bytes:
    """Return the bytes that were packed into a copy, by zstd or, as its name says, by gzip.

    Raises:
        OSError: the file cannot be read.
        ValueError: it no longer holds those bytes.
    """
    data = _unpack_gzip(path) if path.suffix == GZIP else _unpack_zstd(path)
    if hashlib.sha256(data).hexdigest() != sha256:
        raise ValueError(path)
    return data


def _unpack_gzip(path: Path) -> bytes:
    try:
        return gzip.decompress(path.read_bytes())
    except (EOFError, zlib.error) as error:
        raise ValueError(str(error)) from error


def _unpack_zstd(path: Path) -> bytes:
    packed = path.read_bytes()
    try:
        with pa.CompressedInputStream(pa.BufferReader(packed), "zstd") as stream:
            data: bytes = stream.read()
    except OSError as error:
        # The file was read: it is what it holds that is wrong.
        raise ValueError(str(error)) from error
    return data
