"""vCard 2.1, 3.0 (RFC 2426) and 4.0 (RFC 6350): one row a card."""

import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pandas as pd

from crmclean.core.finding import join_findings, make_findings

_JOINER: Final = ", "
_LINES: Final = re.compile(r"\r\n|\r|\n")
_UNESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)
_DAY: Final = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:T.*| .*)?")
_EXTENSION: Final = re.compile(r";ext=(\d+)", re.IGNORECASE)

_BINARY: Final = frozenset({"PHOTO", "LOGO", "SOUND", "KEY"})
_ENVELOPE: Final = frozenset({"BEGIN", "END", "VERSION", "PRODID", "X-ABLABEL"})
_BASE64: Final = frozenset({"b", "base64"})
_PHONES: Final = (
    ("fax", "Факс"),
    ("cell", "Мобильный телефон"),
    ("mobile", "Мобильный телефон"),
    ("iphone", "Мобильный телефон"),
    ("моб", "Мобильный телефон"),
    ("work", "Рабочий телефон"),
    ("раб", "Рабочий телефон"),
    ("home", "Домашний телефон"),
    ("дом", "Домашний телефон"),
)
_EMAILS: Final = (("work", "Рабочий e-mail"), ("home", "Частный e-mail"))
_PLAIN: Final = {
    "FN": "ФИО",
    "TITLE": "Должность",
    "ROLE": "Роль",
    "NOTE": "Комментарий",
    "URL": "Сайт",
    "NICKNAME": "Псевдоним",
    "IMPP": "Мессенджер",
    "GENDER": "Пол",
    "UID": "ID",
    "REV": "Дата изменения",
}
_ORDER: Final[tuple[str, ...]] = (
    "ID",
    "ФИО",
    "Фамилия",
    "Имя",
    "Отчество",
    "Мобильный телефон",
    "Рабочий телефон",
    "Домашний телефон",
    "Телефон",
    "Факс",
    "Рабочий e-mail",
    "Частный e-mail",
    "E-mail",
    "Компания",
    "Подразделение",
    "Должность",
    "День рождения",
    "Комментарий",
    "Теги",
    "Адрес",
    "Сайт",
)
"""Headings that the dictionary of headings knows, so that the columns get their roles like those of any file."""

SKIPPED_CODE: Final = "vcard-binary-skipped"


@dataclass(frozen=True)
class Cards:
    """The cards of a file.

    Attributes:
        headers: the headings.
        frame: one row a card, columns by position.
        findings: pictures, sounds and keys that were left out.
        skipped: 1-based number and text of lines that stand outside of any card or are no property.
    """

    headers: tuple[str, ...]
    frame: pd.DataFrame
    findings: pd.DataFrame
    skipped: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class _Property:
    """One property: ``item1.TEL;TYPE=cell:…`` has the group, the name, the parameters and the value."""

    line: int
    name: str
    types: frozenset[str]
    parameters: dict[str, str]
    value: str
    text: str


def read_cards(text: str) -> Cards:
    """Return the cards of a text; a card without a phone, without a name or without its end is a row all the same."""
    rows: list[dict[str, str]] = []
    skipped: list[tuple[int, str]] = []
    binary: list[tuple[int, str]] = []
    open_card: dict[str, str] | None = None
    for property in _properties(text):
        if property.name == "BEGIN":
            open_card = {}
            rows.append(open_card)
        elif property.name == "END":
            open_card = None
        elif open_card is None or not property.name:
            skipped.append((property.line, property.text))
        elif _is_binary(property):
            binary.append((len(rows), property.name))
        elif property.name not in _ENVELOPE:
            for heading, value in _cells(property):
                _add(open_card, heading, value)
    found = {heading: None for row in rows for heading in row}
    headers = tuple(heading for heading in _ORDER if heading in found)
    headers += tuple(heading for heading in found if heading not in _ORDER)
    headers = headers or ("ФИО",)
    columns = {place: [row.get(heading, "") for row in rows] for place, heading in enumerate(headers)}
    frame = pd.DataFrame({place: pd.Series(cells, dtype="str") for place, cells in columns.items()})
    return Cards(headers, frame.reset_index(drop=True), _skipped_findings(binary), tuple(skipped))


def _skipped_findings(binary: list[tuple[int, str]]) -> pd.DataFrame:
    parts = []
    for name in dict.fromkeys(name for _row, name in binary):
        rows = sorted({row for row, kind in binary if kind == name})
        parts.append(make_findings(rows, name, [SKIPPED_CODE] * len(rows), [name] * len(rows), [name] * len(rows)))
    return join_findings(parts)


def _add(row: dict[str, str], heading: str, value: str) -> None:
    if not value:
        row.setdefault(heading, "")
    elif not row.get(heading):
        row[heading] = value
    elif value not in row[heading].split(_JOINER):
        row[heading] += _JOINER + value


