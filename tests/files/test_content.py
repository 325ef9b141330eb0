"""Columns by their cells: what is clearly a phone, an e-mail, an INN or a name, and what only looks like one."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmclean.core.errors import UsageError
from crmclean.core.settings import ReadSettings
from crmclean.files.columns import check_has_client, recognise
from crmclean.files.content import looks_like_record, measure_content
from crmclean.files.content_roles import recognise_content
from crmclean.files.reading import read_table
from crmclean.files.writing import render

PHONES = ["+7 900 000-00-01", "8 (495) 688-10-05", "89161234567", "8-900-555-14-15", "+375 29 123-45-67"]
EMAILS = ["anna@example.ru", "ivan.petrov@example.com", "sale@example.org", "info@example.net"]
PEOPLE = ["Иванов Пётр Сергеевич", "Петрова Анна", "Сидоров О.И.", "Кузнецова Мария Олеговна"]
FIRMS = ["ООО «Ромашка»", "ИП Иванов И.И.", "АО Вектор", "Ромашка, ООО"]
# Ten and twelve digits whose control digits hold.
INNS = ["7707083893", "500100732259", "7830002293", "7736050003", "7728168971"]


def cells(values: list[str]) -> "pd.Series[str]":
    return pd.Series(values, dtype="str")


def roles_of(columns: dict[str, list[str]], *mapping: tuple[str, str]) -> dict[str, tuple[str, str]]:
    frame = pd.DataFrame(columns, dtype="str")
    found, _findings = recognise_content(frame, recognise(list(columns), mapping).columns)
    return {column.header: (column.role, column.recognised_by) for column in found}


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        pytest.param(PHONES, "phone", id="phones"),
        pytest.param(["79161234567", "79035550112", "79267778899"], "phone", id="bare-mobiles"),
        pytest.param(["'+77005551947", "8 916 123-45-67, 8 495 688-10-05", "+79001112233"], "phone", id="artefacts"),
        pytest.param(EMAILS, "email", id="emails"),
        pytest.param(INNS, "inn", id="inn"),
        pytest.param(["7707083893/770701001", "7736050003/773601001", "7830002293/783001001"], "inn", id="inn-and-kpp"),
        pytest.param(PEOPLE, "full_name", id="people"),
        pytest.param(FIRMS, "company", id="firms"),
        pytest.param(["30.09.2026 22:37", "01.02.2025", "2024-03-12 09:14"], "date", id="dates"),
        pytest.param(["1 234,50", "999.00", "15 000 ₽"], "money", id="money"),
        pytest.param([str(number) for number in range(1_000_000_001, 1_000_000_300)], "", id="ids-of-ten-digits"),
        pytest.param([str(number) for number in range(79_000_000_001, 79_000_000_300)], "", id="ids-like-mobiles"),
        pytest.param([str(number) for number in range(770_000_000_000, 770_000_300_000, 997)], "", id="twelve-digits"),
        pytest.param(["9204 123456", "9209 654321", "9215 111222"], "", id="passports"),
        pytest.param(["112-233-445 95", "087-654-303 00", "123-456-789 64"], "", id="snils"),
        pytest.param(["40817810099910004312", "40702810500000012345", "40802810900000054321"], "", id="accounts"),
        pytest.param(["1027700132195", "1037700013020", "1047796450340"], "", id="ogrn"),
        pytest.param(["101000", "620014", "190000"], "", id="postal-codes"),
        pytest.param(["ВАО", "ЗАО", "ЮЗАО"], "", id="districts"),
        pytest.param(["Москва", "Нижний Новгород", "Ростов-на-Дону"], "", id="cities"),
        pytest.param(["позвонить +79161234567 завтра", "нет", "просил счёт на a@example.ru"], "", id="comments"),
        pytest.param(["Ленина 5", "ул. Мира, 10", "пр. Победы 1-2-3"], "", id="addresses"),
        pytest.param(["", "", ""], "", id="empty"),
        pytest.param(["+79161234567", *["x"] * 9, "y", "z"], "", id="one-phone-among-words"),
    ],
)
def test_kind_of_content(values: list[str], kind: str) -> None:
    assert measure_content(cells(values)).kind == kind


def test_a_few_filled_cells_of_a_long_column_are_found() -> None:
    values = [""] * 50_000
    values[101], values[30_303], values[49_999], values[7] = PHONES[:4]
    assert measure_content(cells(values)).kind == "phone"


def test_unknown_headings_get_their_role_by_content() -> None:
    assert roles_of({"Связь": PHONES[:4], "Куда писать": EMAILS, "Кто": PEOPLE, "Откуда": FIRMS}) == {
        "Связь": ("phone", "content"),
        "Куда писать": ("email", "content"),
        "Кто": ("full_name", "content"),
        "Откуда": ("company", "content"),
    }


@pytest.mark.parametrize(
    ("header", "values"),
    [
        pytest.param("Телефон менеджера", PHONES[:4], id="of-the-manager"),
        pytest.param("Телефон помощника", PHONES[:4], id="known-to-be-another's"),
        pytest.param("Логин", EMAILS, id="login"),
        pytest.param("Номер договора", PHONES[:4], id="number-of-something"),
        pytest.param("Поставщик", FIRMS, id="supplier"),
        pytest.param("crmclean_phone", PHONES[:4], id="own-column"),
        pytest.param("Кто", ["Иванов Пётр", "Петрова Анна", *["Иванов Пётр"] * 18], id="a-few-managers"),
        pytest.param("Когда", ["30.09.2026", "01.02.2025", "12.03.2024", "13.03.2024"], id="some-date"),
        pytest.param("Сколько", ["1 234,50", "999.00", "15 000 ₽", "2,50"], id="some-sum"),
    ],
)
def test_content_that_gives_no_role(header: str, values: list[str]) -> None:
    columns = {"E-mail": [f"a{number}@example.ru" for number in range(len(values))], header: values}
    assert roles_of(columns)[header] == ("", "")


@pytest.mark.parametrize(("known", "values"), [("ФИО", PEOPLE), ("Компания", FIRMS), ("Фамилия", PEOPLE)])
def test_a_second_person_or_company_is_not_the_client(known: str, values: list[str]) -> None:
    columns = {known: values, "Другое": values[::-1], "Телефон": PHONES[:4]}
    assert roles_of(columns)["Другое"] == ("", "")


def test_the_user_has_the_last_word() -> None:
    columns = {"Связь": PHONES[:4], "Куда": EMAILS}
    assert roles_of(columns, ("none", "Связь"), ("phone", "Куда")) == {"Связь": ("", "map"), "Куда": ("phone", "map")}


def test_confidence_is_how_far_content_and_heading_agree() -> None:
    frame = pd.DataFrame({"Телефон": [*PHONES[:3], "нет"], "Город": ["Москва"] * 4, "Связь": EMAILS}, dtype="str")
    columns, findings = recognise_content(frame, recognise(frame.columns.tolist()).columns)
    # Three of four are phones: half for the heading, half for the share. Four cells prove four fifths.
    assert [column.confidence for column in columns] == [0.88, 1.0, 0.8]
    assert findings.empty


@pytest.mark.parametrize(
    ("header", "values", "differs"),
    [
        pytest.param("Телефон", EMAILS, True, id="phone-holds-emails"),
        pytest.param("E-mail", PHONES[:4], True, id="email-holds-phones"),
        pytest.param("ИНН", PHONES[:4], True, id="inn-holds-phones"),
        pytest.param("Дата создания", EMAILS, True, id="date-holds-emails"),
        pytest.param("Город", PHONES[:4], True, id="city-holds-phones"),
        pytest.param("Телефон", PHONES[:4], False, id="phone-holds-phones"),
        pytest.param("Телефон", ["123", "нет", "спр.", "архив"], False, id="phone-holds-rubbish"),
        pytest.param("Телефон", [*PHONES[:2], *EMAILS[:2]], False, id="phone-holds-some-emails"),
        pytest.param("Компания", PEOPLE, False, id="company-is-a-person"),
        pytest.param("ФИО", FIRMS, False, id="a-company-among-people"),
        pytest.param("Комментарий", PHONES[:4], False, id="comment-holds-anything"),
    ],
)
def test_heading_and_content_that_disagree_are_a_finding(header: str, values: list[str], differs: bool) -> None:
    frame = pd.DataFrame({"Клиент": PEOPLE, header: values}, dtype="str")
    before = recognise(frame.columns.tolist()).columns
    columns, findings = recognise_content(frame, before)
    assert columns[1].role == before[1].role
    assert findings["code"].tolist() == ["heading-content-differ"] * differs
    assert findings["column"].tolist() == [header] * differs


def test_nothing_recognised_by_heading_or_content_says_the_way_out() -> None:
    frame = pd.DataFrame({"Артикул": ["А-1", "А-2"], "Цена": ["10", "20"]}, dtype="str")
    with pytest.raises(UsageError) as caught:
        check_has_client(recognise_content(frame, recognise(frame.columns.tolist()).columns)[0])
    assert "'Артикул', 'Цена'" in caught.value.message
    assert '--map phone="Артикул"' in caught.value.hint


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Иванов Пётр;+7 900 000-00-01;a@example.ru\nПетрова Анна;89000000002;b@example.ru\n", id="plain"),
        pytest.param("Тула;a@example.ru;1\nТула;;2\nМосква;b@example.ru;3\nМосква;c@example.ru;4\n", id="with-gaps"),
        pytest.param("клиент;a@example.ru\nконтакт;b@example.ru\nТелефон;c@example.ru\n", id="words-of-headings"),
    ],
)
def test_a_file_without_headings_keeps_every_row(text: str) -> None:
    reading = read_table(text.encode(), "base.csv", ReadSettings())
    table = reading.table
    width = text.split("\n")[0].count(";") + 1
    assert table.headers == [f"Column {number}" for number in range(1, width + 1)]
    assert [";".join(row) for row in table.frame.to_numpy().tolist()] == text.splitlines()
    assert table.origin.header_row == 0
    assert "heading-missing" in reading.findings["code"].tolist()
    assert [column.recognised_by for column in table.with_role("email")] == ["content"]
    assert render(table).data == text.encode()


def test_columns_without_headings_can_be_mapped() -> None:
    text = "Иванов Пётр;+7 900 000-00-01;x\nПетрова Анна;+7 900 000-00-02;y\n"
    table = read_table(text.encode(), "base.csv", ReadSettings(map=(("city", "Column 3"),))).table
    assert [column.role for column in table.columns] == ["full_name", "phone", "city"]


def test_findings_move_with_the_rows_of_a_file_without_headings() -> None:
    text = "Иванов Пётр;a@example.ru;x\nПетрова Анна;b@example.ru\nСидоров Олег;c@example.ru;z\n"
    findings = read_table(text.encode(), "base.csv", ReadSettings()).findings
    assert findings.loc[findings["code"].eq("row-too-short"), "row"].tolist() == [2]


def test_unknown_headings_above_records_stay_headings() -> None:
    text = "Кто;Связь\nИванов Пётр;+7 900 000-00-01\nПетрова Анна;+7 900 000-00-02\n"
    table = read_table(text.encode(), "base.csv", ReadSettings()).table
    assert table.headers == ["Кто", "Связь"]
    assert [column.role for column in table.columns] == ["full_name", "phone"]


@pytest.mark.parametrize(
    ("row", "is_record"),
    [
        (["Иванов Пётр", "x"], True),
        (["", "a@example.ru"], True),
        (["8 (495) 688-10-05"], True),
        (["ФИО", "Телефон", "E-mail"], False),
        (["Имя Фамилия", "Контактное лицо"], False),
        (["01.03.2024", "Сумма", "100"], False),
        (["Список клиентов, тел. +7 900 000-00-01"], False),
    ],
)
def test_rows_that_can_only_be_records(row: list[str], is_record: bool) -> None:
    assert looks_like_record(row) == is_record


@given(st.lists(st.text(max_size=20), max_size=8))
def test_any_content_is_measured_without_error(values: list[str]) -> None:
    content = measure_content(cells(values), "phone")
    assert all(0 <= share <= 1 for share in content.shares.values())
    assert 0 <= content.agreeing <= 1
