"""Parts of one export are one base: nothing is lost, and the whole is what one file would have been."""

import io
from dataclasses import replace

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmclean.core.errors import UsageError
from crmclean.core.settings import ReadSettings
from crmclean.files.reading import Reading, read_table
from crmclean.files.stacking import stack_readings
from crmclean.files.writing import render

HEADING = "ID;Фамилия;Имя;Рабочий телефон"
ROWS = (
    "1;Котова;Анна;+7 900 000-00-01",
    "2;Лисицын;Олег;+7 900 000-00-02",
    "3;Новиков;Иван;+7 900 000-00-03",
    "4;Рябинина;Ольга;+7 900 000-00-04",
)
"""Invented people."""


def text(*lines: str) -> str:
    return "".join(line + "\r\n" for line in lines)


def read(data: str | bytes, name: str = "part.csv", settings: ReadSettings | None = None) -> Reading:
    return read_table(data.encode() if isinstance(data, str) else data, name, settings or ReadSettings())


def stack(*parts: str | bytes, settings: ReadSettings | None = None) -> Reading:
    settings = settings or ReadSettings()
    return stack_readings([read(part, f"part{number}.csv", settings) for number, part in enumerate(parts, 1)], settings)


def cells(reading: Reading) -> list[list[str]]:
    rows: list[list[str]] = reading.table.frame.to_numpy().tolist()
    return rows


def workbook(*rows: list[str]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(row)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def test_one_part_is_itself() -> None:
    reading = read(text(HEADING, *ROWS))
    assert stack_readings([reading], ReadSettings()) is reading


@given(st.integers(0, 4), st.integers(0, 4))
def test_the_parts_of_a_file_are_the_file(first: int, second: int) -> None:
    """Cut anywhere, in three, the heading above each part."""
    first, second = sorted((first, second))
    whole = read(text(HEADING, *ROWS), "part1.csv")
    parts = stack(*(text(HEADING, *ROWS[a:b]) for a, b in ((0, first), (first, second), (second, 4))))
    pd.testing.assert_frame_equal(parts.table.frame, whole.table.frame)
    assert [(column.name, column.role, column.kind) for column in parts.table.columns] == [
        ("ID", "id", ""),
        ("Фамилия", "last_name", ""),
        ("Имя", "first_name", ""),
        ("Рабочий телефон", "phone", "work"),
    ]
    assert render(parts.table).data == text(HEADING, *ROWS).encode()


def test_the_layout_is_that_of_the_first() -> None:
    first = text(HEADING, ROWS[0]).encode("cp1251")
    second = b"\xef\xbb\xbf" + text(HEADING, ROWS[1]).replace(";", ",").replace("\r\n", "\n").encode()
    whole = stack(first, second)
    assert render(whole.table).data == text(HEADING, *ROWS[:2]).encode("cp1251")


def test_a_workbook_among_text_files() -> None:
    whole = stack(text(HEADING, ROWS[0]), workbook(HEADING.split(";"), ROWS[1].split(";")), text(HEADING, ROWS[2]))
    assert cells(whole) == [row.split(";") for row in ROWS[:3]]
    assert render(whole.table).data.decode() == text(HEADING, *ROWS[:3])


def test_a_workbook_first_gives_a_workbook() -> None:
    whole = stack(workbook(HEADING.split(";"), ROWS[0].split(";")), text(HEADING, ROWS[1]))
    sheet = openpyxl.load_workbook(io.BytesIO(render(whole.table).data)).worksheets[0]
    assert [list(row) for row in sheet.iter_rows(values_only=True)] == [
        line.split(";") for line in (HEADING, *ROWS[:2])
    ]


def test_columns_in_another_order_are_taken_by_their_headings() -> None:
    whole = stack(text("ID;Имя;Телефон", "1;Анна;+7 900 000-00-01"), text("Телефон;ID;Имя", "+7 900 000-00-02;2;Олег"))
    assert cells(whole) == [["1", "Анна", "+7 900 000-00-01"], ["2", "Олег", "+7 900 000-00-02"]]


def test_equal_headings_are_taken_by_their_place_among_each_other() -> None:
    whole = stack(
        text("Имя;Телефон;Телефон", "Анна;+79000000001;+79000000002"), text("Телефон;Имя;Телефон", "a;Олег;b")
    )
    assert cells(whole)[1] == ["Олег", "a", "b"]
    assert whole.table.headers == ["Имя", "Телефон", "Телефон"]
    said = whole.findings[whole.findings["code"].eq("heading-duplicate")]
    assert said["column"].tolist() == ["Телефон"], "said of the whole once"


def test_blanks_within_a_heading_do_not_matter() -> None:
    whole = stack(
        text("ID;Рабочий телефон", "1;+79000000001"), workbook(["ID", "Рабочий\nтелефон"], ["2", "+79000000002"])
    )
    assert cells(whole) == [["1", "+79000000001"], ["2", "+79000000002"]]
    assert whole.table.headers == ["ID", "Рабочий телефон"]


def test_rows_of_findings_count_over_the_whole() -> None:
    whole = stack(text(HEADING, ROWS[0], ROWS[1]), text(HEADING, ROWS[2], "4;Рябинина"), text(HEADING, "5;Ивина"))
    short = whole.findings[whole.findings["code"].eq("row-too-short")]
    assert short["row"].tolist() == [4, 5]


def test_extra_cells_of_one_part_stay_in_columns_without_heading() -> None:
    whole = stack(text(HEADING, ROWS[0]), text(HEADING, ROWS[1] + ";лишнее"), text(HEADING, ROWS[2]))
    assert whole.table.headers == [*HEADING.split(";"), ""]
    assert [row[4] for row in cells(whole)] == ["", "лишнее", ""]


def test_own_columns_may_be_missing_in_a_part() -> None:
    first = text("ID;Имя;Телефон;crmclean_duplicates", "1;Анна;+79000000001;7")
    whole = stack(first, text("ID;Имя;Телефон", "2;Олег;+79000000002"))
    assert cells(whole)[1] == ["2", "Олег", "+79000000002", ""]


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        pytest.param("ID;Имя;Телефон", "ID;Имя;Мобильный", ("“Телефон”", "“Мобильный”"), id="another heading"),
        pytest.param("ID;Имя;Телефон;Город", "ID;Имя;Телефон", ("part2.csv has no column “Город”",), id="one less"),
        pytest.param("ID;Имя;Телефон", "ID;Имя;Телефон;Город", ("part1.csv has no column “Город”",), id="one more"),
        pytest.param("Имя;Телефон;Телефон", "Имя;Телефон;Имя", ("“Телефон”", "“Имя”"), id="another one twice"),
    ],
)
def test_other_headings_are_refused(first: str, second: str, said: tuple[str, ...]) -> None:
    row = ";".join(["1", "Анна", "+79000000001", "Пермь"][: first.count(";") + 1])
    other = ";".join(["1", "Анна", "+79000000001", "Пермь"][: second.count(";") + 1])
    with pytest.raises(UsageError) as error:
        stack(text(first, row), text(second, other))
    for words in ("part1.csv", "part2.csv", *said):
        assert words in error.value.message
    assert "crmclean import" in error.value.hint


