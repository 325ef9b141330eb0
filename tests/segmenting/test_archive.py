"""Who leaves the active base, with which reason, and who comes back: stories over several nights."""

from dataclasses import dataclass, replace

import pytest

from crmclean.core.errors import FileError, RowBalanceError, UsageError
from crmclean.core.segment_settings import ArchiveRule, ArchiveSettings
from crmclean.core.settings import ReadSettings
from crmclean.core.table import Table
from crmclean.files.reading import read_table
from crmclean.files.writing import render
from crmclean.segmenting.archive import archive, archive_table, check_archive_balance
from tests.segmenting.archive_nights import HEADINGS, LOST, SILENT, Base, Card, Night, cells_of, read_export

DAY_1, DAY_2, DAY_3 = "2026-10-01", "2026-10-15", "2026-11-22"

ANNA = Card(
    id="1", name="Котова Анна Сергеевна", phone="+7 900 000-11-01", mail="anna@example.com", stage="В работе",
    active="20.09.2026 12:00", changed="20.09.2026 12:00", created="01.02.2024 10:00",
)  # fmt: skip
OLEG = Card(
    id="2", name="Лисицын Олег Павлович", phone="+7 900 000-11-02", mail="oleg@example.com",
    stage="Закрыто и не реализовано", active="10.01.2026 09:00", changed="12.01.2026 09:00",
    moved="12.01.2026 09:00", created="05.02.2024 11:00", reason="Дорого",
)  # fmt: skip
VERA = Card(
    id="3", name="Зайцева Вера Ильинична", phone="+7 900 000-11-03", stage="В работе", active="01.03.2025 15:00",
    changed="01.03.2025 15:00", created="06.02.2024 12:00",
)  # fmt: skip
QUIET = (ANNA, OLEG, VERA)
NEW_OLEG = Card(
    id="9", name="Лисицын Олег", phone="8 (900) 000-11-02", stage="Новая заявка", created="10.10.2026 08:00",
    changed="10.10.2026 08:00", active="10.10.2026 08:00",
)  # fmt: skip


@dataclass(frozen=True)
class Story:
    """What happens to a base, and where its records are at the end.

    Attributes:
        nights: the runs; the first archives OLEG (lost) and VERA (silent), if nothing else is said.
        active: IDs of the active base after the last.
        archived: IDs of the archive after the last.
        news: IDs of the archive's records that the last run lists as active again.
        words: a part of what it says of the first of them.
    """

    nights: tuple[Night, ...]
    active: str
    archived: str
    news: str = ""
    words: str = ""


FIRST = Night(DAY_1, QUIET)


def second(*cards: Card, restore: bool = True, day: str = DAY_2) -> Night:
    return Night(day, cards, restore)


