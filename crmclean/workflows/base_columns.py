"""The columns of a base that is made of many exports: one heading for each role and kind, whatever the source.

The headings are of those that ``files.columns.recognise`` knows by itself, so that a base is read like any export. None
is typical of a single system: a base must not be taken for an export of it.
"""

from collections.abc import Collection, Iterable, Sequence
from types import MappingProxyType
from typing import Final

import pandas as pd

from crmclean.core.table import ADDED_PREFIX, DATE_ROLES, Column, Table, unique_names

HEADINGS: Final = MappingProxyType(
    {
        ("id", ""): "ID",
        ("record_type", ""): "Тип записи",
        ("last_name", ""): "Фамилия",
        ("first_name", ""): "Имя",
        ("middle_name", ""): "Отчество",
        ("full_name", ""): "ФИО",
        ("company", ""): "Компания",
        ("legal_form", ""): "Правовая форма",
        ("job_title", ""): "Должность",
        ("phone", ""): "Телефон",
        ("phone", "work"): "Рабочий телефон",
        ("phone", "mobile"): "Мобильный телефон",
        ("phone", "home"): "Домашний телефон",
        ("phone", "direct"): "Прямой телефон",
        ("phone", "other"): "Другой телефон",
        ("fax", ""): "Факс",
        ("email", ""): "E-mail",
        ("email", "work"): "Рабочая почта",
        ("email", "home"): "Личная почта",
        ("email", "other"): "Дополнительный e-mail",
        ("website", ""): "Сайт",
        ("messenger", ""): "Мессенджер",
        ("inn", ""): "ИНН",
        ("kpp", ""): "КПП",
        ("ogrn", ""): "ОГРН",
        ("snils", ""): "СНИЛС",
        ("birthday", ""): "Дата рождения",
        ("gender", ""): "Пол",
        ("country", ""): "Страна",
        ("postal_code", ""): "Почтовый индекс",
        ("region", ""): "Регион",
        ("region", "work"): "Область (раб. адрес)",
        ("region", "home"): "Область (дом. адрес)",
        ("region", "other"): "Область (другой адрес)",
        ("city", ""): "Город",
        ("city", "work"): "Город (раб. адрес)",
        ("city", "home"): "Город (дом. адрес)",
        ("city", "other"): "Город (другой адрес)",
        ("address", ""): "Адрес",
        ("address", "work"): "Улица (раб. адрес)",
        ("address", "home"): "Улица (дом. адрес)",
        ("address", "other"): "Улица (другой адрес)",
        ("owner", ""): "Ответственный",
        ("source", ""): "Источник",
        ("status", ""): "Статус",
        ("stage", ""): "Стадия",
        ("stage_changed_at", ""): "Дата изменения стадии",
        ("loss_reason", ""): "Причина отказа",
        ("pipeline", ""): "Воронка",
        ("deal_title", ""): "Название сделки",
        ("product", ""): "Товар",
        ("ordered_at", ""): "Дата заказа",
        ("amount", ""): "Сумма",
        ("currency", ""): "Валюта",
        ("tags", ""): "Теги",
        ("comment", ""): "Комментарий",
        ("company_status", ""): "Статус компании",
        ("touches", ""): "Количество касаний",
        ("cost", ""): "Затраты на клиента",
        ("loyalty", ""): "Лояльность",
        ("referral", ""): "Готов рекомендовать",
        ("call_attempts", ""): "Попытки дозвона",
        ("next_task", ""): "Следующая задача",
        ("last_activity", ""): "Последняя активность",
        ("opt_out", ""): "Не беспокоить",
        ("created_at", ""): "Дата создания",
        ("created_by", ""): "Кем создан",
        ("modified_at", ""): "Дата изменения",
        ("modified_by", ""): "Кем изменен",
        ("closed_at", ""): "Дата закрытия",
        ("expected_at", ""): "Ожидаемая дата закрытия",
    }
)
"""Role and kind to heading, in the order of the columns. A kind that is missing here goes to that without a kind."""

ALWAYS: Final = ("ID", "Фамилия", "Имя", "Отчество", "ФИО", "Компания", "Телефон", "E-mail")
"""Every base has these. A bare «Имя» would be read as a full name where nothing holds the rest of it."""

JOINER: Final = ", "
"""Stands between several values in one cell of the base: what a file of no known system has (``core.table.Origin``)."""

COMPANY: Final = "Компания"
"""The type of the records of an export of companies, where the export itself does not say it in a column."""

_LISTS: Final = frozenset({"phone", "fax", "email", "tags"})
"""Values of these roles hold no comma, so that the joiner of their system can become that of the base."""

