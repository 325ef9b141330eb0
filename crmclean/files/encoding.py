"""In which encoding a text file is written: BOM, strict UTF-8 over the whole file, then the old Russian code pages."""

import codecs
import io
import re
from collections import Counter
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from crmclean.core.errors import FileError, UsageError
from crmclean.core.i18n import _

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CODE_PAGES: Final = ("cp1251", "cp866", "koi8-r", "mac-cyrillic")
_WITHOUT_BOM: Final = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}

# Letters per hundred in Russian texts (Национальный корпус русского языка, by Lyashevskaya and Sharov).
_FREQUENCY: Final = dict(
    zip(
        "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё",
        (
            *(10.97, 8.45, 8.01, 7.35, 6.70, 6.26, 5.47, 4.73, 4.54, 4.40, 3.49, 3.21, 2.98, 2.81, 2.62, 2.01, 1.90),
            *(1.74, 1.70, 1.65, 1.59, 1.44, 1.21, 0.97, 0.94, 0.73, 0.64, 0.48, 0.36, 0.32, 0.26, 0.04, 0.04),
        ),
        strict=True,
    )
)
_CAPITAL_SHARE: Final = 0.6
_ODD_WEIGHT: Final = 8.0
_USUAL_SIGNS: Final = "«»–—№“”„…€©®°•’\u00a0"
_CAPITAL_INSIDE: Final = re.compile("[а-яё][А-ЯЁ]")

_HEAD: Final = 65_536
_CHUNK: Final = 16 * 1024 * 1024
_NON_ASCII_LINE: Final = re.compile(rb"[^\r\n]*[\x80-\xff][^\r\n]*")
_CONTROL: Final = bytes(code for code in range(32) if code not in b"\t\n\r\x0b\x0c\x1a\x1b")
_LEAST_PADDING: Final = 2
_CONTROL_SHARE: Final = 0.02
_BROKEN_UTF8_SHARE: Final = 0.05


@dataclass(frozen=True)
class Text:
    """A text file as UTF-8.

    Attributes:
        utf8: the text without its BOM; shares the memory of the input where that was UTF-8 already.
        encoding: Python's name of the encoding it was written in, without the BOM.
        bom: it began with a byte order mark.
    """

    utf8: memoryview
    encoding: str
    bom: bool


def decode_text(data: bytes, path: str, encoding: str = "") -> Text:
    """Return the text of a file.

    Args:
        encoding: the user's word on it; found by itself where empty.

    Raises:
        UsageError: there is no such encoding.
        FileError: the bytes are no text, or not of that encoding.
    """
    data = _without_padding(data)
    marked = next((name for mark, name in _BOMS if data.startswith(mark)), "")
    start = next((len(mark) for mark, name in _BOMS if name == marked), 0)
    if encoding:
        name = _python_name(encoding)
        start = start if name == marked else 0
        return Text(_to_utf8(data, start, name, path), name, bool(start))
    if marked:
        return Text(_to_utf8(data, start, marked, path), marked, bom=True)
    if wide := _wide_without_bom(data):
        return Text(_to_utf8(data, 0, wide, path), wide, bom=False)
    _refuse_binary(data, path)
    if _is_utf8(data):
        return Text(memoryview(data), "utf-8", bom=False)
    _refuse_damaged_utf8(data, path)
    name = guess_code_page(data)
    return Text(_to_utf8(data, 0, name, path), name, bom=False)


def _without_padding(data: bytes) -> bytes:
    """Return the file without the NULs that old programs and copies of disks fill the last block with.

    One NUL at the end may be half of a letter of UTF-16.
    """
    kept = data.rstrip(b"\0")
    return data if len(data) - len(kept) < _LEAST_PADDING or b"\0" in kept[:_HEAD] else kept


def guess_code_page(data: bytes) -> str:
    """Return the Russian code page in which the non-ASCII lines of ``data`` read most like Russian.

    Letters count by their frequency in Russian; signs that no client base holds (box drawing, Serbian letters) and
    capitals in the middle of a word count against a page. On short samples this is surer than a general detector.
    """
    sample = bytearray()
    for line in _NON_ASCII_LINE.finditer(data):
        sample += line.group() + b"\n"
        if len(sample) >= _HEAD:
            break
    return max(_CODE_PAGES, key=lambda name: _russian_score(bytes(sample), name))


