"""vCard 2.1, 3.0 and 4.0: one row a card, nothing lost but pictures, and that is said."""

import pytest

from crmclean.core.settings import ReadSettings
from crmclean.files.reading import Reading, read_table
from crmclean.files.writing import render, written_format


def read(text: str, encoding: str = "utf-8") -> Reading:
    return read_table(text.replace("\n", "\r\n").encode(encoding), "contacts.vcf", ReadSettings())


def records(reading: Reading) -> list[dict[str, str]]:
    return [{str(key): cell for key, cell in row.items() if cell} for row in reading.table.frame.to_dict("records")]


def card(*lines: str, version: str = "3.0") -> str:
    return "\n".join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD"]) + "\n"


def test_android_21_in_quoted_printable_with_soft_breaks() -> None:
    text = card(
        "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=D0=98=D0=B2=D0=B0=D0=BD=D0=BE=D0=B2;=D0=98=",
        "=D0=B2=D0=B0=D0=BD;;;",
        "TEL;CELL:8 (900) 000-00-01",
        "TEL;WORK:+7 495 000-11-22",
        "TEL;WORK;FAX:+7 495 000-11-23",
        "NOTE;CHARSET=windows-1251;ENCODING=QUOTED-PRINTABLE:=E4=E0",
        version="2.1",
    )
    reading = read(text)
    assert records(reading) == [
        {
            "Фамилия": "Иванов",
            "Имя": "Иван",
            "Мобильный телефон": "8 (900) 000-00-01",
            "Рабочий телефон": "+7 495 000-11-22",
            "Факс": "+7 495 000-11-23",
            "Комментарий": "да",
        }
    ]
    assert {column.header: (column.role, column.kind) for column in reading.table.columns} == {
        "Фамилия": ("last_name", ""),
        "Имя": ("first_name", ""),
        "Отчество": ("middle_name", ""),
        "Мобильный телефон": ("phone", "mobile"),
        "Рабочий телефон": ("phone", "work"),
        "Факс": ("fax", ""),
        "Комментарий": ("comment", ""),
    }


def test_apple_30_with_groups_and_folded_lines() -> None:
    text = card(
        "PRODID:-//Apple Inc.//iOS 17.0//EN",
        "N:Петрова;Анна;Сергеевна;;",
        "FN:Анна Петрова",
        "ORG:ООО «Ромашка»\\; филиал;Отдел продаж",
        "TITLE:Директор",
        "item1.TEL;type=CELL;type=VOICE;type=pref:+7 900 000-00-02",
        "TEL;TYPE=CELL:+7 900 000-00-03",
        "TEL;TYPE=HOME,VOICE:8 495 000-00-04",
        "EMAIL;type=INTERNET;type=WORK:anna@example.com",
        "item2.EMAIL:a@example.ru",
        "item2.X-ABLabel:личная",
        "ADR;TYPE=WORK:;офис 5;ул. Ленина\\, 1;Москва;;101000;Россия",
        "BDAY;VALUE=date:1985-04-15",
        "CATEGORIES:Клиенты,VIP",
        "NOTE:первая строка\\nвторая",
        "  строка",
        "URL:https://example.com",
        "X-SOCIALPROFILE;type=telegram:anna",
    )
    assert records(read(text)) == [
        {
            "ФИО": "Анна Петрова",
            "Фамилия": "Петрова",
            "Имя": "Анна",
            "Отчество": "Сергеевна",
            "Мобильный телефон": "+7 900 000-00-02, +7 900 000-00-03",
            "Домашний телефон": "8 495 000-00-04",
            "Рабочий e-mail": "anna@example.com",
            "E-mail": "a@example.ru",
            "Компания": "ООО «Ромашка»; филиал",
            "Подразделение": "Отдел продаж",
            "Должность": "Директор",
            "День рождения": "15.04.1985",
            "Комментарий": "первая строка\nвторая строка",
            "Теги": "Клиенты, VIP",
            "Адрес": "101000, Россия, Москва, ул. Ленина, 1, офис 5",
            "Сайт": "https://example.com",
            "X-SOCIALPROFILE": "anna",
        }
    ]


def test_version_40() -> None:
    text = card(
        "FN:Иван Иванов",
        'TEL;VALUE=uri;PREF=1;TYPE="voice,cell":tel:+7-900-000-00-05;ext=12',
        "EMAIL;PREF=1:ivan@example.com",
        "BDAY:--0415",
        "UID:urn:uuid:1",
        version="4.0",
    )
    assert records(read(text)) == [
        {
            "ID": "urn:uuid:1",
            "ФИО": "Иван Иванов",
            "Мобильный телефон": "+7-900-000-00-05 доб. 12",
            "E-mail": "ivan@example.com",
            "День рождения": "--0415",
        }
    ]


def test_cards_without_phone_or_name_stay() -> None:
    text = card("FN:Иванов") + card("TEL:1") + card() + "BEGIN:VCARD\nFN:Без конца\n"
    reading = read(text)
    assert records(reading) == [{"ФИО": "Иванов"}, {"Телефон": "1"}, {}, {"ФИО": "Без конца"}]


@pytest.mark.parametrize(
    "photo",
    [
        "PHOTO;ENCODING=BASE64;JPEG:/9j/4AAQSkZJRgABAQ\n AAAQABAAD=\n",
        "PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRgABAQ",
        "PHOTO:data:image/jpeg;base64,/9j/4AAQ",
    ],
    ids=["2.1", "3.0", "4.0"],
)
def test_photo_is_left_out_and_that_is_said(photo: str) -> None:
    reading = read(card("FN:Иванов") + card("FN:Петров", photo, "TEL:1"))
    assert records(reading) == [{"ФИО": "Иванов"}, {"ФИО": "Петров", "Телефон": "1"}]
    assert reading.findings[["row", "column", "code"]].to_numpy().tolist() == [[2, "PHOTO", "vcard-binary-skipped"]]


def test_lines_outside_of_cards_are_listed() -> None:
    reading = read(card("FN:Иванов", "мусор") + "хвост: 1\n")
    assert reading.skipped == ((4, "мусор"), (6, "хвост: 1"))


def test_cp1251_card() -> None:
    assert records(read(card("FN:Иванов Иван Иванович", "NOTE:постоянный клиент"), "cp1251"))[0]["ФИО"] == (
        "Иванов Иван Иванович"
    )


def test_written_as_csv() -> None:
    table = read(card("FN:Иванов", "TEL:1")).table
    assert table.origin.format == "vcard"
    assert written_format("vcard") == "csv"
    assert render(table).data == "\ufeffФИО;Телефон\r\nИванов;1\r\n".encode()
