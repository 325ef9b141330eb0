"""The decisions of a review workbook, read back after a person and a spreadsheet have worked in it."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pandas as pd
import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from crmclean.core import i18n
from crmclean.core.errors import FileError, UsageError
from crmclean.reporting.review import render_review
from crmclean.reporting.summary import RunSummary
from crmclean.workflows.decisions import WorkbookDecisions, join_decisions, read_decisions
from tests.reporting.conftest import make_dedup_summary

SAVED = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
KEYS = {
    1: ("00000000000000a1", "00000000000000a2"),
    2: ("1234567890123456", "12e4567890123456"),
    3: ("00000000000000c1", "00000000000000c2"),
}
"""By pair; those of the second look like numbers to a spreadsheet."""


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Show messages in English, whatever ran before."""
    i18n.set_language("en")
    yield
    i18n.set_language("en")


def make_summary() -> RunSummary:
    """Return a run with three doubtful pairs."""
    summary = make_dedup_summary()
    one = summary.table("review")
    parts = [
        one.assign(pair=pair, probability=1 - pair / 10, key_a=key_a, key_b=key_b)
        for pair, (key_a, key_b) in KEYS.items()
    ]
    pairs = pd.concat(parts, ignore_index=True)
    tables = {**summary.outcome.tables, "review": pairs}
    return replace(summary, outcome=replace(summary.outcome, tables=tables))


def open_workbook() -> Workbook:
    """Return the workbook of three pairs, nothing decided yet."""
    return load_workbook(BytesIO(render_review(make_summary())))


def first_sheet(workbook: Workbook) -> Worksheet:
    """Return the sheet with the blocks."""
    sheet = workbook.worksheets[0]
    assert isinstance(sheet, Worksheet)
    return sheet


def row_of_pair(sheet: Worksheet, pair: int) -> int:
    """Return the row in which a pair is decided."""
    return next(row for row in range(3, sheet.max_row + 1) if sheet.cell(row, 5).value == str(pair))


def save(workbook: Workbook) -> bytes:
    """Return the bytes of a workbook."""
    buffer = BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def decide(*words: str, change: Callable[[Workbook], None] = lambda workbook: None) -> bytes:
    """Return the workbook with the pairs decided in turn, and changed by ``change`` afterwards."""
    workbook = open_workbook()
    sheet = first_sheet(workbook)
    for pair, word in enumerate(words, 1):
        sheet.cell(row_of_pair(sheet, pair), 4, word)
    change(workbook)
    return save(workbook)


def read(data: bytes, path: str = "a.review.xlsx") -> WorkbookDecisions:
    """Return what a workbook says."""
    return read_decisions(data, path, SAVED)


def answers(workbook: WorkbookDecisions) -> list[tuple[str, str, bool]]:
    """Return the answers as keys and what they say."""
    return [(decision.key_a, decision.key_b, decision.same) for decision in workbook.decisions]


BOTH = [(*KEYS[1], True), (*KEYS[2], False)]


def test_answers_with_all_that_is_known_of_the_pair() -> None:
    workbook = read(decide("one client", "different clients", "decide later"))
    assert answers(workbook) == BOTH
    assert workbook.undecided == 1
    assert workbook.warnings() == []
    first = workbook.decisions[0]
    assert (first.of, first.decided_at) == ("person", SAVED)
    assert first.levels == "email=same last_name=same first_name=same company=different"


def test_an_untouched_workbook_decides_nothing() -> None:
    workbook = read(decide())
    assert (answers(workbook), workbook.undecided) == ([], 3)


@pytest.mark.parametrize(
    ("word", "same"),
    [
        ("one client", True),
        ("  ONE  Client ", True),
        ("один клиент", True),
        ("Один клиент.", True),
        ("один", True),
        ("different clients", False),
        ("Different", False),
        ("разные клиенты", False),
        ("РАЗНЫЕ", False),
        ("разные\u00a0клиенты", False),
    ],
)
def test_words_of_both_languages_as_people_type_them(word: str, same: bool) -> None:
    assert answers(read(decide(word))) == [(*KEYS[1], same)]


@pytest.mark.parametrize("word", ["decide later", "решу позже", "Позже", " "])
def test_words_that_leave_a_pair_open(word: str) -> None:
    workbook = read(decide(word))
    assert (answers(workbook), workbook.undecided, workbook.unknown_words) == ([], 3, ())


def test_a_workbook_of_a_colleague_who_speaks_russian() -> None:
    i18n.set_language("ru")
    workbook = open_workbook()
    first_sheet(workbook).cell(row_of_pair(first_sheet(workbook), 1), 4, "разные клиенты")
    data = save(workbook)
    i18n.set_language("en")
    assert answers(read(data)) == [(*KEYS[1], False)]


@pytest.mark.parametrize("word", ["да", "нет", "не знаю", "1", "спросить Анну Котову"])
def test_an_unknown_word_is_no_answer_and_its_row_is_named(word: str) -> None:
    data = decide("one client", word)
    workbook = read(data)
    row = row_of_pair(first_sheet(load_workbook(BytesIO(data))), 2)
    assert answers(workbook) == BOTH[:1]
    (warning,) = workbook.warnings()
    assert f"row {row}" in warning
    assert "Котову" not in warning


def insert_column(workbook: Workbook) -> None:
    """Put a column of the person's own before the decisions."""
    sheet = first_sheet(workbook)
    sheet.unmerge_cells("A1:D1")
    for merged in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(merged))
    sheet.insert_cols(2)
    sheet.cell(2, 2, "Заметки")


def delete_top(workbook: Workbook) -> None:
    """Delete the instruction above the heading."""
    sheet = first_sheet(workbook)
    for merged in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(merged))
    sheet.delete_rows(1)


