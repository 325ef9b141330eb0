"""Roles of columns: literal headings of real systems, plain headings in two languages, and the user's word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmclean.core.errors import UsageError
from crmclean.core.table import ROLES
from crmclean.files.columns import find_entity, recognise, score_headings
from crmclean.files.headings import heading_key, meaning_of
from crmclean.files.profiles import load_profiles


def cells(line: str) -> list[str]:
    return line.split(";")


BITRIX_CONTACT = cells(
    "ID;Контакт;Дела;Имя;Фамилия;Отчество;Дата рождения;Компания;Тип контакта;Рабочий телефон;"
    "Мобильный телефон;Номер факса;Номер пейджера;Рабочий e-mail;Частный e-mail;Ответственный;Комментарий;"
    "Дата создания;Дата изменения"
)
BITRIX_DEAL = cells(
    "ID;Сделка;Стадия сделки;Дела;Клиент;Вероятность;Сумма/Валюта;Ответственный;Название сделки;Тип;Сумма;"
    "Валюта;Компания;Контакт;Сделка закрыта;Дата создания;Кем создана;Предполагаемая дата закрытия"
)
BITRIX_COMPANY = cells(
    "ID;Название компании;Тип компании;Рабочий телефон;Рабочий e-mail;Кол-во сотрудников;"
    "Реквизит (Россия): ИНН;Реквизит (Россия): КПП;Реквизит: Название;"
    "Реквизит (Россия): Адрес - населенный пункт"
)
BITRIX_LEAD = cells("ID;Лид;Статус;Полное имя;Название лида;Имя;Фамилия;Мобильный телефон;Рабочий e-mail;Сумма/Валюта")
AMO_CONTACT = cells(
    "ID;Тип;Полное имя контакта;Имя;Фамилия;Название компании;Ответственный;Дата создания контакта;"
    "Кем создан контакт;Дата редактирования;Теги;Примечание 1;Рабочий телефон;Рабочий прямой телефон;Факс;"
    "Рабочий email;Личный email"
)
AMO_DEAL = cells(
    "ID;Название сделки;Бюджет ;Дата создания сделки;Этап сделки;Воронка;Полное имя контакта;"
    "Компания контакта;Ответственный за контакт;Рабочий телефон;Источник;Источник"
)
GOOGLE = [
    "Name",
    "Given Name",
    "Family Name",
    "E-mail 1 - Type",
    "E-mail 1 - Value",
    "Phone 2 - Type",
    "Phone 2 - Value",
]


def roles(headers: list[str], **mapping: str) -> dict[str, str]:
    return {column.header: column.role for column in recognise(headers, tuple(mapping.items())).columns}


@pytest.mark.parametrize(
    ("header", "role", "kind"),
    [
        ("Телефон", "phone", ""),
        ("телефон 2", "phone", ""),
        ("Тел.", "phone", ""),
        ("Моб. тел", "phone", "mobile"),
        ("«Мобильный  телефон»:", "phone", "mobile"),
        ("Телефон переносной", "phone", "mobile"),
        ("Телефон раб. 2", "phone", "work"),
        ("Рабочий прямой телефон", "phone", "direct"),
        ("Телефон (контакт)", "phone", ""),
        ("Контакт: Телефон", "phone", ""),
        ("Phone 1 - Value", "phone", ""),
        ("Person - Phone - Home", "phone", "home"),
        ("PHONE_MOBILE", "phone", "mobile"),
        ("Факс", "fax", ""),
        ("Номер факса", "fax", ""),
        ("Business Fax", "fax", ""),
        ("ФИО", "full_name", ""),
        ("Ф.И.О.", "full_name", ""),
        ("Фамилия", "last_name", ""),
        ("surname", "last_name", ""),
        ("first_name", "first_name", ""),
        ("FirstName", "first_name", ""),
        ("Отчество", "middle_name", ""),
        ("Организация", "company", ""),
        ("Наименование", "company", ""),
        ("Account Name", "company", ""),
        ("Эл. почта", "email", ""),
        ("Почта", "email", ""),
        ("E-MAIL", "email", ""),
        ("e_mail", "email", ""),
        ("Е-mail", "email", ""),  # the first letter is Cyrillic
        ("Адрес 2 эл. почты", "email", ""),
        ("Частный e-mail", "email", "home"),
        ("Реквизит (Россия): ИНН", "inn", ""),
        ("ИНН/КПП", "inn", ""),
        ("dob", "birthday", ""),
        ("Cтатус", "status", ""),  # the first letter is Latin
        ("Regион", "region", ""),
        ("Населённый\u00a0пункт", "city", ""),
        ("0_Город", "city", ""),
        ("Бюджет ₸", "amount", ""),
        ("Email Opt Out", "opt_out", ""),
        ("Do Not Call", "opt_out", ""),
    ],
)
def test_headings_of_the_field(header: str, role: str, kind: str) -> None:
    meaning = meaning_of(header)
    assert meaning is not None
    assert (meaning.role, meaning.kind) == (role, kind)


@pytest.mark.parametrize(
    "header",
    [
        "Телефон помощника",
        "Asst. Phone",
        "Номер пейджера",
        "Pager",
        "Телекс",
        "Phone 1 - Type",
        "E-mail 1 - Label",
        "Тип эл. почты",
        "Contact Owner.id",
        "Имя помощника",
        "Реквизит: Название",
        "Банковский реквизит (Россия): Наименование банка",
        "Subscribed to the e-mail newsletter",
        "Контакт: ID",
        "crmclean_phone",
        "",
        "   ",
    ],
)
def test_headings_that_play_no_role(header: str) -> None:
    meaning = meaning_of(header)
    assert meaning is None or not meaning.role


@pytest.mark.parametrize(
    ("headers", "system", "entity"),
    [
        pytest.param(BITRIX_CONTACT, "bitrix24", "contact", id="bitrix24-contact"),
        pytest.param(BITRIX_DEAL, "bitrix24", "deal", id="bitrix24-deal"),
        pytest.param(BITRIX_COMPANY, "bitrix24", "company", id="bitrix24-company"),
        pytest.param(BITRIX_LEAD, "bitrix24", "lead", id="bitrix24-lead"),
        pytest.param(AMO_CONTACT, "amocrm", "mixed", id="amocrm-contacts-and-companies"),
        pytest.param(AMO_DEAL, "amocrm", "deal", id="amocrm-deal"),
        pytest.param(GOOGLE, "google_contacts", "contact", id="google"),
        pytest.param(["ФИО", "Телефон"], "", "contact", id="plain"),
        pytest.param(["Организация", "ИНН"], "", "company", id="plain-companies"),
        pytest.param(["Тип контрагента", "ФИО", "Организация"], "", "mixed", id="plain-people-and-companies"),
        pytest.param(["Название сделки", "Этап", "ФИО"], "", "deal", id="plain-deals"),
        pytest.param(["Статус лида", "ФИО", "Телефон"], "", "lead", id="plain-leads"),
        pytest.param(["Номер заказа", "Дата заказа", "ФИО", "Телефон"], "", "order", id="plain-orders"),
        pytest.param(["Телефон"], "", "", id="phones-alone"),
    ],
)
def test_systems_are_known_by_their_headings(headers: list[str], system: str, entity: str) -> None:
    recognition = recognise(headers)
    assert (recognition.system, recognition.entity) == (system, entity)


def test_google_joins_values_in_its_own_way() -> None:
    assert recognise(GOOGLE).multi_value_joiner == " ::: "
    assert recognise(BITRIX_CONTACT).multi_value_joiner == ", "


def test_bitrix_contact() -> None:
    found = roles(BITRIX_CONTACT)
    assert found["Контакт"] == "full_name"
    assert found["Имя"] == "first_name"
    assert found["Компания"] == "company"
    assert found["Номер факса"] == "fax"
    assert found["Номер пейджера"] == ""
    assert found["Тип контакта"] == ""
    assert found["Дата изменения"] == "modified_at"


def test_bitrix_deal_names_its_client() -> None:
    found = roles(BITRIX_DEAL)
    assert found["Контакт"] == "full_name"
    assert found["Компания"] == "company"
    assert found["Клиент"] == ""
    assert found["Сделка"] == "deal_title"
    assert found["Сумма"] == "amount"
    assert found["Сумма/Валюта"] == ""
    assert found["Предполагаемая дата закрытия"] == "expected_at"


def test_sum_with_currency_is_the_amount_where_it_stands_alone() -> None:
    assert roles(BITRIX_LEAD)["Сумма/Валюта"] == "amount"


def test_type_is_the_kind_of_record_in_amocrm_contacts_only() -> None:
    assert roles(AMO_CONTACT)["Тип"] == "record_type"
    assert roles(BITRIX_DEAL)["Тип"] == ""
    assert roles(["Тип", "Телефон"])["Тип"] == ""


@pytest.mark.parametrize(
    ("headers", "header", "role"),
    [
        pytest.param(["Имя", "Фамилия", "Телефон"], "Имя", "first_name", id="beside-last-name"),
        pytest.param(["Имя", "Телефон"], "Имя", "full_name", id="alone"),
        pytest.param(["Имя", "Отчество"], "Имя", "first_name", id="beside-patronymic"),
        pytest.param(["ФИО", "Имя"], "Имя", "first_name", id="beside-full-name"),
        pytest.param(["name", "phone"], "name", "full_name", id="english-alone"),
        pytest.param(["NAME", "LAST_NAME"], "NAME", "first_name", id="field-codes"),
        pytest.param(["Name", "Given Name", "Family Name"], "Name", "full_name", id="google-old"),
        pytest.param(["Клиент", "Телефон"], "Клиент", "full_name", id="client-alone"),
        pytest.param(["Клиент", "ФИО", "Телефон"], "Клиент", "", id="client-beside-full-name"),
        pytest.param(["Код", "Наименование"], "Код", "id", id="code-alone"),
        pytest.param(["ID", "Код", "Наименование"], "Код", "", id="code-beside-id"),
    ],
)
def test_meaning_by_company_of_other_columns(headers: list[str], header: str, role: str) -> None:
    assert roles(headers)[header] == role


def test_duplicate_headings_keep_their_places_and_roles() -> None:
    columns = recognise(AMO_DEAL).columns
    assert [column.name for column in columns[-2:]] == ["Источник", "Источник [2]"]
    assert [column.role for column in columns[-2:]] == ["source", "source"]


def test_map_overrules_the_heading() -> None:
    recognition = recognise(
        ["Колонка 7", "Телефон"], (("inn", "Колонка 7"), ("fax", "телефон"), ("phone", "Колонка 7"))
    )
    assert [(column.role, column.recognised_by) for column in recognition.columns] == [("phone", "map"), ("fax", "map")]


@pytest.mark.parametrize("word", ["none", "-", "NONE"])
def test_map_takes_a_role_away(word: str) -> None:
    assert roles(["ФИО", "Телефон"], **{word: "Телефон"}) == {"ФИО": "full_name", "Телефон": ""}


def test_map_of_a_last_name_makes_the_bare_name_a_first_name() -> None:
    assert roles(["Имя", "Колонка"], last_name="Колонка")["Имя"] == "first_name"


@pytest.mark.parametrize(
    ("pair", "said"),
    [
        pytest.param(("phon", "Тел."), ["phon", "'phone'", "full_name"], id="role"),
        pytest.param(("phone", "Телефн"), ["Телефн", "'Телефон'", "ФИО"], id="heading"),
        pytest.param(("phone", "crmclean_key"), ["crmclean_key"], id="own-column"),
    ],
)
def test_map_with_a_mistake_suggests_what_was_meant(pair: tuple[str, str], said: list[str]) -> None:
    with pytest.raises(UsageError) as caught:
        recognise(["ФИО", "Телефон", "crmclean_key"], (pair,))
    assert all(word in str(caught.value) for word in said)


def test_score_counts_known_headings_and_mapped_ones() -> None:
    assert score_headings(["Артикул", "Телефон", "ИНН", ""]) == 2
    assert score_headings(["Артикул", "Телефон"], (("inn", "артикул"),)) == 2


def test_a_record_is_no_heading_whatever_its_words() -> None:
    assert score_headings(["Контакт", "Телефон", "a@example.ru"]) == 0


def test_profiles_are_well_formed() -> None:
    profiles = load_profiles()
    assert {"bitrix24", "amocrm", "1c", "moysklad", "hubspot"} <= {profile.system for profile in profiles}
    for profile in profiles:
        assert 0 < profile.least_marks <= len(profile.marks)
        for entity in profile.entities:
            assert entity.name in {"contact", "company", "lead", "deal", "order", "mixed", ""}
            assert set(entity.roles.values()) <= {"", *ROLES}


@given(st.text(max_size=30))
def test_any_heading_is_looked_up_without_error(header: str) -> None:
    meaning = meaning_of(header)
    assert meaning is None or meaning.role in ("", *ROLES)
    assert heading_key(header) == heading_key(f"  {header.strip()} ")


@pytest.mark.parametrize(
    ("headers", "entity"),
    [
        pytest.param(["Номер", "Дата заказа", "Клиент", "Телефон", "Сумма"], "order", id="a list of orders"),
        pytest.param(["Дата покупки", "Телефон", "Товар"], "order", id="orders without a sum"),
        pytest.param(["Фамилия", "Имя", "Телефон", "Дата заказа", "Сумма"], "contact", id="a card with the last order"),
        pytest.param(["ФИО", "Телефон", "Дата покупки"], "contact", id="nothing says what was bought"),
    ],
)
def test_orders_are_told_from_cards_of_clients(headers: list[str], entity: str) -> None:
    assert find_entity(recognise(headers).columns) == entity
