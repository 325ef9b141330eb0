"""A doubtful pair on the terminal, at many widths and on consoles that know few letters."""

from dataclasses import replace
from io import BytesIO, StringIO, TextIOWrapper

import pytest
from rich.cells import cell_len
from rich.console import Console

from crmclean.core import i18n
from crmclean.reporting.links import arrange_doubts
from crmclean.reporting.records import compare_records, read_records
from crmclean.reporting.review_card import Card, print_card
from crmclean.reporting.summary import RunSummary

KEYS = [("1 or J", "one client"), ("2 or D", "different clients"), ("Q", "stop")]


def make_card(summary: RunSummary) -> Card:
    """Return the only doubtful pair of a run as a question."""
    (doubt,) = arrange_doubts(summary, 1)
    return Card(doubt, doubt.lines, doubt.lines_hidden, number=3, left=12)


def show(card: Card, width: int = 100) -> list[str]:
    """Return the card as plain lines."""
    console = Console(file=StringIO(), width=width, record=True, highlight=False)
    print_card(console, card, KEYS)
    return [line.rstrip() for line in console.export_text().splitlines()]


def find(lines: list[str], word: str) -> str:
    """Return the only line that holds a word."""
    (line,) = [line for line in lines if word in line]
    return " ".join(line.split())


def test_records_stand_side_by_side(dedup_summary: RunSummary) -> None:
    lines = show(make_card(dedup_summary))
    assert lines[0] == "Pair 3  12 pairs left"
    assert find(lines, "81%") == "81%: e-mail, last name, first name"
    assert find(lines, "Row 3") == "Row 3, ID 103 Row 4, ID 104"
    assert find(lines, "Фамилия") == "Фамилия Незабудкина Незабудкина"
    assert find(lines, "Рабочий телефон") == "+ Рабочий телефон +7 900 000-33-44 —"


def test_evidence_has_level_and_weight(dedup_summary: RunSummary) -> None:
    lines = show(make_card(dedup_summary))
    assert find(lines, "+11.9") == "E-mail the same +11.9"
    assert find(lines, "−3.3") == "Company different −3.3"


def test_keys_stand_below(dedup_summary: RunSummary) -> None:
    assert find(show(make_card(dedup_summary)), "1 or J") == "1 or J one client 2 or D different clients Q stop"


def test_differing_fields_are_marked(dedup_summary: RunSummary) -> None:
    pair = dedup_summary.table("review").assign(row_a=1, row_b=2)
    tables = {**dedup_summary.outcome.tables, "review": pair}
    summary = replace(dedup_summary, outcome=replace(dedup_summary.outcome, tables=tables))
    lines = show(make_card(summary))
    assert find(lines, "Имя") == "* Имя Пётр Петя"
    # A phone in another spelling is the same phone.
    assert find(lines, "Рабочий телефон") == "Рабочий телефон +7 900 000-11-22 8(900)0001122"


def test_all_fields_and_long_texts(dedup_summary: RunSummary) -> None:
    frame = dedup_summary.before.frame.copy()
    frame.loc[2, "Комментарий"] = "слово " * 80 + "конец"
    summary = replace(dedup_summary, before=dedup_summary.before.with_frame(frame))
    card = make_card(summary)
    lines = tuple(compare_records(read_records(summary.before, [3, 4]), [3, 4]))
    assert "…" in "".join(show(replace(card, lines=lines, hidden=0)))
    whole = show(replace(card, lines=lines, hidden=0, whole=True))
    assert "конец" in "".join(whole)
    assert "103" in find([line for line in whole if "Row" not in line], "ID")


def test_last_answer_and_hidden_fields_are_told(dedup_summary: RunSummary) -> None:
    lines = show(replace(make_card(dedup_summary), hidden=4, last="one client"))
    assert find(lines, "Answered last") == "Answered last: one client"
    assert find(lines, "more") == "and 4 more fields"


@pytest.mark.parametrize("name", ["dedup_summary", "hostile_summary"])
@pytest.mark.parametrize("width", [30, 40, 59, 60, 80, 160])
def test_no_line_is_wider_than_the_screen(name: str, width: int, request: pytest.FixtureRequest) -> None:
    lines = show(make_card(request.getfixturevalue(name)), width)
    assert max(cell_len(line) for line in lines) <= width


def test_on_a_narrow_screen_the_records_stand_under_one_another(dedup_summary: RunSummary) -> None:
    lines = show(make_card(dedup_summary), 59)
    first, second = (next(n for n, line in enumerate(lines) if f"Row {row}" in line) for row in (3, 4))
    assert first < next(n for n, line in enumerate(lines) if "+7 900 000-33-44" in line) < second
    assert find(lines, "ИП Незабудкина") == "+ Компания: ИП Незабудкина"


def test_cells_cannot_drive_the_terminal(hostile_summary: RunSummary) -> None:
    buffer = StringIO()
    console = Console(file=buffer, width=100, highlight=False, force_terminal=True, no_color=True)
    print_card(console, make_card(hostile_summary), KEYS)
    assert "\x1b[31m" not in buffer.getvalue()
    assert "[bold]=1+1" in buffer.getvalue()


def test_a_console_of_old_windows_shows_what_it_can(dedup_summary: RunSummary) -> None:
    raw = BytesIO()
    stream = TextIOWrapper(raw, encoding="cp866", write_through=True)
    print_card(Console(file=stream, width=100, highlight=False), make_card(dedup_summary), KEYS)
    text = raw.getvalue().decode("cp866")
    assert "Незабудкина" in text
    assert "-3.3" in text


def test_in_russian(dedup_summary: RunSummary) -> None:
    i18n.set_language("ru")
    assert find(show(make_card(dedup_summary)), "81") == "81 %: e-mail, last name, first name"
