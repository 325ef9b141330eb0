"""Contacts as the exports of Bitrix24 and amoCRM show them, with what is to be said of each; the people are invented.

Today is 22.11.2026. A case without anything special is a living client who was talked to in November.
"""

import csv
import io
from dataclasses import dataclass, field
from typing import Final

Line = tuple[str, str, str]
"""Whose number or address («», «1», «2»: of the case), the result, the day."""

BITRIX24: Final = (
    *("ID", "Контакт", "Имя", "Фамилия", "Компания", "Статус компании", "Рабочий телефон", "Мобильный телефон"),
    *("Рабочий e-mail", "Частный e-mail", "Контакт Telegram", "Город", "Стадия", "Дата изменения стадии", "Сумма"),
    *(
        "Теги",
        "Не звонить",
        "Причина отказа",
        "Попытки дозвона",
        "Комментарий",
        "Дата изменения",
        "Последняя активность",
    ),
)
AMOCRM: Final = (
    *("ID", "Полное имя контакта", "Имя", "Фамилия", "Название компании", "Мобильный телефон", "Рабочий телефон"),
    *("Рабочий email", "Личный email", "Статус", "Теги", "Примечание 1", "Примечание 2", "Дата редактирования"),
    *("Количество недозвонов", "Чёрный список"),
)


@dataclass(frozen=True)
class Case:
    """One contact.

    ``{1}`` and ``{2}`` in any cell stand for two numbers, ``{m}`` and ``{n}`` for two addresses, of this case alone.
    """

    name: str
    cells: dict[str, str]
    reasons: str = ""
    proposal: str = ""
    dead: bool = False
    may_contact: bool = True
    calls: tuple[Line, ...] = field(default=())
    bounces: tuple[Line, ...] = field(default=())


def dead(name: str, cells: dict[str, str], reasons: str, proposal: str, *, calls: tuple[Line, ...] = (),
         bounces: tuple[Line, ...] = (), may_contact: bool = True) -> Case:  # fmt: skip
    """Return a contact that leaves the active base."""
    return Case(name, cells, reasons, proposal, True, may_contact, calls, bounces)


def alive(name: str, cells: dict[str, str], reasons: str = "", proposal: str = "", *, calls: tuple[Line, ...] = (),
          bounces: tuple[Line, ...] = (), may_contact: bool = True) -> Case:  # fmt: skip
    """Return a contact that stays, perhaps with a note."""
    return Case(name, cells, reasons, proposal, False, may_contact, calls, bounces)


def _tries(number: str, result: str, *days: str) -> tuple[Line, ...]:
    return tuple((number, result, day) for day in days)


_FIVE_DAYS: Final = ("01.11.2026", "03.11.2026", "05.11.2026", "07.11.2026", "09.11.2026")
_WITH_MAIL: Final = {"Частный e-mail": "{m}"}
_NO_PHONE: Final = {"Мобильный телефон": ""}
_NO_FIRM: Final = {"Компания": ""}