def turn_rows(workbook: Workbook) -> None:
    """Sort the rows of the sheet the other way round, the heading too."""
    sheet = first_sheet(workbook)
    for merged in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(merged))
    rows = [[cell.value for cell in cells] for cells in sheet.iter_rows()]
    for number, values in enumerate(reversed(rows), 1):
        for column, value in enumerate(values, 1):
            sheet.cell(number, column).value = value


def unhide(workbook: Workbook) -> None:
    """Show the hidden columns."""
    for dimension in first_sheet(workbook).column_dimensions.values():
        dimension.hidden = False


def move_sheet(workbook: Workbook) -> None:
    """Rename the sheet and put a list of the person's own before it."""
    first_sheet(workbook).title = "Готово"
    notes = workbook.create_sheet("Мои заметки", 0)
    notes.append(["Фамилия", "Телефон"])
    notes.append(["Котова", "+7 900 000-00-01"])


def keep_decided_only(workbook: Workbook) -> None:
    """Delete every row that has no decision, as after a filter."""
    sheet = first_sheet(workbook)
    for merged in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(merged))
    for row in range(sheet.max_row, 2, -1):
        if not sheet.cell(row, 4).value:
            sheet.delete_rows(row)


@pytest.mark.parametrize(
    "change",
    [insert_column, delete_top, turn_rows, unhide, move_sheet, keep_decided_only],
    ids=lambda item: item.__name__,
)
def test_whatever_the_person_did_to_the_sheet(change: Callable[[Workbook], None]) -> None:
    assert sorted(answers(read(decide("one client", "different clients", change=change)))) == sorted(BOTH)


@pytest.mark.parametrize("delimiter", [";", ",", "\t"], ids=["semicolon", "comma", "tab"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1251", "utf-16"])
def test_the_sheet_saved_as_text(delimiter: str, encoding: str) -> None:
    sheet = first_sheet(load_workbook(BytesIO(decide("один клиент", "разные клиенты"))))
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=delimiter).writerows([cell.value for cell in cells] for cells in sheet.iter_rows())
    workbook = read(buffer.getvalue().encode(encoding), "review.csv")
    assert answers(workbook) == BOTH


def test_keys_that_look_like_numbers_are_marked_as_text() -> None:
    sheet = first_sheet(open_workbook())
    row = row_of_pair(sheet, 2)
    assert [sheet.cell(row, column).value for column in (10, 11)] == ["k1234567890123456", "k12e4567890123456"]


def test_a_decision_beside_no_pair_is_named() -> None:
    workbook = open_workbook()
    sheet = first_sheet(workbook)
    row = row_of_pair(sheet, 1)
    sheet.cell(row + 2, 4, "one client")
    result = read(save(workbook))
    assert answers(result) == []
    assert result.without_pair == (row + 2,)
    assert f"row {row + 2}" in result.warnings()[0]


def test_a_damaged_key_is_never_guessed() -> None:
    workbook = open_workbook()
    sheet = first_sheet(workbook)
    row = row_of_pair(sheet, 2)
    sheet.cell(row, 4, "one client")
    sheet.cell(row, 10, 1.23456789012345e15)
    result = read(save(workbook))
    assert (answers(result), result.without_pair) == ([], (row,))


def test_two_answers_for_one_pair_in_one_workbook() -> None:
    def copy_pair(workbook: Workbook) -> None:
        sheet = first_sheet(workbook)
        row = row_of_pair(sheet, 1)
        sheet.append([cell.value for cell in sheet[row]])
        sheet.cell(sheet.max_row, 4, "different clients")

    data = decide("one client", change=copy_pair)
    sheet = first_sheet(load_workbook(BytesIO(data)))
    with pytest.raises(UsageError) as error:
        join_decisions([read(data)])
    assert f"a.review.xlsx, row {row_of_pair(sheet, 1)}" in error.value.message
    assert f"a.review.xlsx, row {sheet.max_row}" in error.value.message


def test_two_workbooks_that_disagree() -> None:
    workbooks = [read(decide("one client"), "a.xlsx"), read(decide("different clients"), "b.xlsx")]
    with pytest.raises(UsageError, match=r"a\.xlsx, row 3, and b\.xlsx, row 3"):
        join_decisions(workbooks)


def test_the_same_answer_twice_is_one() -> None:
    joined = join_decisions([read(decide("one client"), "a.xlsx"), read(decide("one client", "different"), "b.xlsx")])
    assert [(item.key_a, item.key_b, item.same) for item in joined] == BOTH


def make_book(*rows: Sequence[str]) -> bytes:
    """Return a workbook of one sheet."""
    workbook = Workbook()
    for row in rows:
        first_sheet(workbook).append(list(row))
    return save(workbook)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (make_book(["Фамилия", "Телефон"], ["Котова", "+7 900 000-00-01"]), "holds no decisions"),
        (b"name;phone\nKotova;+7 900 000-00-01\n", "holds no decisions"),
        (
            make_book(["Decision", "pair", "row_a", "id_a", "row_b", "id_b"], ["one client", "1", "3", "", "4", ""]),
            "older crmclean",
        ),
        (make_book(["pair", "key_a", "key_b"], ["1", "k" + KEYS[1][0], "k" + KEYS[1][1]]), "no column “Decision”"),
    ],
    ids=["an export", "a text", "without keys", "without decisions"],
)
def test_what_is_no_review_workbook(data: bytes, message: str) -> None:
    with pytest.raises(UsageError, match=message) as error:
        read(data)
    assert error.value.hint


def test_a_damaged_workbook_is_a_clear_error() -> None:
    with pytest.raises(FileError):
        read(decide("one client")[:2000])
