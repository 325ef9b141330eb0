"""The invented base that reading and writing are measured on: twenty columns as a CRM exports them, mostly Russian.

Names of companies hold quotes and comments hold delimiters, as they do in real exports. No cell holds a line end, so
that the plainest settings of every reader will do.
"""

import csv
import datetime as dt
import shutil
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Final

import numpy as np
import xlsxwriter

HEADINGS: Final = (
    *("ID", "Фамилия", "Имя", "Отчество", "Телефон", "E-mail", "Компания", "ИНН", "Должность", "Город"),
    *("Адрес", "Индекс", "Источник", "Ответственный", "Стадия", "Сумма", "Дата создания", "Дата изменения"),
    *("Теги", "Комментарий"),
)

Cell = str | int | dt.datetime
Row = tuple[Cell, ...]

_BLOCK: Final = 20_000
_FIRST_DAY: Final = dt.datetime(2019, 1, 1)
_LAST_NAMES: Final = (
    *("Ёлкин", "Берёзкин", "Соснин", "Кленов", "Осинин", "Рябинин", "Калинкин", "Малинин", "Смородинов", "Облепихин"),
    *("Дубравин", "Ивушкин", "Тополев", "Липатов", "Ясенев", "Черёмухин", "Кедров", "Пихтин", "Ольхин", "Вязов"),
)
_FIRST_NAMES: Final = ("Алексей", "Борис", "Виктор", "Георгий", "Дмитрий", "Евгений", "Игорь", "Кирилл", "Лев", "Юрий")
_PATRONYMICS: Final = ("Алексеевич", "Борисович", "Викторович", "Георгиевич", "Дмитриевич", "Игоревич", "", "")
_COMPANIES: Final = (
    *('ООО "Заречный сад"', 'АО "Северный причал"', "ИП Полянский", 'ООО "Торговый дом ""Лужок"""', "", "", "", ""),
)
_JOBS: Final = ("директор", "главный бухгалтер", "менеджер по закупкам", "инженер", "", "")
_CITIES: Final = ("Москва", "Санкт-Петербург", "Екатеринбург", "Нижний Новгород", "Ростов-на-Дону", "Уфа", "Тула")
_STREETS: Final = ("ул. Садовая", "пр. Строителей", "пер. Заречный", "наб. Тихая", "ул. Полевая")
_SOURCES: Final = ("Звонок", "Сайт", "Рекомендация", "Выставка", "Соцсети", "")
_OWNERS: Final = ("Анна Ветрова", "Павел Озеров", "Ольга Ручьёва", "Не распределено")
_STAGES: Final = ("Новая заявка", "Переговоры", "Договор", "Успешно реализовано", "Закрыто и не реализовано")
_TAGS: Final = ("постоянный", "опт, скидка", "розница", "не звонить", "", "", "")
_REMARKS: Final = (
    *("просил перезвонить после обеда", "договор на согласовании; ждём подписи", "интересуется доставкой в область"),
    *("оплатил по счёту, документы отправлены почтой", "уточнить реквизиты", "", "", ""),
)


def invent_rows(rows: int, seed: int) -> Iterator[Row]:
    """Yield the rows of the base; the same arguments give the same rows."""
    random = np.random.default_rng(seed)
    for start in range(0, rows, _BLOCK):
        yield from _invent_block(random, start, min(_BLOCK, rows - start))


def _invent_block(random: np.random.Generator, start: int, rows: int) -> Iterator[Row]:
    def pick(words: tuple[str, ...]) -> list[str]:
        return [words[place] for place in random.integers(len(words), size=rows).tolist()]

    def numbers(least: int, beyond: int) -> list[int]:
        return [int(number) for number in random.integers(least, beyond, size=rows)]

    def moments() -> list[dt.datetime]:
        return [_FIRST_DAY + dt.timedelta(seconds=second) for second in numbers(0, 200_000_000)]

    houses = zip(pick(_STREETS), numbers(1, 200), numbers(1, 300), strict=True)
    remarks = zip(pick(_REMARKS), pick(_REMARKS), strict=True)
    return zip(
        range(start + 1, start + rows + 1),
        *(pick(_LAST_NAMES), pick(_FIRST_NAMES), pick(_PATRONYMICS)),
        [f"+7 900 {number // 10_000:03d}-{number // 100 % 100:02d}-{number % 100:02d}" for number in numbers(0, 10**7)],
        [f"client{number}@example.ru" if number % 3 else "" for number in numbers(0, 10**6)],
        pick(_COMPANIES),
        [str(number) if number % 2 else "" for number in numbers(7_700_000_000, 7_800_000_000)],
        *(pick(_JOBS), pick(_CITIES)),
        [f"{street}, д. {house}, кв. {flat}" for street, house, flat in houses],
        [str(number) for number in numbers(101_000, 699_000)],
        *(pick(_SOURCES), pick(_OWNERS), pick(_STAGES)),
        numbers(0, 1_000_000),
        *(moments(), moments(), pick(_TAGS)),
        [". ".join(filter(None, remark)) for remark in remarks],
        strict=True,
    )


def write_texts(path: Path, rows: int, seed: int) -> None:
    """Write the base as CSV in UTF-8 with ``;`` between the cells and quotes where needed."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(HEADINGS)
        writer.writerows(map(as_texts, invent_rows(rows, seed)))


def recode(source: Path, target: Path, encoding: str) -> None:
    """Write a text in UTF-8 in another encoding."""
    with source.open(encoding="utf-8", newline="") as read, target.open("w", encoding=encoding, newline="") as written:
        shutil.copyfileobj(read, written, 1 << 20)


def write_workbook(path: Path, rows: int, seed: int) -> None:
    """Write the base as Excel saves it: texts in the table of shared strings, amounts and ids numbers, dates dates."""
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        sheet = workbook.add_worksheet("Контакты")
        moment = workbook.add_format({"num_format": "dd.mm.yyyy hh:mm:ss"})
        for row, cells in enumerate(chain([HEADINGS], invent_rows(rows, seed))):
            for place, cell in enumerate(cells):
                if isinstance(cell, dt.datetime):
                    sheet.write_datetime(row, place, cell, moment)
                elif isinstance(cell, int):
                    sheet.write_number(row, place, cell)
                elif cell:
                    sheet.write_string(row, place, cell)


def as_texts(row: Row) -> tuple[str, ...]:
    """Return a row as the texts that an export holds."""
    return tuple(f"{cell:%d.%m.%Y %H:%M:%S}" if isinstance(cell, dt.datetime) else str(cell) for cell in row)