def _russian_score(sample: bytes, encoding: str) -> float:
    text = sample.decode(encoding, "replace")
    score = sum(times * _weight(letter) for letter, times in Counter(text).items())
    return score - _ODD_WEIGHT * sum(1 for _match in _CAPITAL_INSIDE.finditer(text))


def _weight(letter: str) -> float:
    if letter in _FREQUENCY:
        return _FREQUENCY[letter]
    if letter.lower() in _FREQUENCY:
        return _CAPITAL_SHARE * _FREQUENCY[letter.lower()]
    return 0.0 if letter.isascii() or letter in _USUAL_SIGNS else -_ODD_WEIGHT


def _python_name(encoding: str) -> str:
    asked = encoding.strip()
    try:
        info = codecs.lookup(asked)
        "".encode(info.name)
    except (LookupError, ValueError, TypeError) as error:
        raise UsageError(
            _("There is no encoding '{encoding}'.").format(encoding=asked),
            _("Known are, among others: utf-8, cp1251, cp866, koi8-r, utf-16, mac-cyrillic."),
        ) from error
    return _WITHOUT_BOM.get(info.name, info.name)


def _to_utf8(data: bytes, start: int, encoding: str, path: str) -> memoryview:
    if encoding == "utf-8":
        body = memoryview(data)[start:]
        if _is_utf8(body):
            return body
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    written = io.BytesIO()
    done = start
    try:
        for done in range(start, len(data), _CHUNK):
            chunk = data[done : done + _CHUNK]
            written.write(decoder.decode(chunk, final=done + _CHUNK >= len(data)).encode("utf-8"))
    except UnicodeDecodeError as error:
        pending = len(error.object) - len(data[done : done + _CHUNK])
        raise _undecodable(data, done - pending + error.start, encoding, path) from error
    return written.getbuffer()


def _is_utf8(data: bytes | memoryview) -> bool:
    """Check the whole of ``data`` without making a string of it."""
    offsets = pa.py_buffer(len(b"").to_bytes(8, "little") + len(data).to_bytes(8, "little"))
    cells = pa.LargeBinaryArray.from_buffers(pa.large_binary(), 1, [None, offsets, pa.py_buffer(data)])
    try:
        cells.cast(pa.large_string())
    except pa.ArrowInvalid:
        return False
    return True


def _wide_without_bom(data: bytes) -> str:
    """Return utf-16 of an order where every other byte of the head is mostly small (0 for Latin, 4 for Cyrillic)."""
    head = data[:_HEAD]
    if b"\0" not in head or len(head) < 4:
        return ""
    even, odd = head[0::2], head[1::2]
    for high, low, name in ((odd, even, "utf-16-le"), (even, odd, "utf-16-be")):
        small = sum(high.count(bytes([code])) for code in (0x00, 0x04))
        if small > 0.9 * len(high) and low.count(0) < 0.01 * len(low) + 1:
            return name
    return ""


def _refuse_binary(data: bytes, path: str) -> None:
    nul = data.find(b"\0")
    head = data[:_HEAD]
    controls = len(head) - len(head.translate(None, _CONTROL))
    if nul < 0 and controls <= _CONTROL_SHARE * len(head):
        return
    raise FileError(
        _("{path} is no text and no workbook: it holds binary data.").format(path=path),
        _("Export the base again as CSV or XLSX; renaming a file does not change what is in it."),
    )


def _refuse_damaged_utf8(data: bytes, path: str) -> None:
    """Stop where the file is UTF-8 but for a few bytes: any code page would turn all of it into gibberish."""
    head = codecs.getincrementaldecoder("utf-8")("replace").decode(data[: _HEAD * 16])
    most_broken = _BROKEN_UTF8_SHARE * sum(1 for _match in re.finditer("[а-яёА-ЯЁ]", head[: _HEAD * 4]))
    # A file in a code page is told by its head: all of it as text would take several times its size.
    if head.count("\ufffd") > most_broken or most_broken == 0:
        return
    if data.decode("utf-8", "replace").count("\ufffd") > most_broken:
        return
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _undecodable(data, error.start, "utf-8", path) from error


def _undecodable(data: bytes, offset: int, encoding: str, path: str) -> FileError:
    return FileError(
        _("{path}: byte {offset} (line {line}) is not {encoding}.").format(
            path=path, offset=offset, line=data.count(b"\n", 0, offset) + 1, encoding=encoding
        ),
        _(
            "The file is damaged, was cut off, or is in another encoding: export it again or "
            "give --encoding (utf-8, cp1251, cp866, koi8-r, utf-16)."
        ),
    )
