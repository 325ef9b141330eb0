"""Calls: what codes and words mean by their standards, logs as telephony writes them, and what must always hold."""

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
from crmclean.hygiene.calls import (
    RESULTS,
    UNREAD_REASONS,
    Evidence,
    read_calls,
    result_of_call,
    seconds_of,
    summarise_calls,
)

_GOLDEN = Path(__file__).parent / "golden" / "call_results.csv"
_TODAY = datetime.date(2026, 11, 22)
_ONE, _TWO, _THREE = "+79000000001", "+79000000002", "+79000000003"


def _golden() -> list[tuple[str, str, str]]:
    with _GOLDEN.open(encoding="utf-8", newline="") as file:
        return [(row["heading"], row["text"], row["result"]) for row in csv.DictReader(file)]


def _read(text: str, encoding: str = "utf-8") -> Evidence:
    return read_calls(read_table(text.encode(encoding), "calls.csv", ReadSettings(), of_clients=False).table)


def _table(columns: dict[str, list[str]], header_row: int = 1) -> Table:
    frame = pd.DataFrame({name: pd.Series(cells, dtype="str") for name, cells in columns.items()})
    return Table(frame, tuple(Column(name, name) for name in columns), Origin("calls.csv", header_row=header_row))


def _lines(evidence: Evidence) -> list[tuple[int, str, str, str]]:
    frame = evidence.frame[["row", "number", "result", "direction"]]
    return [(int(row), number, result, direction) for row, number, result, direction in frame.itertuples(index=False)]


def _unread(evidence: Evidence) -> list[tuple[int, str]]:
    return list(zip(evidence.unread["row"].tolist(), evidence.unread["reason"].tolist(), strict=True))


@pytest.mark.parametrize(("heading", "text", "result"), _golden())
def test_codes_and_words_mean_what_their_source_says(heading: str, text: str, result: str) -> None:
    assert result_of_call((heading,), (text,))[0] == result


def test_the_golden_table_is_large_and_has_every_result() -> None:
    assert len(_golden()) >= 100
    assert {result for _heading, _text, result in _golden()} == set(RESULTS)


@pytest.mark.parametrize(
    ("heading", "text", "certain"),
    [
        pytest.param("hangupcause", "1", True, id="Q.850 cause 1"),
        pytest.param("hangupcause", "28", False, id="Q.850 cause 28, invalid format"),
        pytest.param("sip code", "404", True, id="SIP 404"),
        pytest.param("CALL_FAILED_CODE", "404", True, id="Bitrix24 404"),
        pytest.param("disconnect_reason", "1133", True, id="MANGO OFFICE 1133"),
        pytest.param("disconnect_reason", "1132", False, id="MANGO OFFICE 1132, not served now"),
        pytest.param("disposition", "unallocated number", True, id="Zadarma"),
        pytest.param("Результат", "номер не существует", False, id="an operator's word"),
        pytest.param("disposition", "ANSWERED", False, id="answered"),
    ],
)
def test_the_networks_own_word_is_certain(heading: str, text: str, certain: bool) -> None:
    assert result_of_call((heading,), (text,))[1] is certain


