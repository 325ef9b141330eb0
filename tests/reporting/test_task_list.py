"""The task list as a file that Bitrix24 imports, and as a plain table."""

import csv
import io

import pandas as pd

from crmclean.core.i18n import set_language
from crmclean.reporting.task_list import render_tasks

# row, id, client, action, due, owner, segment, chain, step, overdue_days, why
ROWS = [
    (1, "101", 'ООО "Ромашка"; опт', "Перезвонить", "2026-11-23 10:00", "Макетов Игорь", "Горячие", "А", 1, 2, "да"),
    (2, "", "", "Написать", "2026-11-24", "", "", "", 0, 0, ""),
    (3, "103", "Ли Анна", "Закрыть", "", "", "Холодные", "", 0, 0, ""),
]  # fmt: skip
COLUMNS = ["row", "id", "client", "action", "due", "owner", "segment", "chain", "step", "overdue_days", "why"]
TASKS = pd.DataFrame(ROWS, columns=COLUMNS).astype(
    {name: "str" for name in COLUMNS if name not in ("row", "step", "overdue_days")}
)


def read_back(data: bytes, delimiter: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=delimiter))


def test_bitrix_finds_its_own_headings() -> None:
    set_language("ru")
    try:
        data = render_tasks(TASKS, "bitrix24")
    finally:
        set_language("en")
    assert data.startswith(b"\xef\xbb\xbf")
    lines = read_back(data, ";")
    # The headings of the sample file that the portal offers (component tasks.import, lang/ru/class.php).
    assert lines[0] == ["Название", "Описание", "Это важная задача", "Ответственный", "Крайний срок", "Теги"]
    assert lines[1][0] == 'Перезвонить: ООО "Ромашка"; опт'
    assert lines[1][2:] == ["1", "Макетов Игорь", "23.11.2026 10:00:00", "[*]Горячие"]
    assert lines[1][1].splitlines()[0] == "да"
    assert lines[1][1].splitlines()[-1].endswith("101")
    assert len(lines) == 4


def test_an_english_portal_has_english_headings() -> None:
    lines = read_back(render_tasks(TASKS, "bitrix24"), ";")
    assert lines[0] == ["Name", "Description", "Important task", "Responsible person", "Deadline", "Tags"]
    assert lines[1][1] == "да\nSegment: Горячие\nID: 101"
    assert lines[2] == ["Написать", "", "0", "", "24.11.2026 18:00:00", ""]
    assert lines[3][4] == ""


def test_a_day_ends_when_the_firm_closes() -> None:
    lines = read_back(render_tasks(TASKS, "bitrix24", day_ends="21:30"), ";")
    assert lines[2][4] == "24.11.2026 21:30:00"


def test_other_systems_get_a_plain_table() -> None:
    for system in ("amocrm", "1c", ""):
        lines = read_back(render_tasks(TASKS, system), ",")
        assert lines[0] == COLUMNS
        assert lines[1] == [str(cell) for cell in ROWS[0]]


def test_no_tasks_give_the_headings_alone() -> None:
    empty = TASKS.iloc[:0]
    assert len(read_back(render_tasks(empty, "bitrix24"), ";")) == 1
    assert read_back(render_tasks(empty, ""), ",") == [COLUMNS]
