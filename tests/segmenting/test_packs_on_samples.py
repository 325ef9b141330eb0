"""What each row of the samples should get from the packs, formulated a second time over the cells."""

import re
from collections.abc import Iterator

import pytest

from crmclean.core.i18n import set_language
from crmclean.core.segment_settings import SegmentSettings
from crmclean.segmenting.segment import segment
from tests.segmenting.sample_stories import (
    AMOCRM_CONTACTS,
    DEALS,
    Story,
    read_rows,
    read_sample,
    read_stories,
    segments_of,
)


@pytest.fixture(autouse=True)
def _russian() -> Iterator[None]:
    set_language("ru")
    yield
    set_language("en")


def expect_temperature(story: Story) -> str:
    if story.state in ("payment", "agreeing"):
        return "Горячие" if story.untouched <= 30 else "Тёплые"
    if story.state == "new" and story.created <= 3:
        return "Горячие"
    if story.state in ("new", "in-work", "postponed", "has-tasks") and story.untouched <= 60:
        return "Тёплые"
    if story.is_open:
        return "Холодные"
    return "Отказы" if story.state == "lost" else ""


def expect_lost(story: Story) -> str:
    if story.state == "gone":
        return "Пропал из мелкой сделки" if story.amount is not None and story.amount < 30_000 else "Пропал"
    if story.state == "no-answer" and story.untouched > 3:
        return "Не отвечает"
    if story.state == "agreeing" and story.in_stage > 90:
        return "Согласует слишком долго"
    if story.state == "payment" and story.in_stage > 30:
        return "Не платит по счёту"
    if story.state == "postponed" and story.in_stage > 45:
        return "Всё откладывает"
    if story.is_open and story.task is not None and story.task > 0:
        return "Обещали и забыли"
    if story.is_open and story.untouched > 60:
        return "Молчит"
    return "Без следующего шага" if story.is_open and story.task is None else ""


def expect_vip(story: Story) -> str:
    if not story.is_open or (story.amount or 0) < 500_000:
        return ""
    if story.state == "has-tasks":
        return "VIP: есть задачи"
    if story.state in ("no-answer", "gone"):
        return "VIP: не отвечает"
    if story.task is not None and story.task > 0:
        return "VIP: обещанная дата прошла"
    if story.in_stage > 30:
        return "VIP: стоит на месте"
    return "VIP: нет задачи" if story.task is None else ""


def expect_reminder(story: Story) -> str:
    if not story.is_open or story.task is None:
        return ""
    if story.task > 0:
        return "Звонок просрочен"
    return {0: "Звонок сегодня", -1: "Завтра встреча или звонок"}.get(story.task, "")


EXPECTED = {
    "temperature": expect_temperature,
    "lost-clients": expect_lost,
    "vip-in-trouble": expect_vip,
    "reminders": expect_reminder,
}


@pytest.mark.parametrize("pack", EXPECTED)
@pytest.mark.parametrize(("name", "delimiter", "headings"), DEALS)
def test_deals_of_the_samples_row_by_row(pack: str, name: str, delimiter: str, headings: dict[str, str]) -> None:
    expected = [EXPECTED[pack](story) for story in read_stories(name, delimiter, headings)]
    assert segments_of(read_sample(name), pack) == expected
    assert len(expected) == 60


def test_some_deals_of_the_samples_by_name() -> None:
    table = read_sample("bitrix24_deals.csv")
    taken = segments_of(table, "vip-in-trouble", "lost-clients")
    found = dict(zip(table.coalesced("id"), taken, strict=True))
    assert {key: found[key] for key in ("201", "218", "235", "242", "255", "260", "261", "287")} == {
        "201": "",  # won
        "218": "Согласует слишком долго",  # 16 200, an offer agreed since March
        "235": "VIP: стоит на месте",  # 3 807 000, an invoice since July
        "242": "",  # a twin
        "255": "VIP: стоит на месте",  # 2 880 000, thinks since October
        "260": "Обещали и забыли",  # 18 600, a call promised for 27 October
        "261": "VIP: не отвечает",  # 2 603 000, «Недозвон 2»
        "287": "Без следующего шага",  # 27 500, negotiations of last week
    }


def test_contacts_of_amocrm_row_by_row() -> None:
    table = read_sample("amocrm_contacts.csv")
    stories = read_stories("amocrm_contacts.csv", ";", AMOCRM_CONTACTS)
    rows = read_rows("amocrm_contacts.csv", ";")
    asked_not_to_call = [row["Не звонить"] == "да" for row in rows]
    buyers = []
    for story, alone in zip(stories, asked_not_to_call, strict=True):
        is_buyer = story.state == "won" and not alone
        late = "Давно не покупал" if story.untouched > 365 else "Пропустил покупку" if story.untouched > 90 else ""
        buyers.append(late if is_buyer else "")
    assert segments_of(table, "reactivation") == buyers
    # «Горячий» as a tag of an open card goes before its age.
    tags = [{tag.strip() for tag in re.split("[,;]", row["Теги"].lower())} for row in rows]
    warmth = []
    for story, alone, own in zip(stories, asked_not_to_call, tags, strict=True):
        if alone and story.state != "lost":
            warmth.append("")
        elif story.is_open and "горячий" in own:
            warmth.append("Горячие")
        else:
            warmth.append(expect_temperature(story))
    assert segments_of(table, "temperature") == warmth


def test_completeness_of_the_contacts_of_bitrix24_row_by_row() -> None:
    rows = read_rows("bitrix24_contacts.csv", ";")
    expected = []
    for row in rows:
        phone = any(row[f"{kind} телефон"].strip() for kind in ("Рабочий", "Мобильный", "Домашний", "Другой"))
        mail = any(row[f"{kind} e-mail"].strip() for kind in ("Рабочий", "Частный", "Другой"))
        gaps = (
            ("Нет контактов", not phone and not mail),
            ("Только телефон", phone and not mail),
            ("Только e-mail", mail and not phone),
            ("Нет имени", not row["Имя"].strip()),
            ("Нет города", not row["Город"].strip()),
            ("Нет дня рождения", not row["Дата рождения"].strip() and bool(row["Имя"].strip())),
        )
        expected.append(next((name for name, lacks in gaps if lacks), ""))
    assert segments_of(read_sample("bitrix24_contacts.csv"), "completeness") == expected


@pytest.mark.parametrize("name", ["bitrix24_deals.csv", "amocrm_leads.csv", "orders.csv"])
def test_nobody_is_woken_up_by_one_of_several_deals(name: str) -> None:
    """A list of sales has several rows a client: without the rhythm of each, an old one says nothing."""
    outcome = segment(read_sample(name), SegmentSettings(use=("reactivation",), as_of="2026-11-22"))
    assert outcome.figures["segmented"] == 0
    assert "crmclean_rhythm" in outcome.tables["segments"]["missing"].iloc[0]