@pytest.mark.parametrize(
    ("headers", "cells", "result"),
    [
        pytest.param(("disposition", "hangupcause"), ("FAILED", "1"), "not-in-service", id="the cause says more"),
        pytest.param(("disposition", "hangupcause"), ("NO ANSWER", "16"), "no-answer", id="normal clearing"),
        pytest.param(("disposition", "hangupcause"), ("ANSWERED", "16"), "answered", id="answered and cleared"),
        pytest.param(("Статус", "Комментарий оператора"), ("Отвечен", "ошиблись номером"), "wrong-number", id="who"),
        pytest.param(("Статус", "Результат"), ("ANSWERED", "автоответчик"), "voicemail", id="a machine answered"),
        pytest.param((), (), "unknown", id="no column"),
    ],
)
def test_columns_are_read_together(headers: tuple[str, ...], cells: tuple[str, ...], result: str) -> None:
    assert result_of_call(headers, cells)[0] == result


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        pytest.param("35", 35, id="seconds"),
        pytest.param("35.0", 35, id="spreadsheet"),
        pytest.param("00:01:05", 65, id="clock"),
        pytest.param("1:05", 65, id="minutes and seconds"),
        pytest.param("1:00:00", 3600, id="an hour"),
        pytest.param("1 мин 5 с", 65, id="words"),
        pytest.param("2 мин.", 120, id="minutes"),
        pytest.param("1ч 2м 3с", 3723, id="letters"),
        pytest.param("40 sec", 40, id="English"),
        pytest.param("", -1, id="empty"),
        pytest.param("-", -1, id="dash"),
        pytest.param("долго", -1, id="no number"),
        pytest.param("3 раза", -1, id="another unit"),
    ],
)
def test_durations(text: str, seconds: int) -> None:
    assert seconds_of(text) == seconds


def test_asterisk_with_a_heading() -> None:
    text = (
        "calldate,src,dst,duration,billsec,disposition\n"
        "2024-03-05 10:00:00,101,89000000001,30,20,ANSWERED\n"
        "2024-03-05 10:01:00,102,89000000002,25,0,NO ANSWER\n"
        "2024-03-05 10:02:00,89000000003,101,40,33,ANSWERED\n"
        "2024-03-05 10:03:00,101,102,9,5,ANSWERED\n"
        "2024-03-05 10:04:00,Anonymous,101,9,5,ANSWERED\n"
    )
    evidence = _read(text)
    assert _lines(evidence) == [
        (1, _ONE, "answered", "out"),
        (2, _TWO, "no-answer", "out"),
        (3, _THREE, "answered", "in"),
    ]
    assert evidence.frame["seconds"].tolist() == [20, 0, 33]
    assert evidence.frame["date"].iloc[0] == pd.Timestamp("2024-03-05 10:00:00")
    assert _unread(evidence) == [(4, "internal"), (5, "no-number")]


def test_asterisk_master_csv_without_a_heading() -> None:
    row = '"","{}","{}","default","""x"" <101>","SIP/101-1","SIP/t-2","Dial","SIP/t","{}","","{}",30,{},"{}","X"\n'
    text = row.format("101", "79000000001", "2024-03-05 10:00:00", "2024-03-05 10:00:30", 20, "ANSWERED")
    text += row.format("101", "79000000002", "2024-03-05 11:00:00", "2024-03-05 11:00:30", 0, "BUSY")
    evidence = _read(text)
    assert _lines(evidence) == [(1, _ONE, "answered", "out"), (2, _TWO, "busy", "out")]
    assert evidence.frame["seconds"].tolist() == [20, 0]


def test_mango_office_with_names_and_extensions() -> None:
    text = (
        "Тип вызова;Дата;Время;Кто звонил;С номера;Кому звонил;Длительность разговора;Результат\r\n"
        "Исходящий;05.03.2024;10:00:00;Иванов И. (101);74950000000;+7 900 000-00-01;00:01:10;Успешный\r\n"
        "Исходящий;05.03.2024;10:05:00;Иванов И. (101);74950000000;+7 900 000-00-02;00:00:00;Неуспешный\r\n"
        "Входящий;05.03.2024;10:06:00;+7 900 000-00-03;;Иванов И. (101);00:00:40;Успешный\r\n"
        "Внутренний;05.03.2024;10:07:00;Иванов И. (101);;Петров П. (102);00:00:40;Успешный\r\n"
    )
    evidence = _read(text, encoding="cp1251")
    assert _lines(evidence) == [
        (1, _ONE, "answered", "out"),
        (2, _TWO, "no-answer", "out"),
        (3, _THREE, "answered", "in"),
    ]
    assert evidence.frame["date"].iloc[1] == pd.Timestamp("2024-03-05 10:05:00")
    assert evidence.frame["seconds"].tolist() == [70, 0, 40]
    assert _unread(evidence) == [(4, "internal")]


