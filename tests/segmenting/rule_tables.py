"""Small tables with the headings of real exports, on which rules are tried; all people are invented."""

from typing import Final

import numpy as np
import pandas as pd

from crmclean.core.settings import ReadSettings
from crmclean.core.table import Table
from crmclean.files.reading import read_table
from crmclean.segmenting.rule_evaluation import BoundRule, RuleContext, holds
from crmclean.segmenting.rule_names import resolve_rule
from crmclean.segmenting.rule_syntax import parse_rule

SUNDAY: Final = pd.Timestamp("2026-11-22 09:30")

_AMOCRM: Final = """\
ID;Название сделки;Бюджет;Ответственный;Дата создания сделки;Дата редактирования;Дата закрытия;Теги;Примечание;\
Этап сделки;Воронка;Полное имя контакта;Компания;Рабочий телефон;Мобильный телефон;Рабочий email;Город;Источник;\
Источник;Товар;Скидка;Дата осмотра;"План, руб. (год)"
101;Окна в дом;1 500 000 руб.;Иванова Анна;05.03.2026 10:15:00;20.11.2026 18:00:00;;VIP, опт;Просил перезвонить;\
Переговоры;Продажи;Орлов Пётр Ильич;ООО «Ромашка»;8 (900) 000-00-01;+7 900 000-00-02;orlov@example.ru;Москва;Сайт;\
;Окна;15%;30.11.2026;2 000 000
102;Двери;500000;Петров Олег;31.01.2026 09:00:00;01.02.2026 12:00:00;10.02.2026;;Дорого, ушёл к другим;\
Закрыто и не реализовано;Продажи;Семёнова Алёна;;;;SEMENOVA@Example.com, alena@example.ru;г. Казань;;\
Реклама;Двери;5%;;400000
103;Ремонт;;Иванова Анна;15.06.2025 10:00:00;16.06.2025 10:00:00;;розница;;\
Первичный контакт;Опт;Ким Юрий;ООО Лютик;89000000003, 89000000004;8 900 000-00-03;;Казань;;\
;Окна;;скоро;
104;Балкон;по договорённости;;22.11.2026 08:00:00;22.11.2026 08:30:00;;vip;постоянный;—;\
Успешно реализовано;Продажи;Белова Яна;;;;belova@example.com;Санкт-Петербург;;\
;Балконы;20;22.11.2026;1
105;Крыша;0;Петров Олег;;01.01.1970;;;;\
Согласование договора;Опт;Жуков Илья;ЗАО Крот;;;;;;;Крыши;нет;01.12.2025;0
"""

_BITRIX24: Final = """\
ID;Статус;Дела;Полное имя;Дата рождения;Дата создания;Рабочий телефон;Рабочий e-mail;Не звонить;Город;Сумма;Касания;\
Дата изменения
1;Не обработан;25.11.2026 12:00:00;Орлов Пётр;29.02.1992;01.11.2026;+7 900 000-00-01;;;Москва;1000;2;21.11.2026
2;Не удалось связаться;;Ким Юрий;;15.11.2026;;kim@example.ru;Да;СПб;30000;10;14.11.2026
3;Некачественный лид;Позвонить Ивановой;Тест;;10.01.2020;;;Y;;;0;
4;Есть задачи;20.11.2026;Белова Яна;01.05.1960;22.11.2025;8 900 000 00 04;;Нет;Тверь;500000;5;21.11.2026
"""


def read_amocrm() -> Table:
    """Return five deals as amoCRM exports them; the tags of the fourth hold a semicolon."""
    text = _AMOCRM.replace("vip;постоянный", '"vip;постоянный"')
    return read_table(text.encode(), "amocrm_export_leads.csv", ReadSettings()).table


def read_bitrix24() -> Table:
    """Return four leads as Bitrix24 exports them."""
    return read_table(_BITRIX24.encode(), "leads.csv", ReadSettings()).table


def bind(text: str, table: Table) -> BoundRule:
    """Return a rule that fits the table."""
    bound, problems, missing = resolve_rule(parse_rule(text), table)
    assert bound is not None, (problems, missing)
    return bound


def find_rows(text: str, table: Table) -> list[int]:
    """Return the 1-based rows that a rule takes on a Sunday, 22.11.2026."""
    mask = holds(bind(text, table), RuleContext(table, SUNDAY))
    return (np.flatnonzero(mask) + 1).tolist()
