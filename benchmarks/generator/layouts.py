"""The columns of real exports: how a record of the base is laid out in the file of a CRM.

Bitrix24 (box): all 49 columns of contacts, everything quoted, a delimiter after the last cell too, UTF-8 with BOM, LF.
amoCRM: people and companies in one file told apart by «Тип», an apostrophe before every phone, CRLF.
Plain: what a small firm keeps in Excel.
"""

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Final

from benchmarks.generator.records import MINUTES_OF_DAY, Record
from benchmarks.generator.vocabulary import read_headers

_EPOCH: Final = datetime(2016, 1, 1)


@dataclass(frozen=True)
class Layout:
    """How a system writes its export; ``cells`` gives every cell of a line but the first, which is the ID."""

    name: str
    header: tuple[str, ...]
    cells: Callable[[Record], list[str]]
    delimiter: str
    quote_all: bool
    line_end: str
    bom: bool
    inn_shown: bool
    first_id: int


class _Echo:
    """A file that gives back what is written: `csv` then returns the finished line."""

    def write(self, text: str) -> str:
        return text


def line_writer(layout: Layout) -> Callable[[list[str]], str]:
    """Return a function that makes one line of text of the cells."""
    writer = csv.writer(
        _Echo(),
        delimiter=layout.delimiter,
        quoting=csv.QUOTE_ALL if layout.quote_all else csv.QUOTE_MINIMAL,
        lineterminator=layout.line_end,
    )

    def write_line(cells: list[str]) -> str:
        line: str = writer.writerow(cells)
        return line

    return write_line


@cache
def _date(day: int) -> str:
    return f"{_EPOCH + timedelta(days=day):%d.%m.%Y}"


def _moment(minutes: int) -> str:
    day, minute = divmod(minutes, MINUTES_OF_DAY)
    return f"{_date(day)} {minute // 60:02d}:{minute % 60:02d}:00"


def _of_kind(values: Sequence[tuple[str, str]], kind: str) -> str:
    return ", ".join([text for own, text in values if own == kind])


_BITRIX_TYPES: Final = {
    "Купил": "Клиенты",
    "Постоянный клиент": "Клиенты",
    "Отказ": "Прочее",
    "Думает": "Потенциальные клиенты",
}


def _bitrix_cells(record: Record) -> list[str]:
    phones, mails = record.phones, record.mails
    cells = [""] * 48
    cells[0] = " ".join(part for part in (record.last.strip(), record.first.strip()) if part) or "Без имени"
    cells[4:10] = [record.first, record.last, record.middle, record.birth, record.post, record.company]
    cells[10] = _BITRIX_TYPES.get(record.status, "")
    cells[11] = _of_kind(phones, "work") or _of_kind(phones, "direct")
    cells[12] = _of_kind(phones, "mobile")
    cells[14] = _of_kind(phones, "home")
    cells[16] = _of_kind(phones, "other")
    cells[17] = record.web
    cells[23] = _of_kind(mails, "work")
    cells[24] = _of_kind(mails, "private")
    cells[25] = _of_kind(mails, "other")
    cells[31] = record.owner
    cells[33:36] = [record.street, record.flat, record.city]
    cells[38] = record.postal
    cells[40:42] = [record.comment, record.source]
    cells[43] = "N" if record.opt_out else "Y"
    cells[44:48] = [record.owner, _moment(record.created), record.owner, _moment(record.modified)]
    return cells


_HAS_DEAL: Final = frozenset({"Купил", "Постоянный клиент", "Думает", "В работе"})


def _amo_phones(values: Sequence[tuple[str, str]], kind: str) -> str:
    return ", ".join(["'" + text.strip().lstrip("'") for own, text in values if own == kind])


def _amo_cells(record: Record) -> list[str]:
    phones, mails = record.phones, record.mails
    first = f"{record.first} {record.middle}" if record.middle else record.first
    full = " ".join(part for part in (first.strip(), record.last.strip()) if part)
    note, _, second_note = record.comment.partition("; ")
    address = ", ".join(part for part in (record.postal, record.street, record.flat) if part)
    cells = ["компания", record.company, "", ""] if record.is_company else ["контакт", full, first, record.last]
    deal = f"Сделка #{record.created % 997}" if record.status in _HAS_DEAL else ""
    cells += [
        record.company,
        record.owner,
        _moment(record.created),
        record.owner,
        deal,
        _moment(record.modified),
        record.owner,
    ]
    cells += [record.tags, note, second_note, "", "", ""]
    cells += [_amo_phones(phones, kind) for kind in ("work", "direct", "mobile", "fax", "home", "other")]
    cells += [_of_kind(mails, kind) for kind in ("work", "private", "other")]
    cells += [record.web, address, record.post, record.city, record.inn, record.kpp, record.birth, record.status]
    cells.append("да" if record.opt_out else "")
    return cells


def _plain_cells(record: Record) -> list[str]:
    first = next((place for place, (kind, _) in enumerate(record.phones) if kind in ("mobile", "work")), -1)
    others = ", ".join([text for place, (_, text) in enumerate(record.phones) if place != first])
    address = ", ".join(part for part in (record.postal, record.street, record.flat and f"кв. {record.flat}") if part)
    return [
        record.last,
        record.first,
        record.middle,
        record.phones[first][1] if first >= 0 else "",
        others,
        ", ".join([text for _, text in record.mails]),
        record.company,
        record.inn,
        record.kpp,
        record.post,
        record.birth,
        record.city,
        address,
        record.tags,
        record.status,
        record.source,
        record.owner,
        record.comment,
        "да" if record.opt_out else "",
        _moment(record.created),
        _moment(record.modified),
    ]


def _layouts() -> dict[str, Layout]:
    headers = read_headers()
    return {
        "bitrix24": Layout("bitrix24", headers["bitrix24"], _bitrix_cells, ";", True, ";\n", True, False, 101),
        "amocrm": Layout("amocrm", headers["amocrm"], _amo_cells, ",", False, "\r\n", False, True, 5001),
        "plain": Layout("plain", headers["plain"], _plain_cells, ";", False, "\r\n", True, True, 1),
    }


LAYOUTS: Final = _layouts()
"""The layouts that the generator writes, by name."""