_SINGLE: Final = frozenset(
    [
        "id",
        "record_type",
        "inn",
        "kpp",
        "ogrn",
        "snils",
        "legal_form",
        "gender",
        "amount",
        "currency",
        *DATE_ROLES,
        "company_status",
        "call_attempts",
        "touches",
        "cost",
        "loyalty",
        "referral",
    ]
)
"""Two values of these in one cell would be no value any more: the second column stays beside the first."""


def lay_out(table: Table, system: str) -> pd.DataFrame:
    """Return the cells of an export in the columns of a base.

    Several columns of one role and kind become one, no value is lost. Columns without a role are named
    ``<system>: <heading>``; one with neither heading nor cells is left out.

    Args:
        table: the export.
        system: what stands before the headings that are not known.
    """
    groups: dict[tuple[str, str], list[Column]] = {}
    for column in table.columns:
        if column.role:
            groups.setdefault(_place_of(column), []).append(column)
    cells: dict[str, pd.Series[str]] = {}
    kept: dict[str, pd.Series[str]] = {}
    for place in sorted(groups, key=list(HEADINGS).index):
        first, *others = (_in_base_form(table, column) for column in groups[place])
        cells[HEADINGS[place]] = _first_filled([first, *others]) if place[0] in _SINGLE else _united([first, *others])
        if place[0] in _SINGLE:
            for column, values in zip(groups[place][1:], others, strict=True):
                if _says_more(values, cells[HEADINGS[place]]):
                    kept[column.name] = table.frame[column.name]
    unknown = {column.name: table.frame[column.name] for column in table.columns if not column.role}
    own = unknown | kept
    for number, column in enumerate(table.columns, 1):
        if column.name not in own:
            continue
        values = own[column.name]
        if column.header.strip() or values.ne("").any():
            heading = f"{system}: {column.name if column.header.strip() else f'Столбец {number}'}"
            cells[_free_name(heading, cells)] = values
    if table.origin.entity == "company" and HEADINGS["record_type", ""] not in cells:
        cells[HEADINGS["record_type", ""]] = pd.Series(COMPANY, index=table.frame.index, dtype="str")
    return pd.DataFrame(cells, index=table.frame.index, dtype="str")


def order_headings(names: Iterable[str]) -> list[str]:
    """Return the headings of a base in their order: those of ``HEADINGS``, the sources' own, crmclean's own.

    >>> order_headings(["crmclean_merged", "amocrm: Сделки", "Телефон", "Город"])[-4:]
    ['E-mail', 'Город', 'amocrm: Сделки', 'crmclean_merged']
    """
    given = dict.fromkeys([*ALWAYS, *names])
    known = [heading for heading in HEADINGS.values() if heading in given]
    others = [name for name in given if name not in set(known)]
    return [*known, *sorted(others, key=lambda name: name.startswith(ADDED_PREFIX))]


def column_of(heading: str) -> Column:
    """Return the column of a base with that heading."""
    for (role, kind), known in HEADINGS.items():
        if known == heading:
            return Column(heading, heading, role, kind, "heading")
    return Column(heading, heading)


def _free_name(heading: str, taken: Collection[str]) -> str:
    """Return the heading, with a number where an unnamed column is called like a named one."""
    return next(name for name in unique_names([heading] * (len(taken) + 1)) if name not in taken)


def _place_of(column: Column) -> tuple[str, str]:
    place = (column.role, column.kind)
    return place if place in HEADINGS else (column.role, "")


def _in_base_form(table: Table, column: Column) -> "pd.Series[str]":
    """Return the cells of a column with the joiner of the base between several values."""
    cells, joiner = table.frame[column.name], table.origin.multi_value_joiner
    if joiner == JOINER or column.role not in _LISTS:
        return cells
    clear = ~cells.str.contains(JOINER.strip(), regex=False)
    return cells.mask(clear, cells.str.replace(joiner, JOINER, regex=False)).astype("str")


def _united(columns: "Sequence[pd.Series[str]]") -> "pd.Series[str]":
    """Return per row the distinct values of several columns, joined; a single column stays as it is."""
    result = columns[0]
    for place, cells in enumerate(columns[1:], 1):
        bare = cells.str.strip()
        is_new = bare.ne("")
        for earlier in columns[:place]:
            is_new &= earlier.str.strip().ne(bare)
        alone = is_new & result.str.strip().eq("")
        result = result.mask(is_new & ~alone, result + JOINER + cells).mask(alone, cells).astype("str")
    return result


def _first_filled(columns: "Sequence[pd.Series[str]]") -> "pd.Series[str]":
    result = columns[0]
    for cells in columns[1:]:
        result = result.mask(result.str.strip().eq(""), cells).astype("str")
    return result


def _says_more(cells: "pd.Series[str]", than: "pd.Series[str]") -> bool:
    bare = cells.str.strip()
    return bool((bare.ne("") & bare.ne(than.str.strip())).any())
