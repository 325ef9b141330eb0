"""The packs: every rule takes whom it means and refuses a near miss."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest

from crmclean.core.i18n import set_language
from crmclean.core.segment_settings import SegmentSettings
from crmclean.core.settings import ReadSettings
from crmclean.core.table import ROLES, Table
from crmclean.fields.text import fold
from crmclean.files.reading import read_table
from crmclean.segmenting.packs import Conditions, load_pack, pack_names
from crmclean.segmenting.rule_syntax import parse_rule
from crmclean.segmenting.segment import segment
from crmclean.segmenting.span_text import parse_span
from tests.segmenting.sample_stories import SAMPLES, segments_of

TODAY = date(2026, 11, 23)  # a Monday


@pytest.fixture(autouse=True)
def _russian() -> Iterator[None]:
    set_language("ru")
    yield
    set_language("en")


def ago(days: int) -> str:
    return f"{TODAY - timedelta(days=days):%d.%m.%Y}"


def make_table(rows: list[dict[str, str]]) -> Table:
    headings = list(dict.fromkeys(heading for row in rows for heading in row))
    lines = [";".join(headings), *(";".join(row.get(heading, "") for heading in headings) for row in rows)]
    return read_table("\n".join(lines).encode(), "clients.csv", ReadSettings()).table


@dataclass(frozen=True)
class Case:
    """A client whom a rule takes, and what is changed so that it does not."""

    pack: str
    name: str
    takes: dict[str, str]
    change: dict[str, str]
    stage: str = ""
    id: str = field(default="", compare=False)

    def rows(self) -> list[dict[str, str]]:
        who = {"ID": "1", "ФИО": "Лисицын Олег", "Телефон": "+7 900 123-45-67"}
        stage = {"Стадия": self.stage} if self.stage else {}
        one = {**who, **stage, **self.takes}
        return [one, {**one, "ID": "2", **self.change}]


CASES = (
    Case("temperature", "Горячие", {"Дата изменения": ago(30)}, {"Дата изменения": ago(31)}, "Счёт выставлен"),
    Case("temperature", "Горячие", {"Дата создания": ago(3)}, {"Дата создания": ago(4)}, "Новая заявка"),
    Case("temperature", "Тёплые", {"Дата изменения": ago(60)}, {"Дата изменения": ago(61)}, "В работе"),
    Case("temperature", "Тёплые", {"Дата изменения": ago(200)}, {"Стадия": "Недозвон"}, "Счёт выставлен"),
    Case("temperature", "Холодные", {"Дата изменения": ago(1)}, {"Стадия": "Купил"}, "Недозвон"),
    Case("temperature", "Отказы", {}, {"Стадия": "Дубль"}, "Отказ"),
    Case("lost-clients", "Пропал из мелкой сделки", {"Сумма": "29 900"}, {"Сумма": "30 000"}, "Пропал"),
    Case("lost-clients", "Пропал", {"Сумма": "30 000"}, {"Стадия": "Отказ"}, "Пропал"),
    Case("lost-clients", "Не отвечает", {"Дата изменения": ago(4)}, {"Дата изменения": ago(3)}, "Недозвон"),
    Case("lost-clients", "Не отвечает", {"Попыток дозвона": "3"}, {"Попыток дозвона": "2"}, "В работе"),
    Case(
        "lost-clients",
        "Согласует слишком долго",
        {"Дата изменения стадии": ago(91), "Дата изменения": ago(1)},
        {"Дата изменения стадии": ago(90)},
        "Согласование договора",
    ),
    Case(
        "lost-clients",
        "Не платит по счёту",
        {"Дата изменения стадии": ago(31)},
        {"Дата изменения стадии": ago(30)},
        "Счёт выставлен",
    ),
    Case(
        "lost-clients",
        "Всё откладывает",
        {"Дата изменения стадии": ago(46)},
        {"Дата изменения стадии": ago(45)},
        "Думает",
    ),
    Case("lost-clients", "Обещали и забыли", {"Следующая задача": ago(1)}, {"Следующая задача": ago(0)}, "В работе"),
    Case(
        "lost-clients",
        "Молчит",
        {"Дата изменения": ago(61), "Следующая задача": ago(-5)},
        {"Дата изменения": ago(60)},
        "В работе",
    ),
    Case("lost-clients", "Без следующего шага", {"Следующая задача": ""}, {"Следующая задача": ago(-5)}, "В работе"),
    Case("vip-in-trouble", "VIP: есть задачи", {"Сумма": "500 000 руб."}, {"Сумма": "499 999"}, "Есть задачи"),
    Case("vip-in-trouble", "VIP: есть задачи", {"Теги": "опт, VIP"}, {"Теги": "опт"}, "Есть задачи"),
    Case("vip-in-trouble", "VIP: не отвечает", {"Сумма": "900000"}, {"Стадия": "Перезвонить позже"}, "Недозвон 2"),
    Case(
        "vip-in-trouble",
        "VIP: обещанная дата прошла",
        {"Сумма": "900000", "Следующая задача": ago(1)},
        {"Следующая задача": ago(0)},
        "В работе",
    ),
    Case(
        "vip-in-trouble",
        "VIP: стоит на месте",
        {"Сумма": "900000", "Дата изменения стадии": ago(31), "Следующая задача": ago(-1)},
        {"Дата изменения стадии": ago(30)},
        "В работе",
    ),
    Case(
        "vip-in-trouble",
        "VIP: нет задачи",
        {"Сумма": "900000", "Следующая задача": ""},
        {"Следующая задача": ago(-1)},
        "В работе",
    ),
    Case("reactivation", "Давно не покупал", {"Дата изменения": ago(366)}, {"Дата изменения": ago(365)}, "Купил"),
    Case(
        "reactivation",
        "Давно не покупал",
        {"rhythm": "overdue", "overdue_days": "181"},
        {"overdue_days": "180"},
    ),
    Case("reactivation", "Пропустил покупку", {"Дата изменения": ago(91)}, {"Дата изменения": ago(90)}, "Купил"),
    Case("reactivation", "Пропустил покупку", {"Дата изменения": ago(91)}, {"Стадия": "Отказ"}, "Купил"),
    Case("reactivation", "Пропустил покупку", {"rhythm": "overdue"}, {"rhythm": "on-time"}),
    Case("reactivation", "Пропустил покупку", {"rhythm": "overdue", "open_deal": "0"}, {"open_deal": "1"}),
    Case("reactivation", "Пора покупать снова", {"rhythm": "due"}, {"rhythm": "on-time"}),
    Case("reactivation", "Готов рекомендовать", {"NPS": "9"}, {"NPS": "8"}),
    Case("reactivation", "Готов рекомендовать", {"Готов рекомендовать": "да"}, {"Готов рекомендовать": "нет"}),
    Case("reminders", "Звонок просрочен", {"Следующая задача": ago(1)}, {"Следующая задача": ago(0)}),
    Case("reminders", "Звонок просрочен", {"Следующая задача": ago(1)}, {"Стадия": "Купил"}, "В работе"),
    Case("reminders", "Звонок сегодня", {"Следующая задача": ago(0)}, {"Следующая задача": ago(-1)}),
    Case("reminders", "Завтра встреча или звонок", {"Следующая задача": ago(-1)}, {"Следующая задача": ago(-2)}),
    Case("reminders", "День рождения", {"Дата рождения": "23.11.1980"}, {"Дата рождения": "24.11.1980"}),
    Case("completeness", "Нет контактов", {"Телефон": "", "E-mail": ""}, {"Телефон": "+7 900 123-45-67"}),
    Case("completeness", "Только телефон", {"E-mail": ""}, {"E-mail": "o.lisitsyn@example.ru"}),
    Case(
        "completeness",
        "Только e-mail",
        {"Телефон": "", "E-mail": "o.lisitsyn@example.ru"},
        {"Телефон": "+7 900 123-45-67"},
    ),
    Case("completeness", "Нет имени", {"Имя": "", "Фамилия": "Лисицын"}, {"Имя": "Олег"}),
    Case("completeness", "Нет ИНН", {"Компания": "ООО «Опора»", "ИНН": ""}, {"ИНН": "7707083893"}),
    Case("completeness", "Нет города", {"Город": ""}, {"Город": "Тверь"}),
    Case("completeness", "Нет дня рождения", {"Дата рождения": ""}, {"Дата рождения": "17.11.1975"}),
    Case("completeness", "Нет города", {"Город": ""}, {"Стадия": "Отказ"}, "В работе"),
    Case(
        "loss-reasons",
        "Отказ: ушёл к конкуренту",
        {"Причина отказа": "Выбрали конкурента"},
        {"Причина отказа": "Нет потребности"},
        "Отказ",
    ),
    Case(
        "loss-reasons",
        "Отказ: нет денег",
        {"Причина отказа": "Урезали бюджет"},
        {"Причина отказа": "Дорого"},
        "Отказ",
    ),
    Case("loss-reasons", "Отказ: цена", {"Причина отказа": "ДОРОГО"}, {"Стадия": "В работе"}, "Сделка провалена"),
    Case(
        "loss-reasons",
        "Отказ: цена",
        {"Причина отказа": "не устроила цена"},
        {"Причина отказа": "переоценка лицензий"},
        "Отказ",
    ),
    Case(
        "loss-reasons",
        "Отказ: не хватило возможностей",
        {"Причина отказа": "Нет нужной функции"},
        {"Причина отказа": "Не отвечает"},
        "Отказ",
    ),
    Case("loss-reasons", "Отказ: не сейчас", {"Причина отказа": "Отложили до весны"}, {"Причина отказа": ""}, "Отказ"),
    Case(
        "loss-reasons",
        "Отказ: сроки",
        {"Причина отказа": "Не устроили сроки"},
        {"Причина отказа": "Не устроили цены"},
        "Отказ",
    ),
    Case("loss-reasons", "Отказ: причина неизвестна", {"Причина отказа": ""}, {"Причина отказа": "Дорого"}, "Отказ"),
    Case("loss-reasons", "Отказ: цена", {"Комментарий": "сказал, что дорого"}, {"Комментарий": "молчит"}, "Отказ"),
    Case("real-estate", "После показа", {"Дата изменения": ago(3)}, {"Дата изменения": ago(2)}, "Показ состоялся"),
    Case("real-estate", "После показа", {"Дата изменения": ago(4)}, {"Стадия": "Показ назначен"}, "После показа"),
    Case("real-estate", "Ипотека", {"Теги": "ипотека"}, {"Теги": "наличные"}, "В работе"),
    Case("real-estate", "Ипотека", {"Форма оплаты": "Ипотека Сбер"}, {"Форма оплаты": "наличные"}, "В работе"),
    Case("real-estate", "Инвестор", {"Цель покупки": "инвестиции"}, {"Цель покупки": "для себя"}, "В работе"),
    Case("real-estate", "Дорогой объект", {"Сумма": "20 000 000"}, {"Сумма": "19 999 999"}, "В работе"),
    Case("real-estate", "Продавец", {"Тип клиента": "Собственник"}, {"Тип клиента": "Покупатель"}, "В работе"),
    Case("real-estate", "Продавец", {"Теги": "собственник", "Сумма": "30000000"}, {"Теги": ""}, "В работе"),
    Case("real-estate", "Аренда", {"Тип сделки": "аренда"}, {"Тип сделки": "продажа"}, "В работе"),
    Case("real-estate", "Подбор", {"Дата изменения": ago(8)}, {"Дата изменения": ago(7)}, "В работе"),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.name}-{'-'.join(case.change)}")
def test_a_rule_takes_whom_it_means_and_refuses_a_near_miss(case: Case) -> None:
    taken, missed = segments_of(make_table(case.rows()), case.pack, day=TODAY)
    assert taken == case.name
    assert missed != case.name


def test_every_rule_of_every_pack_has_a_case() -> None:
    rules = {(name, item.rule.name) for name in pack_names() for item in load_pack(name).rules}
    assert rules == {(case.pack, case.name) for case in CASES}


@pytest.mark.parametrize(
    "leave_alone",
    [
        pytest.param({"Не звонить": "да"}, id="opted out"),
        pytest.param({"crmclean_may_contact": "no"}, id="may not be contacted, says dead"),
        pytest.param({"crmclean_proposal": "archive"}, id="to the archive, says dead"),
    ],
)
def test_packs_leave_alone_who_must_not_be_called(leave_alone: dict[str, str]) -> None:
    one = {"ID": "1", "ФИО": "Лисицын Олег", "Телефон": "+7 900 123-45-67", "Стадия": "Недозвон"}
    one |= {"Дата изменения": ago(10), "Сумма": "900000"}
    others = dict.fromkeys(leave_alone, "")
    table = make_table([{**one, **others}, {**one, "ID": "2", **leave_alone}])
    for pack, name in (("lost-clients", "Не отвечает"), ("vip-in-trouble", "VIP: не отвечает")):
        assert segments_of(table, pack, day=TODAY) == [name, ""]


@pytest.mark.parametrize("name", pack_names())
@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_texts_of_a_pack_are_whole(name: str, language: str) -> None:
    set_language(language)
    pack = load_pack(name)
    assert "" not in (pack.title, pack.about)
    assert pack.rules or pack.chains
    names = [item.rule.name for item in pack.rules] + [item.chain.name for item in pack.chains]
    assert len({fold(text) for text in names}) == len(names)
    for item in pack.rules:
        rule = item.rule
        assert "" not in (rule.name, rule.action, rule.why)
        # --without takes a list with commas, several segments stand in a cell with semicolons between them.
        assert not re.search("[,;]", rule.name)
        assert bool(re.search("[А-Яа-я]", rule.action)) == (language == "ru")
        parse_span(rule.due)
        assert "!" not in rule.action + rule.why


def test_names_of_rules_are_unique_over_all_packs() -> None:
    names = [fold(name) for pack in pack_names() for item in load_pack(pack).rules for name in item.names]
    assert len(set(names)) == len(names)


def fill_in(text: str, conditions: Conditions) -> str:
    while place := re.search(r"\{(\w+)\} ?", text):
        chosen = "" if place[1] == "clients" else place[0].replace(f"{{{place[1]}}}", conditions.either[place[1]][0])
        text = text[: place.start()] + chosen + text[place.end() :]
    return text


@pytest.mark.parametrize("name", pack_names())
def test_every_condition_of_a_pack_can_be_read(name: str) -> None:
    pack = load_pack(name)
    steps = [asked for item in pack.chains for asked in item.steps if asked]
    for conditions in (*(item.conditions for item in pack.rules), *(item.conditions for item in pack.chains), *steps):
        for text in (*conditions.any_of, *conditions.none_of):
            parse_rule(fill_in(text, conditions))


def test_a_rule_whose_columns_the_file_lacks_says_which() -> None:
    table = make_table([{"ID": "1", "ФИО": "Лисицын Олег", "Телефон": "+7 900 123-45-67"}])
    rules = segment(table, SegmentSettings(use=("lost-clients",), as_of="2026-11-22")).tables["segments"]
    missing = dict(zip(rules["segment"], rules["missing"], strict=True))
    assert missing["Пропал"] == f"{_title('stage')} или {_title('status')}"
    assert rules["rows"].eq(0).all()


def _title(role: str) -> str:
    from crmclean.core.i18n import _

    return _(ROLES[role])


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_page_of_the_command_names_every_pack_with_its_rules(language: str) -> None:
    set_language(language)
    page = (SAMPLES.parent / "docs" / language / "segment.md").read_text("utf-8")
    for name in pack_names():
        pack = load_pack(name)
        names = [item.rule.name for item in pack.rules] + [item.chain.name for item in pack.chains]
        assert f"| `{name}` | {pack.about} | {', '.join(names)} |" in page