def test_many_other_headings_are_cut_short() -> None:
    heading = ";".join(f"Поле {letter}" for letter in "абвгде")
    with pytest.raises(UsageError) as error:
        stack(text("Телефон;Имя;" + heading, "+79000000001;Анна;;;;;;"), text("Телефон;Имя", "+79000000002;Олег"))
    assert "“Поле а”, “Поле б”, “Поле в” …" in error.value.message


def test_a_part_without_heading_is_refused_in_words() -> None:
    with pytest.raises(UsageError, match="only one of them has a heading row"):
        stack(text(HEADING, *ROWS[:2]), text(*ROWS[2:]))


def test_the_users_word_is_for_all_parts() -> None:
    settings = ReadSettings(map=(("phone", "Связь"),))
    whole = stack(text("ID;Имя;Связь", "1;Анна;1"), text("Связь;ID;Имя", "2;2;Олег"), settings=settings)
    assert [column.role for column in whole.table.columns if column.header == "Связь"] == ["phone"]
    assert cells(whole)[1] == ["2", "Олег", "2"]


GROUPED = "Контрагенты\r\n\r\nНаименование;ИНН;Телефон\r\nООО «Василёк»;7707083893;+7 900 000-00-01\r\nИтого: 1;;\r\n"


def test_rows_put_aside_keep_their_place() -> None:
    second = GROUPED.replace("Василёк", "Ромашка").replace("Итого: 1", "Итого: 2")
    whole = stack(GROUPED, second)
    assert len(whole.table) == 2
    lines = render(whole.table).data.decode().split("\r\n")
    assert lines[3:8] == [
        "ООО «Василёк»;7707083893;+7 900 000-00-01",
        "Итого: 1;;",
        "ООО «Ромашка»;7707083893;+7 900 000-00-01",
        "Итого: 2;;",
        "",
    ]
    assert (1, "part2.csv: Контрагенты") in whole.skipped


def test_rows_put_aside_are_laid_out_as_those_of_the_first() -> None:
    first = text("Наименование;ИНН;Телефон;Сумма", "ООО «Василёк»;7707083893;+7 900 000-00-01;500", "Итого;;;500")
    second = text(
        "Наименование,Сумма,Телефон,ИНН",
        'ООО «Ромашка»,"1500,5",+7 900 000-00-02,7707083893',
        'Итого,"1500,5",,',
    )
    whole = stack(first, second)
    assert len(whole.table) == 2
    assert render(whole.table).data.decode() == first + text(
        "ООО «Ромашка»;7707083893;+7 900 000-00-02;1500,5", "Итого;;;1500,5"
    )
    rows = workbook(["Наименование", "Сумма", "ИНН", "Телефон"], ["ИП Ива", "1", "", "+79000000003"], ["Итого", "1"])
    assert render(stack(first, rows).table).data.decode() == first + text("ИП Ива;;+79000000003;1", "Итого;;;1")


def test_lines_kept_as_they_stood_stay_where_a_part_is_written_like_the_first() -> None:
    row = tuple(ROWS[1].split(";"))
    kept = [
        replace(part, table=replace(part.table, origin=replace(part.table.origin, verbatim={row: "the line"})))
        for part in (read(text(HEADING, ROWS[1])), read(text(HEADING, ROWS[1]).replace(";", ",")))
    ]
    first = read(text(HEADING, ROWS[0]))
    wider = read(text(HEADING, ROWS[2] + ";лишнее"))
    whole = stack_readings([first, kept[0], wider], ReadSettings()).table.origin
    assert whole.verbatim[(*row, "")] == "the line"
    assert whole.heading_width == 4
    assert not stack_readings([first, kept[1]], ReadSettings()).table.origin.verbatim


def test_the_parts_are_not_changed() -> None:
    readings = [read(text(HEADING, ROWS[0])), read(text(HEADING, ROWS[1]))]
    before = [replace(reading, table=reading.table.with_frame(reading.table.frame.copy())) for reading in readings]
    stack_readings(readings, ReadSettings())
    for reading, kept in zip(readings, before, strict=True):
        pd.testing.assert_frame_equal(reading.table.frame, kept.table.frame)