BITRIX24_CASES: Final = (
    alive("ordinary client", {}),
    # ---------------------------------------------------------------- no way to reach
    dead("nothing at all, the firm is known", _NO_PHONE, "no-contact", "enrich"),
    dead("nothing at all, a private person", _NO_PHONE | _NO_FIRM, "no-contact", "archive"),
    dead("words for nothing", {"Мобильный телефон": "нет", "Частный e-mail": "-"}, "no-contact", "enrich"),
    dead("a digit is missing", {"Мобильный телефон": "8 916 123-45"} | _NO_FIRM, "no-contact", "archive"),
    dead(
        "a mobile code and two digits", {"Мобильный телефон": "8-916-12", "Город": "Ярославль"}, "no-contact", "enrich"
    ),
    dead("broken address", _NO_PHONE | _NO_FIRM | {"Частный e-mail": "ivanov@"}, "no-contact", "archive"),
    dead("a site instead of an address", _NO_PHONE | {"Рабочий e-mail": "mail.ru"}, "no-contact", "enrich"),
    dead("number of a service", {"Мобильный телефон": "112"} | _NO_FIRM, "no-contact", "archive"),
    dead("digits cut off by a spreadsheet", {"Мобильный телефон": "9,16E+10"}, "no-contact", "check"),
    alive("a town number without its code can be dialled", {"Мобильный телефон": "344-67-18"}),
    alive("only an account in a messenger", _NO_PHONE | {"Контакт Telegram": "@lisitsyn_example"}),
    alive("the number stands in the column of addresses", _NO_PHONE | {"Частный e-mail": "{1}"}),
    alive("the address stands in the column of phones", {"Мобильный телефон": "{m}"}),
    alive("only an address", _NO_PHONE | _WITH_MAIL),
    dead("nines", {"Мобильный телефон": "+7 999 999-99-99"} | _NO_FIRM, "only-fillers", "archive"),
    dead(
        "nines and no@no.ru",
        {"Мобильный телефон": "99999999999", "Частный e-mail": "no@no.ru"},
        "only-fillers",
        "enrich",
    ),
    alive("nines beside a real number", {"Рабочий телефон": "+7 999 999-99-99"}),
    # ---------------------------------------------------------------- test records
    dead(
        "test by name",
        {"Имя": "Тест", "Фамилия": "Тестов", "Контакт": "Тест Тестов"} | _NO_FIRM,
        "test-record",
        "archive",
    ),
    dead(
        "test in Latin", {"Имя": "test", "Фамилия": "test", "Контакт": "test test"} | _NO_FIRM, "test-record", "archive"
    ),
    dead(
        "test by mail, nobody's name",
        {"Имя": "", "Фамилия": "", "Контакт": "Без имени", "Частный e-mail": "test@test.ru"} | _NO_FIRM,
        "test-record",
        "archive",
    ),
    dead(
        "test with nines",
        {
            "Имя": "Тест",
            "Фамилия": "",
            "Контакт": "Тест",
            "Мобильный телефон": "79999999999",
            "Частный e-mail": "test@test.ru",
        }
        | _NO_FIRM,
        "only-fillers,test-record",
        "archive",
    ),
    alive("Mr Testov is a person", {"Имя": "Олег", "Фамилия": "Тестов", "Контакт": "Олег Тестов"}),
    alive("a person with a placeholder address", {"Частный e-mail": "test@test.ru"}),
    alive("a test drive is none", {"Комментарий": "записан на тест-драйв в субботу"}),
    # ---------------------------------------------------------------- numbers by calls
    dead(
        "the only number is not in service",
        {},
        "not-in-service",
        "enrich",
        calls=_tries("1", "Вызываемый номер не обслуживается", "04.11.2026", "10.11.2026"),
    ),
    dead(
        "the same, a private person",
        _NO_FIRM,
        "not-in-service",
        "archive",
        calls=_tries("1", "Вызываемый номер не существует", "04.11.2026", "10.11.2026"),
    ),
    alive(
        "heard once only",
        {},
        calls=_tries("1", "Вызываемый номер не обслуживается", "06.11.2026"),
    ),
    alive(
        "in service again",
        {},
        calls=(
            *_tries("1", "Вызываемый номер не обслуживается", "02.10.2026", "06.10.2026"),
            ("1", "Разговор состоялся", "08.11.2026"),
        ),
    ),
    alive(
        "there is a letter box",
        _WITH_MAIL,
        calls=_tries("1", "Вызываемый номер не обслуживается", "04.11.2026", "10.11.2026"),
    ),
    alive(
        "the other number works",
        {"Рабочий телефон": "{2}"},
        calls=_tries("1", "Вызываемый номер не обслуживается", "04.11.2026", "10.11.2026"),
    ),
    dead(
        "neither number is in service",
        {"Рабочий телефон": "{2}"},
        "not-in-service",
        "enrich",
        calls=(
            *_tries("1", "Вызываемый номер не обслуживается", "04.11.2026", "10.11.2026"),
            *_tries("2", "Вызываемый номер не существует", "04.11.2026", "10.11.2026"),
        ),
    ),
    alive(
        "active again since then",
        {"Последняя активность": "20.11.2026"},
        calls=_tries("1", "Вызываемый номер не обслуживается", "04.11.2026", "10.11.2026"),
    ),
    # ---------------------------------------------------------------- attempts
    dead("five days in vain", {}, "attempts-failed", "enrich", calls=_tries("1", "Нет ответа", *_FIVE_DAYS)),
    dead("a private person in vain", _NO_FIRM, "attempts-failed", "archive", calls=_tries("1", "Занято", *_FIVE_DAYS)),
    dead(
        "a private person with an address",
        _NO_FIRM | _WITH_MAIL,
        "attempts-failed",
        "enrich",
        calls=_tries("1", "Нет ответа", *_FIVE_DAYS),
    ),
    alive("four days in vain", {}, calls=_tries("1", "Нет ответа", *_FIVE_DAYS[:4])),
    alive("five times on one day", {}, calls=_tries("1", "Нет ответа", *["09.11.2026"] * 5)),
    alive(
        "reached at last",
        {},
        calls=(*_tries("1", "Нет ответа", *_FIVE_DAYS), ("1", "Разговор состоялся", "10.11.2026")),
    ),
    alive(
        "reached on the other number",
        {"Рабочий телефон": "{2}"},
        calls=(*_tries("1", "Нет ответа", *_FIVE_DAYS), ("2", "Разговор состоялся", "10.11.2026")),
    ),
    alive(
        "the other number was not tried",
        {"Рабочий телефон": "{2}"},
        "attempts-failed",
        "check",
        calls=_tries("1", "Нет ответа", *_FIVE_DAYS),
    ),
    dead(
        "both numbers in vain",
        {"Рабочий телефон": "{2}"},
        "attempts-failed",
        "enrich",
        calls=(*_tries("1", "Нет ответа", *_FIVE_DAYS[:3]), *_tries("2", "Занято", *_FIVE_DAYS[3:])),
    ),
    alive(
        "active after the last attempt",
        {"Последняя активность": "18.11.2026"},
        calls=_tries("1", "Нет ответа", *_FIVE_DAYS),
    ),
    dead("the status counts", {"Стадия": "Недозвон 5"}, "attempts-failed", "enrich"),
    alive("the status counts to three", {"Стадия": "Недозвон 3"}),
    alive("a bare status of no answer", {"Стадия": "Не удалось связаться"}),
    dead(
        "a column counts, the status says of what",
        {"Стадия": "Недозвон", "Попытки дозвона": "7"},
        "attempts-failed",
        "enrich",
    ),
    alive("attempts of somebody who is worked with", {"Стадия": "В работе", "Попытки дозвона": "7"}),
    dead(
        "lost because nobody picked up",
        {"Стадия": "Сделка провалена", "Причина отказа": "Не дозвонились"},
        "attempts-failed",
        "enrich",
    ),
    alive("lost once, in work again", {"Стадия": "В работе", "Причина отказа": "Не дозвонились"}),
    # ---------------------------------------------------------------- silence and stages
    dead("silent for a year and a day", {"Последняя активность": "21.11.2025"}, "silent", "archive"),
    alive("silent for a year", {"Последняя активность": "22.11.2025"}),
    dead(
        "the modification is young, the activity old",
        {"Последняя активность": "01.02.2024", "Дата изменения": "20.11.2026"},
        "silent",
        "archive",
    ),
    dead(
        "no activity, modified long ago",
        {"Последняя активность": "", "Дата изменения": "01.03.2025 10:00:00"},
        "silent",
        "archive",
    ),
    alive("no dates at all", {"Последняя активность": "", "Дата изменения": ""}),
    alive("a date that a system writes for none", {"Последняя активность": "01.01.1970", "Дата изменения": ""}),
    alive(
        "no activity in the card, but a talk",
        {"Последняя активность": "21.11.2024"},
        calls=(("1", "Разговор состоялся", "10.11.2026"),),
    ),
    dead(
        "half a year agreeing the contract",
        {"Стадия": "Согласование договора", "Дата изменения стадии": "01.05.2026"},
        "stage-too-long",
        "check",
    ),
    alive("a month agreeing the contract", {"Стадия": "Согласование договора", "Дата изменения стадии": "22.10.2026"}),
    alive("won two years ago", {"Стадия": "Сделка успешна", "Дата изменения стадии": "01.05.2024"}),
    dead(
        "silent and stuck",
        {"Стадия": "В работе", "Дата изменения стадии": "01.05.2024", "Последняя активность": "01.05.2024"},
        "silent,stage-too-long",
        "check",
    ),
    # ---------------------------------------------------------------- refused
    alive("refused by the stage", {"Стадия": "Отказ"}, "opted-out", "", may_contact=False),
    alive("opted out by the column", {"Не звонить": "Да"}, "opted-out", "", may_contact=False),
    alive("the column says no", {"Не звонить": "Нет"}),
    alive(
        "wants no calls, as written", {"Комментарий": "просил больше не звонить"}, "opted-out", "", may_contact=False
    ),
    alive("no calls before noon", {"Комментарий": "не звонить до 12:00"}),
    dead(
        "refused and silent",
        {"Стадия": "Отказ", "Последняя активность": "01.05.2024"},
        "silent,opted-out",
        "archive",
        may_contact=False,
    ),
    # ---------------------------------------------------------------- what is written
    dead("company closed, by its column", {"Статус компании": "Ликвидировано"}, "company-closed", "archive"),
    dead(
        "company in bankruptcy",
        {"Статус компании": "Банкротство (конкурсное производство)"},
        "company-closed",
        "archive",
    ),
    alive("company at work", {"Статус компании": "Действующее"}),
    alive("company that is not closed", {"Статус компании": "Не ликвидировано"}),
    dead("company closed, as written", {"Комментарий": "компания ликвидирована в марте"}, "company-closed", "archive"),
    dead("company bankrupt, as written", {"Комментарий": "банкроты с прошлого года"}, "company-closed", "archive"),
    alive("another company closed", {"Комментарий": "конкурент закрылся, спрос вырос"}),
    dead(
        "closed, and talked to last week",
        {"Комментарий": "компания закрылась"},
        "company-closed",
        "check",
        calls=(("1", "Разговор состоялся", "16.11.2026"),),
    ),
    dead("wrong number", {"Комментарий": "ошиблись номером"}, "wrong-number", "enrich"),
    dead("wrong number of a private person", {"Комментарий": "это чужой номер"} | _NO_FIRM, "wrong-number", "archive"),
    dead(
        "wrong number, there is an address",
        {"Комментарий": "ошиблись номером"} | _NO_FIRM | _WITH_MAIL,
        "wrong-number",
        "enrich",
    ),
    alive(
        "wrong number, one of two",
        {"Комментарий": "ошиблись номером", "Рабочий телефон": "{2}"},
        "wrong-number",
        "check",
    ),
    alive("no such number, there is an address", {"Комментарий": "номер не существует"} | _WITH_MAIL),
    dead("no such number", {"Комментарий": "номер не существует"}, "not-in-service", "enrich"),
    alive(
        "no such number: the one that calls found dead",
        {"Комментарий": "номер не существует", "Рабочий телефон": "{2}"},
        calls=_tries("1", "Вызываемый номер не существует", "04.11.2026", "10.11.2026"),
    ),
    alive(
        "no such number, and a talk since",
        {"Комментарий": "12.10.2026: номер не обслуживается"},
        calls=(("1", "Разговор состоялся", "16.11.2026"),),
    ),
    dead("the cell of the number says so", {"Мобильный телефон": "{1} (не обслуживается)"}, "not-in-service", "enrich"),
    alive("taken back later", {"Комментарий": "12.10.2026 номер не обслуживается\n01.11.2026 дозвонился"}),
    dead(
        "asked to be deleted",
        {"Комментарий": "просит удалить из базы"},
        "asked-to-delete",
        "archive",
        may_contact=False,
    ),
    alive("a double is to be deleted", {"Комментарий": "дубль, удалить из базы"}),
    dead("the client died", {"Комментарий": "клиент умер"}, "person-died", "archive", may_contact=False),
    alive("the phone died", {"Комментарий": "у него умер телефон, писать на почту"}),
    alive("did not die", {"Комментарий": "оказалось, не умер"}),
    alive("the person left", {"Комментарий": "уволилась, кто вместо неё - не знают"}, "person-left", "check"),
    alive("asked, not told", {"Комментарий": "закрылись?"}),
    # ---------------------------------------------------------------- mail
    dead(
        "the only address bounces",
        _NO_PHONE | _WITH_MAIL,
        "bounced",
        "enrich",
        bounces=(("m", "550 5.1.1 User unknown", "10.11.2026"),),
    ),
    dead(
        "the only address of a private person bounces",
        _NO_PHONE | _NO_FIRM | _WITH_MAIL,
        "bounced",
        "archive",
        bounces=(("m", "err_user_unknown", "10.11.2026"),),
    ),
    alive("the address bounces, the phone works", _WITH_MAIL, bounces=(("m", "err_user_unknown", "10.11.2026"),)),
    alive("a full mailbox", _NO_PHONE | _WITH_MAIL, bounces=(("m", "err_mailbox_full", "10.11.2026"),)),
    alive(
        "delivered since",
        _NO_PHONE | _WITH_MAIL,
        bounces=(("m", "err_user_unknown", "10.09.2026"), ("m", "ok_delivered", "10.11.2026")),
    ),
    alive(
        "one address of two bounces",
        _NO_PHONE | _WITH_MAIL | {"Рабочий e-mail": "{n}"},
        bounces=(("m", "err_user_unknown", "10.11.2026"),),
    ),
    dead(
        "number and address are dead",
        _WITH_MAIL,
        "not-in-service,bounced",
        "enrich",
        calls=_tries("1", "Вызываемый номер не обслуживается", "04.11.2026", "10.11.2026"),
        bounces=(("m", "err_user_unknown", "10.11.2026"),),
    ),
    # ---------------------------------------------------------------- value
    dead("silent, worth a lot", {"Последняя активность": "01.05.2024", "Сумма": "500000.00"}, "silent", "check"),
    dead(
        "silent, worth a little less", {"Последняя активность": "01.05.2024", "Сумма": "499999.99"}, "silent", "archive"
    ),
    dead("silent VIP", {"Последняя активность": "01.05.2024", "Теги": "опт, vip"}, "silent", "check"),
    dead("silent, no VIP", {"Последняя активность": "01.05.2024", "Теги": "не VIP"}, "silent", "archive"),
    alive("a VIP who refused", {"Стадия": "Отказ", "Теги": "VIP"}, "opted-out", "", may_contact=False),
    dead("a tag says it all", {"Теги": "опт, ликвидирована"}, "company-closed", "archive"),
)

