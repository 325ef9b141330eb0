"""The shipped regulation, row by row, on the layouts of Bitrix24 and amoCRM; told on Monday, 23.11.2026, 12:00."""

import pytest

from crmclean.core.i18n import set_language
from crmclean.core.segment_settings import SegmentSettings
from crmclean.core.settings import ReadSettings
from crmclean.files.reading import read_table
from crmclean.segmenting.segment import segment

SETTINGS = SegmentSettings(use=("regulation",), as_of="2026-11-23 12:00")

BITRIX = (
    "ID;Контакт;Телефон;Рабочий e-mail;Стадия сделки;Дата создания;Дата изменения стадии;Дата последней активности;"
    "Предполагаемая дата закрытия;Следующее дело"
)
AMO = (
    "ID,Полное имя контакта,Рабочий телефон,Рабочий email,Этап сделки,Дата создания сделки,Дата редактирования,"
    "Ближайшая задача"
)

PHONE, MAIL = "+7 900 000-11-22", "anna@example.ru"

_BITRIX_CASES = {
    # phone; mail; stage; created; stage since; activity; expected; task -> chain, action, due
    "no answer an hour ago": (
        f"{PHONE};;Недозвон;01.11.2026;23.11.2026 11:00;;;", "Недозвон", "Перезвонить", "2026-11-23 12:00",
    ),
    "no answer just now": (
        f"{PHONE};;Недозвон;01.11.2026;23.11.2026 11:50;;;", "Недозвон", "Перезвонить", "2026-11-23 12:50",
    ),
    "called back on Friday": (
        f"{PHONE};;Недозвон;01.11.2026;20.11.2026 10:00;20.11.2026 14:00;;",
        "Недозвон", "Перезвонить в другое время дня", "2026-11-23",
    ),
    "two attempts": (
        f"{PHONE};;Недозвон 2;01.11.2026;23.11.2026 10:00;;;",
        "Недозвон", "Написать СМС или в мессенджер: кто звонил и зачем", "2026-11-24",
    ),
    "two attempts, and no number left": (
        f";{MAIL};Недозвон 2;01.11.2026;23.11.2026 10:00;;;",
        "Недозвон", "Написать письмо: кто звонил и зачем", "2026-11-24",
    ),
    "two attempts, and nothing to write to": (
        ";;Недозвон 2;01.11.2026;23.11.2026 10:00;;;",
        "Недозвон", "Закрыть с причиной «недозвон»", "2026-11-26",
    ),
    "five attempts": (
        f"{PHONE};{MAIL};Недозвон 5;01.11.2026;23.11.2026 10:00;;;",
        "Недозвон", "Закрыть с причиной «недозвон»", "2026-11-26",
    ),
    "put off without a date": (
        f"{PHONE};;Перезвонить позже;01.11.2026;20.11.2026 10:00;;;",
        "Не готов сейчас", "Договориться о дате следующего звонка", "2026-11-23",
    ),
    "put off until a day": (
        f"{PHONE};;Перезвонить позже;01.11.2026;20.11.2026 10:00;;;02.12.2026 15:00",
        "Не готов сейчас", "Позвонить в оговорённый день", "2026-12-02 15:00",
    ),
    "put off until spring": (
        f"{PHONE};;Отложено до весны;01.11.2026;20.11.2026 10:00;;01.03.2027;",
        "Не готов сейчас", "Позвонить в оговорённый день", "2027-03-01",
    ),
    "agreed since last week": (
        f"{PHONE};;Согласование договора;01.11.2026;16.11.2026 10:00;;;",
        "Долгое согласование", "Позвонить и узнать, на ком стоит согласование", "2026-11-30",
    ),
    "agreed for five weeks, a call was made in the third": (
        f"{PHONE};;Согласование договора;01.10.2026;19.10.2026 10:00;05.11.2026 10:00;;",
        "Долгое согласование", "Подключить руководителя: позвонить тому, кто решает", "2026-11-23",
    ),
    "agreed for half a year, worked on last week": (
        f"{PHONE};;Согласование договора;01.05.2026;20.05.2026 10:00;17.11.2026 10:00;;",
        "Долгое согласование", "Назначить последний срок подписания или закрыть с причиной", "2026-11-23",
    ),
    "vanished today": (
        f"{PHONE};{MAIL};Пропал;01.11.2026;23.11.2026 10:00;;;",
        "Пропал", "Позвонить с другого номера", "2026-11-23",
    ),
    "vanished, was called on Friday": (
        f"{PHONE};{MAIL};Пропал;01.11.2026;19.11.2026 10:00;20.11.2026 10:00;;",
        "Пропал", "Написать письмо: актуально ли ещё", "2026-11-24",
    ),
    "vanished without a number and a mail": (
        ";;Пропал;01.11.2026;23.11.2026 10:00;;;",
        "Пропал", "Предложить в архив с причиной «пропал»", "2026-12-07",
    ),
    "is being worked with": (f"{PHONE};;В работе;01.11.2026;19.11.2026;;;", "", "", ""),
    "won": (f"{PHONE};;Сделка успешна;01.11.2026;19.11.2026;;;", "", "", ""),
}  # fmt: skip

_AMO_CASES = {
    # phone, mail, stage, created, changed, task -> chain, action, due
    "no answer, from the last change": (
        f"{PHONE},,Недозвон,01.11.2026,23.11.2026 11:30:00,", "Недозвон", "Перезвонить", "2026-11-23 12:30",
    ),
    "a call was agreed on": (
        f"{PHONE},,Недозвон,01.11.2026,23.11.2026 11:30:00,24.11.2026 16:00:00",
        "Недозвон", "Перезвонить", "2026-11-24 16:00",
    ),
    "the contract was sent yesterday": (
        f"{PHONE},,Договор на согласовании,01.11.2026,22.11.2026 11:30:00,",
        "Долгое согласование", "Позвонить и узнать, на ком стоит согласование", "2026-12-07",
    ),
    "a new lead": (f"{PHONE},,Неразобранное,23.11.2026,23.11.2026,", "", "", ""),
}  # fmt: skip


def answer(header: str, row: str) -> tuple[str, str, str]:
    """Return the chain, the action and the date that one client gets."""
    delimiter = ";" if ";" in header else ","
    data = f"{header}\n1{delimiter}Ли Анна{delimiter}{row}\n".encode()
    table = read_table(data, "deals.csv", ReadSettings()).table
    set_language("ru")
    try:
        frame = segment(table, SETTINGS).table.frame
    finally:
        set_language("en")
    return frame["crmclean_segment"][0], frame["crmclean_action"][0], frame["crmclean_due"][0]


@pytest.mark.parametrize(("row", "chain", "action", "due"), _BITRIX_CASES.values(), ids=_BITRIX_CASES.keys())
def test_bitrix_deals(row: str, chain: str, action: str, due: str) -> None:
    assert answer(BITRIX, row) == (chain, action, due)


@pytest.mark.parametrize(("row", "chain", "action", "due"), _AMO_CASES.values(), ids=_AMO_CASES.keys())
def test_amocrm_leads(row: str, chain: str, action: str, due: str) -> None:
    assert answer(AMO, row) == (chain, action, due)


def test_who_may_not_be_called_is_in_no_chain() -> None:
    assert answer(BITRIX + ";Не звонить", f"{PHONE};;Недозвон;01.11.2026;23.11.2026 11:00;;;;Да") == ("", "", "")