def test_uis_names_the_clients_number() -> None:
    text = (
        "Дата/время начала;Направление;Номер клиента;Виртуальный номер;Сотрудник;Разговор, с;"
        "Причина завершения звонка\n"
        "05.03.2024 10:00:00;Исходящий;79000000001;74950000000;Иванов;0;Абонент занят\n"
        "05.03.2024 10:01:00;Исходящий;79000000002;74950000000;Иванов;0;Виртуальный номер не найден\n"
        "05.03.2024 10:02:00;Входящий;79000000003;74950000000;Иванов;45;Абонент разорвал соединение\n"
    )
    evidence = _read(text)
    assert _lines(evidence) == [
        (1, _ONE, "busy", "out"),
        (2, _TWO, "failed", "out"),
        (3, _THREE, "answered", "in"),
    ]


def test_bitrix24_counts_its_types_and_codes() -> None:
    text = (
        "CALL_TYPE;PHONE_NUMBER;CALL_START_DATE;CALL_DURATION;CALL_FAILED_CODE\n"
        "1;+79000000001;05.03.2024 10:00:00;35;200\n"
        "1;+79000000001;05.03.2024 11:00:00;0;404\n"
        "2;+79000000002;05.03.2024 12:00:00;0;304\n"
        "4;+79000000003;05.03.2024 13:00:00;0;603-S\n"
    )
    evidence = _read(text)
    assert _lines(evidence) == [
        (1, _ONE, "answered", "out"),
        (2, _ONE, "not-in-service", "out"),
        (3, _TWO, "no-answer", "in"),
        (4, _THREE, "no-answer", "out"),
    ]
    assert evidence.frame["certain"].tolist() == [False, True, False, False]


def test_binotel_counts_its_types_from_zero() -> None:
    text = (
        "startTime,callType,externalNumber,internalNumber,billsec,disposition\n"
        "1709633700,0,79000000001,101,30,ANSWER\n1709633760,1,79000000002,101,0,VM-SUCCESS\n"
    )
    evidence = _read(text)
    assert _lines(evidence) == [(1, _ONE, "answered", "in"), (2, _TWO, "voicemail", "out")]
    assert evidence.frame["date"].iloc[0] == pd.Timestamp("2024-03-05 10:15:00")


def test_zadarma_and_sip_addresses() -> None:
    text = (
        "callstart,from,to,disposition,billseconds\n"
        "2024-03-05 10:00:00,sip:101@pbx.example.com,sip:79000000001@sip.example.com,unallocated number,0\n"
        '2024-03-05 10:01:00,101,"""Ivanov"" <79000000002>",no answer,0\n'
    )
    evidence = _read(text)
    assert _lines(evidence) == [(1, _ONE, "not-in-service", "out"), (2, _TWO, "no-answer", "out")]


def test_sipuni_short_years_and_types_of_missed_calls() -> None:
    text = (
        "Тип;Статус;Время;Откуда;Куда;Длительность разговора\n"
        "Исходящий;Отвечен;05.03.24 10:00:00;201;79000000001;12\n"
        "Входящий;Не отвечен;05.03.24 10:05:00;79000000002;74950000000;0\n"
        "Пропущенный;;05.03.24 10:06:00;79000000003;74950000000;\n"
    )
    evidence = _read(text)
    assert _lines(evidence) == [
        (1, _ONE, "answered", "out"),
        (2, _TWO, "no-answer", "in"),
        (3, _THREE, "no-answer", "in"),
    ]
    assert evidence.frame["date"].iloc[0] == pd.Timestamp("2024-03-05 10:00:00")


