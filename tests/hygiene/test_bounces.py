"""Bounces: what codes and words mean by their standards, reports as services write them, and what must always hold."""

import csv
import datetime
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmclean.core.errors import UsageError
from crmclean.core.settings import ReadSettings
from crmclean.core.table import Column, Origin, Table
from crmclean.files.reading import read_table
from crmclean.hygiene.bounces import KINDS, UNREAD_REASONS, Evidence, kind_of_delivery, read_bounces, summarise_bounces
from crmclean.hygiene.evidence_columns import parse_moments

_GOLDEN = Path(__file__).parent / "golden" / "delivery_codes.csv"
_TODAY = datetime.date(2026, 11, 22)


def _golden() -> list[tuple[str, str]]:
    with _GOLDEN.open(encoding="utf-8", newline="") as file:
        return [(row["text"], row["kind"]) for row in csv.DictReader(file)]


def _read(text: str, encoding: str = "utf-8") -> Evidence:
    return read_bounces(read_table(text.encode(encoding), "report.csv", ReadSettings(), of_clients=False).table)


def _table(columns: dict[str, list[str]], header_row: int = 1) -> Table:
    frame = pd.DataFrame({name: pd.Series(cells, dtype="str") for name, cells in columns.items()})
    return Table(frame, tuple(Column(name, name) for name in columns), Origin("list.csv", header_row=header_row))


def _kinds(evidence: Evidence) -> list[tuple[int, str, str]]:
    frame = evidence.frame
    return list(zip(frame["row"].tolist(), frame["address"].tolist(), frame["kind"].tolist(), strict=True))


def _unread(evidence: Evidence) -> list[tuple[int, str]]:
    return list(zip(evidence.unread["row"].tolist(), evidence.unread["reason"].tolist(), strict=True))


def _summary(lines: list[tuple[str, str]], as_of: datetime.date = _TODAY, **limits: int) -> dict[str, object]:
    """Return the only line of the summary of kinds and dates of one address."""
    words = {"hard": "5.1.1", "soft": "4.2.2", "delivered": "ok", "complaint": "spam", "unsubscribed": "unsub"}
    table = _table(
        {
            "email": ["ivanov@example.com"] * len(lines),
            "status": [words[kind] for kind, _date in lines],
            "date": [date for _kind, date in lines],
        }
    )
    (line,) = summarise_bounces(read_bounces(table), as_of, **limits).to_dict("records")
    return {str(key): value for key, value in line.items()}


@pytest.mark.parametrize(("text", "kind"), _golden())
def test_codes_and_words_mean_what_their_source_says(text: str, kind: str) -> None:
    assert kind_of_delivery(text) == kind


def test_the_golden_table_is_large_and_has_every_kind() -> None:
    assert len(_golden()) >= 120
    assert {kind for _text, kind in _golden()} == set(KINDS)


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        pytest.param(("hard_bounced", "err_mailbox_full"), "soft", id="the cause corrects the kind: mailbox full"),
        pytest.param(("bounce", "blocked", "550 5.7.1 policy"), "soft", id="SendGrid: blocked"),
        pytest.param(("bounce", "bounce", "550 5.1.1 unknown user"), "hard", id="SendGrid: bounce"),
        pytest.param(("dropped", "Bounced Address"), "hard", id="SendGrid: dropped, bounced before"),
        pytest.param(("dropped", "Unsubscribed Address"), "unsubscribed", id="SendGrid: dropped, unsubscribed"),
        pytest.param(("Bounce", "Permanent", "General"), "hard", id="SES: permanent"),
        pytest.param(("Bounce", "Transient", "General"), "soft", id="SES: transient"),
        pytest.param(("Bounce", "Permanent", "NoEmail"), "hard", id="SES: no mailbox"),
        pytest.param(("failed", "permanent", "espblock"), "soft", id="Mailgun: the provider blocks the sender"),
        pytest.param(("failed", "permanent", "bounce", "550"), "hard", id="Mailgun: permanent"),
        pytest.param(("failed", "temporary"), "soft", id="Mailgun: temporary"),
        pytest.param(("bounce", "421"), "soft", id="transient reply"),
        pytest.param(("550", "Message rejected as spam"), "soft", id="code and text apart: spam"),
        pytest.param(("5.1.1", "soft"), "hard", id="the cause corrects the kind: no such user"),
        pytest.param(("delivered", "отписался"), "unsubscribed", id="delivered, then unsubscribed"),
        pytest.param(("250 2.0.0 OK", "жалоба"), "complaint", id="delivered, then complained"),
        pytest.param(("", "", ""), "unknown", id="nothing said"),
    ],
)
def test_cells_of_one_line_are_read_together(cells: tuple[str, ...], kind: str) -> None:
    assert kind_of_delivery(*cells) == kind