STORIES = {
    "first-night": Story((FIRST,), "1", "2 3"),
    "nothing-new": Story((FIRST, second(*QUIET)), "1", "2 3"),
    "nothing-new-twice": Story((FIRST, second(*QUIET), second(*QUIET, day=DAY_3)), "1", "2 3"),
    "other-order": Story((FIRST, second(*reversed(QUIET))), "1", "2 3"),
    "gone-from-the-crm": Story((FIRST, second(ANNA)), "1", "2 3"),
    "empty-crm-but-one": Story((FIRST, second(ANNA), second(*QUIET, day=DAY_3)), "1", "2 3"),
    "called-again": Story(
        (FIRST, second(ANNA, OLEG, replace(VERA, active="10.10.2026 09:30"))),
        "1 3", "2", "3", "new activity on 10.10.2026",
    ),
    "called-again-without-restore": Story(
        (FIRST, second(ANNA, OLEG, replace(VERA, active="10.10.2026 09:30"), restore=False)),
        "1", "2 3", "3", "new activity on 10.10.2026",
    ),
    "restored-later": Story(
        (
            FIRST,
            second(ANNA, OLEG, replace(VERA, active="10.10.2026 09:30"), restore=False),
            second(ANNA, OLEG, replace(VERA, active="10.10.2026 09:30"), day=DAY_3),
        ),
        "1 3", "2", "3", "new activity on 10.10.2026",
    ),
    "called-on-the-day-of-archiving": Story(
        (FIRST, second(ANNA, OLEG, replace(VERA, active="01.10.2026 17:00"))), "1 3", "2", "3", "01.10.2026",
    ),
    "called-before-it-was-archived": Story(
        (FIRST, second(ANNA, OLEG, replace(VERA, active="30.09.2026"))), "1", "2 3",
    ),
    "a-call-of-tomorrow-is-no-activity": Story(
        (FIRST, second(ANNA, OLEG, replace(VERA, active="16.10.2026"))), "1", "2 3",
    ),
    "reopened": Story(
        (FIRST, second(ANNA, replace(OLEG, stage="Переговоры"), VERA)),
        "1 2", "3", "2", "the stage was “Закрыто и не реализовано” and is “Переговоры”",
    ),
    "reopened-without-restore-is-listed-again": Story(
        (
            FIRST,
            second(ANNA, replace(OLEG, stage="Переговоры"), VERA, restore=False),
            second(ANNA, replace(OLEG, stage="Переговоры"), VERA, restore=False, day=DAY_3),
        ),
        "1", "2 3", "2", "the stage was",
    ),
    "moved-to-an-open-stage": Story(
        (FIRST, second(ANNA, OLEG, replace(VERA, stage="Переговоры", moved="11.10.2026 10:00"))),
        "1 3", "2", "3", "moved to another stage on 11.10.2026",
    ),
    "card-changed": Story(
        (FIRST, second(ANNA, OLEG, replace(VERA, changed="12.10.2026 10:00", comment="просил позвонить"))),
        "1 3", "2", "3", "changed in the CRM on 12.10.2026",
    ),
    "closing-the-card-is-no-news": Story(
        (
            FIRST,
            second(ANNA, OLEG, replace(VERA, stage="Отказ", changed="12.10.2026 10:00", moved="12.10.2026 10:00")),
        ),
        "1", "2 3",
    ),
    "marked-as-archived-in-the-crm": Story(
        (FIRST, second(ANNA, replace(OLEG, stage="Архив", changed="02.10.2026", moved="02.10.2026"), VERA)),
        "1", "2 3",
    ),
    "activity-counts-though-closed": Story(
        (FIRST, second(ANNA, replace(OLEG, active="12.10.2026 10:00"), VERA)), "1 2", "3", "2", "12.10.2026",
    ),
    "edited-without-a-date": Story(
        (FIRST, second(ANNA, replace(OLEG, phone="+7 900 000-11-77"), VERA)), "1", "2 3",
    ),
    "new-record-of-the-client": Story(
        (FIRST, second(*QUIET, NEW_OLEG)), "1 2 9", "3", "2", "new record 9 of 10.10.2026",
    ),
    "new-record-without-restore": Story(
        (FIRST, second(*QUIET, NEW_OLEG, restore=False)), "1 9", "2 3", "2", "new record 9",
    ),
    "new-record-of-a-vanished-card": Story(
        (FIRST, second(ANNA, VERA, NEW_OLEG)), "1 9", "2 3",
    ),
    "new-record-of-somebody-else-on-the-phone": Story(
        (FIRST, second(*QUIET, replace(NEW_OLEG, name="Лисицына Мария"))), "1 9", "2 3",
    ),
    "new-record-by-mail": Story(
        (FIRST, second(*QUIET, replace(NEW_OLEG, phone="", mail="Oleg@Example.com"))),
        "1 2 9", "3", "2", "new record 9",
    ),
    "old-record-of-the-client": Story(
        (FIRST, second(*QUIET, replace(NEW_OLEG, created="10.09.2026", active="10.09.2026"))), "1 9", "2 3",
    ),
    "new-record-that-leaves-at-once": Story(
        (FIRST, second(*QUIET, replace(NEW_OLEG, stage="Закрыто и не реализовано", reason="Дорого"))),
        "1", "2 3 9",
    ),
    "returns-and-leaves-again": Story(
        (
            FIRST,
            second(ANNA, OLEG, replace(VERA, active="10.10.2026")),
            second(ANNA, OLEG, replace(VERA, active="10.10.2026"), day="2027-11-22"),
        ),
        "", "2 1 3",
    ),
    "id-given-to-somebody-else": Story(
        (
            FIRST,
            second(
                ANNA, VERA,
                Card(id="2", name="Сурова Нина", phone="+7 900 000-11-88", created="10.10.2026", stage="В работе"),
            ),
        ),
        "1 2", "2 3",
    ),
    "double-line-of-an-archived-id": Story(
        (FIRST, second(*QUIET, replace(OLEG, stage="В работе", comment="вторая строка"))), "1 2", "2 3",
    ),
    "two-lines-of-one-id-leave": Story(
        (Night(DAY_1, (ANNA, OLEG, replace(OLEG, comment="вторая строка"))),), "1", "2 2",
    ),
    "two-lines-of-one-id-stay-away": Story(
        (
            Night(DAY_1, (ANNA, OLEG, replace(OLEG, comment="вторая строка"))),
            second(replace(OLEG, comment="вторая строка"), ANNA, OLEG),
        ),
        "1", "2 2",
    ),
    "no-reason": Story((Night(DAY_1, (ANNA, replace(OLEG, reason=""), VERA)),), "1 2", "3"),
    "reason-entered-later": Story(
        (Night(DAY_1, (ANNA, replace(OLEG, reason=""), VERA)), second(*QUIET)), "1", "3 2",
    ),
}  # fmt: skip


