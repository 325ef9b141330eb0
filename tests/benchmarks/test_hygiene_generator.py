"""The generator of the hygiene jobs repeats itself for a seed, and its truth can be read off the files."""

import csv
import re
from collections import Counter, defaultdict
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from statistics import median

import pytest

from benchmarks.generator.hygiene_base import write_hygiene
from benchmarks.generator.hygiene_truth import NOTES, OPEN_STAGES, REASONS, Facts, find_reasons, is_dead, propose
from benchmarks.generator.hygiene_words import hygiene_words
from benchmarks.make_samples import SAMPLES, make_samples

ROWS = 5000
TODAY = date(2026, 11, 22)
FAILURES = {
    "Вызов не получил ответа в течение времени ожидания",
    'Получен ответ "занято" от удаленной стороны',
    "Вызов отклонен вызываемым абонентом",
    "Вызываемый номер недоступен",
}
GONE = {"Вызываемый номер не обслуживается", "Вызываемый номер не существует"}
HARD = {"err_user_unknown", "err_user_inactive", "err_domain_inactive"}
FILLERS = {"9999999999", "9000000000", "1111111111", "9991111111"}
NEW_SAMPLES = ("bitrix24_deals.csv", "amocrm_leads.csv", "orders.csv", "calls.csv", "bounces.csv")

Line = dict[str, str]


def read(path: Path, delimiter: str = ";") -> list[Line]:
    """Return the lines of a file by their headings."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def age_of(text: str) -> int:
    """Return how many days ago a day like 22.11.2026 was."""
    return (TODAY - datetime.strptime(text[:10], "%d.%m.%Y").date()).days


def phones_of(line: Line) -> list[str]:
    """Return the last ten digits of every number of a contact."""
    cells = [line[name] for name in ("Рабочий телефон", "Мобильный телефон", "Домашний телефон", "Другой телефон")]
    texts = [text.removesuffix(".0") for cell in cells for text in cell.split(", ")]
    return [digits[-10:] for text in texts if len(digits := re.sub(r"\D", "", text)) >= 10]


def mails_of(line: Line) -> list[str]:
    """Return every well-formed address of a contact, in small letters."""
    found = re.findall(r"[\w.+-]+ ?@[\w.-]+\.[a-z]+", f"{line['Рабочий e-mail']} {line['Частный e-mail']}".lower())
    return [text.replace(" ", "") for text in found]


class Base:
    """A base read back: contacts with their truth, deals, orders, and what calls and letters say."""

    def __init__(self, folder: Path) -> None:
        self.contacts = read(folder / "contacts.csv")
        self.truth = read(folder / "contacts.truth.csv", ",")
        self.deals = read(folder / "deals.csv")
        self.deal_truth = read(folder / "deals.truth.csv", ",")
        self.orders = read(folder / "orders.csv")
        self.order_truth = read(folder / "orders.truth.csv", ",")
        self.calls: defaultdict[str, list[tuple[datetime, Line]]] = defaultdict(list)
        for call in read(folder / "calls.csv"):
            client = call["Кто звонил" if call["Тип вызова"] == "Входящий" else "Кому звонили"]
            self.calls[client[-10:]].append((datetime.strptime(call["Дата и время"], "%d.%m.%Y %H:%M:%S"), call))
        self.letters: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        for letter in read(folder / "bounces.csv", ","):
            self.letters[letter["email"]].append((letter["last_update"], letter["send_result"]))

    def with_reason(self, reason: str) -> list[tuple[Line, Line]]:
        """Return the contacts, each with its truth, that have the reason."""
        pairs = zip(self.contacts, self.truth, strict=True)
        return [(line, truth) for line, truth in pairs if reason in truth["reasons"].split(",")]

    def of_class(self, name: str) -> list[tuple[Line, Line]]:
        """Return the contacts, each with its truth, of a story."""
        pairs = zip(self.contacts, self.truth, strict=True)
        return [(line, truth) for line, truth in pairs if truth["class"] == name]

    def results(self, phone: str) -> list[str]:
        """Return the results of the calls to and from a number, the newest first."""
        newest_first = sorted(self.calls[phone], key=lambda call: call[0], reverse=True)
        return [call["Результат"] for _, call in newest_first]

    def last_letter(self, address: str) -> str:
        """Return what became of the last letter to an address."""
        return max(self.letters[address])[1]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a base."""
    folder = tmp_path_factory.mktemp("hygiene")
    write_hygiene(folder, ROWS, 11, TODAY)
    return folder