@pytest.mark.parametrize(
    "text",
    ["не отписался", "без жалоб", "версия 2.11.3", "отправлено 05.12.2024", "10.5.1.1", "5.1.1.1", "№ 5501"],
)
def test_what_only_resembles_a_code_says_nothing(text: str) -> None:
    assert kind_of_delivery(text) == "unknown"


def test_plain_list_without_a_heading_is_hard() -> None:
    evidence = _read("ivanov@example.com\npetrov@example.com\n")
    assert _kinds(evidence) == [(1, "ivanov@example.com", "hard"), (2, "petrov@example.com", "hard")]
    assert evidence.frame["date"].isna().all()


def test_heading_that_is_an_address_is_read_as_row_zero() -> None:
    evidence = read_bounces(_table({"Ivanov@example.com": ["petrov@example.com"]}))
    assert _kinds(evidence) == [(0, "ivanov@example.com", "hard"), (1, "petrov@example.com", "hard")]


def test_list_with_names_and_dates_is_still_a_bounce_list() -> None:
    evidence = _read("Имя;E-mail;Дата\nИван;ivanov@example.com;05.03.2024\nПётр;petrov@example.com;06.03.2024\n")
    assert set(evidence.frame["kind"]) == {"hard"}
    assert evidence.frame["date"].tolist() == [pd.Timestamp("2024-03-05"), pd.Timestamp("2024-03-06")]


def test_words_that_nobody_knows_make_nothing_hard() -> None:
    rows = [(f"u{number}@example.com", "норм" if number % 2 else "так себе") for number in range(12)]
    evidence = _read("E-mail;Отметка\n" + "".join(f"{mail};{word}\n" for mail, word in rows))
    assert set(evidence.frame["kind"]) == {"unknown"}
    assert not summarise_bounces(evidence, _TODAY)["hard"].any()


def test_report_of_unisender() -> None:
    text = (
        "email;send_result;last_update\n"
        "ivanov@example.com;err_user_unknown;2024-03-05 10:15:00\n"
        "petrov@example.com;ok_delivered;2024-03-05 10:16:00\n"
        "sidorov@example.com;skip_unsubscribed;2024-03-05 10:17:00\n"
        "orlov@example.com;err_mailbox_full;2024-03-05 10:18:00\n"
    )
    evidence = _read(text)
    assert [kind for _row, _address, kind in _kinds(evidence)] == ["hard", "delivered", "unsubscribed", "soft"]
    assert evidence.frame["code"].tolist()[0] == "err_user_unknown"
    assert evidence.frame["date"].iloc[0] == pd.Timestamp("2024-03-05 10:15:00")
    assert evidence.columns == (("address", "email"), ("result", "send_result"), ("date", "last_update"))


def test_russian_report_in_cp1251_with_two_addresses_in_a_cell() -> None:
    text = (
        "Отчёт о доставке за март\r\n"
        "E-mail;Статус;Причина;Дата события\r\n"
        "ivanov@example.com, petrov@example.com;Жёсткий возврат;ящик не существует;5 марта 2024 г.\r\n"
        "нет;Жёсткий возврат;;05.03.2024\r\n"
        ";Доставлено;;05.03.2024\r\n"
    )
    evidence = _read(text, "cp1251")
    assert _kinds(evidence) == [(1, "ivanov@example.com", "hard"), (1, "petrov@example.com", "hard")]
    assert evidence.frame["code"].tolist()[0] == "Жёсткий возврат; ящик не существует"
    assert evidence.frame["date"].iloc[0] == pd.Timestamp("2024-03-05")
    assert _unread(evidence) == [(2, "address-impossible"), (3, "no-address")]


def test_an_address_need_not_be_headed_as_that_of_a_mailbox() -> None:
    evidence = _read("Адрес;Статус;Дата\nivanov@example.com;отписался;05.03.2024\n")
    assert _kinds(evidence) == [(1, "ivanov@example.com", "unsubscribed")]


def test_events_of_sendgrid_count_seconds() -> None:
    text = (
        "email,event,type,reason,timestamp\n"
        "ivanov@example.com,bounce,bounce,550 5.1.1 user unknown,1709633700\n"
        "petrov@example.com,bounce,blocked,550 5.7.1 blocked,1709633700\n"
        "orlov@example.com,spamreport,,,1709633700\n"
        "sokolov@example.com,processed,,,1709633700\n"
    )
    evidence = _read(text)
    assert evidence.frame["kind"].tolist() == ["hard", "soft", "complaint", "unknown"]
    assert evidence.frame["date"].iloc[0] == pd.Timestamp("2024-03-05 10:15:00")


