"""The checklist of the controller, read back as a spreadsheet sees it; the people are invented."""

import subprocess
from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from shutil import which

import pytest
from openpyxl import load_workbook
from openpyxl.workbook.workbook import Workbook

from crmclean.core.hygiene_settings import AuditSettings
from crmclean.core.i18n import set_language
from crmclean.core.settings import ReadSettings
from crmclean.core.step import Outcome
from crmclean.core.table import Table
from crmclean.files.reading import read_table
from crmclean.hygiene.audit import audit
from crmclean.reporting.checklist import (
    ANSWER_COLUMN,
    CHECKLIST_KEYS,
    HEADING_ROW,
    KEY_COLUMN,
    QUESTIONS,
    render_checklist,
)
from crmclean.reporting.summary import RunSummary

DEALS = (
    "ID;Название сделки;Стадия сделки;Сумма;Контакт;Телефон;Ответственный;Дата создания;Дата изменения;Следующее дело;"
    "Комментарий\n"
    "1;Стеллажи;В работе;10900;Анна Котова;+79161234501;Макетов Игорь;01.09.2026;20.11.2026;25.11.2026;перезвонить\n"
    "2;=1+1;В работе;;Анна Котова;8 916 123-45-01;Макетов Игорь;01.09.2026;;;\n"
    '3;Погрузчик;Новая;5000;Олег Лисицын;;"Кто ""угодно""";01.09.2026;01.11.2026;;\n'
)
SETTINGS = AuditSettings(as_of="2026-11-22")


def summarise(text: str = DEALS) -> RunSummary:
    """Return the run of an audit of this file."""
    table: Table = read_table(text.encode(), "deals.csv", ReadSettings()).table
    outcome: Outcome = audit(table, SETTINGS)
    return RunSummary("7", "audit", "deals.csv", asdict(SETTINGS), 0.1, {}, table, outcome)


def open_workbook(text: str = DEALS) -> Workbook:
    """Return the workbook as a spreadsheet reads it."""
    return load_workbook(BytesIO(render_checklist(summarise(text))))


def lines_of(book: Workbook) -> list[list[str]]:
    """Return the cells of the first sheet below the heading."""
    rows = book.worksheets[0].iter_rows(min_row=HEADING_ROW + 2, values_only=True)
    return [["" if cell is None else str(cell) for cell in row] for row in rows]


def facts_of(book: Workbook, id_: str) -> dict[str, str]:
    """Return what the file says to each question about a record, by the code of the question."""
    keys = KEY_COLUMN + CHECKLIST_KEYS.index("id"), KEY_COLUMN + CHECKLIST_KEYS.index("question")
    return {line[keys[1]]: line[1] for line in lines_of(book) if line[keys[0]] == id_}


def test_stages_stand_in_order_with_their_records_below() -> None:
    titles = [line[0] for line in lines_of(open_workbook()) if line[0] and not line[KEY_COLUMN]]
    assert titles[0] == "В работе"
    assert titles[3] == "Новая"
    assert sorted(titles[1:3]) == [
        "Row 1, ID 1 · Стеллажи · Анна Котова · owner: Макетов Игорь",
        "Row 2, ID 2 · =1+1 · Анна Котова · owner: Макетов Игорь",
    ]


def test_every_record_has_every_question_with_what_the_file_says() -> None:
    book = open_workbook()
    assert facts_of(book, "1") == {
        "next-task": "25.11.2026",
        "comment": "перезвонить",
        "amount": "amount: 10900; product: the file has no such column",
        "stage": "stage: В работе; created: 01.09.2026; touched 2 days ago",
        "duplicate": "2 records of this client in the file",
        "fields": "nothing found",
    }
    second = facts_of(book, "2")
    assert (second["next-task"], second["comment"]) == ("empty", "empty")
    assert second["amount"] == "amount: empty; product: the file has no such column"
    assert second["fields"] == "Not filled: Amount; Off the standard: Phone"
    assert facts_of(book, "3")["duplicate"] == "no other record of this client"


def test_answers_are_empty_cells_that_take_yes_or_no() -> None:
    sheet = open_workbook().worksheets[0]
    rules = sheet.data_validations.dataValidation
    assert [rule.formula1 for rule in rules] == ['"yes,no"']
    cells = {cell for area in rules[0].sqref.ranges for row in area.rows for cell in row}
    assert len(cells) == 3 * len(QUESTIONS)
    assert {column for _row, column in cells} == {ANSWER_COLUMN + 1}
    assert all(sheet.cell(row, column).value is None for row, column in cells)


def test_keys_are_hidden_and_cells_are_never_formulas() -> None:
    sheet = open_workbook().worksheets[0]
    assert [sheet.cell(HEADING_ROW + 1, KEY_COLUMN + 1 + place).value for place in range(len(CHECKLIST_KEYS))] == list(
        CHECKLIST_KEYS
    )
    assert sheet.column_dimensions["E"].hidden
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}


def test_the_same_sample_gives_the_same_bytes() -> None:
    assert render_checklist(summarise()) == render_checklist(summarise())


def test_a_base_without_records_gives_an_empty_checklist() -> None:
    book = open_workbook(DEALS.splitlines()[0] + "\n")
    assert book.worksheets[0]["A1"].value == "The file has no records."
    assert not book.worksheets[0].data_validations.dataValidation


def test_a_base_without_stages_is_one_list() -> None:
    book = open_workbook("Имя;Телефон\nАнна;+79161234501\n")
    assert [line[0] for line in lines_of(book)][:2] == ["(no stage)", "Row 1 · Анна"]


def test_the_drop_down_speaks_russian() -> None:
    set_language("ru")
    try:
        book = open_workbook()
    finally:
        set_language("en")
    assert book.worksheets[0].data_validations.dataValidation[0].formula1 == '"да,нет"'


@pytest.mark.skipif(which("soffice") is None, reason="LibreOffice is not installed")
def test_a_spreadsheet_counts_the_answers(tmp_path: Path) -> None:
    book = open_workbook()
    sheet = book.worksheets[0]
    keys = {"question": KEY_COLUMN + CHECKLIST_KEYS.index("question") + 1}
    for row in range(HEADING_ROW + 2, sheet.max_row + 1):
        question = sheet.cell(row, keys["question"]).value
        if question == "comment":
            sheet.cell(row, ANSWER_COLUMN + 1).value = "yes" if sheet.cell(row, KEY_COLUMN + 2).value == "1" else "no"
    path = tmp_path / "filled.xlsx"
    book.save(path)
    office = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/office"]
    target = ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path / "out"), str(path)]
    subprocess.run([*office, *target], check=True, capture_output=True, timeout=120)
    totals = load_workbook(tmp_path / "out" / "filled.xlsx", data_only=True).worksheets[1]
    counts = {row[0]: [str(cell) for cell in row[1:5]] for row in totals.iter_rows(values_only=True) if row[0]}
    assert counts["Does the comment tell how the last contact ended?"][:3] == ["1", "2", "0"]
    assert counts["Макетов Игорь"] == ["1", "1", str(2 * len(QUESTIONS) - 2), "0.5"]
    assert counts['Кто "угодно"'][:3] == ["0", "1", str(len(QUESTIONS) - 1)]