def test_a_list_of_an_operator() -> None:
    text = (
        "Телефон;Дата звонка;Результат обзвона\n8 900 000-00-01;5.03.2024;номер не существует\n"
        "8 900 000-00-02, 8 900 000-00-03;5.03.2024;недозвон\nнет;5.03.2024;недозвон\n;5.03.2024;недозвон\n"
    )
    evidence = _read(text)
    assert _lines(evidence) == [
        (1, _ONE, "not-in-service", ""),
        (2, _TWO, "no-answer", ""),
        (2, _THREE, "no-answer", ""),
    ]
    assert _unread(evidence) == [(3, "no-number"), (4, "no-number")]


def test_own_numbers_are_found_where_no_column_says_the_direction() -> None:
    own = "74950000000"
    out = [(own, f"7900000001{digit}") for digit in range(5)]
    back = [(f"7900000002{digit}", own) for digit in range(4)]
    table = _table({"src": [a for a, _b in out + back], "dst": [b for _a, b in out + back]})
    evidence = read_calls(table)
    assert evidence.frame["direction"].tolist() == ["out"] * 5 + ["in"] * 4
    assert f"+{own}" not in set(evidence.frame["number"])


def test_two_strangers_leave_the_line_unread() -> None:
    evidence = read_calls(_table({"src": ["79000000001"], "dst": ["79000000002"], "disposition": ["BUSY"]}))
    assert _unread(evidence) == [(1, "side-unknown")]


def test_numbers_without_a_heading() -> None:
    assert _lines(_read("79000000001\n79000000002\n")) == [(1, _ONE, "unknown", ""), (2, _TWO, "unknown", "")]
    headed = read_calls(_table({"8 900 000-00-01": ["79000000002"]}))
    assert headed.frame["row"].tolist() == [0, 1]
    found = _read("79000000001;05.03.2024;не отвечает\n79000000002;06.03.2024;занято\n")
    assert found.frame["result"].tolist() == ["no-answer", "busy"]
    assert found.frame["date"].notna().all()


@pytest.mark.parametrize(
    ("seconds", "result"),
    [
        pytest.param("60", "answered", id="a conversation"),
        pytest.param("5", "answered", id="the shortest one"),
        pytest.param("4", "no-answer", id="too short"),
        pytest.param("0", "no-answer", id="none"),
        pytest.param("", "unknown", id="not known"),
    ],
)
def test_the_length_decides_where_no_word_does(seconds: str, result: str) -> None:
    evidence = read_calls(_table({"Телефон": ["79000000001"], "Статус": ["прочее"], "billsec": [seconds]}))
    assert evidence.frame["result"].tolist() == [result]


def test_the_shortest_conversation_is_a_setting() -> None:
    table = _table({"Телефон": ["79000000001"], "billsec": ["8"]})
    assert read_calls(table, least_seconds=10).frame["result"].tolist() == ["no-answer"]


def test_a_file_without_numbers_is_refused_with_its_headings() -> None:
    with pytest.raises(UsageError) as error:
        read_calls(_table({"E-mail": ["ivanov@example.com"], "Статус": ["BUSY"]}))
    assert "'E-mail', 'Статус'" in str(error.value)
    assert "ivanov" not in str(error.value)


def _summary(
    calls: list[tuple[str, str, str]], as_of: datetime.date = _TODAY, headed: str = "Статус"
) -> dict[str, object]:
    """Return the only line of the summary of calls: direction, result and date of each."""
    table = _table(
        {
            "Направление": [direction for direction, _result, _date in calls],
            "Телефон": ["79000000001"] * len(calls),
            headed: [result for _direction, result, _date in calls],
            "Дата": [date for _direction, _result, date in calls],
        }
    )
    (line,) = summarise_calls(read_calls(table), as_of).to_dict("records")
    return {str(key): value for key, value in line.items()}