def test_bounces_of_postmark_and_amazon() -> None:
    postmark = "Type,Email,BouncedAt\nHardBounce,a@example.com,2024-03-05T10:15:00Z\nTransient,b@example.com,\n"
    amazon = (
        "recipient,eventType,bounceType,bounceSubType\n"
        "a@example.com,Bounce,Permanent,NoEmail\nb@example.com,Bounce,Transient,MailboxFull\n"
        "c@example.com,Complaint,,\n"
    )
    assert _read(postmark).frame["kind"].tolist() == ["hard", "soft"]
    assert _read(amazon).frame["kind"].tolist() == ["hard", "soft", "complaint"]


def test_lists_of_mailchimp_say_when_and_thereby_what() -> None:
    cleaned = "Email Address,First Name,CLEAN_TIME\nivanov@example.com,Иван,2024-03-05 10:15:00\n"
    gone = "Email Address,First Name,UNSUB_TIME\nivanov@example.com,Иван,2024-03-05 10:15:00\npetrov@example.com,,\n"
    assert _read(cleaned).frame["kind"].tolist() == ["hard"]
    assert _read(gone).frame["kind"].tolist() == ["unsubscribed", "unknown"]
    assert _read(gone).frame["date"].iloc[0] == pd.Timestamp("2024-03-05 10:15:00")


def test_the_sender_is_nobody_who_bounced() -> None:
    text = "From,To,Status\nshop@example.org,ivanov@example.com,5.1.1\nshop@example.org,petrov@example.com,5.1.1\n"
    assert _read(text).frame["address"].tolist() == ["ivanov@example.com", "petrov@example.com"]


def test_verdicts_are_found_without_a_heading_too() -> None:
    evidence = _read("ivanov@example.com;hard bounce;05.03.2024\npetrov@example.com;доставлено;06.03.2024\n")
    assert evidence.frame["kind"].tolist() == ["hard", "delivered"]
    assert evidence.frame["date"].notna().all()


def test_two_spellings_of_a_mailbox_are_one_address() -> None:
    table = _table({"email": ["Ivan.Petrov@gmail.com", "ivanpetrov@gmail.com"], "status": ["5.1.1", "ok"]})
    assert len(summarise_bounces(read_bounces(table), _TODAY)) == 1


def test_a_file_without_addresses_is_refused_with_its_headings() -> None:
    with pytest.raises(UsageError) as error:
        read_bounces(_table({"Телефон": ["+79000000001"], "Статус": ["5.1.1"]}))
    assert "list.csv" in str(error.value)
    assert "'Телефон', 'Статус'" in str(error.value)
    assert "E-mail" in error.value.hint
    assert "9000000001" not in str(error.value)


def test_an_empty_report_has_no_lines() -> None:
    evidence = read_bounces(_table({"email": [], "status": []}))
    assert len(evidence.frame) == len(evidence.unread) == len(summarise_bounces(evidence, _TODAY)) == 0


@pytest.mark.parametrize(
    ("lines", "hard"),
    [
        pytest.param([("hard", "01.03.2024")], True, id="bounced"),
        pytest.param([("hard", "01.03.2024"), ("delivered", "02.03.2024")], False, id="delivered later"),
        pytest.param([("delivered", "01.03.2024"), ("hard", "02.03.2024")], True, id="delivered before"),
        pytest.param([("hard", "02.03.2024"), ("delivered", "01.03.2024")], True, id="order of the file is nothing"),
        pytest.param(
            [("hard", "01.03.2024"), ("delivered", "02.03.2024"), ("hard", "03.03.2024")], True, id="and again"
        ),
        pytest.param([("hard", ""), ("delivered", "02.03.2024")], False, id="nobody knows which was first"),
        pytest.param([("hard", "01.03.2024"), ("delivered", "")], False, id="a delivery some day"),
        pytest.param([("hard", "")], True, id="no date at all"),
        pytest.param([("hard", "23.11.2026")], False, id="tomorrow has not come"),
        pytest.param([("hard", "22.11.2026 23:59")], True, id="today has"),
        pytest.param([("hard", "01.03.2024"), ("unsubscribed", "02.03.2024")], True, id="no delivery, no proof"),
    ],
)
def test_a_hard_bounce_stands_until_a_delivery(lines: list[tuple[str, str]], hard: bool) -> None:
    # A line of another address keeps the summary from being empty where all lines are of later days.
    lines = [*lines, ("soft", "01.01.2024")]
    assert _summary(lines)["hard"] is hard


@pytest.mark.parametrize(
    ("days", "extra", "hard", "soft"),
    [
        pytest.param(["01", "05", "09", "12", "15"], [], True, 5, id="five in fourteen days"),
        pytest.param(["01", "05", "09", "12", "14"], [], False, 5, id="in thirteen days"),
        pytest.param(["01", "05", "09", "15"], [], False, 4, id="only four"),
        pytest.param(["01", "01", "01", "01", "15"], [], False, 2, id="four tries of one letter"),
        pytest.param(["01", "05", "09", "12", "15"], [("delivered", "16.03.2024")], False, 0, id="delivered after"),
        pytest.param(["01", "05", "09", "12", "15"], [("delivered", "10.03.2024")], False, 2, id="delivered between"),
    ],
)
def test_soft_bounces_add_up(days: list[str], extra: list[tuple[str, str]], hard: bool, soft: int) -> None:
    line = _summary([("soft", f"{day}.03.2024") for day in days] + extra)
    assert (line["hard"], line["soft"]) == (hard, soft)