def run_story(story: Story) -> Base:
    base = Base()
    for night in story.nights:
        base.run(night)
    return base


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_story(story: Story) -> None:
    base = run_story(story)
    check_story(base, story)
    check_order(base, story)
    check_again(base, story)


def check_story(base: Base, story: Story) -> None:
    """Check who is where after the last night."""
    outcome = base.outcome
    assert cells_of(outcome.table, "ID") == story.active.split()
    assert base.column("ID") == story.archived.split()
    assert outcome.tables["returning"]["id"].tolist() == story.news.split()
    assert all(story.words in text for text in outcome.tables["returning"]["news"][:1])
    figures = outcome.figures
    assert figures["rows_out"] == len(story.active.split())
    assert figures["in_archive"] == len(story.archived.split())
    assert figures["restored"] + figures["returning"] == len(story.news.split())


def check_again(base: Base, story: Story) -> None:
    """Check that the same night again changes nothing."""
    first = base.file
    base.run(story.nights[-1])
    if not base.outcome.figures["archived"]:
        assert base.file == first
    again = (base.file, base.active)
    base.run(story.nights[-1])
    assert (base.file, base.active) == again


def check_order(base: Base, story: Story) -> None:
    """Check that the order of the rows decides nothing."""
    turned = Base()
    for night in story.nights:
        turned.run(replace(night, cards=tuple(reversed(night.cards))))
    assert sorted(base.outcome.table.frame.itertuples(index=False)) == sorted(
        turned.outcome.table.frame.itertuples(index=False)
    )
    one, other = base.archive(), turned.archive()
    assert one is not None
    assert other is not None
    assert sorted(one.frame.itertuples(index=False)) == sorted(other.frame.itertuples(index=False))


def test_says_of_every_record_why_and_when() -> None:
    base = Base()
    base.run(FIRST)
    assert base.column("crmclean_archived_reason") == ["Дорого", "молчит больше года"]
    assert base.column("crmclean_archived_at") == [DAY_1, DAY_1]
    assert base.column("crmclean_archived_rule") == [LOST.when, SILENT.when]
    assert base.column("crmclean_archived_stage") == ["Закрыто и не реализовано", "В работе"]
    assert base.column("crmclean_archived_seen") == ["2026-01-12 09:00:00", "2025-03-01 15:00:00"]
    assert base.column("crmclean_warm_up") == ["discounts", ""]
    table = base.archive()
    assert table is not None
    assert table.headers[: len(HEADINGS)] == list(HEADINGS)