def _properties(text: str) -> Iterator[_Property]:
    """Yield the properties: folded lines joined, quoted-printable with its soft line breaks decoded."""
    for number, line in _unfold(text):
        head, colon, value = _split_head(line)
        if not colon:
            if line.strip():
                yield _Property(number, "", frozenset(), {}, "", line)
            continue
        names = head.split(";")
        name = names[0].rpartition(".")[2].strip().upper()
        types: set[str] = set()
        parameters: dict[str, str] = {}
        for part in names[1:]:
            key, equals, given = part.partition("=")
            if not equals:
                # vCard 2.1 writes TEL;CELL and PHOTO;BASE64 without the name of the parameter.
                types.add(key.strip().casefold())
            elif key.strip().upper() == "TYPE":
                types |= {kind.strip().casefold() for kind in given.strip('"').split(",")}
            else:
                parameters[key.strip().upper()] = given.strip('" ')
        if types & {"quoted-printable"} or parameters.get("ENCODING", "").casefold() == "quoted-printable":
            value = _decode_quoted(value, parameters.get("CHARSET", ""))
        yield _Property(number, name, frozenset(types), parameters, value, line)


def _split_head(line: str) -> tuple[str, str, str]:
    """Split a line at the colon after its parameters; a colon inside quotes belongs to a parameter."""
    is_quoted = False
    for place, mark in enumerate(line):
        if mark == '"':
            is_quoted = not is_quoted
        elif mark == ":" and not is_quoted:
            return line[:place], ":", line[place + 1 :]
    return line.partition(":")


def _unfold(text: str) -> Iterator[tuple[int, str]]:
    """Yield logical lines with the number of their first: a line that begins with white space goes on the one before,
    one of quoted-printable that ends in ``=`` goes on in the next.
    """
    parts: list[str] = []
    started = 0
    is_soft = False
    for number, line in enumerate(_LINES.split(text), 1):
        if is_soft:
            parts.append(line)
        elif parts and line[:1] in (" ", "\t"):
            parts.append(line[1:])
            continue
        else:
            if parts:
                yield started, "".join(parts)
            parts, started = [line], number
        is_soft = line.endswith("=") and "QUOTED-PRINTABLE" in parts[0].partition(":")[0].upper()
        if is_soft:
            parts[-1] = line[:-1]
    if parts:
        yield started, "".join(parts)


def _decode_quoted(value: str, charset: str) -> str:
    if not value.isascii():
        return value
    data = quopri.decodestring(value.encode("ascii"))
    for encoding in filter(None, (charset, "utf-8", "cp1251")):
        try:
            return data.decode(encoding)
        except (LookupError, UnicodeDecodeError, ValueError):
            continue
    return value


def _is_binary(property: _Property) -> bool:
    if property.parameters.get("ENCODING", "").casefold() in _BASE64 or property.types & _BASE64:
        return True
    return property.name in _BINARY or property.value.startswith("data:")


def _cells(property: _Property) -> list[tuple[str, str]]:
    """Return headings and texts that a property fills."""
    name, value = property.name, property.value
    if name == "N":
        return _name_cells(value)
    if name == "TEL":
        return [(_kind_of(property.types, _PHONES, "Телефон"), _phone(value))]
    if name == "EMAIL":
        return [(_kind_of(property.types, _EMAILS, "E-mail"), _plain(value).removeprefix("mailto:"))]
    if name == "ORG":
        company, *units = _parts(value)
        return [("Компания", company), *([("Подразделение", _joined(units))] if _joined(units) else [])]
    if name == "ADR":
        box, flat, street, city, region, code, country = (*_parts(value), *[""] * 7)[:7]
        return [("Адрес", _joined((code, country, region, city, street, flat, box)))]
    if name == "BDAY":
        return [("День рождения", _day(value))]
    if name == "CATEGORIES":
        return [("Теги", _joined(_parts(value, ",")))]
    return [(_PLAIN.get(name, name) or "?", _plain(value))]


def _name_cells(value: str) -> list[tuple[str, str]]:
    last, first, middle, before, after = (*_parts(value), *[""] * 5)[:5]
    cells = [("Фамилия", last), ("Имя", first), ("Отчество", middle)]
    return cells + [(heading, text) for heading, text in (("Обращение", before), ("Суффикс", after)) if text]


def _kind_of(types: frozenset[str], known: tuple[tuple[str, str], ...], other: str) -> str:
    return next((heading for kind, heading in known if any(type.startswith(kind) for type in types)), other)


def _phone(value: str) -> str:
    text = _plain(value)
    if text.casefold().startswith("tel:"):
        text = _EXTENSION.sub(r" доб. \1", text[4:])
    return text.strip()


def _day(value: str) -> str:
    """Return a day as DD.MM.YYYY; one without its year, or in words, stays as it is."""
    text = _plain(value).strip()
    match = _DAY.fullmatch(text)
    return f"{match.group(3)}.{match.group(2)}.{match.group(1)}" if match else text


def _parts(value: str, separator: str = ";") -> list[str]:
    """Split at separators that no backslash stands before."""
    parts = re.split(rf"(?<!\\){separator}", value)
    return [_plain(part).strip() for part in parts]


def _plain(value: str) -> str:
    return _UNESCAPED.sub(lambda match: "\n" if match.group(1) in "nN" else match.group(1), value)


def _joined(parts: "list[str] | tuple[str, ...]") -> str:
    return _JOINER.join(part for part in parts if part)