def test_the_limits_of_soft_bounces_are_settings() -> None:
    lines = [("soft", "01.03.2024"), ("soft", "03.03.2024")]
    assert _summary(lines, soft_limit=2, soft_days=2)["hard"] is True
    assert _summary(lines, soft_limit=2, soft_days=3)["hard"] is False


def test_who_complained_or_unsubscribed_stays_opted_out() -> None:
    line = _summary([("complaint", "01.03.2024"), ("delivered", "02.03.2024")])
    assert (line["opted_out"], line["hard"], line["kind"]) == (True, False, "complaint")
    assert line["date"] == pd.Timestamp("2024-03-01")
    assert line["last"] == pd.Timestamp("2024-03-02")


def test_the_line_that_decides_is_named() -> None:
    line = _summary([("soft", "05.03.2024"), ("hard", "01.03.2024"), ("hard", "03.03.2024")])
    assert (line["kind"], line["code"], line["date"]) == ("hard", "5.1.1", pd.Timestamp("2024-03-03"))


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        pytest.param("05.03.24 10:15", "2024-03-05 10:15:00", id="short year"),
        pytest.param("5.3.24", "2024-03-05", id="short year, no zeros"),
        pytest.param("05.03.2024, 10:15:30", "2024-03-05 10:15:30", id="comma"),
        pytest.param("1709633700", "2024-03-05 10:15:00", id="seconds"),
        pytest.param("1709633700123", "2024-03-05 10:15:00", id="milliseconds"),
        pytest.param("2024-03-05T10:15:00Z", "2024-03-05 10:15:00", id="ISO 8601"),
        pytest.param("скоро", None, id="no date"),
    ],
)
def test_moments_of_logs(text: str, moment: str | None) -> None:
    read = parse_moments(pd.Series([text], dtype="str")).iloc[0]
    assert pd.isna(read) if moment is None else read == pd.Timestamp(moment)


_CELLS = st.one_of(
    st.sampled_from(["", " ", "ivanov@example.com", "a@b", "5.1.1", "550", "нет", "05.03.2024", "hard", "1709633700"]),
    st.text(max_size=12),
)
_HEADINGS = st.sampled_from(["email", "Статус", "Дата", "Причина", "Имя", "To", "CLEAN_TIME", "UNSUB_TIME", "№"])


@given(
    names=st.lists(_HEADINGS, min_size=1, max_size=4, unique=True),
    rows=st.lists(st.lists(_CELLS, min_size=4, max_size=4), max_size=8),
    header_row=st.sampled_from([0, 1]),
)
def test_every_line_is_read_or_counted(names: list[str], rows: list[list[str]], header_row: int) -> None:
    table = _table({name: [row[place] for row in rows] for place, name in enumerate(names)}, header_row)
    before = table.frame.copy()
    try:
        evidence = read_bounces(table)
    except UsageError:
        return
    read, unread = set(evidence.frame["row"]), set(evidence.unread["row"])
    assert read | unread == set(range(1, len(rows) + 1))
    assert not read & unread
    assert set(evidence.frame["kind"]) <= set(KINDS)
    assert set(evidence.unread["reason"]) <= set(UNREAD_REASONS)
    summary = summarise_bounces(evidence, _TODAY)
    assert summary["address"].is_unique
    assert set(summary["address"]) <= set(evidence.frame["address"])
    pd.testing.assert_frame_equal(table.frame, before)


@given(text=st.text(max_size=80))
def test_any_text_says_one_of_the_kinds(text: str) -> None:
    assert kind_of_delivery(text) in KINDS
    assert kind_of_delivery(f"  {text} ") == kind_of_delivery(text)


_LINES = st.lists(
    st.tuples(
        st.sampled_from(["hard", "soft", "delivered", "complaint", "unsubscribed"]),
        st.sampled_from(["", "01.03.2024", "02.03.2024", "20.03.2024 10:00", "01.01.2030"]),
    ),
    min_size=1,
    max_size=8,
)


@given(lines=_LINES)
def test_the_order_of_the_file_changes_nothing(lines: list[tuple[str, str]]) -> None:
    today = datetime.date(2031, 1, 1)
    one, other = (pd.DataFrame([_summary(order, today)]) for order in (lines, lines[::-1]))
    pd.testing.assert_frame_equal(one, other)
