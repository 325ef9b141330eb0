"""Rows that were read from odd lines go back as those lines while nobody touched them."""

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmclean.core.settings import ReadSettings
from crmclean.core.table import Column, Dialect, Origin, Table, unique_names
from crmclean.files.delimited_writing import render_delimited
from crmclean.files.reading import read_table
from crmclean.files.writing import render

HEADERS = ["ФИО", "Телефон", ""]
ROWS = [["Иванов", "1", ""], ["Петров", "2", "лишнее"], ["Орлов", "", ""], ["Лосев", "4", ""]]
LINES: dict[tuple[str, ...], str] = {("Петров", "2", "лишнее"): "Петров;2;лишнее", ("Орлов", "", ""): "Орлов"}
ORIGIN = Origin(dialect=Dialect(";"), verbatim=LINES, heading_width=2)
TEXT = "ФИО;Телефон\nИванов;1\nПетров;2;лишнее\nОрлов\nЛосев;4\n"


def make_table(rows: list[list[str]], origin: Origin, headers: list[str] = HEADERS) -> Table:
    columns = tuple(Column(name, header) for name, header in zip(unique_names(headers), headers, strict=True))
    return Table(pd.DataFrame(rows, columns=[column.name for column in columns], dtype="str"), columns, origin)


def write(table: Table) -> str:
    return render_delimited(table).decode("utf-8")


def test_untouched_rows_keep_their_lines() -> None:
    assert write(make_table(ROWS, ORIGIN)) == TEXT


def test_touched_row_is_written_whole() -> None:
    long, short = ["Петров", "+7 2", "лишнее"], ["Орлов", "3", ""]
    assert write(make_table([ROWS[0], long, short], ORIGIN)) == "ФИО;Телефон\nИванов;1\nПетров;+7 2;лишнее\nОрлов;3\n"


def test_row_whose_surplus_was_cleared_has_the_width_of_the_heading() -> None:
    assert write(make_table([["Петров", "2", ""]], ORIGIN)) == "ФИО;Телефон\nПетров;2\n"


def test_rows_move_and_vanish() -> None:
    assert write(make_table([ROWS[2], ROWS[0]], ORIGIN)) == "ФИО;Телефон\nОрлов\nИванов;1\n"


def test_with_a_column_added_every_row_is_written_whole() -> None:
    table = make_table(ROWS[:3], ORIGIN).with_added({"crmclean_score": pd.Series(["1", "2", "3"], dtype="str")})
    assert write(table) == "ФИО;Телефон;;crmclean_score\nИванов;1;;1\nПетров;2;лишнее;2\nОрлов;;;3\n"


def test_in_another_format_every_row_is_whole() -> None:
    book = render(make_table(ROWS, ORIGIN), "xlsx").data
    again = read_table(book, "base.xlsx", ReadSettings()).table
    assert again.frame.to_numpy().tolist() == ROWS


def test_rows_trailing_a_delimiter_and_rows_put_aside() -> None:
    origin = Origin(
        dialect=Dialect(";", "all", trailing_delimiter=True, final_newline=False),
        verbatim={("Орлов", ""): '"Орлов"'},
        aside=((1, "Итого;"),),
    )
    table = make_table([["Орлов", ""], ["Лосев", "4"]], origin, HEADERS[:2])
    assert write(table) == '"ФИО";"Телефон";\n"Орлов"\nИтого;\n"Лосев";"4";'


def test_heading_that_no_dialect_writes_keeps_its_line() -> None:
    origin = Origin(dialect=Dialect(";"), verbatim={("ФИО", "Телефон"): 'ФИО;"Телефон"'})
    assert write(make_table([["Орлов", "1"]], origin, HEADERS[:2])) == 'ФИО;"Телефон"\nОрлов;1\n'


def test_lines_of_another_delimiter_are_not_written() -> None:
    table = make_table(ROWS[:2], replace(ORIGIN, dialect=Dialect(",")))
    assert write(table) == "ФИО,Телефон\nИванов,1\nПетров,2,лишнее\n"


def test_guard_of_formulas_lets_no_line_through() -> None:
    table = make_table([["=1", "2"], ["Орлов", ""]], Origin(verbatim={("Орлов", ""): "Орлов"}), HEADERS[:2])
    assert render(table, excel_safe=True).data.decode() == "ФИО,Телефон\n'=1,2\nОрлов,\n"


LONE = Origin(dialect=Dialect(";"), verbatim={('"Иванов', "2", "Омск"): '"Иванов;2;Омск'})
PLACES = ["ФИО", "Телефон", "Город"]


def test_lone_quote_goes_back_where_the_file_is_read_as_this_table() -> None:
    rows = [["Орлов", "1", "Тверь"], ['"Иванов', "2", "Омск"], ["Петров", "3", "Томск"]]
    text = write(make_table(rows, LONE, PLACES))
    assert text == 'ФИО;Телефон;Город\nОрлов;1;Тверь\n"Иванов;2;Омск\nПетров;3;Томск\n'


def test_lone_quote_that_would_swallow_rows_is_doubled() -> None:
    """What stands between two quotes has another number of cells: nobody could tell what was meant."""
    lines: dict[tuple[str, ...], str] = {
        ('"Иванов', "2", "Омск", ""): '"Иванов;2;Омск',
        ("Петров", "3", "Томск", "x"): "Петров;3;Томск;x",
    }
    rows = [*map(list, lines), ["Лосев; Л.", "4", "Уфа", ""]]
    text = write(make_table(rows, replace(LONE, verbatim=lines, heading_width=3), [*PLACES, ""]))
    assert text == 'ФИО;Телефон;Город\n"""Иванов";2;Омск\nПетров;3;Томск;x\n"Лосев; Л.";4;Уфа\n'
    again = read_table(text.encode(), "base.csv", ReadSettings()).table
    assert again.frame.to_numpy().tolist() == rows


few = st.sampled_from(["", "Иванов", "1", "а;б", 'ООО "Лютик"', "x"])


@given(st.lists(st.lists(few, min_size=3, max_size=3), max_size=8), st.sets(st.integers(0, 7)), st.booleans())
def test_lines_are_found_among_any_rows(rows: list[list[str]], odd: set[int], everything: bool) -> None:
    """A row is its line where it has one; the others are what they would be without any."""
    plain = make_table(rows, Origin(dialect=Dialect(";", "all")))
    chosen = {tuple(row) for place, row in enumerate(rows) if everything or place in odd}
    lines = {cells: ";".join('"' + cell.replace('"', '""') + '"' for cell in cells) + ";" for cells in chosen}
    found = write(make_table(rows, replace(plain.origin, verbatim=lines))).splitlines()[1:]
    usual = write(plain).splitlines()[1:]
    assert found == [lines.get(tuple(row), line) for row, line in zip(rows, usual, strict=True)]


@pytest.mark.parametrize("count", [0, 10_001], ids=["none", "more-than-are-looked-up-at-once"])
def test_many_lines(count: int) -> None:
    rows = [[f"Клиент {number}", str(number), ""] for number in range(count)]
    lines = {tuple(row): ";".join(row[:2]) for row in rows}
    text = write(make_table([*rows, ["Орлов", "x", ""]], Origin(dialect=Dialect(";"), verbatim=lines)))
    assert text.splitlines() == ["ФИО;Телефон;", *lines.values(), "Орлов;x;"]