def test_day_and_reason_stay_while_the_cells_follow_the_crm() -> None:
    base = Base()
    base.run(FIRST)
    changed = replace(OLEG, phone="+7 900 000-11-77", reason="Купил у других", mail="")
    base.run(second(ANNA, changed, VERA))
    assert base.column("crmclean_archived_at") == [DAY_1, DAY_1]
    assert base.column("crmclean_archived_reason")[0] == "Дорого"
    assert base.column("Телефон")[0] == "+7 900 000-11-77"
    assert base.column("crmclean_archive_note")[0] == (
        "changed by 15.10.2026, before: Телефон: +7 900 000-11-02, E-mail: oleg@example.com, Причина отказа: Дорого"
    )
    base.run(second(ANNA, changed, VERA, day=DAY_3))
    assert base.column("crmclean_archive_note")[0].count("changed by") == 1


def test_who_comes_back_says_since_when_and_what_was_known() -> None:
    base = Base()
    base.run(FIRST)
    outcome = base.run(second(ANNA, OLEG, replace(VERA, active="10.10.2026 09:30", phone="+7 900 000-11-99")))
    notes = cells_of(outcome.table, "crmclean_archive_note")
    assert notes == [
        "",
        "returned 15.10.2026: new activity on 10.10.2026; was in the archive since 01.10.2026: молчит больше года; "
        "in the archive stood: Телефон: +7 900 000-11-03",
    ]
    assert outcome.tables["returning"]["done"].tolist() == ["came back"]


def test_a_record_that_is_gone_stays_in_the_archive_when_its_client_is_entered_anew() -> None:
    base = Base()
    base.run(FIRST)
    for day in (DAY_2, DAY_3):
        outcome = base.run(second(ANNA, VERA, NEW_OLEG, day=day))
        notes = cells_of(outcome.table, "crmclean_archive_note")
        assert notes == ["", "a record of this client is in the archive since 01.10.2026: Дорого"]
        assert base.column("ID") == ["2", "3"]
        assert base.column("E-mail") == ["oleg@example.com", ""]


def test_says_which_rule_takes_a_returned_record_again() -> None:
    base = Base()
    base.run(FIRST)
    outcome = base.run(second(ANNA, replace(OLEG, active="12.10.2026 10:00"), VERA))
    assert outcome.tables["returning"]["still"].tolist() == [LOST.when]


def test_lists_who_has_no_reason() -> None:
    outcome = Base().run(Night(DAY_1, (ANNA, replace(OLEG, reason=" "), VERA)))
    assert outcome.tables["archive_no_reason"]["id"].tolist() == ["2"]
    found = outcome.findings
    assert found[["row", "code"]].to_numpy().tolist() == [[2, "archive-no-reason"]]


def test_a_later_rule_may_have_the_reason() -> None:
    base = Base(rules=(LOST, replace(LOST, reason="причина не указана", warm_up="")))
    base.run(Night(DAY_1, (ANNA, OLEG, replace(OLEG, id="4", reason=""))))
    assert base.column("crmclean_archived_reason") == ["Дорого", "причина не указана"]


def test_counts_what_each_rule_took_and_what_the_file_lacks() -> None:
    outcome = Base(without=("Последняя активность",)).run(FIRST)
    rules = outcome.tables["archive_rules"]
    assert rules["rows"].tolist() == [1, 0]
    assert rules["missing"].tolist() == ["", "Last activity"]
    assert outcome.tables["archive_reasons"].to_numpy().tolist() == [["Дорого", 1]]


def test_a_new_column_of_the_crm_stands_before_those_of_crmclean() -> None:
    base = Base(without=("Комментарий", "ИНН"))
    base.run(FIRST)
    base.without = ("Компания",)
    base.run(second(ANNA, replace(OLEG, comment="думает"), VERA))
    table = base.archive()
    assert table is not None
    expected = [header for header in HEADINGS if header not in ("Комментарий", "ИНН")] + ["ИНН", "Комментарий"]
    assert table.headers[: len(HEADINGS)] == expected
    assert base.column("Комментарий") == ["думает", ""]