@pytest.fixture(scope="module")
def base(folder: Path) -> Base:
    """The base read back."""
    return Base(folder)


def test_the_same_seed_gives_the_same_bytes_and_another_one_does_not(tmp_path: Path) -> None:
    first = write_hygiene(tmp_path / "first", 300, 3, TODAY)
    again = write_hygiene(tmp_path / "again", 300, 3, TODAY)
    other = write_hygiene(tmp_path / "other", 300, 4, TODAY)
    assert [path.name for path in first] == [
        *("contacts.csv", "contacts.truth.csv", "deals.csv", "deals.truth.csv"),
        *("orders.csv", "orders.truth.csv", "calls.csv", "bounces.csv"),
    ]
    for one, same, different in zip(first, again, other, strict=True):
        assert one.read_bytes() == same.read_bytes()
        assert one.read_bytes() != different.read_bytes()


def test_another_day_moves_the_dates_only(tmp_path: Path) -> None:
    write_hygiene(tmp_path / "now", 200, 3, TODAY)
    write_hygiene(tmp_path / "later", 200, 3, date(2027, 11, 22))
    truths = [(tmp_path / name / "contacts.truth.csv").read_bytes() for name in ("now", "later")]
    assert truths[0] == truths[1]


def test_every_file_has_the_rows_and_the_truth_is_about_them(base: Base) -> None:
    assert len(base.contacts) == len(base.deals) == len(base.orders) == ROWS
    for lines, truths in ((base.contacts, base.truth), (base.deals, base.deal_truth)):
        ids = [line["ID"] for line in lines]
        assert len(set(ids)) == ROWS
        assert [truth["id"] for truth in truths] == ids
        assert [truth["row"] for truth in truths] == [str(row) for row in range(1, ROWS + 1)]


def test_every_reason_and_proposal_occurs_often_enough_to_measure(base: Base) -> None:
    reasons = Counter(reason for truth in base.truth for reason in truth["reasons"].split(",") if reason)
    assert set(reasons) == set(REASONS)
    assert min(reasons.values()) >= 20
    assert {truth["proposal"] for truth in base.truth} == {"archive", "enrich", "check", ""}
    assert 0.3 < sum(truth["dead"] == "1" for truth in base.truth) / ROWS < 0.45


def test_dead_means_more_than_a_note(base: Base) -> None:
    for truth in base.truth:
        reasons = {reason for reason in truth["reasons"].split(",") if reason}
        assert truth["dead"] == str(int(bool(reasons - NOTES)))
        if not reasons:
            assert truth["proposal"] == ""


def test_no_contact_has_neither_phone_nor_mail(base: Base) -> None:
    for line, _ in base.with_reason("no-contact"):
        assert phones_of(line) == []
        assert mails_of(line) == []


def test_only_fillers_are_fillers(base: Base) -> None:
    for line, _ in base.with_reason("only-fillers"):
        assert set(phones_of(line)) <= FILLERS
        assert phones_of(line)


def test_numbers_out_of_service_are_said_to_be_so_and_nothing_else_is_left(base: Base) -> None:
    told_by_calls = [pair for pair in base.with_reason("not-in-service") if pair[1]["class"].startswith("dead-number")]
    counted = 0
    for line, truth in told_by_calls:
        if truth["class"] == "dead-number-remark":
            assert line["Комментарий"]
            assert mails_of(line) == []
            continue
        counted += 1
        for phone in phones_of(line):
            assert set(base.results(phone)[:2]) <= GONE
            assert len(base.results(phone)) >= 2
        assert all(base.last_letter(mail) in HARD for mail in mails_of(line))
    assert counted > 100


def test_bounced_addresses_bounced_last(base: Base) -> None:
    for line, _ in base.with_reason("bounced"):
        assert mails_of(line)
        assert all(base.last_letter(mail) in HARD for mail in mails_of(line))


def test_failed_attempts_are_five_in_a_row_on_three_days(base: Base) -> None:
    for line, _ in base.with_reason("attempts-failed"):
        (phone,) = phones_of(line)
        newest_first = sorted(base.calls[phone], key=lambda call: call[0], reverse=True)[:5]
        assert {call["Результат"] for _, call in newest_first} <= FAILURES
        assert all(call["Тип вызова"] == "Исходящий" for _, call in newest_first)
        assert len({moment.date() for moment, _ in newest_first}) >= 3


