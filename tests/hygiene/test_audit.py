"""`audit` on the real layouts of Bitrix24 and amoCRM: what is wrong with every record; the people are invented."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import pytest

from crmclean.core.errors import UsageError
from crmclean.core.hygiene_settings import AuditSettings
from crmclean.core.settings import ReadSettings
from crmclean.core.step import Outcome
from crmclean.core.table import Table
from crmclean.files.reading import read_table
from crmclean.hygiene.audit import audit

AS_OF = "2026-11-22"


@dataclass(frozen=True)
class Case:
    """A record: what differs from a faultless one, and what has to be said of it."""

    name: str
    codes: str = ""
    cells: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Layout:
    """An export: how its file is written, a faultless record, and the cases."""

    record: Mapping[str, str]
    cases: Sequence[Case]
    delimiter: str = ";"
    is_bitrix: bool = True
    entity: str = ""

    def table(self) -> Table:
        """Return the table of all cases, each record with an ID, a number and a mailbox of its own."""
        rows = [list(self.record)]
        for number, case in enumerate(self.cases, start=1):
            own = {name: value.replace("NNN", f"{number:03}") for name, value in self.record.items()}
            rows.append([{**own, **case.cells}[name] for name in self.record])
        return read_lines(rows, self.delimiter, self.is_bitrix)


def read_lines(rows: Sequence[Sequence[str]], delimiter: str = ";", is_bitrix: bool = True) -> Table:
    """Return a table as it is read from a file; Bitrix24 writes a delimiter at the end of each line, too."""
    end = delimiter if is_bitrix else ""
    lines = [delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) + end for row in rows]
    data = ("\ufeff" if is_bitrix else "") + "\n".join(lines) + "\n"
    return read_table(data.encode(), "export.csv", ReadSettings()).table


BITRIX_CONTACTS = Layout(
    {
        "ID": "NNN", "Контакт": "", "Имя": "Анна", "Фамилия": "Незабудкина", "Отчество": "", "Пол": "",
        "Дата рождения": "", "Компания": "", "Рабочий телефон": "", "Мобильный телефон": "+79161230NNN",
        "Рабочий e-mail": "", "Частный e-mail": "a.NNN@example.ru", "Реквизит (Россия): ИНН": "",
        "Реквизит (Россия): КПП": "", "Город": "Тверь", "Теги": "VIP", "Источник": "Авито",
        "Ответственный": "Макетов Игорь", "Дата создания": "01.09.2026 10:00:00",
        "Дата изменения": "01.11.2026 12:00:00",
    },
    (
        Case("faultless"),
        Case("no phone", "missing:phone mail-no-phone", {"Мобильный телефон": ""}),
        Case("no mail", "missing:email phone-no-mail", {"Частный e-mail": ""}),
        Case("neither phone nor mail", "missing:phone missing:email", {"Мобильный телефон": "", "Частный e-mail": ""}),
        Case(
            "nines for a phone",
            "missing:phone mail-no-phone doubtful:phone",
            {"Мобильный телефон": "+7 999 999-99-99"},
        ),
        Case("a word for no phone", "missing:phone mail-no-phone doubtful:phone", {"Мобильный телефон": "нет"}),
        Case("a digit lost", "mail-no-phone doubtful:phone", {"Мобильный телефон": "8 916 123-45-6"}),
        Case("damaged by Excel", "mail-no-phone doubtful:phone", {"Мобильный телефон": "7,91612E+10"}),
        Case("phone written otherwise", "off-standard:phone", {"Мобильный телефон": "8 (916) 123-40-09"}),
        Case("two phones in a cell", "", {"Мобильный телефон": "+79161234010, +79161234011"}),
        Case("phone in the other column", "", {"Мобильный телефон": "", "Рабочий телефон": "+79161234012"}),
        Case("mail in capitals", "off-standard:email", {"Частный e-mail": "a.zabudka@EXAMPLE.RU"}),
        Case("mail without a zone", "phone-no-mail doubtful:email", {"Частный e-mail": "petrova@rambler"}),
        Case(
            "mail to get past the form",
            "missing:email phone-no-mail doubtful:email",
            {"Частный e-mail": "test@test.ru"},
        ),
        Case("misspelt provider", "doubtful:email", {"Частный e-mail": "zabudka@gmial.com"}),
        Case("nobody's name", "missing:name", {"Контакт": "Без имени", "Имя": "", "Фамилия": ""}),
        Case("no name at all", "missing:name", {"Имя": "", "Фамилия": ""}),
        Case("full name alone", "", {"Контакт": "Незабудкина Анна", "Имя": "", "Фамилия": ""}),
        Case("first name alone", "", {"Фамилия": ""}),
        Case("name in capitals", "off-standard:name", {"Фамилия": "НЕЗАБУДКИНА"}),
        Case("no source", "missing:source", {"Источник": ""}),
        Case("a word for no source", "missing:source", {"Источник": "Не указан"}),
        Case("no owner", "missing:owner", {"Ответственный": ""}),
        Case("a dash for an owner", "missing:owner", {"Ответственный": "—"}),
        Case("city with its kind", "off-standard:city", {"Город": "г.Тверь"}),
        Case("unknown city", "", {"Город": "Малые Вязёмы"}),
        Case("gender of the column", "gender-differs", {"Пол": "М", "Отчество": "Сергеевна"}),
        Case("gender that fits", "", {"Пол": "женский", "Отчество": "Сергеевна"}),
        Case(
            "surname of a woman, father's name of a man",
            "name-gender-differs",
            {"Фамилия": "Ромашкова", "Имя": "Саша", "Отчество": "Петрович"},
        ),
        Case("surname of both", "", {"Фамилия": "Литвин", "Отчество": "Петровна"}),
        Case("born in the future", "doubtful:birthday birthday-in-future", {"Дата рождения": "01.01.2030"}),
        Case("born", "", {"Дата рождения": "01.02.1980"}),
        Case("a day that never was", "doubtful:birthday", {"Дата рождения": "31.02.1980"}),
        Case("changed before it was created", "modified-before-created", {"Дата изменения": "31.08.2026 10:00:00"}),
        Case("created tomorrow", "modified-before-created date-in-future", {"Дата создания": "23.11.2026 09:00:00"}),
        Case(
            "180 days", "", {"Дата создания": "01.01.2025 10:00:00", "Дата изменения": "26.05.2026 09:00:00"}
        ),
        Case(
            "181 days", "stale", {"Дата создания": "01.01.2025 10:00:00", "Дата изменения": "25.05.2026 23:59:00"}
        ),
        Case("no change: by creation", "stale", {"Дата создания": "01.01.2025 10:00:00", "Дата изменения": ""}),
        Case("tag in other letters", "tag-variant", {"Теги": "вип"}),
        Case("firm with its INN", "", {"Компания": "ООО «Василёк»", "Реквизит (Россия): ИНН": "7707083893"}),
        Case(
            "firm with an INN of a person",
            "inn-form-differs",
            {"Компания": "ООО «Василёк»", "Реквизит (Россия): ИНН": "500100732259"},
        ),
        Case(
            "sole trader with an INN of a firm",
            "inn-form-differs",
            {"Компания": "ИП Ландышев", "Реквизит (Россия): ИНН": "7707083893"},
        ),
        Case("sole trader", "", {"Компания": "ИП Ландышев", "Реквизит (Россия): ИНН": "500100732259"}),
        Case(
            "KPP of a sole trader",
            "kpp-of-person",
            {"Реквизит (Россия): ИНН": "500100732259", "Реквизит (Россия): КПП": "770701001"},
        ),
        Case("control digit", "doubtful:inn", {"Реквизит (Россия): ИНН": "7707083894"}),
        Case("INN with a space", "off-standard:inn", {"Реквизит (Россия): ИНН": "7707 083893"}),
        Case("one client: phone and name", "duplicate", {"Мобильный телефон": "+79035550001", "Фамилия": "Лютикова"}),
        Case(
            "the same client again",
            "off-standard:phone duplicate",
            {"Рабочий телефон": "8 903 555-00-01", "Фамилия": "Лютикова", "Имя": "Аня"},
        ),
        Case("a son", "", {"Мобильный телефон": "+79035550001", "Фамилия": "Лютиков", "Имя": "Пётр"}),
        Case("nobody on that phone", "missing:name", {"Мобильный телефон": "+79035550001", "Имя": "", "Фамилия": ""}),
        Case("one client: mail and name", "duplicate", {"Частный e-mail": "pion@example.com", "Фамилия": "Пионова"}),
        Case("that mail again", "duplicate", {"Рабочий e-mail": "pion@example.com", "Фамилия": "Пионова"}),
        Case("mail of the office", "", {"Рабочий e-mail": "info@lug.example"}),
        Case("mail of the office, a namesake", "", {"Рабочий e-mail": "info@lug.example"}),
    ),
    entity="contact",
)  # fmt: skip

AMO_CONTACTS = Layout(
    {
        "ID": "NNN", "Тип": "контакт", "Полное имя контакта": "Пётр Ромашкин", "Имя": "Пётр", "Фамилия": "Ромашкин",
        "Название компании": "", "Ответственный": "Тестова Анна", "Дата создания контакта": "01.09.2026 10:00:00",
        "Дата редактирования": "01.11.2026 12:00:00", "Теги": "", "Рабочий телефон": "+79161231NNN",
        "Рабочий email": "p.NNN@example.ru", "ИНН": "", "Источник": "Звонок",
    },
    (
        Case("a person needs no company"),
        Case("no person", "missing:name", {"Полное имя контакта": "", "Имя": "", "Фамилия": ""}),
        Case("apostrophe of the export", "off-standard:phone", {"Рабочий телефон": "'+79161231903"}),
        Case(
            "a company",
            "",
            {
                "Тип": "компания", "Имя": "", "Фамилия": "", "Полное имя контакта": "ООО «Луг»",
                "Название компании": "ООО «Луг»", "ИНН": "7707083893",
            },
        ),
        Case(
            "a company named where people are",
            "",
            {"Тип": "компания", "Имя": "", "Фамилия": "", "Полное имя контакта": "ПАО «Лён»", "ИНН": "7736050003"},
        ),
        Case(
            "a company without INN",
            "missing:inn",
            {"Тип": "компания", "Имя": "", "Фамилия": "", "Полное имя контакта": "", "Название компании": "ООО «Мак»"},
        ),
        Case(
            "a company without a name",
            "missing:company missing:inn",
            {"Тип": "компания", "Имя": "", "Фамилия": "", "Полное имя контакта": "Новая компания"},
        ),
        Case(
            "a company twice",
            "duplicate",
            {
                "Тип": "компания", "Имя": "", "Фамилия": "", "Полное имя контакта": "АО «Клевер»",
                "Название компании": "АО «Клевер»", "ИНН": "5027089703",
            },
        ),
        Case(
            "that company again, by INN",
            "missing:email phone-no-mail duplicate",
            {
                "Тип": "компания", "Имя": "", "Фамилия": "", "Полное имя контакта": "Клевер",
                "Название компании": "Клевер", "ИНН": "5027089703", "Рабочий email": "",
            },
        ),
        Case("a person of that company", "", {"Название компании": "АО «Клевер»", "ИНН": "5027089703"}),
    ),
    is_bitrix=False,
    entity="mixed",
)  # fmt: skip

BITRIX_DEALS = Layout(
    {
        "ID": "NNN", "Название сделки": "Поставка", "Стадия сделки": "Переговоры в процессе", "Сумма": "10900.00",
        "Валюта": "RUB", "Компания": "ООО «Луг»", "Контакт": "Ольга Ландышева", "Телефон": "+79161232000",
        "Рабочий e-mail": "info@lug.example", "Ответственный": "Образцов Пётр", "Источник": "Выставка",
        "Дата создания": "01.09.2026 10:00:00", "Дата изменения": "01.11.2026 12:00:00", "Дата завершения": "",
        "Причина отказа": "",
    },
    (
        Case("faultless; the client has other deals, too"),
        Case("no client", "missing:client", {"Компания": "", "Контакт": ""}),
        Case("a company alone", "", {"Контакт": ""}),
        Case("a person alone", "", {"Компания": ""}),
        Case("nobody's name", "missing:client", {"Компания": "", "Контакт": "Без имени"}),
        Case("no amount", "missing:amount", {"Сумма": ""}),
        Case("an amount of zero", "missing:amount", {"Сумма": "0.00"}),
        Case("no stage", "missing:stage", {"Стадия сделки": ""}),
        Case("won for nothing", "missing:amount won-no-amount", {"Стадия сделки": "Сделка успешна", "Сумма": "0"}),
        Case("lost, nobody knows why", "lost-no-reason", {"Стадия сделки": "Сделка провалена"}),
        Case("lost on the price", "", {"Стадия сделки": "Сделка провалена", "Причина отказа": "Дорого"}),
        Case("closed too early", "closed-before-created", {"Дата завершения": "31.08.2026"}),
        Case("closed", "", {"Дата завершения": "01.10.2026"}),
        Case("forgotten", "stale", {"Дата создания": "01.01.2025 10:00:00", "Дата изменения": "01.02.2025 10:00:00"}),
        Case(
            "won long ago",
            "",
            {
                "Стадия сделки": "Сделка успешна", "Дата создания": "01.01.2025 10:00:00",
                "Дата изменения": "01.02.2025 10:00:00",
            },
        ),
        Case("a phone alone", "phone-no-mail", {"Рабочий e-mail": ""}),
    ),
    entity="deal",
)  # fmt: skip

AMO_DEALS = Layout(
    {
        "ID": "NNN", "Название сделки": "Стеллажи", "Бюджет": "89000", "Ответственный": "Тестова Анна",
        "Дата создания сделки": "01.09.2026 10:00:00", "Дата редактирования": "01.11.2026 12:00:00",
        "Дата закрытия": "", "Теги": "опт", "Этап сделки": "Переговоры", "Воронка": "Продажи",
        "Полное имя контакта": "Иван Одуванчиков", "Компания контакта": "", "Рабочий телефон": "'+79161233NNN",
        "Рабочий email": "i.NNN@example.com", "Источник": "Рекомендация",
    },
    (
        Case("faultless but for the apostrophe", "off-standard:phone"),
        Case("no budget", "missing:amount off-standard:phone", {"Бюджет": "0"}),
        Case("closed and not made", "off-standard:phone", {"Этап сделки": "Закрыто и не реализовано"}),
        Case("made for nothing", "missing:amount off-standard:phone won-no-amount",
             {"Этап сделки": "Успешно реализовано", "Бюджет": ""}),
        Case("closed before created", "off-standard:phone closed-before-created",
             {"Дата закрытия": "01.08.2026 10:00:00"}),
        Case("several slips", "missing:client missing:owner mail-no-phone doubtful:phone stale",
             {"Полное имя контакта": "", "Ответственный": "", "Рабочий телефон": "12345",
              "Дата создания сделки": "01.01.2024 10:00:00", "Дата редактирования": "01.01.2025 10:00:00"}),
    ),
    is_bitrix=False,
    delimiter=",",
    entity="deal",
)  # fmt: skip

LAYOUTS = {
    "bitrix-contacts": BITRIX_CONTACTS,
    "amocrm-contacts": AMO_CONTACTS,
    "bitrix-deals": BITRIX_DEALS,
    "amocrm-deals": AMO_DEALS,
}


@cache
def audited(name: str) -> Outcome:
    """Return the outcome of a layout."""
    return audit(LAYOUTS[name].table(), AuditSettings(as_of=AS_OF))


@pytest.mark.parametrize(
    ("layout", "row"),
    [
        pytest.param(name, row, id=f"{name}: {case.name}")
        for name, layout in LAYOUTS.items()
        for row, case in enumerate(layout.cases)
    ],
)
def test_every_record_has_the_codes_of_what_is_wrong_with_it(layout: str, row: int) -> None:
    found = audited(layout).table.frame["crmclean_audit"].iloc[row]
    assert found == LAYOUTS[layout].cases[row].codes


@pytest.mark.parametrize("name", LAYOUTS)
def test_layouts_are_recognised_as_what_they_are(name: str) -> None:
    assert LAYOUTS[name].table().origin.entity == LAYOUTS[name].entity


@pytest.mark.parametrize("name", LAYOUTS)
def test_only_own_columns_are_added_and_cells_stay(name: str) -> None:
    before, after = LAYOUTS[name].table().frame, audited(name).table.frame
    assert list(after.columns) == [*before.columns, "crmclean_audit", "crmclean_audit_why", "crmclean_quality"]
    assert after[before.columns].equals(before)


def test_a_faultless_record_has_full_marks_and_nothing_to_be_said() -> None:
    frame = audited("bitrix-contacts").table.frame
    assert frame.iloc[0][["crmclean_audit", "crmclean_audit_why", "crmclean_quality"]].tolist() == ["", "", "100"]


def test_reasons_stand_in_words_in_the_order_of_the_codes() -> None:
    why = audited("bitrix-contacts").table.frame["crmclean_audit_why"]
    assert why.iloc[1] == "Not filled: Phone; An e-mail, but no phone: ask for the number"
    assert why.iloc[36] == "Not touched for more than 180 days"


def test_rules_count_records_and_say_what_the_file_lacks() -> None:
    rules = audited("bitrix-deals").tables["rules"].set_index("rule")
    assert rules.loc["missing:client", "rows"] == 2
    assert rules.loc["missing:amount", "rows"] == 3
    assert rules["rows"].to_dict()["birthday-in-future"] == 0
    missing = rules["missing"].to_dict()
    assert missing["birthday-in-future"] == "Birthday"
    assert missing["tag-unknown"] == "a list of allowed values (--vocabulary)"
    assert missing["duplicate"] == "a list of clients, not of deals"
    skipped = rules["missing"].ne("").tolist()
    assert skipped == sorted(skipped), "what was skipped stands last"


def test_a_column_that_lacks_is_no_gap_in_every_record() -> None:
    table = read_lines([["Имя", "Фамилия", "Телефон"], ["Анна", "Котова", "+79161234567"]])
    outcome = audit(table, AuditSettings(as_of=AS_OF))
    assert outcome.table.frame["crmclean_audit"].tolist() == [""]
    assert outcome.figures["completeness"] == 1
    rules = outcome.tables["rules"].set_index("rule")
    assert rules.loc["missing:email", "missing"] == "E-mail"
    assert rules.loc["phone-no-mail", "missing"] == "E-mail"


def test_what_is_required_can_be_set() -> None:
    table = read_lines(
        [
            ["Имя", "Фамилия", "Телефон", "E-mail", "Город"],
            ["Анна", "Котова", "", "a@example.ru", ""],
            ["", "", "", "", ""],
        ]
    )
    settings = AuditSettings(as_of=AS_OF, required=("phone/email", "City ", "last_name", "name"))
    found = audit(table, settings).table.frame["crmclean_audit"].tolist()
    assert found[0] == "missing:city mail-no-phone"
    assert found[1] == "missing:phone/email missing:city missing:last_name missing:name"


def test_a_field_that_does_not_exist_cannot_be_required() -> None:
    table = read_lines([["Имя", "Телефон"], ["Анна", "+79161234567"]])
    with pytest.raises(UsageError, match="“phon”") as caught:
        audit(table, AuditSettings(required=("phon",)))
    assert "“phone”" in caught.value.hint


def test_values_off_a_list_are_named() -> None:
    table = read_lines(
        [
            ["Имя", "Телефон", "Теги", "Сегмент"],
            ["Анна", "+79161234501", "VIP", "опт"],
            ["Олег", "+79161234502", "вип, опт", "Опт"],
            ["Иван", "+79161234503", "срочно", "розница"],
            ["Пётр", "+79161234504", "опт; срочно", ""],
        ]
    )
    vocabulary = (("теги", "VIP"), ("Теги", "опт"), ("Сегмент", "опт"))
    outcome = audit(table, AuditSettings(as_of=AS_OF, vocabulary=vocabulary, required=("name",)))
    assert outcome.table.frame["crmclean_audit"].tolist() == ["", "tag-variant", "tag-unknown", "tag-unknown"]
    lines = set(outcome.tables["tags"].itertuples(index=False, name=None))
    assert lines == {
        ("Теги", "срочно", "", 2),
        ("Теги", "вип", "VIP", 1),
        ("Сегмент", "розница", "", 1),
        ("Сегмент", "Опт", "опт", 1),
    }


def test_the_standard_of_phones_can_be_another() -> None:
    table = read_lines([["Имя", "Телефон"], ["Анна", "8 (916) 123-45-67"], ["Олег", "+79161234502"]])
    found = audit(table, AuditSettings(as_of=AS_OF, phone_style="national")).table.frame["crmclean_audit"]
    assert found.tolist() == ["", "off-standard:phone"]


def test_managers_are_listed_with_what_they_leave_empty() -> None:
    rows = [["Имя", "Телефон", "E-mail", "Источник", "Ответственный"]]
    rows += [[f"Анна{'я' * n}", f"+7916123450{n}", f"a{n}@example.ru", "Звонок", "Тестова Анна"] for n in range(3)]
    rows += [
        ["Иван", "+79161234511", "", "", "Макетов Игорь"],
        ["Олег", "8 916 123-45-12", "", "Звонок", "Макетов Игорь"],
    ]
    rows += [["Егор", "", "e@example.ru", "Звонок", "-"]]
    managers = audit(read_lines(rows), AuditSettings(as_of=AS_OF)).tables["managers"].set_index("owner")
    assert managers["records"].to_dict() == {"Макетов Игорь": 2, "(no owner)": 1, "Тестова Анна": 3}
    assert managers["gaps"].to_dict() == {"Макетов Игорь": 1.0, "(no owner)": 1.0, "Тестова Анна": 0.0}
    assert managers["most_missed"].to_dict() == {"Макетов Игорь": "E-mail", "(no owner)": "Phone", "Тестова Анна": ""}
    assert managers["phone_no_mail"].to_dict() == {"Макетов Игорь": 2, "(no owner)": 0, "Тестова Анна": 0}
    assert managers.loc["Макетов Игорь", "off_standard"] == 1
    assert managers["quality"].is_monotonic_increasing


def test_a_second_run_replaces_its_own_columns() -> None:
    once = audited("bitrix-contacts").table
    again = audit(once, AuditSettings(as_of=AS_OF)).table
    assert again.headers == once.headers
    assert again.frame.equals(once.frame)


def test_a_file_without_records_has_no_score() -> None:
    table = read_lines([["ID", "Имя", "Телефон"]])
    outcome = audit(table, AuditSettings(as_of=AS_OF))
    assert "quality" not in outcome.figures
    assert len(outcome.table) == 0
    assert outcome.tables["sample"].empty