def test_a_column_that_the_crm_dropped_keeps_its_cells() -> None:
    base = Base()
    base.run(Night(DAY_1, (ANNA, replace(OLEG, comment="думает"), VERA)))
    base.without = ("Комментарий",)
    base.run(second(*QUIET))
    assert base.column("Комментарий") == ["думает", ""]
    outcome = base.run(second(ANNA, replace(OLEG, stage="Переговоры"), VERA, day=DAY_3))
    assert "Комментарий: думает" in cells_of(outcome.table, "crmclean_archive_note")[1]


NO_IDS = ("ID",)


@pytest.mark.parametrize(
    ("card", "active", "archived"),
    [
        pytest.param(OLEG, 1, 2, id="the-same"),
        pytest.param(replace(OLEG, phone="8 900 000 11 02", comment="x"), 1, 2, id="edited"),
        pytest.param(replace(OLEG, name="Лисицын О.П.", mail=""), 1, 2, id="initials"),
        pytest.param(replace(OLEG, name="Зуева Инна", stage="В работе"), 2, 2, id="another-name"),
        pytest.param(replace(OLEG, created="09.02.2024", stage="В работе"), 2, 2, id="entered-on-another-day"),
        pytest.param(replace(OLEG, active="10.10.2026"), 2, 1, id="active-again"),
    ],
)
def test_without_ids_a_record_is_known_by_its_fields(card: Card, active: int, archived: int) -> None:
    base = Base(without=NO_IDS)
    base.run(FIRST)
    outcome = base.run(second(ANNA, card, VERA))
    assert (len(outcome.table), len(base.column("ФИО"))) == (active, archived)


@pytest.mark.parametrize(
    ("before", "after", "is_known"),
    [
        pytest.param({"inn": "7707083893"}, {"inn": "7707083893", "company": "ООО «Ромашка»"}, True, id="inn"),
        pytest.param({"inn": "7707083893"}, {"inn": "7728168971"}, False, id="another-inn"),
        pytest.param({"company": "ООО «Ромашка»"}, {"company": "Ромашка, ООО"}, True, id="company-spelled-otherwise"),
        pytest.param({"company": "ООО «Ромашка»"}, {"company": "ООО «Лютик»"}, False, id="another-company"),
    ],
)
def test_without_ids_companies_are_known_by_inn_and_name(
    before: dict[str, str], after: dict[str, str], is_known: bool
) -> None:
    lost = Card(phone="+7 495 000-11-22", stage="Закрыто и не реализовано", reason="Дорого")
    base = Base(without=NO_IDS)
    base.run(Night(DAY_1, (replace(lost, **before),)))
    outcome = base.run(second(replace(lost, **after, comment="x", stage="", reason="")))
    assert (len(outcome.table) == 0) is is_known
    assert len(base.column("Телефон")) == 1


def with_client_ids(cards: tuple[Card, ...], ids: tuple[str, ...]) -> Table:
    table = read_export(cards)
    return table.with_added({"crmclean_id": table.frame["ID"].copy().where(table.frame["ID"] == "", list(ids))})


def test_the_id_of_the_client_goes_before_the_id_of_the_card() -> None:
    settings = ArchiveSettings(as_of=DAY_1, rule=(LOST, SILENT))
    first = archive(with_client_ids(QUIET, ("c1", "c2", "c3")), settings)
    base = Base()
    base.file = render(archive_table(first)).data
    # Merging has kept the newer card of Oleg: it is the same client, and it is there again.
    table = with_client_ids((ANNA, NEW_OLEG, VERA), ("c1", "c2", "c3"))
    outcome = archive(table, replace(settings, as_of=DAY_2), base.archive(), restore=True)
    assert cells_of(outcome.table, "ID") == ["1", "9"]
    assert outcome.tables["archive"]["ID"].tolist() == ["3"]
    assert "E-mail: oleg@example.com" in cells_of(outcome.table, "crmclean_archive_note")[1]