def test_few_attempts_are_fewer_or_on_one_day(base: Base) -> None:
    for line, truth in base.of_class("few-attempts"):
        assert truth["reasons"] == ""
        (phone,) = phones_of(line)
        assert len(base.calls[phone]) < 5 or len({moment.date() for moment, _ in base.calls[phone]}) == 1


def test_silence_is_counted_from_the_last_activity_or_else_the_modification(base: Base) -> None:
    for line, truth in zip(base.contacts, base.truth, strict=True):
        silent = age_of(line["Последняя активность"] or line["Дата изменения"]) > 365
        assert ("silent" in truth["reasons"].split(",")) == silent


def test_nothing_is_changed_before_it_is_made(base: Base) -> None:
    for line in base.contacts:
        moments = [
            datetime.strptime(line[name], "%d.%m.%Y %H:%M:%S")
            for name in ("Дата изменения", "Последняя активность", "Дата изменения стадии")
            if line[name]
        ]
        assert datetime.strptime(line["Дата создания"], "%d.%m.%Y %H:%M:%S") <= min(moments)


def test_a_stage_is_too_long_where_it_is_open_and_old(base: Base) -> None:
    words = hygiene_words().stages
    open_stages = {text for name in OPEN_STAGES for text in words[name]}
    for line, truth in zip(base.contacts, base.truth, strict=True):
        held = line["Стадия"] in open_stages and age_of(line["Дата изменения стадии"]) > 180
        assert ("stage-too-long" in truth["reasons"].split(",")) == held


def test_who_does_not_want_to_be_called_says_so(base: Base) -> None:
    refused = set(hygiene_words().stages["refused"])
    for line, truth in base.with_reason("opted-out"):
        assert line["Не звонить"].lower() == "да" or line["Стадия"] in refused or line["Комментарий"]
        assert truth["dead"] == "0" or truth["reasons"] != "opted-out"
    assert all(truth["reasons"] == "" for _, truth in base.of_class("opt-out-not-set"))


def test_a_closed_firm_is_said_to_be_closed(base: Base) -> None:
    closed = set(hygiene_words().closed_states)
    for line, truth in base.with_reason("company-closed"):
        assert line["Компания"]
        assert line["Статус компании"] in closed if truth["class"] == "closed-column" else line["Комментарий"]
        if truth["class"] == "closed-but-talking":
            assert truth["proposal"] == "check"
            (phone,) = phones_of(line)
            assert base.results(phone)[0].startswith("Вызов завершен")


@pytest.mark.parametrize(
    "name",
    [
        *("ordinary", "long-ago-modified", "phone-works", "soft-bounces", "mail-came-back", "one-address-of-two"),
        *("reached-at-last", "few-attempts", "one-number-of-two", "number-lost-mail-works", "number-came-back"),
        *("remark-other-firm", "remark-time-limit", "remark-negated", "remark-other-meaning", "remark-taken-back"),
        *("quiet-for-months", "opt-out-not-set", "reception"),
    ],
)
def test_who_only_looks_lost_is_alive(base: Base, name: str) -> None:
    told = base.of_class(name)
    assert told
    assert {(truth["dead"], truth["reasons"], truth["proposal"]) for _, truth in told} == {("0", "", "")}


def test_the_phone_that_works_belongs_to_an_address_that_does_not(base: Base) -> None:
    for line, _ in base.of_class("phone-works"):
        assert phones_of(line)
        assert all(base.last_letter(mail) in HARD for mail in mails_of(line))


def test_a_large_client_is_never_put_away_unseen(base: Base) -> None:
    large = 0
    for line, truth in zip(base.contacts, base.truth, strict=True):
        if float(line["Сумма"] or 0) >= 500_000 or "vip" in line["Теги"].lower():
            large += 1
            assert truth["proposal"] in ("check", "")
    assert large > 200


def test_remarks_are_whole_sentences(base: Base) -> None:
    comments = {line["Комментарий"] for line in base.contacts}
    assert not [text for text in comments if re.search(r"[\[\]{}|]", text)]
    assert any("\n" in text for text in comments)