AMOCRM_CASES: Final = (
    alive("ordinary client", {}),
    dead("nothing at all", {"Мобильный телефон": ""}, "no-contact", "enrich"),
    alive("an apostrophe before the number", {"Мобильный телефон": "'{1}"}),
    dead("silent by modification", {"Дата редактирования": "17.09.2025 17:29:00"}, "silent", "archive"),
    alive("refused", {"Статус": "Отказ клиента"}, "opted-out", "", may_contact=False),
    alive("closed, not sold: no refusal", {"Статус": "Закрыто и не реализовано"}),
    alive("in the black list", {"Чёрный список": "1"}, "opted-out", "", may_contact=False),
    dead("failed attempts in a column of their own", {"Количество недозвонов": "6"}, "attempts-failed", "enrich"),
    alive("few failed attempts", {"Количество недозвонов": "2"}),
    dead(
        "the second note says it",
        {"Примечание 1": "опт", "Примечание 2": "ООО ликвидировано"},
        "company-closed",
        "archive",
    ),
    dead(
        "both notes",
        {"Примечание 1": "клиент умер", "Примечание 2": "удалите из базы"},
        "asked-to-delete,person-died",
        "archive",
        may_contact=False,
    ),
    dead(
        "test by full name",
        {"Полное имя контакта": "Тест", "Имя": "Тест", "Фамилия": "", "Название компании": ""},
        "test-record",
        "archive",
    ),
    dead(
        "a firm that is a test",
        {"Полное имя контакта": "", "Имя": "", "Фамилия": "", "Название компании": "Тестовая компания"},
        "test-record",
        "archive",
    ),
    alive(
        "wrong number taken back", {"Примечание 1": "ошиблись номером", "Примечание 2": "нет, всё верно, дозвонился"}
    ),
    dead("five in vain", {}, "attempts-failed", "enrich", calls=_tries("1", "Нет ответа", *_FIVE_DAYS)),
    dead(
        "address bounces",
        {"Мобильный телефон": "", "Личный email": "{m}"},
        "bounced",
        "enrich",
        bounces=(("m", "hard bounce", "10.11.2026"),),
    ),
)

