"""What stands in one e-mail cell: addresses, slips of the keyboard, sites, words, and how to write it again."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from crmclean.fields.email_address import CYRILLIC_ZONES, WRAPPING, read_address
from crmclean.fields.email_mailbox import is_filler, note_mailbox
from crmclean.fields.email_provider import mail_domains, suggest_domain
from crmclean.fields.text import collapse_spaces

_NO_BREAK_SPACES: Final = re.compile("[\u00a0\u2007\u202f]")
_UNSEEN: Final = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_FORMULA: Final = re.compile(r'="([^"]*)"')
_AROUND_AT: Final = re.compile(r"[ ]*@[ ]*")
# A comma inside a quoted or bracketed note, or in the quoted name before <…>, parts nothing.
_PIECE_OR_SEPARATOR: Final = re.compile(
    r"""(?P<separator>\s*(?: :::|[,;|\n\r\t\v\f]|\s[/\\&]\s|\s(?:и|или|and|or)\s(?=[^,;|\n]*@) )\s*)
      | (?P<kept>"[^"@\n]*"(?=\s*<)|\([^()@\n]*\))
      | (?P<other>[^\s,;|:"(]+|.)""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_LABEL_WORDS: Final = (
    r"(?:электронн\w+\s+)?(?:почта|адрес)|эл\.?\s?(?:почта|адрес)|е-?м[эе][ий]л|им[эе]йл|мэйл|мыло"
    r"|e-?mail|mail|[eе]-?маил"
)
_LABEL: Final = re.compile(
    rf"^(?:(?:mailto\s*:|(?:{_LABEL_WORDS}|[aаeе])\s*[:=])\s*)+|^(?:e-?mail|эл\.?\s?почта)\s+(?=\S+@)", re.IGNORECASE
)
_INSIDE: Final = re.compile(r"[^\s<>(),;:\"«»“”]+@[^\s<>(),;:\"«»“”]+")
# «ivan petrov@mail.ru»: ivan.petrov, ivanpetrov or Ivan with petrov@? A name or a word in Cyrillic is no such case.
_LOGIN_BEFORE: Final = re.compile(r"(?:^|\s)[a-z](?:[a-z0-9._+\-]*[a-z0-9_])?\s*$")
_COMMON_ZONES: Final = (
    "ru|su|com|net|org|info|biz|by|kz|ua|uz|kg|am|ge|az|md|de|eu|io|me|tv|cc|pro|name|shop|store|online|site|club|moscow|tatar|"
    + "|".join(sorted(CYRILLIC_ZONES))
)
_SITE: Final = re.compile(
    rf"(?:https?://|www\.)\S+|(?:[a-zа-яё0-9](?:[a-zа-яё0-9-]*[a-zа-яё0-9])?\.)+(?:{_COMMON_ZONES})(?:/\S*)?",
    re.IGNORECASE,
)
_EMPTY_WORDS: Final = frozenset(
    {
        "нет", "нет данных", "нет почты", "нет информации", "нет e-mail", "нет email", "нет мейла", "нет имейла",
        "нету", "без почты", "отсутствует", "не указан", "не указана", "не указано", "неизвестно", "неизвестен",
        "пусто", "н/д", "нд", "н.д", "#н/д", "no", "no email", "no e-mail", "none", "n/a", "na", "#n/a", "null", "nan",
        "nil", "unknown", "empty", "not provided",
    }
)  # fmt: skip
_DOT_MARK: Final = "\ue000"
_AT_MARK: Final = "\ue001"
_MARKS: Final = re.compile(f"[{_DOT_MARK}{_AT_MARK}]")
_BROKEN_AT: Final = re.compile(r"[ ]*(?:@[ ]*@[@ ]*|＠|[(\[{][ ]*(?:at|собака)[ ]*[)\]}])[ ]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class EmailPart:
    """One piece of a cell that should be an address.

    Attributes:
        address: its standard form, or ``""``.
        raw: the piece as it stood.
        code: ``""`` or why it is doubtful.
        suggestion: the address that was probably meant, for ``email-typo``.
    """

    address: str
    raw: str
    code: str
    suggestion: str = ""


@dataclass(frozen=True, slots=True)
class EmailCell:
    """The parts of a cell; ``words`` tells that something stands beside the addresses that must not be lost."""

    parts: tuple[EmailPart, ...]
    words: bool = False


@dataclass(frozen=True, slots=True)
class WrittenCell:
    """A cell written again: its text, its codes joined by spaces, and what was probably meant (``""`` none)."""

    value: str
    code: str
    suggestion: str = ""


def read_cell(cell: str) -> EmailCell:
    """Return what stands in one e-mail cell.

    >>> [(part.address, part.code) for part in read_cell("ivanov @Mail.RU; www.romashka.ru").parts]
    [('ivanov@mail.ru', ''), ('', 'email-site')]
    >>> read_cell("petrova@gmial.com").parts[0].suggestion
    'petrova@gmail.com'
    """
    if not cell or cell.isspace():
        return EmailCell(())
    text = _UNSEEN.sub("", _NO_BREAK_SPACES.sub(" ", cell)).strip()
    formula = _FORMULA.fullmatch(text)
    text = formula.group(1) if formula else text
    if _MARKS.search(text):
        return EmailCell((EmailPart("", cell, "email-invalid"),))
    originals: list[str] = []
    text = _mark_slips(text, originals)
    marked = iter(originals)
    parts: list[EmailPart] = []
    words = False
    for piece in _split_pieces(text):
        part, beside = _read_piece(piece, marked)
        parts.append(part)
        words = words or beside
    return EmailCell(tuple(parts) or (EmailPart("", cell, "email-filler"),), words)


def write_cell(cell: str, joiner: str = ", ", fix_typos: bool = False) -> WrittenCell:
    """Return the cell with its addresses in standard form; one with any doubtful part stays exactly as it is.

    Args:
        cell: the text.
        joiner: what stands between the addresses.
        fix_typos: take the suggestion where every doubt has one.

    >>> write_cell("Info @Romashka.RU; info@romashka.ru")
    WrittenCell(value='info@romashka.ru', code='email-normalized email-role', suggestion='')
    >>> write_cell("petrova@gmial.com", fix_typos=True)
    WrittenCell(value='petrova@gmail.com', code='email-typo-fixed', suggestion='')
    """
    read = read_cell(cell)
    doubts = list(dict.fromkeys(part.code for part in read.parts if part.code))
    if not read.parts:
        return WrittenCell(cell, "")
    if doubts and (doubts != ["email-typo"] or read.words):
        return WrittenCell(cell, " ".join(doubts))
    addresses = _distinct([part.suggestion or part.address for part in read.parts])
    notes = list(dict.fromkeys(note for address in addresses for note in note_mailbox(address)))
    if doubts:
        value = joiner.join(addresses)
        if fix_typos:
            return WrittenCell(value, " ".join(["email-typo-fixed", *notes]))
        return WrittenCell(cell, "email-typo", value)
    value = _write_among_words(cell, read) if read.words else joiner.join(addresses)
    codes = ["email-normalized"] if value != cell else []
    return WrittenCell(value, " ".join([*codes, *(["email-with-words"] if read.words else []), *notes]))


def _distinct(addresses: list[str]) -> list[str]:
    """Return the addresses without those that differ from an earlier one in case alone."""
    first: dict[str, str] = {}
    for address in addresses:
        first.setdefault(address.lower(), address)
    return list(first.values())


def _write_among_words(cell: str, read: EmailCell) -> str:
    """Return the cell with each address in its standard form at its place and every word kept."""
    value = cell
    for part in read.parts:
        if part.address != part.raw and value.count(part.raw) == 1:
            value = value.replace(part.raw, part.address)
    return value


@cache
def _broken_dot() -> re.Pattern[str]:
    names = "|".join(sorted({domain.partition(".")[0] for domain in mail_domains().popular}, key=len, reverse=True))
    zones = "|".join(sorted({domain.partition(".")[2] for domain in mail_domains().popular}))
    return re.compile(
        rf"(?<=@)({names})(?:\s*[,;:_/\-]\s*|\s*\.[\s.]+|\s+\.\s*|[ ]+)({zones})(?![\w@.\-])", re.IGNORECASE
    )


@cache
def _quote_for_at() -> re.Pattern[str]:
    domains = "|".join(re.escape(domain) for domain in sorted(mail_domains().popular, key=len, reverse=True))
    return re.compile(rf'(?<=\w)"(?=(?:{domains})$)', re.IGNORECASE)


def _mark_slips(text: str, originals: list[str]) -> str:
    """Return the text with one mark for what stands where «@» or the dot of a popular domain should.

    What stood there is appended to ``originals``, in the order of the marks.
    """
    found: list[tuple[int, int, str]] = [(*match.span(), _AT_MARK) for match in _BROKEN_AT.finditer(text)]
    unmarked = _BROKEN_AT.sub(lambda match: "@".rjust(len(match.group())), text) if found else text
    if "@" not in text and text.count('"') == 1:
        found += [(*match.span(), _AT_MARK) for match in _quote_for_at().finditer(text)]
    for match in _broken_dot().finditer(unmarked):
        if f"{match.group(1)}.{match.group(2)}".lower() in mail_domains().popular:
            found.append((match.end(1), match.start(2), _DOT_MARK))
    for start, end, mark in sorted(found, reverse=True):
        originals.insert(0, text[start:end])
        text = text[:start] + mark + text[end:]
    return text


def _split_pieces(text: str) -> list[str]:
    """Return the pieces that separators, or a space between two addresses, part; none of them is mere punctuation."""
    pieces = [""]
    for match in _PIECE_OR_SEPARATOR.finditer(text):
        if match.lastgroup == "separator":
            pieces.append("")
        else:
            pieces[-1] += match.group()
    found: list[str] = []
    for piece in pieces:
        found.extend(_split_words(_AROUND_AT.sub("@", _strip_label(piece))))
    if any("@" in piece for piece in found):
        return [piece for piece in found if any(map(str.isalnum, piece))]
    return [piece for piece in found if piece]


def _split_words(piece: str) -> list[str]:
    """Return the words of a piece that holds several addresses and nothing else; else the piece."""
    words = [_strip_label(word) for word in piece.split()]
    words = [word for word in words if any(map(str.isalnum, word))]
    if len(words) < 2 or not all("@" in word or _AT_MARK in word for word in words):
        return [piece]
    return words


def _strip_label(piece: str) -> str:
    piece = piece.strip()
    return _LABEL.sub("", piece.lstrip("<")) if _LABEL.match(piece.lstrip("<")) else piece


def _read_piece(piece: str, marked: Iterator[str]) -> tuple[EmailPart, bool]:
    """Return what the piece is, and whether words stand beside its address."""
    if _MARKS.search(piece):
        meant = read_address(piece.replace(_DOT_MARK, ".").replace(_AT_MARK, "@"))
        raw = _MARKS.sub(lambda _mark: next(marked), piece)
        if meant:
            return EmailPart("", raw, "email-typo", _without_typo(meant) or meant), False
        return EmailPart("", raw, "email-invalid"), False
    address = read_address(piece)
    if address:
        return _judge(address, piece), False
    if "@" not in piece:
        return EmailPart("", piece, _doubt_without_at(piece)), False
    if "://" in piece:
        return EmailPart("", piece, "email-invalid"), False  # A link with a user name (RFC 3986) is no mailbox.
    meant = _without_typo(collapse_spaces(piece).strip(WRAPPING).rstrip("."))
    if meant:
        return EmailPart("", piece, "email-typo", meant), False
    return _read_among_words(piece)


def _judge(address: str, raw: str) -> EmailPart:
    if is_filler(address):
        return EmailPart(address, raw, "email-filler")
    meant = _without_typo(address)
    return EmailPart(address, raw, "email-typo" if meant else "", meant)


def _without_typo(address: str) -> str:
    """Return the address with the popular domain that was meant, ``""`` where there is none or the rest is bad."""
    local, at, domain = address.rpartition("@")
    meant = suggest_domain(domain.lower()) if at else ""
    return read_address(f"{local}@{meant}") if meant else ""


def _read_among_words(piece: str) -> tuple[EmailPart, bool]:
    """Return the one address that stands among words: «Иван Петров <ivan@romashka.ru>»."""
    places = list(_INSIDE.finditer(piece))
    read = [read_address(place.group()) for place in places]
    if not places or "" in read or len(set(read)) > 1:
        return EmailPart("", piece, "email-invalid"), False
    start, end = places[0].start(), places[-1].end()
    before, after = piece[:start], piece[end:]
    if _LOGIN_BEFORE.search(before) or (after[:1] and after[0] not in ' >),:"»”'):
        return EmailPart("", piece, "email-invalid"), False
    rest = [word.strip(WRAPPING + ".,:") for word in f"{before} {after}".split()]
    if any(_SITE.fullmatch(word) for word in rest):
        return EmailPart(read[0], piece, "email-site"), True
    part = _judge(read[0], places[0].group() if len(places) == 1 else piece)
    if len(places) > 1 and not any(rest):
        return part, False  # Pasted from a mail program: «ivan@mail.ru <mailto:ivan@mail.ru>».
    return part, True


def _doubt_without_at(piece: str) -> str:
    text = collapse_spaces(piece).strip(WRAPPING).rstrip(".").lower()
    if text in _EMPTY_WORDS or not any(map(str.isalnum, text)) or is_filler(text):
        return "email-filler"
    return "email-site" if _SITE.fullmatch(text) else "email-not-an-email"