@pytest.mark.parametrize(
    ("facts", "reasons", "dead", "proposal"),
    [
        pytest.param(Facts(), (), False, "", id="a living client"),
        pytest.param(Facts(silent_age=365), (), False, "", id="a year of silence is not yet too long"),
        pytest.param(Facts(silent_age=366), ("silent",), True, "archive", id="a year and a day is"),
        pytest.param(Facts(silent_age=900, vip=True), ("silent",), True, "check", id="a silent VIP"),
        pytest.param(Facts(stage_class="agreeing", stage_age=180), (), False, "", id="half a year of agreeing"),
        pytest.param(
            Facts(stage_class="agreeing", stage_age=181), ("stage-too-long",), True, "check", id="one day more"
        ),
        pytest.param(Facts(stage_class="won", stage_age=900), (), False, "", id="won long ago"),
        pytest.param(Facts(stage_class="refused", stage_age=9), ("opted-out",), False, "", id="refused and kept"),
        pytest.param(
            Facts(told={"no-contact"}, live_channel=False), ("no-contact",), True, "archive", id="a mere name"
        ),
        pytest.param(
            Facts(told={"no-contact"}, live_channel=False, has_company=True),
            ("no-contact",),
            True,
            "enrich",
            id="a name and a firm to ask",
        ),
        pytest.param(
            Facts(told={"attempts-failed"}), ("attempts-failed",), True, "enrich", id="never answers, has a mailbox"
        ),
        pytest.param(
            Facts(told={"wrong-number"}, named=False, has_company=True),
            ("wrong-number",),
            True,
            "archive",
            id="nobody knows whom to ask for",
        ),
        pytest.param(
            Facts(told={"not-in-service", "company-closed"}, has_company=True, live_channel=False),
            ("not-in-service", "company-closed"),
            True,
            "archive",
            id="nobody left to ask",
        ),
        pytest.param(
            Facts(told={"company-closed"}, contradicted=True),
            ("company-closed",),
            True,
            "check",
            id="closed, but talks",
        ),
        pytest.param(Facts(told={"person-left"}), ("person-left",), False, "check", id="left the firm"),
        pytest.param(
            Facts(told={"test-record", "only-fillers"}, named=False, live_channel=False),
            ("only-fillers", "test-record"),
            True,
            "archive",
            id="a test",
        ),
    ],
)
def test_what_follows_from_the_facts(facts: Facts, reasons: tuple[str, ...], dead: bool, proposal: str) -> None:
    assert find_reasons(facts) == reasons
    assert is_dead(reasons) == dead
    assert propose(reasons, facts) == proposal


def test_twins_are_open_deals_of_one_sale(base: Base) -> None:
    by_id = {line["ID"]: line for line in base.deals}
    twins = [(by_id[truth["id"]], truth) for truth in base.deal_truth if truth["twin_of"]]
    assert len(twins) > 100
    for line, truth in twins:
        older = by_id[truth["twin_of"]]
        assert int(older["ID"]) < int(line["ID"])
        assert age_of(older["Дата начала"]) >= age_of(line["Дата начала"])
        assert older["Сделка закрыта"] == line["Сделка закрыта"] == "N"
        assert older["Товар"] == line["Товар"]
        assert (older["Контакт"] == line["Контакт"]) == (truth["class"] == "twins-person")
        assert truth["other_manager"] == str(int(older["Ответственный"] != line["Ответственный"]))
    assert {truth["other_manager"] for _, truth in twins} == {"0", "1"}


@pytest.mark.parametrize(
    "name", ["bought-again", "two-projects", "same-name-firm", "back-after-loss", "colleagues-apart", "namesakes"]
)
def test_who_only_looks_like_a_twin_is_none(base: Base, name: str) -> None:
    told = [truth for truth in base.deal_truth if truth["class"] == name]
    assert told
    assert {truth["twin_of"] for truth in told} == {""}


def test_firms_of_one_name_have_their_own_inn(base: Base) -> None:
    inns = defaultdict(set)
    for line, truth in zip(base.deals, base.deal_truth, strict=True):
        if truth["class"] == "same-name-firm" and line["ИНН"]:
            inns[line["Телефон"]].add(line["ИНН"])
    assert inns
    assert all(len(own) == 1 for own in inns.values())