_DEFAULTS: Final = {
    BITRIX24: {
        "Контакт": "Олег Лисицын",
        "Имя": "Олег",
        "Фамилия": "Лисицын",
        "Компания": "ООО Ромашка-Север",
        "Мобильный телефон": "{1}",
        "Дата изменения": "10.11.2026 12:00:00",
        "Последняя активность": "10.11.2026 12:00:00",
    },
    AMOCRM: {
        "Полное имя контакта": "Олег Лисицын",
        "Имя": "Олег",
        "Фамилия": "Лисицын",
        "Название компании": "ООО Ромашка-Север",
        "Мобильный телефон": "{1}",
        "Дата редактирования": "10.11.2026 12:00:00",
    },
}


def _own_values(place: int) -> dict[str, str]:
    return {
        "{1}": f"+7 900 {place:03d}-11-01",
        "{2}": f"8 (901) {place:03d}-22-02",
        "{m}": f"client{place}@example.ru",
        "{n}": f"second{place}@example.ru",
    }


def write_base(header: tuple[str, ...], cases: tuple[Case, ...]) -> bytes:
    """Return the export: Bitrix24 quotes every cell and ends a line with a delimiter, amoCRM quotes what needs it."""
    is_bitrix = header is BITRIX24
    stream = io.StringIO()
    writer = csv.writer(
        stream,
        delimiter=";",
        quoting=csv.QUOTE_ALL if is_bitrix else csv.QUOTE_MINIMAL,
        lineterminator=";\n" if is_bitrix else "\n",
    )
    writer.writerow(header)
    for place, case in enumerate(cases):
        cells = _DEFAULTS[header] | case.cells | {"ID": str(1000 + place)}
        texts = [cells.get(name, "") for name in header]
        for mark, value in _own_values(place).items():
            texts = [text.replace(mark, value) for text in texts]
        writer.writerow(texts)
    return stream.getvalue().encode("utf-8-sig" if is_bitrix else "utf-8")


def write_calls(cases: tuple[Case, ...]) -> bytes:
    """Return a log of outgoing calls; every second of a day is another one."""
    lines = ["Дата звонка;Номер клиента;Тип звонка;Результат"]
    for place, case in enumerate(cases):
        for second, (number, result, day) in enumerate(case.calls):
            client = _own_values(place)["{" + number + "}"]
            lines.append(f"{day} 10:00:{second:02d};{client};Исходящий;{result}")
    return "\n".join(lines).encode("cp1251")


def write_bounces(cases: tuple[Case, ...]) -> bytes:
    """Return a delivery report."""
    lines = ["email,result,date"]
    for place, case in enumerate(cases):
        lines += [f"{_own_values(place)['{' + box + '}']},{result},{day}" for box, result, day in case.bounces]
    return "\n".join(lines).encode()
