"""The review workbook, read back with another library than wrote it."""

from dataclasses import replace
from io import BytesIO

import pandas as pd
import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from crmclean.reporting import review
from crmclean.reporting.review import KEY_COLUMNS, render_review
from crmclean.reporting.summary import RunSummary


def open_review(summary: RunSummary) -> Workbook:
    """Return the workbook of a run."""
    return load_workbook(BytesIO(render_review(summary)))


def read_sheet(sheet: Worksheet) -> list[list[object]]:
    """Return the values of a sheet, row by row."""
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_block_sets_the_records_side_by_side(dedup_summary: RunSummary) -> None:
    sheet = open_review(dedup_summary)["Review"]
    rows = [row[:3] for row in read_sheet(sheet)]
    assert rows[1] == ["Field", "Record A", "Record B"]
    assert rows[2] == ["Pair 1", "Row 3, ID 103", "Row 4, ID 104"]
    assert rows[3][:2] == ["Probability", "81%: e-mail, last name, first name"]
    assert rows[4:] == [
        ["Фамилия", "Незабудкина", "Незабудкина"],
        ["Имя", "Анна", "Анна"],
        ["Компания", None, "ИП Незабудкина"],
        ["Рабочий телефон", "+7 900 000-33-44", None],
        ["Рабочий e-mail", "anna@example.com", "anna@example.com"],
        ["Город", "Омск", None],
    ]


def test_decision_cell_has_a_drop_down_and_hidden_keys(dedup_summary: RunSummary) -> None:
    sheet = open_review(dedup_summary)["Review"]
    (rule,) = sheet.data_validations.dataValidation
    assert str(rule.sqref) == "D3"
    assert rule.formula1 == '"one client,different clients,decide later"'
    assert KEY_COLUMNS == ("pair", "row_a", "id_a", "row_b", "id_b", "key_a", "key_b", "of", "levels")
    assert [sheet.cell(2, 5 + number).value for number in range(9)] == list(KEY_COLUMNS)
    assert [sheet.cell(3, 5 + number).value for number in range(9)] == [
        *("1", "3", "103", "4", "104", "k00000000000000a3", "k00000000000000b4", "person"),
        "email=same last_name=same first_name=same company=different",
    ]
    hidden = sheet.column_dimensions["E"]
    assert hidden.hidden
    assert (hidden.min, hidden.max) == (5, 13)
    assert sheet.freeze_panes == "B3"


def test_differing_cells_are_coloured(dedup_summary: RunSummary) -> None:
    row = dedup_summary.table("review").assign(row_a=1, row_b=2)
    tables = {**dedup_summary.outcome.tables, "review": row}
    sheet = open_review(replace(dedup_summary, outcome=replace(dedup_summary.outcome, tables=tables)))["Review"]
    fills = {cells[0].value: cells[1].fill.fgColor.rgb for cells in sheet.iter_rows(min_row=5, max_col=3)}
    assert fills["Имя"] == "FFFFE3B3"
    assert fills["Рабочий e-mail"] == "FFE3EEF9"
    assert fills["Фамилия"] == fills["Рабочий телефон"] == "00000000"


def test_flat_list_has_every_pair(dedup_summary: RunSummary) -> None:
    rows = read_sheet(open_review(dedup_summary)["Pairs"])
    assert rows[0] == ["Pair", "Row A", "ID A", "Row B", "ID B", "Probability", "Reason"]
    assert rows[1] == [1, 3, "103", 4, "104", 0.81, "e-mail, last name, first name"]


def test_formulas_in_cells_stay_text(hostile_summary: RunSummary) -> None:
    sheet = open_review(hostile_summary)["Review"]
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert "=cmd|' /C calc'!A0" in [cell.value for cell in cells]


def test_same_pairs_give_the_same_bytes(dedup_summary: RunSummary) -> None:
    assert render_review(dedup_summary) == render_review(dedup_summary)


def test_no_doubtful_pairs_give_an_empty_workbook(normalize_summary: RunSummary) -> None:
    workbook = open_review(normalize_summary)
    assert workbook.sheetnames == ["Review", "Pairs"]
    assert workbook["Review"].max_row == 2


def test_beyond_the_cap_the_most_probable_stay(dedup_summary: RunSummary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(review, "PAIRS_SHOWN", 2)
    one = dedup_summary.table("review")
    pairs = pd.concat([one.assign(pair=pair, key_a=f"{pair:016x}", probability=0.5 + pair / 10) for pair in (1, 3, 2)])
    tables = {**dedup_summary.outcome.tables, "review": pairs}
    workbook = open_review(replace(dedup_summary, outcome=replace(dedup_summary.outcome, tables=tables)))
    assert [row[0] for row in read_sheet(workbook["Pairs"])[1:]] == [3, 2]
    assert "the 2 most probable pairs of 3" in str(workbook["Review"]["A1"].value)


def test_records_that_say_the_same_are_asked_about_once(dedup_summary: RunSummary) -> None:
    one = dedup_summary.table("review")
    pairs = pd.concat([one, one.assign(pair=2, row_a=1), one.assign(pair=3, of="company")])
    tables = {**dedup_summary.outcome.tables, "review": pairs}
    workbook = open_review(replace(dedup_summary, outcome=replace(dedup_summary.outcome, tables=tables)))
    assert [row[0] for row in read_sheet(workbook["Pairs"])[1:]] == [1, 3]