@pytest.mark.parametrize(
    ("calls", "failed", "days"),
    [
        pytest.param(
            [("исх", "НДЗ", "01.03.2024"), ("исх", "занято", "01.03.2024 18:00"), ("исх", "сброс", "03.03.2024")],
            3, 2, id="three attempts on two days",
        ),
        pytest.param(
            [("исх", "НДЗ", "01.03.2024"), ("исх", "отвечен", "02.03.2024"), ("исх", "НДЗ", "03.03.2024")],
            1, 1, id="answered between",
        ),
        pytest.param(
            [("исх", "НДЗ", "03.03.2024"), ("исх", "отвечен", "02.03.2024"), ("исх", "НДЗ", "01.03.2024")],
            1, 1, id="newest line first",
        ),
        pytest.param([("исх", "НДЗ", "01.03.2024"), ("исх", "отвечен", "02.03.2024")], 0, 0, id="redial answered"),
        pytest.param([("исх", "НДЗ", "01.03.2024"), ("вх", "пропущен", "02.03.2024")], 0, 0, id="he called back"),
        pytest.param(
            [("исх", "НДЗ", "01.03.2024"), ("исх", "нет денег: сбой", "02.03.2024"), ("исх", "НДЗ", "03.03.2024")],
            2, 2, id="our own failure neither counts nor ends",
        ),
        pytest.param([("исх", "НДЗ", "01.03.2024"), ("исх", "прочее", "02.03.2024")], 0, 0, id="who knows"),
        pytest.param([("", "НДЗ", "01.03.2024"), ("", "НДЗ", "02.03.2024")], 2, 2, id="direction not said"),
        pytest.param([("исх", "НДЗ", ""), ("исх", "НДЗ", "")], 2, 0, id="no dates"),
        pytest.param([("исх", "НДЗ", ""), ("исх", "отвечен", "")], 0, 0, id="no dates, answered some day"),
        pytest.param([("исх", "отвечен", "01.03.2024"), ("исх", "НДЗ", "01.03.2024")], 0, 0, id="one moment"),
        pytest.param([("исх", "НДЗ", "01.03.2024"), ("исх", "НДЗ", "01.03.2027")], 1, 1, id="next year has not come"),
        pytest.param([("исх", "отвечен", "01.03.2024"), ("исх", "автоответчик", "02.03.2024")], 1, 1, id="voicemail"),
    ],
)  # fmt: skip
def test_failures_in_a_row(calls: list[tuple[str, str, str]], failed: int, days: int) -> None:
    line = _summary(calls)
    assert (line["failed_in_a_row"], line["days_tried"]) == (failed, days)


@pytest.mark.parametrize(
    ("calls", "expected"),
    [
        pytest.param([("исх", "не существует", "01.03.2024")], False, id="said once, by a person"),
        pytest.param(
            [("исх", "не существует", "01.03.2024"), ("исх", "не обслуживается", "02.03.2024")], True, id="twice"
        ),
        pytest.param([("исх", "404", "01.03.2024")], True, id="once, by the network"),
        pytest.param([("исх", "404", "01.03.2024"), ("исх", "отвечен", "02.03.2024")], False, id="answered later"),
        pytest.param([("исх", "404", "01.03.2024"), ("вх", "отвечен", "02.03.2024")], False, id="he called"),
        pytest.param([("исх", "404", "01.03.2024"), ("исх", "НДЗ", "02.03.2024")], False, id="it rang later"),
        pytest.param([("исх", "отвечен", "01.03.2024"), ("исх", "404", "02.03.2024")], True, id="answered before"),
        pytest.param([("исх", "404", "01.03.2024"), ("исх", "503", "02.03.2024")], True, id="then our line failed"),
    ],
)
def test_not_in_service(calls: list[tuple[str, str, str]], expected: bool) -> None:
    assert _summary(calls)["not_in_service"] is expected


@pytest.mark.parametrize(
    ("calls", "expected"),
    [
        pytest.param([("исх", "ошиблись номером", "01.03.2024")], True, id="said"),
        pytest.param([("исх", "ошиблись номером", "01.03.2024"), ("исх", "НДЗ", "02.03.2024")], True, id="then silent"),
        pytest.param(
            [("исх", "ошиблись номером", "01.03.2024"), ("исх", "разговор", "02.03.2024")], False, id="taken back"
        ),
        pytest.param([("исх", "разговор", "01.03.2024")], False, id="never said"),
    ],
)
def test_wrong_number(calls: list[tuple[str, str, str]], expected: bool) -> None:
    assert _summary(calls)["wrong_number"] is expected