def test_a_lost_deal_stays_lost_when_the_client_opens_another() -> None:
    text = (
        "ID;Название сделки;Контакт;Телефон;Стадия сделки;Дата создания;Причина отказа\r\n"
        "1;Насос;Лисицын Олег;+7 900 000-11-02;Сделка провалена;01.02.2026;Дорого\r\n"
    )
    newer = "2;Насос;Лисицын Олег;+7 900 000-11-02;Переговоры;10.10.2026;\r\n"
    settings = ArchiveSettings(as_of=DAY_1, rule=(LOST,))

    def read(content: str) -> Table:
        return read_table(content.encode(), "deals.csv", ReadSettings()).table

    first = archive(read(text), settings)
    outcome = archive(read(text + newer), replace(settings, as_of=DAY_2), archive_table(first), restore=True)
    assert cells_of(outcome.table, "ID") == ["2"]
    assert outcome.tables["archive"]["ID"].tolist() == ["1"]
    assert cells_of(outcome.table, "crmclean_archive_note") == [
        "a record of this client is in the archive since 01.10.2026: Дорого"
    ]
    assert outcome.tables["returning"]["done"].tolist() == ["stays: the deal is lost, the new one goes on"]


def test_warm_up_leaves_out_who_may_not_be_written_to() -> None:
    cards = (OLEG, replace(OLEG, id="4", phone="+7 900 000-11-04", mail=""), replace(OLEG, id="5", phone="", mail=""))
    table = read_export(cards)
    frame_ids = table.frame["ID"]
    tagged = table.with_added({"crmclean_may_contact": frame_ids.where(frame_ids != "4", "no")})
    outcome = archive(tagged, ArchiveSettings(as_of=DAY_1, rule=(LOST,)))
    warm_up = outcome.tables["warm_up"]
    assert warm_up["id"].tolist() == ["2"]
    assert warm_up[["list", "reason", "phone"]].to_numpy().tolist() == [["discounts", "Дорого", "+7 900 000-11-02"]]


BUILT_IN = {
    "lost-with-a-reason": (replace(OLEG, reason="Дорого"), "Дорого", "discounts"),
    "lost-for-a-feature": (replace(OLEG, reason="Нет нужной функции"), "Нет нужной функции", "articles"),
    "lost-for-another-reason": (replace(OLEG, reason="Переехал"), "Переехал", ""),
    "lost-without-a-reason": (replace(OLEG, reason=""), None, ""),
    "reason-in-the-stage": (replace(OLEG, stage="Сделка провалена: дорого", reason=""), "дорого", "discounts"),
    "refused-is-left-in-peace": (replace(OLEG, stage="Отказ: дорого", reason=""), "дорого", ""),
    "duplicate": (replace(OLEG, stage="Дубль", reason=""), "Дубль", ""),
    "junk": (replace(OLEG, stage="Спам", reason=""), "Спам", ""),
    "open": (replace(OLEG, stage="Переговоры", active="20.09.2026"), None, ""),
    "won": (replace(OLEG, stage="Сделка успешна", active="20.09.2026"), None, ""),
    "heard-of-after-the-loss": (replace(OLEG, active="25.09.2026"), None, ""),
    "heard-of-long-after-the-loss": (replace(OLEG, active="25.03.2026"), "Дорого", "discounts"),
    "nothing-to-reach-it-by": (
        Card(id="7", phone="111", stage="Новая заявка", active="20.09.2026"), "", "",
    ),
    "silent": (VERA, "Silent for too long", ""),
    "silent-and-lost": (replace(OLEG, active="10.01.2024", changed="", moved=""), "Дорого", "discounts"),
    "active-again": (replace(VERA, comment="", stage="Переговоры", active="20.09.2026"), None, ""),
}  # fmt: skip


