"""In which encoding a text file is written: BOM, strict UTF-8 over the whole file, then the old Russian code pages."""

import codecs
import io
import re
from collections import Counter
from collections.abc import Iterator
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
_LOOK: Final = 1024 * 1024
_CHUNK: Final = 16 * 1024 * 1024
_NON_ASCII_LINE: Final = re.compile(rb"[^\r\n]*[\x80-\xff][^\r\n]*")
_CONTROL: Final = bytes(code for code in range(32) if code not in b"\t\n\r\x0b\x0c\x1a\x1b")
_LEAST_PADDING: Final = 2
_CONTROL_SHARE: Final = 0.02
_BROKEN_UTF8_SHARE: Final = 0.05


class NotInEncodingError(ValueError):
    """A byte is no letter of the encoding; ``offset`` is its place in the data."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


@dataclass(frozen=True)
class Text:
    """A text file.

    Attributes:
        data: its bytes without the BOM; they share the memory of the input where ``codec`` is that of the file.
        codec: in what ``data`` is encoded: UTF-8, or a code page of one byte a letter that has ASCII for its half, so
            that delimiters, quotes and line ends are the same bytes in all of them.
        encoding: Python's name of the encoding the file was written in, without the BOM.
        bom: it began with a byte order mark.
        assumed: UTF-8 by its head alone.
    """

    data: memoryview
    codec: str
    encoding: str
    bom: bool
    assumed: bool = False

    @property
    def utf8(self) -> memoryview:
        """The whole of it as UTF-8."""
        return self.data if self.codec == "utf-8" else _to_utf8(self.data, self.codec)

    def head(self, size: int) -> str:
        """Return the text of the first bytes, without a letter that the cut left half.

        Raises:
            NotInEncodingError: one of them is no letter.
        """
        return _decode_piece(codecs.getincrementaldecoder(self.codec)(), bytes(self.data[:size]), final=False)


def decode_text(data: bytes, path: str, encoding: str = "") -> Text:
    """Return the text of a file, every byte of it looked at.

    Args:
        encoding: the user's word on it; found by itself where empty.

    Raises:
        UsageError: there is no such encoding.
        FileError: the bytes are no text, or not of that encoding.
    """
    data = _without_padding(data)
    text = sniff_text(data, path, encoding)
    try:
        check_letters(text)
    except NotInEncodingError as error:
        if not text.assumed:
            raise _undecodable(data, len(data) - len(text.data) + error.offset, text.codec, path) from error
        _refuse_damaged_utf8(data, path)
        return decode_text(data, path, guess_code_page(data))
    return text


def sniff_text(data: bytes, path: str, encoding: str = "") -> Text:
    """Return the text of a file by the user's word, its BOM or its head; ``check_letters`` looks at all of it.

    Raises:
        UsageError: there is no such encoding.
        FileError: the bytes are no text, or not of that encoding where that can be told at once.
    """
    data = _without_padding(data)
    marked = next((name for mark, name in _BOMS if data.startswith(mark)), "")
    start = next((len(mark) for mark, name in _BOMS if name == marked), 0)
    if encoding:
        name = _python_name(encoding)
        return _text_in(data, start if name == marked else 0, name, path)
    if marked:
        return _text_in(data, start, marked, path)
    if wide := _wide_without_bom(data):
        return _text_in(data, 0, wide, path)
    _refuse_binary(data, path)
    text = Text(memoryview(data), "utf-8", "utf-8", bom=False, assumed=True)
    try:
        text.head(_LOOK)
    except NotInEncodingError:
        _refuse_damaged_utf8(data, path)
        return _text_in(data, 0, guess_code_page(data), path)
    return text


def check_letters(text: Text) -> None:
    """Look at every byte of a text.

    Raises:
        NotInEncodingError: one is no letter of its encoding.
    """
    if text.codec == "utf-8" and is_utf8(text.data):
        return
    for _letters in _decode(text.data, text.codec):
        pass


def _text_in(data: bytes, start: int, encoding: str, path: str) -> Text:
    body = memoryview(data)[start:]
    if encoding == "utf-8" or _extends_ascii(encoding):
        return Text(body, encoding, encoding, bool(start))
    try:
        return Text(_to_utf8(body, encoding), "utf-8", encoding, bool(start))
    except NotInEncodingError as error:
        raise _undecodable(data, start + error.offset, encoding, path) from error


def _extends_ascii(encoding: str) -> bool:
    """Check that every byte is a letter of its own, those of ASCII the same as there."""
    every = bytes(range(256))
    text = every.decode(encoding, "replace")
    return len(text) == len(every) and text[:128] == every[:128].decode("ascii")


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


def _to_utf8(data: memoryview, encoding: str) -> memoryview:
    written = io.BytesIO()
    for letters in _decode(data, encoding):
        written.write(letters.encode("utf-8"))
    return written.getbuffer()


def _decode(data: memoryview, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    for done in range(0, len(data), _CHUNK):
        chunk = bytes(data[done : done + _CHUNK])
        try:
            yield _decode_piece(decoder, chunk, final=done + _CHUNK >= len(data))
        except NotInEncodingError as error:
            raise NotInEncodingError(done + error.offset) from error


def _decode_piece(decoder: codecs.IncrementalDecoder, piece: bytes, *, final: bool) -> str:
    try:
        return decoder.decode(piece, final=final)
    except UnicodeDecodeError as error:
        # What was left over from the piece before stands in front of this one.
        raise NotInEncodingError(error.start - (len(error.object) - len(piece))) from error


def is_utf8(data: bytes | memoryview) -> bool:
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
