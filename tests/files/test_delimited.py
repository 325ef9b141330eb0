"""Lines below the heading: what is put aside is listed with its line, and findings count the rows that stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmclean.core.settings import ReadSettings
from crmclean.files.lines import find_lines, has_blank_lines
from crmclean.files.reading import Reading, read_table
from crmclean.files.sniffing import read_records
from crmclean.files.writing import render


def read(text: str) -> Reading:
    return read_table(text.encode(), "base.csv", ReadSettings())


def test_lines_put_aside_are_listed_with_their_numbers() -> None:
    text = 'Отчёт;;\nФИО;Телефон;Сумма\n1;2;3\n\nОрлов;1;"5\n6"\nЛосев;2;7\nИтого;;12\n'
    assert read(text).skipped == ((1, "Отчёт;;"), (3, "1;2;3"), (8, "Итого;;12"))


def test_findings_count_without_the_rows_put_aside() -> None:
    reading = read('ФИО;Телефон;Город\n1;2;3\nОрлов;1;Уфа;а\n"Лосев;2;Уфа\nВолков;3;Омск\nИтого;;\n')
    found = reading.findings[["row", "code"]].to_numpy().tolist()
    assert found == [[1, "row-too-long"], [2, "quote-repaired"]]
    assert reading.table.origin.aside == ((0, "1;2;3"), (3, "Итого;;"))


def test_repaired_cell_is_named() -> None:
    finding = read('ФИО;Телефон;Город\nОрлов;1;Уфа\n"Лосев;2;Уфа\nВолков;3;Омск\n').findings.iloc[0]
    assert (finding["row"], finding["before"], finding["after"]) == (2, '"Лосев', '"Лосев')


def test_rows_taken_away_leave_the_lines_aside_in_the_file() -> None:
    table = read("ФИО;Телефон;Сумма\nОрлов;1;5\n\nЛосев;2;7\nИтого;;12\n").table
    data = render(table.with_frame(table.frame.iloc[:1])).data
    assert data.decode() == "ФИО;Телефон;Сумма\nОрлов;1;5\n\nИтого;;12\n"


def test_title_lines_and_two_rows_of_headings_are_told_apart() -> None:
    reading = read("Отчёт;;\nФИО;Контакты;\n;Телефон;E-mail\nОрлов;1;a@example.com\n")
    assert reading.skipped == ((1, "Отчёт;;"),)
    assert reading.table.origin.header_row == 3
    assert [column.role for column in reading.table.columns] == ["full_name", "phone", "email"]


@pytest.mark.parametrize(
    ("text", "blank"),
    [
        ("а\nб\n", False),
        ("а\r\nб\r\n", False),
        ("а\n\nб\n", True),
        ("\nа\n", True),
        ("а\r\n\r\nб", True),
        ("а\r\rб", True),
    ],
)
def test_blank_lines_are_noticed(text: str, blank: bool) -> None:
    assert has_blank_lines(memoryview(text.encode())) is blank


@given(
    st.lists(st.sampled_from(["", "а;б", '"в\n\nг";д', '"""";""', ";", "х"]), max_size=8),
    st.sampled_from(["\n", "\r\n"]),
)
def test_lines_stand_where_the_parser_finds_them(lines: list[str], end: str) -> None:
    body = end.join(lines).encode()
    records = [record for record in read_records(body.decode(), ";") if record.cells]
    found = find_lines(memoryview(body), "utf-8", ";", bare=False)
    parsed = find_lines(memoryview(body), "utf-8", ";", bare=True)
    assert [found.text(row) for row in range(len(found.starts))] == [line for line in lines if line]
    assert [found.number(row) + 1 for row in range(len(found.starts))] == [record.line for record in records]
    assert (found.starts.tolist(), found.blank) == (parsed.starts.tolist(), parsed.blank)