def test_dates_of_the_last_calls() -> None:
    line = _summary(
        [("исх", "отвечен", "01.03.2024 10:00"), ("вх", "пропущен", "02.03.2024"), ("исх", "НДЗ", "03.03.2024")]
    )
    assert line["attempts"] == 2
    assert line["last_answered"] == pd.Timestamp("2024-03-01 10:00")
    assert line["last_incoming"] == pd.Timestamp("2024-03-02")
    assert line["last_try"] == pd.Timestamp("2024-03-03")
    never = _summary([("исх", "НДЗ", "03.03.2024")])
    assert never["last_answered"] is pd.NaT


def test_an_empty_log_has_no_lines() -> None:
    evidence = read_calls(_table({"Телефон": [], "Статус": []}))
    assert len(evidence.frame) == len(evidence.unread) == len(summarise_calls(evidence, _TODAY)) == 0


_CELLS = st.one_of(
    st.sampled_from(
        ["", " ", "79000000001", "+7 900 000-00-02", "101", "BUSY", "404", "1", "05.03.2024", "вх", "исх", "35", "нет"]
    ),
    st.text(max_size=12),
)
_HEADINGS = st.sampled_from(
    ["src", "dst", "Телефон", "Статус", "Дата", "Время", "Тип", "billsec", "CALL_TYPE", "hangupcause", "is_lost", "№"]
)


@given(
    names=st.lists(_HEADINGS, min_size=1, max_size=5, unique=True),
    rows=st.lists(st.lists(_CELLS, min_size=5, max_size=5), max_size=8),
    header_row=st.sampled_from([0, 1]),
)
def test_every_line_is_read_or_counted(names: list[str], rows: list[list[str]], header_row: int) -> None:
    table = _table({name: [row[place] for row in rows] for place, name in enumerate(names)}, header_row)
    before = table.frame.copy()
    try:
        evidence = read_calls(table)
    except UsageError:
        return
    read, unread = set(evidence.frame["row"]), set(evidence.unread["row"])
    assert read | unread == set(range(1, len(rows) + 1))
    assert not read & unread
    assert set(evidence.frame["result"]) <= set(RESULTS)
    assert set(evidence.frame["direction"]) <= {"", "in", "out"}
    assert set(evidence.unread["reason"]) <= set(UNREAD_REASONS)
    summary = summarise_calls(evidence, datetime.date(9000, 1, 1))
    assert summary["number"].tolist() == sorted(set(evidence.frame["number"]))
    assert (summary["failed_in_a_row"] <= summary["attempts"]).all()
    pd.testing.assert_frame_equal(table.frame, before)


@given(heading=st.sampled_from(["Статус", "hangupcause", "CALL_FAILED_CODE"]), text=st.text(max_size=60))
def test_any_text_says_one_of_the_results(heading: str, text: str) -> None:
    assert result_of_call((heading,), (text,))[0] in RESULTS
    assert seconds_of(text) >= -1


_CALLS = st.lists(
    st.tuples(
        st.sampled_from(["исх", "вх", ""]),
        st.sampled_from(["НДЗ", "404", "отвечен", "ошиблись номером", "сбой", "прочее"]),
        st.sampled_from(["", "01.03.2024", "02.03.2024", "20.03.2024 10:00"]),
    ),
    min_size=1,
    max_size=8,
)


@given(calls=_CALLS)
def test_the_order_of_the_file_changes_nothing(calls: list[tuple[str, str, str]]) -> None:
    one, other = (pd.DataFrame([_summary(order)]) for order in (calls, calls[::-1]))
    pd.testing.assert_frame_equal(one, other)