def test_what_is_said_of_a_deal_stands_in_its_cells(base: Base) -> None:
    for line, truth in zip(base.deals, base.deal_truth, strict=True):
        opened = line["Сделка закрыта"] == "N"
        task = line["Следующее дело"]
        assert opened == (line["Дата завершения"] == "")
        assert truth["stuck"] == str(int(opened and age_of(line["Дата изменения стадии"]) > 180))
        assert truth["no_task"] == str(int(opened and not task))
        assert truth["overdue_promise"] == str(int(opened and bool(task) and age_of(task) > 0))


def test_the_rhythm_of_a_client_stands_in_the_orders(base: Base) -> None:
    days = defaultdict(set)
    for line in base.orders:
        if line["Статус"] not in ("Отменён", "Отменен", "Возврат"):
            days[re.sub(r"\D", "", line["Телефон"].removesuffix(".0"))[-10:]].add(age_of(line["Дата"]))
    assert len(base.order_truth) == len(days)
    for truth in base.order_truth:
        ages = sorted(days[truth["phone"][-10:]])
        assert len(ages) == int(truth["orders"])
        assert (TODAY - date.fromisoformat(truth["last_order"])).days == ages[0]
        if truth["period"]:
            period = int(truth["period"])
            gap = median(later - earlier for earlier, later in pairwise(ages))
            assert 0.75 * period <= gap <= 1.25 * period
            assert (truth["overdue"] == "1") == (ages[0] > 2 * period)
            assert truth["overdue"] == "1" or ages[0] <= 0.8 * period
    assert {truth["overdue"] for truth in base.order_truth} == {"0", "1"}


def test_deals_and_orders_speak_of_people_whom_the_base_knows(base: Base) -> None:
    known = {phone for line in base.contacts for phone in phones_of(line)}
    buyers = {truth["phone"][-10:] for truth in base.order_truth}
    assert len(buyers & known) / len(buyers) > 0.3


def test_an_asterisk_writes_dispositions_and_causes(tmp_path: Path) -> None:
    write_hygiene(tmp_path, 400, 5, TODAY, calls="asterisk")
    calls = read(tmp_path / "calls.csv", ",")
    said = {(call["disposition"], call["hangupcause"]) for call in calls}
    assert said <= {
        *(("ANSWERED", "16"), ("NO ANSWER", "19"), ("NO ANSWER", "20"), ("BUSY", "17"), ("BUSY", "21")),
        ("FAILED", "1"),
    }
    assert ("FAILED", "1") in said
    for call in calls:
        assert (int(call["billsec"]) > 0) == (call["disposition"] == "ANSWERED")
        assert int(call["duration"]) > int(call["billsec"])


@pytest.fixture(scope="module")
def remade(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the samples made anew."""
    folder = tmp_path_factory.mktemp("samples")
    make_samples(folder)
    return folder


@pytest.mark.parametrize("name", NEW_SAMPLES)
def test_the_committed_samples_are_what_the_script_makes(remade: Path, name: str) -> None:
    for path in (name, f"{name}.truth.csv"):
        assert (SAMPLES / path).read_bytes() == (remade / path).read_bytes()


@pytest.mark.parametrize(
    ("deals", "contacts", "delimiter"),
    [
        pytest.param("bitrix24_deals.csv", "bitrix24_contacts.csv", ";", id="bitrix24"),
        pytest.param("amocrm_leads.csv", "amocrm_contacts.csv", ",", id="amocrm"),
    ],
)
def test_the_sample_of_deals_speaks_of_the_sample_of_contacts(deals: str, contacts: str, delimiter: str) -> None:
    known = {f"{line['Фамилия'].strip()} {line['Имя'].strip()}" for line in read(SAMPLES / contacts)}
    lines = read(SAMPLES / deals, delimiter)
    truths = read(SAMPLES / f"{deals}.truth.csv", ",")
    people = {line.get("Контакт") or line["Полное имя контакта"] for line in lines}
    assert len(lines) == len(truths) >= 60
    assert [truth["id"] for truth in truths] == [line["ID"] for line in lines]
    assert len(people & known) / len(people) > 0.7
    assert sum(bool(truth["twin_of"]) for truth in truths) >= 5
    assert {truth["other_manager"] for truth in truths} == {"0", "1"}
    assert sum(truth["stuck"] == "1" for truth in truths) >= 2
