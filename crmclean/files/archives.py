"""Archives: the one table inside a gzip or zip file, and the limits that keep a hostile one from filling the memory."""

import gzip
import io
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import IO, Final

from crmclean.core.errors import FileError, UsageError
from crmclean.core.i18n import _

MAX_UNPACKED: Final = 2 * 1024**3
"""A full sheet of XLSX (1,048,576 rows × 20 columns) is about 1.3 GB of XML; nothing real unpacks to more than this."""

MAX_RATIO: Final = 200
"""Exports shrink to a tenth or a thirtieth, a base of equal rows to a hundredth; a bomb of zeros to a thousandth."""

RATIO_COUNTS_FROM: Final = 64 * 1024**2
"""Below this size any ratio is harmless."""

DAMAGE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    gzip.BadGzipFile,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    KeyError,
    IndexError,
    OverflowError,
)
"""What Python's readers of archives raise on damaged ones."""

Packed = IO[bytes] | gzip.GzipFile

_GZIP: Final = b"\x1f\x8b"
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
_AT_ONCE: Final = 1024**2
_ENCRYPTED_FLAG: Final = 0x1
_UTF8_FLAG: Final = 0x800
_OF_A_WORKBOOK: Final = re.compile(
    r"\[content_types\]\.xml|xl/workbook\.(xml|bin)|mimetype|content\.xml", re.IGNORECASE
)
_LIKE_A_WORKBOOK: Final = re.compile(rb"\[Content_Types\]\.xml|_rels/|docProps/|xl/|opendocument")
_HEAD: Final = 65_536
_ESCAPES: Final = re.compile(r"^([/\\]|[A-Za-z]:)|(^|[/\\])\.\.([/\\]|$)")
_BY_THE_WAY: Final = re.compile(r"^__MACOSX/|(^|/)(\.[^/]*|thumbs\.db|desktop\.ini)$", re.IGNORECASE)
_SHOWN: Final = 20


def unpack(data: bytes, path: str) -> bytes:
    """Return the file inside a gzip or zip archive; other files, workbooks too, as they are.

    Raises:
        FileError: the archive is damaged, empty, encrypted, holds another archive, unpacks to more than the limits
            allow, or has a member that would lie outside the folder it is unpacked to.
        UsageError: the zip archive holds several files.
    """
    if not _is_archive(data):
        return data
    inner = _gunzip(data, path) if data.startswith(_GZIP) else _unzip(data, path)
    if _is_archive(inner):
        raise FileError(
            _("{path} is an archive inside an archive.").format(path=path), _("Unpack it and name the table in it.")
        )
    return inner


def _is_archive(data: bytes) -> bool:
    if data.startswith(_GZIP):
        return True
    return data.startswith(_ZIP) and not is_workbook_package(data)


def is_workbook_package(data: bytes) -> bool:
    """Check whether a zip file is a workbook (XLSX, XLSB, ODS); a damaged zip file may well be one."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return any(_OF_A_WORKBOOK.fullmatch(name) for name in archive.namelist())
    except DAMAGE:
        return _LIKE_A_WORKBOOK.search(data[:_HEAD]) is not None


def _gunzip(data: bytes, path: str) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as packed:
            return read_bounded(packed, len(data), path)
    except DAMAGE as error:
        raise _damaged(path) from error


def _unzip(data: bytes, path: str) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            member = _only_member(archive.infolist(), path)
            with archive.open(member) as packed:
                return read_bounded(packed, member.compress_size, path)
    except DAMAGE as error:
        raise _damaged(path) from error


def _only_member(members: list[zipfile.ZipInfo], path: str) -> zipfile.ZipInfo:
    escaping = [member for member in members if _ESCAPES.search(member.orig_filename)]
    if escaping:
        raise FileError(
            _("{path} holds '{member}', which would be unpacked outside its folder.").format(
                path=path, member=_name(escaping[0])
            ),
            _("Such archives are made to do harm: ask its sender for the table itself."),
        )
    tables = [member for member in members if not member.is_dir() and not _BY_THE_WAY.search(member.filename)]
    if not tables:
        raise FileError(_("{path} is an archive without a file.").format(path=path), _("Export the base again."))
    if len(tables) > 1:
        shown = ", ".join(f"'{_name(member)}'" for member in tables[:_SHOWN])
        raise UsageError(
            _("{path} holds {number} files: {files}.").format(path=path, number=len(tables), files=shown),
            _("Unpack it and name the one that is meant."),
        )
    if tables[0].flag_bits & _ENCRYPTED_FLAG:
        raise FileError(
            _("{path} is protected by a password.").format(path=path), _("Unpack it and name the table in it.")
        )
    return tables[0]


def _name(member: zipfile.ZipInfo) -> str:
    """Return the name of a member; that of an old Russian archiver is in cp866, which Python takes for cp437."""
    name = PurePosixPath(member.filename).as_posix()
    if member.flag_bits & _UTF8_FLAG:
        return name
    try:
        return name.encode("cp437").decode("cp866")
    except UnicodeError:
        return name


def read_bounded(packed: Packed, packed_size: int, path: str, see: "Callable[[bytes], None] | None" = None) -> bytes:
    """Return what a compressed stream unpacks to, and stop as soon as it grows beyond all reason.

    Args:
        packed_size: bytes it takes in the archive.
        see: takes each piece instead; nothing is kept then and the result is empty.

    Raises:
        FileError: it unpacks to more than ``MAX_UNPACKED``, or to more than ``MAX_RATIO`` times its size.
    """
    pieces: list[bytes] = []
    size = 0
    while piece := packed.read(_AT_ONCE):
        size += len(piece)
        refuse_bomb(size, packed_size, path)
        if see:
            see(piece)
        else:
            pieces.append(piece)
    return b"".join(pieces)


def refuse_bomb(size: int, packed_size: int, path: str) -> None:
    """Refuse what unpacks to more than a real export does.

    Raises:
        FileError: see ``read_bounded``.
    """
    if size > MAX_UNPACKED or (size > RATIO_COUNTS_FROM and size > MAX_RATIO * max(packed_size, 1)):
        raise FileError(
            _("{path} unpacks to far more than an export holds (over {size} MB from {packed} KB).").format(
                path=path, size=size // 1024**2, packed=max(packed_size // 1024, 1)
            ),
            _("It was not read. If it is no attack, unpack it yourself and name the table."),
        )


def _damaged(path: str) -> FileError:
    return FileError(
        _("{path} is a damaged archive.").format(path=path), _("Fetch it again, or unpack it and name the table in it.")
    )