@pytest.mark.parametrize(("card", "reason", "warm_up"), BUILT_IN.values(), ids=BUILT_IN)
def test_built_in(card: Card, reason: str | None, warm_up: str) -> None:
    base = Base(rules=(), built_in=True)
    outcome = base.run(Night(DAY_1, (ANNA, card)))
    assert (len(outcome.table) == 2) is (reason is None)
    if reason is not None:
        assert reason in base.column("crmclean_archived_reason")[0]
        assert base.column("crmclean_archived_reason")[0]
        assert base.column("crmclean_warm_up") == [warm_up]


def test_lines_that_are_no_records_stay_where_they_were() -> None:
    text = "ID;ФИО;Телефон;Стадия;Причина отказа\r\n" + "".join(
        f"{number};Котова Анна;+7 900 000-11-0{number};{stage};Дорого\r\n"
        for number, stage in ((1, "В работе"), (2, "Закрыто и не реализовано"), (3, "В работе"))
    )
    table = read_table((text + "\r\nИтого;;;;\r\n").encode(), "x.csv", ReadSettings()).table
    outcome = archive(table, ArchiveSettings(as_of=DAY_1, rule=(LOST,)))
    written = render(outcome.table).data.decode().splitlines()
    assert [line.partition(";")[0] for line in written if line] == ["ID", "1", "3", "Итого"]
    assert b"\xd0\x98\xd1\x82\xd0\xbe\xd0\xb3\xd0\xbe" not in render(archive_table(outcome)).data


def test_built_in_takes_the_word_of_an_earlier_dead() -> None:
    table = read_export((ANNA, VERA)).with_added(
        {
            "crmclean_proposal": read_export((ANNA, VERA)).frame["ID"].replace({"1": "archive", "3": ""}),
            "crmclean_dead_reasons": read_export((ANNA, VERA)).frame["ID"].replace({"1": "opted-out,company-closed"}),
            "crmclean_dead_why": read_export((ANNA, VERA)).frame["ID"].replace({"1": "the company is closed"}),
        }
    )
    outcome = archive(table, ArchiveSettings(as_of=DAY_1, built_in=True))
    kept = outcome.tables["archive"]
    assert kept["ID"].tolist() == ["1"]
    assert kept["crmclean_archived_reason"].tolist() == ["The company is closed"]
    assert kept["crmclean_archive_note"].tolist() == ["the company is closed"]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        pytest.param(ArchiveSettings(), ["no rule", "--built-in"], id="no-rules"),
        pytest.param(
            ArchiveSettings(rule=(ArchiveRule("stage is lost", " "),)), ["rule 1 gives no reason"], id="reason"
        ),
        pytest.param(
            ArchiveSettings(rule=(ArchiveRule("stage is", "x"), ArchiveRule("stage is lost", ""))),
            ["rule 1", "^", "rule 2 gives no reason"],
            id="two-mistakes",
        ),
        pytest.param(
            ArchiveSettings(rule=(ArchiveRule("Стодия = 'x'", "x"), ArchiveRule("stage is lost", "[Причина отказ]"))),
            ["rule 1", "Стадия", "rule 2", "“Причина отказа”"],
            id="unknown-columns",
        ),
    ],
)
def test_refuses(settings: ArchiveSettings, words: list[str]) -> None:
    with pytest.raises(UsageError) as caught:
        archive(read_export(QUIET), settings)
    for word in words:
        assert word in str(caught.value)


def test_refuses_what_is_no_archive_and_what_is_one() -> None:
    settings = ArchiveSettings(rule=(LOST,))
    with pytest.raises(FileError, match="no archive"):
        archive(read_export(QUIET), settings, read_export(QUIET))
    base = Base()
    base.run(FIRST)
    kept = base.archive()
    assert kept is not None
    with pytest.raises(UsageError, match="archive already"):
        archive(kept, settings)


def test_checks_the_balance() -> None:
    check_archive_balance(rows_in=5, earlier=3, active=4, kept=3, in_both=1)
    with pytest.raises(RowBalanceError):
        check_archive_balance(rows_in=5, earlier=3, active=4, kept=3, in_both=0)
